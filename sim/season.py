"""Goods that are bought once, before their season: which, and how many.

The quantity is the newsvendor's: the smallest q with P(demand of the season <= q) at or above
(price - cost) / (price - salvage) (Arrow, Harris and Marschak 1951; Snyder and Shen 4.3). Demand is
compound Poisson, told by a negative binomial of its mean and variance.
"""

import numpy as np
from numpy.typing import NDArray

from scenarios.models import Scenario
from sim.streams import stream

Floats = NDArray[np.float64]
DAYS_A_WEEK = 7


def seasonal_skus(scenario: Scenario, skus: int) -> NDArray[np.bool_]:
    """(skus,) which are bought once; the seed draws them, the same in every replication."""
    season = scenario.stock.policy.seasonal
    if season is None:
        return np.zeros(skus, np.bool_)
    place = stream(scenario.seed, "seasonal").permutation(skus)
    return np.asarray(place < round(season.share * skus))


def bought_once(
    scenario: Scenario, rate: Floats, price_minor: NDArray[np.int64], cost_minor: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Units to buy for a season of demand at *rate* units a day; all arrays of one shape."""
    from scipy import stats  # noqa: PLC0415  slow to load, and few scenarios have a season

    season = scenario.stock.policy.seasonal
    assert season is not None
    salvage = season.salvage * cost_minor
    critical = np.clip((price_minor - cost_minor) / np.maximum(1, price_minor - salvage), 0, 0.9999)
    shares = scenario.demand.line_quantity
    units = 1 + np.arange(len(shares))
    dispersion = float(np.dot(shares, units**2) / np.dot(shares, units))
    mean = rate * DAYS_A_WEEK * season.weeks
    if dispersion > 1:
        quantity = stats.nbinom.ppf(critical, mean / (dispersion - 1), 1 / dispersion)
    else:
        quantity = stats.poisson.ppf(critical, mean)
    whole: NDArray[np.int64] = np.maximum(0, np.asarray(quantity)).astype(np.int64)
    return whole
