"""Refund unit by unit.

The price of a unit is the line's amount divided and rounded, and a refund is that price times the
units that come back. Ten for 179.25 come back for 179.30: more is refunded than was paid, or a
cent is owed for ever. woocommerce#64668 and #30263, PrestaShop#40271.
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.levels import lock_all, move
from benchmarks.oversell.sound.messages import tell
from benchmarks.oversell.sound.orders import order_lines, way_back
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.RETURN: give_back}), ALL)


def give_back(client: Client, request: Request) -> Steps[Reply]:
    """Take units back at the price of one."""
    refund = 0
    asked = yield from order_lines(client, request, lambda r: int(r["fulfilled"] - r["returned"]))
    backs = way_back(client, asked)
    yield from lock_all(client, [at for at, _ in backs])
    for at, units in backs:
        yield from move(client, at, available=units)
        tell(client, at, units)
    for row, quantity, _ in asked:
        price = (row["amount_minor"] + row["ordered"] // 2) // row["ordered"]
        refund += price * quantity
        refunded = row["refunded_minor"] + price * quantity
        returned = row["returned"] + quantity
        yield from client.tx.write("line", row["key"], returned=returned, refunded_minor=refunded)
    return Reply(accepted=True, refund_minor=refund)
