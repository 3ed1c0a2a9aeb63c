"""When customers come: baskets per weekday and hour, and how far days differ beyond chance.

The model of a store's day is a count N ~ Poisson(mean of the weekday x G), where G is one gamma
variable a day with mean 1 and coefficient of variation `day_effect_cv`. It holds at any scale: a
panel that sees every tenth basket sees the same G, and ten times fewer baskets. The twin draws G
lognormal with the same mean and spread, which at the spreads of real shops is nearly the same law.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.windows import DAYS_A_WEEK, Window

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

HOURS = 24
SHARE_IN_HOURS = 0.995
HOURS_CLOSED_MIN = 3  # a store shut for less is taken to be open round the clock


def daily_counts(orders: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Baskets of each day and store of the window: (days, stores) int64, days without any are 0."""
    counts = pd.crosstab(orders["day"], orders["store"])
    return counts.reindex(window.days).fillna(0).astype(np.int64)


def by_week(counts: pd.Series) -> Counts:
    """The counts of one store as (weeks, 7), Monday first."""
    return counts.to_numpy(dtype=np.int64).reshape(-1, DAYS_A_WEEK)


def over_dispersion(weeks: Counts) -> float:
    """The coefficient of variation of the day effect, by the method of moments.

    Var N = m + cv^2 m^2 on each weekday. Summed over the weekdays this gives
    cv^2 = sum(s^2 - m) / sum(m^2); from the square of a sample mean its own variance s^2 / n is
    taken off. Days that differ less than chance give 0.

    Args:
        weeks: (weeks, 7) baskets of one store.
    """
    mean = weeks.mean(axis=0)
    variance = weeks.var(axis=0, ddof=1)
    squares = float(np.sum(mean**2 - variance / len(weeks)))
    excess = float(np.sum(variance - mean))
    return float(np.sqrt(excess / squares)) if excess > 0 and squares > 0 else 0.0


def hour_counts(occurred_at: pd.Series) -> Counts:
    """Baskets of each hour of the local day: (24,)."""
    return np.bincount(occurred_at.dt.hour.to_numpy(), minlength=HOURS).astype(np.int64)


def opening(hours: Counts) -> tuple[int, int]:
    """The shortest run of whole hours that holds 99.5 % of the baskets, as (opens, closes).

    Of two equally short the one with more baskets counts. A store that would be shut for less
    than `HOURS_CLOSED_MIN` hours is open round the clock: (0, 24).

    Args:
        hours: (24,) baskets an hour.
    """
    before = np.concatenate([[0], np.cumsum(hours)])
    wanted = SHARE_IN_HOURS * before[-1]
    for length in range(1, HOURS - HOURS_CLOSED_MIN + 1):
        held = before[length:] - before[:-length]
        best = int(np.argmax(held))
        if held[best] >= wanted:
            return best, best + length
    return 0, HOURS


def hour_weights(hours: Counts, opens: int, closes: int) -> Floats:
    """The share of each hour in the baskets of the opening hours; 0 outside of them."""
    inside = np.zeros(HOURS)
    inside[opens:closes] = hours[opens:closes]
    return np.asarray(inside / inside.sum())
