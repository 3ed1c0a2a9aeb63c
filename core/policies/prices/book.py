"""What a sku costs at a location, in a channel, at a time: the effective-dated price book.

A row holds from its start until just before its end, for one location or any, one channel or any.
Which row counts, among those that hold:

1. The more specific place wins: location and channel, then location, then channel, then neither.
   A location outranks a channel, because the label on that shelf is what the shop is held to.
2. In one place the later start wins; when it ends, the earlier row counts again. So a price for
   the summer lies over the price of the year. Two rows of one place, kind and start are refused.
3. Where nothing holds in a place (a gap), the next less specific place counts; where nothing
   holds at all there is no price, and a sale is refused rather than made for nothing.

Regular and sale price are two kinds of row with dates of their own, looked up each by these rules.
The customer pays the sale price where it lies below the regular one; a sale price that does not is
neither shown nor charged. A sale row without a regular one is no price.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.policies.currencies import exponent
from core.policies.errors import PriceMissing
from core.policies.prices.rows import (
    ANY_CHANNEL,
    ANY_LOCATION,
    NEVER_US,
    NO_PRICE,
    PriceKind,
    check_rows,
    packed_key,
    row_name,
    segments,
)

__all__ = ["QUOTE", "PriceBook", "Quote"]

QUOTE = np.dtype(
    [
        ("amount_minor", "i8"),  # what a unit costs; NO_PRICE where the book has none
        ("regular_minor", "i8"),  # what it costs without the sale, for the label
        ("sale_minor", "i8"),  # NO_PRICE where no sale counts
    ],
    align=True,
)
assert QUOTE.itemsize == 24

Rows = NDArray[Any]
Ints = NDArray[np.int64]


class Quote(NamedTuple):
    """A record of QUOTE, for one sku."""

    amount_minor: int
    regular_minor: int
    sale_minor: int


class PriceBook:
    """Price rows, laid out so that thousands of prices are found at once.

    Args:
        rows: (n,) of PRICE, in any order; copied.
        currency: code of ISO 4217 of all amounts.

    Raises:
        PriceBookInvalid: a row cannot be meant; names the row.
        CurrencyUnknown: the currency is none of ISO 4217.
    """

    def __init__(self, rows: Rows, currency: str) -> None:
        self.exponent = exponent(currency)
        self.currency = currency
        check_rows(rows)
        self.rows = rows.copy()
        self.rows.flags.writeable = False
        keys, starts, amounts = segments(self.rows)
        self._keys, self._segment_key = np.unique(keys, return_inverse=True)
        self._times = np.unique(starts)
        self._starts, self._amounts = starts, amounts
        self._places = self._segment_key * len(self._times) + np.searchsorted(self._times, starts)

    def find(
        self, sku: ArrayLike, location: ArrayLike, channel: ArrayLike, now_us: ArrayLike
    ) -> Rows:
        """Look up many prices; all arguments are broadcast to one shape (n,).

        Returns:
            (n,) of QUOTE; all NO_PRICE where the book has no price.

        Raises:
            PriceMissing: a sku, location or channel is outside the range of PRICE.
        """
        return self._found(*_query(sku, location, channel, now_us))

    def quotes(
        self, sku: ArrayLike, location: ArrayLike, channel: ArrayLike, now_us: ArrayLike
    ) -> Rows:
        """As `find`, for a sale: everything must have a price.

        Raises:
            PriceMissing: names the first sku without a price, and when it has one.
        """
        query = _query(sku, location, channel, now_us)
        found = self._found(*query)
        missing = np.flatnonzero(found["amount_minor"] == NO_PRICE)
        if len(missing):
            raise PriceMissing(self._why_missing(*(int(each[missing[0]]) for each in query)))
        return found

    def quote(self, sku: int, location: int, channel: int, now_us: int) -> Quote:
        """As `quotes`, for one sku."""
        return Quote(*self.quotes(sku, location, channel, now_us)[0].tolist())

    def next_changes_us(
        self, sku: ArrayLike, location: ArrayLike, channel: ArrayLike, now_us: ArrayLike
    ) -> Ints:
        """First moment after *now_us* at which a label shows something else.

        Looks through rows that begin or end without being seen, because a more specific or a
        later one hides them.

        Returns:
            (n,) int64, NEVER_US where nothing changes any more.
        """
        skus, locations, channels, now = _query(sku, location, channel, now_us)
        shown = self._found(skus, locations, channels, now)
        changes = np.full(len(now), NEVER_US)
        now = now.copy()
        waiting = np.arange(len(now))
        while len(waiting):
            there = skus[waiting], locations[waiting], channels[waiting]
            after = self._next_starts(*there, now[waiting])
            now[waiting] = after
            differs = self._found(*there, after) != shown[waiting]
            changes[waiting[differs]] = after[differs]
            waiting = waiting[~differs & (after != NEVER_US)]
        return changes

    def next_change_us(self, sku: int, location: int, channel: int, now_us: int) -> int:
        """As `next_changes_us`, for one sku."""
        return int(self.next_changes_us(sku, location, channel, now_us)[0])

    def _found(self, sku: Ints, location: Ints, channel: Ints, now: Ints) -> Rows:
        out = np.empty(len(sku), QUOTE)
        out[:] = (NO_PRICE, NO_PRICE, NO_PRICE)
        for kind, field in ((PriceKind.REGULAR, "regular_minor"), (PriceKind.SALE, "sale_minor")):
            amounts = out[field]
            for place in _places(location, channel):
                key, known = self._ranked(sku, *place, kind)
                at = self._segment_before(key, now)
                holds = known & (at >= 0) & (self._at(self._segment_key, at) == key)
                amounts[:] = np.where(
                    holds & (amounts == NO_PRICE), self._at(self._amounts, at), amounts
                )
        regular, sale = out["regular_minor"], out["sale_minor"]
        sale[sale >= regular] = NO_PRICE
        out["amount_minor"] = np.where(sale == NO_PRICE, regular, sale)
        return out

    def _next_starts(self, sku: Ints, location: Ints, channel: Ints, now: Ints) -> Ints:
        """First start of a segment after *now* in any place that counts for the query."""
        first = np.full(len(sku), NEVER_US)
        for kind in PriceKind:
            for place in _places(location, channel):
                key, known = self._ranked(sku, *place, kind)
                at = self._segment_before(key, now) + 1
                there = known & (at < len(self._places)) & (self._at(self._segment_key, at) == key)
                first = np.where(there, np.minimum(first, self._at(self._starts, at)), first)
        return first

    def _ranked(
        self, sku: Ints, location: Ints, channel: Ints, kind: PriceKind
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """Rank of each key among those of the book, and whether it is there."""
        packed = packed_key(sku, location, channel, kind)
        rank = np.searchsorted(self._keys, packed)
        return rank, self._at(self._keys, rank) == packed

    def _segment_before(self, key: Ints, now: Ints) -> Ints:
        """Index of the last segment that starts at or before *now*, of this key or an earlier."""
        moment = np.searchsorted(self._times, now, side="right") - 1
        return np.searchsorted(self._places, key * len(self._times) + moment, side="right") - 1

    @staticmethod
    def _at(values: Ints, at: Ints) -> Ints:
        """Values at *at*; anything where *at* lies outside, which the caller has excluded."""
        if len(values) == 0:
            return np.full(len(at), NO_PRICE)
        return values[np.clip(at, 0, len(values) - 1)]

    def _why_missing(self, sku: int, location: int, channel: int, now_us: int) -> str:
        said = f"sku {sku} has no price at location {location}, channel {channel}, time {now_us}"
        rows = self.rows
        of_sku = np.flatnonzero((rows["sku"] == sku) & (rows["kind"] == PriceKind.REGULAR))
        if len(of_sku) == 0:
            return f"{said}; the book has no regular price of this sku"
        here = np.isin(rows["location"][of_sku], [location, ANY_LOCATION])
        here &= np.isin(rows["channel"][of_sku], [channel, ANY_CHANNEL])
        if not here.any():
            return f"{said}; the book has {row_name(rows, of_sku[0])}"
        of_place = of_sku[here]
        later = of_place[rows["start_us"][of_place] > now_us]
        if len(later):
            near = later[np.argmin(rows["start_us"][later])]
        else:
            near = of_place[np.argmax(rows["end_us"][of_place])]
        return f"{said}; the nearest is {row_name(rows, near)}"


def _query(
    sku: ArrayLike, location: ArrayLike, channel: ArrayLike, now_us: ArrayLike
) -> tuple[Ints, Ints, Ints, Ints]:
    """Bring the arguments of a lookup to one shape, and refuse what no row can hold."""
    asked = [np.atleast_1d(np.asarray(each, np.int64)) for each in (sku, location, channel, now_us)]
    skus, locations, channels, now = np.broadcast_arrays(*asked)
    for name, values, lowest, highest in (
        ("sku", skus, 0, 2**31 - 1),
        ("location", locations, ANY_LOCATION, 2**15 - 1),
        ("channel", channels, 0, ANY_CHANNEL),
    ):
        outside = np.flatnonzero((values < lowest) | (values > highest))
        if len(outside):
            at = outside[0]
            raise PriceMissing(f"{name} {values[at]} at {at}; {name}s are {lowest} to {highest}")
    return skus, locations, channels, now


def _places(location: Ints, channel: Ints) -> list[tuple[Ints, Ints]]:
    """The places whose prices count for a query, the most specific first."""
    any_location = np.full_like(location, ANY_LOCATION)
    any_channel = np.full_like(channel, ANY_CHANNEL)
    return [
        (location, channel),
        (location, any_channel),
        (any_location, channel),
        (any_location, any_channel),
    ]
