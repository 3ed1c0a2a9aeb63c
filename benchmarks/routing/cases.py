"""Cases of the routing lab: shops of a few locations, and orders one after the other.

Places and customers lie on a square of 100 km. The first location is a warehouse: far from most
customers, cheap to pick in, well stocked. The others are stores. A parcel has a price of its own,
so that two lines from one place cost less than two lines from two places; that is what makes
routing hard. Amounts are minor units.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.streams import stream

SIDE_KM = 100
BAND_KM = 5  # carriers price by bands, so distances tie
PARCEL_MINOR = 350
PARCEL_MINOR_A_KM = 2
UNIT_MINOR_A_KM = 0.2
PICK_MINOR = (40, 120)  # a unit, in the warehouse and in a store
LOST_MINOR_A_UNIT = 2_000  # an order that is refused costs so much a unit: margin and goodwill
DAY_US = 86_400_000_000

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Order:
    """What one customer wants, all or nothing."""

    zone: int
    lines: tuple[tuple[int, int], ...]  # sku, quantity

    @property
    def wanted(self) -> dict[int, int]:
        """Units by sku."""
        wanted: dict[int, int] = {}
        for sku, quantity in self.lines:
            wanted[sku] = wanted.get(sku, 0) + quantity
        return wanted

    @property
    def lost_minor(self) -> int:
        """What it costs to refuse the order."""
        return LOST_MINOR_A_UNIT * sum(quantity for _, quantity in self.lines)


@dataclass(frozen=True)
class Case:
    """A shop on one morning, and the orders of the day."""

    name: str
    tight: bool  # stock is about what is wanted, or a multiple of it
    places: NDArray[np.float64]  # (locations, 2) km
    customers: NDArray[np.float64]  # (zones, 2) km
    distance: Integers  # (locations, zones) km, in bands
    unit_minor: Integers  # (locations, zones) cost of a unit
    parcel_minor: Integers  # (locations, zones) cost of a parcel
    stock: Integers  # (locations, skus) units
    floors: Integers  # (locations, skus) units that a store likes to keep
    ends_us: Integers  # (locations, skus) end of sale of the stock; 0: none
    orders: tuple[Order, ...]


@dataclass(frozen=True)
class Size:
    """How large the cases of a kind are; pairs are the least and the most."""

    locations: tuple[int, int]
    zones: int
    skus: int
    orders: tuple[int, int]
    lines: tuple[int, int]
    units: tuple[int, int]


SMALL = Size(locations=(3, 8), zones=6, skus=6, orders=(4, 10), lines=(1, 5), units=(1, 3))
LARGE = Size(locations=(24, 24), zones=40, skus=40, orders=(250, 250), lines=(1, 5), units=(1, 3))


def generate(seed: int, number: int, size: Size = SMALL) -> Case:
    """Case *number* of a seed; the same on every machine, whichever others are made."""
    draw = stream(seed, "routing", size.locations[1], number)
    locations = int(draw.integers(size.locations[0], size.locations[1] + 1))
    tight = number % 2 == 0
    places = draw.uniform(0, SIDE_KM, (locations, 2))
    customers = draw.uniform(0, SIDE_KM, (size.zones, 2))
    orders = _orders(draw, size)
    stock = _stock(draw, orders, locations, size.skus, tight=tight)
    some = draw.random(stock.shape) < 0.5
    ends = draw.integers(2, 30, stock.shape) * DAY_US
    return Case(
        name=f"{'tight' if tight else 'ample'} {number}",
        tight=tight,
        places=places,
        customers=customers,
        **lanes(places, customers),
        stock=stock,
        floors=np.where(some, np.minimum(stock, 2), 0).astype(np.int64),
        ends_us=np.where(draw.random(stock.shape) < 0.7, ends, 0).astype(np.int64),
        orders=orders,
    )


def lanes(
    places: NDArray[np.float64], customers: NDArray[np.float64]
) -> dict[str, NDArray[np.int64]]:
    """Distances and costs from every place to every customer."""
    apart = np.hypot(*np.moveaxis(places[:, None] - customers[None], 2, 0))
    distance = (np.ceil(apart / BAND_KM) * BAND_KM).astype(np.int64)
    picking = np.full((len(places), 1), PICK_MINOR[1])
    picking[0] = PICK_MINOR[0]
    unit = picking + np.rint(UNIT_MINOR_A_KM * distance).astype(np.int64)
    parcel = PARCEL_MINOR + PARCEL_MINOR_A_KM * distance
    assert (unit + parcel).max() < LOST_MINOR_A_UNIT, "serving must cost less than refusing"
    return {"distance": distance, "unit_minor": unit, "parcel_minor": parcel}


def _orders(draw: np.random.Generator, size: Size) -> tuple[Order, ...]:
    """Orders of distinct skus; small ones are more frequent, and so are some skus."""
    liked = 1.0 / np.arange(1, size.skus + 1) ** 0.5
    liked /= liked.sum()
    orders = []
    for _ in range(int(draw.integers(size.orders[0], size.orders[1] + 1))):
        least, most = size.lines
        lines = int(min(draw.integers(least, most + 1), draw.integers(least, most + 1)))
        skus = draw.choice(size.skus, lines, replace=False, p=liked)
        units = draw.integers(size.units[0], size.units[1] + 1, lines)
        orders.append(
            Order(
                zone=int(draw.integers(size.zones)),
                lines=tuple((int(sku), int(q)) for sku, q in zip(skus, units, strict=True)),
            )
        )
    return tuple(orders)


def _stock(
    draw: np.random.Generator, orders: tuple[Order, ...], locations: int, skus: int, *, tight: bool
) -> Integers:
    """Stock of each sku by what is wanted of it, scattered: the warehouse has the largest part."""
    wanted = np.zeros(skus, np.int64)
    for order in orders:
        for sku, units in order.wanted.items():
            wanted[sku] += units
    factor = draw.uniform(0.8, 1.3, skus) if tight else draw.uniform(1.8, 4.0, skus)
    total = np.rint(wanted * factor).astype(np.int64)
    weight = np.ones(locations)
    weight[0] = 2.0
    stock = np.zeros((locations, skus), np.int64)
    for sku in range(skus):
        has_it = weight * (draw.random(locations) < 0.75)
        has_it[int(draw.integers(locations))] += 1.0
        stock[:, sku] = draw.multinomial(total[sku], has_it / has_it.sum())
    return stock
