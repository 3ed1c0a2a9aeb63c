"""The books of single events: what each system's levels hold, rebuilt from what its engine said.

`keep` runs the plain form of the twin with an ear at both engines. Nothing of the floor, its
tables or its shelves enters the books: they hear commands and events and write in dictionaries.
`audit_books` then compares, sku by sku, day by day; it knows of each event which customer it
was, so that it tells a sale at the till from a web order booked late, which the ledger cannot.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from core.engine import Engine
from core.schema import OUTSIDE, Channel, Flag, Kind, Operation, Reason, State
from scenarios.catalogue import Catalogue
from scenarios.links import LinkTable
from scenarios.models import Scenario
from scenarios.text import DAY_US, WEEK_US
from sim.demand import generate
from sim.floor import Floor
from sim.jobs import Jobs
from sim.plan import plan, plan_links
from sim.recorder import Metric
from sim.reference import ReferenceTwin

SYSTEM_NAMES = ("the record", "the web shop")
MOVES_NOTHING = (Kind.SHORTAGE, Kind.EXPECTED)
REBUILT = (
    Metric.UNITS_SOLD_STORE,
    Metric.REVENUE_STORE_MINOR,
    Metric.COST_STORE_MINOR,
    Metric.WEB_ORDERS_PLACED,
    Metric.UNITS_PLACED_WEB,
    Metric.UNITS_PICKED_WEB,
    Metric.REVENUE_WEB_MINOR,
    Metric.COST_WEB_MINOR,
    Metric.ORDERS_PICKED,
    Metric.ORDERS_OVERSOLD,
    Metric.ORDERS_CANCELLED,
    Metric.LINES_OVERSOLD,
    Metric.UNITS_OVERSOLD,
    Metric.OVERSOLD_MINOR,
    Metric.LEVELS_COUNTED,
)


class Books:
    """Two systems' stock and money.

    Attributes:
        levels: (system, location, sku, State) -> units.
        sums: (day, store, Metric) -> of REBUILT.
        ledger: (day, system, location, Kind) -> [units, amount_minor].
    """

    def __init__(self, stores: int, cost_minor: Sequence[int]) -> None:
        self.stores = stores
        self.cost_minor = cost_minor
        self.levels: Counter[tuple[int, int, int, int]] = Counter()
        self.sums: Counter[tuple[int, int, Metric]] = Counter()
        self.ledger: dict[tuple[int, int, int, int], list[int]] = {}
        self.own: set[tuple[int, int]] = set()  # (system, order) that it took itself

    def hear(self, system: int, commands: Any, events: Any) -> None:  # noqa: ANN401  records
        """Enter one batch: what was asked, and what happened."""
        for command in commands:
            if command["operation"] == Operation.PLACE and not command["flags"] & Flag.ACCEPTED:
                self.own.add((system, int(command["order_id"])))
        told = [dict(zip(events.dtype.names, event.item(), strict=True)) for event in events]
        for event in told:
            self.move(system, event)
            self.enter(system, event)
        self.close(system, told)

    def move(self, system: int, event: dict[str, int]) -> None:
        """Units go from one state to another, or over the border."""
        place = system, event["location"], event["sku"]
        quantity = event["quantity"]
        if event["kind"] == Kind.EXPECTED:
            self.levels[*place, State.INCOMING] += quantity
        if event["kind"] in MOVES_NOTHING:
            return
        if event["state_from"] != OUTSIDE:
            self.levels[*place, event["state_from"]] -= quantity
        if event["state_to"] != OUTSIDE:
            self.levels[*place, event["state_to"]] += quantity
        if event["kind"] == Kind.RECEIVED:
            met = min(quantity, self.levels[*place, State.INCOMING])
            self.levels[*place, State.INCOMING] -= max(0, met)

    def enter(self, system: int, event: dict[str, int]) -> None:
        """Units, money and cost of the day."""
        kind, units, minor = event["kind"], event["quantity"], event["amount_minor"]
        day, location = event["now_us"] // DAY_US, event["location"]
        cell = self.ledger.setdefault((day, system, location, kind), [0, 0])
        cell[0] += units
        cell[1] += minor
        cost = units * self.cost_minor[event["sku"]]
        own = (system, event["order_id"]) in self.own
        entries: dict[Metric, int] = {}
        if kind == Kind.SOLD and event["channel"] == Channel.TILL:
            entries = {
                Metric.UNITS_SOLD_STORE: units,
                Metric.REVENUE_STORE_MINOR: minor,
                Metric.COST_STORE_MINOR: cost,
            }
        elif kind == Kind.PLACED and own:
            entries = {Metric.UNITS_PLACED_WEB: units}
        elif kind == Kind.FULFILLED and own:
            entries = {
                Metric.UNITS_PICKED_WEB: units,
                Metric.REVENUE_WEB_MINOR: minor,
                Metric.COST_WEB_MINOR: cost,
            }
        elif kind == Kind.CANCELLED and own:
            entries = {
                Metric.LINES_OVERSOLD: 1,
                Metric.UNITS_OVERSOLD: units,
                Metric.OVERSOLD_MINOR: minor,
            }
        elif kind == Kind.COUNTED and event["reason"] == Reason.CORRECTION:
            entries = {Metric.LEVELS_COUNTED: 1}
        for metric, number in entries.items():
            self.sums[day, location % self.stores, metric] += number

    def close(self, system: int, told: Sequence[dict[str, int]]) -> None:
        """Orders placed and orders done; each is placed, and is done, in one batch."""
        by_order: dict[int, set[int]] = {}
        where: dict[int, tuple[int, int]] = {}
        for event in told:
            if (system, event["order_id"]) in self.own:
                by_order.setdefault(event["order_id"], set()).add(event["kind"])
                where[event["order_id"]] = (
                    event["now_us"] // DAY_US,
                    event["location"] % self.stores,
                )
        for order, kinds in by_order.items():
            found = Kind.FULFILLED in kinds
            missed = Kind.CANCELLED in kinds
            self.sums[*where[order], Metric.WEB_ORDERS_PLACED] += Kind.PLACED in kinds
            self.sums[*where[order], Metric.ORDERS_PICKED] += found
            self.sums[*where[order], Metric.ORDERS_OVERSOLD] += missed
            self.sums[*where[order], Metric.ORDERS_CANCELLED] += missed and not found


class Overheard:
    """An engine whose commands and events are entered in books."""

    def __init__(self, engine: Engine, system: int, books: Books) -> None:
        self._engine = engine
        self._system = system
        self._books = books

    def execute(self, commands: Any) -> Any:  # noqa: ANN401  as Engine.execute
        """Execute *commands*; what comes of them is written down."""
        answers, events = self._engine.execute(commands)
        self._books.hear(self._system, commands, events)
        return answers, events

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._engine, name)


class OverheardTwin(ReferenceTwin):
    """The plain form, overheard from its first command on."""

    def fill_shelves(self) -> None:
        """Open the books before the first stock is booked."""
        self.books = Books(self.plan.stores, self.plan.catalogue.cost_minor.tolist())
        ears = tuple(
            Overheard(engine, system, self.books) for system, engine in enumerate(self.engines)
        )
        self.engines = cast("tuple[Engine, ...]", ears)
        super().fill_shelves()


def keep(
    scenario: Scenario,
    catalogue: Catalogue,
    tables: Sequence[tuple[int, LinkTable]],
    replication: int,
) -> OverheardTwin:
    """The shop at the end of a run as `sim.twin.simulate` makes it, with its books."""
    base = plan(scenario, catalogue)
    (_, first), *later = tables
    twin = OverheardTwin(base, generate(base, replication), plan_links(base, first), replication)
    start_us = base.run_in_days * DAY_US
    Jobs(twin, [(start_us + week * WEEK_US, plan_links(base, links)) for week, links in later])
    twin.run()
    return twin


def audit_books(books: Books, floor: Floor) -> list[str]:
    """Where a shop's tables and levels differ from the books, in words."""
    return [
        *_unlike_daily(books, floor),
        *_unlike_ledger(books, floor),
        *_unlike_levels(books, floor),
    ]


