"""What customers want: a whole run of visits as arrays, each with the marks it may need later.

Generated once a replication and shared by all arms, so that every setup meets the same people at
the same times. Each store, day and channel draws from a stream of its own.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.text import DAY_US
from sim.plan import TABLE_SHIFT, Plan
from sim.sequence import Moment
from sim.streams import marks, stream

Records = NDArray[Any]
HOUR_US = DAY_US // 24
CANDIDATES = 2  # skus drawn for a line: the second stands in where the basket has the first

VISIT = np.dtype(
    [
        ("time_us", "i8"),  # goods leave the shelf, or the web order is sent
        ("walk_us", "i8"),  # from the shelf to the till
        ("first_want", "i8"),
        ("wants", "i4"),
        ("customer", "i4"),
        ("noise", "i4"),  # of the service at till or picking, millionths
        ("stay", "u4"),  # mark: stays away where it is not below the customer's loyalty
        ("notice", "u4"),  # mark: until staff see the web order
        ("latency", "u4"),  # mark: of the order message
        ("loss", "u4"),  # mark: how many of its attempts fail
        ("typo", "u4"),  # mark: copied wrong
        ("store", "i2"),
        ("kind", "u1"),  # Moment: SHELF, WEB or SHRINK
    ],
    align=True,
)
WANT = np.dtype([("sku", "i4"), ("quantity", "i4"), ("response", "u4")], align=True)


@dataclass(frozen=True)
class Demand:
    """A run's visits in the total order, and what each wants.

    Attributes:
        visits: (n,) of VISIT by (time_us, kind, position).
        wants: (m,) of WANT; those of one visit lie together and name different skus.
    """

    visits: Records
    wants: Records


def generate(plan: Plan, replication: int) -> Demand:
    """All visits of one replication."""
    parts: list[tuple[Records, Records]] = []
    cdfs = [np.cumsum(weight) for weight in plan.catalogue.weight]
    households = [household_cdf(plan, store) for store in range(plan.stores)]
    for day in range(plan.days):
        for store in range(plan.stores):
            busy = day_effect(plan, replication, store, day)
            for kind in (Moment.SHELF, Moment.WEB, Moment.SHRINK):
                part = one_day(plan, replication, store, day, kind, busy)
                number, generator = part
                if number:
                    visits, wants = (
                        losses(plan, number, generator, store, day, cdfs[store])
                        if kind == Moment.SHRINK
                        else customers(
                            plan,
                            number,
                            generator,
                            store,
                            day,
                            kind,
                            cdfs[store],
                            households[store],
                        )
                    )
                    parts.append((visits, wants))
    return assemble(parts)


def one_day(
    plan: Plan, replication: int, store: int, day: int, kind: Moment, busy: float
) -> tuple[int, np.random.Generator]:
    """How many visits of one kind a store gets on a day, and the stream to draw them from."""
    scenario = plan.scenario
    generator = stream(scenario.seed, kind.name, replication, store, day)
    online = scenario.demand.online_share
    mean = scenario.stores[store].visits_by_weekday[day % 7] * busy
    if kind == Moment.SHELF:
        mean *= (1 - online) * float(plan.surge[day, 0])
    elif kind == Moment.WEB:
        mean *= online * float(plan.surge[day, 1])
    else:
        mean = float(plan.rate[store].sum()) * scenario.stock.shrinkage
    return int(generator.poisson(mean)), generator


def day_effect(plan: Plan, replication: int, store: int, day: int) -> float:
    """How much busier than its weekday a day is: lognormal with mean 1."""
    cv = plan.scenario.stores[store].day_effect_cv
    if cv == 0:
        return 1.0
    sigma2 = np.log1p(cv**2)
    generator = stream(plan.scenario.seed, "day", replication, store, day)
    return float(np.exp(generator.normal(-sigma2 / 2, np.sqrt(sigma2))))


def household_cdf(plan: Plan, store: int) -> NDArray[np.float64]:
    """Cumulated visit rates of the store's households: gamma, the same in all replications."""
    place = plan.scenario.stores[store]
    if place.visit_rate_cv == 0:
        rates = np.ones(place.households)
    else:
        generator = stream(plan.scenario.seed, "households", store)
        rates = generator.gamma(1 / place.visit_rate_cv**2, size=place.households)
    total = np.cumsum(rates)
    cdf: NDArray[np.float64] = total / total[-1]
    return cdf


