"""Reconciles the wrong counter.

The nightly comparison takes what the other system has on the shelf for what may be sold, and
overwrites the one with the other: units that customers have ordered and not yet got are for sale
again every morning. What `actual_qty` means is confused in both directions (woocommerce_fusion#170,
libracore/WooCommerceConnector#41, woocommerce-square#19).
"""

from collections.abc import Mapping

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.levels import Place, lock_all, move
from benchmarks.oversell.steps import Steps


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but(reconcile=reconcile), ALL)


def reconcile(client: Client, truth: Mapping[Place, int]) -> Steps[None]:
    """Make what is available what the other system has."""
    for at, row in (yield from lock_all(client, truth)).items():
        if truth[at] != row["available"]:
            yield from move(client, at, available=truth[at] - row["available"])
