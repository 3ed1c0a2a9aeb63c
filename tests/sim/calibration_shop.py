"""Made-up sales lines whose truth is known, for the tests of calibration."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

START = pd.Timestamp("2025-01-06")  # a Monday
ZONE = "Europe/Berlin"


def stream(seed: int, *key: int) -> np.random.Generator:
    """One keyed stream."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=key)))


def draw_counts(
    random: np.random.Generator, means: Sequence[float], day_effect_cv: float, weeks: int
) -> NDArray[np.int64]:
    """(weeks, 7) counts: Poisson around each weekday's mean times a gamma day effect."""
    rates = np.tile(np.asarray(means, dtype=float), (weeks, 1))
    if day_effect_cv:
        shape = 1 / day_effect_cv**2
        rates = rates * random.gamma(shape, 1 / shape, rates.shape)
    return random.poisson(rates).astype(np.int64)


def lines_of(
    counts: dict[str, NDArray[np.int64]],
    *,
    hour: int = 12,
    skus: int = 3,
    start: pd.Timestamp = START,
) -> pd.DataFrame:
    """One line a basket: the counts of each store, day after day, as canonical lines.

    Baskets of a day come at *hour*, buy the skus in turn and belong to ten households in turn.
    """
    parts = []
    first = 0
    for store, weeks in counts.items():
        days = np.repeat(np.arange(weeks.size), weeks.ravel())
        number = np.arange(days.size)
        when = start + pd.to_timedelta(days, unit="D") + pd.Timedelta(hours=hour)
        parts.append(
            pd.DataFrame(
                {
                    "occurred_at": when.tz_localize(ZONE),
                    "order_id": first + number,
                    "store": store,
                    "customer_id": number % 10,
                    "sku": [f"SKU-{i % skus}" for i in number],
                    "name": [f"Article {i % skus}" for i in number],
                    "category": "Articles",
                    "quantity": 1,
                    "amount_minor": 250,
                    "discount_minor": 0,
                }
            )
        )
        first += days.size
    return pd.concat(parts, ignore_index=True)


def line(order_id: int, sku: str, quantity: int = 1, **values: object) -> dict[str, object]:
    """One canonical line of a basket by hand."""
    return {
        "occurred_at": pd.Timestamp("2025-01-06 12:00", tz=ZONE),
        "order_id": order_id,
        "store": "Main",
        "customer_id": 1,
        "sku": sku,
        "name": sku.title(),
        "category": "Articles",
        "quantity": quantity,
        "amount_minor": 100 * quantity,
        "discount_minor": 0,
    } | values
