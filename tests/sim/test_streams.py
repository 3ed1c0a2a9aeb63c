"""Every draw has a name: the same key gives the same numbers, another key gives others.

So one more visit, store or channel moves nothing that belongs to the others.
"""

from dataclasses import replace
from functools import lru_cache
from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.demand import (
    CANDIDATE,
    VISIT,
    Demand,
    Records,
    assemble,
    day_effect,
    generate,
    household_cdf,
)
from sim.plan import Plan, plan
from sim.sequence import Moment
from sim.streams import marks, stream, threshold
from tests.sim.scenario_cases import shop

ALARM = 1e-6  # how often a right generator fails one bound
SEED = 601
MARKS = ("stay", "notice", "latency", "loss", "typo")
HALF_ONLINE = (
    "demand.online_share=0.5",
    "stores.0.visits_by_weekday=[80, 80, 90, 70, 100, 120, 60]",
    "horizon.trading=3 weeks",
)


@lru_cache(maxsize=16)
def generated(replication: int, seed: int, *overrides: str) -> tuple[Plan, Demand]:
    """A corner shop's demand, further changed by *overrides*."""
    base = plan(*shop("corner", seed, *overrides))
    return base, generate(base, replication)


def busy_year() -> tuple[Plan, Demand]:
    """So many visits that their marks fill every corner of their range."""
    return generated(
        0,
        SEED,
        "horizon.trading=103 weeks",
        "demand.shopping_time=uniform(0 min, 20 min)",
        "picking.noise_cv=0.3",
    )


def same(one: Records, other: Records) -> bool:
    """Whether two tables agree in every field; what pads their rows says nothing."""
    assert one.dtype.names is not None
    return len(one) == len(other) and all((one[n] == other[n]).all() for n in one.dtype.names)


def of(demand: Demand, kind: Moment, store: int) -> tuple[Records, Records]:
    """One store's visits of one kind and what they want, as drawn, wherever they stand."""
    mine = demand.visits[(demand.visits["kind"] == kind) & (demand.visits["store"] == store)]
    mine = mine[np.argsort(mine["first_want"])]
    owner = np.repeat(np.arange(len(mine)), mine["wants"])
    begins = np.cumsum(mine["wants"]) - mine["wants"]
    wants = demand.wants[mine["first_want"][owner] + np.arange(len(owner)) - begins[owner]]
    mine["first_want"] = begins
    return mine, wants


def moved(before: Demand, after: Demand) -> set[tuple[str, int]]:
    """Kinds of visits and stores that are not what they were."""
    return {
        (kind.name, store)
        for kind in (Moment.SHELF, Moment.WEB, Moment.SHRINK)
        for store in (0, 1)
        if not all(map(same, of(before, kind, store), of(after, kind, store)))
    }


def test_a_stream_is_its_seed_name_and_numbers() -> None:
    """The first numbers of a stream are these, in every process and on every machine."""
    raw = {
        key: int(stream(*key).bit_generator.random_raw())
        for key in ((1, "day", 0), (2, "day", 0), (1, "lead", 0), (1, "day", 1), (1, "day", 0, 0))
    }
    assert raw[1, "day", 0] == 7150102985827751232
    assert len(set(raw.values())) == len(raw)
    assert marks(stream(7, "a", 3), 4).tolist() == marks(stream(7, "a", 3), 2, 2).ravel().tolist()


def test_an_event_is_a_mark_below_its_threshold() -> None:
    """None at 0, all at 1, and a share of the marks in between."""
    print(f"seed {SEED}")
    assert [threshold(share) for share in (0, 0.25, 1)] == [0, 2**30, 2**32]
    drawn = marks(stream(SEED, "threshold"), 1000, 200)
    assert drawn.dtype == np.uint32
    assert drawn.shape == (1000, 200)
    assert stats.kstest(drawn.ravel() / 2**32, "uniform").pvalue > ALARM
    for share in (0.01, 0.3, 0.9):
        below = int((drawn.ravel() < threshold(share)).sum())
        assert stats.binomtest(below, drawn.size, share).pvalue > ALARM


def test_the_same_key_is_the_same_run() -> None:
    """Seed and replication settle every byte of the demand; either alone changes all of it."""
    print(f"seed {SEED}")
    keys = ((SEED, 0), (SEED, 1), (SEED + 1, 0))
    runs = [generate(plan(*shop("corner", seed)), replication) for seed, replication in keys]
    again = generate(plan(*shop("corner", SEED)), 0)
    assert same(again.visits, runs[0].visits)
    assert same(again.wants, runs[0].wants)
    for one, other in combinations(runs, 2):
        assert len(moved(one, other)) == 6
        # Those of the shrunk are 0; of some 1,000 others hardly two are alike.
        assert len(np.intersect1d(one.visits["stay"], other.visits["stay"])) <= 2


