"""Reorder level and order-up-to level of every shelf, by the shop's rule and a forecast of demand.

s covers the demand of lead time and review day, plus safety_factor standard deviations; demand is
compound Poisson, so its variance is rate * E[q^2] / E[q] (Axsater, Inventory Control, 5.1). What an
order brings is days of cover, or Harris's economic quantity sqrt(2 K rate / h).
"""

import numpy as np
from numpy.typing import NDArray

from scenarios.models import Scenario

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

DAYS_A_YEAR = 365.0


def levels_for(scenario: Scenario, rate: Floats, cost_minor: Integers) -> tuple[Integers, Integers]:
    """(s, S) for demand at *rate*; -1 and 0 where nothing is wanted. S - s is the Q of R_Q.

    Args:
        scenario: the shop, its rule and its supplier.
        rate: (levels,) or (locations, skus) units a day.
        cost_minor: cost of a unit, of the shape of rate or broadcast to it.
    """
    rule, policy = scenario.stock, scenario.stock.policy
    shares = scenario.demand.line_quantity
    units = 1 + np.arange(len(shares))
    dispersion = np.dot(shares, units**2) / np.dot(shares, units)
    exposed_days = rule.lead_time_days.mean + 1
    mean = rate * exposed_days
    reorder_at = np.ceil(mean + rule.safety_factor * np.sqrt(mean * dispersion)).astype(np.int64)
    if policy.rule == "base_stock":
        # Here the level that covers lead time and review is S itself.
        order_up_to = np.maximum(1, reorder_at)
        if policy.order_up_to is not None:
            order_up_to = np.full_like(reorder_at, policy.order_up_to)
        reorder_at = order_up_to - 1
    else:
        if policy.reorder_at is not None:
            reorder_at = np.full_like(reorder_at, policy.reorder_at)
        order_up_to = reorder_at + ordered_at_once(scenario, rate, cost_minor)
        if policy.order_up_to is not None:
            order_up_to = np.full_like(reorder_at, policy.order_up_to)
    nothing = rate <= 0
    reorder_at[nothing] = -1
    order_up_to[nothing] = 0
    return reorder_at, order_up_to


def ordered_at_once(scenario: Scenario, rate: Floats, cost_minor: Integers) -> Integers:
    """Units that an order brings, besides what has been sold below the reorder level."""
    policy = scenario.stock.policy
    wanted: Floats = rate * scenario.stock.cover_days
    if policy.quantity is not None:
        wanted = np.full_like(rate, policy.quantity)
    elif policy.order_cost_minor is not None:
        a_day = scenario.money.holding_rate * cost_minor / DAYS_A_YEAR
        wanted = np.sqrt(2 * policy.order_cost_minor * rate / np.maximum(a_day, 1e-9))
    units = np.maximum(1, np.ceil(wanted)).astype(np.int64)
    return whole_packs(units, policy.pack_size) if policy.rule == "R_Q" else units


def whole_packs(units: Integers, pack_size: int) -> Integers:
    """*units* rounded up to full packs."""
    packed: Integers = -(-units // pack_size) * pack_size
    return packed
