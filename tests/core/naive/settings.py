"""How the shop is set up; each is one number or a few, set absolutely."""

from core.schema import (
    LEVEL_MAX,
    PARTS_MAX,
    TTL_MAX_US,
    ZONES,
    Flag,
    HoldFrom,
    Kind,
    Route,
    State,
    Status,
)
from tests.core.naive.records import Command, Lane, Level, Part, Terms, refuse
from tests.core.naive.shop import Shop, known_level

PER_MAX = 2**15 - 1
WEIGHT_MAX = 1023
COST_MAX = 2**31 - 1


def tell_set(shop: Shop, command: Command) -> None:
    """Tell of a setting in the command's own words."""
    level = Level(command.location, command.sku)
    said = {"amount_minor": command.argument, "location_to": command.location_to}
    shop.tell(command, Kind.SET, level, command.quantity, **said)


def set_buffer(shop: Shop, command: Command) -> None:
    """Units that a channel may not promise."""
    level = known_level(shop, command)
    refuse(Status.QUANTITY_NEGATIVE, when=command.quantity < 0)

    shop.buffers[level, command.channel] = command.quantity
    tell_set(shop, command)
    shop.rose(level)


def set_fence(shop: Shop, command: Command) -> None:
    """Units that only one channel may promise."""
    level = known_level(shop, command)
    refuse(Status.QUANTITY_NEGATIVE, when=command.quantity < 0)

    shop.fences[level, command.channel] = command.quantity
    tell_set(shop, command)
    shop.rose(level)


def set_backorder(shop: Shop, command: Command) -> None:
    """How many units a level may promise beyond its stock, and until when."""
    level = known_level(shop, command)
    until_us = command.argument
    refuse(Status.QUANTITY_NEGATIVE, when=command.quantity < 0)
    refuse(Status.DATE_PAST, when=0 < until_us < command.now_us)
    refuse(Status.NUMBER_OUT_OF_RANGE, when=until_us < 0)

    arrivals = bool(command.flags & Flag.ARRIVALS)
    shop.terms[level] = Terms(command.quantity, until_us, arrivals)
    tell_set(shop, command)


def set_hold(shop: Shop, command: Command) -> None:
    """From which stage on a channel holds stock, and how long at most."""
    longest_us = command.argument
    known = command.reason in set(HoldFrom) and 0 <= longest_us <= TTL_MAX_US
    refuse(Status.NUMBER_OUT_OF_RANGE, when=not known)

    shop.holds[command.channel] = (HoldFrom(command.reason), longest_us or TTL_MAX_US)
    tell_set(shop, command)


def set_part(shop: Shop, command: Command) -> None:
    """One component more for a kit."""
    kit, component, weight = command.sku, command.argument, command.order_id
    known = 0 <= kit < shop.skus and 0 <= component < shop.skus
    refuse(Status.SKU_UNKNOWN, when=not known)
    refuse(Status.QUANTITY_NOT_POSITIVE, when=command.quantity <= 0)
    refuse(Status.QUANTITY_TOO_LARGE, when=command.quantity > PER_MAX)
    refuse(Status.NUMBER_OUT_OF_RANGE, when=not 0 <= weight <= WEIGHT_MAX)
    parts = shop.kits[kit]
    there_already = component in [part.sku for part in parts]
    in_use = shop.kits_in_use[kit] or has_stock(shop, kit) or there_already
    refuse(Status.KIT_IN_USE, when=in_use)
    within = any(part.sku == kit for _, others in shop.kits.items() for part in others)
    nested = component == kit or bool(shop.kits[component]) or within
    refuse(Status.KIT_NESTED, when=nested)
    refuse(Status.KIT_FULL, when=len(parts) == PARTS_MAX)

    shop.kits[kit] = (*parts, Part(component, command.quantity, weight))
    tell_set(shop, command)


def has_stock(shop: Shop, sku: int) -> bool:
    """Whether anything of a sku stands, or is to come, anywhere."""
    levels = [Level(location, sku) for location in range(shop.locations)]
    return any(shop.units(level, state) for level in levels for state in State)


def set_product(shop: Shop, command: Command) -> None:
    """The product whose variant a sku is."""
    refuse(Status.SKU_UNKNOWN, when=not 0 <= command.sku < shop.skus)
    refuse(Status.NUMBER_OUT_OF_RANGE, when=command.argument < 0)

    shop.products[command.sku] = command.argument
    tell_set(shop, command)


def set_floor(shop: Shop, command: Command) -> None:
    """Units that routing leaves at a level where it can."""
    level = known_level(shop, command)
    refuse(Status.QUANTITY_NEGATIVE, when=command.quantity < 0)

    shop.floors[level] = command.quantity
    tell_set(shop, command)


def set_lane(shop: Shop, command: Command) -> None:
    """What sending costs from a location to a zone, and how far it is."""
    location, zone = command.location, command.location_to
    refuse(Status.LOCATION_UNKNOWN, when=not 0 <= location < shop.locations)
    refuse(Status.ZONE_UNKNOWN, when=not 0 <= zone < ZONES)
    refuse(Status.QUANTITY_NEGATIVE, when=command.quantity < 0)
    parcel, distance = command.order_id, command.argument
    known = 0 <= parcel <= COST_MAX and 0 <= distance <= COST_MAX
    refuse(Status.NUMBER_OUT_OF_RANGE, when=not known)

    shop.lanes[location, zone] = Lane(command.quantity, parcel, distance)
    tell_set(shop, command)


def set_routing(shop: Shop, command: Command) -> None:
    """By which rules a line without a location finds one."""
    codes = list(command.argument.to_bytes(8, "little", signed=True))
    rules = codes[: codes.index(0)] if 0 in codes else codes
    known = not any(codes[len(rules) :]) and set(rules) <= set(Route)
    refuse(Status.NUMBER_OUT_OF_RANGE, when=not known)

    shop.routing["rules"] = tuple(map(Route, rules)) or shop.routing.blank
    tell_set(shop, command)


def set_location(shop: Shop, command: Command) -> None:
    """Which channels may be routed to a location."""
    location = command.location
    refuse(Status.LOCATION_UNKNOWN, when=not 0 <= location < shop.locations)
    refuse(Status.NUMBER_OUT_OF_RANGE, when=not 0 <= command.argument <= 255)

    shop.channels_routed[location] = command.argument
    tell_set(shop, command)


assert LEVEL_MAX == COST_MAX, "costs and quantities are fields of one width"
