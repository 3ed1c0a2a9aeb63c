"""Lost update.

The counters are read, the new numbers are worked out in the program and written back as they are.
Two orders that read before either has written both count from the same number: the second write
wipes out the first, and the same units are sold again. Bagisto writes
`ordered_inventories.qty = read + qty`; saleor#543, woocommerce#12467 and django-shop#888 show what
comes of it, and the ACIDRain paper (SIGMOD 2017) found it in shop after shop.
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import NO_CARTS, RULES
from benchmarks.oversell.sound.levels import write_down
from benchmarks.oversell.sound.orders import levels_of, pick, record, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}), NO_CARTS)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Read the levels, work out what is left, write the levels."""
    wants = wanted(client, request.lines)
    rows = {}
    for at in levels_of(wants):
        rows[at] = (yield from client.tx.read("level", at)) or {"available": 0}
    left = {at: row["available"] for at, row in rows.items()}
    order_id = record(client, request, pick(left, wants))
    for at, row in rows.items():
        taken = row["available"] - left[at]
        if taken:
            yield from client.tx.write(
                "level", at, available=left[at], committed=row["committed"] + taken
            )
            write_down(client, at, available=-taken, committed=taken)
    return Reply(accepted=True, id=order_id)
