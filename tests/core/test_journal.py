"""A journal rebuilds its engine, or says from which command on it cannot be trusted."""

import io
import struct
import zlib
from itertools import pairwise

import numpy as np
import pytest

from core import journal
from core.engine import Engine
from core.errors import ChainCut, JournalDamaged, JournalDiffers, JournalVersion
from core.journal import (
    HASH_BYTES,
    HEADER,
    MAGIC,
    RECORD,
    Reader,
    batch,
    chain_hash,
    header,
    read_record,
    seal,
)
from core.rebuild import replay, run, up_to
from core.schema import COMMAND, SCHEMA_VERSION, Flag, Operation
from tests.core.compare import chain_ends
from tests.core.streams import stream

SIZES = {"skus": 4, "locations": 2, "remembered_ids": 50, "remembered_moves": 40}
COMMANDS = stream(18, 12)  # chains in every one of the three batches


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
BYTES = np.cumsum([0, *(len(each) for each in PIECES)]).tolist()  # where they begin


def live(commands: np.ndarray) -> Engine:
    """Return the engine after *commands*."""
    engine = Engine(**SIZES)
    engine.execute(commands)
    return engine


def chain_after(pieces: list[bytes]) -> bytes:
    """Return the hash of the chain behind *pieces*."""
    chain = b""
    for piece in pieces:
        chain = chain_hash(chain, piece)
    return chain


def sealed(pieces: list[bytes], digest: str) -> bytes:
    """Return a seal behind *pieces*, which hold all of COMMANDS."""
    return seal(chain_after(pieces), len(COMMANDS), len(pieces) - 1, digest)


def piece_at(offset: int) -> int:
    """Return which piece holds a byte of the stream."""
    return int(np.searchsorted(BYTES[1:], offset, side="right"))


def damage(stream: bytes) -> JournalDamaged:
    """Return what reading *stream* complains of."""
    with pytest.raises(JournalDamaged) as caught:
        list(Reader(stream))
    return caught.value


