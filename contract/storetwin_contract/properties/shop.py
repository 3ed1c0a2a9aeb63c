"""What every property starts from: a shop with fresh skus, requests, and the truth beside it.

Steps come in groups (`Orders`, `Facts`, `Carts`, `Races`) that a property puts together. Each
machine minds only what its own property says: where the inventory breaks another one, the truth
follows what was answered and the example goes on.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from storetwin_contract.history import Example, Run, again, in_words
from storetwin_contract.properties.steps import Step, kind_of, kinds, step
from storetwin_contract.protocol import Capability, Line, Reply, Request, Verb
from storetwin_contract.truth import Hold, Place, Shelf, Sold, Truth

T = TypeVar("T")

# How many units a client asks for: some, all that is left, or one more than that.
ALL = "all"
ONE_MORE = "one more"
asks = st.one_of(st.integers(1, 4), st.sampled_from([ALL, ONE_MORE]))
few = st.integers(1, 4)
which = st.integers(0, 5)  # of several, modulo how many there are

A_DAY_S = 86_400.0

PROMISES = frozenset({"oversold", "undersold"})


class Shop(RuleBasedStateMachine):
    """An inventory under test, what was said to it, and what must be true.

    Attributes:
        minds: which kinds of fault end an example.
        sku_count: how many skus an example makes.
        location_count: how many locations it uses, if there are so many.
        stock_min: units of a sku at a location at the start, at least.
        stock_max: the same, at most.
    """

    minds: ClassVar[frozenset[str]] = frozenset()
    sku_count: ClassVar[int] = 1
    location_count: ClassVar[int] = 2
    stock_min: ClassVar[int] = 0
    stock_max: ClassVar[int] = 5

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.steps: list[Step] = []
        self.example = Example(run, self.steps)
        self.truth = Truth()
        self.skus: list[str] = []
        self.locations = list(self.example.inventory.locations())[: self.location_count]
        self.unsettled = False

    @step(stocks=st.lists(st.integers(0, 5), min_size=9, max_size=9))
    def open(self, stocks: list[int]) -> None:
        """Make the skus."""
        supply = iter(stocks)
        for _ in range(self.sku_count):
            there = {
                at: min(next(supply) + self.stock_min, self.stock_max) for at in self.locations
            }
            self.make(there)
        self.opened()

    def opened(self) -> None:
        """What a property needs besides stock."""

    @initialize(data=st.data())
    def first_step(self, data: st.DataObject) -> None:
        """Make the shop."""
        self.play(kind_of(type(self).open).drawn(data))

    @rule(data=st.data())
    def next_step(self, data: st.DataObject) -> None:
        """Do something that is possible."""
        possible = [kind for kind in kinds(type(self)) if kind.possible(self)]
        self.play(data.draw(st.sampled_from(possible)).drawn(data))

    def play(self, one: Step) -> None:
        """Make a step and write it down."""
        self.steps.append(one)
        one.kind.deed(self, **one.drawn)

    @invariant()
    def holds(self) -> None:
        """After every step, once all has settled, look whether the property holds."""
        if self.skus and not self.unsettled:
            self.leave_edges()
            self.inspect()

    def inspect(self) -> None:
        """What must hold after every step."""

    @classmethod
    def replay(cls, run: Run, steps: Sequence[Step]) -> None:
        """Play steps again, those that are possible.

        Raises:
            Violation: the property does not hold.
            Crashed: the inventory raised an error.
        """
        machine = cls(run)
        for one in steps:
            if one.kind.possible(machine):
                machine.play(one)
                machine.holds()

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

    @step(lambda self: self.unsettled)
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
