"""What happens in a shop: orders, facts and carts, as steps that properties put together."""

from hypothesis import strategies as st

from storetwin_contract.properties.shop import A_DAY_S, Shop, asks, few, which
from storetwin_contract.properties.steps import step
from storetwin_contract.protocol import Capability, Line, Verb

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

    @step(lambda self: self.can(Capability.CANCEL) and self.open_lines(), at=which, units=few)
    def cancel(self, at: int, units: int) -> None:
        """Somebody does not want units any more."""
        order, number, sold = self.pick(self.open_lines(), at)
        self.carry(self.about(Verb.CANCEL, order, number, min(units, sold.open)))

    @step(lambda self: self.can(Capability.FULFIL), at=which, units=few)
    def collect(self, at: int, units: int) -> None:
        """Somebody orders what is there and takes it along."""
        place = self.spot(at)
        self.leave_edges()
        units = min(units, self.truth.free(place)[0])
        if units > 0:
            reply = self.promise(self.request(Verb.PLACE, [Line(place[0], units, place[1])]))
            if reply.accepted:
                self.carry(self.about(Verb.FULFIL, reply.id, 0, units))

    @step(lambda self: self.can(Capability.FULFIL) and self.allocated_lines(), at=which, units=few)
    def fulfil(self, at: int, units: int) -> None:
        """Goods leave."""
        order, number, sold = self.pick(self.allocated_lines(), at)
        self.carry(self.about(Verb.FULFIL, order, number, min(units, sold.open)))

    @step(lambda self: self.can(Capability.RETURN) and self.away_lines(), at=which, units=few)
    def come_back(self, at: int, units: int) -> None:
        """Goods come back."""
        order, number, sold = self.pick(self.away_lines(), at)
        self.carry(self.about(Verb.RETURN, order, number, min(units, sold.away)))


class Facts(Shop):
    """What has happened already, never to units that are promised: that is no fault of sales."""

    @step(at=which, units=few)
    def receive(self, at: int, units: int) -> None:
        """Goods arrive."""
        sku, location = self.spot(at)
        self.carry(self.request(Verb.RECEIVE, [Line(sku, units, location)]))

    @step(at=which, by=st.integers(-3, 3).filter(bool))
    def correct(self, at: int, by: int) -> None:
        """The record was wrong."""
        place = self.spot(at)
        self.leave_edges()
        by = max(by, -max(0, self.truth.free(place)[0]))
        if by:
            self.carry(self.request(Verb.ADJUST, [Line(place[0], by, place[1])]))

    @step(at=which, more=st.integers(0, 3))
    def count(self, at: int, more: int) -> None:
        """Somebody counts the shelf, and finds what is promised and *more*."""
        place = self.spot(at)
        shelf = self.truth.shelves[place]
        self.leave_edges()
        if shelf.limit or shelf.back:
            return  # nobody outside knows how much of it is promised
        found = shelf.on_hand - self.truth.free(place)[0] + more
        self.carry(self.request(Verb.COUNT, [Line(place[0], found, place[1])]))

    @step(at=which, units=few)
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
