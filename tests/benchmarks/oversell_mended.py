"""Check before the lock, mended: the same shop, and it looks again once it has the lock."""

from benchmarks.oversell.shop import Client, Refused, Shop
from benchmarks.oversell.sound import NO_CARTS, RULES
from benchmarks.oversell.sound.levels import lock_all
from benchmarks.oversell.sound.orders import allocate, levels_of, pick, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}), NO_CARTS)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Look, lock, look again, take."""
    wants = wanted(client, request.lines)
    left = {}
    for at in levels_of(wants):
        row = yield from client.tx.read("level", at)
        if row is None:
            message = f"no {at[0]} at {at[1]}"
            raise Refused(message)
        left[at] = row["available"]
    pick(left, wants)
    rows = yield from lock_all(client, levels_of(wants))
    picks = pick({at: row["available"] for at, row in rows.items()}, wants)
    return (yield from allocate(client, request, picks))
