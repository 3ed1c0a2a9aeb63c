"""How sure a comparison is: paired intervals, many comparisons at once, rare counts.

Read `compare` first: it takes the differences of every arm against today, replication by
replication on common random numbers, and answers with one `Comparison` an arm. Common random
numbers say nothing about rare events such as oversold orders: these get `garwood` intervals.

Sources. t interval and its sequential use: Law, Simulation Modeling and Analysis (5th ed. 2015),
sections 9.4 and 10.2. Step-down p values: Holm 1979, Scandinavian Journal of Statistics 6:65-70.
Exact Poisson limits: Garwood 1936, Biometrika 28:437-442.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]

RUNS_MAX = 100_000  # beyond this "more runs" is no advice


@dataclass(frozen=True, slots=True)
class Interval:
    """A middle value and the interval that covers it with probability `confidence`."""

    middle: float
    low: float
    high: float
    confidence: float

    @property
    def half_width(self) -> float:
        """Half the interval's length, in the unit of the values."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """One arm against the base arm.

    Attributes:
        difference: mean paired difference with its own t interval.
        simultaneous: the same mean; all arms' intervals together cover with the confidence.
        p: two-sided p value of the paired t test.
        p_holm: p after Holm's correction over the arms compared.
        replications: how many pairs.
        more_runs: further replications until the interval leaves zero out at this mean; 0 when
            it does already, None when no sensible number would.
    """

    difference: Interval
    simultaneous: Interval
    p: float
    p_holm: float
    replications: int
    more_runs: int | None

    @property
    def verdict(self) -> str:
        """`higher`, `lower`, `same` (no difference at all) or `open` (can't tell yet)."""
        if self.difference.low == self.difference.high == 0:
            return "same"
        if self.p_holm > 1 - self.difference.confidence:
            return "open"
        return "higher" if self.difference.middle > 0 else "lower"


def t_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Mean of independent *values* and its Student interval; endless for a single value."""
    sample = _sample(values)
    middle = float(sample.mean())
    if sample.size == 1:
        return Interval(middle, -np.inf, np.inf, confidence)
    half = _t(confidence, sample.size) * float(sample.std(ddof=1)) / np.sqrt(sample.size)
    return Interval(middle, middle - half, middle + half, confidence)


def p_value(differences: ArrayLike) -> float:
    """Two-sided p of the paired t test that the mean of *differences* is zero."""
    sample = _sample(differences)
    if sample.size == 1:
        return 1.0
    error = float(sample.std(ddof=1)) / np.sqrt(sample.size)
    if error == 0:
        return 1.0 if sample[0] == 0 else 0.0
    return float(2 * stats.t.sf(abs(float(sample.mean())) / error, sample.size - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values in the order given: sorted ones times k, k-1, ..., made monotone."""
    count = len(p_values)
    order = sorted(range(count), key=lambda i: p_values[i])
    adjusted = [1.0] * count
    running = 0.0
    for rank, i in enumerate(order):
        running = max(running, min(1.0, (count - rank) * p_values[i]))
        adjusted[i] = running
    return adjusted


def compare(
    differences: Mapping[str, ArrayLike], confidence: float = 0.95
) -> dict[str, Comparison]:
    """Compare every arm with the base.

    The simultaneous intervals are Bonferroni's: each at 1 - (1 - confidence) / arms. They are
    wider than what Holm's test would allow, never narrower.

    Args:
        differences: arm -> (replications,) values of the arm minus those of the base.
        confidence: of each interval, and of all simultaneous ones together.
    """
    arms = list(differences)
    raw = [p_value(differences[arm]) for arm in arms]
    together = 1 - (1 - confidence) / max(1, len(arms))
    found = {}
    for arm, p, p_holm in zip(arms, raw, holm(raw), strict=True):
        sample = _sample(differences[arm])
        found[arm] = Comparison(
            difference=t_interval(sample, confidence),
            simultaneous=t_interval(sample, together),
            p=p,
            p_holm=p_holm,
            replications=sample.size,
            more_runs=more_runs(sample, confidence=confidence),
        )
    return found


def more_runs(
    values: ArrayLike, half_width: float | None = None, confidence: float = 0.95
) -> int | None:
    """Further runs until the half width falls to *half_width*, by default to the mean's size.

    The smallest n with t(n - 1) * s / sqrt(n) <= half_width, minus the runs made; s is taken from
    the runs made (Law 2015, equation 9.2).
    """
    sample = _sample(values)
    if sample.size == 1:
        return None
    target = abs(float(sample.mean())) if half_width is None else half_width
    spread = float(sample.std(ddof=1))
    if spread == 0:
        return 0

    def enough(runs: int) -> bool:
        return bool(_t(confidence, runs) * spread / np.sqrt(runs) <= target)

    if enough(sample.size):
        return 0
    if not enough(RUNS_MAX):
        return None
    low, high = sample.size, RUNS_MAX  # low is too few, high suffices
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high - sample.size


def garwood(count: int, exposure: float = 1.0, confidence: float = 0.95) -> Interval:
    """Exact interval of a Poisson rate: *count* events seen in *exposure* (years, orders, ...).

    Limits are half the chi-squared quantiles at 2 count and 2 count + 2 degrees of freedom.
    """
    if count < 0 or exposure <= 0:
        message = f"a rate needs a count of 0 or more and an exposure above 0: {count}, {exposure}"
        raise ValueError(message)
    tail = (1 - confidence) / 2
    low = float(stats.chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    high = float(stats.chi2.isf(tail, 2 * count + 2)) / 2
    return Interval(count / exposure, low / exposure, high / exposure, confidence)


def quantiles(values: ArrayLike, shares: Sequence[float]) -> list[float]:
    """Quantiles of *values*, interpolated linearly (Hyndman & Fan 1996, type 7)."""
    return [float(q) for q in np.quantile(_sample(values), shares)]


def _sample(values: ArrayLike) -> Floats:
    sample = np.asarray(values, dtype=np.float64).ravel()
    if sample.size == 0 or not np.isfinite(sample).all():
        message = "statistics need at least one value, all of them finite"
        raise ValueError(message)
    return sample


def _t(confidence: float, count: int) -> float:
    return float(stats.t.ppf((1 + confidence) / 2, count - 1))
