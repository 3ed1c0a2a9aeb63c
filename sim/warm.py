"""Compile every kernel once, before any worker starts: the cache on disk serves all of them."""

from pathlib import Path

import scenarios
from scenarios import catalogue
from scenarios.loader import load
from scenarios.text import WEEK_US
from sim.twin import simulate

SCENARIO = "library/boutique.yaml"


def compile() -> None:  # noqa: A001  read as warm.compile()
    """Run a fortnight of the smallest ready scenario; takes seconds where nothing is cached."""
    loaded = load(Path(scenarios.__file__).parent / SCENARIO)
    fortnight = {"run_in_us": WEEK_US, "trading_us": WEEK_US}
    horizon = loaded.scenario.horizon.model_copy(update=fortnight)
    scenario = loaded.scenario.model_copy(update={"horizon": horizon})
    goods = catalogue.read(loaded)
    today = scenario.setups[scenario.today]
    for name in scenario.setups:
        simulate(scenario, goods, [(-1, today), (0, scenario.setups[name])], 0)
