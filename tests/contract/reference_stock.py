"""Levels of the reference inventory, their ledger, and what other systems tell and are told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from storetwin_contract.protocol import Meaning, Message, Movement

Place = tuple[str, str]
COUNTERS = ("available", "committed", "reserved", "unavailable")


@dataclass
class Unit:
    """One unit of an order line, and where what is in it stands."""

    state: str
    picks: list[Place]
    back: bool = False


@dataclass
class Heard:
    """What the other system said about a level, and what both had at the start."""

    opening: int
    messages: dict[str, Message] = field(default_factory=dict)

    def on_hand(self) -> int:
        """Units by the last absolute message and the deltas after it."""
        base, version = self.opening, 0
        for message in self.messages.values():
            if message.meaning is Meaning.ABSOLUTE and message.version >= version:
                base, version = message.quantity, message.version
        return base + sum(
            message.quantity
            for message in self.messages.values()
            if message.meaning is Meaning.DELTA and message.version > version
        )


class Stock:
    """Counters by level, each change of which is a line of the ledger."""

    name = "reference"

    def __init__(self) -> None:
        self.now = 0.0
        self.stock: dict[Place, Counter[str]] = {}
        self.limits: dict[Place, int] = {}
        self.kits: dict[str, Mapping[str, int]] = {}
        self.movements: list[Movement] = []
        self.waiting: list[Unit] = []
        self.heard: dict[Place, Heard] = {}
        self.outbox: list[Message] = []
        self.numbers = 0

    def number(self) -> int:
        """A number that was never used."""
        self.numbers += 1
        return self.numbers

    # --- levels -------------------------------------------------------------------------------

    def locations(self) -> Sequence[str]:
        """Three of them."""
        return ("north", "south", "west")

    def fresh_sku(self, stock: Mapping[str, int], parts: Mapping[str, int] | None = None) -> str:
        """A new sku or kit."""
        sku = f"sku-{self.number()}"
        if parts:
            self.kits[sku] = dict(parts)
            return sku
        for location in self.locations():
            units = stock.get(location, 0)
            self.stock[sku, location] = Counter()
            self.heard[sku, location] = Heard(units)
            self.move((sku, location), available=units)
        return sku

    def allow_backorder(self, sku: str, location: str, limit: int) -> None:
        """Let orders wait."""
        self.limits[sku, location] = limit

    def move(self, place: Place, **by: int) -> None:
        """Change counters of a level, and write it down."""
        for counter, units in by.items():
            if units:
                self.stock[place][counter] += units
                self.movements.append(Movement(*place, counter, units))

    def tell(self, place: Place, origin: str) -> None:
        """Tell the other system what can be bought now."""
        version = self.number()
        units = self.stock[place]["available"]
        sku, location = place
        message_id = f"{self.name}-{version}"
        self.outbox.append(
            Message(message_id, sku, location, units, Meaning.ABSOLUTE, version, origin)
        )

    def free_up(self, place: Place, units: int, counter: str) -> None:
        """Units become free: those who wait come first."""
        self.move(place, **{counter: -units, "available": units})
        self.fill(place)

    def fill(self, place: Place) -> None:
        """Give what is available to those who wait."""
        for unit in list(self.waiting):
            if unit.picks == [place] and self.stock[place]["available"] > 0:
                self.waiting.remove(unit)
                unit.state = "allocated"
                self.move(place, available=-1, committed=1)

    # --- the other system ---------------------------------------------------------------------

    def deliver(self, message: Message) -> None:
        """Take a message."""
        place = (message.sku, message.location)
        if message.origin == self.name or message.id in self.heard[place].messages:
            return
        self.hear(place, message)

    def hear(self, place: Place, message: Message) -> None:
        """Move the stock by what a message adds to what was said before."""
        heard = self.heard[place]
        before = heard.on_hand()
        heard.messages[message.id] = message
        self.move(place, available=heard.on_hand() - before)
        self.fill(place)

    def sent(self) -> Sequence[Message]:
        """Messages that went out."""
        return list(self.outbox)

    def reconcile(self, truth: Mapping[Place, int]) -> None:
        """Put right what the other system counts otherwise."""
        for place, units in truth.items():
            has = sum(self.stock[place][counter] for counter in COUNTERS)
            self.move(place, available=units - has)
            heard = self.heard[place].messages
            version = max((message.version for message in heard.values()), default=0)
            message_id = f"reconciled-{self.number()}"
            heard[message_id] = Message(
                message_id, *place, units, Meaning.ABSOLUTE, version, "the other"
            )
            self.fill(place)
