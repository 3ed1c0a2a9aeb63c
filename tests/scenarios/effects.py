"""What a shop loses a year by each cause that a way of connecting its systems can touch.

The causes overlap with nothing but each other's customers, so the largest says what dominates a
scenario. All amounts are minor units a year, means over the replications.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reports.metrics import Year, measure
from scenarios import catalogue
from scenarios.loader import load
from sim import demand, plan
from sim.arms import ROADMAP, arms
from sim.economics import ROWS, profit
from sim.recorder import Metric
from sim.twin import simulate

REPLICATIONS = 4
SHORT = ("horizon.run_in=3 weeks", "horizon.trading=6 weeks", "changes=[]")
PLATFORM = "unified"


@dataclass(frozen=True)
class Outcome:
    """One short run of a scenario with all its setups.

    Attributes:
        today: the setup that the others are compared with.
        money: row of economics.ROWS by setup, (replications,) each.
        kpis: mean of each KPI by setup.
        losses: minor units a year by cause, under today's setup; the platform's by its price.
    """

    today: str
    money: Mapping[str, Mapping[str, NDArray[np.float64]]]
    kpis: Mapping[str, Mapping[str, float]]
    losses: Mapping[str, float]

    @property
    def dominates(self) -> str:
        """The cause that costs most."""
        return max(self.losses, key=self.losses.__getitem__)


def outcome(file: Path, *overrides: str) -> Outcome:
    """What a short run of the scenario in *file* comes to."""
    loaded = load(file, [*SHORT, *overrides])
    scenario = loaded.scenario
    products = catalogue.read(loaded)
    setups = {name: arm for name, arm in arms(scenario).items() if name != ROADMAP}
    years: dict[str, list[Year]] = {name: [] for name in setups}
    for replication in range(REPLICATIONS):
        customers = demand.generate(plan.plan(scenario, products), replication)
        for name, arm in setups.items():
            run = simulate(scenario, products, arm.tables, replication, demand=customers)
            money = profit(run.daily, run.run_in_days, scenario, arm)
            daily = run.daily[run.run_in_days :]
            years[name].append(Year(daily, money, scenario.money.wage_minor))
    money_of = {
        name: {row: np.array([year.money[row] for year in found]) for row in ROWS}
        for name, found in years.items()
    }
    return Outcome(
        today=scenario.today,
        money=money_of,
        kpis={name: _means([measure(year) for year in found]) for name, found in years.items()},
        losses={
            **_means([losses(year) for year in years[scenario.today]]),
            "platform": float(
                sum(money_of[PLATFORM][row].mean() for row in ("subscription", "project"))
            ),
        },
    )


def losses(year: Year) -> dict[str, float]:
    """Minor units that *year* lost by cause.

    The cost of cancellations goes to what caused the lines that were not there. A false zero costs
    the margin of the sale; a few of these customers come back, which is not taken off.
    """
    lines = max(1.0, year.total(Metric.LINES_OVERSOLD))
    cancelled = year.money["cost_of_cancellations"] / lines
    margin = year.money["gross_profit"] / year.money["revenue"]
    return {
        "typing": year.money["labour_sync"],
        "labels": year.money["labour_labels"],
        "stale views": cancelled * year.total(Metric.LINES_OVERSOLD_VIEW),
        "records": cancelled * year.total(Metric.LINES_OVERSOLD_RECORD),
        "false zeros": margin * year.yearly(Metric.FALSE_ZERO_MINOR),
    }


def _means(tables: list[dict[str, float]]) -> dict[str, float]:
    return {key: float(np.mean([table[key] for table in tables])) for key in tables[0]}
