"""A shop where most of what is asked makes sense: all operations, each about something that exists.

Commands are drawn one chain at a time while an engine executes them, so that what is picked,
fulfilled, returned, extended or reversed is there, and is often there in part only.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.engine import Engine
from core.records import Paper
from core.schema import COMMAND, Flag, Operation, State, Status
from core.steps import Action

Records = NDArray[Any]
Command: TypeAlias = Any  # one record of COMMAND

SETTINGS = list(range(Operation.SET_BUFFER, Operation.SET_LOCATION + 1))
OF_LINES = (
    Operation.FULFIL,
    Operation.CANCEL,
    Operation.PICK,
    Operation.NO_SHOW,
    Operation.RETURN,
    Operation.REROUTE,
    Operation.WORK,
    Operation.STEP,
)
OF_PAPERS = {
    Operation.ARRIVE: (Paper.TRANSFER,),
    Operation.DISPOSE: (Paper.RETURN,),
    Operation.REVERSE: (Paper.GRANT, Paper.BURN),
}
OFTEN = (Operation.PLACE, Operation.RESERVE, Operation.RECEIVE, Operation.PICK, Operation.FULFIL)
STATES = (State.AVAILABLE, State.DAMAGED, State.SAFETY_STOCK, State.QUALITY_CONTROL)


class Shop:
    """Draws what happens next. `commands` is what has happened."""

    def __init__(self, seed: int, sizes: dict[str, int]) -> None:
        self.draw = np.random.Generator(np.random.Philox(seed))
        self.engine = Engine(**sizes)
        self.sizes = sizes
        self.now_us = 1000
        self.commands: list[Records] = []
        self.orders: list[int] = []

    def one_of(self, things: Sequence[int] | Records) -> int:
        """One of *things*, or 1 where there are none."""
        return int(things[int(self.draw.integers(len(things)))]) if len(things) else 1

    def up_to(self, most: int) -> int:
        """A whole number from 1 to *most*."""
        return int(self.draw.integers(1, most + 1))

    def happens(self, share: float) -> bool:
        """True in *share* of all cases."""
        return bool(self.draw.random() < share)

    def chain(self) -> None:
        """Let one chain happen, usually of one command."""
        length = self.up_to(4) if self.happens(0.25) else 1
        self.now_us += self.up_to(40) if self.happens(0.5) else 0
        commands = np.zeros(length, COMMAND)
        first = len(self.engine_ids()) + 1
        commands["id"] = np.arange(first, first + length)
        commands["now_us"] = self.now_us
        commands["flags"][:-1] = Flag.LINKED
        usual = [*range(1, Operation.SET_BUFFER), *OFTEN * 5]
        for c in commands:
            setting = length == 1 and self.happens(0.08)
            self.fill(c, self.one_of(SETTINGS if setting else usual), first)
        if self.happens(0.05) and self.commands:
            commands = np.concatenate(self.commands[-20:])[-self.up_to(30) :][:1].copy()
            commands["now_us"], commands["flags"] = self.now_us, 0
        answers, _ = self.engine.execute(commands)
        self.commands.append(commands)
        if answers["status"][0] == Status.OK and commands["operation"][0] in {
            Operation.PLACE,
            Operation.SELL,
        }:
            self.orders.append(int(commands["id"][0]))

    def engine_ids(self) -> range:
        """As many ids as were used up so far."""
        return range(sum(len(each) for each in self.commands))

    def fill(self, c: Command, operation: int, first: int) -> None:
        """Ask for *operation* about something that exists."""
        skus, locations = self.sizes["skus"], self.sizes["locations"]
        c["operation"] = operation
        c["sku"] = self.draw.integers(skus)
        c["location"], c["location_to"] = self.draw.permutation(max(2, locations))[:2] % locations
        c["quantity"] = self.up_to(4)
        c["party_id"] = self.up_to(5)
        c["channel"] = self.draw.integers(3)
        c["reason"] = self.draw.integers(3)
        c["argument"] = self.up_to(300)
        if self.happens(0.2):
            c["occurred_us"] = self.now_us - self.up_to(90)
        if operation in (Operation.PLACE, Operation.SELL):
            c["order_id"] = first
            if operation == Operation.PLACE and self.happens(0.2):
                c["location"], c["location_to"] = -1, self.draw.integers(3)
        elif operation in OF_LINES:
            self.about_a_line(c)
        elif operation in OF_PAPERS:
            papers = self.engine.documents()
            ids = papers["id"][np.isin(papers["kind"], OF_PAPERS[Operation(operation)])]
            c["argument"] = self.one_of(ids[-12:])
            c["flags"] |= np.uint8(Flag.FINAL * self.happens(0.3))
        elif operation in SETTINGS:
            self.set_up(c)
        else:
            self.about_stock(c)

    def about_a_line(self, c: Command) -> None:
        """Name a line of an order that was placed not long ago."""
        c["order_id"] = self.one_of(self.orders[-12:])
        lines = self.engine.order(int(c["order_id"]))
        c["argument"] = self.draw.integers(max(1, len(lines)))
        short = np.flatnonzero(lines["unallocated"])
        if c["operation"] == Operation.REROUTE and len(short):
            c["argument"] = short[0]
        if c["operation"] == Operation.PICK:
            c["quantity"] = self.draw.integers(3)
        if c["operation"] == Operation.WORK:
            c["reason"] = self.one_of([Action.START, Action.PACK, Action.PACK, Action.HOLD, 3, 4])

    def about_stock(self, c: Command) -> None:
        """Name a reservation, a date, two states: what the other operations need."""
        operation = c["operation"]
        held = self.engine.reservations()["id"][-12:]
        if operation == Operation.RELEASE:
            c["argument"] = self.one_of(held)
        elif operation == Operation.EXTEND:
            c["order_id"] = self.one_of(held)
        elif operation == Operation.RECLASSIFY:
            c["argument"] = 256 * self.one_of(STATES) + self.one_of(STATES)
        elif operation in (Operation.RECEIVE, Operation.EXPECT, Operation.TRANSFER):
            c["argument"] = self.now_us + self.up_to(600) if self.happens(0.6) else 0
        if operation in (Operation.RECEIVE, Operation.EXPECT, Operation.EARN, Operation.COUNT):
            c["quantity"] *= 4

    def set_up(self, c: Command) -> None:
        """Numbers that settings take."""
        operation = c["operation"]
        if operation == Operation.SET_PART:
            c["sku"] = self.sizes["skus"] - 1
            c["argument"] = self.draw.integers(self.sizes["skus"])
            c["order_id"] = self.up_to(9)
        elif operation == Operation.SET_BACKORDER:
            c["quantity"] = 20
            c["argument"] = 0
        elif operation == Operation.SET_HOLD:
            c["reason"] = self.happens(0.2)
            c["argument"] += 200
        elif operation == Operation.SET_ROUTING:
            c["argument"] %= 7
        elif operation == Operation.SET_LOCATION:
            c["argument"] = self.one_of([255, 127])
        elif operation in (Operation.SET_BUFFER, Operation.SET_FENCE):
            c["quantity"] = self.draw.integers(3)


def lively(seed: int, count: int, sizes: dict[str, int]) -> Records:
    """At least *count* commands; the same for the same seed.

    Args:
        seed: of the draw; whoever uses the stream prints it.
        count: how many commands.
        sizes: keywords of `Engine`.
    """
    shop = Shop(seed, sizes)
    # Before anything is in stock: the last sku is a kit, and every level may be backordered.
    for operation in (Operation.SET_PART, *[Operation.SET_BACKORDER] * 6):
        c = np.zeros(1, COMMAND)
        c["id"], c["now_us"] = len(shop.engine_ids()) + 1, shop.now_us
        shop.fill(c[0], operation, 1)
        c["argument"] *= operation != Operation.SET_PART
        c["occurred_us"] = 0
        shop.engine.execute(c)
        shop.commands.append(c)
    while len(shop.engine_ids()) < count:
        shop.chain()
    return np.concatenate(shop.commands)
