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

from storetwin_contract.history import CLIENTS, Example, Run, again, in_words
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
several = st.lists(st.tuples(which, few), min_size=1, max_size=3)  # things, and units of each
# Units of lines of an order; none for all that is left.
parts = st.one_of(*[st.lists(few, min_size=1, max_size=3)] * 2, st.just([]))

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

    def together(self, things: Sequence[T]) -> Sequence[T]:
        """So many of *things* as one request may be about."""
        return things if self.can(Capability.MANY_LINES) else things[:1]

    def spot(self, number: int) -> Place:
        """One of the levels."""
        return self.pick(list(self.truth.shelves), number)

    def goods(self) -> list[Place]:
        """What can be ordered, and where."""
        return list(self.truth.shelves)

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

    def arriving(self, wanted: Sequence[tuple[int, int]]) -> list[Line]:
        """Lines of goods that arrive; several may be of one sku."""
        return [
            Line(sku, units, location)
            for at, units in self.together(wanted)
            for sku, location in [self.spot(at)]
        ]

    def there(self, wanted: Sequence[tuple[int, int]], goods: Sequence[Place]) -> list[Line]:
        """Lines for what somebody wants, no more than surely stands free for all together."""
        lines: list[Line] = []
        for at, wish in self.together(wanted):
            sku, location = self.pick(goods, at)
            for units in range(wish, 0, -1):
                line = Line(sku, units, location)
                if self.truth.due([*lines, line], order=False):
                    lines.append(line)
                    break
        return lines

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

    def leave_edges(self, *, ahead_s: float = 0) -> None:
        """Let no reservation end just now: within the settle time nobody can say whether it has.

        Args:
            ahead_s: let none end for so long, either, because two readings are to be compared.
        """
        margin_s = self.example.inventory.settle_s + 5
        ends = sorted(hold.ends_at for hold in self.truth.holds.values())
        for end in ends:
            if -margin_s <= end - self.truth.now <= margin_s + ahead_s:
                self.pause(end - self.truth.now + margin_s + 1)

    # --- requests -----------------------------------------------------------------------------

    def promise(self, request: Request, who: str = CLIENTS[0]) -> Reply:
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

    def carry(self, request: Request, who: str = CLIENTS[0]) -> Reply:
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
        return [entry for entry in self.open_lines() if self.stand_there(entry[2].line)]

    def stand_there(self, line: Line) -> bool:
        """Whether whatever is promised of the skus of a line is there."""
        parts = self.truth.parts.get(line.sku, {line.sku: 1})
        if line.location is None:
            return all(self.truth.free_in_all(sku)[0] >= 0 for sku in parts)
        return all(self.truth.free((sku, line.location))[0] >= 0 for sku in parts)

    def live_holds(self) -> list[tuple[str, Hold]]:
        """Reservations that have not ended."""
        live = self.truth.live()
        return [(name, hold) for name, hold in self.truth.holds.items() if hold in live]

    def about(
        self, verb: Verb, order: str, units: Mapping[int, int], where: str | None = None
    ) -> Request:
        """A request about units of lines of an order.

        Args:
            verb: FULFIL, CANCEL or RETURN.
            order: which.
            units: by number of the line; none for all that is left.
            where: the goods come back to; None for where they left.
        """
        placed = [sold.line for sold in self.truth.orders[order]]
        lines = [
            Line(
                placed[number].sku,
                quantity,
                where if verb is Verb.RETURN else placed[number].location,
                number=number,
            )
            for number, quantity in units.items()
        ]
        return self.request(verb, lines, of=order)

    def left(self, verb: Verb, order: str) -> dict[int, int]:
        """Units by line that FULFIL, CANCEL or RETURN can still be about."""
        lines = enumerate(self.truth.orders[order])
        return {number: sold.left(verb) for number, sold in lines if sold.left(verb) > 0}

    def all_of(self, verb: Verb, order: str) -> dict[int, int]:
        """All that is left of an order: without lines, or line by line if it must be."""
        return {} if self.can(Capability.WHOLE_ORDERS) else self.left(verb, order)

    def some(
        self, verb: Verb, lines: Sequence[tuple[str, int, Sold]], at: int, asked: Sequence[int]
    ) -> tuple[str, dict[int, int]]:
        """An order, and units of some of its lines, never more than are left.

        Args:
            verb: FULFIL, CANCEL or RETURN.
            lines: that can be asked for.
            at: which of them is the first.
            asked: units of it, of the next one of the same order, and so on; none for all that is
                left of the order, where all of that can be asked for.
        """
        order, first, _ = self.pick(lines, at)
        same = [(number, sold.left(verb)) for of, number, sold in lines if of == order]
        if not asked and dict(same) == self.left(verb, order):
            return order, self.all_of(verb, order)
        at_first = [number for number, _ in same].index(first)
        turned = [*same[at_first:], *same[:at_first]]
        units = zip(turned, asked or [rest for _, rest in turned], strict=False)
        return order, {number: min(wish, rest) for (number, rest), wish in units}
