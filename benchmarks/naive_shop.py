"""The lower half of the naive year: rules, shelves, two systems, and what happens by the clock."""

from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass
from heapq import heappush

import simpy

from benchmarks.idiomatic import Shop
from benchmarks.idiomatic.records import Command, Level
from core.schema import Flag, Operation, Status
from scenarios.text import DAY_US
from sim.recorder import Metric
from sim.sequence import Moment

Process = Generator[simpy.Event, None, None]

LINKED = int(Flag.LINKED)
REMEMBERED_IDS = 4096  # as many as the twin's engines


@dataclass(frozen=True)
class Year:
    """What a year needs to know, as plain numbers.

    Attributes:
        end_us: the horizon.
        stores: how many.
        skus: how many.
        hours: (opens, closes) a store, us since midnight.
        tills: a store.
        pickers: a store.
        price_minor: a sku.
        substitute: a sku; -1 where there is none.
        lost: mark below which a customer leaves a missing line.
        substitutes: mark below which (and from lost on) a customer takes the substitute.
        delay_us: until a customer comes back for a missing line.
        till_us: (base, a unit).
        pick_us: (base, a unit).
        sync_us: (period, latency) of the stock link.
        order_us: latency of the order link.
        notice_us: until staff see a web order.
        review_us: since midnight.
        delivery_us: since midnight.
        count_us: since midnight.
        count_days: days until a level's turn comes again.
        reorder_at: a row.
        order_up_to: a row.
        lead_days: (days) a store.
        start: units on the shelf, a row.
    """

    end_us: int
    stores: int
    skus: int
    hours: list[tuple[int, int]]
    tills: list[int]
    pickers: list[int]
    price_minor: list[int]
    substitute: list[int]
    lost: int
    substitutes: int
    delay_us: int
    till_us: tuple[int, int]
    pick_us: tuple[int, int]
    sync_us: tuple[int, int]
    order_us: int
    notice_us: int
    review_us: int
    delivery_us: int
    count_us: int
    count_days: int
    reorder_at: list[int]
    order_up_to: list[int]
    lead_days: list[list[int]]
    start: list[int]


class At(simpy.Event):
    """A timeout to an absolute time: SimPy's are relative."""

    def __init__(self, env: simpy.Environment, time_us: int, priority: int = 99) -> None:
        """Fire at *time_us*."""
        self.env = env
        self.callbacks = []
        self._value = None
        self._ok = True
        self._defused = False
        heappush(env._queue, (time_us, priority, next(env._eid), self))  # type: ignore[misc] # noqa: SLF001


class NaiveShop:
    """Shelves, two systems, and what happens by the clock."""

    def __init__(self, year: Year) -> None:
        """Open the shop."""
        self.year = year
        self.env = simpy.Environment(initial_time=0)
        self.physical = list(year.start)
        self.record = Shop(year.skus, year.stores, REMEMBERED_IDS)
        self.web = Shop(year.skus, year.stores, REMEMBERED_IDS)
        self.changed: dict[int, None] = {}
        self.counts: Counter[Metric] = Counter()
        self.last_id = 0
        for row, units in enumerate(year.start):
            for shop in (self.record, self.web):
                self.book(shop, self.command(int(Operation.COUNT), row, units))

    # Commands

    def command(self, operation: int, row: int, quantity: int, argument: int = 0) -> Command:
        """Make a command about a row, now, with the next id."""
        self.last_id = number = self.last_id + 1
        location, sku = divmod(row, self.year.skus)
        now_us = int(self.env.now)
        return Command(number, operation, now_us, number, sku, location, quantity, argument)

    def book(self, shop: Shop, command: Command) -> None:
        """Execute a fact; what happened is of no interest here."""
        answer = shop.execute(command)
        assert answer.status is Status.OK
        shop.events.clear()

    def book_order(self, shop: Shop, chain: list[Command], customer: int, channel: int) -> int:
        """Execute the lines of one order as a chain; the order's id."""
        order_id = chain[0].id
        for command in chain:
            command.order_id = order_id
            command.party_id = customer
            command.channel = channel
            command.flags |= LINKED
        chain[-1].flags &= ~LINKED
        answers = shop.execute_chain(chain)
        assert answers[-1].status is Status.OK
        shop.events.clear()
        return order_id

    # By the clock

    def sync(self) -> Process:
        """Every period send the web shop what has changed in the record."""
        period_us, latency_us = self.year.sync_us
        time_us = period_us
        while True:
            yield At(self.env, time_us, Moment.CAPTURE)
            rows, self.changed = list(self.changed), {}
            values = [max(0, self.level(self.record, row).available) for row in rows]
            if rows:
                self.env.process(self.show(rows, values, time_us + latency_us))
            time_us += period_us

    def show(self, rows: list[int], values: list[int], time_us: int) -> Process:
        """A reading reaches the web shop."""
        yield At(self.env, time_us, Moment.ARRIVAL)
        for row, value in zip(rows, values, strict=True):
            change = value - self.level(self.web, row).available
            if change:
                self.book(self.web, self.command(int(Operation.ADJUST), row, change))

    def level(self, shop: Shop, row: int) -> Level:
        """A row's level in a shop."""
        return shop.levels[divmod(row, self.year.skus)]

    def every_day(
        self, since_midnight_us: int, kind: Moment, action: Callable[[int], None]
    ) -> Process:
        """Do *action* once a day."""
        day = 0
        while True:
            yield At(self.env, day * DAY_US + since_midnight_us, kind)
            action(day)
            day += 1

    def review(self, day: int) -> None:
        """Order up to S where available and incoming have fallen to s or below."""
        year = self.year
        for store in range(year.stores):
            wanted = []
            for row in range(store * year.skus, (store + 1) * year.skus):
                level = self.level(self.record, row)
                position = level.available + level.incoming
                if year.reorder_at[row] >= 0 and position <= year.reorder_at[row]:
                    quantity = year.order_up_to[row] - position
                    wanted.append((row, quantity))
                    self.book(self.record, self.command(int(Operation.EXPECT), row, quantity))
            if wanted:
                arrival_us = (day + year.lead_days[store][day]) * DAY_US + year.delivery_us
                self.env.process(self.deliver(wanted, arrival_us))

    def deliver(self, goods: list[tuple[int, int]], time_us: int) -> Process:
        """Goods arrive and are booked."""
        yield At(self.env, time_us, Moment.DELIVERY)
        for row, quantity in goods:
            self.physical[row] += quantity
            self.book(self.record, self.command(int(Operation.RECEIVE), row, quantity))
            self.changed[row] = None
            self.counts[Metric.UNITS_RECEIVED] += quantity

    def count_some(self, day: int) -> None:
        """Count today's share of the levels."""
        for row in range(day % self.year.count_days, len(self.physical), self.year.count_days):
            self.book(self.record, self.command(int(Operation.COUNT), row, self.physical[row]))
            self.changed[row] = None
            self.counts[Metric.LEVELS_COUNTED] += 1
