"""Return by sku.

What comes back is put into a table of sku and location, a row for each line of the order. Where
two lines share a sku, or a kit and a loose unit the same part, the later line takes the place of
the earlier one instead of adding to it: everything is refunded, part of it is restocked. Magento
restocked the loose unit of an order and not the five in its bundle (magento/inventory#1442);
Medusa's cancelled fulfilments went wrong where lines share an inventory item (medusa PR 12503).
"""

from benchmarks.oversell.shop import Client, Refused, Shop
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
    """Units come back and are paid back."""
    refund = 0
    asked = yield from order_lines(client, request, lambda r: int(r["fulfilled"] - r["returned"]))
    if not asked:
        message = "nothing can come back"
        raise Refused(message)
    # A line's own places differ; those of two lines need not.
    backs = dict(way_back(client, asked))
    yield from lock_all(client, backs)
    for at, units in backs.items():
        yield from move(client, at, available=units)
        tell(client, at, units)
    for row, quantity, _ in asked:
        returned = row["returned"] + quantity
        refunded = row["amount_minor"] * returned // row["ordered"]
        refund += refunded - row["refunded_minor"]
        yield from client.tx.write("line", row["key"], returned=returned, refunded_minor=refunded)
    return Reply(accepted=True, refund_minor=refund)
