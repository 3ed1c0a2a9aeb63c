"""What becomes of a line: fulfilled, cancelled, picked, not collected, looked for elsewhere."""

from dataclasses import replace

from core.schema import ANY_LOCATION, OUTSIDE, ZONES, Account, Kind, State, Status
from core.steps import Action, Work
from tests.core.naive.availability import to_sell, use_fence
from tests.core.naive.backlog import write_line
from tests.core.naive.lots import take_from_lots
from tests.core.naive.orders import add_line, next_line
from tests.core.naive.records import Command, Level, Line, Order, refuse
from tests.core.naive.routing import chosen_locations
from tests.core.naive.shop import NOWHERE, Shop
from tests.core.naive.work import guard_ready, guard_work, work_after


def named_line(shop: Shop, command: Command) -> tuple[Order, Line]:
    """The line that order_id and argument name.

    Raises:
        Refused: there is none.
    """
    order = shop.orders[command.order_id]
    refuse(Status.ORDER_UNKNOWN, when=order is None)
    assert order is not None
    refuse(Status.LINE_UNKNOWN, when=not 0 <= command.argument < len(order.lines))
    return order, order.lines[command.argument]


def tell_line(
    shop: Shop,
    command: Command,
    kind: Kind,
    quantity: int,
    states: tuple[int, int] = NOWHERE,
    /,
    **fields: int,
) -> None:
    """Tell of an effect on the line that the command names."""
    order, line = named_line(shop, command)
    about = {"party_id": order.party_id, "channel": line.channel, "line": command.argument}
    shop.tell(command, kind, line.level, quantity, states, **(about | fields))


def settled(line: Line) -> Line:
    """The line with the work that follows from what is open."""
    if line.open == 0:
        return replace(line, work=Work.CLOSED if line.fulfilled else Work.CANCELLED)
    if line.open == line.backordered and line.work != Work.ON_HOLD:
        return replace(line, work=Work.SCHEDULED)
    if line.work == Work.INCOMPLETE and line.unallocated == 0:
        return replace(line, work=Work.PICKED)
    return line


def fulfil(shop: Shop, command: Command) -> None:
    """Allocated units leave the shop."""
    quantity = command.quantity
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    order, line = named_line(shop, command)
    guard_ready(order)
    guard_work(Action.FULFIL, line)
    refuse(Status.ALLOCATED_INSUFFICIENT, when=quantity > line.allocated)

    amount = line.share(quantity)
    left = line.allocated - quantity
    after = replace(
        line,
        allocated=left,
        fulfilled=line.fulfilled + quantity,
        fulfilled_minor=line.fulfilled_minor + amount,
        fenced=min(line.fenced, left),
    )
    write_line(shop, command.order_id, command.argument, settled(after))
    shop.book(line.level.sku, Account.CUSTOMER, quantity)
    if shop.seen_by_count(command, line.level):
        shop.book(line.level.sku, Account.CORRECTION, -quantity)
    tell_gone(shop, command, Kind.FULFILLED, quantity, amount)


def tell_gone(shop: Shop, command: Command, kind: Kind, quantity: int, amount: int = 0) -> None:
    """Committed units are no longer there.

    A count that has seen it took them from what is available, and that is where they come back.
    """
    _, line = named_line(shop, command)
    seen = shop.seen_by_count(command, line.level)
    states = (State.COMMITTED, State.AVAILABLE if seen else OUTSIDE)
    shop.add(line.level, State.COMMITTED, -quantity)
    tell_line(shop, command, kind, quantity, states, amount_minor=amount)
    if seen:
        shop.add(line.level, State.AVAILABLE, quantity)
        shop.rose(line.level)
        return
    shop.remember_movement(command, line.level, -quantity)
    take_from_lots(shop, command, line.level, quantity)


def give_back(shop: Shop, line: Line, quantity: int) -> Line:
    """Allocated units become available again, those from the ring-fence in it.

    Returns:
        The line without them.
    """
    back = min(line.fenced, quantity)
    shop.fences[line.level, line.channel] += back
    shop.add(line.level, State.COMMITTED, -quantity)
    shop.add(line.level, State.AVAILABLE, quantity)
    return replace(line, allocated=line.allocated - quantity, fenced=line.fenced - back)


def cancel(shop: Shop, command: Command) -> None:
    """Open units are given up: first those that wait, then those not found, then the others."""
    quantity = command.quantity
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    _, line = named_line(shop, command)
    refuse(Status.OPEN_INSUFFICIENT, when=quantity > line.open)

    amount = line.share(quantity)
    waiting = min(line.backordered, quantity)
    missing = min(line.unallocated, quantity - waiting)
    promised = quantity - waiting - missing
    after = replace(
        line,
        backordered=line.backordered - waiting,
        unallocated=line.unallocated - missing,
        cancelled=line.cancelled + quantity,
        cancelled_minor=line.cancelled_minor + amount,
    )
    after = settled(give_back(shop, after, promised))
    write_line(shop, command.order_id, command.argument, after)
    if waiting + missing:
        tell_line(shop, command, Kind.CANCELLED, waiting + missing, amount_minor=amount)
        amount = 0
    if promised:
        states = (State.COMMITTED, State.AVAILABLE)
        tell_line(shop, command, Kind.CANCELLED, promised, states, amount_minor=amount)
    shop.rose(line.level)


