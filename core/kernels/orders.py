"""Orders line by line as they come to be: placed, or sold at a till."""

import numpy as np

from core._jit import inlined, part
from core.kernels.availability import level_sellable
from core.kernels.backlog import may_wait, queue
from core.kernels.commit import commit, hand_over
from core.kernels.kits import PROMISED, add_kit, place_kit, sell_kit
from core.kernels.lines import add_line, new_line_status, share
from core.kernels.moves import (
    AVAILABLE,
    COMMITTED,
    emit,
    fits,
    fits_hand,
    is_kit,
    level_status,
    row_of,
)
from core.kernels.routing import route
from core.kernels.tables import Array, Hold, Int, Meta, Tables
from core.schema import ANY_LOCATION, OUTSIDE, ZONES, Flag, HoldFrom, Kind, Status
from core.steps import Work

ACCEPTED = int(Flag.ACCEPTED)  # numba takes no bits of an IntFlag
FROM = np.int64(Hold.FROM)


@inlined
def is_fact(t: Tables, c: Array) -> Int:
    """Whether a PLACE tells of what was promised already, or of a channel that never asks."""
    return c["flags"] & ACCEPTED != 0 or t.channels[c["channel"], FROM] == HoldFrom.NEVER


@inlined
def place(t: Tables, commands: Array, i: Int, last: Int, events: Array) -> Int:
    """One line of an order: available -> committed.

    Refused when short, unless somebody has promised already or the level takes backorders.
    """
    c = commands[i]
    if c["location"] == ANY_LOCATION:
        return place_anywhere(t, commands, i, last, events)
    status = level_status(t, c)
    if status != Status.OK:
        return status
    if t.meta[Meta.SPECIAL] != 0 and is_kit(t, c["sku"]):
        return place_kit(t, c, events, is_fact(t, c))
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not (fits(t, row, COMMITTED, quantity) and fits(t, row, AVAILABLE, -quantity)):
        return Status.QUANTITY_TOO_LARGE
    status = new_line_status(t, c)
    if status != Status.OK:
        return status
    ats = level_sellable(t, row, c["channel"])
    if ats < quantity and not is_fact(t, c):
        if not may_wait(t, row, ats, quantity):
            return Status.STOCK_INSUFFICIENT
        back_order(t, c, events, row, max(ats, np.int64(0)))
        return Status.OK

    at = add_line(t, c, c["sku"], c["location"], quantity, c["argument"])
    commit(t, c, events, row, at, quantity, c["argument"])
    return Status.OK


@part
def back_order(t: Tables, c: Array, events: Array, row: Int, here: Int) -> None:
    """Allocate what is here, and let the rest of the line wait."""
    quantity = np.int64(c["quantity"])
    at = add_line(t, c, c["sku"], c["location"], quantity, c["argument"])
    line = t.lines[at]
    line["backordered"] = quantity - here
    if here > 0:
        commit(t, c, events, row, at, here, c["argument"])
    else:
        line["work"] = Work.SCHEDULED
    queue(t, row, at, quantity - here)
    emit(t, events, c, Kind.BACKORDERED, quantity - here, OUTSIDE, OUTSIDE)
    e = events[t.meta[Meta.EVENTS] - 1]
    e["line"] = min(line["number"], 65535)
    e["amount_minor"] = c["argument"] if here == 0 else 0


@part
def place_anywhere(t: Tables, commands: Array, i: Int, last: Int, events: Array) -> Int:
    """One line of an order, from wherever the rules of routing say: a line a location."""
    c = commands[i]
    if c["sku"] < 0 or c["sku"] >= t.meta[Meta.SKUS]:
        return Status.SKU_UNKNOWN
    if c["location_to"] < 0 or c["location_to"] >= ZONES:
        return Status.ZONE_UNKNOWN
    if c["quantity"] <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    status = new_line_status(t, c)
    if status != Status.OK:
        return status
    locations = route(t, commands, i, last, c)
    if locations == 0:
        return Status.STOCK_INSUFFICIENT

    before = t.meta[Meta.LINES]
    rest = np.int64(c["quantity"])
    rest_minor = c["argument"]
    for k in range(locations):
        location = t.plan[k, 0]
        units = t.plan[k, 1]
        amount = share(rest_minor, units, rest)
        rest -= units
        rest_minor -= amount
        if is_kit(t, c["sku"]):
            add_kit(t, c, events, location, units, amount, PROMISED)
        else:
            at = add_line(t, c, c["sku"], location, units, amount)
            commit(t, c, events, row_of(t, c["sku"], location), at, units, amount)
    for at in range(before, t.meta[Meta.LINES]):
        t.lines[at]["split_from"] = t.lines[before]["number"]
    return Status.OK


@inlined
def sell(t: Tables, c: Array, events: Array) -> Int:
    """Placed and fulfilled at once, at a till: a fact, whatever the record says."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    if t.meta[Meta.SPECIAL] != 0 and is_kit(t, c["sku"]):
        return sell_kit(t, c, events)
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not (fits_hand(t, row, -quantity) and fits(t, row, AVAILABLE, -quantity)):
        return Status.QUANTITY_TOO_LARGE
    status = new_line_status(t, c)
    if status != Status.OK:
        return status

    at = add_line(t, c, c["sku"], c["location"], quantity, c["argument"])
    hand_over(t, c, events, row, at, quantity, c["argument"])
    return Status.OK
