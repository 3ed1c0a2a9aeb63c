"""What happens by the clock: deliveries, counts, reorders, runs of the links, other links.

These are SimPy's: rare, and the same for both forms of the twin. Each job schedules its next run.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.schema import Operation, Reason
from scenarios.faults import LINKS, NOT_BY_CLOCK
from scenarios.text import DAY_US, WEEK_US
from sim.changeover import change_over
from sim.floor import RECORD, Floor, Rows
from sim.labels import new_prices
from sim.plan import TABLE_SHIFT, LinkPlan, Meaning, Param
from sim.recorder import Metric
from sim.sequence import Moment
from sim.streams import marks, stream, threshold
from sim.supply import Supply

Action = Callable[[], bool]  # returns whether it goes on
Deed = Callable[[], None]

CHANGED_ONLY = 0  # what a reading of the record covers
EVERYTHING = 1
RECONCILES_AT_US = 3 * DAY_US // 24
STOCK = 0  # rows of a link in `LinkPlan.tables` and `LinkPlan.losses`
ORDER = 1


class Jobs:
    """All clockwork of one run."""

    def __init__(self, floor: Floor, changes: Sequence[tuple[int, LinkPlan]]) -> None:
        """Schedule the first run of everything.

        Args:
            floor: the shop.
            changes: (time_us, links) that come into force later, in order.
        """
        self.floor = floor
        self.env = floor.env
        self.rule = floor.plan.scenario.stock
        self.supply = Supply(floor)
        self.seed = floor.plan.scenario.seed
        self.end_us = floor.plan.days * DAY_US
        self.readings = 0
        self.order_runs = 0
        faults = [fault for fault in floor.plan.scenario.faults if fault.kind == "link_outage"]
        start = floor.plan.scenario.horizon.start
        self.outages = tuple([f.span_us(start) for f in faults if f.hits(link)] for link in LINKS)
        for number, (time_us, links) in enumerate(changes):
            self.env.call_at(partial(self.change, links), time_us, Moment.CHANGE, number)
        self.daily(self.count_some, self.rule.count_at_us, Moment.COUNT)
        self.daily(self.supply.review, self.rule.review_us, Moment.REVIEW)
        self.daily(self.close_day, DAY_US - 1, Moment.DAY_END)
        price = floor.plan.scenario.price
        self.repeat(
            partial(new_prices, floor),
            price.wave_weekday * DAY_US + price.wave_at_us,
            WEEK_US,
            Moment.PRICES,
        )
        self.start_links()

    def daily(self, action: Action, since_midnight_us: int, kind: Moment) -> None:
        """Call *action* once a day."""
        self.repeat(action, since_midnight_us, DAY_US, kind)

    def repeat(
        self, action: Action, first_us: int, period_us: int, kind: Moment, entity: int = 0
    ) -> None:
        """Call *action* at first_us and each period after, while it returns True."""

        def run() -> None:
            if action():
                following = self.floor.now_us + period_us
                if following < self.end_us:
                    self.env.call_at(run, following, kind, entity)

        if first_us < self.end_us:
            self.env.call_at(run, first_us, kind, entity)

    # Shelves and records

    def count_some(self) -> bool:
        """Count today's share of the levels: the record takes what lies there."""
        floor = self.floor
        days = max(1, self.rule.count_every_us // DAY_US)
        rows = floor.active_rows()
        rows = rows[rows % days == (floor.now_us // DAY_US) % days]
        physical = floor.shelves["physical"][rows]
        floor.book_facts(RECORD, Operation.COUNT, rows, physical, Reason.CORRECTION)
        floor.count(Metric.LEVELS_COUNTED, rows)
        floor.touch(rows)
        return True

    def close_day(self) -> bool:
        """Write down what lies on the shelves and how true the record is."""
        floor = self.floor
        rows = floor.active_rows()
        physical = floor.shelves["physical"][rows]
        cost = floor.plan.catalogue.cost_minor[floor.sku_of[rows]]
        floor.count(Metric.SHELF_UNITS, rows, physical)
        floor.count(Metric.SHELF_COST_MINOR, rows, physical * cost)
        wrong = floor.on_hand(RECORD, rows) != physical
        floor.count(Metric.RECORDS_WRONG, rows[wrong])
        floor.count(Metric.LEVELS, rows)
        floor.count(Metric.LEVELS_EMPTY, rows[physical == 0])
        return True

    # Links

    def start_links(self) -> None:
        """Schedule the runs of the links in force; they end when the links do."""
        floor = self.floor
        stock, order = floor.links.links.stock, floor.links.links.order
        for outages, technique in zip(
            self.outages, (stock.technique, order.technique), strict=True
        ):
            assert not outages or technique not in NOT_BY_CLOCK, "refused by the scenario"
        if floor.one_system:
            return
        if stock.technique in ("manual", "file", "poll"):
            covers = EVERYTHING if stock.technique == "file" else CHANGED_ONLY
            self.while_linked(
                lambda: self.read_record(covers, by_hand=stock.technique == "manual"),
                stock.period_us,
                stock.at_us or 0,
                Moment.CAPTURE,
                covers,
            )
        if stock.reconcile_every_us:
            self.while_linked(
                lambda: self.read_record(EVERYTHING, by_hand=False),
                stock.reconcile_every_us,
                RECONCILES_AT_US,
                Moment.CAPTURE,
                EVERYTHING + 1,
            )
        period_us = order.period_us or stock.reconcile_every_us or DAY_US
        first_us = order.at_us or (0 if order.period_us else RECONCILES_AT_US)
        self.while_linked(self.report_orders, period_us, first_us, Moment.ORDER_RUN, 0)

    def while_linked(
        self, action: Deed, period_us: int, phase_us: int, kind: Moment, entity: int
    ) -> None:
        """Call *action* at phase_us + n * period_us from now on, until the links change."""
        epoch = self.floor.link_epoch

        def run() -> bool:
            if epoch != self.floor.link_epoch:
                return False
            action()
            return True

        now_us = self.floor.now_us
        first_us = now_us + 1 + (phase_us - now_us - 1) % period_us
        self.repeat(run, first_us, period_us, kind, epoch * 4 + entity)

    def read_record(self, covers: int, *, by_hand: bool) -> None:
        """Read the record's stock; it reaches the web shop when the link has carried it there.

        What is lost, what staff have no time to type, or what an outage holds up, stays changed
        for the next run.
        """
        floor = self.floor
        number = self.readings
        self.readings += 1
        if self.is_out(STOCK):
            return
        changed = floor.take_changed()
        rows = changed if covers == CHANGED_ONLY else floor.web_rows()
        left = rows[:0]
        if by_hand:
            typed = self.in_time(rows)
            rows, left = rows[typed], rows[~typed]
            floor.count(Metric.STOCK_ENTRIES, rows)
        if not len(rows):
            return
        delay_us = self.carried_us(STOCK, number)
        floor.keep_changed(changed if delay_us is None else left)
        if delay_us is None:
            return
        values, meaning = self.read_values(rows)
        if by_hand:
            values = self.mistyped(values, number)
        epoch = floor.link_epoch
        version = floor.engines[RECORD].sequence

        def arrive() -> None:
            if epoch == floor.link_epoch:
                floor.set_view(rows, values, version, meaning)

        self.after(delay_us, arrive, Moment.ARRIVAL, number, 0)

    def in_time(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of *rows* each store's staff type in one run: the first that their time allows."""
        allowed = self.floor.links.links.stock.entries_per_run
        if not allowed:
            return np.ones(len(rows), np.bool_)
        stores = (rows // self.floor.plan.skus) % self.floor.plan.stores
        by_store = np.argsort(stores, kind="stable")
        place = np.empty(len(rows), np.int64)
        first = np.searchsorted(stores[by_store], stores[by_store])
        place[by_store] = np.arange(len(rows)) - first
        return place < allowed

    def read_values(self, rows: Rows) -> tuple[Rows, Meaning]:
        """What a reading of the record says of *rows*, and what that means.

        Where deltas are sent, the web shop's own orders are never sent back to it; so a full
        comparison leaves out those that the record has not booked yet.
        """
        floor = self.floor
        meaning = Meaning(int(floor.params[Param.MEANING]))
        if meaning == Meaning.ON_HAND:
            return np.maximum(0, floor.on_hand(RECORD, rows)), meaning
        units = floor.available(RECORD, rows) - floor.params[Param.BUFFER]
        if meaning == Meaning.DELTA:
            units -= floor.shelves["unbooked"][rows]
        return np.maximum(0, units), Meaning.AVAILABLE

    def mistyped(self, values: Rows, number: int) -> Rows:
        """*values* as typed by hand: some are one off."""
        error = threshold(self.floor.links.links.stock.entry_error)
        generator = stream(self.seed, "typing", self.floor.replication, number)
        wrong = marks(generator, len(values)).astype(np.int64) < error
        up = marks(generator, len(values)) % 2 == 0
        typed: Rows = np.maximum(0, values + np.where(wrong, np.where(up, 1, -1), 0))
        return typed

    def report_orders(self) -> None:
        """Carry the web orders that wait to the record; if the run is lost they wait on."""
        floor = self.floor
        number = self.order_runs
        self.order_runs += 1
        if self.is_out(ORDER):
            return
        visits = floor.take_waiting()
        if not len(visits):
            return
        delay_us = self.carried_us(ORDER, number)
        if delay_us is None:
            floor.keep_waiting(visits)
            return
        entity = floor.link_epoch * 4 + 1
        self.after(delay_us, partial(floor.book, visits), Moment.ORDER_RUN, entity, number)

    def is_out(self, link: int) -> bool:
        """Whether an outage keeps a link from running now; the next run draws its own marks."""
        return any(first <= self.floor.now_us < end for first, end in self.outages[link])

    def carried_us(self, link: int, number: int) -> int | None:
        """How long a run is under way, waits after failed tries included; None if all failed."""
        floor = self.floor
        rule = (floor.links.links.stock, floor.links.links.order)[link]
        latency_us = floor.links.tables[link]
        if not rule.loss and latency_us[0] == latency_us[-1]:
            return int(latency_us[0])
        generator = stream(self.seed, ("reading", "order run")[link], floor.replication, number)
        loss, latency = marks(generator, 2).tolist()
        below = floor.links.losses[link, 1 : rule.attempts + 1]
        failed = int(np.count_nonzero(loss < below))
        if failed == rule.attempts:
            return None
        return int(latency_us[latency >> TABLE_SHIFT]) + rule.backoff_us * ((1 << failed) - 1)

    def after(self, delay_us: int, deed: Deed, kind: Moment, entity: int, ordinal: int) -> None:
        """Do *deed* after a delay; within this moment if there is none."""
        if delay_us == 0:
            deed()
        else:
            self.env.call_at(deed, self.floor.now_us + delay_us, kind, entity, ordinal)

    def change(self, links: LinkPlan) -> None:
        """Put other links in force, unless they are those in force already."""
        floor = self.floor
        if links.links == floor.links.links:
            return
        change_over(floor, links)
        self.supply.change()
        self.start_links()
