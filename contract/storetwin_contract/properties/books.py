"""P2, P6, P7, P8: what is written down adds up, and every reservation ends."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import ClassVar

from hypothesis import strategies as st

from storetwin_contract.properties.races import Races
from storetwin_contract.properties.rules import Carts, Facts, Orders, Sales
from storetwin_contract.properties.shop import (
    Shop,
    few,
    parts,
    several,
    which,
)
from storetwin_contract.properties.steps import step
from storetwin_contract.protocol import Capability, Line, Movement, OrderLine, Reply, Request, Verb
from storetwin_contract.truth import Hold, Sold

COUNTERS = ("available", "committed", "reserved", "unavailable")


class Replayed(Orders, Facts, Carts, Races):
    """P2: the ledger, added up, is the counters; what stands in it never changes."""

    minds: ClassVar[frozenset[str]] = frozenset({"ledger"})

    def opened(self) -> None:
        """Nothing has been read so far."""
        self.read: dict[str, list[Movement]] = {}

    def inspect(self) -> None:
        """Every counter is the sum of its movements, and on_hand is the sum of the counters."""
        for sku in self.skus:
            ledger = self.example.ledger(sku)
            known = self.read.get(sku, [])
            if ledger[: len(known)] != known:
                self.mind("ledger", f"a line of the ledger of {sku} was altered after it was read")
            self.read[sku] = ledger
            for location in self.locations:
                self.compare(sku, location, ledger)

    def compare(self, sku: str, location: str, ledger: list[Movement]) -> None:
        """Compare one level with its movements."""
        level = self.example.level(sku, location)
        self.run.judged += 1
        sums: Counter[str] = Counter()
        for movement in ledger:
            if movement.location == location and movement.sku == sku:
                sums[movement.counter] += movement.quantity
        for counter in COUNTERS:
            has = getattr(level, counter)
            if has != sums[counter]:
                self.mind(
                    "ledger",
                    f"{counter} of {sku} at {location} is {has}, its movements make"
                    f" {sums[counter]}",
                )
        parts = sum(getattr(level, counter) for counter in COUNTERS)
        if level.on_hand != parts:
            self.mind(
                "ledger",
                f"{sku} at {location} has {level.on_hand} on hand, and its counters make {parts}",
            )


class Ended(Sales, Carts):
    """P6: every reservation ends, released, expired or ordered: none leaks, none ends twice."""

    minds: ClassVar[frozenset[str]] = frozenset({"leak", "stuck"})
    stock_min: ClassVar[int] = 1
    location_count: ClassVar[int] = 1

    def opened(self) -> None:
        """No cart holds anything so far."""
        self.ever: list[str] = []

    def follow(self, request: Request, reply: Reply) -> None:
        """Remember every reservation."""
        super().follow(request, reply)
        if request.verb is Verb.RESERVE and reply.accepted:
            self.ever.append(reply.id)

    @step(lambda self: self.ever, at=which)
    def release_twice(self, at: int) -> None:
        """A cart lets go of what has perhaps ended already: nobody gets units from that."""
        self.leave_edges()
        name = self.pick(self.ever, at)
        if name in dict(self.live_holds()):
            self.carry(self.request(Verb.RELEASE, [], of=name))
        self.example.do(self.request(Verb.RELEASE, [], of=name))
        self.unsettled = self.example.inventory.settle_s > 0

    @step(lambda self: self.can(Capability.CHECKOUT) and self.live_holds(), at=which)
    def check_out(self, at: int) -> None:
        """A cart becomes an order for what it holds: the units are there."""
        self.leave_edges()
        if not self.live_holds():
            return
        name, hold = self.pick(self.live_holds(), at)
        request = self.request(Verb.PLACE, hold.lines, of=name)
        reply = self.example.do(request)
        self.run.judged += 1
        if not reply.accepted:
            self.mind("leak", "refused to order what the reservation holds: it ended too early")
        self.follow(request, reply)

    @step(lambda self: self.ended_holds(), at=which)
    def check_out_late(self, at: int) -> None:
        """A cart becomes an order after its time: of its units it gets what nobody else has."""
        self.leave_edges()
        if self.ended_holds():
            name, hold = self.pick(self.ended_holds(), at)
            excess = self.truth.too_much(hold.lines, order=True)
            request = self.request(Verb.PLACE, hold.lines, of=name)
            reply = self.example.do(request)
            self.run.judged += 1
            if reply.accepted and excess:
                self.mind("leak", f"a reservation that had ended became an order: {excess}")
            self.follow(request, reply)

    def ended_holds(self) -> list[tuple[str, Hold]]:
        """Reservations that ended by themselves."""
        if not self.can(Capability.CHECKOUT):
            return []
        return [
            (name, hold)
            for name, hold in self.truth.holds.items()
            if hold.ends_at <= self.truth.now
        ]

    @step(lambda self: self.live_holds())
    def nearly_expire(self) -> None:
        """Time passes until just before the first reservation ends."""
        self.leave_edges()
        if self.live_holds():
            first = min(hold.ends_at for _, hold in self.live_holds())
            self.pause(first - self.truth.now - self.example.inventory.settle_s - 6)

    @step(lambda self: self.truth.holds)
    def all_expire(self) -> None:
        """After the longest life of all, no unit is held by a cart."""
        last = max(hold.ends_at for hold in self.truth.holds.values())
        self.pause(max(0.0, last - self.truth.now) + self.example.inventory.settle_s + 50)
        self.unsettled = False
        self.run.judged += 1
        for sku, location in self.truth.shelves:
            least, most = self.truth.free((sku, location))
            shown = self.example.shown(sku, "web", location)
            if shown < max(0, least):
                self.mind(
                    "leak",
                    f"after every reservation has ended {shown} {sku} are for sale, not {least}:"
                    " a reservation leaks",
                )
            if shown > max(0, most):
                self.mind(
                    "leak",
                    f"after every reservation has ended {shown} {sku} are for sale, and only"
                    f" {most} are free: a reservation gave units back more than once",
                )

    def inspect(self) -> None:
        """Until it ends, a reservation holds its units."""
        if not self.can(Capability.COUNTERS):
            return
        held = sum(line.quantity for hold in self.truth.live() for line in hold.lines)
        for sku, location in self.truth.shelves:
            reserved = self.example.level(sku, location).reserved
            self.run.judged += 1
            if reserved != held:
                self.mind("leak", f"carts hold {held} {sku}, and the counter says {reserved}")


class Identified(Orders):
    """P7: ordered = unallocated + allocated + backordered + fulfilled + cancelled, line by line."""

    minds: ClassVar[frozenset[str]] = frozenset({"stuck", "lines"})
    sku_count: ClassVar[int] = 2
    location_count: ClassVar[int] = 1

    def opened(self) -> None:
        """Allow backorders of the second sku."""
        if self.can(Capability.BACKORDER):
            place = self.spot(1)
            self.example.allow_backorder(*place, 2)
            self.truth.shelves[place].limit = 2

    @step(
        lambda self: self.can(Capability.MANY_LINES),
        lines=st.lists(st.tuples(which, few), min_size=2, max_size=3),
    )
    def order_lines(self, lines: list[tuple[int, int]]) -> None:
        """Somebody orders several things."""
        places = [self.spot(at) for at, _ in lines]
        wanted = [
            Line(sku, units, location)
            for (sku, location), (_, units) in zip(places, lines, strict=True)
        ]
        self.promise(self.request(Verb.PLACE, wanted))

    @step(units=several)
    def receive(self, units: list[tuple[int, int]]) -> None:
        """Goods arrive."""
        self.carry(self.request(Verb.RECEIVE, self.arriving(units)))

    @step(
        lambda self: self.sold(),
        verb=st.sampled_from([Verb.FULFIL, Verb.CANCEL, Verb.RETURN]),
        at=which,
        beyond=st.integers(1, 2),
        others=st.booleans(),
    )
    def too_many(self, verb: Verb, at: int, beyond: int, *, others: bool) -> None:
        """Somebody asks to fulfil, cancel or take back more than the line has left.

        And perhaps, in the same request, for units that the other lines have: they stay.
        """
        needed = {
            Verb.FULFIL: Capability.FULFIL,
            Verb.CANCEL: Capability.CANCEL,
            Verb.RETURN: Capability.RETURN,
        }
        if not self.can(needed[verb]):
            return
        self.settle()
        order, number, sold = self.pick(self.sold(), at)
        left = sold.left(verb)
        units = {number: left + beyond}
        if others:
            units = self.left(verb, order) | units
        request = self.about(verb, order, units)
        reply = self.example.do(request)
        self.run.judged += 1
        if reply.accepted:
            self.mind("lines", f"{left + beyond} units accepted where the line has {left} left")
        self.follow(request, reply)

    def inspect(self) -> None:
        """The identity, and that what was done to a line is what the order tells of it."""
        for order, lines in self.truth.orders.items():
            told = self.example.order(order)
            self.run.judged += 1
            if len(told) != len(lines):
                self.mind("lines", f"{order} has {len(told)} lines, {len(lines)} were placed")
            for number, (line, sold) in enumerate(zip(told, lines, strict=False)):
                self.compare(f"line {number} of {order}", line, sold)

    def compare(self, name: str, line: OrderLine, sold: Sold) -> None:
        """Compare a line as told with the line as it must be."""
        open_units = line.unallocated + line.allocated + line.backordered
        if line.ordered != open_units + line.fulfilled + line.cancelled:
            self.mind("lines", f"{name} does not add up to what was ordered: {line}")
        fields = (line.unallocated, line.allocated, line.backordered, line.returned)
        if min(*fields, line.fulfilled, line.cancelled) < 0:
            self.mind("lines", f"{name} has less than none of something: {line}")
        if line.returned > line.fulfilled:
            self.mind("lines", f"of {name} more came back than ever left: {line}")
        told = (line.sku, line.ordered, line.fulfilled, line.cancelled, line.returned)
        quantity = sold.line.quantity
        must = (sold.line.sku, quantity, sold.fulfilled, sold.cancelled, sold.returned)
        if told != must:
            names = ("sku", "ordered", "fulfilled", "cancelled", "returned")
            wrong = ", ".join(
                f"{field} is {says}, must be {is_so}"
                for field, says, is_so in zip(names, told, must, strict=True)
                if says != is_so
            )
            self.mind("lines", f"{name}: {wrong}")


class Refunded(Shop):
    """P8: refunds never exceed what was captured, and sum to it exactly when all came back."""

    minds: ClassVar[frozenset[str]] = frozenset({"money"})
    location_count: ClassVar[int] = 1

    @step(lines=st.lists(st.tuples(few, st.integers(0, 1000)), min_size=1, max_size=3))
    def buy(self, lines: list[tuple[int, int]]) -> None:
        """Somebody buys, and all of it leaves; whether it divides evenly is chance."""
        sku, location = self.spot(0)
        wanted = [Line(sku, units, location, paid) for units, paid in self.together(lines)]
        arriving = sum(line.quantity for line in wanted)
        self.carry(self.request(Verb.RECEIVE, [Line(sku, arriving, location)]))
        self.settle()
        reply = self.promise(self.request(Verb.PLACE, wanted))
        if reply.accepted:
            self.settle()
            self.carry(self.about(Verb.FULFIL, reply.id, self.all_of(Verb.FULFIL, reply.id)))

    @step(lambda self: self.away_lines(), at=which, units=parts)
    def bring_back(self, at: int, units: list[int]) -> None:
        """Units of some lines come back: the refund is their share of these."""
        order, some = self.some(Verb.RETURN, self.away_lines(), at, units)
        self.carry(self.about(Verb.RETURN, order, some))
        self.judge(order)

    @step(lambda self: self.sold(), at=which, units=few)
    def bring_back_too_many(self, at: int, units: int) -> None:
        """Somebody wants money for more units than he still has."""
        order, number, sold = self.pick(self.sold(), at)
        self.settle()
        request = self.about(Verb.RETURN, order, {number: sold.away + units})
        reply = self.example.do(request)
        if reply.accepted:
            self.follow(request, reply)
            self.judge(order)

    def judge(self, order: str) -> None:
        """Compare what was refunded so far with the share of what came back."""
        self.run.judged += 1
        lines = self.truth.orders[order]
        refunded = sum(sold.refunded_minor for sold in lines)
        self.compare(order, lines, refunded)
        if not self.can(Capability.ORDERS):
            return
        self.settle()
        told = [line.refunded_minor for line in self.example.order(order)]
        if not any(told) or len(told) != len(lines):
            return  # it does not tell refunds by line; of the number of lines P7 judges
        if sum(told) != refunded:
            self.mind(
                "money", f"{refunded} were refunded for {order}, and its lines tell {sum(told)}"
            )
        for number, (sold, amount) in enumerate(zip(lines, told, strict=True)):
            self.compare(f"line {number} of {order}", [sold], amount)

    def compare(self, name: str, lines: Sequence[Sold], refunded: int) -> None:
        """Compare what was refunded for lines with what they cost."""
        amount = sum(sold.line.amount_minor for sold in lines)
        units = sum(sold.line.quantity for sold in lines)
        back = sum(sold.returned for sold in lines)
        if refunded > amount:
            self.mind("money", f"{refunded} were refunded of {amount} paid for {name}")
        if back == units and refunded != amount:
            self.mind("money", f"all of {name} came back, and {refunded} of {amount} were refunded")
        share = sum(
            Fraction(sold.line.amount_minor * sold.returned, sold.line.quantity) for sold in lines
        )
        # A minor unit a unit: no rounding needs more, and what did not come back needs none.
        slack = sum(sold.line.quantity for sold in lines if sold.returned)
        if not floor(share) - slack <= refunded <= ceil(share) + slack:
            self.mind(
                "money",
                f"{back} of {units} units of {name} came back, and {refunded} of {amount} were"
                " refunded",
            )
