"""Runs whose answer is known beforehand: simulated, compared and written as any other."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
REPLICATIONS = 5
SMALL = """
extends: library/boutique.yaml
name: {name}
horizon: {{start: 2026-01-05, run_in: 1 week, trading: 4 weeks}}
changes: []
strip: {{scale_factor: [1], safety_factor: [1], online_share: [{online}], replications: 2}}
"""
# The same links under four names; what a setup costs is a cost, not a link, so it is nothing here.
SAME = """
setups:
  fragmented: {preset: fragmented, cost: {once: 0, monthly: 0}}
  multichannel: {preset: null, like: fragmented}
  omnichannel: {preset: null, like: fragmented}
  unified: {preset: null, like: fragmented}
"""
# Almost nobody orders on the web, and each way to connect costs more than that can earn.
DEAR = """
demand: {online_share: 1 %}
setups:
  fragmented: {preset: fragmented}
  multichannel: {preset: multichannel, cost: {once: 8000 USD, monthly: 900 USD}}
  omnichannel: {preset: omnichannel, cost: {once: 25000 USD, monthly: 1400 USD}}
  unified: {preset: unified, cost: {once: 60000 USD, monthly: 2500 USD}}
"""


def outcome(folder: Path, name: str, text: str, online: str) -> tuple[dict[str, Any], str]:
    """What `compare` says with --json, and the page that it writes."""
    file = folder / f"{name}.yaml"
    file.write_text(SMALL.format(name=name, online=online) + text, encoding="utf-8")
    compared = told("compare", str(file), "--reps", str(REPLICATIONS), "--out", str(folder / name))
    return compared, Path(compared["report"]).read_text(encoding="utf-8")


def told(*arguments: str) -> dict[str, Any]:
    """What a verb says, once it ended well."""
    ended = subprocess.run(
        [sys.executable, "-m", "storetwin", *arguments, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


@pytest.mark.slow
def test_identical_links_make_no_difference(tmp_path: Path) -> None:
    """Four tables of the same links earn the same to the cent, and the page says: no difference."""
    compared, page = outcome(tmp_path, "same", SAME, "20 %")
    for kpi, row in compared["kpis"].items():
        for arm, difference in row["differences"].items():
            assert difference["difference"] == difference["low"] == difference["high"] == 0, (
                kpi,
                arm,
            )
    assert "no difference" in page
    assert "Change nothing" in page


@pytest.mark.slow
def test_a_dear_platform_for_one_web_order_in_a_hundred_gives_stay(tmp_path: Path) -> None:
    """With 1 % online and a dear platform the headline is to change nothing."""
    compared, page = outcome(tmp_path, "dear", DEAR, "1 %")
    profit = compared["kpis"]["operating_profit"]["differences"]
    for setup in ("multichannel", "omnichannel", "unified"):
        assert profit[setup]["high"] < 0, setup
    assert "Change nothing" in page
