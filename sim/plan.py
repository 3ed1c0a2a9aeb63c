"""A scenario as the integers and tables that both forms of the twin run on.

Everything that is drawn by table is rounded to integers here, once: times to microseconds, noise
to millionths. After this file no float decides anything.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scenarios.catalogue import Catalogue
from scenarios.distributions import Distribution
from scenarios.faults import CHANNELS, visit_factor
from scenarios.links import LinkTable
from scenarios.models import Scenario
from scenarios.text import DAY_US
from sim.levels import levels_for
from sim.season import seasonal_skus
from sim.streams import threshold

Integers = NDArray[np.int64]

TABLE = 1024  # slices of a distribution
TABLE_SHIFT = 22  # a 32-bit mark >> 22 is its slice
MILLION = 1_000_000
ATTEMPTS_MAX = 20
LATE_US = DAY_US


class Param(IntEnum):
    """Positions in the array of parameters; the second half changes with the setup."""

    STORES = 0
    SKUS = 1
    END_US = 2
    LOST = 3  # response below: the customer buys elsewhere or not at all
    SUBSTITUTE = 4  # response below: takes a substitute; above: comes back
    DELAY_US = 5
    CHURN = 6  # threshold lost of the customer's loyalty of 2**32, in proportion
    TILL_BASE_US = 7
    TILL_UNIT_US = 8
    PICK_BASE_US = 9
    PICK_UNIT_US = 10
    ONE_SYSTEM = 11
    POOL = 12  # 1: the web shop sells from a stock of its own
    STOCK_EVENTS = 13  # 1: each change of the record is sent as a message
    MEANING = 14
    BUFFER = 15
    GUARD = 16  # 1: older messages are dropped
    STOCK_ATTEMPTS = 17
    STOCK_BACKOFF_US = 18
    DUPLICATION = 19
    ORDER_EVENTS = 20  # 1: each web order is sent to the record as a message
    ORDER_ATTEMPTS = 21
    ORDER_BACKOFF_US = 22
    ORDER_TYPO = 23
    ORDER_BY_HAND = 24


class Meaning(IntEnum):
    """What the number in a stock message says."""

    AVAILABLE = 0
    ON_HAND = 1
    DELTA = 2


MEANINGS = {
    "absolute_available": Meaning.AVAILABLE,
    "absolute_on_hand": Meaning.ON_HAND,
    "delta": Meaning.DELTA,
}


class Table(IntEnum):
    """Rows of `LinkPlan.tables`."""

    STOCK_LATENCY = 0
    ORDER_LATENCY = 1
    NOTICE = 2


@dataclass(frozen=True)
class LinkPlan:
    """One table of links in integers.

    Attributes:
        links: the table itself.
        params: (len(Param),) int64, only the positions from ONE_SYSTEM on.
        tables: (3, TABLE) int64, us by slice.
        losses: (2, ATTEMPTS_MAX + 1) int64: mark below which k attempts in a row fail.
        reorder_at: (2 * stores, skus) int64; -1 where nothing is ordered.
        order_up_to: (2 * stores, skus) int64.
    """

    links: LinkTable
    params: Integers
    tables: Integers
    losses: Integers
    reorder_at: Integers
    order_up_to: Integers


@dataclass(frozen=True)
class Plan:
    """The scenario in integers, all setups aside.

    Attributes:
        scenario: as loaded.
        catalogue: as read.
        days: run-in included.
        run_in_days: days that do not count.
        rate: (stores, skus) float64, units wanted a day, both channels; surges are not foreseen.
        surge: (days, 2) float64, what visits of store and web are multiplied by.
        params: (len(Param),) int64, the positions before ONE_SYSTEM.
        hours: (stores, 2) int64, opens and closes, us since midnight.
        shopping_us: (TABLE,) int64.
        till_noise: (TABLE,) int64, millionths.
        picking_noise: (TABLE,) int64, millionths.
        first_customer: (stores + 1,) int64.
    """

    scenario: Scenario
    catalogue: Catalogue
    days: int
    run_in_days: int
    rate: NDArray[np.float64]
    surge: NDArray[np.float64]
    params: Integers
    hours: Integers
    shopping_us: Integers
    till_noise: Integers
    picking_noise: Integers
    first_customer: Integers

    @property
    def stores(self) -> int:
        """How many stores."""
        return len(self.hours)

    @property
    def skus(self) -> int:
        """How many skus."""
        return len(self.catalogue.codes)


def plan(scenario: Scenario, catalogue: Catalogue) -> Plan:
    """Put *scenario* into integers."""
    days = (scenario.horizon.run_in_us + scenario.horizon.trading_us) // DAY_US
    params = np.zeros(len(Param), np.int64)
    demand = scenario.demand
    response = demand.stockout_response
    params[Param.STORES] = len(scenario.stores)
    params[Param.SKUS] = len(catalogue.codes)
    params[Param.END_US] = days * DAY_US
    params[Param.LOST] = threshold(response.lost)
    params[Param.SUBSTITUTE] = threshold(response.lost + response.substitute)
    params[Param.DELAY_US] = demand.delay_us
    params[Param.CHURN] = threshold(demand.churn_after_cancellation)
    params[Param.TILL_BASE_US] = scenario.till.base_us
    params[Param.TILL_UNIT_US] = scenario.till.per_unit_us
    params[Param.PICK_BASE_US] = scenario.picking.base_us
    params[Param.PICK_UNIT_US] = scenario.picking.per_unit_us
    households = [store.households for store in scenario.stores]
    return Plan(
        scenario=scenario,
        catalogue=catalogue,
        days=int(days),
        run_in_days=int(scenario.horizon.run_in_us // DAY_US),
        rate=units_a_day(scenario, catalogue),
        surge=surges(scenario, int(days)),
        params=params,
        hours=np.array([(s.opens_us, s.closes_us) for s in scenario.stores], np.int64),
        shopping_us=sliced(demand.shopping_time),
        till_noise=noise(scenario.till.noise_cv),
        picking_noise=noise(scenario.picking.noise_cv),
        first_customer=np.concatenate(([0], np.cumsum(households))).astype(np.int64),
    )


def units_a_day(scenario: Scenario, catalogue: Catalogue) -> NDArray[np.float64]:
    """(stores, skus) units that customers of both channels want on a mean day."""
    lines = np.dot(scenario.demand.basket_lines, 1 + np.arange(len(scenario.demand.basket_lines)))
    quantity = mean_quantity(scenario)
    visits = np.array([np.mean(store.visits_by_weekday) for store in scenario.stores])
    rate: NDArray[np.float64] = (visits * lines * quantity)[:, None] * catalogue.weight
    return rate


def surges(scenario: Scenario, days: int) -> NDArray[np.float64]:
    """(days, 2): the product of the surges of each day, for visits of the store and of the web."""
    first = scenario.horizon.start
    return np.array(
        [
            [visit_factor(scenario.faults, first + timedelta(days=day), c) for c in CHANNELS]
            for day in range(days)
        ]
    )


def mean_quantity(scenario: Scenario) -> float:
    """Units of a line."""
    shares = scenario.demand.line_quantity
    return float(np.dot(shares, 1 + np.arange(len(shares))))


def sliced(distribution: Distribution) -> Integers:
    """(TABLE,) int64: the distribution's value in the middle of each slice, rounded."""
    table: Integers = np.rint(distribution.quantiles(TABLE)).astype(np.int64)
    return table


