"""What orders took from where: its cost, and whether it could be done at all.

Nothing here knows the engine or the solver, so that neither can be wrong unseen.
"""

from collections.abc import Mapping, Sequence

from benchmarks.routing.cases import Case, Integers, Order

Served = Mapping[tuple[int, int], int] | None  # (sku, location) -> units; None: refused


def cost(case: Case, order: Order, served: Served) -> int:
    """Minor units: each unit, each parcel (one from every location used), or the loss."""
    if served is None:
        return order.lost_minor
    units = sum(
        int(case.unit_minor[location, order.zone]) * taken
        for (_, location), taken in served.items()
    )
    parcels = sum(int(case.parcel_minor[location, order.zone]) for location in used(served))
    return units + parcels


def used(served: Served) -> list[int]:
    """The locations that send a parcel, in order."""
    return sorted({location for (_, location), taken in (served or {}).items() if taken})


def faults(
    case: Case, orders: Sequence[Order], stock: Integers, plans: Sequence[Served]
) -> list[str]:
    """What is wrong with a plan a order, taken one after the other from *stock*."""
    found = []
    left = {
        (sku, location): int(stock[location, sku])
        for location in range(stock.shape[0])
        for sku in range(stock.shape[1])
    }
    if len(plans) != len(orders):
        found.append(f"{case.name}: {len(orders)} orders, {len(plans)} plans")
    for number, (order, served) in enumerate(zip(orders, plans, strict=False)):
        if served is None:
            continue
        given = dict.fromkeys(order.wanted, 0)
        for (sku, location), taken in served.items():
            if taken <= 0 or taken != int(taken):
                found.append(f"{case.name}, order {number}: takes {taken} of sku {sku}")
            if (sku, location) not in left:
                found.append(f"{case.name}, order {number}: nobody has sku {sku} at {location}")
                continue
            given[sku] = given.get(sku, 0) + taken
            left[sku, location] -= taken
            if left[sku, location] < 0:
                found.append(f"{case.name}, order {number}: sku {sku} at {location} is oversold")
        if given != order.wanted:
            found.append(f"{case.name}, order {number}: wants {order.wanted}, gets {given}")
    return found
