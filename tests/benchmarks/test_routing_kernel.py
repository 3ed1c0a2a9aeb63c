"""Routing in the kernel does what its rules read like, on every kind of shop."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core._jit import jit
from core._lend import Kept, borrowed
from core.kernels.availability import extra_for
from core.kernels.finding import find
from core.kernels.routing import route
from core.kernels.tables import (
    Array,
    Extra,
    Int,
    Lane,
    Meta,
    Part,
    Product,
    Tables,
    allocate,
    sample_tables,
    tables_at,
)
from core.records import LINE, Paper
from core.schema import (
    ANY_LOCATION,
    COMMAND,
    LEVEL_MAX,
    SPLITS_MAX,
    TIME_MAX_US,
    ZONES,
    Operation,
    Route,
    State,
)
from sim.streams import stream
from tests.benchmarks.routing_naive import NaiveRouting, Wish

SKUS = 6
KITS = (4, 5)
ZONE = 3
CHANNEL = 2
ORDER_ID = 77
RULES = tuple(Route)[1:]
SEED = 20261121


@jit
def route_at(address: Int, commands: Array, at: Int, last: Int) -> Int:
    """`route` for callers in Python."""
    t = tables_at(address)
    lent = borrowed(commands)
    return route(t, lent, at, last, lent[at])


@dataclass
class Shop:
    """The same shop twice: dictionaries, and tables filled from them."""

    naive: NaiveRouting
    wishes: list[Wish]
    used: set[int]

    def kernel(self, at: int = 0) -> list[tuple[int, int]] | None:
        """What the kernel decides about wishes[at]."""
        tables = self.tables()
        commands = self.commands()
        kept = Kept(tables, sample_tables)
        count = route_at(kept.address, commands, at, len(commands) - 1)
        plan = tables.plan[:count].tolist()
        return [(location, units) for location, units in plan] or None

    def model(self, at: int = 0) -> list[tuple[int, int]] | None:
        """What the rules say about wishes[at]."""
        return self.naive.decide(self.wishes, at, ZONE, self.used)

    def commands(self) -> NDArray[Any]:
        """One chain: an order of which the lines in `used` have been placed."""
        commands = np.zeros(len(self.wishes), COMMAND)
        commands["order_id"] = ORDER_ID
        commands["operation"] = Operation.PLACE
        commands["location"] = ANY_LOCATION
        commands["location_to"] = ZONE
        commands["channel"] = CHANNEL
        for i, (command, wish) in enumerate(zip(commands, self.wishes, strict=True)):
            command["sku"], command["quantity"] = wish.sku, wish.quantity
            if not wish.routed:
                field, value = (
                    ("operation", Operation.RESERVE),
                    ("location", 0),
                    ("sku", SKUS),
                    ("sku", -1),
                )[i - 1]
                command[field] = value
        return commands

    def tables(self) -> Tables:
        """Tables that say what the dictionaries say."""
        naive = self.naive
        t = allocate(SKUS, naive.locations, 16, 16)
        t.meta[Meta.ROUTING] = sum(rule << 8 * i for i, rule in enumerate(naive.chain))
        t = t._replace(extras=np.zeros((SKUS * naive.locations + 2, t.extras.shape[1]), np.int64))
        for (sku, location), units in naive.available.items():
            t.levels[location * SKUS + sku, State.AVAILABLE] = units
        for (sku, location), units in naive.committed.items():
            t.levels[location * SKUS + sku, State.COMMITTED] = units
        _fill_extras(t, naive)
        _fill_kits(t, naive)
        for column, costs in (
            (Lane.UNIT, naive.unit),
            (Lane.PARCEL, naive.parcel),
            (Lane.DISTANCE, naive.distance),
        ):
            for (location, zone), cost in costs.items():
                t.lanes[location * ZONES + zone, column] = cost
        for location in naive.closed:
            t.places[location] = 0xFF & ~(1 << CHANNEL)
        # Two lines that are no part of it: one from before the chain, one of another order.
        lines = np.zeros(2 + len(self.used), LINE)
        lines["order_id"] = ORDER_ID
        lines["order_id"][1] = ORDER_ID - 1
        lines["location"] = [0, naive.locations - 1, *sorted(self.used)]
        lines["allocated"] = 1
        at = t.meta[Meta.ORDER_SLOT] = find(t.orders, ORDER_ID)
        if self.used:
            t.orders[at]["id"] = ORDER_ID
            t.orders[at]["first_line"] = 2
            t.orders[at]["lines"] = len(self.used)
        t.meta[Meta.CHAIN_LINES] = 1
        t.meta[Meta.LINES] = len(lines)
        return t._replace(lines=lines)


def _fill_extras(t: Tables, naive: NaiveRouting) -> None:
    """Buffers, other channels' fences, floors and lots."""
    for (sku, location), units in naive.kept_back.items():
        extra = extra_for(t, location * SKUS + sku)
        t.extras[extra, Extra.BUFFER + CHANNEL] = units // 2
        t.extras[extra, Extra.FENCE + CHANNEL + 1] = units - units // 2
        t.extras[extra, Extra.FENCE + CHANNEL] = 5  # our own: not kept back
        t.extras[extra, Extra.BUFFER + CHANNEL + 1] = 5  # another channel's
    for (sku, location), units in naive.floors.items():
        t.extras[extra_for(t, location * SKUS + sku), Extra.FLOOR] = units
    for number, ((sku, location), end) in enumerate(naive.ends_us.items(), start=1):
        at = find(t.documents, number)
        t.documents[at]["id"] = number
        t.documents[at]["kind"] = Paper.LOT
        t.documents[at]["open"] = 1
        t.documents[at]["due_us"] = end
        t.extras[extra_for(t, location * SKUS + sku), Extra.LOTS] = number


