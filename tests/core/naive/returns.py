"""What customers bring back, and what is decided about it, at once or later."""

from dataclasses import replace

from core.records import Paper
from core.schema import LEVEL_MAX, OUTSIDE, Account, Disposition, Kind, State, Status
from tests.core.naive.backlog import write_line
from tests.core.naive.lines import named_line
from tests.core.naive.records import Command, Document, Level, refuse
from tests.core.naive.shop import Shop, known_level

STATE_OF = {
    Disposition.RESTOCKED: State.AVAILABLE,
    Disposition.PROCESSING_REQUIRED: State.QUALITY_CONTROL,
    Disposition.DAMAGED: State.DAMAGED,
}


def take_back(shop: Shop, command: Command) -> None:
    """Units of a line come back, and what was paid for them is refunded."""
    if command.order_id == 0:
        take_back_without_receipt(shop, command)
        return
    location, quantity = command.location, command.quantity
    refuse(Status.LOCATION_UNKNOWN, when=not 0 <= location < shop.locations)
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    guard_return(shop, command)
    order, line = named_line(shop, command)
    kept = line.fulfilled - line.returned
    refuse(Status.FULFILLED_INSUFFICIENT, when=quantity > kept)
    level = Level(location, line.level.sku)
    # Last, because only the line knows the sku.
    refuse(Status.QUANTITY_TOO_LARGE, when=not fits(shop, command, level))

    refund = (line.fulfilled_minor - line.refunded_minor) * quantity // kept
    paper = put_back(shop, command, level)
    after = replace(
        line,
        returned=line.returned + quantity,
        refunded_minor=line.refunded_minor + refund,
        undecided=line.undecided + paper.open,
    )
    write_line(shop, command.order_id, command.argument, after)
    number = command.argument
    shop.documents[command.id] = replace(
        paper, party_id=order.party_id, order_id=command.order_id, line=number
    )
    told = {"party_id": order.party_id, "line": number, "amount_minor": refund}
    shop.tell(command, Kind.RETURNED, level, quantity, states_of(shop, command, level), **told)


def take_back_without_receipt(shop: Shop, command: Command) -> None:
    """Somebody brings goods that were sold somewhere, some time: nobody knows for how much."""
    level = known_level(shop, command)
    refuse(Status.QUANTITY_NOT_POSITIVE, when=command.quantity <= 0)
    refuse(Status.QUANTITY_TOO_LARGE, when=not fits(shop, command, level))
    guard_return(shop, command)

    shop.documents[command.id] = put_back(shop, command, level)
    states = states_of(shop, command, level)
    shop.tell(command, Kind.RETURNED, level, command.quantity, states)


def guard_return(shop: Shop, command: Command) -> None:
    """Somebody says what becomes of the units, under a number of its own.

    Raises:
        Refused: nobody does, or the number is taken.
    """
    refuse(Status.DISPOSITION_UNKNOWN, when=command.reason > Disposition.DAMAGED)
    refuse(Status.DOCUMENT_EXISTS, when=shop.documents[command.id] is not None)


def fits(shop: Shop, command: Command, level: Level) -> bool:
    """Whether a level has room for what comes back, if it comes to stand there."""
    if command.reason not in STATE_OF:
        return True
    after = shop.units(level, State.AVAILABLE) - command.quantity  # where a count has seen them
    return shop.on_hand(level) + command.quantity <= LEVEL_MAX and after >= -LEVEL_MAX


def states_of(shop: Shop, command: Command, level: Level) -> tuple[int, int]:
    """From where to where the units go that came back.

    A count that has seen them has found them available.
    """
    state = STATE_OF.get(Disposition(command.reason), OUTSIDE)
    if not shop.seen_by_count(command, level):
        return OUTSIDE, state
    return (OUTSIDE, OUTSIDE) if state in (State.AVAILABLE, OUTSIDE) else (State.AVAILABLE, state)


def put_back(shop: Shop, command: Command, level: Level) -> Document:
    """Book units that came back, and return the paper on which they are decided about."""
    quantity = command.quantity
    start, end = states_of(shop, command, level)
    shop.book(level.sku, Account.CUSTOMER, -quantity)
    if start != OUTSIDE:
        shop.add(level, State(start), -quantity)
    if end != OUTSIDE:
        shop.add(level, State(end), quantity)
        shop.rose(level)
    if (start, end) == (OUTSIDE, OUTSIDE) or start != OUTSIDE:
        # Scrapped or never there; or the count had booked them in, not knowing from whom.
        shop.book(level.sku, Account.CORRECTION, quantity)
    else:
        shop.remember_movement(command, level, quantity)
    undecided = quantity if command.reason == Disposition.PROCESSING_REQUIRED else 0
    return Document(
        Paper.RETURN,
        command.party_id,
        quantity,
        undecided,
        sku=level.sku,
        location=level.location,
        closed=undecided == 0,
    )


def dispose(shop: Shop, command: Command) -> None:
    """Decide what becomes of units that came back some time ago."""
    quantity = command.quantity
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    undecided = command.reason == Disposition.PROCESSING_REQUIRED
    unknown = command.reason > Disposition.DAMAGED or undecided
    refuse(Status.DISPOSITION_UNKNOWN, when=unknown)
    back = shop.documents[command.argument]
    refuse(Status.DOCUMENT_UNKNOWN, when=back is None or back.kind != Paper.RETURN)
    assert back is not None
    refuse(Status.UNDECIDED_INSUFFICIENT, when=quantity > back.open)
    level = Level(back.location, back.sku)
    too_few = shop.units(level, State.QUALITY_CONTROL) < quantity
    refuse(Status.STATE_INSUFFICIENT, when=too_few)

    still = back.open - quantity
    shop.documents[command.argument] = replace(back, open=still, closed=still == 0)
    if back.order_id:
        line = shop.line(back.order_id, back.line)
        after = replace(line, undecided=line.undecided - quantity)
        write_line(shop, back.order_id, back.line, after)
    end: int = STATE_OF.get(Disposition(command.reason), OUTSIDE)
    if end == OUTSIDE and shop.seen_by_count(command, level):
        end = State.AVAILABLE  # whence the count has taken what it did not find
    shop.add(level, State.QUALITY_CONTROL, -quantity)
    if end == OUTSIDE:
        shop.book(level.sku, Account.CORRECTION, quantity)
        shop.remember_movement(command, level, -quantity)
    else:
        shop.add(level, State(end), quantity)
    shop.tell(
        command,
        Kind.DISPOSED,
        level,
        quantity,
        (State.QUALITY_CONTROL, end),
        order_id=back.order_id,
        party_id=back.party_id,
        line=back.line,
    )
    shop.rose(level)
