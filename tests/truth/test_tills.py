"""Queues at the tills: each customer's wait by recursion, the mean by the formulas of textbooks.

Lindley (1952): W' = max(0, W + S - A). Kiefer and Wolfowitz (1955): the same for the sorted
workloads of c tills. Both are exact: no microsecond may differ. Erlang C and Pollaczek-Khinchine
(Gross and others, Fundamentals of Queueing Theory, 2.4 and 5.1) are means: the error is four
standard errors of the means of days, and days are almost independent, since a queue at 80 % load
forgets within some hundred customers and a day has many thousands.
"""

from collections.abc import Iterator
from math import factorial, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from scenarios.text import DAY_US
from sim.demand import Demand
from sim.plan import MILLION, Param, Plan, plan_links
from sim.recorder import Metric
from sim.reference import ReferenceTwin
from sim.sequence import Moment
from sim.streams import stream
from tests.sim.scenario_cases import UNIFIED
from tests.truth.floors import ONE_UNIT, PLENTY, ROUND_THE_CLOCK, planned, stock, stocked, visits

BUSY = ("demand.online_share=0", *visits(90), "stores.0.tills=1", "till.base=6 min")
Integers = NDArray[np.int64]


class Tracing(ReferenceTwin):
    """The plain form, with each customer's wait written down as the till turns to them."""

    def add(self, metric: Metric, store: int, number: int = 1) -> None:
        """Add to a metric of today."""
        if metric == Metric.TILL_WAIT_US:
            self.traced = [*getattr(self, "traced", []), (store, self.now_us, number)]
        super().add(metric, store, number)


def traced_waits(base: Plan, demand: Demand, store: int) -> Integers:
    """(n,) us: the waits of one store's customers, in the order in which they were served."""
    twin = Tracing(base, demand, plan_links(base, UNIFIED), 0)
    stock(twin, PLENTY)
    twin.run()
    return np.array([wait for place, _, wait in twin.traced if place == store], np.int64)


def joins(base: Plan, demand: Demand, store: int, percent: int = 100) -> tuple[Integers, Integers]:
    """(n,) us each: when customers join the queue and how long they are served, in order."""
    mine = demand.visits[
        (demand.visits["store"] == store) & (demand.visits["kind"] == Moment.SHELF)
    ]
    ends = mine["first_want"] + mine["wants"]
    units = np.array(
        [demand.wants["quantity"][a:b].sum() for a, b in zip(mine["first_want"], ends, strict=True)]
    )
    work_us = base.params[Param.TILL_BASE_US] + base.params[Param.TILL_UNIT_US] * units
    service_us = work_us * percent // 100 * mine["noise"].astype(np.int64) // MILLION
    join_us = mine["time_us"] + mine["walk_us"]
    order = np.argsort(join_us, kind="stable")
    return join_us[order], service_us[order]


def lindley(join_us: Integers, service_us: Integers) -> Iterator[int]:
    """Waits at one till."""
    wait = 0
    for number, joined in enumerate(join_us.tolist()):
        if number:
            gap = joined - int(join_us[number - 1])
            wait = max(0, wait + int(service_us[number - 1]) - gap)
        yield wait


def kiefer_wolfowitz(join_us: Integers, service_us: Integers, tills: int) -> Iterator[int]:
    """Waits at several tills with one queue: R(W + S e1 - A 1)+, with R sorting upwards."""
    work = [0] * tills
    before = 0
    for joined, service in zip(join_us.tolist(), service_us.tolist(), strict=True):
        work = sorted(max(0, load - (joined - before)) for load in work)
        before = joined
        yield work[0]
        work[0] += service


@pytest.mark.parametrize("seed", [1, 2])
def test_one_till_is_lindleys(seed: int) -> None:
    """Each customer of one till waits as long as Lindley says, to the microsecond."""
    base, demand = planned(seed, *BUSY)
    waits = traced_waits(base, demand, 0).tolist()
    print(f"seed {seed}: {len(waits)} customers, mean wait {np.mean(waits) / 6e7:.1f} min")
    assert sum(wait > 0 for wait in waits) > 300, "a queue, or the claim is empty"
    assert waits == list(lindley(*joins(base, demand, 0)))[: len(waits)]
    assert waits != list(lindley(*joins(base, demand, 0, 102)))[: len(waits)], "control: 2 %"


@pytest.mark.parametrize("tills", [2, 3, 5])
def test_several_tills_are_kiefers_and_wolfowitzs(tills: int) -> None:
    """Each customer of several tills waits as long as the vector of workloads says."""
    busy = (*BUSY, f"stores.1.tills={tills}", *visits(90 * tills, 1))
    base, demand = planned(tills, *busy)
    waits = traced_waits(base, demand, 1).tolist()
    print(f"seed {tills}: {len(waits)} customers")
    assert sum(wait > 0 for wait in waits) > 300
    assert waits == list(kiefer_wolfowitz(*joins(base, demand, 1), tills))[: len(waits)]
    shifted = list(kiefer_wolfowitz(*joins(base, demand, 1, 102), tills))
    assert waits != shifted[: len(waits)], "control: 2 %"


