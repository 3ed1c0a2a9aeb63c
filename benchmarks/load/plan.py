"""What the load lab will ask of the service: every arrival of the run, made before it starts.

Arrivals are open-loop: they come at their own times whether or not earlier ones were answered, as
customers do. The rate is that of the scenario's busiest hour, played in the seconds of the run;
where the hour of a small shop would be too thin to measure anything, it is raised to a stated
floor and the plan says by how much it is faster than the shop.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.catalogue import Catalogue
from scenarios.models import Scenario

HOUR_S = 3600
ORDERS_PER_S_LEAST = 50.0
ORDERS_MOST = 20_000
READS_PER_ORDER = 5  # product pages seen for each order; our assumption, it only sets the mix
REPEATED_SHARE = 0.02  # orders sent twice under one Idempotency-Key, as a shaky phone would
ACCEPTED_SHARE = 0.8  # of orders that stock is laid in for: shelves run empty, some are refused
STREAM = 0x10AD  # the load lab's own stream


@dataclass(frozen=True)
class Line:
    """One line of an order."""

    sku: int
    quantity: int
    amount_minor: int


@dataclass(frozen=True)
class Arrival:
    """One thing a customer does, `at_s` after the start.

    Without lines it is a look at the stock of `sku`; with lines it is an order at `location`.
    `order` is the order's number; a repeat has the number and the lines of the one it repeats.
    """

    at_s: float
    sku: int
    location: int
    lines: tuple[Line, ...] = ()
    order: int | None = None
    repeat: bool = False


@dataclass(frozen=True)
class Plan:
    """The whole run.

    Attributes:
        scenario: its name.
        seconds: how long arrivals come.
        shop_orders_per_s: web orders a second of the shop's busiest hour.
        orders_per_s: the same in this run.
        skus: codes, in the order of the arrivals' numbers.
        locations: names of the stores.
        stock: units at the start, [location][sku].
        arrivals: in the order of time.
    """

    scenario: str
    seconds: float
    shop_orders_per_s: float
    orders_per_s: float
    skus: list[str]
    locations: list[str]
    stock: list[list[int]]
    arrivals: list[Arrival]

    @property
    def speed(self) -> float:
        """How many times as fast as in the shop orders come."""
        return self.orders_per_s / self.shop_orders_per_s

    @property
    def orders(self) -> int:
        """Orders that will be sent, repeats not counted."""
        return sum(1 for a in self.arrivals if a.lines and not a.repeat)

    def write(self, place: Path) -> None:
        """Store the plan for the process of the shoppers."""
        place.write_text(json.dumps(asdict(self)), encoding="utf-8")


def make(scenario: Scenario, catalogue: Catalogue, seconds: float) -> Plan:
    """The plan of a run of *seconds*."""
    shop_rate = peak_orders_per_s(scenario)
    rate = max(shop_rate * HOUR_S / seconds, ORDERS_PER_S_LEAST)
    rate = min(rate, ORDERS_MOST / seconds)
    stream = np.random.Generator(
        np.random.Philox(np.random.SeedSequence(scenario.seed, spawn_key=(STREAM,)))
    )
    arrivals = _arrivals(scenario, catalogue, seconds, rate, stream)
    return Plan(
        scenario=scenario.name,
        seconds=seconds,
        shop_orders_per_s=shop_rate,
        orders_per_s=rate,
        skus=list(catalogue.codes),
        locations=[store.name for store in scenario.stores],
        stock=_stock(arrivals, (len(scenario.stores), len(catalogue.codes)), stream),
        arrivals=arrivals,
    )


def peak_orders_per_s(scenario: Scenario) -> float:
    """Web orders a second in the busiest hour of the busiest weekday of an ordinary week."""
    by_day = np.sum([store.visits_by_weekday for store in scenario.stores], axis=0)
    hours = np.asarray(scenario.demand.web_by_hour)
    share = float(hours.max() / hours.sum())
    return max(1e-9, float(by_day.max()) * scenario.demand.online_share * share / HOUR_S)


def _arrivals(
    scenario: Scenario,
    catalogue: Catalogue,
    seconds: float,
    rate: float,
    stream: np.random.Generator,
) -> list[Arrival]:
    """Poisson arrivals of orders and looks, some orders repeated a moment later."""
    count = min(ORDERS_MOST, max(1, int(stream.poisson(rate * seconds))))
    times = np.sort(stream.uniform(0.0, seconds, count))
    visits = np.array([sum(store.visits_by_weekday) for store in scenario.stores])
    stores = stream.choice(len(visits), count, p=visits / visits.sum())
    cumulative = np.cumsum(catalogue.weight, axis=1)
    line_counts = 1 + _draw(scenario.demand.basket_lines, count, stream)
    found: list[Arrival] = []
    for number, (at_s, store) in enumerate(zip(times, stores, strict=True)):
        bar = cumulative[store]
        skus = np.unique(np.searchsorted(bar, stream.uniform(0, bar[-1], line_counts[number])))
        quantities = 1 + _draw(scenario.demand.line_quantity, len(skus), stream)
        lines = tuple(
            Line(int(sku), int(quantity), int(catalogue.price_minor[sku] * quantity))
            for sku, quantity in zip(skus, quantities, strict=True)
        )
        found.append(Arrival(float(at_s), lines[0].sku, int(store), lines, order=number))
        if stream.uniform() < REPEATED_SHARE:
            again = float(at_s + stream.exponential(0.05))
            found.append(Arrival(again, lines[0].sku, int(store), lines, number, repeat=True))
    looks = np.sort(stream.uniform(0.0, seconds, count * READS_PER_ORDER))
    bar = cumulative.mean(axis=0)
    seen = np.searchsorted(bar, stream.uniform(0, bar[-1], len(looks)))
    found += [Arrival(float(at), int(sku), 0) for at, sku in zip(looks, seen, strict=True)]
    return sorted(found, key=lambda arrival: arrival.at_s)


def _draw(shares: tuple[float, ...], count: int, stream: np.random.Generator) -> NDArray[np.int64]:
    """*count* positions drawn by *shares*."""
    weights = np.asarray(shares, dtype=np.float64)
    return stream.choice(len(weights), count, p=weights / weights.sum()).astype(np.int64)


def _stock(
    arrivals: list[Arrival], shape: tuple[int, int], stream: np.random.Generator
) -> list[list[int]]:
    """Units at the start: each unit that will be wanted is there with one probability.

    It is chosen so that an order of average size would find all of its units ACCEPTED_SHARE of
    the time.
    """
    wanted = np.zeros(shape, dtype=np.int64)
    orders = [arrival for arrival in arrivals if arrival.lines and not arrival.repeat]
    for arrival in orders:
        for line in arrival.lines:
            wanted[arrival.location, line.sku] += line.quantity
    there = ACCEPTED_SHARE ** (len(orders) / max(1, int(wanted.sum())))
    stock: list[list[int]] = stream.binomial(wanted, there).tolist()
    return stock
