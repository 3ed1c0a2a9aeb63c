"""What the shop learns of slow sellers against the known means of the methods it learns by.

A shelf sells on one day in *p* and then one to three units; each estimate is looked at every day.
"""

from functools import lru_cache

import numpy as np
import pytest

from sim.streams import stream
from tests.truth.shelves import Measured, Shelves, measured

SEED = 20_261_122
SHELVES = 1_000
WARM, DAYS = 400, 2_400
SIZES = np.array([1, 2, 3])
SHARES = np.array([0.5, 0.3, 0.2])


@lru_cache(maxsize=8)
def learnt(method: str, weight: float, chance: float) -> Measured:
    """The mean forecast of a method with this weight for sizes and intervals alike."""
    print(f"seed {SEED}, stream 'slow sellers'")
    generator = stream(SEED, "slow sellers")
    rule = f"{{method: {method}, smoothing: {weight}, smoothing_interval: {weight}}}"
    forecast = Shelves(SEED, SHELVES, 1, f"policy.forecast={rule}").jobs.supply.forecast
    assert forecast is not None
    told = np.zeros(SHELVES)
    rows = len(forecast.rows)
    in_stock = np.ones(rows, np.bool_)
    sold = np.zeros(rows, np.int64)
    for day in range(DAYS):
        sizes = generator.choice(SIZES, SHELVES, p=SHARES)
        sold[:SHELVES] = np.where(generator.random(SHELVES) < chance, sizes, 0)
        forecast.learn(sold, in_stock)
        if day >= WARM:
            told += forecast.rate[:SHELVES]
    return measured(told / (DAYS - WARM))


def croston_mean(weight: float, chance: float) -> float:
    """E(size) E(1 / interval), Syntetos and Boylan 2001: above the truth by a known share.

    1 + a / (2 - a) * (1 - 1 / p) to second order; a = weight, p = mean interval.
    """
    return float(SIZES @ SHARES) * chance * (1 + weight / (2 - weight) * (1 - chance))


@pytest.mark.parametrize("method", ["tsb", "exponential_smoothing"])
def test_unbiased_methods_are(method: str) -> None:
    """TSB (Teunter, Syntetos and Babai 2011) and plain smoothing tell the mean; 2 % is seen."""
    truth = float(SIZES @ SHARES) * 0.25
    found, shifted = learnt(method, 0.1, 0.25), learnt(method, 0.1, 0.25 * 1.02)
    print(found, truth, "shifted", shifted)
    assert found.agrees(truth)
    assert not shifted.agrees(truth)


def test_croston_is_biased_as_known() -> None:
    """At a weight of 0.05 and one sale in four days it tells 1.9 % too much, and not the truth."""
    truth = float(SIZES @ SHARES) * 0.25
    found = learnt("croston", 0.05, 0.25)
    print(found, croston_mean(0.05, 0.25), truth)
    assert found.mean == pytest.approx(croston_mean(0.05, 0.25), rel=0.002, abs=4 * found.error)
    assert not found.agrees(truth)
    shifted = learnt("croston", 0.05, 0.25 * 1.02)
    assert shifted.mean != pytest.approx(croston_mean(0.05, 0.25), rel=0.002, abs=4 * found.error)


def test_days_without_stock_are_left_out() -> None:
    """A shelf that stood empty on every other day is not taken for one that sells half as much."""
    forecast = Shelves(SEED, 1, 1, "policy.forecast.method=exponential_smoothing").jobs.supply
    learner = forecast.forecast
    assert learner is not None
    learner.smoothed[:] = 4.0
    rows = len(learner.rows)
    for day in range(100):
        empty = day % 2 == 0
        learner.learn(np.full(rows, 0 if empty else 4), np.full(rows, not empty))
    assert learner.rate.tolist() == [4.0] * rows
    learner.learn(np.full(rows, 9), np.zeros(rows, np.bool_))
    assert learner.rate.tolist() == pytest.approx([4.5] * rows)
