"""The shop's books: what a chain writes lies over the truth until the chain is through."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Generic, TypeVar

from core.schema import (
    CHANNELS,
    OUTSIDE,
    TTL_MAX_US,
    Account,
    HoldFrom,
    Kind,
    Route,
    State,
    Status,
)
from tests.core.naive.records import (
    Command,
    Document,
    Event,
    Lane,
    Level,
    Line,
    Movement,
    Order,
    Part,
    Party,
    Reservation,
    Terms,
    refuse,
)

Key = TypeVar("Key")
Value = TypeVar("Value")

NEVER_US = -(2**63)
NOWHERE = (OUTSIDE, OUTSIDE)


class Book(Generic[Key, Value]):
    """A dictionary whose latest writes can be dropped; what is missing reads as *blank*."""

    def __init__(self, blank: Value) -> None:
        self.blank = blank
        self.truth: dict[Key, Value] = {}
        self.draft: dict[Key, Value] = {}

    def __getitem__(self, key: Key) -> Value:
        if key in self.draft:
            return self.draft[key]
        return self.truth.get(key, self.blank)

    def __setitem__(self, key: Key, value: Value) -> None:
        self.draft[key] = value

    def items(self) -> Iterator[tuple[Key, Value]]:
        """Everything that was ever written."""
        yield from (self.truth | self.draft).items()

    def keep(self) -> None:
        """Let what was written become the truth; nothing need be kept of a blank."""
        for key, value in self.draft.items():
            self.truth[key] = value
            if value == self.blank:
                del self.truth[key]
        self.draft.clear()


class Shop:
    """All books of one shop, and what the chain under way needs to know."""

    def __init__(self, skus: int, locations: int, remembered_moves: int) -> None:
        self.skus = skus
        self.locations = locations
        self.remembered_moves = remembered_moves

        self.stock: Book[tuple[Level, State], int] = Book(0)
        self.accounts: Book[tuple[int, Account], int] = Book(0)
        self.orders: Book[int, Order | None] = Book(None)
        self.reservations: Book[int, Reservation | None] = Book(None)
        self.documents: Book[int, Document | None] = Book(None)
        self.parties: Book[int, Party | None] = Book(None)
        # Ids of open documents, in the order in which they are used up.
        self.arrivals: Book[Level, tuple[int, ...]] = Book(())
        self.lots: Book[Level, tuple[int, ...]] = Book(())
        self.grants: Book[int, tuple[int, ...]] = Book(())
        # Lines that wait for goods, the oldest first: order and number.
        self.waiting: Book[Level, tuple[tuple[int, int], ...]] = Book(())

        self.buffers: Book[tuple[Level, int], int] = Book(0)
        self.fences: Book[tuple[Level, int], int] = Book(0)
        self.terms: Book[Level, Terms] = Book(Terms())
        self.holds: Book[int, tuple[HoldFrom, int]] = Book((HoldFrom.CART, TTL_MAX_US))
        self.kits: Book[int, tuple[Part, ...]] = Book(())
        self.kits_in_use: Book[int, bool] = Book(blank=False)
        self.products: Book[int, int] = Book(0)
        self.floors: Book[Level, int] = Book(0)
        self.lanes: Book[tuple[int, int], Lane] = Book(Lane())
        self.routing: Book[str, tuple[Route, ...]] = Book(
            (Route.STORE_FLOOR, Route.LOWEST_COST, Route.FEWEST_SPLITS, Route.NEAREST)
        )
        self.channels_routed: Book[int, int] = Book(2**CHANNELS - 1)

        self.counted_us: Book[Level, int] = Book(NEVER_US)
        self.movements: dict[Level, list[Movement]] = defaultdict(list)
        self.moved: list[Level] = []  # by the chain
        self.movements_made = 0

        self.risen: list[Level] = []  # where more may be promised than before the chain
        self.first_id = 0  # of the chain
        self.to_come: list[Command] = []  # the chain's commands after this one
        self.order_made = False  # by this chain
        self.events: list[Event] = []  # of this command

    def books(self) -> Iterator["Book[object, object]"]:
        """Everything that a chain may write."""
        return (book for book in vars(self).values() if isinstance(book, Book))

    def keep(self) -> None:
        """Let what the chain wrote become the truth."""
        for book in self.books():
            book.keep()
        self.moved.clear()
        self.risen.clear()

    def drop(self) -> None:
        """Forget what the chain wrote."""
        for book in self.books():
            book.draft.clear()
        for level in self.moved:
            self.movements[level].pop()
        self.movements_made -= len(self.moved)
        self.moved.clear()
        self.risen.clear()

    def exists(self, level: Level) -> bool:
        """Whether the shop has such a level."""
        return 0 <= level.sku < self.skus and 0 <= level.location < self.locations

    def routes_to(self, location: int, channel: int) -> bool:
        """Whether what names no location may be looked for here."""
        return bool(self.channels_routed[location] >> channel & 1)

    def units(self, level: Level, state: State) -> int:
        """What stands at a level in a state."""
        return self.stock[level, state]

    def on_hand(self, level: Level) -> int:
        """All but incoming, summed."""
        return sum(self.stock[level, state] for state in State if state != State.INCOMING)

    def add(self, level: Level, state: State, quantity: int) -> None:
        """Change one state of a level."""
        self.stock[level, state] += quantity

    def book(self, sku: int, account: Account, quantity: int) -> None:
        """Change one account of a sku."""
        self.accounts[sku, account] += quantity

    def remember_movement(self, command: Command, level: Level, change: int) -> None:
        """Write down that what is on hand at the level has changed."""
        if change == 0:
            return
        movement = Movement(self.movements_made, command.happened_us, command.now_us, change)
        self.movements_made += 1
        self.movements[level].append(movement)
        self.moved.append(level)

    def rose(self, level: Level) -> None:
        """Write down that there may be something for those who wait at a level."""
        if level not in self.risen:
            self.risen.append(level)

    def seen_by_count(self, command: Command, level: Level) -> bool:
        """Whether whoever counted last has seen what is only told now."""
        return command.late and command.happened_us <= self.counted_us[level]

    def line(self, order_id: int, number: int) -> Line:
        """One line of an order that exists."""
        order = self.orders[order_id]
        assert order is not None
        return order.lines[number]

    def document(self, document_id: int) -> Document:
        """One document that exists."""
        document = self.documents[document_id]
        assert document is not None
        return document

    def tell(
        self,
        command: Command,
        kind: Kind,
        level: Level,
        quantity: int,
        states: tuple[int, int] = NOWHERE,
        /,
        **fields: int,
    ) -> None:
        """Tell of an effect; what *fields* does not say is as in the command."""
        said = {"order_id": command.order_id, "party_id": command.party_id}
        said |= {"channel": command.channel, "reason": command.reason}
        said |= {"amount_minor": 0, "location_to": 0, "line": 0, **fields}
        self.events.append(
            Event(
                sequence=0,  # the model numbers events when the chain is judged
                ordinal=0,
                now_us=command.now_us,
                sku=level.sku,
                location=level.location,
                quantity=quantity,
                kind=kind,
                state_from=states[0],
                state_to=states[1],
                **said,
            )
        )


def known_level(shop: Shop, command: Command, *, may_be_kit: bool = False) -> Level:
    """Guards on the level that a command names.

    Raises:
        Refused: it does not exist, or is a kit's and the command needs stock of its own.
    """
    refuse(Status.SKU_UNKNOWN, when=not 0 <= command.sku < shop.skus)
    refuse(Status.LOCATION_UNKNOWN, when=not 0 <= command.location < shop.locations)
    kit = bool(shop.kits[command.sku])
    refuse(Status.KIT_HAS_NO_STOCK, when=kit and not may_be_kit)
    return Level(command.location, command.sku)
