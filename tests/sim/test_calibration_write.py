"""The scenario that calibration writes is whole, readable, and loads."""

import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from scenarios import catalogue
from scenarios.errors import ScenarioError
from scenarios.frames import Source
from scenarios.loader import load
from sim.calibration.document import rounded_pmf
from sim.calibration.fit import Fitted, fit
from sim.calibration.write import write
from tests.sim.calibration_shop import draw_counts, lines_of, stream

SEED = 31_415
SOURCE = Source(
    name="corner-shop",
    title="A corner shop",
    describe="Our own sales, multiplied by {factor}.",
    panel="tills of the shop",
    currency="USD",
)


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    """Two stores of made-up lines."""
    means = [20.0, 20.0, 20.0, 20.0, 20.0, 30.0, 5.0]
    counts = {
        "Main": draw_counts(stream(SEED, 1), means, 0.2, 20),
        "Side": draw_counts(stream(SEED, 2), means, 0.2, 20),
    }
    return fit(lines_of(counts))


def test_the_scenario_loads(fitted: Fitted, tmp_path: Path) -> None:
    """Loader and catalogue reader take what was written; the factor multiplies visits only."""
    loaded = load(write(fitted, SOURCE, tmp_path / "new", scale_factor=10))
    scenario = loaded.scenario
    for store, found in zip(scenario.stores, fitted.stores, strict=True):
        assert store.name == found.name
        assert store.visits_by_weekday == pytest.approx(10 * found.visits_by_weekday, abs=0.05)
        assert store.households == 10 * found.households
        assert store.day_effect_cv == pytest.approx(found.day_effect_cv, abs=0.001)
        assert (store.opens_us, store.closes_us) == (12 * 3_600_000_000, 13 * 3_600_000_000)
    assert scenario.origin.describe == "Our own sales, multiplied by 10."
    assert [change.week for change in scenario.changes] == [0, 8, 16]
    assert scenario.today == "fragmented"
    assert len(scenario.setups) == 4
    assert scenario.fit is not None
    assert scenario.fit.coverage_80 == pytest.approx(fitted.check.coverage, abs=1e-4)
    assert len(scenario.fit.table) == 14
    assert loaded.provenance["stores.0.visits_by_weekday"].kind == "measured"
    assert loaded.provenance["demand.online_share"].kind == "assumed"
    sold = catalogue.read(loaded)
    assert sold.codes == fitted.catalogue["sku"].tolist()
    assert sold.weight.sum(axis=1) == pytest.approx([1, 1])


def test_shop_without_a_panel_is_multiplied_by_one(fitted: Fitted, tmp_path: Path) -> None:
    """Whole sales need no factor; a panel has one, with the evidence entry it leans on."""
    assert load(write(fitted, SOURCE, tmp_path)).scenario.origin.scale_factor == 1
    panel = replace(SOURCE, scale_factor=10.0, scale_evidence="panel-to-shop-factor")
    loaded = load(write(fitted, panel, tmp_path))
    assert loaded.scenario.origin.scale_factor == 10
    assert loaded.provenance["origin.scale_factor"].grade == "E"
    expected = 10 * fitted.stores[0].households
    assert loaded.scenario.stores[0].households == expected


def test_the_file_is_for_readers(fitted: Fitted, tmp_path: Path) -> None:
    """In the order of the template, with its comments, and no value without a line of its own."""
    path = write(fitted, SOURCE, tmp_path)
    text = path.read_text(encoding="utf-8")
    keys = list(YAML(typ="safe", pure=True).load(text))
    assert keys[:5] == ["schema", "name", "title", "notes", "currency"]
    assert keys[-5:] == ["today", "setups", "changes", "strip", "fit"]
    assert "# The roadmap" in text
    assert "visits_by_weekday: [" in text
    assert max(len(line) for line in text.splitlines()) <= 130


def test_writing_is_all_or_nothing(
    fitted: Fitted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails while the scenario is written leaves the old scenario and no leftovers."""
    path = write(fitted, SOURCE, tmp_path)
    before = path.read_bytes()
    calls: list[int] = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(fitted, SOURCE, tmp_path, scale_factor=3)
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "corner-shop.csv",
        "corner-shop.yaml",
    ]


def test_the_same_lines_give_the_same_bytes(fitted: Fitted, tmp_path: Path) -> None:
    """Writing twice changes nothing; the order of the lines of an export does not matter."""
    one = write(fitted, SOURCE, tmp_path / "one")
    two = write(fitted, SOURCE, tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()
    means = [20.0] * 7
    lines = lines_of({"Main": draw_counts(stream(SEED, 3), means, 0.2, 16)})
    mixed = lines.iloc[stream(SEED, 4).permutation(len(lines))].reset_index(drop=True)
    three = write(fit(lines), SOURCE, tmp_path / "three")
    four = write(fit(mixed), SOURCE, tmp_path / "four")
    assert three.read_bytes() == four.read_bytes()
    assert three.with_suffix(".csv").read_bytes() == four.with_suffix(".csv").read_bytes()


def test_an_edited_file_is_still_checked(fitted: Fitted, tmp_path: Path) -> None:
    """A misspelt key in the written file is told by its line."""
    path = write(fitted, SOURCE, tmp_path)
    text = path.read_text(encoding="utf-8").replace("visit_rate_cv:", "visit_rate_vc:", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"corner-shop\.yaml:\d+: .*visit_rate_cv"):
        load(path)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([1 / 3, 1 / 3, 1 / 3], [0.3334, 0.3333, 0.3333]),
        ([0.99999, 0.00001], [1.0]),
        ([0.5, 0.0, 0.5, 0.0], [0.5, 0.0, 0.5]),
    ],
)
def test_rounded_shares_still_sum_to_one(shares: list[float], expected: list[float]) -> None:
    """What rounding takes is given back to the largest rests; empty ends are cut."""
    assert rounded_pmf(np.array(shares)) == expected


DEMO = textwrap.dedent(
    """
    import re, sys, time
    from pathlib import Path
    from adapters.imports import completejourney
    from sim.calibration.fit import fit
    from sim.calibration.write import write
    told = []
    tell = lambda what, share: told.append(share)
    fitted = fit(completejourney.read(progress=tell), progress=tell)
    path = write(fitted, completejourney.SOURCE, Path(sys.argv[1]), progress=tell)
    status = Path("/proc/self/status").read_text()
    peak_mb = int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024
    seconds = time.process_time()
    assert told.count(1.0) == 3, told
    assert peak_mb < 700, f"{peak_mb:.0f} MB"
    assert seconds < 8, f"{seconds:.1f} s of the processor"
    """
)


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_the_demo_is_calibrated_within_its_bounds(tmp_path: Path) -> None:
    """From parquet files to scenario: under 700 MB and 8 s, and not a word printed."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", DEMO, str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    loaded = load(tmp_path / "grocer-panel.yaml")
    assert loaded.scenario.origin.scale_factor == 10
    assert loaded.scenario.fit is not None
    assert 0.70 <= loaded.scenario.fit.coverage_80 <= 0.90
    table = pd.read_csv(tmp_path / "grocer-panel.csv")
    assert len(table) > 1_500
    assert len(catalogue.read(loaded).codes) == len(table)
