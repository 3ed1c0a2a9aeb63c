"""Shelves without customers: the twin's own supply and engine under a demand that a theorem names.

Each sku is a shelf of its own, so that a run is as many independent repetitions as there are skus.
A day is: deliveries at midnight, demand at noon, the review in the evening. What an evening orders
with a lead time of one day is there before the next demand.
"""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.schema import Operation, Reason
from scenarios.text import DAY_US
from sim.floor import RECORD, Rows
from sim.jobs import Jobs
from sim.plan import plan, plan_links
from sim.twin import open_floor
from tests.sim.link_cases import table
from tests.sim.scenario_cases import STORE, shop
from tests.sim.test_reference import demand_of

NOON_US = DAY_US // 2
EXACT = (
    "catalogue.generate.popularity=0",
    "catalogue.generate.categories=1",
    "demand.line_quantity=[1]",
    "horizon.run_in=0 weeks",
    "stock.delivery=00:00",
    "stock.review=20:00",
    "stock.shrinkage=0",
    "stock.receipt_error=0",
    "stock.wrong_at_start=0",
    "stock.safety_factor=0",
)


class Uncounted(Jobs):
    """The clockwork without counts: nobody can count units that are owed."""

    def count_some(self) -> bool:
        """Count nothing."""
        return True


class Shelves:
    """One store of *skus* independent shelves, *weeks* long, under the *stock* settings."""

    def __init__(self, seed: int, skus: int, weeks: int, *stock: str, visits: int = 40) -> None:
        """Open it with no customers of its own; it plans for *visits* a day."""
        store = {**STORE, "name": "Only", "visits_by_weekday": [visits] * 7}
        scenario, catalogue = shop(
            "corner",
            seed,
            *EXACT,
            f"stores={json.dumps([store])}",
            f"catalogue.generate.skus={skus}",
            f"horizon.trading={weeks} weeks",
            *(f"stock.{setting}" for setting in stock),
        )
        base = plan(scenario, catalogue)
        links = plan_links(base, table("none", "typed"))
        self.floor = open_floor(base, demand_of([]), links, 0, reference=True)
        self.jobs = Uncounted(self.floor, [])
        self.rows = np.arange(skus, dtype=np.int64)
        self.days = int(base.days)
        self.day = 0

    @property
    def physical(self) -> Rows:
        """What lies there; below zero, what customers wait for."""
        units: Rows = self.floor.shelves["physical"][: len(self.rows)].copy()
        return units

    def trade(self, demand: Rows, *, backorders: bool) -> Rows:
        """One day with this demand of each shelf; the units it orders in the evening."""
        floor, supply = self.floor, self.jobs.supply
        floor.env.run_before(self.day * DAY_US + NOON_US)
        sold = demand if backorders else np.minimum(self.physical, demand)
        some = sold > 0
        rows, sold = self.rows[some], sold[some]
        floor.book_facts(RECORD, Operation.SELL, rows, sold, Reason.NONE)
        floor.shelves["physical"][rows] -= sold
        before = supply.deliveries
        self.day += 1
        floor.env.run_before(self.day * DAY_US)
        ordered = np.zeros(len(self.rows), np.int64)
        for number in range(before, supply.deliveries):
            sent, quantity = supply.on_order[number]
            ordered[sent] += quantity
        return ordered


@dataclass(frozen=True)
class Measured:
    """A mean over independent shelves."""

    mean: float
    error: float  # standard error

    def agrees(self, expected: float) -> bool:
        """Whether *expected* lies within four standard errors: one true value in 16,000 fails."""
        return abs(self.mean - expected) < 4 * self.error

    def __str__(self) -> str:
        return f"{self.mean:.5f} +- {self.error:.5f}"


def measured(by_shelf: NDArray[np.float64]) -> Measured:
    """Mean and standard error of one number a shelf."""
    error = by_shelf.std(ddof=1) / np.sqrt(len(by_shelf))
    return Measured(float(by_shelf.mean()), float(error))


def ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> Measured:
    """Sum of *above* over sum of *below*, by shelf; error by the delta method."""
    mean = above.sum() / below.sum()
    error = (above - mean * below).std(ddof=1) / np.sqrt(len(above)) / below.mean()
    return Measured(float(mean), float(error))
