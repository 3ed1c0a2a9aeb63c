"""An offer that cannot be meant is refused when it is made, and says what would be right."""

from collections.abc import Callable

import pytest

from core.policies.baskets import Basket, CodeUse, Item, Line
from core.policies.errors import BasketInvalid, PromotionInvalid
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
from core.policies.promotions.offers import Choice, Group, Level, Offers, Per, Promotion
from core.policies.rounding import PPM
from core.schema import AMOUNT_MAX

TEN = PercentOff(100_000)
ONE, TWO = frozenset({1}), frozenset({2})
NONE: frozenset[int] = frozenset()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: PercentOff(0), "rate_ppm is 0; 1 to 1000000"),
        (lambda: PercentOff(PPM + 1), "rate_ppm is 1000001; 1 to 1000000"),
        (lambda: AmountOff(0), "amount_minor is 0; 1 or more"),
        (lambda: AmountOffEach(0), "amount_minor is 0; 1 or more"),
        (lambda: BuyPay(1, 1), "take is 1; 2 or more"),
        (lambda: BuyPay(3, 3), "pay is 3; 1 to 2"),
        (lambda: BuyPay(3, 0), "pay is 0; 1 to 2"),
        (lambda: ForPrice(0, 5), "take is 0; 1 or more"),
        (lambda: ForPrice(1, -1), "amount_minor is -1; 0 or more"),
        (lambda: Bundle((), 5), "parts is 0; 1 or more"),
        (lambda: Bundle(((ONE, 1),), -1), "amount_minor is -1; 0 or more"),
        (lambda: Bundle(((ONE, 0),), 5), "units of a part is 0; 1 or more"),
        (lambda: Bundle(((NONE, 1),), 5), "a part of a bundle names no sku; name one or more"),
        (
            lambda: Bundle(((ONE, 1), (frozenset({2, 1}), 1)), 5),
            "sku 1 is in two parts; leave it in one",
        ),
        (lambda: BuyGet(Goods(), 0, 1), "buy is 0; 1 or more"),
        (lambda: BuyGet(Goods(), 1, 0), "get is 0; 1 or more"),
        (lambda: BuyGet(Goods(), 1, 1, 0), "rate_ppm is 0; 1 to 1000000"),
        (lambda: BuyGet(Goods(), 1, 1, PPM + 1), "rate_ppm is 1000001"),
        (lambda: Goods(skus=NONE), "skus is empty; name one or more, or leave it out for all"),
        (lambda: Goods(products=NONE), "products is empty; name one or more"),
        (lambda: Goods(products=frozenset({5, 0})), "product 0; products are 1 or more"),
        (lambda: Group(0), "id of a group is 0; 1 or more"),
        (lambda: Promotion(0, TEN), "id of a promotion is 0; 1 or more"),
        (lambda: Promotion(7, TEN, group=-1), "promotion 7: group is -1; 0 or more"),
        (lambda: Promotion(7, TEN, code=-1), "promotion 7: code is -1; 0 or more"),
        (lambda: Promotion(7, TEN, basket_minor_min=-1), "basket_minor_min is -1; 0 or more"),
        (lambda: Promotion(7, TEN, quantity_min=-1), "quantity_min is -1; 0 or more"),
        (lambda: Promotion(7, TEN, code=1, usage_limit=0), "usage_limit is 0; 1 or more"),
        (lambda: Promotion(7, TEN, code=1, party_limit=0), "party_limit is 0; 1 or more"),
        (lambda: Promotion(7, BuyPay(3, 2), times_max=0), "times_max is 0; 1 or more"),
        (lambda: Promotion(7, TEN, discount_minor_max=0), "discount_minor_max is 0; 1 or more"),
        (lambda: Promotion(7, TEN, channels=NONE), "promotion 7: channels is empty"),
        (lambda: Promotion(7, TEN, locations=NONE), "promotion 7: locations is empty"),
        (lambda: Promotion(7, TEN, start_us=5, end_us=5), "promotion 7: ends at 5; after 5"),
        (lambda: Promotion(7, TEN, start_us=5, end_us=4), "promotion 7: ends at 4; after 5"),
        (lambda: Promotion(7, TEN, usage_limit=1), "a limit counts uses of a code; give it a code"),
        (lambda: Promotion(7, TEN, party_limit=1), "a limit counts uses of a code; give it a code"),
        (
            lambda: Promotion(7, BuyPay(3, 2), level=Level.ORDER),
            "promotion 7: an order gets PercentOff or AmountOff",
        ),
        (lambda: Promotion(7, AmountOffEach(5), level=Level.ORDER), "an order gets PercentOff"),
        (lambda: Promotion(7, TEN, times_max=1), "times_max counts sets; use discount_minor_max"),
        (lambda: Promotion(7, AmountOff(5), times_max=1), "times_max counts sets"),
        (lambda: Promotion(7, AmountOffEach(5), times_max=1), "times_max counts sets"),
        (
            lambda: Promotion(7, Bundle(((ONE, 1),), 5), goods=Goods(skus=ONE)),
            "promotion 7: a bundle names its skus itself; leave goods out",
        ),
        (
            lambda: Offers((Promotion(7, TEN), Promotion(7, TEN))),
            "two promotions have the id 7; give one another",
        ),
        (lambda: Offers((), (Group(3), Group(3))), "two groups have the id 3; give one another"),
        (
            lambda: Offers((Promotion(7, TEN, group=4),), (Group(3), Group(2))),
            r"promotion 7: no group 4; known: \[2, 3\]",
        ),
        (
            lambda: Offers(
                (Promotion(7, TEN, group=3), Promotion(8, TEN, group=3, level=Level.ORDER)),
                (Group(3),),
            ),
            "promotions 7 and 8: group 3 has offers on items and on the order; make two groups",
        ),
    ],
)
def test_offer_refused(make: Callable[[], object], said: str) -> None:
    """Each rule that cannot be meant is refused by name."""
    with pytest.raises(PromotionInvalid, match=said):
        make()


