"""What every property starts from: a shop with fresh skus, requests, and the truth beside it.

Rules come in groups (`Orders`, `Facts`, `Carts`, `Races`) that a property puts together. Each
machine minds only what its own property says: where the inventory breaks another one, the truth
follows what was answered and the example goes on.
"""

import sys
from collections.abc import Mapping, Sequence
from itertools import cycle, islice, permutations
from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from storetwin_contract.history import Example, Run, again, in_words
from storetwin_contract.protocol import Capability, Line, Reply, Request, Verb
from storetwin_contract.truth import Hold, Place, Shelf, Sold, Truth

T = TypeVar("T")

# How many units a client asks for: some, all that is left, or one more than that.
ALL = "all"
ONE_MORE = "one more"
asks = st.one_of(st.integers(1, 4), st.sampled_from([ALL, ONE_MORE]))
few = st.integers(1, 4)
which = st.integers(0, 5)  # of several, modulo how many there are

# Expiries fall between the moments that a clock of whole hundreds can reach.
TTLS_S = (50, 250, 950)
PAUSES_S = (100, 200, 1000)
A_DAY_S = 86_400.0

PROMISES = frozenset({"oversold", "undersold"})


class Shop(RuleBasedStateMachine):
    """An inventory under test, what was said to it, and what must be true.

    Attributes:
        minds: which kinds of fault end an example.
        sku_count: how many skus an example makes.
        location_count: how many locations it uses, if there are so many.
        stock_max: units of a sku at a location at the start.
    """

    minds: ClassVar[frozenset[str]] = frozenset()
    sku_count: ClassVar[int] = 1
    location_count: ClassVar[int] = 2
    stock_max: ClassVar[int] = 5

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.example = Example(run)
        self.truth = Truth()
        self.skus: list[str] = []
        self.locations = list(self.example.inventory.locations())[: self.location_count]
        self.unsettled = False

    @initialize(stocks=st.lists(st.integers(0, 5), min_size=9, max_size=9))
    def open(self, stocks: list[int]) -> None:
        """Make the skus."""
        supply = iter(stocks)
        for _ in range(self.sku_count):
            there = {at: min(next(supply), self.stock_max) for at in self.locations}
            self.make(there)
        self.opened()

    def opened(self) -> None:
        """What a property needs besides stock."""

    def teardown(self) -> None:
        """Count the example if it came to its end: Hypothesis gives up some, time ends others."""
        if sys.exc_info()[0] is None:
            self.run.played += 1

    def make(self, stock: Mapping[str, int]) -> str:
        """Make a sku."""
        sku = self.example.fresh_sku(stock)
        self.unsettled = self.example.inventory.settle_s > 0
        self.skus.append(sku)
        for location, units in stock.items():
            self.truth.shelves[sku, location] = Shelf(units)
        if self.can(Capability.COUNTERS):
            self.settle()
            for location in stock:
                aside = self.example.level(sku, location).unavailable
                self.truth.shelves[sku, location].aside = aside
        return sku

    # --- words --------------------------------------------------------------------------------

    def can(self, *capabilities: Capability) -> bool:
        """Whether the inventory offers all of *capabilities*."""
        return self.example.can(*capabilities)

    def mind(self, kind: str, text: str) -> None:
        """End the example if faults of this kind are what the property is about."""
        if kind in self.minds:
            self.example.fail(text)

    def pick(self, things: Sequence[T], number: int) -> T:
        """One of *things*."""
        return things[number % len(things)]

    def spot(self, number: int) -> Place:
        """One of the levels."""
        return self.pick(list(self.truth.shelves), number)

    def units(self, ask: int | str, free: int) -> int:
        """How many units a client asks for."""
        if isinstance(ask, int):
            return ask
        return max(1, free + (ask == ONE_MORE))

    def request(
        self, verb: Verb, lines: Sequence[Line], *, of: str = "", ttl_s: float = A_DAY_S
    ) -> Request:
        """A request under a key of its own."""
        key = self.run.key()
        return Request(verb, key, tuple(lines), of=of, party=f"{key}-party", ttl_s=ttl_s)

    # --- time ---------------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait until what was done shows everywhere."""
        if self.unsettled:
            self.pause(self.example.inventory.settle_s, silent=True)
            self.unsettled = False

    def pause(self, seconds: float, *, silent: bool = False) -> None:
        """Let time pass."""
        self.example.wait(seconds, silent=silent)
        self.truth.now += seconds

    def leave_edges(self) -> None:
        """Let no reservation end just now: within the settle time nobody can say whether it has."""
        margin_s = self.example.inventory.settle_s + 5
        ends = sorted(hold.ends_at for hold in self.truth.holds.values())
        for end in ends:
            if abs(end - self.truth.now) <= margin_s:
                self.pause(end - self.truth.now + margin_s + 1)

    # --- requests -----------------------------------------------------------------------------

    def promise(self, request: Request, who: str = "ann") -> Reply:
        """Ask for a promise and judge the reply.

        A refusal is judged only once everything has settled: then it is asked again.
        """
        self.leave_edges()
        order = request.verb is Verb.PLACE
        excess = self.truth.too_much(request.lines, order=order)
        due = self.truth.due(request.lines, order=order)
        reply = self.example.do(request, who)
        if due and not reply.accepted and self.unsettled:
            self.settle()
            request = again(request, self.run.key())
            reply = self.example.do(request, who)
        self.run.judged += 1
        if reply.accepted and excess:
            self.mind("oversold", excess)
        if due and not reply.accepted:
            self.mind("undersold", f"refused though enough was left: {in_words(request)}")
        self.follow(request, reply)
        return reply

    def carry(self, request: Request, who: str = "ann") -> Reply:
        """Ask for what must not be refused."""
        self.leave_edges()
        if request.of:
            self.settle()
        reply = self.example.do(request, who)
        if not reply.accepted:
            self.mind("stuck", f"refused though nothing speaks against it: {in_words(request)}")
        self.follow(request, reply)
        return reply

    def follow(self, request: Request, reply: Reply) -> None:
        """Let the truth follow a reply."""
        self.truth.apply(request, reply)
        self.unsettled |= reply.accepted and self.example.inventory.settle_s > 0

    @precondition(lambda self: self.unsettled)
    @rule()
    def everything_settles(self) -> None:
        """Wait as long as the inventory asked for."""
        self.settle()

    # --- orders as they are -------------------------------------------------------------------

    def sold(self) -> list[tuple[str, int, Sold]]:
        """Order, number of the line, line."""
        return [
            (order, number, sold)
            for order, lines in self.truth.orders.items()
            for number, sold in enumerate(lines)
        ]

    def open_lines(self) -> list[tuple[str, int, Sold]]:
        """Lines with units that are still to go."""
        return [entry for entry in self.sold() if entry[2].open > 0]

    def away_lines(self) -> list[tuple[str, int, Sold]]:
        """Lines with units that customers have."""
        return [entry for entry in self.sold() if entry[2].away > 0]

    def allocated_lines(self) -> list[tuple[str, int, Sold]]:
        """Open lines whose units stand on the shelf: no backorder is in the way."""
        return [
            (order, number, sold)
            for order, number, sold in self.open_lines()
            if sold.line.location is not None
            and all(
                self.truth.free((sku, sold.line.location))[0] >= 0
                for sku in self.truth.parts.get(sold.line.sku, {sold.line.sku: 1})
            )
        ]

    def live_holds(self) -> list[tuple[str, Hold]]:
        """Reservations that have not ended."""
        live = self.truth.live()
        return [(name, hold) for name, hold in self.truth.holds.items() if hold in live]

    def about(self, verb: Verb, order: str, number: int, quantity: int) -> Request:
        """A request about units of one line of an order."""
        line = self.truth.orders[order][number].line
        return self.request(verb, [Line(line.sku, quantity, line.location, 0, number)], of=order)


