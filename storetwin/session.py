"""From a scenario file to a finished run folder: the composition of loader, arms and experiments.

`prepare` reads the scenario and names the run; `finish` simulates what the folder lacks. The id
of a run is a digest of everything that decides its numbers: the resolved scenario without words,
its arms, its catalogue and the source of core, scenarios and sim. So a cosmetic edit resumes the
same folder, and an edit that matters starts another.
"""

import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from scenarios import catalogue as catalogues
from scenarios.catalogue import Catalogue
from scenarios.loader import Loaded, load
from scenarios.models import Scenario
from sim.arms import AXES, Arm, arms, world
from sim.experiments import (
    Interrupted,
    Point,
    Progress,
    key_of_replication,
    run,
    strip_points,
    workers,
    yearly,
)
from sim.runs import MANIFEST_SCHEMA, RunFolder, build_key, key_of, run_path, write_text
from storetwin.failures import INTERRUPTED, Failure

ROOT = Path("runs")
REFERENCE = "-reference"  # ends the name of a reference run's folder
PACKAGES = ("numpy", "numba", "scipy", "simpy", "pydantic")


@dataclass(frozen=True)
class Session:
    """A run that is named and may be simulated or resumed."""

    loaded: Loaded
    catalogue: Catalogue
    catalogue_key: str
    build: str
    arms: dict[str, Arm]
    folder: RunFolder
    replications: int
    argv: tuple[str, ...]
    reference: bool

    def unlike_fast(self, name: str) -> list[int]:
        """Replications of a reference run that the kernel was given too, and gave otherwise."""
        path = self.folder.path
        fast = RunFolder(path.with_name(path.name.removesuffix(REFERENCE)))
        key = replace(self, reference=False).key(self.loaded.scenario, self.arms[name])
        return [
            r
            for r in range(self.replications)
            if fast.has(name, r, key_of_replication(key, r))
            and fast.read(name, r).digest != self.folder.read(name, r).digest
        ]

    def key(self, scenario: Scenario, arm: Arm) -> str:
        """The content address of an arm's replications, without their number."""
        return key_of(world(scenario), self.catalogue_key, arm.key, self.build, self.reference)

    def points(self) -> list[Point]:
        """Every arm of the comparison."""
        scenario = self.loaded.scenario
        return [
            Point(name, arm, scenario, self.key(scenario, arm), self.replications, arm.about)
            for name, arm in self.arms.items()
        ]

    def money(self, name: str) -> dict[str, np.ndarray]:
        """Yearly money of one arm's finished replications."""
        return yearly(self.folder, self.loaded.scenario, self.arms[name])

    def best(self) -> str:
        """The candidate setup with the highest mean operating profit."""
        means = {
            name: float(self.money(name)["operating_profit"].mean())
            for name in self.loaded.scenario.candidates
        }
        return max(means, key=lambda name: means[name])


def prepare(
    path: Path,
    overrides: Sequence[str] = (),
    *,
    replications: int | None = None,
    only: Sequence[str] = (),
    root: Path = ROOT,
    out: Path | None = None,
    fresh: bool = False,
    reference: bool = False,
    argv: Sequence[str] = (),
) -> Session:
    """Read a scenario and name its run.

    Args:
        path: the scenario file.
        overrides: `a.b=c`, as in `--set`.
        replications: instead of the scenario's own number.
        only: names of the arms to simulate; all when empty.
        root: the folder below which runs lie as <scenario>/<id>.
        out: the run folder itself, instead.
        fresh: throw away what the folder holds.
        reference: simulate customer by customer; kept in a folder of its own.
        argv: the command line, for the manifest.
    """
    loaded = load(path, overrides)
    scenario = loaded.scenario
    catalogue = catalogues.read(loaded)
    chosen = arms(scenario)
    if only:
        chosen = {name: chosen[name] for name in only}
    build = build_key()
    catalogue_key = _catalogue_key(catalogue)
    run_id = key_of(
        world(scenario), catalogue_key, {name: arm.key for name, arm in chosen.items()}, build
    )[:8]
    if reference:
        run_id += REFERENCE
    folder = RunFolder(out or run_path(root, scenario.name, run_id))
    if fresh and (folder.path / "manifest.json").is_file():
        shutil.rmtree(folder.path / "reps", ignore_errors=True)
    return Session(
        loaded=loaded,
        catalogue=catalogue,
        catalogue_key=catalogue_key,
        build=build,
        arms=chosen,
        folder=folder,
        replications=replications or scenario.replications,
        argv=tuple(argv),
        reference=reference,
    )


