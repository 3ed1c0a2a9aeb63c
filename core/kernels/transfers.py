"""Goods between locations: they leave one, are in transit, and arrive at the other, or not all."""

import numpy as np

from core._jit import inlined, part
from core.kernels.availability import level_sellable
from core.kernels.backlog import after_rise
from core.kernels.documents import add_document, announce, came, exists, find_paper
from core.kernels.lots import add_lot, take_lots
from core.kernels.moves import (
    AVAILABLE,
    CORRECTION,
    DAMAGED,
    IN_TRANSIT,
    INCOMING,
    book,
    emit,
    fits,
    fits_hand,
    is_kit,
    level_status,
    log_move,
    moment,
    move,
    row_of,
    seen_by_count,
)
from core.kernels.tables import Array, Int, Meta, Tables
from core.records import Paper
from core.schema import OUTSIDE, Flag, Kind, State, Status

FINAL = int(Flag.FINAL)  # numba takes no bits of an IntFlag


@inlined
def transfer(t: Tables, c: Array, events: Array) -> Int:
    """Goods leave for another location: available -> in transit. A promise of what is there."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    if c["location_to"] < 0 or c["location_to"] >= t.meta[Meta.LOCATIONS]:
        return Status.LOCATION_UNKNOWN
    if c["location_to"] == c["location"]:
        return Status.LOCATION_SAME
    if is_kit(t, c["sku"]):
        return Status.KIT_HAS_NO_STOCK
    return send(t, c, events)


@part
def send(t: Tables, c: Array, events: Array) -> Int:
    """`transfer` between two levels that exist."""
    row = row_of(t, c["sku"], c["location"])
    row_to = row_of(t, c["sku"], c["location_to"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not (fits_hand(t, row, -quantity) and fits(t, row, AVAILABLE, -quantity)):
        return Status.QUANTITY_TOO_LARGE
    if not fits(t, row_to, INCOMING, quantity):
        return Status.QUANTITY_TOO_LARGE
    if 0 < c["argument"] < c["now_us"]:
        return Status.DATE_PAST
    if c["argument"] < 0:
        return Status.NUMBER_OUT_OF_RANGE
    if exists(t, c["id"]):
        return Status.DOCUMENT_EXISTS
    if level_sellable(t, row, c["channel"]) < quantity:
        return Status.STOCK_INSUFFICIENT

    slot = add_document(t, c["id"], Paper.TRANSFER, c, quantity, quantity)
    t.documents[slot]["due_us"] = c["argument"]
    announce(t, row_to, slot)
    sku = np.int64(c["sku"])
    move(t, row, AVAILABLE, -quantity)
    move(t, row_to, INCOMING, quantity)
    book(t, sku, IN_TRANSIT, quantity)
    log_move(t, row, -quantity, t.meta[Meta.NOW_US])  # a promise is made now
    emit(t, events, c, Kind.TRANSFERRED, quantity, State.AVAILABLE, OUTSIDE)
    e = events[t.meta[Meta.EVENTS] - 1]
    e["order_id"] = c["id"]
    e["location_to"] = c["location_to"]
    # What arrives ends, to be safe, when the first of the lots that left ends.
    t.documents[slot]["order_id"] = take_lots(t, events, c, sku, c["location"], quantity)
    return Status.OK


@part
def arrive(t: Tables, c: Array, events: Array) -> Int:
    """Goods in transit arrive: a fact, be it fewer than were sent, or more."""
    quantity = np.int64(c["quantity"])
    final = c["flags"] & FINAL != 0
    if quantity < 0:
        return Status.QUANTITY_NEGATIVE
    if quantity == 0 and not final:
        return Status.QUANTITY_ZERO
    slot = find_paper(t, c["argument"], Paper.TRANSFER)
    if slot < 0:
        return Status.DOCUMENT_UNKNOWN
    d = t.documents[slot]
    end_us = d["order_id"]
    if end_us != 0 and quantity > 0 and exists(t, c["id"]):
        return Status.DOCUMENT_EXISTS
    if d["closed"] != 0:
        return Status.DOCUMENT_CLOSED
    sku = np.int64(d["sku"])
    location = np.int64(d["location_to"])
    row = row_of(t, sku, location)
    if not fits_hand(t, row, quantity):
        return Status.QUANTITY_TOO_LARGE

    arrived = min(quantity, np.int64(d["open"]))
    over = quantity - arrived
    lost = np.int64(d["open"]) - arrived if final else np.int64(0)
    seen = seen_by_count(t, row, c)
    spoilt = end_us != 0 and end_us <= c["now_us"]
    state = np.int64(OUTSIDE) if seen else np.int64(DAMAGED if spoilt else AVAILABLE)
    move(t, row, INCOMING, -(arrived + lost))
    book(t, sku, IN_TRANSIT, -(arrived + lost))
    book(t, sku, CORRECTION, arrived + lost if seen else lost - over)
    if quantity > 0 and not seen:
        move(t, row, np.uint64(state), quantity)
        log_move(t, row, quantity, moment(c))
    first = t.meta[Meta.EVENTS]
    if arrived > 0:
        emit(t, events, c, Kind.ARRIVED, arrived, OUTSIDE, state)
    if over > 0:
        emit(t, events, c, Kind.TRANSFER_OVER, over, OUTSIDE, state)
    if lost > 0:
        emit(t, events, c, Kind.TRANSFER_SHORT, lost, OUTSIDE, OUTSIDE)
    for at in range(first, t.meta[Meta.EVENTS]):
        e = events[at]
        e["order_id"] = d["id"]
        e["sku"] = sku
        e["location"] = location
        e["location_to"] = d["location"]
    came(t, row, slot, arrived + lost, final)
    if end_us != 0 and not spoilt and quantity > 0 and not seen:
        add_lot(t, c, sku, location, quantity, end_us)
    after_rise(t, events, c, row)
    return Status.OK
