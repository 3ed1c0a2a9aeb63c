"""What a twin must do whatever its numbers: sell nothing twice, lose nothing, obey every link."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.schema import Kind, State
from scenarios.text import WEEK_US
from sim.demand import generate
from sim.floor import RECORD, WEB, Floor
from sim.jobs import Jobs
from sim.plan import plan, plan_links
from sim.recorder import Metric
from sim.twin import open_floor, simulate
from tests.sim.link_cases import STOCK, table
from tests.sim.scenario_cases import CASES, UNIFIED, shop
from tests.sim.trading import totals

TRUE_RECORDS = ("stock.shrinkage=0", "stock.receipt_error=0", "stock.wrong_at_start=0")
SEEDS = range(1, 6)


# Promises


@pytest.mark.parametrize("seed", SEEDS)
def test_one_system_with_true_records_sells_nothing_twice(seed: int) -> None:
    """Whoever sells from one true record at once never disappoints a customer."""
    found = totals("in no time", seed, table("direct", "direct at once"), *TRUE_RECORDS)
    assert found[Metric.WEB_ORDERS_PLACED] > 200
    assert found[Metric.UNITS_LOST_WEB] > 10, "stock must be scarce, or the claim is empty"
    assert found[Metric.ORDERS_OVERSOLD] == 0
    assert found[Metric.RECORDS_WRONG] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_one_system_with_wrong_records_oversells(seed: int) -> None:
    """No platform finds a unit that only its record knows; nothing but the record is to blame."""
    found = totals("in no time", seed, table("direct", "direct at once"))
    assert found[Metric.LINES_OVERSOLD] == found[Metric.LINES_OVERSOLD_RECORD] > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_slow_links_oversell_what_the_record_knew(seed: int) -> None:
    """With true records a nightly file sells what is gone; nothing but the view is to blame."""
    found = totals("in no time", seed, table("file", "event at once"), *TRUE_RECORDS)
    assert found[Metric.LINES_OVERSOLD] == found[Metric.LINES_OVERSOLD_VIEW] > 0


def test_fragmented_shop_oversells_with_true_records() -> None:
    """Typing stock once a day oversells although every record is true."""
    found = totals("in no time", 1, table("typed", "typed"), *TRUE_RECORDS)
    assert found[Metric.ORDERS_OVERSOLD] > 0
    assert found[Metric.LINES_OVERSOLD_RECORD] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_differences_say_what_levels_say(seed: int) -> None:
    """Where nothing is late or lost, a web shop told of changes sells as one told of levels.

    What it sold itself it must not be told again, or each order would take its goods twice.
    """
    told = {
        name: totals("corner", seed, table(STOCK[name], "event at once"))
        for name in ("event at once", "event delta at once")
    }
    levels, changes = (
        {metric: number for metric, number in found.items() if metric != Metric.MESSAGES_SENT}
        for found in told.values()
    )
    assert changes == levels
    assert levels[Metric.UNITS_PLACED_WEB] > 500
    assert levels[Metric.ORDERS_OVERSOLD] > 0


def test_a_comparison_leaves_the_web_shops_own_orders_alone() -> None:
    """An order that the store has not copied yet is not given back to the web shop's stock."""
    delta = {"technique": "event", "meaning": "delta"}
    found = [
        totals("corner", 1, table({**delta, "reconcile_every": every}, "typed"), *TRUE_RECORDS)
        for every in ("0 s", "1 h")
    ]
    assert found[0][Metric.LINES_OVERSOLD_VIEW] == found[1][Metric.LINES_OVERSOLD_VIEW] == 0


# A setup is its links


def test_a_name_changes_nothing() -> None:
    """Four setups with the same links give the same result to the last digit."""
    scenario, catalogue = shop()
    names = ("Fragmented", "Multichannel", "Omnichannel", "Unified")
    same = [table("poll", "event").model_copy(update={"title": name}) for name in names]
    found = {
        tuple(simulate(scenario, catalogue, [(-1, links)], 0).digests.items()) for links in same
    }
    assert len(found) == 1


def test_a_phase_that_changes_nothing_is_no_phase() -> None:
    """A roadmap may name a setup twice in a row; the shop does not notice."""
    scenario, catalogue = shop("three weeks")
    links = table("event guarded", "event")
    one = simulate(scenario, catalogue, [(-1, links)], 0)
    three = simulate(scenario, catalogue, [(-1, links), (0, links), (1, links)], 0)
    assert one.digests == three.digests


def test_arms_are_one_run_until_they_part() -> None:
    """Until a setup changes, its days are those of the setup it starts from."""
    scenario, catalogue = shop()
    today = table("typed", "typed")
    stay = simulate(scenario, catalogue, [(-1, today)], 0).daily
    move = simulate(scenario, catalogue, [(-1, today), (0, UNIFIED)], 0).daily
    assert np.array_equal(stay[:7], move[:7])
    assert not np.array_equal(stay[7:], move[7:])


# Nothing is lost


AUDITED = (
    "typed in vain",
    "orders overdue",
    "event delta",
    "direct",
    "pool file",
    "there and back",
    "pool to direct",
    "pool to pool",
)
POOL_CHANGES = ("pool to pool", "pool to shelf", "shelf to pool", "in and out of the pool")


