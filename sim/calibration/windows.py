"""Which weeks a fit may use: the weeks in which every store trades, the last of them held out.

A store trades from its first to its last basket, and on to the edge of the export when it is
silent there for no longer than `SILENCE_DAYS`. A longer silence (closed, refitted, sold) cuts its
time in two, of which the longer counts. The common window is what all stores share, cut to whole
weeks from Monday to Sunday.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from sim.calibration.errors import FitImpossible

SILENCE_DAYS = 7
FITTED_WEEKS_MIN = 4
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Window:
    """Whole weeks of one calendar: first the fitted ones, then those held out."""

    start: pd.Timestamp  # a Monday, without time zone
    weeks_fitted: int
    weeks_held_out: int

    @property
    def split(self) -> pd.Timestamp:
        """The Monday on which the held-out weeks begin."""
        return self.start + pd.Timedelta(weeks=self.weeks_fitted)

    @property
    def end(self) -> pd.Timestamp:
        """The Monday after the last week."""
        return self.split + pd.Timedelta(weeks=self.weeks_held_out)

    @property
    def days(self) -> pd.DatetimeIndex:
        """Every day of the window."""
        count = DAYS_A_WEEK * (self.weeks_fitted + self.weeks_held_out)
        return pd.date_range(self.start, periods=count, freq="D")

    def fitted(self, days: pd.Series) -> pd.Series:
        """Which of the local days belong to the fitted weeks."""
        return (days >= self.start) & (days < self.split)


def local_days(occurred_at: pd.Series) -> pd.Series:
    """The shop's calendar day of each time, midnight without time zone."""
    days: pd.Series = occurred_at.dt.tz_localize(None).dt.normalize()
    return days


def trading(days: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> tuple[pd.Timestamp, ...]:
    """The first and the last day of a store's longest time without a long silence.

    Args:
        days: the days on which the store sold something, in any order, repeats allowed.
        first: the export's first day.
        last: the export's last day.
    """
    open_days = pd.DatetimeIndex(np.sort(days.unique()))
    silence = pd.Timedelta(days=SILENCE_DAYS)
    starts = np.flatnonzero(np.diff(open_days) > silence) + 1
    edges = [0, *starts.tolist(), len(open_days)]
    spans = [(open_days[a], open_days[b - 1]) for a, b in pairwise(edges)]
    start, end = max(spans, key=lambda span: span[1] - span[0])
    return (
        first if start - first <= silence else start,
        last if last - end <= silence else end,
    )


def common(orders: pd.DataFrame, weeks_held_out: int) -> Window:
    """The whole weeks in which all stores trade, the last *weeks_held_out* of them held out.

    Args:
        orders: one row an order, with store and day.
        weeks_held_out: how many weeks the fit must not see.
    """
    first, last = orders["day"].min(), orders["day"].max()
    spans = [
        trading(days, first, last) for _, days in orders.groupby("store", observed=True)["day"]
    ]
    start = max(span[0] for span in spans)
    end = min(span[1] for span in spans) + pd.Timedelta(days=1)
    start += pd.Timedelta(days=-start.weekday() % DAYS_A_WEEK)
    end -= pd.Timedelta(days=end.weekday())
    weeks = max(0, (end - start).days // DAYS_A_WEEK)
    if weeks < FITTED_WEEKS_MIN + weeks_held_out:
        raise FitImpossible(
            f"all stores trade together in {weeks} whole weeks; a fit needs {FITTED_WEEKS_MIN}"
            f" and {weeks_held_out} to hold out. Leave out the store that trades least, or hold"
            " out fewer weeks"
        )
    return Window(start, weeks - weeks_held_out, weeks_held_out)
