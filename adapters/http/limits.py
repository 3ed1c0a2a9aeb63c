"""How much one request may bring: checked before anything is parsed, for every route."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.http.problems import Problem

BODY_BYTES_MAX = 2**20
HEADER_BYTES_MAX = 2**14
BODY_SECONDS_MAX = 15.0

SAFETY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
]


class Limits:
    """ASGI middleware: bounds headers, and puts the safety headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].extend(SAFETY_HEADERS)
            await send(message)

        size = 0
        for name, value in scope["headers"]:
            size += len(name) + len(value)
        if size > HEADER_BYTES_MAX:
            problem = Problem(
                "headers-too-large", f"send at most {HEADER_BYTES_MAX} bytes of headers"
            )
            await problem.response()(scope, receive, send_safely)
            return
        await self._app(scope, receive, send_safely)


async def body_of(receive: Receive) -> bytes:
    """The whole body, as far as the limits allow.

    Raises:
        Problem: it is too large, or comes too slowly.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            return await _read(receive)
    except TimeoutError as error:
        raise Problem("body-timeout", f"send the body within {BODY_SECONDS_MAX:.0f} s") from error


async def _read(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    parts = []
    size = len(body)
    while message.get("more_body", False) and size <= BODY_BYTES_MAX:
        parts.append(body)
        message = await receive()
        body = message.get("body", b"")
        size += len(body)
    if size > BODY_BYTES_MAX:
        raise Problem("body-too-large", f"send at most {BODY_BYTES_MAX} bytes")
    return b"".join([*parts, body]) if parts else body
