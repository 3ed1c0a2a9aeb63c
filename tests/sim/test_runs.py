"""The run folder: whole files or none, and nothing stale is taken for a result."""

from pathlib import Path

import numpy as np
import pytest

from sim.runs import Replication, RunFolder, build_key, key_of, open_run, replace


def result(replication: int = 0, key: str = "k", arm: str = "today") -> Replication:
    """A small replication whose numbers follow from its number."""
    return Replication(
        arm=arm,
        replication=replication,
        daily=np.full((3, 2, 4), replication, dtype=np.int64),
        ledger=np.arange(24, dtype=np.int64).reshape(3, 2, 2, 2),
        digests={"record": "ab", "physical": "cd"},
        run_in_days=1,
        key=key,
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A replication comes back as it was written, of a strip's arm too."""
    folder = RunFolder(tmp_path)
    written = result(7, arm="strip/online_share/0.05/unified")
    folder.write(written)
    read = folder.read(written.arm, 7)
    assert (read.daily == written.daily).all()
    assert read.digest == written.digest
    assert (read.digests, read.run_in_days, read.key) == (written.digests, 1, "k")


def test_only_the_right_key_counts_as_present(tmp_path: Path) -> None:
    """A result that was made from something else is simulated again."""
    folder = RunFolder(tmp_path)
    folder.write(result(key="old"))
    assert folder.has("today", 0, "old")
    assert not folder.has("today", 0, "new")
    assert not folder.has("today", 1, "old")


@pytest.mark.parametrize("keep", [0, 10, 200])
def test_half_a_file_is_no_result(tmp_path: Path, keep: int) -> None:
    """A file that a dying disk cut short is simulated again, and reading it is refused."""
    folder = RunFolder(tmp_path)
    folder.write(result())
    place = folder.place("today", 0)
    place.write_bytes(place.read_bytes()[:keep])
    assert not folder.has("today", 0, "k")
    with pytest.raises((ValueError, OSError)):
        folder.read("today", 0)


def test_an_altered_number_is_noticed(tmp_path: Path) -> None:
    """A result whose numbers were changed does not match its digest any more."""
    folder = RunFolder(tmp_path)
    folder.write(result())
    place = folder.place("today", 0)
    with np.load(place) as stored:
        tables = dict(stored)
    tables["daily"][0, 0, 0] += 1
    np.savez(place, **tables)
    with pytest.raises(ValueError, match="digest"):
        folder.read("today", 0)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """Writing half and failing leaves what was there, and no draft beside it."""
    place = tmp_path / "manifest.json"
    place.write_text("old", encoding="utf-8")

    def fail(file: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="space"):
        replace(place, fail)
    assert place.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["manifest.json"]


def test_digest_of_a_run_sees_every_number(tmp_path: Path) -> None:
    """Two runs with one different number have different digests; the order of work has no say."""
    folders = [RunFolder(tmp_path / name) for name in ("a", "b", "c")]
    for folder, order in zip(folders, [(0, 1), (1, 0), (1, 0)], strict=True):
        folder.write_manifest({"arms": {"today": {"replications": 2}}})
        for replication in order:
            folder.write(result(replication))
    other = result(1)
    other.daily[0, 0, 0] += 1
    folders[2].write(other)
    assert folders[0].digest() == folders[1].digest()
    assert folders[0].digest() != folders[2].digest()


def test_open_run_finds_the_only_run_below(tmp_path: Path) -> None:
    """Naming the scenario's folder is enough while it holds one run; two are asked about."""
    RunFolder(tmp_path / "boutique" / "one").write_manifest({"arms": {}})
    assert open_run(tmp_path / "boutique").path.name == "one"
    RunFolder(tmp_path / "boutique" / "two").write_manifest({"arms": {}})
    with pytest.raises(ValueError, match="one, two"):
        open_run(tmp_path / "boutique")
    with pytest.raises(ValueError, match="no such"):
        open_run(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="not a run folder"):
        open_run(tmp_path)


def test_keys_follow_content() -> None:
    """The same content has the same key in any order of names; the source has one key."""
    assert key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1})
    assert key_of("a", "b") != key_of("ab")
    assert build_key() == build_key()
    assert build_key() != build_key(["core"])
