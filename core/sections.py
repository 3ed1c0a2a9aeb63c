"""How each array of an engine is kept in a snapshot, and put back.

`SECTIONS` says for each array of `Tables` what of it is kept; `REMADE` and `SCRATCH` name those
that follow from others, and those that mean nothing between two calls. Only entries in use are
kept.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import SnapshotDamaged
from core.kernels.finding import rehash
from core.kernels.tables import FIRST_SCRATCH, Meta, Tables, sample_tables, slots_for
from core.records import DUE
from core.room import due_entries
from core.state import by_id, known_ids, remembered_moves_of

Array = NDArray[Any]


class Section(NamedTuple):
    """How one array is kept.

    Attributes:
        kept: gives the entries in use, (n, ...), of tables.
        put: makes the array of entries, which it may not keep, for tables filled so far.
        counted: which number of the engine is the number of entries, where one is.
    """

    kept: Callable[[Tables, str], Array]
    put: Callable[[Tables, str, Array], Array]
    counted: Meta | None = None


@cache
def model() -> Tables:
    """Tables of the smallest new engine."""
    return sample_tables()


# --- the ways to keep an array --------------------------------------------------------------------


def _scalars(t: Tables, name: str) -> Array:
    array: Array = getattr(t, name)[:FIRST_SCRATCH].copy()
    array[Meta.DUE] = 0  # the heap is made again, without its stale entries
    return array


def _put_scalars(t: Tables, name: str, kept: Array) -> Array:
    array: Array = getattr(t, name)
    array[:FIRST_SCRATCH] = kept
    return array


SCALARS = Section(_scalars, _put_scalars)


def _changed_rows(t: Tables, name: str) -> Array:
    """Rows that are not as in a new engine, where all are alike; each behind its number."""
    rows = _rows(getattr(t, name))
    new = _rows(getattr(model(), name))[0]
    at = np.flatnonzero((rows != new).any(axis=1))
    kept = np.empty((len(at), 1 + rows.shape[1]), np.int64)
    kept[:, 0] = at
    kept[:, 1:] = rows if len(at) == len(rows) else rows[at]
    return kept


def _put_rows(t: Tables, name: str, kept: Array) -> Array:
    array: Array = getattr(t, name)
    at = kept[:, 0]
    if len(at) and not 0 <= at.min() <= at.max() < len(array):
        raise SnapshotDamaged("it has rows that the engine has not", name)
    _rows(array)[at] = kept[:, 1:]
    if array.dtype != kept.dtype and not np.array_equal(_rows(array)[at], kept[:, 1:]):
        raise SnapshotDamaged("it has numbers that the engine cannot hold", name)
    return array


def _rows(array: Array) -> Array:
    return array.reshape(len(array), -1)


CHANGED = Section(_changed_rows, _put_rows)


def _first(count: Meta, unused: int = 0) -> Section:
    """The first so many entries of an array that is appended to, behind the *unused* ones."""

    def kept(t: Tables, name: str) -> Array:
        entries: Array = getattr(t, name)[unused : unused + int(t.meta[count])]
        return entries

    def put(t: Tables, name: str, kept: Array) -> Array:
        array: Array = getattr(t, name)
        if unused + len(kept) > len(array):
            array = np.zeros((2 * (unused + len(kept)), *array.shape[1:]), array.dtype)
        array[unused : unused + len(kept)] = kept
        return array

    return Section(kept, put, count)


def _by_id(count: Meta) -> Section:
    """The records of a table that is addressed by id."""

    def put(t: Tables, name: str, kept: Array) -> Array:
        array = np.zeros(max(len(getattr(t, name)), slots_for(len(kept))), kept.dtype)
        rehash(np.array(kept), array)
        return array

    return Section(lambda t, name: by_id(getattr(t, name)), put, count)


def _both_generations(t: Tables, _name: str) -> Array:
    """The ids that are known, those of the young generation first."""
    return np.concatenate(known_ids(t))


def _put_generations(t: Tables, name: str, kept: Array) -> Array:
    array: Array = getattr(t, name)
    young, count, turn = (int(t.meta[each]) for each in (Meta.YOUNG, Meta.KNOWN, Meta.TURN))
    for generation, known, now in (
        (young, kept[:count], turn),
        (1 - young, kept[count:], turn - 1),
    ):
        if len(known) > t.meta[Meta.REMEMBERED]:
            raise SnapshotDamaged("more ids are known than are remembered", name)
        if known["turn"].any():
            raise SnapshotDamaged("a known id has a turn, which nobody keeps", name)
        stamped = np.array(known)
        stamped["turn"] = now
        rehash(stamped, array[generation])
    return array


GENERATIONS = Section(_both_generations, _put_generations)


def _put_moves(t: Tables, name: str, kept: Array) -> Array:
    array: Array = getattr(t, name)
    last = int(t.meta[Meta.MOVES])
    if len(kept) != min(last, int(t.meta[Meta.REMEMBERED_MOVES])):
        raise SnapshotDamaged(f"{len(kept)} of {last} movements are not those remembered", name)
    array[np.arange(last - len(kept) + 1, last + 1) & (len(array) - 1)] = kept
    return array


RING = Section(lambda t, _: remembered_moves_of(t), _put_moves)

SECTIONS = {
    "meta": SCALARS,  # first: the others ask it how many they are
    "levels": CHANGED,
    "accounts": CHANGED,
    "counted": CHANGED,
    "coming": CHANGED,
    "extra_of": CHANGED,
    "extras": _first(Meta.EXTRAS, 1),
    "moves": RING,
    "orders": _by_id(Meta.ORDERS),
    "lines": _first(Meta.LINES),
    "later": _first(Meta.LATER),
    "reservations": _by_id(Meta.RESERVATIONS),
    "documents": _by_id(Meta.DOCUMENTS),
    "parties": _by_id(Meta.PARTIES),
    "waiting": _first(Meta.WAITING),
    "parts": _first(Meta.PARTS, 1),
    "catalogue": CHANGED,
    "channels": CHANGED,
    "lanes": CHANGED,
    "places": CHANGED,
    "known": GENERATIONS,
}


def _heap(t: Tables) -> Array:
    """All that will end by itself, in order, which is a heap."""
    ending = due_entries(t)
    heap = np.zeros(max(len(t.due), 2 * len(ending)), DUE)
    heap[: len(ending)] = ending
    t.meta[Meta.DUE] = len(ending)
    return heap


REMADE: dict[str, Callable[[Tables], Array]] = {"due": _heap}
SCRATCH = {
    "plan",
    "asked",
    "risen",
    "undo",
    "saved_lines",
    "saved_orders",
    "saved_reservations",
    "saved_documents",
    "saved_parties",
}
