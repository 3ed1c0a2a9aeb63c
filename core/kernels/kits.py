"""Kits: sold as one, kept as components. A kit's line becomes a line a component."""

import numpy as np

from core._jit import part
from core.kernels.availability import COMPONENT, NEXT, PER, kit_sellable
from core.kernels.carts import use_kit
from core.kernels.commit import commit, hand_over
from core.kernels.lines import add_line, new_line_status
from core.kernels.moves import AVAILABLE, COMMITTED, PARTS, fits, fits_hand, row_of
from core.kernels.tables import Array, Int, Meta, Part, Tables
from core.schema import Status

PROMISED = 0
SOLD = 1
WEIGHT = np.int64(Part.WEIGHT)


@part
def place_kit(t: Tables, c: Array, events: Array, fact: Int) -> Int:
    """One line of an order for whole kits at a location that was named."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not kit_fits(t, c["sku"], c["location"], quantity, COMMITTED):
        return Status.QUANTITY_TOO_LARGE
    status = new_line_status(t, c)
    if status != Status.OK:
        return status
    if not fact and kit_sellable(t, c["sku"], c["location"], c["channel"]) < quantity:
        return Status.STOCK_INSUFFICIENT

    add_kit(t, c, events, c["location"], quantity, c["argument"], PROMISED)
    return Status.OK


@part
def sell_kit(t: Tables, c: Array, events: Array) -> Int:
    """Whole kits at a till: a fact."""
    quantity = np.int64(c["quantity"])
    if quantity <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if not kit_fits(t, c["sku"], c["location"], quantity, AVAILABLE):
        return Status.QUANTITY_TOO_LARGE
    status = new_line_status(t, c)
    if status != Status.OK:
        return status

    add_kit(t, c, events, c["location"], quantity, c["argument"], SOLD)
    return Status.OK


@part
def kit_fits(t: Tables, kit: Int, location: Int, quantity: Int, state: Int) -> Int:
    """Whether every component stays within its bounds.

    Args:
        t: tables.
        kit: sku of the kit.
        location: where it is taken from.
        quantity: kits.
        state: COMMITTED where they are promised, AVAILABLE where they leave.
    """
    at = t.catalogue[kit, PARTS]
    while at != 0:
        row = row_of(t, t.parts[at, COMPONENT], location)
        units = quantity * t.parts[at, PER]
        if not fits(t, row, AVAILABLE, -units):
            return False
        if state == COMMITTED and not fits(t, row, COMMITTED, units):
            return False
        if state == AVAILABLE and not fits_hand(t, row, -units):
            return False
        at = t.parts[at, NEXT]
    return True


@part
def add_kit(
    t: Tables, c: Array, events: Array, location: Int, quantity: Int, amount: Int, sold: Int
) -> None:
    """A line a component, the amount split by weight with the largest remainder."""
    kit = np.int64(c["sku"])
    use_kit(t, kit)
    first = t.meta[Meta.LINES]
    at_part = t.catalogue[kit, PARTS]
    while at_part != 0:
        sku = t.parts[at_part, COMPONENT]
        units = quantity * t.parts[at_part, PER]
        own = part_amount(t, kit, at_part, amount)
        at = add_line(t, c, sku, location, units, own)
        t.lines[at]["kit"] = kit
        t.lines[at]["split_from"] = t.lines[first]["number"]
        if sold == SOLD:
            hand_over(t, c, events, row_of(t, sku, location), at, units, own)
        else:
            commit(t, c, events, row_of(t, sku, location), at, units, own)
        at_part = t.parts[at_part, NEXT]


@part
def part_amount(t: Tables, kit: Int, at: Int, amount: Int) -> Int:
    """What one component's share of a kit's amount is: the shares sum to the amount."""
    total = np.int64(0)
    each = t.catalogue[kit, PARTS]
    while each != 0:
        total += t.parts[each, WEIGHT]
        each = t.parts[each, NEXT]
    by_units = total == 0
    each = t.catalogue[kit, PARTS]
    while by_units and each != 0:
        total += t.parts[each, PER]
        each = t.parts[each, NEXT]

    own = weight_of(t, at, by_units)
    left = amount
    larger = np.int64(0)  # remainders that are served before this one
    earlier = True
    each = t.catalogue[kit, PARTS]
    while each != 0:
        weight = weight_of(t, each, by_units)
        left -= quotient(amount, weight, total)
        earlier = earlier and each != at
        theirs = remainder(amount, weight, total)
        mine = remainder(amount, own, total)
        if theirs > mine or (theirs == mine and earlier):
            larger += 1
        each = t.parts[each, NEXT]
    return quotient(amount, own, total) + (1 if larger < left else 0)


@part
def weight_of(t: Tables, at: Int, by_units: Int) -> Int:
    """How much of a kit's amount falls to a component; by its units where nobody said."""
    if by_units:
        return t.parts[at, PER]
    return t.parts[at, WEIGHT]


@part
def quotient(amount: Int, weight: Int, total: Int) -> Int:
    """floor(amount * weight / total) without leaving 64 bits."""
    return (amount // total) * weight + (amount % total) * weight // total


@part
def remainder(amount: Int, weight: Int, total: Int) -> Int:
    """What `quotient` leaves over, in parts of *total*."""
    return (amount % total) * weight % total
