"""A load generator that costs less than the server: raw bytes over kept connections.

Each connection has one request under way. A request is a few byte strings joined; of the answer
only the status and the length are read.
"""

import asyncio
import os
import secrets
import time
from pathlib import Path
from typing import Any, cast

import uvloop

CONNECTIONS = 128
SKUS = 1000
SKU_STEP = 7  # coprime to SKUS, so that all are asked for


def bodies() -> list[bytes]:
    """Orders of two lines, all of one length."""
    made = []
    for number in range(SKUS):
        other = (number * SKU_STEP + 1) % SKUS
        made.append(
            b'{"lines":[{"sku":"SKU-%05d","quantity":1,"amount_minor":1990},'
            b'{"sku":"SKU-%05d","quantity":2,"amount_minor":1990}],"channel":"web"}'
            % (number, other)
        )
    return made


class Load:
    """What all connections share: what is sent, and what has come back."""

    def __init__(self, key: str, path: str) -> None:
        texts = bodies()
        self.head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(texts[0])}\r\n"
            f"Idempotency-Key: {secrets.token_hex(8)}-"
        ).encode()
        self.tails = [b"\r\n\r\n" + text for text in texts]
        self.sent = 0
        self.accepted = 0
        self.refused = 0
        self.stopping = False
        self.open = 0
        self.idle = asyncio.Event()

    def request(self) -> bytes:
        """The next request; no two have the same idempotency key."""
        self.sent += 1
        return b"%b%012d%b" % (self.head, self.sent, self.tails[self.sent % SKUS])


class Connection(asyncio.Protocol):
    """One request at a time, the next as soon as the answer is complete."""

    def __init__(self, shared: Load) -> None:
        self._shared = shared
        self._part = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.Transport", transport)
        self._shared.open += 1
        self._transport.write(self._shared.request())

    def data_received(self, data: bytes) -> None:
        """Count a complete answer and send the next request."""
        if self._part:
            data = self._part + data
        head = data.find(b"\r\n\r\n")
        at = data.find(b"content-length: ")
        if head < 0 or len(data) < head + 4 + int(data[at + 16 : data.index(b"\r", at)]):
            self._part = data
            return
        self._part = b""
        if data[9:12] == b"201":
            self._shared.accepted += 1
        else:
            self._shared.refused += 1
        if self._shared.stopping:
            self._transport.close()
            return
        self._transport.write(self._shared.request())

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Tell the load when the last connection is gone."""
        self._shared.open -= 1
        if self._shared.open == 0:
            self._shared.idle.set()


def cpu_s(pid: int) -> float:
    """Processor time that a process has used, all threads; 0 where the system does not say."""
    path = Path(f"/proc/{pid}/stat")
    if not path.exists():
        return 0.0
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


async def _load(port: int, key: str, path: str, seconds: float, server: int) -> dict[str, Any]:
    shared = Load(key, path)
    loop = asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: Connection(shared), "127.0.0.1", port)
    await asyncio.sleep(min(0.3, seconds / 4))
    before, cpu_before, start = shared.accepted, cpu_s(server), time.perf_counter()
    own_before = time.process_time()
    await asyncio.sleep(seconds)
    took = time.perf_counter() - start
    found = {
        "accepted_in_time": shared.accepted - before,
        "seconds": took,
        "busy": (cpu_s(server) - cpu_before) / took,
        "client_busy": (time.process_time() - own_before) / took,
    }
    shared.stopping = True
    await shared.idle.wait()
    return found | {"accepted": shared.accepted, "refused": shared.refused}


def load(port: int, key: str, path: str, seconds: float, server: int) -> dict[str, Any]:
    """Keep *path* busy for *seconds* and say what came back.

    Args:
        port: of the server on this machine.
        key: an API key that may place orders.
        path: of the route.
        seconds: to measure; some more to begin and to end.
        server: its process, whose processor time is read.
    """
    return uvloop.run(_load(port, key, path, seconds, server))
