"""How the shop is set up: channels, backorders, kits, routing. Journaled like everything else.

A setting stands alone, never in a chain, so nothing here is undone.
"""

import numpy as np

from core._jit import inlined, part
from core.kernels.availability import BUFFER, COMPONENT, FENCE, NEXT, extra_for
from core.kernels.backlog import after_rise
from core.kernels.moves import emit, is_kit, own_level_status, row_of
from core.kernels.tables import (
    DEFAULT_ROUTING,
    Array,
    Extra,
    Hold,
    Int,
    Lane,
    Meta,
    Part,
    Product,
    Tables,
)
from core.schema import (
    CHANNELS,
    OUTSIDE,
    PARTS_MAX,
    STATES,
    TTL_MAX_US,
    ZONES,
    Flag,
    HoldFrom,
    Kind,
    Operation,
    Route,
    Status,
)

ARRIVALS_ONLY = int(Flag.ARRIVALS)  # numba takes no bits of an IntFlag
PER_MAX = 2**15 - 1
WEIGHT_MAX = 2**10 - 1
COST_MAX = 2**31 - 1


@part
def setting(t: Tables, c: Array, events: Array) -> Int:
    """Execute a command from FIRST_SETTING on."""
    status = set_one(t, c)
    if status != Status.OK:
        return status
    emit(t, events, c, Kind.SET, np.int64(c["quantity"]), OUTSIDE, OUTSIDE)
    e = events[t.meta[Meta.EVENTS] - 1]
    e["location_to"] = c["location_to"]
    e["amount_minor"] = c["argument"]
    if c["operation"] == Operation.SET_BUFFER or c["operation"] == Operation.SET_FENCE:
        after_rise(t, events, c, row_of(t, c["sku"], c["location"]))
    return Status.OK


@inlined
def set_one(t: Tables, c: Array) -> Int:
    """Which rule a setting asks for."""
    operation = c["operation"]
    if operation <= Operation.SET_BACKORDER or operation == Operation.SET_FLOOR:
        return set_level(t, c)
    if operation == Operation.SET_HOLD:
        return set_hold(t, c)
    if operation == Operation.SET_PART:
        return set_part(t, c)
    if operation == Operation.SET_PRODUCT:
        return set_product(t, c)
    if operation == Operation.SET_LANE:
        return set_lane(t, c)
    if operation == Operation.SET_ROUTING:
        return set_routing(t, c)
    return set_location(t, c)


@inlined
def set_level(t: Tables, c: Array) -> Int:
    """A number of one level: its buffer or ring-fence for a channel, its backorders, its floor."""
    status = own_level_status(t, c)
    if status != Status.OK:
        return status
    if c["quantity"] < 0:
        return Status.QUANTITY_NEGATIVE
    backorder = c["operation"] == Operation.SET_BACKORDER
    if backorder and 0 < c["argument"] < c["now_us"]:
        return Status.DATE_PAST
    if backorder and c["argument"] < 0:
        return Status.NUMBER_OUT_OF_RANGE

    extra = extra_for(t, row_of(t, c["sku"], c["location"]))
    quantity = np.int64(c["quantity"])
    if c["operation"] == Operation.SET_BUFFER:
        t.extras[extra, BUFFER + np.int64(c["channel"])] = quantity
    elif c["operation"] == Operation.SET_FENCE:
        t.extras[extra, FENCE + np.int64(c["channel"])] = quantity
    elif backorder:
        t.extras[extra, np.int64(Extra.CAP)] = quantity
        t.extras[extra, np.int64(Extra.UNTIL_US)] = c["argument"]
        only = 1 if c["flags"] & ARRIVALS_ONLY != 0 else 0
        t.extras[extra, np.int64(Extra.AGAINST_ARRIVALS)] = only
    else:
        t.extras[extra, np.int64(Extra.FLOOR)] = quantity
    return Status.OK


@inlined
def set_hold(t: Tables, c: Array) -> Int:
    """From which stage on a channel holds stock, and how long at most."""
    if c["reason"] > HoldFrom.NEVER or c["argument"] < 0 or c["argument"] > TTL_MAX_US:
        return Status.NUMBER_OUT_OF_RANGE

    longest_us = TTL_MAX_US if c["argument"] == 0 else c["argument"]
    t.channels[c["channel"], np.int64(Hold.FROM)] = c["reason"]
    t.channels[c["channel"], np.int64(Hold.LONGEST_US)] = longest_us
    return Status.OK


