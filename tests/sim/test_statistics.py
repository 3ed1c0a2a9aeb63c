"""Intervals and corrections against published tables and worked examples."""

import numpy as np
import pytest

from sim.statistics import compare, garwood, holm, more_runs, p_value, quantiles, t_interval

# Student 1908, Biometrika 6:1-25, table of the sleep data: extra hours of the same ten patients
# under two drugs. The paired differences are the textbook example of the paired t test.
SLEEP = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]


def test_paired_interval_of_student() -> None:
    """Student's sleep data give 1.58 hours, 0.70 to 2.46, p = 0.00283."""
    interval = t_interval(SLEEP)
    assert interval.middle == pytest.approx(1.58)
    assert interval.low == pytest.approx(0.7001142, abs=1e-6)
    assert interval.high == pytest.approx(2.4598858, abs=1e-6)
    assert p_value(SLEEP) == pytest.approx(0.00283289, abs=1e-8)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)],
)
def test_garwood_table(count: int, low: float, high: float) -> None:
    """The exact 95 % limits of a rare count are those of Garwood's table."""
    interval = garwood(count)
    assert interval.low == pytest.approx(low, abs=1e-3)
    assert interval.high == pytest.approx(high, abs=1e-3)


def test_garwood_divides_by_exposure() -> None:
    """Ten oversold orders in 26 weeks are a rate a week."""
    assert garwood(10, 26.0).high == pytest.approx(18.390 / 26, abs=1e-3)
    with pytest.raises(ValueError, match="exposure"):
        garwood(1, 0.0)


def test_holm_worked_example() -> None:
    """Holm multiplies the smallest p by k, the next by k - 1, and never goes down."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]


def test_identical_arms_are_the_same() -> None:
    """An arm that equals today in every replication is neither better nor open: it is the same."""
    found = compare({"twin": np.zeros(20)})["twin"]
    assert found.verdict == "same"
    assert found.p_holm == 1.0
    assert found.more_runs == 0


def test_simultaneous_intervals_are_wider() -> None:
    """With three arms the simultaneous intervals are at 98.3 %, and contain the single ones."""
    rng = np.random.default_rng(np.random.SeedSequence(7))
    noise = rng.normal(0.0, 1.0, 20)
    noise -= noise.mean()
    arms = {"a": noise + 2, "b": noise + 0.1, "c": noise - 2}
    found = compare(arms)
    for comparison in found.values():
        assert comparison.simultaneous.half_width > comparison.difference.half_width
        assert comparison.p_holm >= comparison.p
    assert found["a"].verdict == "higher"
    assert found["c"].verdict == "lower"
    assert found["b"].verdict == "open"


def test_more_runs_is_the_smallest_number_that_suffices() -> None:
    """The runs advised bring the half width to the target, and one fewer would not."""
    rng = np.random.default_rng(np.random.SeedSequence(3))
    sample = rng.normal(0.0, 1.0, 20)
    advised = more_runs(sample, half_width=0.1)
    assert advised is not None
    spread = sample.std(ddof=1)

    def half(runs: int) -> float:
        # z is good to three digits at this many runs
        return float(1.9659 * spread / np.sqrt(runs))

    assert half(20 + advised + 3) < 0.1 < half(20 + advised - 6)
    assert more_runs(sample, half_width=10.0) == 0
    assert more_runs(np.array([1e-9, -1e-9, 1.0, -1.0])) is None


def test_interval_covers_as_often_as_it_says() -> None:
    """Of 2,000 intervals from 20 runs about 95 % cover the true mean (three sigma band)."""
    rng = np.random.default_rng(np.random.SeedSequence(11))
    samples = rng.normal(1.0, 2.0, (2000, 20))
    covered = sum(i.low <= 1.0 <= i.high for i in map(t_interval, samples))
    assert abs(covered - 1900) < 3 * np.sqrt(2000 * 0.95 * 0.05)


def test_quantiles_interpolate() -> None:
    """The median of four values lies between the middle two."""
    assert quantiles([4, 1, 2, 3], [0.0, 0.5, 1.0]) == [1.0, 2.5, 4.0]


@pytest.mark.parametrize("values", [[], [1.0, float("nan")], [float("inf")]])
def test_no_statistics_of_nothing(values: list[float]) -> None:
    """An empty or endless sample is refused, not averaged."""
    with pytest.raises(ValueError, match="finite"):
        t_interval(values)
