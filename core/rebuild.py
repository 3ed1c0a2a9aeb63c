"""From a journal to the engine that wrote it, whole or up to a sequence."""

from collections.abc import Iterable, Iterator

import numpy as np

from core.engine import Engine
from core.errors import ChainCut, JournalDamaged, JournalDiffers
from core.journal import (
    LAST_FLAGS,
    MERGED,
    RECORD,
    STORED,
    Bytes,
    Reader,
    Record,
    Sizes,
    Take,
    batch,
    read_record,
)
from core.kernels.tables import Meta
from core.schema import COMMAND, Flag


def sizes_of(engine: Engine) -> Sizes:
    """What *engine* was told before its first command."""
    moves = int(engine.tables.meta[Meta.REMEMBERED_MOVES])
    return Sizes(engine.skus, engine.locations, engine.remembered_ids, moves)


def opened(sizes: Sizes) -> Engine:
    """The engine that a journal with this header begins with."""
    try:
        return Engine(
            sizes.skus,
            sizes.locations,
            remembered_ids=sizes.remembered_ids,
            remembered_moves=sizes.remembered_moves,
        )
    except ValueError as error:
        raise JournalDamaged(str(error), 1, 0) from error


def run(engine: Engine, records: Iterable[Record]) -> None:
    """Execute *records* in order; small batches together, because that changes no outcome.

    Raises:
        JournalDiffers: the state is not the one that a seal names.
    """
    waiting: list[Bytes] = []
    size = 0
    for record in records:
        if len(record.commands):
            waiting.append(record.body)
            size += len(record.commands)
        # A chain that its batch left open did not happen; the next batch must not close it.
        left_open = len(record.commands) and record.body[LAST_FLAGS] & Flag.LINKED
        if size >= MERGED or left_open or record.seal:
            _execute(engine, waiting)
            waiting, size = [], 0
        if record.seal and record.seal != engine.digest():
            raise JournalDiffers(engine.sequence, record.seal, engine.digest())
    _execute(engine, waiting)


def _execute(engine: Engine, bodies: list[Bytes]) -> None:
    # Joined as bytes: numpy copies records field by field.
    if bodies:
        commands = np.frombuffer(bytearray().join(bodies), STORED)
        engine.execute(commands.astype(COMMAND, copy=False))


def replay(source: Bytes | Take) -> Engine:
    """Rebuild the engine that wrote *source*; its digest equals the live one's.

    Raises:
        JournalVersion: another program or schema version wrote it.
        JournalDamaged: with the first sequence that cannot be trusted.
        JournalDiffers: the state is not the one that a seal names.
    """
    reader = Reader(source)
    assert reader.sizes is not None
    engine = opened(reader.sizes)
    run(engine, reader)
    return engine


def up_to(records: Iterable[Record], sequence: int) -> Iterator[Record]:
    """The records to *sequence*; a batch that goes on beyond it is split. Reads no further.

    Raises:
        ChainCut: *sequence* lies inside a chain.
    """
    if sequence <= 0:
        return
    for record in records:
        yield record if record.last <= sequence else _beginning(record, sequence)
        if record.last >= sequence:
            return


def _beginning(record: Record, last: int) -> Record:
    """The commands of a batch to sequence *last*, as a batch."""
    count = last - record.sequence + 1
    linked = record.commands["flags"] & Flag.LINKED != 0
    ends = np.flatnonzero(~linked) + 1  # of chains: commands up to there may stand alone
    behind = ends[ends >= count]
    # Behind the last end there is only a chain left open, of which nothing happened.
    if len(behind) and behind[0] != count:
        before = max(ends[ends < count], default=0)
        first = record.sequence - 1
        raise ChainCut(last, first + int(before), first + int(behind[0]))
    previous = RECORD.unpack(record.head)[4]
    written = batch(previous, record.sequence, record.commands[:count])
    return read_record(written, record.sequence, previous)._replace(offset=record.offset)
