"""Facts about stock: what arrived, what was found wrong, counted, expected."""

from functools import partial

from benchmarks.idiomatic.book import OUT, Book, counted_already, fits
from benchmarks.idiomatic.records import Command, Level
from core.schema import LEVEL_MAX, Kind, State, Status

AVAILABLE, INCOMING = int(State.AVAILABLE), int(State.INCOMING)


def receive(book: Book, c: Command) -> Status:
    """Goods arrive; incoming falls by as much as a supplier owed."""
    level = book.levels.get((c.location, c.sku))
    if level is None:
        return book.unknown_level(c)
    quantity = c.quantity
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if level.on_hand + quantity > LEVEL_MAX:
        return Status.QUANTITY_TOO_LARGE

    owed = max(0, min(level.incoming - level.coming, quantity))
    seen = quantity if counted_already(c, level) else 0
    _receive(level, owed, quantity, seen)
    if book.undo is not None:
        book.undo.append(partial(_receive, level, -owed, -quantity, -seen))
    if seen:
        book.tell(c, Kind.RECEIVED, quantity, OUT, OUT)
        return Status.OK
    book.shift(c, level, quantity)
    book.tell(c, Kind.RECEIVED, quantity, OUT, AVAILABLE)
    return Status.OK


def adjust(book: Book, c: Command) -> Status:
    """Correct the record by a signed quantity."""
    level = book.levels.get((c.location, c.sku))
    if level is None:
        return book.unknown_level(c)
    quantity = c.quantity
    if quantity == 0:
        return Status.QUANTITY_ZERO
    if not fits(level, quantity):
        return Status.QUANTITY_TOO_LARGE

    if counted_already(c, level):
        book.tell(c, Kind.ADJUSTED, quantity, OUT, OUT)
        return Status.OK
    _correct(book, c, level, quantity)
    book.tell(c, Kind.ADJUSTED, quantity, OUT, AVAILABLE)
    if level.available < 0:
        book.tell_shortage(c, level.available - quantity, level.available)
    return Status.OK


def count(book: Book, c: Command) -> Status:
    """Correct the record to what was counted, when it was counted."""
    level = book.levels.get((c.location, c.sku))
    if level is None:
        return book.unknown_level(c)
    if c.quantity < 0:
        return Status.QUANTITY_NEGATIVE
    moment_us = c.occurred_us or c.now_us
    if counted_already(c, level):
        book.tell(c, Kind.COUNTED, 0, OUT, AVAILABLE)
        return Status.OK
    since = 0 if moment_us == c.now_us else book.changed_since(level, moment_us)
    if since is None:
        return Status.COUNT_TOO_LATE
    difference = c.quantity - (level.on_hand - since)
    if abs(difference) > LEVEL_MAX or not fits(level, difference):
        return Status.QUANTITY_TOO_LARGE

    if book.undo is not None:
        book.undo.append(partial(setattr, level, "counted_us", level.counted_us))
    level.counted_us = moment_us
    if difference:
        _correct(book, c, level, difference)
    book.tell(c, Kind.COUNTED, difference, OUT, AVAILABLE)
    if level.available < 0:
        book.tell_shortage(c, level.available - difference, level.available)
    return Status.OK


def expect(book: Book, c: Command) -> Status:
    """Note what a supplier owes; it never owes less than nothing."""
    level = book.levels.get((c.location, c.sku))
    if level is None:
        return book.unknown_level(c)
    if c.quantity == 0:
        return Status.QUANTITY_ZERO
    if not -LEVEL_MAX <= level.incoming + c.quantity <= LEVEL_MAX:
        return Status.QUANTITY_TOO_LARGE
    if c.argument < 0:
        return Status.NUMBER_OUT_OF_RANGE

    change = max(c.quantity, level.coming - level.incoming)
    level.incoming += change
    if book.undo is not None:
        book.undo.append(partial(_expect, level, -change))
    book.tell(c, Kind.EXPECTED, change, OUT, INCOMING)
    return Status.OK


def _receive(level: Level, owed: int, quantity: int, seen: int) -> None:
    level.incoming -= owed
    level.accounts.supplier -= quantity
    level.accounts.correction += seen


def _correct(book: Book, c: Command, level: Level, change: int) -> None:
    level.accounts.correction -= change
    book.shift(c, level, change)
    if book.undo is not None:
        book.undo.append(partial(_undo_correct, level, change))


def _undo_correct(level: Level, change: int) -> None:
    level.accounts.correction += change


def _expect(level: Level, change: int) -> None:
    level.incoming += change
