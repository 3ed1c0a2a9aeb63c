"""How much one offer takes off, and how that lies on the lines.

An offer sees what the offers before it have left of each line. The amount is computed first, for
all lines together; then it is spread on the lines that took part, in proportion to what their
units still cost, by largest remainder. So a free unit makes all units of its group cheaper: what a
customer gets back for one of them is what he paid for it, whichever he returns.

The units of a line cost what is left of the line, divided evenly; where that does not come out,
some cost one minor unit more. Units are never listed one by one: a run is many that cost the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.policies.baskets import Line
from core.policies.promotions.gifts import (
    AmountOff,
    AmountOffEach,
    Bundle,
    BuyGet,
    BuyPay,
    ForPrice,
    PercentOff,
)
from core.policies.promotions.offers import Promotion
from core.policies.rounding import PPM, Rounding, divided
from core.policies.split import split

__all__ = ["discounts"]


class _Run(NamedTuple):
    """Units of a line that cost the same."""

    unit_minor: int
    units: int
    line: int


@dataclass(frozen=True, slots=True)
class _Taken:
    """What an offer takes off in all, and what the units that take part cost, by line."""

    amount_minor: int
    weights: list[int]


class _Pool:
    """Units that can take part in an offer, the dearest first.

    Args:
        lines: all lines of the basket.
        left: (lines,) what each still costs.
        at: the lines whose units are meant.
    """

    def __init__(self, lines: Sequence[Line], left: Sequence[int], at: Sequence[int]) -> None:
        runs = []
        for each in at:
            quantity = lines[each].quantity
            unit_minor, dearer = divmod(left[each], quantity)
            runs += [
                _Run(unit_minor + 1, dearer, each),
                _Run(unit_minor, quantity - dearer, each),
            ]
        self.runs = sorted((run for run in runs if run.units), key=lambda run: -run.unit_minor)
        self.units = sum(run.units for run in self.runs)
        self.lines = len(lines)

    def weights(self, units: int) -> list[int]:
        """What the dearest *units* cost, by line."""
        out = [0] * self.lines
        for run in self.runs:
            taken = min(run.units, units)
            out[run.line] += taken * run.unit_minor
            units -= taken
        return out

    def cost(self, units: int) -> int:
        """What the dearest *units* cost together."""
        return sum(self.weights(units))

    def cost_of_free(self, units: int, take: int, pay: int) -> int:
        """What of the dearest *units* is free, where of each *take* in a row *pay* are paid."""
        free_minor = passed = 0
        for run in self.runs:
            end = min(passed + run.units, units)
            free = _free_before(end, take, pay) - _free_before(passed, take, pay)
            free_minor += free * run.unit_minor
            passed = end
        return free_minor


def discounts(
    promotion: Promotion, lines: Sequence[Line], left: Sequence[int], open_at: Sequence[int]
) -> list[int]:
    """What the promotion takes off each line.

    The more lines are open, the more it takes off in all; it never takes more off a line than is
    left of it.

    Args:
        promotion: conditions of time, place and code are the caller's to check.
        lines: all lines of the basket.
        left: (lines,) what each still costs, 0 or more.
        open_at: the lines that the promotion may touch.

    Returns:
        (lines,) minor units, 0 or more.
    """
    at = [each for each in open_at if promotion.touches(lines[each])]
    taken = _taken(promotion, lines, left, at)
    amount_minor = taken.amount_minor
    if promotion.discount_minor_max is not None:
        amount_minor = min(amount_minor, promotion.discount_minor_max)
    return split(amount_minor, taken.weights)


def _taken(
    promotion: Promotion, lines: Sequence[Line], left: Sequence[int], at: Sequence[int]
) -> _Taken:
    gives, times_max = promotion.gives, promotion.times_max
    match gives:
        case Bundle():
            parts = [
                (_Pool(lines, left, [each for each in at if lines[each].sku in skus]), units)
                for skus, units in gives.parts
            ]
            return _sets_for_price(parts, gives.amount_minor, times_max)
        case BuyGet():
            bought = [each for each in at if gives.others.hold(lines[each])]
            got = [each for each in at if each not in bought]
            return _buy_get(gives, _Pool(lines, left, bought), _Pool(lines, left, got), times_max)
        case BuyPay():
            pool = _Pool(lines, left, at)
            units = _times(pool.units // gives.take, times_max) * gives.take
            free_minor = pool.cost_of_free(units, gives.take, gives.pay)
            return _Taken(free_minor, pool.weights(units))
        case ForPrice():
            parts = [(_Pool(lines, left, at), gives.take)]
            return _sets_for_price(parts, gives.amount_minor, times_max)
        case _:
            return _simple(gives, _Pool(lines, left, at))


def _simple(gives: PercentOff | AmountOff | AmountOffEach, pool: _Pool) -> _Taken:
    """Offers on each unit alone, or on all of them together."""
    if isinstance(gives, AmountOffEach):
        weights = [0] * pool.lines
        for run in pool.runs:
            weights[run.line] += min(run.unit_minor, gives.amount_minor) * run.units
        return _Taken(sum(weights), weights)
    weights = pool.weights(pool.units)
    total = sum(weights)
    if isinstance(gives, AmountOff):
        return _Taken(min(gives.amount_minor, total), weights)
    return _Taken(divided(total * gives.rate_ppm, PPM, Rounding.HALF_UP), weights)


def _sets_for_price(
    parts: Sequence[tuple[_Pool, int]], price_minor: int, times_max: int | None
) -> _Taken:
    """As many sets as save something, each of the dearest units that are left.

    A set is worth no more than the one before it, so the number of sets is found by halving, and
    no other grouping saves more: the units in it are the dearest, and no set more or less pays.
    """
    fewest = 0
    most = _times(min(pool.units // units for pool, units in parts), times_max)
    while fewest < most:
        times = (fewest + most + 1) // 2
        worth = sum(
            pool.cost(times * units) - pool.cost((times - 1) * units) for pool, units in parts
        )
        if worth > price_minor:
            fewest = times
        else:
            most = times - 1
    costs = [pool.weights(fewest * units) for pool, units in parts]
    weights = [sum(of_line) for of_line in zip(*costs, strict=True)]
    return _Taken(sum(weights) - fewest * price_minor, weights)


def _buy_get(gives: BuyGet, bought: _Pool, got: _Pool, times_max: int | None) -> _Taken:
    """The dearest units to get, as many as the units bought allow; the last set may be short."""
    times = _times(min(bought.units // gives.buy, -(-got.units // gives.get)), times_max)
    units = min(got.units, times * gives.get)
    amount_minor = divided(got.cost(units) * gives.rate_ppm, PPM, Rounding.HALF_UP)
    costs = zip(bought.weights(times * gives.buy), got.weights(units), strict=True)
    return _Taken(amount_minor, [sum(of_line) for of_line in costs])


def _times(possible: int, times_max: int | None) -> int:
    return possible if times_max is None else min(possible, times_max)


def _free_before(units: int, take: int, pay: int) -> int:
    """How many of the first *units* are free, where of each *take* the first *pay* are paid."""
    return units // take * (take - pay) + max(0, units % take - pay)
