"""One below the least that is allowed, and the first of several: edges of prices and baskets."""

import numpy as np
import pytest

from core.policies.baskets import Basket, Line
from core.policies.currencies import minor_of, text_of
from core.policies.errors import BasketInvalid, PriceBookInvalid, PriceMissing, SplitImpossible
from core.policies.prices.rows import ANY_CHANNEL, NEVER_US, PRICE, check_rows, row_name
from core.policies.promotions.choosing import discounted
from core.policies.promotions.gifts import BuyGet, PercentOff
from core.policies.promotions.offers import Group, Offers, Promotion
from core.policies.split import part_of_rest, parts_of_rest, split
from core.policies.tax.lines import TaxRules, taxed
from core.schema import ANY_LOCATION
from tests.core.policies.test_discounts import skus
from tests.core.policies.test_prices import book_of
from tests.core.policies.test_tax import GERMANY, TABLE


def test_one_below_nothing() -> None:
    """-1 is as wrong as any negative number, and a debt of a cent keeps its sign."""
    with pytest.raises(BasketInvalid, match="sku -1: a sku is 0 or more"):
        Line(-1, 1, 5)
    with pytest.raises(BasketInvalid, match="a unit for -2"):
        Line(1, 1, -2)
    with pytest.raises(SplitImpossible, match="-1 minor units"):
        part_of_rest(-1, 1, 1)
    with pytest.raises(SplitImpossible, match="-1 minor units"):
        parts_of_rest([5, -1], 1, 1)
    with pytest.raises(BasketInvalid, match="line 1 is -1; 0 or more"):
        taxed([5, -1], [1, 1], TABLE, TaxRules(), GERMANY, 0)
    assert split(-1, [1, 1]) == [-1, 0]
    assert text_of(-1, "EUR") == "-0.01"
    assert minor_of("-0.01", "EUR") == -1
    assert text_of(0, "EUR") == "0.00"


def test_the_first_sku_without_a_price_is_named() -> None:
    """Of several, and at its own place and time."""
    book = book_of("1 any any regular 300 0 open")
    with pytest.raises(PriceMissing, match="sku 7 "):
        book.quotes([1, 7, 8, 9], 0, 0, 5)


def test_a_row_is_named_by_its_kind() -> None:
    """Regular and sale by their names, what is neither by its number."""
    prices = np.array([(0, 9, 5, 3, 0, 1, kind) for kind in (0, 1, 2)], PRICE)
    assert [row_name(prices, at) for at in range(3)] == [
        "row 0 (sku 3, location 0, channel 1, regular 5 from 0 to 9)",
        "row 1 (sku 3, location 0, channel 1, sale 5 from 0 to 9)",
        "row 2 (sku 3, location 0, channel 1, kind 2 5 from 0 to 9)",
    ]
    everywhere = np.array([(0, NEVER_US, 5, 3, ANY_LOCATION, ANY_CHANNEL, 0)], PRICE)
    said = "row 0 (sku 3, location any, channel any, regular 5 from 0 to open)"
    assert row_name(everywhere, 0) == said
    with pytest.raises(PriceBookInvalid, match=r"row 2 .* a kind is REGULAR"):
        check_rows(prices)


def test_prices_inside_prices() -> None:
    """When a price ends, the one that it lay over shows again, whatever came and went between."""
    book = book_of("""
        1 any any regular 100 0 open
        1 any any regular 200 5 7
        1 any any regular 300 8 9
        2 any any regular 100 0 open
        2 any any regular 200 1 5
        2 any any regular 300 2 6
    """)
    assert book.quotes([1] * 6, 0, 0, [4, 5, 7, 8, 9, 20])["amount_minor"].tolist() == [
        *(100, 200, 100, 300, 100, 100),
    ]
    assert book.quotes([2] * 5, 0, 0, [0, 1, 2, 5, 6])["amount_minor"].tolist() == [
        *(100, 200, 300, 300, 100),
    ]


def test_the_first_number_out_of_range_is_named() -> None:
    """And where it stands."""
    book = book_of("1 any any regular 100 0 open")
    with pytest.raises(PriceMissing, match="sku -1 at 1; skus are 0 to"):
        book.find([1, -1, 1, -2], 0, 0, 0)


def test_half_a_cent_off_is_a_cent() -> None:
    """The cheaper second at half price: of 1 and of 5 cents the half is rounded up, every time."""
    offer = Promotion(1, BuyGet(skus(2), 1, 1, 500_000), goods=skus(1))
    for unit_minor, off_minor in ((1, 1), (5, 3), (7, 4), (9, 5)):
        basket = Basket((Line(2, 1, 10), Line(1, 1, unit_minor)))
        found = discounted(basket, Offers((offer,)))
        assert sum(each.discount_minor for each in found.applied) == off_minor


def test_what_only_one_offer_wants_counts_in_the_search() -> None:
    """Shirts to one offer, ties to the other, and socks where only the first takes them."""
    half = PercentOff(500_000)
    shirts_and_socks = Promotion(1, half, goods=skus(1, 2, 3), group=6, discount_minor_max=150)
    ties = Promotion(2, half, goods=skus(1, 2), group=6, discount_minor_max=100)
    basket = Basket((Line(1, 1, 200), Line(2, 1, 200), Line(3, 1, 100)))
    found = discounted(basket, Offers((shirts_and_socks, ties), (Group(6),)))
    assert sum(each.discount_minor for each in found.applied) == 250
    assert found.exact
