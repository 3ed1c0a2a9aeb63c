"""What happens by the clock: deliveries, counts, reorders, price waves, sync runs, other links.

These are SimPy's: rare, and the same for both forms of the twin. Each job schedules its next run.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from core.schema import Operation, Reason, State
from scenarios.text import DAY_US, WEEK_US
from sim.floor import RECORD, Floor, Rows
from sim.plan import TABLE_SHIFT, LinkPlan, Meaning, Param, Table
from sim.recorder import Metric
from sim.sequence import Moment
from sim.streams import marks, stream, threshold

Action = Callable[[], bool]  # returns whether it goes on
Deed = Callable[[], None]

CHANGED_ONLY = 0  # what a reading of the record covers
EVERYTHING = 1
RECONCILES_AT_US = 3 * DAY_US // 24


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
        self.seed = floor.plan.scenario.seed
        self.end_us = floor.plan.days * DAY_US
        self.purchase_orders = 0
        self.readings = 0
        for number, (time_us, links) in enumerate(changes):
            self.env.call_at(partial(self.change, links), time_us, Moment.CHANGE, number)
        self.daily(self.count_some, self.rule.count_at_us, Moment.COUNT)
        self.daily(self.review, self.rule.review_us, Moment.REVIEW)
        self.daily(self.close_day, DAY_US - 1, Moment.DAY_END)
        price = floor.plan.scenario.price
        self.repeat(
            self.new_prices,
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

    # Stock that comes and goes

    def review(self) -> bool:
        """Order up to S where available and incoming have fallen to s or below."""
        floor = self.floor
        rows = floor.active_rows()
        levels = floor.engines[RECORD].tables.levels
        position = levels[rows, State.AVAILABLE] + levels[rows, State.INCOMING]
        low = floor.links.reorder_at.ravel()[rows]
        quantity = floor.links.order_up_to.ravel()[rows] - position
        wanted = (position <= low) & (low >= 0)
        day = floor.now_us // DAY_US
        for location in np.unique(rows[wanted] // floor.plan.skus):
            mine = wanted & (rows // floor.plan.skus == location)
            floor.book_facts(RECORD, Operation.EXPECT, rows[mine], quantity[mine], Reason.NONE)
            self.send_supplier(int(location), int(day), rows[mine], quantity[mine])
        return True

    def send_supplier(self, location: int, day: int, rows: Rows, quantity: Rows) -> None:
        """A purchase order: delivered whole, after the supplier's lead time."""
        generator = stream(self.seed, "lead", self.floor.replication, location, day)
        slices = self.rule.lead_time_days.quantiles(1 << (32 - TABLE_SHIFT))
        drawn = slices[int(marks(generator, 1)[0]) >> TABLE_SHIFT]
        lead_days = max(1, round(float(drawn)))
        number = self.purchase_orders
        self.purchase_orders += 1
        self.env.call_at(
            lambda: self.deliver(number, rows, quantity),
            (day + lead_days) * DAY_US + self.rule.delivery_us,
            Moment.DELIVERY,
            number,
        )

    def deliver(self, number: int, rows: Rows, quantity: Rows) -> None:
        """Goods arrive; some lines are booked one unit wrong."""
        floor = self.floor
        rows = self.still_open(rows)
        generator = stream(self.seed, "receipt", floor.replication, number)
        wrong = marks(generator, len(rows)).astype(np.int64) < threshold(self.rule.receipt_error)
        up = marks(generator, len(rows)) % 2 == 0
        recorded = np.maximum(0, quantity + np.where(wrong, np.where(up, 1, -1), 0))
        floor.shelves["physical"][rows] += quantity
        got = recorded > 0
        floor.book_facts(RECORD, Operation.RECEIVE, rows[got], recorded[got], Reason.NONE)
        short = recorded < quantity
        floor.book_facts(
            RECORD, Operation.EXPECT, rows[short], (recorded - quantity)[short], Reason.CORRECTION
        )
        floor.count(Metric.UNITS_RECEIVED, rows, quantity)
        floor.count(Metric.RECEIPT_LINES, rows)
        floor.touch(rows)

    def still_open(self, rows: Rows) -> Rows:
        """Where goods for *rows* are put: on the shelf, where a web pool has been given up."""
        size = self.floor.plan.stores * self.floor.plan.skus
        given_up = (rows >= size) & (self.floor.params[Param.POOL] == 0)
        kept: Rows = np.where(given_up, rows - size, rows)
        return kept

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
        cost = floor.plan.catalogue.cost_minor[rows % floor.plan.skus]
        floor.count(Metric.SHELF_UNITS, rows, physical)
        floor.count(Metric.SHELF_COST_MINOR, rows, physical * cost)
        wrong = floor.on_hand(RECORD, rows) != physical
        floor.count(Metric.RECORDS_WRONG, rows[wrong])
        floor.count(Metric.LEVELS, rows)
        floor.count(Metric.LEVELS_EMPTY, rows[physical == 0])
        return True

    # Prices

    def new_prices(self) -> bool:
        """The week's promotions: the till asks the new price at once, the labels follow."""
        floor = self.floor
        catalogue = floor.plan.catalogue
        week = floor.now_us // WEEK_US
        drawn = stream(self.seed, "promotions", floor.replication, week).random(floor.plan.skus)
        cut = np.rint(catalogue.price_minor * (1 - catalogue.promo_depth)).astype(np.int64)
        price = np.where(drawn < catalogue.promo_share, cut, catalogue.price_minor)
        tags = floor.tags
        still_wrong = np.flatnonzero(tags["wrong_since"] >= 0)
        wrong_us = floor.now_us - tags["wrong_since"][still_wrong]
        floor.count(Metric.LABEL_WRONG_US, still_wrong, wrong_us)
        tags["price"] = np.tile(price, floor.plan.stores)
        to_change = np.flatnonzero(tags["label"] != tags["price"])
        tags["wrong_since"] = -1
        tags["wrong_since"][to_change] = floor.now_us
        floor.price_epoch += 1
        floor.count(Metric.LABELS_CHANGED, to_change)
        for store in range(floor.plan.stores):
            mine = to_change[to_change // floor.plan.skus == store]
            self.relabel(store, mine, week)
        return True

    def relabel(self, store: int, rows: Rows, week: int) -> None:
        """Schedule each label's change, by staff with a list or by a polling gateway."""
        floor = self.floor
        generator = stream(self.seed, "labels", floor.replication, week, store)
        if floor.links.links.price.technique == "manual":
            times_us, rows = self.by_staff(generator, rows)
        else:
            times_us, rows = self.by_gateway(generator, rows)
        in_time = times_us < self.end_us
        rows = rows[in_time]
        floor.schedule_labels(times_us[in_time], rows, floor.tags["price"][rows])

    def by_staff(self, generator: np.random.Generator, rows: Rows) -> tuple[Rows, Rows]:
        """When staff have changed which labels: they work through a list and miss some."""
        link = self.floor.links.links.price
        now_us = self.floor.now_us
        wait_us = (link.starts_us - now_us) % DAY_US
        label_us = round(link.minutes_per_label * 60_000_000)
        missed = marks(generator, len(rows)).astype(np.int64) < threshold(link.entry_error)
        times_us = now_us + wait_us + np.arange(1, len(rows) + 1) * label_us // link.staff
        return times_us[~missed], rows[~missed]

    def by_gateway(self, generator: np.random.Generator, rows: Rows) -> tuple[Rows, Rows]:
        """When a gateway has changed which labels: so many a poll, failures again at the end."""
        link = self.floor.links.links.price
        first_us = (self.floor.now_us // link.period_us + 1) * link.period_us
        waiting = deque((int(row), 1) for row in rows)
        done: list[tuple[int, int]] = []
        poll = 0
        while waiting:
            batch = [waiting.popleft() for _ in range(min(link.labels_per_period, len(waiting)))]
            failed = marks(generator, len(batch)).astype(np.int64) < threshold(link.loss)
            for (row, attempt), lost in zip(batch, failed.tolist(), strict=True):
                if not lost:
                    done.append((first_us + poll * link.period_us, row))
                elif attempt < link.attempts:
                    waiting.append((row, attempt + 1))
            poll += 1
        shown = np.array(done, np.int64).reshape(-1, 2)
        return shown[:, 0], shown[:, 1]

    # Links

    def start_links(self) -> None:
        """Schedule the runs of the links in force; they end when the links do."""
        floor = self.floor
        stock, order = floor.links.links.stock, floor.links.links.order
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
        self.while_linked(floor.book_waiting, period_us, first_us, Moment.ORDER_RUN, 0)

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
        """Read the record's stock; it reaches the web shop after the link's latency."""
        floor = self.floor
        changed = floor.take_changed()
        rows = changed if covers == CHANGED_ONLY else floor.web_rows()
        reading = self.readings
        self.readings += 1
        if not len(rows):
            return
        on_hand = floor.params[Param.MEANING] == Meaning.ON_HAND
        if on_hand:
            values = np.maximum(0, floor.on_hand(RECORD, rows))
        else:
            buffer = floor.params[Param.BUFFER]
            values = np.maximum(0, floor.available(RECORD, rows) - buffer)
        generator = stream(self.seed, "reading", floor.replication, reading)
        mark = int(marks(generator, 1)[0])
        if by_hand:
            error = threshold(floor.links.links.stock.entry_error)
            wrong = marks(generator, len(rows)).astype(np.int64) < error
            up = marks(generator, len(rows)) % 2 == 0
            values = np.maximum(0, values + np.where(wrong, np.where(up, 1, -1), 0))
            floor.count(Metric.STOCK_ENTRIES, rows)
        epoch = floor.link_epoch
        version = floor.engines[RECORD].sequence
        meaning = Meaning.ON_HAND if on_hand else Meaning.AVAILABLE

        def arrive() -> None:
            if epoch == floor.link_epoch:
                floor.set_view(rows, values, version, meaning)

        latency_us = int(floor.links.tables[Table.STOCK_LATENCY, mark >> TABLE_SHIFT])
        self.env.call_at(arrive, floor.now_us + latency_us, Moment.ARRIVAL, reading)

    def change(self, links: LinkPlan) -> None:
        """Put other links in force, as a project would: book what is open, move pools, load."""
        floor = self.floor
        if links.links == floor.links.links:
            return
        if not floor.one_system:
            floor.book_all()
        floor.take_changed()
        self.move_pool(links.links.web_pool)
        floor.use_links(links)
        rows = floor.active_rows()
        floor.shelves["seen"] = 0
        floor.shelves["last_sent"][rows] = floor.available(RECORD, rows)
        floor.load_web_shop()
        self.start_links()

    def move_pool(self, share: float) -> None:
        """Carry goods between shelf and web pool, and tell the record."""
        floor = self.floor
        size = floor.plan.stores * floor.plan.skus
        shelf = np.arange(size, dtype=np.int64)
        pool = shelf + size
        physical, promised = floor.shelves["physical"], floor.shelves["promised"]
        if floor.params[Param.POOL]:
            moved = floor.available(RECORD, pool).copy()
            self.carry(pool, shelf, physical[pool].copy(), moved)
            coming = floor.engines[RECORD].tables.levels[pool, State.INCOMING].copy()
            some = coming > 0
            for rows, units in ((pool, -coming), (shelf, coming)):
                floor.book_facts(
                    RECORD, Operation.EXPECT, rows[some], units[some], Reason.MIGRATION
                )
        if share > 0:
            free = np.maximum(0, physical[shelf] - promised[shelf])
            set_aside = np.floor(share * free).astype(np.int64)
            goods = np.minimum(physical[shelf], promised[shelf] + set_aside)
            self.carry(shelf, pool, goods, np.minimum(set_aside, goods))

    def carry(self, source: Rows, target: Rows, goods: Rows, recorded: Rows) -> None:
        """Move *goods* and all promises between two rows each; book *recorded* units as moved."""
        floor = self.floor
        for column, units in (
            ("physical", goods),
            ("promised", floor.shelves["promised"][source].copy()),
            ("unbooked", floor.shelves["unbooked"][source].copy()),
        ):
            floor.shelves[column][source] -= units
            floor.shelves[column][target] += units
        some = recorded != 0
        for rows, sign in ((source, -1), (target, 1)):
            units = sign * recorded[some]
            floor.book_facts(RECORD, Operation.ADJUST, rows[some], units, Reason.MIGRATION)
