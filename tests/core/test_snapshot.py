"""A snapshot is its engine: with the journal's tail it becomes the live one, or it is refused."""

import struct
import zlib
from itertools import pairwise

import numpy as np
import pytest

from core import journal, rebuild
from core.engine import Engine
from core.errors import JournalDamaged, SnapshotDamaged, SnapshotVersion, TailUnrelated
from core.kernels.tables import FIRST_SCRATCH, Meta, Tables
from core.room import due_entries
from core.schema import Kind, Status
from core.sections import REMADE, SCRATCH, SECTIONS
from core.snapshot import HEADER, MAGIC, SECTION, dump, load, recover
from tests.core.compare import assert_same, chain_ends
from tests.core.lively import lively

SEED = 20_261_121
SIZES = {"skus": 5, "locations": 3, "remembered_ids": 60, "remembered_moves": 25}
SIZES_OTHER = {**SIZES, "remembered_moves": 26}
NEWER = 900  # commands behind the snapshot that the next test continues with


def written(commands: np.ndarray, cuts: list[int], sizes: dict[str, int] = SIZES) -> list[bytes]:
    """Write header and batches that end at *cuts* and at the end."""
    pieces = [journal.header(**sizes)]
    previous = journal.chain_hash(b"", pieces[0])
    for start, stop in pairwise(sorted({0, *cuts, len(commands)})):
        pieces.append(journal.batch(previous, start + 1, commands[start:stop]))
        previous = journal.chain_hash(previous, pieces[-1])
    return pieces


def chain_after(pieces: list[bytes]) -> bytes:
    """Return the hash of the chain behind *pieces*."""
    chain = b""
    for piece in pieces:
        chain = journal.chain_hash(chain, piece)
    return chain


def live(commands: np.ndarray) -> Engine:
    """Return the engine after *commands*."""
    engine = Engine(**SIZES)
    engine.execute(commands)
    return engine


def hurt(stream: bytes) -> SnapshotDamaged:
    """Return what loading *stream* complains of."""
    with pytest.raises(SnapshotDamaged) as caught:
        load(stream)
    return caught.value


COMMANDS = lively(SEED, 2500, SIZES)
ENDS = chain_ends(COMMANDS)
SHORT = lively(SEED + 1, 120, SIZES)
SHORT_ENDS = chain_ends(SHORT)
SHORT_PIECES = written(SHORT, SHORT_ENDS[9::10])
KEPT = dump(live(SHORT), chain_after(SHORT_PIECES))


def test_the_stream_is_worth_its_tests() -> None:
    """It fills every array that is kept, and shows nearly every event and status."""
    engine = Engine(**SIZES)
    filled, kinds, statuses, due = set(), set(), set(), 0
    for start, stop in pairwise([0, *ENDS]):
        answers, events = engine.execute(COMMANDS[start:stop])
        kinds |= set(events["kind"].tolist())
        statuses |= set(answers["status"].tolist())
        due = max(due, int(engine.tables.meta[Meta.DUE]))
        t = engine.tables
        filled |= {name for name, section in SECTIONS.items() if len(section.kept(t, name))}
    assert filled == set(SECTIONS)
    assert due > 5
    assert len(kinds) >= len(Kind) - 4, set(Kind) - kinds
    assert len(statuses) > 20
    assert Status.CHAIN_BROKEN in statuses
    assert Kind.EXPIRED in kinds
    assert Kind.BACKORDER_FILLED in kinds


def test_nothing_is_forgotten() -> None:
    """Every array of the engine is kept, made again, or known to mean nothing between calls."""
    assert {*SECTIONS, *REMADE, *SCRATCH} == set(Tables._fields)
    assert len(SECTIONS) + len(REMADE) + len(SCRATCH) == len(Tables._fields)
    assert next(iter(SECTIONS)) == "meta"
    assert all(len(name) <= 16 for name in SECTIONS)


@pytest.mark.parametrize("step", [1, 37])
def test_a_snapshot_is_its_engine(step: int) -> None:
    """At any time: the same digest, and the same snapshot of what was loaded."""
    ends = SHORT_ENDS if step == 1 else ENDS[::step]
    commands = SHORT if step == 1 else COMMANDS
    engine = Engine(**SIZES)
    print(f"seed {SEED}")
    for start, stop in pairwise([0, *ends]):
        engine.execute(commands[start:stop])
        kept = dump(engine)
        assert (again := load(kept)).digest() == engine.digest(), stop
        assert dump(again) == kept, stop
        waits = due_entries(engine.tables)
        waits = waits[waits["id"] != 0]  # what a broken chain left in an empty slot
        assert np.array_equal(again.tables.due[: again.tables.meta[Meta.DUE]], waits), stop
        assert (again.sequence, again.now_us) == (engine.sequence, engine.now_us)


