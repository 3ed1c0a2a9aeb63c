"""What a twin must do whatever its numbers: sell nothing twice, lose nothing, obey every link."""

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.schema import Kind, State
from scenarios.fields import Model
from scenarios.links import LinkTable, OrderLink, PriceLink, StockLink
from scenarios.text import WEEK_US
from sim.demand import generate
from sim.floor import RECORD, WEB, Floor
from sim.jobs import Jobs
from sim.plan import plan, plan_links
from sim.recorder import Metric
from sim.twin import open_floor, simulate
from tests.sim.scenario_cases import CASES, ORDER, PRICE, STOCK, UNIFIED, Links, shop, table

TRUE_RECORDS = ("stock.shrinkage=0", "stock.receipt_error=0", "stock.wrong_at_start=0")
SEEDS = range(1, 6)


def totals(world: str, seed: int, links: LinkTable, *overrides: str) -> dict[Metric, int]:
    """Each metric over all days and stores of a shop that always trades by *links*."""
    scenario, catalogue = shop(world, seed, *overrides)
    daily = simulate(scenario, catalogue, [(-1, links)], 0).daily.sum(axis=(0, 1))
    return {metric: int(daily[metric]) for metric in Metric}


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


AUDITED = ("typed", "event delta", "direct", "pool file", "there and back", "pool to direct")


def run_case(name: str) -> Floor:
    """The shop of a case at the end of its run."""
    case = CASES[name]
    scenario, catalogue = case.shop
    base = plan(scenario, catalogue)
    (_, first), *later = case.steps
    floor = open_floor(base, generate(base, 0), plan_links(base, first), 0, reference=False)
    start_us = scenario.horizon.run_in_us
    Jobs(floor, [(start_us + week * WEEK_US, plan_links(base, links)) for week, links in later])
    floor.run()
    return floor


def moved(floor: Floor, system: int, signs: dict[Kind, int]) -> NDArray[np.int64]:
    """(locations,) units that the ledger says came (+) and went (-)."""
    units = floor.ledger[:, system, :, :, 0].sum(axis=0)
    total: NDArray[np.int64] = sum(sign * units[:, kind] for kind, sign in signs.items())
    return total


@pytest.mark.parametrize("system", [RECORD, WEB], ids=["record", "web shop"])
@pytest.mark.parametrize("name", AUDITED)
def test_ledger_rebuilds_the_levels(name: str, system: int) -> None:
    """Who knows only the ledger of events knows what each location has on hand and committed."""
    floor = run_case(name)
    levels = floor.engines[system].levels.sum(axis=1)
    came = {Kind.RECEIVED: 1, Kind.ADJUSTED: 1, Kind.COUNTED: 1}
    on_hand = moved(floor, system, {**came, Kind.SOLD: -1, Kind.FULFILLED: -1})
    committed = moved(floor, system, {Kind.PLACED: 1, Kind.FULFILLED: -1, Kind.CANCELLED: -1})
    assert on_hand.tolist() == levels[:, : State.INCOMING].sum(axis=1).tolist()
    assert committed.tolist() == levels[:, State.COMMITTED].tolist()


@pytest.mark.parametrize("name", AUDITED)
def test_goods_are_conserved(name: str) -> None:
    """What lies there in the evening lay there before or came, and was not sold or stolen."""
    daily = run_case(name).daily
    shelf = daily[..., Metric.SHELF_UNITS]
    gone = (Metric.UNITS_SOLD_STORE, Metric.UNITS_PICKED_WEB, Metric.UNITS_SHRUNK)
    change = daily[..., Metric.UNITS_RECEIVED] - daily[..., list(gone)].sum(axis=-1)
    assert shelf[1:].tolist() == (shelf[:-1] + change[1:]).tolist()


@pytest.mark.parametrize("name", AUDITED)
def test_wants_are_accounted_for(name: str) -> None:
    """Each unit wanted on the web was ordered or lost; if ordered: picked, not found, or open."""
    floor = run_case(name)
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
    floor = run_case(name)
    amounts = floor.ledger[..., 1].sum(axis=(0, 2))
    total = floor.daily.sum(axis=(0, 1))
    web_minor = int(total[Metric.REVENUE_WEB_MINOR])
    if not any(links.one_system for _, links in CASES[name].steps):
        assert int(amounts[WEB, Kind.FULFILLED]) == web_minor
    elif all(links.one_system for _, links in CASES[name].steps):
        assert int(amounts[RECORD, Kind.FULFILLED]) == web_minor
        assert int(amounts[RECORD, Kind.SOLD]) == int(total[Metric.REVENUE_STORE_MINOR])


# Every link counts

