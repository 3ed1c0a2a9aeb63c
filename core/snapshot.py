"""An engine's whole state as bytes, so that a journal need not be replayed from its beginning.

    header    magic, schema version, sizes, sequence, hash of the journal's chain at that point,
              digest of the engine, CRC-32
    section*  name, entries, bytes, CRC-32 of the body, CRC-32; body

`SECTIONS` says for each array of `Tables` what of it is kept; `REMADE` and `SCRATCH` name those
that follow from others, and those that mean nothing between two calls. Only entries in use are
kept, little-endian.

Whoever can compute checksums can make a snapshot of any state: what is loaded is trusted as much
as the engine's own memory.
"""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import journal
from core.engine import Engine, by_id, known_ids, remembered_moves_of
from core.errors import JournalDamaged, SnapshotDamaged, SnapshotVersion, TailUnrelated
from core.journal import Bytes, Reader, Sizes, Take, sizes_of, with_crc
from core.kernels.finding import rehash
from core.kernels.tables import FIRST_SCRATCH, Meta, Tables, sample_tables, slots_for
from core.records import DUE
from core.room import due_entries
from core.schema import SCHEMA_VERSION

Array = NDArray[Any]

MAGIC = b"storetwin-snapshot"
HEADER = struct.Struct("<18sHqqqqq32s32sI")
SECTION = struct.Struct("<16sqqII")
NO_JOURNAL = bytes(journal.HASH_BYTES)  # chain of a snapshot that no journal can follow


class Header(NamedTuple):
    """What a snapshot says of itself."""

    sizes: Sizes
    sequence: int  # the last one that it holds
    chain: bytes  # hash of the journal's chain at that point
    digest: str


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
def _model() -> Tables:
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
    new = _rows(getattr(_model(), name))[0]
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

# --- writing and reading --------------------------------------------------------------------------


def dump(engine: Engine, chain: bytes = NO_JOURNAL) -> bytes:
    """The state of *engine*.

    Args:
        engine: between two calls; it is not changed.
        chain: hash of the chain of its journal behind what it has executed, so that what follows
            there can be told from what does not.
    """
    t = engine.tables
    digest = bytes.fromhex(engine.digest())
    start = HEADER.pack(MAGIC, SCHEMA_VERSION, *sizes_of(engine), engine.sequence, chain, digest, 0)
    pieces: list[Bytes] = [with_crc(start)]
    for name, section in SECTIONS.items():
        kept = section.kept(t, name)
        body = np.ascontiguousarray(kept).astype(kept.dtype.newbyteorder("<"), copy=False)
        written: Bytes = body.view(np.uint8).data if body.size else b""
        head = SECTION.pack(name.encode(), len(kept), body.nbytes, zlib.crc32(written), 0)
        pieces += [with_crc(head), written]
    return b"".join(pieces)


def read_header(stream: Bytes) -> Header:
    """What a snapshot says of itself.

    Raises:
        SnapshotVersion: it is none, or of another schema version.
        SnapshotDamaged: it was altered or cut.
    """
    start = bytes(stream[: HEADER.size])
    mark = MAGIC + struct.pack("<H", SCHEMA_VERSION)
    if len(start) < HEADER.size and (mark.startswith(start) or start.startswith(mark)):
        raise SnapshotDamaged("the snapshot was cut short", "header")
    # A header that is right but for its mark is one of ours that was altered there.
    if with_crc(mark + start[len(mark) :])[-journal.CRC.size :] == start[-journal.CRC.size :]:
        if not start.startswith(mark):
            raise SnapshotDamaged("the snapshot was altered", "header")
        _, _, *sizes, sequence, chain, digest, _ = HEADER.unpack(start)
        return Header(Sizes(*sizes), sequence, chain, digest.hex())
    if start.startswith(mark):
        raise SnapshotDamaged("the snapshot was altered", "header")
    if start.startswith(MAGIC):
        version = int.from_bytes(start[len(MAGIC) : len(mark)], "little")
        message = (
            f"the snapshot has schema version {version}, and this program reads {SCHEMA_VERSION}: "
            "replay the journal instead"
        )
        raise SnapshotVersion(message)
    message = "this is not a storetwin snapshot"
    raise SnapshotVersion(message)


