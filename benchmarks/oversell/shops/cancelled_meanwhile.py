"""Cancelled meanwhile.

Before an order is cancelled it is looked up: which units has nobody sent or cancelled yet? The
look is a transaction of its own, and the order is not locked any more when the units are booked
back; what was read is written. Where the customer and the payment service cancel at once, both
find the order open and both restock all of it: the order looks as it should, the stock has its
units twice. Where the warehouse sends the goods in that moment, they are sent and cancelled.
WooCommerce notes on the order whether its stock was booked; shops find it booked twice and suspect
a race over that note (woocommerce#38786), or of a webhook with the checkout
(woocommerce-payments#3345). woocommerce#44273 names refunds that run beside orders.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.oversell.database import Row
from benchmarks.oversell.shop import Client, Refused, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.levels import lock_all, move, parts_of
from benchmarks.oversell.sound.orders import Asked, order_lines
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.CANCEL: cancel}), ALL)


def cancel(client: Client, request: Request) -> Steps[Reply]:
    """Look what is left of the order, then book that back."""
    asked = yield from look(client, request)
    if not asked:
        message = "nothing is left to cancel"
        raise Refused(message)
    picks = yield from client.tx.select("pick", lambda pick: bool(pick["line"][0] == request.of))
    yield from lock_all(client, [pick["place"] for pick in picks])
    for row, quantity, _ in asked:
        for pick, units in from_picks(client, row, quantity, picks):
            key = (*row["key"], *pick["place"])
            yield from client.tx.write("pick", key, quantity=pick["quantity"] - units)
            yield from move(client, pick["place"], committed=-units, available=units)
        left = row["allocated"] - quantity
        done = row["cancelled"] + quantity
        yield from client.tx.write("line", row["key"], allocated=left, cancelled=done)
    return Reply(accepted=True)


def look(client: Client, request: Request) -> Steps[list[Asked]]:
    """Which lines the request is about, in a transaction of its own."""
    looking = replace(client, tx=client.begin())
    try:
        return (yield from order_lines(looking, request, lambda row: int(row["allocated"])))
    finally:
        looking.tx.end()


def from_picks(
    client: Client, row: Row, quantity: int, picks: Sequence[Row]
) -> Iterator[tuple[Row, int]]:
    """The picks that hold *quantity* units of a line, each with what to take off it."""
    for part, each in parts_of(client, row["sku"]).items():
        rest = each * quantity
        for pick in picks:
            mine = pick["line"] == row["key"] and pick["place"][0] == part
            units = min(rest, pick["quantity"]) if mine else 0
            rest -= units
            if units:
                yield pick, units
