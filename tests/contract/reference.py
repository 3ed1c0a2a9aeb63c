"""A correct inventory of dictionaries that offers everything, unit by unit and one step at a time.

It is as plain as can be: every unit of an order line is an object, every change of a counter is a
line of the ledger. The broken inventories beside it differ in one method each.
"""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from storetwin_contract.protocol import (
    Capability,
    Level,
    Line,
    Movement,
    OrderLine,
    Reply,
    Request,
    Verb,
)
from tests.contract.reference_stock import COUNTERS, Place, Stock, Unit


class Refused(Exception):
    """A request cannot be met."""


@dataclass
class Ordered:
    """A line of an order."""

    line: Line
    units: list[Unit]
    refunded_minor: int = 0

    def in_state(self, *states: str) -> list[Unit]:
        """Units in one of these states."""
        return [unit for unit in self.units if unit.state in states]


About = tuple[Ordered, list[Unit], str | None]  # units of a line, and where they come back to


@dataclass
class Hold:
    """A reservation."""

    picks: list[list[Place]]
    ends_at: float
    live: bool = True


class Reference(Stock):
    """The inventory."""

    capabilities = frozenset(Capability)
    settle_s = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, list[Ordered]] = {}
        self.buyers: dict[str, str] = {}
        self.holds: dict[str, Hold] = {}
        self.replies: dict[str, Reply] = {}
        self.trace: list[tuple[int, str]] = []

    def expire(self) -> None:
        """End reservations whose time is over."""
        for hold in self.holds.values():
            if hold.live and hold.ends_at <= self.now:
                self.let_go(hold)

    def let_go(self, hold: Hold) -> None:
        """Give back what a cart holds."""
        hold.live = False
        for picks in hold.picks:
            for place in picks:
                self.free_up(place, 1, "reserved")

    # --- requests -----------------------------------------------------------------------------

    def do(self, request: Request) -> Reply:
        """One request."""
        return self.race([request], [])[0]

    def race(self, requests: Sequence[Request], schedule: Sequence[int]) -> Sequence[Reply]:
        """Several requests, step by step as the schedule wishes."""
        self.trace = []
        replies: dict[int, Reply] = {}
        clients = {at: self.steps(request) for at, request in enumerate(requests)}
        turns = [at % len(requests) for at in schedule]
        while clients:
            at = turns.pop(0) if turns else min(clients)
            if at in clients:
                try:
                    self.trace.append((at, next(clients[at])))
                except StopIteration as end:
                    replies[at] = end.value
                    del clients[at]
        return [replies[at] for at in range(len(requests))]

    def steps(self, request: Request) -> Generator[str, None, Reply]:
        """Serve one request; here in one step that nobody comes between."""
        yield "is served"
        return self.serve(request)

    def serve(self, request: Request) -> Reply:
        """Answer a request, or answer again."""
        self.expire()
        if request.key not in self.replies:
            before = {place: stock["available"] for place, stock in self.stock.items()}
            try:
                reply = self.answer(request)
            except Refused as refused:
                reply = Reply(accepted=False, reason=str(refused))
            self.remember(request, reply)
            for place, available in before.items():
                if self.stock[place]["available"] != available:
                    self.tell(place, self.name)
        return self.replies[request.key]

    def remember(self, request: Request, reply: Reply) -> None:
        """Keep the reply for when the key comes again."""
        self.replies[request.key] = reply

    def answer(self, request: Request) -> Reply:
        """Carry out a request."""
        match request.verb:
            case Verb.PLACE:
                return self.place(request)
            case Verb.RESERVE:
                return self.reserve(request)
            case Verb.RELEASE:
                return self.release(request)
            case Verb.FULFIL | Verb.CANCEL | Verb.RETURN:
                return self.go_on(request)
            case _:
                for line in request.lines:
                    self.happen(request.verb, line)
                return Reply(accepted=True)

    def happen(self, verb: Verb, line: Line) -> None:
        """Book a fact."""
        assert line.location is not None
        place = (line.sku, line.location)
        has = sum(self.stock[place][counter] for counter in COUNTERS)
        change = {Verb.SELL: -line.quantity, Verb.COUNT: line.quantity - has}
        self.move(place, available=change.get(verb, line.quantity))
        self.fill(place)

    def candidates(self, sku: str, location: str | None) -> list[Place]:
        """Where units of a line may come from."""
        return [(sku, at) for at in self.locations() if location in {None, at}]

    def available(self) -> Counter[Place]:
        """What can be picked, by level."""
        return Counter({place: stock["available"] for place, stock in self.stock.items()})

    def pick(self, line: Line, left: Counter[Place]) -> list[Place] | None:
        """Take one unit of a line out of what is left, or None where it is not there."""
        picks: list[Place] = []
        for sku, each in self.kits.get(line.sku, {line.sku: 1}).items():
            for _ in range(each):
                for place in self.candidates(sku, line.location):
                    if left[place] > 0:
                        left[place] -= 1
                        picks.append(place)
                        break
                else:
                    left.update(picks)
                    return None
        return picks

    def choose(self, lines: Sequence[Line], *, order: bool) -> list[list[Unit]]:
        """Find the units of all lines, each taken once.

        Raises:
            Refused: together they are more than there is.
        """
        left = self.available()
        waiting = Counter(place for unit in self.waiting for place in unit.picks)
        chosen: list[list[Unit]] = []
        for line in lines:
            units: list[Unit] = []
            for _ in range(line.quantity):
                picks = self.pick(line, left)
                if picks is not None:
                    units.append(Unit("allocated", picks))
                    continue
                place = (line.sku, str(line.location))
                if not order or waiting[place] >= self.limits.get(place, 0):
                    raise Refused("not enough")
                waiting[place] += 1
                units.append(Unit("backordered", [place]))
            chosen.append(units)
        return chosen

    def place(self, request: Request) -> Reply:
        """An order."""
        hold = self.holds.get(request.of)
        if hold is not None and hold.live:
            self.let_go(hold)  # nobody comes between this and the next line
        return self.book(request, self.choose(request.lines, order=True))

    def book(self, request: Request, chosen: list[list[Unit]]) -> Reply:
        """Write an order down."""
        order_id = f"order-{self.number()}"
        lines = zip(request.lines, chosen, strict=True)
        self.orders[order_id] = [Ordered(line, units) for line, units in lines]
        self.buyers[order_id] = request.party
        for unit in (unit for units in chosen for unit in units):
            if unit.state == "backordered":
                self.waiting.append(unit)
                continue
            for place in unit.picks:
                self.move(place, available=-1, committed=1)
        return Reply(accepted=True, id=order_id)

    def reserve(self, request: Request) -> Reply:
        """A cart."""
        chosen = self.choose(request.lines, order=False)
        hold_id = f"hold-{self.number()}"
        picks = [unit.picks for units in chosen for unit in units]
        self.holds[hold_id] = Hold(picks, self.now + request.ttl_s)
        self.buyers[hold_id] = request.party
        for place in (place for unit in picks for place in unit):
            self.move(place, available=-1, reserved=1)
        return Reply(accepted=True, id=hold_id)

    def release(self, request: Request) -> Reply:
        """A cart lets go."""
        hold = self.holds[request.of]
        if not hold.live:
            raise Refused("has ended already")
        self.let_go(hold)
        return Reply(accepted=True)

    def go_on(self, request: Request) -> Reply:
        """Fulfil, cancel or take back units of order lines."""
        about = self.meant(request)
        self.move_on(request.verb, about)
        back = [ordered for ordered, _, _ in about] if request.verb is Verb.RETURN else []
        return Reply(accepted=True, refund_minor=sum(self.refund(ordered) for ordered in back))

    def meant(self, request: Request) -> list[About]:
        """Units that a request is about; without lines it is about all that is left.

        Raises:
            Refused: it is about more than that.
        """
        states = {
            Verb.FULFIL: ("allocated",),
            Verb.CANCEL: ("backordered", "allocated"),
            Verb.RETURN: ("fulfilled",),
        }[request.verb]
        lines = self.orders[request.of]
        left = [
            [unit for state in states for unit in ordered.in_state(state) if not unit.back]
            for ordered in lines
        ]
        named = [(line.number or 0, line.quantity, line.location) for line in request.lines]
        if not named:
            named = [(number, len(units), None) for number, units in enumerate(left) if units]
        if not named or any(len(left[number]) < quantity for number, quantity, _ in named):
            raise Refused("more than is left")
        return [(lines[number], left[number][:units], at) for number, units, at in named]

    def move_on(self, verb: Verb, about: Sequence[About]) -> None:
        """Move all units on."""
        for _, units, location in about:
            for unit in units:
                self.change(verb, unit, location)

    def change(self, verb: Verb, unit: Unit, location: str | None) -> None:
        """Move one unit on."""
        if verb is Verb.RETURN:
            unit.back = True
            for sku, at in unit.picks:
                place = (sku, location or at)
                self.move(place, available=1)
                self.fill(place)
            return
        waited = unit.state == "backordered"
        unit.state = "fulfilled" if verb is Verb.FULFIL else "cancelled"
        if waited:
            self.waiting.remove(unit)
            return
        for place in unit.picks:
            if verb is Verb.FULFIL:
                self.move(place, committed=-1)
            else:
                self.free_up(place, 1, "committed")

    def refund(self, ordered: Ordered) -> int:
        """What is to be paid back now, so that all returns together are the whole amount."""
        back = sum(unit.back for unit in ordered.units)
        due = ordered.line.amount_minor * back // ordered.line.quantity
        refund = due - ordered.refunded_minor
        ordered.refunded_minor = due
        return refund

    # --- readings -----------------------------------------------------------------------------

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:
        """What a shopper is told."""
        self.expire()
        if sku in self.kits:
            parts = self.kits[sku].items()
            return min(self.shown(part, channel, location) // each for part, each in parts)
        return sum(max(0, self.stock[p]["available"]) for p in self.candidates(sku, location))

    def level(self, sku: str, location: str) -> Level:
        """Counters."""
        self.expire()
        counters = {counter: self.stock[sku, location][counter] for counter in COUNTERS}
        return Level(on_hand=sum(counters.values()), **counters)

    def ledger(self, sku: str) -> Sequence[Movement]:
        """Movements."""
        self.expire()
        return [movement for movement in self.movements if movement.sku == sku]

    def order(self, order_id: str) -> Sequence[OrderLine]:
        """Lines."""
        return [self.order_line(ordered) for ordered in self.orders[order_id]]

    def order_line(self, ordered: Ordered) -> OrderLine:
        """A line as it is told."""
        states = Counter(unit.state for unit in ordered.units)
        return OrderLine(
            ordered.line.sku,
            ordered.line.quantity,
            allocated=states["allocated"],
            backordered=states["backordered"],
            fulfilled=states["fulfilled"],
            cancelled=states["cancelled"],
            returned=sum(unit.back for unit in ordered.units),
            amount_minor=ordered.line.amount_minor,
            refunded_minor=ordered.refunded_minor,
        )

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    # --- customers ------------------------------------------------------

    def erase(self, party: str) -> None:
        """Forget a customer."""
        for deal, buyer in self.buyers.items():
            if buyer == party:
                self.buyers[deal] = ""

    def knows(self, party: str) -> bool:
        """Whether anything tells of a customer."""
        return party in self.buyers.values()
