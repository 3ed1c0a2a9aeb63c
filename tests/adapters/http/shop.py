"""A small shop behind the real application: in this process, or as a server of its own."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI

from adapters.database.store import Location, Product, Store
from adapters.gateway.gateway import Gateway
from adapters.http.app import build
from adapters.http.security import Role
from adapters.http.service import add_key, found_shop

PEPPER = b"pepper of the tests"
PRODUCTS = [Product(12345, "JEANS-32", 0), Product(12346, "JEANS-34", 1), Product(7, "SOCKS", 2)]
ROOT = Path(__file__).resolve().parents[3]

Result = TypeVar("Result")


def found(
    database: Path,
    locations: Sequence[Location] = (Location("store"),),
    role: Role = "admin",
) -> str:
    """Make the shop; returns an API key."""
    with Store(database) as store:
        return found_shop(store, PEPPER, products=PRODUCTS, locations=locations, role=role)


def another_key(database: Path, role: Role) -> str:
    """An API key of *role* for a shop that is not open."""
    with Store(database) as store:
        return add_key(store, PEPPER, role)


def line(sku: str = "JEANS-32", quantity: int = 1, **more: object) -> dict[str, object]:
    """One line of an order or a receipt."""
    return {"sku": sku, "quantity": quantity, **more}


class Live:
    """The application with its lifespan, called as a client would call it."""

    def __init__(self, app: FastAPI, key: str, runner: asyncio.Runner) -> None:
        self.app = app
        self.gateway: Gateway = app.state.gateway
        self.key = key
        self._runner = runner
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://shop.test")
        self._numbers = iter(range(10**9))

    def run(self, work: Awaitable[Result]) -> Result:
        """Have *work* done on the service's event loop."""

        async def awaited() -> Result:
            return await work

        return self._runner.run(awaited())

    def call(
        self,
        method: str,
        path: str,
        *,
        key: str | None = None,
        idempotency_key: str | None = None,
        headers: dict[str, str] | None = None,
        **sent: Any,  # noqa: ANN401  what httpx takes
    ) -> httpx.Response:
        """One request with the shop's key, or with another, or with none where it is empty."""
        return self.run(
            self.request(
                method, path, key=key, idempotency_key=idempotency_key, headers=headers, **sent
            )
        )

    async def request(
        self,
        method: str,
        path: str,
        *,
        key: str | None = None,
        idempotency_key: str | None = None,
        headers: dict[str, str] | None = None,
        **sent: Any,  # noqa: ANN401  what httpx takes
    ) -> httpx.Response:
        """As `call`, for use on the event loop."""
        all_headers = dict(headers or {})
        if key != "":
            all_headers["X-API-Key"] = key or self.key
        if idempotency_key != "" and method == "POST":
            all_headers["Idempotency-Key"] = idempotency_key or f"key-{next(self._numbers)}"
        return await self.client.request(method, path, headers=all_headers, **sent)

    def receive(self, *lines: dict[str, object]) -> httpx.Response:
        """Goods arrive."""
        return self.call("POST", "/v1/stock/receipts", json={"lines": lines})

    def order(self, *lines: dict[str, object], key: str | None = None) -> httpx.Response:
        """A customer orders; *key* is the idempotency key."""
        return self.call("POST", "/v1/orders", json={"lines": lines}, idempotency_key=key)

    def stock_level(self, product_id: int = 12345) -> int:
        """What the inventory route says."""
        reply = self.call("GET", "/api/inventory", params={"product_id": product_id})
        assert reply.status_code == 200, reply.text
        level: int = reply.json()["stock_level"]
        return level


@contextmanager
def live(database: Path | Store, key: str) -> Iterator[Live]:
    """The service of a shop that `found` has made, until the end of the block."""
    with asyncio.Runner() as runner:
        app = build(database, PEPPER)
        lifespan = app.router.lifespan_context(app)
        runner.run(_awaited(lifespan.__aenter__()))
        shop = Live(app, key, runner)
        try:
            yield shop
        finally:
            runner.run(shop.client.aclose())
            runner.run(_awaited(lifespan.__aexit__(None, None, None)))


async def _awaited(work: Awaitable[Result]) -> Result:
    return await work


@contextmanager
def served(database: Path, *mode: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A server process on a free port, and its URL; killed at the end if it still runs."""
    environment = os.environ | {"STORETWIN_PEPPER": PEPPER.decode(), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.adapters.http.server", str(database), *mode],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=database.parent,
    )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        assert first, "the server ended before it listened"
        url = first.split()[2]
        wait_until_ready(url)
        yield process, url
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def wait_until_ready(url: str) -> None:
    """Return when the server takes requests."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    message = "the server did not start"
    raise RuntimeError(message)
