"""What is measured: each KPI with its definition, its source and which way is better.

A KPI is a function of one `Year`: one replication of one arm, its days of trading only, with the
yearly money that `sim.economics` worked out for it. KPIS is the one table; whatever shows a KPI
(results.sqlite, report.json, the page) goes through it.

Ratios are formed from sums over all days and stores, never as a mean of daily ratios: a quiet
Monday must not weigh as much as a Saturday.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.recorder import Metric

DAYS_A_YEAR = 364  # 52 weeks, as in sim.economics
US_AN_HOUR = 3_600_000_000
US_A_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Year:
    """One replication of one arm.

    Attributes:
        daily: (trading days, stores, len(Metric)) int64.
        money: yearly money in minor units by the names of `sim.economics`.
        wage_minor: what an hour of work costs.
    """

    daily: NDArray[np.int64]
    money: Mapping[str, float]
    wage_minor: float

    def total(self, *metrics: Metric) -> float:
        """Sum over all days, stores and *metrics*."""
        return float(self.daily[:, :, list(metrics)].sum())

    def yearly(self, *metrics: Metric) -> float:
        """The same, stretched from the days simulated to 52 weeks."""
        return self.total(*metrics) * DAYS_A_YEAR / len(self.daily)

    def share(self, part: tuple[Metric, ...], whole: tuple[Metric, ...]) -> float:
        """Sum of *part* over sum of *whole*; 0 where there was nothing to share."""
        total = self.total(*whole)
        return self.total(*part) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Kpi:
    """One row of the table.

    Attributes:
        unit: share, count/year, per 1,000, hours/year, hours, seconds, times/year or money/year.
        better: whether more or less of it is wished for.
    """

    name: str
    title: str
    unit: str
    better: Literal["up", "down"]
    function: Callable[[Year], float]


def fill_rate(year: Year) -> float:
    """Units handed over at the till or picked for the web, of all units customers wanted.

    The fill rate by volume, P2, of Silver, Pyke & Thomas, Inventory and Production Management in
    Supply Chains (4th ed. 2017), section 6.6. Units replaced by another product do not count.
    """
    return year.share(
        (Metric.UNITS_SOLD_STORE, Metric.UNITS_PICKED_WEB),
        (Metric.UNITS_WANTED_STORE, Metric.UNITS_WANTED_WEB),
    )


def web_conversion(year: Year) -> float:
    """Web orders placed of web orders wanted: what a shop front's conversion loses to stock.

    Our definition: visitors who never meant to buy are not simulated, so this is an upper part
    of what shop systems call conversion.
    """
    return year.share((Metric.WEB_ORDERS_PLACED,), (Metric.WEB_ORDERS_WANTED,))


def stockout_rate(year: Year) -> float:
    """Empty levels (product at store, shelf at closing time) of all levels.

    The share of products out of stock at a moment, as in Gruen, Corsten & Bharadwaj, Retail
    Out-of-Stocks (2002).
    """
    return year.share((Metric.LEVELS_EMPTY,), (Metric.LEVELS,))


def oversold_per_1000(year: Year) -> float:
    """Web orders with at least one line promised but not there, per 1,000 web orders placed.

    Our definition; shop systems count the same as cancellation for lack of stock.
    """
    return 1000 * year.share((Metric.ORDERS_OVERSOLD,), (Metric.WEB_ORDERS_PLACED,))


def oversold_orders(year: Year) -> float:
    """Web orders a year with at least one line promised but not there. Our definition."""
    return year.yearly(Metric.ORDERS_OVERSOLD)


def cancelled_orders(year: Year) -> float:
    """Web orders a year of which no line was left to hand over. Our definition."""
    return year.yearly(Metric.ORDERS_CANCELLED)


def record_accuracy(year: Year) -> float:
    """Levels whose record equals the shelf at closing time, of all levels.

    DeHoratius & Raman, Inventory Record Inaccuracy, Management Science 54 (2008): exact
    agreement, no tolerance.
    """
    if not year.total(Metric.LEVELS):
        return 1.0
    return 1 - year.share((Metric.RECORDS_WRONG,), (Metric.LEVELS,))


def _stock_at_cost(year: Year) -> float:
    """Mean over days of the shelf's value at cost, all stores together."""
    return float(year.daily[:, :, Metric.SHELF_COST_MINOR].sum(axis=1).mean())


def inventory_turnover(year: Year) -> float:
    """Yearly cost of goods sold over mean stock at cost (the usual accounting ratio)."""
    stock = _stock_at_cost(year)
    sold = year.yearly(Metric.COST_STORE_MINOR, Metric.COST_WEB_MINOR)
    return sold / stock if stock else 0.0


def gmroi(year: Year) -> float:
    """Gross margin return on inventory: yearly gross profit over mean stock at cost.

    Levy, Weitz & Grewal, Retailing Management, chapter on financial strategy.
    """
    stock = _stock_at_cost(year)
    return year.money["gross_profit"] / stock if stock else 0.0


