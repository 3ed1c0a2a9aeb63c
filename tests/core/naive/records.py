"""What the naive model writes down: commands, events, and the things of a shop."""

from dataclasses import dataclass
from typing import NamedTuple

from core.records import Paper
from core.schema import Status
from core.steps import OrderState, Work


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

    @property
    def happened_us(self) -> int:
        """When it happened at the counter."""
        return self.occurred_us or self.now_us

    @property
    def late(self) -> bool:
        """Whether it happened before it was told."""
        return self.happened_us < self.now_us

    @property
    def body(self) -> "Command":
        """What a repeated command must have in common with the first."""
        return self._replace(id=0, now_us=0, occurred_us=0)


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
    channel: int
    amount_minor: int
    ordered: int
    split_from: int
    kit: int = -1
    fulfilled_minor: int = 0
    cancelled_minor: int = 0
    refunded_minor: int = 0
    unallocated: int = 0
    allocated: int = 0
    backordered: int = 0
    fulfilled: int = 0
    cancelled: int = 0
    returned: int = 0
    undecided: int = 0
    fenced: int = 0
    work: Work = Work.OPEN

    @property
    def open(self) -> int:
        """Units that are still owed to the customer."""
        return self.unallocated + self.allocated + self.backordered

    def share(self, quantity: int) -> int:
        """Of the amount that is left, what falls on *quantity* of the open units."""
        left = self.amount_minor - self.fulfilled_minor - self.cancelled_minor
        return left * quantity // self.open


@dataclass(frozen=True)
class Order:
    """One customer's lines."""

    party_id: int
    placed_us: int
    channel: int
    state: OrderState
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Reservation:
    """Units held for a cart until a time."""

    level: Level
    expires_us: int
    held_us: int
    party_id: int
    quantity: int
    channel: int
    fenced: int


@dataclass(frozen=True)
class Document:
    """Something with a number of its own that later commands refer to."""

    kind: Paper
    party_id: int
    quantity: int
    open: int
    due_us: int = 0
    order_id: int = 0
    sku: int = 0
    line: int = 0
    location: int = 0
    location_to: int = 0
    closed: bool = False


@dataclass(frozen=True)
class Party:
    """A customer's loyalty points."""

    points: int = 0
    owed: int = 0


class Part(NamedTuple):
    """One component of a kit."""

    sku: int
    per: int
    weight: int


class Terms(NamedTuple):
    """How much a level may promise beyond its stock."""

    cap: int = 0
    until_us: int = 0
    arrivals: bool = False


class Lane(NamedTuple):
    """What it takes to send goods from a location to a zone."""

    unit_cost: int = 0
    parcel_cost: int = 0
    distance: int = 0


class Movement(NamedTuple):
    """A change of what a level has on hand."""

    number: int
    happened_us: int
    arrived_us: int
    change: int


class Refused(Exception):
    """A guard said no."""

    def __init__(self, status: Status, original: int = 0) -> None:
        super().__init__(status.name)
        self.status = status
        self.original = original


def refuse(status: Status, *, when: bool) -> None:
    """Guard: the command is refused where *when* holds.

    Raises:
        Refused: it does.
    """
    if when:
        raise Refused(status)
