"""The shop's rules against what the literature proves of them, each within its standard error.

The references are written here from the published formulas and share nothing with the twin. Every
claim has a control: the same run with one parameter shifted must not agree any more.
"""

from functools import lru_cache

import numpy as np
import pytest
from scipy.stats import poisson

from scenarios.text import DAY_US
from sim.streams import stream
from tests.truth.shelves import Measured, Shelves, measured, ratio

SEED = 20_261_122
SHIFT = 1.02


def demand_stream(name: str) -> np.random.Generator:
    """Demand of a test, by its name; the seed is printed where a test fails."""
    print(f"seed {SEED}, stream {name!r}")
    return stream(SEED, name)


# (s, S) with backorders: Zheng and Federgruen 1991, Operations Research 39, equations 1 to 4


def cost_rate(s: int, S: int, mean: float, K: float, h: float, p: float) -> float:  # noqa: N803
    """Cost a period: [K + sum of m(j) G(S - j)] / M(S - s) over j < S - s."""
    share = poisson.pmf(np.arange(S - s), mean)
    visits = np.zeros(S - s)
    visits[0] = 1 / (1 - share[0])
    for j in range(1, S - s):
        visits[j] = sum(share[i] * visits[j - i] for i in range(1, j + 1)) / (1 - share[0])
    demand = np.arange(int(mean + 12 * np.sqrt(mean)) + 2)
    chance = poisson.pmf(demand, mean)

    def one_period(y: int) -> float:
        held, owed = np.maximum(0, y - demand), np.maximum(0, demand - y)
        return float(chance @ (h * held + p * owed))

    costs = [one_period(S - j) for j in range(S - s)]
    return float((K + visits @ costs) / visits.sum())


PUBLISHED = {
    # mean, K, h, p: s, S, cost
    (10.0, 64.0, 1.0, 9.0): (6, 40, 35.0216),  # Zheng and Federgruen 1991
    (6.0, 5.0, 1.0, 4.0): (4, 10, 8.0341116),  # Snyder and Shen, Example 4.7
}


@lru_cache(maxsize=8)
def s_S_run(s: int, S: int, mean: float, K: float, h: float, p: float) -> Measured:  # noqa: N802, N803
    """Cost a day of the twin's s_S with what is ordered there before the next demand."""
    policy = (f"policy={{rule: s_S, reorder_at: {s}, order_up_to: {S}}}", "lead_time_days=1")
    shelves = Shelves(SEED, 400, 90, *policy)
    generator = demand_stream(f"s_S {mean:g}")
    cost = np.zeros(400)
    for day in range(shelves.days):
        ordered = shelves.trade(generator.poisson(mean, 400), backorders=True)
        left = shelves.physical
        if day >= 30:
            cost += K * (ordered > 0) + h * np.maximum(0, left) + p * np.maximum(0, -left)
    return measured(cost / (shelves.days - 30))


@pytest.mark.parametrize("case", PUBLISHED)
def test_the_reference_is_the_published_one(case: tuple[float, float, float, float]) -> None:
    """The recursion finds the published optimum, and nothing around it is cheaper."""
    s, S, cost = PUBLISHED[case]  # noqa: N806
    assert cost_rate(s, S, *case) == pytest.approx(cost, rel=2e-6)
    around = [(s + i, S + j) for i in range(-2, 3) for j in range(-3, 4)]
    costs = [cost_rate(i, j, *case) for i, j in around]
    assert around[int(np.argmin(costs))] == (s, S)


@pytest.mark.parametrize("case", PUBLISHED)
def test_s_S_costs_what_theory_says(case: tuple[float, float, float, float]) -> None:  # noqa: N802
    """The mean cost of a day; a demand that is 2 % higher costs visibly more."""
    s, S, _ = PUBLISHED[case]  # noqa: N806
    mean, K, h, p = case  # noqa: N806
    found, expected = s_S_run(s, S, *case), cost_rate(s, S, *case)
    print(found, expected)
    assert found.agrees(expected)
    assert found.error < 0.004 * expected
    shifted = s_S_run(s, S, mean * SHIFT, K, h, p)
    print("shifted", shifted)
    assert not shifted.agrees(expected)
    assert shifted.agrees(cost_rate(s, S, mean * SHIFT, K, h, p))


# Base stock


@lru_cache(maxsize=8)
def base_stock_run(
    mean: float, level: int, lead_days: str, *, backorders: bool, weeks: int
) -> Measured:
    """Share of demand that is met from the shelf at once."""
    policy = (f"policy={{rule: base_stock, order_up_to: {level}}}", f"lead_time_days='{lead_days}'")
    skus = 500
    shelves = Shelves(SEED, skus, weeks, *policy)
    generator = demand_stream(f"base stock {mean:g} {level}")
    met, asked = np.zeros(skus), np.zeros(skus)
    warm = shelves.days // 5
    for day in range(shelves.days):
        demand = generator.poisson(mean, skus)
        shelves.floor.env.run_before(day * DAY_US + 1)  # the deliveries of midnight
        there = np.maximum(0, shelves.physical)
        shelves.trade(demand, backorders=backorders)
        if day >= warm:
            met += np.minimum(there, demand)
            asked += demand
    return ratio(met, asked)