@inlined
def set_part(t: Tables, c: Array) -> Int:
    """A component of a kit. A sku becomes a kit with its first one."""
    skus = t.meta[Meta.SKUS]
    kit = np.int64(c["sku"])
    component = c["argument"]
    if kit < 0 or kit >= skus or component < 0 or component >= skus:
        return Status.SKU_UNKNOWN
    if c["quantity"] <= 0:
        return Status.QUANTITY_NOT_POSITIVE
    if c["quantity"] > PER_MAX:
        return Status.QUANTITY_TOO_LARGE
    if c["order_id"] < 0 or c["order_id"] > WEIGHT_MAX:
        return Status.NUMBER_OUT_OF_RANGE
    last = np.int64(0)
    parts = np.int64(0)
    at = t.catalogue[kit, np.int64(Product.PARTS)]
    while at != 0:
        if t.parts[at, COMPONENT] == component:
            return Status.KIT_IN_USE
        last = at
        parts += 1
        at = t.parts[at, NEXT]
    if t.catalogue[kit, np.int64(Product.IN_USE)] != 0 or has_stock(t, kit):
        return Status.KIT_IN_USE
    if component == kit or is_kit(t, component) or t.catalogue[kit, np.int64(Product.PART_OF)] != 0:
        return Status.KIT_NESTED
    if parts == PARTS_MAX:
        return Status.KIT_FULL

    add_part(t, c, kit, component, last)
    return Status.OK


@inlined
def add_part(t: Tables, c: Array, kit: Int, component: Int, last: Int) -> None:
    """Append a component to a kit's list, behind *last*."""
    at = t.meta[Meta.PARTS] + 1
    t.meta[Meta.PARTS] = at
    t.meta[Meta.SPECIAL] = 1
    t.parts[at, COMPONENT] = component
    t.parts[at, np.int64(Part.PER)] = c["quantity"]
    t.parts[at, np.int64(Part.WEIGHT)] = c["order_id"]
    t.parts[at, NEXT] = 0
    t.catalogue[component, np.int64(Product.PART_OF)] += 1
    if last == 0:
        t.catalogue[kit, np.int64(Product.PARTS)] = at
    else:
        t.parts[last, NEXT] = at


@inlined
def has_stock(t: Tables, sku: Int) -> Int:
    """Whether any state of any level of a sku is other than zero."""
    for location in range(t.meta[Meta.LOCATIONS]):
        row = row_of(t, sku, location)
        for state in range(STATES):
            if t.levels[row, np.uint64(state)] != 0:
                return True
    return False


@inlined
def set_product(t: Tables, c: Array) -> Int:
    """Of which product a sku is a variant."""
    if c["sku"] < 0 or c["sku"] >= t.meta[Meta.SKUS]:
        return Status.SKU_UNKNOWN
    if c["argument"] < 0:
        return Status.NUMBER_OUT_OF_RANGE

    t.catalogue[c["sku"], np.int64(Product.PRODUCT)] = c["argument"]
    return Status.OK


@inlined
def set_lane(t: Tables, c: Array) -> Int:
    """What it costs, and how far it is, from a location to a zone of customers."""
    if c["location"] < 0 or c["location"] >= t.meta[Meta.LOCATIONS]:
        return Status.LOCATION_UNKNOWN
    if c["location_to"] < 0 or c["location_to"] >= ZONES:
        return Status.ZONE_UNKNOWN
    if c["quantity"] < 0:
        return Status.QUANTITY_NEGATIVE
    if c["order_id"] < 0 or c["order_id"] > COST_MAX:
        return Status.NUMBER_OUT_OF_RANGE
    if c["argument"] < 0 or c["argument"] > COST_MAX:
        return Status.NUMBER_OUT_OF_RANGE

    lane = np.int64(c["location"]) * ZONES + np.int64(c["location_to"])
    t.lanes[lane, np.int64(Lane.UNIT)] = c["quantity"]
    t.lanes[lane, np.int64(Lane.PARCEL)] = c["order_id"]
    t.lanes[lane, np.int64(Lane.DISTANCE)] = c["argument"]
    return Status.OK


@inlined
def set_routing(t: Tables, c: Array) -> Int:
    """The chain of rules by which the engine chooses locations."""
    if c["argument"] < 0:
        return Status.NUMBER_OUT_OF_RANGE
    rest = c["argument"]
    while rest != 0:
        if not 0 < (rest & 255) <= Route.FIRST_EXPIRED:
            return Status.NUMBER_OUT_OF_RANGE
        rest >>= 8

    t.meta[Meta.ROUTING] = DEFAULT_ROUTING if c["argument"] == 0 else c["argument"]
    return Status.OK


@inlined
def set_location(t: Tables, c: Array) -> Int:
    """From which locations the engine may choose for which channels."""
    if c["location"] < 0 or c["location"] >= t.meta[Meta.LOCATIONS]:
        return Status.LOCATION_UNKNOWN
    if c["argument"] < 0 or c["argument"] >= 1 << CHANNELS:
        return Status.NUMBER_OUT_OF_RANGE

    t.places[c["location"]] = c["argument"]
    return Status.OK
