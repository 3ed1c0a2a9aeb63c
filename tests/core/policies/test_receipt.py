"""A sale from the shelf to the refund: what is paid is what was priced, and comes back exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine import Engine
from core.policies.baskets import Basket, CodeUse, Item, Line
from core.policies.errors import BasketInvalid, PriceMissing, RefundImpossible, TaxRateMissing
from core.policies.promotions.choosing import Applied, Passed, Reason
from core.policies.promotions.gifts import AmountOff, BuyPay, PercentOff
from core.policies.promotions.offers import Level, Offers, Promotion
from core.policies.receipt import Receipt, Refund, priced, refunded, rung_up
from core.policies.tax.lines import Round, TaxRules, TaxShare, TaxTotal
from core.policies.tax.table import TAX_RATE, TaxTable
from core.schema import AMOUNT_MAX, COMMAND, TIME_MAX_US, Kind, Operation, Status
from tests.core.policies.profile import THOROUGH
from tests.core.policies.test_choosing import shops
from tests.core.policies.test_discounts import carts, skus
from tests.core.policies.test_prices import book_of
from tests.core.policies.test_tax import GERMANY, INVOICE, LINE, SEATTLE, TABLE, some_rules

BOOK = book_of("""
    1 any any regular 3000 0 open
    2 any any regular 1500 0 open
    2 any any sale    1200 0 50
    3 any any regular  400 0 open
    3   4 any regular  380 0 open
