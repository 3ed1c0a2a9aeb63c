"""An offer takes off what its poster says, and no customer could have it better."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policies.baskets import Line
from core.policies.promotions.discounts import discounts
from core.policies.promotions.gifts import (
    AmountOff,
    AmountOffEach,
    Bundle,
    BuyGet,
    BuyPay,
    ForPrice,
    Gift,
    Goods,
    PercentOff,
)
from core.policies.promotions.offers import Promotion
from core.policies.rounding import PPM
from tests.core.policies.naive_offers import most_off
from tests.core.policies.profile import THOROUGH


def skus(*numbers: int) -> Goods:
    """Goods of these skus."""
    return Goods(skus=frozenset(numbers))


def taken(offer: Promotion, lines: list[Line], left: list[int] | None = None) -> list[int]:
    """What an offer takes off each line, all lines being open."""
    full = [line.amount_minor for line in lines]
    return discounts(offer, lines, left if left is not None else full, range(len(lines)))


SHIRT, TIE, SOCKS = Line(1, 2, 3000), Line(2, 1, 1500), Line(3, 5, 400)
SET = Bundle(((frozenset({1}), 1), (frozenset({2, 3}), 2)), 3500)


@pytest.mark.parametrize(
    ("gives", "lines", "off"),
    [
        # 10 % of 60.00 + 15.00 + 20.00.
        (PercentOff(100_000), [SHIRT, TIE, SOCKS], [600, 150, 200]),
        # 15 % of 8.99 is 1.3485; of three 4.0455.
        (PercentOff(150_000), [Line(1, 1, 899)], [135]),
        (PercentOff(150_000), [Line(1, 3, 899)], [405]),
        (PercentOff(150_000), [Line(1, 1, 899), Line(1, 2, 899)], [135, 270]),
        (PercentOff(500_000), [Line(1, 1, 1)], [1]),  # half a cent goes to the customer
        (PercentOff(499_999), [Line(1, 1, 1)], [0]),
        (PercentOff(PPM), [SHIRT], [6000]),
        (PercentOff(1), [Line(1, 1, 0)], [0]),
        # 10.00 off as 60 : 15 : 20 is 6.3158, 1.5789, 2.1053: the cents go to the larger rests.
        (AmountOff(1000), [SHIRT, TIE, SOCKS], [632, 158, 210]),
        (AmountOff(99_999), [SHIRT, TIE], [6000, 1500]),
        (AmountOff(1), [SHIRT, SHIRT], [1, 0]),
        (AmountOffEach(500), [SHIRT, TIE, SOCKS], [1000, 500, 2000]),
        (AmountOffEach(400), [SOCKS], [2000]),
        (AmountOffEach(399), [SOCKS], [1995]),
        # Three for two: of five socks one is free, and three share it.
        (BuyPay(3, 2), [SOCKS], [400]),
        (BuyPay(3, 2), [Line(3, 6, 400)], [800]),
        (BuyPay(3, 2), [Line(3, 2, 400)], [0]),
        (BuyPay(5, 2), [Line(3, 4, 400)], [0]),
        (BuyPay(5, 2), [Line(3, 9, 400)], [1200]),
        # 30, 30, 15 | 4, 4, 4 | 4, 4: free are 15 and 4.
        # Of 60.00, 15.00 and 12.00 that took part 19.00 is 13.103, 3.276, 2.621.
        (BuyPay(3, 2), [SHIRT, TIE, SOCKS], [1310, 328, 262]),
        # Two for 5.00: four socks, and the fifth at its price; two shirts are dearer.
        (ForPrice(2, 500), [SOCKS], [600]),
        (ForPrice(2, 799), [SOCKS], [2]),
        (ForPrice(2, 800), [SOCKS], [0]),
        (ForPrice(2, 801), [SOCKS], [0]),
        (ForPrice(2, 800), [SHIRT, SOCKS], [5200, 0]),  # socks for their price take no part
        (ForPrice(1, 100), [SOCKS], [1500]),
        (ForPrice(6, 100), [SOCKS], [0]),
        # 30 + 30, 15 + 4, 4 + 4, 4 + 4 for 5.00 each: 75.00 off 95.00; 47.368, 11.842, 15.789.
        (ForPrice(2, 500), [SHIRT, TIE, SOCKS], [4737, 1184, 1579]),
        # A shirt and two of ties or socks for 35.00: 30 + 15 + 4 = 49, then 30 + 8 = 38.
        (SET, [SHIRT, TIE, SOCKS], [1172, 293, 235]),
        (SET, [SHIRT, TIE], [0, 0]),
        (SET, [TIE, SOCKS], [0, 0]),
        (Bundle(((frozenset({1}), 1),), 2999), [SHIRT], [2]),
        (Bundle(((frozenset({1}), 3),), 0), [SHIRT], [0]),
    ],
)
def test_off(gives: Gift, lines: list[Line], off: list[int]) -> None:
    """Worked by hand: what each offer takes off a small basket."""
    assert taken(Promotion(1, gives), lines) == off


@pytest.mark.parametrize(
    ("buy", "get", "rate_ppm", "quantity", "off"),
    [
        (1, 1, PPM, 3, [706, 0, 94]),  # two socks free; 8.00 lies on 60.00 and 8.00
        (2, 1, PPM, 3, [375, 0, 25]),
        (3, 1, PPM, 3, [0, 0, 0]),
        (2, 2, PPM, 3, [706, 0, 94]),
        (2, 2, PPM, 1, [375, 0, 25]),  # up to two: the one that is there
        (2, 1, 500_000, 1, [188, 0, 12]),  # 187.5 and 12.5
        (1, 5, PPM, 9, [2250, 0, 1350]),
        (1, 5, PPM, 4, [1043, 0, 557]),  # one shirt is enough for four socks
        (1, 1, 1, 1, [0, 0, 0]),
    ],
)
def test_buy_and_get(buy: int, get: int, rate_ppm: int, quantity: int, off: list[int]) -> None:
    """For shirts bought some socks are cheaper; shirts and socks share what is taken off."""
    offer = Promotion(1, BuyGet(skus(1), buy, get, rate_ppm), goods=skus(1, 3))
    assert taken(offer, [SHIRT, TIE, Line(3, quantity, 400)]) == off


@pytest.mark.parametrize(
    ("offer", "off"),
    [
        (Promotion(1, PercentOff(100_000), discount_minor_max=949), 949),
        (Promotion(1, PercentOff(100_000), discount_minor_max=950), 950),
        (Promotion(1, PercentOff(100_000), discount_minor_max=951), 950),
        (Promotion(1, BuyPay(2, 1), goods=skus(3), times_max=1), 400),
        (Promotion(1, BuyPay(2, 1), goods=skus(3), times_max=2), 800),
        (Promotion(1, BuyPay(2, 1), goods=skus(3), times_max=3), 800),
        (Promotion(1, ForPrice(1, 100), goods=skus(3), times_max=4), 1200),
        (Promotion(1, SET, times_max=1), 1400),
        (Promotion(1, BuyGet(skus(1), 1, 1), goods=skus(3), times_max=1), 400),
        (Promotion(1, AmountOffEach(100), goods=skus(3), discount_minor_max=7), 7),
    ],
)
def test_limits(offer: Promotion, off: int) -> None:
    """An offer may be limited in how often and how much."""
    assert sum(taken(offer, [SHIRT, TIE, SOCKS])) == off


def test_units_of_a_line_that_was_made_cheaper() -> None:
    """10.00 left on three units are 3.34, 3.33, 3.33: the cheapest is free."""
    line = [Line(1, 3, 500)]
    assert taken(Promotion(1, BuyPay(3, 2)), line, [1000]) == [333]
    assert taken(Promotion(1, BuyPay(3, 1)), line, [1000]) == [666]
    assert taken(Promotion(1, ForPrice(1, 333)), line, [1000]) == [1]
    assert taken(Promotion(1, AmountOffEach(334)), line, [1000]) == [1000]
    assert taken(Promotion(1, AmountOffEach(333)), line, [1000]) == [999]
    assert taken(Promotion(1, AmountOff(5)), line, [0]) == [0]


def test_only_open_lines() -> None:
    """A line that is closed to an offer gives and gets nothing."""
    offer = Promotion(1, PercentOff(500_000))
    assert discounts(offer, [SHIRT, TIE], [6000, 1500], [1]) == [0, 750]
    assert discounts(offer, [SHIRT, TIE], [6000, 1500], []) == [0, 0]


@pytest.mark.parametrize(
    ("goods", "off"),
    [
        (Goods(), [1, 1, 1, 0, 1]),
        (skus(1, 9), [1, 0, 0, 0, 0]),
        (Goods(products=frozenset({7})), [0, 1, 1, 0, 0]),
        (Goods(skus=frozenset({1}), products=frozenset({7})), [1, 1, 1, 0, 0]),
        (Goods(products=frozenset({7}), except_skus=frozenset({2})), [0, 0, 1, 0, 0]),
        (Goods(except_skus=frozenset({1, 2})), [0, 0, 1, 0, 1]),
        (Goods(sale_too=False), [1, 1, 1, 0, 0]),
        (Goods(skus=frozenset({5}), sale_too=False), [0, 0, 0, 0, 0]),
    ],
)
def test_goods(goods: Goods, off: list[int]) -> None:
    """Goods are named by sku or product; gift cards and exceptions stay out, reduced ones may."""
    lines = [
        Line(1, 1, 1),
        Line(2, 1, 1, product=7),
        Line(3, 1, 1, product=7),
        Line(4, 1, 1, product=7, discountable=False),
        Line(5, 1, 1, regular_minor=2),
    ]
    assert taken(Promotion(1, PercentOff(PPM), goods=goods), lines) == off


def test_a_bundle_leaves_gift_cards_out() -> None:
    """What no promotion may touch fills no part of a set."""
    card = Line(1, 1, 3000, discountable=False)
    assert taken(Promotion(1, SET), [card, SOCKS]) == [0, 0]


def test_a_million_units() -> None:
    """Units are counted, not listed: a pallet is as quick as a pair; the odd unit pays."""
    lines = [Line(3, 2**31 - 1, 3), Line(4, 10**9, 2)]
    half = taken(Promotion(1, BuyPay(2, 1)), lines)
    assert sum(half) == 3 * (2**30 - 1) + 2 * (10**9 // 2)
    assert taken(Promotion(1, ForPrice(2, 5)), lines) == [2**30 - 1, 0]


unit = st.tuples(st.integers(1, 3), st.integers(0, 12), st.integers(1, 3))
baskets = st.lists(unit, min_size=1, max_size=3).map(
    lambda rows: [Line(sku, quantity, price * 7) for sku, price, quantity in rows]
)
rates = st.sampled_from([1, 100_000, 333_333, 500_000, PPM])
some = st.sampled_from([Goods(), skus(1), skus(1, 2), skus(3)])
pays = st.tuples(st.integers(2, 4), st.integers(1, 3)).filter(lambda pair: pair[1] < pair[0])
gifts: st.SearchStrategy[Gift] = st.one_of(
    st.builds(PercentOff, rates),
    st.builds(AmountOff, st.integers(1, 90)),
    st.builds(AmountOffEach, st.integers(1, 90)),
    pays.map(lambda pair: BuyPay(*pair)),
    st.builds(ForPrice, st.integers(1, 4), st.integers(0, 120)),
    st.builds(BuyGet, some, st.integers(1, 2), st.integers(1, 2), rates),
    st.builds(
        lambda one, two, price: Bundle(((frozenset({1}), one), (frozenset({2, 3}), two)), price),
        st.integers(1, 2),
        st.integers(1, 2),
        st.integers(0, 120),
    ),
)
limits = st.one_of(st.none(), st.integers(1, 2))


@st.composite
def offers(draw: st.DrawFn) -> Promotion:
    """Any offer without conditions."""
    gives = draw(gifts)
    sets = isinstance(gives, BuyPay | ForPrice | Bundle | BuyGet)
    return Promotion(
        1,
        gives,
        goods=Goods() if isinstance(gives, Bundle) else draw(some),
        times_max=draw(limits) if sets else None,
        discount_minor_max=draw(st.one_of(st.none(), st.integers(1, 60))),
    )


@st.composite
def carts(draw: st.DrawFn) -> tuple[list[Line], list[int]]:
    """Lines of seven units at most, and what earlier offers left of each."""
    lines = draw(baskets.filter(lambda lines: sum(line.quantity for line in lines) <= 7))
    return lines, [draw(st.integers(0, line.amount_minor)) for line in lines]


@THOROUGH
@given(offers(), carts())
def test_no_grouping_is_better(offer: Promotion, cart: tuple[list[Line], list[int]]) -> None:
    """An offer takes off the most that any grouping could, and no line pays less than nothing."""
    lines, left = cart
    off = taken(offer, lines, left)
    assert sum(off) == most_off(offer, lines, left, range(len(lines)))
    assert all(0 <= minor <= amount for minor, amount in zip(off, left, strict=True))


@THOROUGH
@given(offers(), carts(), st.integers(0, 6))
def test_more_lines_take_more_off(
    offer: Promotion, cart: tuple[list[Line], list[int]], closed: int
) -> None:
    """An offer that may touch one line more takes no less off in all."""
    lines, left = cart
    fewer = [at for at in range(len(lines)) if at != closed]
    assert sum(discounts(offer, lines, left, fewer)) <= sum(taken(offer, lines, left))
