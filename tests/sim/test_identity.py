"""The fast form of the twin and the reference form tell the same, to the unit, in every table.

The two share the scenario, the streams, the jobs and core, and not one line of what happens in
between: one is compiled loops over arrays, the other one SimPy process a customer.
"""

from functools import lru_cache

import numpy as np
import pytest

from core.schema import Kind
from sim.recorder import KINDS, Metric
from sim.twin import Result, simulate
from tests.sim.scenario_cases import CASES

REPLICATION = 0
NAMES_OF_SYSTEMS = ("record", "web shop")


@lru_cache(maxsize=2 * len(CASES))
def outcome(name: str, *, reference: bool) -> Result:
    """What one form makes of a case."""
    case = CASES[name]
    scenario, catalogue = case.shop
    return simulate(scenario, catalogue, case.steps, REPLICATION, reference=reference)


def daily_difference(fast: Result, slow: Result) -> str:
    """Day, store and metric at which the daily tables first differ."""
    places = np.argwhere(fast.daily != slow.daily)
    if not len(places):
        return ""
    day, store, metric = (int(number) for number in places[0])
    return (
        f"{len(places)} daily numbers differ, the first on day {day} in store {store}: "
        f"{Metric(metric).name} {fast.daily[day, store, metric]} in the fast form, "
        f"{slow.daily[day, store, metric]} in the reference"
    )


def ledger_difference(fast: Result, slow: Result) -> str:
    """Day, system, location and kind of event at which the ledgers first differ."""
    places = np.argwhere(fast.ledger != slow.ledger)
    if not len(places):
        return ""
    place = tuple(int(number) for number in places[0])
    day, system, location, kind, column = place
    return (
        f"{len(places)} numbers of the ledger differ, the first on day {day} at location "
        f"{location} of the {NAMES_OF_SYSTEMS[system]}: {Kind(kind).name} "
        f"{('units', 'amount')[column]} {fast.ledger[place]} in the fast form, "
        f"{slow.ledger[place]} in the reference"
    )


@pytest.mark.parametrize("name", CASES)
def test_forms_agree(name: str) -> None:
    """Kernel and processes leave the same days, events, shelves, promises, prices and engines."""
    fast, slow = outcome(name, reference=False), outcome(name, reference=True)
    differ = [table for table in slow.digests if fast.digests[table] != slow.digests[table]]
    said = [daily_difference(fast, slow), ledger_difference(fast, slow)]
    assert fast.digests.keys() == slow.digests.keys()
    assert not differ, f"seed {CASES[name].seed}: {', '.join(differ)} differ. {' '.join(said)}"


def test_every_number_is_tried() -> None:
    """Each metric is more than zero in some case, so that no part of the story goes untold."""
    total = sum(outcome(name, reference=False).daily.sum(axis=(0, 1)) for name in CASES)
    assert [metric.name for metric in Metric if total[metric] <= 0] == []


def test_every_event_is_tried() -> None:
    """Each event that the twin's commands can cause happens in some case."""
    total = sum(outcome(name, reference=False).ledger.sum(axis=(0, 2, 4)) for name in CASES)
    reservations = {Kind.RESERVED, Kind.RELEASED, Kind.EXPIRED}  # of carts: not in the twin
    told = [kind for kind in Kind if kind < KINDS]  # what is beyond, the twin does not ask for
    by_record = {kind.name for kind in told if kind <= Kind.SHORTAGE and kind not in reservations}
    by_web = {"PLACED", "FULFILLED", "CANCELLED", "ADJUSTED", "COUNTED"}
    assert by_record <= {kind.name for kind in told if total[0, kind]}
    assert {kind.name for kind in told if total[1, kind]} >= by_web
