"""A price is the one that the shop set for this place and this moment."""

from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.policies.errors import CurrencyUnknown, PolicyError, PriceBookInvalid, PriceMissing
from core.policies.prices.book import QUOTE, PriceBook, Quote
from core.policies.prices.rows import (
    ANY_CHANNEL,
    ANY_LOCATION,
    NEVER_US,
    NO_PRICE,
    PRICE,
    PriceKind,
)
from core.schema import AMOUNT_MAX, TIME_MAX_US
from tests.core.policies.profile import THOROUGH

ANY = "any"
Row = tuple[int, int, int, int, int, int, int]


def rows_of(table: str) -> NDArray[Any]:
    """Read price rows from a table: sku location channel kind amount start end."""
    rows = []
    for line in table.strip().splitlines():
        if line.strip().startswith("#"):
            continue
        sku, location, channel, kind, amount, start, end = line.split()
        rows.append(
            (
                int(start),
                NEVER_US if end == "open" else int(end),
                int(amount),
                int(sku),
                ANY_LOCATION if location == ANY else int(location),
                ANY_CHANNEL if channel == ANY else int(channel),
                PriceKind[kind.upper()],
            )
        )
    return np.array(rows, PRICE)


def book_of(table: str) -> PriceBook:
    """Make a book in euros from a table."""
    return PriceBook(rows_of(table), "EUR")


SHOP = """
    # sku location channel kind amount start end
    1   any  any  regular 1000    0  open
    1   any    1  regular  950    0  open
    1     3  any  regular  900    0  open
    1     3    1  regular  850  100   200
    1   any  any  regular  980   50    60
    2   any  any  regular  500   10    20
    2   any  any  regular  600   30  open
    2   any  any  sale     400   15    40
    3   any  any  regular  700    0  open
    3   any  any  sale     700    0    10
    3   any  any  sale     699   10    20
    3     4  any  sale     800   10    20
    4   any  any  sale     100    0  open
    5   any  any  regular  300    0   100
    5   any  any  regular  200   10    90
    5   any  any  regular  100   20    50
"""


@pytest.mark.parametrize(
    ("sku", "location", "channel", "now_us", "amount", "regular", "sale"),
    [
        # The more specific place wins; a location outranks a channel.
        (1, 0, 0, 0, 1000, 1000, NO_PRICE),
        (1, 0, 1, 0, 950, 950, NO_PRICE),
        (1, 3, 0, 0, 900, 900, NO_PRICE),
        (1, 3, 1, 99, 900, 900, NO_PRICE),
        (1, 3, 1, 100, 850, 850, NO_PRICE),  # the first moment belongs to the row
        (1, 3, 1, 199, 850, 850, NO_PRICE),
        (1, 3, 1, 200, 900, 900, NO_PRICE),  # its end does not
        # Among rows of one place the later start wins, and gives way when it ends.
        (1, 0, 0, 49, 1000, 1000, NO_PRICE),
        (1, 0, 0, 50, 980, 980, NO_PRICE),
        (1, 0, 0, 60, 1000, 1000, NO_PRICE),
        (1, 0, 1, 50, 950, 950, NO_PRICE),  # less specific, however late
        (5, 0, 0, 9, 300, 300, NO_PRICE),
        (5, 0, 0, 10, 200, 200, NO_PRICE),
        (5, 0, 0, 20, 100, 100, NO_PRICE),
        (5, 0, 0, 50, 200, 200, NO_PRICE),
        (5, 0, 0, 90, 300, 300, NO_PRICE),
        # Gaps.
        (2, 0, 0, 9, NO_PRICE, NO_PRICE, NO_PRICE),
        (2, 0, 0, 14, 500, 500, NO_PRICE),
        (2, 0, 0, 15, 400, 500, 400),
        (2, 0, 0, 20, NO_PRICE, NO_PRICE, NO_PRICE),  # a sale of nothing
        (2, 0, 0, 30, 400, 600, 400),
        (2, 0, 0, 40, 600, 600, NO_PRICE),
        (5, 0, 0, 100, NO_PRICE, NO_PRICE, NO_PRICE),
        (4, 0, 0, 5, NO_PRICE, NO_PRICE, NO_PRICE),
        (9, 0, 0, 5, NO_PRICE, NO_PRICE, NO_PRICE),
        (0, 0, 0, 5, NO_PRICE, NO_PRICE, NO_PRICE),
        # A sale that saves nothing is none.
        (3, 0, 0, 9, 700, 700, NO_PRICE),
        (3, 0, 0, 10, 699, 700, 699),
        (3, 4, 0, 10, 700, 700, NO_PRICE),  # the shelf says 800, which hides the 699
        # The book's own general prices.
        (1, ANY_LOCATION, ANY_CHANNEL, 0, 1000, 1000, NO_PRICE),
        (1, 3, 0, -1, NO_PRICE, NO_PRICE, NO_PRICE),
    ],
)
def test_what_a_sku_costs(
    sku: int, location: int, channel: int, now_us: int, amount: int, regular: int, sale: int
) -> None:
    """The most specific place, there the latest start, and the sale price where it saves."""
    book = book_of(SHOP)
    assert book.find(sku, location, channel, now_us)[0].tolist() == (amount, regular, sale)
    if amount == NO_PRICE:
        with pytest.raises(PriceMissing, match=f"sku {sku} has no price"):
            book.quote(sku, location, channel, now_us)
    else:
        assert book.quote(sku, location, channel, now_us) == Quote(amount, regular, sale)