def test_a_name_moves_nothing() -> None:
    """A shop under another title draws the same customers."""
    _, before = generated(0, SEED)
    _, after = generated(0, SEED, "title=Two shops", "stores.0.name=Nord")
    assert not moved(before, after)


OVERRIDES = {
    "a store's traffic": (
        ("stores.0.visits_by_weekday=[90, 90, 90, 90, 90, 90, 90]",),
        {("SHELF", 0), ("WEB", 0), ("SHRINK", 0)},
    ),
    "a store's spread of days": (
        ("stores.1.day_effect_cv=0.4",),
        {("SHELF", 1), ("WEB", 1)},
    ),
    "a store's hours": (("stores.1.opens=10:00",), {("SHELF", 1), ("SHRINK", 1)}),
    "a store's households": (("stores.1.visit_rate_cv=0.3",), {("SHELF", 1), ("WEB", 1)}),
    "shrinkage": (("stock.shrinkage=8 %",), {("SHRINK", 0), ("SHRINK", 1)}),
    "the hours of the web": (
        (f"demand.web_by_hour={[1] * 12 + [3] * 12}",),
        {("WEB", 0), ("WEB", 1)},
    ),
    "the time spent shopping": (("demand.shopping_time=1 min",), {("SHELF", 0), ("SHELF", 1)}),
    # Twice the traffic with half the share on either channel: the channel keeps its rate.
    "the web, not the store": (
        (
            "demand.online_share=0.75",
            "stores.0.visits_by_weekday=[160, 160, 180, 140, 200, 240, 120]",
            "stores.1.visits_by_weekday=[72, 68, 72, 76, 88, 120, 60]",
        ),
        {("WEB", 0), ("WEB", 1), ("SHRINK", 0), ("SHRINK", 1)},
    ),
    "the store, not the web": (
        (
            "demand.online_share=0.25",
            "stores.0.visits_by_weekday=[160, 160, 180, 140, 200, 240, 120]",
            "stores.1.visits_by_weekday=[72, 68, 72, 76, 88, 120, 60]",
        ),
        {("SHELF", 0), ("SHELF", 1), ("SHRINK", 0), ("SHRINK", 1)},
    ),
}


@pytest.mark.parametrize("name", OVERRIDES)
def test_a_change_moves_only_what_it_changes(name: str) -> None:
    """Each store and channel draws alone: what is not changed keeps its customers to the byte."""
    print(f"seed {SEED}")
    overrides, expected = OVERRIDES[name]
    _, before = generated(0, SEED, *HALF_ONLINE)
    _, after = generated(0, SEED, *HALF_ONLINE, *overrides)
    assert moved(before, after) == expected


def test_one_more_store_moves_no_other() -> None:
    """A third store opens; the customers of the first two are who they were."""
    scenario, catalogue = shop("corner", SEED)
    third = scenario.stores[1].model_copy(update={"name": "East"})
    wider = scenario.model_copy(update={"stores": (*scenario.stores, third)})
    weight = np.vstack([catalogue.weight, catalogue.weight[1]])
    after = generate(plan(wider, replace(catalogue, weight=weight)), 0)
    assert (after.visits["store"] == 2).any()
    assert not moved(generate(plan(scenario, catalogue), 0), after)


def test_no_two_streams_are_one() -> None:
    """Of 80,000 visits by store, day and channel hardly two share a mark, and none share two."""
    print(f"seed {SEED}")
    _, demand = busy_year()
    visits = demand.visits[demand.visits["kind"] != Moment.SHRINK]
    assert len(visits) > 50_000
    assert len(visits) - len(np.unique(visits["stay"])) <= 8  # 2**32 marks: about 0.4 expected
    both = visits["stay"].astype(np.uint64) << np.uint64(32) | visits["notice"]
    assert len(np.unique(both)) == len(visits)


def test_each_store_has_households_and_days_of_its_own() -> None:
    """No two stores share who comes often; no two days share how busy they are, in any run."""
    print(f"seed {SEED}")
    base, _ = generated(0, SEED)
    first, second = (household_cdf(base, store) for store in (0, 1))
    assert len(first) == len(second)
    assert len(np.intersect1d(np.diff(first), np.diff(second))) == 0
    effects = {day_effect(base, *key) for key in product((0, 1), (0, 1), range(base.days))}
    assert len(effects) == 2 * 2 * base.days


