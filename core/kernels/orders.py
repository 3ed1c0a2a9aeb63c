"""Orders line by line: placed, sold at a till, fulfilled, cancelled."""

import numpy as np

from core._jit import inlined
from core.kernels.moves import (
    AVAILABLE,
    COMMITTED,
    emit,
    emit_shortage,
    fits,
    level_status,
    move,
    row_of,
)
from core.kernels.tables import Array, Int, Meta, Tables, Undo, find_order, note
from core.schema import AMOUNT_MAX, OUTSIDE, Flag, Kind, State, Status

ACCEPTED = int(Flag.ACCEPTED)  # numba takes no bits of an IntFlag


@inlined
def new_line_status(t: Tables, c: Array) -> Int:
    """Whether the command may add a line to the order it names."""
    if c["argument"] < 0:
        return Status.AMOUNT_NEGATIVE
    if c["argument"] > AMOUNT_MAX:
        return Status.AMOUNT_TOO_LARGE
    if c["order_id"] != t.meta[Meta.CHAIN_FIRST]:
        return Status.ORDER_ID_NOT_FIRST
    slot = find_order(t, c["order_id"])
    t.meta[Meta.ORDER_SLOT] = slot
    if t.orders[slot]["order_id"] != 0 and t.orders[slot]["first_line"] < t.meta[Meta.CHAIN_LINES]:
        return Status.ORDER_EXISTS
    return Status.OK


@inlined
def add_line(t: Tables, c: Array) -> Int:
    """Append a line to the order, making the order first if this is its first line."""
    at = t.meta[Meta.LINES]
    o = t.orders[np.uint64(t.meta[Meta.ORDER_SLOT])]
    if o["order_id"] == 0:
        o["order_id"] = c["order_id"]
        o["party_id"] = c["party_id"]
        o["placed_us"] = c["now_us"]
        o["first_line"] = at
        o["lines"] = 0
        o["channel"] = c["channel"]
        t.meta[Meta.ORDERS] += 1
    o["lines"] += 1
    line = t.lines[at]
    line["order_id"] = c["order_id"]
    line["amount_minor"] = c["argument"]
    line["sku"] = c["sku"]
    line["ordered"] = c["quantity"]
    line["unallocated"] = 0
    line["allocated"] = 0
    line["backordered"] = 0
    line["fulfilled"] = 0
    line["cancelled"] = 0
    line["returned"] = 0
    line["location"] = c["location"]
    line["channel"] = c["channel"]
    t.meta[Meta.LINES] = at + 1
    return at


@inlined
def mend_line_event(t: Tables, c: Array, event: Array) -> None:
    """Put number and amount of the line that was just added into its event."""
    order = t.orders[np.uint64(t.meta[Meta.ORDER_SLOT])]
    event["line"] = min(order["lines"] - 1, 65535)
    event["amount_minor"] = c["argument"]


@inlined
def place(t: Tables, c: Array, events: Array) -> Int:
    """One line of an order: available -> committed.

    Refused when short, unless another system has promised already (Flag.ACCEPTED).
    """
    status = level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not (fits(t, row, COMMITTED, quantity) and fits(t, row, AVAILABLE, -quantity)):
        return Status.QUANTITY_TOO_LARGE
    status = new_line_status(t, c)
    if status != Status.OK:
        return status
    if c["flags"] & ACCEPTED == 0 and t.levels[row, AVAILABLE] < quantity:
        return Status.STOCK_INSUFFICIENT

    t.lines[add_line(t, c)]["allocated"] = quantity
    move(t, row, AVAILABLE, -quantity)
    move(t, row, COMMITTED, quantity)
    emit(t, events, c, Kind.PLACED, quantity, State.AVAILABLE, State.COMMITTED)
    mend_line_event(t, c, events[t.meta[Meta.EVENTS] - 1])
    emit_shortage(t, events, c, row, quantity)
    return Status.OK


