"""Everything the lines say about a shop, at the scale of the lines.

The fit sees the fitted weeks only; the held-out weeks serve `Fitted.check` and nothing else.
Multiplying by the panel-to-shop factor is left to `document`: counts here can be recounted in the
export.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from scenarios.frames import LINES
from sim.calibration import arrivals, assortment, baskets, forecast
from sim.calibration.arrivals import Floats
from sim.calibration.baskets import Returning
from sim.calibration.errors import FitImpossible
from sim.calibration.forecast import Check
from sim.calibration.windows import Window, common, local_days

WEEKS_HELD_OUT = 8

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class StoreFit:
    """One store at the scale of the lines."""

    name: str  # as the scenario writes it
    visits_by_weekday: Floats  # (7,) mean baskets a day, Monday first
    visits_by_hour: Floats  # (24,) shares
    opens: int  # hour
    closes: int  # hour
    day_effect_cv: float
    households: int  # that came in the fitted weeks; 0 when customers are not known
    visit_rate_cv: float
    baskets: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the fitted weeks say, and how that holds in the weeks held out."""

    window: Window
    stores: tuple[StoreFit, ...]
    basket_lines: Floats
    line_quantity: Floats
    catalogue: pd.DataFrame
    returning: Returning | None
    check: Check
    amount_observed: float  # mean minor units of a line in the fitted weeks
    amount_modelled: float  # the same by the catalogue

    @property
    def baskets(self) -> int:
        """Baskets of the fitted weeks."""
        return sum(store.baskets for store in self.stores)


def fit(
    lines: pd.DataFrame,
    *,
    weeks_held_out: int = WEEKS_HELD_OUT,
    progress: Progress | None = None,
) -> Fitted:
    """Fit stores, baskets and assortment to *lines*.

    Args:
        lines: a frame that keeps `scenarios.frames.LINES`.
        weeks_held_out: whole weeks at the end that the fit must not see, at least 1.
        progress: called with what is being done and the share done.

    Raises:
        FrameError: the frame does not keep its contract.
        FitImpossible: too few weeks in which all stores trade.
    """
    report = progress or _silent
    LINES.check(lines)
    if weeks_held_out < 1:
        raise FitImpossible("a fit holds out at least one week, or nothing shows how good it is")
    report("finding the weeks in which every store trades", 0.0)
    lines = _named(lines)
    orders = _orders(lines)
    window = common(orders, weeks_held_out)
    counts = arrivals.daily_counts(orders, window)
    seen = orders[window.fitted(orders["day"])]
    report("fitting stores", 0.2)
    stores = tuple(_store(str(name), seen, counts[name], window) for name in counts.columns)
    report("fitting baskets and assortment", 0.4)
    fitted_lines = lines[window.fitted(local_days(lines["occurred_at"]))]
    ordered = baskets.order_lines(fitted_lines)
    named = fitted_lines[["sku", "name", "category"]].drop_duplicates("sku").set_index("sku")
    table = assortment.catalogue(ordered, named)
    report("checking against the weeks held out", 0.9)
    laws = {s.name: forecast.Store(s.visits_by_weekday, s.day_effect_cv) for s in stores}
    observed, modelled = assortment.amount_a_line(table, ordered)
    fitted = Fitted(
        window=window,
        stores=stores,
        basket_lines=baskets.lines_pmf(ordered),
        line_quantity=baskets.quantity_pmf(ordered),
        catalogue=table,
        returning=baskets.returning(seen),
        check=forecast.check(counts, laws, window),
        amount_observed=observed,
        amount_modelled=modelled,
    )
    report("fitted", 1.0)
    return fitted


def _silent(_what: str, _share: float) -> None:
    """Stand in for a progress bar nobody asked for."""


def _named(lines: pd.DataFrame) -> pd.DataFrame:
    """Stores under the names that a scenario may use: a bare number gets the word Store."""
    names = {old: _store_name(str(old)) for old in lines["store"].unique()}
    if len(set(names.values())) < len(names):
        raise FitImpossible(f"two stores differ only in signs a name may not have: {list(names)}")
    return lines.assign(store=lines["store"].map(names).astype("category"))


def _store_name(store: str) -> str:
    name = re.sub(r"[^\w .'&-]", " ", store).strip(" .'&-")[:60]
    return f"Store {name}" if name.isdecimal() else name or "Store"


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    """One row an order: the earliest of its lines, with the local day."""
    columns = ["store", "order_id", "customer_id", "occurred_at"]
    orders = lines[columns].sort_values("occurred_at", kind="stable")
    orders = orders.drop_duplicates(["store", "order_id"])
    return orders.assign(day=local_days(orders["occurred_at"]))


def _store(name: str, seen: pd.DataFrame, counts: pd.Series, window: Window) -> StoreFit:
    orders = seen[seen["store"] == name]
    if orders.empty:
        raise FitImpossible(f"{name} sells nothing in the weeks in which all stores trade")
    weeks = arrivals.by_week(counts)[: window.weeks_fitted]
    hours = arrivals.hour_counts(orders["occurred_at"])
    opens, closes = arrivals.opening(hours)
    visits = orders["customer_id"].value_counts()
    visits = visits[visits > 0]
    return StoreFit(
        name=name,
        visits_by_weekday=weeks.mean(axis=0),
        visits_by_hour=arrivals.hour_weights(hours, opens, closes),
        opens=opens,
        closes=closes,
        day_effect_cv=arrivals.over_dispersion(weeks),
        households=len(visits),
        visit_rate_cv=baskets.visit_rate_cv(visits),
        baskets=len(orders),
    )
