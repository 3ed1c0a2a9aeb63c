"""Goods from the supplier: ordered in the evening where a level is low, delivered days later."""

from functools import partial

import numpy as np

from core.schema import Operation, Reason, State
from scenarios.text import DAY_US
from sim.floor import RECORD, Floor, Rows
from sim.plan import TABLE_SHIFT
from sim.recorder import Metric
from sim.sequence import Moment
from sim.streams import marks, stream, threshold


class Supply:
    """The purchase orders of one run.

    Attributes:
        on_order: rows and units of what has not been delivered, by number of the purchase order.
    """

    def __init__(self, floor: Floor) -> None:
        """Nothing is on order."""
        self.floor = floor
        self.rule = floor.plan.scenario.stock
        self.seed = floor.plan.scenario.seed
        self.lead_days = self.rule.lead_time_days.quantiles(1 << (32 - TABLE_SHIFT))
        self.purchase_orders = 0
        self.on_order: dict[int, tuple[Rows, Rows]] = {}

    def review(self) -> bool:
        """Order up to S where available and incoming have fallen to s or below."""
        floor = self.floor
        rows = floor.active_rows()
        levels = floor.engines[RECORD].tables.levels[: len(rows)]
        position = levels[:, State.AVAILABLE] + levels[:, State.INCOMING]
        low = floor.links.reorder_at.ravel()[: len(rows)]
        rows = np.flatnonzero((position <= low) & (low >= 0))
        quantity = floor.links.order_up_to.ravel()[rows] - position[rows]
        locations = floor.location_of[rows]
        day = floor.now_us // DAY_US
        for location in np.unique(locations):
            mine = locations == location
            floor.book_facts(RECORD, Operation.EXPECT, rows[mine], quantity[mine], Reason.NONE)
            self.send_supplier(int(location), int(day), rows[mine], quantity[mine])
        return True

    def send_supplier(self, location: int, day: int, rows: Rows, quantity: Rows) -> None:
        """A purchase order: delivered whole, after the supplier's lead time."""
        generator = stream(self.seed, "lead", self.floor.replication, location, day)
        drawn = self.lead_days[int(marks(generator, 1)[0]) >> TABLE_SHIFT]
        lead_days = max(1, round(float(drawn)))
        number = self.purchase_orders
        self.purchase_orders += 1
        self.on_order[number] = rows, quantity
        self.floor.env.call_at(
            partial(self.deliver, number),
            (day + lead_days) * DAY_US + self.rule.delivery_us,
            Moment.DELIVERY,
            number,
        )

    def deliver(self, number: int) -> None:
        """Goods arrive; some lines are booked one unit wrong."""
        floor = self.floor
        rows, quantity = self.on_order.pop(number)
        recorded = np.maximum(0, quantity + self.miscounted(number, len(rows)))
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

    def miscounted(self, number: int, lines: int) -> Rows:
        """By how much each line of a purchase order is booked wrong: by one, if at all."""
        if not self.rule.receipt_error:
            return np.zeros(lines, np.int64)
        generator = stream(self.seed, "receipt", self.floor.replication, number)
        wrong = marks(generator, lines).astype(np.int64) < threshold(self.rule.receipt_error)
        up = marks(generator, lines) % 2 == 0
        return np.where(wrong, np.where(up, 1, -1), 0)

    def send_to_shelf(self) -> None:
        """The web pools have been given up: what is on order for them comes to the shelf."""
        size = self.floor.plan.stores * self.floor.plan.skus
        for number, (rows, quantity) in self.on_order.items():
            self.on_order[number] = rows % size, quantity
