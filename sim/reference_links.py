"""What travels from the record to the web shop, and to the labels: for the reference form."""

from dataclasses import dataclass

import numpy as np

from core.schema import Operation, Reason
from sim.demand import Demand
from sim.floor import RECORD, WEB, Rows
from sim.plan import TABLE_SHIFT, LinkPlan, Meaning, Param, Plan, Table
from sim.recorder import Metric
from sim.reference_floor import PlainFloor, Process, Visit
from sim.sequence import Moment

STOCK, ORDER = 0, 1  # rows of `LinkPlan.losses`


@dataclass(frozen=True)
class Message:
    """What the record tells the web shop of one level."""

    row: int
    value: int
    version: int  # the record's sequence when it was sent
    epoch: int  # of the links it was sent by


@dataclass
class Line:
    """One accepted line of a web order."""

    sku: int
    quantity: int
    amount_minor: int
    there: bool = False  # it lay there, promised to nobody, when it was sold
    record_knew: bool = False  # the record had it, too
    picked: bool = False


@dataclass
class WebOrder:
    """A web order from its placing to its end."""

    visit: Visit
    system: int  # that it was placed on
    order_id: int
    placed_us: int
    lines: list[Line]
    done: bool = False  # picked, or not found
    record_order_id: int = 0  # its id in the record, if that booked it before it was done


