"""From a run folder to its report: tables, numbers and page, each file replaced in one step."""

import os
from dataclasses import dataclass
from pathlib import Path

from sim.runs import RunFolder, open_run, write_text


@dataclass(frozen=True)
class Built(os.PathLike[str]):
    """A report that was written; as a path it is that of the page.

    Attributes:
        page: report.html, beside report.json and results.sqlite.
        headline: the instruction of page 1, as plain text.
    """

    page: Path
    headline: str

    def __fspath__(self) -> str:
        return str(self.page)


def build(run_folder: RunFolder | Path | str) -> Built:
    """Write results.sqlite, report.json and report.html of a run folder.

    Only replications that every arm has are compared, so a run that was stopped can be reported.

    Raises:
        NothingToReport: no replication is finished for every arm.
    """
    # matplotlib and scipy are slow to import; `import reports` is not.
    from reports import sheet, tables  # noqa: PLC0415
    from reports.page import report  # noqa: PLC0415
    from reports.subject import Subject  # noqa: PLC0415
    from scenarios.loader import load  # noqa: PLC0415

    folder = run_folder if isinstance(run_folder, RunFolder) else open_run(Path(run_folder))
    loaded = load(folder.scenario)
    results = tables.read(tables.write(folder, loaded.scenario))
    made = report(
        Subject(
            scenario=loaded.scenario,
            results=results,
            manifest=folder.manifest,
            assumptions=sheet.assumptions(loaded),
            digest=loaded.digest,
        )
    )
    write_text(folder.path / "report.json", made.json)
    place = folder.path / "report.html"
    write_text(place, made.html)
    return Built(place, made.headline)
