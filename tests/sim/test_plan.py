"""A scenario in integers: reorder levels by hand, thresholds, tables that keep mean and spread."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from scenarios.distributions import parse_distribution
from scenarios.text import DAY_US
from sim.plan import (
    ATTEMPTS_MAX,
    MILLION,
    TABLE,
    TABLE_SHIFT,
    LinkPlan,
    Param,
    Plan,
    Table,
    mean_quantity,
    noise,
    plan,
    plan_links,
    sliced,
)
from tests.sim.link_cases import table
from tests.sim.scenario_cases import shop

MINUTE_US = 60_000_000

# Ten baskets on a mean day of 1.5 lines of 1.5 units: 22.5 units, of which North's first sku is
# half. E[q^2] / E[q] = (0.5 * 1 + 0.5 * 4) / 1.5 = 5/3. Lead time 2 days on average, plus review.
BY_HAND = (
    "catalogue.generate.skus=4",
    "catalogue.generate.categories=2",
    "stores.0.visits_by_weekday=[4, 6, 8, 10, 12, 14, 16]",
    "stores.1.visits_by_weekday=[20, 20, 20, 20, 20, 20, 20]",
    "stores.0.households=70",
    "stores.1.households=50",
    "demand.basket_lines=[0.5, 0.5]",
    "demand.line_quantity=[0.5, 0.5]",
    "demand.online_share=0.2",
    "stock.lead_time_days='discrete(1: 0.25, 2: 0.5, 3: 0.25)'",
    "stock.safety_factor=2",
    "stock.cover_days=3",
    "horizon.run_in=2 weeks",
    "horizon.trading=3 weeks",
)
WEIGHTS = np.array([[0.5, 0.3, 0.2, 0.0], [0.1, 0.0, 0.2, 0.7]])


@lru_cache(maxsize=4)
def by_hand(*overrides: str) -> Plan:
    """The shop whose reorder levels are worked out below."""
    scenario, catalogue = shop("corner", 701, *BY_HAND, *overrides)
    return plan(scenario, replace(catalogue, weight=WEIGHTS))


def levels(links: LinkPlan) -> list[list[tuple[int, int]]]:
    """(s, S) by location and sku."""
    pairs = zip(links.reorder_at.tolist(), links.order_up_to.tolist(), strict=True)
    return [list(zip(low, high, strict=True)) for low, high in pairs]


def test_units_a_day_are_baskets_by_lines_by_quantity_by_popularity() -> None:
    """22.5 units a day in the first store, 45 in the second, shared out by weight."""
    expected = [[11.25, 6.75, 4.5, 0], [4.5, 0, 9, 31.5]]
    assert by_hand().rate == pytest.approx(np.array(expected))
    assert mean_quantity(by_hand().scenario) == pytest.approx(1.5)


def test_reorder_levels_worked_out_by_hand() -> None:
    """s: three days' demand and two standard deviations, rounded up; S: three days' more."""
    found = levels(plan_links(by_hand(), table("direct", "direct")))
    assert found[0] == [
        (49, 83),  # 33.75 + 2 sqrt(33.75 * 5/3) = 33.75 + 2 * 7.5 = 48.75; + 33.75
        (32, 53),  # 20.25 + 2 * 5.809 = 31.87; + 20.25
        (23, 37),  # 13.5 + 2 * 4.743 = 22.99; + 13.5
        (-1, 0),  # never sold, never ordered
    ]
    assert found[1] == [
        (23, 37),
        (-1, 0),
        (41, 68),  # 27 + 2 * 6.708 = 40.42; + 27
        (120, 215),  # 94.5 + 2 * 12.550 = 119.60; + 94.5
    ]
    assert found[2:] == [[(-1, 0)] * 4] * 2


def test_a_web_pool_plans_for_its_own_share() -> None:
    """A fifth of the demand is online: each shelf has its own demand and its own safety."""
    found = levels(plan_links(by_hand(), table("file", "typed", web_pool=0.3)))
    assert found[0] == [
        (41, 68),  # 9 a day: 27 + 2 * 6.708 = 40.42; + 27
        (27, 44),  # 5.4 a day: 16.2 + 2 * 5.196 = 26.59; + 16.2
        (20, 31),  # 3.6 a day: 10.8 + 2 * 4.243 = 19.29; + 10.8
        (-1, 0),
    ]
    assert found[2] == [
        (14, 21),  # 2.25 a day: 6.75 + 2 * 3.354 = 13.46; + 6.75
        (10, 15),  # 1.35 a day: 4.05 + 2 * 2.598 = 9.25; + 4.05
        (7, 10),  # 0.9 a day: 2.7 + 2 * 2.121 = 6.94; + 2.7
        (-1, 0),
    ]


def test_an_order_brings_at_least_one_unit() -> None:
    """However little sells, S is above s; without safety s is the mean alone."""
    found = levels(
        plan_links(
            by_hand("stock.cover_days=0.001", "stock.safety_factor=0"), table("direct", "direct")
        )
    )
    assert found[0] == [(34, 35), (21, 22), (14, 15), (-1, 0)]


PARAMS = {
    Param.STORES: 2,
    Param.SKUS: 4,
    Param.END_US: 35 * DAY_US,
    Param.LOST: 2**30,
    Param.SUBSTITUTE: 3 * 2**30,
    Param.DELAY_US: 26 * 60 * MINUTE_US,
    Param.CHURN: 2**31,
    Param.TILL_BASE_US: 70_000_000,
    Param.TILL_UNIT_US: 25_000_000,
    Param.PICK_BASE_US: 12 * MINUTE_US,
    Param.PICK_UNIT_US: 3 * MINUTE_US,
}


def test_the_shop_in_integers() -> None:
    """Thresholds are shares of 2**32, times are us, customers are numbered store by store."""
    base = by_hand(
        "demand.stockout_response={lost: 25 %, substitute: 50 %, delay: 25 %}",
        "demand.churn_after_cancellation=50 %",
    )
    found = {param: int(base.params[param]) for param in Param if param < Param.ONE_SYSTEM}
    assert found == PARAMS
    assert not base.params[Param.ONE_SYSTEM :].any()
    assert (base.days, base.run_in_days, base.stores, base.skus) == (35, 14, 2, 4)
    hours_us = 60 * MINUTE_US * np.array([[9, 19], [8, 20.5]])
    assert (base.hours == hours_us).all()
    assert base.first_customer.tolist() == [0, 70, 120]


LINKS = {
    Param.ONE_SYSTEM: (0, 1),
    Param.POOL: (1, 0),
    Param.STOCK_EVENTS: (1, 0),
    Param.MEANING: (2, 0),
    Param.BUFFER: (3, 0),
    Param.GUARD: (1, 0),
    Param.STOCK_ATTEMPTS: (4, 1),
    Param.STOCK_BACKOFF_US: (30_000_000, 0),
    Param.DUPLICATION: (2**29, 0),
    Param.ORDER_EVENTS: (0, 0),
    Param.ORDER_ATTEMPTS: (1, 1),
    Param.ORDER_BACKOFF_US: (0, 0),
    Param.ORDER_TYPO: (2**28, 0),
    Param.ORDER_BY_HAND: (1, 0),
}


def test_links_in_integers() -> None:
    """Each field of a table of links stands at its place, two tables side by side."""
    lossy = table("event delta guarded", "typed", web_pool=0.3)
    stock = lossy.stock.model_copy(
        update={
            "buffer": 3,
            "attempts": 4,
            "backoff_us": 30_000_000,
            "duplication": 0.125,
            "loss": 0.25,
        }
    )
    order = lossy.order.model_copy(update={"entry_error": 0.0625})
    one = plan_links(by_hand(), lossy.model_copy(update={"stock": stock, "order": order}))
    other = plan_links(by_hand(), table("direct", "direct"))
    found = {param: (int(one.params[param]), int(other.params[param])) for param in LINKS}
    assert found == LINKS
    assert not one.params[: Param.ONE_SYSTEM].any()
    assert one.losses[0].tolist() == [round(2**32 / 4**k) for k in range(ATTEMPTS_MAX + 1)]
    assert one.losses[1].tolist() == [2**32] + [0] * ATTEMPTS_MAX


@pytest.mark.parametrize(
    "text", ["90 s", "2 s to 9 s", "triangular(1 s, 2 s, 9 s)", "uniform(0 s, 20 min)"]
)
def test_a_table_has_the_mean_of_its_distribution(text: str) -> None:
    """1024 slices, rising, whole us; their mean is the distribution's to one per cent."""
    distribution = parse_distribution(text, "duration")
    found = sliced(distribution)
    assert found.dtype == np.int64
    assert len(found) == TABLE == 1 << (32 - TABLE_SHIFT)
    assert (np.diff(found) >= 0).all()
    assert found.mean() == pytest.approx(distribution.mean, rel=0.01)
    assert found[TABLE // 2] == pytest.approx(distribution.quantile(0.5), rel=0.01)


@pytest.mark.parametrize("cv", [0.0, 0.2, 0.5])
def test_noise_keeps_the_mean_and_varies_by_its_cv(cv: float) -> None:
    """Service takes its stated time on average; a lognormal, median below mean."""
    found = noise(cv)
    assert found.mean() == pytest.approx(MILLION, abs=1)
    assert found.std() / found.mean() == pytest.approx(cv, rel=0.02)
    assert np.median(found) == pytest.approx(MILLION / np.sqrt(1 + cv**2), rel=0.01)


def test_each_table_is_of_its_own_time() -> None:
    """Walking, till and picking, and the three delays of the links are not taken for each other."""
    base = by_hand("demand.shopping_time=7 min", "till.noise_cv=0.2", "picking.noise_cv=0.4")
    assert set(base.shopping_us.tolist()) == {7 * MINUTE_US}
    assert (base.till_noise == noise(0.2)).all()
    assert (base.picking_noise == noise(0.4)).all()
    links = table("event", "event")
    found = plan_links(base, links).tables
    stated = {
        Table.STOCK_LATENCY: links.stock.latency,
        Table.ORDER_LATENCY: links.order.latency,
        Table.NOTICE: links.order.notice,
    }
    assert len({distribution.canonical for distribution in stated.values()}) == len(stated)
    for row, distribution in stated.items():
        assert (found[row] == sliced(distribution)).all()
