"""Lots: what must leave first, and what may not be sold any more."""

import numpy as np

from core._jit import inlined, part
from core.kernels.availability import extra_for, put_extra
from core.kernels.documents import add_document, delist, enlist, lessen
from core.kernels.finding import find, push_due
from core.kernels.moves import (
    AVAILABLE,
    DAMAGED,
    emit_at,
    emit_shortage,
    move,
    row_of,
)
from core.kernels.tables import Array, Extra, Int, Meta, Tables
from core.records import Paper
from core.schema import OUTSIDE, Kind, State

LOTS = np.int64(Extra.LOTS)


@part
def add_lot(t: Tables, c: Array, sku: Int, location: Int, quantity: Int, end_us: Int) -> None:
    """Make a lot of units that arrive; its id is the command's."""
    extra = extra_for(t, row_of(t, sku, location))
    slot = add_document(t, c["id"], Paper.LOT, c, quantity, quantity)
    d = t.documents[slot]
    d["sku"] = sku
    d["location"] = location
    d["location_to"] = 0
    d["due_us"] = end_us
    put_extra(t, extra, LOTS, enlist(t, t.extras[extra, LOTS], slot))
    push_due(t, end_us, c["id"])


@inlined
def take_lots(t: Tables, events: Array, c: Array, sku: Int, location: Int, quantity: Int) -> Int:
    """Units leave the building: the lot that ends first goes first.

    Returns:
        When the first of the lots that were taken from ends; 0 where there was none.
    """
    extra = np.int64(t.extra_of[row_of(t, sku, location)])
    if extra <= 0 or t.extras[extra, LOTS] == 0:
        return np.int64(0)
    return take_from_lots(t, events, c, extra, sku, location, quantity)


@part
def take_from_lots(
    t: Tables, events: Array, c: Array, extra: Int, sku: Int, location: Int, quantity: Int
) -> Int:
    """`take_lots` at a level that has some."""
    rest = np.int64(quantity)
    first_us = np.int64(0)
    while rest > 0 and t.extras[extra, LOTS] != 0:
        slot = find(t.documents, t.extras[extra, LOTS])
        d = t.documents[slot]
        if first_us == 0:
            first_us = d["due_us"]
        taken = min(rest, np.int64(d["open"]))
        rest -= taken
        at = emit_at(t, events, c, Kind.LOT_TAKEN, taken, sku, location, OUTSIDE, OUTSIDE)
        events[at]["order_id"] = d["id"]
        events[at]["party_id"] = 0
        lessen(t, slot, taken)
        if t.documents[slot]["open"] == 0:
            put_extra(t, extra, LOTS, delist(t, t.extras[extra, LOTS], t.documents[slot]["id"]))
    return first_us


@part
def end_lot(t: Tables, slot: Int, c: Array, events: Array) -> Int:
    """A lot's time is over: what is left of it cannot be sold. Return the level's row.

    Only time does this, and time is never undone.
    """
    d = t.documents[slot]
    row = row_of(t, d["sku"], d["location"])
    extra = np.int64(t.extra_of[row])
    t.extras[extra, LOTS] = delist(t, t.extras[extra, LOTS], d["id"])
    quantity = np.int64(d["open"])
    d["open"] = 0
    d["closed"] = 1
    move(t, row, AVAILABLE, -quantity)
    move(t, row, DAMAGED, quantity)
    first = t.meta[Meta.EVENTS]
    emit_at(
        t,
        events,
        c,
        Kind.LOT_EXPIRED,
        quantity,
        d["sku"],
        d["location"],
        State.AVAILABLE,
        State.DAMAGED,
    )
    emit_shortage(t, events, c, row, quantity)
    for at in range(first, t.meta[Meta.EVENTS]):
        e = events[at]
        e["order_id"] = d["id"]
        e["party_id"] = 0
        e["sku"] = d["sku"]
        e["location"] = d["location"]
        e["channel"] = 0
        e["reason"] = 0
    return row
