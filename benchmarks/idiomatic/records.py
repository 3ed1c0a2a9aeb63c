"""What the idiomatic engine passes around: one dataclass a thing."""

from collections import deque
from dataclasses import dataclass, field
from typing import TypeAlias

from core.schema import Kind, Status
from core.steps import Work


@dataclass(slots=True)
class Command:
    """What somebody asks for."""

    id: int
    operation: int
    now_us: int
    order_id: int = 0
    sku: int = 0
    location: int = 0
    quantity: int = 1
    argument: int = 0
    flags: int = 0
    party_id: int = 0
    channel: int = 0
    reason: int = 0
    occurred_us: int = 0
    location_to: int = 0

    def asks_the_same(self, other: "Command") -> bool:
        """Whether *other* differs in id and times at most."""
        return (
            self.operation == other.operation
            and self.sku == other.sku
            and self.location == other.location
            and self.quantity == other.quantity
            and self.argument == other.argument
            and self.order_id == other.order_id
            and self.party_id == other.party_id
            and self.flags == other.flags
            and self.channel == other.channel
            and self.reason == other.reason
            and self.location_to == other.location_to
        )


@dataclass(slots=True)
class Answer:
    """What became of it."""

    sequence: int
    status: Status
    original: Status = Status.OK
    available: int = 0
    events: int = 0


@dataclass(slots=True)
class Event:
    """What happened."""

    sequence: int
    now_us: int
    kind: Kind
    order_id: int
    sku: int
    location: int
    quantity: int
    state_from: int
    state_to: int
    party_id: int
    channel: int
    reason: int
    amount_minor: int = 0
    line: int = 0
    location_to: int = 0


@dataclass(slots=True)
class Accounts:
    """Where units of one sku are that are on no level."""

    supplier: int = 0
    customer: int = 0
    correction: int = 0
    in_transit: int = 0


# Its number, when it happened, when it was told, and the change of on_hand.
Move: TypeAlias = tuple[int, int, int, int]


@dataclass(slots=True)
class Level:
    """Units of one sku at one location."""

    accounts: Accounts
    available: int = 0
    committed: int = 0
    reserved: int = 0
    incoming: int = 0
    coming: int = 0  # of incoming: in transfers
    counted_us: int = -(2**63)
    moves: deque[Move] = field(default_factory=deque)
    moves_dropped: bool = False
    transfers: list[tuple[int, int]] = field(default_factory=list)  # to it, by (due_us, id)

    @property
    def on_hand(self) -> int:
        """What should be in the building."""
        return self.available + self.committed + self.reserved


@dataclass(slots=True)
class Line:
    """One sku of an order."""

    level: Level
    sku: int
    location: int
    channel: int
    ordered: int
    amount_minor: int
    allocated: int = 0
    fulfilled: int = 0
    cancelled: int = 0
    fulfilled_minor: int = 0
    cancelled_minor: int = 0
    work: Work = Work.OPEN

    def share(self, quantity: int) -> int:
        """Return the amount of the next *quantity* units: parts sum to the whole exactly."""
        rest = self.amount_minor - self.fulfilled_minor - self.cancelled_minor
        return rest * quantity // (self.ordered - self.fulfilled - self.cancelled)


@dataclass(slots=True)
class Reservation:
    """A cart's hold."""

    level: Level
    sku: int
    location: int
    quantity: int
    expires_us: int
    party_id: int
    channel: int


@dataclass(slots=True)
class Transfer:
    """Units under way from one location to another."""

    level: Level  # where they will arrive
    sku: int
    location: int
    location_to: int
    quantity: int
    open: int
    due_us: int
    closed: bool = False


@dataclass(slots=True)
class Order:
    """Lines placed by one chain."""

    party_id: int
    ready: bool
    lines: list[Line] = field(default_factory=list)