@pytest.mark.parametrize(
    ("sku", "location", "channel", "now_us", "change"),
    [
        (1, 0, 0, 0, 50),
        (1, 0, 0, 49, 50),
        (1, 0, 0, 50, 60),
        (1, 0, 0, 60, NEVER_US),
        (1, 0, 1, 0, NEVER_US),  # the change of the general price does not show here
        (1, 3, 1, 0, 100),
        (1, 3, 1, 100, 200),
        (2, 0, 0, -5, 10),
        (2, 0, 0, 10, 15),
        (2, 0, 0, 15, 20),
        (2, 0, 0, 20, 30),
        (2, 0, 0, 30, 40),
        (3, 0, 0, 0, 10),
        (3, 4, 0, 0, NEVER_US),
        (4, 0, 0, -5, NEVER_US),
        (5, 0, 0, 20, 50),
        (5, 0, 0, 90, 100),
        (9, 0, 0, 0, NEVER_US),
    ],
)
def test_next_change(sku: int, location: int, channel: int, now_us: int, change: int) -> None:
    """A label is redrawn when what it shows changes, and not when a hidden row begins."""
    assert book_of(SHOP).next_change_us(sku, location, channel, now_us) == change


def test_same_price_again_is_no_change() -> None:
    """A new row with the old amount redraws no label."""
    book = book_of("""
        1 any any regular 100  0 open
        1 any any regular 100 10 open
        1 any any regular 101 20 open
    """)
    assert book.next_change_us(1, 0, 0, 0) == 20


def naive_quote(rows: list[Row], sku: int, location: int, channel: int, now_us: int) -> Quote:
    """Go through all rows and take the one that ranks first."""
    shown = []
    for kind in PriceKind:
        holding = [
            ((at == location, through == channel), start_us, amount)
            for start_us, end_us, amount, of, at, through, what in rows
            if (of, what) == (sku, kind)
            and at in {location, ANY_LOCATION}
            and through in {channel, ANY_CHANNEL}
            and start_us <= now_us < end_us
        ]
        shown.append(max(holding)[2] if holding else None)
    regular, sale = shown
    if regular is None:
        return Quote(NO_PRICE, NO_PRICE, NO_PRICE)
    if sale is None or sale >= regular:
        return Quote(regular, regular, NO_PRICE)
    return Quote(sale, regular, sale)


