"""Replications of many arms, on any number of workers, resumable.

`run` makes a plan, leaves out what the run folder already holds, and hands the rest to a
`concurrent.futures.Executor`, one job a replication: its missing arms run in one worker, because
they meet the same customers and the generated demand is shared. A worker writes each finished
replication itself, so whatever kills the run loses at most what was being simulated. The numbers
do not depend on the executor: `RunFolder.digest` is equal for any number of workers.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scenarios.catalogue import Catalogue
from scenarios.models import Scenario
from sim.arms import AXES, Arm, setup_arm, variant
from sim.runs import Replication, RunFolder

READY = "all-compiled"
Money = dict[str, np.ndarray]  # row of economics.ROWS -> (replications,)


@dataclass(frozen=True)
class Point:
    """One arm to replicate: what to simulate, how often, and where it is kept.

    Attributes:
        name: of the arm in the run folder.
        arm: the dated setups.
        scenario: it runs in; a strip's arms run in a changed one.
        key: names everything that decides its replications, but the number of the replication.
        replications: how many.
        about: what the manifest says about it besides.
    """

    name: str
    arm: Arm
    scenario: Scenario
    key: str
    replications: int
    about: dict[str, Any]


@dataclass(frozen=True)
class Job:
    """One replication with its missing arms, all in one scenario; pickled to a worker."""

    folder: RunFolder
    scenario: Scenario
    catalogue: Catalogue
    replication: int
    points: tuple[Point, ...]
    reference: bool


@dataclass(frozen=True)
class Progress:
    """How far a run is: replications of arms finished now, present before, and in all."""

    done: int
    resumed: int
    total: int


class Interrupted(Exception):
    """The run was stopped; what is finished is in the folder."""

    def __init__(self, folder: RunFolder, progress: Progress) -> None:
        super().__init__(f"stopped after {progress.done + progress.resumed} of {progress.total}")
        self.folder = folder
        self.progress = progress


class Here(Executor):
    """The executor of one worker: this process, now."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """Run *fn* at once; an exception is kept in the future, an interrupt is not."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands every failure to the future
            future.set_exception(error)
        return future


