"""Units of a line that was just added: committed to it, or handed over at once."""

import numpy as np

from core._jit import inlined
from core.kernels.availability import take_fence
from core.kernels.lots import take_lots
from core.kernels.moves import (
    AVAILABLE,
    COMMITTED,
    CORRECTION,
    CUSTOMER,
    book,
    emit_at,
    emit_shortage,
    log_move,
    moment,
    move,
    seen_by_count,
)
from core.kernels.tables import Array, Int, Meta, Tables
from core.schema import OUTSIDE, Kind, State
from core.steps import Work


@inlined
def commit(
    t: Tables, c: Array, events: Array, row: Int, at: Int, quantity: Int, amount: Int
) -> None:
    """Allocate units to a line, and say so."""
    line = t.lines[at]
    line["allocated"] = quantity
    line["fenced"] = take_fence(t, row, c["channel"], quantity)
    move(t, row, AVAILABLE, -quantity)
    move(t, row, COMMITTED, quantity)
    tell(t, events, c, at, Kind.PLACED, quantity, State.AVAILABLE, State.COMMITTED, amount)
    mend_shortage(t, events, c, row, quantity, line)


@inlined
def hand_over(
    t: Tables, c: Array, events: Array, row: Int, at: Int, quantity: Int, amount: Int
) -> None:
    """Fulfil a line at once, and say so.

    A sale that came late may have been seen by a count: then the units are gone already, and what
    the count wrote off turns out to have been sold.
    """
    line = t.lines[at]
    line["fulfilled"] = quantity
    line["fulfilled_minor"] = amount
    line["work"] = Work.CLOSED
    sku = np.int64(line["sku"])
    book(t, sku, CUSTOMER, quantity)
    if seen_by_count(t, row, c):
        book(t, sku, CORRECTION, -quantity)
        tell(t, events, c, at, Kind.SOLD, quantity, OUTSIDE, OUTSIDE, amount)
        return
    take_fence(t, row, c["channel"], quantity)
    move(t, row, AVAILABLE, -quantity)
    log_move(t, row, -quantity, moment(c))
    tell(t, events, c, at, Kind.SOLD, quantity, State.AVAILABLE, OUTSIDE, amount)
    mend_shortage(t, events, c, row, quantity, line)
    take_lots(t, events, c, sku, line["location"], quantity)


@inlined
def tell(
    t: Tables,
    events: Array,
    c: Array,
    at: Int,
    kind: Int,
    quantity: Int,
    state_from: Int,
    state_to: Int,
    amount: Int,
) -> None:
    """Write the event of a line that was just added."""
    line = t.lines[at]
    written = emit_at(
        t, events, c, kind, quantity, line["sku"], line["location"], state_from, state_to
    )
    events[written]["line"] = min(line["number"], 65535)
    events[written]["amount_minor"] = amount


@inlined
def mend_shortage(t: Tables, events: Array, c: Array, row: Int, quantity: Int, line: Array) -> None:
    """Say by how much a line has pushed its level below zero."""
    before = t.meta[Meta.EVENTS]
    emit_shortage(t, events, c, row, quantity)
    if t.meta[Meta.EVENTS] > before:
        events[before]["sku"] = line["sku"]
        events[before]["location"] = line["location"]
