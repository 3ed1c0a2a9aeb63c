"""What it costs that a reroute at any location takes the first that can, and looks at no lane.

Every order is routed by the engine's own chain; then the picker finds nothing of its first line.
The engine reroutes the line. Compared with: the cheapest single location, which a caller may name
in the same command, and the cheapest split, for which a caller would send several. The cases
flatter the engine: their warehouse is cheap, and has the lowest number.
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
        chosen = shop.reroute(units)
        engine = None
        if chosen is not None:
            taken = {(sku, chosen): units}
            wrong += [f"reroute: {fault}" for fault in faults(case, [wish], stock, [taken])]
            engine = cost(known, wish, taken)
        moved = Moved(engine, _single(known, wish, stock), _split(known, wish, stock))
        wrong += [f"reroute: {case.name}: {words}" for words in _faults(moved)]
        moves.append(moved)
    return moves


def _without(parcel_minor: Integers, paid: set[int]) -> Integers:
    """Costs of parcels where some places send one to this customer anyway."""
    left = parcel_minor.copy()
    left[sorted(paid)] = 0
    return left


def _single(case: Case, wish: Order, stock: Integers) -> int | None:
    """The cheapest location that has it all."""
    ((sku, units),) = wish.lines
    able = np.flatnonzero(stock[:, sku] >= units).tolist()
    return min((cost(case, wish, {(sku, place): units}) for place in able), default=None)


def _split(case: Case, wish: Order, stock: Integers) -> int | None:
    """The cheapest locations together."""
    plans = best(case, [wish], stock, may_refuse=False)
    return None if plans is None else cost(case, wish, plans[0])


def _faults(moved: Moved) -> list[str]:
    """What cannot be: cheaper than the cheapest, or refused where one location had it all."""
    found = []
    if (moved.engine_minor is None) != (moved.single_minor is None):
        found.append(f"the engine says {moved.engine_minor}, one place {moved.single_minor}")
    single = moved.single_minor
    if single is not None:
        if moved.engine_minor is not None and moved.engine_minor < single:
            found.append(f"costs {moved.engine_minor}, the cheapest place {single}")
        if moved.split_minor is None or single < moved.split_minor:
            found.append(f"the cheapest place costs {single}, the best split {moved.split_minor}")
    return found