@inlined
def sell(t: Tables, c: Array, events: Array) -> Int:
    """Placed and fulfilled at once, at a till: a fact, whatever the record says."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not fits(t, row, AVAILABLE, -quantity):
        return Status.QUANTITY_TOO_LARGE
    status = new_line_status(t, c)
    if status != Status.OK:
        return status

    t.lines[add_line(t, c)]["fulfilled"] = quantity
    move(t, row, AVAILABLE, -quantity)
    emit(t, events, c, Kind.SOLD, quantity, State.AVAILABLE, OUTSIDE)
    mend_line_event(t, c, events[t.meta[Meta.EVENTS] - 1])
    emit_shortage(t, events, c, row, quantity)
    return Status.OK


@inlined
def find_line(t: Tables, c: Array) -> Int:
    """Index of the line that order_id and argument name; negative of a Status where none is."""
    if c["order_id"] <= 0:
        return -np.int64(Status.ORDER_UNKNOWN)
    o = t.orders[find_order(t, c["order_id"])]
    if o["order_id"] == 0:
        return -np.int64(Status.ORDER_UNKNOWN)
    if c["argument"] < 0 or c["argument"] >= o["lines"]:
        return -np.int64(Status.LINE_UNKNOWN)
    return o["first_line"] + c["argument"]


@inlined
def emit_line(t: Tables, events: Array, c: Array, at: Int, kind: Int, state_to: Int) -> None:
    """Write the event of units that leave a line's allocation.

    The amount is the line's amount in proportion, rounded down on the running total, so that the
    parts of a line sum to its amount exactly. Called before the line changes.
    """
    line = t.lines[at]
    quantity = np.int64(c["quantity"])
    done = np.int64(line["fulfilled"]) + np.int64(line["cancelled"])
    ordered = np.int64(line["ordered"])
    amount = np.int64(line["amount_minor"])
    emit(t, events, c, kind, quantity, State.COMMITTED, state_to)
    e = events[t.meta[Meta.EVENTS] - 1]
    e["sku"] = line["sku"]
    e["location"] = line["location"]
    e["channel"] = line["channel"]
    e["line"] = min(c["argument"], 65535)
    e["party_id"] = t.orders[find_order(t, c["order_id"])]["party_id"]
    e["amount_minor"] = part(amount, done + quantity, ordered) - part(amount, done, ordered)


@inlined
def part(amount: Int, done: Int, ordered: Int) -> Int:
    """floor(amount * done / ordered) without leaving 64 bits."""
    return (amount // ordered) * done + (amount % ordered) * done // ordered


@inlined
def fulfil(t: Tables, c: Array, events: Array) -> Int:
    """Allocated units leave the shop: committed -> outside. argument is the line number."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    at = find_line(t, c)
    if at < 0:
        return -at
    if t.lines[at]["allocated"] < quantity:
        return Status.ALLOCATED_INSUFFICIENT

    emit_line(t, events, c, at, Kind.FULFILLED, OUTSIDE)
    line = t.lines[at]
    line["allocated"] -= quantity
    line["fulfilled"] += quantity
    note(t, Undo.LINE_FULFILLED, at, quantity)
    move(t, row_of(t, line["sku"], line["location"]), COMMITTED, -quantity)
    return Status.OK


@inlined
def cancel(t: Tables, c: Array, events: Array) -> Int:
    """Allocated units become available again. argument is the line number."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    at = find_line(t, c)
    if at < 0:
        return -at
    if t.lines[at]["allocated"] < quantity:
        return Status.ALLOCATED_INSUFFICIENT

    emit_line(t, events, c, at, Kind.CANCELLED, State.AVAILABLE)
    line = t.lines[at]
    line["allocated"] -= quantity
    line["cancelled"] += quantity
    note(t, Undo.LINE_CANCELLED, at, quantity)
    row = row_of(t, line["sku"], line["location"])
    move(t, row, COMMITTED, -quantity)
    move(t, row, AVAILABLE, quantity)
    return Status.OK
