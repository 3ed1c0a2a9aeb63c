"""A case on the real engine: set up by commands, ordered from by commands.

What the engine is told about lanes may differ from what they cost: `told` is the case that the
commands are made from, and costs are always counted in the true one.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.routing.cases import Case, Integers, Order
from benchmarks.routing.plans import Served
from core.engine import Engine
from core.schema import (
    ANY_LOCATION,
    COMMAND,
    Channel,
    Flag,
    Kind,
    Operation,
    Route,
    State,
    Status,
)

SECOND_US = 1_000_000
REMEMBERED = 1_024


class SetupRefused(Exception):
    """The engine refused a command that sets the case up."""


class Shop:
    """One case, open for orders."""

    def __init__(self, told: Case, chain: Sequence[Route] = (), *, floors: bool = True) -> None:
        """Open the shop.

        Args:
            told: stock, lots, floors and lanes.
            chain: the routing rules; none: the engine's own.
            floors: whether the stores state their floors.
        """
        locations, skus = told.stock.shape
        self.engine = Engine(skus, locations, remembered_ids=REMEMBERED)
        self.shape = told.stock.shape
        self._last_id = 0
        self._order_id = 0
        self._now_us = 0
        self._set_up(told, chain, floors=floors)

    @property
    def stock(self) -> Integers:
        """Available units, (locations, skus), now."""
        return self.engine.levels[:, :, State.AVAILABLE].copy()

    def route(self, order: Order) -> Served:
        """Place *order* wherever the kernel sends it; None where it is refused."""
        commands = self._commands(len(order.lines))
        commands["location"] = ANY_LOCATION
        commands["location_to"] = order.zone
        for command, (sku, quantity) in zip(commands, order.lines, strict=True):
            command["sku"], command["quantity"] = sku, quantity
        return self._place(commands)

    def place(self, wanted: Served) -> Served:
        """Place an order at the locations that *wanted* names; None where it is refused."""
        if wanted is None:
            return None
        commands = self._commands(len(wanted))
        for command, ((sku, location), units) in zip(commands, wanted.items(), strict=True):
            command["sku"], command["location"], command["quantity"] = sku, location, units
        return self._place(commands)

    def sell(self, sku: int, location: int, quantity: int) -> None:
        """A customer at a till takes units away."""
        commands = self._commands(1)
        commands["operation"] = Operation.SELL
        commands["channel"] = Channel.TILL
        commands["sku"], commands["location"], commands["quantity"] = sku, location, quantity
        self.engine.execute(commands)

    def lines(self) -> NDArray[Any]:
        """Lines of the order that was placed last."""
        return self.engine.order(self._order_id)

    def find_nothing(self) -> None:
        """A picker finds nothing of the first line of the last order."""
        commands = self._commands(1)
        commands["operation"] = Operation.PICK
        commands["order_id"] = self._order_id
        self.engine.execute(commands)

    def reroute(self, units: int, zone: int) -> Served:
        """Where the engine finds the first line of the last order instead; None: nowhere."""
        commands = self._commands(1)
        commands["operation"] = Operation.REROUTE
        commands["order_id"] = self._order_id
        commands["quantity"] = units
        commands["location_to"] = ANY_LOCATION
        commands["location"] = zone
        _, events = self.engine.execute(commands)
        found = events[events["kind"] == Kind.REROUTED]
        keys = zip(found["sku"].tolist(), found["location_to"].tolist(), strict=True)
        return dict(zip(keys, found["quantity"].tolist(), strict=True)) or None

    def _place(self, commands: NDArray[Any]) -> Served:
        """Execute one order; what was taken from where stands in the events."""
        commands["operation"] = Operation.PLACE
        commands["channel"] = Channel.WEB
        self._order_id = int(commands["id"][0])
        answers, events = self.engine.execute(commands)
        if (answers["status"] != Status.OK).any():
            return None
        served: dict[tuple[int, int], int] = {}
        for event in events[events["kind"] == Kind.PLACED]:
            key = int(event["sku"]), int(event["location"])
            served[key] = served.get(key, 0) + int(event["quantity"])
        return served

    def _commands(self, count: int) -> NDArray[Any]:
        """A chain of commands a second later, named after its first."""
        self._now_us += SECOND_US
        commands = np.zeros(count, COMMAND)
        commands["id"] = self._last_id + 1 + np.arange(count)
        commands["order_id"] = self._last_id + 1
        commands["now_us"] = self._now_us
        commands["flags"][:-1] = Flag.LINKED
        self._last_id += count
        return commands

    def _set_up(self, told: Case, chain: Sequence[Route], *, floors: bool) -> None:
        """Stock by receipts, everything else by settings."""
        rows: list[dict[str, int]] = [
            {
                "operation": Operation.SET_LANE,
                "location": location,
                "location_to": zone,
                "quantity": int(told.unit_minor[location, zone]),
                "order_id": int(told.parcel_minor[location, zone]),
                "argument": int(told.distance[location, zone]),
            }
            for location, zone in np.ndindex(told.distance.shape)
        ]
        packed = sum(int(rule) << 8 * place for place, rule in enumerate(chain))
        rows.append({"operation": Operation.SET_ROUTING, "argument": packed})
        for location, sku in np.argwhere(told.stock > 0).tolist():
            level = {"sku": sku, "location": location}
            stock = int(told.stock[location, sku])
            ends_us = int(told.ends_us[location, sku])
            received = {"operation": Operation.RECEIVE, "quantity": stock, "argument": ends_us}
            rows.append(level | received)
            if floors and told.floors[location, sku]:
                floor = int(told.floors[location, sku])
                rows.append(level | {"operation": Operation.SET_FLOOR, "quantity": floor})
        commands = np.zeros(len(rows), COMMAND)
        for command, row in zip(commands, rows, strict=True):
            for name, value in row.items():
                command[name] = value
        commands["id"] = 1 + np.arange(len(rows))
        commands["now_us"] = 1
        answers, _ = self.engine.execute(commands)
        refused = np.flatnonzero(answers["status"] != Status.OK)
        if len(refused):
            status = Status(answers["status"][refused[0]]).name
            raise SetupRefused(f"{told.name}: {rows[refused[0]]} is refused: {status}")
        self._last_id = len(rows)
        self._now_us = 1
