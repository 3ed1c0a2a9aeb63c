"""What every rule needs: find a level, move units between its states, say what happened."""

import numpy as np

from core._jit import inlined
from core.kernels.tables import LEVEL_STRIDE, Array, Int, Meta, Tables, Undo, note
from core.schema import LEVEL_MAX, OUTSIDE, Kind, State, Status

AVAILABLE = np.uint64(State.AVAILABLE)
COMMITTED = np.uint64(State.COMMITTED)
RESERVED = np.uint64(State.RESERVED)
INCOMING = np.uint64(State.INCOMING)


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
def on_hand(t: Tables, row: Int) -> Int:
    """All states of a level but incoming, summed."""
    total = np.int64(0)
    for state in range(np.int64(State.INCOMING)):
        total += t.levels[row, state]
    return total


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
