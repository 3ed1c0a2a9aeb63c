"""The fit of the installed panel equals a plain recount of its parquet files."""

import numpy as np
import pandas as pd
import pytest

from adapters.imports import completejourney
from sim.calibration.fit import Fitted, fit


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """The demo's lines."""
    return completejourney.read()


@pytest.fixture(scope="module")
def fitted(lines: pd.DataFrame) -> Fitted:
    """The demo's fit."""
    return fit(lines)


@pytest.fixture(scope="module")
def seen(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines of the fitted weeks, cut by hand: 2 January to 17 September."""
    days = lines["occurred_at"].dt.tz_localize(None)
    start, split = pd.Timestamp("2017-01-02"), pd.Timestamp("2017-09-18")
    inside: pd.DataFrame = lines[(days >= start) & (days < split)]
    return inside


def test_store_361_ends_the_common_weeks(fitted: Fitted, lines: pd.DataFrame) -> None:
    """Its last basket is in the week of 13 November: 45 whole weeks, the last 8 held out."""
    last = lines[lines["store"] == "361"]["occurred_at"].max()
    assert pd.Timestamp("2017-11-13", tz=last.tz) < last < pd.Timestamp("2017-11-19", tz=last.tz)
    window = fitted.window
    assert window.start == pd.Timestamp("2017-01-02")
    assert window.end == pd.Timestamp("2017-11-13")
    assert (window.weeks_fitted, window.weeks_held_out) == (37, 8)


def test_weekday_means_equal_a_recount(fitted: Fitted, seen: pd.DataFrame) -> None:
    """Baskets of each weekday over 37 of that weekday, in all three stores."""
    baskets = seen.drop_duplicates("order_id")
    weekday = baskets["occurred_at"].dt.day_of_week
    counts = baskets.groupby([baskets["store"].astype(str), weekday]).size()
    for store in fitted.stores:
        number = store.name.removeprefix("Store ")
        expected = [counts[number, day] / 37 for day in range(7)]
        assert store.visits_by_weekday == pytest.approx(expected)
        households = baskets[baskets["store"] == number]["customer_id"].nunique()
        assert store.households == households
    assert [store.name for store in fitted.stores] == ["Store 361", "Store 367", "Store 406"]


def test_baskets_and_prices_equal_a_recount(fitted: Fitted, seen: pd.DataFrame) -> None:
    """Shares of basket sizes and quantities, and price and promotion of the best seller."""
    sizes = seen.groupby("order_id")["sku"].nunique()
    assert fitted.basket_lines[0] == pytest.approx((sizes == 1).mean())
    assert fitted.basket_lines[-1] == pytest.approx((sizes >= 60).mean())
    units = seen.groupby(["order_id", "sku"], observed=True)["quantity"].sum()
    assert fitted.line_quantity[0] == pytest.approx((units == 1).mean())
    milk = seen[seen["name"] == "FLUID MILK WHITE ONLY"].groupby("order_id")
    columns = ["quantity", "amount_minor", "discount_minor"]
    sums = milk[columns].sum()
    price = ((sums["amount_minor"] + sums["discount_minor"]) / sums["quantity"]).median()
    row = fitted.catalogue.iloc[0]
    assert row["name"] == "FLUID MILK WHITE ONLY"
    assert row["price_minor"] == round(price)
    assert row["promo_share"] == pytest.approx((sums["discount_minor"] > 0).mean(), abs=0.005)


def test_the_catalogue_holds_every_sku_sold(fitted: Fitted, seen: pd.DataFrame) -> None:
    """Each product type of the fitted weeks once, with a price and weights that sum to one."""
    table = fitted.catalogue
    assert sorted(table["sku"]) == sorted(seen["sku"].astype(str).unique())
    assert (table["price_minor"] >= 1).all()
    assert table[["promo_share", "promo_depth"]].to_numpy().max() < 1
    assert table.filter(like="weight:").sum().to_numpy() == pytest.approx([1, 1, 1], abs=1e-4)


def test_the_fit_holds_on_weeks_it_never_saw(fitted: Fitted) -> None:
    """Coverage within the band that needs no warning, and errors below both simple forecasts."""
    check = fitted.check
    assert 0.70 <= check.coverage <= 0.90
    assert len(check.rows) == 21
    assert abs(check.bias) < 0.05
    assert check.error < check.error_moving_average < check.error_seasonal_naive
    covered = np.mean([row["coverage"] for row in check.rows])
    assert covered == pytest.approx(check.coverage, abs=1e-3)
