"""What a run is: validated, frozen settings, sourced priors, ready scenarios.

Read in this order: `text` and `distributions` (what may be written for a value), `fields` (the
types of the values), `shop`, `links` and `models` (what a scenario holds), `tree` and `loader`
(from files to a `Loaded` scenario, every value with its place), `evidence` (sourced priors),
`catalogue` (what the shop sells).
"""
