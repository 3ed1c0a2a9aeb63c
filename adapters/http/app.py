"""Put the service together: one database, one gateway, one FastAPI application."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
from fastapi import FastAPI, Request
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from adapters.database.store import Store
from adapters.errors import DatabaseUnsupported, GatewayError
from adapters.gateway.clock import Clock
from adapters.gateway.gateway import Gateway
from adapters.http import openapi
from adapters.http.answers import ENCODER, JSON
from adapters.http.bodies import Health
from adapters.http.catalogue import Catalogue
from adapters.http.limits import Limits
from adapters.http.orders import Orders
from adapters.http.problems import KINDS, Problem, respond
from adapters.http.requests import problem_of, sent
from adapters.http.security import ROUTES, Guard
from adapters.http.stock import Stock
from core.engine import Engine
from core.schema import COMMAND, Operation

AfterStart = Callable[[Gateway], Awaitable[None]]


def build(
    database: str | Path | Store,
    pepper: bytes,
    *,
    clock: Clock | None = None,
    after_start: AfterStart | None = None,
) -> FastAPI:
    """The service of the shop in *database*, which `found_shop` has made.

    Args:
        database: a file, a URL of one, or an open store. The application closes it at its end.
        pepper: that API keys are checked with.
        clock: of the sequencer; the machine's where none is given.
        after_start: awaited when the gateway takes requests and before the first one comes.

    Raises:
        DatabaseError: the file cannot be owned, is not durable, holds no shop or is damaged.
    """
    store = database if isinstance(database, Store) else Store(database)
    shop = store.shop()
    if shop is None:
        store.close()
        raise DatabaseUnsupported(f"{store.path} holds no shop yet")
    _warm_up()
    try:
        gateway = Gateway(store, clock)
    except Exception:
        store.close()
        raise
    catalogue = Catalogue(store.products(), store.locations(), shop.skus)
    guard = Guard(store.api_keys(), pepper)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        gateway.start()
        try:
            if after_start is not None:
                await after_start(gateway)
            yield
        finally:
            await gateway.close()
            store.close()

    orders = Orders(guard, catalogue, gateway)
    stock = Stock(guard, catalogue, gateway, store)
    app = FastAPI(
        title="storetwin",
        description=f"Stock and orders of {shop.name}.",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        # The hot routes: FastAPI's own cost several times what the engine does.
        routes=[
            Route("/v1/orders", orders.place, methods=["POST"]),
            Route("/api/inventory", stock.inventory, methods=["GET"]),
            Route("/v1/stock/receipts", stock.receive, methods=["POST"]),
        ],
    )
    _add_routes(app, guard, gateway, orders, stock)
    _add_refusals(app)
    app.add_middleware(Limits)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    app.state.gateway = gateway
    app.state.guard = guard
    app.state.catalogue = catalogue
    return app


def _warm_up() -> None:
    """Load the compiled kernels before the first request waits for them."""
    commands = np.zeros(1, COMMAND)
    commands["id"] = 1
    commands["operation"] = Operation.EXPIRE
    engine = Engine(1, 1, remembered_ids=1)
    engine.execute(commands)
    engine.order(1)
    engine.available_at(0, 0, 0)


def _add_routes(app: FastAPI, guard: Guard, gateway: Gateway, orders: Orders, stock: Stock) -> None:
    """The routes that FastAPI serves itself."""

    def allow(request: Request, path: str) -> None:
        role = ROUTES[request.method, path]
        assert role is not None
        guard.authorise(request.scope, sent(request.scope).api_key, role)

    @app.get("/healthz")
    async def healthz() -> Response:
        health = Health("ok" if gateway.serving else "recovering", gateway.committed)
        status = 200 if gateway.serving else 503
        return Response(ENCODER.encode(health), status, None, JSON)

    @app.get("/v1/orders/{order_id}")
    async def show_order(
        request: Request, order_id: Annotated[int, InPath(ge=1, lt=2**63)]
    ) -> Response:
        allow(request, "/v1/orders/{order_id}")
        return await orders.show(order_id)

    @app.post("/v1/products")
    async def add_product(request: Request) -> Response:
        allow(request, "/v1/products")
        return await stock.add_product(request)


_BY_STATUS = {404: "not-found", 405: "method-not-allowed"}


def _add_refusals(app: FastAPI) -> None:
    """Every way to fail ends in problem details."""

    async def gateway_error(_request: Request, error: Exception) -> Response:
        assert isinstance(error, GatewayError)
        return problem_of(error).response()

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = _BY_STATUS.get(error.status_code, "body-malformed")
        detail = f"{request.method} {request.url.path}: {error.detail}"
        headers = dict(error.headers) if error.headers else None
        return Problem(kind, detail, headers).response()

    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return Problem("request-invalid", f"{where}: {first['msg']}").response()

    async def internal(_request: Request, _error: Exception) -> Response:
        return Problem("internal", "the error was logged; try again").response()

    app.add_exception_handler(Problem, respond)
    app.add_exception_handler(GatewayError, gateway_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, internal)
    assert set(_BY_STATUS.values()) <= set(KINDS)
