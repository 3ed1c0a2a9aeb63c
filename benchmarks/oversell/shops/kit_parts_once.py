"""Kit parts counted once.

Whether kits can be had is checked by asking each part for as many units as kits were ordered; how
many of the part go into one kit is only looked at when stock is taken. A kit of two is sold until
its part is owed. Medusa did not multiply by `required_quantity` (medusa#12532, PR 12572), and
SmartStoreNET#1052 sells ten two-packs from ten pieces.
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import NO_CHECKOUT, RULES
from benchmarks.oversell.sound.levels import lock_all, parts_of
from benchmarks.oversell.sound.orders import allocate, levels_of, pick, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}), NO_CHECKOUT)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Find the parts as if one of each made a kit, then take what a kit needs."""
    wants = wanted(client, request.lines)
    rows = yield from lock_all(client, levels_of(wants))
    left = {at: row["available"] for at, row in rows.items()}
    ordered = [request.lines[number].quantity for number, _, _, _ in wants]
    found = pick(
        left,
        [(n, sku, kits, at) for (n, sku, _, at), kits in zip(wants, ordered, strict=True)],
    )
    picks = []
    for number, sku, location, kits in found:
        each = parts_of(client, request.lines[number].sku)[sku]
        picks.append((number, sku, location, kits * each))
    return (yield from allocate(client, request, picks))
