"""What is true by the replies so far: a naive shop of dictionaries that judges the real one.

The real inventory decides; `Truth` follows what it answered and says afterwards whether the answer
was possible. Some things nobody outside can know: where units stand, or left, that an order took
from anywhere, and whether a unit that came back is for sale again. So a promise can be judged in
two ways only, `too_much` (it must be refused) and `due` (it must be kept), and what lies between is
the inventory's own business.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from storetwin_contract.protocol import Line, Reply, Request, Verb

Place = tuple[str, str]  # sku and location
FOR_EVER = float("inf")


@dataclass
class Shelf:
    """A level as it must be.

    Attributes:
        on_hand: units that stand there and were never away.
        back: units that came back; whether they are for sale is the inventory's decision.
        aside: units that were not for sale from the start.
        limit: by how much orders may exceed the stock.
    """

    on_hand: int
    back: int = 0
    aside: int = 0
    limit: int = 0


@dataclass
class Sold:
    """A line of an order as it must be."""

    line: Line
    fulfilled: int = 0
    cancelled: int = 0
    returned: int = 0
    refunded_minor: int = 0

    @property
    def open(self) -> int:
        """Units that are still to go."""
        return self.line.quantity - self.fulfilled - self.cancelled

    @property
    def away(self) -> int:
        """Units that left and did not come back."""
        return self.fulfilled - self.returned

    def left(self, verb: Verb) -> int:
        """Units that FULFIL, CANCEL or RETURN can still be about."""
        return self.away if verb is Verb.RETURN else self.open


@dataclass
class Hold:
    """A reservation as it must be."""

    lines: Sequence[Line]
    ends_at: float


@dataclass
class Truth:
    """Everything the replies so far imply.

    Attributes:
        shelves: levels by place.
        parts: of the kits, how many of which sku.
        orders: lines by order.
        holds: reservations that nobody let go or ordered; they may have expired.
        gone: units by sku that left, and nobody outside knows from where.
        found: units by sku that came back to where they left, and nobody outside knows where.
        now: seconds since the example began.
    """

    shelves: dict[Place, Shelf] = field(default_factory=dict)
    parts: dict[str, Mapping[str, int]] = field(default_factory=dict)
    orders: dict[str, list[Sold]] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    gone: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    now: float = 0.0

    def copy(self) -> "Truth":
        """A truth that can go its own way."""
        return Truth(
            {place: Shelf(**vars(shelf)) for place, shelf in self.shelves.items()},
            self.parts,
            {order: [Sold(**vars(sold)) for sold in lines] for order, lines in self.orders.items()},
            dict(self.holds),
            Counter(self.gone),
            Counter(self.found),
            self.now,
        )

    # --- what is promised ---------------------------------------------------------------------

    def exploded(self, lines: Iterable[tuple[Line, int]]) -> Counter[tuple[str, str | None]]:
        """Units by sku and location (None: anywhere), kits taken apart, demand summed."""
        units: Counter[tuple[str, str | None]] = Counter()
        for line, quantity in lines:
            for sku, each in self.parts.get(line.sku, {line.sku: 1}).items():
                units[sku, line.location] += each * quantity
        return units

    def live(self) -> list[Hold]:
        """Reservations that have not ended."""
        return [hold for hold in self.holds.values() if hold.ends_at > self.now]

    def promised(self) -> Counter[tuple[str, str | None]]:
        """Units that orders and live reservations still claim."""
        claims = self.exploded(
            (sold.line, sold.open) for lines in self.orders.values() for sold in lines
        )
        for hold in self.live():
            claims.update(self.exploded((line, line.quantity) for line in hold.lines))
        return claims

    def free(self, place: Place) -> tuple[int, int]:
        """Units of a level that can be promised: surely, and at most."""
        sku = place[0]
        claims = self.promised()
        shelf = self.shelves[place]
        here = shelf.on_hand - shelf.aside - claims[place]
        roaming = claims[sku, None] + self.gone[sku]
        everywhere = self.free_in_all(sku)[1] if roaming else here + shelf.back
        return here - roaming, min(here + shelf.back, everywhere)

    def free_in_all(self, sku: str) -> tuple[int, int]:
        """Units of a sku that can be promised over all locations: surely, and at most."""
        claimed = sum(units for (name, _), units in self.promised().items() if name == sku)
        shelves = [shelf for (name, _), shelf in self.shelves.items() if name == sku]
        free = sum(shelf.on_hand - shelf.aside for shelf in shelves) - claimed - self.gone[sku]
        return free, free + sum(shelf.back for shelf in shelves) + self.found[sku]

    def stands(self, place: Place) -> int | None:
        """Units on hand at a level; None where nobody outside can know."""
        shelf = self.shelves[place]
        return None if self.gone[place[0]] else shelf.on_hand + shelf.back

    def stands_in_all(self, sku: str) -> int:
        """Units of a sku on hand over all locations."""
        shelves = [shelf for (name, _), shelf in self.shelves.items() if name == sku]
        there = sum(shelf.on_hand + shelf.back for shelf in shelves)
        return there - self.gone[sku] + self.found[sku]

    def kits_free(self, kit: str, location: str) -> int:
        """How many kits the parts at a location surely make."""
        return min(
            max(0, self.free((sku, location))[0]) // each for sku, each in self.parts[kit].items()
        )

    # --- judging promises ---------------------------------------------------------------------

    def too_much(self, lines: Sequence[Line], *, order: bool) -> str:
        """Say why a promise of *lines* exceeds the stock; empty where it does not."""
        asked = self.exploded((line, line.quantity) for line in lines)
        for (sku, location), units in asked.items():
            if location is not None:
                most = self.free((sku, location))[1]
                most += self.shelves[sku, location].limit if order else 0
                if units > most:
                    return f"{units} {sku} at {location} promised where {max(0, most)} were left"
        for sku, units in self._by_sku(asked).items():
            most = self.free_in_all(sku)[1] + (self._limit(sku) if order else 0)
            if units > most:
                return f"{units} {sku} promised where {max(0, most)} were left in all"
        return ""

    def due(self, lines: Sequence[Line], *, order: bool) -> bool:
        """Whether a promise of *lines* must be kept because the stock surely suffices."""
        asked = self.exploded((line, line.quantity) for line in lines)
        for (sku, location), units in asked.items():
            if location is not None:
                least = self.free((sku, location))[0]
                if units > least + (self.shelves[sku, location].limit if order else 0):
                    return False
        return all(
            units <= self.free_in_all(sku)[0] + (self._limit(sku) if order else 0)
            for sku, units in self._by_sku(asked).items()
        )

    def _limit(self, sku: str) -> int:
        return sum(shelf.limit for (name, _), shelf in self.shelves.items() if name == sku)

    @staticmethod
    def _by_sku(asked: Mapping[tuple[str, str | None], int]) -> dict[str, int]:
        units: dict[str, int] = defaultdict(int)
        for (sku, _), wanted in asked.items():
            units[sku] += wanted
        return units

    def allows(self, request: Request, reply: Reply) -> bool:
        """Whether a sound inventory can have given *reply* now, with nobody else about."""
        match request.verb:
            case Verb.PLACE | Verb.RESERVE:
                order = request.verb is Verb.PLACE
                if reply.accepted:
                    return not self.too_much(request.lines, order=order)
                return not self.due(request.lines, order=order)
            case Verb.FULFIL | Verb.CANCEL | Verb.RETURN:
                return reply.accepted == self.within(request)
            case Verb.RELEASE:
                # To let go twice may be refused or answered again.
                hold = self.holds.get(request.of)
                return reply.accepted or hold is None or hold.ends_at <= self.now
            case _:
                return reply.accepted

    def within(self, request: Request) -> bool:
        """Whether a request about an order asks for no more units than its lines still have."""
        asked: Counter[int] = Counter()
        for number, units, _ in self.meant(request):
            asked[number] += units
        lines = self.orders[request.of]
        return all(units <= lines[number].left(request.verb) for number, units in asked.items())

    def meant(self, request: Request) -> list[tuple[int, int, str | None]]:
        """Number, units and location of each order line that a request is about."""
        if not request.lines:
            return [
                (number, sold.left(request.verb), None)
                for number, sold in enumerate(self.orders[request.of])
                if sold.left(request.verb) > 0
            ]
        meant = []
        for line in request.lines:
            assert line.number is not None
            meant.append((line.number, line.quantity, line.location))
        return meant

    # --- following the replies ----------------------------------------------------------------

    def apply(self, request: Request, reply: Reply) -> None:
        """Let an accepted request have its effect."""
        if not reply.accepted:
            return
        match request.verb:
            case Verb.PLACE:
                self.holds.pop(request.of, None)
                self.orders[reply.id] = [Sold(line) for line in request.lines]
            case Verb.RESERVE:
                self.holds[reply.id] = Hold(request.lines, self.now + request.ttl_s)
            case Verb.RELEASE:
                self.holds.pop(request.of, None)
            case Verb.FULFIL | Verb.CANCEL | Verb.RETURN:
                self._go_on(request, reply)
            case _:
                for line in request.lines:
                    self._happen(request.verb, line)

    def _go_on(self, request: Request, reply: Reply) -> None:
        meant = self.meant(request)
        for number, quantity, location in meant:
            sold = self.orders[request.of][number]
            match request.verb:
                case Verb.CANCEL:
                    sold.cancelled += quantity
                case Verb.FULFIL:
                    sold.fulfilled += quantity
                    self._leave(sold.line, quantity)
                case _:
                    sold.returned += quantity
                    self._come_back(sold.line, quantity, location)
        if request.verb is Verb.RETURN:
            self._refund([self.orders[request.of][number] for number, _, _ in meant], reply)

    def _leave(self, line: Line, quantity: int) -> None:
        for (sku, location), units in self.exploded([(line, quantity)]).items():
            if location is None:
                self.gone[sku] += units
            else:
                self.shelves[sku, location].on_hand -= units

    def _come_back(self, line: Line, quantity: int, location: str | None) -> None:
        for (sku, left_from), units in self.exploded([(line, quantity)]).items():
            where = location or left_from
            if where is None:
                self.found[sku] += units
            else:
                self.shelves[sku, where].back += units

    @staticmethod
    def _refund(lines: Sequence[Sold], reply: Reply) -> None:
        """Book a refund: the reply tells the sum, so each line has its share and one the rest."""
        rest = reply.refund_minor
        for sold in lines[1:]:
            due = sold.line.amount_minor * sold.returned // sold.line.quantity
            share = due - sold.refunded_minor
            sold.refunded_minor += share
            rest -= share
        if lines:
            lines[0].refunded_minor += rest

    def _happen(self, verb: Verb, line: Line) -> None:
        for (sku, location), units in self.exploded([(line, line.quantity)]).items():
            assert location is not None
            shelf = self.shelves[sku, location]
            if verb is Verb.COUNT:
                shelf.on_hand = units - shelf.back
            else:
                shelf.on_hand += -units if verb is Verb.SELL else units
