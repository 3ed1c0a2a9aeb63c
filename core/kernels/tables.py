"""The engine's memory: flat arrays, and the few structures laid over them.

Everything the rules touch lies in one `Tables`, a tuple of arrays that compiled code takes as one
argument. Indices are unsigned on the hot path, because a signed index makes numba emit a test for
wrap-around. Nothing here knows what an operation means.
"""

from enum import IntEnum
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from core._jit import inlined, jit
from core._lend import lent, recaller
from core.schema import DUE, KNOWN, LINE, ORDER, RESERVATION

# Compiled code knows the exact types; plain Python sees arrays, records and numbers of numpy.
Array: TypeAlias = Any
Int: TypeAlias = Any

LEVEL_STRIDE = 8  # seven states and one unused column: a level is one cache line


class Meta(IntEnum):
    """Positions in `Tables.meta`, the engine's scalars."""

    SKUS = 0
    LOCATIONS = 1
    SEQUENCE = 2  # last sequence given
    NOW_US = 3
    ORDERS = 4
    LINES = 5
    RESERVATIONS = 6
    DUE = 7  # entries in the heap, stale ones included
    YOUNG = 8  # which generation of known ids is being filled
    KNOWN = 9  # ids in the young generation
    REMEMBERED = 10  # ids after which the generations rotate
    UNDO = 11  # entries in the undo log of the chain under way
    REMOVED = 12  # reservations set aside by the chain under way
    CHAINED = 13  # 1 while a chain of more than one command is under way
    CHAIN_FIRST = 14  # id of the chain's first command
    CHAIN_LINES = 15  # lines before the chain began
    CURRENT = 16  # sequence of the command under way
    EVENTS = 17  # events written in this call
    COMMAND_EVENTS = 18  # events before the command under way
    CHAIN_HIGHEST = 19  # highest id of the chain so far
    ORDER_SLOT = 20  # where the order of the line under way lies, or belongs


class Tables(NamedTuple):
    """All state of one engine. Sizes grow between calls (`core.engine`), never during one."""

    meta: Array  # (len(Meta),) i8
    levels: Array  # (locations * skus, LEVEL_STRIDE) i8, columns by State
    orders: Array  # (2^k,) ORDER, open addressing by order_id
    lines: Array  # (capacity,) LINE, appended
    reservations: Array  # (2^k,) RESERVATION, open addressing by id
    due: Array  # (capacity,) DUE, a binary heap by (expires_us, id)
    known: Array  # (2, 2^k) KNOWN, two generations, open addressing by id
    undo: Array  # (capacity, 3) i8: what, where, value before
    removed: Array  # (capacity,) RESERVATION


def allocate(skus: int, locations: int, remembered_ids: int) -> Tables:
    """Empty tables of an engine with small arenas; `core.engine` grows them."""
    meta = np.zeros(len(Meta), np.int64)
    meta[Meta.SKUS] = skus
    meta[Meta.LOCATIONS] = locations
    meta[Meta.REMEMBERED] = remembered_ids
    meta[Meta.NOW_US] = np.iinfo(np.int64).min
    return Tables(
        meta=meta,
        levels=np.zeros((skus * locations, LEVEL_STRIDE), np.int64),
        orders=np.zeros(64, ORDER),
        lines=np.zeros(64, LINE),
        reservations=np.zeros(64, RESERVATION),
        due=np.zeros(64, DUE),
        known=np.zeros((2, slots_for(remembered_ids)), KNOWN),
        undo=np.zeros((256, 3), np.int64),
        removed=np.zeros(64, RESERVATION),
    )


def sample_tables() -> Tables:
    """Tables of the types that all tables have."""
    return allocate(1, 1, 1)


tables_at = recaller(sample_tables)


def slots_for(entries: int) -> int:
    """Smallest power of two that holds *entries* at a load of at most one half."""
    return 1 << max(4, (2 * entries - 1).bit_length())