row = st.tuples(
    st.integers(0, 12),
    st.one_of(st.integers(1, 8), st.just(NEVER_US)),
    st.integers(0, 5),
    st.integers(0, 2),
    st.sampled_from([ANY_LOCATION, 0, 1]),
    st.sampled_from([ANY_CHANNEL, 0, 1]),
    st.sampled_from([0, 1]),
).map(lambda r: (r[0], r[1] if r[1] == NEVER_US else r[0] + r[1], *r[2:]))
books = st.lists(row, max_size=14, unique_by=lambda r: (r[0], *r[3:]))


@THOROUGH
@given(books, st.randoms(use_true_random=False))
def test_book_agrees_with_reading_all_rows(rows: list[Row], shuffle: Random) -> None:
    """Thousands of prices at once are those of going through the rows; their order is no matter."""
    shuffled = rows.copy()
    shuffle.shuffle(shuffled)
    book = PriceBook(np.array(shuffled, PRICE), "EUR")
    for place in product([0, 1], [0, 1], [0, 1]):
        shown = [naive_quote(rows, *place, now_us) for now_us in range(22)]
        assert [Quote(*each) for each in book.find(*place, range(22)).tolist()] == shown
        changes = book.next_changes_us(*place, range(22)).tolist()
        for now_us, change in enumerate(changes):
            later = (at for at in range(now_us, 22) if shown[at] != shown[now_us])
            assert change == next(later, NEVER_US)


def test_arguments_are_broadcast() -> None:
    """One moment and one place serve for a whole shelf."""
    book = book_of(SHOP)
    quotes = book.quotes([1, 3, 5], 3, 0, 0)
    assert quotes.dtype == QUOTE
    assert quotes["amount_minor"].tolist() == [900, 700, 300]
    assert book.next_changes_us([1, 2], 0, 0, 12).tolist() == [50, 15]
    assert book.find([], 0, 0, 0).shape == (0,)


def test_empty_book() -> None:
    """A book without rows has no prices, and says so."""
    book = PriceBook(np.zeros(0, PRICE), "JPY")
    assert book.exponent == 0
    assert book.find([1, 2], 0, 0, 5)["amount_minor"].tolist() == [NO_PRICE, NO_PRICE]
    assert book.next_change_us(1, 0, 0, 5) == NEVER_US
    with pytest.raises(PriceMissing, match="the book has no regular price of this sku"):
        book.quote(1, 0, 0, 5)


def test_extremes() -> None:
    """The largest sku, location, channel, time and amount are prices like others."""
    table = f"""
        2147483647 32767 254 regular {AMOUNT_MAX} 0 open
        2147483647 32767 254 sale    {AMOUNT_MAX - 1} {TIME_MAX_US - 1} open
        0 0 0 regular 0 {-(2**63)} open
    """
    book = book_of(table)
    assert book.quote(2**31 - 1, 2**15 - 1, 254, 0).amount_minor == AMOUNT_MAX
    assert book.quote(2**31 - 1, 2**15 - 1, 254, TIME_MAX_US - 1).sale_minor == AMOUNT_MAX - 1
    assert book.quote(0, 0, 0, -(2**63)) == (0, 0, NO_PRICE)


def test_book_keeps_its_rows() -> None:
    """Whoever handed the rows in cannot change the prices behind the shop's back."""
    rows = rows_of("1 any any regular 100 0 open")
    book = PriceBook(rows, "EUR")
    rows["amount_minor"] = 1
    assert book.quote(1, 0, 0, 0).amount_minor == 100
    assert book.rows["amount_minor"] == 100
    with pytest.raises(ValueError, match="read-only"):
        book.rows["amount_minor"] = 1
    assert (book.currency, book.exponent) == ("EUR", 2)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-1 any any regular 1 0 9", r"row 1 \(sku -1, .*\): a sku is 0 or more"),
        ("1 -2 any regular 1 0 9", "a location is 0 or more, or ANY_LOCATION"),
        ("1 any any regular 1 9 9", r"regular 1 from 9 to 9\): a price ends after it starts"),
        ("1 any any regular 1 9 8", "a price ends after it starts"),
        ("1 any any regular -1 0 9", "a price is 0 or more"),
        (f"1 any any sale {AMOUNT_MAX + 1} 0 9", f"a price is {AMOUNT_MAX} at most"),
        (
            "0 any any regular 7 0 open",
            r"row 1 \(sku 0, .*, regular 7 from 0 to open\) starts with row 0 \(.*; give the one ",
        ),
    ],
)
def test_row_refused(line: str, said: str) -> None:
    """A row that cannot be meant is refused with its number when the book is made."""
    with pytest.raises(PriceBookInvalid, match=said):
        book_of(f"0 any any regular 5 0 9\n{line}")


