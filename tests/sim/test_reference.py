"""A few customers followed by hand, in both forms of the twin; and what keeps the forms apart."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.schema import Operation, Reason
from scenarios.links import LinkTable
from scenarios.text import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from sim.demand import VISIT, WANT, Demand
from sim.floor import LOYAL, RECORD, Floor
from sim.plan import MILLION, plan, plan_links
from sim.recorder import Metric
from sim.reference import ReferenceTwin
from sim.sequence import Moment
from sim.twin import open_floor
from tests.sim.link_cases import table
from tests.sim.scenario_cases import CASES, UNIFIED, shop

TEN_US = 10 * HOUR_US
LOST, SUBSTITUTE, DELAY = 0, 2**31, 2**32 - 1  # marks of customers of each mind
STORE = 0
SHELF, WEB = Moment.SHELF, Moment.WEB

both_forms = pytest.mark.parametrize("reference", [False, True], ids=["fast", "reference"])


@dataclass(frozen=True)
class Caller:
    """A customer of store 0: when, what, and of what mind where it is missing."""

    kind: Moment
    time_us: int
    wants: tuple[tuple[int, int], ...] = ((0, 1),)  # (sku, quantity)
    mind: int = LOST
    walk_us: int = MINUTE_US
    customer: int = 0
    stay: int = 0


def demand_of(callers: Sequence[Caller]) -> Demand:
    """The run that consists of these customers, given in order of time and kind."""
    visits = np.zeros(len(callers), VISIT)
    wants: list[tuple[int, int, int]] = []
    for visit, caller in zip(visits, callers, strict=True):
        visit["time_us"], visit["kind"], visit["walk_us"] = caller.time_us, caller.kind, 0
        if caller.kind == SHELF:
            visit["walk_us"] = caller.walk_us
        visit["customer"], visit["stay"], visit["noise"] = caller.customer, caller.stay, MILLION
        visit["store"], visit["first_want"], visit["wants"] = STORE, len(wants), len(caller.wants)
        wants += [(sku, quantity, caller.mind) for sku, quantity in caller.wants]
    return Demand(visits, np.array(wants, WANT))


def tell(
    reference: bool,  # noqa: FBT001  a parameter of the test
    callers: Sequence[Caller],
    stock: dict[int, int],
    links: LinkTable = UNIFIED,
    world: str = "corner",
    days: int = 3,
) -> Floor:
    """The shop after these customers; the shelf of store 0 holds *stock* and nothing else."""
    scenario, catalogue = shop(world)
    base = plan(scenario, catalogue)
    floor = open_floor(base, demand_of(callers), plan_links(base, links), 0, reference=reference)
    floor.shelves["physical"] = 0
    for sku, units in stock.items():
        floor.shelves["physical"][sku] = units
    rows = floor.active_rows()
    physical = floor.shelves["physical"][rows]
    floor.book_facts(RECORD, Operation.COUNT, rows, physical, Reason.CORRECTION)
    floor.load_web_shop()
    floor.env.run_before(days * DAY_US)
    return floor


def told(floor: Floor) -> dict[str, int]:
    """The metrics that are not zero, over all days, without money."""
    total = floor.daily.sum(axis=(0, 1))
    return {m.name: int(total[m]) for m in Metric if total[m] and not m.name.endswith("MINOR")}


@both_forms
def test_second_customer_waits_for_the_first(reference: bool) -> None:  # noqa: FBT001
    """One till, 70 s and 25 s a unit: who joins 30 s after a basket of two waits 90 s."""
    callers = [
        Caller(SHELF, TEN_US, ((0, 2),)),
        Caller(SHELF, TEN_US + 30 * SECOND_US, ((1, 1),)),
    ]
    found = told(tell(reference, callers, {0: 5, 1: 5}))
    assert found["TILL_WAIT_US"] == 90 * SECOND_US
    assert (found["TILL_SERVED"], found["BASKETS"], found["UNITS_SOLD_STORE"]) == (2, 2, 3)


PAID_US = MINUTE_US + 70 * SECOND_US + 25 * SECOND_US


@both_forms
@pytest.mark.parametrize(
    ("later_us", "expected"),
    [
        (-1, "LINES_OVERSOLD_RACE"),  # promised, then taken off the shelf before it was picked
        (0, "LINES_OVERSOLD_RECORD"),  # at one microsecond the hand is faster than the click
        (1, "LINES_OVERSOLD_RECORD"),  # in a basket, not yet paid: the record still has it
        (PAID_US - 1, "LINES_OVERSOLD_RECORD"),
        (PAID_US, "UNITS_LOST_WEB"),  # paid: the record knows
        (PAID_US + 1, "UNITS_LOST_WEB"),
    ],
)
def test_two_customers_want_the_last_unit(
    reference: bool,  # noqa: FBT001
    later_us: int,
    expected: str,
) -> None:
    """One unit, one shopper, one web order, one system: who is disappointed, and why."""
    callers = sorted(
        (Caller(SHELF, TEN_US), Caller(WEB, TEN_US + later_us, customer=1)),
        key=lambda caller: (caller.time_us, caller.kind),
    )
    found = told(tell(reference, callers, {0: 1}))
    assert found["UNITS_SOLD_STORE"] == 1
    assert found[expected] == 1
    assert found.get("ORDERS_CANCELLED", 0) == (expected != "UNITS_LOST_WEB")


@both_forms
def test_web_order_of_the_night_waits_for_the_morning(reference: bool) -> None:  # noqa: FBT001
    """Ordered at 23:00, seen when the store opens at 9, picked in 12 min and 3 min a unit."""
    links = table("direct", "direct at once")
    found = told(tell(reference, [Caller(WEB, 23 * HOUR_US, ((0, 2),))], {0: 2}, links))
    assert found["READY_US"] == 10 * HOUR_US + 18 * MINUTE_US
    assert (found["ORDERS_PICKED"], found["UNITS_PICKED_WEB"]) == (1, 2)
    assert "PICK_WAIT_US" not in found


@both_forms
def test_buffer_hides_the_last_unit(reference: bool) -> None:  # noqa: FBT001
    """With one unit held back the web shop shows none, though one lies there for nobody."""
    found = told(tell(reference, [Caller(WEB, TEN_US)], {0: 1}, table("file", "file")))
    assert (found["UNITS_LOST_WEB"], found["UNITS_FALSE_ZERO"]) == (1, 1)
    assert "WEB_ORDERS_PLACED" not in found


@both_forms
def test_whoever_comes_back_finds_what_is_there_then(reference: bool) -> None:  # noqa: FBT001
    """Two are wanted and one is there: the customer asks for the other again after 26 h."""
    floor = tell(reference, [Caller(SHELF, TEN_US, ((0, 2),), DELAY)], {0: 1})
    store = floor.daily[:, STORE]
    assert store[0, Metric.UNITS_DELAYED] == store[0, Metric.UNITS_SOLD_STORE] == 1
    assert store[:, Metric.UNITS_LOST_STORE].tolist()[:3] == [0, 1, 0]


@both_forms
def test_substitute_is_the_next_of_its_kind(reference: bool) -> None:  # noqa: FBT001
    """A minded customer takes as much of the catalogue's substitute as there is."""
    _, catalogue = shop()
    other = int(catalogue.substitute[0])
    found = told(tell(reference, [Caller(SHELF, TEN_US, ((0, 3),), SUBSTITUTE)], {0: 1, other: 1}))
    assert (found["UNITS_SOLD_STORE"], found["UNITS_SUBSTITUTED"]) == (2, 1)
    assert found["UNITS_LOST_STORE"] == 1