@inlined
def slot_of(key: Int, slots: Int) -> Int:
    """First slot to look at for *key* > 0 in a table of *slots* (a power of two, >= 8).

    Eight ids in a row share a stretch of slots, because ids come in order and neighbours are
    looked up together: without it nearly every look is a cache miss. Both halves of the family's
    number are multiplied by odd constants of 32 bits, so that nothing overflows and plain Python
    computes the same; the high half is folded down because the low bits of a product depend on
    the low bits of its factor only.
    """
    wide = np.uint64(key)
    family = wide >> np.uint64(3)
    low = (family & np.uint64(0xFFFFFFFF)) * np.uint64(0x9E3779B1)
    high = (family >> np.uint64(32)) * np.uint64(0x85EBCA6B)
    mixed = low ^ high
    mixed = (mixed ^ (mixed >> np.uint64(29))) & np.uint64((slots >> 3) - 1)
    return (mixed << np.uint64(3)) | (wide & np.uint64(7))


@inlined
def find_order(t: Tables, order_id: Int) -> Int:
    """Slot of *order_id* in `orders`, or the empty slot where it belongs."""
    mask = np.uint64(t.orders.size - 1)
    at = slot_of(order_id, t.orders.size)
    while t.orders[at]["order_id"] != 0 and t.orders[at]["order_id"] != order_id:
        at = (at + np.uint64(1)) & mask
    return at


@jit
def order_slot(t: Tables, order_id: Int) -> Int:
    """`find_order` for callers in Python, which an inlined kernel does not have."""
    return find_order(lent(t), order_id)


@inlined
def remove_order(t: Tables, at: Int) -> None:
    """Empty slot *at*, moving later entries back so that no search is cut short."""
    mask = np.uint64(t.orders.size - 1)
    hole = at
    look = at
    while True:
        t.orders[hole]["order_id"] = 0
        while True:
            look = (look + np.uint64(1)) & mask
            if t.orders[look]["order_id"] == 0:
                return
            home = slot_of(t.orders[look]["order_id"], t.orders.size)
            if ((look - home) & mask) >= ((look - hole) & mask):
                break
        t.orders[hole] = t.orders[look]
        hole = look


@inlined
def find_reservation(t: Tables, reservation_id: Int) -> Int:
    """Slot of *reservation_id*, or the empty slot where it belongs."""
    mask = np.uint64(t.reservations.size - 1)
    at = slot_of(reservation_id, t.reservations.size)
    while t.reservations[at]["id"] != 0 and t.reservations[at]["id"] != reservation_id:
        at = (at + np.uint64(1)) & mask
    return at


@inlined
def remove_reservation(t: Tables, at: Int) -> None:
    """Empty slot *at*, moving later entries back so that no search is cut short."""
    mask = np.uint64(t.reservations.size - 1)
    hole = at
    look = at
    while True:
        t.reservations[hole]["id"] = 0
        while True:
            look = (look + np.uint64(1)) & mask
            if t.reservations[look]["id"] == 0:
                t.meta[Meta.RESERVATIONS] -= 1
                return
            home = slot_of(t.reservations[look]["id"], t.reservations.size)
            if ((look - home) & mask) >= ((look - hole) & mask):
                break
        t.reservations[hole] = t.reservations[look]
        hole = look


@jit
def rehash_orders(orders: Array, t: Tables) -> None:
    """Put all *orders* into the empty, larger table of *t*."""
    t = lent(t)
    for slot in range(orders.size):
        if orders[slot]["order_id"] != 0:
            t.orders[find_order(t, orders[slot]["order_id"])] = orders[slot]


@jit
def rehash_reservations(reservations: Array, t: Tables) -> None:
    """Put all *reservations* into the empty, larger table of *t*."""
    t = lent(t)
    for slot in range(reservations.size):
        if reservations[slot]["id"] != 0:
            t.reservations[find_reservation(t, reservations[slot]["id"])] = reservations[slot]


@inlined
def due_before(a_us: Int, a_id: Int, b_us: Int, b_id: Int) -> Int:
    """Whether reservation a falls due before b."""
    return a_us < b_us or (a_us == b_us and a_id < b_id)


@inlined
def push_due(t: Tables, expires_us: Int, reservation_id: Int) -> None:
    """Add an entry to the heap of due times."""
    due = t.due
    at = t.meta[Meta.DUE]
    t.meta[Meta.DUE] = at + 1
    while at > 0:
        parent = (at - 1) >> 1
        if not due_before(expires_us, reservation_id, due[parent]["expires_us"], due[parent]["id"]):
            break
        due[at] = due[parent]
        at = parent
    due[at]["expires_us"] = expires_us
    due[at]["id"] = reservation_id


