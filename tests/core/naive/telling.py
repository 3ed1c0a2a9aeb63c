"""What the model tells of itself, in the records in which the engine does."""

from collections.abc import Iterator

import numpy as np

from core.records import DOCUMENT, LINE, ORDER, PARTY, RESERVATION
from core.schema import ACCOUNTS, STATES
from core.steps import OrderState
from tests.core.naive.availability import to_promise, to_route, to_sell
from tests.core.naive.records import Level, Reservation
from tests.core.naive.shop import Shop
from tests.core.naive.work import order_state

AS_THEY_STAND = {
    "LINE": (
        *("amount_minor", "fulfilled_minor", "cancelled_minor", "refunded_minor", "kit"),
        *("ordered", "unallocated", "allocated", "backordered", "fulfilled", "cancelled"),
        *("returned", "undecided", "fenced", "split_from", "channel", "work"),
    ),
    "RESERVATION": ("expires_us", "held_us", "party_id", "quantity", "fenced", "channel"),
    "DOCUMENT": (
        *("party_id", "due_us", "order_id", "quantity", "open", "sku", "line", "location"),
        *("location_to", "kind", "closed"),
    ),
}


def fill_in(row: np.void, kind: str, thing: object) -> None:
    """Copy what a record and a thing of the model call by the same name."""
    for name in AS_THEY_STAND[kind]:
        row[name] = getattr(thing, name)


class Telling:
    """Read-outs of a shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.now_us = -(2**63)

    def levels(self) -> np.ndarray:
        """What stands where: (locations, skus, STATES) int64."""
        out = np.zeros((self.shop.locations, self.shop.skus, STATES), dtype=np.int64)
        for (level, state), units in self.shop.stock.items():
            out[level.location, level.sku, state] = units
        return out

    def accounts(self) -> np.ndarray:
        """Where the units are that are on no level: (skus, ACCOUNTS) int64."""
        out = np.zeros((self.shop.skus, ACCOUNTS), dtype=np.int64)
        for (sku, account), units in self.shop.accounts.items():
            out[sku, account] = units
        return out

    def order_ids(self) -> list[int]:
        """The numbers of all orders."""
        return sorted(number for number, _ in self.shop.orders.items())

    def order(self, order_id: int) -> np.ndarray:
        """Return the lines of an order: (n,) of LINE."""
        order = self.shop.orders[order_id]
        lines = order.lines if order is not None else ()
        out = np.zeros(len(lines), dtype=LINE)
        for number, (row, line) in enumerate(zip(out, lines, strict=True)):
            fill_in(row, "LINE", line)
            row["order_id"], row["number"] = order_id, number
            row["sku"], row["location"] = line.level.sku, line.level.location
        return out

    def order_record(self, order_id: int) -> np.ndarray:
        """Return an order's ORDER, but for where its lines lie; `lines` are all of them."""
        order = self.shop.orders[order_id]
        assert order is not None
        out = np.zeros((), dtype=ORDER)
        out["id"], out["lines"] = order_id, len(order.lines)
        for name in ("party_id", "placed_us", "channel", "state"):
            out[name] = getattr(order, name)
        return out

    def order_state(self, order_id: int) -> OrderState:
        """Return the state of an order as its lines tell it."""
        order = self.shop.orders[order_id]
        assert order is not None
        return order_state(order)

    def live_reservations(self) -> Iterator[tuple[int, Reservation]]:
        """Yield number and reservation, by number."""
        held = self.shop.reservations.items()
        yield from sorted((number, each) for number, each in held if each is not None)

    def reservations(self) -> np.ndarray:
        """Return the live reservations by id: (n,) of RESERVATION."""
        held = list(self.live_reservations())
        out = np.zeros(len(held), dtype=RESERVATION)
        for row, (number, each) in zip(out, held, strict=True):
            fill_in(row, "RESERVATION", each)
            row["id"], row["sku"], row["location"] = number, each.level.sku, each.level.location
        return out

    def documents(self) -> np.ndarray:
        """Return all documents by id, without `next`: (n,) of DOCUMENT."""
        found = sorted(self.shop.documents.items(), key=lambda pair: pair[0])
        out = np.zeros(len(found), dtype=DOCUMENT)
        for row, (number, each) in zip(out, found, strict=True):
            fill_in(row, "DOCUMENT", each)
            row["id"] = number
        return out

    def parties(self) -> np.ndarray:
        """Return all customers who ever had points, by id: (n,) of PARTY."""
        found = sorted((number, each) for number, each in self.shop.parties.items() if each)
        out = np.zeros(len(found), dtype=PARTY)
        for row, (number, each) in zip(out, found, strict=True):
            row["id"], row["points"], row["owed"] = number, each.points, each.owed
            row["grants"] = (*self.shop.grants[number], 0)[0]
        return out

    def available_to_sell(self, channel: int) -> np.ndarray:
        """What a channel may promise: (locations, skus) int64, never below 0."""
        skus, locations = range(self.shop.skus), range(self.shop.locations)
        return np.array(
            [
                [max(0, to_sell(self.shop, Level(at, sku), channel)) for sku in skus]
                for at in locations
            ],
            dtype=np.int64,
        )

    def available_to_promise(self, sku: int, location: int, channel: int, at_us: int) -> int:
        """What a channel may promise for a time."""
        return to_promise(self.shop, Level(location, sku), channel, self.now_us, at_us)

    def available_to_route(self, channel: int) -> np.ndarray:
        """What an order of a channel may be promised from anywhere: (skus,) int64."""
        skus = range(self.shop.skus)
        return np.array([to_route(self.shop, sku, channel) for sku in skus], dtype=np.int64)