@both_forms
def test_disappointed_customer_stays_away(reference: bool) -> None:  # noqa: FBT001
    """After an order that was not found a customer comes with what is left of their loyalty."""
    callers = [
        Caller(SHELF, TEN_US, customer=1, walk_us=HOUR_US),
        Caller(WEB, TEN_US + 1),
        Caller(SHELF, DAY_US + TEN_US, stay=0),  # comes whatever happens
        Caller(SHELF, 2 * DAY_US + TEN_US, stay=2**32 - 1),  # comes only if never disappointed
    ]
    floor = tell(reference, callers, {0: 1})
    assert told(floor)["VISITS_STAYED_AWAY"] == 1
    assert int(floor.loyalty[0]) / LOYAL == pytest.approx(1 - 0.6, abs=1e-6)


def test_customers_become_processes_when_they_come() -> None:
    """However long a run, SimPy holds what is going on now and not what will come."""
    case = CASES["in no time event"]
    scenario, catalogue = case.shop
    base = plan(scenario, catalogue)
    visits = np.repeat(demand_of([Caller(SHELF, TEN_US)]).visits, 1000)
    visits["time_us"] += np.arange(len(visits)) * SECOND_US
    visits["wants"] = 0
    demand = Demand(visits, np.zeros(0, WANT))
    twin = ReferenceTwin(base, demand, plan_links(base, case.steps[0][1]), 0)
    most = 0
    while twin.env.now < TEN_US + 900 * SECOND_US:
        twin.env.step()
        most = max(most, len(twin.env._queue))
    assert most <= 3
    assert twin.daily[0, STORE, Metric.VISITS] == 900


def test_reference_does_without_the_kernel(project: Path) -> None:
    """Importing the reference form loads no line of the fast form."""
    program = "import sys, sim.reference; print([m for m in sys.modules if 'sim.kernel' in m])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