@contextmanager
def workers(jobs: int) -> Iterator[Executor]:
    """An executor of *jobs* local processes, or of this one. Workers end when we do.

    Processes are spawned on every platform, so that none inherits a thread or a lock.
    """
    if jobs == 1:
        yield Here()
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_follow_parent)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def run(
    folder: RunFolder,
    points: Sequence[Point],
    catalogue: Catalogue,
    executor: Executor,
    *,
    reference: bool = False,
    report: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Simulate what *folder* lacks of *points*.

    Args:
        folder: where results lie; its manifest already lists the points.
        points: the arms.
        catalogue: the skus of the scenario.
        executor: runs the jobs; a worker must see the folder's path.
        reference: simulate customer by customer instead of in the kernel.
        report: called after each job, from any thread.

    Raises:
        Interrupted: on KeyboardInterrupt, after the jobs that were running have ended.
    """
    jobs, resumed, total = _jobs(folder, points, catalogue, reference=reference)
    lock = threading.Lock()
    done = 0

    def count(future: Future[int]) -> None:
        nonlocal done
        if future.cancelled() or future.exception():
            return
        with lock:
            done += future.result()
            report(Progress(done, resumed, total))

    report(Progress(0, resumed, total))
    if jobs:
        executor.submit(compile_kernels).result()
    futures: list[Future[int]] = []
    try:
        for job in jobs:
            future = executor.submit(replicate, job)
            futures.append(future)
            future.add_done_callback(count)
        for future in futures:
            future.result()
    except KeyboardInterrupt:
        for future in futures:
            future.cancel()
        wait([f for f in futures if not f.cancelled()])
        raise Interrupted(folder, Progress(done, resumed, total)) from None
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    return Progress(done, resumed, total)


def replicate(job: Job) -> int:
    """Simulate and store the arms of one replication; how many. Runs in a worker."""
    # The kernel's import is the worker's business: planning a run should not wait for it.
    from sim import demand, plan  # noqa: PLC0415
    from sim.twin import simulate  # noqa: PLC0415

    customers = demand.generate(plan.plan(job.scenario, job.catalogue), job.replication)
    for point in job.points:
        result = simulate(
            job.scenario,
            job.catalogue,
            point.arm.tables,
            job.replication,
            demand=customers,
            reference=job.reference,
        )
        job.folder.write(
            Replication(
                arm=point.name,
                replication=job.replication,
                daily=result.daily,
                ledger=result.ledger,
                digests=dict(result.digests),
                run_in_days=result.run_in_days,
                key=key_of_replication(point.key, job.replication),
            )
        )
    return len(job.points)


def key_of_replication(key: str, replication: int) -> str:
    """The content address of one replication of the arm with *key*."""
    return f"{key}:{replication}"


def yearly(folder: RunFolder, scenario: Scenario, arm: Arm) -> Money:
    """Yearly money of every finished replication of one arm, in their order."""
    # Money brings scipy's tables, which no worker needs.
    from sim.economics import ROWS, profit  # noqa: PLC0415

    rows = [
        profit(result.daily, result.run_in_days, scenario, arm)
        for result in folder.results(arm.name)
    ]
    return {row: np.array([found[row] for found in rows]) for row in ROWS}


def strip_points(scenario: Scenario, best: str, key: Callable[[Scenario, Arm], str]) -> list[Point]:
    """The arms of the break-even strip: today and *best* at each value of each axis."""
    strip = scenario.strip
    found = []
    for axis in AXES:
        for value in getattr(strip, axis):
            changed = variant(scenario, axis, value)
            for name in (scenario.today, best):
                arm = setup_arm(changed, name)
                about = {"kind": "strip", "axis": axis, "value": value, "setup": name}
                point = Point(
                    name=f"strip/{axis}/{value:g}/{name}",
                    arm=arm,
                    scenario=changed,
                    key=key(changed, arm),
                    replications=strip.replications,
                    about=about,
                )
                found.append(point)
    return found


def _jobs(
    folder: RunFolder, points: Sequence[Point], catalogue: Catalogue, *, reference: bool
) -> tuple[list[Job], int, int]:
    """Jobs of what is missing, how many replications are there, and how many there will be."""
    missing: dict[tuple[int, int], list[Point]] = {}
    total = sum(point.replications for point in points)
    made: dict[str, str] = {}  # key of a replication -> the arm that has it
    for point in points:
        for replication in range(point.replications):
            key = key_of_replication(point.key, replication)
            if not folder.has(point.name, replication, key):
                if key in made:
                    # A strip passes through the scenario as it stands: that was simulated already.
                    folder.write(replace(folder.read(made[key], replication), arm=point.name))
                    continue
                # Arms in one scenario share their demand; the strip's have scenarios of their own.
                missing.setdefault((replication, id(point.scenario)), []).append(point)
            else:
                made.setdefault(key, point.name)
    jobs = [
        Job(folder, arms[0].scenario, catalogue, replication, tuple(arms), reference)
        for (replication, _), arms in missing.items()
    ]
    jobs.sort(key=lambda job: job.replication)
    return jobs, total - sum(len(job.points) for job in jobs), total


def compile_kernels() -> None:
    """Compile the kernels once, before every worker would do it for itself.

    A file beside the compiled kernels says that they are all there.
    """
    from core._jit import cache_folder, switched_on  # noqa: PLC0415 - only a run needs kernels

    ready = cache_folder() / READY
    if ready.is_file():
        return
    from sim import warm  # noqa: PLC0415

    warm.compile()
    if ready.parent.is_dir() and not switched_on("NUMBA_DISABLE_JIT"):
        with suppress(OSError):  # kernels are kept where there is a place for them
            ready.touch()


def _follow_parent() -> None:
    """A worker leaves interrupts to its parent and ends when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True, name="follow-parent").start()