def test_an_empty_engine_is_kept_too() -> None:
    """Before the first command, and with nothing but time passing."""
    assert load(dump(Engine(**SIZES))).digest() == Engine(**SIZES).digest()


@pytest.mark.parametrize("cut", range(20, 2500, 173))
def test_life_goes_on_behind_a_snapshot(cut: int) -> None:
    """What was loaded answers as the live one: expiries, broken chains and known ids included."""
    print(f"seed {SEED}, cut {cut}")
    at = ENDS[int(np.searchsorted(ENDS, cut))]
    engine = live(COMMANDS[:at])
    again = load(dump(engine))
    for start, stop in pairwise([at, *[end for end in ENDS if at < end < at + NEWER][::23]]):
        told = again.execute(COMMANDS[start:stop])
        assert_same(told, engine.execute(COMMANDS[start:stop]), f"commands {start} to {stop}")
    assert again.digest() == engine.digest()


def test_a_snapshot_changes_nothing() -> None:
    """Taking one leaves the engine as it is."""
    engine = live(SHORT)
    before = engine.digest()
    dump(engine)
    assert engine.digest() == before


# --- with the journal -----------------------------------------------------------------------------


@pytest.mark.parametrize("piece", range(1, len(SHORT_PIECES) + 1))
def test_any_snapshot_and_its_tail_are_the_whole(piece: int) -> None:
    """At every cut, with the whole journal or with the tail alone."""
    before = b"".join(SHORT_PIECES[:piece])
    kept = dump(rebuild.replay(before), chain_after(SHORT_PIECES[:piece]))
    whole = live(SHORT).digest()
    assert recover(kept, b"".join(SHORT_PIECES)).digest() == whole
    assert recover(kept, b"".join(SHORT_PIECES[piece:])).digest() == whole


def test_a_snapshot_behind_a_seal() -> None:
    """A seal moves the chain, not the sequence: snapshots from before and behind it have a tail."""
    first, more = SHORT_PIECES[:3], SHORT[(SHORT_ENDS[9::10])[1] :]
    engine = rebuild.replay(b"".join(first))
    sealed = [*first, journal.seal(chain_after(first), engine.sequence, 2, engine.digest())]
    whole = [*sealed, journal.batch(chain_after(sealed), engine.sequence + 1, more)]
    digest = live(SHORT).digest()
    for before in (first, sealed):
        kept = dump(engine, chain_after(before))
        assert recover(kept, b"".join(whole)).digest() == digest
        assert recover(kept, b"".join(whole[len(before) :])).digest() == digest


def test_a_tail_of_another_time_is_refused() -> None:
    """A gap, an overlap, another journal, an older one: refused with the snapshot's sequence."""
    at = SHORT_ENDS[9::10][2]
    kept = dump(rebuild.replay(b"".join(SHORT_PIECES[:4])), chain_after(SHORT_PIECES[:4]))
    other = written(SHORT, SHORT_ENDS[8::10])
    foreign = written(SHORT, SHORT_ENDS[9::10], SIZES_OTHER)
    for unrelated in (
        SHORT_PIECES[5:],
        SHORT_PIECES[3:],
        foreign[4:],
        foreign,
        other,
        SHORT_PIECES[:3],
        SHORT_PIECES[:1],
    ):
        with pytest.raises(TailUnrelated, match=f"sequence {at}") as caught:
            recover(kept, b"".join(unrelated))
        assert caught.value.sequence == at
    assert recover(kept, b"").sequence == at
    assert recover(kept, b"".join(SHORT_PIECES[:4])).sequence == at


def test_a_snapshot_without_a_journal_has_no_tail() -> None:
    """Who does not say which journal it belongs to cannot go on with any."""
    with pytest.raises(TailUnrelated, match="without a journal"):
        recover(dump(live(SHORT)), b"")


