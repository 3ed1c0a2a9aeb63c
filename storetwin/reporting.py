"""From a run folder to its report: the tables, the numbers and the page, in that order."""

from pathlib import Path

from sim.runs import open_run
from storetwin.failures import INCOMPLETE, Failure


def write_report(path: Path) -> tuple[Path, str]:
    """Make results.sqlite, report.json and report.html of the run at *path*; page and headline."""
    folder = open_run(path)
    if folder.manifest.get("status") != "complete":
        state = folder.manifest.get("status", "unknown")
        message = (
            f"{folder.path}: the run is {state}, not complete; run the same command again to finish"
        )
        raise Failure(message, INCOMPLETE)
    from reports.build import build

    built = build(folder)
    return built.page, built.headline
