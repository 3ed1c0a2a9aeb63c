"""KPIs on a shop of two days and one store, worked out by hand."""

import numpy as np
import pytest

from reports.metrics import KPIS, Year, measure
from sim.economics import ROWS
from sim.recorder import Metric

HOUR_US = 3_600_000_000

COUNTS = {
    Metric.UNITS_WANTED_STORE: 90,
    Metric.UNITS_SOLD_STORE: 80,
    Metric.UNITS_WANTED_WEB: 10,
    Metric.UNITS_PICKED_WEB: 7,
    Metric.UNITS_LOST_STORE: 10,
    Metric.UNITS_LOST_WEB: 2,
    Metric.UNITS_FALSE_ZERO: 1,
    Metric.WEB_ORDERS_WANTED: 10,
    Metric.WEB_ORDERS_PLACED: 8,
    Metric.ORDERS_OVERSOLD: 2,
    Metric.ORDERS_CANCELLED: 1,
    Metric.ORDERS_PICKED: 7,
    Metric.ORDERS_LATE: 2,
    Metric.READY_US: 14 * HOUR_US,
    Metric.TILL_WAIT_US: 120_000_000,
    Metric.TILL_SERVED: 60,
    Metric.LABEL_WRONG_US: 5_000_000,
    Metric.UNITS_OVERCHARGED: 4,
    Metric.COST_STORE_MINOR: 4000,
    Metric.COST_WEB_MINOR: 1000,
    Metric.SHELF_COST_MINOR: 2000,
    Metric.LEVELS: 100,
    Metric.LEVELS_EMPTY: 8,
    Metric.RECORDS_WRONG: 25,
    Metric.VISITS: 98,
    Metric.VISITS_STAYED_AWAY: 2,
}
EXPECTED = {
    "fill_rate": 0.87,
    "web_conversion": 0.8,
    "stockout_rate": 0.08,
    "oversold_per_1000": 250,
    "oversold_orders": 2 * 364,
    "cancelled_orders": 364,
    "false_zeros": 364,
    "lost_units": 12 * 364,
    "record_accuracy": 0.75,
    "inventory_turnover": 5000 * 364 / 2000,
    "gmroi": 6000 / 2000,
    "pickup_ready": 0.75,
    "order_cycle": 2,
    "till_wait": 2,
    "label_seconds_wrong": 5 * 364,
    "overcharges_per_1000": 50,
    "manual_hours": 3.5,
    "retention": 0.98,
    "operating_profit": 1234,
    "gross_profit": 6000,
    "revenue": 9000,
    "lost_sales": 77,
}


def shop(days: int) -> Year:
    """The counts above on each of *days*."""
    daily = np.zeros((days, 1, len(Metric)), dtype=np.int64)
    for metric, count in COUNTS.items():
        daily[:, 0, metric] = count
    money = dict.fromkeys(ROWS, 0.0) | {
        "operating_profit": 1234.0,
        "gross_profit": 6000.0,
        "revenue": 9000.0,
        "lost_sales": 77.0,
        "labour_sync": 2000.0,
        "labour_labels": 1000.0,
        "labour_counts": 500.0,
    }
    return Year(daily, money, wage_minor=1000.0)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_kpi_is_what_its_definition_says(name: str) -> None:
    """Each KPI, by hand, on two equal days."""
    assert measure(shop(2))[name] == pytest.approx(EXPECTED[name])


def test_every_kpi_is_worked_out_by_hand_above() -> None:
    """A KPI without an expected value would go unchecked."""
    assert {kpi.name for kpi in KPIS} == set(EXPECTED)


def test_yearly_numbers_do_not_depend_on_how_long_was_simulated() -> None:
    """Twice as many equal days give the same year."""
    assert measure(shop(2)) == pytest.approx(measure(shop(14)))


def test_stores_are_summed_but_days_of_stock_are_averaged() -> None:
    """Two equal stores hold twice the stock and turn it over as often."""
    one = shop(2)
    two = Year(np.repeat(one.daily, 2, axis=1), one.money, one.wage_minor)
    assert measure(two)["inventory_turnover"] == pytest.approx(EXPECTED["inventory_turnover"])
    assert measure(two)["oversold_orders"] == pytest.approx(2 * EXPECTED["oversold_orders"])


def test_an_idle_shop_has_kpis_all_the_same() -> None:
    """No orders, no stock, no visits: every KPI is still a number."""
    idle = Year(np.zeros((7, 1, len(Metric)), dtype=np.int64), dict.fromkeys(ROWS, 0.0), 0.0)
    assert np.isfinite(list(measure(idle).values())).all()


def test_every_kpi_says_what_it_is_and_where_from() -> None:
    """Name, unit and direction are unique or set; functions of counts state their definition."""
    assert len({kpi.name for kpi in KPIS}) == len(KPIS)
    for kpi in KPIS:
        assert kpi.better in ("up", "down")
        if kpi.unit != "money/year":
            assert kpi.function.__doc__, kpi.name