@inlined
def pop_due(t: Tables) -> None:
    """Drop the earliest entry of the heap."""
    due = t.due
    size = t.meta[Meta.DUE] - 1
    t.meta[Meta.DUE] = size
    if size == 0:
        return
    last_us = due[size]["expires_us"]
    last_id = due[size]["id"]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        right = child + 1
        if right < size and due_before(
            due[right]["expires_us"], due[right]["id"], due[child]["expires_us"], due[child]["id"]
        ):
            child = right
        if not due_before(due[child]["expires_us"], due[child]["id"], last_us, last_id):
            break
        due[at] = due[child]
        at = child
    due[at]["expires_us"] = last_us
    due[at]["id"] = last_id


UNKNOWN_ID = 255  # returned where an id is not remembered; no Status has this number


@inlined
def known_status(t: Tables, command_id: Int) -> Int:
    """Status of the first execution of *command_id*, or UNKNOWN_ID."""
    slots = t.known.shape[1]
    mask = np.uint64(slots - 1)
    home = slot_of(command_id, slots)
    young = np.uint64(t.meta[Meta.YOUNG])
    for generation in (young, np.uint64(1) - young):
        at = home
        while t.known[generation, at]["id"] != 0:
            if t.known[generation, at]["id"] == command_id:
                return np.int64(t.known[generation, at]["status"])
            at = (at + np.uint64(1)) & mask
    return np.int64(UNKNOWN_ID)


@inlined
def remember(t: Tables, command_id: Int, status: Int) -> None:
    """Remember *command_id*; when the young generation is full it becomes the old one."""
    slots = t.known.shape[1]
    mask = np.uint64(slots - 1)
    young = np.uint64(t.meta[Meta.YOUNG])
    at = slot_of(command_id, slots)
    while t.known[young, at]["id"] != 0:
        at = (at + np.uint64(1)) & mask
    t.known[young, at]["id"] = command_id
    t.known[young, at]["status"] = status
    t.meta[Meta.KNOWN] += 1
    if t.meta[Meta.KNOWN] >= t.meta[Meta.REMEMBERED]:
        t.meta[Meta.YOUNG] = 1 - t.meta[Meta.YOUNG]
        t.meta[Meta.KNOWN] = 0
        old = np.uint64(t.meta[Meta.YOUNG])
        for slot in range(slots):
            t.known[old, slot]["id"] = 0


class Undo(IntEnum):
    """What an entry of the undo log restores."""

    LEVEL = 0  # where: row * LEVEL_STRIDE + state
    RESERVATION_ADDED = 1  # where: its id
    RESERVATION_REMOVED = 2  # where: index in `removed`
    LINE_FULFILLED = 3  # where: index in `lines`; value: quantity
    LINE_CANCELLED = 4


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
def roll_back(t: Tables) -> None:
    """Undo, last first, all that the chain under way has changed."""
    while t.meta[Meta.UNDO] > 0:
        at = t.meta[Meta.UNDO] - 1
        t.meta[Meta.UNDO] = at
        what = t.undo[at, 0]
        where = t.undo[at, 1]
        value = t.undo[at, 2]
        if what == Undo.LEVEL:
            t.levels[where // LEVEL_STRIDE, where % LEVEL_STRIDE] = value
        elif what == Undo.RESERVATION_ADDED:
            remove_reservation(t, find_reservation(t, where))
        elif what == Undo.RESERVATION_REMOVED:
            t.reservations[find_reservation(t, t.removed[where]["id"])] = t.removed[where]
            t.meta[Meta.RESERVATIONS] += 1
        elif what == Undo.LINE_FULFILLED:
            t.lines[where]["fulfilled"] -= value
            t.lines[where]["allocated"] += value
        else:
            t.lines[where]["cancelled"] -= value
            t.lines[where]["allocated"] += value
    if t.meta[Meta.LINES] > t.meta[Meta.CHAIN_LINES]:
        # Only the order that this chain itself made can have got new lines.
        remove_order(t, find_order(t, t.meta[Meta.CHAIN_FIRST]))
        t.meta[Meta.ORDERS] -= 1
        t.meta[Meta.LINES] = t.meta[Meta.CHAIN_LINES]
