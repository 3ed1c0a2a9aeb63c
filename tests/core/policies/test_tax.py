"""Tax is what the law says, and not a cent gets lost between line, authority and invoice."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.policies.errors import BasketInvalid, TaxRateMissing, TaxTableInvalid
from core.policies.rounding import Rounding, divided
from core.policies.tax.lines import Round, TaxRules, TaxTotal, tax_totals, taxed
from core.policies.tax.table import TAX_RATE, Rate, TaxTable
from core.schema import TIME_MAX_US
from tests.core.policies.profile import THOROUGH

UP, EVEN = Rounding.HALF_UP, Rounding.HALF_EVEN
GERMANY, SEATTLE, QUEBEC, NOWHERE = 1, 2, 3, 9
STANDARD, REDUCED, EXEMPT, BOOKS = 0, 1, 2, 3

# Four shops whose prices are without tax.
LINE = TaxRules(inclusive=False)
LINE_EVEN = TaxRules(inclusive=False, rounding=EVEN)
INVOICE = TaxRules(inclusive=False, round_per=Round.INVOICE)
INVOICE_EVEN = TaxRules(inclusive=False, round_per=Round.INVOICE, rounding=EVEN)

RATES = """
    # jurisdiction class authority ppm compound start end
    1 0 0 190000 0    0  100
    1 0 0 160000 0  100  200
    1 0 0 190000 0  200 open
    1 1 0  70000 0    0 open
    1 2 0      0 0    0 open
    1 3 0  70000 0    0 open
    2 0 0  65000 0    0 open
    2 0 1  38000 0    0 open
    3 0 0  50000 0    0 open
    3 0 1  95000 1    0 open