def test_kind_refused() -> None:
    """A row is a regular price or a sale price."""
    rows = rows_of("1 any any sale 5 0 9")
    PriceBook(rows, "EUR")
    rows["kind"] = 2
    with pytest.raises(PriceBookInvalid, match=r"kind 2 5 from 0 to 9.*SALE \(1\)"):
        PriceBook(rows, "EUR")


def test_twins_of_other_places_stand() -> None:
    """Only rows of one place and kind exclude each other."""
    book_of("""
        1 any any regular 5 0 9
        1 any any sale    5 0 9
        1 any   1 regular 5 0 9
        1   1 any regular 5 0 9
        2 any any regular 5 0 9
        1 any any regular 5 1 9
    """)


def test_shape_refused() -> None:
    """Rows are records of PRICE in a row."""
    with pytest.raises(PriceBookInvalid, match="rows are 2-dimensional"):
        PriceBook(np.zeros((2, 2), PRICE), "EUR")
    with pytest.raises(PriceBookInvalid, match=r"int64; not \(n,\) PRICE"):
        PriceBook(np.zeros(2, np.int64), "EUR")
    with pytest.raises(CurrencyUnknown):
        PriceBook(np.zeros(0, PRICE), "EUX")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ((-1, 0, 0, 0), "sku -1 at 0; skus are 0 to 2147483647"),
        ((2**31, 0, 0, 0), "sku 2147483648 at 0"),
        ((1, -2, 0, 0), "location -2 at 0; locations are -1 to 32767"),
        ((1, 2**15, 0, 0), "location 32768"),
        ((1, 0, -1, 0), "channel -1 at 0; channels are 0 to 255"),
        ((1, 0, [0, 256], 0), "channel 256 at 1"),
        (([1, 2], 0, 0, 25), "sku 2 has no price at location 0, channel 0, time 25"),
        ((2, 0, 0, 5), r"the nearest is row 5 \(sku 2, .* regular 500 from 10 to 20\)"),
        ((2, 0, 0, 20), r"the nearest is row 6 \(sku 2, .* regular 600 from 30 to open\)"),
        ((5, 0, 0, 100), r"the nearest is row 13 \(sku 5, .* regular 300 from 0 to 100\)"),
        ((5, 0, 0, -1), r"the nearest is row 13 \(sku 5"),
        ((4, 0, 0, 0), "the book has no regular price of this sku"),
    ],
)
def test_missing_price(query: tuple[Any, Any, Any, Any], said: str) -> None:
    """Where there is no price, the message says where the nearest one is."""
    with pytest.raises(PriceMissing, match=said) as caught:
        book_of(SHOP).quotes(*query)
    assert isinstance(caught.value, PolicyError)


@pytest.mark.parametrize(("location", "channel"), [(1, 0), (0, 1)])
def test_price_of_another_place_only(location: int, channel: int) -> None:
    """A sku that is sold elsewhere only is missing here, and the message says where."""
    book = book_of("1 0 0 regular 5 0 open")
    with pytest.raises(PriceMissing, match=r"the book has row 0 \(sku 1, location 0, channel 0,"):
        book.quote(1, location, channel, 0)
    with pytest.raises(PriceMissing, match="the nearest is row 0"):
        book.quote(1, 0, 0, -1)
