"""A year of stores and web shop as one would write it in SimPy: a process a customer.

Naive in its form, not in its making: absolute times, lists instead of arrays, attributes bound
once, and no more events than the story needs. Tills and pickers are `simpy.Resource`; record and
web shop keep their stock and orders in the idiomatic engine. It takes the demand arrays of the
twin and follows the same rules, so that both must count the same; it leaves out what the bench
switches off (promotions, record errors, lost messages, disappointed customers).
"""

from collections import Counter
from dataclasses import dataclass, field

import simpy

from benchmarks.idiomatic import Shop
from benchmarks.naive_shop import At, NaiveShop, Process, Year
from core.schema import Channel, Flag, Operation, Reason
from scenarios.text import DAY_US
from sim.recorder import Metric
from sim.sequence import Moment

SELL, PLACE = int(Operation.SELL), int(Operation.PLACE)
FULFIL, CANCEL = int(Operation.FULFIL), int(Operation.CANCEL)
ACCEPTED = int(Flag.ACCEPTED)
MILLION = 1_000_000


@dataclass(slots=True)
class Line:
    """One accepted line of a web order."""

    sku: int
    quantity: int
    amount_minor: int
    found: bool = False


@dataclass(slots=True)
class WebOrder:
    """A web order on its way."""

    store: int
    customer: int
    order_id: int
    placed_us: int
    lines: list[Line] = field(default_factory=list)
    record_id: int = 0
    booked: bool = False
    picked: bool = False


