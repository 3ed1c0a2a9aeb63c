"""Options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", help="The scenario, a YAML file.")]
RunFolderPath = Annotated[Path, typer.Argument(metavar="RUN_FOLDER", help="A folder under runs/.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a value, as in demand.online_share=5%."
    ),
]
Replications = Annotated[
    int | None, typer.Option("--reps", min=2, help="Replications of each arm; more extends a run.")
]
Jobs = Annotated[int, typer.Option("--jobs", min=0, help="Worker processes; 0 takes every core.")]
Out = Annotated[Path | None, typer.Option("--out", help="The folder to write.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Simulate again what is there already.")]
Seed = Annotated[
    int | None,
    typer.Option("--seed", min=0, max=2**63 - 1, help="Instead of the scenario's seed."),
]


def cores(jobs: int) -> int:
    """How many workers *jobs* means here."""
    import os

    if jobs:
        return jobs
    counted = getattr(os, "sched_getaffinity", None)
    return len(counted(0)) if counted else os.cpu_count() or 1
