"""One rule per operation: a flat list of guards in the order of `Status`, then the deed.

A rule returns a Status and changes nothing unless it returns OK. It takes the tables, the command
and the buffer of events; which level, order or reservation is meant it finds itself.
"""

import numpy as np

from core._jit import inlined
from core.kernels.tables import (
    LEVEL_STRIDE,
    Array,
    Int,
    Meta,
    Tables,
    Undo,
    find_order,
    find_reservation,
    note,
    push_due,
    remove_reservation,
)
from core.schema import (
    AMOUNT_MAX,
    LEVEL_MAX,
    OUTSIDE,
    TIME_MAX_US,
    TTL_MAX_US,
    Flag,
    Kind,
    Operation,
    State,
    Status,
)

AVAILABLE = np.uint64(State.AVAILABLE)
COMMITTED = np.uint64(State.COMMITTED)
RESERVED = np.uint64(State.RESERVED)
INCOMING = np.uint64(State.INCOMING)
ACCEPTED = int(Flag.ACCEPTED)  # numba takes no bits of an IntFlag


@inlined
def level_status(t: Tables, c: Array) -> Int:
    """Whether the command names a level that exists."""
    if c["sku"] < 0 or c["sku"] >= t.meta[Meta.SKUS]:
        return Status.SKU_UNKNOWN
    if c["location"] < 0 or c["location"] >= t.meta[Meta.LOCATIONS]:
        return Status.LOCATION_UNKNOWN
    return Status.OK


@inlined
def row_of(t: Tables, sku: Int, location: Int) -> Int:
    """Row of `levels` that holds *sku* at *location*; both were checked."""
    return np.uint64(location) * np.uint64(t.meta[Meta.SKUS]) + np.uint64(sku)


@inlined
def move(t: Tables, row: Int, state: Int, quantity: Int) -> None:
    """Add *quantity* (signed) to one state of a level."""
    note(t, Undo.LEVEL, np.int64(row) * LEVEL_STRIDE + np.int64(state), t.levels[row, state])
    t.levels[row, state] += quantity


@inlined
def fits(t: Tables, row: Int, state: Int, quantity: Int) -> Int:
    """Whether one state of a level stays within +-LEVEL_MAX when *quantity* is added."""
    return -LEVEL_MAX <= t.levels[row, state] + quantity <= LEVEL_MAX


@inlined
def emit(
    t: Tables, events: Array, c: Array, kind: Int, quantity: Int, state_from: Int, state_to: Int
) -> None:
    """Write one event about the command's own level; callers mend what differs."""
    e = events[t.meta[Meta.EVENTS]]
    e["sequence"] = t.meta[Meta.CURRENT]
    e["now_us"] = t.meta[Meta.NOW_US]
    e["order_id"] = c["order_id"]
    e["party_id"] = c["party_id"]
    e["amount_minor"] = 0
    e["sku"] = c["sku"]
    e["quantity"] = quantity
    e["location"] = c["location"]
    e["location_to"] = 0
    e["ordinal"] = min(t.meta[Meta.EVENTS] - t.meta[Meta.COMMAND_EVENTS], 65535)
    e["line"] = 0
    e["kind"] = kind
    e["channel"] = c["channel"]
    e["reason"] = c["reason"]
    e["state_from"] = state_from
    e["state_to"] = state_to
    t.meta[Meta.EVENTS] += 1


@inlined
def emit_shortage(t: Tables, events: Array, c: Array, row: Int, taken: Int) -> None:
    """Say by how many units a fact that took *taken* has pushed available further below zero."""
    after = t.levels[row, AVAILABLE]
    short = max(0, -after) - max(0, -(after + taken))
    if short > 0:
        emit(t, events, c, Kind.SHORTAGE, short, OUTSIDE, OUTSIDE)


@inlined
def reserve(t: Tables, c: Array, events: Array) -> Int:
    """A promise to a cart: available -> reserved until now + ttl."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not fits(t, row, RESERVED, quantity):
        return Status.QUANTITY_TOO_LARGE
    if c["argument"] <= 0:
        return Status.TTL_NOT_POSITIVE
    if c["argument"] > TTL_MAX_US or c["now_us"] > TIME_MAX_US - c["argument"]:
        return Status.TTL_TOO_LONG
    slot = find_reservation(t, c["id"])
    if t.reservations[slot]["id"] != 0:
        return Status.RESERVATION_EXISTS
    if t.levels[row, AVAILABLE] < quantity:
        return Status.STOCK_INSUFFICIENT

    expires_us = c["now_us"] + c["argument"]
    r = t.reservations[slot]
    r["id"] = c["id"]
    r["expires_us"] = expires_us
    r["party_id"] = c["party_id"]
    r["sku"] = c["sku"]
    r["quantity"] = quantity
    r["location"] = c["location"]
    r["channel"] = c["channel"]
    t.meta[Meta.RESERVATIONS] += 1
    note(t, Undo.RESERVATION_ADDED, c["id"], 0)
    push_due(t, expires_us, c["id"])
    move(t, row, AVAILABLE, -quantity)
    move(t, row, RESERVED, quantity)
    emit(t, events, c, Kind.RESERVED, quantity, State.AVAILABLE, State.RESERVED)
    events[t.meta[Meta.EVENTS] - 1]["order_id"] = c["id"]
    return Status.OK


@inlined
def free(t: Tables, slot: Int, c: Array, kind: Int, events: Array) -> None:
    """End a reservation: reserved -> available. *c* lends the event its reason and channel."""
    r = t.reservations[slot]
    row = row_of(t, r["sku"], r["location"])
    quantity = np.int64(r["quantity"])
    move(t, row, RESERVED, -quantity)
    move(t, row, AVAILABLE, quantity)
    emit(t, events, c, kind, quantity, State.RESERVED, State.AVAILABLE)
    e = events[t.meta[Meta.EVENTS] - 1]
    e["order_id"] = r["id"]
    e["party_id"] = r["party_id"]
    e["sku"] = r["sku"]
    e["location"] = r["location"]
    e["channel"] = r["channel"]
    remove_reservation(t, slot)


@inlined
def release(t: Tables, c: Array, events: Array) -> Int:
    """The cart lets go; argument is the reservation's id."""
    if c["argument"] <= 0:
        return Status.RESERVATION_UNKNOWN
    slot = find_reservation(t, c["argument"])
    if t.reservations[slot]["id"] == 0:
        return Status.RESERVATION_UNKNOWN

    if t.meta[Meta.CHAINED] != 0:
        aside = t.meta[Meta.REMOVED]
        t.removed[aside] = t.reservations[slot]
        t.meta[Meta.REMOVED] = aside + 1
        note(t, Undo.RESERVATION_REMOVED, aside, 0)
    free(t, slot, c, Kind.RELEASED, events)
    return Status.OK


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
    if t.orders[slot]["order_id"] != 0 and t.orders[slot]["first_line"] < t.meta[Meta.CHAIN_LINES]:
        return Status.ORDER_EXISTS
    return Status.OK


