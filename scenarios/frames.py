"""Canonical frames: the tables that importers fill and calibration reads.

Every importer of a shop's exports ends in a pandas frame that keeps one of these contracts, so that
a fit never knows where its lines came from. A contract is a tuple of columns, each with its kind
and its meaning; `Frame.check` raises `FrameError` with every fault it finds, and says in the
words of the contract what a column should hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

import pandas as pd

Kind = Literal["time", "key", "text", "integer"]


class FrameError(ValueError):
    """A frame does not keep its contract; the text names every fault."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, kind, smallest value (integers only) and meaning.

    A key is anything that tells two things apart (integers, text or categories). Only optional
    columns may hold missing values.
    """

    name: str
    kind: Kind
    meaning: str
    least: int | None = None
    optional: bool = False

    def faults(self, values: pd.Series) -> list[str]:
        """What is wrong with the values; empty when they keep the contract."""
        if not _is_kind(values, self.kind):
            return [f"{self.name}: {values.dtype} is not {_KIND_WORDS[self.kind]} ({self.meaning})"]
        missing = int(values.isna().sum())
        if missing and not self.optional:
            return [f"{self.name}: {missing} values are missing ({self.meaning})"]
        if self.least is not None and len(values) and int(values.min()) < self.least:
            return [f"{self.name}: {values.min()} is below {self.least} ({self.meaning})"]
        return []


@dataclass(frozen=True, slots=True)
class Frame:
    """A named contract over columns; further columns are allowed and ignored."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names, in order."""
        return [column.name for column in self.columns]

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return *frame* as it is, or raise FrameError with all its faults."""
        present = [str(name) for name in frame.columns]
        spare = [name for name in present if name not in self.names]
        faults = [_absent(column, spare) for column in self.columns if column.name not in present]
        for column in self.columns:
            if column.name in present:
                faults += column.faults(frame[column.name])
        if not faults and frame.empty:
            faults = ["it has no rows"]
        if faults:
            raise FrameError(f"{self.name}: " + "; ".join(faults))
        return frame


LINES = Frame(
    "lines",
    (
        Column("occurred_at", "time", "local time of the sale, with its time zone"),
        Column("order_id", "key", "one basket at one store; lines of a basket share it"),
        Column("store", "text", "the store's name, as the export has it"),
        Column("customer_id", "key", "an opaque number; missing when not known", optional=True),
        Column("sku", "text", "the article's code, at the level that is modelled"),
        Column("name", "text", "the article in words; one name a sku"),
        Column("category", "text", "one category a sku, for substitutes"),
        Column("quantity", "integer", "units; what is sold by weight counts as one", least=1),
        Column(
            "amount_minor",
            "integer",
            "what the shop takes for the whole line, after its own discounts",
            least=0,
        ),
        Column(
            "discount_minor",
            "integer",
            "what the shop took off the whole line; amount + discount is the regular price",
            least=0,
        ),
    ),
)
"""Sales lines, one row each: returns and cancelled lines are left out by the importer."""

_KIND_WORDS: dict[Kind, str] = {
    "time": "a time with a time zone",
    "key": "a whole number or text",
    "text": "text",
    "integer": "a whole number",
}


def _is_kind(values: pd.Series, kind: Kind) -> bool:
    dtype = values.dtype
    if kind == "time":
        return isinstance(dtype, pd.DatetimeTZDtype)
    if kind == "integer":
        return pd.api.types.is_integer_dtype(dtype)
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    is_text = pd.api.types.is_string_dtype(dtype)
    return is_text or (kind == "key" and pd.api.types.is_integer_dtype(dtype))


def _absent(column: Column, spare: list[str]) -> str:
    near = get_close_matches(column.name, spare, n=1)
    hint = f". Did you mean '{near[0]}'?" if near else ""
    return f"column {column.name} is missing ({column.meaning}){hint}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where lines came from, in words for the scenario they are fitted to.

    `describe` is told on page 1 of the report; `{factor}` in it is replaced by the scale factor.
    `scale_factor` is 1 for a shop's whole sales; lines of only a panel of its customers are
    multiplied, and `scale_evidence` names the evidence entry that says why.
    """

    name: str
    title: str
    describe: str
    panel: str
    currency: str
    scale_factor: float = 1.0
    scale_evidence: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
