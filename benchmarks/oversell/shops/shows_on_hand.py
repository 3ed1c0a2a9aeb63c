"""Shows what is on hand.

The web shop is told the units that stand on the shelf, not those that are still free: units that
other orders wait for are offered again, and an order for them fails or oversells. The ERPNext
links to WooCommerce push `actual_qty` without subtracting what is reserved
(woocommerce_fusion#170, libracore/WooCommerceConnector#41).
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES, levels
from benchmarks.oversell.steps import Steps


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but(shown=shown), ALL)


def shown(client: Client, sku: str, channel: str, location: str | None) -> Steps[int]:
    """The web shop sees on_hand, the till what is free."""
    if channel != "web":
        return (yield from levels.shown(client, sku, channel, location))
    free = yield from levels.free_by_part(client, sku, location)
    for part, at in levels.part_places(client, sku, location):
        row = yield from levels.lock_level(client, (part, at))
        free[part] += row["committed"] + row["reserved"]
    return levels.makes(client, sku, free)
