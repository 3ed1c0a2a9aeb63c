"""Which offers a basket gets: in order, without two of one group, the best for the customer."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policies.baskets import Basket, CodeUse, Line
from core.policies.promotions import choosing
from core.policies.promotions.choosing import Applied, Passed, Reason, discounted
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
from tests.core.policies.naive_offers import best_deal, most_off
from tests.core.policies.profile import THOROUGH
from tests.core.policies.test_discounts import carts, gifts, offers, skus

TEN, TWENTY = PercentOff(100_000), PercentOff(200_000)
SHIRT, TIE, SOCKS = Line(1, 2, 3000), Line(2, 1, 1500), Line(3, 5, 400)
SOCKS_FOR_5 = Bundle(((frozenset({3}), 1),), 5)
EVERYTHING = (SHIRT, TIE, SOCKS)  # 60.00, 15.00, 20.00


def basket(*lines: Line, **where: int) -> Basket:
    """A basket of these lines."""
    return Basket(lines or EVERYTHING, **where)  # type: ignore[arg-type]  # numbers only


def ids(found: choosing.Discounted) -> list[int]:
    """Which offers applied, in order."""
    return list(dict.fromkeys(each.promotion for each in found.applied))


def test_offers_stack_on_what_is_left() -> None:
    """20 % and then 10 % of 15.00 leave 10.80; then 5.00 off the order leave 5.80."""
    found = discounted(
        basket(TIE),
        Offers(
            (
                Promotion(3, AmountOff(500), level=Level.ORDER, priority=-1),
                Promotion(2, TEN, priority=1),
                Promotion(1, TWENTY),
            )
        ),
    )
    assert found.amounts == (580,)
    assert found.applied == (Applied(1, 0, 300), Applied(2, 0, 120), Applied(3, 0, 500))
    assert found.passed == ()
    assert found.exact


def test_each_line_is_explained() -> None:
    """What each offer took off each line is told line by line, in the order of the receipt."""
    found = discounted(
        basket(SOCKS, SHIRT, TIE),
        Offers((Promotion(1, BuyPay(3, 2), goods=skus(3)), Promotion(2, TEN))),
    )
    assert found.applied == (
        Applied(1, 0, 400),
        Applied(2, 0, 160),
        Applied(2, 1, 600),
        Applied(2, 2, 150),
    )
    assert found.amounts == (1440, 5400, 1350)


CONDITIONS = [
    # offer, basket, reason
    ({"start_us": 10}, {"now_us": 9}, Reason.NOT_STARTED),
    ({"start_us": 10}, {"now_us": 10}, None),
    ({"end_us": 10}, {"now_us": 9}, None),
    ({"end_us": 10}, {"now_us": 10}, Reason.ENDED),
    ({"channels": frozenset({1, 2})}, {"channel": 0}, Reason.CHANNEL),
    ({"channels": frozenset({1, 2})}, {"channel": 2}, None),
    ({"locations": frozenset({4})}, {"location": 0}, Reason.LOCATION),
    ({"locations": frozenset({4})}, {"location": 4}, None),
    ({"code": 77}, {}, Reason.CODE_NOT_SHOWN),
    ({"code": 77}, {"codes": {76: CodeUse()}}, Reason.CODE_NOT_SHOWN),
    ({"code": 77}, {"codes": {77: CodeUse(10**6, 10**6)}}, None),
    ({"code": 77, "usage_limit": 3}, {"codes": {77: CodeUse(2, 0)}}, None),
    ({"code": 77, "usage_limit": 3}, {"codes": {77: CodeUse(3, 0)}}, Reason.CODE_USED_UP),
    ({"code": 77, "usage_limit": 3}, {"codes": {77: CodeUse(4, 0)}}, Reason.CODE_USED_UP),
    ({"code": 77, "party_limit": 2}, {"codes": {77: CodeUse(5, 1)}}, Reason.PARTY_UNKNOWN),
    ({"code": 77, "party_limit": 2}, {"codes": {77: CodeUse(5, 1)}, "party_id": 9}, None),
    (
        {"code": 77, "party_limit": 2},
        {"codes": {77: CodeUse(5, 2)}, "party_id": 9},
        Reason.CODE_USED_BY_PARTY,
    ),
    (
        {"code": 77, "party_limit": 2},
        {"codes": {77: CodeUse(5, 3)}, "party_id": 9},
        Reason.CODE_USED_BY_PARTY,
    ),
    ({"basket_minor_min": 9500}, {}, None),
    ({"basket_minor_min": 9501}, {}, Reason.BASKET_TOO_SMALL),
    ({"goods": skus(8)}, {}, Reason.NO_GOODS),
    ({"goods": skus(3), "quantity_min": 5}, {}, None),
    ({"goods": skus(3), "quantity_min": 6}, {}, Reason.QUANTITY_TOO_SMALL),
    ({"gives": BuyPay(6, 5), "goods": skus(3)}, {}, Reason.NOTHING_OFF),
    ({"gives": BuyGet(skus(8), 1, 1), "goods": skus(3)}, {}, Reason.NOTHING_OFF),
    ({"gives": BuyGet(skus(1), 1, 1), "goods": skus(3), "quantity_min": 7}, {}, None),
    (
        {"gives": BuyGet(skus(1), 1, 1), "goods": skus(3), "quantity_min": 8},
        {},
        Reason.QUANTITY_TOO_SMALL,
    ),
    ({"gives": Bundle(((frozenset({9}), 1),), 5)}, {}, Reason.NO_GOODS),
    (
        {"gives": Bundle(((frozenset({3}), 1),), 5), "quantity_min": 6},
        {},
        Reason.QUANTITY_TOO_SMALL,
    ),
    ({"gives": Bundle(((frozenset({3}), 1),), 5), "quantity_min": 5}, {}, None),
    # Of several conditions the first in order is told.
    ({"start_us": 10, "code": 77}, {"now_us": 9}, Reason.NOT_STARTED),
    ({"end_us": 10, "channels": frozenset({1})}, {"now_us": 10}, Reason.ENDED),
    ({"channels": frozenset({1}), "locations": frozenset({1})}, {}, Reason.CHANNEL),
    ({"locations": frozenset({1}), "code": 77}, {}, Reason.LOCATION),
    ({"code": 77, "basket_minor_min": 9501}, {}, Reason.CODE_NOT_SHOWN),
    (
        {"code": 77, "usage_limit": 1, "party_limit": 1},
        {"codes": {77: CodeUse(1, 1)}},
        Reason.CODE_USED_UP,
    ),
    ({"basket_minor_min": 9501, "goods": skus(8)}, {}, Reason.BASKET_TOO_SMALL),
]


@pytest.mark.parametrize(("offer", "where", "reason"), CONDITIONS)
def test_conditions(
    offer: dict[str, object], where: dict[str, object], reason: Reason | None
) -> None:
    """An offer applies at its time and place, to who shows its code; else it says why not."""
    promotion = Promotion(**({"id": 5, "gives": TEN} | offer))  # type: ignore[arg-type]  # a table
    found = discounted(Basket(EVERYTHING, **where), Offers((promotion,)))  # type: ignore[arg-type]
    assert found.passed == (() if reason is None else (Passed(5, reason),))
    assert bool(found.applied) == (reason is None)


def test_every_reason_has_a_line() -> None:
    """Each reason for passing an offer over occurs in the table, but the one about groups."""
    assert {reason for *_, reason in CONDITIONS} == {*Reason, None} - {Reason.OTHER_CHOSEN}


def test_conditions_look_at_the_basket_as_it_came() -> None:
    """An offer that makes the basket cheaper does not switch off one that asks for 95.00."""
    found = discounted(
        basket(),
        Offers((Promotion(1, TWENTY), Promotion(2, AmountOff(1000), basket_minor_min=9500))),
    )
    assert ids(found) == [1, 2]
    assert sum(found.amounts) == 9500 - 1900 - 1000


GROUPS = [
    # choice, per, offers in the group, which apply, what is paid
    # 20 % of the shirts (12.00) or 10 % of everything (9.50).
    (Choice.BEST, Per.BASKET, [(TEN, None), (TWENTY, (1,))], [2], 8300),
    (Choice.FIRST, Per.BASKET, [(TEN, None), (TWENTY, (1,))], [1], 8550),
    # Each line its own: 20 % of the shirts and 10 % of the rest.
    (Choice.BEST, Per.LINE, [(TEN, None), (TWENTY, (1,))], [1, 2], 7950),
    (Choice.FIRST, Per.LINE, [(TEN, None), (TWENTY, (1,))], [1], 8550),
    (Choice.FIRST, Per.LINE, [(TWENTY, (1,)), (TEN, None)], [1, 2], 7950),
    # Among equals the first.
    (Choice.BEST, Per.BASKET, [(TEN, None), (TEN, None)], [1], 8550),
    (Choice.BEST, Per.LINE, [(TEN, None), (TEN, None)], [1], 8550),
    # FIRST is the first that takes anything off.
    (Choice.FIRST, Per.BASKET, [(BuyPay(9, 8), None), (TEN, None)], [2], 8550),
    # Three for two on everything takes off 15.00 and 4.00. With 20 % on the shirts it is 12.00, and
    # three for two on tie and socks 4.00 and 4.00.
    (Choice.BEST, Per.LINE, [(BuyPay(3, 2), None), (TWENTY, None)], [1, 2], 7500),
]


@pytest.mark.parametrize(("choice", "per", "gives", "applied", "paid"), GROUPS)
def test_groups(
    choice: Choice,
    per: Per,
    gives: list[tuple[PercentOff | BuyPay, tuple[int, ...] | None]],
    applied: list[int],
    paid: int,
) -> None:
    """Of a group one offer counts: the best or the first, for the basket or for each line."""
    members = tuple(
        Promotion(at, gift, goods=skus(*named) if named else Goods(), group=6)
        for at, (gift, named) in enumerate(gives, start=1)
    )
    found = discounted(basket(), Offers(members, (Group(6, choice, per),)))
    assert ids(found) == applied
    assert sum(found.amounts) == paid
    assert {each.promotion for each in found.passed} == {1, 2} - set(applied)
    if applied != [2] or choice == Choice.BEST:
        assert all(each.reason == Reason.OTHER_CHOSEN for each in found.passed)


def test_a_line_has_one_offer_of_its_group() -> None:
    """A group that excludes per line never takes twice from a line; a stacking offer may."""
    offer = Offers(
        (
            Promotion(1, TEN, group=6),
            Promotion(2, TWENTY, goods=skus(1, 2), group=6),
            Promotion(3, TEN, priority=9),
        ),
        (Group(6),),
    )
    found = discounted(basket(), offer)
    by_line = {(each.promotion, each.line): each.discount_minor for each in found.applied}
    assert by_line == {
        (1, 2): 200,
        (2, 0): 1200,
        (2, 1): 300,
        (3, 0): 480,
        (3, 1): 120,
        (3, 2): 180,
    }


def test_a_group_of_nothing() -> None:
    """A group whose offers do not apply, or that has none, takes nothing off."""
    for per in Per:
        for choice in Choice:
            group = Group(6, choice, per)
            closed = Promotion(1, TEN, group=6, start_us=9)
            assert discounted(basket(), Offers((closed,), (group,))).amounts == (6000, 1500, 2000)
    assert discounted(Basket(()), Offers((Promotion(1, TEN),))).amounts == ()
    free = basket(Line(1, 2, 0))
    found = discounted(free, Offers((Promotion(1, TEN, group=6),), (Group(6),)))
    assert found.passed == (Passed(1, Reason.NOTHING_OFF),)


@st.composite
def grouped(draw: st.DrawFn) -> list[Promotion]:
    """Two or three offers of one group."""
    count = draw(st.integers(2, 3))
    made = [draw(offers()) for _ in range(count)]
    return [
        Promotion(
            at,
            each.gives,
            goods=each.goods,
            group=1,
            times_max=each.times_max,
            discount_minor_max=each.discount_minor_max,
        )
        for at, each in enumerate(made, start=1)
    ]


@THOROUGH
@given(grouped(), carts())
def test_no_dealing_out_is_better(
    group: list[Promotion], cart: tuple[list[Line], list[int]]
) -> None:
    """The best for the customer is the best of all ways to deal lines out to offers."""
    lines, _ = cart
    left = [line.amount_minor for line in lines]
    found = discounted(Basket(tuple(lines)), Offers(tuple(group), (Group(1),)))
    assert found.exact
    assert sum(left) - sum(found.amounts) == best_deal(group, lines, left)
    lines_of = [each.line for each in found.applied]
    assert len(lines_of) == len(set(lines_of))


@THOROUGH
@given(grouped(), carts())
def test_no_single_offer_is_better(
    group: list[Promotion], cart: tuple[list[Line], list[int]]
) -> None:
    """Where one offer counts for the basket, it is the one that takes most off."""
    lines, _ = cart
    left = [line.amount_minor for line in lines]
    per_basket = (Group(1, Choice.BEST, Per.BASKET),)
    found = discounted(Basket(tuple(lines)), Offers(tuple(group), per_basket))
    every = range(len(lines))
    assert sum(left) - sum(found.amounts) == max(
        most_off(each, lines, left, every) for each in group
    )
    assert len(ids(found)) <= 1


named = st.sets(st.integers(1, 3), min_size=1)


@st.composite
def shops(draw: st.DrawFn) -> Offers:
    """Up to four offers, stacking or in a group of any kind."""
    made = [
        Promotion(
            at,
            gives,
            goods=Goods()
            if isinstance(gives, Bundle)
            else skus(*draw(st.sets(numbers, min_size=1))),
            priority=draw(st.integers(0, 1)),
            group=draw(st.integers(0, 2)),
        )
        for at, gives in enumerate(draw(st.lists(gifts, max_size=4)), start=1)
    ]
    groups = [
        Group(each, draw(st.sampled_from(Choice)), draw(st.sampled_from(Per))) for each in (1, 2)
    ]
    return Offers(tuple(made), tuple(groups))


numbers = st.integers(1, 3)


@THOROUGH
@given(shops(), carts())
def test_a_basket_is_conserved(shop: Offers, cart: tuple[list[Line], list[int]]) -> None:
    """What is left of each line and what was taken off it are what it cost; nothing is negative."""
    lines, _ = cart
    found = discounted(Basket(tuple(lines)), shop)
    left = [line.amount_minor for line in lines]
    for each in found.applied:
        assert each.discount_minor > 0
        left[each.line] -= each.discount_minor
    assert tuple(left) == found.amounts
    assert min(found.amounts) >= 0
    told = {each.promotion for each in found.applied} ^ {each.promotion for each in found.passed}
    assert told == {each.id for each in shop.promotions}


@THOROUGH
@given(shops(), carts())
def test_the_order_of_scanning_is_no_matter(
    shop: Offers, cart: tuple[list[Line], list[int]]
) -> None:
    """Each line costs the same, in whatever order the goods were scanned."""
    lines, _ = cart
    for order in permutations(range(len(lines))):
        found = discounted(Basket(tuple(lines[at] for at in order)), shop)
        costs = sorted(zip((lines[at] for at in order), found.amounts, strict=True))
        first = discounted(Basket(tuple(lines)), shop)
        assert costs == sorted(zip(lines, first.amounts, strict=True))


def test_twelve_lines_and_two_offers_are_dealt_out_exactly() -> None:
    """A large basket that two offers want is still dealt out exactly: 20 % where it is more."""
    lines = tuple(Line(sku, 1, 1000 + 10 * sku) for sku in range(1, 13))
    members = (
        Promotion(1, AmountOffEach(212), group=1),
        Promotion(2, TWENTY, group=1),
    )
    found = discounted(Basket(lines), Offers(members, (Group(1),)))
    assert found.exact
    # 20 % of 10.70 to 11.20 is more than 2.12; at 10.60 both are the same.
    assert found.amounts == tuple(
        min(line.unit_minor - 212, line.unit_minor * 4 // 5) for line in lines
    )


def test_too_many_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no time for every way, the best so far counts, and it is said."""
    lines = tuple(Line(sku, 1, 1000 + 10 * sku) for sku in range(1, 9))
    members = (Promotion(1, AmountOffEach(205), group=1), Promotion(2, TWENTY, group=1))
    offer = Offers(members, (Group(1),))
    exact = discounted(Basket(lines), offer)
    monkeypatch.setattr(choosing, "SEARCH_MAX", 5)
    rough = discounted(Basket(lines), offer)
    assert exact.exact
    assert not rough.exact
    alone = min(
        sum(discounted(Basket(lines), Offers((each,), (Group(1),))).amounts) for each in members
    )
    assert sum(exact.amounts) < sum(rough.amounts) <= alone


def test_uses_of_for_price() -> None:
    """Two for 5.00 stacks on socks that another offer has made cheaper: nothing is left to save."""
    shop = Offers(
        (
            Promotion(1, AmountOffEach(150), goods=skus(3)),
            Promotion(2, ForPrice(2, 500), goods=skus(3)),
        )
    )
    found = discounted(basket(SOCKS), shop)
    assert found.amounts == (1250,)
    assert found.passed == (Passed(2, Reason.NOTHING_OFF),)
