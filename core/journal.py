"""The journal's stream form: bytes that rebuild an engine, and that notice any damage.

    header   magic, schema version, skus, locations, remembered_ids, CRC-32
    batch*   first sequence, count, CRC-32 of the commands, hash of the chain before, commands

Each batch carries the SHA-256 of everything before it, so a batch that was altered, dropped,
doubled or moved is found at its sequence. Pure functions on bytes: where they are kept, and when
they are safe there, is the gateway's business.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine import Engine
from core.errors import JournalDamaged, JournalVersion
from core.schema import COMMAND, SCHEMA_VERSION

MAGIC = b"storetwin-journal"
HEADER = struct.Struct("<17sHqqqI")
BATCH = struct.Struct("<qqI32sI")
HASH_BYTES = 32


def header(skus: int, locations: int, remembered_ids: int) -> bytes:
    """First bytes of a journal of an engine of this size."""
    packed = HEADER.pack(MAGIC, SCHEMA_VERSION, skus, locations, remembered_ids, 0)
    return packed[:-4] + struct.pack("<I", zlib.crc32(packed[:-4]))


def batch(previous: bytes, first_sequence: int, commands: NDArray[Any]) -> bytes:
    """One batch of commands, chained to what stands before it.

    Args:
        previous: `chain_hash` after the header or batch before.
        first_sequence: sequence of the first command.
        commands: (n,) of COMMAND, as they were executed.
    """
    payload = commands.astype(COMMAND.newbyteorder("<")).tobytes()
    packed = BATCH.pack(first_sequence, len(commands), zlib.crc32(payload), previous, 0)
    return packed[:-4] + struct.pack("<I", zlib.crc32(packed[:-4])) + payload


def chain_hash(previous: bytes, written: bytes) -> bytes:
    """Hash of the chain after *written* (a header or a batch); *previous* is b"" at the header."""
    return hashlib.sha256(previous + written).digest()


def read(stream: bytes) -> Iterator[tuple[int, NDArray[Any]]]:
    """Batches of a journal: (first sequence, commands), each checked before it is given.

    Raises:
        JournalVersion: another program or schema version wrote it.
        JournalDamaged: with the first sequence that cannot be trusted.
    """
    read_header(stream)
    at = HEADER.size
    previous = chain_hash(b"", stream[:at])
    sequence = 1
    while at < len(stream):
        written, commands = read_batch(stream, at, sequence, previous)
        yield sequence, commands
        previous = chain_hash(previous, written)
        sequence += len(commands)
        at += len(written)


def read_header(stream: bytes) -> tuple[int, int, int]:
    """(skus, locations, remembered_ids) of a journal."""
    if len(stream) < HEADER.size:
        message = "the journal's header was cut short"
        raise JournalDamaged(message, 1)
    magic, version, skus, locations, remembered_ids, crc = HEADER.unpack_from(stream)
    if magic != MAGIC:
        message = "this is not a storetwin journal"
        raise JournalVersion(message)
    if crc != zlib.crc32(stream[: HEADER.size - 4]):
        message = "the journal's header was altered"
        raise JournalDamaged(message, 1)
    if version != SCHEMA_VERSION:
        message = f"the journal has schema version {version}; this program reads {SCHEMA_VERSION}"
        raise JournalVersion(message)
    return skus, locations, remembered_ids


def read_batch(
    stream: bytes, at: int, sequence: int, previous: bytes
) -> tuple[bytes, NDArray[Any]]:
    """The batch at byte *at*, which must begin with *sequence* and follow *previous*."""
    if len(stream) < at + BATCH.size:
        message = "the journal was cut short"
        raise JournalDamaged(message, sequence)
    first, count, payload_crc, chained, crc = BATCH.unpack_from(stream, at)
    if crc != zlib.crc32(stream[at : at + BATCH.size - 4]):
        message = "the head of a batch was altered"
        raise JournalDamaged(message, sequence)
    if first != sequence or chained != previous or count < 0:
        message = "a batch does not follow the one before it"
        raise JournalDamaged(message, sequence)
    stop = at + BATCH.size + count * COMMAND.itemsize
    if len(stream) < stop:
        message = "the journal was cut short"
        raise JournalDamaged(message, sequence)
    payload = stream[at + BATCH.size : stop]
    if payload_crc != zlib.crc32(payload):
        message = "the commands of a batch were altered"
        raise JournalDamaged(message, sequence)
    commands = np.frombuffer(payload, COMMAND.newbyteorder("<")).astype(COMMAND)
    return stream[at:stop], commands


def replay(stream: bytes) -> Engine:
    """Rebuild the engine that wrote *stream*; its digest equals the live one's."""
    skus, locations, remembered_ids = read_header(stream)
    engine = Engine(skus, locations, remembered_ids=remembered_ids)
    for _, commands in read(stream):
        engine.execute(commands)
    return engine
