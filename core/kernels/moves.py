"""What every rule needs: find a level, move units between its states, say what happened."""

import numpy as np

from core._jit import inlined, part
from core.kernels.tables import (
    ACCOUNT_STRIDE,
    LAST_MOVE,
    LEVEL_STRIDE,
    Array,
    Int,
    Meta,
    Move,
    Product,
    Tables,
)
from core.kernels.undo import Undo, note
from core.schema import LEVEL_MAX, OUTSIDE, Account, Kind, State, Status

AVAILABLE = np.uint64(State.AVAILABLE)
COMMITTED = np.uint64(State.COMMITTED)
RESERVED = np.uint64(State.RESERVED)
DAMAGED = np.uint64(State.DAMAGED)
QUALITY_CONTROL = np.uint64(State.QUALITY_CONTROL)
INCOMING = np.uint64(State.INCOMING)
SUPPLIER = np.uint64(Account.SUPPLIER)
CUSTOMER = np.uint64(Account.CUSTOMER)
CORRECTION = np.uint64(Account.CORRECTION)
IN_TRANSIT = np.uint64(Account.IN_TRANSIT)
PARTS = np.uint64(Product.PARTS)


@inlined
def level_status(t: Tables, c: Array) -> Int:
    """Whether the command names a level that exists."""
    if c["sku"] < 0 or c["sku"] >= t.meta[Meta.SKUS]:
        return Status.SKU_UNKNOWN
    if c["location"] < 0 or c["location"] >= t.meta[Meta.LOCATIONS]:
        return Status.LOCATION_UNKNOWN
    return Status.OK


@inlined
def is_kit(t: Tables, sku: Int) -> Int:
    """Whether the stock of a sku lies in its components."""
    return t.catalogue[np.uint64(sku), PARTS] != 0


@inlined
def own_level_status(t: Tables, c: Array) -> Int:
    """Whether the command names a level that exists and has stock of its own."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    if t.meta[Meta.SPECIAL] != 0 and is_kit(t, c["sku"]):
        return Status.KIT_HAS_NO_STOCK
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
def book(t: Tables, sku: Int, account: Int, quantity: Int) -> None:
    """Add *quantity* (signed) to what is on no level."""
    at = np.uint64(sku)
    note(
        t, Undo.ACCOUNT, np.int64(sku) * ACCOUNT_STRIDE + np.int64(account), t.accounts[at, account]
    )
    t.accounts[at, account] += quantity


@inlined
def moment(c: Array) -> Int:
    """When the command happened."""
    return c["now_us"] if c["occurred_us"] == 0 else c["occurred_us"]


@inlined
def log_move(t: Tables, row: Int, quantity: Int, occurred_us: Int) -> None:
    """Remember that on_hand of a level changed, for counts that were made before and come later."""
    number = t.meta[Meta.MOVES] + 1
    t.meta[Meta.MOVES] = number
    at = np.uint64(number & (t.moves.shape[0] - 1))
    before = t.levels[row, np.uint64(LAST_MOVE)]
    t.moves[at, np.uint64(Move.OCCURRED_US)] = occurred_us
    t.moves[at, np.uint64(Move.ARRIVED_US)] = t.meta[Meta.NOW_US]
    t.moves[at, np.uint64(Move.QUANTITY)] = quantity
    t.moves[at, np.uint64(Move.BEFORE)] = before
    note(t, Undo.LEVEL, np.int64(row) * LEVEL_STRIDE + LAST_MOVE, before)
    t.levels[row, np.uint64(LAST_MOVE)] = number


@inlined
def seen_by_count(t: Tables, row: Int, c: Array) -> Int:
    """Whether the command comes late, and somebody counted the level after it had happened."""
    return (
        c["occurred_us"] != 0
        and c["occurred_us"] < c["now_us"]
        and c["occurred_us"] <= t.counted[row]
    )


@inlined
def leave(t: Tables, row: Int, c: Array, state: Int, quantity: Int) -> Int:
    """Units left a level some time ago, out of *state*; return the state they are booked to.

    Where a count has seen them gone, it took them from available: there they are made good.
    """
    move(t, row, state, -quantity)
    if seen_by_count(t, row, c):
        move(t, row, AVAILABLE, quantity)
        return np.int64(State.AVAILABLE)
    log_move(t, row, -quantity, moment(c))
    return np.int64(OUTSIDE)


@inlined
def fits(t: Tables, row: Int, state: Int, quantity: Int) -> Int:
    """Whether one state of a level stays within +-LEVEL_MAX when *quantity* is added."""
    return -LEVEL_MAX <= t.levels[row, state] + quantity <= LEVEL_MAX


@inlined
def fits_hand(t: Tables, row: Int, quantity: Int) -> Int:
    """Whether on_hand stays within +-LEVEL_MAX when *quantity* is added."""
    return -LEVEL_MAX <= on_hand(t, row) + quantity <= LEVEL_MAX


@inlined
def on_hand(t: Tables, row: Int) -> Int:
    """All states of a level but incoming, summed."""
    total = np.int64(0)
    for state in range(np.int64(State.INCOMING)):
        total += t.levels[row, np.uint64(state)]
    return total


@part
def emit(
    t: Tables, events: Array, c: Array, kind: Int, quantity: Int, state_from: Int, state_to: Int
) -> None:
    """Write one event about the command's own level; callers mend what differs."""
    e = events[np.uint64(t.meta[Meta.EVENTS])]
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
def emit_at(
    t: Tables,
    events: Array,
    c: Array,
    kind: Int,
    quantity: Int,
    sku: Int,
    location: Int,
    state_from: Int,
    state_to: Int,
) -> Int:
    """Write one event about another level than the command's; return its index."""
    emit(t, events, c, kind, quantity, state_from, state_to)
    at = t.meta[Meta.EVENTS] - 1
    events[at]["sku"] = sku
    events[at]["location"] = location
    return at


@inlined
def emit_shortage(t: Tables, events: Array, c: Array, row: Int, taken: Int) -> None:
    """Say by how many units a fact that took *taken* has pushed available further below zero."""
    after = t.levels[row, AVAILABLE]
    short = max(0, -after) - max(0, -(after + taken))
    if short > 0:
        emit(t, events, c, Kind.SHORTAGE, short, OUTSIDE, OUTSIDE)
