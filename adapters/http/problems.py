"""How the service says no: problem details of RFC 9457, one table of all kinds.

`type` is a path on this service, so that it can be told apart by a program and read by a person.
"""

import difflib
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MEDIA = "application/problem+json"

# kind: HTTP status, title
KINDS: dict[str, tuple[int, str]] = {
    "body-malformed": (400, "The body is not JSON"),
    "idempotency-key-missing": (400, "A write needs an Idempotency-Key header"),
    "idempotency-key-malformed": (400, "The Idempotency-Key header is not usable"),
    "key-missing": (401, "An API key is required"),
    "key-wrong": (401, "The API key is not known"),
    "role-insufficient": (403, "The role of this API key does not allow this"),
    "not-found": (404, "There is nothing here"),
    "product-unknown": (404, "The product is not known"),
    "order-unknown": (404, "The order is not known"),
    "method-not-allowed": (405, "This address does not take that method"),
    "stock-insufficient": (409, "There is not enough stock"),
    "refused": (409, "The shop refused the command"),
    "product-exists": (409, "The product is already in the catalogue"),
    "catalogue-full": (409, "The catalogue is full"),
    "body-too-large": (413, "The body is too large"),
    "media-unsupported": (415, "The body must be sent as application/json"),
    "request-invalid": (422, "The request is not what is expected here"),
    "sku-unknown": (422, "The sku is not known"),
    "location-unknown": (422, "The location is not known"),
    "location-missing": (422, "The shop has several locations; name one"),
    "idempotency-key-reused": (422, "The Idempotency-Key belongs to another request"),
    "too-many-guesses": (429, "Too many wrong API keys from this address"),
    "overloaded": (429, "Too many requests are waiting"),
    "headers-too-large": (431, "The headers are too large"),
    "internal": (500, "Something went wrong on our side"),
    "unavailable": (503, "The service is not taking requests now"),
    "body-timeout": (408, "The body did not arrive in time"),
}


class Problem(HTTPException):
    """A request that is answered with no. FastAPI lets an HTTPException pass wherever it arises."""

    def __init__(
        self, kind: str, detail: str, headers: dict[str, str] | None = None, **more: object
    ) -> None:
        super().__init__(KINDS[kind][0], detail, headers)
        self.kind = kind
        self.more = more

    def body(self) -> bytes:
        """The JSON document."""
        status, title = KINDS[self.kind]
        document: dict[str, Any] = {
            "type": f"/problems/{self.kind}",
            "title": title,
            "status": status,
            "detail": self.detail,
        }
        return msgspec.json.encode(document | self.more)

    def response(self) -> Response:
        """The whole answer."""
        return Response(self.body(), self.status_code, self.headers, MEDIA)


async def respond(_request: Request, error: Exception) -> Response:
    """Starlette's handler of `Problem`, wherever it is raised."""
    assert isinstance(error, Problem)
    return error.response()


NAMES_COMPARED_MAX = 2000  # a wrong name must not cost more than a right one by much


def nearest(name: str, names: Collection[str]) -> str | None:
    """The known name that *name* was most likely meant to be."""
    lengths = range(len(name) - 3, len(name) + 4)
    alike = [one for one in names if len(one) in lengths][:NAMES_COMPARED_MAX]
    found = difflib.get_close_matches(name, alike, 1, 0.6)
    return found[0] if found else None


def unknown(kind: str, what: str, name: str, names: Collection[str], **more: object) -> Problem:
    """A name that nobody knows, with the nearest that is known."""
    meant = nearest(name, names)
    if meant is None:
        return Problem(kind, f"there is no {what} {name!r}", None, **more)
    return Problem(
        kind, f"there is no {what} {name!r}; did you mean {meant!r}?", None, **more, nearest=meant
    )


def listed(names: Sequence[str]) -> str:
    """Names for a sentence, cut where there are many."""
    shown = ", ".join(names[:10])
    return shown if len(names) <= 10 else f"{shown}, ..."
