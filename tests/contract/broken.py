"""Inventories with one defect each, and the property that must catch it."""

# ruff: noqa: D102 - the docstring of each class says what is wrong with its methods

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import replace

from storetwin_contract.protocol import (
    Line,
    OrderLine,
    Reply,
    Request,
    Verb,
)
from tests.contract.reference import Ordered, Reference, Refused
from tests.contract.reference_stock import Place, Unit


class SellsOneTooMany(Reference):
    """Checks against one unit more than there is."""

    def pick(self, line: Line, left: Counter[Place]) -> list[Place] | None:
        for place in self.candidates(line.sku, line.location):
            if left[place] > -1:
                left[place] -= 1
                return [place]
        return None


class KeepsOneBack(Reference):
    """Never sells the last unit."""

    def available(self) -> Counter[Place]:
        return Counter({place: max(0, units - 1) for place, units in super().available().items()})


class LosesUpdates(Reference):
    """Reads what is available, and writes later: two clients read the same."""

    def steps(self, request: Request) -> Generator[str, None, Reply]:
        if request.verb is not Verb.PLACE:
            return (yield from super().steps(request))
        yield "reads what is available"
        try:
            chosen = self.choose(request.lines, order=True)
        except Refused as refused:
            return Reply(accepted=False, reason=str(refused))
        yield "writes its order"
        return self.book(request, chosen)


class GivesUpUnderContention(Reference):
    """Refuses whoever comes while another is being served."""

    busy = False

    def steps(self, request: Request) -> Generator[str, None, Reply]:
        yield "comes"
        if self.busy:
            return Reply(accepted=False, reason="busy")
        self.busy = True
        yield "is served"
        self.busy = False
        return self.serve(request)


class ChecksLineByLine(Reference):
    """Each line is compared with the whole stock."""

    def choose(self, lines: Sequence[Line], *, order: bool) -> list[list[Unit]]:
        return [super(ChecksLineByLine, self).choose([line], order=order)[0] for line in lines]


class KeepsHalf(Reference):
    """Books the lines that it can before it refuses the others."""

    def choose(self, lines: Sequence[Line], *, order: bool) -> list[list[Unit]]:
        chosen: list[list[Unit]] = []
        for line in lines:
            try:
                chosen += super().choose([line], order=order)
            except Refused:
                for unit in (unit for units in chosen for unit in units):
                    for place in unit.picks:
                        self.move(place, available=-1, committed=1)
                raise
        return chosen


class FirstLocationOnly(Reference):
    """Looks for a line without a location at the first one."""

    def candidates(self, sku: str, location: str | None) -> list[Place]:
        return super().candidates(sku, location or "north")


class SplitsWithoutRemainder(Reference):
    """Takes the whole line from every location that has some of it."""

    def choose(self, lines: Sequence[Line], *, order: bool) -> list[list[Unit]]:
        chosen = super().choose(lines, order=order)
        for line, units in zip(lines, chosen, strict=True):
            if len({unit.picks[0] for unit in units}) > 1 and line.location is None:
                units[-1].picks = units[0].picks
        return chosen


class BackordersWithoutLimit(Reference):
    """Lets every order wait where one may."""

    def allow_backorder(self, sku: str, location: str, limit: int) -> None:
        super().allow_backorder(sku, location, 1000 * limit)


class BooksNoCancellation(Reference):
    """Changes the counters at a cancellation and writes nothing down."""

    def free_up(self, place: Place, units: int, counter: str) -> None:
        self.stock[place].update({counter: -units, "available": units})
        self.fill(place)


class RewritesLedger(Reference):
    """Puts a correction into the line it corrects."""

    def happen(self, verb: Verb, line: Line) -> None:
        if verb is not Verb.ADJUST or not self.movements:
            return super().happen(verb, line)
        super().happen(verb, line)
        last = self.movements.pop()
        for at, movement in enumerate(self.movements):
            if (movement.sku, movement.location, movement.counter) == (
                last.sku,
                last.location,
                last.counter,
            ):
                self.movements[at] = replace(movement, quantity=movement.quantity + last.quantity)
                return None
        self.movements.append(last)
        return None


class LeaksHolds(Reference):
    """Forgets an expired reservation without giving back its units."""

    def expire(self) -> None:
        for hold in self.holds.values():
            hold.live = hold.live and hold.ends_at > self.now


class ReleasesTwice(Reference):
    """Gives units back whenever a cart lets go."""

    def release(self, request: Request) -> Reply:
        self.let_go(self.holds[request.of])
        return Reply(accepted=True)


