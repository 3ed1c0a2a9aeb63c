"""Who may do what: API keys, roles, and a bound on guessing.

A key is `kid.secret`. Of the secret only HMAC-SHA256(pepper, secret) is kept, and the pepper lies
outside the database: a stolen file opens nothing. A slow password hash would add nothing against
guessing 256 random bits, and would let anybody keep the service busy with wrong keys.
"""

import hmac
import math
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, cast, get_args

from starlette.types import Scope

from adapters.database.store import ApiKey
from adapters.errors import SecretsMissing
from adapters.http.problems import Problem

PEPPER_VARIABLE = "STORETWIN_PEPPER"
KEY_HEADER = b"x-api-key"
KEY_CHARACTERS_MAX = 256

GUESSES_MAX = 10  # wrong keys from one address
GUESSES_WINDOW_S = 60.0
ADDRESSES_MAX = 10_000  # that are remembered; the longest unseen is forgotten first


# Each may do what those before it may: look, take orders, book stock, change the catalogue.
Role = Literal["viewer", "till", "manager", "admin"]
RANK: dict[Role, int] = {role: rank for rank, role in enumerate(get_args(Role))}

# The least role of every route. A route that is missing here cannot be built; None is open to all.
ROUTES: dict[tuple[str, str], Role | None] = {
    ("GET", "/healthz"): None,
    ("GET", "/openapi.json"): None,
    ("GET", "/api/inventory"): "viewer",
    ("GET", "/v1/orders/{order_id}"): "viewer",
    ("POST", "/v1/orders"): "till",
    ("POST", "/v1/stock/receipts"): "manager",
    ("POST", "/v1/products"): "admin",
}


def digest(pepper: bytes, secret: bytes) -> bytes:
    """What is kept of a secret."""
    return hmac.digest(pepper, secret, "sha256")


def mint(pepper: bytes, role: Role) -> tuple[str, ApiKey]:
    """A new key: what its owner is told once, and what is kept."""
    kid = secrets.token_hex(4)
    secret = secrets.token_urlsafe(32)
    return f"{kid}.{secret}", ApiKey(kid, digest(pepper, secret.encode()), role)


def pepper_of(database: Path, *, create: bool) -> bytes:
    """The pepper: from the environment, or from a file beside the database.

    Raises:
        SecretsMissing: neither is there, and *create* does not allow a new one.
    """
    stated = os.environ.get(PEPPER_VARIABLE)
    if stated:
        return stated.encode()
    beside = database.with_name(database.name + ".pepper")
    if create and not beside.exists():
        # Complete or not there at all: half a pepper would lock everybody out.
        part = beside.with_name(beside.name + ".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        part.replace(beside)
    try:
        kept = beside.read_bytes().strip()
    except OSError as error:
        raise _missing(beside) from error
    if not kept:
        raise _missing(beside)
    return kept


def _missing(beside: Path) -> SecretsMissing:
    return SecretsMissing(
        f"API keys cannot be checked: set {PEPPER_VARIABLE}, or put {beside} back"
    )


_NOBODY: tuple[bytes, Role] = (b"", "viewer")


class Guard:
    """Lets known keys in, up to what their role allows, and slows down who guesses."""

    def __init__(
        self, keys: Iterable[ApiKey], pepper: bytes, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._keys = {key.kid: (key.digest, cast("Role", key.role)) for key in keys}
        self._pepper = pepper
        self._clock = clock
        self._guesses: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def authorise(self, scope: Scope, key: bytes | None, least: Role) -> None:
        """Return when *key* may do what needs the role *least*.

        Raises:
            Problem: 401, 403, or 429 after too many wrong keys from one address.
        """
        if self._guesses:
            self._bound(scope)
        if key is None:
            raise Problem(
                "key-missing",
                "send your key in the X-API-Key header",
                {"WWW-Authenticate": "ApiKey"},
            )
        kid, _, secret = key[:KEY_CHARACTERS_MAX].partition(b".")
        kept, role = self._keys.get(kid.decode("latin-1"), _NOBODY)
        # An unknown kid costs the same time as a wrong secret.
        if not hmac.compare_digest(digest(self._pepper, secret), kept):
            self._count(scope)
            raise Problem(
                "key-wrong",
                "the X-API-Key header holds no key of this shop",
                {"WWW-Authenticate": "ApiKey"},
            )
        if RANK[role] < RANK[least]:
            raise Problem(
                "role-insufficient",
                f"this takes the role {least}; the key has {role}",
            )

    def _bound(self, scope: Scope) -> None:
        since, count = self._guesses.get(_address(scope), (0.0, 0))
        left_s = since + GUESSES_WINDOW_S - self._clock()
        if count >= GUESSES_MAX and left_s > 0:
            wait_s = math.ceil(left_s)
            raise Problem(
                "too-many-guesses",
                f"wait {wait_s} s before trying another key",
                {"Retry-After": str(wait_s)},
            )

    def _count(self, scope: Scope) -> None:
        address = _address(scope)
        now = self._clock()
        since, count = self._guesses.pop(address, (now, 0))
        if now >= since + GUESSES_WINDOW_S:
            since, count = now, 0
        self._guesses[address] = (since, count + 1)
        if len(self._guesses) > ADDRESSES_MAX:
            self._guesses.popitem(last=False)


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""
