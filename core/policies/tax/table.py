"""Which rates a sale falls under: the effective-dated tax table.

A row holds from its start until just before its end. All rows of a jurisdiction and tax class that
hold at a time apply together, each for one authority (state, county, city), in the order of their
numbers. Where none holds the sale is refused: goods without tax have a row with the rate 0, so a
forgotten rate is never an exemption.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.policies.errors import TaxRateMissing, TaxTableInvalid
from core.policies.rounding import PPM
from core.schema import TIME_MAX_US

__all__ = ["TAX_RATE", "Rate", "TaxTable"]

TAX_RATE = np.dtype(
    [
        ("start_us", "i8"),  # the first moment at which the rate holds
        ("end_us", "i8"),  # the first at which it no longer does; TIME_MAX_US: for good
        ("jurisdiction", "i4"),  # where the sale is taxed
        ("rate_ppm", "i4"),  # parts per million of the net amount: 19 % is 190_000
        ("tax_class", "i2"),  # of the goods: standard, reduced, exempt, ...
        ("authority", "i2"),  # who gets it; the order of rates
        ("compound", "u1"),  # 1: also on the taxes of the authorities before
        ("unused", "u1"),
        ("unused_too", "u2"),
    ],
    align=True,
)
assert TAX_RATE.itemsize == 32

Rows = NDArray[Any]


class Rate(NamedTuple):
    """One authority's tax at a time."""

    authority: int
    rate_ppm: int
    compound: bool


class TaxTable:
    """Tax rates by jurisdiction, class and time.

    Args:
        rows: (n,) of TAX_RATE, in any order.

    Raises:
        TaxTableInvalid: a row cannot be meant, or two rows of one authority overlap; names them.
    """

    def __init__(self, rows: Rows) -> None:
        _check_rows(rows)
        order = np.lexsort([rows[name] for name in ("start_us", *_PLACE)])
        self._rows: dict[tuple[int, int], list[tuple[int, int, Rate]]] = {}
        for row in rows[order]:
            rate = Rate(int(row["authority"]), int(row["rate_ppm"]), bool(row["compound"]))
            place = int(row["jurisdiction"]), int(row["tax_class"])
            dates = int(row["start_us"]), int(row["end_us"])
            self._rows.setdefault(place, []).append((*dates, rate))

    def rates(self, jurisdiction: int, tax_class: int, now_us: int) -> tuple[Rate, ...]:
        """Return the rates that apply, by authority.

        Raises:
            TaxRateMissing: none holds; says when one does, or which classes there are.
        """
        rows = self._rows.get((jurisdiction, tax_class), [])
        found = tuple(rate for start_us, end_us, rate in rows if start_us <= now_us < end_us)
        if found:
            return found
        said = f"jurisdiction {jurisdiction}, tax class {tax_class} has no rate at {now_us}"
        if rows:
            dates = ", ".join(f"{start_us} to {end_us}" for start_us, end_us, _ in rows)
            raise TaxRateMissing(f"{said}; it has rates from {dates}")
        classes = sorted(each for place, each in self._rows if place == jurisdiction)
        known = f"the classes {classes}" if classes else "no rates at all; 0 is a rate too"
        raise TaxRateMissing(f"{said}; the jurisdiction has {known}")


_PLACE = ("jurisdiction", "tax_class", "authority")


def _check_rows(rows: Rows) -> None:
    if rows.dtype != TAX_RATE or rows.ndim != 1:
        raise TaxTableInvalid(f"rows are {rows.ndim}-dimensional of {rows.dtype}; not TAX_RATE")
    for wrong, said in (
        (rows["start_us"] >= rows["end_us"], "a rate ends after it starts"),
        (rows["rate_ppm"] < 0, f"a rate is 0 to {PPM} ppm"),
        (rows["rate_ppm"] > PPM, f"a rate is 0 to {PPM} ppm"),
        (rows["compound"] > 1, "compound is 0 or 1"),
    ):
        if wrong.any():
            raise TaxTableInvalid(f"{_row_name(rows, int(np.argmax(wrong)))}: {said}")
    order = np.lexsort([rows[name] for name in ("start_us", *_PLACE)])
    one, other = rows[order[:-1]], rows[order[1:]]
    overlap = one["end_us"] > other["start_us"]
    for name in _PLACE:
        overlap &= one[name] == other[name]
    if overlap.any():
        at = int(np.argmax(overlap))
        said = f"{_row_name(rows, order[at + 1])} overlaps {_row_name(rows, order[at])}"
        raise TaxTableInvalid(f"{said}; end the earlier where the later starts")


def _row_name(rows: Rows, at: int) -> str:
    row = rows[at]
    end = "open" if row["end_us"] == TIME_MAX_US else row["end_us"]
    place = ", ".join(f"{name.replace('_', ' ')} {row[name]}" for name in _PLACE)
    return f"row {at} ({place}, {row['rate_ppm']} ppm from {row['start_us']} to {end})"
