"""Journals on the disk: read from a file or a database, replayed, and written anew.

`journal_file` and `database` give the records of a source, `Seen` says what was read of it,
`write` makes a journal of a part of it. A new journal appears under its name only when it is
whole, on the disk, and has been replayed from there.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from adapters.database.reading import Reading
from adapters.errors import DatabaseDamaged
from adapters.gateway.recovery import Checked
from core import journal, rebuild, snapshot
from core.engine import Engine
from core.errors import JournalDamaged
from core.journal import Reader, Record
from storetwin.failures import BROKEN, Failure
from storetwin.output import Report

Damage = JournalDamaged | DatabaseDamaged


@dataclass
class Source:
    """Where records come from.

    Attributes:
        records: each checked before it is given.
        header: the first bytes of a journal of them; empty where only a tail is at hand.
        engine: as it is before the first record.
        chain: hash of the chain before the first record.
    """

    records: Iterable[Record]
    header: bytes
    engine: Engine
    chain: bytes


@contextmanager
def journal_file(path: Path, snapshot_path: Path | None, report: Report) -> Iterator[Source]:
    """The records of a journal file; those behind the snapshot, where one is given.

    Raises:
        JournalError: the file begins like no journal of ours.
        SnapshotError: the snapshot cannot be used, or the journal does not go on behind it.
    """
    with path.open("rb") as file:
        take = _reporting(file, path.stat().st_size, report)
        if snapshot_path is None:
            reader = Reader(take)
            assert reader.sizes is not None
            header, engine = journal.header(*reader.sizes), rebuild.opened(reader.sizes)
        else:
            kept = snapshot_path.read_bytes()
            at = snapshot.read_header(kept)
            reader = snapshot.follow(take, at.sequence, at.chain)
            header, engine = b"", snapshot.load(kept)
        yield Source(reader, header, engine, reader.chain)


def _reporting(file: BinaryIO, size: int, report: Report) -> journal.Take:
    """`read` of *file* that tells how far it has come."""
    done = 0

    def take(count: int) -> bytes:
        nonlocal done
        piece = file.read(count)
        done += len(piece)
        report(done, size)
        return piece

    return take


@contextmanager
def database(path: Path, report: Report) -> Iterator[Source]:
    """The records of a service's database, whether it is running or not.

    Raises:
        DatabaseError: the file is no database of a shop, or its header was altered.
    """
    with Reading(path) as reading:
        checked = Checked(reading)
        batches = reading.batches()

        def reported() -> Iterator[Record]:
            for done, record in enumerate(checked, 1):
                report(done, batches)
                yield record

        engine = rebuild.opened(checked.sizes)
        yield Source(reported(), checked.header, engine, checked.chain)


@dataclass
class Seen:
    """What was read of a source.

    Attributes:
        sequence: the last one so far.
        chain: hash of the chain so far.
        first: sequence of the first command.
        first_us: its time; None where there is none.
        size: bytes of the records.
        sealed: whether the last record is a seal.
        noted: hashes of the chain at sequence `wanted`.
        damage: what ended the reading, where that was not the end.
    """

    sequence: int
    chain: bytes
    wanted: int = -1
    first: int = 0
    first_us: int | None = None
    batches: int = 0
    size: int = 0
    sealed: bool = False
    noted: list[str] = field(default_factory=list)
    damage: Damage | None = None

    def __post_init__(self) -> None:
        self.first = self.sequence + 1
        self._note()

    def hear(self, records: Iterable[Record]) -> Iterator[Record]:
        """Pass *records* on, to their end or to the first that cannot be trusted."""
        try:
            for record in records:
                self.sequence, self.chain = record.last, record.chain
                self.batches += not record.seal
                self.size += record.size
                self.sealed = bool(record.seal)
                if self.first_us is None and len(record.commands):
                    self.first_us = int(record.commands["now_us"][0])
                self._note()
                yield record
        except (JournalDamaged, DatabaseDamaged) as error:
            self.damage = error

    def _note(self) -> None:
        if self.sequence == self.wanted:
            self.noted.append(self.chain.hex())


def write(
    place: Path, source: Source, records: Iterable[Record], seen: Seen, *, last: int | None
) -> None:
    """Make a sealed journal of *records*, and execute them on the source's engine.

    Args:
        place: where it is to lie; nothing does so yet.
        source: its header and engine.
        records: of the source, heard by *seen*.
        seen: what was written, when this returns.
        last: the sequence that has to be reached; -1: whatever can be; None: the end.

    Raises:
        Failure: that was not reached; nothing is written.
        JournalDiffers: what was written does not replay to the same state.
    """
    descriptor, draft = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(source.header)
            rebuild.run(source.engine, _copied(records, file))
            _refuse_less(seen, last)
            digest = source.engine.digest()
            file.write(journal.seal(seen.chain, seen.sequence, seen.batches, digest))
            file.flush()
            os.fsync(file.fileno())
        with Path(draft).open("rb") as written:
            rebuild.replay(written.read)  # compares the digest with the seal's
        Path(draft).rename(place)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _settle(place.parent)


def _refuse_less(seen: Seen, last: int | None) -> None:
    """Refuse to write less than was asked for."""
    if seen.damage is not None and (last is None or seen.sequence < last):
        message = f"{seen.damage}; nothing was written: --repair writes what is good before it"
        raise Failure(message, BROKEN)
    if last is not None and seen.sequence < last:
        raise Failure(f"the journal ends at sequence {seen.sequence}; nothing was written")


def _copied(records: Iterable[Record], file: BinaryIO) -> Iterator[Record]:
    for record in records:
        file.write(record.head)
        file.write(record.body)
        yield record


def _settle(folder: Path) -> None:
    """Have the folder's list of names on the disk, where the system can do that."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