""")
OFFERS = Offers(
    (
        Promotion(1, BuyPay(3, 2), goods=skus(3)),
        Promotion(2, AmountOff(1000), level=Level.ORDER, code=77, usage_limit=5),
        Promotion(3, PercentOff(100_000), goods=skus(2), start_us=60),
    )
)


def test_prices_of_goods() -> None:
    """Goods get the price of their shop and moment, or the one agreed at the counter."""
    items = [
        Item(3, 5, tax_class=1, discountable=False),
        Item(1, 1, unit_minor=2500),
        Item(2, 1, product=8),
    ]
    assert priced(items, BOOK, 4, 0, 10) == (
        Line(3, 5, 380, 380, tax_class=1, discountable=False),
        Line(1, 1, 2500, 2500),
        Line(2, 1, 1200, 1500, product=8),
    )
    assert priced([Item(2, 1)], BOOK, 4, 0, 50) == (Line(2, 1, 1500),)
    assert priced([], BOOK, 4, 0, 50) == ()
    assert priced([Item(9, 1, unit_minor=5)], BOOK, 4, 0, 50) == (Line(9, 1, 5),)
    with pytest.raises(PriceMissing, match="sku 9 has no price"):
        priced([Item(9, 1)], BOOK, 4, 0, 50)


def sale() -> Receipt:
    """Two shirts, five socks and a tie, with the offers above and 19 % in the price."""
    lines = priced([Item(1, 2), Item(3, 5), Item(2, 1)], BOOK, 0, 0, 10)
    basket = Basket(lines, now_us=10, codes={77: CodeUse(4)})
    return rung_up(basket, OFFERS, TABLE, TaxRules(), GERMANY)


def test_a_sale() -> None:
    """60.00, 20.00 and 12.00; one pair of socks free, 10.00 off the order by code."""
    receipt = sale()
    # 10.00 lie on 60.00, 16.00 and 12.00 as 6.818, 1.818 and 1.364.
    assert [line.applied for line in receipt.lines] == [
        (Applied(2, 0, 682),),
        (Applied(1, 1, 400), Applied(2, 1, 182)),
        (Applied(2, 2, 136),),
    ]
    assert [line.amount_minor for line in receipt.lines] == [5318, 1418, 1064]
    assert [line.discount_minor for line in receipt.lines] == [682, 582, 136]
    # 19/119 of 53.18, 14.18 and 10.64: 8.491, 2.264, 1.699.
    assert [line.taxed.net_minor for line in receipt.lines] == [4469, 1192, 894]
    assert receipt.totals == (TaxTotal(0, 190_000, 6555, 1245),)
    assert (receipt.amount_minor, receipt.net_minor, receipt.discount_minor) == (7800, 6555, 1400)
    assert receipt.codes == (77,)
    assert receipt.passed == (Passed(3, Reason.NOT_STARTED),)
    assert receipt.exact


def test_refund_is_what_was_paid() -> None:
    """The pair of socks that was free is not: each of the five comes back at a fifth of 14.18."""
    receipt = sale()
    one = refunded(receipt, {1: 1})
    assert one.amount_minor == 283  # 283.6, rounded down; the last pairs carry the cents
    rest = refunded(receipt, {0: 2, 1: 4, 2: 1}, [one])
    assert one.amount_minor + rest.amount_minor == receipt.amount_minor
    assert [line.line for line in rest.lines] == [0, 1, 2]
    assert [line.quantity for line in rest.lines] == [2, 4, 1]
    assert rest.lines[0].taxed.shares == (TaxShare(0, 190_000, 849),)
    assert refunded(receipt, {}).amount_minor == 0
    assert refunded(receipt, {1: 0}).amount_minor == 0
    assert refunded(receipt, {1: 0}, [one, rest]).amount_minor == 0


def test_a_part_is_worth_its_share_of_the_rest() -> None:
    """14.18 for five pairs: 2.83 for one, then half of 11.35, then the rest; each with its tax."""
    receipt, refunds = sale(), list[Refund]()
    for quantity in (1, 2, 2):
        refunds.append(refunded(receipt, {1: quantity}, refunds))
    assert [refund.amount_minor for refund in refunds] == [283, 567, 568]
    assert [refund.lines[0].taxed.net_minor for refund in refunds] == [238, 477, 477]
    assert [refund.lines[0].taxed.tax_minor for refund in refunds] == [45, 90, 91]


def test_tax_on_top() -> None:
    """Where prices are without tax, the customer pays it on what the offers have left."""
    basket = Basket((Line(3, 5, 400), Line(1, 1, 100)))
    receipt = rung_up(basket, OFFERS, TABLE, LINE, SEATTLE)
    # 16.00 and 1.00 at 10.3 %: 1.648 and 0.103, of which 104 and 6 for the state.
    assert [line.amount_minor for line in receipt.lines] == [1765, 110]
    assert [line.taxed.net_minor for line in receipt.lines] == [1600, 100]
    assert receipt.totals == (TaxTotal(0, 65_000, 1700, 110), TaxTotal(1, 38_000, 1700, 65))
    assert receipt.codes == ()
    by_invoice = rung_up(basket, OFFERS, TABLE, INVOICE, SEATTLE)
    assert by_invoice.amount_minor == 1700 + 175


@pytest.mark.parametrize(
    ("back", "before", "said"),
    [
        ({1: 6}, {}, "line 1: 6 units come back and 0 did before; 5 were sold"),
        ({1: 3}, {1: 3}, "line 1: 3 units come back and 3 did before; 5 were sold"),
        ({1: 1}, {0: 2, 1: 5}, "line 1: 1 units come back and 5 did before; 5 were sold"),
        ({1: -1}, {1: 3}, "line 1: -1 units come back"),
        ({3: 1}, {}, "line 3; the receipt has 3, from 0"),
        ({-1: 1}, {}, "line -1; the receipt has 3, from 0"),
    ],
)
def test_refund_refused(back: dict[int, int], before: dict[int, int], said: str) -> None:
    """What was not sold does not come back."""
    with pytest.raises(RefundImpossible, match=said):
        refunded(sale(), back, [refunded(sale(), before)])


def test_sale_refused() -> None:
    """A sale without a tax rate, or too large for a command, is refused."""
    with pytest.raises(TaxRateMissing):
        rung_up(Basket((Line(1, 1, 5, tax_class=9),)), Offers(), TABLE, LINE, GERMANY)
    tax_free = TaxTable(np.array([(0, TIME_MAX_US, 1, 0, 0, 0, 0, 0, 0)], TAX_RATE))
    largest = Basket((Line(1, 1, 5), Line(1, 1, AMOUNT_MAX)))
    assert rung_up(largest, Offers(), tax_free, LINE, GERMANY).amount_minor == AMOUNT_MAX + 5
    with pytest.raises(BasketInvalid, match=f"line 1 is .* with tax; {AMOUNT_MAX} at most"):
        rung_up(largest, Offers(), TABLE, LINE, GERMANY)


@THOROUGH
@given(shops(), carts(), some_rules, st.sampled_from([GERMANY, SEATTLE]), st.data())
def test_any_partition_comes_back_exactly(
    shop: Offers,
    cart: tuple[list[Line], list[int]],
    rules: TaxRules,
    place: int,
    data: st.DataObject,
) -> None:
    """Whatever comes back, in whatever parts and order, sums to what was captured, tax by tax."""
    receipt = rung_up(Basket(tuple(cart[0])), shop, TABLE, rules, place)
    before = dict.fromkeys(range(len(receipt.lines)), 0)
    refunds: list[Refund] = []
    while any(before[at] < line.line.quantity for at, line in enumerate(receipt.lines)):
        back = {
            at: data.draw(st.integers(0, line.line.quantity - before[at]))
            for at, line in enumerate(receipt.lines)
        }
        if len(refunds) == 3:  # the rest at once
            back = {at: line.line.quantity - before[at] for at, line in enumerate(receipt.lines)}
        refunds.append(refunded(receipt, back, refunds))
        for each in refunds[-1].lines:
            assert min(each.taxed.net_minor, *(s.tax_minor for s in each.taxed.shares)) >= 0
            before[each.line] += each.quantity
    assert sum(refund.amount_minor for refund in refunds) == receipt.amount_minor
    for at, line in enumerate(receipt.lines):
        parts = [each.taxed for refund in refunds for each in refund.lines if each.line == at]
        assert sum(each.net_minor for each in parts) == line.taxed.net_minor
        for which, share in enumerate(line.taxed.shares):
            assert sum(each.shares[which].tax_minor for each in parts) == share.tax_minor


@THOROUGH
@given(st.integers(0, 400), st.integers(1, 9), st.data())
def test_the_engine_pays_back_the_same_cents(unit: int, sold: int, data: st.DataObject) -> None:
    """However a line comes back, receipt and engine agree on every single refund."""
    basket = Basket((Line(3, sold, unit), Line(1, 1, 2000)), codes={77: CodeUse(0)})
    receipt = rung_up(basket, OFFERS, TABLE, TaxRules(), GERMANY)
    engine = Engine(1, 1)
    paid = receipt.lines[0].amount_minor
    assert events_of(engine, Operation.SELL, sold, paid)["amount_minor"] == paid
    refunds: list[Refund] = []
    left = sold
    while left:
        quantity = data.draw(st.integers(1, left))
        refunds.append(refunded(receipt, {0: quantity}, refunds))
        event = events_of(engine, Operation.RETURN, quantity, 0)
        assert event["kind"] == Kind.RETURNED
        assert event["amount_minor"] == refunds[-1].amount_minor
        left -= quantity
    assert sum(refund.amount_minor for refund in refunds) == paid


def events_of(engine: Engine, operation: Operation, quantity: int, argument: int) -> np.void:
    """Execute one command about the order 1; return the first event of what it did."""
    command = np.zeros(1, COMMAND)
    command["id"], command["order_id"] = engine.sequence + 1, 1
    command["operation"], command["quantity"], command["argument"] = operation, quantity, argument
    answers, events = engine.execute(command)
    assert answers["status"].tolist() == [Status.OK]
    event: np.void = events[0]
    return event


@THOROUGH
@given(shops(), carts(), st.sampled_from(Round))
def test_a_receipt_is_conserved(
    shop: Offers, cart: tuple[list[Line], list[int]], round_per: Round
) -> None:
    """Prices are what is paid and what was taken off; totals are what the lines are."""
    basket = Basket(tuple(cart[0]))
    receipt = rung_up(basket, shop, TABLE, TaxRules(round_per=round_per), SEATTLE)
    assert receipt.amount_minor + receipt.discount_minor == basket.amount_minor
    taxes = sum(total.tax_minor for total in receipt.totals)
    assert receipt.net_minor + taxes == receipt.amount_minor
    assert all(total.net_minor == receipt.net_minor for total in receipt.totals)
