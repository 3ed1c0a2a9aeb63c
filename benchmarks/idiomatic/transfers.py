"""Units under way between locations: sent, and what arrives of them."""

from bisect import insort
from functools import partial

from benchmarks.idiomatic.book import OUT, Book, counted_already, fits
from benchmarks.idiomatic.records import Command, Level, Transfer
from core.schema import LEVEL_MAX, TIME_MAX_US, Flag, Kind, State, Status

AVAILABLE = int(State.AVAILABLE)
FINAL = int(Flag.FINAL)


def transfer(book: Book, c: Command) -> Status:
    """Send units to another location; refused when short."""
    level = book.levels.get((c.location, c.sku))
    if level is None:
        return book.unknown_level(c)
    there = book.levels.get((c.location_to, c.sku))
    if there is None:
        return Status.LOCATION_UNKNOWN
    if there is level:
        return Status.LOCATION_SAME
    status = _judge(book, c, level, there)
    if status is not Status.OK:
        return status

    quantity = c.quantity
    sent = Transfer(
        there, c.sku, c.location, c.location_to, quantity, quantity, c.argument or TIME_MAX_US
    )
    book.transfers[c.id] = sent
    insort(there.transfers, (sent.due_us, c.id))
    _send(there, quantity)
    book.shift(c, level, -quantity, promised=True)
    if book.undo is not None:
        book.undo.append(partial(_undo_transfer, book, c.id))
    event = book.tell(c, Kind.TRANSFERRED, quantity, AVAILABLE, OUT)
    event.order_id = c.id
    event.location_to = c.location_to
    return Status.OK


def arrive(book: Book, c: Command) -> Status:
    """Book what arrived of a transfer: less, all or more; the flag FINAL writes off the rest."""
    quantity = c.quantity
    if quantity < 0:
        return Status.QUANTITY_NEGATIVE
    if quantity == 0 and not c.flags & FINAL:
        return Status.QUANTITY_ZERO
    sent = book.transfers.get(c.argument)
    if sent is None:
        return Status.DOCUMENT_UNKNOWN
    if sent.closed:
        return Status.DOCUMENT_CLOSED
    if sent.level.on_hand + quantity > LEVEL_MAX:
        return Status.QUANTITY_TOO_LARGE

    came = min(quantity, sent.open)
    over = quantity - came
    lost = sent.open - came if c.flags & FINAL else 0
    seen = counted_already(c, sent.level)
    corrected = came + lost if seen else lost - over
    _settle(sent, came + lost, corrected)
    if not sent.open:
        sent.closed = True
        sent.level.transfers.remove((sent.due_us, c.argument))
    if book.undo is not None:
        book.undo.append(partial(_undo_arrive, sent, c.argument, came + lost, corrected))
    if quantity and not seen:
        book.shift(c, sent.level, quantity)
    _tell_arrival(book, c, sent, (came, over, lost), OUT if seen else AVAILABLE)
    return Status.OK


def _judge(book: Book, c: Command, level: Level, there: Level) -> Status:
    quantity = c.quantity
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not fits(level, -quantity) or there.incoming + quantity > LEVEL_MAX:
        return Status.QUANTITY_TOO_LARGE
    if 0 < c.argument < c.now_us:
        return Status.DATE_PAST
    if c.argument < 0:
        return Status.NUMBER_OUT_OF_RANGE
    if c.id in book.transfers:
        return Status.DOCUMENT_EXISTS
    if level.available < quantity:
        return Status.STOCK_INSUFFICIENT
    return Status.OK


def _tell_arrival(
    book: Book, c: Command, sent: Transfer, units: tuple[int, int, int], state: int
) -> None:
    came, over, lost = units
    if came:
        _tell(book, c, sent, Kind.ARRIVED, came, state)
    if over:
        _tell(book, c, sent, Kind.TRANSFER_OVER, over, state)
    if lost:
        _tell(book, c, sent, Kind.TRANSFER_SHORT, lost, OUT)


def _tell(book: Book, c: Command, sent: Transfer, kind: Kind, quantity: int, state: int) -> None:
    event = book.tell(c, kind, quantity, OUT, state)
    event.order_id = c.argument
    event.sku = sent.sku
    event.location = sent.location_to
    event.location_to = sent.location


def _send(there: Level, quantity: int) -> None:
    there.incoming += quantity
    there.coming += quantity
    there.accounts.in_transit += quantity


def _settle(sent: Transfer, gone: int, corrected: int) -> None:
    """Take *gone* units out of what is under way."""
    level = sent.level
    sent.open -= gone
    level.incoming -= gone
    level.coming -= gone
    level.accounts.in_transit -= gone
    level.accounts.correction += corrected


def _undo_transfer(book: Book, key: int) -> None:
    sent = book.transfers.pop(key)
    sent.level.transfers.remove((sent.due_us, key))
    _send(sent.level, -sent.quantity)


def _undo_arrive(sent: Transfer, key: int, gone: int, corrected: int) -> None:
    if sent.closed:
        sent.closed = False
        insort(sent.level.transfers, (sent.due_us, key))
    _settle(sent, -gone, -corrected)
