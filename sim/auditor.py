"""The auditor: rebuilds a shop's books from the ledger of events and says where they differ.

`audit` needs nothing but what a run recorded: the ledger of the engines' events and the table of
each day. It adds up in dictionaries, store by store and day by day, and shares no line with what
wrote the two. What it cannot know it does not claim: an order that the record heard of only after
it was picked is booked like a sale at the till, so the two are told apart only where one system
or a web stock of its own keeps them apart; elsewhere they are held between bounds.
`sim.books` is the same audit for single events, to the last unit of each sku.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.schema import Kind
from scenarios.links import LinkTable
from scenarios.models import Scenario
from scenarios.text import DAY_US
from sim.audit_rules import AFTER, COMMITTED, DONE, EQUAL, ON_HAND, PART_OF, Metrics
from sim.recorder import Metric

RECORD, WEB = 0, 1  # systems
SHELF, POOL = False, True  # locations of a store
DAYS_A_WEEK = 7
SLICES = 1024  # of the table that a distribution is drawn by


class Recorded(Protocol):
    """What a run leaves; `sim.twin.Result` and `sim.runs.Replication` both are."""

    @property
    def daily(self) -> Any: ...  # noqa: ANN401, D102  (days, stores, metrics) of integers
    @property
    def ledger(self) -> Any: ...  # noqa: ANN401, D102  (days, systems, locations, kinds, 2)
    @property
    def run_in_days(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class Regime:
    """The links of one day: which of them the books depend on."""

    one_system: bool
    pool: bool
    booked: bool  # the day began with a change that booked all open web orders


@dataclass
class Day:
    """What was recorded of one store on one day."""

    metrics: list[int]
    events: dict[tuple[int, bool, int], tuple[int, int]]  # (system, pool, kind) -> units, minor

    def __getitem__(self, metric: Metric) -> int:
        return self.metrics[metric]

    def total(self, metrics: Metrics) -> int:
        """Sum of several metrics."""
        return sum(self.metrics[metric] for metric in metrics)

    def booked(self, system: int, kind: Kind, *pools: bool) -> tuple[int, int]:
        """Units and money of a system's events of one kind, on the shelf, in the pool, or both."""
        cells = [self.events[system, pool, kind] for pool in pools or (SHELF, POOL)]
        return sum(units for units, _ in cells), sum(minor for _, minor in cells)