def customers(
    plan: Plan,
    number: int,
    generator: np.random.Generator,
    store: int,
    day: int,
    kind: Moment,
    sku_cdf: NDArray[np.float64],
    customer_cdf: NDArray[np.float64],
) -> tuple[Records, Records]:
    """*number* visits of one store, day and channel, in the order in which they were drawn."""
    demand = plan.scenario.demand
    visits = np.zeros(number, VISIT)
    visits["kind"] = kind
    visits["store"] = store
    who = np.searchsorted(customer_cdf, generator.random(number), side="right")
    visits["customer"] = plan.first_customer[store] + np.minimum(who, len(customer_cdf) - 1)
    drawn = marks(generator, 7, number)
    for name, column in zip(("stay", "notice", "latency", "loss", "typo"), drawn, strict=False):
        visits[name] = column
    start_us = day * DAY_US
    if kind == Moment.WEB:
        visits["noise"] = plan.picking_noise[drawn[5] >> TABLE_SHIFT]
        visits["time_us"] = start_us + time_of_day(generator, demand.web_by_hour, number)
    else:
        visits["noise"] = plan.till_noise[drawn[5] >> TABLE_SHIFT]
        place = plan.scenario.stores[store]
        hours = time_of_day(
            generator, place.visits_by_hour, number, place.opens_us, place.closes_us
        )
        shopping_us = plan.shopping_us[drawn[6] >> TABLE_SHIFT]
        visits["time_us"] = start_us + hours + shopping_us // 2
        visits["walk_us"] = shopping_us - shopping_us // 2
    visits["wants"] = 1 + drawn_from(generator, demand.basket_lines, number)
    return visits, baskets(plan, generator, visits, sku_cdf)


def baskets(
    plan: Plan, generator: np.random.Generator, visits: Records, sku_cdf: NDArray[np.float64]
) -> Records:
    """What the visits want. A line keeps its second candidate in `response` until `assemble`."""
    number = int(visits["wants"].sum())
    lines = np.zeros(number, CANDIDATE)
    draws = generator.random((CANDIDATES, number)) * sku_cdf[-1]
    first, second = np.minimum(np.searchsorted(sku_cdf, draws, side="right"), len(sku_cdf) - 1)
    lines["sku"] = first
    lines["second"] = second
    lines["quantity"] = 1 + drawn_from(generator, plan.scenario.demand.line_quantity, number)
    lines["response"] = marks(generator, number)
    return lines


CANDIDATE = np.dtype([("sku", "i4"), ("quantity", "i4"), ("response", "u4"), ("second", "i4")])


def losses(
    plan: Plan,
    number: int,
    generator: np.random.Generator,
    store: int,
    day: int,
    sku_cdf: NDArray[np.float64],
) -> tuple[Records, Records]:
    """*number* units that disappear unrecorded while the store is open."""
    visits = np.zeros(number, VISIT)
    visits["kind"] = Moment.SHRINK
    visits["store"] = store
    opens_us, closes_us = plan.hours[store]
    visits["time_us"] = day * DAY_US + generator.integers(opens_us, closes_us, number)
    visits["wants"] = 1
    lines = np.zeros(number, CANDIDATE)
    drawn = np.searchsorted(sku_cdf, generator.random(number) * sku_cdf[-1], side="right")
    lines["sku"] = lines["second"] = np.minimum(drawn, len(sku_cdf) - 1)
    lines["quantity"] = 1
    return visits, lines


def time_of_day(
    generator: np.random.Generator,
    weights: tuple[float, ...],
    number: int,
    opens_us: int = 0,
    closes_us: int = DAY_US,
) -> NDArray[np.int64]:
    """(number,) us since midnight: an hour by weight, uniform within, inside opening hours."""
    edges = np.clip(np.arange(25) * HOUR_US, opens_us, closes_us)
    width = np.diff(edges)
    share = np.asarray(weights) * (width / HOUR_US)
    hour = drawn_from(generator, tuple(share / share.sum()), number)
    inside = (generator.random(number) * width[hour]).astype(np.int64)
    time_us: NDArray[np.int64] = edges[hour] + inside
    return time_us


def drawn_from(
    generator: np.random.Generator, shares: tuple[float, ...], number: int
) -> NDArray[np.int64]:
    """(number,) positions in *shares*, each with its probability."""
    cdf = np.cumsum(shares)
    position = np.searchsorted(cdf, generator.random(number) * cdf[-1], side="right")
    drawn: NDArray[np.int64] = np.minimum(position, len(cdf) - 1).astype(np.int64)
    return drawn


def assemble(parts: list[tuple[Records, Records]]) -> Demand:
    """One run out of its days: visits in order, no sku twice in a basket."""
    if not parts:
        return Demand(np.zeros(0, VISIT), np.zeros(0, WANT))
    visits = np.concatenate([visits for visits, _ in parts])
    lines = np.concatenate([lines for _, lines in parts])
    owner = np.repeat(np.arange(len(visits)), visits["wants"])
    again = repeated(owner, lines["sku"])
    lines["sku"][again] = lines["second"][again]
    kept = ~repeated(owner, lines["sku"])
    owner, lines = owner[kept], lines[kept]
    visits["wants"] = np.bincount(owner, minlength=len(visits))
    visits["first_want"] = np.cumsum(visits["wants"]) - visits["wants"]
    wants = np.zeros(len(lines), WANT)
    for name in ("sku", "quantity", "response"):
        wants[name] = lines[name]
    order = np.lexsort((visits["kind"], visits["time_us"]))  # stable: then as drawn
    return Demand(np.ascontiguousarray(visits[order]), wants)


def repeated(owner: NDArray[np.int64], sku: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which lines name a sku that an earlier line of the same visit names."""
    key = owner * (int(sku.max()) + 1) + sku
    order = np.argsort(key, kind="stable")
    same = np.zeros(len(key), bool)
    same[order[1:]] = key[order[1:]] == key[order[:-1]]
    return same
