"""Older message last.

Messages overtake each other, and the shop believes the one that came last: an absolute stock that
was true a minute ago replaces the newer one. shopify-app-js#603 shows an update that arrived before
the creation; sellers are told to compare versions, and not all do.
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
    """Take a message for newer than all that came before it."""
    if message.origin == client.shop.name:
        return
    at = (message.sku, message.location)
    absolute = message.meaning is Meaning.ABSOLUTE
    version = client.shop.database.number()
    change = yield from heard(client, at, message.id, version, message.quantity, absolute=absolute)
    if change:
        yield from move(client, at, available=change)
