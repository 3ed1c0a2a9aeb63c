"""The two files of a fitted scenario: `<name>.yaml` and `<name>.csv` beside it.

Each is written to a temporary file and moved into place, the catalogue first: a run that is killed
half-way leaves the old pair, or a new catalogue beside the old scenario, never half a file.
"""

import os
from pathlib import Path

from scenarios.frames import Source
from sim.calibration.document import compose, text
from sim.calibration.fit import Fitted, Progress


def write(
    fitted: Fitted,
    source: Source,
    folder: Path,
    *,
    scale_factor: float | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write scenario and catalogue into *folder* and return the scenario's path.

    Args:
        fitted: what the lines say.
        source: where the lines came from; its name becomes the name of the files.
        folder: made when it is not there.
        scale_factor: panel-to-shop factor; the source's own when left out.
        progress: called with what is being done and the share done.
    """
    if progress:
        progress("writing the scenario", 0.0)
    scenario, catalogue = folder / f"{source.name}.yaml", folder / f"{source.name}.csv"
    document = text(compose(fitted, source, catalogue.name, scale_factor))
    folder.mkdir(parents=True, exist_ok=True)
    _replace(catalogue, fitted.catalogue.to_csv(index=False, lineterminator="\n"))
    _replace(scenario, document)
    if progress:
        progress("scenario written", 1.0)
    return scenario


def _replace(path: Path, content: str) -> None:
    # Made by open, not mkstemp: the file gets the rights that files of this user get.
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
