"""Orders line by line: placed, sold at a till, fulfilled, cancelled."""

from functools import partial

from benchmarks.idiomatic.book import OUT, Book, counted_already, fits
from benchmarks.idiomatic.records import Command, Level, Line, Order
from core.schema import AMOUNT_MAX, LEVEL_MAX, Flag, Kind, Operation, State, Status
from core.steps import Work

ACCEPTED, PENDING = int(Flag.ACCEPTED), int(Flag.PENDING)
AVAILABLE, COMMITTED = int(State.AVAILABLE), int(State.COMMITTED)
PLACE = int(Operation.PLACE)


def place(book: Book, c: Command) -> Status:
    """Allocate units to an order's line; refused when short, unless promised elsewhere."""
    level = book.levels.get((c.location, c.sku))
    if level is None:
        return book.unknown_level(c)
    quantity = c.quantity
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    before = level.available
    if level.committed + quantity > LEVEL_MAX or before - quantity < -LEVEL_MAX:
        return Status.QUANTITY_TOO_LARGE
    status = _judge_line(book, c)
    if status is not Status.OK:
        return status
    if before < quantity and not c.flags & ACCEPTED:
        return Status.STOCK_INSUFFICIENT

    line = Line(level, c.sku, c.location, c.channel, quantity, c.argument, quantity)
    level.available -= quantity
    level.committed += quantity
    number = _add_line(book, c, line)
    if book.undo is not None:
        book.undo.append(partial(_undo_place, level, quantity))
    event = book.tell(c, Kind.PLACED, quantity, AVAILABLE, COMMITTED)
    event.amount_minor = c.argument
    event.line = number
    if level.available < 0:
        book.tell_shortage(c, before, level.available)
    return Status.OK


def sell(book: Book, c: Command) -> Status:
    """Book what a customer carried out of the store: a fact."""
    level = book.levels.get((c.location, c.sku))
    if level is None:
        return book.unknown_level(c)
    quantity = c.quantity
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not fits(level, -quantity):
        return Status.QUANTITY_TOO_LARGE
    status = _judge_line(book, c)
    if status is not Status.OK:
        return status

    line = Line(level, c.sku, c.location, c.channel, quantity, c.argument, 0, quantity)
    line.fulfilled_minor = c.argument
    line.work = Work.CLOSED
    number = _add_line(book, c, line)
    seen = quantity if counted_already(c, level) else 0
    _hand_over(level, quantity, seen)
    if book.undo is not None:
        book.undo.append(partial(_hand_over, level, -quantity, -seen))
    if not seen:
        book.shift(c, level, -quantity)
    event = book.tell(c, Kind.SOLD, quantity, OUT if seen else AVAILABLE, OUT)
    event.amount_minor = c.argument
    event.line = number
    if level.available < 0 and not seen:
        book.tell_shortage(c, level.available + quantity, level.available)
    return Status.OK


def fulfil(book: Book, c: Command) -> Status:
    """Hand allocated units over."""
    quantity = c.quantity
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    order = book.orders.get(c.order_id)
    if order is None:
        return Status.ORDER_UNKNOWN
    if not 0 <= c.argument < len(order.lines):
        return Status.LINE_UNKNOWN
    line = order.lines[c.argument]
    if not order.ready:
        return Status.ORDER_NOT_READY
    if line.work is not Work.OPEN:
        return Status.WORK_NOT_ALLOWED
    if line.allocated < quantity:
        return Status.ALLOCATED_INSUFFICIENT

    amount = line.share(quantity)
    seen = quantity if counted_already(c, line.level) else 0
    _fulfil(line, quantity, amount, seen)
    if not seen:
        book.remember_move(c, line.level, -quantity)
    if book.undo is not None:
        book.undo.append(partial(_undo_fulfil, book, line, quantity, amount, seen))
    book.tell_line(c, Kind.FULFILLED, line, amount, (COMMITTED, AVAILABLE if seen else OUT))
    return Status.OK


def cancel(book: Book, c: Command) -> Status:
    """Give allocated units back to everybody."""
    quantity = c.quantity
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    order = book.orders.get(c.order_id)
    if order is None:
        return Status.ORDER_UNKNOWN
    if not 0 <= c.argument < len(order.lines):
        return Status.LINE_UNKNOWN
    line = order.lines[c.argument]
    if line.allocated < quantity:
        return Status.OPEN_INSUFFICIENT

    amount = line.share(quantity)
    _cancel(line, quantity, amount)
    if book.undo is not None:
        book.undo.append(partial(_cancel, line, -quantity, -amount))
    book.tell_line(c, Kind.CANCELLED, line, amount, (COMMITTED, AVAILABLE))
    return Status.OK


def _judge_line(book: Book, c: Command) -> Status:
    if c.argument < 0:
        return Status.AMOUNT_NEGATIVE
    if c.argument > AMOUNT_MAX:
        return Status.AMOUNT_TOO_LARGE
    if c.order_id != book.first_id:
        return Status.ORDER_ID_NOT_FIRST
    if not book.made_order and c.order_id in book.orders:
        return Status.ORDER_EXISTS
    return Status.OK


def _add_line(book: Book, c: Command, line: Line) -> int:
    order = book.orders.get(c.order_id)
    if order is None:
        waits = c.operation == PLACE and c.flags & PENDING
        order = book.orders[c.order_id] = Order(c.party_id, ready=not waits)
        book.made_order = True
    order.lines.append(line)
    if book.undo is not None:
        book.undo.append(partial(_undo_line, book, c.order_id))
    return len(order.lines) - 1


def _hand_over(level: Level, quantity: int, seen: int) -> None:
    level.accounts.customer += quantity
    level.accounts.correction -= seen


def _fulfil(line: Line, quantity: int, amount_minor: int, seen: int) -> None:
    """Take units out of a line; those that a count has seen gone it took from available."""
    line.allocated -= quantity
    line.fulfilled += quantity
    line.fulfilled_minor += amount_minor
    line.level.committed -= quantity
    line.level.available += seen
    line.level.accounts.customer += quantity
    line.level.accounts.correction -= seen
    _set_work(line)


def _cancel(line: Line, quantity: int, amount_minor: int) -> None:
    line.allocated -= quantity
    line.cancelled += quantity
    line.cancelled_minor += amount_minor
    line.level.committed -= quantity
    line.level.available += quantity
    _set_work(line)


def _set_work(line: Line) -> None:
    if line.allocated:
        line.work = Work.OPEN
    else:
        line.work = Work.CLOSED if line.fulfilled else Work.CANCELLED


def _undo_place(level: Level, quantity: int) -> None:
    level.available += quantity
    level.committed -= quantity


def _undo_line(book: Book, order_id: int) -> None:
    lines = book.orders[order_id].lines
    lines.pop()
    if not lines:
        del book.orders[order_id]


def _undo_fulfil(book: Book, line: Line, quantity: int, amount_minor: int, seen: int) -> None:
    _fulfil(line, -quantity, -amount_minor, -seen)
    if not seen:
        book.forget_move(line.level)
