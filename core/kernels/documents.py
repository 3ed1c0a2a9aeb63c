"""Transfers, returns, arrivals, lots, grants: records with an open rest, some of them in lists.

A list hangs on a level (its arrivals, its lots) or on a party (its grants) and is ordered by
(due_us, id); what has no date stands last.
"""

import numpy as np

from core._jit import inlined, part
from core.kernels.finding import find
from core.kernels.tables import COMING_STRIDE, Array, Coming, Int, Meta, Tables
from core.kernels.undo import Undo, note, save_document
from core.records import Paper
from core.schema import TIME_MAX_US

FIRST = np.int64(Coming.FIRST)
UNITS = np.int64(Coming.UNITS)
DATED = np.int64(Coming.DATED)


@inlined
def add_document(t: Tables, document_id: Int, kind: Int, c: Array, quantity: Int, rest: Int) -> Int:
    """Make a document about the command's level; return its slot. Callers fill in what differs."""
    slot = find(t.documents, document_id)
    d = t.documents[slot]
    d["id"] = document_id
    d["party_id"] = c["party_id"]
    d["due_us"] = 0
    d["order_id"] = 0
    d["next"] = 0
    d["quantity"] = quantity
    d["open"] = rest
    d["sku"] = c["sku"]
    d["line"] = 0
    d["location"] = c["location"]
    d["location_to"] = c["location_to"]
    d["kind"] = kind
    d["closed"] = 1 if rest == 0 else 0
    d["unused"] = 0
    t.meta[Meta.DOCUMENTS] += 1
    note(t, Undo.DOCUMENT_ADDED, document_id, 0)
    return slot


@inlined
def exists(t: Tables, document_id: Int) -> Int:
    """Whether there is a document of this id."""
    return t.documents[find(t.documents, document_id)]["id"] != 0


@inlined
def find_paper(t: Tables, document_id: Int, kind: Int) -> Int:
    """Slot of the document of this id and kind; -1 where there is none."""
    if document_id <= 0:
        return np.int64(-1)
    slot = find(t.documents, document_id)
    if t.documents[slot]["id"] == 0 or t.documents[slot]["kind"] != kind:
        return np.int64(-1)
    return np.int64(slot)


@inlined
def due_of(d: Array) -> Int:
    """When a document is due; what has no date is due last."""
    return d["due_us"] if d["due_us"] != 0 else np.int64(TIME_MAX_US)


@part
def enlist(t: Tables, head: Int, slot: Int) -> Int:
    """Put a document into the list that begins with the id *head*; return the new first id."""
    d = t.documents[slot]
    note(t, Undo.LISTED, 0, t.meta[Meta.LISTED])
    t.meta[Meta.LISTED] += 1
    before = np.int64(-1)
    ahead = head
    while ahead != 0:
        at = np.int64(find(t.documents, ahead))
        other = t.documents[at]
        if due_of(d) < due_of(other) or (due_of(d) == due_of(other) and d["id"] < other["id"]):
            break
        before = at
        ahead = other["next"]
    d["next"] = ahead
    if before < 0:
        return d["id"]
    save_document(t, before)
    t.documents[before]["next"] = d["id"]
    return head


@part
def delist(t: Tables, head: Int, document_id: Int) -> Int:
    """Take a document out of the list that begins with *head*; return the new first id."""
    note(t, Undo.LISTED, 0, t.meta[Meta.LISTED])
    t.meta[Meta.LISTED] -= 1
    after = t.documents[find(t.documents, document_id)]["next"]
    if head == document_id:
        return after
    at = find(t.documents, head)
    while t.documents[at]["next"] != document_id:
        at = find(t.documents, t.documents[at]["next"])
    save_document(t, at)
    t.documents[at]["next"] = after
    return head


@inlined
def put_coming(t: Tables, row: Int, column: Int, value: Int) -> None:
    """Change a number of what is on its way to a level."""
    note(t, Undo.COMING, np.int64(row) * COMING_STRIDE + column, t.coming[row, column])
    t.coming[row, column] = value


@part
def announce(t: Tables, row: Int, slot: Int) -> None:
    """Put a new arrival or transfer into the list of what is on its way to a level."""
    put_coming(t, row, UNITS, t.coming[row, UNITS] + np.int64(t.documents[slot]["open"]))
    if t.documents[slot]["kind"] == Paper.ARRIVAL:
        put_coming(t, row, DATED, t.coming[row, DATED] + 1)
    put_coming(t, row, FIRST, enlist(t, t.coming[row, FIRST], slot))


@part
def came(t: Tables, row: Int, slot: Int, quantity: Int, final: Int) -> None:
    """Take what came, or is lost, off an arrival or transfer; over, it leaves the list."""
    put_coming(t, row, UNITS, t.coming[row, UNITS] - quantity)
    lessen(t, slot, quantity)
    if final:
        t.documents[slot]["closed"] = 1
    if t.documents[slot]["closed"] != 0:
        put_coming(t, row, FIRST, delist(t, t.coming[row, FIRST], t.documents[slot]["id"]))
        if t.documents[slot]["kind"] == Paper.ARRIVAL:
            put_coming(t, row, DATED, t.coming[row, DATED] - 1)


@inlined
def lessen(t: Tables, slot: Int, quantity: Int) -> None:
    """Take *quantity* from what is open; with nothing open the document is closed."""
    save_document(t, slot)
    d = t.documents[slot]
    d["open"] -= quantity
    if d["open"] == 0:
        d["closed"] = 1
