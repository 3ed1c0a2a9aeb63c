"""The fit recovers what made-up lines were made with."""

import numpy as np
import pandas as pd
import pytest

from scenarios.frames import FrameError
from sim.calibration import arrivals, baskets, staffing
from sim.calibration.errors import FitImpossible
from sim.calibration.fit import fit
from sim.calibration.windows import trading
from tests.sim.calibration_shop import START, draw_counts, line, lines_of, stream

MEANS = (4.0, 5.0, 6.0, 7.0, 8.0, 12.0, 2.0)
SEED = 20_261


def test_weekday_means_and_day_effect_are_recovered() -> None:
    """Two stores over two hundred weeks: means within 4 standard errors, spread within 0.03."""
    print(f"seed {SEED}")
    counts = {
        "Wild": draw_counts(stream(SEED, 1), [10 * m for m in MEANS], 0.3, 208),
        "Calm": draw_counts(stream(SEED, 2), [10 * m for m in MEANS], 0.0, 208),
    }
    fitted = fit(lines_of(counts))
    calm, wild = fitted.stores
    assert (calm.name, wild.name) == ("Calm", "Wild")
    assert fitted.window.weeks_fitted == 200
    truth = 10 * np.array(MEANS)
    for store, cv in ((calm, 0.0), (wild, 0.3)):
        error = np.sqrt((truth + (cv * truth) ** 2) / 200)
        assert (np.abs(store.visits_by_weekday - truth) < 4 * error).all()
        observed = counts[store.name][:200].mean(axis=0)
        assert store.visits_by_weekday == pytest.approx(observed)
    assert wild.day_effect_cv == pytest.approx(0.3, abs=0.03)
    assert calm.day_effect_cv < 0.05


def test_the_day_effect_is_the_same_at_panel_scale() -> None:
    """A panel that sees every tenth basket shows the same spread of days."""
    print(f"seed {SEED}")
    whole = draw_counts(stream(SEED, 3), [300.0] * 7, 0.3, 400)
    panel = stream(SEED, 4).binomial(whole, 0.1)
    assert arrivals.over_dispersion(whole) == pytest.approx(0.3, abs=0.02)
    assert arrivals.over_dispersion(panel) == pytest.approx(0.3, abs=0.04)


def test_days_without_sales_count_as_zero() -> None:
    """A shop closed on Sundays has a mean of 0 there, not the mean of its open days."""
    weeks = np.full((20, 7), 3)
    weeks[:, 6] = 0
    store = fit(lines_of({"Main": weeks})).stores[0]
    assert store.visits_by_weekday.tolist() == [3, 3, 3, 3, 3, 3, 0]
    assert store.day_effect_cv == 0


def test_held_out_weeks_do_not_touch_the_fit() -> None:
    """The last eight weeks may hold anything: the fit stays, only the check moves."""
    weeks = draw_counts(stream(SEED, 5), MEANS, 0.2, 30)
    other = weeks.copy()
    other[22:] *= 3
    one, two = fit(lines_of({"Main": weeks})), fit(lines_of({"Main": other}))
    assert one.stores[0].visits_by_weekday.tolist() == two.stores[0].visits_by_weekday.tolist()
    assert one.stores[0].day_effect_cv == two.stores[0].day_effect_cv
    assert one.catalogue.equals(two.catalogue)
    assert one.check.bias > two.check.bias


def test_only_weeks_in_which_all_stores_trade_are_used() -> None:
    """A store that closes for good ends the common weeks; a quiet week at the edge does not."""
    full = np.full((30, 7), 3)
    closed = full.copy()
    closed[24, 3:] = 0  # last basket on a Wednesday
    closed[25:] = 0
    quiet = full.copy()
    quiet[29] = 0
    quiet[0, :2] = 0
    window = fit(lines_of({"Main": full, "Gone": closed})).window
    assert (window.start, window.weeks_fitted, window.weeks_held_out) == (START, 16, 8)
    window = fit(lines_of({"Main": full, "Quiet": quiet})).window
    assert (window.start, window.weeks_fitted, window.weeks_held_out) == (START, 22, 8)


def test_a_long_silence_cuts_a_stores_time() -> None:
    """Of the time before and after a refit the longer counts."""
    first, last = START, pd.Timestamp("2025-06-29")
    days = pd.Series(pd.date_range(first, last))
    shut, opened = pd.Timestamp("2025-02-01"), pd.Timestamp("2025-03-02")
    refit = days[(days < shut) | (days >= opened)]
    assert trading(refit, first, last) == (opened, last)
    assert trading(days, first, last) == (first, last)


