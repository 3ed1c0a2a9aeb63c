"""The rules of the specification: guards in the order of Status, then deed.

A rule sees a draft that is laid over the shop's truth. It writes nothing before its last guard.
"""

from dataclasses import replace

from core.schema import (
    AMOUNT_MAX,
    LEVEL_MAX,
    OUTSIDE,
    TTL_MAX_US,
    Flag,
    Kind,
    Operation,
    State,
    Status,
)
from tests.core.naive_records import (
    Command,
    Draft,
    Event,
    Level,
    Line,
    Refused,
    Reservation,
    event_of,
)


class Rules:
    """What each operation does to the draft, and the events it tells of."""

    def __init__(self, skus: int, locations: int) -> None:
        self.skus = skus
        self.locations = locations
        self.draft = Draft()
        self.first_id = 0  # of the chain
        self.order_made = False  # by this chain

    def run(self, command: Command) -> list[Event]:
        """Run one command whose envelope is good.

        Raises:
            Refused: with the status of the first guard that said no.
        """
        return {
            Operation.RESERVE: self._reserve,
            Operation.PLACE: self._order_line,
            Operation.SELL: self._order_line,
            Operation.RELEASE: self._release,
            Operation.FULFIL: self._end_line,
            Operation.CANCEL: self._end_line,
            Operation.RECEIVE: self._receive,
            Operation.ADJUST: self._correct,
            Operation.COUNT: self._correct,
            Operation.EXPECT: self._expect,
            Operation.EXPIRE: self._expire,
        }[Operation(command.operation)](command)

    def _expire(self, _: Command) -> list[Event]:
        """Nothing but the clock, which has run before."""
        return []

    def end_reservation(self, reservation_id: int, kind: Kind, command: Command) -> Event:
        """Give a reservation's units back, asked for (released) or not (expired)."""
        held = self.draft.reservations[reservation_id]
        assert held is not None
        self.draft.reservations[reservation_id] = None
        self.draft.move(held.level, held.quantity, start=State.RESERVED, end=State.AVAILABLE)
        return event_of(
            command,
            kind,
            held.level,
            held.quantity,
            (State.RESERVED, State.AVAILABLE),
            order_id=reservation_id,
            party_id=held.party_id,
            channel=held.channel,
            reason=command.reason if kind == Kind.RELEASED else 0,
        )

    def exists(self, level: Level) -> bool:
        """Whether the shop has such a level."""
        return 0 <= level.sku < self.skus and 0 <= level.location < self.locations

    def _level(self, command: Command) -> Level:
        _refuse(Status.SKU_UNKNOWN, when=not 0 <= command.sku < self.skus)
        _refuse(Status.LOCATION_UNKNOWN, when=not 0 <= command.location < self.locations)
        return Level(command.location, command.sku)

    def _fits(self, level: Level, **changes: int) -> None:
        """No state of the level leaves +-LEVEL_MAX."""
        after = [self.draft.units(level, State[name]) + by for name, by in changes.items()]
        _refuse(Status.QUANTITY_TOO_LARGE, when=any(abs(units) > LEVEL_MAX for units in after))

    def _reserve(self, command: Command) -> list[Event]:
        level = self._level(command)
        quantity = command.quantity
        _refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
        self._fits(level, RESERVED=quantity)
        _refuse(Status.TTL_NOT_POSITIVE, when=command.argument <= 0)
        _refuse(Status.TTL_TOO_LONG, when=command.argument > TTL_MAX_US)
        known = self.draft.reservations.get(command.id) is not None
        _refuse(Status.RESERVATION_EXISTS, when=known)
        short = self.draft.units(level, State.AVAILABLE) < quantity
        _refuse(Status.STOCK_INSUFFICIENT, when=short)

        self.draft.move(level, quantity, start=State.AVAILABLE, end=State.RESERVED)
        self.draft.reservations[command.id] = Reservation(
            level,
            command.now_us + command.argument,
            command.party_id,
            quantity,
            command.channel,
        )
        states = (State.AVAILABLE, State.RESERVED)
        return [event_of(command, Kind.RESERVED, level, quantity, states, order_id=command.id)]

    def _order_line(self, command: Command) -> list[Event]:
        """PLACE and SELL: a new line, allocated by the one and fulfilled by the other."""
        sold = command.operation == Operation.SELL
        fact = sold or bool(command.flags & Flag.ACCEPTED)
        level = self._level(command)
        quantity = command.quantity
        _refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
        self._fits(level, AVAILABLE=-quantity, COMMITTED=0 if sold else quantity)
        _refuse(Status.AMOUNT_NEGATIVE, when=command.argument < 0)
        _refuse(Status.AMOUNT_TOO_LARGE, when=command.argument > AMOUNT_MAX)
        _refuse(Status.ORDER_ID_NOT_FIRST, when=command.order_id != self.first_id)
        earlier = command.order_id in self.draft.orders and not self.order_made
        _refuse(Status.ORDER_EXISTS, when=earlier)
        before = self.draft.units(level, State.AVAILABLE)
        _refuse(Status.STOCK_INSUFFICIENT, when=not fact and before < quantity)

        self.order_made = True
        end = None if sold else State.COMMITTED
        self.draft.move(level, quantity, start=State.AVAILABLE, end=end)
        lines = self.draft.orders.get(command.order_id, ())
        line = Line(
            level,
            command.party_id,
            command.channel,
            command.argument,
            quantity,
            allocated=0 if sold else quantity,
            fulfilled=quantity if sold else 0,
        )
        self.draft.orders[command.order_id] = (*lines, line)
        happened = event_of(
            command,
            Kind.SOLD if sold else Kind.PLACED,
            level,
            quantity,
            (State.AVAILABLE, OUTSIDE if end is None else end),
            order_id=command.order_id,
            amount_minor=command.argument,
            line=len(lines),
        )
        return [happened, *self._shortage(command, level, before)]

    def _shortage(self, command: Command, level: Level, before: int) -> list[Event]:
        """By how many units a fact has pushed available further below zero."""
        after = self.draft.units(level, State.AVAILABLE)
        short = max(0, -after) - max(0, -before)
        if short <= 0:
            return []
        return [event_of(command, Kind.SHORTAGE, level, short, (OUTSIDE, OUTSIDE))]

    def _release(self, command: Command) -> list[Event]:
        unknown = self.draft.reservations.get(command.argument) is None
        _refuse(Status.RESERVATION_UNKNOWN, when=unknown)
        return [self.end_reservation(command.argument, Kind.RELEASED, command)]

    def _end_line(self, command: Command) -> list[Event]:
        """FULFIL and CANCEL: allocated units leave the shop, or become available again."""
        quantity, number = command.quantity, command.argument
        _refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
        lines = self.draft.orders.get(command.order_id, ())
        _refuse(Status.ORDER_UNKNOWN, when=not lines)
        _refuse(Status.LINE_UNKNOWN, when=not 0 <= number < len(lines))
        line = lines[number]
        _refuse(Status.ALLOCATED_INSUFFICIENT, when=line.allocated < quantity)

        cancelled = command.operation == Operation.CANCEL
        done = line.fulfilled + line.cancelled
        amount = line.amount_minor * (done + quantity) // line.ordered
        amount -= line.amount_minor * done // line.ordered
        end = State.AVAILABLE if cancelled else None
        self.draft.move(line.level, quantity, start=State.COMMITTED, end=end)
        ended = replace(
            line,
            allocated=line.allocated - quantity,
            fulfilled=line.fulfilled + (0 if cancelled else quantity),
            cancelled=line.cancelled + (quantity if cancelled else 0),
        )
        self.draft.orders[command.order_id] = (*lines[:number], ended, *lines[number + 1 :])
        return [
            event_of(
                command,
                Kind.CANCELLED if cancelled else Kind.FULFILLED,
                line.level,
                quantity,
                (State.COMMITTED, OUTSIDE if end is None else end),
                order_id=command.order_id,
                amount_minor=amount,
                line=number,
                party_id=lines[0].party_id,
                channel=line.channel,
            ),
        ]

    def _receive(self, command: Command) -> list[Event]:
        level = self._level(command)
        quantity = command.quantity
        _refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
        self._fits(level, AVAILABLE=quantity)

        self.draft.move(level, quantity, start=None, end=State.AVAILABLE)
        expected = min(self.draft.units(level, State.INCOMING), quantity)
        self.draft.move(level, expected, start=State.INCOMING, end=None)
        states = (OUTSIDE, State.AVAILABLE)
        return [event_of(command, Kind.RECEIVED, level, quantity, states)]

    def _correct(self, command: Command) -> list[Event]:
        """ADJUST and COUNT: what is known to be wrong with available is put right."""
        counted = command.operation == Operation.COUNT
        level = self._level(command)
        change = command.quantity
        if counted:
            _refuse(Status.QUANTITY_NEGATIVE, when=command.quantity < 0)
            change -= self.draft.on_hand(level)
        else:
            _refuse(Status.QUANTITY_ZERO, when=command.quantity == 0)
        self._fits(level, AVAILABLE=change)
        # The difference to a count must fit into its event.
        _refuse(Status.QUANTITY_TOO_LARGE, when=counted and abs(change) > LEVEL_MAX)

        before = self.draft.units(level, State.AVAILABLE)
        self.draft.move(level, change, start=None, end=State.AVAILABLE)
        kind = Kind.COUNTED if counted else Kind.ADJUSTED
        happened = event_of(command, kind, level, change, (OUTSIDE, State.AVAILABLE))
        return [happened, *self._shortage(command, level, before)]

    def _expect(self, command: Command) -> list[Event]:
        level = self._level(command)
        _refuse(Status.QUANTITY_ZERO, when=command.quantity == 0)
        self._fits(level, INCOMING=command.quantity)

        before = self.draft.units(level, State.INCOMING)
        change = max(0, before + command.quantity) - before
        self.draft.move(level, change, start=None, end=State.INCOMING)
        return [event_of(command, Kind.EXPECTED, level, change, (OUTSIDE, State.INCOMING))]


def _refuse(status: Status, *, when: bool) -> None:
    if when:
        raise Refused(status)
