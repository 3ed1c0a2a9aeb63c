"""Facts about stock: what arrived, what somebody found wrong, counted, or expects."""

import numpy as np

from core._jit import inlined
from core.kernels.moves import (
    AVAILABLE,
    INCOMING,
    emit,
    emit_shortage,
    fits,
    level_status,
    move,
    on_hand,
    row_of,
)
from core.kernels.tables import Array, Int, Tables
from core.schema import LEVEL_MAX, OUTSIDE, Kind, State, Status


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
