"""Promises to carts: reserve and extend, and how a reservation ends early or late."""

import numpy as np

from core._jit import inlined, part
from core.kernels.availability import (
    COMPONENT,
    NEXT,
    PER,
    give_fence,
    kit_sellable,
    level_sellable,
    take_fence,
)
from core.kernels.backlog import after_rise
from core.kernels.finding import find, push_due, remove
from core.kernels.moves import (
    AVAILABLE,
    PARTS,
    RESERVED,
    emit,
    emit_at,
    fits,
    is_kit,
    level_status,
    move,
    row_of,
)
from core.kernels.tables import Array, Hold, Int, Meta, Product, Tables
from core.kernels.undo import Undo, note, save_reservation
from core.schema import OUTSIDE, TIME_MAX_US, TTL_MAX_US, HoldFrom, Kind, Stage, State, Status

FROM = np.int64(Hold.FROM)
LONGEST_US = np.int64(Hold.LONGEST_US)


@inlined
def ttl_status(c: Array, longest_us: Int) -> Int:
    """Whether the command's argument is a time to live that ends before time does."""
    if c["argument"] <= 0:
        return Status.TTL_NOT_POSITIVE
    if c["argument"] > longest_us or c["now_us"] > TIME_MAX_US - c["argument"]:
        return Status.TTL_TOO_LONG
    return Status.OK


@inlined
def reserve(t: Tables, c: Array, events: Array) -> Int:
    """A promise to a cart: available -> reserved until now + ttl."""
    status = level_status(t, c)
    if status != Status.OK:
        return status
    if t.meta[Meta.SPECIAL] != 0 and is_kit(t, c["sku"]):
        return reserve_kit(t, c, events)
    row = row_of(t, c["sku"], c["location"])
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not fits(t, row, RESERVED, quantity):
        return Status.QUANTITY_TOO_LARGE
    status = ttl_status(c, t.channels[c["channel"], LONGEST_US])
    if status != Status.OK:
        return status
    slot = find(t.reservations, c["id"])
    status = offer_status(t, c, slot)
    if status != Status.OK:
        return status
    if level_sellable(t, row, c["channel"]) < quantity:
        return Status.STOCK_INSUFFICIENT

    hold(t, c, slot, take_fence(t, row, c["channel"], quantity))
    move(t, row, AVAILABLE, -quantity)
    move(t, row, RESERVED, quantity)
    emit(t, events, c, Kind.RESERVED, quantity, State.AVAILABLE, State.RESERVED)
    events[t.meta[Meta.EVENTS] - 1]["order_id"] = c["id"]
    return Status.OK


@inlined
def offer_status(t: Tables, c: Array, slot: Int) -> Int:
    """Whether the channel holds stock for a shopper who has come this far."""
    if t.reservations[slot]["id"] != 0:
        return Status.RESERVATION_EXISTS
    hold_from = t.channels[c["channel"], FROM]
    if hold_from == HoldFrom.CART:
        return Status.OK
    if hold_from == HoldFrom.CHECKOUT and c["reason"] >= Stage.CHECKOUT:
        return Status.OK
    return Status.RESERVATION_NOT_OFFERED


@inlined
def hold(t: Tables, c: Array, slot: Int, fenced: Int) -> None:
    """Write down a reservation."""
    expires_us = c["now_us"] + c["argument"]
    r = t.reservations[slot]
    r["id"] = c["id"]
    r["expires_us"] = expires_us
    r["held_us"] = c["now_us"]
    r["party_id"] = c["party_id"]
    r["sku"] = c["sku"]
    r["quantity"] = c["quantity"]
    r["fenced"] = fenced
    r["location"] = c["location"]
    r["channel"] = c["channel"]
    r["unused"] = 0
    t.meta[Meta.RESERVATIONS] += 1
    note(t, Undo.RESERVATION_ADDED, c["id"], 0)
    push_due(t, expires_us, c["id"])


