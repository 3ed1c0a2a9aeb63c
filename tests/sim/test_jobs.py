"""Runs of links by the clock: what they take along, what stays, and when it arrives."""

from collections.abc import Sequence

import numpy as np
import pytest

from core.schema import State
from scenarios.text import HOUR_US
from sim.floor import RECORD, WEB, Floor
from sim.jobs import CHANGED_ONLY, EVERYTHING, Jobs
from sim.plan import plan, plan_links
from sim.recorder import Metric
from sim.twin import open_floor
from tests.sim.link_cases import HALF_LOST, STOCK, Links, table
from tests.sim.scenario_cases import shop
from tests.sim.test_reference import WEB as WEB_VISIT
from tests.sim.test_reference import Caller, demand_of
from tests.sim.trading import totals

SKUS = 60  # of the corner shops
SOUTH = SKUS
HOPELESS = {"loss": 0.9999999, "attempts": 1}

both_forms = pytest.mark.parametrize("reference", [False, True], ids=["fast", "reference"])


def opened(
    stock: Links, order: str | Links = "typed", callers: Sequence[Caller] = (), *, reference: bool
) -> tuple[Floor, Jobs]:
    """The corner shops by these links, and no customers but *callers*."""
    scenario, catalogue = shop()
    base = plan(scenario, catalogue)
    links = plan_links(base, table(stock, order))
    floor = open_floor(base, demand_of(callers), links, 0, reference=reference)
    return floor, Jobs(floor, [])


def touched(floor: Floor, *rows: int) -> None:
    """The record's levels of *rows* change, in this order."""
    floor.touch(np.array(rows, np.int64))


@both_forms
def test_staff_type_the_oldest_changes_first(reference: bool) -> None:  # noqa: FBT001
    """Two minutes at half a minute each: four a store; the rest waits in its order."""
    floor, jobs = opened(STOCK["typed in part"], reference=reference)
    touched(floor, 9, SOUTH, 3, 8, 1, SOUTH + 5, 7, 4, 9)
    jobs.read_record(CHANGED_ONLY, by_hand=True)
    assert floor.daily[0, :, Metric.STOCK_ENTRIES].tolist() == [4, 2]
    touched(floor, 2, 7)
    assert floor.take_changed().tolist() == [7, 4, 2]


@both_forms
def test_what_a_lost_run_carried_is_carried_by_the_next(reference: bool) -> None:  # noqa: FBT001
    """Staff typed four of five for nothing: all five are typed again, in their order."""
    floor, jobs = opened({**STOCK["typed in part"], **HOPELESS}, reference=reference)
    touched(floor, 9, 3, 8, 1, 7)
    jobs.read_record(CHANGED_ONLY, by_hand=True)
    assert floor.daily[0, 0, Metric.STOCK_ENTRIES] == 4
    touched(floor, 0, 3)
    assert floor.take_changed().tolist() == [9, 3, 8, 1, 7, 0]


@both_forms
def test_what_was_changed_stays_before_what_has_changed_since(reference: bool) -> None:  # noqa: FBT001
    """A row that was put back and changes again keeps its old place."""
    floor, _ = opened(STOCK["typed"], reference=reference)
    touched(floor, 4, 2, 6)
    floor.keep_changed(np.array([7, 2], np.int64))
    touched(floor, 6, 5, 7)
    assert floor.take_changed().tolist() == [7, 2, 4, 6, 5]


@both_forms
def test_a_lost_comparison_leaves_changes_to_the_next_poll(reference: bool) -> None:  # noqa: FBT001
    """What it would have told of every row, the poll still tells of those that changed."""
    floor, jobs = opened({**STOCK["poll"], **HOPELESS}, reference=reference)
    touched(floor, 5, 1)
    jobs.read_record(EVERYTHING, by_hand=False)
    assert floor.take_changed().tolist() == [5, 1]


@both_forms
@pytest.mark.parametrize("latency", ["0 s", "5 min"])
def test_a_run_without_latency_arrives_at_once(reference: bool, latency: str) -> None:  # noqa: FBT001
    """Within the moment of its reading; otherwise later, and not before."""
    floor, jobs = opened({**STOCK["typed at once"], "latency": latency}, reference=reference)
    floor.engines[WEB].tables.levels[:] = 0
    rows = floor.web_rows()
    floor.touch(rows)
    jobs.read_record(CHANGED_ONLY, by_hand=True)
    shown = floor.available(WEB, rows)
    assert np.array_equal(shown, floor.available(RECORD, rows)) == (latency == "0 s")
    floor.env.run_before(5 * 60 * 1_000_000 + 1)
    assert np.array_equal(floor.available(WEB, rows), floor.available(RECORD, rows))


@both_forms
@pytest.mark.parametrize(("loss", "waiting"), [(0, [2]), (HOPELESS["loss"], [0, 1, 2])])
def test_orders_of_a_lost_run_wait_on(reference: bool, loss: float, waiting: list[int]) -> None:  # noqa: FBT001
    """Two orders before the run of 08:00 and one after it: who is unknown to the store at ten."""
    callers = [Caller(WEB_VISIT, hour * HOUR_US) for hour in (1, 2, 9)]
    floor, _ = opened(
        STOCK["typed"], {**HALF_LOST["file half lost"], "loss": loss}, callers, reference=reference
    )
    floor.engines[WEB].tables.levels[:, State.AVAILABLE] = 9
    floor.env.run_before(10 * HOUR_US)
    assert floor.take_waiting().tolist() == waiting


@pytest.mark.parametrize("run", HALF_LOST)
def test_orders_of_lost_runs_are_never_booked(run: str) -> None:
    """A link that loses every run leaves the store's record without any web order."""
    hopeless = totals("corner", 1, table("event", {**HALF_LOST[run], **HOPELESS}))
    perfect = totals("corner", 1, table("event", {**HALF_LOST[run], "loss": 0}))
    assert hopeless[Metric.MESSAGES_SENT] < perfect[Metric.MESSAGES_SENT]
    assert hopeless[Metric.ORDER_ENTRIES] == 0
    assert (perfect[Metric.ORDER_ENTRIES] > 0) == run.startswith("manual")
