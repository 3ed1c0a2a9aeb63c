"""How numbers are written."""

import math

import pytest

from reports.numbers import MINUS, SPACE, Book, with_plus, written


@pytest.mark.parametrize(
    ("unit", "numbers", "texts"),
    [
        ("USD/year", (14321.2, 9870.0, 18712.0), ["$14,300", "$9,900", "$18,700"]),
        ("USD/year", (-1234567.0,), [f"{MINUS}$1,230,000"]),
        ("USD", (35.0,), ["$35"]),
        ("USD", (3.5,), ["$3.50"]),
        ("USD", (0.0,), ["$0"]),
        ("RON/year", (1200.0,), [f"RON{SPACE}1,200"]),
        ("EUR", (-0.001,), ["€0.00"]),
        ("share", (0.0912, 0.08, 0.1), [f"9.1{SPACE}%", f"8{SPACE}%", f"10{SPACE}%"]),
        ("share", (0.00432,), [f"0.43{SPACE}%"]),
        ("share", (0.5,), [f"50{SPACE}%"]),
        ("runs", (20.0,), ["20"]),
        ("runs", (12345.0,), ["12,345"]),
        ("count/year", (12345.6,), ["12,300"]),
        ("count/month", (0.0667,), ["0.067"]),
        ("count/year", (0.0, 0.0, 0.369), ["0", "0", "0.37"]),
        ("label-seconds/year", (262_345_678.0,), [f"262{SPACE}million"]),
        ("USD/year", (100.0, -math.inf, math.inf), ["$100", "not known", "not known"]),
    ],
)
def test_a_number_is_written_as_a_reader_expects(
    unit: str, numbers: tuple[float, ...], texts: list[str]
) -> None:
    """Three figures, one rounding for a value and its range, a true minus, thousands apart."""
    assert written(unit, *numbers) == texts


@pytest.mark.parametrize(
    ("text", "signed"), [("$5", "+$5"), (f"{MINUS}$5", f"{MINUS}$5"), ("$0", "$0"), ("0.0", "0.0")]
)
def test_only_what_is_above_zero_gets_a_plus(text: str, signed: str) -> None:
    """A difference shows its direction; no difference has none."""
    assert with_plus(text) == signed


def test_a_key_is_put_once() -> None:
    """Two meanings for one key would let page and file disagree."""
    book = Book("USD")
    book.put("a.b", 1, "runs", "stated")
    with pytest.raises(AssertionError, match=r"a\.b"):
        book.put("a.b", 2, "runs", "stated")


def test_a_number_is_shown_with_its_key_and_escaped() -> None:
    """Markup in a text of the scenario cannot leave its element."""
    book = Book("USD")
    book.put_text("a", '"><script>', "text", "stated")
    book.put_money("m", 123456, "mixed", per="year", low=100000, high=200000)
    assert "<script>" not in book.shown("a")
    assert book.shown("m", "low") == '<data class=n data-key="m.low" value="1000.0">$1,000</data>'


def test_endless_ranges_are_no_numbers_in_json() -> None:
    """JSON has no infinity: an end that is not known is null and says so."""
    book = Book("USD")
    book.put("a", 1.5, "count/year", "mixed", low=-math.inf, high=math.inf)
    listed = book.listed()["a"]
    assert (listed["low"], listed["low_text"]) == (None, "not known")