class Orders(Shop):
    """Orders at a named location, and what becomes of them."""

    @rule(at=which, ask=asks)
    def order(self, at: int, ask: int | str) -> None:
        """Somebody orders."""
        place = self.spot(at)
        units = self.units(ask, self.truth.free(place)[1] + self.truth.shelves[place].limit)
        self.promise(self.request(Verb.PLACE, [Line(place[0], units, place[1])]))

    @precondition(lambda self: self.can(Capability.CANCEL) and self.open_lines())
    @rule(at=which, units=few)
    def cancel(self, at: int, units: int) -> None:
        """Somebody does not want units any more."""
        order, number, sold = self.pick(self.open_lines(), at)
        self.carry(self.about(Verb.CANCEL, order, number, min(units, sold.open)))

    @precondition(lambda self: self.can(Capability.FULFIL))
    @rule(at=which, units=few)
    def collect(self, at: int, units: int) -> None:
        """Somebody orders what is there and takes it along."""
        place = self.spot(at)
        self.leave_edges()
        units = min(units, self.truth.free(place)[0])
        if units > 0:
            reply = self.promise(self.request(Verb.PLACE, [Line(place[0], units, place[1])]))
            if reply.accepted:
                self.carry(self.about(Verb.FULFIL, reply.id, 0, units))

    @precondition(lambda self: self.can(Capability.FULFIL) and self.allocated_lines())
    @rule(at=which, units=few)
    def fulfil(self, at: int, units: int) -> None:
        """Goods leave."""
        order, number, sold = self.pick(self.allocated_lines(), at)
        self.carry(self.about(Verb.FULFIL, order, number, min(units, sold.open)))

    @precondition(lambda self: self.can(Capability.RETURN) and self.away_lines())
    @rule(at=which, units=few)
    def come_back(self, at: int, units: int) -> None:
        """Goods come back."""
        order, number, sold = self.pick(self.away_lines(), at)
        self.carry(self.about(Verb.RETURN, order, number, min(units, sold.away)))


