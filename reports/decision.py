"""The headline: from paired differences to an instruction.

Everything here works on yearly operating profit net of what a setup costs, in minor units, one
number per arm and replication. Replications are paired: number r of every arm met the same
customers, so only differences are ever judged.

Three headlines are possible. *stay*: no candidate's lower bound beats zero. *measure*: one does,
but within what we do not know its sign flips, or without the work by hand, which nobody measured,
its lower bound does not. *act*: one does and keeps doing so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim import statistics

LEVEL = 0.95
WORK = "work_by_hand"


class Instruction(StrEnum):
    """What page 1 tells the owner."""

    STAY = "stay"
    MEASURE = "measure"
    ACT = "act"


@dataclass(frozen=True)
class Difference:
    """One candidate against today: mean of the paired differences and its interval.

    The intervals of a comparison hold together with the confidence LEVEL, so picking the best
    candidate afterwards does not make its interval a lie.
    """

    arm: str
    mean: float
    low: float
    high: float
    better: int  # runs in which the candidate earned more
    runs: int
    more_runs: int | None  # until the interval leaves zero out; None where no number would do


@dataclass(frozen=True)
class Point:
    """One value of a strip's axis: difference per candidate, best of them, at that value."""

    value: float
    differences: tuple[Difference, ...]

    def of(self, arm: str) -> Difference | None:
        """The difference of *arm*, or None where the strip did not run it."""
        return next((d for d in self.differences if d.arm == arm), None)


class Crossing(StrEnum):
    """How the best candidate's gain moves along an axis."""

    UPWARD = "upward"  # pays above a value only
    DOWNWARD = "downward"  # pays below a value only
    ALWAYS = "always"  # pays at every tested value
    NEVER = "never"  # pays at none
    MIXED = "mixed"  # changes its sign more than once


@dataclass(frozen=True)
class BreakEven:
    """Where along an axis changing anything begins to pay.

    low and high bound the values at which the interval of the gain contains zero; they are
    clipped to the tested values.
    """

    crossing: Crossing
    value: float | None
    low: float | None
    high: float | None
    tested_low: float
    tested_high: float


@dataclass(frozen=True)
class Decision:
    """The instruction, the candidate it is about, and what would have to be measured."""

    instruction: Instruction
    best: Difference | None
    measure: tuple[str, ...]


def compare(profit: Mapping[str, np.ndarray], today: str) -> tuple[Difference, ...]:
    """Paired differences of every arm to *today*, in the order given.

    Args:
        profit: yearly operating profit per arm, (replications,) each, same order of replications.
        today: the arm that the others are compared with.
    """
    deltas = {arm: values - profit[today] for arm, values in profit.items() if arm != today}
    found = statistics.compare(deltas, LEVEL)
    return tuple(
        Difference(
            arm=arm,
            mean=judged.simultaneous.middle,
            low=judged.simultaneous.low,
            high=judged.simultaneous.high,
            better=int((deltas[arm] > 0).sum()),
            runs=judged.replications,
            more_runs=judged.more_runs,
        )
        for arm, judged in found.items()
    )


def best_of(differences: Sequence[Difference]) -> Difference | None:
    """The candidate with the greatest mean gain; the first of equals."""
    return max(differences, key=lambda d: d.mean, default=None)


def flips(points: Sequence[Point], arm: str) -> bool:
    """Whether the mean gain of *arm* is positive at some tested value and not at another."""
    means = [d.mean for d in (point.of(arm) for point in points) if d is not None]
    return any(mean > 0 for mean in means) and any(mean <= 0 for mean in means)


def decide(
    differences: Sequence[Difference],
    strip: Mapping[str, Sequence[Point]] | None = None,
    without_work: Mapping[str, float] | None = None,
) -> Decision:
    """The instruction for page 1.

    Args:
        differences: one per candidate, their intervals holding together.
        strip: per axis (scale factor, safety stock, online share) the tested values.
        without_work: per candidate the lower bound of the gain if no work by hand were saved.
            How much there is today rests on minutes that nobody measured in the shop; where
            the gain is not proven without these minutes, they are what to measure.
    """
    best = best_of(differences)
    proven = [d for d in differences if d.low > 0]
    if not proven:
        return Decision(Instruction.STAY, best, ())
    best = best_of(proven)
    assert best is not None
    measure = tuple(axis for axis, points in (strip or {}).items() if flips(points, best.arm))
    if (without_work or {}).get(best.arm, best.low) <= 0:
        measure = (*measure, WORK)
    if measure:
        return Decision(Instruction.MEASURE, best, measure)
    return Decision(Instruction.ACT, best, ())


def _crossings(x: np.ndarray, y: np.ndarray) -> list[tuple[float, bool]]:
    """Where the line through (x, y) changes sign, and whether it rises there."""
    found = []
    for i in range(x.size - 1):
        if (y[i] > 0) != (y[i + 1] > 0):
            share = y[i] / (y[i] - y[i + 1])
            found.append((float(x[i] + share * (x[i + 1] - x[i])), bool(y[i + 1] > 0)))
    return found


def break_even(points: Sequence[Point]) -> BreakEven | None:
    """Where changing something begins to pay: the best of the candidates at each value.

    Linear interpolation between the tested values. The bounds are where the best upper and the
    best lower bound cross zero, so they are as wide as the replications leave them.
    """
    points = [point for point in points if point.differences]
    if len(points) < 2:
        return None
    x = np.array([point.value for point in points])
    first, last = float(x[0]), float(x[-1])
    mean = np.array([max(d.mean for d in point.differences) for point in points])
    lower = np.array([max(d.low for d in point.differences) for point in points])
    upper = np.array([max(d.high for d in point.differences) for point in points])
    found = _crossings(x, mean)
    if not found:
        kind = Crossing.ALWAYS if mean[0] > 0 else Crossing.NEVER
        return BreakEven(kind, None, None, None, first, last)
    if len(found) > 1:
        return BreakEven(Crossing.MIXED, None, None, None, first, last)
    value, rising = found[0]
    early = [
        v for v, up in _crossings(x, upper if rising else lower) if up == rising and v <= value
    ]
    late = [v for v, up in _crossings(x, lower if rising else upper) if up == rising and v >= value]
    return BreakEven(
        Crossing.UPWARD if rising else Crossing.DOWNWARD,
        value,
        max(early, default=first),
        min(late, default=last),
        first,
        last,
    )