class HoldsHalfTheTime(Reference):
    """A reservation ends after half its time."""

    def reserve(self, request: Request) -> Reply:
        return super().reserve(replace(request, ttl_s=request.ttl_s / 2))


class HoldsAfterOrder(Reference):
    """An order does not use up the reservation it comes from."""

    def place(self, request: Request) -> Reply:
        return self.book(request, self.choose(request.lines, order=True))


class ForgetsCancelled(Reference):
    """Does not count cancelled units any more."""

    def order_line(self, ordered: Ordered) -> OrderLine:
        return replace(super().order_line(ordered), cancelled=0)


class TakesBackTooMany(Reference):
    """Counts whatever is brought as returned."""

    def order_line(self, ordered: Ordered) -> OrderLine:
        line = super().order_line(ordered)
        return replace(line, returned=min(line.returned * 2, line.ordered))


class RefundsTheLine(Reference):
    """Refunds the whole line for the first unit that comes back."""

    def refund(self, ordered: Ordered) -> int:
        refund = ordered.line.amount_minor - ordered.refunded_minor
        ordered.refunded_minor += refund
        return refund


class RoundsRefundsDown(Reference):
    """Refunds the rounded price of a unit each time."""

    def refund(self, ordered: Ordered) -> int:
        back = sum(unit.back for unit in ordered.units)
        each = ordered.line.amount_minor // ordered.line.quantity
        refund = each * back - ordered.refunded_minor
        ordered.refunded_minor += refund
        return refund


class RefundsTwice(Reference):
    """Refunds the same unit as often as it is brought."""

    def change(self, verb: Verb, unit: Unit, location: str | None) -> None:
        super().change(verb, unit, location)
        unit.back = False

    def refund(self, ordered: Ordered) -> int:
        refund = ordered.line.amount_minor // ordered.line.quantity
        ordered.refunded_minor += refund
        return refund


class ShowsOnHand(Reference):
    """Shows what stands there, promised or not."""

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:  # noqa: ARG002 - on either channel
        return sum(self.level(*place).on_hand for place in self.candidates(sku, location))


class ShowsLate(Reference):
    """Shows what was for sale a minute ago, and says that it shows at once."""

    def __init__(self) -> None:
        super().__init__()
        self.views: dict[Place, tuple[float, int]] = {}

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:
        units = 0
        for place in self.candidates(sku, location):
            seen_at, _ = self.views.get(place, (-60.0, 0))
            if self.now - seen_at >= 60:
                self.views[place] = (self.now, super().shown(*place[:1], channel, place[1]))
            units += self.views[place][1]
        return units


class TellsOnHand(Reference):
    """Tells the other system what stands there."""

    def tell(self, place: Place, origin: str) -> None:
        super().tell(place, origin)
        units = self.level(*place).on_hand
        self.outbox[-1] = replace(self.outbox[-1], quantity=units)


class TellsNothingOfCarts(Reference):
    """Tells the other system of orders, and not of reservations."""

    def tell(self, place: Place, origin: str) -> None:
        super().tell(place, origin)
        units = self.outbox[-1].quantity + self.stock[place]["reserved"]
        self.outbox[-1] = replace(self.outbox[-1], quantity=units)


BROKEN: tuple[tuple[str, type[Reference]], ...] = (
    ("P1.alone", SellsOneTooMany),
    ("P1.alone", KeepsOneBack),
    ("P1.race", LosesUpdates),
    ("P1.race", GivesUpUnderContention),
    ("P1.lines", ChecksLineByLine),
    ("P1.lines", KeepsHalf),
    ("P1.routing", FirstLocationOnly),
    ("P1.routing", SplitsWithoutRemainder),
    ("P1.backorder", BackordersWithoutLimit),
    ("P2", BooksNoCancellation),
    ("P2", RewritesLedger),
    ("P6", LeaksHolds),
    ("P6", ReleasesTwice),
    ("P6", HoldsHalfTheTime),
    ("P6", HoldsAfterOrder),
    ("P7", ForgetsCancelled),
    ("P7", TakesBackTooMany),
    ("P8", RefundsTheLine),
    ("P8", RoundsRefundsDown),
    ("P8", RefundsTwice),
    ("P10.shown", ShowsOnHand),
    ("P10.shown", ShowsLate),
    ("P10.sent", TellsOnHand),
    ("P10.sent", TellsNothingOfCarts),
)