# --- it rebuilds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("step", range(1, 5))
@pytest.mark.parametrize("merged", [1, 3, journal.MERGED])
def test_a_journal_rebuilds_its_engine(
    step: int, merged: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the commands were gathered, then and now, the digest is that of the live engine."""
    monkeypatch.setattr(journal, "MERGED", merged)
    engine = replay(b"".join(pieces_of(ENDS[:-1:step])))
    assert engine.digest() == live(COMMANDS).digest()
    assert engine.remembered_ids == SIZES["remembered_ids"]


def test_a_journal_gives_back_its_commands() -> None:
    """Batches come as they were written, under the sequence of their first command."""
    records = list(Reader(STREAM))
    assert [record.sequence for record in records] == STARTS[1:]
    assert np.array_equal(np.concatenate([record.commands for record in records]), COMMANDS)
    assert b"".join([PIECES[0], *(b"".join((r.head, r.body)) for r in records)]) == STREAM
    assert list(Reader(PIECES[0])) == []
    assert replay(PIECES[0]).digest() == live(COMMANDS[:0]).digest()


def test_a_journal_keeps_the_size_of_its_shop() -> None:
    """All that an engine is told before its first command stands in the header."""
    assert Reader(STREAM).sizes == tuple(SIZES.values())


def test_a_journal_is_read_from_a_file_piece_by_piece() -> None:
    """A source that gives a few bytes at a time, as a pipe does, is the same journal."""
    file = io.BytesIO(STREAM)
    few = replay(lambda size: file.read(min(size, 7)))
    assert few.digest() == replay(STREAM).digest() == replay(io.BytesIO(STREAM).read).digest()


def test_an_empty_batch_is_harmless() -> None:
    """A batch of nothing moves neither state nor sequence."""
    previous = chain_hash(b"", PIECES[0])
    empty = batch(previous, 1, COMMANDS[:0])
    after = batch(chain_hash(previous, empty), 1, COMMANDS)
    assert replay(PIECES[0] + empty + after).digest() == live(COMMANDS).digest()


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


def test_a_batch_has_an_upper_size() -> None:
    """What no reader would take is not written."""
    with pytest.raises(ValueError, match="write several"):
        batch(b"", 1, np.zeros(journal.BATCH_MAX + 1, COMMAND))


# --- damage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("bit", [0, 7])
def test_no_altered_byte_goes_unnoticed(bit: int) -> None:
    """Each byte of a journal, altered: refused at the first command of its batch, and its byte."""
    for offset in range(len(STREAM)):
        altered = bytearray(STREAM)
        altered[offset] ^= 1 << bit
        found = damage(bytes(altered))
        at = piece_at(offset)
        assert (found.sequence, found.offset) == (STARTS[at], BYTES[at]), offset
        assert f"at sequence {STARTS[at]}, byte {BYTES[at]}" in str(found)


def test_no_cut_goes_unnoticed() -> None:
    """Cut within a batch it is refused there; cut between batches it is the shop of that time."""
    for offset in range(len(STREAM)):
        if offset in BYTES[1:]:
            prefix = COMMANDS[: [0, *CUTS][BYTES.index(offset) - 1]]
            assert replay(STREAM[:offset]).digest() == live(prefix).digest()
            continue
        found = damage(STREAM[:offset])
        assert found.sequence == STARTS[piece_at(offset)], offset
        assert "cut short" in found.reason


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
    in_place = next((n for n, at in enumerate(order) if at != n), len(PIECES))
    assert caught.value.offset == BYTES[in_place]


def test_a_forged_batch_breaks_the_chain() -> None:
    """Checksums made anew do not help: the next batch knows what stood before it."""
    forged = COMMANDS[: CUTS[0]].copy()
    forged["quantity"][0] += 1
    first = batch(chain_hash(b"", PIECES[0]), 1, forged)
    assert damage(PIECES[0] + first + PIECES[2] + PIECES[3]).sequence == STARTS[2]


def test_a_batch_put_in_is_refused() -> None:
    """A batch between two others, even an empty one with the right hash, breaks what follows."""
    put_in = batch(chain_after(PIECES[:2]), STARTS[2], COMMANDS[:0])
    found = damage(b"".join([*PIECES[:2], put_in, *PIECES[2:]]))
    assert (found.sequence, found.offset) == (STARTS[2], BYTES[2] + len(put_in))


def test_a_batch_under_another_sequence_is_refused() -> None:
    """A batch with the right hash and the wrong number: its writer had lost count."""
    wrong = batch(chain_after(PIECES[:2]), STARTS[2] + 1, COMMANDS[CUTS[0] : CUTS[1]])
    found = damage(b"".join([*PIECES[:2], wrong]))
    assert found.sequence == STARTS[2]
    assert f"here begins sequence {STARTS[2] + 1}" in found.reason


def test_a_batch_belongs_to_its_shop() -> None:
    """The same batch behind another shop's header is refused."""
    for name, size in SIZES.items():
        other = header(**{**SIZES, name: size + 1})
        found = damage(other + PIECES[1])
        assert (found.sequence, found.offset) == (1, HEADER.size)


def test_a_forged_count_allocates_nothing() -> None:
    """A head that claims more commands than any batch has is refused before its body is read."""
    asked = []
    packed = RECORD.pack(b"BTCH", 1, 2**60, 0, chain_hash(b"", PIECES[0]), 0)[:-4]
    file = io.BytesIO(PIECES[0] + packed + struct.pack("<I", zlib.crc32(packed)))

    def take(size: int) -> bytes:
        asked.append(size)
        return file.read(size)

    with pytest.raises(JournalDamaged, match="none of this program's"):
        replay(take)
    assert max(asked) <= RECORD.size


def test_sizes_that_no_engine_has_are_refused() -> None:
    """A header whose checksum is right and whose sizes are absurd is damage, too."""
    with pytest.raises(JournalDamaged, match="levels"):
        replay(header(2**31 - 1, 2**15 - 1, 1))


# --- other programs and versions ------------------------------------------------------------------


def test_another_program() -> None:
    """What is no journal of ours is told apart from one that was damaged."""
    for foreign in (b"PK\x03\x04" + bytes(200), b"\x00" * 10, b"{}"):
        with pytest.raises(JournalVersion, match="not a storetwin journal"):
            replay(foreign)


def test_a_journal_of_version_1_is_refused() -> None:
    """It is named with what wrote it and with what to do; a damaged one is damaged."""
    packed = struct.pack("<17sHqqq", MAGIC, 1, 4, 2, 50)
    written = packed + struct.pack("<I", zlib.crc32(packed)) + bytes(56)
    with pytest.raises(JournalVersion, match=r"schema version 1, which storetwin 0\.1 wrote"):
        replay(written)
    with pytest.raises(JournalVersion, match="says that it has schema version 1"):
        replay(written[:20] + b"\xff" + written[21:])
    assert SCHEMA_VERSION == 2


def test_a_journal_of_a_later_version_is_refused() -> None:
    """Its version is named, though its header may be laid out in another way."""
    with pytest.raises(JournalVersion, match="says that it has schema version 9"):
        replay(MAGIC + struct.pack("<H", 9) + bytes(100))


# --- the seal -------------------------------------------------------------------------------------


def test_a_seal_says_where_the_journal_ends() -> None:
    """With it the end is known; without it nobody can tell a shorter journal from a whole one."""
    digest = live(COMMANDS).digest()
    reader = Reader(STREAM + sealed(PIECES, digest))
    assert [record.seal for record in reader] == ["", "", "", digest]
    assert (reader.sealed, reader.sequence, reader.batches) == (digest, len(COMMANDS), 3)
    for whole in (STREAM, STREAM[: BYTES[3]]):
        unsealed = Reader(whole)
        list(unsealed)
        assert unsealed.sealed == ""


def test_a_sealed_journal_goes_on() -> None:
    """A seal is no end for ever: more may be appended, and then it is not sealed any more."""
    digest = live(COMMANDS).digest()
    pieces = [*PIECES, sealed(PIECES, digest)]
    more = stream(8, 3)
    more["id"] += 100
    appended = batch(chain_after(pieces), len(COMMANDS) + 1, more)
    reader = Reader(b"".join([*pieces, appended]))
    assert [record.last for record in reader][-1] == len(COMMANDS) + 3
    assert reader.sealed == ""
    engine = live(COMMANDS)
    engine.execute(more)
    assert replay(b"".join([*pieces, appended])).digest() == engine.digest()


def test_no_altered_byte_of_a_seal_goes_unnoticed() -> None:
    """Each byte of a seal, altered or cut off, is found behind the last command."""
    digest = live(COMMANDS).digest()
    whole = STREAM + sealed(PIECES, digest)
    for offset in range(len(STREAM), len(whole)):
        altered = bytearray(whole)
        altered[offset] ^= 1
        found = damage(bytes(altered))
        assert (found.sequence, found.offset) == (len(COMMANDS) + 1, len(STREAM)), offset
        if offset > len(STREAM):
            assert damage(whole[:offset]).sequence == len(COMMANDS) + 1


def test_a_seal_of_another_state_is_refused() -> None:
    """Bytes that are whole and replay to something else: this program has other rules."""
    other = "ab" * HASH_BYTES
    with pytest.raises(JournalDiffers, match=other) as caught:
        replay(STREAM + sealed(PIECES, other))
    assert caught.value.sequence == len(COMMANDS)


def test_a_seal_counts_the_batches() -> None:
    """A seal that was made for another number of batches is refused."""
    digest = live(COMMANDS).digest()
    found = damage(STREAM + seal(chain_after(PIECES), len(COMMANDS), 2, digest))
    assert "counts 2 batches, not 3" in found.reason


# --- one record, and the beginning of a journal ---------------------------------------------------


def test_one_record_is_read_alone() -> None:
    """A row of a database holds one batch, nothing less and nothing more."""
    chain = chain_hash(b"", PIECES[0])
    record = read_record(PIECES[1], 1, chain)
    assert np.array_equal(record.commands, COMMANDS[: CUTS[0]])
    assert record.chain == chain_after(PIECES[:2])
    for wrong in (b"", PIECES[1][:-1], PIECES[1] + b"x", PIECES[1] + PIECES[2], PIECES[2]):
        with pytest.raises(JournalDamaged) as caught:
            read_record(wrong, 1, chain)
        assert caught.value.sequence in {1, STARTS[2]}


def test_a_journal_is_cut_at_any_command_outside_a_chain() -> None:
    """What is left is the shop of that time; inside a chain the nearest ends are named."""
    for sequence in range(len(COMMANDS) + 3):
        if sequence in {0, *ENDS} or sequence > len(COMMANDS):
            kept = b"".join(b"".join((r.head, r.body)) for r in up_to(Reader(STREAM), sequence))
            engine = live(COMMANDS[:sequence])
            assert replay(PIECES[0] + kept).digest() == engine.digest(), sequence
            continue
        with pytest.raises(ChainCut) as caught:
            list(up_to(Reader(STREAM), sequence))
        assert caught.value.before == max(end for end in [0, *ENDS] if end < sequence)
        assert caught.value.after == min(end for end in ENDS if end > sequence)


def test_a_chain_left_open_may_be_cut() -> None:
    """Nothing of a chain without an end has happened, so less of it is the same."""
    commands = COMMANDS[:3].copy()
    commands["flags"] = [0, Flag.LINKED, Flag.LINKED]
    written = batch(chain_hash(b"", PIECES[0]), 1, commands)
    engine = Engine(**SIZES)
    run(engine, up_to(Reader(PIECES[0] + written), 2))
    assert engine.digest() == live(commands[:2]).digest()


def test_damage_behind_the_cut_does_not_matter() -> None:
    """The good part of a damaged journal is what stands before the damage."""
    altered = bytearray(STREAM)
    altered[-1] ^= 1
    engine = Engine(**SIZES)
    run(engine, up_to(Reader(bytes(altered)), CUTS[1]))
    assert engine.digest() == live(COMMANDS[: CUTS[1]]).digest()
