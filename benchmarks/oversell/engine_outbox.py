"""What the engine tells other systems: how many units of a level can be sold now.

Read off the events of the engine and nothing else, as a gateway would that keeps an outbox beside
its journal. A chain makes one message for each level where it changed what is available, and says
what can be sold after the whole chain: units that a cart lets go and an order takes in one chain
never look free. The version is the sequence of the chain's last command that moved the level, so
messages stand in the order of the journal, and the same events make the same messages again.

What another system has told is booked with the reason SYNC. It is no news there and is not sent
back; what the engine did because of it, such as filling a backorder, is.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from benchmarks.oversell.engine_desk import LOCATIONS, name_of
from core.schema import OUTSIDE, Kind, Reason, State
from storetwin_contract.protocol import Meaning, Message

FACTS_TOLD = {Kind.ADJUSTED, Kind.COUNTED}

LevelAt = tuple[int, int]  # numbers of sku and location


class Outbox:
    """Messages made so far.

    Attributes:
        messages: first to last.
        sequence: of the last event that was read; what is not after it has been told.
    """

    def __init__(self, origin: str) -> None:
        """Begin before the first event.

        Args:
            origin: name of the system that the messages are from.
        """
        self.messages: list[Message] = []
        self.sequence = 0
        self._origin = origin
        self._available: Counter[LevelAt] = Counter()

    def read(self, events: Iterable[Any]) -> None:
        """Make the messages of one chain.

        Args:
            events: records of EVENT, all that the chain caused, in order.
        """
        own: Counter[LevelAt] = Counter()  # change of what is available that began here
        moved: dict[LevelAt, int] = {}  # the last sequence that did
        read = self.sequence
        for event in events:
            sequence = int(event["sequence"])
            if sequence <= read:
                continue
            self.sequence = sequence
            at = int(event["sku"]), int(event["location"])
            change = dict(moves(event)).get(State.AVAILABLE, 0)
            self._available[at] += change
            if change and not was_told(event):
                own[at] += change
                moved[at] = sequence
        for at, sequence in sorted(moved.items(), key=lambda item: item[1]):
            if own[at]:
                self.messages.append(self._message(at, sequence))

    def _message(self, at: LevelAt, sequence: int) -> Message:
        """What can be sold of a level: nobody here has a buffer or a ring-fence."""
        sku, location = name_of(at[0]), LOCATIONS[at[1]]
        return Message(
            id=f"{self._origin}-{sequence}-{sku}-{location}",
            sku=sku,
            location=location,
            quantity=max(0, self._available[at]),
            meaning=Meaning.ABSOLUTE,
            version=sequence,
            origin=self._origin,
        )


def moves(event: Any) -> list[tuple[State, int]]:  # noqa: ANN401 - a record of EVENT
    """States of the event's level and what it added to each; none where it moves nothing."""
    sides = (("state_from", -1), ("state_to", 1))
    return [
        (State(int(event[side])), sign * int(event["quantity"]))
        for side, sign in sides
        if event[side] != OUTSIDE
    ]


def was_told(event: Any) -> bool:  # noqa: ANN401 - a record of EVENT
    """Whether the event books what another system said.

    The kind is asked too, for of other kinds the same number is a disposition or an action.
    """
    return event["reason"] == Reason.SYNC and event["kind"] in FACTS_TOLD
