"""Rebuilds the shop from events alone, as a projection, an outbox or a recorder would."""

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.schema import OUTSIDE, STATES, Kind, State

Records = NDArray[Any]

LINE_PARTS = {
    Kind.PLACED: ("ordered", "allocated"),
    Kind.SOLD: ("ordered", "fulfilled"),
    Kind.FULFILLED: ("allocated", "fulfilled"),
    Kind.CANCELLED: ("allocated", "cancelled"),
}


class Auditor:
    """Levels, lines and reservations as the events tell of them."""

    def __init__(self, skus: int, locations: int) -> None:
        self.levels = np.zeros((locations, skus, STATES), np.int64)
        self.lines: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.reserved: dict[int, int] = {}
        self.last = (0, -1)  # sequence and ordinal

    def hear(self, events: Records) -> None:
        """Book *events*, which must come in order and without a gap within a command."""
        for event in events:
            self._in_order(int(event["sequence"]), int(event["ordinal"]))
            self._move(event)
            kind = Kind(event["kind"])
            if kind in LINE_PARTS:
                self._book_line(event, kind)
            elif kind == Kind.RESERVED:
                assert event["order_id"] not in self.reserved
                self.reserved[int(event["order_id"])] = int(event["quantity"])
            elif kind in (Kind.RELEASED, Kind.EXPIRED):
                assert self.reserved.pop(int(event["order_id"])) == event["quantity"]

    def _in_order(self, sequence: int, ordinal: int) -> None:
        before, place = self.last
        assert sequence >= before
        assert ordinal == (place + 1 if sequence == before else 0)
        self.last = (sequence, ordinal)

    def _move(self, event: np.void) -> None:
        level = self.levels[event["location"], event["sku"]]
        quantity = int(event["quantity"])
        before = int(level[State.AVAILABLE])
        if event["kind"] == Kind.SHORTAGE:
            assert 0 < quantity <= -before
            return
        if event["state_from"] != OUTSIDE:
            level[event["state_from"]] -= quantity
        if event["state_to"] != OUTSIDE:
            level[event["state_to"]] += quantity
        if event["kind"] == Kind.RECEIVED:  # what was expected has come
            level[State.INCOMING] -= min(int(level[State.INCOMING]), quantity)

    def _book_line(self, event: np.void, kind: Kind) -> None:
        line = self.lines[int(event["order_id"]), int(event["line"])]
        quantity, amount = int(event["quantity"]), int(event["amount_minor"])
        start, end = LINE_PARTS[kind]
        line[end] += quantity
        if start == "ordered":
            assert line["ordered"] == 0
            line["ordered"], line["amount_minor"] = quantity, amount
        else:
            line[start] -= quantity
            line["amount_done"] += amount
            done = line["fulfilled"] + line["cancelled"]
            assert line["amount_done"] == line["amount_minor"] * done // line["ordered"]
