"""How things are found: open addressing by id, a heap of due times, the ids that are remembered."""

import numpy as np

from core._jit import inlined, jit, part
from core._lend import borrowed
from core.kernels.tables import FIRST_TURN, LAST_TURN, Array, Int, Meta, Tables

# The slots looked at for an id lie a family and one apart: an odd number, so that every slot comes
# up, and a family that finds its place taken moves on as a whole and never meets itself.
FAMILY_BITS = np.uint64(6)
FAMILY_MASK = np.uint64(63)
STEP = np.uint64(65)
ONE = np.uint64(1)
STEP_INVERSE = np.uint64(pow(65, -1, 2**32))  # tables have at most 2^32 slots


@inlined
def slot_of(key: Int, slots: Int) -> Int:
    """First slot to look at for *key* > 0 in a table of *slots* (a power of two, >= 64).

    A family of 64 ids in a row shares a stretch of slots, because ids come in order and neighbours
    are looked up together: without it nearly every look is a cache miss. Both halves of the number
    of the family are multiplied by odd constants of 32 bits, so that nothing overflows and plain
    Python computes the same; the high half is folded down because the low bits of a product depend
    on the low bits of its factor only.
    """
    wide = np.uint64(key)
    family = wide >> FAMILY_BITS
    low = (family & np.uint64(0xFFFFFFFF)) * np.uint64(0x9E3779B1)
    high = (family >> np.uint64(32)) * np.uint64(0x85EBCA6B)
    spread = low ^ high
    spread = (spread ^ (spread >> np.uint64(29))) & np.uint64((slots >> 6) - 1)
    return (spread << FAMILY_BITS) | (wide & FAMILY_MASK)


@inlined
def steps_between(start: Int, end: Int, mask: Int) -> Int:
    """How many steps lead from one slot to another."""
    apart = (end + mask + np.uint64(1) - start) & mask  # added first: a difference may not wrap
    return (apart * STEP_INVERSE) & mask


@inlined
def find(records: Array, key: Int) -> Int:
    """Slot of the record with id *key* > 0, or the empty slot where it belongs."""
    mask = np.uint64(records.size - 1)
    at = slot_of(key, records.size)
    while records[at]["id"] != 0 and records[at]["id"] != key:
        at = (at + STEP) & mask
    return at


@inlined
def remove(records: Array, at: Int) -> None:
    """Empty slot *at*, moving later records back so that no search is cut short."""
    mask = np.uint64(records.size - 1)
    hole = at
    look = at
    while True:
        records[hole]["id"] = 0
        while True:
            look = (look + STEP) & mask
            if records[look]["id"] == 0:
                return
            home = slot_of(records[look]["id"], records.size)
            if steps_between(home, look, mask) >= steps_between(hole, look, mask):
                break
        records[hole] = records[look]
        hole = look


@jit
def slot(records: Array, key: Int) -> Int:
    """`find` for callers in Python, which an inlined kernel does not have."""
    return find(borrowed(records), key)


@jit
def rehash(records: Array, wider: Array) -> None:
    """Put all *records* into the empty, larger table *wider*."""
    records = borrowed(records)
    wider = borrowed(wider)
    for each in range(records.size):
        if records[each]["id"] != 0:
            wider[find(wider, records[each]["id"])] = records[each]


@inlined
def due_before(a_us: Int, a_id: Int, b_us: Int, b_id: Int) -> Int:
    """Whether a falls due before b."""
    return a_us < b_us or (a_us == b_us and a_id < b_id)


@inlined
def push_due(t: Tables, expires_us: Int, key: Int) -> None:
    """Add an entry to the heap of due times."""
    due = t.due
    at = np.uint64(t.meta[Meta.DUE])  # no sign: such an index asks no question at each step
    t.meta[Meta.DUE] += 1
    while at > 0:
        parent = (at - ONE) >> ONE
        if not due_before(expires_us, key, due[parent]["expires_us"], due[parent]["id"]):
            break
        due[at] = due[parent]
        at = parent
    due[at]["expires_us"] = expires_us
    due[at]["id"] = key


@inlined
def pop_due(t: Tables) -> None:
    """Drop the earliest entry of the heap."""
    due = t.due
    t.meta[Meta.DUE] -= 1
    size = np.uint64(t.meta[Meta.DUE])
    if size == 0:
        return
    last_us = due[size]["expires_us"]
    last_id = due[size]["id"]
    at = np.uint64(0)
    while True:
        child = at + at + ONE
        if child >= size:
            break
        right = child + ONE
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


