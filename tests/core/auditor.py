"""Rebuilds the shop from events alone, as a projection, an outbox or a recorder would."""

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.schema import ACCOUNTS, OUTSIDE, STATES, Account, Kind, State

Records = NDArray[Any]

# What a unit of an event is taken from, and given to, of the accounts.
BOOKED = {
    Kind.RECEIVED: (Account.SUPPLIER, None),
    Kind.SOLD: (None, Account.CUSTOMER),
    Kind.FULFILLED: (None, Account.CUSTOMER),
    Kind.RETURNED: (Account.CUSTOMER, None),
    Kind.TRANSFERRED: (None, Account.IN_TRANSIT),
    Kind.ARRIVED: (Account.IN_TRANSIT, None),
    Kind.TRANSFER_SHORT: (Account.IN_TRANSIT, None),
}
MOVES_NO_UNIT = {
    *(Kind.SHORTAGE, Kind.EXPECTED, Kind.EXTENDED, Kind.PICKED, Kind.WORKED, Kind.STEPPED),
    *(Kind.BACKORDERED, Kind.LOT_TAKEN, Kind.SET, Kind.EARNED, Kind.BURNED),
    *(Kind.POINTS_EXPIRED, Kind.REVERSED),
}
# Parts of a line that an event takes from and adds to; "waiting" is unallocated and backordered.
LINE_PARTS = {
    Kind.PLACED: (None, "allocated"),
    Kind.REROUTED: (None, "allocated"),
    Kind.SOLD: (None, "fulfilled"),
    Kind.BACKORDERED: (None, "waiting"),
    Kind.BACKORDER_FILLED: ("waiting", "allocated"),
    Kind.FULFILLED: ("allocated", "fulfilled"),
    Kind.CANCELLED: ("allocated", "cancelled"),
    Kind.NO_SHOW: ("allocated", "cancelled"),
    Kind.SHORT_PICKED: ("allocated", "waiting"),
    Kind.RETURNED: (None, "returned"),
}
MONEY = {
    Kind.PLACED: "amount_minor",
    Kind.BACKORDERED: "amount_minor",
    Kind.REROUTED: "amount_minor",
    Kind.SOLD: "fulfilled_minor",
    Kind.FULFILLED: "fulfilled_minor",
    Kind.CANCELLED: "cancelled_minor",
    Kind.NO_SHOW: "cancelled_minor",
    Kind.RETURNED: "refunded_minor",
}


class Auditor:
    """Levels, accounts, lines and carts as the events tell of them; incoming they do not tell."""

    def __init__(self, skus: int, locations: int) -> None:
        self.levels = np.zeros((locations, skus, STATES), np.int64)
        self.accounts = np.zeros((skus, ACCOUNTS), np.int64)
        self.lines: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.reserved: dict[int, int] = defaultdict(int)
        self.last = (0, -1)  # sequence and ordinal

    def hear(self, events: Records) -> None:
        """Book *events*, which must come in order and without a gap within a command."""
        for event in events:
            self._in_order(int(event["sequence"]), int(event["ordinal"]))
            kind = Kind(event["kind"])
            self._move(event, kind)
            self._book(event, kind)
            if kind in LINE_PARTS and event["order_id"]:
                self._book_line(event, kind)
            if kind in (Kind.RESERVED, Kind.RELEASED, Kind.EXPIRED):
                sign = 1 if kind == Kind.RESERVED else -1
                self.reserved[int(event["order_id"])] += sign * int(event["quantity"])

    def carts(self) -> dict[int, int]:
        """Units held by each cart that holds any."""
        assert min(self.reserved.values(), default=0) >= 0
        return {cart: units for cart, units in self.reserved.items() if units}

    def _in_order(self, sequence: int, ordinal: int) -> None:
        before, place = self.last
        assert sequence >= before
        assert ordinal == (place + 1 if sequence == before else 0)
        self.last = (sequence, ordinal)

    def _move(self, event: np.void, kind: Kind) -> None:
        location = event["location_to" if kind == Kind.REROUTED else "location"]
        quantity = int(event["quantity"])
        if kind in MOVES_NO_UNIT:
            if kind == Kind.SHORTAGE:
                assert 0 < quantity <= -self.levels[location, event["sku"], State.AVAILABLE]
            return
        level = self.levels[location, event["sku"]]
        if event["state_from"] != OUTSIDE:
            level[event["state_from"]] -= quantity
        if event["state_to"] != OUTSIDE:
            level[event["state_to"]] += quantity

    def _book(self, event: np.void, kind: Kind) -> None:
        """Whatever units a level or an account has got that no other has lost is a correction."""
        if kind in MOVES_NO_UNIT:
            return
        source, target = BOOKED.get(kind, (None, None))
        account, quantity = self.accounts[event["sku"]], int(event["quantity"])
        got = int(event["state_to"] != OUTSIDE) - int(event["state_from"] != OUTSIDE)
        if source is not None:
            account[source] -= quantity
            got -= 1
        if target is not None:
            account[target] += quantity
            got += 1
        account[Account.CORRECTION] -= got * quantity

    def _book_line(self, event: np.void, kind: Kind) -> None:
        line = self.lines[int(event["order_id"]), int(event["line"])]
        quantity, amount = int(event["quantity"]), int(event["amount_minor"])
        start, end = LINE_PARTS[kind]
        if start is not None:
            never_there = kind == Kind.CANCELLED and event["state_from"] == OUTSIDE
            line["waiting" if never_there else start] -= quantity
        line[end] += quantity
        line[MONEY.get(kind, "amount_minor")] += amount
        if kind == Kind.SOLD:
            line["amount_minor"] += amount
