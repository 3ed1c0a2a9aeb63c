"""Tills and pickers: exports do not say how many there are, so a rule does.

As many as keep people busy for `BUSY_SHARE` of the time: tills in the busiest hour of the busiest
weekday, pickers over the opening hours of the busiest weekday. At least one of each.
"""

import math

from sim.calibration.arrivals import Floats

BUSY_SHARE = 0.7
RULE = (
    "Tills: busy for 70 % of the busiest hour of the busiest weekday. "
    "Pickers: busy for 70 % of the opening hours of the busiest weekday. At least one of each."
)
SECONDS_AN_HOUR = 3_600


def tills(visits_by_weekday: Floats, visits_by_hour: Floats, seconds_a_basket: float) -> int:
    """Tills of a store.

    Args:
        visits_by_weekday: (7,) baskets a day at the shop's scale.
        visits_by_hour: (24,) share of each hour.
        seconds_a_basket: mean time of a basket at the till.
    """
    peak = float(visits_by_weekday.max() * visits_by_hour.max())
    return max(1, math.ceil(peak * seconds_a_basket / (SECONDS_AN_HOUR * BUSY_SHARE)))


def pickers(orders_a_day: float, hours_open: int, seconds_an_order: float) -> int:
    """Pickers of a store.

    Args:
        orders_a_day: web orders of the busiest weekday at the shop's scale.
        hours_open: opening hours of a day.
        seconds_an_order: mean time to pick an order.
    """
    work = orders_a_day * seconds_an_order
    return max(1, math.ceil(work / (hours_open * SECONDS_AN_HOUR * BUSY_SHARE)))
