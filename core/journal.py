"""The journal's stream form: bytes that rebuild an engine, and that notice damage.

    header   magic, schema version, skus, locations, remembered ids and moves, CRC-32
    record*  kind, first sequence, count, CRC-32 of the body, hash of all before it, CRC-32; body

A batch's body is its commands, a seal's the digest of the engine at that point. Each record
carries the SHA-256 of everything before it, so one that was altered, dropped, doubled, moved or
put in is found at its sequence. Checksums find accidents: whoever alters a command on purpose can
compute all that follows anew.

An end is known only by what stands behind it. A journal that was cut exactly between two records
reads as a whole one of an earlier time, unless somebody knows better: a seal says where writing
ended (and may be followed by more), a hash that was noted elsewhere says how far it once went.

Pure functions on bytes: where they are kept, and when they are safe there, is the gateway's
business.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.errors import JournalDamaged, JournalVersion
from core.schema import COMMAND, REMEMBERED_MOVES, SCHEMA_VERSION

Records: TypeAlias = NDArray[Any]
Bytes: TypeAlias = bytes | bytearray | memoryview
# Gives the next so many bytes, fewer only at the end, as `read` of a binary file does.
Take: TypeAlias = Callable[[int], Bytes]

MAGIC = b"storetwin-journal"
HEADER = struct.Struct("<17sHqqqqI")
HEADER_1 = struct.Struct("<17sHqqqI")  # of schema version 1, to tell it from a damaged header
RECORD = struct.Struct("<4sqqI32sI")
CRC = struct.Struct("<I")
BATCH = b"BTCH"
SEAL = b"SEAL"
KINDS = (BATCH, SEAL)
HASH_BYTES = 32
BATCH_MAX = 2**22  # commands of one batch; bounds what a forged count makes a reader allocate
MERGED = 2**13  # commands that replaying executes at once, where batches are smaller

STORED = COMMAND.newbyteorder("<")
LAST_FLAGS = COMMAND.fields["flags"][1] - COMMAND.itemsize if COMMAND.fields else 0


class Sizes(NamedTuple):
    """What an engine must be told before its first command."""

    skus: int
    locations: int
    remembered_ids: int
    remembered_moves: int


class Record(NamedTuple):
    """One record, checked."""

    sequence: int  # of its first command; of the one to come where it has none
    commands: Records  # (n,) of COMMAND, not to be written to; none in a seal
    seal: str  # the digest of the engine, in a seal
    head: Bytes
    body: Bytes
    chain: bytes  # hash of the chain behind it
    offset: int  # of its first byte

    @property
    def last(self) -> int:
        """The last sequence behind it."""
        return self.sequence + len(self.commands) - 1

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return len(self.head) + len(self.body)


# --- writing --------------------------------------------------------------------------------------


def header(
    skus: int, locations: int, remembered_ids: int, remembered_moves: int = REMEMBERED_MOVES
) -> bytes:
    """First bytes of a journal of an engine of this size."""
    sizes = (skus, locations, remembered_ids, remembered_moves)
    return with_crc(HEADER.pack(MAGIC, SCHEMA_VERSION, *sizes, 0))


def batch(previous: bytes, first_sequence: int, commands: Records) -> bytes:
    """One batch of commands, chained to what stands before it.

    Args:
        previous: `chain_hash` after the header or record before.
        first_sequence: sequence of the first command.
        commands: (n,) of COMMAND, as they were executed; n <= BATCH_MAX.
    """
    if len(commands) > BATCH_MAX:
        message = f"a batch of {len(commands)} commands is more than {BATCH_MAX}: write several"
        raise ValueError(message)
    body = commands.astype(STORED, copy=False).tobytes()
    return _record(BATCH, first_sequence, len(commands), previous, body)


def seal(previous: bytes, sequence: int, batches: int, digest: str) -> bytes:
    """The statement that a journal ends here; more may be appended all the same.

    Args:
        previous: `chain_hash` after the record before.
        sequence: the last one in the journal.
        batches: how many stand before the seal.
        digest: of the engine.
    """
    return _record(SEAL, sequence + 1, batches, previous, bytes.fromhex(digest))


def chain_hash(previous: bytes, written: Bytes) -> bytes:
    """Hash of the chain after *written* (a header or a record); *previous* is b"" at the header."""
    sha = hashlib.sha256(previous)
    sha.update(written)
    return sha.digest()


def _record(kind: bytes, sequence: int, count: int, previous: bytes, body: bytes) -> bytes:
    return with_crc(RECORD.pack(kind, sequence, count, zlib.crc32(body), previous, 0)) + body


def with_crc(packed: bytes) -> bytes:
    """*packed*, whose last four bytes were left for its checksum."""
    return packed[: -CRC.size] + CRC.pack(zlib.crc32(packed[: -CRC.size]))


# --- reading --------------------------------------------------------------------------------------


class Reader:
    """The records of a journal, one after another, each checked before it is given.

    Attributes:
        sizes: from the header; None where the source has none.
        sequence: the last one so far.
        chain: hash of the chain so far; `previous` of what may be appended.
        offset: how many bytes so far.
        batches: how many so far.
        sealed: the digest in the last record so far, if that is a seal; else empty.
    """

    def __init__(self, source: Bytes | Take, after: tuple[int, bytes] | None = None) -> None:
        """Read the header.

        Args:
            source: the journal, or the `read` of a binary file.
            after: sequence and hash of the chain behind which *source* begins, where that is the
                tail of a journal, without a header.

        Raises:
            JournalVersion: another program or schema version wrote it.
            JournalDamaged: the header was altered or cut.
        """
        self._take = source if callable(source) else taker(source)
        self._whole = after is None
        self.sizes: Sizes | None = None
        self.sequence, self.chain = after or (0, b"")
        self.offset = self.batches = 0
        self.sealed = ""
        if after is None:
            start = self._pull(HEADER.size)
            self.sizes = read_header(start)
            self.chain = chain_hash(b"", start)
            self.offset = HEADER.size

    def __iter__(self) -> Iterator[Record]:
        """All records to the end.

        Raises:
            JournalDamaged: with the first sequence that cannot be trusted, and its byte.
        """
        while len(head := self._pull(RECORD.size)):
            record = self._checked(head)
            self.sequence, self.chain = record.last, record.chain
            self.offset += record.size
            self.batches += not record.seal
            self.sealed = record.seal
            yield record

    def _checked(self, head: Bytes) -> Record:
        """The record that begins with *head*."""
        if len(head) < RECORD.size:
            raise self._damaged("the journal was cut short")
        kind, first, count, body_crc, previous, crc = RECORD.unpack(head)
        if crc != zlib.crc32(head[: -CRC.size]):
            raise self._damaged("the head of a batch was altered")
        if first != self.sequence + 1:
            raise self._damaged(f"a batch is missing or misplaced: here begins sequence {first}")
        if previous != self.chain:
            raise self._damaged("a batch does not follow the bytes before it")
        if kind not in KINDS or not 0 <= count <= BATCH_MAX:
            raise self._damaged("a batch is none of this program's")
        size = HASH_BYTES if kind == SEAL else count * COMMAND.itemsize
        body = self._pull(size)
        if len(body) < size:
            raise self._damaged("the journal was cut short")
        if body_crc != zlib.crc32(body):
            raise self._damaged("the commands of a batch were altered")
        if kind == SEAL and self._whole and count != self.batches:
            raise self._damaged(f"a seal counts {count} batches, not {self.batches}")
        sha = hashlib.sha256(previous)
        sha.update(head)
        sha.update(body)
        digest = bytes(body).hex() if kind == SEAL else ""
        commands = np.frombuffer(b"" if digest else body, STORED)
        return Record(first, commands, digest, head, body, sha.digest(), self.offset)

    def _pull(self, size: int) -> Bytes:
        """The next *size* bytes; fewer at the end only."""
        piece = self._take(size)
        while len(piece) < size and len(more := self._take(size - len(piece))):
            piece = b"".join((piece, more))
        return piece

    def _damaged(self, reason: str) -> JournalDamaged:
        return JournalDamaged(reason, self.sequence + 1, self.offset)


def taker(stream: Bytes) -> Take:
    """*stream* as a source that copies nothing."""
    view = memoryview(stream)
    at = 0

    def take(size: int) -> Bytes:
        nonlocal at
        piece = view[at : at + size]
        at += len(piece)
        return piece

    return take


def put_back(start: Bytes, take: Take) -> Take:
    """A source that gives *start*, which was taken already, and then what *take* gives."""
    first = taker(start)
    return lambda size: first(size) or take(size)


def read_header(start: Bytes) -> Sizes:
    """Sizes of the engine whose journal begins with *start*."""
    start = bytes(start[: HEADER.size])
    mark = HEADER.pack(MAGIC, SCHEMA_VERSION, 0, 0, 0, 0, 0)[: len(MAGIC) + 2]
    # A header that is right but for its mark is one of ours that was altered there.
    rest = start[len(mark) : -CRC.size]
    sound = len(start) == HEADER.size and start[-CRC.size :] == CRC.pack(zlib.crc32(mark + rest))
    if sound and start.startswith(mark):
        return Sizes(*HEADER.unpack(start)[2:-1])
    _refuse_others(start)
    if len(start) < HEADER.size and (mark.startswith(start) or start.startswith(mark)):
        reason = "the journal's header was cut short"
    elif sound or start.startswith(mark):
        reason = "the journal's header was altered"
    elif start.startswith(MAGIC):
        version = int.from_bytes(start[len(MAGIC) : len(mark)], "little")
        message = (
            f"the journal says that it has schema version {version}, and this program reads "
            f"{SCHEMA_VERSION}: read it with the storetwin that wrote it"
        )
        raise JournalVersion(message)
    else:
        message = "this is not a storetwin journal"
        raise JournalVersion(message)
    raise JournalDamaged(reason, 1, 0)


def _refuse_others(start: bytes) -> None:
    """Refuse the headers of earlier schema versions, where they are whole."""
    old = start[: HEADER_1.size]
    if len(old) == HEADER_1.size and old == with_crc(old) and HEADER_1.unpack(old)[1] == 1:
        message = (
            f"the journal has schema version 1, which storetwin 0.1 wrote; this program reads "
            f"{SCHEMA_VERSION}: replay it with storetwin 0.1, and begin a new journal with the "
            "stock that it ends with"
        )
        raise JournalVersion(message)


def read_record(written: Bytes, sequence: int, previous: bytes) -> Record:
    """The one record that *written* is; it must begin with *sequence* and follow *previous*.

    Raises:
        JournalDamaged: it does not, or it was altered or cut, or something stands behind it.
    """
    records = list(Reader(written, (sequence - 1, previous)))
    if len(records) != 1:
        message = "a batch was cut short" if not records else "something stands behind a batch"
        raise JournalDamaged(message, sequence, 0)
    return records[0]
