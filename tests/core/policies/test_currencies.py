"""Currencies have the digits that ISO 4217 gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policies import currencies
from core.policies.currencies import EXPONENTS, exponent, minor_of, text_of
from core.policies.errors import CurrencyUnknown
from tests.core.policies.profile import THOROUGH


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        ("EUR", 2),
        ("USD", 2),
        ("MGA", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("KWD", 3),
        ("TND", 3),
        ("CLF", 4),
    ],
)
def test_exponent(currency: str, digits: int) -> None:
    """A euro has a hundred cents, a yen has none, a dinar a thousand fils."""
    assert exponent(currency) == digits


def test_codes() -> None:
    """Each code is three capitals and stands in one list only."""
    assert all(len(code) == 3 and code.isupper() for code in EXPONENTS)
    assert len(EXPONENTS) == sum(len(codes.split()) for codes in currencies._BY_DIGITS.values())


@pytest.mark.parametrize(
    ("amount_minor", "currency", "text"),
    [
        (1234, "EUR", "12.34"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "-0.05"),
        (0, "EUR", "0.00"),
        (100, "EUR", "1.00"),
        (1234, "JPY", "1234"),
        (-7, "JPY", "-7"),
        (1, "KWD", "0.001"),
        (12345678, "CLF", "1234.5678"),
    ],
)
def test_text(amount_minor: int, currency: str, text: str) -> None:
    """An amount is written with as many digits as its currency has, and read back."""
    assert text_of(amount_minor, currency) == text
    assert minor_of(text, currency) == amount_minor


@THOROUGH
@given(st.integers(-(10**17), 10**17), st.sampled_from(sorted(EXPONENTS)))
def test_text_is_read_back(amount_minor: int, currency: str) -> None:
    """What is written is read as the same amount, in every currency."""
    assert minor_of(text_of(amount_minor, currency), currency) == amount_minor


@pytest.mark.parametrize(
    ("text", "currency", "amount_minor"),
    [("12", "EUR", 1200), ("12.3", "EUR", 1230), ("12.", "EUR", 1200), ("-0.5", "KWD", -500)],
)
def test_short_text(text: str, currency: str, amount_minor: int) -> None:
    """Digits behind the point may be left out."""
    assert minor_of(text, currency) == amount_minor


@pytest.mark.parametrize(
    ("text", "currency", "said"),
    [
        ("12.345", "EUR", "'12.345' has 3 digits behind the point; EUR has 2"),
        ("1.0", "JPY", "1 digits behind the point; JPY has 0"),
        ("12,34", "EUR", "'12,34' is no amount; write it like 1234.56"),
        (".5", "EUR", "no amount"),
        ("", "EUR", "no amount"),
        ("--5", "EUR", "no amount"),
        ("1.2.3", "EUR", "no amount"),
        ("٣", "EUR", "no amount"),  # a digit, but not one that a till writes
        ("1", "EURO", "'EURO' is no currency of ISO 4217; do you mean EUR"),
        ("1", "eur", "do you mean EUR"),
        ("1", "§", "a code is three capitals like EUR"),
    ],
)
def test_refused(text: str, currency: str, said: str) -> None:
    """What is no amount is refused with how it is written."""
    with pytest.raises(CurrencyUnknown, match=said):
        minor_of(text, currency)
