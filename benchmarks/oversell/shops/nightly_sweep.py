"""Nightly sweep.

A cart hold ends when a job deletes it, not when its time is over, and the job comes once a day.
Until then nobody can buy the units and the cart's owner can still let them go. Saleor deletes
expired rows daily and is right because it ignores them from the second they expire; commercetools
warns that a release may lag by minutes. Here nothing looks at the time.
"""

from benchmarks.oversell.shop import START_S, Client, Shop
from benchmarks.oversell.sound import ALL, RULES, levels
from benchmarks.oversell.sound.levels import Place
from benchmarks.oversell.steps import Steps

SWEEP_EVERY_S = 86_400.0


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but(expire=expire), ALL)


def expire(client: Client, at: Place) -> Steps[None]:
    """Give back what was over when the job last ran."""
    days = (client.now_s - START_S) // SWEEP_EVERY_S
    known = yield from client.tx.read("sweep", at)
    if days > (known["day"] if known else 0):
        yield from levels.expire(client, at)
        yield from client.tx.write("sweep", at, day=days)
