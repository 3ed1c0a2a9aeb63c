"""An engine's whole state as bytes, so that a journal need not be replayed from its beginning.

    header    magic, schema version, sizes, sequence, hash of the journal's chain at that point,
              digest of the engine, CRC-32
    section*  name, entries, bytes, CRC-32 of the body, CRC-32; body

What is kept of which array says `core.sections`; all numbers are little-endian.

Whoever can compute checksums can make a snapshot of any state: what is loaded is trusted as much
as the engine's own memory.
"""

import struct
import zlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import journal, rebuild
from core.engine import Engine
from core.errors import JournalDamaged, SnapshotDamaged, SnapshotVersion, TailUnrelated
from core.journal import Bytes, Reader, Sizes, Take, with_crc
from core.kernels.tables import Tables
from core.rebuild import sizes_of
from core.schema import SCHEMA_VERSION
from core.sections import REMADE, SECTIONS, model

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
        engine = rebuild.opened(header.sizes)
    except JournalDamaged as error:
        raise SnapshotDamaged(error.reason, "header") from error
    t: Tables = engine.tables
    view = memoryview(stream)
    at = HEADER.size
    for name, section in SECTIONS.items():
        kept, at = _read_section(view, at, name, section.kept(model(), name))
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
    rebuild.run(engine, reader)
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
