"""Whoever tells a random stream: the dice, and an eye on what is there to be named.

The model runs along while a stream is told, so that most commands find a cart, line or paper that
they can do something with. What is told within a chain sees the shop as it was before the chain.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np

from core.records import Paper
from core.schema import Flag, Operation, State
from core.steps import OrderState
from tests.core.naive.model import Naive
from tests.core.naive.records import Command, Event, Level, Line, Order

Choice = TypeVar("Choice")
Fields = dict[str, int]
RECENT = 14  # orders, carts and papers that are spoken of
HITS = 0.9  # share of references that are to something fitting
SPREAD = 0x5DEECE66D  # odd: numbers that come one after another lie far apart


class ShopKind(NamedTuple):
    """What kind of shop it is that a stream tells of."""

    kits: int = 2  # the last so many skus
    crowded: bool = False  # carts, lots and people who wait heap up, until much ends at once
    spread: bool = False  # numbers are anything below 2^40, as from a generator of ids


USUAL = ShopKind()


class Story:
    """What a stream has asked for so far, and the dice."""

    def __init__(self, seed: int, naive: Naive, kind: ShopKind) -> None:
        self.dice = np.random.Generator(np.random.Philox(seed))
        self.rolls: list[float] = []
        self.naive = naive
        self.shop = naive.shop
        self.kind = kind
        self.plain = naive.shop.skus - kind.kits  # skus that are no kits
        self.now_us = 0
        self.commands: list[Fields] = []
        self.chain: list[Fields] = []
        self.answers: list[tuple[int, ...]] = []
        self.events: list[Event] = []

    def roll(self, below: int) -> int:
        """A number from 0 to *below* - 1."""
        if not self.rolls:
            self.rolls = self.dice.random(4096).tolist()
        return int(self.rolls.pop() * below)

    def chance(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return self.roll(10_000) < share * 10_000

    def few(self) -> int:
        """A small number, more often one than many."""
        count = 1
        while count < 9 and self.chance(0.45):
            count += 1
        return count

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        """One of some."""
        return choices[self.roll(len(choices))]

    def emptiest_level(self) -> tuple[Level, int]:
        """Where least is available, of the skus that are no kits, and how much that is."""
        plain = range(self.plain)
        levels = [Level(at, sku) for at in range(self.shop.locations) for sku in plain]
        level = min(levels, key=lambda each: self.shop.units(each, State.AVAILABLE))
        return level, self.shop.units(level, State.AVAILABLE)

    def id_of(self, number: int) -> int:
        """Id of the command that comes at a place of the stream, from 1 on."""
        return number * SPREAD % 2**40 if self.kind.spread else number

    def made_in_chain(self, operation: Operation) -> list[int]:
        """Ids of the chain's commands that asked for something."""
        return [each["id"] for each in self.chain if each["operation"] == operation]

    def cart(self) -> int:
        """A reservation, or one of this chain, or anything."""
        found = [*islice(reversed(self.shop.reservations.truth), RECENT)]
        return self.named(found, self.made_in_chain(Operation.RESERVE))

    def paper(self, kinds: tuple[Paper, ...], made_by: Operation) -> int:
        """A document of a kind that is still open, or one of this chain, or anything."""
        documents = islice(reversed(self.shop.documents.truth.items()), 6 * RECENT)
        found = [
            number
            for number, each in documents
            if each is not None and each.kind in kinds and not each.closed
        ]
        return self.named(found[:RECENT], self.made_in_chain(made_by))

    def named(self, found: list[int], in_chain: list[int]) -> int:
        """Mostly what fits, now and then what may not exist."""
        if in_chain and self.chance(0.5):
            return self.one_of(in_chain)
        if found and self.chance(HITS):
            return self.one_of(found)
        return self.id_of(1 + self.roll(len(self.commands) + 2))

    def recent_orders(self) -> Iterator[tuple[int, Order]]:
        """The orders made last."""
        for number, order in islice(reversed(self.shop.orders.truth.items()), RECENT):
            assert order is not None
            yield number, order

    def order(self, fits: Callable[[Order], bool]) -> int:
        """An order that fits, or anything."""
        found = [number for number, order in self.recent_orders() if fits(order)]
        return self.named(found, [])

    def line(self, fields: Fields, fits: Callable[[Line], bool]) -> Line | None:
        """Name a line that fits; one of this chain's order; or anything.

        Returns:
            The line, where it was there before the chain.
        """
        made = self.made_in_chain(Operation.PLACE)
        if made and self.chance(0.4):
            fields["order_id"], fields["argument"] = self.chain[0]["id"], self.roll(len(made))
            return None
        found = [
            (number, at, line)
            for number, order in self.recent_orders()
            if order.state == OrderState.CONFIRMED or self.chance(0.05)
            for at, line in enumerate(order.lines)
            if fits(line)
        ]
        if found and self.chance(HITS):
            fields["order_id"], fields["argument"], line = self.one_of(found)
            return line
        fields["order_id"], fields["argument"] = self.order(lambda _: True), self.roll(3)
        return None

    def tell_if_possible(self, fields: Fields) -> None:
        """Say one command more of a chain, unless the chain would break by it."""
        self.commands.append(fields)
        self.chain.append(fields)
        if not self.naive.would_run([Command(**each) for each in self.chain]):
            self.commands.pop()
            self.chain.pop()

    def tell(self, fields: Fields) -> None:
        """Say one command more; when it ends a chain, the model runs it."""
        self.commands.append(fields)
        self.chain.append(fields)
        if fields["flags"] & Flag.LINKED:
            return
        answers, events = self.naive.run([Command(**each) for each in self.chain])
        self.answers += answers
        self.events += events
        self.chain = []
