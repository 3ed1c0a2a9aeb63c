"""The rows of a price book: their layout, what is refused, and how overlaps are cut."""

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.policies.errors import PriceBookInvalid
from core.schema import AMOUNT_MAX, TIME_MAX_US

__all__ = [
    "ANY_CHANNEL",
    "ANY_LOCATION",
    "NEVER_US",
    "NO_PRICE",
    "PRICE",
    "PriceKind",
    "check_rows",
    "packed_key",
    "row_name",
    "segments",
]

ANY_LOCATION = -1
ANY_CHANNEL = 255
NO_PRICE = -1
NEVER_US = TIME_MAX_US  # as an end: for good

PRICE = np.dtype(
    [
        ("start_us", "i8"),  # the first moment at which the row holds
        ("end_us", "i8"),  # the first moment at which it no longer does; NEVER_US: open
        ("amount_minor", "i8"),  # of one unit
        ("sku", "i4"),
        ("location", "i2"),  # or ANY_LOCATION
        ("channel", "u1"),  # or ANY_CHANNEL
        ("kind", "u1"),  # PriceKind
    ],
    align=True,
)
assert PRICE.itemsize == 32

Rows = NDArray[Any]
Ints = NDArray[np.int64]


class PriceKind(IntEnum):
    """What a row states."""

    REGULAR = 0
    SALE = 1


def packed_key(sku: Rows, location: Rows, channel: Rows, kind: Rows | PriceKind) -> Ints:
    """Sku, location, channel and kind in one number: 31, 16, 8 and 1 bits."""
    place = (np.asarray(sku, np.int64) << 16) + (np.asarray(location, np.int64) + 1)
    return (((place << 8) + np.asarray(channel, np.int64)) << 1) + np.asarray(kind, np.int64)


def segments(rows: Rows) -> tuple[Ints, Ints, Ints]:
    """Cut rows that overlap into segments that do not, each lasting until the next of its key.

    Args:
        rows: (n,) of PRICE, checked, in any order.

    Returns:
        Keys, starts and amounts, ordered by key and start; NO_PRICE for the amount of a gap.
    """
    packed = packed_key(rows["sku"], rows["location"], rows["channel"], rows["kind"])
    order = np.lexsort((rows["start_us"], packed))
    rows, packed = rows[order], packed[order]
    found: dict[tuple[int, int], int] = {}
    covering: list[tuple[int, int]] = []  # (end, amount) of rows that began; the last one counts
    key = -1

    def end_rows(until_us: int) -> None:
        while covering and covering[-1][0] <= until_us:
            end_us, _ = covering.pop()
            while covering and covering[-1][0] <= end_us:
                covering.pop()
            found[key, end_us] = covering[-1][1] if covering else NO_PRICE

    of_rows = (rows[name].tolist() for name in ("start_us", "end_us", "amount_minor"))
    for each, start_us, end_us, amount_minor in zip(packed.tolist(), *of_rows, strict=True):
        if each != key:
            end_rows(NEVER_US)
            key = each
        end_rows(start_us)
        covering.append((end_us, amount_minor))
        found[key, start_us] = amount_minor
    end_rows(NEVER_US)
    table = np.array([(*place, amount) for place, amount in sorted(found.items())], np.int64)
    keys, starts, amounts = table.reshape(-1, 3).T
    return keys, starts, amounts


def check_rows(rows: Rows) -> None:
    """Refuse the first row that cannot be meant.

    Raises:
        PriceBookInvalid: names the row.
    """
    if rows.dtype != PRICE or rows.ndim != 1:
        raise PriceBookInvalid(f"rows are {rows.ndim}-dimensional of {rows.dtype}; not (n,) PRICE")
    for wrong, said in (
        (rows["sku"] < 0, "a sku is 0 or more"),
        (rows["location"] < ANY_LOCATION, "a location is 0 or more, or ANY_LOCATION"),
        (rows["kind"] > PriceKind.SALE, "a kind is REGULAR (0) or SALE (1)"),
        (rows["start_us"] >= rows["end_us"], "a price ends after it starts"),
        (rows["amount_minor"] < 0, "a price is 0 or more"),
        (rows["amount_minor"] > AMOUNT_MAX, f"a price is {AMOUNT_MAX} at most"),
    ):
        if wrong.any():
            raise PriceBookInvalid(f"{row_name(rows, int(np.argmax(wrong)))}: {said}")
    _check_twins(rows)


def _check_twins(rows: Rows) -> None:
    """Refuse two rows of one place, kind and start: neither is the later one."""
    packed = packed_key(rows["sku"], rows["location"], rows["channel"], rows["kind"])
    order = np.lexsort((rows["start_us"], packed))
    one, other = order[:-1], order[1:]
    twins = (packed[one] == packed[other]) & (rows["start_us"][one] == rows["start_us"][other])
    if twins.any():
        first = int(np.argmax(twins))
        said = f"{row_name(rows, other[first])} starts with {row_name(rows, one[first])}"
        raise PriceBookInvalid(f"{said}; give the one that shall count a later start")


def row_name(rows: Rows, at: int) -> str:
    """Name a row as a reader of the book would find it."""
    row = rows[at]
    location = "any" if row["location"] == ANY_LOCATION else row["location"]
    channel = "any" if row["channel"] == ANY_CHANNEL else row["channel"]
    known = row["kind"] <= PriceKind.SALE
    kind = PriceKind(int(row["kind"])).name.lower() if known else f"kind {row['kind']}"
    end = "open" if row["end_us"] == NEVER_US else row["end_us"]
    return (
        f"row {at} (sku {row['sku']}, location {location}, channel {channel}, {kind} "
        f"{row['amount_minor']} from {row['start_us']} to {end})"
    )