def _fill_kits(t: Tables, naive: NaiveRouting) -> None:
    """Lists of parts."""
    piece = 0
    for kit, parts in naive.kits.items():
        for component, per in parts.items():
            piece += 1
            t.parts[piece, Part.COMPONENT] = component
            t.parts[piece, Part.PER] = per
            t.parts[piece, Part.NEXT] = t.catalogue[kit, Product.PARTS]
            t.catalogue[kit, Product.PARTS] = piece


def plain_shop(locations: int, chain: tuple[Route, ...], units: int = 5) -> Shop:
    """Locations that no rule can tell apart; a customer wants one unit of sku 0."""
    naive = NaiveRouting(locations, chain)
    naive.available = {(0, location): units for location in range(locations)}
    return Shop(naive, [Wish(0, 1)], set())


def prefer(shop: Shop, rule: Route, location: int) -> None:
    """Change what *rule* looks at, so that it prefers one location; no other rule sees it."""
    naive = shop.naive
    others = [other for other in range(naive.locations) if other != location]
    if rule is Route.STORE_FLOOR:
        naive.floors |= {(0, other): 9 for other in others}
    elif rule is Route.NEAREST:
        naive.distance |= {(other, ZONE): 10 for other in others}
    elif rule is Route.FEWEST_SPLITS:
        shop.wishes = [Wish(0, 1), Wish(1, 2)]
        naive.available[1, location] = 2
    elif rule is Route.LOWEST_COST:
        naive.parcel |= {(other, ZONE): 1 for other in others}
    elif rule is Route.BALANCE:
        naive.available[0, location] += 1
    else:
        naive.ends_us[0, location] = 10


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_decides(rule: Route) -> None:
    """Each rule sends the parcel to the location that it stands for, though others come first."""
    shop = plain_shop(4, (rule,))
    prefer(shop, rule, 2)
    assert shop.kernel() == shop.model() == [(2, 1)]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("before", RULES)
def test_what_ties_falls_through(before: Route, rule: Route) -> None:
    """A rule that cannot tell the locations apart leaves them to the next one."""
    shop = plain_shop(3, (before, rule))
    prefer(shop, rule, 1)
    assert shop.kernel() == shop.model() == [(1, 1)]


@pytest.mark.parametrize("first", RULES)
@pytest.mark.parametrize("second", RULES)
def test_the_first_that_does_not_tie_wins(first: Route, second: Route) -> None:
    """Where two rules disagree, the one that stands first decides."""
    if first is second:
        return
    shop = plain_shop(3, (first, second))
    prefer(shop, second, 1)
    prefer(shop, first, 2)
    assert shop.kernel() == shop.model() == [(2, 1)]


def test_all_tied_goes_to_the_lowest_number() -> None:
    """Where no rule has a preference, the lowest number serves."""
    assert plain_shop(5, RULES).kernel() == [(0, 1)]


def test_a_line_is_shared() -> None:
    """A location gives what it has; the next best gives the rest."""
    shop = plain_shop(4, (Route.NEAREST,), units=2)
    shop.naive.distance = {(location, ZONE): 10 - location for location in range(4)}
    shop.wishes = [Wish(0, 5)]
    assert shop.kernel() == shop.model() == [(3, 2), (2, 2), (1, 1)]


@pytest.mark.parametrize(("quantity", "served"), [(SPLITS_MAX, True), (SPLITS_MAX + 1, False)])
def test_a_line_is_shared_by_so_many_and_no_more(quantity: int, *, served: bool) -> None:
    """Beyond SPLITS_MAX locations a line is refused, whatever the others have."""
    shop = plain_shop(SPLITS_MAX + 2, (Route.NEAREST,), units=1)
    shop.wishes = [Wish(0, quantity)]
    assert (shop.kernel() is not None) == served
    assert shop.kernel() == shop.model()