def _unlike_daily(books: Books, floor: Floor) -> list[str]:
    found = []
    days, stores, _ = floor.daily.shape
    for day in range(days):
        for store in range(stores):
            for metric in REBUILT:
                told, heard = int(floor.daily[day, store, metric]), books.sums[day, store, metric]
                if told != heard:
                    name = floor.plan.scenario.stores[store].name
                    found.append(f"day {day}, {name}: {metric.name} is {told}, heard were {heard}")
    return found


def _unlike_ledger(books: Books, floor: Floor) -> list[str]:
    found = []
    days, systems, locations, kinds, _ = floor.ledger.shape
    for day in range(days):
        for system in range(systems):
            for location in range(locations):
                cells = floor.ledger[day, system, location].tolist()
                for kind in range(1, kinds):
                    heard = books.ledger.get((day, system, location, kind), [0, 0])
                    if cells[kind] != heard:
                        place = f"day {day}, {SYSTEM_NAMES[system]}, location {location}"
                        found.append(f"{place}: {Kind(kind).name} is {cells[kind]}, not {heard}")
    return found


def _unlike_levels(books: Books, floor: Floor) -> list[str]:
    found = []
    for system, engine in enumerate(floor.engines):
        levels = engine.levels
        for location in range(levels.shape[0]):
            for sku in range(levels.shape[1]):
                for state in State:
                    told = int(levels[location, sku, state])
                    heard = books.levels[system, location, sku, state]
                    if told != heard:
                        place = f"{SYSTEM_NAMES[system]}, location {location}, sku {sku}"
                        found.append(f"{place}: {told} {state.name.lower()}, heard were {heard}")
    return found
