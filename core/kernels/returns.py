"""Goods that come back, wherever they were bought; what becomes of them may be decided later."""

import numpy as np

from core._jit import inlined, part
from core.kernels.backlog import after_rise
from core.kernels.documents import add_document, exists, find_paper, lessen
from core.kernels.finding import find
from core.kernels.lines import emit_line, find_line, line_at, share
from core.kernels.moves import (
    AVAILABLE,
    CORRECTION,
    CUSTOMER,
    DAMAGED,
    QUALITY_CONTROL,
    book,
    emit,
    fits,
    fits_hand,
    leave,
    log_move,
    moment,
    move,
    own_level_status,
    row_of,
    seen_by_count,
)
from core.kernels.tables import Array, Int, Meta, Tables
from core.kernels.undo import save_line
from core.records import Paper
from core.schema import OUTSIDE, Disposition, Kind, State, Status

NOWHERE = np.uint64(OUTSIDE)


@inlined
def state_for(disposition: Int) -> Int:
    """State in which units stand after a disposition; NOWHERE where they do not."""
    if disposition == Disposition.RESTOCKED:
        return AVAILABLE
    if disposition == Disposition.PROCESSING_REQUIRED:
        return QUALITY_CONTROL
    if disposition == Disposition.DAMAGED:
        return DAMAGED
    return NOWHERE


@part
def take_back(t: Tables, c: Array, events: Array) -> Int:
    """Units come back at any location: a fact; of a line that is known, with what they cost."""
    if c["order_id"] == 0:
        return take_back_unknown(t, c, events)
    if c["location"] < 0 or c["location"] >= t.meta[Meta.LOCATIONS]:
        return Status.LOCATION_UNKNOWN
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if c["reason"] > Disposition.DAMAGED:
        return Status.DISPOSITION_UNKNOWN
    if exists(t, c["id"]):
        return Status.DOCUMENT_EXISTS
    at = find_line(t, c)
    if at < 0:
        return -at
    line = t.lines[at]
    sold = np.int64(line["fulfilled"]) - np.int64(line["returned"])
    if sold < quantity:
        return Status.FULFILLED_INSUFFICIENT
    sku = np.int64(line["sku"])
    row = row_of(t, sku, c["location"])
    if state_for(c["reason"]) != NOWHERE and not fits_back(t, row, quantity):
        return Status.QUANTITY_TOO_LARGE

    save_line(t, at)
    undecided = quantity if c["reason"] == Disposition.PROCESSING_REQUIRED else np.int64(0)
    refund = share(line["fulfilled_minor"] - line["refunded_minor"], quantity, sold)
    line["refunded_minor"] += refund
    line["returned"] += quantity
    line["undecided"] += undecided
    d = t.documents[add_document(t, c["id"], Paper.RETURN, c, quantity, undecided)]
    d["party_id"] = t.orders[np.uint64(t.meta[Meta.ORDER_SLOT])]["party_id"]
    d["order_id"] = c["order_id"]
    d["sku"] = sku
    d["line"] = c["argument"]
    d["location_to"] = 0
    e = events[emit_line(t, events, c, at, Kind.RETURNED, quantity, OUTSIDE, refund)]
    e["location"] = c["location"]
    e["channel"] = c["channel"]
    put_down(t, c, e, row, sku, quantity)
    after_rise(t, events, c, row)
    return Status.OK


@inlined
def take_back_unknown(t: Tables, c: Array, events: Array) -> Int:
    """Units come back and nobody knows of which order; sku says what they are."""
    status = own_level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if state_for(c["reason"]) != NOWHERE and not fits_back(t, row, quantity):
        return Status.QUANTITY_TOO_LARGE
    if c["reason"] > Disposition.DAMAGED:
        return Status.DISPOSITION_UNKNOWN
    if exists(t, c["id"]):
        return Status.DOCUMENT_EXISTS

    undecided = quantity if c["reason"] == Disposition.PROCESSING_REQUIRED else np.int64(0)
    d = t.documents[add_document(t, c["id"], Paper.RETURN, c, quantity, undecided)]
    d["location_to"] = 0
    emit(t, events, c, Kind.RETURNED, quantity, OUTSIDE, OUTSIDE)
    e = events[np.uint64(t.meta[Meta.EVENTS] - 1)]
    put_down(t, c, e, row, np.int64(c["sku"]), quantity)
    after_rise(t, events, c, row)
    return Status.OK


@inlined
def fits_back(t: Tables, row: Int, quantity: Int) -> Int:
    """Whether a level has room for units that come back, and for saying so if a count saw them."""
    return fits_hand(t, row, quantity) and fits(t, row, AVAILABLE, -quantity)


@inlined
def put_down(t: Tables, c: Array, e: Array, row: Int, sku: Int, quantity: Int) -> None:
    """Put returned units where their disposition says, and complete the event.

    A count that has seen them put them into available.
    """
    state = state_for(c["reason"])
    seen = seen_by_count(t, row, c)
    book(t, sku, CUSTOMER, -quantity)
    if state == NOWHERE or seen:
        book(t, sku, CORRECTION, quantity)
    e["state_from"] = OUTSIDE
    e["state_to"] = OUTSIDE
    if state != NOWHERE and not seen:
        move(t, row, state, quantity)
        log_move(t, row, quantity, moment(c))
        e["state_to"] = state
    elif state not in (NOWHERE, AVAILABLE):
        move(t, row, AVAILABLE, -quantity)
        move(t, row, state, quantity)
        e["state_from"] = AVAILABLE
        e["state_to"] = state


@part
def dispose(t: Tables, c: Array, events: Array) -> Int:
    """Somebody has looked at units that came back: quality_control -> where they belong."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if c["reason"] > Disposition.DAMAGED or c["reason"] == Disposition.PROCESSING_REQUIRED:
        return Status.DISPOSITION_UNKNOWN
    slot = find_paper(t, c["argument"], Paper.RETURN)
    if slot < 0:
        return Status.DOCUMENT_UNKNOWN
    d = t.documents[slot]
    if d["open"] < quantity:
        return Status.UNDECIDED_INSUFFICIENT
    sku = np.int64(d["sku"])
    row = row_of(t, sku, d["location"])
    if t.levels[row, QUALITY_CONTROL] < quantity:
        return Status.STATE_INSUFFICIENT

    lessen(t, slot, quantity)
    if d["order_id"] != 0:
        at = line_at(t, t.orders[find(t.orders, d["order_id"])], np.int64(d["line"]))
        save_line(t, at)
        t.lines[at]["undecided"] -= quantity
    state = np.int64(state_for(c["reason"]))
    if state == OUTSIDE:
        state = leave(t, row, c, QUALITY_CONTROL, quantity)
        if state == OUTSIDE:
            book(t, sku, CORRECTION, quantity)
    else:
        move(t, row, QUALITY_CONTROL, -quantity)
        move(t, row, np.uint64(state), quantity)
    emit(t, events, c, Kind.DISPOSED, quantity, State.QUALITY_CONTROL, state)
    e = events[t.meta[Meta.EVENTS] - 1]
    e["order_id"] = d["order_id"]
    e["party_id"] = d["party_id"]
    e["line"] = min(d["line"], 65535)
    e["sku"] = sku
    e["location"] = d["location"]
    after_rise(t, events, c, row)
    return Status.OK
