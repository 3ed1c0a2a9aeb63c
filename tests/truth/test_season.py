"""What is bought once is the newsvendor's quantity, and costs what theory says."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from sim.recorder import Metric
from sim.streams import stream
from tests.truth.shelves import Shelves, measured

SEED = 20_261_122
SHELVES, WEEKS = 3_000, 8
SALVAGE = 0.5
SEASON = (
    f"policy.seasonal={{share: 100 %, weeks: {WEEKS}, salvage: {SALVAGE}}}",
    "lead_time_days=1",
)
Floats = NDArray[np.float64]


@lru_cache(maxsize=4)
def season(factor: float) -> tuple[Shelves, Floats, Floats, Floats]:
    """Shelves, units bought, mean demand planned for, units that the customers wanted and got."""
    print(f"seed {SEED}, stream 'season'")
    shelves = Shelves(SEED, SHELVES, WEEKS, *SEASON, visits=1_500)
    rate = shelves.floor.plan.rate[0]
    generator = stream(SEED, "season")
    [(rows, bought)] = shelves.jobs.supply.on_order.values()
    assert rows.tolist() == shelves.rows.tolist()
    wanted = np.zeros(SHELVES)
    for _ in range(shelves.days):
        demand = generator.poisson(rate * factor)
        wanted += demand
        shelves.trade(demand, backorders=False)
    return shelves, bought.astype(float), rate * 7 * WEEKS, wanted


def test_the_season_costs_what_theory_says() -> None:
    """Share of sellouts and cost of over- and understock, shelf by shelf; 2 % more is seen."""
    shelves, bought, mean, _ = season(1.0)
    catalogue = shelves.floor.plan.catalogue
    price, cost = catalogue.price_minor, catalogue.cost_minor
    critical = (price - cost) / (price - SALVAGE * cost)
    assert (poisson.cdf(bought, mean) >= critical).all()
    assert (poisson.cdf(bought - 1, mean) < critical).all()
    left: Floats = np.asarray(poisson.cdf(bought - 1, mean))
    found = measured(np.subtract(shelves.physical > 0, left, dtype=np.float64))
    shifted = measured(np.subtract(season(1.02)[0].physical > 0, left, dtype=np.float64))
    print(f"left over {left.mean():.4f}; apart by {found}; shifted {shifted}")
    assert found.agrees(0)
    assert not shifted.agrees(0)


def test_the_cost_is_that_of_the_closed_form() -> None:
    """(c - salvage) E(q - D)+ + (p - c) E(D - q)+, and no other quantity costs less."""
    shelves, bought, mean, wanted = season(1.0)
    catalogue = shelves.floor.plan.catalogue
    price, cost = catalogue.price_minor.astype(float), catalogue.cost_minor.astype(float)

    def expected(quantity: Floats) -> Floats:
        demand = np.arange(int(mean.max() + 12 * np.sqrt(mean.max())) + 2)[:, None]
        chance = poisson.pmf(demand, mean)
        over = (chance * np.maximum(0, quantity - demand)).sum(axis=0)
        under = (chance * np.maximum(0, demand - quantity)).sum(axis=0)
        costs: Floats = (1 - SALVAGE) * cost * over + (price - cost) * under
        return costs

    over = shelves.physical
    under = wanted - (bought - over)
    paid = (1 - SALVAGE) * cost * over + (price - cost) * under
    found = measured(paid - expected(bought))
    print(f"cost {expected(bought).mean():.2f}; apart by {found}")
    assert found.agrees(0)
    assert (expected(bought) <= expected(bought + 1)).all()
    assert (expected(bought) <= expected(bought - 1)).all()


def test_nothing_is_ordered_again() -> None:
    """One purchase order on the first day, whatever is sold."""
    shelves, bought, _, _ = season(1.0)
    total = shelves.floor.daily.sum(axis=(0, 1))
    assert total[Metric.PURCHASE_ORDERS] == 1
    assert total[Metric.UNITS_ORDERED] == bought.sum()
