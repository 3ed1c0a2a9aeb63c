"""Replications on any number of workers, resumed, extended, and compared with today."""

import gc
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.arms import setup_arm, variant
from sim.experiments import Job, replicate, workers
from sim.runs import RunFolder
from storetwin.compared import differences, measured
from storetwin.session import Session, finish, prepare

TINY = """
extends: library/boutique.yaml
name: tiny
horizon: {start: 2026-01-05, run_in: 1 week, trading: 1 week}
changes:
  - {name: platform, title: One platform, week: 0, setup: unified, once: 100 USD}
strip: {scale_factor: [1, 2], safety_factor: [0.5], online_share: [10 %, 30 %], replications: 2}
"""
SAME = """
extends: library/boutique.yaml
name: same
horizon: {start: 2026-01-05, run_in: 1 week, trading: 2 weeks}
today: one
setups:
  one: {preset: omnichannel, cost: {once: 0 USD, monthly: 0 USD per month}}
  two: {preset: omnichannel, cost: {once: 0 USD, monthly: 0 USD per month}}
changes: []
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A boutique of two weeks."""
    file = tmp_path_factory.mktemp("scenario") / "tiny.yaml"
    file.write_text(TINY, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def finished(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Two replications of everything, strip included, by one worker."""
    session = prepare(tiny, replications=2, out=tmp_path_factory.mktemp("one") / "run")
    finish(session, 1, strip=True)
    return session


def times(folder: RunFolder) -> dict[Path, int]:
    """When each replication was written."""
    return {file: file.stat().st_mtime_ns for file in folder.path.rglob("*.npz")}


def test_two_workers_give_what_one_gives(tiny: Path, finished: Session, tmp_path: Path) -> None:
    """The digest over all results does not know how many processes there were."""
    other = prepare(tiny, replications=2, out=tmp_path / "run")
    finish(other, 2, strip=True)
    assert other.folder.digest() == finished.folder.digest()
    assert other.folder.manifest["digest"] == finished.folder.digest()


def test_running_again_simulates_nothing(tiny: Path, finished: Session) -> None:
    """A finished run is found finished."""
    before = times(finished.folder)
    again = prepare(tiny, replications=2, out=finished.folder.path)
    progress = finish(again, 1, strip=True)
    assert progress.done == 0
    assert progress.resumed == progress.total
    assert times(finished.folder) == before


def test_more_replications_extend(tiny: Path, tmp_path: Path) -> None:
    """Two more replications are added; the first two stay as they are."""
    session = prepare(tiny, replications=2, out=tmp_path)
    finish(session, 1)
    before = times(session.folder)
    longer = prepare(tiny, replications=4, out=tmp_path)
    assert finish(longer, 1).done == 2 * len(session.arms)
    assert before.items() < times(session.folder).items()
    first = {name: setup[:2] for name, setup in longer.folder.finished().items()}
    assert first == {name: [0, 1] for name in session.arms}


def test_a_changed_price_of_a_setup_simulates_nothing(tiny: Path, tmp_path: Path) -> None:
    """What a setup costs changes the money, not the simulation; words change neither."""
    session = prepare(tiny, replications=2, out=tmp_path)
    finish(session, 1)
    dearer = prepare(
        tiny,
        ["setups.unified.cost.once=99999 USD", "title=Another title", "replications=7"],
        replications=2,
        out=tmp_path,
    )
    assert finish(dearer, 1).done == 0
    rows = [one.money("unified")["project"][0] for one in (session, dearer)]
    assert rows[1] > rows[0]
    with_name = [prepare(tiny, rules).folder.path for rules in ((), ["title=Another"])]
    assert with_name[0] == with_name[1]


def test_a_changed_shop_is_another_run(tiny: Path) -> None:
    """What decides a number decides the name of the run."""
    paths = {
        prepare(tiny, rules).folder.path
        for rules in ((), ["seed=5"], ["demand.online_share=11%"], ["setups.unified.web_pool=0"])
    }
    assert len(paths) == 3  # the last one says what is so already


def test_the_strip_reuses_the_scenario_as_it_stands(finished: Session) -> None:
    """At the scenario's own value the strip holds the results of the comparison itself."""
    arms = finished.folder.manifest["arms"]
    strip = [name for name in arms if name.startswith("strip/")]
    assert len(strip) == 2 * (2 + 1 + 2)
    today = finished.loaded.scenario.today
    base = finished.folder.read(today, 1)
    own = finished.folder.read(f"strip/scale_factor/1/{today}", 1)
    doubled = finished.folder.read(f"strip/scale_factor/2/{today}", 1)
    assert own.digest == base.digest
    assert doubled.digest != base.digest


def test_a_scale_factor_multiplies_traffic(finished: Session) -> None:
    """Twice the factor is twice the visits and households of every store."""
    scenario = finished.loaded.scenario
    doubled = variant(scenario, "scale_factor", 2.0)
    for store, twice in zip(scenario.stores, doubled.stores, strict=True):
        assert twice.visits_by_weekday == tuple(2 * v for v in store.visits_by_weekday)
        assert twice.households == 2 * store.households
    assert doubled.origin.scale_factor == 2.0
    with pytest.raises(ValueError, match="online_share"):
        variant(scenario, "online", 0.1)


def test_identical_setups_make_no_difference(tmp_path: Path) -> None:
    """Two setups with the same links and no cost are the same to the last cent."""
    file = tmp_path / "same.yaml"
    file.write_text(SAME, encoding="utf-8")
    session = prepare(file, replications=3, out=tmp_path / "run")
    finish(session, 1)
    for kpi, by_arm in differences(measured(session), "one").items():
        assert by_arm["two"].verdict == "same", kpi
        assert by_arm["two"].p_holm == 1.0


def test_arms_meet_the_same_customers(finished: Session) -> None:
    """Common random numbers: all arms see the same visits wanted, whatever their setup."""
    from sim.recorder import Metric

    def wanted(name: str) -> NDArray[np.int64]:
        daily = finished.folder.read(name, 0).daily
        return daily[:, :, Metric.VISITS] + daily[:, :, Metric.VISITS_STAYED_AWAY]

    today = wanted(finished.loaded.scenario.today)
    for name in finished.arms:
        assert (wanted(name) == today).all()


def test_a_failing_worker_tells_its_reason(finished: Session, tmp_path: Path) -> None:
    """An error inside a worker process reaches the caller; the manifest says failed."""
    broken = Session(
        loaded=finished.loaded,
        catalogue=finished.catalogue,
        catalogue_key="k",
        build="b",
        arms={"x": setup_arm(finished.loaded.scenario, "unified")},
        folder=RunFolder(tmp_path / ("long" * 80) / "run"),
        replications=2,
        argv=(),
        reference=False,
    )
    with pytest.raises(OSError, match="long"):
        finish(broken, 2)


def test_arms_leave_nothing_behind(finished: Session, tmp_path: Path) -> None:
    """Three arms in one worker take no more memory than one: each lets go of its tables."""
    scenario = finished.loaded.scenario

    def peak(name: str, arms: int) -> int:
        points = tuple(finished.points()[:arms])
        folder = RunFolder(tmp_path / name)
        gc.collect()
        tracemalloc.start()
        try:
            replicate(Job(folder, scenario, finished.catalogue, 0, points, reference=False))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    gc.disable()
    try:
        peak("warm", 1)
        assert peak("three", 3) < 1.3 * peak("one", 1)
    finally:
        gc.enable()


def test_one_worker_is_this_process() -> None:
    """With one worker nothing is spawned, and an error is kept until it is asked for."""
    with workers(1) as executor:
        assert executor.submit(sum, [1, 2]).result() == 3
        failed = executor.submit(int, "x")
    assert isinstance(failed.exception(), ValueError)
