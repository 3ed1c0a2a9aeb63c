"""Offers by brute force: every unit by itself, every grouping of units, every dealing of lines.

Shares no rule with core.policies; only the records of offers and lines are the same.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product

from core.policies.baskets import Line
from core.policies.promotions.gifts import (
    AmountOff,
    AmountOffEach,
    Bundle,
    BuyGet,
    BuyPay,
    ForPrice,
    Goods,
    PercentOff,
)
from core.policies.promotions.offers import Promotion

Unit = tuple[int, int, int]  # what it costs, its sku, its number


def half_up(amount: Fraction) -> int:
    """Round half up, in fractions."""
    return int(amount + Fraction(1, 2))


def units_of(lines: Sequence[Line], left: Sequence[int], at: Sequence[int]) -> list[Unit]:
    """Every unit of the lines by itself; what is left of a line lies on its units evenly."""
    units: list[Unit] = []
    for each in at:
        rest = left[each]
        for still in range(lines[each].quantity, 0, -1):
            cost = -(-rest // still)
            rest -= cost
            units.append((cost, lines[each].sku, len(units)))
    return units


def among(line: Line, goods: Goods) -> bool:
    """Whether a line is among goods."""
    listed = goods.skus is None and goods.products is None
    listed = listed or (goods.skus is not None and line.sku in goods.skus)
    listed = listed or (goods.products is not None and line.product in goods.products)
    return (
        listed
        and line.discountable
        and line.sku not in goods.except_skus
        and (goods.sale_too or line.unit_minor >= line.regular_minor)
    )


def groupings(units: list[Unit], size: int) -> Iterator[list[tuple[Unit, ...]]]:
    """Every way to put some units into groups of a size."""
    yield []
    for group in combinations(units, size):
        later = [unit for unit in units if unit[2] > group[0][2] and unit not in group]
        for more in groupings(later, size):
            yield [group, *more]


def sets_of(units: list[Unit], parts: Sequence[tuple[frozenset[int], int]]) -> Iterator[list[int]]:
    """Every way to fill sets from units: what each set costs."""
    yield []
    choices = [
        list(combinations([unit for unit in units if unit[1] in skus], count))
        for skus, count in parts
    ]
    for chosen in product(*choices):
        taken = [unit for group in chosen for unit in group]
        later = [unit for unit in units if unit not in taken]
        for more in sets_of(later, parts):
            yield [sum(unit[0] for unit in taken), *more]


def most_off(
    offer: Promotion, lines: Sequence[Line], left: Sequence[int], open_at: Sequence[int]
) -> int:
    """What an offer takes off at most."""
    most = _uncapped(offer, lines, left, open_at)
    return most if offer.discount_minor_max is None else min(most, offer.discount_minor_max)


def _uncapped(
    offer: Promotion, lines: Sequence[Line], left: Sequence[int], open_at: Sequence[int]
) -> int:
    gives = offer.gives
    times = offer.times_max if offer.times_max is not None else 10**9
    at = [each for each in open_at if among(lines[each], offer.goods)]
    units = units_of(lines, left, at)
    total = sum(unit[0] for unit in units)
    if isinstance(gives, PercentOff):
        return half_up(Fraction(total * gives.rate_ppm, 10**6))
    if isinstance(gives, AmountOff):
        return min(total, gives.amount_minor)
    if isinstance(gives, AmountOffEach):
        return sum(min(unit[0], gives.amount_minor) for unit in units)
    if isinstance(gives, BuyPay):
        return max(
            sum(sum(sorted(unit[0] for unit in group)[: gives.take - gives.pay]) for group in way)
            for way in groupings(units, gives.take)
            if len(way) <= times
        )
    if isinstance(gives, ForPrice):
        return max(
            sum(sum(unit[0] for unit in group) - gives.amount_minor for group in way)
            for way in groupings(units, gives.take)
            if len(way) <= times
        )
    if isinstance(gives, Bundle):
        return max(
            sum(cost - gives.amount_minor for cost in way)
            for way in sets_of(units, gives.parts)
            if len(way) <= times
        )
    return _buy_get(gives, lines, left, open_at, offer.goods, times)


def _buy_get(
    gives: BuyGet,
    lines: Sequence[Line],
    left: Sequence[int],
    open_at: Sequence[int],
    goods: Goods,
    times: int,
) -> int:
    bought = [each for each in open_at if among(lines[each], gives.others)]
    got = [each for each in open_at if among(lines[each], goods) and each not in bought]
    count = sum(lines[each].quantity for each in bought) // gives.buy
    units = units_of(lines, left, got)
    most = 0
    for size in range(min(len(units), min(count, times) * gives.get) + 1):
        for chosen in combinations(units, size):
            most = max(most, sum(unit[0] for unit in chosen))
    return half_up(Fraction(most * gives.rate_ppm, 10**6))


def best_deal(offers: Sequence[Promotion], lines: Sequence[Line], left: Sequence[int]) -> int:
    """The most that offers take off together, where each line belongs to one of them."""
    ways = product(range(len(offers)), repeat=len(lines))
    return max(
        sum(
            most_off(offer, lines, left, [at for at, to in enumerate(way) if to == each])
            for each, offer in enumerate(offers)
        )
        for way in ways
    )
