"""Runs from the command line: killed, interrupted, resumed, compared, told in JSON."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TINY = """
extends: library/boutique.yaml
name: tiny
horizon: {start: 2026-01-05, run_in: 1 week, trading: 2 weeks}
changes:
  - {name: platform, title: One platform, week: 1, setup: unified, once: 100 USD}
strip: {scale_factor: [1], safety_factor: [0.5], online_share: [10 %], replications: 2}
"""
REPLICATIONS = 8


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A boutique of three weeks."""
    file = tmp_path_factory.mktemp("scenario") / "tiny.yaml"
    file.write_text(TINY, encoding="utf-8")
    return file


def command(*arguments: str) -> list[str]:
    """The command line as a user types it."""
    return [sys.executable, "-m", "storetwin", *arguments]


def storetwin(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run it to its end."""
    return subprocess.run(
        command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


def told(*arguments: str) -> dict[str, Any]:
    """What it says with --json, once it ended well."""
    ended = storetwin(*arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


@pytest.fixture(scope="module")
def whole(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A comparison that nobody disturbed."""
    out = tmp_path_factory.mktemp("whole")
    return told("compare", str(tiny), "--reps", str(REPLICATIONS), "--jobs", "1", "--out", str(out))


def start(tiny: Path, out: Path, *, new_session: bool = False) -> "subprocess.Popen[str]":
    """Start the same comparison, and wait until the first replications lie in the folder."""
    process = subprocess.Popen(
        command(
            "compare", str(tiny), "--reps", str(REPLICATIONS), "--jobs", "2", "--out", str(out)
        ),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=new_session,
    )
    deadline_s = time.monotonic() + 300
    while time.monotonic() < deadline_s and process.poll() is None:
        if len(list(out.rglob("*.npz"))) >= 2:
            break
        time.sleep(0.005)
    return process


def finished(out: Path) -> dict[Path, int]:
    """The replications in the folder, and when each was written."""
    return {file: file.stat().st_mtime_ns for file in out.rglob("*.npz")}


def test_killed_half_way_it_resumes(tiny: Path, whole: dict[str, Any], tmp_path: Path) -> None:
    """Killed without warning and run again, a comparison gives what it would have given."""
    process = start(tiny, tmp_path)
    process.kill()
    process.communicate()
    time.sleep(0.5)  # the workers notice that their parent is gone
    before = finished(tmp_path)
    assert before, "killed before anything was finished"
    assert len(before) < REPLICATIONS * 5
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "running"
    again = told("compare", str(tiny), "--reps", str(REPLICATIONS), "--out", str(tmp_path))
    assert again["digest"] == whole["digest"]
    assert again["kpis"] == whole["kpis"]
    assert before.items() <= finished(tmp_path).items()
    assert not list(tmp_path.rglob("*.draft"))


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to a single process")
def test_interrupted_it_keeps_and_tells(tiny: Path, whole: dict[str, Any], tmp_path: Path) -> None:
    """Ctrl-C ends with 130, keeps what is finished and says how to go on."""
    process = start(tiny, tmp_path, new_session=True)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 130, stderr
    assert "run the same command again" in stderr
    assert "Traceback" not in stderr
    assert 0 < len(finished(tmp_path)) < REPLICATIONS * 5
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "interrupted"
    refused = storetwin("report", str(tmp_path))
    assert refused.returncode == 4
    assert "not complete" in refused.stderr
    again = told("compare", str(tiny), "--reps", str(REPLICATIONS), "--out", str(tmp_path))
    assert again["digest"] == whole["digest"]


def test_compare_tells_every_kpi_of_every_arm(whole: dict[str, Any]) -> None:
    """Each KPI has today's mean, and for each other arm a difference inside its interval."""
    assert whole["today"] == "fragmented"
    profit = whole["kpis"]["operating_profit"]
    assert set(profit["differences"]) == {"multichannel", "omnichannel", "unified", "roadmap"}
    for kpi in whole["kpis"].values():
        for found in kpi["differences"].values():
            assert found["low"] <= found["difference"] <= found["high"]
            assert found["simultaneous_low"] <= found["low"]
            assert found["p"] <= found["p_holm"]


def test_report_of_a_finished_run(tiny: Path, tmp_path: Path) -> None:
    """A comparison ends in a page, its numbers and its tables; again it gives the same bytes."""
    compared = told("compare", str(tiny), "--reps", "2", "--out", str(tmp_path))
    assert compared["headline"]
    pages = [Path(compared["report"]).read_bytes()]
    for _ in range(2):
        made = told("report", str(tmp_path))
        assert made["headline"]
        pages.append(Path(made["report"]).read_bytes())
    assert pages[0] == pages[1]
    assert {"report.json", "results.sqlite"} <= {file.name for file in tmp_path.iterdir()}


def test_a_comparison_can_do_without_strip_and_report(tiny: Path, tmp_path: Path) -> None:
    """The strip is part of a comparison unless it is not wanted, and so is the page."""
    both = ("compare", str(tiny), "--reps", "2", "--out")
    with_strip = told(*both, str(tmp_path / "a"))
    without = told(*both, str(tmp_path / "b"), "--no-strip", "--no-report")
    assert with_strip["kpis"] == without["kpis"]
    assert "report" not in without
    assert (tmp_path / "a" / "reps" / "strip" / "online_share").is_dir()
    assert not (tmp_path / "b" / "reps" / "strip").exists()
    assert not (tmp_path / "b" / "report.html").exists()


def test_a_damaged_result_is_named(whole: dict[str, Any], tmp_path: Path) -> None:
    """A report from a replication that was cut off names the file; run again, it is made anew."""
    folder = tmp_path / "run"
    shutil.copytree(whole["folder"], folder)
    place = folder / "reps" / "unified" / "0001.npz"
    place.write_bytes(place.read_bytes()[:100])
    ended = storetwin("report", str(folder))
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.startswith(f"{place}: damaged (")
    assert "delete it and run again" in ended.stderr


def test_run_and_its_reference_agree(tiny: Path, tmp_path: Path) -> None:
    """Customer by customer or in the kernel: the same digest of everything recorded."""
    for setup in ("fragmented", "roadmap"):
        fast = told("run", str(tiny), "--setup", setup, "--out", str(tmp_path / f"{setup}-fast"))
        slow = told(
            "run", str(tiny), "--setup", setup, "--reference", "--out", str(tmp_path / setup)
        )
        assert fast["digest"] == slow["digest"]
        assert fast["kpis"] == slow["kpis"]


def test_a_reference_that_differs_ends_with_3(tiny: Path, tmp_path: Path) -> None:
    """Where the kernel recorded something else, the reference run says so and ends with 3."""
    from sim.runs import RunFolder

    fast, slow = tmp_path / "a", tmp_path / "a-reference"
    told("run", str(tiny), "--out", str(fast))
    folder = RunFolder(fast)
    altered = folder.read("fragmented", 0)
    altered.daily[0, 0, 0] += 1
    folder.write(altered)
    ended = storetwin("run", str(tiny), "--reference", "--out", str(slow))
    assert ended.returncode == 3, ended.stderr
    assert "replication 0" in ended.stderr
    assert ended.stdout == ""


def test_another_seed_is_another_run(tiny: Path, tmp_path: Path) -> None:
    """The seed and --set reach the simulation."""
    base = told("run", str(tiny), "--out", str(tmp_path / "a"))
    seeded = told("run", str(tiny), "--seed", "7", "--out", str(tmp_path / "b"))
    changed = told(
        "run", str(tiny), "--set", "demand.online_share=30%", "--out", str(tmp_path / "c")
    )
    assert len({base["digest"], seeded["digest"], changed["digest"]}) == 3


def test_progress_is_json_lines_where_nobody_watches(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a terminal progress is one JSON line at a time on stderr, and stdout stays clean."""
    from storetwin import output

    monkeypatch.setattr(output, "PROGRESS_EVERY_S", 0.0)
    with output.progress("simulate") as report:
        report(1, 4)
        report(4, 4)
    captured = capsys.readouterr()
    assert captured.out == ""
    told_lines = [json.loads(line) for line in captured.err.splitlines()]
    assert [(line["done"], line["total"]) for line in told_lines] == [(1, 4), (4, 4), (4, 4)]
