"""Split without a remainder.

An order that one location cannot fill goes on to the next, but every location is asked for the
whole quantity instead of what is still missing: an order of 13 took 10 at one and 13 at another.
Vendure's `forAllocation` used `min(quantity, available)` in every round (vendure#4030).
"""

from benchmarks.oversell.shop import Client, Refused, Shop, places
from benchmarks.oversell.sound import NO_CHECKOUT, RULES
from benchmarks.oversell.sound.levels import lock_all
from benchmarks.oversell.sound.orders import allocate, levels_of, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}), NO_CHECKOUT)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Go through the locations until the line has what it needs."""
    wants = wanted(client, request.lines)
    rows = yield from lock_all(client, levels_of(wants))
    left = {at: row["available"] for at, row in rows.items()}
    picks = []
    for number, sku, units, location in wants:
        got = 0
        for at in places(location):
            if got >= units:
                break
            here = min(units, max(0, left[sku, at]))
            if here:
                left[sku, at] -= here
                got += here
                picks.append((number, sku, at, here))
        if got < units:
            message = f"{sku} is short by {units - got}"
            raise Refused(message)
    return (yield from allocate(client, request, picks))