@part
def reserve_kit(t: Tables, c: Array, events: Array) -> Int:
    """Reserve all parts of whole kits, or nothing."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    first = t.catalogue[np.uint64(c["sku"]), PARTS]
    at = first
    while at != 0:
        row = row_of(t, t.parts[at, COMPONENT], c["location"])
        if not fits(t, row, RESERVED, quantity * t.parts[at, PER]):
            return Status.QUANTITY_TOO_LARGE
        at = t.parts[at, NEXT]
    status = ttl_status(c, t.channels[c["channel"], LONGEST_US])
    if status != Status.OK:
        return status
    slot = find(t.reservations, c["id"])
    status = offer_status(t, c, slot)
    if status != Status.OK:
        return status
    if kit_sellable(t, c["sku"], c["location"], c["channel"]) < quantity:
        return Status.STOCK_INSUFFICIENT

    hold(t, c, slot, 0)
    use_kit(t, c["sku"])
    at = first
    while at != 0:
        sku = t.parts[at, COMPONENT]
        units = quantity * t.parts[at, PER]
        row = row_of(t, sku, c["location"])
        move(t, row, AVAILABLE, -units)
        move(t, row, RESERVED, units)
        written = emit_at(
            t,
            events,
            c,
            Kind.RESERVED,
            units,
            sku,
            c["location"],
            State.AVAILABLE,
            State.RESERVED,
        )
        events[written]["order_id"] = c["id"]
        at = t.parts[at, NEXT]
    return Status.OK


@inlined
def use_kit(t: Tables, sku: Int) -> None:
    """From now on the parts of a kit are fixed: promises rest on them."""
    column = np.int64(Product.IN_USE)
    note(t, Undo.KIT_USED, sku, t.catalogue[sku, column])
    t.catalogue[sku, column] = 1


@part
def free(t: Tables, slot: Int, c: Array, kind: Int, events: Array) -> None:
    """End a reservation: reserved -> available. *c* lends the event its reason."""
    if t.meta[Meta.SPECIAL] != 0 and is_kit(t, t.reservations[slot]["sku"]):
        free_kit(t, slot, c, kind, events)
        return
    r = t.reservations[slot]
    row = row_of(t, r["sku"], r["location"])
    give_fence(t, row, r["channel"], np.int64(r["fenced"]))
    free_units(t, c, kind, events, r, np.int64(r["sku"]), np.int64(r["quantity"]))
    remove(t.reservations, slot)
    t.meta[Meta.RESERVATIONS] -= 1
    after_rise(t, events, c, row)


@part
def free_kit(t: Tables, slot: Int, c: Array, kind: Int, events: Array) -> None:
    """`free` for a kit: all its parts, and only then those who wait for one of them."""
    r = t.reservations[slot]
    location = np.int64(r["location"])
    quantity = np.int64(r["quantity"])
    first = t.catalogue[r["sku"], PARTS]
    at = first
    while at != 0:
        free_units(t, c, kind, events, r, t.parts[at, COMPONENT], quantity * t.parts[at, PER])
        at = t.parts[at, NEXT]
    remove(t.reservations, slot)
    t.meta[Meta.RESERVATIONS] -= 1
    at = first
    while at != 0:
        after_rise(t, events, c, row_of(t, t.parts[at, COMPONENT], location))
        at = t.parts[at, NEXT]


@inlined
def free_units(
    t: Tables, c: Array, kind: Int, events: Array, r: Array, sku: Int, units: Int
) -> None:
    """Put reserved units of one sku back."""
    row = row_of(t, sku, r["location"])
    move(t, row, RESERVED, -units)
    move(t, row, AVAILABLE, units)
    written = emit_at(
        t, events, c, kind, units, sku, r["location"], State.RESERVED, State.AVAILABLE
    )
    e = events[written]
    e["order_id"] = r["id"]
    e["party_id"] = r["party_id"]
    e["channel"] = r["channel"]
    if kind == Kind.EXPIRED:
        e["reason"] = 0


@inlined
def release(t: Tables, c: Array, events: Array) -> Int:
    """The cart lets go; argument is the reservation's id."""
    if c["argument"] <= 0:
        return Status.RESERVATION_UNKNOWN
    slot = find(t.reservations, c["argument"])
    if t.reservations[slot]["id"] == 0:
        return Status.RESERVATION_UNKNOWN

    save_reservation(t, slot)
    free(t, slot, c, Kind.RELEASED, events)
    return Status.OK


@part
def extend(t: Tables, c: Array, events: Array) -> Int:
    """The cart asks for more time: until now + ttl, but not past the channel's longest hold."""
    status = ttl_status(c, TTL_MAX_US)
    if status != Status.OK:
        return status
    if c["order_id"] <= 0:
        return Status.RESERVATION_UNKNOWN
    slot = find(t.reservations, c["order_id"])
    r = t.reservations[slot]
    if r["id"] == 0:
        return Status.RESERVATION_UNKNOWN
    expires_us = c["now_us"] + c["argument"]
    if expires_us - r["held_us"] > t.channels[r["channel"], LONGEST_US]:
        return Status.TTL_TOO_LONG

    save_reservation(t, slot)
    r["expires_us"] = expires_us
    push_due(t, expires_us, r["id"])
    written = emit_at(
        t, events, c, Kind.EXTENDED, r["quantity"], r["sku"], r["location"], OUTSIDE, OUTSIDE
    )
    e = events[written]
    e["party_id"] = r["party_id"]
    e["channel"] = r["channel"]
    return Status.OK
