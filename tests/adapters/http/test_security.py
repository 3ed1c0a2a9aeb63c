"""Who may do what: keys, roles route by route, and guessing."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from starlette.routing import Route

from adapters.database.store import ApiKey
from adapters.errors import SecretsMissing
from adapters.http.problems import Problem
from adapters.http.security import (
    GUESSES_MAX,
    GUESSES_WINDOW_S,
    RANK,
    ROUTES,
    Guard,
    Role,
    mint,
    pepper_of,
)
from tests.adapters.http.shop import PEPPER, Live, another_key, found, line, live

ROLES: tuple[Role, ...] = get_args(Role)
BODIES = {
    "/v1/orders": {"lines": [line()]},
    "/v1/stock/receipts": {"lines": [line()]},
    "/v1/products": {"product_id": 500, "sku": "BELT"},
}


@pytest.fixture
def keys(tmp_path: Path) -> dict[Role, str]:
    """One key a role of a shop in this test's folder."""
    database = tmp_path / "shop.db"
    found(database)
    return {role: another_key(database, role) for role in ROLES}


def routes(shop: Live) -> Iterator[tuple[str, str]]:
    """Every method and path that the application answers."""
    for route in shop.app.routes:
        assert isinstance(route, Route), route
        for method in (route.methods or set()) - {"HEAD"}:
            yield method, route.path


def test_every_route_has_a_role(shop: Live) -> None:
    """The table of roles and the routes of the application are the same set."""
    assert sorted(routes(shop)) == sorted(ROUTES)


def test_roles_route_by_route(tmp_path: Path, keys: dict[Role, str]) -> None:
    """Each role may do exactly what the table says; without a key only open routes answer."""
    with live(tmp_path / "shop.db", keys["admin"]) as shop:
        for (method, path), least in ROUTES.items():
            address = path.replace("{order_id}", "1")
            body = BODIES.get(path)
            nobody = shop.call(method, address, key="", json=body)
            assert nobody.status_code == (200 if least is None else 401), (method, path)
            for role, key in keys.items():
                reply = shop.call(method, address, key=key, json=body)
                allowed = least is None or RANK[role] >= RANK[least]
                assert (reply.status_code != 403) == allowed, (method, path, role)
                assert reply.status_code != 401


def test_a_wrong_key_is_told_nothing(shop: Live) -> None:
    """An unknown key, a wrong secret and half a key get one and the same answer."""
    kid = shop.key.partition(".")[0]
    replies = [
        shop.call("GET", "/api/inventory?product_id=12345", key=key)
        for key in ("nobody.secret", f"{kid}.secret", kid, ".", "k" * 10_000)
    ]
    assert {reply.status_code for reply in replies} == {401}
    assert len({reply.content for reply in replies}) == 1
    assert replies[0].headers["www-authenticate"] == "ApiKey"


def test_guessing_is_slowed_down(shop: Live) -> None:
    """After ten wrong keys from one address nothing is tried any more, the right key included."""
    for _ in range(GUESSES_MAX):
        assert shop.call("GET", "/v1/orders/1", key="a.b").status_code == 401
    stopped = shop.call("GET", "/v1/orders/1")
    assert stopped.status_code == 429
    assert 0 < int(stopped.headers["retry-after"]) <= GUESSES_WINDOW_S


def test_a_guesser_may_try_again_later() -> None:
    """The bound is per address and ends after a minute."""
    now = 0.0
    key, kept = mint(PEPPER, "viewer")
    guard = Guard([kept], PEPPER, lambda: now)
    here = {"client": ("192.0.2.1", 1)}
    for _ in range(GUESSES_MAX):
        with pytest.raises(Problem, match="no key of this shop"):
            guard.authorise(here, b"a.b", "viewer")
    with pytest.raises(Problem, match="wait 60 s"):
        guard.authorise(here, key.encode(), "viewer")
    guard.authorise({"client": ("192.0.2.2", 1)}, key.encode(), "viewer")
    now = GUESSES_WINDOW_S
    guard.authorise(here, key.encode(), "viewer")


def test_the_database_does_not_hold_keys(tmp_path: Path) -> None:
    """Neither a secret nor the pepper can be found in the files of the shop."""
    database = tmp_path / "shop.db"
    key = found(database)
    with live(database, key) as shop:
        shop.receive(line(quantity=5))
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    kid, _, secret = key.partition(".")
    assert kid.encode() in written
    assert secret.encode() not in written
    assert PEPPER not in written


def test_a_key_of_another_pepper_opens_nothing() -> None:
    """Who has the database alone cannot make a key for it."""
    key, kept = mint(b"another", "admin")
    guard = Guard([ApiKey(kept.kid, kept.digest, "admin")], PEPPER)
    with pytest.raises(Problem, match="no key of this shop"):
        guard.authorise({"client": None}, key.encode(), "viewer")


def test_the_pepper_is_kept_beside_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made once, for the owner's eyes; the environment goes first; a lost one is named."""
    monkeypatch.delenv("STORETWIN_PEPPER", raising=False)
    database = tmp_path / "shop.db"
    with pytest.raises(SecretsMissing, match=r"shop\.db\.pepper"):
        pepper_of(database, create=False)
    made = pepper_of(database, create=True)
    assert len(made) == 64
    assert pepper_of(database, create=True) == made
    assert (tmp_path / "shop.db.pepper").stat().st_mode & 0o077 == 0
    monkeypatch.setenv("STORETWIN_PEPPER", "stated")
    assert pepper_of(database, create=False) == b"stated"