def test_a_damaged_tail_is_refused() -> None:
    """Each byte of a tail, altered or cut off: refused with the first sequence that is lost."""
    kept = dump(rebuild.replay(b"".join(SHORT_PIECES[:-1])), chain_after(SHORT_PIECES[:-1]))
    tail = SHORT_PIECES[-1]
    first = SHORT_ENDS[9::10][len(SHORT_PIECES) - 3] + 1
    for offset in range(0, len(tail), 3):
        altered = bytearray(tail)
        altered[offset] ^= 4
        with pytest.raises(
            (JournalDamaged, TailUnrelated), match=rf"sequence ({first}|{first - 1})"
        ):
            recover(kept, bytes(altered))
        if offset:
            with pytest.raises(JournalDamaged) as cut:
                recover(kept, tail[:offset])
            assert cut.value.sequence == first


# --- damage ---------------------------------------------------------------------------------------


def section_at(stream: bytes, offset: int) -> str:
    """Return the section that holds a byte of a snapshot."""
    at = HEADER.size
    if offset < at:
        return "header"
    for name in SECTIONS:
        _, _, size, _, _ = SECTION.unpack_from(stream, at)
        at += SECTION.size + size
        if offset < at:
            return name
    return "end"


def test_no_altered_byte_goes_unnoticed() -> None:
    """Each byte of a snapshot, altered: refused, with the name of the section."""
    for offset in range(len(KEPT)):
        altered = bytearray(KEPT)
        altered[offset] ^= 0x10
        found = hurt(bytes(altered))
        assert found.section == section_at(KEPT, offset), offset
        assert f"section {found.section}" in str(found)


def test_no_cut_goes_unnoticed() -> None:
    """Cut at any byte, or with something behind it, a snapshot is refused."""
    for offset in range(len(KEPT)):
        found = hurt(KEPT[:offset])
        assert found.section == section_at(KEPT, offset), offset
        assert "cut short" in str(found)
    assert hurt(KEPT + b"\0").section == "end"


def test_no_moved_section_goes_unnoticed() -> None:
    """Sections that were swapped, dropped or doubled are refused where the order breaks."""
    starts = [HEADER.size]
    for _ in SECTIONS:
        _, _, size, _, _ = SECTION.unpack_from(KEPT, starts[-1])
        starts.append(starts[-1] + SECTION.size + size)
    parts = [KEPT[: HEADER.size], *(KEPT[a:b] for a, b in pairwise(starts))]
    names = list(SECTIONS)
    for order, name in [
        ([0, 2, 1, *range(3, len(parts))], names[0]),
        ([0, 1, *range(3, len(parts))], names[1]),
        ([0, 1, 1, *range(2, len(parts))], names[1]),
    ]:
        assert hurt(b"".join(parts[at] for at in order)).section == name


def test_another_state_under_right_checksums() -> None:
    """Checksums made anew do not help: the numbers contradict each other, or the digest."""
    kept = dump(live(COMMANDS))
    at = HEADER.size
    for name in SECTIONS:
        _, entries, size, _, _ = SECTION.unpack_from(kept, at)
        body = bytearray(kept[at + SECTION.size : at + SECTION.size + size])
        for byte in (-2, 8):
            if size:
                forged_body = body.copy()
                forged_body[byte] ^= 1
                head = SECTION.pack(name.encode(), entries, size, zlib.crc32(forged_body), 0)[:-4]
                forged = head + struct.pack("<I", zlib.crc32(head)) + forged_body
                hurt(kept[:at] + forged + kept[at + len(forged) :])
        at += SECTION.size + size


def test_another_program_or_version() -> None:
    """What is no snapshot of ours is told apart from one that was damaged."""
    for foreign in (b"PK\x03\x04" + bytes(400), b"{}", journal.header(**SIZES)):
        with pytest.raises(SnapshotVersion, match="not a storetwin snapshot"):
            load(foreign)
    with pytest.raises(SnapshotVersion, match="schema version 1, and this program reads 2"):
        load(MAGIC + struct.pack("<H", 1) + bytes(400))


def test_scratch_is_not_kept() -> None:
    """What a chain leaves behind in the engine's notebook does not enter a snapshot."""
    kept = SECTIONS["meta"].kept(live(SHORT).tables, "meta")
    assert len(kept) == FIRST_SCRATCH
    scratch = load(KEPT).tables.meta[FIRST_SCRATCH:]
    assert np.array_equal(scratch, Engine(1, 1).tables.meta[FIRST_SCRATCH:])
