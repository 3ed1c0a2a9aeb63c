"""The 80 % intervals of the fit table hold what they promise."""

import numpy as np
import pytest
from scipy import stats

from sim.calibration.fit import fit
from sim.calibration.forecast import edges
from tests.sim.calibration_shop import draw_counts, lines_of, stream

SEED = 7_402
MEANS = (4.0, 5.0, 6.0, 7.0, 8.0, 12.0, 2.0)


@pytest.mark.parametrize("scale", [1, 10])
def test_data_from_the_fitted_model_is_covered(scale: int) -> None:
    """Forty held-out weeks of two stores drawn from the model: 74 to 86 % inside."""
    print(f"seed {SEED}")
    means = [scale * mean for mean in MEANS]
    counts = {
        "Wild": draw_counts(stream(SEED, scale, 1), means, 0.25, 140),
        "Calm": draw_counts(stream(SEED, scale, 2), means, 0.0, 140),
    }
    check = fit(lines_of(counts), weeks_held_out=40).check
    assert 0.74 <= check.coverage <= 0.86
    assert abs(check.bias) < 0.05
    assert check.error < check.error_seasonal_naive
    assert check.error < check.error_moving_average


def test_doubled_variance_leaves_the_band() -> None:
    """The control: days that vary twice as much as before are not covered."""
    print(f"seed {SEED}")
    means = np.array([60.0] * 7)
    before = draw_counts(stream(SEED, 3), means.tolist(), 0.2, 100)
    variance = 60 + 0.2**2 * 60**2
    wider = float(np.sqrt((2 * variance - 60) / 60**2))
    after = draw_counts(stream(SEED, 4), means.tolist(), wider, 40)
    check = fit(lines_of({"Main": np.vstack([before, after])}), weeks_held_out=40).check
    assert check.coverage < 0.70


@pytest.mark.parametrize(("mean", "cv"), [(0.2, 0.0), (3.0, 0.5), (8.0, 0.0), (90.0, 0.25)])
def test_a_right_model_covers_eighty_percent_exactly(mean: float, cv: float) -> None:
    """Summed over the law itself the coverage is 0.8 at any scale; whole edges hold more."""
    counts = np.arange(0, 2_000)
    size = 1e8 if cv == 0 else 1 / cv**2
    shares = stats.nbinom(size, size / (size + mean)).pmf(counts)
    bounds = edges(np.array([mean]), cv)
    assert float(shares @ bounds.covers(counts)) == pytest.approx(0.8, abs=1e-5)
    assert float(shares @ bounds.holds(counts)) > 0.8


def test_the_table_is_the_held_out_weeks() -> None:
    """Observed is the mean of the held-out days of that weekday, predicted that of the fitted."""
    weeks = np.tile([1, 2, 3, 4, 5, 6, 7], (20, 1))
    weeks[12:] += 1
    check = fit(lines_of({"Main": weeks})).check
    assert [row["predicted"] for row in check.rows] == [1, 2, 3, 4, 5, 6, 7]
    assert [row["observed"] for row in check.rows] == [2, 3, 4, 5, 6, 7, 8]
    assert [row["weekday"] for row in check.rows] == list(range(7))
    assert check.bias == pytest.approx(28 / 35 - 1)
    assert check.error == pytest.approx(1)
    assert check.error_seasonal_naive == pytest.approx(1)
    # The average of all days before is 4; the days held out are 2 to 8.
    assert check.error_moving_average == pytest.approx(np.abs(np.arange(2, 9) - 4).mean())
