"""Yearly money and the roadmap's cash, by hand-made days on a real scenario."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.loader import load
from scenarios.models import Scenario
from sim.arms import Arm, Step, arms, setup_arm
from sim.economics import (
    COSTS,
    ROWS,
    cash_by_week,
    equivalent_annual_cost,
    payback_week,
    profit,
    roadmap_cash,
)
from sim.recorder import Metric

BOUTIQUE = Path(__file__).parents[2] / "scenarios" / "library" / "boutique.yaml"
RUN_IN_DAYS = 7
MONEY = [
    "money.cost_share=50%",
    "money.holding_rate=26%",
    "money.wage=30 USD",
    "money.count_minutes=2 min",
    "money.cancellation=12 USD",
    "money.lost_margin_share=75%",
    "money.discount_rate=10%",
]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """A boutique whose money is easy to reckon with."""
    return load(BOUTIQUE, MONEY).scenario


def days(weeks: int = 2, **each_day: int) -> np.ndarray:
    """A recording of *weeks* after one of run-in; the counts are those of each trading day."""
    daily = np.zeros((RUN_IN_DAYS + 7 * weeks, 2, len(Metric)), dtype=np.int64)
    daily[:RUN_IN_DAYS, :, Metric.REVENUE_STORE_MINOR] = 10**9
    for name, value in each_day.items():
        daily[RUN_IN_DAYS:, 0, Metric[name]] = value
    return daily


def arm(scenario: Scenario, name: str) -> Arm:
    """The arm of one setup."""
    return setup_arm(scenario, name)


def test_a_year_has_52_weeks_and_no_run_in(scenario: Scenario) -> None:
    """Two weeks of 100 a day are 36,400 a year; the run-in's fortune does not count."""
    rows = profit(days(REVENUE_STORE_MINOR=100), RUN_IN_DAYS, scenario, arm(scenario, "fragmented"))
    assert rows["revenue"] == 100 * 364
    assert rows["gross_profit"] == rows["revenue"]


def test_gross_profit_is_revenue_less_cost_of_goods(scenario: Scenario) -> None:
    """Both channels count, and both costs."""
    daily = days(
        REVENUE_STORE_MINOR=100, REVENUE_WEB_MINOR=50, COST_STORE_MINOR=40, COST_WEB_MINOR=20
    )
    rows = profit(daily, RUN_IN_DAYS, scenario, arm(scenario, "fragmented"))
    assert rows["gross_profit"] == (150 - 60) * 364


def test_cancelled_orders_cost_handling_and_lost_margin(scenario: Scenario) -> None:
    """Two oversold orders a day of 40: handling 24; margin 20, of which 15 is lost for good."""
    daily = days(ORDERS_OVERSOLD=2, OVERSOLD_MINOR=4000)
    rows = profit(daily, RUN_IN_DAYS, scenario, arm(scenario, "fragmented"))
    assert rows["cancellations"] == 2 * 1200 * 364
    assert rows["cost_of_cancellations"] == pytest.approx((2400 + 1500) * 364)
    assert rows["margin_recovered"] == pytest.approx(500 * 364)


def test_what_was_lost_is_worth_the_margin_that_was_earned(scenario: Scenario) -> None:
    """Sales at a margin of 30 % make lost sales of 100 worth 30, whatever the full price allows."""
    daily = days(
        REVENUE_STORE_MINOR=1000, COST_STORE_MINOR=700, LOST_STORE_MINOR=60, LOST_WEB_MINOR=40
    )
    rows = profit(daily, RUN_IN_DAYS, scenario, arm(scenario, "fragmented"))
    assert rows["lost_sales"] == pytest.approx(30 * 364)
    none_sold = profit(days(LOST_WEB_MINOR=40), RUN_IN_DAYS, scenario, arm(scenario, "fragmented"))
    assert none_sold["lost_sales"] == pytest.approx(20 * 364)


def test_work_is_paid_by_the_minute(scenario: Scenario) -> None:
    """Typing, labels and counting cost minutes times wage, by the setup in force."""
    chosen = arm(scenario, "fragmented")
    table = chosen.steps[0].table
    daily = days(STOCK_ENTRIES=10, ORDER_ENTRIES=3, LABELS_CHANGED=20, LEVELS_COUNTED=5)
    rows = profit(daily, RUN_IN_DAYS, scenario, chosen)
    minute = 3000 / 60
    sync = 10 * table.stock.minutes_per_entry + 3 * table.order.minutes_per_order
    assert sync > 0
    assert table.price.technique == "manual"
    assert rows["labour_sync"] == pytest.approx(sync * minute * 364)
    assert rows["labour_labels"] == pytest.approx(20 * table.price.minutes_per_label * minute * 364)
    assert rows["labour_counts"] == pytest.approx(5 * 2 * minute * 364)


def test_stock_costs_its_rate_and_what_goes_missing(scenario: Scenario) -> None:
    """10,000 at cost all year at 26 % cost 2,600; a lost unit costs the average unit."""
    daily = days(SHELF_COST_MINOR=10_000, SHELF_UNITS=100, UNITS_SHRUNK=1)
    rows = profit(daily, RUN_IN_DAYS, scenario, arm(scenario, "fragmented"))
    assert rows["holding"] == pytest.approx(2600)
    assert rows["shrinkage"] == pytest.approx(100 * 364)


