"""Used-up ids.

Stock is not counted down: what is free is worked out from the rows of orders and carts. The ids
of the levels come from a generator. Where carts hold something it feeds two queries, carts first;
by the time of the second it is used up, its filter matches nothing, and everything that orders
have taken goes unseen. Found in Saleor's allocation; a test that never starts from an order and a
cart together cannot see it (saleor#6897 and saleor#5334 are neighbours of it).
"""

from collections.abc import Callable, Iterable
from itertools import chain

from benchmarks.oversell.database import Row
from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import NO_CHECKOUT, RULES
from benchmarks.oversell.sound.levels import Place, lock_all
from benchmarks.oversell.sound.orders import allocate, levels_of, pick, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}), NO_CHECKOUT)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Lock the levels, work out what is free, allocate."""
    wants = wanted(client, request.lines)
    rows = yield from lock_all(client, levels_of(wants))
    free = yield from free_units(client, rows)
    return (yield from allocate(client, request, pick(free, wants)))


def free_units(client: Client, rows: dict[Place, Row]) -> Steps[dict[Place, int]]:
    """On hand less what carts and orders have, by their rows."""
    ids = (at for at in rows)
    carts: list[Row] = []
    if any(row["reserved"] for row in rows.values()):
        carts = yield from client.tx.select("hold", among(ids))
    orders = yield from client.tx.select("pick", among(ids))
    free = {at: row["available"] + row["committed"] + row["reserved"] for at, row in rows.items()}
    for row in chain((cart for cart in carts if cart["live"]), orders):
        free[row["place"]] -= row["quantity"]
    return free


def among(ids: Iterable[Place]) -> Callable[[Row], bool]:
    """WHERE place IN (...)."""
    found = set(ids)
    return lambda row: row["place"] in found
