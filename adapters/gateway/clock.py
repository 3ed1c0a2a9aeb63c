"""Times that never go back, and ids that are ordered by time."""

import time
from collections.abc import Callable


def system_us() -> int:
    """The machine's clock in microseconds since 1970; it may jump either way."""
    return time.time_ns() // 1000


class Clock:
    """The sequencer's time: the machine's clock, held back from ever running backwards."""

    def __init__(self, read: Callable[[], int] = system_us) -> None:
        self._read = read
        self._last_us = 0
        self._last_id = 0

    def resume(self, now_us: int, last_id: int) -> None:
        """Go on after what a journal holds."""
        self._last_us = max(self._last_us, now_us)
        self._last_id = max(self._last_id, last_id)

    def now_us(self) -> int:
        """The time of the next batch."""
        self._last_us = max(self._last_us, self._read())
        return self._last_us

    def mint(self, count: int, now_us: int) -> int:
        """The first of *count* consecutive new ids.

        An id is about the microsecond in which it was minted, so that ids sort by time and stay
        below 2**53, exact for readers of JSON, until the year 2255.
        """
        first = max(self._last_id + 1, now_us)
        self._last_id = first + count - 1
        return first
