"""What the idiomatic engine passes around: one dataclass a thing."""

from dataclasses import dataclass, field

from core.schema import Kind, Status


@dataclass(slots=True)
class Command:
    """What somebody asks for; the fields of COMMAND that the rules read."""

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


@dataclass(slots=True)
class Answer:
    """What became of it."""

    sequence: int
    status: Status
    original: Status = Status.OK


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
    amount_minor: int
    line: int
    party_id: int
    channel: int
    reason: int


@dataclass(slots=True)
class Level:
    """Units of one sku at one location."""

    available: int = 0
    committed: int = 0
    reserved: int = 0
    incoming: int = 0


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

    def part(self, quantity: int) -> int:
        """Return the amount of the next *quantity* units: parts sum to the whole exactly."""
        done = self.fulfilled + self.cancelled
        upto = self.amount_minor * (done + quantity) // self.ordered
        return upto - self.amount_minor * done // self.ordered


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
class Order:
    """Lines placed by one chain."""

    party_id: int
    lines: list[Line] = field(default_factory=list)
