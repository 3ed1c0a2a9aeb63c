"""What every write does first: headers, key, role, body."""

from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import Scope

from adapters.errors import GatewayError, KeyReused, Overloaded
from adapters.http.problems import Problem
from adapters.http.security import KEY_HEADER

IDEMPOTENCY_CHARACTERS_MAX = 255
AS_OF_SEQ = "as-of-seq"


class Sent(NamedTuple):
    """The headers that a route looks at."""

    api_key: bytes | None
    idempotency_key: bytes | None
    media: bytes | None


def sent(scope: Scope) -> Sent:
    """Find the headers in one pass."""
    api_key = idempotency_key = media = None
    for name, value in scope["headers"]:
        if name == KEY_HEADER:
            api_key = value
        elif name == b"idempotency-key":
            idempotency_key = value
        elif name == b"content-type":
            media = value
    return Sent(api_key, idempotency_key, media)


def check_media(media: bytes | None) -> None:
    """Refuse a body that says it is something else than JSON."""
    if media is None or media.partition(b";")[0].strip().lower() == b"application/json":
        return
    raise Problem(
        "media-unsupported",
        f"the body was sent as {media.decode('latin-1')[:80]}: "
        "add the header Content-Type: application/json",
    )


def idempotency_key(value: bytes | None) -> str:
    """The key under which the reply will be kept.

    Raises:
        Problem: it is missing, or is not 1 to 255 visible ASCII characters.
    """
    if value is None:
        raise Problem(
            "idempotency-key-missing",
            "send an Idempotency-Key header that is new for every order and the same for a retry",
        )
    text = value.decode("latin-1")
    if not (0 < len(text) <= IDEMPOTENCY_CHARACTERS_MAX and text.isascii() and text.isprintable()):
        raise Problem(
            "idempotency-key-malformed",
            f"use 1 to {IDEMPOTENCY_CHARACTERS_MAX} visible ASCII characters",
        )
    return text


def problem_of(error: GatewayError) -> Problem:
    """What a caller is told when the gateway did not take the request."""
    if isinstance(error, KeyReused):
        return Problem(
            "idempotency-key-reused",
            "this key was used for a request with another body; use a new key",
        )
    kind = "overloaded" if isinstance(error, Overloaded) else "unavailable"
    return Problem(kind, str(error), {"Retry-After": str(error.retry_after_s)})


def api_key_of(headers: Headers) -> bytes | None:
    """The key of a request that came through FastAPI."""
    value = headers.get("x-api-key")
    return None if value is None else value.encode("latin-1")
