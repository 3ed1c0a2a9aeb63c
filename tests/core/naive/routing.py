"""Which locations serve a line that names none: the first rule that does not tie decides."""

from fractions import Fraction
from typing import NamedTuple

from core.schema import (
    ANY_LOCATION,
    CHANNELS,
    LEVEL_MAX,
    SPLITS_MAX,
    TIME_MAX_US,
    Operation,
    Route,
    State,
)
from tests.core.naive.availability import parts_of, to_sell
from tests.core.naive.records import Command, Level
from tests.core.naive.shop import Shop


class Candidate(NamedTuple):
    """A location that could give so many units."""

    location: int
    give: int
    rest: int  # units that are looked for


def chosen_locations(shop: Shop, command: Command) -> list[Candidate]:
    """The locations that a line is split over, in the order chosen.

    Returns:
        As many units as could be found, which may be fewer than were ordered.
    """
    chosen: list[Candidate] = []
    rest = command.quantity
    while rest > 0 and len(chosen) < SPLITS_MAX:
        taken = {each.location for each in chosen}
        fits = [each for each in candidates(shop, command, rest) if each.location not in taken]
        more = SPLITS_MAX - len(chosen) - 1
        fits = [each for each in fits if can_finish(each, fits, more)] or fits
        if not fits:
            break
        best = min(fits, key=lambda each: (scores(shop, command, each), each.location))
        chosen.append(best)
        rest -= best.give
    return chosen


def can_finish(candidate: Candidate, fits: list[Candidate], more: int) -> bool:
    """Whether so many other locations can give what this one cannot."""
    others = sorted(each.give for each in fits if each != candidate)
    return candidate.give + sum(others[-more:] if more else []) >= candidate.rest


def candidates(shop: Shop, command: Command, rest: int) -> list[Candidate]:
    """Locations that may serve the channel, have something to sell and room to commit it."""
    found = []
    for location in range(shop.locations):
        if location == command.location or not shop.routes_to(location, command.channel):
            continue
        give = min(rest, to_sell(shop, Level(location, command.sku), command.channel))
        committed = [
            shop.units(Level(location, part.sku), State.COMMITTED) + give * part.per
            for part in parts_of(shop, command.sku)
        ]
        if give > 0 and max(committed) <= LEVEL_MAX:
            found.append(Candidate(location, give, rest))
    return found


def scores(shop: Shop, command: Command, candidate: Candidate) -> list[object]:
    """What the rules of the chain think of a candidate; smaller is better."""
    judge = {
        Route.STORE_FLOOR: floor_broken,
        Route.NEAREST: lambda s, c, at: s.lanes[at.location, c.location_to].distance,
        Route.FEWEST_SPLITS: lambda s, c, at: (-served(s, c, at), not used(s, c, at)),
        Route.LOWEST_COST: cost_of_a_unit,
        Route.BALANCE: lambda s, c, at: -to_sell(s, Level(at.location, c.sku), c.channel),
        Route.FIRST_EXPIRED: first_end_us,
    }
    return [judge[rule](shop, command, candidate) for rule in shop.routing["rules"]]


def floor_broken(shop: Shop, command: Command, candidate: Candidate) -> bool:
    """Whether some part's level would fall below its floor."""
    for part in parts_of(shop, command.sku):
        level = Level(candidate.location, part.sku)
        left = shop.units(level, State.AVAILABLE) - candidate.give * part.per
        if left < shop.floors[level]:
            return True
    return False


def later_lines(shop: Shop, command: Command, candidate: Candidate) -> list[tuple[int, int]]:
    """Of the order's later lines that name no location: units, and those to sell here."""
    return [
        (later.quantity, to_sell(shop, Level(candidate.location, later.sku), command.channel))
        for later in shop.to_come
        if command.operation == Operation.PLACE
        and later.operation == Operation.PLACE
        and later.location == ANY_LOCATION
        if 0 <= later.sku < shop.skus and later.quantity > 0
    ]


def served(shop: Shop, command: Command, candidate: Candidate) -> int:
    """Units that the location could give of this line and of the order's later ones."""
    later = later_lines(shop, command, candidate)
    units = sum(max(0, min(quantity, here)) for quantity, here in later)
    return min(candidate.give + units, LEVEL_MAX)


def lacks(shop: Shop, command: Command, candidate: Candidate) -> bool:
    """Whether another location will have to send a parcel as well."""
    later = later_lines(shop, command, candidate)
    return candidate.give < candidate.rest or any(here < quantity for quantity, here in later)


def used(shop: Shop, command: Command, candidate: Candidate) -> bool:
    """Whether a parcel of this order will leave the location anyway."""
    order = shop.orders[command.order_id]
    return order is not None and any(
        line.level.location == candidate.location and line.allocated + line.backordered > 0
        for line in order.lines
    )


def cost_of_a_unit(shop: Shop, command: Command, candidate: Candidate) -> Fraction:
    """What sending one unit costs, parcels shared by all that they may hold.

    Where the location cannot send all, a second parcel of the same price is foreseen.
    """
    lane = shop.lanes[candidate.location, command.location_to]
    parcels = (not used(shop, command, candidate)) + lacks(shop, command, candidate)
    return lane.unit_cost + Fraction(parcels * lane.parcel_cost, served(shop, command, candidate))


def first_end_us(shop: Shop, command: Command, candidate: Candidate) -> int:
    """When the first lot ends that would be taken from."""
    lots = [shop.lots[Level(candidate.location, part.sku)] for part in parts_of(shop, command.sku)]
    return min((shop.document(each[0]).due_us for each in lots if each), default=TIME_MAX_US)


assert CHANNELS == 8, "a location's channels are the bits of one byte"
