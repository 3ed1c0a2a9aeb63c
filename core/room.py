"""How much memory an engine needs for the commands to come, and how its arenas grow.

Kernels allocate nothing. Before a call the arenas get room for a weight of commands: an ordinary
one weighs one, one that may be split or is about a kit weighs as much as the lines it can make.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.kernels.finding import rehash
from core.kernels.tables import Meta, Tables, slots_for
from core.schema import DUE, EVENT, PARTS_MAX, Paper

Records = NDArray[Any]

ROOM_MIN = 1024  # so that single commands rarely come this way
CHAIN_ROOM_MIN = 512
UNDO_PER_COMMAND = 16
UNDO_PER_THING = 12  # a line that is filled, a lot that is used up
EVENTS_PER_COMMAND = 12


def things(t: Tables) -> int:
    """How many reservations, listed documents and waiting lines one command could touch."""
    meta = t.meta
    return int(meta[Meta.RESERVATIONS] + meta[Meta.LISTED] + meta[Meta.IN_LINE])


def roomier(
    t: Tables, weight: int, chain: int, *, orders_to_come: int = 0, lines_to_come: int = 0
) -> Tables:
    """Tables with room for commands of *weight*, of which a chain weighs up to *chain*."""
    meta = t.meta
    weight = max(weight, ROOM_MIN)
    chain = max(chain, CHAIN_ROOM_MIN, int(meta[Meta.CHAIN_ROOM]))
    hashed = {
        "orders": (Meta.ORDERS, max(weight, orders_to_come)),
        "reservations": (Meta.RESERVATIONS, weight),
        "documents": (Meta.DOCUMENTS, weight),
        "parties": (Meta.PARTIES, weight),
    }
    appended = {
        "lines": (Meta.LINES, max(weight, lines_to_come)),
        "later": (Meta.LATER, weight),
        "waiting": (Meta.WAITING, weight),
        "extras": (Meta.EXTRAS, weight),
        "parts": (Meta.PARTS, weight),
    }
    changed: dict[str, Records] = {}
    for name, (used, more) in hashed.items():
        records = getattr(t, name)
        if 2 * (int(meta[used]) + weight) > len(records):
            changed[name] = np.zeros(slots_for(2 * int(meta[used]) + more), records.dtype)
            rehash(records, changed[name])
    for name, (used, more) in appended.items():
        array = getattr(t, name)
        if int(meta[used]) + weight + 1 > len(array):
            changed[name] = grown(array, int(meta[used]) + 1, int(meta[used]) + more + 1)
    if int(meta[Meta.DUE]) + weight > len(t.due):
        changed["due"] = compacted_due(t, weight)
    if int(meta[Meta.REMEMBERED_MOVES]) + chain > len(t.moves):
        changed["moves"] = wider_ring(t, int(meta[Meta.REMEMBERED_MOVES]) + chain)
    changed |= wider_scratch(t, weight, chain)
    meta[Meta.ROOM] = weight
    meta[Meta.CHAIN_ROOM] = chain
    return t._replace(**changed) if changed else t


def wider_scratch(t: Tables, weight: int, chain: int) -> dict[str, Records]:
    """What a chain may save, where it is more than there is place for."""
    touched = things(t) + weight
    sizes = {
        "undo": UNDO_PER_COMMAND * chain + UNDO_PER_THING * touched,
        "saved_lines": 2 * chain + touched,
        "saved_orders": chain,
        "saved_reservations": chain,
        "saved_documents": 4 * chain + 3 * touched,
        "saved_parties": chain,
    }
    return {
        name: np.zeros((2 * size, *getattr(t, name).shape[1:]), getattr(t, name).dtype)
        for name, size in sizes.items()
        if size > len(getattr(t, name))
    }


def roomier_events(t: Tables, events: Records) -> Records:
    """A buffer that holds all events of commands for which the arenas have room."""
    each = PARTS_MAX if t.meta[Meta.SPECIAL] else 1  # a reserved kit ends once a component
    size = EVENTS_PER_COMMAND * int(t.meta[Meta.ROOM]) + each * things(t)
    return events if size <= len(events) else np.empty(2 * size, EVENT)


def compacted_due(t: Tables, weight: int) -> Records:
    """A heap of the live entries alone: sorted, which is a heap."""
    live = due_entries(t)
    fresh = np.zeros(2 * (len(live) + weight), DUE)
    fresh[: len(live)] = live
    t.meta[Meta.DUE] = len(live)
    return fresh


def due_entries(t: Tables) -> Records:
    """What will end by itself: (n,) of DUE in order."""
    held = t.reservations[t.reservations["id"] != 0]
    papers = t.documents[(t.documents["due_us"] != 0) & (t.documents["open"] > 0)]
    papers = papers[(papers["kind"] == Paper.LOT) | (papers["kind"] == Paper.GRANT)]
    live = np.zeros(len(held) + len(papers), DUE)
    live["expires_us"] = np.concatenate([held["expires_us"], papers["due_us"]])
    live["id"] = np.concatenate([held["id"], papers["id"]])
    return live[np.lexsort((live["id"], live["expires_us"]))]


def wider_ring(t: Tables, entries: int) -> Records:
    """The ring of movements with room for *entries*; each lies where its number says."""
    fresh = np.zeros((slots_for(entries), t.moves.shape[1]), np.int64)
    last = int(t.meta[Meta.MOVES])
    numbers = np.arange(max(1, last - len(t.moves) + 1), last + 1)
    fresh[numbers & (len(fresh) - 1)] = t.moves[numbers & (len(t.moves) - 1)]
    return fresh


def grown(array: Records, used: int, entries: int) -> Records:
    """Copy of the *used* part of an array, with room for twice *entries*."""
    fresh = np.zeros((2 * entries, *array.shape[1:]), array.dtype)
    fresh[:used] = array[:used]
    return fresh
