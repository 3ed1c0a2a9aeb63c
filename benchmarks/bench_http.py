"""Durable orders over HTTP against a route that does nothing, in one run.

Both routes live in one application: the same framework, headers, key check, parsing and response
size. What is left between them is the shop's work: names to numbers, the engine, the transaction
with its fsync, and the reply. The server has one core to itself; a second process keeps it busy
with as many connections as there are. Rounds of the two alternate, so that a noisy neighbour
meets both.

Estimate made before: parsing and framework cost about 40 us a request, an order about 25 us more
(two thread hops a batch of 64, four rows an order, one future), so the ratio should be near 0.6.

    python -m benchmarks.bench_http
"""

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PRODUCTS = 1000
UNITS = 1_000_000  # of each: no order is refused for stock
CONNECTIONS = 128
ROUNDS = 3
LINES = 2
TARGET_RATIO = 0.5
TARGET_BUSY = 0.9
READY_SECONDS_MAX = 30.0


@dataclass(frozen=True)
class Round:
    """One measurement of one route."""

    requests_per_s: float
    busy: float  # share of the server's core
    accepted: int

    @property
    def requests_per_core_s(self) -> float:
        """Requests for each second of the server's processor time."""
        return self.requests_per_s / max(self.busy, 0.01)


def run(seconds: float = 12.0) -> dict[str, Any]:
    """Measure both routes for about *seconds* in all, and check that every order is on the disk.

    Returns:
        ratio, requests a second of both routes, busy share of the server's core in both.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "shop.db"
        server, url, key = _started(database)
        try:
            _fill(url, key)
            rounds: dict[str, list[Round]] = {"/v1/orders": [], "/v1/nothing": []}
            accepted = 0
            for number in range(-1, ROUNDS):
                # The first round of each only warms up.
                span = seconds / (2 * ROUNDS) if number >= 0 else 0.5
                for path, kept in rounds.items():
                    measured = _measured(server.pid, url, key, path, span)
                    accepted += measured.accepted if path == "/v1/orders" else 0
                    if number >= 0:
                        kept.append(measured)
        finally:
            server.terminate()
            server.wait(10)
        stored = _check(database, accepted)
    orders, nothing = rounds["/v1/orders"], rounds["/v1/nothing"]
    return {
        "ratio": statistics.median(
            one.requests_per_s / other.requests_per_s
            for one, other in zip(orders, nothing, strict=True)
        ),
        "orders_per_s": statistics.median(one.requests_per_s for one in orders),
        "noop_per_s": statistics.median(one.requests_per_s for one in nothing),
        "busy_orders": statistics.median(one.busy for one in orders),
        "busy_noop": statistics.median(one.busy for one in nothing),
        # The same by the server's processor time, which neighbours on the machine hardly change.
        "ratio_of_core_time": statistics.median(
            one.requests_per_core_s / other.requests_per_core_s
            for one, other in zip(orders, nothing, strict=True)
        ),
        "orders_accepted": accepted,
        "orders_in_database": stored,
        "connections": CONNECTIONS,
        "lines_per_order": LINES,
    }


def _started(database: Path) -> tuple["subprocess.Popen[str]", str, str]:
    """The server in its own process, its address and an API key."""
    from adapters.database.store import Product, Store
    from adapters.http.security import pepper_of
    from adapters.http.service import found_shop

    with Store(database) as store:
        products = [Product(number + 1, f"SKU-{number:05}", number) for number in range(PRODUCTS)]
        pepper = pepper_of(database, create=True)
        key = found_shop(store, pepper, name="bench", products=products)
    command = [sys.executable, "-m", "benchmarks.bench_http", "--serve", str(database)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    if not url:
        message = f"the server ended with {server.wait(10)} before it listened"
        raise RuntimeError(message)
    _wait_until_ready(url)
    return server, url, key


def _wait_until_ready(url: str) -> None:
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    message = "the server did not start"
    raise RuntimeError(message)


def _fill(url: str, key: str) -> None:
    lines = [{"sku": f"SKU-{number:05}", "quantity": UNITS} for number in range(PRODUCTS)]
    headers = {"X-API-Key": key, "Idempotency-Key": "fill"}
    reply = httpx.post(f"{url}/v1/stock/receipts", json={"lines": lines}, headers=headers)
    assert reply.status_code == 201, reply.text


def _measured(server_pid: int, url: str, key: str, path: str, seconds: float) -> Round:
    """One round of load on *path* from a process of its own."""
    port = url.rpartition(":")[2]
    command = [
        *(sys.executable, "-m", "benchmarks.bench_http", "--load", path),
        *("--port", port, "--key", key, "--seconds", str(seconds), "--server", str(server_pid)),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    found = json.loads(done.stdout)
    assert found["refused"] == 0, found
    return Round(found["accepted_in_time"] / found["seconds"], found["busy"], found["accepted"])


def _check(database: Path, accepted: int) -> int:
    """Every accepted order is in the database, with all lines and its reply; how many those are."""
    connection = sqlite3.connect(database)
    counts = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        for table in ("orders", "order_lines", "idempotency")
    }
    connection.close()
    expected = {"orders": accepted, "order_lines": LINES * accepted, "idempotency": accepted + 1}
    assert counts == expected, (counts, expected)
    return int(counts["orders"])


def pin(core: int) -> None:
    """Keep this process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})


def serve(database: Path) -> None:
    """The service with one more route, which does nothing; announces its address on stdout."""
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from adapters.http.app import build
    from adapters.http.orders import received_order
    from adapters.http.security import pepper_of
    from adapters.http.service import listen
    from adapters.http.service import run as serve_app

    pin(0)
    app = build(database, pepper_of(database, create=False))
    guard = app.state.guard
    body = b'{"order_id":1795295678260256,"seq":1000000,"lines":2,"amount_minor":3980}'

    async def nothing(request: Request) -> Response:
        await received_order(request, guard)
        return Response(body, 201, None, "application/json")

    app.router.routes.insert(1, Route("/v1/nothing", nothing, methods=["POST"]))
    listening = listen("127.0.0.1", 0)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    serve_app(app, listening)


def report(found: dict[str, Any]) -> str:
    """The result in a few lines."""
    return (
        f"durable orders over HTTP: {found['orders_per_s']:,.0f}/s, "
        f"no-op route: {found['noop_per_s']:,.0f}/s, ratio {found['ratio']:.2f} "
        f"(target {TARGET_RATIO}; by core time {found['ratio_of_core_time']:.2f})\n"
        f"server's core busy: orders {found['busy_orders']:.0%}, no-op {found['busy_noop']:.0%} "
        f"(target {TARGET_BUSY:.0%})\n"
        f"{found['orders_accepted']:,} orders of {found['lines_per_order']} lines accepted, "
        f"all in the database; {found['connections']} connections"
    )


def main() -> None:
    """Measure and print; or be one of the two processes that this takes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--load", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--key", help=argparse.SUPPRESS)
    parser.add_argument("--server", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
    elif asked.load:
        from benchmarks.http_load import load

        pin(1)
        print(json.dumps(load(asked.port, asked.key, asked.load, asked.seconds, asked.server)))
    else:
        print(report(run(asked.seconds)))


if __name__ == "__main__":
    main()
