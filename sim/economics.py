"""Money: what a recorded replication is worth in a year, net of what the setup itself costs.

Only trading days count; the run-in only fills the shop. A year is 52 weeks, a month 52/12 weeks.
All amounts are minor units of the scenario's currency, as floats: this is accounting after the
run, not the engine's ledger. `ROWS` lists what `profit` returns and how each row is made. The
margin rate is what the replication itself earned, gross profit over revenue: promotions lower it
below one minus the scenario's cost share.

Sources of the formulas. Profit and loss of a shop by direct costing: revenue - cost of goods -
what the work and the stock cost (Silver, Pyke & Thomas, Inventory and Production Management in
Supply Chains, 4th ed. 2017, section 1.4: holding cost = average stock at cost x carrying rate).
Equivalent annual cost of a one-off payment P over n years at rate i: P i / (1 - (1 + i)^-n)
(Brealey, Myers & Allen, Principles of Corporate Finance, section 6.3). Payback: the first week
from which cumulative cash is never below zero again, not the first time it touches zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.models import LinkTable, Scenario
from sim.arms import Arm
from sim.recorder import Metric
from sim.statistics import Interval, t_interval

Floats = NDArray[np.float64]
Daily = NDArray[np.int64]

WEEKS_A_YEAR = 52
PROJECT_YEARS = 3
DAYS_A_WEEK = 7
HOUR_MINUTES = 60

ROWS = {
    "revenue": "paid at the tills and for web units picked",
    "cost_of_goods": "cost of the units in revenue",
    "gross_profit": "revenue - cost_of_goods",
    "margin_recovered": "margin of oversold units whose customers buy later all the same: "
    "OVERSOLD_MINOR x margin rate x (1 - lost_margin_share)",
    "cancellations": "web orders of which at least one line was missing, wholly or in part, x "
    "money.cancellation (handling, voucher, fee): one price however much was missing",
    "labour_sync": "minutes per stock entry and per web order typed, by the setup in force x wage",
    "labour_labels": "paper labels changed x minutes a label x wage",
    "labour_counts": "levels counted x minutes a level x wage",
    "holding": "average stock at cost x holding rate",
    "shrinkage": "units shrunk x average cost of a unit on the shelf that day",
    "subscription": "monthly cost of the setup in force",
    "project": "one-off costs as an equivalent annual cost over 3 years at the discount rate",
    "operating_profit": "gross_profit + margin_recovered - all costs above",
    "lost_sales": "margin of what customers wanted and did not get; already absent from "
    "gross_profit, shown because it is what better stock could win",
    "cost_of_cancellations": "web orders with missing goods: cancellations + margin lost for "
    "good on the missing units; the margin is already absent from gross_profit",
}
COSTS = (
    "cancellations",
    "labour_sync",
    "labour_labels",
    "labour_counts",
    "holding",
    "shrinkage",
    "subscription",
    "project",
)


@dataclass(frozen=True)
class Cash:
    """Cumulative cash of one arm against today, by week of trading.

    Attributes:
        cumulative: (replications, weeks) at the end of each week.
        weekly: one t interval of the cumulative cash a week.
        worst: the interval at the worst week of the mean path.
        worst_week: its number, from 1.
        payback_week: week from which the mean path stays at or above zero; 0 when it never was
            below, None when it still is at the end.
        payback_projected: the same when the weekly gain since the last change goes on; None
            when that gain is not above zero.
        paid_back: share of replications that end at or above zero.
    """

    cumulative: Floats
    weekly: list[Interval]
    worst: Interval
    worst_week: int
    payback_week: int | None
    payback_projected: int | None
    paid_back: float


def profit(daily: Daily, run_in_days: int, scenario: Scenario, arm: Arm) -> dict[str, float]:
    """Yearly money of one replication, in minor units; the rows are `ROWS`.

    Args:
        daily: (days, stores, metrics) as recorded, run-in first.
        run_in_days: how many days to leave out.
        scenario: where wages, rates and cost shares come from.
        arm: the setups in force and what they cost.
    """
    weekly = _weekly(daily, run_in_days, scenario, arm)
    weeks = len(weekly["revenue"])
    rows = {name: float(flow.sum()) * WEEKS_A_YEAR / weeks for name, flow in weekly.items()}
    rows["project"] = equivalent_annual_cost(
        sum(step.once_minor for step in arm.steps if step.week >= 0),
        scenario.money.discount_rate,
    )
    rows["operating_profit"] = (
        rows["gross_profit"] + rows["margin_recovered"] - sum(rows[name] for name in COSTS)
    )
    return {name: rows[name] for name in ROWS}


def equivalent_annual_cost(once_minor: float, rate: float, years: int = PROJECT_YEARS) -> float:
    """The yearly payment over *years* that is worth *once_minor* today at the yearly *rate*."""
    if rate == 0:
        return once_minor / years
    return float(once_minor * rate / (1 - (1 + rate) ** -years))


def cash_by_week(daily: Daily, run_in_days: int, scenario: Scenario, arm: Arm) -> Floats:
    """(weeks,) operating cash less what the setup costs, in minor units.

    Cash differs from profit: goods are paid when they arrive (cost of goods sold + growth of the
    stock at cost + shrinkage), one-off costs in the week of their change, and holding is left
    out because nobody pays it in cash.
    """
    weekly = _weekly(daily, run_in_days, scenario, arm)
    shelf = daily[:, :, Metric.SHELF_COST_MINOR].sum(axis=1).astype(np.float64)
    ends = shelf[run_in_days - 1 :: DAYS_A_WEEK] if run_in_days else shelf[6::DAYS_A_WEEK]
    growth = np.diff(ends) if run_in_days else np.diff(ends, prepend=ends[0])
    paid = sum(weekly[name] for name in COSTS if name not in {"holding", "project"})
    once = np.zeros(len(weekly["revenue"]))
    for step in arm.steps:
        if 0 <= step.week < len(once):
            once[step.week] += step.once_minor
    cash: Floats = (
        weekly["gross_profit"] + weekly["margin_recovered"] - growth - np.asarray(paid) - once
    )
    return cash


def roadmap_cash(today: Sequence[Floats], roadmap: Sequence[Floats], last_change_week: int) -> Cash:
    """Cumulative cash of the roadmap against staying as today, paired by replication.

    Args:
        today: `cash_by_week` of today's arm, one a replication.
        roadmap: the same of the roadmap's arm, the same replications in the same order.
        last_change_week: week of trading in which the last change begins.
    """
    gain = np.asarray(roadmap, dtype=np.float64) - np.asarray(today, dtype=np.float64)
    cumulative = gain.cumsum(axis=1)
    path = cumulative.mean(axis=0)
    worst_week = int(path.argmin())
    weekly = [t_interval(column) for column in cumulative.T]
    settled = gain[:, last_change_week + 1 :]
    return Cash(
        cumulative=cumulative,
        weekly=weekly,
        worst=weekly[worst_week],
        worst_week=worst_week + 1,
        payback_week=payback_week(path),
        payback_projected=_projected(path, float(settled.mean()) if settled.size else 0.0),
        paid_back=float((cumulative[:, -1] >= 0).mean()),
    )


def payback_week(path: Floats) -> int | None:
    """Number of the week (from 1) from which *path* stays at or above zero; 0 if never below."""
    below = np.flatnonzero(path < 0)
    if below.size == 0:
        return 0
    last = int(below[-1])
    return None if last == len(path) - 1 else last + 2


def _projected(path: Floats, gain: float) -> int | None:
    """Payback when *gain* a week goes on after the end of *path*."""
    seen = payback_week(path)
    if seen is not None:
        return seen
    return None if gain <= 0 else len(path) + int(np.ceil(-path[-1] / gain))


def _weekly(daily: Daily, run_in_days: int, scenario: Scenario, arm: Arm) -> dict[str, Floats]:
    """Row name -> (weeks,) of trading; all rows of `ROWS` but project and operating_profit."""
    trading = daily[run_in_days:].sum(axis=1).astype(np.float64)
    weeks = len(trading) // DAYS_A_WEEK
    by_week = trading[: weeks * DAYS_A_WEEK].reshape(weeks, DAYS_A_WEEK, -1).sum(axis=1)
    tables = [arm.step_at(week).table for week in range(weeks)]
    money = scenario.money
    minute = money.wage_minor / HOUR_MINUTES

    def column(metric: Metric) -> Floats:
        found: Floats = by_week[:, metric]
        return found

    shelf_cost = trading[: weeks * DAYS_A_WEEK, Metric.SHELF_COST_MINOR]
    shelf_units = np.maximum(1, trading[: weeks * DAYS_A_WEEK, Metric.SHELF_UNITS])
    shrunk = trading[: weeks * DAYS_A_WEEK, Metric.UNITS_SHRUNK] * shelf_cost / shelf_units
    revenue = column(Metric.REVENUE_STORE_MINOR) + column(Metric.REVENUE_WEB_MINOR)
    cost = column(Metric.COST_STORE_MINOR) + column(Metric.COST_WEB_MINOR)
    margin = 1 - (cost.sum() / revenue.sum() if revenue.any() else money.cost_share)
    oversold_margin = column(Metric.OVERSOLD_MINOR) * margin
    handling = column(Metric.ORDERS_OVERSOLD) * money.cancellation_minor
    lost = column(Metric.LOST_STORE_MINOR) + column(Metric.LOST_WEB_MINOR)
    return {
        "revenue": revenue,
        "cost_of_goods": cost,
        "gross_profit": revenue - cost,
        "margin_recovered": oversold_margin * (1 - money.lost_margin_share),
        "cancellations": handling,
        "labour_sync": minute
        * (
            column(Metric.STOCK_ENTRIES) * _each(t.stock.minutes_per_entry for t in tables)
            + column(Metric.ORDER_ENTRIES) * _each(t.order.minutes_per_order for t in tables)
        ),
        "labour_labels": minute
        * column(Metric.LABELS_CHANGED)
        * _each(_label_minutes(t) for t in tables),
        "labour_counts": minute * money.count_minutes * column(Metric.LEVELS_COUNTED),
        "holding": column(Metric.SHELF_COST_MINOR)
        / DAYS_A_WEEK
        * money.holding_rate
        / WEEKS_A_YEAR,
        "shrinkage": shrunk.reshape(weeks, DAYS_A_WEEK).sum(axis=1),
        "subscription": _each(arm.step_at(w).monthly_minor * 12 / 52 for w in range(weeks)),
        "lost_sales": lost * margin,
        "cost_of_cancellations": handling + oversold_margin * money.lost_margin_share,
    }


def _label_minutes(table: LinkTable) -> float:
    """Staff minutes a changed label: none where labels change themselves."""
    return table.price.minutes_per_label if table.price.technique == "manual" else 0.0


def _each(values: Iterable[float]) -> Floats:
    """(weeks,) of one number a week."""
    return np.fromiter(values, dtype=np.float64)
