"""What a channel may promise: buffers, ring-fences, kits, and what taking and giving back do."""

from core.records import Paper
from core.schema import CHANNELS, LEVEL_MAX, SPLITS_MAX, Kind, State, Status
from tests.core.naive.records import Command, Level, Part, refuse
from tests.core.naive.shop import Shop


def parts_of(shop: Shop, sku: int) -> tuple[Part, ...]:
    """What one unit of a sku takes from stock: its parts, or itself."""
    return shop.kits[sku] or (Part(sku, 1, 0),)


def to_sell(shop: Shop, level: Level, channel: int) -> int:
    """ATS: units that a channel may promise at a level; below zero where that is overdrawn."""
    parts = shop.kits[level.sku]
    if parts:
        here = [to_sell(shop, Level(level.location, part.sku), channel) for part in parts]
        return min(max(0, ats) // part.per for ats, part in zip(here, parts, strict=True))
    others = sum(shop.fences[level, other] for other in range(CHANNELS) if other != channel)
    available = shop.units(level, State.AVAILABLE)
    return available - shop.buffers[level, channel] - others


def to_promise(shop: Shop, level: Level, channel: int, now_us: int, at_us: int) -> int:
    """ATP: what will be to sell at a time, once everybody who waits has been served.

    What should have come by now and has not is no longer relied on.
    """
    parts = shop.kits[level.sku]
    if parts:
        levels = [Level(level.location, part.sku) for part in parts]
        here = [to_promise(shop, each, channel, now_us, at_us) for each in levels]
        return min(atp // part.per for atp, part in zip(here, parts, strict=True))
    expected = sum(
        shop.document(each).open
        for each in shop.arrivals[level]
        if shop.document(each).due_us and now_us <= shop.document(each).due_us <= at_us
    )
    return max(0, to_sell(shop, level, channel) + expected - waiting_units(shop, level))


def waiting_units(shop: Shop, level: Level) -> int:
    """Units that customers wait for at a level."""
    return sum(shop.line(*place).backordered for place in shop.waiting[level])


def to_route(shop: Shop, sku: int, channel: int) -> int:
    """What an order that names no location may be promised: the most that may share a line."""
    routed = [at for at in range(shop.locations) if shop.routes_to(at, channel)]
    here = sorted(max(0, to_sell(shop, Level(at, sku), channel)) for at in routed)
    return sum(here[-SPLITS_MAX:])


def expected_units(shop: Shop, level: Level, now_us: int, until_us: int) -> int:
    """Units of arrivals (no transfers) due from now to a time; 0 is the end of all days."""
    documents = [shop.document(each) for each in shop.arrivals[level]]
    return sum(
        each.open
        for each in documents
        if each.kind == Paper.ARRIVAL
        and each.due_us >= now_us
        and (until_us == 0 or each.due_us <= until_us)
    )


def use_fence(shop: Shop, level: Level, channel: int, quantity: int) -> int:
    """Take from the channel's ring-fence first.

    Returns:
        How many of the units came out of it.
    """
    used = min(shop.fences[level, channel], quantity)
    shop.fences[level, channel] -= used
    return used


def tell_shortage(shop: Shop, command: Command, level: Level, before: int, **fields: int) -> None:
    """Say by how many units a fact has pushed available further below zero."""
    after = shop.units(level, State.AVAILABLE)
    short = max(0, -after) - max(0, -before)
    if short > 0:
        shop.tell(command, Kind.SHORTAGE, level, short, **fields)


def guard_crossing(shop: Shop, level: Level, change: int) -> None:
    """What is on hand, and available, stay within bounds when available changes so.

    Raises:
        Refused: they do not.
    """
    after = (shop.on_hand(level) + change, shop.units(level, State.AVAILABLE) + change)
    refuse(Status.QUANTITY_TOO_LARGE, when=any(abs(units) > LEVEL_MAX for units in after))


def fits_committed(shop: Shop, level: Level, quantity: int) -> bool:
    """Whether units may become committed at a level without leaving its bounds."""
    committed = shop.units(level, State.COMMITTED) + quantity
    return committed <= LEVEL_MAX and shop.units(level, State.AVAILABLE) - quantity >= -LEVEL_MAX