def fill_with_backorders(mean: float, S: int, lead_days: int) -> float:  # noqa: N803
    """1 - (E(D_L - S)+ - E(D_(L-1) - S)+) / E D: Zipkin 2000, Foundations, 6.2 and 9.3.

    D_n is the demand of n days: what an evening leaves is S less the demand of L days.
    """

    def owed(days: int) -> float:
        demand = np.arange(int(mean * days + 14 * np.sqrt(mean * days)) + 2)
        return float(poisson.pmf(demand, mean * days) @ np.maximum(0, demand - S))

    return 1 - (owed(lead_days) - owed(lead_days - 1)) / mean


def test_base_stock_with_backorders_fills_what_theory_says() -> None:
    """Poisson demand of 4 a day, three days of lead time, S = 14; 2 % more demand is seen."""
    expected = fill_with_backorders(4.0, 14, 3)
    found = base_stock_run(4.0, 14, "3", backorders=True, weeks=60)
    print(found, expected)
    assert found.agrees(expected)
    assert found.error < 0.002
    shifted = base_stock_run(4.0 * SHIFT, 14, "3", backorders=True, weeks=60)
    print("shifted", shifted)
    assert not shifted.agrees(expected)
    assert shifted.agrees(fill_with_backorders(4.0 * SHIFT, 14, 3))


def erlang_loss(load: float, servers: int) -> float:
    """Erlang's B: the share of arrivals that find all servers busy, by its recursion."""
    lost = 1.0
    for n in range(1, servers + 1):
        lost = load * lost / (n + load * lost)
    return lost


def test_base_stock_with_lost_sales_is_erlangs_loss() -> None:
    """One unit is ordered for each one sold: S servers, and a lead time of 100 days as service.

    An order waits for the evening and comes at midnight: on average half a day of the 100 is
    missing. Lead times vary in the twin by purchase order, not by shelf; here they are constant.
    """
    mean, level = 0.1, 10
    expected = 1 - erlang_loss(mean * 99.5, level)
    found = base_stock_run(mean, level, "100", backorders=False, weeks=400)
    print(found, expected)
    assert found.agrees(expected)
    shifted = base_stock_run(mean * SHIFT, level, "100", backorders=False, weeks=400)
    print("shifted", shifted)
    assert not shifted.agrees(expected)
    assert shifted.agrees(1 - erlang_loss(mean * SHIFT * 99.5, level))


# Bullwhip


MEAN = 400.0


def bullwhip(lead: float, alpha: float) -> float:
    """Var(orders) / Var(demand) = 1 + 2 L alpha + 2 L^2 alpha^2 / (2 - alpha).

    Chen, Ryan and Simchi-Levi 2000, Naval Research Logistics 47, for independent demand. Their
    levels are real numbers; ours are rounded up, which adds twice the variance of a rounding, 1/12.
    """
    theirs = 1 + 2 * lead * alpha + 2 * lead**2 * alpha**2 / (2 - alpha)
    return theirs + 2 / 12 / MEAN


@lru_cache(maxsize=4)
def bullwhip_run(alpha: float) -> Measured:
    """Variance of orders over that of demand; S is set each evening for lead time and review."""
    skus, warm = 300, 60
    forecast = f"{{method: exponential_smoothing, smoothing: {alpha}, every: 1 day}}"
    policy = f"policy={{rule: base_stock, forecast: {forecast}}}"
    shelves = Shelves(SEED, skus, 100, policy, "lead_time_days=1")
    forecasting = shelves.jobs.supply.forecast
    assert forecasting is not None
    forecasting.smoothed[:] = MEAN  # the shop has traded before
    generator = demand_stream(f"bullwhip {alpha}")
    orders, demands = np.zeros(skus), np.zeros(skus)
    for day in range(shelves.days):
        demand = generator.poisson(MEAN, skus)
        ordered = shelves.trade(demand, backorders=True)
        if day >= warm:
            assert (shelves.physical > 0).all(), "a day was censored"
            assert (ordered > 0).all(), "theory would order a negative quantity"
            orders += (ordered - MEAN) ** 2
            demands += (demand - MEAN) ** 2
    return ratio(orders, demands)


@pytest.mark.parametrize("alpha", [0.1, 0.3])
def test_smoothing_amplifies_as_theory_says(alpha: float) -> None:
    """Orders vary more than demand, the more the faster the shop learns; 2 % of that is seen."""
    expected = bullwhip(2, alpha)
    found = bullwhip_run(alpha)
    print(found, expected)
    assert found.agrees(expected)
    shifted = bullwhip_run(round(alpha * SHIFT, 6))
    print("shifted", shifted)
    assert not shifted.agrees(expected)
    assert shifted.agrees(bullwhip(2, alpha * SHIFT))
