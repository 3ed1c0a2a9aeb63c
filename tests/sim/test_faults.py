"""Dated faults: a surge of visits on its days only, and a link that is out and loses nothing."""

from functools import lru_cache
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from scenarios.errors import ScenarioError
from scenarios.links import LinkTable
from scenarios.text import DAY_US, HOUR_US, MINUTE_US
from sim.arms import world
from sim.demand import Demand, generate
from sim.floor import RECORD, WEB, Floor
from sim.jobs import Jobs
from sim.plan import plan, plan_links
from sim.recorder import Metric
from sim.sequence import Moment
from sim.twin import Result, open_floor, simulate
from tests.sim.link_cases import table
from tests.sim.scenario_cases import shop

SEED = 5_300
DAYS = 14  # from Monday 2026-01-05
BY_CLOCK = "setups.unified.preset=multichannel"  # no setup with links that cannot be out
SURGED = range(8, 11)
SURGE = 'demand_surge, from: "2026-01-13", to: "2026-01-16", factor: 1.8, channel'
OUT = 'link_outage, from: "2026-01-12 01:00", to: "2026-01-16 02:00", link'
STRIKE = 'supplier_strike, from: "2026-01-12", to: "2026-01-16"'
OUT_US = (7 * DAY_US + HOUR_US, 11 * DAY_US + 2 * HOUR_US)
NIGHTLY = table(
    {"technique": "file", "period": "1 day", "at": "02:00"},
    {"technique": "poll", "period": "30 min", "at": "01:50"},
)
CHANGES = table(
    {"technique": "poll", "period": "20 min"},
    {"technique": "file", "period": "1 day", "at": "01:50"},
)
LOSSY = table("typed in vain", "poll half lost", web_pool=0.3)


def flags(*faults: str) -> tuple[str, ...]:
    """*faults* as flags of the command line."""
    listed = ", ".join(f"{{kind: {fault}}}" for fault in faults)
    return (BY_CLOCK, f"faults=[{listed}]")


@lru_cache(maxsize=32)
def generated(seed: int, *faults: str) -> Demand:
    """A corner shop's demand with these faults."""
    print(f"seed {seed}")
    return generate(plan(*shop("corner", seed, *flags(*faults))), 0)


@lru_cache(maxsize=32)
def outcome(links: LinkTable, seed: int, *faults: str) -> Result:
    """A fast run under these links."""
    print(f"seed {seed}")
    return simulate(*shop("corner", seed, *flags(*faults)), [(-1, links)], 0)


def opened(links: LinkTable, *faults: str) -> Floor:
    """A shop on its first morning."""
    print(f"seed {SEED}")
    base = plan(*shop("corner", SEED, *flags(*faults)))
    floor = open_floor(base, generate(base, 0), plan_links(base, links), 0, reference=False)
    Jobs(floor, [])
    return floor


def visits(demand: Demand, kind: Moment) -> NDArray[np.int64]:
    """(DAYS,) visits of one kind by day."""
    days = demand.visits["time_us"][demand.visits["kind"] == kind] // DAY_US
    return np.bincount(days, minlength=DAYS)


@pytest.mark.parametrize(
    ("fault", "links"),
    [
        (f"{SURGE}: both", NIGHTLY),
        (f"{SURGE}: web", CHANGES),
        (f"{OUT}: stock", LOSSY),
        (f"{OUT}: order", LOSSY),
        (f"{OUT}: both", NIGHTLY),
        (f"{OUT}: both", CHANGES),
    ],
)
def test_forms_agree(fault: str, links: LinkTable) -> None:
    """Kernel and processes leave the same tables, shelves and engines, and the fault shows."""
    fast = outcome(links, SEED, fault)
    slow = simulate(*shop("corner", SEED, *flags(fault)), [(-1, links)], 0, reference=True)
    assert fast.digests == slow.digests
    assert fast.digests != outcome(links, SEED).digests


@pytest.mark.parametrize("channel", ["store", "web", "both"])
def test_a_surge_raises_visits_on_its_days_and_on_no_other(channel: str) -> None:
    """Visits of 40 seeds grow by the factor, within four standard errors, in the channel hit."""
    seeds = range(SEED, SEED + 40)
    for kind, name in ((Moment.SHELF, "store"), (Moment.WEB, "web")):
        usual, surged = (
            np.sum([visits(generated(seed, *faults), kind) for seed in seeds], axis=0)
            for faults in ((), (f"{SURGE}: {channel}",))
        )
        days = list(SURGED)
        other = [day for day in range(DAYS) if day not in SURGED]
        assert surged[other].tolist() == usual[other].tolist()
        expected = 1.8 if channel in (name, "both") else 1.0
        error = expected * np.sqrt(1 / usual[days].sum() + 1 / surged[days].sum())
        ratio = surged[days].sum() / usual[days].sum()
        assert abs(ratio - expected) < 4 * error
        assert expected > 1 or ratio == 1


def test_surges_of_one_day_multiply() -> None:
    """Two surges of 1.3 on the same days are one of 1.69."""
    twice = f"{SURGE}: web".replace("1.8", "1.3")
    base = plan(*shop("corner", SEED, *flags(twice, twice.replace("web", "both"))))
    assert base.surge[list(SURGED), 0] == pytest.approx([1.3] * 3)
    assert base.surge[list(SURGED), 1] == pytest.approx([1.69] * 3)
    assert base.surge.sum() == pytest.approx(2 * (DAYS - 3) + 3 * (1.3 + 1.69))


