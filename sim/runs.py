"""The run folder: what a comparison leaves behind, and how it is resumed.

    runs/<scenario>/<id>/
      manifest.json            versions, hashes, seed, arguments, arms, status
      scenario.resolved.yaml   the scenario as it ran
      reps/<arm>/<0007>.npz    one replication of one arm, with the key of what it was made from

Every file is written beside its place and moved there with `os.replace`: a reader sees the old
file or the new one, never half of one. A replication is present when its file can be read and
holds the right key; everything else is simulated again. Nothing here depends on the platform.
"""

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

MANIFEST_SCHEMA = 1
# What reading a file that is damaged, or something else, may raise.
NOT_OURS = (ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
PACKAGES = ("core", "scenarios", "sim")  # whose content decides what a replication gives


class NoRun(ValueError):
    """A path that is no run folder, or several."""


class RunDamaged(ValueError):
    """A file of a run folder that is there, but is not what was written."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: damaged ({reason}); delete it and run again")


@dataclass(frozen=True)
class Replication:
    """One replication of one arm, as it lies in the run folder.

    Attributes:
        arm: its name; strip arms are `strip/<axis>/<value>/<setup>`.
        replication: its number, from 0.
        daily: (days, stores, metrics) int64; the columns are `sim.recorder.Metric`.
        ledger: (days, systems, stores, kinds, 2) int64: units and amount_minor.
        digests: of the engines and of the physical shop at the end.
        run_in_days: how many of the days only fill the shop; no money counts there.
        key: of what it was made from.
    """

    arm: str
    replication: int
    daily: NDArray[np.int64]
    ledger: NDArray[np.int64]
    digests: dict[str, str]
    run_in_days: int
    key: str

    @property
    def digest(self) -> str:
        """Sha256 of everything recorded; equal on any number of workers."""
        total = hashlib.sha256()
        for table in (self.daily, self.ledger):
            total.update(repr(table.shape).encode())
            total.update(np.ascontiguousarray(table, dtype="<i8").tobytes())
        total.update(json.dumps([self.digests, self.run_in_days], sort_keys=True).encode())
        return total.hexdigest()


@dataclass(frozen=True)
class RunFolder:
    """A run folder that exists."""

    path: Path

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest as last written; empty when there is none.

        Raises:
            RunDamaged: it is not JSON, or no manifest.
        """
        file = self.path / "manifest.json"
        try:
            found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise RunDamaged(file, f"not JSON: {error}") from error
        if not _is_manifest(found):
            raise RunDamaged(file, "not a manifest of a run")
        return found

    @property
    def scenario(self) -> Path:
        """The scenario as it ran."""
        return self.path / "scenario.resolved.yaml"

    def place(self, arm: str, replication: int) -> Path:
        """Where this replication lies or would lie."""
        return self.path.joinpath("reps", *arm.split("/")) / f"{replication:04d}.npz"

    def has(self, arm: str, replication: int, key: str) -> bool:
        """Whether this replication is there, whole, and was made from *key*."""
        try:
            with _stored(self.place(arm, replication)) as stored:
                return bool(json.loads(str(stored["about"]))["key"] == key)
        except (OSError, *NOT_OURS):
            return False

    def write(self, result: Replication) -> None:
        """Store one replication."""
        about = json.dumps(
            {
                "key": result.key,
                "digests": result.digests,
                "run_in_days": result.run_in_days,
                "digest": result.digest,
            },
            sort_keys=True,
        )

        def fill(file: IO[bytes]) -> None:
            np.savez_compressed(file, daily=result.daily, ledger=result.ledger, about=about)

        replace(self.place(result.arm, result.replication), fill)

    def read(self, arm: str, replication: int) -> Replication:
        """Read one replication.

        Raises:
            OSError: it is not there.
            RunDamaged: it is there, but not whole.
        """
        place = self.place(arm, replication)
        try:
            with _stored(place) as stored:
                about = json.loads(str(stored["about"]))
                result = Replication(
                    arm=arm,
                    replication=replication,
                    daily=stored["daily"],
                    ledger=stored["ledger"],
                    digests=about["digests"],
                    run_in_days=about["run_in_days"],
                    key=about["key"],
                )
        except NOT_OURS as error:
            raise RunDamaged(place, "not a replication of a run") from error
        if result.digest != about["digest"]:
            raise RunDamaged(place, "the content does not match its digest")
        return result

    def finished(self) -> dict[str, list[int]]:
        """Arm -> replications that the manifest lists and the folder holds, in order."""
        arms = self.manifest.get("arms", {})
        return {
            name: [r for r in range(arm["replications"]) if self.place(name, r).exists()]
            for name, arm in arms.items()
        }

    def results(self, arm: str) -> list[Replication]:
        """Every finished replication of *arm*, in order."""
        return [self.read(arm, r) for r in self.finished().get(arm, [])]

    def digest_of(self, *arms: str) -> str:
        """Sha256 over all finished replications of *arms*."""
        total = hashlib.sha256()
        finished = self.finished()
        for arm in sorted(arms):
            for replication in finished.get(arm, ()):
                place = self.place(arm, replication)
                try:
                    with _stored(place) as stored:
                        digest = json.loads(str(stored["about"]))["digest"]
                except NOT_OURS as error:
                    raise RunDamaged(place, "not a replication of a run") from error
                total.update(f"{arm} {replication} {digest}\n".encode())
        return total.hexdigest()

    def digest(self) -> str:
        """Sha256 over all finished replications of all arms: what two runs compare."""
        return self.digest_of(*self.finished())

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Store the manifest."""
        write_text(self.path / "manifest.json", json.dumps(manifest, indent=2, sort_keys=True))


@contextmanager
def _stored(place: Path) -> Iterator[Any]:
    """The arrays of one file; closed even where it turns out to be none of ours."""
    with place.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        yield stored


def open_run(path: Path) -> RunFolder:
    """The run folder at *path*, or the only one directly below it; NoRun when it is none."""
    if (path / "manifest.json").is_file():
        return RunFolder(path)
    below = sorted(m.parent for m in path.glob("*/manifest.json"))
    if len(below) == 1:
        return RunFolder(below[0])
    if not path.exists():
        message = f"{path}: no such run folder"
    elif below:
        message = f"{path}: holds several runs; name one of {', '.join(b.name for b in below)}"
    else:
        message = f"{path}: not a run folder (it has no manifest.json)"
    raise NoRun(message)


def _is_manifest(found: object) -> bool:
    """Whether *found* has what every reader of a manifest takes for granted."""
    arms = found.get("arms") if isinstance(found, dict) else None
    return isinstance(arms, dict) and all(
        isinstance(arm, dict) and isinstance(arm.get("replications"), int) for arm in arms.values()
    )


def replace(place: Path, fill: Callable[[IO[bytes]], None]) -> None:
    """Write a file beside *place* and move it there in one step."""
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".draft")
    try:
        with os.fdopen(descriptor, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(place)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def write_text(place: Path, text: str) -> None:
    """Write *text* as UTF-8 in one step."""

    def fill(file: IO[bytes]) -> None:
        file.write(text.encode("utf-8"))

    replace(place, fill)


def key_of(*parts: object) -> str:
    """Sha256 of *parts* as JSON with sorted keys: the name of what was made from them."""
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def build_key(packages: Iterable[str] = PACKAGES) -> str:
    """Sha256 of the source of *packages*; by default those that decide a replication's numbers."""
    root = Path(__file__).resolve().parent.parent
    total = hashlib.sha256()
    for package in sorted(packages):
        files = [f for kind in ("*.py", "*.yaml") for f in (root / package).rglob(kind)]
        for file in sorted(files):
            total.update(file.relative_to(root).as_posix().encode())
            total.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()


def run_path(root: Path, scenario: str, run_id: str) -> Path:
    """Where the run of *scenario* with *run_id* lies below *root*."""
    return root / scenario / run_id
