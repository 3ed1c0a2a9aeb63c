"""A gateway over a real database, with a disk that can be held up."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from adapters.database.store import Location, Store
from adapters.database.writer import Batch
from adapters.gateway.chains import OWN_ORDER, command
from adapters.gateway.gateway import Gateway
from adapters.gateway.replies import Outcome, Reply
from core.schema import Operation, State

SKUS = 4
Result = TypeVar("Result")


class SlowStore(Store):
    """A database whose commits wait while `gate` is closed, and recovery while `reopening` is."""

    def __init__(self, address: Path) -> None:
        super().__init__(address)
        self.gate = threading.Event()
        self.gate.set()
        self.held = False  # a commit is under way and waits
        self.reopening = threading.Event()
        self.reopening.set()
        self.batches: list[Batch] = []

    def commit(self, batch: Batch) -> None:
        """Commit once the gate is open."""
        self.held = not self.gate.is_set()
        assert self.gate.wait(10)
        super().commit(batch)
        self.batches.append(batch)

    def reopen(self) -> None:
        """Reopen once that is allowed."""
        assert self.reopening.wait(10)
        super().reopen()


class Desk:
    """What a till or a web shop does with a gateway."""

    def __init__(self, gateway: Gateway, store: SlowStore, runner: asyncio.Runner) -> None:
        self.gateway = gateway
        self.store = store
        self._runner = runner

    def run(self, work: Awaitable[Result]) -> Result:
        """Have *work* done on the gateway's event loop."""

        async def awaited() -> Result:
            return await work

        return self._runner.run(awaited())

    async def receive(self, key: str, quantity: int, sku: int = 0) -> Reply:
        """Goods arrive."""
        chain = command(Operation.RECEIVE, sku=sku, quantity=quantity)
        return await self.gateway.submit(key, chain, spelt)

    async def place(self, key: str, *quantities: int, sku: int = 0) -> Reply:
        """An order of one line a quantity."""
        chain = b"".join(
            command(
                Operation.PLACE,
                sku=sku,
                quantity=quantity,
                order_id=OWN_ORDER,
                linked=number < len(quantities) - 1,
            )
            for number, quantity in enumerate(quantities)
        )
        return await self.gateway.submit(key, chain, spelt)

    async def available(self, sku: int = 0) -> int:
        """What can be sold."""
        seen, _ = await self.gateway.read(lambda engine: engine.levels[0, sku, State.AVAILABLE])
        return int(seen)

    async def comes_true(self, holds: Callable[[], bool]) -> bool:
        """Whether *holds*, now or within five seconds."""
        for _ in range(500):
            if holds():
                return True
            await asyncio.sleep(0.01)
        return False

    async def serving(self) -> bool:
        """Whether requests are taken, now or soon."""
        return await self.comes_true(lambda: self.gateway.serving)

    async def held(self) -> bool:
        """Whether a commit waits at the gate, now or soon; then its batch has been executed."""
        return await self.comes_true(lambda: self.store.held)

    async def digest(self) -> str:
        """Of the engine."""
        seen, _ = await self.gateway.read(lambda engine: engine.digest())
        return seen


def spelt(outcome: Outcome) -> tuple[int, bytes]:
    """A reply that shows all of the outcome."""
    return (409 if any(outcome.statuses) else 201), repr(outcome).encode()


@contextmanager
def desk(
    path: Path, make: Callable[[Store], Gateway] = Gateway, *, skus: int = SKUS
) -> Iterator[Desk]:
    """A gateway that takes requests, over a shop that is founded where it is missing."""
    with SlowStore(path) as store, asyncio.Runner() as runner:
        if store.shop() is None:
            store.found("shop", [Location("store")], created_us=1, skus=skus, remembered_ids=64)
        gateway = make(store)
        one = Desk(gateway, store, runner)

        async def start() -> None:
            gateway.start()

        one.run(start())
        try:
            yield one
        finally:
            store.gate.set()
            store.reopening.set()
            one.run(gateway.close())