class NaiveYear(NaiveShop):
    """Everything that happens in a year."""

    def __init__(
        self, year: Year, visits: dict[str, list[int]], wants: dict[str, list[int]]
    ) -> None:
        """Open the shop.

        Args:
            year: its rules.
            visits: columns of VISIT.
            wants: columns of WANT.
        """
        super().__init__(year)
        self.visits = visits
        self.wants = wants
        self.tills = [simpy.Resource(self.env, servers) for servers in year.tills]
        self.pickers = [simpy.Resource(self.env, servers) for servers in year.pickers]

    def run(self) -> Counter[Metric]:
        """Run to the end and return what was counted."""
        year, env = self.year, self.env
        env.process(self.arrivals())
        env.process(self.sync())
        env.process(self.every_day(year.count_us, Moment.COUNT, self.count_some))
        env.process(self.every_day(year.review_us, Moment.REVIEW, self.review))
        env.run(until=year.end_us)
        return self.counts

    # Customers in the store

    def arrivals(self) -> Process:
        """Let everybody come at their time."""
        env, visits = self.env, self.visits
        times, kinds, stores = visits["time_us"], visits["kind"], visits["store"]
        for visit, time_us in enumerate(times):
            yield At(env, time_us)
            if kinds[visit] == Moment.SHELF:
                env.process(self.shopper(visit, stores[visit]))
            elif kinds[visit] == Moment.WEB:
                env.process(self.web_customer(visit, stores[visit]))
            else:
                self.shrink(visit, stores[visit])

    def shrink(self, visit: int, store: int) -> None:
        """A unit disappears."""
        row = store * self.year.skus + self.wants["sku"][self.visits["first_want"][visit]]
        if self.physical[row] > 0:
            self.physical[row] -= 1
            self.counts[Metric.UNITS_SHRUNK] += 1

    def shopper(self, visit: int, store: int) -> Process:
        """Take goods off the shelf, walk to the tills, wait, pay."""
        year, env, counts, visits = self.year, self.env, self.counts, self.visits
        counts[Metric.VISITS] += 1
        basket = self.fill_basket(visit, store)
        if not basket:
            return
        units = sum(taken for _, taken in basket)
        walk_us = visits["walk_us"][visit]
        if walk_us:
            yield At(env, int(env.now) + walk_us)
        with self.tills[store].request() as turn:
            joined_us = int(env.now)
            yield turn
            counts[Metric.TILL_WAIT_US] += int(env.now) - joined_us
            work_us = year.till_us[0] + year.till_us[1] * units
            yield At(env, int(env.now) + work_us * visits["noise"][visit] // MILLION)
            counts[Metric.BASKETS] += 1
            self.pay(visit, store, basket)

    def fill_basket(self, visit: int, store: int) -> list[tuple[int, int]]:
        """Take what there is: (sku, units)."""
        year, wants, counts, physical = self.year, self.wants, self.counts, self.physical
        first = self.visits["first_want"][visit]
        basket = []
        for want in range(first, first + self.visits["wants"][visit]):
            sku, quantity = wants["sku"][want], wants["quantity"][want]
            row = store * year.skus + sku
            counts[Metric.UNITS_WANTED_STORE] += quantity
            taken = min(quantity, physical[row])
            if taken:
                physical[row] -= taken
                basket.append((sku, taken))
            if taken < quantity:
                basket += self.do_without(visit, want, store, quantity - taken)
        return basket

    def do_without(self, visit: int, want: int, store: int, missing: int) -> list[tuple[int, int]]:
        """Leave it, take a substitute, or come back later."""
        year, counts = self.year, self.counts
        response = self.wants["response"][want]
        sku = self.wants["sku"][want]
        if response >= year.substitutes:
            counts[Metric.UNITS_DELAYED] += missing
            self.env.process(self.come_back(visit, store, sku, missing))
            return []
        other, instead = year.substitute[sku], 0
        if response >= year.lost and other >= 0:
            row = store * year.skus + other
            instead = min(missing, self.physical[row])
            self.physical[row] -= instead
            counts[Metric.UNITS_SUBSTITUTED] += instead
        counts[Metric.UNITS_LOST_STORE] += missing - instead
        return [(other, instead)] if instead else []

    def come_back(self, visit: int, store: int, sku: int, missing: int) -> Process:
        """Try once more, and pay at once."""
        yield At(self.env, int(self.env.now) + self.year.delay_us)
        row = store * self.year.skus + sku
        taken = min(missing, self.physical[row])
        self.physical[row] -= taken
        self.counts[Metric.UNITS_LOST_STORE] += missing - taken
        if taken:
            self.pay(visit, store, [(sku, taken)])

    def pay(self, visit: int, store: int, basket: list[tuple[int, int]]) -> None:
        """Let the record hear of the sale."""
        chain = []
        for sku, units in basket:
            row = store * self.year.skus + sku
            amount_minor = units * self.year.price_minor[sku]
            chain.append(self.command(SELL, row, units, amount_minor))
            self.changed[row] = None
            self.counts[Metric.UNITS_SOLD_STORE] += units
            self.counts[Metric.REVENUE_STORE_MINOR] += amount_minor
        self.book_order(self.record, chain, self.visits["customer"][visit], int(Channel.TILL))

    # Customers on the web

    def web_customer(self, visit: int, store: int) -> Process:
        """Order what the web shop shows; staff pick it."""
        year, env, counts = self.year, self.env, self.counts
        counts[Metric.VISITS] += 1
        counts[Metric.WEB_ORDERS_WANTED] += 1
        lines = self.accept(visit, store)
        if not lines:
            return
        customer = self.visits["customer"][visit]
        rows = [store * year.skus + line.sku for line in lines]
        chain = [
            self.command(PLACE, row, line.quantity, line.amount_minor)
            for row, line in zip(rows, lines, strict=True)
        ]
        order_id = self.book_order(self.web, chain, customer, int(Channel.WEB))
        order = WebOrder(store, customer, order_id, int(env.now), lines)
        counts[Metric.WEB_ORDERS_PLACED] += 1
        units = sum(line.quantity for line in lines)
        counts[Metric.UNITS_PLACED_WEB] += units
        env.process(self.tell_record(order))
        yield At(env, self.next_open(store, int(env.now) + year.notice_us))
        with self.pickers[store].request() as turn:
            joined_us = int(env.now)
            yield turn
            counts[Metric.PICK_WAIT_US] += int(env.now) - joined_us
            work_us = year.pick_us[0] + year.pick_us[1] * units
            yield At(env, int(env.now) + work_us * self.visits["noise"][visit] // MILLION)
            self.pick(order)

    def accept(self, visit: int, store: int) -> list[Line]:
        """Whole lines that the web shop believes to be there."""
        year, wants, counts = self.year, self.wants, self.counts
        levels = self.web.levels
        first = self.visits["first_want"][visit]
        lines: list[Line] = []
        for want in range(first, first + self.visits["wants"][visit]):
            sku, quantity = wants["sku"][want], wants["quantity"][want]
            counts[Metric.UNITS_WANTED_WEB] += quantity
            for candidate in (sku, year.substitute[sku]):
                claimed = sum(line.quantity for line in lines if line.sku == candidate)
                free = levels[store, candidate].available - claimed if candidate >= 0 else -1
                if free >= quantity:
                    lines.append(Line(candidate, quantity, quantity * year.price_minor[candidate]))
                    counts[Metric.UNITS_SUBSTITUTED] += 0 if candidate == sku else quantity
                    break
                if not year.lost <= wants["response"][want] < year.substitutes:
                    counts[Metric.UNITS_LOST_WEB] += quantity
                    break
            else:
                counts[Metric.UNITS_LOST_WEB] += quantity
        return lines

    def next_open(self, store: int, time_us: int) -> int:
        """The first moment from *time_us* on at which the store is open."""
        opens_us, closes_us = self.year.hours[store]
        since_midnight = time_us % DAY_US
        if since_midnight < opens_us:
            return time_us - since_midnight + opens_us
        if since_midnight < closes_us:
            return time_us
        return time_us - since_midnight + DAY_US + opens_us

    def tell_record(self, order: WebOrder) -> Process:
        """The order travels to the record; of one already picked the record hears as of a sale."""
        yield At(self.env, int(self.env.now) + self.year.order_us)
        order.booked = True
        chain = []
        for line in order.lines:
            row = order.store * self.year.skus + line.sku
            if order.picked and not line.found:
                continue
            operation = SELL if order.picked else PLACE
            command = self.command(operation, row, line.quantity, line.amount_minor)
            command.flags = 0 if order.picked else ACCEPTED
            chain.append(command)
            self.changed[row] = None
        if chain:
            order.record_id = self.book_order(self.record, chain, order.customer, int(Channel.WEB))

    def pick(self, order: WebOrder) -> None:
        """Take what lies there, and tell both systems."""
        counts, skus, physical = self.counts, self.year.skus, self.physical
        for line in order.lines:
            row = order.store * skus + line.sku
            line.found = physical[row] >= line.quantity
            if line.found:
                physical[row] -= line.quantity
                counts[Metric.UNITS_PICKED_WEB] += line.quantity
                counts[Metric.REVENUE_WEB_MINOR] += line.amount_minor
            else:
                counts[Metric.LINES_OVERSOLD] += 1
                counts[Metric.UNITS_OVERSOLD] += line.quantity
        self.end_lines(self.web, order, order.order_id)
        if order.booked:
            self.end_lines(self.record, order, order.record_id)
            for line in order.lines:
                self.changed[order.store * skus + line.sku] = None
        order.picked = True
        self.finish(order)

    def end_lines(self, shop: Shop, order: WebOrder, order_id: int) -> None:
        """Fulfil what was found and cancel what was not."""
        for number, line in enumerate(order.lines):
            row = order.store * self.year.skus + line.sku
            operation = FULFIL if line.found else CANCEL
            command = self.command(operation, row, line.quantity, number)
            command.order_id = order_id
            self.book(shop, command)

    def finish(self, order: WebOrder) -> None:
        """Count the order; where units were missing, put both systems right."""
        counts = self.counts
        found = sum(line.found for line in order.lines)
        if found:
            counts[Metric.ORDERS_PICKED] += 1
            counts[Metric.READY_US] += int(self.env.now) - order.placed_us
        else:
            counts[Metric.ORDERS_CANCELLED] += 1
        if found == len(order.lines):
            return
        counts[Metric.ORDERS_OVERSOLD] += 1
        for line in order.lines:
            if not line.found:
                row = order.store * self.year.skus + line.sku
                for shop in (self.record, self.web):
                    command = self.command(int(Operation.COUNT), row, self.physical[row])
                    command.reason = int(Reason.SHORT_PICK)
                    self.book(shop, command)
                self.changed[row] = None
