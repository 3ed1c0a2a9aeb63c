"""Check before the lock.

The order looks whether there is enough, then locks the rows and takes its units, correctly added
and without looking again. Between look and lock another order may have taken the same units. The
counters agree with the orders to the last unit, and still more is promised than there is. Vendure
did so before PR 4930 (vendure#1355, #1738, #3508), django-oscar 4.2 does (59 of 50 units sold with
16 buyers at once).
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
    """Look, lock, take."""
    wants = wanted(client, request.lines)
    left = {}
    for at in levels_of(wants):
        row = yield from client.tx.read("level", at)
        if row is None:
            message = f"no {at[0]} at {at[1]}"
            raise Refused(message)
        left[at] = row["available"]
    picks = pick(left, wants)
    yield from lock_all(client, [(sku, location) for _, sku, location, _ in picks])
    return (yield from allocate(client, request, picks))
