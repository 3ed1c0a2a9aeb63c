"""First location only.

Whether an order can be met is asked over all locations; its units are then taken at the first one,
which may have none. Medusa confirms over every location of a channel and reserves at
`location_ids[0]` (medusa#14987, #15132, PR 16246).
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
    """Confirm over all locations, reserve at the first."""
    wants = wanted(client, request.lines)
    rows = yield from lock_all(client, levels_of(wants))
    left = {at: row["available"] for at, row in rows.items()}
    picks = []
    for number, sku, units, location in wants:
        if units > sum(max(0, left[sku, at]) for at in places(location)):
            message = f"{sku} is short"
            raise Refused(message)
        first = next(iter(places(location)))
        left[sku, first] -= units
        picks.append((number, sku, first, units))
    return (yield from allocate(client, request, picks))
