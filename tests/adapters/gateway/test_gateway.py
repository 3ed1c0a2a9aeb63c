"""The task that owns the engine: nothing is said before it is on the disk, and nothing twice."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from adapters.errors import KeyReused, Overloaded, Unavailable
from adapters.gateway import gateway as gateway_module
from adapters.gateway.chains import COMMAND_BYTES
from adapters.gateway.clock import Clock
from adapters.gateway.gateway import Gateway
from adapters.gateway.replies import Reply
from core.schema import EVENT, State
from tests.adapters.gateway.desk import Desk, desk


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """What another program reads from the file."""
    connection = sqlite3.connect(path)
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def test_an_answer_is_on_the_disk(tmp_path: Path) -> None:
    """When the answer comes, journal, order, lines, reply and events can be read by anybody."""
    path = tmp_path / "shop.db"
    with desk(path) as one:
        one.run(one.receive("in", 10))
        reply = one.run(one.place("order", 2, 3))
        assert (reply.status, reply.sequence) == (201, 3)
        (order_id,) = rows(path, "SELECT order_id FROM orders WHERE sequence = 2")[0]
        lines = rows(path, "SELECT sequence, order_id, line, quantity FROM order_lines")
        assert lines == [(2, order_id, 0, 2), (3, order_id, 1, 3)]
        stored = rows(path, "SELECT sequence, status, reply FROM idempotency WHERE key = 'order'")
        assert stored == [(3, 201, reply.body)]
        assert rows(path, "SELECT first_sequence, count FROM journal") == [(1, 1), (2, 2)]
        events = rows(path, "SELECT payload FROM outbox ORDER BY first_sequence")
        told = np.concatenate([np.frombuffer(cast("bytes", part), EVENT) for (part,) in events])
        assert told["sequence"].tolist() == [1, 2, 3]
        assert told["quantity"].tolist() == [10, 2, 3]


def test_a_refused_chain_is_written_too(tmp_path: Path) -> None:
    """A no is in the journal and under its key; it is no order and no event."""
    path = tmp_path / "shop.db"
    with desk(path) as one:
        reply = one.run(one.place("order", 1, 1))
        assert (reply.status, reply.sequence) == (409, 2)
        assert rows(path, "SELECT count FROM journal") == [(2,)]
        assert rows(path, "SELECT status FROM idempotency") == [(409,)]
        assert rows(path, "SELECT * FROM orders") == rows(path, "SELECT * FROM outbox") == []


def test_nobody_is_answered_before_the_commit(tmp_path: Path) -> None:
    """While the disk is slow neither the first nor a duplicate nor a reader gets an answer."""
    with desk(tmp_path / "shop.db") as one:
        one.run(one.receive("in", 10))

        async def slow() -> None:
            one.store.gate.clear()
            first = asyncio.create_task(one.place("order", 4))
            assert await one.held()
            duplicate = asyncio.create_task(one.place("order", 4))
            reader = asyncio.create_task(one.available())
            await asyncio.sleep(0.05)
            assert not first.done()
            assert not duplicate.done()
            assert not reader.done()
            with pytest.raises(KeyReused):
                await one.place("order", 5)
            one.store.gate.set()
            assert await first == await duplicate
            assert await reader == 6

        one.run(slow())


def test_requests_that_come_together_are_one_commit(tmp_path: Path) -> None:
    """A hundred orders that wait for the disk are written by one transaction, in their order."""
    with desk(tmp_path / "shop.db") as one:
        one.run(one.receive("in", 60))

        async def crowd() -> list[Reply]:
            return await asyncio.gather(*(one.place(f"order-{n}", 1) for n in range(100)))

        before = len(one.store.batches)
        replies = one.run(crowd())
        assert [batch.count for batch in one.store.batches[before:] if batch.count] == [100]
        assert [reply.sequence for reply in replies] == list(range(2, 102))
        assert [reply.status for reply in replies] == [201] * 60 + [409] * 40


def test_a_batch_never_cuts_an_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more wait than a batch holds, it ends between two orders."""
    monkeypatch.setattr(gateway_module, "BATCH_BYTES_MAX", 5 * COMMAND_BYTES)
    with desk(tmp_path / "shop.db") as one:
        one.run(one.receive("in", 100))

        async def crowd() -> list[Reply]:
            return await asyncio.gather(*(one.place(f"order-{n}", 1, 1, 1) for n in range(8)))

        assert {reply.status for reply in one.run(crowd())} == {201}
        assert max(batch.count for batch in one.store.batches) == 3
        assert one.run(one.available()) == 76


def test_a_waiting_client_that_leaves_disturbs_nobody(tmp_path: Path) -> None:
    """The order of a client that hung up stands, and its retry is told so."""
    with desk(tmp_path / "shop.db") as one:
        one.run(one.receive("in", 10))

        async def leave() -> Reply:
            one.store.gate.clear()
            gone = asyncio.create_task(one.place("order", 4))
            assert await one.held()
            retry = asyncio.create_task(one.place("order", 4))
            await asyncio.sleep(0.02)
            gone.cancel()
            one.store.gate.set()
            return await retry

        assert one.run(leave()).status == 201
        assert one.run(one.available()) == 6


