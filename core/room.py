"""How much memory an engine needs for the commands to come, and how its arenas grow.

Kernels allocate nothing. Before a call the arenas get room for a weight of commands: an ordinary
one weighs one, one that may be split or is about a kit weighs as much as the lines it can make.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.kernels.finding import rehash
from core.kernels.tables import (
    EVENTS_PER_COMMAND,
    Meta,
    Tables,
    aligned,
    slots_for,
)
from core.kernels.weights import events_of_ends
from core.records import DUE, Paper
from core.schema import EVENT

Records = NDArray[Any]

ROOM_MIN = 2**14  # so that small batches rarely come this way
EVENTS_MIN = 2**10
CHAIN_ROOM_MIN = 512
UNDO_PER_COMMAND = 32
HASHED = {
    "orders": Meta.ORDERS,
    "reservations": Meta.RESERVATIONS,
    "documents": Meta.DOCUMENTS,
    "parties": Meta.PARTIES,
}
APPENDED = {
    "lines": Meta.LINES,
    "later": Meta.LATER,
    "waiting": Meta.WAITING,
    "extras": Meta.EXTRAS,
    "parts": Meta.PARTS,
}


def roomier(t: Tables, weight: int, chain: int, to_come: Mapping[str, int]) -> Tables:
    """Tables with room for commands of *weight*, of which a chain weighs up to *chain*.

    An arena that grows gets room for what is *to_come* there, by its name, at least.
    """
    meta = t.meta
    weight = max(weight, ROOM_MIN)
    touched = int(meta[Meta.LISTED] + meta[Meta.IN_LINE])
    chain = max(chain + touched, CHAIN_ROOM_MIN)
    changed: dict[str, Records] = {}
    for name, used in HASHED.items():
        records = getattr(t, name)
        if 2 * (int(meta[used]) + weight) > len(records):
            entries = int(meta[used]) + max(int(meta[used]), weight, to_come.get(name, 0))
            changed[name] = np.zeros(slots_for(entries), records.dtype)
            rehash(records, changed[name])
    for name, used in APPENDED.items():
        array = getattr(t, name)
        if int(meta[used]) + weight >= len(array):
            entries = int(meta[used]) + max(int(meta[used]), weight, to_come.get(name, 0))
            changed[name] = grown(array, int(meta[used]) + 1, entries + 1, cleared=name == "extras")
    if int(meta[Meta.DUE]) + weight > len(t.due):
        changed["due"] = compacted_due(t, max(weight, to_come.get("reservations", 0) // 8))
    if chain > meta[Meta.CHAIN_ROOM]:
        changed |= wider_scratch(t, 2 * chain)
    wider = t._replace(**changed) if changed else t
    meta[Meta.ROOM] = free_room(wider)
    return wider


def free_room(t: Tables) -> int:
    """Weight of commands that the arenas hold for sure."""
    meta = t.meta
    hashed = [len(getattr(t, name)) // 2 - int(meta[used]) for name, used in HASHED.items()]
    appended = [len(getattr(t, name)) - 1 - int(meta[used]) for name, used in APPENDED.items()]
    return min(*hashed, *appended, len(t.due) - int(meta[Meta.DUE]))


def wider_scratch(t: Tables, chain: int) -> dict[str, Records]:
    """Place for what a chain of this weight may save, and for the movements that it may undo."""
    t.meta[Meta.CHAIN_ROOM] = chain
    sizes = {
        "undo": UNDO_PER_COMMAND * chain,
        "risen": 2 * chain,
        "saved_lines": 2 * chain,
        "saved_orders": chain,
        "saved_reservations": chain,
        "saved_documents": 4 * chain,
        "saved_parties": chain,
    }
    wider = {
        name: unwritten((size, *getattr(t, name).shape[1:]), getattr(t, name).dtype)
        for name, size in sizes.items()
    }
    if int(t.meta[Meta.REMEMBERED_MOVES]) + chain > len(t.moves):
        wider["moves"] = wider_ring(t, int(t.meta[Meta.REMEMBERED_MOVES]) + chain)
    return wider


def roomier_events(t: Tables, events: Records, weight: int) -> Records:
    """A buffer for the events of commands of *weight*, and of all that they bring to an end."""
    size = EVENTS_PER_COMMAND * max(weight, EVENTS_MIN) + int(events_of_ends(t))
    return events if size <= len(events) else np.zeros(size + size // 4, EVENT)


def compacted_due(t: Tables, weight: int) -> Records:
    """A wider heap; of the live entries alone, in order, where half of them are stale."""
    used = int(t.meta[Meta.DUE])
    mostly_live = used < 2 * int(t.meta[Meta.RESERVATIONS] + t.meta[Meta.LISTED])
    live = t.due[:used] if mostly_live else due_entries(t)
    fresh = unwritten((4 * len(live) + 8 * weight,), DUE)
    if len(live):
        copy_start(fresh, live, len(live))
    t.meta[Meta.DUE] = len(live)
    return fresh


def due_entries(t: Tables) -> Records:
    """What will end by itself: (n,) of DUE in order."""
    held = t.reservations[t.reservations["id"] != 0]
    papers = t.documents[t.documents["id"] != 0]
    papers = papers[(papers["due_us"] != 0) & (papers["open"] > 0)]
    papers = papers[(papers["kind"] == Paper.LOT) | (papers["kind"] == Paper.GRANT)]
    live = np.zeros(len(held) + len(papers), DUE)
    live["expires_us"] = np.concatenate([held["expires_us"], papers["due_us"]])
    live["id"] = np.concatenate([held["id"], papers["id"]])
    return live[np.lexsort((live["id"], live["expires_us"]))]


def wider_ring(t: Tables, entries: int) -> Records:
    """The ring of movements with room for *entries*; each lies where its number says."""
    fresh: Records = aligned((slots_for(entries), t.moves.shape[1]))
    last = int(t.meta[Meta.MOVES])
    numbers = np.arange(max(1, last - len(t.moves) + 1), last + 1)
    fresh[numbers & (len(fresh) - 1)] = t.moves[numbers & (len(t.moves) - 1)]
    return fresh


def grown(array: Records, used: int, entries: int, *, cleared: bool) -> Records:
    """Copy of the *used* part of an array, with room for twice *entries*; the rest *cleared*?"""
    make = np.zeros if cleared else unwritten
    fresh = make((2 * entries, *array.shape[1:]), array.dtype)
    copy_start(fresh, array, used)
    return fresh


def unwritten(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Records:
    """Memory with anything in it: rules write all of a row before they read of it.

    Clearing it would cost more than many rules do.
    """
    return np.empty(shape, dtype)


def copy_start(fresh: Records, array: Records, used: int) -> None:
    """Copy the *used* first entries byte by byte, for numpy copies records slowly."""
    size = used * (array.nbytes // len(array))
    fresh.reshape(-1).view(np.uint8)[:size] = array.reshape(-1).view(np.uint8)[:size]
