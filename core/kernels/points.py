"""Loyalty points of a party: earned in grants that may end, spent first ends first, reversed."""

import numpy as np

from core._jit import inlined, part
from core.kernels.documents import add_document, delist, enlist, exists, lessen
from core.kernels.finding import find, push_due
from core.kernels.moves import emit
from core.kernels.tables import Array, Int, Meta, Tables
from core.kernels.undo import Undo, note, save_party
from core.records import Paper
from core.schema import OUTSIDE, TIME_MAX_US, TTL_MAX_US, Kind, Status

POINTS_TTL_MAX_US = 10 * TTL_MAX_US


@part
def earn(t: Tables, c: Array, events: Array) -> Int:
    """A party gets points, for argument microseconds or for ever."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if c["argument"] < 0:
        return Status.TTL_NEGATIVE
    if c["argument"] > POINTS_TTL_MAX_US or c["now_us"] > TIME_MAX_US - c["argument"]:
        return Status.TTL_TOO_LONG
    if c["party_id"] <= 0:
        return Status.PARTY_NOT_POSITIVE
    if exists(t, c["id"]):
        return Status.DOCUMENT_EXISTS

    end_us = np.int64(0) if c["argument"] == 0 else c["now_us"] + c["argument"]
    grant(t, c, account_of(t, c["party_id"]), quantity, end_us)
    emit(t, events, c, Kind.EARNED, quantity, OUTSIDE, OUTSIDE)
    return Status.OK


@inlined
def account_of(t: Tables, party_id: Int) -> Int:
    """Slot of a party's account, saved as it is, or made."""
    slot = find(t.parties, party_id)
    if t.parties[slot]["id"] != 0:
        save_party(t, slot)
        return slot
    p = t.parties[slot]
    p["id"] = party_id
    p["points"] = 0
    p["owed"] = 0
    p["grants"] = 0
    t.meta[Meta.PARTIES] += 1
    note(t, Undo.PARTY_ADDED, party_id, 0)
    return slot


@part
def grant(t: Tables, c: Array, account: Int, quantity: Int, end_us: Int) -> None:
    """Give points until *end_us* (0: for ever): first they pay what the party owes."""
    p = t.parties[account]
    paid = min(p["owed"], quantity)
    p["owed"] -= paid
    p["points"] += quantity
    slot = add_document(t, c["id"], Paper.GRANT, c, quantity, quantity - paid)
    d = t.documents[slot]
    d["party_id"] = p["id"]
    d["due_us"] = end_us
    d["sku"] = 0
    d["location"] = 0
    d["location_to"] = 0
    if quantity > paid:
        p["grants"] = enlist(t, p["grants"], slot)
        if end_us != 0:
            push_due(t, end_us, c["id"])


@part
def burn(t: Tables, c: Array, events: Array) -> Int:
    """A party spends points: a promise, refused beyond its balance."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if c["party_id"] <= 0:
        return Status.PARTY_NOT_POSITIVE
    if exists(t, c["id"]):
        return Status.DOCUMENT_EXISTS
    account = find(t.parties, c["party_id"])
    if t.parties[account]["id"] == 0 or t.parties[account]["points"] < quantity:
        return Status.POINTS_INSUFFICIENT

    save_party(t, account)
    p = t.parties[account]
    p["points"] -= quantity
    rest = quantity
    end_us = np.int64(0)
    while rest > 0:
        slot = find(t.documents, p["grants"])
        spent = min(rest, np.int64(t.documents[slot]["open"]))
        rest -= spent
        end_us = t.documents[slot]["due_us"]  # grants are in order: the last one lives longest
        lessen(t, slot, spent)
        if t.documents[slot]["open"] == 0:
            p["grants"] = delist(t, p["grants"], t.documents[slot]["id"])
    d = t.documents[add_document(t, c["id"], Paper.BURN, c, quantity, quantity)]
    d["due_us"] = end_us
    d["sku"] = 0
    d["location"] = 0
    d["location_to"] = 0
    emit(t, events, c, Kind.BURNED, quantity, OUTSIDE, OUTSIDE)
    return Status.OK


@part
def reverse(t: Tables, c: Array, events: Array) -> Int:
    """Points that were earned are taken back, or points that were spent are given back."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if c["argument"] <= 0:
        return Status.DOCUMENT_UNKNOWN
    slot = find(t.documents, c["argument"])
    kind = t.documents[slot]["kind"]
    if t.documents[slot]["id"] == 0 or kind not in (Paper.GRANT, Paper.BURN):
        return Status.DOCUMENT_UNKNOWN
    if kind == Paper.BURN and exists(t, c["id"]):
        return Status.DOCUMENT_EXISTS
    limit = t.documents[slot]["quantity"] if kind == Paper.GRANT else t.documents[slot]["open"]
    if limit < quantity:
        return Status.POINTS_INSUFFICIENT

    party_id = t.documents[slot]["party_id"]
    if kind == Paper.GRANT:
        take_points(t, slot, account_of(t, party_id), quantity)
    else:
        give_points(t, c, slot, account_of(t, party_id), quantity)
    emit(t, events, c, Kind.REVERSED, quantity, OUTSIDE, OUTSIDE)
    e = events[t.meta[Meta.EVENTS] - 1]
    e["order_id"] = c["argument"]
    e["party_id"] = party_id
    return Status.OK


@inlined
def take_points(t: Tables, slot: Int, account: Int, quantity: Int) -> None:
    """Reverse an earning: what was spent already is owed from now on."""
    p = t.parties[account]
    d = t.documents[slot]
    unspent = min(np.int64(d["open"]), quantity)
    had_some = d["open"] > 0
    lessen(t, slot, unspent)
    d["quantity"] -= quantity
    p["owed"] += quantity - unspent
    p["points"] -= quantity
    if had_some and d["open"] == 0:
        p["grants"] = delist(t, p["grants"], d["id"])


@inlined
def give_points(t: Tables, c: Array, slot: Int, account: Int, quantity: Int) -> None:
    """Reverse a spending: points come back until the longest-lived of those spent would end."""
    lessen(t, slot, quantity)
    end_us = t.documents[slot]["due_us"]
    if end_us != 0 and end_us <= c["now_us"]:
        return_late(t, c, account, quantity, end_us)
    else:
        grant(t, c, account, quantity, end_us)


@inlined
def return_late(t: Tables, c: Array, account: Int, quantity: Int, end_us: Int) -> None:
    """Points whose time is over pay what is owed, and the rest of them is lost."""
    p = t.parties[account]
    paid = min(p["owed"], quantity)
    p["owed"] -= paid
    p["points"] += paid
    d = t.documents[add_document(t, c["id"], Paper.GRANT, c, paid, 0)]
    d["party_id"] = p["id"]
    d["due_us"] = end_us
    d["sku"] = 0
    d["location"] = 0
    d["location_to"] = 0


@part
def end_grant(t: Tables, slot: Int, c: Array, events: Array) -> None:
    """A grant's time is over. Only time does this, and time is never undone."""
    d = t.documents[slot]
    p = t.parties[find(t.parties, d["party_id"])]
    p["grants"] = delist(t, p["grants"], d["id"])
    points = np.int64(d["open"])
    d["open"] = 0
    d["closed"] = 1
    d["quantity"] -= points
    p["points"] -= points
    emit(t, events, c, Kind.POINTS_EXPIRED, points, OUTSIDE, OUTSIDE)
    e = events[t.meta[Meta.EVENTS] - 1]
    e["order_id"] = d["id"]
    e["party_id"] = d["party_id"]
    e["sku"] = 0
    e["location"] = 0
    e["channel"] = 0
    e["reason"] = 0
