"""What a shop comes to that always trades by one setup."""

from scenarios.links import LinkTable
from sim.recorder import Metric
from sim.twin import simulate
from tests.sim.scenario_cases import shop


def totals(world: str, seed: int, links: LinkTable, *overrides: str) -> dict[Metric, int]:
    """Each metric over all days and stores of a shop that always trades by *links*."""
    scenario, catalogue = shop(world, seed, *overrides)
    daily = simulate(scenario, catalogue, [(-1, links)], 0).daily.sum(axis=(0, 1))
    return {metric: int(daily[metric]) for metric in Metric}