MORE, LESS = 1, -1
SETUPS: dict[str, tuple[str, str, str]] = {
    "typed": ("typed", "event", "paper"),
    "file": ("file", "poll", "paper"),
    "poll": ("poll", "typed", "paper"),
    "event": ("event", "event", "paper"),
    "half lost": ("event half lost", "event", "paper"),
    "delta": ("event delta", "event", "paper"),
    "orders typed": ("event", "typed", "paper"),
    "gateway": ("event", "event", "gateway"),
}
PARTS: dict[str, tuple[int, dict[str, Links]]] = {
    "stock": (0, STOCK),
    "order": (1, ORDER),
    "price": (2, PRICE),
}
# part, setup, what changes, the number that shows it, and which way it goes
EFFECTS: list[tuple[str, str, Links, Metric, int]] = [
    ("stock", "typed", {"period": "12 h"}, Metric.STOCK_ENTRIES, MORE),
    ("stock", "typed", {"at": "20:00"}, Metric.UNITS_FALSE_ZERO, MORE),
    ("stock", "typed", {"entry_error": "60 %"}, Metric.UNITS_LOST_WEB, MORE),
    ("stock", "typed", {"buffer": 2}, Metric.UNITS_LOST_WEB, MORE),
    ("stock", "poll", {"meaning": "absolute_on_hand"}, Metric.LINES_OVERSOLD_VIEW, LESS),
    ("stock", "file", {"latency": "10 h"}, Metric.LINES_OVERSOLD_VIEW, MORE),
    ("stock", "file", {"reconcile_every": "6 h"}, Metric.LINES_OVERSOLD_VIEW, LESS),
    ("stock", "event", {"latency": "6 h"}, Metric.LINES_OVERSOLD_VIEW, MORE),
    ("stock", "event", {"loss": "60 %"}, Metric.MESSAGES_LOST, MORE),
    ("stock", "event", {"loss": "60 %"}, Metric.LINES_OVERSOLD_VIEW, MORE),
    ("stock", "event", {"attempts": 5}, Metric.MESSAGES_LOST, LESS),
    ("stock", "half lost", {"backoff": "20 h"}, Metric.LINES_OVERSOLD_VIEW, MORE),
    ("stock", "event", {"version_guard": True}, Metric.LINES_OVERSOLD_VIEW, LESS),
    ("stock", "delta", {"duplication": 0}, Metric.UNITS_FALSE_ZERO, LESS),
    ("stock", "delta", {"reconcile_every": "2 h"}, Metric.UNITS_FALSE_ZERO, LESS),
    ("order", "orders typed", {"period": "4 h"}, Metric.LINES_OVERSOLD_VIEW, LESS),
    ("order", "orders typed", {"at": "18:00"}, Metric.MESSAGES_SENT, LESS),
    ("order", "orders typed", {"entry_error": "90 %"}, Metric.RECORDS_WRONG, MORE),
    ("order", "orders typed", {"notice": 0}, Metric.READY_US, LESS),
    ("order", "event", {"latency": "12 h"}, Metric.RECORDS_WRONG, MORE),
    ("order", "event", {"loss": 0}, Metric.RECORDS_WRONG, LESS),
    ("order", "event", {"attempts": 6}, Metric.RECORDS_WRONG, LESS),
    ("order", "event", {"backoff": "20 h"}, Metric.RECORDS_WRONG, MORE),
    ("price", "event", {"starts": "18:00"}, Metric.LABEL_WRONG_US, MORE),
    ("price", "event", {"staff": 4}, Metric.LABEL_WRONG_US, LESS),
    ("price", "event", {"minutes_per_label": 2}, Metric.LABEL_WRONG_US, LESS),
    ("price", "event", {"entry_error": 0}, Metric.LABEL_WRONG_US, LESS),
    ("price", "gateway", {"period": "2 h"}, Metric.LABEL_WRONG_US, MORE),
    ("price", "gateway", {"loss": 0}, Metric.LABEL_WRONG_US, LESS),
    ("price", "gateway", {"attempts": 30}, Metric.LABEL_WRONG_US, LESS),
    ("price", "gateway", {"labels_per_period": 20}, Metric.LABEL_WRONG_US, LESS),
]


@lru_cache(maxsize=len(SETUPS))
def before(setup: str) -> dict[Metric, int]:
    """What a setup leads to as it is."""
    return totals("three weeks", 7, table(*SETUPS[setup]))


@pytest.mark.parametrize(
    ("part", "setup", "change", "metric", "way"),
    EFFECTS,
    ids=[f"{effect[0]} {effect[1]} {next(iter(effect[2]))}" for effect in EFFECTS],
)
def test_every_link_counts(part: str, setup: str, change: Links, metric: Metric, way: int) -> None:
    """A change of one value of one link moves what it should, the way it should."""
    links: list[Any] = list(SETUPS[setup])
    place, named = PARTS[part]
    links[place] = {**named[links[place]], **change}
    after = totals("three weeks", 7, table(*links))
    moved_by = after[metric] - before(setup)[metric]
    assert moved_by * way > 0, f"{metric.name} was {before(setup)[metric]}, is {after[metric]}"


def test_a_pool_keeps_shoppers_from_web_goods() -> None:
    """With a stock of its own the web has no race against the store, and the store sells less."""
    shared = totals("slow hands", 7, table("poll", "event"))
    pooled = totals("slow hands", 7, table("poll", "event", web_pool=0.4))
    assert pooled[Metric.LINES_OVERSOLD_RACE] < shared[Metric.LINES_OVERSOLD_RACE]
    assert pooled[Metric.UNITS_LOST_STORE] > shared[Metric.UNITS_LOST_STORE]


def test_every_value_of_a_link_is_tried() -> None:
    """No value of a link is without its row above; minutes are money and move no goods."""
    models: dict[str, type[Model]] = {"stock": StockLink, "order": OrderLink, "price": PriceLink}
    free = {"technique", "minutes_per_entry", "minutes_per_order"}
    for part, model in models.items():
        tried = {name for row in EFFECTS if row[0] == part for name in row[2]}
        fields = {field.alias or name for name, field in model.model_fields.items()}
        assert fields - free == tried, part
