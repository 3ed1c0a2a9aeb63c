"""The service as a process: killed under load, crowded by buyers, started in the wrong way."""

import http.client
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from adapters.errors import AddressUnusable, DatabaseInUse, SecretsMissing
from adapters.http.service import greeting, serve
from tests.adapters.http.shop import PEPPER, found, line, served

CLIENTS = 8
UNITS = 1_000_000


@dataclass
class Buyer:
    """One client: orders again and again until the server is gone, and keeps every answer."""

    url: str
    key: str
    name: str
    kept: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def buy(self, most: int = 10**9) -> None:
        """Order until nobody answers."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=10)
        try:
            for number in range(most):
                name = f"{self.name}-{number}"
                self.kept[name] = order(connection, self.key, name)
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()


def order(connection: http.client.HTTPConnection, key: str, name: str) -> tuple[int, bytes]:
    """One unit of the hot sku under the idempotency key *name*."""
    headers = {
        "X-API-Key": key,
        "Idempotency-Key": name,
        "Content-Type": "application/json",
    }
    connection.request("POST", "/v1/orders", json.dumps({"lines": [line()]}), headers)
    reply = connection.getresponse()
    return reply.status, reply.read()


def receive(url: str, key: str, units: int) -> None:
    """Stock the hot sku."""
    headers = {"X-API-Key": key, "Idempotency-Key": "stock"}
    body = {"lines": [line(quantity=units)]}
    assert httpx.post(f"{url}/v1/stock/receipts", json=body, headers=headers).status_code == 201


def buy_until_killed(
    url: str, key: str, process: "subprocess.Popen[str]", name: str
) -> dict[str, tuple[int, bytes]]:
    """Load the server, kill it in the middle, and return what it had acknowledged."""
    buyers = [Buyer(url, key, f"{name}-{number}") for number in range(CLIENTS)]
    threads = [threading.Thread(target=buyer.buy) for buyer in buyers]
    for thread in threads:
        thread.start()
    time.sleep(0.4)
    until = time.monotonic() + 10
    while sum(len(buyer.kept) for buyer in buyers) < CLIENTS and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join()
    return {name: reply for buyer in buyers for name, reply in buyer.kept.items()}


def lost(database: Path, acknowledged: dict[str, tuple[int, bytes]]) -> list[str]:
    """Acknowledged orders whose reply, order or line the database does not hold."""
    connection = sqlite3.connect(database)
    stored = {
        key: (status, reply)
        for key, status, reply in connection.execute(
            "SELECT key, status, reply FROM idempotency JOIN order_lines USING (sequence)"
            " JOIN orders USING (order_id)"
        )
    }
    connection.close()
    return [name for name, reply in acknowledged.items() if stored.get(name) != reply]


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    """Killed three times under load: every yes is on the disk and is repeated byte for byte."""
    database = tmp_path / "shop.db"
    key = found(database)
    acknowledged: dict[str, tuple[int, bytes]] = {}
    for cycle in range(3):
        with served(database) as (process, url):
            if cycle == 0:
                receive(url, key, UNITS)
            recent = list(acknowledged)[-40:]
            connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
            again = {name: order(connection, key, name) for name in recent}
            connection.close()
            assert again == {name: acknowledged[name] for name in recent}
            fresh = buy_until_killed(url, key, process, f"cycle-{cycle}")
            assert fresh
            acknowledged |= fresh
            assert lost(database, acknowledged) == []
    with served(database) as (_, url):
        reply = httpx.get(f"{url}/api/inventory?product_id=12345", headers={"X-API-Key": key})
        sold = UNITS - reply.json()["stock_level"]
    connection_to_file = sqlite3.connect(database)
    (orders,) = connection_to_file.execute("SELECT count(*) FROM orders").fetchone()
    connection_to_file.close()
    assert sold == orders
    # At most what was under way at each kill was placed without an answer.
    assert 0 <= orders - len(acknowledged) <= 3 * CLIENTS


def test_a_server_that_answers_first_is_caught(tmp_path: Path) -> None:
    """The control: with commits that return before they are written, orders are lost."""
    database = tmp_path / "shop.db"
    key = found(database)
    with served(database) as (process, url):
        receive(url, key, UNITS)
        process.terminate()
        process.wait(10)
    with served(database, "forgetful") as (process, url):
        acknowledged = buy_until_killed(url, key, process, "forgotten")
    assert lost(database, acknowledged)


def test_sixteen_buyers_of_one_sku(tmp_path: Path) -> None:
    """Of 160 orders for 40 units exactly 40 are accepted, whoever was first."""
    database = tmp_path / "shop.db"
    key = found(database)
    with served(database) as (_, url):
        receive(url, key, 40)
        buyers = [Buyer(url, key, f"buyer-{number}") for number in range(16)]
        threads = [threading.Thread(target=buyer.buy, args=(10,)) for buyer in buyers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        answers = [status for buyer in buyers for status, _ in buyer.kept.values()]
        assert sorted(answers) == [201] * 40 + [409] * 120
        headers = {"X-API-Key": key}
        level = httpx.get(f"{url}/api/inventory?product_id=12345", headers=headers).json()
    assert level == {"product_id": 12345, "stock_level": 0}


def test_a_second_server_on_one_database_is_refused(tmp_path: Path) -> None:
    """Two processes never own one shop; the second is told what to do."""
    database = tmp_path / "shop.db"
    found(database)
    with (
        served(database),
        pytest.raises(DatabaseInUse, match=r"stop that one, or name another file"),
    ):
        serve(database, port=0)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """A port that somebody listens at is refused before anything is served."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressUnusable, match=f"cannot listen at 127.0.0.1:{port}"):
            serve(tmp_path / "shop.db", port=port)


def test_a_lost_pepper_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the pepper no key can be checked: say which file is missing."""
    monkeypatch.delenv("STORETWIN_PEPPER", raising=False)
    database = tmp_path / "shop.db"
    found(database)
    with pytest.raises(SecretsMissing, match=r"put .*shop\.db\.pepper back"):
        serve(database, port=0)


def test_the_sample_can_be_called_as_announced(tmp_path: Path) -> None:
    """`serve --sample` prints a key and calls that work as printed; the stock is booked once."""
    database = tmp_path / "shop.db"
    program = (
        "import sys; from functools import partial; from adapters.http import serve; "
        "serve(sys.argv[1], port=0, sample=True, announce=partial(print, flush=True))"
    )
    key = ""
    for level in (50, 48):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(database)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        url = lines[0].split()[2]
        if not key:
            key = lines[1].split()[-1]
            assert key in lines[2]
        assert f"{url}/api/inventory?product_id=12345" in lines[2]
        with httpx.Client(
            headers={"X-API-Key": key}, transport=httpx.HTTPTransport(retries=50)
        ) as c:
            reply = c.get(f"{url}/api/inventory?product_id=12345")
            assert reply.content == f'{{"product_id":12345,"stock_level":{level}}}'.encode()
            body = json.loads(lines[3].partition("-d '")[2].partition("'")[0])
            ordered = c.post(f"{url}/v1/orders", json=body, headers={"Idempotency-Key": "order-1"})
            assert ordered.status_code == 201
        process.terminate()
        process.wait(10)
        process.stdout.close()


def test_a_key_in_the_open_is_warned_about() -> None:
    """Whoever listens beyond this machine is told that keys travel unencrypted."""
    lines = greeting("http://0.0.0.0:8000", "kid.secret", sample=False, loopback=False)
    assert any("TLS" in line for line in lines)
    assert PEPPER.decode() not in "".join(lines)