def test_a_setup_pays_for_itself_or_not(scenario: Scenario) -> None:
    """Operating profit is net of subscription and of a third of the project with interest."""
    chosen = arm(scenario, "unified")
    cost = scenario.setups["unified"].cost
    assert cost.once_minor
    assert cost.monthly_minor
    rows = profit(days(REVENUE_STORE_MINOR=100_000), RUN_IN_DAYS, scenario, chosen)
    assert rows["subscription"] == pytest.approx(12 * cost.monthly_minor)
    assert rows["project"] == pytest.approx(cost.once_minor * 0.1 / (1 - 1.1**-3))
    costs = sum(rows[name] for name in COSTS)
    assert rows["operating_profit"] == pytest.approx(rows["gross_profit"] - costs)
    assert set(rows) == set(ROWS)


def test_equivalent_annual_cost() -> None:
    """1,000 over three years at 10 % are 402.11 a year (annuity table: 2.48685); at 0 % a third."""
    assert equivalent_annual_cost(1000, 0.10) == pytest.approx(1000 / 2.48685, abs=0.01)
    assert equivalent_annual_cost(900, 0.0) == 300


def test_same_arm_twice_makes_no_money(scenario: Scenario) -> None:
    """A roadmap that changes nothing and costs nothing is at zero every week."""
    flow = cash_by_week(
        days(4, REVENUE_STORE_MINOR=100), RUN_IN_DAYS, scenario, arm(scenario, "fragmented")
    )
    cash = roadmap_cash([flow, flow], [flow, flow], 0)
    assert not cash.cumulative.any()
    assert cash.payback_week == 0
    assert cash.paid_back == 1.0


def test_stock_that_grows_takes_cash(scenario: Scenario) -> None:
    """Goods are paid when they come: a shelf worth 700 more at the end of a week costs 700."""
    daily = days(2)
    daily[RUN_IN_DAYS:, 0, Metric.SHELF_COST_MINOR] = 700
    daily[RUN_IN_DAYS:, 0, Metric.SHELF_UNITS] = 7
    still = cash_by_week(days(2), RUN_IN_DAYS, scenario, arm(scenario, "fragmented"))
    grown = cash_by_week(daily, RUN_IN_DAYS, scenario, arm(scenario, "fragmented"))
    assert (grown - still).tolist() == [-700.0, 0.0]


def test_roadmap_pays_once_costs_in_their_week(scenario: Scenario) -> None:
    """The path falls by what a phase costs, recovers by what it earns, and says when for good."""
    today = arm(scenario, "fragmented")
    table = today.steps[0].table
    quiet = today.steps[0]
    phases = Arm(
        "roadmap",
        "Roadmap",
        "roadmap",
        (
            Step(quiet.week, quiet.title, table, 0, quiet.monthly_minor),
            Step(1, "first", table, 500, quiet.monthly_minor),
        ),
    )
    poor = days(6)
    better = days(6)
    better[RUN_IN_DAYS + 7 :, 0, Metric.REVENUE_STORE_MINOR] = 30  # 210 a week from week 1 on
    cash = roadmap_cash(
        [cash_by_week(poor, RUN_IN_DAYS, scenario, today)],
        [cash_by_week(better, RUN_IN_DAYS, scenario, phases)],
        1,
    )
    assert cash.cumulative[0].tolist() == [0.0, -290.0, -80.0, 130.0, 340.0, 550.0]
    assert (cash.worst_week, cash.worst.middle) == (2, -290.0)
    assert cash.payback_week == 4


def test_payback_must_stay() -> None:
    """Touching zero and falling again is no payback; a path that ends below has none."""
    assert payback_week(np.array([-1.0, 2.0, -1.0, 3.0, 4.0])) == 4
    assert payback_week(np.array([1.0, -1.0])) is None
    assert payback_week(np.array([0.0, 1.0])) == 0


def test_projection_goes_on_with_the_last_phase() -> None:
    """At -90 after four weeks and 30 a week, payback is projected for week 7; at a loss never."""
    gain = [0.0, -150.0, 30.0, 30.0]
    cash = roadmap_cash([np.zeros(4)], [np.array(gain)], 1)
    assert cash.payback_week is None
    assert cash.payback_projected == 7
    losing = roadmap_cash([np.zeros(3)], [np.array([0.0, -9.0, -1.0])], 1)
    assert losing.payback_projected is None


def test_every_arm_starts_as_today(scenario: Scenario) -> None:
    """All arms run in under today's setup; candidates change when trading starts."""
    found = arms(scenario)
    assert next(iter(found)) == scenario.today
    assert len(found) == len(scenario.setups) + 1
    for one in found.values():
        assert one.steps[0].table == scenario.setups[scenario.today]
        assert one.steps[0].week == -scenario.horizon.run_in_weeks
    assert [s.week for s in found["roadmap"].steps[1:]] == [c.week for c in scenario.changes]
