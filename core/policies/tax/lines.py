"""How much tax lies on the lines of a receipt.

The rates that apply to a line are added up first, a compound one also on the taxes before it, and
their tax is rounded once: on each line, or once for all lines of an invoice that have the same
rates, as the shop has chosen. Then the rounded tax is divided among the authorities, and on the
lines, by largest remainder. So nothing is lost between line, authority and invoice.

Sources: one rounding of the taxes of state and city together, half a cent up, on item or invoice as
the seller elects: Streamlined Sales and Use Tax Agreement, section 324 (in force for instance as
RCW 82.08.054). One rounding for each rate of an invoice: EN 16931, rule BR-CO-17. Half a cent up:
Excise Tax Act (Canada), section 165.2 (2).

Prices with tax (inclusive): net + tax is the price, exactly, because net is what the tax leaves.
Prices without (exclusive): the tax comes on top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from core.policies.errors import BasketInvalid
from core.policies.rounding import PPM, Rounding, divided
from core.policies.split import split
from core.policies.tax.table import Rate, TaxTable

__all__ = ["Round", "TaxRules", "TaxShare", "TaxTotal", "Taxed", "tax_totals", "taxed"]


class Round(IntEnum):
    """Where tax is rounded."""

    LINE = 0
    INVOICE = 1


@dataclass(frozen=True, slots=True)
class TaxRules:
    """How a shop taxes its sales.

    Args:
        inclusive: whether its prices contain the tax.
        round_per: line or invoice.
        rounding: what becomes of half a minor unit.
    """

    inclusive: bool = True
    round_per: Round = Round.LINE
    rounding: Rounding = Rounding.HALF_UP


@dataclass(frozen=True, slots=True)
class TaxShare:
    """What one authority gets of a line."""

    authority: int
    rate_ppm: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Taxed:
    """A line with its taxes; net + tax = gross."""

    net_minor: int
    shares: tuple[TaxShare, ...]

    @property
    def tax_minor(self) -> int:
        """All taxes of the line."""
        return sum(share.tax_minor for share in self.shares)

    @property
    def gross_minor(self) -> int:
        """What the customer pays for the line."""
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """A row at the foot of a receipt: one rate of one authority, and what it lies on."""

    authority: int
    rate_ppm: int
    net_minor: int
    tax_minor: int


def taxed(
    amounts: Sequence[int],
    tax_classes: Sequence[int],
    table: TaxTable,
    rules: TaxRules,
    jurisdiction: int,
    now_us: int,
) -> tuple[Taxed, ...]:
    """Tax the lines of one receipt.

    Args:
        amounts: (lines,) after discounts, 0 or more; with the tax where prices are inclusive.
        tax_classes: (lines,) class of the goods of each line.
        table: the rates.
        rules: how the shop taxes its sales.
        jurisdiction: where the sale is taxed.
        now_us: when.

    Raises:
        BasketInvalid: an amount is negative; refunds are parts of what was paid.
        TaxRateMissing: no rate covers a line.
    """
    for at, amount in enumerate(amounts):
        if amount < 0:
            raise BasketInvalid(f"line {at} is {amount}; 0 or more, a refund is part of a receipt")
    of_class = {each: table.rates(jurisdiction, each, now_us) for each in set(tax_classes)}
    rates = [of_class[each] for each in tax_classes]
    if rules.round_per == Round.LINE:
        groups = [[at] for at in range(len(amounts))]
    else:
        groups = [
            [at for at, each in enumerate(rates) if each == alike] for alike in dict.fromkeys(rates)
        ]
    out: dict[int, Taxed] = {}
    for group in groups:
        alike = rates[group[0]]
        shares = _group_shares([amounts[at] for at in group], alike, rules)
        for at, of_line in zip(group, shares, strict=True):
            net_minor = amounts[at] - sum(of_line) if rules.inclusive else amounts[at]
            pairs = zip(alike, of_line, strict=True)
            taxes = (TaxShare(rate.authority, rate.rate_ppm, tax) for rate, tax in pairs)
            out[at] = Taxed(net_minor, tuple(taxes))
    return tuple(out[at] for at in range(len(amounts)))


def tax_totals(lines: Sequence[Taxed]) -> tuple[TaxTotal, ...]:
    """Sum lines by authority and rate, as they stand at the foot of a receipt."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for line in lines:
        for share in line.shares:
            net_minor, tax_minor = found.get((share.authority, share.rate_ppm), (0, 0))
            found[share.authority, share.rate_ppm] = (
                net_minor + line.net_minor,
                tax_minor + share.tax_minor,
            )
    return tuple(TaxTotal(*rate, *sums) for rate, sums in sorted(found.items()))


def _group_shares(
    amounts: Sequence[int], rates: Sequence[Rate], rules: TaxRules
) -> list[tuple[int, ...]]:
    """Round the tax of lines with the same rates once; divide it by line and authority.

    Lines get their shares first, then the authorities theirs; what an authority gets is dealt out
    on what the lines still owe, so both sums stay exact and no share is negative.
    """
    weights, scale = _effective(rates)
    base = scale + sum(weights) if rules.inclusive else scale
    tax_minor = divided(sum(amounts) * sum(weights), base, rules.rounding)
    owed = split(tax_minor, amounts)
    of_authorities = []
    for of_authority in split(tax_minor, weights)[:-1]:
        of_authorities.append(split(of_authority, owed))
        owed = [rest - paid for rest, paid in zip(owed, of_authorities[-1], strict=True)]
    return list(zip(*of_authorities, owed, strict=True))


def _effective(rates: Sequence[Rate]) -> tuple[list[int], int]:
    """What each rate takes of a net amount, compounded: numerators over one denominator."""
    weights: list[int] = []
    scale = 1
    for rate in rates:
        base = scale + sum(weights) if rate.compound else scale
        weights = [weight * PPM for weight in weights] + [base * rate.rate_ppm]
        scale *= PPM
    return weights, scale
