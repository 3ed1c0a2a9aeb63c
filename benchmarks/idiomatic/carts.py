"""Promises to carts: reserved, released, expired."""

from functools import partial
from heapq import heappush

from benchmarks.idiomatic.book import Book
from benchmarks.idiomatic.records import Command, Event, Reservation
from core.schema import LEVEL_MAX, TIME_MAX_US, TTL_MAX_US, Kind, State, Status

AVAILABLE, RESERVED = int(State.AVAILABLE), int(State.RESERVED)


def reserve(book: Book, c: Command) -> Status:
    """Hold units for a cart."""
    level = book.levels.get((c.location, c.sku))
    if level is None:
        return book.unknown_level(c)
    quantity = c.quantity
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if level.reserved + quantity > LEVEL_MAX:
        return Status.QUANTITY_TOO_LARGE
    if c.argument <= 0:
        return Status.TTL_NOT_POSITIVE
    expires_us = c.now_us + c.argument
    if c.argument > TTL_MAX_US or expires_us > TIME_MAX_US:
        return Status.TTL_TOO_LONG
    if c.id in book.reservations:
        return Status.RESERVATION_EXISTS
    if level.available < quantity:
        return Status.STOCK_INSUFFICIENT

    held = Reservation(level, c.sku, c.location, quantity, expires_us, c.party_id, c.channel)
    book.reservations[c.id] = held
    heappush(book.due, (expires_us, c.id))
    level.available -= quantity
    level.reserved += quantity
    if book.undo is not None:
        book.undo.append(partial(_undo_reserve, book, c.id))
    book.tell(c, Kind.RESERVED, quantity, AVAILABLE, RESERVED).order_id = c.id
    return Status.OK


def release(book: Book, c: Command) -> Status:
    """Let a cart's hold go."""
    held = book.reservations.get(c.argument)
    if held is None:
        return Status.RESERVATION_UNKNOWN

    if book.undo is not None:
        book.undo.append(partial(_undo_release, book, c.argument, held))
    let_go(book, c, c.argument, held, Kind.RELEASED)
    return Status.OK


def let_go(book: Book, c: Command, key: int, held: Reservation, kind: Kind) -> None:
    """End a reservation."""
    del book.reservations[key]
    held.level.reserved -= held.quantity
    held.level.available += held.quantity
    book.events.append(
        Event(
            book.sequence,
            c.now_us,
            kind,
            key,
            held.sku,
            held.location,
            held.quantity,
            RESERVED,
            AVAILABLE,
            held.party_id,
            held.channel,
            c.reason if kind is Kind.RELEASED else 0,
        )
    )


def _undo_reserve(book: Book, key: int) -> None:
    held = book.reservations.pop(key)
    held.level.available += held.quantity
    held.level.reserved -= held.quantity


def _undo_release(book: Book, key: int, held: Reservation) -> None:
    book.reservations[key] = held
    held.level.available -= held.quantity
    held.level.reserved += held.quantity
