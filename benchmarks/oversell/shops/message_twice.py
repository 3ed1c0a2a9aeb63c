"""Message taken twice.

A message is sent again when its receipt was not confirmed in time, and the shop books it again:
two units sold elsewhere become four. Every sender of webhooks warns of it; ShopifySharp#919 and
saleor#10165 tell of doubles, odoo#152259 of tills that send their orders again.
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.levels import move
from benchmarks.oversell.sound.messages import heard
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Meaning, Message


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but(deliver=deliver), ALL)


def deliver(client: Client, message: Message) -> Steps[None]:
    """Number what arrives, and book it."""
    if message.origin == client.shop.name:
        return
    at = (message.sku, message.location)
    arrival = f"arrival-{client.shop.database.number()}"
    absolute = message.meaning is Meaning.ABSOLUTE
    change = yield from heard(
        client, at, arrival, message.version, message.quantity, absolute=absolute
    )
    if change:
        yield from move(client, at, available=change)
