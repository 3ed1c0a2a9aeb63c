"""Work on orders: picked, fulfilled, cancelled, not collected; steps as tables."""

import numpy as np

from core._jit import inlined, part
from core.kernels.availability import give_fence
from core.kernels.backlog import after_rise, unqueue
from core.kernels.finding import find
from core.kernels.lines import (
    emit_line,
    end_work,
    find_line,
    open_share,
    open_units,
    ready,
)
from core.kernels.lots import take_lots
from core.kernels.moves import (
    AVAILABLE,
    COMMITTED,
    CORRECTION,
    CUSTOMER,
    book,
    emit,
    leave,
    move,
    row_of,
)
from core.kernels.tables import Array, Int, Meta, Tables
from core.kernels.undo import save_line, save_order
from core.schema import OUTSIDE, Kind, State, Status
from core.steps import LAST_WORK_ACTION, ORDER_STEPS, REFUSED, WORK_STEPS, Action, Step, Work


@inlined
def fulfil(t: Tables, c: Array, events: Array) -> Int:
    """Allocated units leave the shop: committed -> outside. argument is the line number."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    at = find_line(t, c)
    if at < 0:
        return -at
    if not ready(t):
        return Status.ORDER_NOT_READY
    if WORK_STEPS[np.int64(Action.FULFIL), t.lines[at]["work"]] == REFUSED:
        return Status.WORK_NOT_ALLOWED
    if t.lines[at]["allocated"] < quantity:
        return Status.ALLOCATED_INSUFFICIENT

    save_line(t, at)
    line = t.lines[at]
    amount = open_share(line, quantity)
    sku = np.int64(line["sku"])
    row = row_of(t, sku, line["location"])
    state_to = leave(t, row, c, COMMITTED, quantity)
    emit_line(t, events, c, at, Kind.FULFILLED, quantity, state_to, amount)
    line["fulfilled_minor"] += amount
    line["allocated"] -= quantity
    line["fulfilled"] += quantity
    line["fenced"] = min(line["fenced"], line["allocated"])
    end_work(line)
    book(t, sku, CUSTOMER, quantity)
    if state_to == OUTSIDE:
        take_lots(t, events, c, sku, line["location"], quantity)
    else:
        book(t, sku, CORRECTION, -quantity)
        after_rise(t, events, c, row)
    return Status.OK


@inlined
def put_back(t: Tables, at: Int, quantity: Int) -> None:
    """Allocated units of a line become available again."""
    line = t.lines[at]
    row = row_of(t, line["sku"], line["location"])
    back = min(np.int64(line["fenced"]), quantity)
    give_fence(t, row, line["channel"], back)
    line["fenced"] -= back
    line["allocated"] -= quantity
    move(t, row, COMMITTED, -quantity)
    move(t, row, AVAILABLE, quantity)


@inlined
def cancel(t: Tables, c: Array, events: Array) -> Int:
    """Open units are given up: those that wait first, then those not found, then allocated ones."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    at = find_line(t, c)
    if at < 0:
        return -at
    if open_units(t.lines[at]) < quantity:
        return Status.OPEN_INSUFFICIENT

    save_line(t, at)
    line = t.lines[at]
    amount = open_share(line, quantity)
    row = row_of(t, line["sku"], line["location"])
    waiting = min(np.int64(line["backordered"]), quantity)
    if waiting > 0:
        line["backordered"] -= waiting
        unqueue(t, row, waiting)
    missing = min(np.int64(line["unallocated"]), quantity - waiting)
    line["unallocated"] -= missing
    line["cancelled"] += quantity
    line["cancelled_minor"] += amount
    nowhere = waiting + missing
    if nowhere > 0:
        written = emit_line(t, events, c, at, Kind.CANCELLED, nowhere, OUTSIDE, amount)
        events[written]["state_from"] = OUTSIDE
        amount = np.int64(0)
    if quantity > nowhere:
        emit_line(t, events, c, at, Kind.CANCELLED, quantity - nowhere, State.AVAILABLE, amount)
        put_back(t, at, quantity - nowhere)
    end_work(line)
    after_rise(t, events, c, row)
    return Status.OK


