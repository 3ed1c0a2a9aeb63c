"""What an inventory must offer to be put to the properties.

Small on purpose: one verb a request, plain numbers and strings. An inventory offers what it can
and says so in `capabilities`; a property that needs more is not applicable to it, never passed.

Amounts are whole minor units (cents), quantities whole units, times seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Capability(StrEnum):
    """What an inventory can do beyond selling one sku at one location."""

    RESERVE = "reserve"  # RESERVE and RELEASE
    EXPIRY = "expiry"  # reservations end by themselves; needs CLOCK
    CHECKOUT = "checkout"  # PLACE whose `of` names a reservation orders the units it holds
    CLOCK = "clock"  # `wait` moves the inventory's time at once
    LOCATIONS = "locations"  # more than one, each with stock of its own
    ANY_LOCATION = "any_location"  # a line that names none is routed, and split where it must be
    MANY_LINES = "many_lines"  # requests of several lines, all or nothing; lines may share a sku
    WHOLE_ORDERS = "whole_orders"  # FULFIL, CANCEL and RETURN without lines: all that is left
    ORDERS = "orders"  # `order` tells the lines of an order
    CANCEL = "cancel"
    FULFIL = "fulfil"
    RETURN = "return"
    MONEY = "money"  # RETURN answers the refund, of any part of a line
    BACKORDER = "backorder"  # orders beyond stock up to a limit
    KITS = "kits"  # skus whose stock lies in other skus
    COUNTERS = "counters"  # `level` tells the counters of a level
    LEDGER = "ledger"  # `ledger` tells every movement, never altered
    IDEMPOTENT = "idempotent"  # a key used again answers again and does nothing
    MESSAGES = "messages"  # stock messages come in from another system
    RECONCILE = "reconcile"  # `reconcile` compares with the other system and repairs
    OUTBOX = "outbox"  # `sent` tells the messages that went out to the other system
    RACE = "race"  # several clients at once
    ERASURE = "erasure"  # `erase` forgets a customer


class Verb(StrEnum):
    """What a request asks for. RECEIVE, ADJUST, COUNT and SELL have happened already.

    FULFIL, CANCEL and RETURN name units of the order's lines, each line once, and are carried out
    whole or not at all; with WHOLE_ORDERS one without lines is about all that is left of the order.
    """

    RECEIVE = "receive"  # goods arrived
    ADJUST = "adjust"  # the record is wrong by a signed quantity
    COUNT = "count"  # so many are on the shelf
    SELL = "sell"  # at a till
    RESERVE = "reserve"  # a cart holds units until they expire
    RELEASE = "release"  # the cart lets go; `of` names the reservation
    PLACE = "place"  # an order; with CHECKOUT `of` may name the reservation it uses up
    FULFIL = "fulfil"  # `of` names the order; the goods left, in parts or whole
    CANCEL = "cancel"  # `of` names the order; in parts or whole
    RETURN = (
        "return"  # `of` names the order; goods came back to a line's location, or where they left
    )


@dataclass(frozen=True)
class Line:
    """Units of one sku, and for orders what they cost in all."""

    sku: str
    quantity: int
    location: str | None = None  # None: wherever the inventory finds it
    amount_minor: int = 0
    number: int | None = None  # FULFIL, CANCEL, RETURN: which line of PLACE, counted from 0


@dataclass(frozen=True)
class Request:
    """One request of one client."""

    verb: Verb
    key: str  # idempotency key, never used for another request
    lines: tuple[Line, ...] = ()
    of: str = ""  # the reservation or order that is meant
    channel: str = "web"  # "web" or "till"
    party: str = ""  # who buys
    ttl_s: float = 600.0  # of a reservation


@dataclass(frozen=True)
class Reply:
    """What became of a request."""

    accepted: bool
    id: str = ""  # of the reservation or order that came to be
    reason: str = ""  # why it was refused, in the inventory's own words
    refund_minor: int = 0


@dataclass(frozen=True)
class Level:
    """Counters of one sku at one location.

    on_hand is all that stands there; unavailable is what of it nobody may buy (damaged, in
    quality control, kept as safety stock).
    """

    on_hand: int
    available: int
    committed: int = 0
    reserved: int = 0
    unavailable: int = 0


@dataclass(frozen=True)
class Movement:
    """A line of the ledger: *quantity* (signed) was added to one counter of a level."""

    sku: str
    location: str
    counter: str  # a field of Level but on_hand
    quantity: int


@dataclass(frozen=True)
class OrderLine:
    """ordered = unallocated + allocated + backordered + fulfilled + cancelled."""

    sku: str
    ordered: int
    allocated: int = 0
    unallocated: int = 0
    backordered: int = 0
    fulfilled: int = 0
    cancelled: int = 0
    returned: int = 0
    amount_minor: int = 0
    refunded_minor: int = 0


class Meaning(StrEnum):
    """How the quantity of a stock message is to be read."""

    DELTA = "delta"  # so many units more (or, negative, fewer) on the other side
    ABSOLUTE = "absolute"  # so many units are on hand on the other side, as of `version`


@dataclass(frozen=True)
class Message:
    """What one system tells another about stock."""

    id: str  # a message sent again keeps its id
    sku: str
    location: str
    quantity: int
    meaning: Meaning
    version: int  # grows with every message the sender makes about this level
    origin: str  # the system in which the change first happened


class Inventory(Protocol):
    """An inventory under test.

    Every example of every property uses fresh skus, so an inventory need never be emptied.

    Attributes:
        capabilities: what it can do.
        settle_s: after which time what was done shows everywhere; 0 where it shows at once.
        name: of the system itself, as the origin of its messages.
    """

    capabilities: frozenset[Capability]
    settle_s: float
    name: str

    def locations(self) -> Sequence[str]:
        """Names of the locations, at least one."""
        ...

    def fresh_sku(self, stock: Mapping[str, int], parts: Mapping[str, int] | None = None) -> str:
        """Make a sku that nobody has used.

        Args:
            stock: units at each location.
            parts: for a kit, how many of which sku are in one; its own stock is then empty.
        """
        ...

    def allow_backorder(self, sku: str, location: str, limit: int) -> None:
        """Let orders for *sku* exceed its stock by up to *limit* units (BACKORDER)."""
        ...

    def do(self, request: Request) -> Reply:
        """Carry out one request and wait for its reply."""
        ...

    def race(self, requests: Sequence[Request], schedule: Sequence[int]) -> Sequence[Reply]:
        """Carry out several requests at once (RACE).

        Args:
            requests: one a client.
            schedule: a wish, which client makes the next step each time; an inventory that can
                be stepped follows it, so that a failing order of steps can be shrunk and shown.
                Real ones send all at once and let the machine decide.
        """
        ...

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:
        """How many units a shopper of *channel* is told can be bought."""
        ...

    def level(self, sku: str, location: str) -> Level:
        """Counters of a level (COUNTERS)."""
        ...

    def ledger(self, sku: str) -> Sequence[Movement]:
        """Every movement of *sku*, first to last, those of `fresh_sku` included (LEDGER)."""
        ...

    def order(self, order_id: str) -> Sequence[OrderLine]:
        """Lines of an order (ORDERS)."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass: at once with CLOCK, by waiting without."""
        ...

    def deliver(self, message: Message) -> None:
        """Take a message from the other system (MESSAGES)."""
        ...

    def sent(self) -> Sequence[Message]:
        """Messages for the other system, first to last (OUTBOX)."""
        ...

    def reconcile(self, truth: Mapping[tuple[str, str], int]) -> None:
        """Run one reconciliation against the other system's on_hand by (sku, location)."""
        ...

    def erase(self, party: str) -> None:
        """Forget who a customer was (ERASURE)."""
        ...

    def knows(self, party: str) -> bool:
        """Whether anything still tells of a customer (ERASURE)."""
        ...
