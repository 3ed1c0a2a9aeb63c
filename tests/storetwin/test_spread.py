"""Distributions and quantities as a shop owner reads them."""

import pytest

from scenarios.distributions import parse_distribution
from scenarios.text import Dimension
from storetwin.spread import in_words, quantity


@pytest.mark.parametrize(
    ("text", "dimension", "unit", "words"),
    [
        ("9", "count", "units", "always 9 units; nothing varies"),
        ("uniform(1, 3)", "days", "days", "from 1 day to 3 days, each value as likely"),
        ("discrete(1: 0.25, 2: 0.75)", "days", "days", "1 day in 25 %, 2 days in 75 % of the c"),
        ("10 min to 40 min", "duration", "duration", "10 min, half below 20 min, one in ten abo"),
        ("normal(8 USD, 1 USD)", "money", "USD", "6.72 USD, half below 8 USD, one in ten ab"),
        ("exponential(1 h)", "duration", "duration", "1 h in the mean, half of all below 41.6 min"),
    ],
)
def test_a_distribution_in_words(text: str, dimension: Dimension, unit: str, words: str) -> None:
    """Each form is told with its own values, in units that people use."""
    assert words in in_words(parse_distribution(text, dimension), unit)


def test_quantities_in_words() -> None:
    """The unit fits the size; a yen has no decimals."""
    assert quantity(1_549_000, "duration") == "1.55 s"
    assert quantity(400, "duration") == "0.4 ms"
    assert quantity(1_234_500, "USD") == "12,345 USD"
    assert quantity(500, "JPY") == "500 JPY"
    assert quantity(0.4, "factor") == "0.4 x"
