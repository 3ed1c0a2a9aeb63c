"""The report of a recorded run: one self-contained page and the numbers it shows.

Read in this order: `metrics` (what is measured), `tables` (from replications to results.sqlite),
`decision` (from differences to an instruction), `values`, `facts` and `plan` (every number shown),
`pictures`, `charts` and `curves` (drawings), `sheet` (assumptions, STRESS-DES), `page` (the HTML).
`build` does all of it.
"""

from reports.build import Built, build

__all__ = ["Built", "build"]
