"""`storetwin verify` on real files: nothing altered passes, and what is wrong is named."""

import json
import shlex
import sqlite3
from pathlib import Path

import pytest

from core import journal, rebuild, snapshot
from storetwin.cli import main
from tests.storetwin.verifying import (
    COMMANDS,
    CUTS,
    LAST,
    PIECES,
    SIZES,
    STREAM,
    TINY,
    UNSEALED,
    digest_at,
    tiny_place,
    told,
    verify,
)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A sealed journal on the disk."""
    path = tmp_path / "shop.journal"
    path.write_bytes(STREAM)
    return path


# --- what is whole --------------------------------------------------------------------------------


def test_a_whole_journal_is_described(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sequences, batches, sizes, times and the digest of the live engine."""
    found = told(capsys, "--journal", whole, "--sealed")
    assert found["ok"] is True
    assert found["sealed"] is True
    assert (found["first_sequence"], found["last_sequence"]) == (1, LAST)
    assert found["batches"] == len(PIECES) - 2
    assert found["bytes"] == len(STREAM)
    assert found["digest"] == digest_at(LAST)
    assert {name: found[name] for name in SIZES} == SIZES
    assert found["first_us"] == int(COMMANDS["now_us"][0])
    assert found["last_us"] == int(COMMANDS["now_us"].max())
    code, out, err = verify(capsys, "--journal", whole)
    assert (code, err) == (0, "")
    assert f"digest     {digest_at(LAST)}" in out
    assert f"1 to {LAST} in {len(PIECES) - 2} batches" in out


def test_an_empty_journal_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A shop that was founded and has done nothing yet."""
    (path := tmp_path / "new.journal").write_bytes(PIECES[0])
    assert told(capsys, "--journal", path)["last_sequence"] == 0
    assert "none, in 0 batches" in verify(capsys, "--journal", path)[1]


def test_a_digest_is_compared(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The right one passes; another ends with the code of what cannot be reproduced."""
    assert told(capsys, "--journal", whole, "--digest", digest_at(LAST).upper())["ok"]
    code, _, err = verify(capsys, "--journal", whole, "--digest", "0" * 64)
    assert code == 3
    assert digest_at(LAST) in err


# --- what cannot be seen in the file alone --------------------------------------------------------