def test_a_second_parcel_is_foreseen() -> None:
    """Cheap units from two places cost more than dearer ones from one, and routing sees it."""
    shop = plain_shop(2, (Route.LOWEST_COST,))
    shop.wishes = [Wish(0, 1), Wish(1, 1)]
    shop.naive.available[1, 1] = 1
    shop.naive.parcel = {(0, ZONE): 400, (1, ZONE): 400}
    shop.naive.unit = {(0, ZONE): 0, (1, ZONE): 500}
    assert shop.kernel() == shop.model() == [(1, 1)]
    shop.naive.unit[1, ZONE] = 601
    assert shop.kernel() == shop.model() == [(0, 1)]


def test_costs_are_compared_exactly() -> None:
    """Thirds do not tie with what is nearly a third, and the largest numbers do not overflow."""
    shop = plain_shop(2, (Route.LOWEST_COST,), units=LEVEL_MAX)
    most = 2**31 - 1
    shop.wishes = [Wish(0, LEVEL_MAX), Wish(1, LEVEL_MAX), Wish(2, LEVEL_MAX)]
    shop.naive.available |= {(1, 1): LEVEL_MAX, (2, 1): LEVEL_MAX - 1, (2, 0): LEVEL_MAX}
    shop.naive.unit = {(0, ZONE): most, (1, ZONE): most}
    shop.naive.parcel = {(0, ZONE): most, (1, ZONE): most - 1}
    for at in range(3):
        assert shop.kernel(at) == shop.model(at)
    shop.naive.available[2, 1] = LEVEL_MAX
    for at in range(3):
        assert shop.kernel(at) == shop.model(at)


def test_equal_fractions_tie() -> None:
    """Four sixths of a cent a unit are two thirds: the rules go on."""
    shop = plain_shop(2, (Route.LOWEST_COST,), units=6)
    shop.wishes = [Wish(0, 6)]
    shop.naive.available[0, 1] = 3
    shop.naive.parcel = {(0, ZONE): 4, (1, ZONE): 1}
    assert shop.kernel() == shop.model() == [(0, 6)]


def drawn(draw: np.random.Generator) -> Shop:
    """A shop in which numbers are small, so that much ties, or now and then as large as can be."""
    locations = int(draw.integers(1, 11))
    chain = draw.permutation(RULES)[: draw.integers(1, 5)].tolist()
    naive = NaiveRouting(locations, tuple(Route(rule) for rule in chain))
    naive.kits = {4: {0: 2, 1: 1}, 5: {1: 1, 2: 3, 3: 1}}
    large = draw.random() < 0.1
    for level in np.ndindex(4, locations):
        _draw_level(draw, naive, level, LEVEL_MAX + 1 if large else 6)
    for lane in [(location, zone) for location in range(locations) for zone in (ZONE, ZONE + 1)]:
        for costs in (naive.distance, naive.unit, naive.parcel):
            costs[lane] = int(draw.integers(2**31 if large else 4))
    naive.closed = set(np.flatnonzero(draw.random(locations) < 0.15).tolist())
    most = LEVEL_MAX if large and draw.random() < 0.5 else 8
    wishes = [
        Wish(int(draw.integers(SKUS)), int(draw.integers(1, most + 1)), draw.random() < 0.8)
        for _ in range(int(draw.integers(1, 6)))
    ]
    wishes[0].routed = True
    for later in wishes[1:]:
        later.quantity *= -1 if draw.random() < 0.1 else 1
    return Shop(naive, wishes, set(np.flatnonzero(draw.random(locations) < 0.15).tolist()))


def _draw_level(
    draw: np.random.Generator, naive: NaiveRouting, level: tuple[int, ...], most: int
) -> None:
    """What lies at one level, and what some levels have besides."""
    sku, location = level
    naive.available[sku, location] = int(draw.integers(-1, most))
    for share, least, most_of_it, numbers in (
        (0.2, 0, 4, naive.kept_back),
        (0.3, 0, 4, naive.floors),
        (0.4, 10, 13, naive.ends_us),
        (0.05, LEVEL_MAX - 2, LEVEL_MAX + 1, naive.committed),
    ):
        if draw.random() < share:
            numbers[sku, location] = int(draw.integers(least, most_of_it))


def test_the_kernel_decides_as_the_rules_read() -> None:
    """On a thousand shops of all kinds, kernel and dictionaries choose the same locations."""
    seen = {"refused": 0, "split": 0, "kit": 0, "one": 0}
    for number in range(1000):
        shop = drawn(stream(SEED, "routing rules", number))
        expected = shop.model()
        assert shop.kernel() == expected, f"seed {SEED}, shop {number}: {shop}"
        if expected is None:
            seen["refused"] += 1
        else:
            seen["kit" if shop.wishes[0].sku in KITS else "one"] += 1
            seen["split"] += len(expected) > 1
    assert min(seen.values()) >= 50, seen


def test_ends_are_known_to_be_far() -> None:
    """A level without a lot comes after every lot."""
    shop = plain_shop(2, (Route.FIRST_EXPIRED,))
    shop.naive.ends_us[0, 1] = TIME_MAX_US - 1
    assert shop.kernel() == shop.model() == [(1, 1)]
