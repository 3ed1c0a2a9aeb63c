"""The engine of the oversell lab with one mistake each in what it tells and hears."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from benchmarks.oversell.engine_inbox import Place
from benchmarks.oversell.engine_outbox import Outbox
from benchmarks.oversell.engine_shop import EngineShop
from storetwin_contract.protocol import Meaning, Message

THERE = "the-other-system"


class Echoes(EngineShop):
    """Hears what it said itself."""

    def deliver(self, message: Message) -> None:
        """Take everything for another system's."""
        super().deliver(replace(message, origin=THERE))


class HearsTwice(EngineShop):
    """Takes every message for a new one."""

    def deliver(self, message: Message) -> None:
        """Give the message an id that nobody has used."""
        self.heard = getattr(self, "heard", 0) + 1
        super().deliver(replace(message, id=f"{message.id}-{self.heard}"))


class LastWins(EngineShop):
    """Takes what comes last for the newest."""

    def deliver(self, message: Message) -> None:
        """Give the message a version above all others."""
        self.heard = getattr(self, "heard", 0) + 1
        super().deliver(replace(message, version=self.heard))


class AddsUp(EngineShop):
    """Takes an absolute quantity for a delta."""

    def deliver(self, message: Message) -> None:
        """Read every quantity as one that is to be added."""
        super().deliver(replace(message, meaning=Meaning.DELTA))


class DoesNotReconcile(EngineShop):
    """Believes the other system and does not count."""

    def reconcile(self, truth: Mapping[Place, int]) -> None:
        """Keep what was said, and change nothing."""
        for place, units in truth.items():
            self.inbox.agree(place, units)


class TellsOnHand(EngineShop):
    """Tells others of units that are promised."""

    def sent(self) -> list[Message]:
        """Say what stands there."""
        return [
            replace(one, quantity=self.level(one.sku, one.location).on_hand)
            for one in super().sent()
        ]


class TellsHalf(Outbox):
    """Reads every other chain only."""

    chains = 0

    def read(self, events: Iterable[Any]) -> None:
        """Skip one, read one."""
        self.chains += 1
        if self.chains % 2:
            super().read(events)


class TellsLittle(EngineShop):
    """Does not tell all that it promised."""

    def __init__(self) -> None:
        super().__init__()
        self.outbox = TellsHalf(self.name)


WRONG = (
    Echoes,
    HearsTwice,
    LastWins,
    AddsUp,
    DoesNotReconcile,
    TellsOnHand,
    TellsLittle,
)