def test_a_cut_between_batches_needs_a_seal_or_a_head(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By itself a shorter journal is whole; who demands a seal or noted the head is told."""
    head = str(told(capsys, "--journal", whole)["head"])
    whole.write_bytes(b"".join(PIECES[:3]))
    assert told(capsys, "--journal", whole)["sealed"] is False
    code, _, err = verify(capsys, "--journal", whole, "--sealed")
    assert (code, "no seal at its end" in err) == (1, True)
    code, _, err = verify(capsys, "--journal", whole, "--head", head)
    assert code == 1
    assert f"ends at sequence {CUTS[1]}, and it once had {LAST}" in err


def test_a_noted_head_is_found_again(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """While a journal grows, the heads of yesterday stay in it; another journal has others."""
    whole.write_bytes(b"".join(PIECES[:3]))
    head = str(told(capsys, "--journal", whole)["head"])
    assert head.startswith(f"{CUTS[1]}:")
    whole.write_bytes(STREAM)
    assert told(capsys, "--journal", whole, "--head", head)["last_sequence"] == LAST
    assert told(capsys, "--journal", whole, "--head", head[: head.index(":") + 17])["ok"]
    code, _, err = verify(capsys, "--journal", whole, "--head", f"{CUTS[1]}:{'0' * 64}")
    assert (code, "not the journal whose head was noted" in err) == (1, True)
    code, _, _ = verify(capsys, "--journal", whole, "--head", head.replace(f"{CUTS[1]}:", "1:"))
    assert code == 1


def test_a_seal_of_other_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A whole journal that replays to another state than was sealed is not reproducible."""
    sealed = journal.RECORD.unpack_from(PIECES[-1])[4]
    (path := tmp_path / "j").write_bytes(
        UNSEALED + journal.seal(sealed, LAST, len(PIECES) - 2, "ab" * 32)
    )
    code, _, err = verify(capsys, "--journal", path)
    assert code == 3
    assert f"replayed to sequence {LAST}" in err


# --- damage ---------------------------------------------------------------------------------------


def test_every_altered_byte_is_found(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each byte of a journal on the disk, flipped: exit code 1 and the right sequence."""
    stream = b"".join(TINY)
    for offset in range(len(stream)):
        altered = bytearray(stream)
        altered[offset] ^= 0x40
        whole.write_bytes(altered)
        code, _, err = verify(capsys, "--journal", whole)
        sequence, byte = tiny_place(offset)
        assert code == 1, offset
        assert f"(at sequence {sequence}, byte {byte})" in err, offset
        assert len(err.strip().splitlines()) == 1


def test_every_cut_is_found(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cut at each byte: refused at its sequence, or, between batches, not sealed."""
    stream = b"".join(TINY)
    for offset in range(len(stream)):
        whole.write_bytes(stream[:offset])
        code, _, err = verify(capsys, "--journal", whole, "--sealed")
        sequence, byte = tiny_place(offset)
        between = offset == byte > 0
        said = (
            "no seal at its end" if between else f"cut short (at sequence {sequence}, byte {byte})"
        )
        assert (code, said in err) == (1, True), offset


def test_damage_is_told_with_the_way_out(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong, what is still good, and a command that works when it is copied."""
    altered = bytearray(STREAM)
    altered[sum(len(piece) for piece in PIECES[:4]) + 99] ^= 1
    whole.write_bytes(altered)
    code, out, err = verify(capsys, "--journal", whole, "--json")
    assert code == 1
    found = json.loads(out)
    assert found["ok"] is False
    assert found["last_sequence"] == CUTS[2]
    assert found["damage"]["sequence"] == CUTS[2] + 1
    assert f"sequences 1 to {CUTS[2]} are good" in err
    advised = shlex.split(err[err.index("storetwin verify") :])
    assert main(advised[1:]) == 0
    capsys.readouterr()
    repaired = told(capsys, "--journal", f"{whole}.repaired", "--sealed")
    assert repaired["digest"] == digest_at(CUTS[2]) == found["digest"]


def test_nothing_good_is_not_repaired(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged header leaves nothing to keep."""
    altered = bytearray(STREAM)
    altered[25] ^= 1
    whole.write_bytes(altered)
    out = whole.with_name("out")
    for arguments in ([], ["--repair", "--out", out]):
        code, _, err = verify(capsys, "--journal", whole, *arguments)
        assert code == 1
        assert "restore the file from a copy" in err
    assert not out.exists()


# --- with a snapshot ------------------------------------------------------------------------------


def test_a_snapshot_spares_the_replay(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same digest from a snapshot and the whole journal, or its tail alone."""
    chain = b""
    for piece in PIECES[:4]:
        chain = journal.chain_hash(chain, piece)
    (kept := whole.with_name("kept")).write_bytes(
        snapshot.dump(rebuild.replay(b"".join(PIECES[:4])), chain)
    )
    (tail := whole.with_name("tail")).write_bytes(b"".join(PIECES[4:]))
    for path in (whole, tail):
        found = told(capsys, "--journal", path, "--snapshot", kept, "--sealed")
        assert found["digest"] == digest_at(LAST)
        assert (found["first_sequence"], found["last_sequence"]) == (CUTS[2] + 1, LAST)
    tail.write_bytes(b"".join(PIECES[5:]))
    code, _, err = verify(capsys, "--journal", tail, "--snapshot", kept)
    assert (code, f"taken at sequence {CUTS[2]}" in err) == (1, True)
    altered = bytearray(kept.read_bytes())
    altered[-1] ^= 1
    kept.write_bytes(altered)
    code, _, err = verify(capsys, "--journal", whole, "--snapshot", kept)
    assert (code, "in section known" in err) == (1, True)
    kept.write_bytes(b"not a snapshot, and long enough to be told from one" * 9)
    code, _, err = verify(capsys, "--journal", whole, "--snapshot", kept)
    assert (code, "not a storetwin snapshot" in err) == (2, True)


def test_damage_before_the_snapshot(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is found there, and named, though nothing of it would be replayed."""
    chain = b""
    for piece in PIECES[:4]:
        chain = journal.chain_hash(chain, piece)
    (kept := whole.with_name("kept")).write_bytes(
        snapshot.dump(rebuild.replay(b"".join(PIECES[:4])), chain)
    )
    altered = bytearray(STREAM)
    altered[len(PIECES[0]) + len(PIECES[1]) + 80] ^= 1
    whole.write_bytes(altered)
    code, _, err = verify(capsys, "--journal", whole, "--snapshot", kept)
    assert code == 1
    assert f"at sequence {CUTS[0] + 1}, byte" in err
    assert "leave out --snapshot" in err


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "one of --journal FILE and --database FILE"),
        (["--journal", "a", "--database", "b"], "one of --journal FILE and --database FILE"),
        (["--journal", "nowhere"], "nowhere: no such file"),
        (["--journal", "."], "is a folder"),
        (["--database", "nowhere.db"], "nowhere.db: no such file"),
        (["--journal", "text"], "text: this is not a storetwin journal"),
        (["--database", "text"], "is not a storetwin database"),
        (["--journal", "lite.db"], "use --database"),
        (["--database", "lite.db"], "is not a storetwin database"),
        (["--journal", "good", "--repair"], "--out"),
        (["--journal", "good", "--out", "x"], "--repair"),
        (["--journal", "good", "--repair-to", "-1", "--out", "x"], "--repair-to"),
        (["--journal", "good", "--export", "x"], "--export goes with --database alone"),
        (["--journal", "good", "--repair", "--out", "no/x"], "no: no such folder"),
        (["--journal", "good", "--snapshot", "nowhere"], "nowhere: no such file"),
        (["--database", "good", "--snapshot", "good"], "--snapshot goes with --journal"),
        (["--journal", "good", "--digest", "abc"], "64 hexadecimal digits"),
        (["--journal", "good", "--head", "12"], "SEQUENCE:HASH"),
        (["--journal", "good", "--head", "x:" + "0" * 64], "SEQUENCE:HASH"),
        (["--journal", "old"], "schema version 1, which storetwin 0.1 wrote"),
    ],
)
def test_bad_input_is_told(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One line and exit code 2 for what is no journal, or no sensible wish."""
    monkeypatch.chdir(tmp_path)
    Path("good").write_bytes(STREAM)
    Path("text").write_text("a shopping list " * 20, encoding="utf-8")
    Path("old").write_bytes(journal.with_crc(journal.HEADER_1.pack(journal.MAGIC, 1, 4, 2, 50, 0)))
    with sqlite3.connect("lite.db") as connection:
        connection.execute("CREATE TABLE other (a)")
    connection.close()
    code, out, err = verify(capsys, *arguments)
    assert code == 2, err
    assert said in err
    assert out == ""
    assert len(err.strip().splitlines()) == 1


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """The help shows how to export, check and repair."""
    code, out, _ = verify(capsys, "--help")
    assert code == 0
    for example in ("--export shop.journal", "--sealed", "--repair-to 1200 --out"):
        assert example in out
