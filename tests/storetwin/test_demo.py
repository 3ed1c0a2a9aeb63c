"""The main job on real transactions: from the installed panel to a report, resumable."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from storetwin.verbs.demo import write_scenario

ROOT = Path(__file__).parents[2]


def demo(out: Path) -> dict[str, Any]:
    """Run the demo with few replications and return what it says."""
    command = [sys.executable, "-m", "storetwin", "demo", "--reps", "2", "--json"]
    ended = subprocess.run(
        [*command, "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_a_fitted_scenario_is_kept_until_the_fit_changes(tmp_path: Path) -> None:
    """The same program fits once; what another program fitted is fitted again."""
    scenario = write_scenario(tmp_path, fresh=False)
    edited = scenario.read_text(encoding="utf-8") + "# a note of the user\n"
    scenario.write_text(edited, encoding="utf-8")
    assert write_scenario(tmp_path, fresh=False) == scenario
    assert scenario.read_text(encoding="utf-8") == edited
    (tmp_path / "fitted-by.txt").write_text("another program", encoding="utf-8")
    assert write_scenario(tmp_path, fresh=False) == scenario
    assert scenario.read_text(encoding="utf-8") != edited


@pytest.mark.slow
def test_demo_from_transactions_to_report(tmp_path: Path) -> None:
    """The demo ends in a headline, a page and the roadmap's cash; again it only has to look."""
    first = demo(tmp_path)
    page = Path(first["report"]).read_text(encoding="utf-8")
    assert first["headline"] in page.replace("&#39;", "'").replace("&amp;", "&")
    assert first["cash"]["weeks"] == 26
    assert first["cash"]["worst_low_minor"] <= first["cash"]["worst_minor"] <= 0
    written = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.npz")}
    again = demo(tmp_path)
    assert again == first
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.npz")} == written
