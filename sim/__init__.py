"""The twin: a shop in simulated time, on the real order engine.

`plan` (a scenario in integers) and `demand` (what customers want) feed a run; `sequence` says in
which order things happen; `floor` is the state of the shop, `jobs` what happens by the clock,
`supply` what is ordered and comes, `kernel` what happens in numbers; `twin` runs it fast,
`reference` slowly and plainly; `auditor` rebuilds its books. `experiments` runs replications,
`economics` and `statistics` read them, `calibration` fits a scenario.
"""
