"""The auditor agrees with every run, in both forms, and finds what somebody has changed.

Source: double-entry bookkeeping; formula: what lies there is what came less what went, in units
and in money; error: none, these are integers. The control of each claim is a planted error of one
unit, one order or one minor unit: the smallest change there is.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

import scenarios
from core.schema import Kind, State
from scenarios.catalogue import read
from scenarios.loader import load
from sim.arms import arms
from sim.auditor import audit
from sim.books import audit_books, keep
from sim.floor import RECORD, WEB
from sim.recorder import Metric
from sim.twin import Result, simulate
from tests.sim.scenario_cases import CASES

LIBRARY = sorted((Path(scenarios.__file__).parent / "library").glob("*.yaml"))
SHORT = ('horizon.run_in="2 weeks"', 'horizon.trading="4 weeks"', "changes=[]")


@lru_cache(maxsize=8)
def recorded(name: str) -> Result:
    """What the fast form records of a case."""
    case = CASES[name]
    return simulate(*case.shop, list(case.steps), 0)


@pytest.mark.parametrize("name", CASES)
def test_books_of_every_case_agree(name: str) -> None:
    """Whatever links a shop trades by and changes to, its tables and its ledger agree."""
    case = CASES[name]
    assert audit(recorded(name), case.shop[0], case.steps) == []


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_books_of_the_library_agree(path: Path) -> None:
    """In a ready scenario every setup's books agree."""
    loaded = load(path, SHORT)
    goods = read(loaded)
    for name, arm in arms(loaded.scenario).items():
        result = simulate(loaded.scenario, goods, arm.tables, 0)
        assert audit(result, loaded.scenario, arm.tables) == [], name


@pytest.mark.parametrize("name", [name for place, name in enumerate(CASES) if place % 3 == 0])
def test_single_events_rebuild_every_level(name: str) -> None:
    """Who hears each event knows each sku's stock in each system, and each day's money."""
    case = CASES[name]
    twin = keep(*case.shop, case.steps, 0)
    assert audit_books(twin.books, twin) == []
    assert np.array_equal(twin.daily, recorded(name).daily), "the fast form tells another story"
    result = Result(twin.daily, twin.ledger, {}, twin.plan.run_in_days)
    assert audit(result, case.shop[0], case.steps) == []


Tables = tuple[np.ndarray, np.ndarray]
DAY, STORE = 9, 1


def metric(name: Metric, change: int) -> Callable[[Tables], None]:
    """Plant an error in the table of days."""

    def plant(tables: Tables) -> None:
        tables[0][DAY, STORE, name] += change

    return plant


def event(system: int, kind: Kind, column: int, change: int) -> Callable[[Tables], None]:
    """Plant an error in the ledger: column 0 holds units, 1 money."""

    def plant(tables: Tables) -> None:
        tables[1][DAY, system, STORE, kind, column] += change

    return plant


def swapped(tables: Tables) -> None:
    """Write one store's day to the other's account."""
    tables[0][DAY] = tables[0][DAY, ::-1].copy()


def forgotten(tables: Tables) -> None:
    """Lose a day of the ledger."""
    tables[1][DAY] = 0


PLANTED: dict[str, tuple[str, Callable[[Tables], None], str]] = {
    "a unit sold twice": ("direct", metric(Metric.UNITS_SOLD_STORE, 1), "tills sold"),
    "a cent too much in the till": ("direct", metric(Metric.REVENUE_STORE_MINOR, 1), "tills sold"),
    "a cent too little": ("pool file", metric(Metric.REVENUE_STORE_MINOR, -1), "tills sold"),
    "web money": ("event", metric(Metric.REVENUE_WEB_MINOR, 1), "picked, booked"),
    "a pick": ("typed", metric(Metric.UNITS_PICKED_WEB, -1), "picked, booked"),
    "a disappointment hushed up": ("typed", metric(Metric.UNITS_OVERSOLD, -1), "not found, booked"),
    "a cause too many": ("file", metric(Metric.LINES_OVERSOLD_RACE, 1), "has one cause"),
    "a unit on the shelf": ("typed", metric(Metric.SHELF_UNITS, 1), "should be there"),
    "a theft": ("direct", metric(Metric.UNITS_SHRUNK, 1), "should be there"),
    "a delivery": ("direct", metric(Metric.UNITS_RECEIVED, 1), "should be there"),
    "a want": ("event", metric(Metric.UNITS_WANTED_WEB, 1), "are ordered or lost"),
    "a negative number": ("event", metric(Metric.ORDER_ENTRIES, -1), "ORDER_ENTRIES is -1"),
    "levels": ("event", metric(Metric.LEVELS, 1), "levels, after"),
    "an order at the web shop": ("event", event(WEB, Kind.PLACED, 0, 1), "booked as ordered"),
    "a sale in the record": ("direct", event(RECORD, Kind.SOLD, 0, -1), "tills sold"),
    "its money": ("direct", event(RECORD, Kind.SOLD, 1, -1), "tills sold"),
    "a pick in the record": ("direct", event(RECORD, Kind.FULFILLED, 0, 1), "picked, booked"),
    "a cancellation's money": ("direct", event(RECORD, Kind.CANCELLED, 1, 1), "not found, booked"),
    "two stores mixed up": ("typed", swapped, "booked"),
    "a day lost": ("direct", forgotten, "tills sold"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_auditor_finds(planted: str) -> None:
    """One wrong number in what was recorded is found, on its day and in its store."""
    name, plant, words = PLANTED[planted]
    case = CASES[name]
    result = recorded(name)
    tables = result.daily.copy(), result.ledger.copy()
    plant(tables)
    found = audit(replace(result, daily=tables[0], ledger=tables[1]), case.shop[0], case.steps)
    assert any(words in said for said in found), found
    assert any(said.startswith(f"day {DAY}, South") for said in found), found


def test_books_find_what_no_table_shows() -> None:
    """Goods booked to another sku leave every sum as it was; the books of events see both."""
    case = CASES["typed"]
    twin = keep(*case.shop, case.steps, 0)
    levels = twin.engines[RECORD].tables.levels
    levels[3, State.AVAILABLE] += 1
    levels[4, State.AVAILABLE] -= 1
    twin.daily[DAY, STORE, Metric.COST_STORE_MINOR] += 1
    twin.ledger[DAY, RECORD, STORE, Kind.COUNTED, 0] += 1
    found = " / ".join(audit_books(twin.books, twin))
    assert "the record, location 0, sku 3" in found
    assert "the record, location 0, sku 4" in found
    assert f"day {DAY}, South: COST_STORE_MINOR" in found
    assert f"day {DAY}, the record, location {STORE}: COUNTED" in found
