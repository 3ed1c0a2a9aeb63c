"""Lines of orders: made, found, and their money shared out so that it always sums."""

import numpy as np

from core._jit import inlined, part
from core.kernels.finding import find
from core.kernels.moves import COMMITTED, emit_at
from core.kernels.tables import Array, Int, Later, Meta, Tables
from core.kernels.undo import Undo, note
from core.schema import AMOUNT_MAX, Flag, Operation, Status
from core.steps import OrderState, Work

PENDING = int(Flag.PENDING)  # numba takes no bits of an IntFlag
NO_KIT = -1


@inlined
def new_line_status(t: Tables, c: Array) -> Int:
    """Whether the command may add a line to the order it names."""
    if c["argument"] < 0:
        return Status.AMOUNT_NEGATIVE
    if c["argument"] > AMOUNT_MAX:
        return Status.AMOUNT_TOO_LARGE
    if c["order_id"] != t.meta[Meta.CHAIN_FIRST]:
        return Status.ORDER_ID_NOT_FIRST
    slot = find(t.orders, c["order_id"])
    t.meta[Meta.ORDER_SLOT] = slot
    if t.orders[slot]["id"] != 0 and t.orders[slot]["first_line"] < t.meta[Meta.CHAIN_LINES]:
        return Status.ORDER_EXISTS
    return Status.OK


@inlined
def add_line(t: Tables, c: Array, sku: Int, location: Int, quantity: Int, amount: Int) -> Int:
    """Append a line to the order, making the order first if this is its first; return its index.

    `new_line_status` has found the order. Nothing of the line is allocated yet.
    """
    at = t.meta[Meta.LINES]
    o = t.orders[np.uint64(t.meta[Meta.ORDER_SLOT])]
    if o["id"] == 0:
        o["id"] = c["order_id"]
        o["party_id"] = c["party_id"]
        o["placed_us"] = c["now_us"]
        o["first_line"] = at
        o["lines"] = 0
        o["more"] = 0
        o["later"] = 0
        o["channel"] = c["channel"]
        o["state"] = first_state(c)
        t.meta[Meta.ORDERS] += 1
        note(t, Undo.ORDER_ADDED, c["order_id"], 0)
    line = t.lines[at]
    blank_line(line, c["order_id"], sku, location, quantity, amount)
    line["channel"] = c["channel"]
    t.meta[Meta.LINES] = at + 1
    number_line(t, o, at)
    line["split_from"] = line["number"]
    return at


@inlined
def first_state(c: Array) -> Int:
    """State of an order that begins with this command."""
    if c["operation"] == Operation.PLACE and c["flags"] & PENDING != 0:
        return OrderState.PENDING
    return OrderState.CONFIRMED


@inlined
def number_line(t: Tables, o: Array, at: Int) -> None:
    """Give a new line of order *o* the next number, and make it findable by it."""
    t.lines[at]["number"] = o["lines"] + o["more"]
    if o["more"] == 0 and o["first_line"] + o["lines"] == at:
        o["lines"] += 1
        return
    later = t.meta[Meta.LATER]
    t.later[later, np.int64(Later.LINE)] = at
    t.later[later, np.int64(Later.BEFORE)] = o["later"]
    t.meta[Meta.LATER] = later + 1
    o["later"] = later + 1
    o["more"] += 1


@inlined
def blank_line(
    line: Array, order_id: Int, sku: Int, location: Int, quantity: Int, amount: Int
) -> None:
    """Fill in a line of which nothing is allocated yet."""
    line["order_id"] = order_id
    line["amount_minor"] = amount
    line["fulfilled_minor"] = 0
    line["cancelled_minor"] = 0
    line["refunded_minor"] = 0
    line["sku"] = sku
    line["kit"] = NO_KIT
    line["ordered"] = quantity
    line["unallocated"] = 0
    line["allocated"] = 0
    line["backordered"] = 0
    line["fulfilled"] = 0
    line["cancelled"] = 0
    line["returned"] = 0
    line["undecided"] = 0
    line["fenced"] = 0
    line["location"] = location
    line["work"] = Work.OPEN


@inlined
def find_line(t: Tables, c: Array) -> Int:
    """Index of the line that order_id and argument name; negative of a Status where none is.

    `Meta.ORDER_SLOT` says afterwards where its order lies.
    """
    if c["order_id"] <= 0:
        return -np.int64(Status.ORDER_UNKNOWN)
    slot = find(t.orders, c["order_id"])
    t.meta[Meta.ORDER_SLOT] = slot
    o = t.orders[slot]
    if o["id"] == 0:
        return -np.int64(Status.ORDER_UNKNOWN)
    if c["argument"] < 0 or c["argument"] >= np.int64(o["lines"]) + np.int64(o["more"]):
        return -np.int64(Status.LINE_UNKNOWN)
    return line_at(t, o, c["argument"])


@inlined
def line_at(t: Tables, o: Array, number: Int) -> Int:
    """Index of an order's line with this number; it exists."""
    if number < o["lines"]:
        return o["first_line"] + number
    return later_line(t, o["later"], np.int64(o["lines"]) + np.int64(o["more"]) - 1 - number)


@part
def later_line(t: Tables, later: Int, back: Int) -> Int:
    """Index of a line that was rerouted: *back* steps before the last one."""
    for _ in range(back):
        later = t.later[later - 1, np.int64(Later.BEFORE)]
    return t.later[later - 1, np.int64(Later.LINE)]


@inlined
def ready(t: Tables) -> Int:
    """Whether the order that `find_line` has found may be worked on."""
    return t.orders[np.uint64(t.meta[Meta.ORDER_SLOT])]["state"] == OrderState.CONFIRMED


@inlined
def open_units(line: Array) -> Int:
    """Units of a line that are neither fulfilled nor cancelled."""
    return (
        np.int64(line["unallocated"]) + np.int64(line["allocated"]) + np.int64(line["backordered"])
    )


@inlined
def share(rest_minor: Int, units: Int, rest: Int) -> Int:
    """floor(rest_minor * units / rest) without leaving 64 bits; the last units get all the rest."""
    return (rest_minor // rest) * units + (rest_minor % rest) * units // rest


@inlined
def open_share(line: Array, quantity: Int) -> Int:
    """What *quantity* of a line's open units cost."""
    rest = line["amount_minor"] - line["fulfilled_minor"] - line["cancelled_minor"]
    return share(rest, quantity, open_units(line))


@inlined
def end_work(line: Array) -> None:
    """Let a line's work follow its units: over with none open, waiting with none here."""
    if open_units(line) == 0:
        line["work"] = Work.CLOSED if line["fulfilled"] > 0 else Work.CANCELLED
    elif line["unallocated"] == 0 and line["work"] != Work.ON_HOLD:
        if line["allocated"] == 0:
            line["work"] = Work.SCHEDULED
        elif line["work"] == Work.INCOMPLETE:
            line["work"] = Work.PICKED


@inlined
def emit_line(
    t: Tables,
    events: Array,
    c: Array,
    at: Int,
    kind: Int,
    quantity: Int,
    state_to: Int,
    amount: Int,
) -> Int:
    """Write an event about the line that `find_line` has found; return its index.

    Units come out of committed unless the caller mends that.
    """
    line = t.lines[at]
    written = emit_at(
        t, events, c, kind, quantity, line["sku"], line["location"], COMMITTED, state_to
    )
    e = events[written]
    e["channel"] = line["channel"]
    e["line"] = min(line["number"], 65535)
    e["party_id"] = t.orders[np.uint64(t.meta[Meta.ORDER_SLOT])]["party_id"]
    e["amount_minor"] = amount
    return written