def slices(numbers: NDArray[np.int64], table: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of *table* below each of *numbers*, which are entries of it."""
    return (np.searchsorted(np.sort(table), numbers) + 0.5) / len(table)


def uniform_columns(base: Plan, visits: Records, kind: Moment) -> dict[str, NDArray[np.float64]]:
    """What should be uniform from 0 to 1 of the visits of one channel."""
    columns = {name: visits[name] / 2**32 for name in MARKS}
    noise = base.till_noise if kind == Moment.SHELF else base.picking_noise
    columns["noise"] = slices(visits["noise"], noise)
    if kind == Moment.SHELF:
        columns["walk"] = slices(visits["walk_us"], base.shopping_us - base.shopping_us // 2)
    return columns


@pytest.mark.parametrize("kind", [Moment.SHELF, Moment.WEB])
def test_marks_are_uniform_and_say_nothing_of_each_other(kind: Moment) -> None:
    """Each mark fills its range evenly, and so do any two of them together."""
    print(f"seed {SEED}")
    base, demand = busy_year()
    visits = demand.visits[demand.visits["kind"] == kind]
    columns = uniform_columns(base, visits, kind)
    columns["response"] = demand.wants["response"][visits["first_want"]] / 2**32
    assert set(np.unique(visits["noise"])) <= set(
        (base.till_noise if kind == Moment.SHELF else base.picking_noise).tolist()
    )
    for name, column in columns.items():
        cells = np.bincount((column * 64).astype(int), minlength=64)
        assert stats.chisquare(cells).pvalue > ALARM, name
    for one, other in combinations(columns, 2):
        cell = (columns[one] * 8).astype(int) * 8 + (columns[other] * 8).astype(int)
        cells = np.bincount(cell, minlength=64)
        assert stats.chisquare(cells).pvalue > ALARM, (one, other)


def test_marks_say_nothing_of_who_comes_when_for_what() -> None:
    """The marks of visits by hour of day, household, sku and quantity are uniform all the same."""
    print(f"seed {SEED}")
    _, demand = busy_year()
    visits = demand.visits[demand.visits["kind"] != Moment.SHRINK]
    first = demand.wants[visits["first_want"]]
    for name in MARKS:
        for told in (visits["time_us"] % 86_400_000_000, visits["customer"], first["sku"]):
            assert stats.spearmanr(visits[name], told).pvalue > ALARM, name
    for told in (first["quantity"], first["sku"], visits["wants"]):
        assert stats.spearmanr(first["response"], told).pvalue > ALARM


def test_visits_are_in_the_total_order() -> None:
    """By time, then kind, then as drawn, store by store; wants lie as drawn, without a gap."""
    _, demand = busy_year()
    visits = demand.visits
    assert (np.diff(visits["time_us"]) >= 0).all()
    drawn = visits[np.argsort(visits["first_want"])]
    ends = drawn["first_want"] + drawn["wants"]
    assert drawn["first_want"][0] == 0
    assert (drawn["first_want"][1:] == ends[:-1]).all()
    assert ends[-1] == len(demand.wants)


def test_ties_are_broken_by_kind_then_as_drawn() -> None:
    """Two things at one microsecond: shrinkage, shelf, web; then whoever was drawn first."""
    # time kind customer, and the (sku, second sku) of its lines
    table: list[tuple[int, Moment, int, list[tuple[int, int]]]] = [
        (5, Moment.WEB, 0, [(1, 2), (1, 3)]),  # the second draw stands in
        (5, Moment.SHELF, 1, [(1, 2), (2, 9), (1, 2)]),  # it is in the basket too: dropped
        (5, Moment.WEB, 2, [(4, 4), (4, 4)]),
        (3, Moment.WEB, 3, [(7, 1)]),
        (5, Moment.SHRINK, 4, [(1, 1)]),
        (5, Moment.SHELF, 5, [(7, 8)]),
        (
            5,
            Moment.WEB,
            6,
            [(1, 7), (1, 2), (2, 5)],
        ),  # the stand-in comes first and keeps its place
    ]
    parts = []
    for time_us, kind, customer, pairs in table:
        visits = np.zeros(1, VISIT)
        visits["time_us"], visits["kind"], visits["customer"] = time_us, kind, customer
        visits["wants"] = len(pairs)
        lines = np.zeros(len(pairs), CANDIDATE)
        lines["sku"], lines["second"] = np.transpose(pairs)
        lines["quantity"] = 1 + np.arange(len(pairs))
        parts.append((visits, lines))
    demand = assemble(parts)
    baskets = {
        int(v["customer"]): [
            (int(want["sku"]), int(want["quantity"]))
            for want in demand.wants[v["first_want"] : v["first_want"] + v["wants"]]
        ]
        for v in demand.visits
    }
    assert list(baskets) == [3, 4, 1, 5, 0, 2, 6]
    assert baskets == {
        0: [(1, 1), (3, 2)],
        1: [(1, 1), (2, 2)],
        2: [(4, 1)],
        3: [(7, 1)],
        4: [(1, 1)],
        5: [(7, 1)],
        6: [(1, 1), (2, 2)],
    }


def test_without_visits_there_is_no_demand() -> None:
    """Nobody comes: two empty tables."""
    demand = assemble([])
    assert len(demand.visits) == len(demand.wants) == 0