def pickup_ready(year: Year) -> float:
    """Web orders ready within 24 hours, of those placed. Our definition; 24 h is our limit."""
    if not year.total(Metric.WEB_ORDERS_PLACED):
        return 1.0
    return 1 - year.share((Metric.ORDERS_LATE,), (Metric.WEB_ORDERS_PLACED,))


def order_cycle(year: Year) -> float:
    """Mean hours from placing a web order to its being picked (SCOR's order fulfilment cycle)."""
    return year.share((Metric.READY_US,), (Metric.ORDERS_PICKED,)) / US_AN_HOUR


def till_wait(year: Year) -> float:
    """Mean seconds a customer waits for a till before being served."""
    return year.share((Metric.TILL_WAIT_US,), (Metric.TILL_SERVED,)) / US_A_SECOND


def label_seconds_wrong(year: Year) -> float:
    """Seconds a year, summed over labels, in which a shelf label and the till disagreed.

    Our definition. The inspections of FTC & NIST, Price Check II (1998), see its share only.
    """
    return year.yearly(Metric.LABEL_WRONG_US) / US_A_SECOND


def overcharges_per_1000(year: Year) -> float:
    """Units sold at more than their label said, per 1,000 units sold in the stores.

    The overcharge rate of FTC & NIST, Price Check II (1998), per unit sold.
    """
    return 1000 * year.share((Metric.UNITS_OVERCHARGED,), (Metric.UNITS_SOLD_STORE,))


def manual_hours(year: Year) -> float:
    """Hours a year spent on typing stock and orders, on paper labels and on counting."""
    parts = ("labour_sync", "labour_labels", "labour_counts")
    paid = sum(year.money[part] for part in parts)
    return paid / year.wage_minor if year.wage_minor else 0.0


def lost_units(year: Year) -> float:
    """Units a year that customers wanted and did not get, in either channel."""
    return year.yearly(Metric.UNITS_LOST_STORE, Metric.UNITS_LOST_WEB)


def false_zeros(year: Year) -> float:
    """Units a year lost on the web though they lay on the shelf.

    Our definition. The mirror of phantom stock in Kang & Gershwin, IIE Transactions 37 (2005).
    """
    return year.yearly(Metric.UNITS_FALSE_ZERO)


def retention(year: Year) -> float:
    """Visits made, of visits that would have been made had no order ever been cancelled."""
    wanted = year.total(Metric.VISITS, Metric.VISITS_STAYED_AWAY)
    return year.total(Metric.VISITS) / wanted if wanted else 1.0


def _money(name: str) -> Callable[[Year], float]:
    """A line of `sim.economics`, in minor units a year; its source is there."""
    return lambda year: float(year.money[name])


KPIS: tuple[Kpi, ...] = (
    Kpi(
        "operating_profit",
        "Profit before rent and regular wages",
        "money/year",
        "up",
        _money("operating_profit"),
    ),
    Kpi("gross_profit", "Gross profit", "money/year", "up", _money("gross_profit")),
    Kpi("revenue", "Revenue", "money/year", "up", _money("revenue")),
    Kpi("lost_sales", "Margin of lost sales", "money/year", "down", _money("lost_sales")),
    Kpi("fill_rate", "Wanted units handed over", "share", "up", fill_rate),
    Kpi("web_conversion", "Web orders placed, of wanted", "share", "up", web_conversion),
    Kpi("stockout_rate", "Products out of stock", "share", "down", stockout_rate),
    Kpi(
        "oversold_per_1000",
        "Web orders oversold, of placed",
        "per 1,000 orders",
        "down",
        oversold_per_1000,
    ),
    Kpi("oversold_orders", "Oversold web orders", "count/year", "down", oversold_orders),
    Kpi("cancelled_orders", "Cancelled web orders", "count/year", "down", cancelled_orders),
    Kpi("false_zeros", "Units hidden from the web", "count/year", "down", false_zeros),
    Kpi("lost_units", "Units wanted, not sold", "count/year", "down", lost_units),
    Kpi("record_accuracy", "Stock records right", "share", "up", record_accuracy),
    Kpi("inventory_turnover", "Inventory turnover", "times/year", "up", inventory_turnover),
    Kpi("gmroi", "Gross profit per unit of stock value", "ratio", "up", gmroi),
    Kpi("pickup_ready", "Orders ready within a day", "share", "up", pickup_ready),
    Kpi("order_cycle", "Order to ready", "hours", "down", order_cycle),
    Kpi("till_wait", "Wait at the till", "seconds", "down", till_wait),
    Kpi("label_seconds_wrong", "Labels wrong", "label-seconds/year", "down", label_seconds_wrong),
    Kpi(
        "overcharges_per_1000", "Overcharged units", "per 1,000 units", "down", overcharges_per_1000
    ),
    Kpi("manual_hours", "Work by hand", "hours/year", "down", manual_hours),
    Kpi("retention", "Visits kept", "share", "up", retention),
)


def measure(year: Year) -> dict[str, float]:
    """Every KPI of one replication, by name."""
    return {kpi.name: kpi.function(year) for kpi in KPIS}
