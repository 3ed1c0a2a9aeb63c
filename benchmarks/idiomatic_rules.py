"""The rules of the idiomatic engine: one method an operation."""

from collections.abc import Callable
from functools import partial
from heapq import heappush

from benchmarks.idiomatic_records import Command, Event, Level, Line, Order, Reservation
from core.schema import AMOUNT_MAX, LEVEL_MAX, TTL_MAX_US, Flag, Kind, Operation, Status

ACCEPTED = int(Flag.ACCEPTED)


class Rules:
    """What each operation does to a shop; guards first, in the order of `Status`."""

    def __init__(self, skus: int, locations: int) -> None:
        """Open an empty shop."""
        self.skus = skus
        self.locations = locations
        self.levels = {
            (location, sku): Level() for location in range(locations) for sku in range(skus)
        }
        self.orders: dict[int, Order] = {}
        self.reservations: dict[int, Reservation] = {}
        self.due: list[tuple[int, int]] = []
        self.events: list[Event] = []
        self.sequence = 0
        self.first_id = 0  # of the chain under way
        self.made_order = False  # by the chain under way
        self.undo: list[Callable[[], None]] | None = None  # only while a chain is under way
        self.by_operation: dict[int, Callable[[Command], Status]] = {
            Operation.RESERVE: self.reserve,
            Operation.PLACE: self.place,
            Operation.RELEASE: self.release,
            Operation.FULFIL: self.fulfil,
            Operation.CANCEL: self.cancel,
            Operation.SELL: self.sell,
            Operation.RECEIVE: self.receive,
            Operation.ADJUST: self.adjust,
            Operation.COUNT: self.count,
            Operation.EXPECT: self.expect,
            Operation.EXPIRE: self.expire,
        }

    def reserve(self, c: Command) -> Status:
        """Hold units for a cart."""
        level = self.levels.get((c.location, c.sku))
        if level is None:
            return self._unknown_level(c)
        if c.quantity <= 0:
            return Status.QUANTITY_NOT_POSITIVE
        if level.reserved + c.quantity > LEVEL_MAX:
            return Status.QUANTITY_TOO_LARGE
        if c.argument <= 0:
            return Status.TTL_NOT_POSITIVE
        if c.argument > TTL_MAX_US:
            return Status.TTL_TOO_LONG
        if c.id in self.reservations:
            return Status.RESERVATION_EXISTS
        if level.available < c.quantity:
            return Status.STOCK_INSUFFICIENT

        expires_us = c.now_us + c.argument
        self.reservations[c.id] = Reservation(
            level, c.sku, c.location, c.quantity, expires_us, c.party_id, c.channel
        )
        heappush(self.due, (expires_us, c.id))
        level.available -= c.quantity
        level.reserved += c.quantity
        if self.undo is not None:
            self.undo.append(partial(self._undo_reserve, c.id, level, c.quantity))
        self._tell(c, Kind.RESERVED, c.sku, c.location, c.quantity, order_id=c.id)
        return Status.OK

    def place(self, c: Command) -> Status:
        """Allocate units to an order's line; refused when short, unless promised elsewhere."""
        level = self.levels.get((c.location, c.sku))
        if level is None:
            return self._unknown_level(c)
        if c.quantity <= 0:
            return Status.QUANTITY_NOT_POSITIVE
        before = level.available
        if level.committed + c.quantity > LEVEL_MAX or abs(before - c.quantity) > LEVEL_MAX:
            return Status.QUANTITY_TOO_LARGE
        status = self._judge_line(c)
        if status is not Status.OK:
            return status
        if before < c.quantity and not c.flags & ACCEPTED:
            return Status.STOCK_INSUFFICIENT

        line = Line(level, c.sku, c.location, c.channel, c.quantity, c.argument)
        line.allocated = c.quantity
        level.available -= c.quantity
        level.committed += c.quantity
        number = self._add_line(c, line)
        self._tell(c, Kind.PLACED, c.sku, c.location, c.quantity, c.argument, number)
        if level.available < 0:
            self._tell_shortage(c, before, level.available)
        return Status.OK

    def sell(self, c: Command) -> Status:
        """Book what a customer carried out of the store: a fact."""
        level = self.levels.get((c.location, c.sku))
        if level is None:
            return self._unknown_level(c)
        if c.quantity <= 0:
            return Status.QUANTITY_NOT_POSITIVE
        before = level.available
        if abs(before - c.quantity) > LEVEL_MAX:
            return Status.QUANTITY_TOO_LARGE
        status = self._judge_line(c)
        if status is not Status.OK:
            return status

        line = Line(level, c.sku, c.location, c.channel, c.quantity, c.argument)
        line.fulfilled = c.quantity
        level.available -= c.quantity
        number = self._add_line(c, line)
        self._tell(c, Kind.SOLD, c.sku, c.location, c.quantity, c.argument, number)
        if level.available < 0:
            self._tell_shortage(c, before, level.available)
        return Status.OK

    def release(self, c: Command) -> Status:
        """Let a cart's hold go."""
        held = self.reservations.get(c.argument)
        if held is None:
            return Status.RESERVATION_UNKNOWN

        if self.undo is not None:
            self.undo.append(partial(self._undo_release, c.argument, held))
        self.let_go(c, c.argument, held, Kind.RELEASED)
        return Status.OK

    def let_go(self, c: Command, key: int, held: Reservation, kind: Kind) -> None:
        """End a reservation."""
        del self.reservations[key]
        held.level.reserved -= held.quantity
        held.level.available += held.quantity
        self.events.append(
            Event(
                self.sequence,
                c.now_us,
                kind,
                key,
                held.sku,
                held.location,
                held.quantity,
                0,
                0,
                held.party_id,
                held.channel,
                c.reason if kind is Kind.RELEASED else 0,
            )
        )

    def fulfil(self, c: Command) -> Status:
        """Hand allocated units over."""
        found = self._find_line(c)
        if isinstance(found, Status):
            return found

        amount = found.part(c.quantity)
        found.allocated -= c.quantity
        found.fulfilled += c.quantity
        found.level.committed -= c.quantity
        if self.undo is not None:
            self.undo.append(partial(self._undo_fulfil, found, c.quantity))
        self._tell_line(c, Kind.FULFILLED, found, amount)
        return Status.OK

    def cancel(self, c: Command) -> Status:
        """Give allocated units back to everybody."""
        found = self._find_line(c)
        if isinstance(found, Status):
            return found

        amount = found.part(c.quantity)
        found.allocated -= c.quantity
        found.cancelled += c.quantity
        found.level.committed -= c.quantity
        found.level.available += c.quantity
        if self.undo is not None:
            self.undo.append(partial(self._undo_cancel, found, c.quantity))
        self._tell_line(c, Kind.CANCELLED, found, amount)
        return Status.OK

    def receive(self, c: Command) -> Status:
        """Book goods that arrived."""
        level = self.levels.get((c.location, c.sku))
        if level is None:
            return self._unknown_level(c)
        if c.quantity <= 0:
            return Status.QUANTITY_NOT_POSITIVE
        if level.available + c.quantity > LEVEL_MAX:
            return Status.QUANTITY_TOO_LARGE

        self._shift(level, c.quantity, -min(level.incoming, c.quantity))
        self._tell(c, Kind.RECEIVED, c.sku, c.location, c.quantity)
        return Status.OK

    def adjust(self, c: Command) -> Status:
        """Correct the record by a signed quantity."""
        level = self.levels.get((c.location, c.sku))
        if level is None:
            return self._unknown_level(c)
        if c.quantity == 0:
            return Status.QUANTITY_ZERO
        before = level.available
        if not -LEVEL_MAX <= before + c.quantity <= LEVEL_MAX:
            return Status.QUANTITY_TOO_LARGE

        self._shift(level, c.quantity, 0)
        self._tell(c, Kind.ADJUSTED, c.sku, c.location, c.quantity)
        if level.available < 0:
            self._tell_shortage(c, before, level.available)
        return Status.OK

    def count(self, c: Command) -> Status:
        """Correct the record to what was counted."""
        level = self.levels.get((c.location, c.sku))
        if level is None:
            return self._unknown_level(c)
        if c.quantity < 0:
            return Status.QUANTITY_NEGATIVE
        before = level.available
        change = c.quantity - (before + level.committed + level.reserved)
        if abs(change) > LEVEL_MAX or not -LEVEL_MAX <= before + change <= LEVEL_MAX:
            return Status.QUANTITY_TOO_LARGE

        self._shift(level, change, 0)
        self._tell(c, Kind.COUNTED, c.sku, c.location, change)
        if level.available < 0:
            self._tell_shortage(c, before, level.available)
        return Status.OK

    def expect(self, c: Command) -> Status:
        """Note what a supplier owes."""
        level = self.levels.get((c.location, c.sku))
        if level is None:
            return self._unknown_level(c)
        if c.quantity == 0:
            return Status.QUANTITY_ZERO
        if not -LEVEL_MAX <= level.incoming + c.quantity <= LEVEL_MAX:
            return Status.QUANTITY_TOO_LARGE

        change = max(c.quantity, -level.incoming)
        self._shift(level, 0, change)
        self._tell(c, Kind.EXPECTED, c.sku, c.location, change)
        return Status.OK

    def expire(self, _: Command) -> Status:
        """Do nothing: the clock has done it."""
        return Status.OK

    def _unknown_level(self, c: Command) -> Status:
        if not 0 <= c.sku < self.skus:
            return Status.SKU_UNKNOWN
        return Status.LOCATION_UNKNOWN

    def _judge_line(self, c: Command) -> Status:
        if c.argument < 0:
            return Status.AMOUNT_NEGATIVE
        if c.argument > AMOUNT_MAX:
            return Status.AMOUNT_TOO_LARGE
        if c.order_id != self.first_id:
            return Status.ORDER_ID_NOT_FIRST
        if not self.made_order and c.order_id in self.orders:
            return Status.ORDER_EXISTS
        return Status.OK

    def _add_line(self, c: Command, line: Line) -> int:
        order = self.orders.get(c.order_id)
        if order is None:
            order = self.orders[c.order_id] = Order(c.party_id)
            self.made_order = True
        order.lines.append(line)
        if self.undo is not None:
            self.undo.append(partial(self._undo_line, c.order_id, line))
        return len(order.lines) - 1

    def _find_line(self, c: Command) -> Line | Status:
        if c.quantity <= 0:
            return Status.QUANTITY_NOT_POSITIVE
        order = self.orders.get(c.order_id)
        if order is None:
            return Status.ORDER_UNKNOWN
        if not 0 <= c.argument < len(order.lines):
            return Status.LINE_UNKNOWN
        line = order.lines[c.argument]
        if line.allocated < c.quantity:
            return Status.ALLOCATED_INSUFFICIENT
        return line

    def _shift(self, level: Level, available: int, incoming: int) -> None:
        level.available += available
        level.incoming += incoming
        if self.undo is not None:
            self.undo.append(partial(self._undo_shift, level, available, incoming))

    def _tell(
        self,
        c: Command,
        kind: Kind,
        sku: int,
        location: int,
        quantity: int,
        amount_minor: int = 0,
        line: int = 0,
        order_id: int | None = None,
    ) -> None:
        self.events.append(
            Event(
                self.sequence,
                c.now_us,
                kind,
                c.order_id if order_id is None else order_id,
                sku,
                location,
                quantity,
                amount_minor,
                line,
                c.party_id,
                c.channel,
                c.reason,
            )
        )

    def _tell_shortage(self, c: Command, before: int, after: int) -> None:
        short = -after - max(0, -before)
        if short > 0:
            self._tell(c, Kind.SHORTAGE, c.sku, c.location, short)

    def _tell_line(self, c: Command, kind: Kind, line: Line, amount_minor: int) -> None:
        self.events.append(
            Event(
                self.sequence,
                c.now_us,
                kind,
                c.order_id,
                line.sku,
                line.location,
                c.quantity,
                amount_minor,
                c.argument,
                self.orders[c.order_id].party_id,
                line.channel,
                c.reason,
            )
        )

    def _undo_reserve(self, key: int, level: Level, quantity: int) -> None:
        del self.reservations[key]
        level.available += quantity
        level.reserved -= quantity

    def _undo_release(self, key: int, held: Reservation) -> None:
        self.reservations[key] = held
        held.level.available -= held.quantity
        held.level.reserved += held.quantity

    def _undo_line(self, order_id: int, line: Line) -> None:
        line.level.available += line.ordered
        line.level.committed -= line.allocated
        lines = self.orders[order_id].lines
        lines.pop()
        if not lines:
            del self.orders[order_id]

    def _undo_fulfil(self, line: Line, quantity: int) -> None:
        line.allocated += quantity
        line.fulfilled -= quantity
        line.level.committed += quantity

    def _undo_cancel(self, line: Line, quantity: int) -> None:
        line.allocated += quantity
        line.cancelled -= quantity
        line.level.committed += quantity
        line.level.available -= quantity

    def _undo_shift(self, level: Level, available: int, incoming: int) -> None:
        level.available -= available
        level.incoming -= incoming