def finish(
    session: Session,
    jobs: int = 1,
    *,
    strip: bool = False,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Progress:
    """Simulate what the run folder lacks; the manifest says how far it came.

    Raises:
        Failure: with exit code 130 on KeyboardInterrupt; what is finished stays.
    """
    points = session.points()
    later = _strip_size(session) if strip else 0
    in_all = later + sum(point.replications for point in points)

    def whole(done: int, _total: int) -> None:
        report(done, in_all)

    folder = session.folder
    folder.path.mkdir(parents=True, exist_ok=True)
    _write_scenario(session)
    with workers(jobs) as executor, _status(session, points):
        progress = _run(session, points, executor, whole)
        if later:
            points += strip_points(session.loaded.scenario, session.best(), session.key)
            folder.write_manifest({**_manifest(session, points), "status": "running"})
            more = _run(session, points, executor, whole)
            done = progress.done + more.done
            progress = Progress(done, more.total - done, more.total)
        manifest = _manifest(session, points)
        folder.write_manifest({**manifest, "status": "complete", "digest": folder.digest()})
    return progress


def _run(
    session: Session,
    points: Sequence[Point],
    executor: Executor,
    report: Callable[[int, int], None],
) -> Progress:
    """Simulate what is missing of *points*."""
    return run(
        session.folder,
        points,
        session.catalogue,
        executor,
        reference=session.reference,
        report=lambda p: report(p.done + p.resumed, p.total),
    )


@contextmanager
def _status(session: Session, points: Sequence[Point]) -> Iterator[None]:
    """Keep the manifest's status true whatever ends the run; an interrupt becomes a Failure."""
    folder = session.folder
    folder.write_manifest({**_manifest(session, points), "status": "running"})
    try:
        yield
    except Interrupted as stopped:
        folder.write_manifest({**folder.manifest, "status": "interrupted"})
        kept = stopped.progress.done + stopped.progress.resumed
        message = (
            f"interrupted: {kept} of {stopped.progress.total} replications are kept in "
            f"{folder.path}; run the same command again to go on"
        )
        raise Failure(message, INTERRUPTED) from None
    except BaseException as error:
        status = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        folder.write_manifest({**folder.manifest, "status": status})
        raise


def _strip_size(session: Session) -> int:
    """How many replications the strip has."""
    strip = session.loaded.scenario.strip
    return 2 * strip.replications * sum(len(getattr(strip, axis)) for axis in AXES)


def _write_scenario(session: Session) -> None:
    """Put the scenario into the run folder, with the catalogue file that it names."""
    loaded, folder = session.loaded, session.folder
    write_text(folder.scenario, loaded.text)
    named = loaded.scenario.catalogue.file
    if named is None:
        return
    copy = (folder.path / named).resolve()
    source = (loaded.path.parent / named).resolve()
    if copy.is_relative_to(folder.path.resolve()) and copy != source:
        write_text(copy, source.read_text(encoding="utf-8"))


def _manifest(session: Session, points: Sequence[Point]) -> dict[str, Any]:
    """What the run is, without how far it came."""
    scenario = session.loaded.scenario
    return {
        "schema": MANIFEST_SCHEMA,
        "id": session.folder.path.name,
        "scenario": scenario.name,
        "title": scenario.title,
        "today": scenario.today,
        "seed": scenario.seed,
        "replications": session.replications,
        "run_in_weeks": scenario.horizon.run_in_weeks,
        "trading_weeks": scenario.horizon.trading_weeks,
        "argv": list(session.argv),
        "hashes": {
            "scenario": session.loaded.digest,
            "catalogue": session.catalogue_key,
            "build": session.build,
        },
        "versions": _versions(),
        "platform": platform.platform(),
        "arms": {
            point.name: {**point.about, "replications": point.replications, "key": point.key}
            for point in points
        },
    }


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in ("storetwin", *PACKAGES):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _catalogue_key(catalogue: Catalogue) -> str:
    """Digest of the arrays and codes of a catalogue; names are only words."""
    arrays = {
        field.name: np.ascontiguousarray(value).tobytes().hex()
        for field in fields(catalogue)
        if isinstance(value := getattr(catalogue, field.name), np.ndarray)
    }
    return key_of(list(catalogue.codes), arrays)
