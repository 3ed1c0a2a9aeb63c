"""What the benches have in common: figures with targets, and seconds that neighbours spare.

Seconds are those of the process, not of the wall, so that other programs on the machine count for
neither side. What they do to caches and clock speed they do to both: the two take turns, and the
figure is the median of the turns' ratios.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Found = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """One number that has a target.

    Attributes:
        value: what was found; None where it could not be measured, for the reason in `skipped`.
        at_most: the target is a bound from above; from below otherwise.
    """

    name: str
    value: float | None
    target: float
    at_most: bool = False
    skipped: str = ""

    @property
    def reached(self) -> bool:
        """Whether it is as good as promised, or nobody can tell here."""
        if self.value is None:
            return True
        return self.value <= self.target if self.at_most else self.value >= self.target

    def __str__(self) -> str:
        """One line of the table."""
        bound = "<=" if self.at_most else ">="
        found = "-" if self.value is None else f"{self.value:,.2f}"
        verdict = "reached" if self.reached else "MISSED"
        if self.value is None:
            verdict = f"skipped: {self.skipped}"
        return f"{self.name:<58} {found:>8} {bound}{self.target:>8,.2f}  {verdict}"


@contextmanager
def collected() -> Iterator[None]:
    """Leave nothing for the garbage collector to find that an earlier bench has dropped."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def seconds_of(work: Callable[[], object]) -> float:
    """Processor seconds that *work* takes."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def median_ratio(pairs: Iterable[tuple[float, float]]) -> float:
    """Median of b/a over rounds (a, b)."""
    return statistics.median(b / a for a, b in pairs)
