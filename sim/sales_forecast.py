"""Demand as the shop itself can know it: learnt each evening from what its record says was sold."""

import numpy as np
from numpy.typing import NDArray

from scenarios.policy import Forecast
from sim.floor import RECORD, Floor, Rows
from sim.levels import levels_for
from sim.plan import Param

Floats = NDArray[np.float64]

SLOWEST = 1e-6  # units a day: what was never sold is still kept, at the lowest level


class SalesForecast:
    """Units a day by row, and the levels that follow from them.

    It starts from the true rates, as a shop would that has traded before. `croston` is Croston
    1972: sizes and intervals of sales, each smoothed; `tsb` is Teunter, Syntetos and Babai 2011:
    sizes, and the chance of a sale, smoothed every day.
    """

    def __init__(self, floor: Floor, rule: Forecast) -> None:
        """Start from the rates of the plan and from the record as it stands."""
        self.floor = floor
        self.rule = rule
        self.pooled = int(floor.params[Param.POOL])
        self.rows = np.arange(len(floor.shelves), dtype=np.int64)
        self.wanted = floor.links.reorder_at.ravel() >= 0
        rate = np.maximum(SLOWEST, floor.rates())
        self.chance = -np.expm1(-rate)
        self.interval = 1 / self.chance
        self.size = rate * self.interval
        self.since = np.zeros(len(rate))
        self.smoothed = rate
        self.before = floor.on_hand(RECORD, self.rows)
        floor.moved = np.zeros_like(self.before)

    @property
    def rate(self) -> Floats:
        """(rows,) units a day."""
        if self.rule.method == "croston":
            return self.size / self.interval
        return self.size * self.chance if self.rule.method == "tsb" else self.smoothed

    def observe(self) -> None:
        """Take in what was sold since the last look."""
        floor = self.floor
        assert floor.moved is not None
        now = floor.on_hand(RECORD, self.rows)
        sold = np.maximum(0, self.before + floor.moved - now)
        self.before = now
        floor.moved[:] = 0
        self.learn(sold, floor.available(RECORD, self.rows) > 0)

    def learn(self, sold: Rows, in_stock: NDArray[np.bool_]) -> None:
        """One more day: units sold by row, and whether some were left."""
        alpha, beta = self.rule.smoothing, self.rule.smoothing_interval
        told = in_stock | (sold > self.rate)
        some = told & (sold > 0)
        self.since += told
        self.smoothed = np.where(
            told, self.smoothed + alpha * (sold - self.smoothed), self.smoothed
        )
        self.size = np.where(some, self.size + alpha * (sold - self.size), self.size)
        self.chance = np.where(told, self.chance + beta * (some - self.chance), self.chance)
        longer = self.interval + beta * (self.since - self.interval)
        self.interval = np.where(some, longer, self.interval)
        self.since[some] = 0

    def levels(self) -> tuple[Rows, Rows]:
        """(s, S) of each row."""
        plan = self.floor.plan
        rate = np.where(self.wanted, np.maximum(SLOWEST, self.rate), 0.0)
        return levels_for(plan.scenario, rate, plan.catalogue.cost_minor[self.floor.sku_of])