def run_case(name: str, *overrides: str) -> tuple[Floor, Jobs]:
    """The shop of a case at the end of its run, and what was still to come."""
    case = CASES[name]
    scenario, catalogue = shop(case.world, case.seed, *overrides)
    base = plan(scenario, catalogue)
    (_, first), *later = case.steps
    floor = open_floor(base, generate(base, 0), plan_links(base, first), 0, reference=False)
    start_us = scenario.horizon.run_in_us
    changes = [(start_us + week * WEEK_US, plan_links(base, links)) for week, links in later]
    jobs = Jobs(floor, changes)
    floor.run()
    return floor, jobs


def moved(floor: Floor, system: int, signs: dict[Kind, int]) -> NDArray[np.int64]:
    """(locations,) units that the ledger says came (+) and went (-)."""
    units = floor.ledger[:, system, :, :, 0].sum(axis=0)
    total: NDArray[np.int64] = sum(sign * units[:, kind] for kind, sign in signs.items())
    return total


@pytest.mark.parametrize("system", [RECORD, WEB], ids=["record", "web shop"])
@pytest.mark.parametrize("name", AUDITED)
def test_ledger_rebuilds_the_levels(name: str, system: int) -> None:
    """Who knows only the ledger of events knows what each location has on hand and committed."""
    floor, _ = run_case(name)
    levels = floor.engines[system].levels.sum(axis=1)
    came = {Kind.RECEIVED: 1, Kind.ADJUSTED: 1, Kind.COUNTED: 1}
    on_hand = moved(floor, system, {**came, Kind.SOLD: -1, Kind.FULFILLED: -1})
    committed = moved(floor, system, {Kind.PLACED: 1, Kind.FULFILLED: -1, Kind.CANCELLED: -1})
    assert on_hand.tolist() == levels[:, : State.INCOMING].sum(axis=1).tolist()
    assert committed.tolist() == levels[:, State.COMMITTED].tolist()


@pytest.mark.parametrize("name", AUDITED)
def test_goods_are_conserved(name: str) -> None:
    """What lies there in the evening lay there before or came, and was not sold or stolen."""
    daily = run_case(name)[0].daily
    shelf = daily[..., Metric.SHELF_UNITS]
    gone = (Metric.UNITS_SOLD_STORE, Metric.UNITS_PICKED_WEB, Metric.UNITS_SHRUNK)
    change = daily[..., Metric.UNITS_RECEIVED] - daily[..., list(gone)].sum(axis=-1)
    assert shelf[1:].tolist() == (shelf[:-1] + change[1:]).tolist()


@pytest.mark.parametrize("name", POOL_CHANGES)
def test_what_is_incoming_is_on_order(name: str) -> None:
    """However pools come and go, the record awaits what the supplier will bring, where it will."""
    floor, jobs = run_case(
        name, "stock.receipt_error=0", 'stock.lead_time_days="discrete(1: 0.5, 9: 0.5)"'
    )
    on_order = np.zeros(len(floor.shelves), np.int64)
    for rows, quantity in jobs.supply.on_order.values():
        np.add.at(on_order, rows, quantity)
    incoming = floor.engines[RECORD].levels[..., State.INCOMING].ravel()
    assert on_order.sum() > 0
    assert incoming.tolist() == on_order.tolist()


@pytest.mark.parametrize("name", AUDITED)
def test_wants_are_accounted_for(name: str) -> None:
    """Each unit wanted on the web was ordered or lost; if ordered: picked, not found, or open."""
    floor, _ = run_case(name)
    total = floor.daily.sum(axis=0)

    def of(metric: Metric) -> NDArray[np.int64]:
        units: NDArray[np.int64] = total[:, metric]
        return units

    wanted = of(Metric.UNITS_PLACED_WEB) + of(Metric.UNITS_LOST_WEB)
    assert of(Metric.UNITS_WANTED_WEB).tolist() == wanted.tolist()
    promised = floor.shelves["promised"].reshape(2, floor.plan.stores, -1).sum(axis=(0, 2))
    open_units = of(Metric.UNITS_PLACED_WEB) - of(Metric.UNITS_PICKED_WEB)
    assert (open_units - of(Metric.UNITS_OVERSOLD)).tolist() == promised.tolist()
    causes = (
        Metric.LINES_OVERSOLD_VIEW,
        Metric.LINES_OVERSOLD_RECORD,
        Metric.LINES_OVERSOLD_RACE,
    )
    assert of(Metric.LINES_OVERSOLD).tolist() == total[:, list(causes)].sum(axis=1).tolist()


@pytest.mark.parametrize("name", AUDITED)
def test_money_in_the_ledger_is_the_revenue(name: str) -> None:
    """Every amount that a till or a pick took is in the books of the system that sold."""
    floor, _ = run_case(name)
    amounts = floor.ledger[..., 1].sum(axis=(0, 2))
    total = floor.daily.sum(axis=(0, 1))
    web_minor = int(total[Metric.REVENUE_WEB_MINOR])
    if not any(links.one_system for _, links in CASES[name].steps):
        assert int(amounts[WEB, Kind.FULFILLED]) == web_minor
    elif all(links.one_system for _, links in CASES[name].steps):
        assert int(amounts[RECORD, Kind.FULFILLED]) == web_minor
        assert int(amounts[RECORD, Kind.SOLD]) == int(total[Metric.REVENUE_STORE_MINOR])
