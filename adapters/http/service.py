"""A process that listens: found the shop where there is none, say how to call it, serve it."""

import gc
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from adapters.database.connection import file_of
from adapters.database.store import SKUS_ROOM, Location, Product, Store
from adapters.errors import AddressUnusable
from adapters.gateway.chains import command
from adapters.gateway.clock import system_us
from adapters.gateway.gateway import Gateway
from adapters.gateway.replies import Outcome
from adapters.http.answers import ENCODER
from adapters.http.app import build
from adapters.http.bodies import Received
from adapters.http.security import Role, mint, pepper_of
from core.schema import Operation

SAMPLE_ID = 12345
SAMPLE_NAME = "SAMPLE-12345"
SAMPLE_UNITS = 50
SAMPLE_KEY = "storetwin:sample:receipt"


def found_shop(
    store: Store,
    pepper: bytes,
    *,
    name: str = "shop",
    products: Sequence[Product] = (),
    locations: Sequence[Location] = (Location("store"),),
    role: Role = "admin",
) -> str:
    """Found a shop in an empty *store* and return its first API key, which is kept nowhere."""
    now_us = system_us()
    room = max(SKUS_ROOM, 2 * len(products))
    store.found(name, locations, created_us=now_us, skus=room)
    if products:
        store.add_products(products)
    return add_key(store, pepper, role)


def add_key(store: Store, pepper: bytes, role: Role) -> str:
    """Make another API key and return it; only a digest is kept."""
    key, kept = mint(pepper, role)
    store.add_api_key(kept, system_us())
    return key


def sample_sku(store: Store) -> int:
    """The engine's number of the sample product, which is entered where it is missing."""
    products = store.products()
    known = {product.product_id: product.sku for product in products}
    if SAMPLE_ID not in known:
        store.add_products([Product(SAMPLE_ID, SAMPLE_NAME, len(products))])
    return known.get(SAMPLE_ID, len(products))


async def load_sample(gateway: Gateway, sku: int) -> None:
    """Book the units of the sample product, once however often the service starts."""
    chain = command(Operation.RECEIVE, sku=sku, location=0, quantity=SAMPLE_UNITS)

    def compose(outcome: Outcome) -> tuple[int, bytes]:
        return 201, ENCODER.encode(Received(outcome.last_sequence, 1, SAMPLE_UNITS))

    await gateway.submit(SAMPLE_KEY, chain, compose)


def serve(
    database: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    sample: bool = False,
    new_key: bool = False,
    announce: Callable[[str], object] = print,
) -> None:
    """Serve the shop in *database* until the process is told to stop.

    Args:
        database: a file, or a URL of one; it is created where it is missing.
        host: this machine alone, unless another address is named.
        port: to listen on.
        sample: a new shop gets product 12345 with 50 units.
        new_key: make and announce another API key, where the first one was lost.
        announce: is given the lines that say how to call the service.

    Raises:
        AdapterError: the database cannot be served; its message says what to do.
    """
    with listen(host, port) as listening:
        app, key = opened(file_of(database), sample=sample, new_key=new_key)
        url = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
        for line in greeting(url, key, sample=sample, loopback=is_loopback(host)):
            announce(line)
        run(app, listening)


def opened(path: Path, *, sample: bool, new_key: bool) -> tuple[FastAPI, str | None]:
    """The application of the shop in *path*, founded where it is missing, and its new key."""
    store = Store(path)
    try:
        fresh = store.shop() is None
        pepper = pepper_of(path, create=fresh)
        key = None
        if fresh:
            key = found_shop(store, pepper)
        elif new_key:
            key = add_key(store, pepper, "admin")
        after_start = partial(load_sample, sku=sample_sku(store)) if sample else None
        return build(store, pepper, after_start=after_start), key
    except BaseException:
        store.close()
        raise


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        AddressUnusable: the port is taken or not allowed, or the host is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise AddressUnusable(
            f"cannot listen at {host}:{port} ({error}): name another --port or --host"
        ) from error


def run(app: FastAPI, listening: socket.socket) -> None:
    """Listen, with the collector of garbage told to leave alone what is there for good."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    config.load()
    # A full collection walks all of the program; frozen, it walks what requests have left.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    # The committing thread waits for the event loop's turn to end; the default is 5 ms.
    sys.setswitchinterval(0.001)
    uvicorn.Server(config).run(sockets=[listening])


def is_loopback(host: str) -> bool:
    """Whether only this machine can call."""
    return host in {"127.0.0.1", "::1", "localhost"}


def greeting(url: str, key: str | None, *, sample: bool, loopback: bool) -> list[str]:
    """The lines that say how to call the service; the key is shown this once."""
    lines = [f"storetwin serves {url}  (OpenAPI: {url}/openapi.json)"]
    if key is None:
        lines.append("The API key shown at the first start is valid; --new-key makes another.")
    else:
        lines.append(f"API key (shown once, role admin): {key}")
    with_key = f"-H 'X-API-Key: {key or 'YOUR-KEY'}'"
    post = f"{with_key} -H 'Content-Type: application/json'"
    if sample:
        order = f'{{"lines": [{{"sku": "{SAMPLE_NAME}", "quantity": 2, "amount_minor": 1990}}]}}'
        lines.append(f"curl {with_key} '{url}/api/inventory?product_id={SAMPLE_ID}'")
        lines.append(f"curl {post} -H 'Idempotency-Key: order-1' -d '{order}' {url}/v1/orders")
    else:
        product = '{"product_id": 1, "sku": "FIRST"}'
        lines.append(f"curl {post} -d '{product}' {url}/v1/products")
    if not loopback:
        lines.append("Warning: keys travel unencrypted; put a proxy with TLS in front.")
    return lines