@pytest.mark.parametrize("tills", [1, 2, 3])
def test_each_days_waits_are_the_recursions(tills: int) -> None:
    """In the fast form the waits of each day and store sum to the recursion's, to the last bit."""
    busy = (*BUSY, f"stores.1.tills={tills}", *visits(90 * tills, 1))
    base, demand = planned(11, *busy)
    floor = stocked(base, demand, PLENTY)
    floor.run()
    for store, servers in ((0, 1), (1, tills)):
        join_us, service_us = joins(base, demand, store)
        waits = np.array(list(kiefer_wolfowitz(join_us, service_us, servers)), np.int64)
        days = (join_us + waits) // DAY_US  # a wait counts on the day on which it ends
        expected = [int(waits[days == day].sum()) for day in range(base.days)]
        assert floor.daily[:, store, Metric.TILL_WAIT_US].tolist() == expected
        longer = np.array(list(kiefer_wolfowitz(*joins(base, demand, store, 102), servers)))
        assert int(longer.sum()) != int(waits.sum()), "control: 2 %"


# Means

CUSTOMERS_A_DAY = 14_000


def erlang_c(tills: int, load: float) -> float:
    """Probability of waiting, where *load* is the share of time that each till works."""
    work = tills * load
    waits = work**tills / factorial(tills) / (1 - load)
    return waits / (sum(work**k / factorial(k) for k in range(tills)) + waits)


def test_erlang_c_is_the_textbooks() -> None:
    """The formula gives the textbooks' values at a load of 80 %."""
    values = {2: 0.7111111111, 3: 0.6471910112, 10: 0.4091801508}
    for tills, value in values.items():
        assert erlang_c(tills, 0.8) == pytest.approx(value, abs=1e-10)


def mean_wait_us(tills: int, service_us: float) -> float:
    """Mean wait in M/M/c: Poisson arrivals at 80 % of what the tills can do, exponential work."""
    a_us = CUSTOMERS_A_DAY * tills / DAY_US
    load = a_us * service_us / tills
    return erlang_c(tills, load) / (tills / service_us - a_us)


def daily_means(seed: int, tills: int, base_us: int, *, exponential: bool) -> NDArray[np.float64]:
    """(days,) us: mean wait of each day but the first, round the clock, at *tills* tills."""
    base, demand = planned(
        seed,
        *ROUND_THE_CLOCK,
        *ONE_UNIT,
        *visits(CUSTOMERS_A_DAY * tills, 0),
        *visits(0.001, 1),
        "demand.online_share=0",
        "demand.shopping_time=0 s",
        f"stores.0.tills={tills}",
        f"till.base={base_us / 1e6} s",
        "till.per_unit=0 s",
        "till.noise_cv=1",
    )
    if exponential:
        drawn = stream(seed, "exponential").exponential(MILLION, len(demand.visits))
        demand.visits["noise"] = np.rint(drawn)
    floor = stocked(base, demand, PLENTY)
    floor.run()
    waits, served = floor.daily[1:, 0, [Metric.TILL_WAIT_US, Metric.TILL_SERVED]].T
    means: NDArray[np.float64] = waits / served
    return means


def off_by(means: NDArray[np.float64], expected: float) -> float:
    """How many standard errors the mean of days is away from *expected*."""
    error = means.std(ddof=1) / sqrt(len(means))
    print(f"mean {means.mean() / 1e6:.3f} s +- {error / 1e6:.3f}, expected {expected / 1e6:.3f}")
    return abs(float(means.mean() - expected)) / float(error)


@pytest.mark.parametrize(("tills", "seed"), [(1, 5), (2, 6), (3, 7)])
def test_mean_wait_is_erlangs(tills: int, seed: int) -> None:
    """Poisson arrivals and exponential work wait as long as Erlang C says."""
    service_us = round(0.8 * DAY_US / CUSTOMERS_A_DAY)
    print(f"seed {seed}, {tills} tills")
    means = daily_means(seed, tills, service_us, exponential=True)
    assert off_by(means, mean_wait_us(tills, service_us)) < 4
    assert off_by(means, mean_wait_us(tills, service_us * 1.02)) > 4, "control: 2 %"


def test_mean_wait_is_pollaczeks_and_khinchines() -> None:
    """At one till the scenario's own lognormal work waits a E[S^2] / 2 (1 - load)."""
    seed, service_us = 8, round(0.8 * DAY_US / CUSTOMERS_A_DAY)
    base, _ = planned(seed, "till.noise_cv=1")
    a_us = CUSTOMERS_A_DAY / DAY_US

    def expected(percent: float) -> float:
        work = service_us * percent / 100 * base.till_noise / MILLION
        return float(a_us * np.mean(work**2) / 2 / (1 - a_us * np.mean(work)))

    print(f"seed {seed}")
    means = daily_means(seed, 1, service_us, exponential=False)
    assert off_by(means, expected(100)) < 4
    assert off_by(means, expected(102)) > 4, "control: 2 %"
