"""Which locations serve a line that names none: a chain of rules, and the first that does not tie.

While units remain, every location that can give some is compared with the best so far, rule by
rule; what ties in all of them goes to the lower number. A location gives as much as it can before
the next one is chosen. The engine's position in the sequence is the only moment it looks at: what
later orders will want it does not know, what later lines of the same order want it does.

To add a rule: a name in `Route`, a branch in `score`.
"""

import numpy as np

from core._jit import inlined, part
from core.kernels.availability import floor_of, lot_end, sellable
from core.kernels.lines import line_at
from core.kernels.moves import AVAILABLE, COMMITTED, PARTS, row_of
from core.kernels.tables import Array, Int, Lane, Meta, Part, Tables
from core.schema import (
    ANY_LOCATION,
    LEVEL_MAX,
    SPLITS_MAX,
    TIME_MAX_US,
    ZONES,
    Operation,
    Route,
)

UNIT = np.uint64(Lane.UNIT)
PARCEL = np.uint64(Lane.PARCEL)
DISTANCE = np.uint64(Lane.DISTANCE)
COMPONENT = np.uint64(Part.COMPONENT)
PER = np.uint64(Part.PER)
NEXT = np.uint64(Part.NEXT)
LOCATION = np.uint64(0)  # columns of `Tables.plan`
UNITS = np.uint64(1)


@part
def route(t: Tables, commands: Array, at: Int, last: Int, c: Array) -> Int:
    """Decide which locations serve a line.

    Args:
        t: the tables; only `plan` is written: location and units of each choice, in order.
        commands: the batch.
        at: index of the command.
        last: index of the last command of its chain.
        c: the command; its sku, quantity, channel and zone (location_to) have been checked, and
            its order was looked for. The location that it names, if any, is left out.

    Returns:
        How many locations share the line; 0 where they cannot serve it whole.
    """
    rest = np.int64(c["quantity"])
    chosen = np.int64(0)
    while rest > 0:
        if chosen == SPLITS_MAX:
            return np.int64(0)
        location = choose(t, commands, at, last, c, rest, chosen)
        if location < 0:
            return np.int64(0)
        units = min(rest, sellable(t, c["sku"], location, c["channel"]))
        t.plan[np.uint64(chosen), LOCATION] = location
        t.plan[np.uint64(chosen), UNITS] = units
        rest -= units
        chosen += 1
    return chosen


@inlined
def choose(t: Tables, commands: Array, at: Int, last: Int, c: Array, rest: Int, chosen: Int) -> Int:
    """The location that the rules prefer for the next units; -1 where none has any."""
    best = np.int64(-1)
    best_units = np.int64(0)
    least = least_to_take(t, c, rest, chosen)
    for location in range(t.meta[Meta.LOCATIONS]):
        units = offered(t, c, location, rest, chosen)
        if units >= least and (
            best < 0 or beats(t, commands, at, last, c, location, units, best, best_units, rest)
        ):
            best = np.int64(location)
            best_units = units
    return best


@part
def least_to_take(t: Tables, c: Array, rest: Int, chosen: Int) -> Int:
    """Units that the next location must give, so that those chosen after it can give the others.

    A line is split over SPLITS_MAX locations at most: where many have a unit each and one far away
    has plenty, the nearest ones alone would leave the order unserved. Where not even those that
    have most can serve it, any may be next.
    """
    left = np.int64(SPLITS_MAX) - chosen  # locations that may be chosen, the next one included
    if t.meta[Meta.LOCATIONS] - chosen <= left:
        return np.int64(1)
    missing = np.int64(rest)
    most = np.int64(rest) + 1
    last = np.int64(-1)
    for _ in range(left):  # from the one that has most to the one that has least
        best = np.int64(0)
        place = np.int64(-1)
        for location in range(t.meta[Meta.LOCATIONS]):
            units = offered(t, c, location, rest, chosen)
            if units > best and (units < most or (units == most and location > last)):
                best = units
                place = np.int64(location)
        missing -= best
        most = best
        last = place
    if missing > 0:
        return np.int64(1)
    return max(np.int64(1), missing + most)


@inlined
def offered(t: Tables, c: Array, location: Int, rest: Int, chosen: Int) -> Int:
    """Units of the line that a location could give now; 0 where it is no candidate."""
    if (t.places[np.uint64(location)] >> np.int64(c["channel"])) & 1 == 0:
        return np.int64(0)
    if location == c["location"]:  # where units are not to be found again; a PLACE names none
        return np.int64(0)
    for earlier in range(chosen):
        if t.plan[np.uint64(earlier), LOCATION] == location:
            return np.int64(0)
    units = min(rest, sellable(t, c["sku"], location, c["channel"]))
    if units > 0 and not fits_all(t, c["sku"], location, units):
        return np.int64(0)
    return np.int64(units)


@inlined
def beats(
    t: Tables,
    commands: Array,
    at: Int,
    last: Int,
    c: Array,
    location: Int,
    units: Int,
    best: Int,
    best_units: Int,
    rest: Int,
) -> Int:
    """Whether the first rule that tells the two locations apart prefers the first of them."""
    rules = t.meta[Meta.ROUTING]
    while rules != 0:
        rule = rules & 255
        whole, over, under = score(t, commands, at, last, c, rule, location, units, rest)
        best_whole, best_over, best_under = score(
            t, commands, at, last, c, rule, best, best_units, rest
        )
        if whole != best_whole:
            return whole < best_whole
        if over * best_under != best_over * under:
            return over * best_under < best_over * under
        rules >>= 8
    return False


