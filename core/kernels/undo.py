"""What a chain has changed, so that it can be taken back as a whole.

Numbers are noted with the value they had; records are saved whole, before their first change and
before every later one (the last entry undone restores the oldest). Outside chains nothing is noted.
"""

from enum import IntEnum

import numpy as np

from core._jit import inlined, part
from core.kernels.finding import find, remove
from core.kernels.tables import (
    ACCOUNT_STRIDE,
    COMING_STRIDE,
    EXTRA_STRIDE,
    LEVEL_STRIDE,
    Array,
    Int,
    Meta,
    Product,
    Tables,
)


class Undo(IntEnum):
    """What an entry of the undo log restores."""

    LEVEL = 0  # where: row * LEVEL_STRIDE + column
    ACCOUNT = 1  # where: sku * ACCOUNT_STRIDE + account
    EXTRA = 2  # where: index * EXTRA_STRIDE + column
    EXTRA_ADDED = 3  # where: row
    COUNTED = 4  # where: row
    QUEUE = 5  # where: index in `waiting`; value: what stood behind it
    KIT_USED = 6  # where: sku
    LINE = 7  # where: index in `lines`; value: index in `saved_lines`
    ORDER = 8  # value: index in `saved_orders`, and so on
    RESERVATION = 9
    DOCUMENT = 10
    PARTY = 11
    ORDER_ADDED = 12  # where: id, and so on
    RESERVATION_ADDED = 13
    DOCUMENT_ADDED = 14
    PARTY_ADDED = 15
    IN_LINE = 16  # value: before
    LISTED = 17
    COMING = 18  # where: row * COMING_STRIDE + column


SAVED_LINES = np.int64(Meta.SAVED_LINES)
SAVED_ORDERS = np.int64(Meta.SAVED_ORDERS)
SAVED_RESERVATIONS = np.int64(Meta.SAVED_RESERVATIONS)
SAVED_DOCUMENTS = np.int64(Meta.SAVED_DOCUMENTS)
SAVED_PARTIES = np.int64(Meta.SAVED_PARTIES)


@inlined
def note(t: Tables, what: Int, where: Int, value: Int) -> None:
    """Write to the undo log, if a chain is under way."""
    if t.meta[Meta.CHAINED] == 0:
        return
    at = t.meta[Meta.UNDO]
    t.undo[at, 0] = what
    t.undo[at, 1] = where
    t.undo[at, 2] = value
    t.meta[Meta.UNDO] = at + 1


@inlined
def save(t: Tables, what: Int, records: Array, at: Int, saved: Array, count: Int) -> None:
    """Keep a record as it is, if a chain is under way; `meta[count]` says how many there are."""
    if t.meta[Meta.CHAINED] != 0:
        copy = t.meta[count]
        saved[copy] = records[at]
        t.meta[count] = copy + 1
        note(t, what, at, copy)


@inlined
def save_line(t: Tables, at: Int) -> None:
    """Keep a line as it is, before it changes."""
    save(t, Undo.LINE, t.lines, at, t.saved_lines, SAVED_LINES)


@inlined
def save_order(t: Tables, slot: Int) -> None:
    """Keep an order as it is, before it changes."""
    save(t, Undo.ORDER, t.orders, slot, t.saved_orders, SAVED_ORDERS)


@inlined
def save_reservation(t: Tables, slot: Int) -> None:
    """Keep a reservation as it is, before it changes or goes."""
    save(t, Undo.RESERVATION, t.reservations, slot, t.saved_reservations, SAVED_RESERVATIONS)


@inlined
def save_document(t: Tables, slot: Int) -> None:
    """Keep a document as it is, before it changes."""
    save(t, Undo.DOCUMENT, t.documents, slot, t.saved_documents, SAVED_DOCUMENTS)


@inlined
def save_party(t: Tables, slot: Int) -> None:
    """Keep a party's account as it is, before it changes."""
    save(t, Undo.PARTY, t.parties, slot, t.saved_parties, SAVED_PARTIES)


@part
def roll_back(t: Tables) -> None:
    """Undo, last first, all that the chain under way has changed."""
    meta = t.meta
    while meta[Meta.UNDO] > 0:
        at = meta[Meta.UNDO] - 1
        meta[Meta.UNDO] = at
        restore(t, t.undo[at, 0], t.undo[at, 1], t.undo[at, 2])
    meta[Meta.LINES] = meta[Meta.CHAIN_LINES]
    meta[Meta.MOVES] = meta[Meta.CHAIN_MOVES]
    meta[Meta.EXTRAS] = meta[Meta.CHAIN_EXTRAS]
    meta[Meta.LATER] = meta[Meta.CHAIN_LATER]
    meta[Meta.WAITING] = meta[Meta.CHAIN_WAITING]


@inlined
def restore(t: Tables, what: Int, where: Int, value: Int) -> None:
    """Undo one entry."""
    if what == Undo.LEVEL:
        t.levels[where // LEVEL_STRIDE, where % LEVEL_STRIDE] = value
    elif what == Undo.ACCOUNT:
        t.accounts[where // ACCOUNT_STRIDE, where % ACCOUNT_STRIDE] = value
    elif what == Undo.EXTRA:
        t.extras[where // EXTRA_STRIDE, where % EXTRA_STRIDE] = value
    elif what == Undo.COMING:
        t.coming[where // COMING_STRIDE, where % COMING_STRIDE] = value
    elif what == Undo.EXTRA_ADDED:
        t.extra_of[where] = 0
    elif what == Undo.COUNTED:
        t.counted[where] = value
    elif what == Undo.QUEUE:
        t.waiting[where, 1] = value
    elif what == Undo.KIT_USED:
        t.catalogue[where, np.int64(Product.IN_USE)] = value
    elif what == Undo.IN_LINE:
        t.meta[Meta.IN_LINE] = value
    elif what == Undo.LISTED:
        t.meta[Meta.LISTED] = value
    else:
        restore_record(t, what, where, value)


@inlined
def restore_record(t: Tables, what: Int, where: Int, value: Int) -> None:
    """Undo one entry about a record: put the saved one back, or remove the one that was added."""
    if what == Undo.LINE:
        t.lines[where] = t.saved_lines[value]
    elif what == Undo.ORDER:
        t.orders[find(t.orders, t.saved_orders[value]["id"])] = t.saved_orders[value]
    elif what == Undo.RESERVATION:
        slot = find(t.reservations, t.saved_reservations[value]["id"])
        if t.reservations[slot]["id"] == 0:
            t.meta[Meta.RESERVATIONS] += 1
        t.reservations[slot] = t.saved_reservations[value]
    elif what == Undo.DOCUMENT:
        t.documents[find(t.documents, t.saved_documents[value]["id"])] = t.saved_documents[value]
    elif what == Undo.PARTY:
        t.parties[find(t.parties, t.saved_parties[value]["id"])] = t.saved_parties[value]
    elif what == Undo.ORDER_ADDED:
        remove(t.orders, find(t.orders, where))
        t.meta[Meta.ORDERS] -= 1
    elif what == Undo.RESERVATION_ADDED:
        remove(t.reservations, find(t.reservations, where))
        t.meta[Meta.RESERVATIONS] -= 1
    elif what == Undo.DOCUMENT_ADDED:
        remove(t.documents, find(t.documents, where))
        t.meta[Meta.DOCUMENTS] -= 1
    else:
        remove(t.parties, find(t.parties, where))
        t.meta[Meta.PARTIES] -= 1