@inlined
def add_line(t: Tables, c: Array) -> Int:
    """Append a line to the order, making the order first if this is its first line."""
    at = t.meta[Meta.LINES]
    slot = find_order(t, c["order_id"])
    o = t.orders[slot]
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
    event["line"] = min(t.orders[find_order(t, c["order_id"])]["lines"] - 1, 65535)
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


@inlined
def receive(t: Tables, c: Array, events: Array) -> Int:
    """Goods arrive: outside -> available; incoming falls by as much as was expected."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not fits(t, row, AVAILABLE, quantity):
        return Status.QUANTITY_TOO_LARGE

    move(t, row, AVAILABLE, quantity)
    move(t, row, INCOMING, -min(t.levels[row, INCOMING], quantity))
    emit(t, events, c, Kind.RECEIVED, quantity, OUTSIDE, State.AVAILABLE)
    return Status.OK


@inlined
def adjust(t: Tables, c: Array, events: Array) -> Int:
    """Somebody found the record wrong by *quantity*, signed: a fact."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity == 0:
        return Status.QUANTITY_ZERO
    if not fits(t, row, AVAILABLE, quantity):
        return Status.QUANTITY_TOO_LARGE

    move(t, row, AVAILABLE, quantity)
    emit(t, events, c, Kind.ADJUSTED, quantity, OUTSIDE, State.AVAILABLE)
    emit_shortage(t, events, c, row, -quantity)
    return Status.OK


@inlined
def count(t: Tables, c: Array, events: Array) -> Int:
    """Somebody counted *quantity* units on hand: available takes the difference."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity < 0:
        return Status.QUANTITY_NEGATIVE
    difference = quantity - on_hand(t, row)
    if not (-LEVEL_MAX <= difference <= LEVEL_MAX and fits(t, row, AVAILABLE, difference)):
        return Status.QUANTITY_TOO_LARGE

    move(t, row, AVAILABLE, difference)
    emit(t, events, c, Kind.COUNTED, difference, OUTSIDE, State.AVAILABLE)
    emit_shortage(t, events, c, row, -difference)
    return Status.OK


@inlined
def on_hand(t: Tables, row: Int) -> Int:
    """All states of a level but incoming, summed."""
    total = np.int64(0)
    for state in range(np.int64(State.INCOMING)):
        total += t.levels[row, state]
    return total


@inlined
def expect(t: Tables, c: Array, events: Array) -> Int:
    """A supplier owes *quantity* more (or, negative, fewer) units; never below none."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity == 0:
        return Status.QUANTITY_ZERO
    if not fits(t, row, INCOMING, quantity):
        return Status.QUANTITY_TOO_LARGE

    change = max(quantity, -t.levels[row, INCOMING])
    move(t, row, INCOMING, change)
    emit(t, events, c, Kind.EXPECTED, change, OUTSIDE, State.INCOMING)
    return Status.OK


@inlined
def run(t: Tables, c: Array, events: Array) -> Int:
    """Execute one command whose envelope has been checked."""
    operation = c["operation"]
    if operation == Operation.SELL:
        return sell(t, c, events)
    if operation == Operation.PLACE:
        return place(t, c, events)
    if operation == Operation.RESERVE:
        return reserve(t, c, events)
    if operation == Operation.RELEASE:
        return release(t, c, events)
    if operation == Operation.FULFIL:
        return fulfil(t, c, events)
    if operation == Operation.CANCEL:
        return cancel(t, c, events)
    if operation == Operation.RECEIVE:
        return receive(t, c, events)
    if operation == Operation.ADJUST:
        return adjust(t, c, events)
    if operation == Operation.COUNT:
        return count(t, c, events)
    if operation == Operation.EXPECT:
        return expect(t, c, events)
    return np.int64(Status.OK)  # EXPIRE: the clock has done it