"""


def rows_of(text: str) -> NDArray[Any]:
    """Read tax rates from a table."""
    rows = []
    for line in text.strip().splitlines():
        if not line.strip().startswith("#"):
            place, tax_class, authority, ppm, compound, start, end = line.split()
            end = str(TIME_MAX_US) if end == "open" else end
            rows.append((start, end, place, ppm, tax_class, authority, compound, 0, 0))
    return np.array([tuple(int(each) for each in row) for row in rows], TAX_RATE)


TABLE = TaxTable(rows_of(RATES))


def taxes(
    rules: TaxRules, place: int, *lines: int, tax_class: int = STANDARD, now_us: int = 0
) -> list[list[int]]:
    """Net and the share of each authority, line by line."""
    found = taxed(lines, [tax_class] * len(lines), TABLE, rules, place, now_us)
    return [[line.net_minor, *(share.tax_minor for share in line.shares)] for line in found]


@pytest.mark.parametrize(
    ("rules", "place", "amounts", "net_and_taxes"),
    [
        # Prices with 19 %: of 3.57 are 0.57 tax; of 9.99 are 1.59504.
        (TaxRules(), GERMANY, [357, 999], [[300, 57], [839, 160]]),
        (TaxRules(), GERMANY, [0, 1, 3, 4], [[0, 0], [1, 0], [3, 0], [3, 1]]),
        # Without: 19 % of 0.50 is 9.5 cents, thrice 28.5.
        (LINE, GERMANY, [50] * 3, [[50, 10]] * 3),
        (LINE_EVEN, GERMANY, [50] * 3, [[50, 10]] * 3),
        (INVOICE, GERMANY, [50] * 3, [[50, 10], [50, 10], [50, 9]]),
        (INVOICE_EVEN, GERMANY, [50] * 3, [[50, 10], [50, 9], [50, 9]]),
        # 1.50 is 28.5 cents, 2.50 is 47.5: to the even neighbours 28 and 48.
        (LINE_EVEN, GERMANY, [150, 250], [[150, 28], [250, 48]]),
        (LINE, GERMANY, [150, 250], [[150, 29], [250, 48]]),
        # State and city together: 10.3 % of 1.00 is 10 cents; each by itself would make 7 + 4.
        (LINE, SEATTLE, [100], [[100, 6, 4]]),
        (LINE, SEATTLE, [999], [[999, 65, 38]]),
        # The tax on 1.00, 1.00 and 0.10 is 21.63 cents: 22, of which 14 for the state; the city's
        # share of the last line falls away.
        (
            INVOICE,
            SEATTLE,
            [100, 100, 10],
            [[100, 7, 4], [100, 6, 4], [10, 1, 0]],
        ),
        # The federal 5 % is taxed by the province: 5.00 and 9.5 % of 105.00, 14.975 in all.
        (LINE, QUEBEC, [10000], [[10000, 500, 998]]),
        (TaxRules(), QUEBEC, [11498], [[10000, 500, 998]]),
    ],
)
def test_tax(
    rules: TaxRules, place: int, amounts: list[int], net_and_taxes: list[list[int]]
) -> None:
    """Worked by hand: net and what each authority gets."""
    assert taxes(rules, place, *amounts) == net_and_taxes


@pytest.mark.parametrize(
    ("now_us", "tax"), [(0, 160), (99, 160), (100, 138), (199, 138), (200, 160), (10**15, 160)]
)
def test_rate_of_the_day(now_us: int, tax: int) -> None:
    """Of 9.99 are 19 %, or 16 % while it is lowered; the first moment has the new rate."""
    assert taxes(TaxRules(), GERMANY, 999, now_us=now_us) == [[999 - tax, tax]]


def test_classes_of_one_invoice() -> None:
    """Food and books have one rate and are rounded together; what is exempt has its own row."""
    rules = INVOICE
    lines = taxed([50, 50, 50, 100], [1, 3, 2, 0], TABLE, rules, GERMANY, 0)
    # 7 % of 1.00 is 7 cents; each for itself would be 3.5, rounded 4.
    assert [line.tax_minor for line in lines] == [4, 3, 0, 19]
    assert tax_totals(lines) == (
        TaxTotal(0, 0, 50, 0),
        TaxTotal(0, 70_000, 100, 7),
        TaxTotal(0, 190_000, 100, 19),
    )
    by_line = taxed([50, 50], [1, 3], TABLE, LINE, GERMANY, 0)
    assert [line.tax_minor for line in by_line] == [4, 4]
    assert [line.gross_minor for line in by_line] == [54, 54]
    assert taxed([], [], TABLE, rules, GERMANY, 0) == ()
    assert tax_totals([]) == ()


@pytest.mark.parametrize(
    ("numerator", "denominator", "up", "even"),
    [
        (0, 7, 0, 0),
        (1, 2, 1, 0),
        (3, 2, 2, 2),
        (5, 2, 3, 2),
        (49, 100, 0, 0),
        (50, 100, 1, 0),
        (51, 100, 1, 1),
        (149, 100, 1, 1),
        (150, 100, 2, 2),
        (4, 3, 1, 1),
        (5, 3, 2, 2),
        (6, 3, 2, 2),
    ],
)
def test_rounding(numerator: int, denominator: int, up: int, even: int) -> None:
    """Half a cent is rounded up, or to the even neighbour, as the shop has chosen."""
    assert divided(numerator, denominator, UP) == up
    assert divided(numerator, denominator, EVEN) == even
    assert divided(numerator, denominator, EVEN) == round(Fraction(numerator, denominator))


def exact_rates(rates: tuple[Rate, ...]) -> list[Fraction]:
    """What each rate takes of a net amount, in fractions."""
    out: list[Fraction] = []
    for rate in rates:
        out.append(Fraction(rate.rate_ppm, 10**6) * (1 + sum(out) if rate.compound else 1))
    return out


def rounded(amount: Fraction, rounding: Rounding) -> int:
    """Round in fractions."""
    return int(amount + Fraction(1, 2)) if rounding == UP else round(amount)


some_rate = st.tuples(st.integers(0, 10**6), st.booleans())
some_rates = st.lists(some_rate, min_size=1, max_size=3)
some_rules = st.builds(TaxRules, st.booleans(), st.sampled_from(Round), st.sampled_from(Rounding))
some_lines = st.lists(
    st.tuples(st.one_of(st.integers(0, 300), st.integers(0, 2**53)), st.integers(0, 1)),
    min_size=1,
    max_size=5,
)


@THOROUGH
@given(st.lists(some_rates, min_size=2, max_size=2), some_rules, some_lines)
def test_tax_agrees_with_fractions(
    classes: list[list[tuple[int, bool]]], rules: TaxRules, lines: list[tuple[int, int]]
) -> None:
    """Rounded in fractions, by line or by rate, the tax is the same, and all sums hold."""
    rows = [
        (0, TIME_MAX_US, 5, rate_ppm, tax_class, authority, compound, 0, 0)
        for tax_class, rates in enumerate(classes)
        for authority, (rate_ppm, compound) in enumerate(rates)
    ]
    table = TaxTable(np.array(rows, TAX_RATE))
    amounts, of_class = [amount for amount, _ in lines], [each for _, each in lines]
    found = taxed(amounts, of_class, table, rules, 5, 7)
    wanted: dict[tuple[object, ...], Fraction] = {}
    for at, (amount, tax_class) in enumerate(lines):
        rates = table.rates(5, tax_class, 7)
        total = sum(exact_rates(rates), start=Fraction(0))
        exact = amount * total / (1 + total if rules.inclusive else 1)
        key = (at,) if rules.round_per == Round.LINE else rates
        wanted[key] = wanted.get(key, Fraction(0)) + exact
        line = found[at]
        assert (line.gross_minor if rules.inclusive else line.net_minor) == amount
        assert line.net_minor >= 0
        slack = 1 if rules.round_per == Round.LINE else 2
        assert abs(line.tax_minor - exact) < slack
        for share, rate in zip(line.shares, exact_rates(rates), strict=True):
            assert share.tax_minor >= 0
            assert (
                abs(share.tax_minor - (exact * rate / total if total else Fraction(0))) < slack + 1
            )
    rounded_once = sum(rounded(each, rules.rounding) for each in wanted.values())
    assert sum(line.tax_minor for line in found) == rounded_once
    totals = tax_totals(found)
    assert sum(total.tax_minor for total in totals) == rounded_once


@THOROUGH
@given(some_lines, some_rules)
def test_the_order_of_lines_is_no_matter(lines: list[tuple[int, int]], rules: TaxRules) -> None:
    """The tax of an invoice does not depend on the order of its lines."""
    amounts, of_class = [amount for amount, _ in lines], [each for _, each in lines]
    one = taxed(amounts, of_class, TABLE, rules, GERMANY, 0)
    other = taxed(amounts[::-1], of_class[::-1], TABLE, rules, GERMANY, 0)
    assert tax_totals(one) == tax_totals(other)


def test_rates() -> None:
    """The rates of a place come by authority, whatever order they were written in."""
    assert TaxTable(rows_of(RATES)[::-1]).rates(SEATTLE, STANDARD, 0) == (
        Rate(0, 65_000, compound=False),
        Rate(1, 38_000, compound=False),
    )


@pytest.mark.parametrize(
    ("place", "tax_class", "now_us", "said"),
    [
        (
            GERMANY,
            STANDARD,
            -1,
            "jurisdiction 1, tax class 0 has no rate at -1; it has",
        ),
        (GERMANY, STANDARD, -1, "from 0 to 100, 100 to 200, 200 to"),
        (
            GERMANY,
            8,
            0,
            r"tax class 8 has no rate at 0; the jurisdiction has the classes \[0",
        ),
        (NOWHERE, 0, 0, "the jurisdiction has no rates at all; 0 is a rate too"),
    ],
)
def test_missing_rate(place: int, tax_class: int, now_us: int, said: str) -> None:
    """A forgotten rate is refused; it is no exemption."""
    with pytest.raises(TaxRateMissing, match=said):
        taxed([5], [tax_class], TABLE, TaxRules(), place, now_us)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1 0 0 5 0 9 9", r"row 1 \(jurisdiction 1, .*5 ppm from 9 to 9\): a rate ends after it"),
        ("1 0 0 5 0 9 8", "a rate ends after it starts"),
        ("1 0 0 -1 0 10 open", r"-1 ppm from 10 to open\): a rate is 0 to 1000000 ppm"),
        ("1 0 0 1000001 0 10 open", "a rate is 0 to 1000000 ppm"),
        ("1 0 0 5 2 10 open", "compound is 0 or 1"),
        ("1 0 0 5 0 9 open", r"row 1 \(.*\) overlaps row 0 \(.*; end the earlier where the later"),
        ("1 0 0 5 0 -5 1", r"row 0 \(.*\) overlaps row 1"),
    ],
)
def test_rate_refused(line: str, said: str) -> None:
    """A row that cannot be meant is refused with its number when the table is made."""
    with pytest.raises(TaxTableInvalid, match=said):
        TaxTable(rows_of(f"1 0 0 190000 0 0 10\n{line}"))


def test_overlap_further_down() -> None:
    """Of many rows the two that overlap are named, in whatever order they were written."""
    with pytest.raises(TaxTableInvalid, match=r"row 2 \(.*from 19 to 30\) overlaps row 0 \("):
        TaxTable(
            rows_of("""
                1 0 0 5 0 10 20
                1 0 0 5 0  0 10
                1 0 0 5 0 19 30
                1 0 1 5 0  5 15
                2 0 0 5 0  5 15
            """)
        )


def test_rates_side_by_side_stand() -> None:
    """A rate may follow another at once, and other places, classes and authorities are free."""
    TaxTable(
        rows_of("""
            1 0 0 1000000 1 0 10
            1 0 0       0 0 10 20
            2 0 0       5 0 0 10
            1 1 0       5 0 0 10
            1 0 1       5 0 0 10
        """)
    )
    TaxTable(np.zeros(0, TAX_RATE))


def test_refused() -> None:
    """Rows are records of TAX_RATE, and no line is negative."""
    with pytest.raises(TaxTableInvalid, match="rows are 1-dimensional of int64; not TAX_RATE"):
        TaxTable(np.zeros(1, np.int64))
    with pytest.raises(TaxTableInvalid, match="rows are 2-dimensional"):
        TaxTable(np.zeros((1, 1), TAX_RATE))
    with pytest.raises(BasketInvalid, match="line 1 is -5; 0 or more, a refund is part of a rec"):
        taxed([5, -5], [0, 0], TABLE, TaxRules(), GERMANY, 0)
