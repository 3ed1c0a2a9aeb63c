"""Orders tell nobody.

The other system hears of every change that somebody makes by hand: receipts, corrections, counts,
sales at the till. What orders do to the stock is written elsewhere in the code, and nobody thought
of the message there: goods that left, and goods that came back, are never told. The other system
goes on selling what has been sent away. Saleor triggers its stock event from the mutations that
edit stock and from none of the order flows (saleor#19449).
"""

from benchmarks.oversell.shop import Client, Refused, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.levels import lock_all, move
from benchmarks.oversell.sound.orders import lock_picks, order_lines, take_picks, way_back
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.FULFIL: fulfil, Verb.RETURN: give_back}), ALL)


def fulfil(client: Client, request: Request) -> Steps[Reply]:
    """Allocated units leave."""
    asked = yield from order_lines(client, request, lambda row: int(row["allocated"]))
    if not asked:
        message = "nothing is left to send"
        raise Refused(message)
    yield from lock_picks(client, request.of)
    for row, quantity, _ in asked:
        for at, units in (yield from take_picks(client, row, quantity)):
            yield from move(client, at, committed=-units)
        left = row["allocated"] - quantity
        sent = row["fulfilled"] + quantity
        yield from client.tx.write("line", row["key"], allocated=left, fulfilled=sent)
    return Reply(accepted=True)


def give_back(client: Client, request: Request) -> Steps[Reply]:
    """Units come back and are paid back."""
    refund = 0
    asked = yield from order_lines(client, request, lambda r: int(r["fulfilled"] - r["returned"]))
    if not asked:
        message = "nothing can come back"
        raise Refused(message)
    backs = way_back(client, asked)
    yield from lock_all(client, [at for at, _ in backs])
    for at, units in backs:
        yield from move(client, at, available=units)
    for row, quantity, _ in asked:
        returned = row["returned"] + quantity
        refunded = row["amount_minor"] * returned // row["ordered"]
        refund += refunded - row["refunded_minor"]
        yield from client.tx.write("line", row["key"], returned=returned, refunded_minor=refunded)
    return Reply(accepted=True, refund_minor=refund)
