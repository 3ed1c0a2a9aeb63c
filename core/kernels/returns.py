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
    fits_hand,
    log_move,
    moment,
    move,
    row_of,
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
    """Units of a line come back at any location: a fact; the refund is what they cost."""
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
    state = state_for(c["reason"])
    if state != NOWHERE and not fits_hand(t, row, quantity):
        return Status.QUANTITY_TOO_LARGE

    save_line(t, at)
    undecided = quantity if c["reason"] == Disposition.PROCESSING_REQUIRED else np.int64(0)
    refund = share(line["fulfilled_minor"] - line["refunded_minor"], quantity, sold)
    line["refunded_minor"] += refund
    line["returned"] += quantity
    line["undecided"] += undecided
    write_return(t, c, line, undecided)
    book(t, sku, CUSTOMER, -quantity)
    if state == NOWHERE:
        book(t, sku, CORRECTION, quantity)
    else:
        move(t, row, state, quantity)
        log_move(t, row, quantity, moment(c))
    e = events[emit_line(t, events, c, at, Kind.RETURNED, quantity, state, refund)]
    e["state_from"] = OUTSIDE
    e["location"] = c["location"]
    e["channel"] = c["channel"]
    after_rise(t, events, c, row)
    return Status.OK


@inlined
def write_return(t: Tables, c: Array, line: Array, undecided: Int) -> None:
    """Make the document by which DISPOSE names these units."""
    d = t.documents[add_document(t, c["id"], Paper.RETURN, c, c["quantity"], undecided)]
    d["party_id"] = t.orders[np.uint64(t.meta[Meta.ORDER_SLOT])]["party_id"]
    d["order_id"] = c["order_id"]
    d["sku"] = line["sku"]
    d["line"] = c["argument"]
    d["location_to"] = 0


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
    at = line_at(t, t.orders[find(t.orders, d["order_id"])], np.int64(d["line"]))
    save_line(t, at)
    t.lines[at]["undecided"] -= quantity
    state = state_for(c["reason"])
    move(t, row, QUALITY_CONTROL, -quantity)
    if state == NOWHERE:
        book(t, sku, CORRECTION, quantity)
        log_move(t, row, -quantity, moment(c))
    else:
        move(t, row, state, quantity)
    emit(t, events, c, Kind.DISPOSED, quantity, State.QUALITY_CONTROL, state)
    e = events[t.meta[Meta.EVENTS] - 1]
    e["order_id"] = d["order_id"]
    e["party_id"] = d["party_id"]
    e["line"] = min(d["line"], 65535)
    e["sku"] = sku
    e["location"] = d["location"]
    after_rise(t, events, c, row)
    return Status.OK