@part
def no_show(t: Tables, c: Array, events: Array) -> Int:
    """Nobody collected: packed units go back on the shelf."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    at = find_line(t, c)
    if at < 0:
        return -at
    if WORK_STEPS[np.int64(Action.NO_SHOW), t.lines[at]["work"]] == REFUSED:
        return Status.WORK_NOT_ALLOWED
    if t.lines[at]["allocated"] < quantity:
        return Status.ALLOCATED_INSUFFICIENT

    save_line(t, at)
    line = t.lines[at]
    amount = open_share(line, quantity)
    emit_line(t, events, c, at, Kind.NO_SHOW, quantity, State.AVAILABLE, amount)
    line["cancelled"] += quantity
    line["cancelled_minor"] += amount
    put_back(t, at, quantity)
    end_work(line)
    after_rise(t, events, c, row_of(t, line["sku"], line["location"]))
    return Status.OK


@part
def pick(t: Tables, c: Array, events: Array) -> Int:
    """Somebody fetched the units from the shelf; what was not found is not there."""
    found = np.int64(c["quantity"])
    if found < 0:
        return Status.QUANTITY_NEGATIVE
    at = find_line(t, c)
    if at < 0:
        return -at
    if not ready(t):
        return Status.ORDER_NOT_READY
    if WORK_STEPS[np.int64(Action.PICK), t.lines[at]["work"]] == REFUSED:
        return Status.WORK_NOT_ALLOWED
    if t.lines[at]["allocated"] == 0 or t.lines[at]["allocated"] < found:
        return Status.ALLOCATED_INSUFFICIENT

    save_line(t, at)
    line = t.lines[at]
    short = np.int64(line["allocated"]) - found
    written = emit_line(t, events, c, at, Kind.PICKED, found, OUTSIDE, 0)
    events[written]["state_from"] = OUTSIDE
    line["work"] = WORK_STEPS[np.int64(Action.PICK), line["work"]]
    if short > 0:
        pick_short(t, c, events, at, short)
    if line["unallocated"] > 0:
        line["work"] = Work.INCOMPLETE
    return Status.OK


@inlined
def pick_short(t: Tables, c: Array, events: Array, at: Int, short: Int) -> None:
    """The shelf lacks units that the line was promised: they leave the books."""
    line = t.lines[at]
    sku = np.int64(line["sku"])
    row = row_of(t, sku, line["location"])
    state_to = leave(t, row, c, COMMITTED, short)
    emit_line(t, events, c, at, Kind.SHORT_PICKED, short, state_to, 0)
    line["allocated"] -= short
    line["unallocated"] += short
    line["fenced"] = min(line["fenced"], line["allocated"])
    if state_to == OUTSIDE:
        book(t, sku, CORRECTION, short)
        take_lots(t, events, c, sku, line["location"], short)
    else:
        after_rise(t, events, c, row)


@part
def work(t: Tables, c: Array, events: Array) -> Int:
    """One step of a fulfilment order that moves no stock."""
    if c["reason"] > LAST_WORK_ACTION:
        return Status.ACTION_UNKNOWN
    at = find_line(t, c)
    if at < 0:
        return -at
    pausing = c["reason"] == Action.HOLD or c["reason"] == Action.RESUME
    if not pausing and not ready(t):
        return Status.ORDER_NOT_READY
    after = WORK_STEPS[np.int64(c["reason"]), t.lines[at]["work"]]
    if after == REFUSED:
        return Status.WORK_NOT_ALLOWED

    save_line(t, at)
    line = t.lines[at]
    line["work"] = after
    if c["reason"] == Action.RESUME and line["allocated"] == 0:
        line["work"] = Work.SCHEDULED
    written = emit_line(t, events, c, at, Kind.WORKED, np.int64(line["ordered"]), OUTSIDE, 0)
    events[written]["state_from"] = OUTSIDE
    return Status.OK


@part
def step(t: Tables, c: Array, events: Array) -> Int:
    """One step of an order as a whole: confirmed, put on hold, resumed."""
    if c["reason"] > Step.RESUME:
        return Status.ACTION_UNKNOWN
    if c["order_id"] <= 0:
        return Status.ORDER_UNKNOWN
    slot = find(t.orders, c["order_id"])
    o = t.orders[slot]
    if o["id"] == 0:
        return Status.ORDER_UNKNOWN
    after = ORDER_STEPS[np.int64(c["reason"]), o["state"]]
    if after == REFUSED:
        return Status.STEP_NOT_ALLOWED

    save_order(t, slot)
    o["state"] = after
    emit(t, events, c, Kind.STEPPED, 0, OUTSIDE, OUTSIDE)
    e = events[t.meta[Meta.EVENTS] - 1]
    e["party_id"] = o["party_id"]
    e["channel"] = o["channel"]
    return Status.OK