def noise(cv: float) -> Integers:
    """(TABLE,) int64, millionths: a lognormal of mean 1 and this coefficient of variation."""
    sigma2 = float(np.log1p(cv**2))
    text = f"lognormal({np.exp(-sigma2 / 2)!r}, {np.sqrt(sigma2)!r})"
    parameters = (float(np.exp(-sigma2 / 2)), float(np.sqrt(sigma2)))
    table = Distribution("factor", "lognormal", parameters, text).quantiles(TABLE)
    millionths: Integers = np.rint(MILLION * table / table.mean()).astype(np.int64)
    return millionths


def plan_links(base: Plan, links: LinkTable) -> LinkPlan:
    """Put one table of links into integers."""
    stock, order = links.stock, links.order
    params = np.zeros(len(Param), np.int64)
    params[Param.ONE_SYSTEM] = links.one_system
    params[Param.POOL] = links.web_pool > 0
    params[Param.STOCK_EVENTS] = stock.technique == "event"
    params[Param.MEANING] = MEANINGS[stock.meaning]
    params[Param.BUFFER] = stock.buffer
    params[Param.GUARD] = stock.version_guard
    params[Param.STOCK_ATTEMPTS] = stock.attempts
    params[Param.STOCK_BACKOFF_US] = stock.backoff_us
    params[Param.DUPLICATION] = threshold(stock.duplication)
    params[Param.ORDER_EVENTS] = order.technique == "event"
    params[Param.ORDER_ATTEMPTS] = order.attempts
    params[Param.ORDER_BACKOFF_US] = order.backoff_us
    params[Param.ORDER_TYPO] = threshold(order.entry_error)
    params[Param.ORDER_BY_HAND] = order.technique == "manual"
    reorder_at, order_up_to = reorder_levels(base, links)
    return LinkPlan(
        links=links,
        params=params,
        tables=np.stack([sliced(d) for d in (stock.latency, order.latency, order.notice)]),
        losses=np.array(
            [[threshold(link.loss**k) for k in range(ATTEMPTS_MAX + 1)] for link in (stock, order)],
            np.int64,
        ),
        reorder_at=reorder_at,
        order_up_to=order_up_to,
    )


def reorder_levels(base: Plan, links: LinkTable) -> tuple[Integers, Integers]:
    """(s, S) of every level, stores first, web pools after.

    With a web pool each shelf plans for its own share of demand. What is bought once for a season
    has no levels.
    """
    online = base.scenario.demand.online_share
    split = (1 - online, online) if links.web_pool > 0 else (1.0, 0.0)
    rate = np.concatenate([base.rate * part for part in split])
    rate[:, seasonal_skus(base.scenario, base.skus)] = 0
    return levels_for(base.scenario, rate, base.catalogue.cost_minor)
