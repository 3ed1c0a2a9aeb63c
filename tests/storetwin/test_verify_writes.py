"""`storetwin verify` writes journals: repaired, cut at a sequence, exported from a database."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import journal
from tests.adapters.gateway.desk import desk
from tests.storetwin.verifying import (
    COMMANDS,
    CUTS,
    ENDS,
    LAST,
    PIECES,
    STREAM,
    digest_at,
    told,
    verify,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A sealed journal on the disk."""
    path = tmp_path / "shop.journal"
    path.write_bytes(STREAM)
    return path


# --- repair ---------------------------------------------------------------------------------------


def test_a_journal_is_cut_at_every_sequence(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Between chains the shop of that time is written; inside one the nearest ends are named."""
    for sequence in range(LAST + 1):
        out = whole.with_name(f"to-{sequence}")
        given = ("--journal", whole, "--repair-to", sequence, "--out", out)
        if sequence in {0, *ENDS}:
            assert told(capsys, *given)["last_sequence"] == sequence
            assert told(capsys, "--journal", out, "--sealed")["digest"] == digest_at(sequence)
            continue
        code, _, err = verify(capsys, *given)
        before = max([end for end in ENDS if end < sequence], default=0)
        after = min(end for end in ENDS if end > sequence)
        assert code == 2
        assert f"the nearest ends are {before} and {after}" in err
        assert not out.exists()
    assert whole.read_bytes() == STREAM
    assert not list(whole.parent.glob(".*")), "nothing half-written is left"


def test_more_than_is_good_is_not_written(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beyond the damage, or beyond the end: refused, with what can be had."""
    out = whole.with_name("out")
    code, _, err = verify(capsys, "--journal", whole, "--repair-to", LAST + 1, "--out", out)
    assert (code, f"ends at sequence {LAST}" in err) == (2, True)
    altered = bytearray(STREAM)
    altered[sum(len(piece) for piece in PIECES[:4]) + 99] ^= 1
    whole.write_bytes(altered)
    code, _, err = verify(capsys, "--journal", whole, "--repair-to", LAST, "--out", out)
    assert (code, f"at sequence {CUTS[2] + 1}, byte" in err) == (1, True)
    assert list(whole.parent.iterdir()) == [whole]
    assert told(capsys, "--journal", whole, "--repair-to", CUTS[1], "--out", out)["ok"]


def test_nothing_is_overwritten(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the input, under any of its names, nor any other file."""
    (other := whole.with_name("other")).write_text("precious")
    os.link(whole, link := whole.with_name("link"))
    for out in (whole, link, other):
        code, _, err = verify(capsys, "--journal", whole, "--repair", "--out", out)
        assert (code, "exists already" in err) == (2, True)
    assert whole.read_bytes() == STREAM
    assert other.read_text() == "precious"


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
@pytest.mark.parametrize("share", [0.0, 0.4, 0.8, 1.0])
def test_a_repair_that_is_killed_leaves_nothing(tmp_path: Path, share: float) -> None:
    """Killed at any time: the input as it was, and under the new name nothing or all of it."""
    path, out = tmp_path / "big.journal", tmp_path / "out.journal"
    path.write_bytes(big := big_journal(6_000))
    given = ["verify", "--journal", str(path), "--repair", "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-m", "storetwin", *given],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        drafts = [draft.stat().st_size for draft in tmp_path.glob(".out.journal.*.part")]
        if drafts and drafts[0] >= share * len(big):
            process.send_signal(signal.SIGKILL)
        time.sleep(0.01)
    assert process.returncode == -signal.SIGKILL
    assert path.read_bytes() == big
    assert not out.exists()
    assert len(list(tmp_path.iterdir())) == 2, "the draft is left, under a name of its own"


def big_journal(count: int) -> bytes:
    """Return an unsealed journal of at least *count* commands."""
    written = [PIECES[0]]
    chain = journal.chain_hash(b"", PIECES[0])
    for first in range(1, count + 1, LAST):
        commands = COMMANDS.copy()
        commands["id"] += first - 1
        written.append(journal.batch(chain, first, commands))
        chain = journal.chain_hash(chain, written[-1])
    return b"".join(written)


# --- the service's database -----------------------------------------------------------------------


def test_the_running_service_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the live gateway, and the export is its journal: same digest, sealed."""
    path, out = tmp_path / "shop.db", tmp_path / "shop.journal"
    with desk(path) as one:
        one.run(one.receive("in", 10))
        one.run(one.place("order", 2, 3))
        digest = one.run(one.digest())
        found = told(capsys, "--database", path, "--export", out)
        assert (found["last_sequence"], found["digest"]) == (3, digest)
        assert told(capsys, "--journal", out, "--sealed")["digest"] == digest
        one.run(one.receive("more", 1))
        assert told(capsys, "--database", path)["last_sequence"] == 4
    assert told(capsys, "--database", path, "--head", str(found["head"]))["last_sequence"] == 4


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE journal SET crc32 = 1 WHERE first_sequence = 4",
        "UPDATE journal SET first_sequence = 40 WHERE first_sequence = 4",
        "UPDATE journal SET count = 2 WHERE first_sequence = 4",
        "UPDATE journal SET payload = 'words' WHERE first_sequence = 4",
        "UPDATE journal SET hash = 'words' WHERE first_sequence = 4",
        "DELETE FROM journal WHERE first_sequence = 4",
    ],
)
def test_a_damaged_database_is_kept_in_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    """The damage is named, an export is refused, and what is good can be written."""
    path, out = tmp_path / "shop.db", tmp_path / "shop.journal"
    with desk(path) as one:
        for number in range(5):
            one.run(one.receive(f"in-{number}", 1))
    with sqlite3.connect(path) as connection:
        connection.executescript(damage)
    connection.close()
    code, _, err = verify(capsys, "--database", path)
    assert (code, "at sequence 4" in err, "sequences 1 to 3 are good" in err) == (1, True, True)
    code, _, err = verify(capsys, "--database", path, "--export", out)
    assert (code, "nothing was written" in err, out.exists()) == (1, True, False)
    assert told(capsys, "--database", path, "--repair", "--out", out)["last_sequence"] == 3
    assert told(capsys, "--journal", out, "--sealed")["last_sequence"] == 3


def test_a_database_without_its_last_batch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tail that was cut from the journal's table is known by the rows written with it."""
    path = tmp_path / "shop.db"
    with desk(path) as one:
        one.run(one.receive("in", 10))
        one.run(one.place("order", 2))
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM journal WHERE first_sequence = 2")
    connection.close()
    code, _, err = verify(capsys, "--database", path)
    assert code == 1
    assert re.search(r"the journal ends, but \w+ has rows up to 2 \(at sequence 2\)", err)
