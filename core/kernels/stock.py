"""Facts about stock: what arrived, what somebody found wrong, counted, expects, or set aside."""

import numpy as np

from core._jit import inlined, part
from core.kernels.availability import level_sellable
from core.kernels.backlog import after_rise
from core.kernels.documents import DATED, FIRST, UNITS, add_document, announce, came, exists
from core.kernels.finding import find
from core.kernels.lots import add_lot, take_lots
from core.kernels.moves import (
    AVAILABLE,
    CORRECTION,
    INCOMING,
    SUPPLIER,
    book,
    emit,
    emit_shortage,
    fits,
    fits_hand,
    is_kit,
    level_status,
    log_move,
    moment,
    move,
    on_hand,
    own_level_status,
    row_of,
    seen_by_count,
)
from core.kernels.tables import LAST_MOVE, Array, Int, Meta, Move, Tables
from core.kernels.undo import Undo, note
from core.records import Paper
from core.schema import LEVEL_MAX, OUTSIDE, Kind, State, Status

NOT_FINAL = 0  # the rest is still expected
TOO_LATE = np.int64(2**62)  # more than any difference


@inlined
def receive(t: Tables, c: Array, events: Array) -> Int:
    """Goods arrive: outside -> available; incoming falls by as much as was expected."""
    status = own_level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not fits_hand(t, row, quantity):
        return Status.QUANTITY_TOO_LARGE
    if c["argument"] != 0:
        status = lot_status(t, c)
        if status != Status.OK:
            return status

    meet_arrivals(t, row, quantity)
    sku = np.int64(c["sku"])
    book(t, sku, SUPPLIER, -quantity)
    if seen_by_count(t, row, c):
        book(t, sku, CORRECTION, quantity)
        emit(t, events, c, Kind.RECEIVED, quantity, OUTSIDE, OUTSIDE)
        return Status.OK
    move(t, row, AVAILABLE, quantity)
    log_move(t, row, quantity, moment(c))
    emit(t, events, c, Kind.RECEIVED, quantity, OUTSIDE, State.AVAILABLE)
    if c["argument"] != 0:
        add_lot(t, c, sku, c["location"], quantity, c["argument"])
    after_rise(t, events, c, row)
    return Status.OK


@inlined
def lot_status(t: Tables, c: Array) -> Int:
    """Whether the argument is an end that lies ahead, and the lot's id is free."""
    if 0 < c["argument"] <= c["now_us"]:
        return Status.DATE_PAST
    if c["argument"] < 0:
        return Status.NUMBER_OUT_OF_RANGE
    if exists(t, c["id"]):
        return Status.DOCUMENT_EXISTS
    return Status.OK


@inlined
def meet_arrivals(t: Tables, row: Int, quantity: Int) -> None:
    """Goods that came are not expected any more: dated arrivals first, then what has no date."""
    met = np.int64(0)
    undated = t.levels[row, INCOMING] - t.coming[row, UNITS]
    if t.coming[row, DATED] != 0:
        met = meet_dated(t, row, quantity)
    met += min(undated, quantity - met)
    if met > 0:
        move(t, row, INCOMING, -met)


@part
def meet_dated(t: Tables, row: Int, quantity: Int) -> Int:
    """Let *quantity* meet the dated arrivals, first due first; return how many they were."""
    rest = np.int64(quantity)
    ahead = t.coming[row, FIRST]
    while rest > 0 and ahead != 0:
        slot = find(t.documents, ahead)
        ahead = t.documents[slot]["next"]
        if t.documents[slot]["kind"] == Paper.ARRIVAL:
            units = min(rest, np.int64(t.documents[slot]["open"]))
            rest -= units
            came(t, row, slot, units, NOT_FINAL)
    return quantity - rest


@inlined
def adjust(t: Tables, c: Array, events: Array) -> Int:
    """Somebody found the record wrong by *quantity*, signed: a fact."""
    status = own_level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity == 0:
        return Status.QUANTITY_ZERO
    if not (fits_hand(t, row, quantity) and fits(t, row, AVAILABLE, quantity)):
        return Status.QUANTITY_TOO_LARGE

    if seen_by_count(t, row, c):
        emit(t, events, c, Kind.ADJUSTED, quantity, OUTSIDE, OUTSIDE)
        return Status.OK
    correct(t, c, events, row, quantity, Kind.ADJUSTED)
    return Status.OK


@inlined
def correct(t: Tables, c: Array, events: Array, row: Int, change: Int, kind: Int) -> None:
    """Put available right by *change*, signed."""
    sku = np.int64(c["sku"])
    move(t, row, AVAILABLE, change)
    book(t, sku, CORRECTION, -change)
    if change != 0:
        log_move(t, row, change, moment(c))
    emit(t, events, c, kind, change, OUTSIDE, State.AVAILABLE)
    emit_shortage(t, events, c, row, -change)
    if change < 0:
        take_lots(t, events, c, sku, c["location"], -change)
    after_rise(t, events, c, row)


