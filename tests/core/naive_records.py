"""What the naive model writes down: commands, events, lines, reservations, and a chain's draft."""

from collections import ChainMap
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from core.schema import Kind, State, Status


class Command(NamedTuple):
    """One COMMAND, field by field."""

    id: int
    order_id: int
    now_us: int
    occurred_us: int
    party_id: int
    argument: int
    sku: int
    quantity: int
    location: int
    location_to: int
    operation: int
    flags: int
    channel: int
    reason: int


class Event(NamedTuple):
    """One EVENT, field by field."""

    sequence: int
    now_us: int
    order_id: int
    party_id: int
    amount_minor: int
    sku: int
    quantity: int
    location: int
    location_to: int
    ordinal: int
    line: int
    kind: int
    channel: int
    reason: int
    state_from: int
    state_to: int


class Level(NamedTuple):
    """Where stock stands."""

    location: int
    sku: int


@dataclass(frozen=True)
class Line:
    """What was promised to one customer of one sku, and what became of it."""

    level: Level
    party_id: int
    channel: int
    amount_minor: int
    ordered: int
    allocated: int = 0
    fulfilled: int = 0
    cancelled: int = 0


@dataclass(frozen=True)
class Reservation:
    """Units held for a cart until a time."""

    level: Level
    expires_us: int
    party_id: int
    quantity: int
    channel: int


class Refused(Exception):
    """A guard said no."""

    def __init__(self, status: Status, original: int = 0) -> None:
        super().__init__(status.name)
        self.status = status
        self.original = original


@dataclass
class Draft:
    """Everything a chain may change: its own writes before the shop's truth."""

    stock: ChainMap[tuple[Level, State], int] = field(default_factory=lambda: ChainMap({}, {}))
    orders: ChainMap[int, tuple[Line, ...]] = field(default_factory=lambda: ChainMap({}, {}))
    reservations: ChainMap[int, Reservation | None] = field(
        default_factory=lambda: ChainMap({}, {}),
    )

    def keep(self) -> None:
        """Let what the chain wrote become the truth."""
        for each in self._all():
            each.maps[1].update(each.maps[0])
        for key in [key for key, value in self.reservations.maps[0].items() if value is None]:
            del self.reservations.maps[1][key]
        self.drop()

    def drop(self) -> None:
        """Forget what the chain wrote."""
        for each in self._all():
            each.maps[0].clear()

    def _all(self) -> tuple[ChainMap[Any, Any], ...]:
        return self.stock, self.orders, self.reservations

    def units(self, level: Level, state: State) -> int:
        """What stands at a level in a state."""
        return self.stock.get((level, state), 0)

    def on_hand(self, level: Level) -> int:
        """All but incoming, summed."""
        return sum(self.units(level, state) for state in State if state != State.INCOMING)

    def move(self, level: Level, quantity: int, *, start: State | None, end: State | None) -> None:
        """Take from one state and give to another; None is outside the shop."""
        if start is not None:
            self.stock[level, start] = self.units(level, start) - quantity
        if end is not None:
            self.stock[level, end] = self.units(level, end) + quantity


def event_of(
    command: Command,
    kind: Kind,
    level: Level,
    quantity: int,
    states: tuple[int, int],
    *,
    order_id: int | None = None,
    party_id: int | None = None,
    amount_minor: int = 0,
    line: int = 0,
    channel: int | None = None,
    reason: int | None = None,
) -> Event:
    """Tell of an effect; the model numbers it when the chain is judged."""
    return Event(
        sequence=0,
        now_us=command.now_us,
        order_id=command.order_id if order_id is None else order_id,
        party_id=command.party_id if party_id is None else party_id,
        amount_minor=amount_minor,
        sku=level.sku,
        quantity=quantity,
        location=level.location,
        location_to=0,
        ordinal=0,
        line=line,
        kind=kind,
        channel=command.channel if channel is None else channel,
        reason=command.reason if reason is None else reason,
        state_from=states[0],
        state_to=states[1],
    )
