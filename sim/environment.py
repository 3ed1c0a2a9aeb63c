"""SimPy with an integer clock, the total order of `sim.sequence`, and a kernel that keeps pace."""

from collections.abc import Callable
from heapq import heappush

import simpy

from sim.sequence import priority

Action = Callable[[], None]
Advance = Callable[[int, int], None]


class Environment(simpy.Environment):
    """Time is int microseconds. Before an event fires, all that comes before it has been applied.

    Args:
        advance: called with (time_us, priority) before each event of that time and priority; it
            must apply everything that comes before. Left out where SimPy does it all.
    """

    def __init__(self, advance: Advance | None = None) -> None:
        """Start at time 0."""
        super().__init__(initial_time=0)
        self._advance = advance

    def at(self, time_us: int, kind: int, entity: int = 0, ordinal: int = 0) -> simpy.Event:
        """Event that fires at *time_us*, in its place of the total order."""
        event = simpy.Event(self)
        event._ok = True  # noqa: SLF001  SimPy's own way of an event that is sure to fire
        event._value = None  # noqa: SLF001
        entry = (time_us, priority(kind, entity, ordinal), next(self._eid), event)
        heappush(self._queue, entry)  # type: ignore[misc]
        return event

    def call_at(
        self, action: Action, time_us: int, kind: int, entity: int = 0, ordinal: int = 0
    ) -> None:
        """Call *action* at *time_us*, in its place of the total order."""
        callbacks = self.at(time_us, kind, entity, ordinal).callbacks
        assert callbacks is not None
        callbacks.append(lambda _event: action())

    def run_before(self, end_us: int) -> None:
        """Run everything before *end_us*."""
        while self._queue and self._queue[0][0] < end_us:
            if self._advance is not None:
                self._advance(int(self._queue[0][0]), int(self._queue[0][1]))
            self.step()
        if self._advance is not None:
            self._advance(end_us, 0)
