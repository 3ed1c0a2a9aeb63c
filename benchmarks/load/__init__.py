"""The load lab: a scenario's busiest hour against the live service, then an audit.

Read in this order: `plan` (what will be asked, built from the scenario), `shoppers` (the locust
users, in a process of their own), `links` (one poll link and one event link that watch marked
writes), `audit` (what must hold afterwards), `lab` (all of it together).
"""

KEY_VARIABLE = "STORETWIN_LOAD_KEY"  # environment variable that hands the API key to the shoppers
