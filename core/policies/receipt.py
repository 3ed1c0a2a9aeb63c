"""The whole sale: goods in, priced, discounted and taxed lines out; and refunds of any part of it.

`priced` looks the goods up in the price book, `rung_up` applies offers and taxes. What a line comes
to, `amount_minor`, is what the customer pays for it and what goes into the commands of the engine
(PLACE and SELL take it as argument). Delivery is a line like others, not discountable.

A refund is a part of what was paid for the line, never a price looked up anew: units that were
bought three for two come back at two thirds each. A part is worth its share of what has not come
back yet, rounded down: to the cent what the engine pays back when as many units are returned (of a
line that has gone out whole, which is when there is a receipt). The parts of a line sum to it
exactly, whatever comes back in which order, net and each tax as well as the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.policies.baskets import Basket, Item, Line
from core.policies.errors import BasketInvalid, RefundImpossible
from core.policies.prices.book import PriceBook
from core.policies.promotions.choosing import Applied, Passed, discounted
from core.policies.promotions.offers import Offers
from core.policies.split import parts_of_rest
from core.policies.tax.lines import Taxed, TaxRules, TaxShare, TaxTotal, tax_totals, taxed
from core.policies.tax.table import TaxTable
from core.schema import AMOUNT_MAX

__all__ = ["Receipt", "ReceiptLine", "Refund", "RefundLine", "priced", "refunded", "rung_up"]


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A line as it stands on the receipt.

    Args:
        line: the goods, and their price before promotions.
        applied: which offer took off how much.
        taxed: net and taxes of what is left.
    """

    line: Line
    applied: tuple[Applied, ...]
    taxed: Taxed

    @property
    def discount_minor(self) -> int:
        """What all offers took off the line, at the prices of the book."""
        return sum(each.discount_minor for each in self.applied)

    @property
    def amount_minor(self) -> int:
        """What the customer pays for the line, with tax; it goes into the line's command."""
        return self.taxed.gross_minor


@dataclass(frozen=True, slots=True)
class Receipt:
    """A sale.

    Args:
        lines: in the order of the basket.
        totals: net and tax by authority and rate.
        passed: offers that did not apply, and why.
        codes: coupon codes that took something off, ascending; the selling system counts them.
        exact: whether the best of all ways to deal out offers was found (see `choosing`).
    """

    lines: tuple[ReceiptLine, ...]
    totals: tuple[TaxTotal, ...]
    passed: tuple[Passed, ...]
    codes: tuple[int, ...]
    exact: bool

    @property
    def amount_minor(self) -> int:
        """What is captured."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def net_minor(self) -> int:
        """What is left of it for the shop."""
        return sum(line.taxed.net_minor for line in self.lines)

    @property
    def discount_minor(self) -> int:
        """What the offers took off, at the prices of the book."""
        return sum(line.discount_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class RefundLine:
    """Units of a line that come back, and what was paid for them."""

    line: int
    quantity: int
    taxed: Taxed


@dataclass(frozen=True, slots=True)
class Refund:
    """A part of a receipt that is paid back."""

    lines: tuple[RefundLine, ...]

    @property
    def amount_minor(self) -> int:
        """What the customer gets back."""
        return sum(line.taxed.gross_minor for line in self.lines)


def priced(
    items: Sequence[Item], book: PriceBook, location: int, channel: int, now_us: int
) -> tuple[Line, ...]:
    """Give goods the prices that hold here and now; an item's own price comes before the book's.

    Raises:
        PriceMissing: the book has no price for an item.
        BasketInvalid: a quantity or an amount is out of range.
    """
    asked = [item.sku for item in items if item.unit_minor is None]
    quotes = iter(book.quotes(asked, location, channel, now_us).tolist())
    lines = []
    for item in items:
        if item.unit_minor is None:
            unit_minor, regular_minor, _ = next(quotes)
        else:
            unit_minor = regular_minor = item.unit_minor
        lines.append(
            Line(
                item.sku,
                item.quantity,
                unit_minor,
                regular_minor,
                item.product,
                item.tax_class,
                item.discountable,
            )
        )
    return tuple(lines)


def rung_up(
    basket: Basket, offers: Offers, table: TaxTable, rules: TaxRules, jurisdiction: int
) -> Receipt:
    """Discount and tax a basket.

    Line by line the price is what is paid and what was taken off, net and taxes are what is paid,
    and the lines sum to the receipt; asserted here, because a command that carries a wrong amount
    cannot be taken back.

    Raises:
        TaxRateMissing: no rate covers a line.
        BasketInvalid: with its tax a line is too large for a command.
    """
    found = discounted(basket, offers)
    classes = [line.tax_class for line in basket.lines]
    taxes = taxed(found.amounts, classes, table, rules, jurisdiction, basket.now_us)
    lines = tuple(
        ReceiptLine(line, tuple(each for each in found.applied if each.line == at), taxes[at])
        for at, line in enumerate(basket.lines)
    )
    for at, each in enumerate(lines):
        if each.amount_minor > AMOUNT_MAX:
            raise BasketInvalid(f"line {at} is {each.amount_minor} with tax; {AMOUNT_MAX} at most")
        left = each.line.amount_minor - each.discount_minor
        assert left == (each.amount_minor if rules.inclusive else each.taxed.net_minor)
        assert min(left, each.taxed.net_minor, each.taxed.tax_minor) >= 0
    codes = {each.id: each.code for each in offers.promotions}
    used = sorted({codes[each.promotion] for each in found.applied} - {0})
    return Receipt(lines, tax_totals(taxes), found.passed, tuple(used), found.exact)


def refunded(receipt: Receipt, back: Mapping[int, int], before: Sequence[Refund] = ()) -> Refund:
    """Return what was paid for units that come back.

    Args:
        receipt: the sale.
        back: units that come back, by number of the line; 0 is allowed.
        before: all that was refunded of this receipt before; what a part is worth depends on it.

    Raises:
        RefundImpossible: no such line, or more units than are still out.
    """
    lines = []
    for at, quantity in sorted(back.items()):
        if not 0 <= at < len(receipt.lines):
            raise RefundImpossible(f"line {at}; the receipt has {len(receipt.lines)}, from 0")
        earlier = [line for refund in before for line in refund.lines if line.line == at]
        sold, done = receipt.lines[at].line.quantity, sum(line.quantity for line in earlier)
        if quantity < 0 or done + quantity > sold:
            said = f"line {at}: {quantity} units come back and {done} did before"
            raise RefundImpossible(f"{said}; {sold} were sold")
        rests = _amounts(receipt.lines[at].taxed)
        for line in earlier:
            rests = [rest - gone for rest, gone in zip(rests, _amounts(line.taxed), strict=True)]
        # Where all is back, no units are left to share among.
        net_minor, *taxes = parts_of_rest(rests, quantity, max(1, sold - done))
        shares = (
            TaxShare(share.authority, share.rate_ppm, tax_minor)
            for share, tax_minor in zip(receipt.lines[at].taxed.shares, taxes, strict=True)
        )
        lines.append(RefundLine(at, quantity, Taxed(net_minor, tuple(shares))))
    return Refund(tuple(lines))


def _amounts(whole: Taxed) -> list[int]:
    return [whole.net_minor, *(share.tax_minor for share in whole.shares)]
