"""Hears itself.

The shop tells the other system what changed. The other system passes every change on to all it
knows, the shop included, and the shop takes its own change for news: a sale of one counts twice,
stock that was set to four becomes nine. SwagPayPal with Zettle (SwagPayPal#561: 5, then 4, then 9)
and the Square link of WooCommerce (woocommerce-square#19) did so.
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
    """Take every new message, whoever began it."""
    at = (message.sku, message.location)
    absolute = message.meaning is Meaning.ABSOLUTE
    change = yield from heard(
        client, at, message.id, message.version, message.quantity, absolute=absolute
    )
    if change:
        yield from move(client, at, available=change)