def no_show(shop: Shop, command: Command) -> None:
    """Nobody came for the units: they go back on the shelf."""
    quantity = command.quantity
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    _, line = named_line(shop, command)
    guard_work(Action.NO_SHOW, line)
    refuse(Status.ALLOCATED_INSUFFICIENT, when=quantity > line.allocated)

    amount = line.share(quantity)
    after = replace(
        line,
        cancelled=line.cancelled + quantity,
        cancelled_minor=line.cancelled_minor + amount,
    )
    after = settled(give_back(shop, after, quantity))
    write_line(shop, command.order_id, command.argument, after)
    states = (State.COMMITTED, State.AVAILABLE)
    tell_line(shop, command, Kind.NO_SHOW, quantity, states, amount_minor=amount)
    shop.rose(line.level)


def pick(shop: Shop, command: Command) -> None:
    """Somebody took the line's units off the shelf, as many as were there."""
    found = command.quantity
    refuse(Status.QUANTITY_NEGATIVE, when=found < 0)
    order, line = named_line(shop, command)
    guard_ready(order)
    guard_work(Action.PICK, line)
    refuse(Status.ALLOCATED_INSUFFICIENT, when=found > line.allocated or line.allocated == 0)

    short = line.allocated - found
    after = replace(
        line,
        allocated=found,
        unallocated=line.unallocated + short,
        fenced=min(line.fenced, found),
    )
    done = work_after(Action.PICK, line.work)
    after = replace(after, work=Work.INCOMPLETE if after.unallocated else done)
    write_line(shop, command.order_id, command.argument, after)
    tell_line(shop, command, Kind.PICKED, found)
    if short:
        if not shop.seen_by_count(command, line.level):
            shop.book(line.level.sku, Account.CORRECTION, short)
        tell_gone(shop, command, Kind.SHORT_PICKED, short)


def reroute(shop: Shop, command: Command) -> None:
    """Units that were not found are promised from other levels, each on a line of its own."""
    quantity, asked = command.quantity, command.location_to
    known = 0 <= asked < shop.locations or asked == ANY_LOCATION
    refuse(Status.LOCATION_UNKNOWN, when=not known)
    nowhere = asked == ANY_LOCATION and not 0 <= command.location < ZONES
    refuse(Status.ZONE_UNKNOWN, when=nowhere)
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    _, line = named_line(shop, command)
    refuse(Status.UNALLOCATED_INSUFFICIENT, when=quantity > line.unallocated)
    found = elsewhere(shop, command, line)
    refuse(Status.STOCK_INSUFFICIENT, when=sum(found.values()) < quantity)

    for location, units in found.items():
        promise_there(shop, command, location, units)
    _, rest = named_line(shop, command)
    write_line(shop, command.order_id, command.argument, settled(rest))


def elsewhere(shop: Shop, command: Command, line: Line) -> dict[int, int]:
    """Units by location: from the one that is named, or from where the rules of routing say."""
    if command.location_to != ANY_LOCATION:
        level = Level(command.location_to, line.level.sku)
        return {level.location: min(command.quantity, to_sell(shop, level, line.channel))}
    wanted = command._replace(
        sku=line.level.sku,
        channel=line.channel,
        location=line.level.location,
        location_to=command.location,
    )
    return {each.location: each.give for each in chosen_locations(shop, wanted)}


def promise_there(shop: Shop, command: Command, location: int, quantity: int) -> None:
    """Units of the line, with their share of the money, become a line of another location."""
    _, line = named_line(shop, command)
    level, amount = Level(location, line.level.sku), line.share(quantity)
    rest = replace(
        line,
        amount_minor=line.amount_minor - amount,
        ordered=line.ordered - quantity,
        unallocated=line.unallocated - quantity,
    )
    write_line(shop, command.order_id, command.argument, rest)
    number = next_line(shop, command)
    moved = Line(
        level,
        line.channel,
        amount,
        quantity,
        line.split_from,
        kit=line.kit,
        allocated=quantity,
        fenced=use_fence(shop, level, line.channel, quantity),
    )
    add_line(shop, command.order_id, moved)
    shop.add(level, State.AVAILABLE, -quantity)
    shop.add(level, State.COMMITTED, quantity)
    told = {"amount_minor": amount, "line": number, "location_to": level.location}
    states = (State.AVAILABLE, State.COMMITTED)
    tell_line(shop, command, Kind.REROUTED, quantity, states, **told)
