"""Row locks.

A right shop in the style of the others: one transaction a request, rows locked in an order that
all share, the demand of all lines added up before it is checked, the check after the lock.
"""

from benchmarks.oversell.shop import Shop
from benchmarks.oversell.sound import ALL, RULES

SOUND = True


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES, ALL)
