"""What another system says about stock that the engine keeps too, and by how much that moves it.

A message is known by its id and counts once. What all messages about a level say together is
reckoned as by every shop of the lab that is right: the absolute one with the highest version, and
the deltas after it, whatever came first. The engine is moved by the difference that a message makes
to that, so what happened here meanwhile stays as it is.
"""

from benchmarks.oversell.database import Row
from benchmarks.oversell.sound.messages import said
from storetwin_contract.protocol import Meaning, Message

Place = tuple[str, str]  # sku and location


class Inbox:
    """Messages that came, by level."""

    def __init__(self) -> None:
        """Begin with no level."""
        self._openings: dict[Place, int] = {}
        self._heard: dict[Place, list[Row]] = {}
        self._ids: set[str] = set()

    def open(self, place: Place, units: int) -> None:
        """Begin a level: both systems have so many *units* on hand."""
        self._openings[place] = units
        self._heard[place] = []

    def hear(self, message: Message) -> int:
        """Keep a message; by how many units it moves the level, 0 where it is known or late."""
        if message.id in self._ids:
            return 0
        self._ids.add(message.id)
        absolute = message.meaning is Meaning.ABSOLUTE
        place = (message.sku, message.location)
        return self._keep(place, message.version, message.quantity, absolute=absolute)

    def agree(self, place: Place, on_hand: int) -> None:
        """Both sides have *on_hand* now: whatever was said so far is in that."""
        version = max((row["version"] for row in self._heard[place]), default=0)
        self._keep(place, version, on_hand, absolute=True)

    def _keep(self, place: Place, version: int, quantity: int, *, absolute: bool) -> int:
        opening, heard = self._openings[place], self._heard[place]
        before = said(heard, opening)
        heard.append(
            {
                "version": version,
                "arrival": len(heard),
                "quantity": quantity,
                "absolute": absolute,
            }
        )
        return said(heard, opening) - before
