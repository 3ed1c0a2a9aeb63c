"""What happens in a shop: orders, facts and carts, as steps that properties put together."""

from hypothesis import strategies as st

from storetwin_contract.properties.shop import A_DAY_S, Shop, asks, parts, several, which
from storetwin_contract.properties.steps import step
from storetwin_contract.protocol import Capability, Line, Verb
from storetwin_contract.truth import Place

# Expiries fall between the moments that a clock of whole hundreds can reach.
TTLS_S = (50, 250, 950)
PAUSES_S = (100, 200, 1000)


class Sales(Shop):
    """Orders at a named location."""

    @step(at=which, ask=asks)
    def order(self, at: int, ask: int | str) -> None:
        """Somebody orders."""
        place = self.spot(at)
        units = self.units(ask, self.truth.free(place)[1] + self.truth.shelves[place].limit)
        self.promise(self.request(Verb.PLACE, [Line(place[0], units, place[1])]))


class Orders(Sales):
    """Orders at a named location, and what becomes of them."""

    @step(lambda self: self.can(Capability.CANCEL) and self.open_lines(), at=which, units=parts)
    def cancel(self, at: int, units: list[int]) -> None:
        """Somebody does not want units any more."""
        self.carry(self.about(Verb.CANCEL, *self.some(Verb.CANCEL, self.open_lines(), at, units)))

    @step(lambda self: self.can(Capability.FULFIL), wanted=several)
    def collect(self, wanted: list[tuple[int, int]]) -> None:
        """Somebody orders what is there and takes it along."""
        self.leave_edges()
        lines = self.there(wanted, self.goods())
        if lines:
            reply = self.promise(self.request(Verb.PLACE, lines))
            if reply.accepted:
                self.carry(self.about(Verb.FULFIL, reply.id, self.all_of(Verb.FULFIL, reply.id)))

    @step(
        lambda self: self.can(Capability.FULFIL) and self.allocated_lines(), at=which, units=parts
    )
    def fulfil(self, at: int, units: list[int]) -> None:
        """Goods leave."""
        self.carry(
            self.about(Verb.FULFIL, *self.some(Verb.FULFIL, self.allocated_lines(), at, units))
        )

    @step(
        lambda self: self.can(Capability.RETURN) and self.away_lines(),
        at=which,
        units=parts,
        to=st.none() | which,
    )
    def come_back(self, at: int, units: list[int], to: int | None) -> None:
        """Goods come back, to where they left or to another location."""
        where = None if to is None else self.pick(self.locations, to)
        some = self.some(Verb.RETURN, self.away_lines(), at, units)
        self.carry(self.about(Verb.RETURN, *some, where))


class Facts(Shop):
    """What has happened already, never to units that are promised: that is no fault of sales."""

    @step(units=several)
    def receive(self, units: list[tuple[int, int]]) -> None:
        """Goods arrive."""
        self.carry(self.request(Verb.RECEIVE, self.arriving(units)))

    @step(by=st.lists(st.tuples(which, st.integers(-3, 3).filter(bool)), min_size=1, max_size=3))
    def correct(self, by: list[tuple[int, int]]) -> None:
        """The record was wrong."""
        self.leave_edges()
        lines: list[Line] = []
        for at, change in self.together(by):
            sku, location = place = self.spot(at)
            before = sum(line.quantity for line in lines if (line.sku, line.location) == place)
            possible = max(change, -max(0, self.truth.free(place)[0] + min(0, before)))
            if possible:
                lines.append(Line(sku, possible, location))
        if lines:
            self.carry(self.request(Verb.ADJUST, lines))

    @step(found=st.lists(st.tuples(which, st.integers(0, 3)), min_size=1, max_size=3))
    def count(self, found: list[tuple[int, int]]) -> None:
        """Somebody counts shelves, and finds what is promised and some more."""
        self.leave_edges()
        more = {self.spot(at): units for at, units in self.together(found)}
        lines = [
            Line(
                place[0],
                self.truth.shelves[place].on_hand - self.truth.free(place)[0] + units,
                place[1],
            )
            for place, units in more.items()
            if self.countable(place)
        ]
        if lines:
            self.carry(self.request(Verb.COUNT, lines))

    def countable(self, place: Place) -> bool:
        """Whether somebody outside knows how much of what stands there is promised."""
        shelf = self.truth.shelves[place]
        return not (shelf.limit or shelf.back or self.truth.gone[place[0]])

    @step(units=several)
    def sell(self, units: list[tuple[int, int]]) -> None:
        """A till sells what stands free."""
        self.leave_edges()
        lines = self.there(units, list(self.truth.shelves))
        if lines:
            self.carry(self.request(Verb.SELL, lines))


class Carts(Shop):
    """Reservations, which end."""

    def ttl_s(self, at: int) -> float:
        """How long a reservation holds; without a clock longer than any check takes."""
        if self.can(Capability.EXPIRY, Capability.CLOCK):
            return float(self.pick(TTLS_S, at))
        return A_DAY_S

    @step(lambda self: self.can(Capability.RESERVE), at=which, ask=asks, ttl=which)
    def reserve(self, at: int, ask: int | str, ttl: int) -> None:
        """A cart holds units."""
        place = self.spot(at)
        units = self.units(ask, self.truth.free(place)[1])
        lines = [Line(place[0], units, place[1])]
        self.promise(self.request(Verb.RESERVE, lines, ttl_s=self.ttl_s(ttl)))

    @step(lambda self: self.can(Capability.RESERVE) and self.live_holds(), at=which)
    def release(self, at: int) -> None:
        """A cart lets go."""
        self.leave_edges()
        if self.live_holds():
            name, _ = self.pick(self.live_holds(), at)
            self.carry(self.request(Verb.RELEASE, [], of=name))

    @step(lambda self: self.can(Capability.CLOCK), seconds=st.sampled_from(PAUSES_S))
    def time_passes(self, seconds: int) -> None:
        """Nothing happens for a while."""
        self.pause(seconds)