@part
def score(
    t: Tables,
    commands: Array,
    at: Int,
    last: Int,
    c: Array,
    rule: Int,
    location: Int,
    units: Int,
    rest: Int,
) -> tuple[Int, Int, Int]:
    """What a rule thinks of a location that would give *units* of *rest*; less is better.

    Returns:
        A whole number and a fraction below 1 that is added to it, as numerator and denominator.
        The denominator is at most LEVEL_MAX, so that fractions can be compared by products.
    """
    nothing = np.int64(0)
    one = np.int64(1)
    if rule == Route.STORE_FLOOR:
        return breaks_floor(t, c["sku"], location, units), nothing, one
    if rule == Route.FIRST_EXPIRED:
        return first_end(t, c["sku"], location), nothing, one
    if rule == Route.BALANCE:
        return -np.int64(sellable(t, c["sku"], location, c["channel"])), nothing, one
    lane = np.uint64(location) * np.uint64(ZONES) + np.uint64(c["location_to"])
    if rule == Route.NEAREST:
        return t.lanes[lane, DISTANCE], nothing, one
    served, lacks = serves(t, commands, at, last, c, location, units, rest)
    parcels = parcels_to_add(t, c, location)
    if rule == Route.FEWEST_SPLITS:
        return -2 * served + parcels, nothing, one
    # LOWEST_COST: of a unit, when all that the location could send shares the parcel. Where that
    # is not all, there will be another parcel; its price is not known yet, so this one stands in.
    price = (parcels + lacks) * t.lanes[lane, PARCEL]
    return t.lanes[lane, UNIT] + price // served, price % served, served


@inlined
def serves(
    t: Tables,
    commands: Array,
    at: Int,
    last: Int,
    c: Array,
    location: Int,
    units: Int,
    rest: Int,
) -> tuple[Int, Int]:
    """What a location could serve of this line and the later ones of the order.

    Later lines of one sku are each counted as if they were alone.

    Returns:
        Units, and 1 where that is not all of them, else 0.
    """
    total = np.int64(units)
    lacks = np.int64(units < rest)
    for i in range(at + 1, last + 1):
        later = commands[i]
        if (
            later["operation"] == Operation.PLACE
            and later["location"] == ANY_LOCATION
            and later["quantity"] > 0
            and later["sku"] >= 0
            and later["sku"] < t.meta[Meta.SKUS]
        ):
            quantity = np.int64(later["quantity"])
            ats = sellable(t, later["sku"], location, c["channel"])
            if ats < quantity:
                lacks = np.int64(1)
            total += min(quantity, ats)
    return min(np.int64(LEVEL_MAX), total), lacks


@inlined
def parcels_to_add(t: Tables, c: Array, location: Int) -> Int:
    """0 where something of the order will leave the location anyway, else 1."""
    o = t.orders[np.uint64(t.meta[Meta.ORDER_SLOT])]
    if o["id"] != c["order_id"]:
        return np.int64(1)  # this is its first line
    for number in range(np.int64(o["lines"]) + np.int64(o["more"])):
        line = t.lines[np.uint64(line_at(t, o, number))]
        to_come = np.int64(line["allocated"]) + np.int64(line["backordered"])
        if line["location"] == location and to_come > 0:
            return np.int64(0)
    return np.int64(1)


@inlined
def fits_all(t: Tables, sku: Int, location: Int, units: Int) -> Int:
    """Whether the location, for a kit with every part, can commit so many more."""
    piece = t.catalogue[np.uint64(sku), PARTS]
    if piece == 0:
        return t.levels[row_of(t, sku, location), COMMITTED] + units <= LEVEL_MAX
    while piece != 0:
        row = row_of(t, t.parts[piece, COMPONENT], location)
        if t.levels[row, COMMITTED] + units * t.parts[piece, PER] > LEVEL_MAX:
            return False
        piece = t.parts[piece, NEXT]
    return True


@inlined
def breaks_floor(t: Tables, sku: Int, location: Int, units: Int) -> Int:
    """1 where the level, or that of some part of a kit, would be left below its floor, else 0."""
    piece = t.catalogue[np.uint64(sku), PARTS]
    if piece == 0:
        row = row_of(t, sku, location)
        return np.int64(t.levels[row, AVAILABLE] - units < floor_of(t, row))
    while piece != 0:
        row = row_of(t, t.parts[piece, COMPONENT], location)
        if t.levels[row, AVAILABLE] - units * t.parts[piece, PER] < floor_of(t, row):
            return np.int64(1)
        piece = t.parts[piece, NEXT]
    return np.int64(0)


@inlined
def first_end(t: Tables, sku: Int, location: Int) -> Int:
    """When the first open lot of the level, or of any part of a kit, ends."""
    piece = t.catalogue[np.uint64(sku), PARTS]
    if piece == 0:
        return np.int64(lot_end(t, row_of(t, sku, location)))
    end = np.int64(TIME_MAX_US)
    while piece != 0:
        row = row_of(t, t.parts[piece, COMPONENT], location)
        end = min(end, np.int64(lot_end(t, row)))
        piece = t.parts[piece, NEXT]
    return end