def test_overload_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the queue is full the next request is told within 50 ms; those admitted are served."""
    monkeypatch.setattr(gateway_module, "WAITING_MAX", 20)
    with desk(tmp_path / "shop.db") as one:
        one.run(one.receive("in", 100))

        async def crowd() -> list[Reply]:
            one.store.gate.clear()
            tasks = [asyncio.create_task(one.place("first", 1))]
            assert await one.held()
            tasks += [asyncio.create_task(one.place(f"order-{n}", 1)) for n in range(20)]
            await asyncio.sleep(0.02)
            took_s = []
            for _ in range(5):
                start = time.monotonic()
                with pytest.raises(Overloaded):
                    await one.place("late", 1)
                took_s.append(time.monotonic() - start)
            assert min(took_s) < 0.05
            one.store.gate.set()
            return await asyncio.gather(*tasks)

        assert {reply.status for reply in one.run(crowd())} == {201}
        assert one.run(one.place("late", 1)).status == 201


def fill_the_disk(one: Desk) -> None:
    """From here on every commit fails, until the connection is opened anew."""
    pages = one.store.connection.execute("PRAGMA page_count").fetchone()[0]
    one.store.connection.execute(f"PRAGMA max_page_count = {pages}")


def test_after_a_failed_commit_the_journal_is_the_truth(tmp_path: Path) -> None:
    """Nobody in the failed batch is answered with yes; what it did in memory is forgotten."""
    with desk(tmp_path / "shop.db") as one:
        one.run(one.receive("in", 1000))
        digest = one.run(one.digest())

        async def fail() -> None:
            fill_the_disk(one)
            results = await asyncio.gather(
                *(one.place(f"order-{n}", 1) for n in range(500)),
                one.available(),
                return_exceptions=True,
            )
            assert {type(result) for result in results[:-1]} == {Unavailable}
            assert await one.serving()

        one.run(fail())
        assert one.run(one.digest()) == digest
        assert one.run(one.available()) == 1000
        assert one.run(one.place("order-7", 1)).sequence == 2
        assert rows(one.store.path, "SELECT count(*) FROM orders") == [(1,)]


def test_while_it_recovers_it_takes_nothing(tmp_path: Path) -> None:
    """Between a failed commit and the end of the replay, requests and reads are refused."""
    with desk(tmp_path / "shop.db") as one:

        async def fail() -> None:
            await one.receive("in", 1000)
            fill_the_disk(one)
            one.store.reopening.clear()
            crowd = [one.place(f"order-{n}", 1) for n in range(500)]
            await asyncio.gather(*crowd, return_exceptions=True)
            assert not one.gateway.serving
            with pytest.raises(Unavailable):
                await one.place("other", 1)
            with pytest.raises(Unavailable):
                await one.available()
            one.store.reopening.set()
            assert await one.serving()
            assert await one.available() == 1000

        one.run(fail())


def test_stock_rows_follow(tmp_path: Path) -> None:
    """The stock table is true as of its sequence, soon after and at the latest at the end."""
    path = tmp_path / "shop.db"
    with desk(path) as one:
        one.run(one.receive("in", 10))
        one.run(one.receive("more", 5, sku=2))
        one.run(one.place("order", 4))
        expected: list[tuple[object, ...]] = [(0, 0, 6, 4), (0, 2, 5, 0)]
        query = "SELECT location, sku, available, committed FROM stock ORDER BY sku"
        assert one.run(one.comes_true(lambda: rows(path, query) == expected))
        assert rows(path, "SELECT stock_sequence FROM shop") == [(3,)]
        one.run(one.place("last", 1))
    assert rows(path, query) == [(0, 0, 5, 5), (0, 2, 5, 0)]
    assert rows(path, "SELECT stock_sequence FROM shop") == [(4,)]


def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    """The rebuilt engine has the same digest; sequences and ids go on; keys are known."""
    path = tmp_path / "shop.db"
    with desk(path) as one:
        one.run(one.receive("in", 10))
        first = one.run(one.place("order", 4))
        digest = one.run(one.digest())
    with desk(path) as one:
        assert one.run(one.digest()) == digest
        assert one.run(one.place("order", 4)) == first
        with pytest.raises(KeyReused):
            one.run(one.place("order", 5))
        assert one.run(one.place("next", 1)).sequence == 3
        assert one.run(one.available()) == 5


def test_a_clock_that_jumps_back_changes_nothing(tmp_path: Path) -> None:
    """A shop whose clock was set back by a day goes on selling, with the last time it saw."""
    path = tmp_path / "shop.db"
    day_us = 86_400 * 1_000_000
    with desk(path, lambda store: Gateway(store, Clock(lambda: 100 * day_us))) as one:
        one.run(one.receive("in", 10))
    with desk(path, lambda store: Gateway(store, Clock(lambda: 99 * day_us))) as one:
        assert one.run(one.place("order", 1)).status == 201
        now_us, _ = one.run(one.gateway.read(lambda engine: engine.now_us))
        assert now_us == 100 * day_us


def test_times_and_ids_only_grow() -> None:
    """Whatever the machine's clock does, times never fall and ids always rise."""
    readings = iter([10, 50, 20, 20, 60])
    clock = Clock(lambda: next(readings))
    clock.resume(15, 30)
    times = [clock.now_us() for _ in range(5)]
    assert times == [15, 50, 50, 50, 60]
    assert [clock.mint(count, now_us) for count, now_us in ((3, 15), (2, 33), (1, 100))] == [
        31,
        34,
        100,
    ]


def test_a_read_sees_what_was_acknowledged(tmp_path: Path) -> None:
    """Whoever was told yes finds it in the next read, which names at least that sequence."""
    with desk(tmp_path / "shop.db") as one:

        async def buy_and_look() -> None:
            await one.receive("in", 100)
            for number in range(20):
                reply = await one.place(f"order-{number}", 1)
                available, as_of = await one.gateway.read(
                    lambda engine: int(engine.levels[0, 0, State.AVAILABLE])
                )
                assert as_of >= reply.sequence
                assert available == 99 - number

        one.run(buy_and_look())