@part
def count(t: Tables, c: Array, events: Array) -> Int:
    """Somebody counted *quantity* units on hand: the level's new baseline as of that time.

    What moved later, and is known already, stays on top of it; a count that is older than the
    level's last one says nothing new.
    """
    status = own_level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity < 0:
        return Status.QUANTITY_NEGATIVE
    if seen_by_count(t, row, c):
        emit(t, events, c, Kind.COUNTED, 0, OUTSIDE, State.AVAILABLE)
        return Status.OK
    since = moved_since(t, row, moment(c))
    if since == TOO_LATE:
        return Status.COUNT_TOO_LATE
    change = quantity + since - on_hand(t, row)
    if not (-LEVEL_MAX <= change <= LEVEL_MAX and fits_hand(t, row, change)):
        return Status.QUANTITY_TOO_LARGE
    if not fits(t, row, AVAILABLE, change):
        return Status.QUANTITY_TOO_LARGE

    note(t, Undo.COUNTED, np.int64(row), t.counted[row])
    t.counted[row] = moment(c)
    correct(t, c, events, row, change, Kind.COUNTED)
    return Status.OK


@inlined
def moved_since(t: Tables, row: Int, counted_us: Int) -> Int:
    """By how much on_hand of a level has changed after *counted_us*; TOO_LATE where forgotten."""
    total = np.int64(0)
    if counted_us >= t.meta[Meta.NOW_US]:
        return total
    number = t.levels[row, np.uint64(LAST_MOVE)]
    forgotten = t.meta[Meta.MOVES] - t.meta[Meta.REMEMBERED_MOVES]
    while number != 0:
        if number <= forgotten:
            return TOO_LATE
        at = np.uint64(number & (t.moves.shape[0] - 1))
        if t.moves[at, np.uint64(Move.ARRIVED_US)] <= counted_us:
            break
        if t.moves[at, np.uint64(Move.OCCURRED_US)] > counted_us:
            total += t.moves[at, np.uint64(Move.QUANTITY)]
        number = t.moves[at, np.uint64(Move.BEFORE)]
    return total


@inlined
def expect(t: Tables, c: Array, events: Array) -> Int:
    """A supplier owes *quantity* more (or, negative, fewer) units; never below none."""
    status = own_level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity == 0:
        return Status.QUANTITY_ZERO
    if c["argument"] > 0 and quantity < 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not fits(t, row, INCOMING, quantity):
        return Status.QUANTITY_TOO_LARGE
    if c["argument"] != 0:
        return expect_dated(t, c, events, row, quantity)

    undated = t.levels[row, INCOMING] - t.coming[row, UNITS]
    change = max(quantity, -undated)
    move(t, row, INCOMING, change)
    emit(t, events, c, Kind.EXPECTED, change, OUTSIDE, State.INCOMING)
    return Status.OK


@part
def expect_dated(t: Tables, c: Array, events: Array, row: Int, quantity: Int) -> Int:
    """A supplier has named a day: an arrival in the level's list."""
    if 0 < c["argument"] < c["now_us"]:
        return Status.DATE_PAST
    if c["argument"] < 0:
        return Status.NUMBER_OUT_OF_RANGE
    if exists(t, c["id"]):
        return Status.DOCUMENT_EXISTS

    slot = add_document(t, c["id"], Paper.ARRIVAL, c, quantity, quantity)
    t.documents[slot]["due_us"] = c["argument"]
    t.documents[slot]["location_to"] = 0
    announce(t, row, slot)
    move(t, row, INCOMING, quantity)
    emit(t, events, c, Kind.EXPECTED, quantity, OUTSIDE, State.INCOMING)
    return Status.OK


@part
def reclassify(t: Tables, c: Array, events: Array) -> Int:
    """Units of a level change their state: found damaged, held back, or for sale again."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    state_from = c["argument"] >> 8
    state_to = c["argument"] & 255
    if not (for_goods(state_from) and for_goods(state_to) and state_from != state_to):
        return Status.STATE_UNKNOWN
    if is_kit(t, c["sku"]):
        return Status.KIT_HAS_NO_STOCK
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    # A lot's end may have pushed damaged beyond LEVEL_MAX: leaving it is always possible.
    left = t.levels[row, state_from] - quantity
    if left < -LEVEL_MAX or not fits(t, row, state_to, quantity):
        return Status.QUANTITY_TOO_LARGE
    if state_from != State.AVAILABLE and t.levels[row, state_from] < quantity:
        return Status.STATE_INSUFFICIENT
    promised = state_from == State.AVAILABLE and state_to == State.SAFETY_STOCK
    if promised and level_sellable(t, row, c["channel"]) < quantity:
        return Status.STOCK_INSUFFICIENT

    move(t, row, state_from, -quantity)
    move(t, row, state_to, quantity)
    emit(t, events, c, Kind.RECLASSIFIED, quantity, state_from, state_to)
    if state_from == State.AVAILABLE:
        emit_shortage(t, events, c, row, quantity)
        if state_to != State.SAFETY_STOCK:
            take_lots(t, events, c, c["sku"], c["location"], quantity)
    after_rise(t, events, c, row)
    return Status.OK


@inlined
def for_goods(state: Int) -> Int:
    """Whether units can be put into a state by hand."""
    return state in (State.AVAILABLE, State.DAMAGED, State.SAFETY_STOCK, State.QUALITY_CONTROL)