def test_customers_of_other_days_are_the_same() -> None:
    """Before a surge and after it the same people come at the same times for the same things."""
    usual, surged = generated(SEED), generated(SEED, f"{SURGE}: both")
    first, end = SURGED.start * DAY_US, SURGED.stop * DAY_US
    before, before_surged = (d.visits[d.visits["time_us"] < first] for d in (usual, surged))
    assert before.tolist() == before_surged.tolist()
    wants = int(before["wants"].sum())
    assert usual.wants[:wants].tolist() == surged.wants[:wants].tolist()
    after, after_surged = (d.visits[d.visits["time_us"] >= end].copy() for d in (usual, surged))
    more = len(surged.wants) - len(usual.wants)
    assert more > 0
    after["first_want"] += more
    assert after.tolist() == after_surged.tolist()
    wants = int(after["wants"].sum())
    assert usual.wants[-wants:].tolist() == surged.wants[-wants:].tolist()


@pytest.mark.parametrize(
    ("others", "metric", "at_least"),
    [((STRIKE,), Metric.LINES_OVERSOLD_VIEW, 2.0), ((), Metric.UNITS_FALSE_ZERO, 1.5)],
    ids=["goods run out", "goods come in"],
)
def test_an_outage_of_the_nightly_file_misleads_the_web_shop(
    others: tuple[str, ...], metric: Metric, at_least: float
) -> None:
    """Without four files it sells what the record knows to be gone, and hides what has come."""
    seeds = range(SEED, SEED + 5)
    usual, out = (
        np.sum([outcome(NIGHTLY, seed, *faults).daily.sum(axis=1) for seed in seeds], axis=0)
        for faults in (others, (*others, f"{OUT}: stock"))
    )
    assert (out[:7] == usual[:7]).all()
    wrong, usually_wrong = out[7:, metric].sum(), usual[7:, metric].sum()
    assert wrong > at_least * usually_wrong > 0, (wrong, usually_wrong)


def stale(floor: Floor) -> int:
    """Rows of which the web shop believes what the record does not, but for orders under way."""
    rows = floor.web_rows()
    rows = rows[floor.shelves["unbooked"][rows] == 0]
    known = np.maximum(0, floor.available(RECORD, rows))
    return int(np.count_nonzero(floor.available(WEB, rows) != known))


@pytest.mark.parametrize("links", [NIGHTLY, CHANGES], ids=["every row", "changed rows"])
def test_the_next_run_after_an_outage_makes_the_view_right(links: LinkTable) -> None:
    """Files of four nights fail; the first that is sent again carries all that had changed."""
    floor = opened(links, f"{OUT}: stock")
    floor.env.run_before(OUT_US[0])
    floor.env.run_before(OUT_US[1] - 1)
    assert stale(floor) > 10
    floor.env.run_before(OUT_US[1] + 1)
    assert stale(floor) == 0
    usual = opened(links)
    usual.env.run_before(OUT_US[1] - DAY_US + 1)
    assert stale(usual) == 0


def test_orders_wait_for_the_end_of_an_outage() -> None:
    """The record hears of no order of those days, and of each of them at the next run."""
    floor, usual = opened(NIGHTLY, f"{OUT}: order"), opened(NIGHTLY)
    for one in (floor, usual):
        one.env.run_before(OUT_US[1] - 1)
    waiting = floor.take_waiting()
    floor.keep_waiting(waiting)
    assert len(waiting) > 5 * len(usual.take_waiting())
    assert floor.shelves["unbooked"].sum() > 0
    floor.env.run_before(OUT_US[1] + 20 * MINUTE_US + 1)
    assert len(floor.take_waiting()) == 0
    assert floor.shelves["unbooked"].sum() == 0


def test_an_outage_lasts_to_the_minute() -> None:
    """The run at its first moment does not happen, the one at the moment it is over does."""
    for hours, runs in ((("02:00", "02:01"), False), (("01:59", "02:00"), True)):
        times = 'from: "2026-01-12 {}", to: "2026-01-12 {}"'.format(*hours)
        floor = opened(NIGHTLY, f"link_outage, link: stock, {times}")
        floor.env.run_before(7 * DAY_US + 2 * HOUR_US + 1)
        assert (stale(floor) == 0) == runs


def test_no_fault_leaves_everything_as_it_was() -> None:
    """A list of no faults, and an outage between two runs, change no number."""
    usual = simulate(*shop("corner", SEED, BY_CLOCK), [(-1, NIGHTLY)], 0)
    idle = 'link_outage, link: stock, from: "2026-01-12 03:00", to: "2026-01-13 01:59"'
    assert outcome(NIGHTLY, SEED).digests == usual.digests
    assert outcome(NIGHTLY, SEED, idle).digests == usual.digests


def test_results_without_a_fault_are_not_taken_for_results_with_it() -> None:
    """Each fault is part of what names a replication; where there is none, names are as before."""
    told = [
        world(shop("corner", SEED, *flags(*faults))[0])
        for faults in ((), (STRIKE,), (f"{SURGE}: web",), (f"{SURGE}: both",), (f"{OUT}: stock",))
    ]
    assert all(a != b for a, b in combinations(told, 2))
    assert ["faults" in one for one in told] == [False, True, True, True, True]


@pytest.mark.parametrize("preset", ["omnichannel", "unified"])
def test_an_outage_of_events_is_refused(preset: str) -> None:
    """Messages that are sent as things happen are not held up yet, so nobody may rely on it."""
    with pytest.raises(ScenarioError) as caught:
        shop("corner", SEED, *flags(f"{OUT}: stock"), f"setups.unified.preset={preset}")
    assert "faults.0.link" in str(caught.value)
    assert "outages of event and direct links are not simulated yet" in str(caught.value)