class Facts(Shop):
    """What has happened already, never to units that are promised: that is no fault of sales."""

    @rule(at=which, units=few)
    def receive(self, at: int, units: int) -> None:
        """Goods arrive."""
        sku, location = self.spot(at)
        self.carry(self.request(Verb.RECEIVE, [Line(sku, units, location)]))

    @rule(at=which, by=st.integers(-3, 3).filter(bool))
    def correct(self, at: int, by: int) -> None:
        """The record was wrong."""
        place = self.spot(at)
        self.leave_edges()
        by = max(by, -max(0, self.truth.free(place)[0]))
        if by:
            self.carry(self.request(Verb.ADJUST, [Line(place[0], by, place[1])]))

    @rule(at=which, more=st.integers(0, 3))
    def count(self, at: int, more: int) -> None:
        """Somebody counts the shelf, and finds what is promised and *more*."""
        place = self.spot(at)
        shelf = self.truth.shelves[place]
        self.leave_edges()
        if shelf.limit or shelf.back:
            return  # nobody outside knows how much of it is promised
        found = shelf.on_hand - self.truth.free(place)[0] + more
        self.carry(self.request(Verb.COUNT, [Line(place[0], found, place[1])]))

    @rule(at=which, units=few)
    def sell(self, at: int, units: int) -> None:
        """A till sells what stands free."""
        place = self.spot(at)
        self.leave_edges()
        units = min(units, self.truth.free(place)[0])
        if units > 0:
            self.carry(self.request(Verb.SELL, [Line(place[0], units, place[1])]))


class Carts(Shop):
    """Reservations, which end."""

    def ttl_s(self, at: int) -> float:
        """How long a reservation holds; without a clock longer than any check takes."""
        if self.can(Capability.EXPIRY, Capability.CLOCK):
            return float(self.pick(TTLS_S, at))
        return A_DAY_S

    @precondition(lambda self: self.can(Capability.RESERVE))
    @rule(at=which, ask=asks, ttl=which)
    def reserve(self, at: int, ask: int | str, ttl: int) -> None:
        """A cart holds units."""
        place = self.spot(at)
        units = self.units(ask, self.truth.free(place)[1])
        lines = [Line(place[0], units, place[1])]
        self.promise(self.request(Verb.RESERVE, lines, ttl_s=self.ttl_s(ttl)))

    @precondition(lambda self: self.can(Capability.RESERVE) and self.live_holds())
    @rule(at=which)
    def release(self, at: int) -> None:
        """A cart lets go."""
        self.leave_edges()
        if self.live_holds():
            name, _ = self.pick(self.live_holds(), at)
            self.carry(self.request(Verb.RELEASE, [], of=name))

    @precondition(lambda self: self.can(Capability.CLOCK))
    @rule(seconds=st.sampled_from(PAUSES_S))
    def time_passes(self, seconds: int) -> None:
        """Nothing happens for a while."""
        self.pause(seconds)


FREEING = (Verb.RECEIVE, Verb.CANCEL, Verb.RELEASE, Verb.FULFIL)
wishes = st.tuples(
    st.sampled_from([Verb.PLACE] * 4 + [Verb.RESERVE] * 2 + list(FREEING)),
    which,  # order or reservation
    asks,
    st.none() | st.none() | which,  # a second level, where an order may have several lines
)
Wish = tuple[Verb, int, int | str, int | None]
# Who makes how many steps before the next one has a turn, again and again.
Runs = list[tuple[int, int]]
runs = st.lists(
    st.tuples(st.integers(0, 2), st.one_of(st.integers(1, 3), st.integers(1, 9))), max_size=6
)
STEPS_OF_A_RACE = 60
NEEDED = {
    Verb.RESERVE: Capability.RESERVE,
    Verb.RELEASE: Capability.RESERVE,
    Verb.CANCEL: Capability.CANCEL,
    Verb.FULFIL: Capability.FULFIL,
}


