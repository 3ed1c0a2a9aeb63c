"""What customers bring back, and what is decided about it, at once or later."""

from dataclasses import replace

from core.records import Paper
from core.schema import LEVEL_MAX, OUTSIDE, Account, Disposition, Kind, State, Status
from tests.core.naive.backlog import fill, write_line
from tests.core.naive.lines import named_line
from tests.core.naive.records import Command, Document, Level, refuse
from tests.core.naive.shop import Shop

STATE_OF = {
    Disposition.RESTOCKED: State.AVAILABLE,
    Disposition.PROCESSING_REQUIRED: State.QUALITY_CONTROL,
    Disposition.DAMAGED: State.DAMAGED,
}


def take_back(shop: Shop, command: Command) -> None:
    """Units of a line come back, and what was paid for them is refunded."""
    location, quantity = command.location, command.quantity
    refuse(Status.LOCATION_UNKNOWN, when=not 0 <= location < shop.locations)
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    refuse(Status.DISPOSITION_UNKNOWN, when=command.reason > Disposition.DAMAGED)
    refuse(Status.DOCUMENT_EXISTS, when=shop.documents[command.id] is not None)
    order, line = named_line(shop, command)
    kept = line.fulfilled - line.returned
    refuse(Status.FULFILLED_INSUFFICIENT, when=quantity > kept)
    level = Level(location, line.level.sku)
    state = STATE_OF.get(Disposition(command.reason))
    # Last, because only the line knows the sku.
    full = state is not None and shop.on_hand(level) + quantity > LEVEL_MAX
    refuse(Status.QUANTITY_TOO_LARGE, when=full)

    refund = (line.fulfilled_minor - line.refunded_minor) * quantity // kept
    undecided = quantity if state == State.QUALITY_CONTROL else 0
    after = replace(
        line,
        returned=line.returned + quantity,
        refunded_minor=line.refunded_minor + refund,
        undecided=line.undecided + undecided,
    )
    write_line(shop, command.order_id, command.argument, after)
    shop.documents[command.id] = Document(
        Paper.RETURN,
        order.party_id,
        quantity,
        undecided,
        order_id=command.order_id,
        sku=level.sku,
        line=command.argument,
        location=location,
        closed=undecided == 0,
    )
    shop.book(level.sku, Account.CUSTOMER, -quantity)
    if state is None:
        shop.book(level.sku, Account.CORRECTION, quantity)
    else:
        shop.add(level, state, quantity)
        shop.remember_movement(command, level, quantity)
    shop.tell(
        command,
        Kind.RETURNED,
        level,
        quantity,
        (OUTSIDE, OUTSIDE if state is None else state),
        party_id=order.party_id,
        line=command.argument,
        amount_minor=refund,
    )
    fill(shop, command, level)


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
    line = shop.line(back.order_id, back.line)
    after = replace(line, undecided=line.undecided - quantity)
    write_line(shop, back.order_id, back.line, after)
    state = STATE_OF.get(Disposition(command.reason))
    shop.add(level, State.QUALITY_CONTROL, -quantity)
    if state is None:
        shop.book(level.sku, Account.CORRECTION, quantity)
        shop.remember_movement(command, level, -quantity)
    else:
        shop.add(level, state, quantity)
    shop.tell(
        command,
        Kind.DISPOSED,
        level,
        quantity,
        (State.QUALITY_CONTROL, OUTSIDE if state is None else state),
        order_id=back.order_id,
        party_id=back.party_id,
        line=back.line,
    )
    fill(shop, command, level)
