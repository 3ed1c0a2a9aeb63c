"""What a basket holds, and how often a household comes back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LINES_MAX = 60
QUANTITY_MAX = 24
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Returning:
    """Days between two visits of a household to the same store, over all its pairs of visits."""

    pairs: int
    mean: float
    p10: float
    median: float
    p90: float


def order_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """One row a basket and sku, with quantity, amount and discount summed."""
    sums = lines.groupby(["store", "order_id", "sku"], observed=True, sort=False)
    return sums[["quantity", "amount_minor", "discount_minor"]].sum().reset_index()


def pmf(values: pd.Series, most: int) -> Floats:
    """The shares of 1, 2, ... in whole numbers; what lies above *most* counts as *most*."""
    counts = np.bincount(np.minimum(values.to_numpy(), most), minlength=2)[1:]
    return np.asarray(counts / counts.sum())


def lines_pmf(ordered: pd.DataFrame) -> Floats:
    """How many different skus a basket holds."""
    return pmf(ordered.groupby(["store", "order_id"], observed=True).size(), LINES_MAX)


def quantity_pmf(ordered: pd.DataFrame) -> Floats:
    """How many units of one sku a basket holds."""
    return pmf(ordered["quantity"], QUANTITY_MAX)


def visit_rate_cv(visits: pd.Series) -> float:
    """The coefficient of variation of the visit rate over households, by the method of moments.

    A household's visits are Poisson with a gamma rate: Var n = m + cv^2 m^2. Households that never
    came are not in the export, so this is the spread among those who came at least once.

    Args:
        visits: visits of each household over the same time.
    """
    if len(visits) < 2:
        return 0.0
    mean = float(visits.mean())
    excess = float(visits.var()) - mean
    return float(np.sqrt(max(0.0, excess)) / mean)


def returning(orders: pd.DataFrame) -> Returning | None:
    """Return intervals over the households that came at least twice; None when none did."""
    known = orders.dropna(subset=["customer_id"])
    known = known.sort_values(["store", "customer_id", "occurred_at"], kind="stable")
    gaps = known.groupby(["store", "customer_id"], observed=True)["occurred_at"].diff().dropna()
    if gaps.empty:
        return None
    days = gaps.dt.total_seconds().to_numpy() / SECONDS_A_DAY
    p10, median, p90 = (float(value) for value in np.quantile(days, [0.1, 0.5, 0.9]))
    return Returning(len(days), float(days.mean()), p10, median, p90)
