"""Filter without carts.

The list of what is in stock subtracts orders but not what other carts hold, while checkout
subtracts both. A shopper is shown units that checkout then refuses. Saleor's stock filter ignored
reservations (saleor#10877).
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES, levels
from benchmarks.oversell.steps import Steps


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but(shown=shown), ALL)


def shown(client: Client, sku: str, channel: str, location: str | None) -> Steps[int]:  # noqa: ARG001 - all channels see the same
    """On hand less what orders have."""
    free = yield from levels.free_by_part(client, sku, location)
    for part, at in levels.part_places(client, sku, location):
        free[part] += (yield from levels.lock_level(client, (part, at)))["reserved"]
    return levels.makes(client, sku, free)