@dataclass
class StoreAudit:
    """The books of one store, carried on from day to day."""

    place: str
    shuts_us: int  # after which nobody is on the way to a till; beyond a day where unknown
    receipts_true: bool
    found: list[str] = field(default_factory=list)
    sums: Counter[Metric] = field(default_factory=Counter)
    on_hand: Counter[tuple[int, bool]] = field(default_factory=Counter)
    committed: Counter[tuple[int, bool]] = field(default_factory=Counter)
    owed: Counter[tuple[int, bool]] = field(default_factory=Counter)  # money of what is committed
    skus: int = 0  # levels of one shelf
    late: list[int] = field(default_factory=lambda: [0, 0])  # booked like sales: units, money
    shipped: list[int] = field(default_factory=lambda: [0, 0])  # picked by the web shop's system
    direct: int = 0  # units that were ordered from the record itself and may be open
    goods: int | None = None  # on the shelves when the store was empty last, and what came since
    number: int = 0

    def differ(self, words: str) -> None:
        """Note a discrepancy of today."""
        self.found.append(f"day {self.number}, {self.place}: {words}")

    def hear(self, number: int, day: Day, regime: Regime, before: Regime) -> None:
        """Take one day into the books."""
        self.number = number
        if before.one_system and not regime.one_system:
            self.direct = sum(n for (system, _), n in self.committed.items() if system == RECORD)
        self.check_rules(day)
        self.move_stock(day)
        self.check_promises(day, regime)
        for words, units, minor, kind in DONE:
            self.check_done(day, regime, words, (units, minor), kind)
        self.check_till(day, regime)
        self.check_receipts(day)
        self.check_shelf(day)
        self.check_record(day, regime)

    def check_rules(self, day: Day) -> None:
        """What the day's own numbers say about each other."""
        for metric in Metric:
            if day[metric] < 0:
                self.differ(f"{metric.name} is {day[metric]}")
            self.sums[metric] += day[metric]
        for words, one, other in EQUAL:
            if day.total(one) != day.total(other):
                self.differ(f"{words}: {day.total(one)} are not {day.total(other)}")
        for words, part, whole in PART_OF:
            if day.total(part) > day.total(whole):
                self.differ(f"{words}: {day.total(part)} of {day.total(whole)}")
        for words, part, whole in AFTER:
            done, of = (sum(self.sums[metric] for metric in side) for side in (part, whole))
            if done > of:
                self.differ(f"{words}: {done} of {of} since the first day")

    def move_stock(self, day: Day) -> None:
        """Rebuild what each system has on hand and committed."""
        for (system, pool, kind), (units, minor) in day.events.items():
            self.on_hand[system, pool] += ON_HAND.get(Kind(kind), 0) * units
            self.committed[system, pool] += COMMITTED.get(Kind(kind), 0) * units
            self.owed[system, pool] += COMMITTED.get(Kind(kind), 0) * minor
        for place, units in self.committed.items():
            minor = self.owed[place]
            if units < 0 or minor < 0 or (minor and not units):
                self.differ(f"{name_of(*place)} has {told_of((units, minor))} committed")

    def check_promises(self, day: Day, regime: Regime) -> None:
        """What the web sold is what the selling system booked."""
        booked, _ = day.booked(RECORD if regime.one_system else WEB, Kind.PLACED)
        told = day[Metric.UNITS_PLACED_WEB]
        if booked < told or (booked > told and not (regime.one_system and regime.booked)):
            self.differ(f"{told} units ordered on the web, {booked} booked as ordered")

    def check_done(
        self, day: Day, regime: Regime, words: str, told: tuple[Metric, Metric], kind: Kind
    ) -> None:
        """What was picked, and what was not found, is what the selling system booked."""
        units, minor = day[told[0]], day[told[1]]
        booked = day.booked(RECORD if regime.one_system else WEB, kind)
        if regime.one_system or not self.direct:
            if (units, minor) != booked:
                self.differ(f"{units} units for {minor} {words}, booked are {told_of(booked)}")
            return
        # Orders that the record itself took before the systems parted are closed there.
        more, more_minor = day.booked(RECORD, kind)
        self.direct -= units - booked[0]
        if not (
            booked[0] <= units <= booked[0] + more
            and booked[1] <= minor <= booked[1] + more_minor
            and self.direct >= 0
        ):
            self.differ(f"{units} units for {minor} {words}, booked are {told_of(booked)}")

    def check_till(self, day: Day, regime: Regime) -> None:
        """What the tills took is what the record booked as sold, but for orders booked late."""
        apart = (regime.one_system or regime.pool) and not regime.booked
        sold = day.booked(RECORD, Kind.SOLD, *((SHELF,) if regime.pool else ()))
        told = day[Metric.UNITS_SOLD_STORE], day[Metric.REVENUE_STORE_MINOR]
        late = sold[0] - told[0], sold[1] - told[1]
        if apart and late != (0, 0):
            self.differ(f"tills sold {told_of(told)}, the record has {told_of(sold)}")
            return
        by_web = day.booked(WEB, Kind.FULFILLED)
        pooled = day.booked(RECORD, Kind.SOLD, POOL) if regime.pool else (0, 0)
        for column in (0, 1):
            self.late[column] += late[column] + pooled[column]
            self.shipped[column] += by_web[column]
        ahead = self.late[0] > self.shipped[0] or self.late[1] > self.shipped[1]
        if min(late) < 0 or (late[1] and not late[0]) or ahead:
            self.differ(
                f"tills sold {told_of(told)}, the record has {told_of(sold)}; "
                f"of web orders it can have booked {told_of(self.shipped)} so far"
            )

    def check_receipts(self, day: Day) -> None:
        """What came is what the record received, but for one unit a line where staff miscount."""
        booked, _ = day.booked(RECORD, Kind.RECEIVED)
        came = day[Metric.UNITS_RECEIVED]
        slack = 0 if self.receipts_true else day[Metric.RECEIPT_LINES]
        if abs(booked - came) > slack:
            self.differ(f"{came} units came, {booked} were booked as received")

    def check_shelf(self, day: Day) -> None:
        """What lies there lay there before or came, and was not sold, picked or stolen.

        Goods on their way to a till are neither; so this is asked when the store is surely empty.
        """
        gone = (Metric.UNITS_SOLD_STORE, Metric.UNITS_PICKED_WEB, Metric.UNITS_SHRUNK)
        if self.goods is not None:
            self.goods += day[Metric.UNITS_RECEIVED] - day.total(gone)
        queue = self.sums[Metric.TILL_SERVED] - self.sums[Metric.BASKETS]
        if queue or self.shuts_us > DAY_US:
            return
        if self.goods is not None and self.goods != day[Metric.SHELF_UNITS]:
            self.differ(
                f"{day[Metric.SHELF_UNITS]} units on the shelves, {self.goods} should be there"
            )
        self.goods = day[Metric.SHELF_UNITS]

    def check_record(self, day: Day, regime: Regime) -> None:
        """Where no record is wrong, the records add up to what lies there."""
        pools = (SHELF, POOL) if regime.pool else (SHELF,)
        skus, levels = self.skus, day[Metric.LEVELS]
        self.skus = levels // len(pools)
        if self.skus * len(pools) != levels or skus not in (0, self.skus):
            self.differ(f"{levels} levels, after {skus} of one shelf")
        recorded = sum(self.on_hand[RECORD, pool] for pool in pools)
        if not day[Metric.RECORDS_WRONG] and recorded != day[Metric.SHELF_UNITS]:
            self.differ(
                f"no record is wrong, but {recorded} units are recorded "
                f"and {day[Metric.SHELF_UNITS]} lie there"
            )


