"""Inventories with one defect each in requests of several lines, and what must catch it."""

# ruff: noqa: D102 - the docstring of each class says what is wrong with its methods

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from storetwin_contract.protocol import OrderLine, Reply, Request, Verb
from tests.contract.reference import About, Ordered, Reference
from tests.contract.reference_stock import Place, Unit

FACTS = frozenset({Verb.RECEIVE, Verb.ADJUST, Verb.COUNT, Verb.SELL})


class RestocksOneLine(Reference):
    """Of lines that share a level, puts back what the last one had."""

    def move_on(self, verb: Verb, about: Sequence[About]) -> None:
        if verb is not Verb.RETURN:
            return super().move_on(verb, about)
        backs: dict[Place, int] = {}
        for _, units, location in about:
            backs |= Counter((sku, location or at) for unit in units for sku, at in unit.picks)
            for unit in units:
                unit.back = True
        for place, units_back in backs.items():
            self.move(place, available=units_back)
            self.fill(place)
        return None


class FreesOneLine(Reference):
    """Cancels all lines of a request, and gives back the units of the first."""

    def move_on(self, verb: Verb, about: Sequence[About]) -> None:
        super().move_on(verb, about[:1] if verb is Verb.CANCEL else about)
        for _, units, _ in about:
            for unit in units if verb is Verb.CANCEL else []:
                unit.state = "cancelled"


class ForgetsOtherLines(Reference):
    """Of a whole order, does the first line that has something left."""

    def meant(self, request: Request) -> list[About]:
        return super().meant(request)[: None if request.lines else 1]


class GoesOnByHalves(Reference):
    """Does line after line, until one is refused."""

    def go_on(self, request: Request) -> Reply:
        refund = 0
        for line in request.lines:
            refund += super().go_on(replace(request, lines=(line,))).refund_minor
        return (
            super().go_on(request)
            if not request.lines
            else Reply(accepted=True, refund_minor=refund)
        )


class ReturnsHome(Reference):
    """Whatever comes back, and wherever, is put where it left."""

    def change(self, verb: Verb, unit: Unit, location: str | None) -> None:  # noqa: ARG002
        super().change(verb, unit, None)


class LosesRoutedReturns(Reference):
    """Knows no place for what comes back if the order named none."""

    def move_on(self, verb: Verb, about: Sequence[About]) -> None:
        lost = [one for one in about if one[0].line.location is None and one[2] is None]
        for _, units, _ in lost if verb is Verb.RETURN else []:
            for unit in units:
                unit.back = True
        kept = [one for one in about if one not in lost]
        super().move_on(verb, kept if verb is Verb.RETURN else about)


class BooksLastLine(Reference):
    """Of several lines about one level, books what the last one says."""

    def answer(self, request: Request) -> Reply:
        if request.verb in FACTS:
            last = {(line.sku, line.location): line for line in request.lines}
            request = replace(request, lines=tuple(last.values()))
        return super().answer(request)


class BooksFirstSku(Reference):
    """Of several lines, books those of the first sku."""

    def answer(self, request: Request) -> Reply:
        if request.verb in FACTS:
            same = [line for line in request.lines if line.sku == request.lines[0].sku]
            request = replace(request, lines=tuple(same))
        return super().answer(request)


class RefundsOneLine(Reference):
    """Pays back the first of the lines that came back."""

    def go_on(self, request: Request) -> Reply:
        reply = super().go_on(request)
        if request.verb is not Verb.RETURN or len(request.lines) < 2:
            return reply
        orders = self.orders[request.of]
        others = {line.number or 0 for line in request.lines[1:]}
        lost = sum(orders[number].line.amount_minor for number in others)
        return replace(reply, refund_minor=max(0, reply.refund_minor - lost))


class BooksRefundOnOneLine(Reference):
    """Pays back what is due, and tells all of it of the first line."""

    def order(self, order_id: str) -> Sequence[OrderLine]:
        lines = list(super().order(order_id))
        refunded = sum(line.refunded_minor for line in lines)
        told = [replace(line, refunded_minor=0) for line in lines]
        return [replace(told[0], refunded_minor=refunded), *told[1:]]


class RefundsByUnits(Reference):
    """Shares what an order cost out over its units, whatever each line cost."""

    def refund(self, ordered: Ordered) -> int:
        (lines,) = [lines for lines in self.orders.values() if ordered in lines]
        units = sum(one.line.quantity for one in lines)
        back = sum(unit.back for unit in ordered.units)
        due = sum(one.line.amount_minor for one in lines) * back // units
        refund = due - ordered.refunded_minor
        ordered.refunded_minor = due
        return refund


BROKEN_LINES: tuple[tuple[str, type[Reference]], ...] = (
    ("P1.alone", RestocksOneLine),
    ("P1.lines", RestocksOneLine),
    ("P9", RestocksOneLine),
    ("P1.lines", FreesOneLine),
    ("P1.lines", ForgetsOtherLines),
    ("P7", ForgetsOtherLines),
    ("P7", GoesOnByHalves),
    ("P1.alone", ReturnsHome),
    ("P1.routing", ReturnsHome),
    ("P1.routing", LosesRoutedReturns),
    ("P1.alone", BooksLastLine),
    ("P1.alone", BooksFirstSku),
    ("P8", RefundsOneLine),
    ("P8", BooksRefundOnOneLine),
    ("P8", RefundsByUnits),
)
