"""The report of a recorded run: one self-contained page and the numbers it shows.

Read in this order: `metrics` (what is measured), `tables` (from replications to results.sqlite),
`decision` (from differences to an instruction), `values` (every number the report shows, by
key), `figures` (charts), `page` (the HTML). `build.build` does all of it for a run folder.
"""
