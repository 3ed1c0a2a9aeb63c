"""Goods on their way from one location to another, and what comes of them."""

from dataclasses import replace

from core.records import Paper
from core.schema import LEVEL_MAX, OUTSIDE, Account, Flag, Kind, State, Status
from tests.core.naive.availability import guard_crossing, to_sell
from tests.core.naive.lots import add_lot, take_from_lots
from tests.core.naive.records import Command, Document, Level, refuse
from tests.core.naive.shop import Shop, known_level
from tests.core.naive.stock import add_arrival, forget_closed_arrivals


def transfer(shop: Shop, command: Command) -> None:
    """Send goods away: a promise to the other location."""
    level = known_level(shop, command, may_be_kit=True)
    there = command.location_to
    refuse(Status.LOCATION_UNKNOWN, when=not 0 <= there < shop.locations)
    refuse(Status.LOCATION_SAME, when=there == level.location)
    known_level(shop, command)
    quantity, due_us = command.quantity, command.argument
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    guard_crossing(shop, level, -quantity)
    destination = Level(there, level.sku)
    incoming = shop.units(destination, State.INCOMING) + quantity
    refuse(Status.QUANTITY_TOO_LARGE, when=incoming > LEVEL_MAX)
    refuse(Status.DATE_PAST, when=0 < due_us < command.now_us)
    refuse(Status.NUMBER_OUT_OF_RANGE, when=due_us < 0)
    refuse(Status.DOCUMENT_EXISTS, when=shop.documents[command.id] is not None)
    refuse(Status.STOCK_INSUFFICIENT, when=to_sell(shop, level, command.channel) < quantity)

    shop.add(level, State.AVAILABLE, -quantity)
    shop.add(destination, State.INCOMING, quantity)
    shop.book(level.sku, Account.IN_TRANSIT, quantity)
    # A promise is made when it is asked for, whenever somebody thought of it.
    shop.remember_movement(command._replace(occurred_us=0), level, -quantity)
    told = {"order_id": command.id, "location_to": there}
    states = (State.AVAILABLE, OUTSIDE)
    shop.tell(command, Kind.TRANSFERRED, level, quantity, states, **told)
    first_end_us = take_from_lots(shop, command, level, quantity)
    sent = Document(
        Paper.TRANSFER,
        command.party_id,
        quantity,
        quantity,
        due_us=due_us,
        order_id=first_end_us,
        sku=level.sku,
        location=level.location,
        location_to=there,
    )
    add_arrival(shop, destination, command.id, sent)


def arrive(shop: Shop, command: Command) -> None:
    """Some of a transfer is here, or more than was sent, or no more will come."""
    quantity, final = command.quantity, bool(command.flags & Flag.FINAL)
    refuse(Status.QUANTITY_ZERO, when=quantity == 0 and not final)
    refuse(Status.QUANTITY_NEGATIVE, when=quantity < 0)
    sent = shop.documents[command.argument]
    known = sent is not None and sent.kind == Paper.TRANSFER
    end_us = sent.order_id if sent is not None and known else 0
    exists = shop.documents[command.id] is not None
    refuse(Status.DOCUMENT_EXISTS, when=end_us != 0 and quantity > 0 and exists)
    refuse(Status.DOCUMENT_UNKNOWN, when=not known)
    assert sent is not None
    refuse(Status.DOCUMENT_CLOSED, when=sent.closed)
    level = Level(sent.location_to, sent.sku)
    # Last, because only the document knows the level.
    refuse(Status.QUANTITY_TOO_LARGE, when=shop.on_hand(level) + quantity > LEVEL_MAX)

    came = min(quantity, sent.open)
    over, still = quantity - came, sent.open - came
    lost = still if final else 0
    ended = 0 < end_us <= command.now_us
    state: int = State.DAMAGED if ended else State.AVAILABLE
    seen = shop.seen_by_count(command, level)
    shop.add(level, State.INCOMING, -came - lost)
    shop.book(level.sku, Account.IN_TRANSIT, -came - lost)
    if seen:
        state = OUTSIDE
        shop.book(level.sku, Account.CORRECTION, came + lost)
    else:
        shop.add(level, State(state), quantity)
        shop.book(level.sku, Account.CORRECTION, lost - over)
        shop.remember_movement(command, level, quantity)
    told = {"order_id": command.argument, "location_to": sent.location}
    for kind, units, states in (
        (Kind.ARRIVED, came, (OUTSIDE, state)),
        (Kind.TRANSFER_OVER, over, (OUTSIDE, state)),
        (Kind.TRANSFER_SHORT, lost, (OUTSIDE, OUTSIDE)),
    ):
        if units:
            shop.tell(command, kind, level, units, states, **told)
    closed = final or still == 0
    shop.documents[command.argument] = replace(sent, open=still - lost, closed=closed)
    forget_closed_arrivals(shop, level)
    if end_us and quantity and not ended and not seen:
        add_lot(shop, command, level, quantity, end_us)
    shop.rose(level)
