"""What `storetwin run` says about the books of what it simulated."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from sim.recorder import Metric
from sim.runs import RunFolder

ROOT = Path(__file__).parents[2]
TINY = """
extends: library/boutique.yaml
name: tiny
horizon: {start: 2026-01-05, run_in: 1 week, trading: 1 week}
changes: []
"""


def run(scenario: Path, out: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """Simulate unified from the command line, or take what the folder holds."""
    said = ["run", str(scenario), "--setup", "unified", "--out", str(out), *more]
    return subprocess.run(
        [sys.executable, "-m", "storetwin", *said],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_run_tells_whether_the_books_agree(tmp_path: Path) -> None:
    """One line where they agree; where a number was changed, the place and exit code 1."""
    scenario, out = tmp_path / "tiny.yaml", tmp_path / "run"
    scenario.write_text(TINY, encoding="utf-8")
    ended = run(scenario, out)
    assert ended.returncode == 0, ended.stderr
    assert "audit: agrees" in ended.stdout.splitlines()

    folder = RunFolder(out)
    found = folder.read("unified", 0)
    found.daily[9, 1, Metric.REVENUE_STORE_MINOR] += 1
    folder.write(replace(found))
    ended = run(scenario, out)
    assert ended.returncode == 1
    assert "audit: replication 0, day 9, Station: tills sold" in ended.stdout
    assert "audit: agrees" not in ended.stdout
    assert "discrepancies in what was recorded: 1" in ended.stderr
    told = json.loads(run(scenario, out, "--json").stdout)
    assert len(told["audit"]) == 1
