"""One task owns the engine: gather, execute as one batch, commit, then answer.

While a batch is being committed by the one thread that may touch the database, the next one
gathers. Nothing is answered, and nothing that was read is shown, before the commit that holds it
is on the disk. After a failed commit the engine knows things that the disk may not: it is thrown
away and made again from the journal.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from adapters.database.store import Store, StoredReply
from adapters.database.writer import SHOP, Batch
from adapters.errors import GatewayError, KeyReused, Overloaded, Unavailable
from adapters.gateway.batches import Dirty, assemble, batch_of
from adapters.gateway.chains import COMMAND_BYTES, fingerprint
from adapters.gateway.clock import Clock
from adapters.gateway.recovery import Rebuilt, rebuild
from adapters.gateway.replies import Compose, Outcome, Reply
from core.engine import Engine

Seen = TypeVar("Seen")
Result = TypeVar("Result")

log = logging.getLogger(__name__)

WAITING_MAX = 4096  # requests that may wait; more are refused at once
WAITING_BYTES_MAX = 2**23  # of their chains
BATCH_BYTES_MAX = 8192 * COMMAND_BYTES
STOCK_EVERY_S = 0.2  # the stock rows lag so far behind the engine
RECOVERY_PAUSES_S = (0.1, 0.5, 2.0)  # between attempts; the last one repeats


class Ticket:
    """One request on its way: its chain, and all who wait for its reply."""

    __slots__ = ("chain", "compose", "fingerprint", "key", "waiting")

    def __init__(
        self, key: str, chain: bytes, mark: bytes, compose: Compose, first: "asyncio.Future[Reply]"
    ) -> None:
        self.key = key
        self.chain = chain
        self.fingerprint = mark
        self.compose = compose
        self.waiting = [first]

    def resolve(self, reply: Reply) -> None:
        """Answer everybody who has not gone away."""
        for future in self.waiting:
            if not future.done():
                future.set_result(reply)

    def refuse(self, error: GatewayError) -> None:
        """Tell everybody that there is no answer."""
        for future in self.waiting:
            if not future.done():
                future.set_exception(error)


class Gateway:
    """The engine of one shop, live. All methods belong to the thread of the event loop."""

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        """Rebuild the engine from the journal.

        Raises:
            DatabaseDamaged: the journal cannot be trusted; nothing is served.
        """
        self._store = store
        self._clock = clock or Clock()
        self._queue: list[Ticket] = []
        self._queue_bytes = 0
        self._by_key: dict[str, Ticket] = {}  # all tickets that have no reply yet
        self._readers: list[tuple[int, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._serving = False
        self._task: asyncio.Task[None] | None = None
        # One thread: commits, look-ups and rebuilding never overlap.
        self._thread = ThreadPoolExecutor(1, "commit")
        self._adopt(rebuild(store))

    def _adopt(self, rebuilt: Rebuilt) -> None:
        self._engine = rebuilt.engine
        self._chain_hash = rebuilt.chain_hash
        self._committed = rebuilt.engine.sequence
        self._clock.resume(rebuilt.engine.now_us, rebuilt.last_id)
        self._dirty = Dirty(rebuilt.engine)
        self._stock_behind = rebuilt.stock_sequence < rebuilt.engine.sequence
        self._stock_due_s = time.monotonic() + STOCK_EVERY_S

    # --- for callers --------------------------------------------------------------------------

    @property
    def serving(self) -> bool:
        """Whether requests are taken."""
        return self._serving

    @property
    def committed(self) -> int:
        """The last sequence that is on the disk."""
        return self._committed

    def start(self) -> None:
        """Begin to take requests."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="gateway")
        self._serving = True

    async def close(self) -> None:
        """Take nothing more, finish what was taken, and stop."""
        self._serving = False
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task
        self._thread.shutdown()

    async def submit(self, key: str, chain: bytes, compose: Compose) -> Reply:
        """Have *chain* executed once for *key*, whoever asks how often, and return its reply.

        Args:
            key: the idempotency key.
            chain: packed commands, all but the last linked.
            compose: makes the reply from the engine's answers; called once for ever.

        Raises:
            KeyReused: *key* was used for something else.
            Overloaded: too many are waiting. The chain was not taken.
            Unavailable: the gateway is not serving, or the commit failed. The same key may be
                used again: if the commit did reach the disk, its reply will come.
        """
        if not self._serving:
            raise Unavailable("the service is starting, recovering or closing")
        mark = fingerprint(chain)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        earlier = self._by_key.get(key)
        if earlier is not None and len(earlier.waiting) < WAITING_MAX:
            if earlier.fingerprint != mark:
                raise KeyReused(key)
            earlier.waiting.append(future)
            return await future
        if (
            earlier is not None
            or len(self._queue) >= WAITING_MAX
            or self._queue_bytes > WAITING_BYTES_MAX
        ):
            raise Overloaded("too many requests are waiting")
        ticket = Ticket(key, chain, mark, compose, future)
        self._by_key[key] = ticket
        self._queue.append(ticket)
        self._queue_bytes += len(chain)
        self._wake.set()
        return await future

    async def read(self, look: Callable[[Engine], Seen]) -> tuple[Seen, int]:
        """What *look* sees, and as of which sequence; shown once all of it is on the disk.

        Raises:
            Unavailable: there is no engine now, or what was seen did not reach the disk.
        """
        if not self._serving:
            raise Unavailable("the service is starting, recovering or closing")
        sequence = self._engine.sequence
        seen = look(self._engine)
        if sequence > self._committed:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._readers.append((sequence, future))
            await future
        return seen, sequence

    async def in_thread(self, call: Callable[[], Result]) -> Result:
        """Run *call*, which may use the store, between two commits."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    # --- the task -----------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            await self._gathered()
            if self._closing and not self._queue and not self._stock_behind:
                return
            tickets = self._take()
            try:
                fresh = await self._without_known(tickets)
                await self._execute(fresh)
            except Exception as error:  # noqa: BLE001  whatever it was, nothing is known to be true
                log.error("commit failed, rebuilding from the journal: %s", error)  # noqa: TRY400
                await self._recover(tickets)

    async def _gathered(self) -> None:
        """Return when there is something to do: a request, stock to write, or the end."""
        if self._queue or self._closing:
            return
        self._wake.clear()
        if not self._stock_behind:
            await self._wake.wait()
            return
        try:
            async with asyncio.timeout(max(0.0, self._stock_due_s - time.monotonic())):
                await self._wake.wait()
        except TimeoutError:
            return

    def _take(self) -> list[Ticket]:
        """The next batch: all who wait, as far as they fit; a chain is never cut."""
        size = taken = 0
        for ticket in self._queue:
            if taken and size + len(ticket.chain) > BATCH_BYTES_MAX:
                break
            size += len(ticket.chain)
            taken += 1
        tickets, self._queue = self._queue[:taken], self._queue[taken:]
        self._queue_bytes -= size
        return tickets

    async def _without_known(self, tickets: list[Ticket]) -> list[Ticket]:
        """Answer those whose key has a stored reply; the others are new to the shop."""
        if not tickets:
            return tickets
        keys = [ticket.key for ticket in tickets]
        known = await self.in_thread(lambda: self._store.replies(keys))
        if not known:
            return tickets
        for ticket in tickets:
            if ticket.key in known:
                self._answer_again(ticket, known[ticket.key])
        return [ticket for ticket in tickets if ticket.key not in known]

    def _answer_again(self, ticket: Ticket, stored: StoredReply) -> None:
        del self._by_key[ticket.key]
        if stored.fingerprint != ticket.fingerprint:
            ticket.refuse(KeyReused(ticket.key))
            return
        ticket.resolve(Reply(stored.status, stored.body, stored.sequence))

    async def _execute(self, tickets: list[Ticket]) -> None:
        """Execute and commit one batch, then answer."""
        replies: list[Reply] = []
        if tickets:
            batch, replies = self._executed(tickets)
        else:
            batch = Batch(self._committed + 1, 0, b"", 0, b"", b"", 0, b"")
        if self._stock_behind and (self._closing or time.monotonic() >= self._stock_due_s):
            batch.stock = self._dirty.take(self._engine)
            batch.stock_sequence = self._engine.sequence
        if not tickets and not batch.stock_sequence:
            return
        await self.in_thread(lambda: self._store.commit(batch))
        self._committed = batch.last_sequence
        if tickets:
            self._chain_hash = batch.hash
        if batch.stock_sequence:
            self._stock_behind = self._engine.sequence > batch.stock_sequence
            self._stock_due_s = time.monotonic() + STOCK_EVERY_S
        for ticket, reply in zip(tickets, replies, strict=True):
            del self._by_key[ticket.key]
            ticket.resolve(reply)
        self._release_readers()

    def _executed(self, tickets: list[Ticket]) -> tuple[Batch, list[Reply]]:
        """Run the batch through the engine; nothing of it is on the disk yet."""
        chains = [ticket.chain for ticket in tickets]
        counts = [len(chain) // COMMAND_BYTES for chain in chains]
        now_us = self._clock.now_us()
        first_id = self._clock.mint(sum(counts), now_us)
        commands = assemble(chains, counts, first_id, now_us)
        answers, events = self._engine.execute(commands)
        self._dirty.mark(events)
        self._stock_behind = True
        statuses = answers["status"].tolist()
        available = answers["available"].tolist()
        first_sequence = int(answers["sequence"][0])
        batch = batch_of(self._chain_hash, first_sequence, commands, events)
        replies: list[Reply] = []
        at = 0
        for ticket, count in zip(tickets, counts, strict=True):
            sequence = first_sequence + at + count - 1
            outcome = Outcome(
                first_id + at, sequence, statuses[at : at + count], available[at : at + count]
            )
            status, body = ticket.compose(outcome)
            replies.append(Reply(status, body, sequence))
            batch.replies += (sequence, SHOP, ticket.key, ticket.fingerprint, status, body)
            at += count
        return batch, replies

    def _release_readers(self) -> None:
        readers, self._readers = self._readers, []
        for sequence, future in readers:
            if sequence > self._committed:
                self._readers.append((sequence, future))
            elif not future.done():
                future.set_result(None)

    # --- after a failure ----------------------------------------------------------------------

    async def _recover(self, tickets: list[Ticket]) -> None:
        """Answer nobody with yes, forget the engine, and make it again from the journal."""
        self._serving = False
        error = Unavailable("a commit failed; the service is recovering from its journal")
        for ticket in tickets + self._queue:
            ticket.refuse(error)
        self._queue.clear()
        self._queue_bytes = 0
        self._by_key.clear()
        self._stock_behind = False
        for _, future in self._readers:
            if not future.done():
                future.set_exception(error)
        self._readers.clear()
        attempt = 0
        while not self._closing:
            try:
                self._adopt(await self.in_thread(self._rebuilt))
            except Exception as again:  # noqa: BLE001  try again, and take nothing until it works
                log.error("cannot rebuild from the journal yet: %s", again)  # noqa: TRY400
            else:
                self._serving = True
                return
            await asyncio.sleep(RECOVERY_PAUSES_S[min(attempt, len(RECOVERY_PAUSES_S) - 1)])
            attempt += 1

    def _rebuilt(self) -> Rebuilt:
        self._store.reopen()
        return rebuild(self._store)