def audit(
    result: Recorded, scenario: Scenario, tables: Sequence[tuple[int, LinkTable]]
) -> list[str]:
    """Every discrepancy in the books of one replication, in words; none where all agree.

    Args:
        result: what the run recorded.
        scenario: the shop.
        tables: the dated links of the arm, as `sim.twin.simulate` takes them.
    """
    days, stores, _ = result.daily.shape
    days_of = regimes(tables, days, result.run_in_days)
    found: list[str] = []
    for store in range(stores):
        place = scenario.stores[store]
        walk_us = round(float(scenario.demand.shopping_time.quantiles(SLICES)[-1]))
        books = StoreAudit(place.name, place.closes_us + walk_us, not scenario.stock.receipt_error)
        before = days_of[0]
        for number, day in enumerate(days_of_store(result, store)):
            books.hear(number, day, days_of[number], before)
            before = days_of[number]
        found += books.found
    return found


def regimes(tables: Sequence[tuple[int, LinkTable]], days: int, run_in_days: int) -> list[Regime]:
    """The links of each day."""
    (_, links), *later = tables
    changes = {run_in_days + DAYS_A_WEEK * week: table for week, table in later}
    found: list[Regime] = []
    for day in range(days):
        following = changes.get(day, links)
        booked = following != links and not links.one_system
        links = following
        found.append(Regime(links.one_system, links.web_pool > 0, booked))
    return found


def days_of_store(result: Recorded, store: int) -> Iterator[Day]:
    """What was recorded of one store, day by day."""
    days, stores, _ = result.daily.shape
    for day in range(days):
        events: dict[tuple[int, bool, int], tuple[int, int]] = {}
        for system in (RECORD, WEB):
            for pool in (SHELF, POOL):
                cells = result.ledger[day, system, store + (stores if pool else 0)].tolist()
                for kind, (units, minor) in enumerate(cells):
                    if kind:
                        events[system, pool, kind] = units, minor
        yield Day(result.daily[day, store].tolist(), events)


def told_of(booked: Sequence[int]) -> str:
    """Units and money in words."""
    return f"{booked[0]} units for {booked[1]}"


def name_of(system: int, pool: int) -> str:
    """A system's stock in words."""
    return f"{'the record' if system == RECORD else 'the web shop'}{', web pool' if pool else ''}"