@inlined
def mixed(hashed: Int, word: Int) -> Int:
    """Stir 64 more bits into a hash: a product of each half with an odd constant of 32 bits."""
    hashed ^= word
    low = (hashed & np.uint64(0xFFFFFFFF)) * np.uint64(0x9E3779B1)
    high = (hashed >> np.uint64(32)) * np.uint64(0x85EBCA6B)
    return low ^ ((high << np.uint64(32)) | (high >> np.uint64(32)))


@inlined
def fingerprint(c: Array) -> Int:
    """32 bits of all of a command but its id and its times.

    No product leaves 64 bits, so plain Python computes the same.
    """
    low = np.int64(0xFFFFFFFF)
    hashed = mixed(np.uint64(0), np.uint64(c["order_id"]))
    hashed = mixed(hashed, np.uint64(c["party_id"]))
    hashed = mixed(hashed, np.uint64(c["argument"]))
    hashed = mixed(
        hashed,
        (np.uint64(np.int64(c["sku"]) & low) << np.uint64(32))
        | np.uint64(np.int64(c["quantity"]) & low),
    )
    hashed = mixed(
        hashed,
        (np.uint64(np.int64(c["location"]) & low) << np.uint64(48))
        | (np.uint64(np.int64(c["location_to"]) & np.int64(0xFFFF)) << np.uint64(32))
        | (np.uint64(c["operation"]) << np.uint64(24))
        | (np.uint64(c["flags"]) << np.uint64(16))
        | (np.uint64(c["channel"]) << np.uint64(8))
        | np.uint64(c["reason"]),
    )
    hashed = mixed(hashed, hashed >> np.uint64(29))
    return (hashed ^ (hashed >> np.uint64(32))) & np.uint64(low)


UNKNOWN_ID = -1  # returned where an id is not remembered
OTHER_BODY = 256  # added to the status where the id was another command's


@inlined
def known_status(t: Tables, c: Array) -> Int:
    """Status of the first execution of the command's id, OTHER_BODY added, or UNKNOWN_ID."""
    slots = t.known.shape[1]
    mask = np.uint64(slots - 1)
    home = slot_of(c["id"], slots)
    young = np.uint64(t.meta[Meta.YOUNG])
    turn = t.meta[Meta.TURN] - 2
    for generation in (np.uint64(1) - young, young):  # the place for a new id is found last
        at = home
        turn += 1
        while t.known[generation, at]["turn"] == turn:
            if t.known[generation, at]["id"] == c["id"]:
                found = np.int64(t.known[generation, at]["status"])
                if np.uint64(t.known[generation, at]["fingerprint"]) != fingerprint(c):
                    found += OTHER_BODY
                return found
            at = (at + STEP) & mask
        t.meta[Meta.KNOWN_SLOT] = at
    return np.int64(UNKNOWN_ID)


@inlined
def remember(t: Tables, c: Array, status: Int) -> None:
    """Remember the id that `known_status` has just looked for in vain.

    When the young generation is full it becomes the old one.
    """
    young = np.uint64(t.meta[Meta.YOUNG])
    k = t.known[young, np.uint64(t.meta[Meta.KNOWN_SLOT])]
    k["id"] = c["id"]
    k["fingerprint"] = fingerprint(c)
    k["status"] = status
    k["turn"] = t.meta[Meta.TURN]
    t.meta[Meta.KNOWN] += 1
    if t.meta[Meta.KNOWN] >= t.meta[Meta.REMEMBERED]:
        take_turns(t)


@inlined
def take_turns(t: Tables) -> None:
    """The young generation becomes the old one; what was the old one is empty.

    Nothing is cleared, which would hold up one command in a million for as long as a thousand take:
    its entries have no turn any more.
    """
    t.meta[Meta.YOUNG] = 1 - t.meta[Meta.YOUNG]
    t.meta[Meta.KNOWN] = 0
    t.meta[Meta.TURN] += 1
    if t.meta[Meta.TURN] > LAST_TURN:
        count_turns_anew(t)


@part
def count_turns_anew(t: Tables) -> None:
    """Turns have two bytes: before they run out, those of all entries begin again."""
    young = np.uint64(t.meta[Meta.YOUNG])
    old = np.uint64(1) - young
    for each in range(t.known.shape[1]):
        is_old = t.known[old, each]["turn"] == LAST_TURN
        t.known[old, each]["turn"] = FIRST_TURN - 1 if is_old else 0
        t.known[young, each]["turn"] = 0
    t.meta[Meta.TURN] = FIRST_TURN
