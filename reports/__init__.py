"""The report of a recorded run: one self-contained page and the numbers it shows.

Read in this order: `metrics` (what is measured), `tables` (from replications to results.sqlite),
`decision` (from differences to an instruction), `values` and `plan` (every number shown, by key),
`charts` and `pictures` (drawings), `sheet` (assumptions, STRESS-DES), `page` (the HTML).
"""

from pathlib import Path


def build(run_folder: Path | str) -> Path:
    """Write results.sqlite, report.json and report.html of a run folder; the page's path."""
    from reports import page  # noqa: PLC0415 - matplotlib is slow to import; `import reports` is not

    return page.build(run_folder)
