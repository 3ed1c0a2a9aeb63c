"""What a web shop oversells that hears of the stock every T, against closed form and enumeration.

One sku lies on one shelf with U units. Shoppers come in a Poisson stream and take what is there,
web customers in another and order what the web shop shows; it learns of the stock n times a day.
Orders are picked the day after: what was sold twice is oversold. With one window the mean is
E(min(N1, U) + min(N2, U) - U)+ (closed form; .11144364 for U 5 and means of 2 and 1); with more,
`enumerated` goes through every number of shoppers and orders in each window. Error: four standard
errors, from the enumerated variance itself. Each sku of each store is one such shelf.
"""

from collections import defaultdict
from math import exp, factorial, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from scenarios.text import DAY_US
from sim.floor import Floor
from sim.recorder import Metric
from sim.sequence import Moment
from tests.sim.link_cases import table
from tests.truth.floors import (
    ONE_UNIT,
    ROUND_THE_CLOCK,
    TAKES_NOTHING_ELSE,
    LinksOnly,
    planned,
    stocked,
)

SKUS = 8000
SHELVES = 2 * SKUS
REPEATS = 5  # seeds a mean is taken over: so many shelves resolve 2 %
UNITS = 5
SHOPPERS, ORDERS = 2.0, 1.0  # means a shelf and day
MOST = 24  # nobody sees as many in one window: the probability is below 1e-15
IN_NO_TIME = tuple(
    f"{part}=0 s"
    for part in (
        *("demand.shopping_time", "till.base", "till.per_unit"),
        *("picking.base", "picking.per_unit"),
    )
)


def poisson(mean: float) -> list[float]:
    """Probabilities of 0, 1, ... MOST."""
    return [exp(-mean) * mean**k / factorial(k) for k in range(MOST + 1)]


def closed_form(shoppers: float, orders: float) -> float:
    """Units oversold in one window."""
    return sum(
        p * q * max(0, min(a, UNITS) + min(b, UNITS) - UNITS)
        for a, p in enumerate(poisson(shoppers))
        for b, q in enumerate(poisson(orders))
    )


def enumerated(windows: int, shoppers: float, orders: float) -> tuple[float, float]:
    """Mean and variance of the units oversold where the web shop hears at each window's start."""
    states = {(0, 0): 1.0}  # units sold in the store, units ordered on the web
    for _ in range(windows):
        following: defaultdict[tuple[int, int], float] = defaultdict(float)
        for (sold, ordered), share in states.items():
            shown = max(0, UNITS - sold - ordered)
            for a, p in enumerate(poisson(shoppers / windows)):
                for b, q in enumerate(poisson(orders / windows)):
                    state = min(UNITS, sold + a), ordered + min(b, shown)
                    following[state] += share * p * q
        states = following
    over = [(max(0, sold + ordered - UNITS), share) for (sold, ordered), share in states.items()]
    mean = sum(units * share for units, share in over)
    return mean, sum(units**2 * share for units, share in over) - mean**2


def traded(seed: int, windows: int) -> Floor:
    """A day of trading on many equal shelves, and another day to pick."""
    first_day = f"[{(SHOPPERS + ORDERS) * SKUS}, 0, 0, 0, 0, 0, 0]"
    base, demand = planned(
        seed,
        *ROUND_THE_CLOCK,
        *ONE_UNIT,
        *TAKES_NOTHING_ELSE,
        *IN_NO_TIME,
        *(f"stores.{store}.visits_by_weekday={first_day}" for store in (0, 1)),
        f"demand.online_share={ORDERS / (SHOPPERS + ORDERS)}",
        f"catalogue.generate.skus={SKUS}",
        "stock.shrinkage=0",
    )
    stock_link = {"technique": "poll", "period": f"{24 / windows} h"}
    order_link = {"technique": "event", "notice": "1 day"}
    floor = stocked(base, demand, UNITS, table(stock_link, order_link))
    LinksOnly(floor, [])
    floor.env.run_before(3 * DAY_US)
    return floor


def oversold(floor: Floor) -> int:
    """Units that were ordered and not found."""
    return int(floor.daily[..., Metric.UNITS_OVERSOLD].sum())


def test_closed_form_is_the_published_one() -> None:
    """One window is the closed form; the enumeration of one window is the same."""
    assert closed_form(2, 1) == pytest.approx(0.11144364, abs=1e-8)
    assert enumerated(1, 2, 1)[0] == pytest.approx(0.11144364, abs=1e-8)


@pytest.mark.parametrize(("windows", "seed"), [(1, 21), (4, 31), (12, 41)])
def test_blind_windows_oversell_what_theory_says(windows: int, seed: int) -> None:
    """Over 80,000 shelves the units oversold are those expected, within four standard errors."""
    seeds = range(seed, seed + REPEATS)
    found = sum(oversold(traded(number, windows)) for number in seeds)
    mean, variance = enumerated(windows, SHOPPERS, ORDERS)
    shifted, _ = enumerated(windows, 1.02 * SHOPPERS, 1.02 * ORDERS)
    shelves = REPEATS * SHELVES
    error = sqrt(shelves * variance)
    print(
        f"seeds {seed} and on, {windows} windows: {found} units, expected {shelves * mean:.0f} "
        f"+- {error:.0f}; with 2 % more customers {shelves * shifted:.0f}"
    )
    assert abs(found - shelves * mean) < 4 * error
    assert abs(found - shelves * shifted) > 4 * error, "control: 2 %"


def test_one_window_is_the_closed_form_path_by_path() -> None:
    """Whoever came to each shelf decides what is oversold there, to the unit.

    The control doubles each fiftieth visit of those that came: 2 % more are found out.
    """
    floor = traded(21, 1)
    visits, wants = floor.demand.visits, floor.demand.wants
    shelf = visits["store"].astype(np.int64) * SKUS + wants["sku"][visits["first_want"]]
    today = visits["time_us"] < DAY_US

    def expected(times: NDArray[np.int64]) -> int:
        came = [
            np.bincount(shelf, times * today * (visits["kind"] == kind), SHELVES)
            for kind in (Moment.SHELF, Moment.WEB)
        ]
        both = np.minimum(came[0], UNITS) + np.minimum(came[1], UNITS)
        return int(np.maximum(0, both - UNITS).sum())

    once = np.ones(len(visits), np.int64)
    doubled = once.copy()
    doubled[::50] = 2
    print(f"seed 21: {oversold(floor)} oversold, with 2 % more customers {expected(doubled)}")
    assert oversold(floor) == expected(once)
    assert oversold(floor) != expected(doubled)
