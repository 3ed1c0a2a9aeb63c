"""How long a change of stock takes to arrive at the far end of a link, by marked writes.

A product of its own gets one unit at a time, so its stock level is the number of the last mark
that arrived. Two small clients watch it, each as its technique would: the poll link asks
`GET /api/inventory` once a period; the event link reads the outbox that was written in the same
transaction, as the relay of any webhook or broker does. The lag of a mark counts from sending the
write to seeing it, so it contains the durable write itself.
"""

import itertools
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx
import numpy as np

from core.schema import EVENT, Kind

MARK = "MARK"
POLL_PERIOD_S = 1.0
TAIL_PERIOD_S = 0.005
WRITES_PER_S = 5.0
SETTLE_S = 10.0  # after the last write, until every link must have seen it


@dataclass
class Sightings:
    """What one link saw: (time, level), in the order of time."""

    name: str
    seen: list[tuple[float, int]] = field(default_factory=list)

    def lags_ms(self, sent: list[float]) -> list[float]:
        """Lag of every mark that was seen; mark n is the unit that made the level n + 1."""
        lags: list[float] = []
        seen = iter(self.seen)
        at, level = next(seen, (0.0, 0))
        for number, sent_s in enumerate(sent, start=1):
            while level < number:
                following = next(seen, None)
                if following is None:
                    return lags
                at, level = following
            lags.append((at - sent_s) * 1000)
        return lags


class Links:
    """The marker and its two watchers, each in a thread, for the time of a `with`."""

    def __init__(self, url: str, key: str, database: Path, *, product_id: int, place: str) -> None:
        self.sent: list[float] = []
        self.poll = Sightings("poll")
        self.event = Sightings("event")
        self.errors: list[str] = []
        self._url = url
        self._headers = {"X-API-Key": key}
        self._database = database
        self._product_id = product_id
        self._place = place
        self._writing = threading.Event()
        self._watching = threading.Event()
        steps = (self._write, self._poll, self._tail)
        self._threads = [threading.Thread(target=self._run, args=(step,)) for step in steps]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop writing, wait until both links have seen the last mark, stop watching."""
        self._writing.set()
        self._threads[0].join()
        deadline_s = time.perf_counter() + SETTLE_S
        while time.perf_counter() < deadline_s and not self._all_seen():
            time.sleep(0.02)
        self._watching.set()
        for thread in self._threads:
            thread.join()

    def _all_seen(self) -> bool:
        last = len(self.sent)
        return all(link.seen and link.seen[-1][1] >= last for link in (self.poll, self.event))

    def _run(self, step: Callable[[], None]) -> None:
        try:
            step()
        except (httpx.HTTPError, sqlite3.Error, AssertionError) as error:
            self.errors.append(f"{type(error).__name__}: {error}")

    def _write(self) -> None:
        """Book one unit of the mark, again and again."""
        with httpx.Client(base_url=self._url, headers=self._headers, timeout=SETTLE_S) as client:
            for number in itertools.count():
                line = {"sku": MARK, "quantity": 1, "location": self._place}
                started_s = time.perf_counter()
                answer = client.post(
                    "/v1/stock/receipts",
                    json={"lines": [line]},
                    headers={"Idempotency-Key": f"mark-{number}"},
                )
                assert answer.status_code == httpx.codes.CREATED, answer.text
                self.sent.append(started_s)
                if self._writing.wait(1 / WRITES_PER_S):
                    return

    def _poll(self) -> None:
        """Ask for the stock level once a period."""
        with httpx.Client(base_url=self._url, headers=self._headers, timeout=SETTLE_S) as client:
            while not self._watching.is_set():
                answer = client.get(f"/api/inventory?product_id={self._product_id}")
                assert answer.status_code == httpx.codes.OK, answer.text
                self.poll.seen.append((time.perf_counter(), answer.json()["stock_level"]))
                self._watching.wait(POLL_PERIOD_S)

    def _tail(self) -> None:
        """Follow the outbox from its last row."""
        address = f"{self._database.resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, isolation_level=None)
        cursor = level = 0
        try:
            while not self._watching.is_set():
                rows = connection.execute(
                    "SELECT first_sequence, payload FROM outbox WHERE first_sequence > ?"
                    " ORDER BY first_sequence",
                    (cursor,),
                ).fetchall()
                for cursor, payload in rows:  # noqa: B007 - the last one is where to go on
                    events = np.frombuffer(payload, EVENT)
                    mine = events["sku"] == self._product_id - 1
                    level += int(events["quantity"][mine & (events["kind"] == Kind.RECEIVED)].sum())
                if rows:
                    self.event.seen.append((time.perf_counter(), level))
                self._watching.wait(TAIL_PERIOD_S)
        finally:
            connection.close()