def test_an_export_that_starts_in_the_middle_of_a_week_loses_that_week() -> None:
    """Only whole weeks from Monday count."""
    counts = np.full((20, 7), 3)
    fitted = fit(lines_of({"Main": counts}, start=START + pd.Timedelta(days=2)))
    assert fitted.window.start == START + pd.Timedelta(days=7)
    assert fitted.window.weeks_fitted == 11


def test_basket_and_quantity_shares() -> None:
    """Lines of one sku in one basket are one; baskets above 60 lines count as 60."""
    rows = [line(1, "A"), line(1, "A", 2), line(1, "B"), line(2, "A")]
    rows += [line(3, f"S{i}") for i in range(75)]
    ordered = baskets.order_lines(pd.DataFrame(rows))
    pmf = baskets.lines_pmf(ordered)
    assert len(pmf) == 60
    assert {i + 1: share for i, share in enumerate(pmf) if share} == {
        1: pytest.approx(1 / 3),
        2: pytest.approx(1 / 3),
        60: pytest.approx(1 / 3),
    }
    assert baskets.quantity_pmf(ordered) == pytest.approx([77 / 78, 0, 1 / 78])


def test_households_and_return_intervals() -> None:
    """Visits with a gamma rate give its spread back; intervals are days between visits."""
    print(f"seed {SEED}")
    random = stream(SEED, 6)
    visits = pd.Series(random.poisson(random.gamma(4, 20 / 4, 20_000)))
    assert baskets.visit_rate_cv(visits) == pytest.approx(0.5, abs=0.02)
    assert baskets.visit_rate_cv(pd.Series(random.poisson(20, 20_000))) < 0.1
    days = [0, 2, 4, 14]
    orders = pd.DataFrame(
        {
            "store": "Main",
            "customer_id": 1,
            "occurred_at": pd.Timestamp("2025-01-06 12:00", tz="UTC")
            + pd.to_timedelta(days, unit="D"),
        }
    )
    back = baskets.returning(orders)
    assert back is not None
    assert (back.pairs, back.median) == (3, 2)
    assert back.mean == pytest.approx(14 / 3)
    assert baskets.returning(orders.iloc[:1]) is None


def test_opening_hours_hold_nearly_all_baskets() -> None:
    """The shortest run of hours with 99.5 %; a shop shut for two hours is open round the clock."""
    hours = np.zeros(24, dtype=np.int64)
    hours[9:20] = 100
    hours[3] = 5  # 5 of 1,105 are less than 0.5 %
    assert arrivals.opening(hours) == (9, 20)
    hours[3] = 6
    assert arrivals.opening(hours) == (3, 20)
    assert arrivals.opening(np.ones(24, dtype=np.int64)) == (0, 24)
    weights = arrivals.hour_weights(hours, 9, 20)
    assert weights.sum() == pytest.approx(1)
    assert weights[3] == 0


def test_tills_and_pickers_follow_the_rule() -> None:
    """Busy for at most 70 % of the peak, and never none."""
    weekday, hour = np.array([100.0] * 6 + [200.0]), np.array([0.1] * 10 + [0.0] * 14)
    # 20 baskets an hour x 120 s = 2,400 s of 2,520 s that one till works.
    assert staffing.tills(weekday, hour, 120) == 1
    assert staffing.tills(weekday, hour, 127) == 2
    assert staffing.pickers(0.0, 12, 600) == 1
    assert staffing.pickers(100.0, 12, 600) == 2


@pytest.mark.parametrize(
    ("weeks", "held_out", "said"),
    [
        (11, 8, "trade together in 11 whole weeks; a fit needs 4 and 8"),
        (20, 0, "holds out at least one week"),
    ],
)
def test_too_little_to_fit_is_told(weeks: int, held_out: int, said: str) -> None:
    """Too few weeks, or none held out, end in one line that says what is needed."""
    with pytest.raises(FitImpossible, match=said):
        fit(lines_of({"Main": np.full((weeks, 7), 3)}), weeks_held_out=held_out)


def test_stores_that_never_trade_together_are_told() -> None:
    """Two stores one after the other share no week."""
    early, late = np.full((30, 7), 3), np.full((30, 7), 3)
    early[14:], late[:15] = 0, 0
    with pytest.raises(FitImpossible, match="trade together in 0 whole weeks"):
        fit(lines_of({"Early": early, "Late": late}))


def test_a_frame_that_breaks_its_contract_is_refused() -> None:
    """Calibration reads canonical lines and nothing else."""
    with pytest.raises(FrameError, match="column quantity is missing"):
        fit(lines_of({"Main": np.full((20, 7), 3)}).drop(columns="quantity"))
