"""The real service in a process of its own: `python -m benchmarks.load.service DATABASE PORT`."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from adapters.database.store import Location, Product, Store
from adapters.http.security import pepper_of
from adapters.http.service import found_shop, serve

START_S_MAX = 180.0  # the first start ever compiles the kernels
STOP_S_MAX = 15.0


class ServiceFailed(Exception):
    """The service did not start; its last words are in the text."""


def found(database: Path, skus: Sequence[str], locations: Sequence[str]) -> str:
    """Make a shop in a fresh database; product n + 1 is sku n. Returns its API key."""
    with Store(database) as store:
        return found_shop(
            store,
            pepper_of(database, create=True),
            name="load lab",
            products=[Product(number + 1, sku, number) for number, sku in enumerate(skus)],
            locations=[Location(name) for name in locations],
        )


@contextmanager
def running(database: Path) -> Iterator[str]:
    """The service on a free port of loopback; its URL. It has stopped at the end."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    words = log_of(database)
    with words.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "benchmarks.load.service", str(database), str(port)],
            stdout=log,
            stderr=log,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process, words)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(STOP_S_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: "subprocess.Popen[bytes]", words: Path) -> None:
    """Return when the service takes requests."""
    deadline_s = time.perf_counter() + START_S_MAX
    while time.perf_counter() < deadline_s and process.poll() is None:
        try:
            if httpx.get(f"{url}/healthz", timeout=1).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise ServiceFailed(f"the service did not start: {last_line(words) or 'it said nothing'}")


def log_of(database: Path) -> Path:
    """Where the service of *database* writes what it says."""
    return database.with_name("service.log")


def last_line(words: Path) -> str:
    """The last line of a log; empty where it holds none."""
    lines = words.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def main(arguments: Sequence[str]) -> int:
    """Serve the shop of the database named on the command line."""
    database, port = arguments
    serve(Path(database), port=int(port), announce=lambda _line: None)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
