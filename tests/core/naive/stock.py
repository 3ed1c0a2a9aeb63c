"""Facts about stock: what arrived, what somebody found wrong, counted, expects or set aside."""

from dataclasses import replace

from core.records import Paper
from core.schema import LEVEL_MAX, OUTSIDE, Account, Kind, State, Status
from tests.core.naive.availability import guard_crossing, tell_shortage, to_sell
from tests.core.naive.lots import add_lot, take_from_lots
from tests.core.naive.records import Command, Document, Level, refuse
from tests.core.naive.shop import Shop, known_level

ON_THE_SHELF = (State.AVAILABLE, State.DAMAGED, State.SAFETY_STOCK, State.QUALITY_CONTROL)


def receive(shop: Shop, command: Command) -> None:
    """Goods arrive; less is expected then. With an end of sale they are a lot."""
    level = known_level(shop, command)
    quantity, end_us = command.quantity, command.argument
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    refuse(Status.QUANTITY_TOO_LARGE, when=shop.on_hand(level) + quantity > LEVEL_MAX)
    refuse(Status.DATE_PAST, when=0 < end_us <= command.now_us)
    refuse(Status.NUMBER_OUT_OF_RANGE, when=end_us < 0)
    known = end_us > 0 and shop.documents[command.id] is not None
    refuse(Status.DOCUMENT_EXISTS, when=known)

    shop.book(level.sku, Account.SUPPLIER, -quantity)
    expect_less(shop, level, quantity)
    if shop.seen_by_count(command, level):
        shop.book(level.sku, Account.CORRECTION, quantity)
        shop.tell(command, Kind.RECEIVED, level, quantity)
        return
    shop.add(level, State.AVAILABLE, quantity)
    shop.remember_movement(command, level, quantity)
    shop.tell(command, Kind.RECEIVED, level, quantity, (OUTSIDE, State.AVAILABLE))
    if end_us > 0:
        add_lot(shop, command, level, quantity, end_us)
    shop.rose(level)


def undated(shop: Shop, level: Level) -> int:
    """Incoming units that no arrival and no transfer accounts for."""
    dated = sum(shop.document(each).open for each in shop.arrivals[level])
    return shop.units(level, State.INCOMING) - dated


def expect_less(shop: Shop, level: Level, quantity: int) -> None:
    """What has come is no longer expected: arrivals by their dates, then what has no date."""
    without_date = undated(shop, level)
    for arrival_id in shop.arrivals[level]:
        arrival = shop.document(arrival_id)
        if arrival.kind == Paper.ARRIVAL:
            came = min(arrival.open, quantity)
            quantity -= came
            still = arrival.open - came
            shop.documents[arrival_id] = replace(arrival, open=still, closed=still == 0)
            shop.add(level, State.INCOMING, -came)
    shop.add(level, State.INCOMING, -min(without_date, quantity))
    forget_closed_arrivals(shop, level)


def forget_closed_arrivals(shop: Shop, level: Level) -> None:
    """Nothing more is to come of what is closed."""
    shop.arrivals[level] = tuple(
        each for each in shop.arrivals[level] if not shop.document(each).closed
    )


def add_arrival(shop: Shop, level: Level, document_id: int, document: Document) -> None:
    """Write down what is on its way to a level."""
    shop.documents[document_id] = document
    coming = (*shop.arrivals[level], document_id)
    shop.arrivals[level] = tuple(
        sorted(coming, key=lambda each: (shop.document(each).due_us, each))
    )


def expect(shop: Shop, command: Command) -> None:
    """A supplier owes more, or fewer; by a date, or some time."""
    level = known_level(shop, command)
    quantity, due_us = command.quantity, command.argument
    refuse(Status.QUANTITY_ZERO, when=quantity == 0)
    refuse(Status.QUANTITY_NOT_POSITIVE, when=due_us > 0 and quantity < 0)
    after = shop.units(level, State.INCOMING) + quantity
    refuse(Status.QUANTITY_TOO_LARGE, when=abs(after) > LEVEL_MAX)
    refuse(Status.DATE_PAST, when=0 < due_us < command.now_us)
    refuse(Status.NUMBER_OUT_OF_RANGE, when=due_us < 0)
    known = due_us > 0 and shop.documents[command.id] is not None
    refuse(Status.DOCUMENT_EXISTS, when=known)

    change = max(quantity, -undated(shop, level))
    shop.add(level, State.INCOMING, change)
    if due_us > 0:
        arrival = Document(
            Paper.ARRIVAL,
            command.party_id,
            quantity,
            quantity,
            due_us=due_us,
            sku=level.sku,
            location=level.location,
        )
        add_arrival(shop, level, command.id, arrival)
    shop.tell(command, Kind.EXPECTED, level, change, (OUTSIDE, State.INCOMING))