def load(stream: Bytes) -> Engine:
    """The engine whose state *stream* is.

    Raises:
        SnapshotVersion: it is none, or of another schema version.
        SnapshotDamaged: it was altered or cut, or makes another state than was written.
    """
    header = read_header(stream)
    try:
        engine = journal.opened(header.sizes)
    except JournalDamaged as error:
        raise SnapshotDamaged(error.reason, "header") from error
    t: Tables = engine.tables
    view = memoryview(stream)
    at = HEADER.size
    for name, section in SECTIONS.items():
        kept, at = _read_section(view, at, name, section.kept(_model(), name))
        t = t._replace(**{name: section.put(t, name, kept)})
        if section.counted is not None and len(kept) != t.meta[section.counted]:
            raise SnapshotDamaged(f"{len(kept)} entries are not {t.meta[section.counted]}", name)
    if at != len(stream):
        raise SnapshotDamaged("something stands behind the last section", "end")
    t = t._replace(**{name: remake(t) for name, remake in REMADE.items()})
    engine.adopt(t)
    if (sizes_of(engine), engine.sequence) != (header.sizes, header.sequence):
        raise SnapshotDamaged("its numbers are not those of the header", "meta")
    if engine.digest() != header.digest:
        raise SnapshotDamaged("the state has not the digest that was written", "header")
    return engine


def _read_section(view: memoryview, at: int, name: str, model: Array) -> tuple[Array, int]:
    """Entries of the section that begins at byte *at*, like those of *model*; where it ends."""
    head = view[at : at + SECTION.size]
    start = at + SECTION.size
    if len(head) < SECTION.size:
        raise SnapshotDamaged("the snapshot was cut short", name)
    if bytes(head) != with_crc(bytes(head)):
        raise SnapshotDamaged("the head of a section was altered", name)
    title, entries, size, body_crc, _ = SECTION.unpack(head)
    one = model.dtype.itemsize * int(np.prod(model.shape[1:], dtype=int))
    if title.rstrip(b"\0") != name.encode() or entries < 0 or size != entries * one:
        raise SnapshotDamaged("a section is missing or misplaced", name)
    body = view[start : start + size]
    if len(body) < size:
        raise SnapshotDamaged("the snapshot was cut short", name)
    if zlib.crc32(body) != body_crc:
        raise SnapshotDamaged("the snapshot was altered", name)
    stored = np.frombuffer(body, model.dtype.newbyteorder("<")).reshape(entries, *model.shape[1:])
    return stored.astype(model.dtype, copy=False), start + size


# --- going on from a snapshot ---------------------------------------------------------------------


def recover(stream: Bytes, source: Bytes | Take) -> Engine:
    """The engine of a snapshot, and of all that its journal holds behind it.

    Args:
        stream: the snapshot.
        source: the whole journal, or the tail of it that begins behind the snapshot.

    Raises:
        SnapshotError: the snapshot cannot be used, or the journal does not follow it.
        JournalError: the journal is damaged.
    """
    header = read_header(stream)
    reader = follow(source, header.sequence, header.chain)
    engine = load(stream)
    journal.run(engine, reader)
    return engine


def follow(source: Bytes | Take, sequence: int, chain: bytes) -> Reader:
    """A reader that stands behind *sequence*, where the hash of the chain is *chain*.

    Raises:
        TailUnrelated: the journal does not come by there.
        JournalDamaged: it is damaged before that.
    """
    take = source if callable(source) else journal.taker(source)
    if chain == NO_JOURNAL:
        raise TailUnrelated("the snapshot was taken without a journal", sequence)
    start = take(journal.RECORD.size)
    if bytes(start[: len(journal.MAGIC)]) == journal.MAGIC:
        return _advanced(Reader(journal.put_back(start, take)), sequence, chain)
    if len(start) == journal.RECORD.size:
        kind, first, _, _, previous, _ = journal.RECORD.unpack(start)
        if kind in journal.KINDS and (first, previous) != (sequence + 1, chain):
            raise TailUnrelated(f"the tail begins with sequence {first} of a journal", sequence)
    return Reader(journal.put_back(start, take), (sequence, chain))


def _advanced(reader: Reader, sequence: int, chain: bytes) -> Reader:
    """*reader* of a whole journal, moved to where the snapshot was taken."""
    records = iter(reader)
    while reader.chain != chain:
        if reader.sequence > sequence:
            reason = "the journal holds other commands before that, or other batches"
            raise TailUnrelated(reason, sequence)
        if next(records, None) is None:
            raise TailUnrelated(f"the journal ends at sequence {reader.sequence}", sequence)
    return reader
