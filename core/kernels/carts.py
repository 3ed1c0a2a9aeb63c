"""Promises to carts: reserve, and the two ways in which a reservation ends early or late."""

import numpy as np

from core._jit import inlined
from core.kernels.moves import AVAILABLE, RESERVED, emit, fits, level_status, move, row_of
from core.kernels.tables import (
    Array,
    Int,
    Meta,
    Tables,
    Undo,
    find_reservation,
    note,
    push_due,
    remove_reservation,
)
from core.schema import TIME_MAX_US, TTL_MAX_US, Kind, State, Status


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
