"""P1: no unit is promised twice, and none that is free is refused."""

from typing import ClassVar

from hypothesis import strategies as st

from storetwin_contract.properties.races import Races
from storetwin_contract.properties.rules import Carts, Facts, Orders, Sales
from storetwin_contract.properties.shop import PROMISES, Shop, asks, which
from storetwin_contract.properties.steps import step
from storetwin_contract.protocol import Capability, Line, Verb
from storetwin_contract.truth import Place


class Counted(Shop):
    """The counters, where the inventory tells them, have what stands there and claim no more."""

    def inspect(self) -> None:
        """Sum committed + reserved + unavailable <= on_hand + the allowed backorder.

        And on_hand is what came, less what left, and what of that came back.
        """
        if not self.can(Capability.COUNTERS):
            return
        for sku in self.skus:
            claimed = 0
            for location in self.locations:
                claimed += self.claimed_at((sku, location))
            self.promised_and_booked(sku, claimed)
            self.came_and_left(sku)

    def came_and_left(self, sku: str) -> None:
        """No unit is lost and none is made up; where one left that was routed, in all."""
        there = {at: self.example.level(sku, at).on_hand for at in self.locations}
        for location, on_hand in there.items():
            must = self.truth.stands((sku, location))
            if must is not None:
                self.same(f"{sku} at {location}", on_hand, must)
        self.same(f"{sku} in all", sum(there.values()), self.truth.stands_in_all(sku))

    def same(self, what: str, on_hand: int, must: int) -> None:
        """Compare what the counters have with what must be there."""
        text = f"{on_hand} {what} on hand; by what came, left and came back there must be {must}"
        if on_hand != must:
            self.mind("oversold" if on_hand > must else "undersold", text)

    def claimed_at(self, place: Place) -> int:
        """Units that a level says it has promised, not more than it has."""
        level = self.example.level(*place)
        self.run.judged += 1
        limit = self.truth.shelves[place].limit
        claims = level.committed + level.reserved + level.unavailable
        if claims > level.on_hand + limit:
            self.mind(
                "oversold",
                f"{place[0]} at {place[1]} has {level.on_hand} on hand, and of them"
                f" {level.committed} committed, {level.reserved} reserved and"
                f" {level.unavailable} unavailable",
            )
        if min(level.committed, level.reserved, level.unavailable) < 0:
            self.mind("oversold", f"a counter of {place[0]} at {place[1]} is negative: {level}")
        return level.committed + level.reserved

    def promised_and_booked(self, sku: str, claimed: int) -> None:
        """What customers were promised is what the counters claim."""
        if any(self.truth.shelves[sku, location].limit for location in self.locations):
            return  # where backordered units are counted is the inventory's choice
        claims = self.truth.promised()
        promised = sum(units for (name, _), units in claims.items() if name == sku)
        if promised != claimed:
            self.mind(
                "oversold",
                f"{promised} {sku} are promised, and the counters claim {claimed} of them",
            )


class OneAfterAnother(Orders, Facts, Carts, Counted):
    """P1.alone: one client after another."""

    minds: ClassVar[frozenset[str]] = PROMISES
    sku_count: ClassVar[int] = 2


class AtOnce(Races, Sales, Counted):
    """P1.race: clients at once, in every order of their steps that a schedule asks for."""

    minds: ClassVar[frozenset[str]] = PROMISES | {"unexplained"}
    stock_max: ClassVar[int] = 3


class Together(Orders, Counted):
    """P1.lines: an order of several lines is kept whole or not at all; lines may share a sku."""

    minds: ClassVar[frozenset[str]] = PROMISES
    sku_count: ClassVar[int] = 2

    @step(lines=st.lists(st.tuples(which, asks), min_size=2, max_size=3))
    def order_lines(self, lines: list[tuple[int, int | str]]) -> None:
        """Somebody orders several things."""
        wanted = [
            Line(sku, self.units(ask, self.truth.free((sku, location))[1]), location)
            for at, ask in lines
            for sku, location in [self.spot(at)]
        ]
        self.promise(self.request(Verb.PLACE, wanted))


class FromAnywhere(Orders, Counted):
    """P1.routing: what stands at any location is found, and an order is split where it must be."""

    minds: ClassVar[frozenset[str]] = PROMISES
    location_count: ClassVar[int] = 3

    @step(ask=asks)
    def order_from_anywhere(self, ask: int | str) -> None:
        """Somebody orders and does not care where it comes from."""
        sku = self.skus[0]
        units = self.units(ask, self.truth.free_in_all(sku)[1])
        self.promise(self.request(Verb.PLACE, [Line(sku, units)]))

    @step(lambda self: self.can(Capability.RESERVE), ask=asks)
    def reserve_from_anywhere(self, ask: int | str) -> None:
        """A cart holds units, wherever they stand."""
        sku = self.skus[0]
        units = self.units(ask, self.truth.free_in_all(sku)[1])
        self.promise(self.request(Verb.RESERVE, [Line(sku, units)]))

    @step(at=which, units=st.integers(1, 3))
    def receive(self, at: int, units: int) -> None:
        """Goods arrive at one of the locations."""
        sku, location = self.spot(at)
        self.carry(self.request(Verb.RECEIVE, [Line(sku, units, location)]))

    @step(lambda self: self.can(Capability.CANCEL) and self.open_lines(), at=which)
    def cancel_all(self, at: int) -> None:
        """Somebody does not want a whole order any more."""
        self.carry(self.about(Verb.CANCEL, *self.some(Verb.CANCEL, self.open_lines(), at, [])))


class BeyondStock(Orders, Carts, Counted):
    """P1.backorder: orders exceed the stock by the allowed units and by no more."""

    minds: ClassVar[frozenset[str]] = PROMISES
    location_count: ClassVar[int] = 1
    LIMIT: ClassVar[int] = 2

    def opened(self) -> None:
        """Allow backorders."""
        place = self.spot(0)
        self.example.allow_backorder(*place, self.LIMIT)
        self.truth.shelves[place].limit = self.LIMIT

    @step(units=st.integers(1, 3))
    def receive(self, units: int) -> None:
        """Goods arrive, and go to those who wait first."""
        sku, location = self.spot(0)
        self.carry(self.request(Verb.RECEIVE, [Line(sku, units, location)]))
