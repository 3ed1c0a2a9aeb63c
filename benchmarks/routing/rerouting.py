"""What it costs to send from elsewhere what the picker did not find.

Every order is routed by the engine's own chain; then nothing is found of its first line. The engine
reroutes the line by the same chain. Compared with: the first location that has it all, as systems
do that look at no lane, the cheapest single location, and the cheapest split. The cases flatter the
first location: their warehouse is cheap, and has the lowest number.
"""

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.routing.cases import Case, Integers, Order
from benchmarks.routing.optimum import best
from benchmarks.routing.plans import cost, faults
from benchmarks.routing.shop import Shop


@dataclass(frozen=True)
class Moved:
    """One line that was not found, and what sending it from elsewhere costs; None: cannot be."""

    engine_minor: int | None
    first_minor: int | None
    single_minor: int | None
    split_minor: int | None


def play(case: Case, wrong: list[str]) -> list[Moved]:
    """Reroute the first line of every order of *case*; *wrong* gets what must not be."""
    shop = Shop(case, floors=False)
    moves = []
    for order in case.orders:
        if shop.route(order) is None:
            continue
        lost, *others = shop.lines()
        sku, units, place = int(lost["sku"]), int(lost["allocated"]), int(lost["location"])
        shop.find_nothing()
        paid = {int(line["location"]) for line in others}
        stock = shop.stock
        stock[place] = 0  # nobody looks twice on the same shelf
        wish = Order(order.zone, ((sku, units),))
        known = replace(case, parcel_minor=_without(case.parcel_minor, paid))
        taken = shop.reroute(units, order.zone)
        engine = None
        if taken is not None:
            wrong += [f"reroute: {fault}" for fault in faults(case, [wish], stock, [taken])]
            engine = cost(known, wish, taken)
        alone = _alone(known, wish, stock)
        moved = Moved(
            engine,
            first_minor=next(iter(alone), None),
            single_minor=min(alone, default=None),
            split_minor=_split(known, wish, stock),
        )
        wrong += [f"reroute: {case.name}: {words}" for words in _faults(moved)]
        moves.append(moved)
    return moves


def _without(parcel_minor: Integers, paid: set[int]) -> Integers:
    """Costs of parcels where some places send one to this customer anyway."""
    left = parcel_minor.copy()
    left[sorted(paid)] = 0
    return left


def _alone(case: Case, wish: Order, stock: Integers) -> list[int]:
    """What each location costs that has it all, in the order of their numbers."""
    ((sku, units),) = wish.lines
    able = np.flatnonzero(stock[:, sku] >= units).tolist()
    return [cost(case, wish, {(sku, place): units}) for place in able]


def _split(case: Case, wish: Order, stock: Integers) -> int | None:
    """The cheapest locations together."""
    plans = best(case, [wish], stock, may_refuse=False)
    return None if plans is None else cost(case, wish, plans[0])


def _faults(moved: Moved) -> list[str]:
    """What cannot be: cheaper than the cheapest, or refused where one location had it all."""
    found = []
    if moved.engine_minor is None and moved.single_minor is not None:
        found.append(f"the engine says None, one place {moved.single_minor}")
    least = moved.split_minor
    found += [
        f"{paid} is less than the best split costs, {least}"
        for paid in (moved.engine_minor, moved.single_minor)
        if paid is not None and (least is None or paid < least)
    ]
    return found
