"""Goods from the supplier: ordered in the evening where a level is low, delivered days later.

How much, how late and how completely is `scenarios.policy`; a strike is one of `scenarios.faults`.
"""

from functools import partial

import numpy as np

from core.schema import Operation, Reason, State
from scenarios.policy import Seasonal
from scenarios.text import DAY_US
from sim.floor import RECORD, Floor, Rows
from sim.levels import whole_packs
from sim.plan import TABLE_SHIFT, Param
from sim.recorder import Metric
from sim.sales_forecast import SalesForecast
from sim.season import DAYS_A_WEEK, bought_once, seasonal_skus
from sim.sequence import Moment
from sim.streams import marks, stream, threshold


class Supply:
    """The purchase orders of one run.

    Attributes:
        on_order: rows and units of what has not been delivered, by number of the delivery.
        decided: (day, location, rows, units) of what the shop will send to the supplier.
        strikes: (first, last + 1) days on which nothing is delivered, in order.
    """

    def __init__(self, floor: Floor) -> None:
        """Nothing is on order."""
        self.floor = floor
        scenario = floor.plan.scenario
        self.rule = scenario.stock
        self.policy = scenario.stock.policy
        self.seed = scenario.seed
        self.lead_days = self.rule.lead_time_days.quantiles(1 << (32 - TABLE_SHIFT))
        self.deliveries = 0
        self.on_order: dict[int, tuple[Rows, Rows]] = {}
        self.decided: list[tuple[int, int, Rows, Rows]] = []
        start = scenario.horizon.start
        self.strikes = sorted(
            fault.span_days(start) for fault in scenario.faults if fault.kind == "supplier_strike"
        )
        self.forecast: SalesForecast | None = None
        self.learnt: tuple[Rows, Rows] | None = None
        self.start_forecast()
        if self.policy.seasonal is not None:
            self.buy_season(self.policy.seasonal)

    # What the shop decides

    def review(self) -> bool:
        """Order by the shop's rule where what is there and coming has fallen low."""
        day = self.floor.now_us // DAY_US
        if self.forecast is not None:
            self.forecast.observe()
            if (day + 1) % (self.policy.forecast.every_us // DAY_US) == 0:
                self.learnt = self.forecast.levels()
        due = [order for order in self.decided if order[0] <= day]
        self.decided = [order for order in self.decided if order[0] > day]
        rows, quantity = self.wanted(due)
        locations = self.floor.location_of[rows]
        for location in np.unique(locations):
            mine = locations == location
            order = day + self.policy.decision_lag_days, int(location), rows[mine], quantity[mine]
            if not self.enough(order[2], order[3]):
                continue
            (self.decided if order[0] > day else due).append(order)
        for _, location, ordered_rows, units in due:
            self.send_supplier(location, day, ordered_rows, units)
        return True

    def wanted(self, due: list[tuple[int, int, Rows, Rows]]) -> tuple[Rows, Rows]:
        """Rows that are low, and how much to order; what was decided before counts as coming."""
        floor = self.floor
        rows = floor.active_rows()
        levels = floor.engines[RECORD].tables.levels[: len(rows)]
        position = levels[:, State.AVAILABLE] + levels[:, State.INCOMING]
        for _, _, decided_rows, units in (*due, *self.decided):
            np.add.at(position, decided_rows, units)
        reorder_at, order_up_to = self.levels()
        low = reorder_at[: len(rows)]
        rows = np.flatnonzero((position <= low) & (low >= 0))
        high, low, position = order_up_to[rows], low[rows], position[rows]
        quantity = high - position
        if self.policy.rule == "R_Q":
            quantity = -(-(low + 1 - position) // (high - low)) * (high - low)
        return rows, whole_packs(quantity, self.policy.pack_size)

    def levels(self) -> tuple[Rows, Rows]:
        """(s, S) of each row now in force."""
        links = self.floor.links
        return self.learnt or (links.reorder_at.ravel(), links.order_up_to.ravel())

    def enough(self, rows: Rows, quantity: Rows) -> bool:
        """Whether the supplier takes a purchase order of this size; if not, it waits and grows."""
        cost = self.floor.plan.catalogue.cost_minor[self.floor.sku_of[rows]]
        return bool(
            quantity.sum() >= self.policy.minimum_units
            and np.dot(quantity, cost) >= self.policy.minimum_value_minor
        )

    def start_forecast(self) -> None:
        """Learn demand from now on, where the policy says so; until then levels are the plan's."""
        self.learnt = None
        if self.policy.forecast.method != "fixed":
            self.forecast = SalesForecast(self.floor, self.policy.forecast)

    def change(self) -> None:
        """Other links are in force; who has pools now, or has none any more, learns anew."""
        if not self.floor.params[Param.POOL]:
            self.send_to_shelf()
        if self.forecast is not None and self.forecast.pooled != self.floor.params[Param.POOL]:
            self.start_forecast()

    def buy_season(self, season: Seasonal) -> None:
        """Order what is bought once; it is there on the first day of its season."""
        floor = self.floor
        plan = floor.plan
        rows = floor.active_rows()
        rows = rows[seasonal_skus(plan.scenario, plan.skus)[floor.sku_of[rows]]]
        skus = floor.sku_of[rows]
        price, cost = plan.catalogue.price_minor[skus], plan.catalogue.cost_minor[skus]
        quantity = bought_once(plan.scenario, floor.rates()[rows], price, cost)
        arrives = plan.run_in_days + DAYS_A_WEEK * season.week
        for location in np.unique(floor.location_of[rows]):
            mine = (floor.location_of[rows] == location) & (quantity > 0)
            if mine.any():
                self.book_order(rows[mine], quantity[mine])
                self.schedule(arrives, rows[mine], quantity[mine])

    # What the supplier does

    def send_supplier(self, location: int, day: int, rows: Rows, quantity: Rows) -> None:
        """A purchase order: delivered after the supplier's lead time."""
        self.book_order(rows, quantity)
        generator = stream(self.seed, "lead", self.floor.replication, location, day)
        self.schedule(day + self.lead(generator), rows, quantity)

    def book_order(self, rows: Rows, quantity: Rows) -> None:
        """The record awaits what was ordered."""
        self.floor.book_facts(RECORD, Operation.EXPECT, rows, quantity, Reason.NONE)
        self.floor.count(Metric.PURCHASE_ORDERS, rows[:1])
        self.floor.count(Metric.UNITS_ORDERED, rows, quantity)

    def lead(self, generator: np.random.Generator) -> int:
        """Days from order to delivery."""
        drawn = self.lead_days[int(marks(generator, 1)[0]) >> TABLE_SHIFT]
        return max(1, round(float(drawn)))

    def schedule(self, arrives: int, rows: Rows, quantity: Rows) -> None:
        """A delivery on the day *arrives*, or on the first day after a strike."""
        for first, end in self.strikes:
            if first <= arrives < end:
                arrives = end
        number = self.deliveries
        self.deliveries += 1
        self.on_order[number] = rows, quantity
        self.floor.env.call_at(
            partial(self.deliver, number),
            arrives * DAY_US + self.rule.delivery_us,
            Moment.DELIVERY,
            number,
        )

    def deliver(self, number: int) -> None:
        """Goods arrive, maybe not all; some lines are booked one unit wrong."""
        floor = self.floor
        rows, ordered = self.on_order.pop(number)
        missing = self.missing(number, ordered)
        quantity = ordered - missing
        recorded = np.where(
            quantity > 0, np.maximum(0, quantity + self.miscounted(number, len(rows))), 0
        )
        floor.shelves["physical"][rows] += quantity
        got = recorded > 0
        floor.book_facts(RECORD, Operation.RECEIVE, rows[got], recorded[got], Reason.NONE)
        follows = self.policy.rest == "follows"
        awaited = quantity if follows else ordered
        short = recorded < awaited
        floor.book_facts(
            RECORD, Operation.EXPECT, rows[short], (recorded - awaited)[short], Reason.CORRECTION
        )
        floor.count(Metric.UNITS_RECEIVED, rows, quantity)
        floor.count(Metric.UNITS_SHORT, rows, missing)
        floor.count(Metric.RECEIPT_LINES, rows[quantity > 0])
        floor.touch(rows)
        late = missing > 0
        if follows and late.any():
            generator = stream(self.seed, "follow", floor.replication, number)
            day = floor.now_us // DAY_US + self.lead(generator)
            self.schedule(day, rows[late], missing[late])

    def missing(self, number: int, quantity: Rows) -> Rows:
        """Units of each line that the supplier does not have, each by the same chance."""
        if self.policy.fill_rate >= 1:
            return np.zeros(len(quantity), np.int64)
        generator = stream(self.seed, "short", self.floor.replication, number)
        missing: Rows = generator.binomial(quantity, 1 - self.policy.fill_rate)
        return missing

    def miscounted(self, number: int, lines: int) -> Rows:
        """By how much each line of a delivery is booked wrong: by one, if at all."""
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
        self.decided = [
            (day, location, rows % size, units) for day, location, rows, units in self.decided
        ]
