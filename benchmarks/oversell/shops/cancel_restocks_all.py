"""Cancel restocks everything.

Cancelling what is left of an order puts everything of it into stock again, also what has left the
shop or was put back before. The record then has units that no shelf has. PrestaShop has done so
since 2019 (PrestaShop#16869, #35460); vendure#1198 and #2608 are about the same arithmetic.
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES, orders
from benchmarks.oversell.sound.levels import move
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.CANCEL: cancel}), ALL)


def cancel(client: Client, request: Request) -> Steps[Reply]:
    """Take units off the lines; where none are left to go, restock what ever went, too."""
    reply = yield from orders.cancel(client, request)
    rows = yield from client.tx.select("line", lambda row: bool(row["key"][0] == request.of))
    if any(row["allocated"] for row in rows):
        return reply
    picks = yield from client.tx.select("pick", lambda pick: bool(pick["line"][0] == request.of))
    for pick in picks:
        if pick["taken"]:
            yield from move(client, pick["place"], available=pick["taken"])
    return reply