class LinkedSystems(PlainFloor):
    """The links that are in force, and the processes of what is under way by them."""

    def __init__(self, plan: Plan, demand: Demand, links: LinkPlan, replication: int) -> None:
        super().__init__(plan, demand, links, replication)
        self.messages = 0
        self.changed: dict[int, None] = {}  # rows in the order of their first change
        self.unreported: dict[
            int, WebOrder
        ] = {}  # placed on the web, unknown to the record; by visit
        self.waiting: list[WebOrder] = []  # of these, the ones for the next run of the link

    def use_links(self, links: LinkPlan) -> None:
        """Put other links in force; what is under way by the old ones arrives nowhere."""
        self.links = links
        self.link_epoch += 1
        self.params[Param.ONE_SYSTEM :] = links.params[Param.ONE_SYSTEM :]

    def failures(self, link: int, mark: int, attempts: int) -> int:
        """How many attempts in a row fail for a message with this mark."""
        losses = self.links.losses[link]
        return sum(mark < int(losses[k]) for k in range(1, attempts + 1))

    def drawn_us(self, table: Table, mark: int) -> int:
        """What a mark means in one of the tables in force."""
        return int(self.links.tables[table, mark >> TABLE_SHIFT])

    # Stock

    def touch(self, rows: Rows) -> None:
        """The record's levels of *rows* have changed, in this order."""
        for row in rows:
            self.touch_row(int(row))

    def touch_row(self, row: int, *, echo: bool = False) -> None:
        """The record's level of a row has changed: the web shop may hear of it.

        An echo is a change that the web shop has told the record of; it has counted that already,
        so that it must not come back as a delta.
        """
        location, sku = divmod(row, self.plan.skus)
        store = location % self.plan.stores
        if self.one_system or row != self.web_row(store, sku):
            return
        self.changed.setdefault(row)
        if echo and self.setting(Param.MEANING) == Meaning.DELTA:
            self.shelves["last_sent"][row] = self.sellable(RECORD, row)
        elif self.setting(Param.STOCK_EVENTS):
            self.send_stock(row, store)

    def take_changed(self) -> Rows:
        """Rows changed since the last call, in order of their first change."""
        rows = np.array(list(self.changed), np.int64)
        self.changed.clear()
        return rows

    def keep_changed(self, rows: Rows) -> None:
        """Put *rows* back as changed, in this order, before what has changed since."""
        self.changed = dict.fromkeys([*rows.tolist(), *self.changed])

    def send_stock(self, row: int, store: int) -> None:
        """Send what the record says of a row; the message may be lost, late, or come twice."""
        number = self.messages
        self.messages += 1
        self.add(Metric.MESSAGES_SENT, store)
        loss, latency, copied, copy_latency = (int(m) for m in self.luck[number % len(self.luck)])
        version = self.engines[RECORD].sequence
        message = Message(row, self.message_value(row), version, self.link_epoch)
        attempts = self.setting(Param.STOCK_ATTEMPTS)
        failures = self.failures(STOCK, loss, attempts)
        if failures >= attempts:
            self.add(Metric.MESSAGES_LOST, store)
            return
        sent_us = self.now_us + self.setting(Param.STOCK_BACKOFF_US) * (2**failures - 1)
        arrival_us = sent_us + self.drawn_us(Table.STOCK_LATENCY, latency)
        self.env.process(self.stock_message(message, arrival_us, 2 * number))
        if copied < self.setting(Param.DUPLICATION):
            arrival_us = sent_us + self.drawn_us(Table.STOCK_LATENCY, copy_latency)
            self.env.process(self.stock_message(message, arrival_us, 2 * number + 1))

    def message_value(self, row: int) -> int:
        """The number in a stock message sent now."""
        meaning = self.setting(Param.MEANING)
        if meaning == Meaning.ON_HAND:
            return max(0, self.recorded(RECORD, row))
        available = self.sellable(RECORD, row)
        if meaning == Meaning.AVAILABLE:
            return max(0, available - self.setting(Param.BUFFER))
        change = available - int(self.shelves["last_sent"][row])
        self.shelves["last_sent"][row] = available
        return change

    def stock_message(self, message: Message, arrival_us: int, ordinal: int) -> Process:
        """A message is under way; the web shop believes what it says, if it still listens."""
        yield self.env.at(arrival_us, Moment.MESSAGE, message.row, ordinal)
        known = self.setting(Param.GUARD) and message.version <= self.shelves["seen"][message.row]
        if not self.one_system and message.epoch == self.link_epoch and not known:
            meaning = Meaning(self.setting(Param.MEANING))
            self.view(message.row, message.value, message.version, meaning)

    def set_view(self, rows: Rows, values: Rows, version: int, meaning: Meaning) -> None:
        """A reading of the record reaches the web shop.

        The guard drops what is older than the last message. A reading just as new may repair what
        lost messages did, while a message just as new is that message's copy.
        """
        for row, value in zip(rows, values, strict=True):
            if not (self.setting(Param.GUARD) and version < self.shelves["seen"][row]):
                self.view(int(row), int(value), version, meaning)

    def view(self, row: int, value: int, version: int, meaning: Meaning) -> None:
        """The web shop believes a number."""
        if self.setting(Param.GUARD):
            self.shelves["seen"][row] = version
        if meaning == Meaning.ON_HAND:
            if self.recorded(WEB, row) != value:
                self.book_fact(WEB, Operation.COUNT, row, value, Reason.SYNC)
            return
        change = value if meaning == Meaning.DELTA else value - self.sellable(WEB, row)
        if change != 0:
            self.book_fact(WEB, Operation.ADJUST, row, change, Reason.SYNC)

    # Orders

    def take_waiting(self) -> Rows:
        """Visits whose web orders wait for a run of the link, oldest first; they wait no more."""
        visits = np.array([order.visit.number for order in self.waiting], np.int64)
        self.waiting = []
        return visits

    def keep_waiting(self, visits: Rows) -> None:
        """Put *visits* back as waiting, in this order, before what has come since."""
        kept = [self.unreported[visit] for visit in visits.tolist()]
        self.waiting = kept + self.waiting

    # Prices

    def schedule_labels(self, times_us: Rows, rows: Rows, prices: Rows) -> None:
        """Labels will show *prices*, unless the epoch of prices has passed by then."""
        for time_us, row, price in zip(
            times_us.tolist(), rows.tolist(), prices.tolist(), strict=True
        ):
            self.env.process(self.label_update(time_us, row, price))

    def label_update(self, time_us: int, row: int, price: int) -> Process:
        """Staff or a gateway come to a label."""
        epoch = self.price_epoch
        yield self.env.at(time_us, Moment.LABEL, row, epoch)
        tag = self.tags[row]
        if epoch != self.price_epoch or tag["label"] == price:
            return
        tag["label"] = price
        if price == tag["price"] and tag["wrong_since"] >= 0:
            store = row // self.plan.skus
            self.add(Metric.LABEL_WRONG_US, store, self.now_us - int(tag["wrong_since"]))
            tag["wrong_since"] = -1
