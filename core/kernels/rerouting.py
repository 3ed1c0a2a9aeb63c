"""Units that were not found where they should be: promised again from elsewhere."""

import numpy as np

from core._jit import inlined, part
from core.kernels.availability import sellable, take_fence
from core.kernels.finding import find
from core.kernels.lines import (
    blank_line,
    emit_line,
    end_work,
    find_line,
    number_line,
    open_share,
)
from core.kernels.moves import AVAILABLE, COMMITTED, move, row_of
from core.kernels.routing import LOCATION, UNITS, route
from core.kernels.tables import Array, Int, Meta, Tables
from core.kernels.undo import save_line, save_order
from core.schema import ANY_LOCATION, ZONES, Kind, State, Status

FIRST = np.uint64(0)


@part
def reroute(t: Tables, c: Array, events: Array) -> Int:
    """Take units that were not found from another location, as new lines of the order.

    Where the command names none, the rules of routing choose as for a new order that goes to the
    zone it names, the line's own location left out.
    """
    anywhere = c["location_to"] == ANY_LOCATION
    if not anywhere and (c["location_to"] < 0 or c["location_to"] >= t.meta[Meta.LOCATIONS]):
        return Status.LOCATION_UNKNOWN
    if anywhere and (c["location"] < 0 or c["location"] >= ZONES):
        return Status.ZONE_UNKNOWN
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    at = find_line(t, c)
    if at < 0:
        return -at
    line = t.lines[at]
    if line["unallocated"] < quantity:
        return Status.UNALLOCATED_INSUFFICIENT
    locations = plan_anew(t, c, line, quantity)
    if locations == 0:
        return Status.STOCK_INSUFFICIENT

    save_line(t, at)
    for k in range(locations):
        location = t.plan[np.uint64(k), LOCATION]
        promise_there(t, c, events, at, location, t.plan[np.uint64(k), UNITS])
    end_work(line)
    return Status.OK


@inlined
def plan_anew(t: Tables, c: Array, line: Array, quantity: Int) -> Int:
    """Write into `plan` who gives how much; return how many do, 0 where nobody can."""
    if c["location_to"] != ANY_LOCATION:
        t.plan[FIRST, LOCATION] = c["location_to"]
        t.plan[FIRST, UNITS] = quantity
        ats = sellable(t, line["sku"], c["location_to"], line["channel"])
        return np.int64(ats >= quantity)
    asked = t.asked[FIRST]
    asked["order_id"] = c["order_id"]
    asked["sku"] = line["sku"]
    asked["quantity"] = quantity
    asked["channel"] = line["channel"]
    asked["location"] = line["location"]  # is no candidate
    asked["location_to"] = c["location"]
    return route(t, t.asked, 0, 0, asked)


@inlined
def promise_there(t: Tables, c: Array, events: Array, at: Int, location: Int, units: Int) -> None:
    """Move units of a line, with their share of the money, to a new line at a location."""
    line = t.lines[at]
    amount = open_share(line, units)
    line["amount_minor"] -= amount
    line["ordered"] -= units
    line["unallocated"] -= units
    row = row_of(t, line["sku"], location)
    new = add_later_line(t, c, line, location, units, amount)
    t.lines[new]["allocated"] = units
    t.lines[new]["fenced"] = take_fence(t, row, line["channel"], units)
    move(t, row, AVAILABLE, -units)
    move(t, row, COMMITTED, units)
    written = emit_line(t, events, c, at, Kind.REROUTED, units, State.COMMITTED, amount)
    e = events[written]
    e["state_from"] = State.AVAILABLE
    e["location_to"] = location
    e["line"] = min(t.lines[new]["number"], 65535)


@inlined
def add_later_line(
    t: Tables, c: Array, line: Array, location: Int, quantity: Int, amount: Int
) -> Int:
    """Append a line to an order that was placed before; return its index."""
    at = t.meta[Meta.LINES]
    new = t.lines[at]
    blank_line(new, line["order_id"], line["sku"], location, quantity, amount)
    new["kit"] = line["kit"]
    new["channel"] = line["channel"]
    new["split_from"] = line["split_from"]
    t.meta[Meta.LINES] = at + 1
    slot = find(t.orders, c["order_id"])
    save_order(t, slot)
    number_line(t, t.orders[slot], at)
    return at