class Races(Shop):
    """Several clients at once: some order of their requests must explain all replies."""

    @precondition(lambda self: self.can(Capability.RACE))
    @rule(
        at=which,
        left=st.integers(0, 2),
        asked=st.lists(wishes, min_size=2, max_size=3),
        runs=runs,
    )
    def race(self, at: int, left: int, asked: list[Wish], runs: Runs) -> None:
        """Clients meet over a level that has something *left*, if that much was asked for."""
        sku, location = self.spot(at)
        self.leave_edges()
        self.supply((sku, location), left)
        self.meet([self.wish((sku, location), *wish) for wish in asked], runs)

    @precondition(lambda self: self.can(Capability.RACE))
    @rule(at=which, left=st.integers(1, 2), clients=st.integers(2, 3), runs=runs)
    def rush(self, at: int, left: int, clients: int, runs: Runs) -> None:
        """More clients than units: so many get one as there are."""
        sku, location = self.spot(at)
        self.leave_edges()
        self.supply((sku, location), left)
        wanted = [Line(sku, 1, location)]
        self.meet([self.request(Verb.PLACE, wanted) for _ in range(clients)], runs)

    def supply(self, place: Place, left: int) -> None:
        """See that at least so many units are free."""
        lacking = left - self.truth.free(place)[0]
        if lacking > 0:
            self.carry(self.request(Verb.RECEIVE, [Line(place[0], lacking, place[1])]))
        self.settle()
        self.leave_edges()

    def meet(self, requests: Sequence[Request], runs: Runs) -> None:
        """Put requests to the inventory at once, and find an order of them that explains it."""
        turns = [client for client, steps in runs for _ in range(steps)]
        schedule = list(islice(cycle(turns), STEPS_OF_A_RACE))
        replies = self.example.race(requests, schedule)
        self.run.judged += 1
        after = self.explained(requests, replies)
        if after is None:
            self.mind("unexplained", self.unexplained(requests, replies))
            after = self.truth
            for request, reply in zip(requests, replies, strict=True):
                after.apply(request, reply)
        self.truth = after
        self.unsettled = self.example.inventory.settle_s > 0

    def wish(
        self, place: Place, verb: Verb, at: int, ask: int | str, second: int | None
    ) -> Request:
        """A request for what can be asked for now; an order where nothing else can."""
        if verb in NEEDED and not self.can(NEEDED[verb]):
            verb = Verb.PLACE
        if verb is Verb.RELEASE and self.live_holds():
            return self.request(verb, [], of=self.pick(self.live_holds(), at)[0])
        lines = self.allocated_lines() if verb is Verb.FULFIL else self.open_lines()
        if verb in {Verb.CANCEL, Verb.FULFIL} and lines:
            order, number, sold = self.pick(lines, at)
            units = sold.open if isinstance(ask, str) else min(ask, sold.open)
            return self.about(verb, order, number, units)
        if verb not in {Verb.RESERVE, Verb.RECEIVE}:
            verb = Verb.PLACE
        places = [place]
        if second is not None and verb is Verb.PLACE and self.can(Capability.MANY_LINES):
            places.append(self.spot(second))
        free = [self.truth.free(place)[1] for place in places]
        wanted = [
            Line(sku, self.units(ask, left), location)
            for (sku, location), left in zip(places, free, strict=True)
        ]
        return self.request(verb, wanted)

    def explained(self, requests: Sequence[Request], replies: Sequence[Reply]) -> Truth | None:
        """What is true after the race; None where no order of the requests gives the replies."""
        lenient = self.example.inventory.settle_s > 0  # a refusal may rest on what is settling
        for sequence in permutations(range(len(requests))):
            truth = self.truth.copy()
            for at in sequence:
                kept = truth.allows(requests[at], replies[at])
                if not kept and not (lenient and not replies[at].accepted):
                    break
                truth.apply(requests[at], replies[at])
            else:
                return truth
        return None

    def unexplained(self, requests: Sequence[Request], replies: Sequence[Reply]) -> str:
        """Say in words what is wrong with the replies of a race."""
        truth = self.truth.copy()
        frees = {Verb.RECEIVE, Verb.RELEASE, Verb.CANCEL}
        pairs = sorted(
            zip(requests, replies, strict=True), key=lambda pair: pair[0].verb not in frees
        )
        for request, reply in pairs:
            order = request.verb is Verb.PLACE
            if reply.accepted and request.verb in {Verb.PLACE, Verb.RESERVE}:
                excess = truth.too_much(request.lines, order=order)
                if excess:
                    return f"together more than there is: {excess}"
            truth.apply(request, reply)
        refused = [in_words(request) for request, reply in pairs if not reply.accepted]
        if refused:
            return (
                "in whatever order the clients came, these replies are not possible;"
                f" refused: {', '.join(refused)}"
            )
        return "in whatever order the clients came, these replies are not possible"
