"""New lines of an order: placed, or sold at a till; a kit is a line for each of its parts."""

from core.schema import (
    AMOUNT_MAX,
    ANY_LOCATION,
    OUTSIDE,
    ZONES,
    Account,
    Flag,
    HoldFrom,
    Kind,
    State,
    Status,
)
from core.steps import OrderState, Work
from tests.core.naive.availability import (
    fits_committed,
    guard_crossing,
    parts_of,
    tell_shortage,
    to_sell,
    use_fence,
)
from tests.core.naive.backlog import may_wait
from tests.core.naive.lots import take_from_lots
from tests.core.naive.records import Command, Level, Line, Order, Part, refuse
from tests.core.naive.routing import chosen_locations
from tests.core.naive.shop import Shop, known_level


def place(shop: Shop, command: Command) -> None:
    """A promise to a customer; a fact where another system has promised."""
    if command.location == ANY_LOCATION:
        place_anywhere(shop, command)
        return
    level = known_level(shop, command, may_be_kit=True)
    refuse(Status.QUANTITY_NOT_POSITIVE, when=command.quantity <= 0)
    for part in parts_of(shop, level.sku):
        fits = fits_committed(shop, Level(level.location, part.sku), part.per * command.quantity)
        refuse(Status.QUANTITY_TOO_LARGE, when=not fits)
    guard_line(shop, command)
    hold_from, _ = shop.holds[command.channel]
    fact = command.flags & Flag.ACCEPTED or hold_from == HoldFrom.NEVER
    here = min(command.quantity, max(0, to_sell(shop, level, command.channel)))
    short = 0 if fact else command.quantity - here
    may = not shop.kits[level.sku] and may_wait(shop, command, level, short)
    refuse(Status.STOCK_INSUFFICIENT, when=short > 0 and not may)

    make_order(shop, command)
    quantity, amount, number = command.quantity, command.argument, next_line(shop, command)
    if shop.kits[level.sku]:
        place_kit(shop, command, level, quantity, amount, number)
    else:
        place_line(shop, command, level, quantity, short, amount, number)


def place_anywhere(shop: Shop, command: Command) -> None:
    """A promise that routing finds the locations for."""
    refuse(Status.SKU_UNKNOWN, when=not 0 <= command.sku < shop.skus)
    refuse(Status.ZONE_UNKNOWN, when=not 0 <= command.location_to < ZONES)
    refuse(Status.QUANTITY_NOT_POSITIVE, when=command.quantity <= 0)
    guard_line(shop, command)
    chosen = chosen_locations(shop, command)
    rest, amount = sum(each.give for each in chosen), command.argument
    refuse(Status.STOCK_INSUFFICIENT, when=rest < command.quantity)

    make_order(shop, command)
    first = next_line(shop, command)
    for location, give, _ in chosen:
        share = amount * give // rest
        rest, amount = rest - give, amount - share
        level = Level(location, command.sku)
        if shop.kits[command.sku]:
            place_kit(shop, command, level, give, share, first)
        else:
            place_line(shop, command, level, give, 0, share, first)


def guard_line(shop: Shop, command: Command) -> None:
    """Whether the command may add a line to the order that it names.

    Raises:
        Refused: it may not.
    """
    refuse(Status.AMOUNT_NEGATIVE, when=command.argument < 0)
    refuse(Status.AMOUNT_TOO_LARGE, when=command.argument > AMOUNT_MAX)
    refuse(Status.ORDER_ID_NOT_FIRST, when=command.order_id != shop.first_id)
    earlier = shop.orders[command.order_id] is not None and not shop.order_made
    refuse(Status.ORDER_EXISTS, when=earlier)


def make_order(shop: Shop, command: Command, *, may_be_pending: bool = True) -> None:
    """Write down the order if this is its first line."""
    if not shop.order_made:
        pending = may_be_pending and command.flags & Flag.PENDING
        state = OrderState.PENDING if pending else OrderState.CONFIRMED
        shop.orders[command.order_id] = Order(
            command.party_id, command.now_us, command.channel, state
        )
        shop.order_made = True


def next_line(shop: Shop, command: Command) -> int:
    """Number that the order's next line gets."""
    order = shop.orders[command.order_id]
    assert order is not None
    return len(order.lines)


def add_line(shop: Shop, order_id: int, line: Line) -> None:
    """Write a line at the end of its order."""
    order = shop.orders[order_id]
    assert order is not None
    lines = (*order.lines, line)
    shop.orders[order_id] = Order(
        order.party_id, order.placed_us, order.channel, order.state, lines
    )


