"""Cancel restocks everything.

Cancelling what is left of an order puts everything the order ever had back into stock, also what
has left the shop or was put back before. The record then has units that no shelf has. PrestaShop
has done so since 2019 (PrestaShop#16869, #35460); vendure#1198 and #2608 are about the same
arithmetic.
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.levels import move
from benchmarks.oversell.sound.orders import lock_picks, never_left, order_lines, take_picks
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.CANCEL: cancel}), ALL)


def cancel(client: Client, request: Request) -> Steps[Reply]:
    """Take the rest off the lines, restock what they were ordered with."""
    asked = yield from order_lines(client, request, lambda row: int(row["allocated"]))
    yield from lock_picks(client, request.of)
    for row, quantity, _ in asked:
        for at, units in (yield from take_picks(client, row, quantity)):
            yield from never_left(client, row, at, units)
            yield from move(client, at, committed=-units, available=units)
        gone = row["fulfilled"] + row["cancelled"]
        if row["allocated"] == quantity and gone:
            yield from move(client, (row["sku"], row["location"]), available=gone)
        left = row["allocated"] - quantity
        done = row["cancelled"] + quantity
        yield from client.tx.write("line", row["key"], allocated=left, cancelled=done)
    return Reply(accepted=True)
