"""Leaked hold.

A cart that runs out of time is marked as ended, and its units are never given back: they stay
reserved for nobody, until the shop is sold out with full shelves. Magento needs a command that
lists such leftovers (magento/inventory#3373, #2522, #2503); medusa#13625 and #11703 tell of more.
"""

from benchmarks.oversell.database import Row
from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.levels import Place
from benchmarks.oversell.steps import Steps


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but(expire=expire), ALL)


def expire(client: Client, at: Place) -> Steps[None]:
    """Mark what is over."""

    def due(hold: Row) -> bool:
        return bool(hold["place"] == at and hold["live"] and hold["expires_s"] <= client.now_s)

    for hold in (yield from client.tx.select("hold", due)):
        yield from client.tx.write("hold", hold["key"], live=False)