def adjust(shop: Shop, command: Command) -> None:
    """Somebody found the record wrong."""
    level = known_level(shop, command)
    change = command.quantity
    refuse(Status.QUANTITY_ZERO, when=change == 0)
    guard_crossing(shop, level, change)

    if shop.seen_by_count(command, level):
        shop.tell(command, Kind.ADJUSTED, level, change)
        return
    put_right(shop, command, Kind.ADJUSTED, level, change)


def count(shop: Shop, command: Command) -> None:
    """Somebody counted what is on hand; what has moved since then is laid on top."""
    level = known_level(shop, command)
    refuse(Status.QUANTITY_NEGATIVE, when=command.quantity < 0)
    if shop.seen_by_count(command, level):
        shop.tell(command, Kind.COUNTED, level, 0, (OUTSIDE, State.AVAILABLE))
        return
    difference = command.quantity - (shop.on_hand(level) - moved_since(shop, command, level))
    refuse(Status.QUANTITY_TOO_LARGE, when=abs(difference) > LEVEL_MAX)
    guard_crossing(shop, level, difference)

    shop.counted_us[level] = command.happened_us
    put_right(shop, command, Kind.COUNTED, level, difference)


def moved_since(shop: Shop, command: Command, level: Level) -> int:
    """Sum of what has moved at the level after the time that the command tells of.

    Raises:
        Refused: some of it is no longer remembered.
    """
    since_us = command.happened_us
    if not command.late:
        return 0
    change = 0
    for movement in reversed(shop.movements[level]):
        forgotten = movement.number < shop.movements_made - shop.remembered_moves
        refuse(Status.COUNT_TOO_LATE, when=forgotten)
        if movement.arrived_us <= since_us:
            break
        if movement.happened_us > since_us:
            change += movement.change
    return change


def put_right(shop: Shop, command: Command, kind: Kind, level: Level, change: int) -> None:
    """Available takes a correction."""
    before = shop.units(level, State.AVAILABLE)
    shop.add(level, State.AVAILABLE, change)
    shop.book(level.sku, Account.CORRECTION, -change)
    shop.remember_movement(command, level, change)
    shop.tell(command, kind, level, change, (OUTSIDE, State.AVAILABLE))
    tell_shortage(shop, command, level, before)
    take_from_lots(shop, command, level, max(0, -change))
    shop.rose(level)


def reclassify(shop: Shop, command: Command) -> None:
    """Units of a level change their state: damaged, kept back, to be looked at."""
    known_level(shop, command, may_be_kit=True)
    start, end = divmod(command.argument, 256)
    known = start != end and start in ON_THE_SHELF and end in ON_THE_SHELF
    refuse(Status.STATE_UNKNOWN, when=not known)
    level = known_level(shop, command)
    quantity = command.quantity
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    start, end = State(start), State(end)
    before = shop.units(level, State.AVAILABLE)
    full = end != State.AVAILABLE and shop.units(level, end) + quantity > LEVEL_MAX
    empty = start == State.AVAILABLE and before - quantity < -LEVEL_MAX
    refuse(Status.QUANTITY_TOO_LARGE, when=full or empty)
    too_few = start != State.AVAILABLE and shop.units(level, start) < quantity
    refuse(Status.STATE_INSUFFICIENT, when=too_few)
    promise = (start, end) == (State.AVAILABLE, State.SAFETY_STOCK)
    short = promise and to_sell(shop, level, command.channel) < quantity
    refuse(Status.STOCK_INSUFFICIENT, when=short)

    shop.add(level, start, -quantity)
    shop.add(level, end, quantity)
    shop.tell(command, Kind.RECLASSIFIED, level, quantity, (start, end))
    tell_shortage(shop, command, level, before)
    if start == State.AVAILABLE and end != State.SAFETY_STOCK:
        take_from_lots(shop, command, level, quantity)
    shop.rose(level)
