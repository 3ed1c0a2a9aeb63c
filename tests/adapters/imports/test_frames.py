"""The contract of canonical frames names every fault in words."""

import pandas as pd
import pytest

from scenarios.frames import LINES, FrameError

GOOD = {
    "occurred_at": pd.to_datetime(["2025-03-01 10:00"]).tz_localize("Europe/Berlin"),
    "order_id": ["#1001"],
    "store": ["Main Street"],
    "customer_id": [pd.NA],
    "sku": ["SHIRT-M"],
    "name": ["Shirt, medium"],
    "category": ["Shirts"],
    "quantity": [2],
    "amount_minor": [3998],
    "discount_minor": [0],
}


def lines(**changes: object) -> pd.DataFrame:
    """One good line with some columns changed."""
    frame = pd.DataFrame(GOOD | changes)
    frame["customer_id"] = frame["customer_id"].astype("Int64")
    return frame


def test_a_good_frame_passes_as_it_is() -> None:
    """A line of a shop that numbers its orders in text and knows no customer is a good line."""
    frame = lines(extra=["kept"])
    assert LINES.check(frame) is frame


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"occurred_at": pd.to_datetime(["2025-03-01 10:00"])}, "occurred_at: datetime64"),
        ({"quantity": [0]}, "quantity: 0 is below 1"),
        ({"quantity": [1.5]}, "quantity: float64 is not a whole number"),
        ({"amount_minor": [-1]}, "amount_minor: -1 is below 0"),
        ({"sku": [None]}, "sku:"),
        ({"order_id": [1.0]}, "order_id: float64 is not a whole number or text"),
    ],
)
def test_a_wrong_column_is_named_with_its_meaning(changes: dict[str, object], said: str) -> None:
    """Times without a zone, parts of units, negative money and missing skus are refused."""
    with pytest.raises(FrameError, match=said):
        LINES.check(lines(**changes))


def test_a_missing_column_is_named_with_the_nearest() -> None:
    """A column under a similar name is suggested, and every fault is told at once."""
    frame = lines(quantity=[0]).rename(columns={"amount_minor": "amount"}).drop(columns="store")
    with pytest.raises(FrameError) as told:
        LINES.check(frame)
    assert "column store is missing" in str(told.value)
    assert "column amount_minor is missing" in str(told.value)
    assert "Did you mean 'amount'?" in str(told.value)
    assert "quantity: 0 is below 1" in str(told.value)


def test_an_empty_frame_is_refused() -> None:
    """No rows, no fit."""
    with pytest.raises(FrameError, match="no rows"):
        LINES.check(lines().iloc[:0])
