"""How good the fit is: daily counts of the held-out weeks against what the fit says of them.

The fit's count of a day is negative binomial (Poisson with a gamma day effect), and its 80 %
interval runs from the 10 % to the 90 % quantile, both included.

Coverage. Counts are whole numbers, so both edges together hold more than they should: of a store
with eight baskets a day a perfectly right model covers about 87 %. A count on an edge therefore
counts in part, by the share of that edge's probability that belongs inside; a right model then
covers 80 % on average at any scale. `coverage_whole` counts edges whole.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sim.calibration.arrivals import Counts, Floats, by_week
from sim.calibration.windows import DAYS_A_WEEK, Window

TAIL = 0.1
CV_LEAST = 1e-4  # a day effect below this cannot be seen in any count
WEEKS_AVERAGED = 4


@dataclass(frozen=True, slots=True)
class Edges:
    """80 % intervals of counts, and which part of a count on an edge lies inside; arrays alike."""

    low: Counts
    high: Counts
    low_part: Floats
    high_part: Floats

    def covers(self, counts: Counts) -> Floats:
        """How much of each count is inside, 0 to 1; *counts* broadcasts against the edges."""
        inside = ((counts >= self.low) & (counts <= self.high)).astype(np.float64)
        outside = (1 - self.low_part) * (counts == self.low)
        outside = outside + (1 - self.high_part) * (counts == self.high)
        return np.asarray(np.maximum(0.0, inside - outside))

    def holds(self, counts: Counts) -> NDArray[np.bool_]:
        """Whether each count is inside, edges counted whole."""
        return np.asarray((counts >= self.low) & (counts <= self.high))


@dataclass(frozen=True, slots=True)
class Store:
    """What the fit says of one store: the mean of each weekday (7,) and the spread of days."""

    mean: Floats
    day_effect_cv: float


@dataclass(frozen=True, slots=True)
class Check:
    """The fit table, one row a store and weekday, and what it adds up to."""

    rows: list[dict[str, str | int | float]]
    coverage: float
    coverage_whole: float
    bias: float  # predicted over observed, minus 1
    error: float  # mean absolute error of a store-day, in baskets
    error_seasonal_naive: float
    error_moving_average: float


def edges(mean: Floats, day_effect_cv: float) -> Edges:
    """The 80 % interval of a day's count for each mean."""
    # A negative binomial with a vast size is a Poisson law for every purpose of this table.
    size = 1 / max(day_effect_cv, CV_LEAST) ** 2
    law = stats.nbinom(size, size / (size + mean))
    low = np.asarray(law.ppf(TAIL)).astype(np.int64)
    high = np.asarray(law.ppf(1 - TAIL)).astype(np.int64)
    low_part = (law.cdf(low) - TAIL) / law.pmf(low)
    high_part = (1 - TAIL - law.cdf(high - 1)) / law.pmf(high)
    return Edges(low, high, np.clip(low_part, 0, 1), np.clip(high_part, 0, 1))


def check(counts: pd.DataFrame, stores: dict[str, Store], window: Window) -> Check:
    """Compare the fit with the held-out weeks.

    Args:
        counts: (days, stores) baskets of the whole window (`arrivals.daily_counts`).
        stores: the fit, by store, at the same scale as the counts.
        window: which of the days are fitted and which held out.
    """
    rows: list[dict[str, str | int | float]] = []
    covered, held, errors, naive, average, bias = [], [], [], [], [], []
    for name, store in stores.items():
        weeks = by_week(counts[name])
        before, after = weeks[: window.weeks_fitted], weeks[window.weeks_fitted :]
        bounds = edges(store.mean, store.day_effect_cv)
        covers = bounds.covers(after)
        rows += [_row(name, day, store.mean, bounds, after, covers) for day in range(DAYS_A_WEEK)]
        covered.append(covers)
        held.append(bounds.holds(after))
        errors.append(np.abs(after - store.mean))
        naive.append(np.abs(after - before[-1]))
        average.append(np.abs(after - before[-WEEKS_AVERAGED:].mean()))
        bias.append((float(store.mean.sum()) * len(after), float(after.sum())))
    predicted, observed = np.sum(bias, axis=0)
    return Check(
        rows=rows,
        coverage=float(np.mean(covered)),
        coverage_whole=float(np.mean(held)),
        bias=float(predicted / observed - 1) if observed > 0 else 0.0,
        error=float(np.mean(errors)),
        error_seasonal_naive=float(np.mean(naive)),
        error_moving_average=float(np.mean(average)),
    )


def _row(
    name: str, day: int, mean: Floats, bounds: Edges, after: Counts, covers: Floats
) -> dict[str, str | int | float]:
    return {
        "store": name,
        "weekday": day,
        "days": len(after),
        "observed": round(float(after[:, day].mean()), 2),
        "predicted": round(float(mean[day]), 2),
        "low": int(bounds.low[day]),
        "high": int(bounds.high[day]),
        "coverage": round(float(covers[:, day].mean()), 3),
    }
