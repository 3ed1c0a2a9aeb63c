"""A journal rebuilds its engine, or says from which command on it cannot be trusted."""

from itertools import pairwise

import numpy as np
import pytest

from core.engine import Engine
from core.errors import JournalDamaged, JournalError, JournalVersion
from core.journal import MAGIC, batch, chain_hash, header, read, replay
from core.schema import COMMAND, SCHEMA_VERSION, Operation
from tests.core.compare import chain_ends
from tests.core.streams import stream

SIZES = {"skus": 4, "locations": 2, "remembered_ids": 50}
COMMANDS = stream(7, 12)


def pieces_of(cuts: list[int]) -> list[bytes]:
    """Write the header and the batches of COMMANDS that end at *cuts*."""
    pieces = [header(**SIZES)]
    previous = chain_hash(b"", pieces[0])
    for start, stop in pairwise([0, *cuts, len(COMMANDS)]):
        pieces.append(batch(previous, start + 1, COMMANDS[start:stop]))
        previous = chain_hash(previous, pieces[-1])
    return pieces


ENDS = chain_ends(COMMANDS)
CUTS = [ENDS[1], ENDS[3]]
PIECES = pieces_of(CUTS)
STREAM = b"".join(PIECES)
STARTS = [1, 1, CUTS[0] + 1, CUTS[1] + 1]  # sequence at which header and batches begin


def live(commands: np.ndarray) -> Engine:
    """Return the engine after *commands*."""
    engine = Engine(**SIZES)
    engine.execute(commands)
    return engine


def piece_at(offset: int) -> int:
    """Return which piece holds a byte of the stream."""
    return int(np.searchsorted(np.cumsum([len(each) for each in PIECES]), offset, side="right"))


@pytest.mark.parametrize("step", range(1, 5))
def test_a_journal_rebuilds_its_engine(step: int) -> None:
    """However the commands were gathered, the digest is that of the live engine."""
    engine = replay(b"".join(pieces_of(ENDS[:-1:step])))
    assert engine.digest() == live(COMMANDS).digest()
    assert engine.remembered_ids == SIZES["remembered_ids"]


def test_a_journal_gives_back_its_commands() -> None:
    """Batches come as they were written, under the sequence of their first command."""
    batches = list(read(STREAM))
    assert [first for first, _ in batches] == STARTS[1:]
    assert np.array_equal(np.concatenate([each for _, each in batches]), COMMANDS)
    assert list(read(PIECES[0])) == []
    assert replay(PIECES[0]).digest() == live(COMMANDS[:0]).digest()


def test_an_empty_batch_is_harmless() -> None:
    """A batch of nothing moves neither state nor sequence."""
    previous = chain_hash(b"", PIECES[0])
    empty = batch(previous, 1, COMMANDS[:0])
    after = batch(chain_hash(previous, empty), 1, COMMANDS)
    assert replay(PIECES[0] + empty + after).digest() == live(COMMANDS).digest()


@pytest.mark.parametrize("bit", [0, 7])
def test_no_altered_byte_goes_unnoticed(bit: int) -> None:
    """Each byte of a journal, altered: refused at the first command of its batch."""
    for offset in range(len(STREAM)):
        altered = bytearray(STREAM)
        altered[offset] ^= 1 << bit
        if offset < len(MAGIC):
            with pytest.raises(JournalVersion):
                list(read(bytes(altered)))
            continue
        with pytest.raises(JournalDamaged) as caught:
            list(read(bytes(altered)))
        assert caught.value.sequence == STARTS[piece_at(offset)], offset


def test_no_cut_goes_unnoticed() -> None:
    """Cut within a batch it is refused there; cut between batches it is the shop of that time."""
    whole = np.cumsum([len(each) for each in PIECES]).tolist()
    for offset in range(len(STREAM)):
        if offset in whole:
            prefix = COMMANDS[: [0, *CUTS][whole.index(offset)]]
            assert replay(STREAM[:offset]).digest() == live(prefix).digest()
            continue
        with pytest.raises(JournalDamaged) as caught:
            replay(STREAM[:offset])
        assert caught.value.sequence == STARTS[piece_at(offset)], offset


@pytest.mark.parametrize(
    ("order", "sequence"),
    [
        ([0, 2, 1, 3], STARTS[1]),  # swapped
        ([0, 1, 3, 2], STARTS[2]),
        ([0, 2, 3], STARTS[1]),  # dropped
        ([0, 1, 3], STARTS[2]),
        ([0, 1, 1, 2, 3], STARTS[2]),  # doubled
        ([0, 1, 2, 3, 3], len(COMMANDS) + 1),
        ([0, 1, 2, 0, 3], STARTS[3]),  # two journals in one
    ],
)
def test_no_moved_batch_goes_unnoticed(order: list[int], sequence: int) -> None:
    """Batches that were swapped, dropped or doubled are refused where the order breaks."""
    with pytest.raises(JournalDamaged) as caught:
        replay(b"".join(PIECES[at] for at in order))
    assert caught.value.sequence == sequence


def test_a_forged_batch_breaks_the_chain() -> None:
    """Checksums made anew do not help: the next batch knows what stood before it."""
    forged = COMMANDS[: CUTS[0]].copy()
    forged["quantity"][0] += 1
    first = batch(chain_hash(b"", PIECES[0]), 1, forged)
    with pytest.raises(JournalDamaged) as caught:
        replay(PIECES[0] + first + PIECES[2] + PIECES[3])
    assert caught.value.sequence == STARTS[2]


def test_a_batch_belongs_to_its_shop() -> None:
    """The same batch behind another shop's header is refused."""
    other = header(SIZES["skus"] + 1, SIZES["locations"], SIZES["remembered_ids"])
    with pytest.raises(JournalDamaged) as caught:
        replay(other + PIECES[1])
    assert caught.value.sequence == 1


def test_another_program_or_version() -> None:
    """What is no journal of ours is told apart from one that was damaged."""
    with pytest.raises(JournalVersion):
        replay(b"PK\x03\x04" + bytes(200))
    for nothing in (b"", STREAM[:10]):
        with pytest.raises(JournalError):
            replay(nothing)
    assert SCHEMA_VERSION == 1


def test_an_open_chain_is_replayed_as_it_was() -> None:
    """A chain that a batch cut short did not happen the first time, nor does it in the replay."""
    commands = np.zeros(3, COMMAND)
    commands["id"], commands["quantity"] = [1, 2, 3], 5
    commands["operation"], commands["flags"] = Operation.RECEIVE, [0, 1, 0]
    first = batch(chain_hash(b"", PIECES[0]), 1, commands[:2])
    second = batch(chain_hash(chain_hash(b"", PIECES[0]), first), 3, commands[2:])
    engine = Engine(**SIZES)
    engine.execute(commands[:2])
    engine.execute(commands[2:])
    assert replay(PIECES[0] + first + second).digest() == engine.digest()
    assert engine.levels[0, 0, 0] == 10
