"""Lagging replica.

Reads go to a replica of the database to spare the primary, the check before an order with them. A
moment after a sale the replica still has the units. Saleor's webhooks were filled from such a
replica (saleor#14473), caches of stock counts behave the same.
"""

from benchmarks.oversell.shop import Client, Refused, Shop
from benchmarks.oversell.sound import NO_CARTS, RULES
from benchmarks.oversell.sound.levels import lock_all
from benchmarks.oversell.sound.orders import allocate, levels_of, pick, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}), NO_CARTS)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Check against the replica, take from the primary."""
    wants = wanted(client, request.lines)
    left = {}
    for at in levels_of(wants):
        row = yield from client.shop.database.replica("level", at)
        if row is None:
            message = f"no {at[0]} at {at[1]}"
            raise Refused(message)
        left[at] = row["available"]
    picks = pick(left, wants)
    yield from lock_all(client, [(sku, location) for _, sku, location, _ in picks])
    return (yield from allocate(client, request, picks))