def place_kit(
    shop: Shop, command: Command, level: Level, kits: int, amount: int, first: int
) -> None:
    """A line for each part of the kits that one location gives."""
    shop.kits_in_use[level.sku] = True
    parts = shop.kits[level.sku]
    for part, share in zip(parts, shares(amount, parts), strict=True):
        here = Level(level.location, part.sku)
        place_line(shop, command, here, kits * part.per, 0, share, first, kit=level.sku)


def place_line(
    shop: Shop,
    command: Command,
    level: Level,
    quantity: int,
    short: int,
    amount: int,
    split_from: int,
    *,
    kit: int = -1,
) -> None:
    """A line of which *short* units wait for goods."""
    here = quantity - short
    number = next_line(shop, command)
    line = Line(
        level,
        command.channel,
        amount,
        quantity,
        split_from,
        kit=kit,
        allocated=here,
        backordered=short,
        fenced=use_fence(shop, level, command.channel, here),
        work=Work.OPEN if here else Work.SCHEDULED,
    )
    add_line(shop, command.order_id, line)
    if here:
        before = shop.units(level, State.AVAILABLE)
        shop.add(level, State.AVAILABLE, -here)
        shop.add(level, State.COMMITTED, here)
        states = (State.AVAILABLE, State.COMMITTED)
        shop.tell(command, Kind.PLACED, level, here, states, amount_minor=amount, line=number)
        tell_shortage(shop, command, level, before)
    if short:
        shop.waiting[level] = (*shop.waiting[level], (command.order_id, number))
        rest = 0 if here else amount
        shop.tell(command, Kind.BACKORDERED, level, short, amount_minor=rest, line=number)


def shares(amount: int, parts: tuple[Part, ...]) -> list[int]:
    """Split the amount of a kit by weight; what rounding leaves goes to the largest remainders."""
    weights = [part.weight for part in parts]
    if not any(weights):
        weights = [part.per for part in parts]
    whole = sum(weights)
    split = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    by_remainder = sorted(range(len(parts)), key=lambda at: (-remainders[at], at))
    for at in by_remainder[: amount - sum(split)]:
        split[at] += 1
    return split


def sell(shop: Shop, command: Command) -> None:
    """Placed and fulfilled at once, at a till: a fact, whatever the record says."""
    level = known_level(shop, command, may_be_kit=True)
    refuse(Status.QUANTITY_NOT_POSITIVE, when=command.quantity <= 0)
    parts = parts_of(shop, level.sku)
    for part in parts:
        guard_crossing(shop, Level(level.location, part.sku), -part.per * command.quantity)
    guard_line(shop, command)

    make_order(shop, command, may_be_pending=False)
    first = next_line(shop, command)
    kit = level.sku if shop.kits[level.sku] else -1
    if kit >= 0:
        shop.kits_in_use[kit] = True
    for part, share in zip(parts, shares(command.argument, parts), strict=True):
        here = Level(level.location, part.sku)
        sell_line(shop, command, here, part.per * command.quantity, share, (first, kit))


def sell_line(
    shop: Shop, command: Command, level: Level, quantity: int, amount: int, whole: tuple[int, int]
) -> None:
    """One line that has left the shop; *whole* is the first line it belongs to, and the kit."""
    number = next_line(shop, command)
    line = Line(
        level,
        command.channel,
        amount,
        quantity,
        split_from=whole[0],
        kit=whole[1],
        fulfilled=quantity,
        fulfilled_minor=amount,
        work=Work.CLOSED,
    )
    add_line(shop, command.order_id, line)
    told = {"amount_minor": amount, "line": number}
    shop.book(level.sku, Account.CUSTOMER, quantity)
    if shop.seen_by_count(command, level):
        # Whoever counted saw that it was gone.
        shop.book(level.sku, Account.CORRECTION, -quantity)
        shop.tell(command, Kind.SOLD, level, quantity, **told)
        return
    use_fence(shop, level, command.channel, quantity)
    before = shop.units(level, State.AVAILABLE)
    shop.add(level, State.AVAILABLE, -quantity)
    shop.remember_movement(command, level, -quantity)
    shop.tell(command, Kind.SOLD, level, quantity, (State.AVAILABLE, OUTSIDE), **told)
    tell_shortage(shop, command, level, before)
    take_from_lots(shop, command, level, quantity)
