"""What a text says about a quantity: its mean, its tenths, its ends."""

import math

import numpy as np
import pytest

from scenarios.distributions import TABLE, parse_distribution
from scenarios.text import MINUTE_US, SECOND_US, parse_clock, parse_quantity

# text, dimension, mean, tenth, median, ninth tenth. Closed forms, worked out by hand.
KNOWN = [
    ("3", "count", 3, 3, 3, 3),
    ("uniform(2, 4)", "count", 3, 2.2, 3, 3.8),
    ("triangular(0, 0, 1)", "count", 1 / 3, 1 - math.sqrt(0.9), 1 - math.sqrt(0.5), 0.683772234),
    ("exponential(2)", "count", 2, 0.210721031, 1.386294361, 4.605170186),
    ("lognormal(10, 0.5)", "count", 11.33148453, 5.268835183, 10, 18.97952707),
    ("1 to 4", "count", 2.315660892, 1, 2, 4),
    ("discrete(1: 0.7, 5: 0.3)", "count", 2.2, 1, 1, 5),
    ("normal(100, 10)", "count", 100, 87.18448434, 100, 112.8155157),
]


@pytest.mark.parametrize(("text", "dimension", "mean", "p10", "p50", "p90"), KNOWN)
def test_mean_and_tenths(
    text: str, dimension: str, mean: float, p10: float, p50: float, p90: float
) -> None:
    """The numbers of the text books."""
    assert dimension == "count"
    spread = parse_distribution(text, "count")
    assert spread.mean == pytest.approx(mean, rel=1e-3)
    assert [spread.quantile(p) for p in (0.1, 0.5, 0.9)] == pytest.approx([p10, p50, p90])


@pytest.mark.parametrize("text", [row[0] for row in KNOWN])
def test_the_table_is_what_the_twin_draws_from(text: str) -> None:
    """1,024 rising values at the middles of equal slices, whose mean is nearly the mean."""
    spread = parse_distribution(text, "count")
    table = spread.quantiles()
    assert table.shape == (TABLE,)
    assert table.dtype == np.float64
    assert (np.diff(table) >= 0).all()
    assert table[-1] == spread.largest
    assert table.mean() == pytest.approx(spread.mean, rel=3e-3)
    assert spread.quantiles(4)[1] == pytest.approx(spread.quantile(0.375))


def test_nothing_is_below_zero_and_no_share_above_one() -> None:
    """Ends that make no sense are cut, and the mean is that of what is left."""
    units = parse_distribution("-1 to 2", "count")
    assert units.form == "normal"
    assert units.quantiles().min() == 0
    assert units.mean == pytest.approx(units.quantiles().mean())
    shares = parse_distribution("50 % to 90 %", "share")
    assert shares.largest == 1
    assert shares.mean == pytest.approx(shares.quantiles().mean())


def test_units_hold_for_both_ends() -> None:
    """`2 to 9 s` means seconds twice."""
    assert parse_distribution("2 to 9 s", "duration").parameters == (
        parse_distribution("2 s to 9 s", "duration").parameters
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("triangular(1, 2)", "triangular takes 3 values: low, mode, high"),
        ("triangular(3, 2, 1)", "low, mode, high must rise"),
        ("discrete(1: 0.5, 2: 0.6)", "the shares sum to 1.1"),
        ("discrete(1, 2)", "write discrete"),
        ("lognormal(0, 1)", "must be above zero"),
        ("gamma(1, 2)", "unknown distribution 'gamma'"),
        ("2 s to 9 s", "is not a count"),
        ("many", "is not a number with a unit"),
        ("", "is not a number with a unit"),
        ("1e99", "is too large"),
        ("9 to 9", "runs backwards"),
    ],
)
def test_a_text_that_is_no_distribution_is_refused(text: str, reason: str) -> None:
    """With the reason."""
    with pytest.raises(ValueError, match=reason):
        parse_distribution(text, "count")


@pytest.mark.parametrize(
    ("text", "dimension", "base"),
    [
        ("15 min", "duration", 15 * MINUTE_US),
        ("2.95 s", "duration", 2.95 * SECOND_US),
        ("40ms", "duration", 40_000),
        ("0", "duration", 0),
        ("9 %", "share", 0.09),
        ("0.09", "share", 0.09),
        ("12.50 USD", "money", 1_250),
        ("1250 JPY", "money", 1_250),
        ("1.5 KWD", "money", 1_500),
        ("30 s", "minutes", 0.5),
    ],
)
def test_values_with_units(text: str, dimension: str, base: float) -> None:
    """Base units: microseconds, fractions, minor units of each currency, minutes."""
    assert parse_quantity(text, dimension) == pytest.approx(base)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["22:60", "24:01", "8", "8:3", "a:00", "-1:00", "22:00:61"])
def test_no_time_of_day(text: str) -> None:
    """A time of day runs from 00:00 to 24:00."""
    with pytest.raises(ValueError, match="is not a time of day"):
        parse_clock(text)