def test_offers_on_the_edge_stand() -> None:
    """The smallest and largest numbers that can be meant are taken."""
    PercentOff(1)
    PercentOff(PPM)
    AmountOff(1)
    AmountOffEach(1)
    BuyPay(2, 1)
    ForPrice(1, 0)
    Bundle(((ONE, 1), (TWO, 1)), 0)
    BuyGet(Goods(), 1, 1, 1)
    Goods(products=frozenset({1}))
    Promotion(1, TEN, start_us=5, end_us=6, code=1, usage_limit=1, party_limit=1)
    Promotion(1, AmountOff(1), level=Level.ORDER, discount_minor_max=1)
    Promotion(1, BuyGet(Goods(), 1, 1), times_max=1)
    Promotion(1, ForPrice(1, 5), times_max=1)
    Promotion(1, Bundle(((ONE, 1),), 5), times_max=1)
    Offers((Promotion(1, TEN, level=Level.ORDER), Promotion(2, TEN)))
    Offers((Promotion(1, TEN, group=1), Promotion(2, TEN, group=1)), (Group(1), Group(2)))


def test_order_of_offers() -> None:
    """Items before the order, then priority, then id; a group stands where its first offer does."""
    offers = Offers(
        (
            Promotion(9, TEN, level=Level.ORDER, priority=-5),
            Promotion(8, TEN, priority=1, group=2),
            Promotion(7, TEN, priority=2),
            Promotion(6, TEN, priority=2),
            Promotion(5, TEN, priority=3, group=2),
            Promotion(4, TEN, priority=1),
            Promotion(3, TEN, priority=2, group=1),
        ),
        (Group(1, Choice.FIRST, Per.BASKET), Group(2)),
    )
    steps = [
        (group.id if group else 0, [each.id for each in members])
        for group, members in offers.steps()
    ]
    assert Promotion(1, TEN).rank == (Level.ITEM, 0, 1)
    assert steps == [(0, [4]), (2, [8, 5]), (1, [3]), (0, [6]), (0, [7]), (0, [9])]


@pytest.mark.parametrize(
    ("sku", "quantity", "unit_minor", "said"),
    [
        (5, 0, 1, "sku 5: 0 units; 1 to 2147483647"),
        (5, 2**31, 1, "sku 5: 2147483648 units"),
        (5, 1, -1, "sku 5: a unit for -1; 0 or more"),
        (5, 1, AMOUNT_MAX + 1, f"sku 5: {AMOUNT_MAX + 1} minor units; {AMOUNT_MAX} at most"),
        (-5, 1, 1, "sku -5: a sku is 0 or more"),
    ],
)
def test_line_refused(sku: int, quantity: int, unit_minor: int, said: str) -> None:
    """A line of nothing, for less than nothing, or too large for a command is refused."""
    with pytest.raises(BasketInvalid, match=said):
        Line(sku, quantity, unit_minor)


def test_line() -> None:
    """A line knows what it costs, and whether its price is reduced."""
    assert Line(0, 1, AMOUNT_MAX).amount_minor == AMOUNT_MAX
    assert Line(0, 2**31 - 1, 1).amount_minor == 2**31 - 1
    assert Line(1, 3, 250).regular_minor == 250
    assert not Line(1, 3, 250).on_sale
    assert Line(1, 3, 250, regular_minor=251).on_sale
    assert not Line(1, 3, 250, regular_minor=249).on_sale


def test_what_nobody_said() -> None:
    """A code was never used, a customer is unknown, and goods are of no product, unless said."""
    assert CodeUse() == (0, 0)
    assert Basket(()) == Basket((), now_us=0, location=0, channel=0, party_id=0, codes={})
    assert Item(5, 1) == (5, 1, 0, 0, True, None)
    line = Line(5, 1, 7)
    assert (line.product, line.tax_class, line.discountable) == (0, 0, True)
