"""Goods bought once: there when their season starts, never ordered again, alike in both forms."""

import numpy as np
import pytest

from scenarios.errors import ScenarioError
from scenarios.text import DAY_US
from sim.demand import generate
from sim.jobs import Jobs
from sim.plan import plan, plan_links
from sim.recorder import Metric
from sim.season import bought_once, seasonal_skus
from sim.twin import open_floor, simulate
from tests.sim.link_cases import table
from tests.sim.scenario_cases import UNIFIED, shop

SEASON = "stock.policy.seasonal={share: 25 %, week: 1, weeks: 1, salvage: 20 %}"
FORECAST = "stock.policy.forecast={method: tsb, every: 1 day}"
SEED = 4_200
EXACT = ("stock.receipt_error=0", "stock.wrong_at_start=0")


@pytest.mark.parametrize("forecast", [(), (FORECAST,)], ids=["fixed", "learnt"])
def test_forms_agree(forecast: tuple[str, ...]) -> None:
    """Under a change of setup too, with pools that are given up before the goods come."""
    scenario, catalogue = shop("three weeks", SEED, SEASON, *forecast)
    dated = [(-1, table("event", "event", web_pool=0.3)), (0, UNIFIED)]
    fast, slow = (simulate(scenario, catalogue, dated, 0, reference=form) for form in (False, True))
    assert fast.digests == slow.digests


@pytest.mark.parametrize("forecast", [(), (FORECAST,)], ids=["fixed", "learnt"])
def test_they_come_once_on_the_first_day_of_the_season(forecast: tuple[str, ...]) -> None:
    """Nothing of them before; then the quantity that was bought; nothing more after."""
    scenario, catalogue = shop("three weeks", SEED, SEASON, *EXACT, *forecast)
    base = plan(scenario, catalogue)
    floor = open_floor(base, generate(base, 0), plan_links(base, UNIFIED), 0, reference=False)
    jobs = Jobs(floor, [])
    chosen = seasonal_skus(scenario, base.skus)
    assert chosen.sum() == 15
    mine = np.flatnonzero(np.tile(chosen, base.stores))
    bought = np.zeros(len(floor.shelves), np.int64)
    for rows, quantity in jobs.supply.on_order.values():
        bought[rows] = quantity
    assert (np.flatnonzero(bought) == mine).all()
    floor.env.run_before(14 * DAY_US)
    assert floor.shelves["physical"][mine].sum() == 0
    floor.run()
    left = floor.shelves["physical"][mine]
    assert 0 < left.sum() < bought.sum()
    again = [rows for rows, _ in jobs.supply.on_order.values() if np.isin(rows, mine).any()]
    assert again == []
    assert int(floor.daily[0, :, Metric.UNITS_ORDERED].sum()) > 0


def test_dearer_leftovers_mean_fewer_bought() -> None:
    """The more a leftover unit brings, the more are bought; the cheaper it was, too."""
    rate = np.full(3, 2.0)
    price, cost = np.array([1000, 1000, 1000]), np.array([300, 600, 900])
    scenario, _ = shop("three weeks", SEED, SEASON)
    worthless, _ = shop("three weeks", SEED, SEASON, "stock.policy.seasonal.salvage=0 %")
    units = bought_once(scenario, rate, price, cost)
    assert (np.diff(units) < 0).all()
    fewer = bought_once(worthless, rate, price, cost)
    assert (fewer <= units).all()
    assert fewer.sum() < units.sum()


def test_a_season_after_the_end_is_refused() -> None:
    """Goods that nobody would see are a mistake."""
    with pytest.raises(ScenarioError) as caught:
        shop("three weeks", SEED, SEASON, "stock.policy.seasonal.week=2")
    assert "stock.policy.seasonal.week: trading ends with week 1" in str(caught.value)
