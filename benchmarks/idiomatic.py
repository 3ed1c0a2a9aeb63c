"""The order engine as one would write it in good plain Python: dataclasses, dictionaries, a heap.

The yardstick of the compiled engine, with the same rules: refusals in the same order, events,
remembered ids, expiry, all-or-nothing chains. Not a specification (that is the naive model of the
tests), but `bench_engine` holds its answers against the kernel's. Nothing here is slow on purpose.
"""

from collections.abc import Sequence
from heapq import heappop

from benchmarks.idiomatic_records import Answer, Command
from benchmarks.idiomatic_rules import Rules
from core.schema import REMEMBERED_IDS, Kind, Status


class Shop(Rules):
    """Stock and orders of one shop: chains, the clock, and what ids are known again."""

    def __init__(self, skus: int, locations: int, remembered_ids: int = REMEMBERED_IDS) -> None:
        """Open an empty shop; at least the last *remembered_ids* are known again."""
        super().__init__(skus, locations)
        self.now_us = -(2**63)
        self.remembered_ids = remembered_ids
        self._young: dict[int, Status] = {}
        self._old: dict[int, Status] = {}

    def execute(self, command: Command) -> Answer:
        """Execute one command that is a chain of its own."""
        self.sequence += 1
        known = self._known(command.id)
        if command.id > 0 and known is None:
            self._pass_time(command)
        self.first_id = command.id
        self.made_order = False
        status = self._judge(command, command.now_us, known)
        if status is Status.OK:
            status = self.by_operation[command.operation](command)
        if status is Status.ID_REPLAYED and known is not None:
            return Answer(self.sequence, status, known)
        self._remember(command.id, status)
        return Answer(self.sequence, status)

    def execute_chain(self, chain: Sequence[Command]) -> list[Answer]:
        """Execute linked commands, all or nothing."""
        first = chain[0]
        if len(chain) == 1:
            return [self.execute(first)]
        start = self.sequence
        self.sequence = start + 1
        if first.id > 0 and self._known(first.id) is None:
            self._pass_time(first)
        answers = [Answer(start + 1 + position, Status.OK) for position in range(len(chain))]
        refused = self._run_chain(chain, answers)
        self.sequence = start + len(chain)
        for command, answer in zip(chain, answers, strict=True):
            if refused is not None and answer is not refused:
                answer.status = Status.CHAIN_BROKEN
            if answer.status is not Status.ID_REPLAYED and self._known(command.id) is None:
                self._remember(command.id, answer.status)
        return answers

    def _run_chain(self, chain: Sequence[Command], answers: list[Answer]) -> Answer | None:
        """Run commands up to the first refusal; undo them all then, and return its answer."""
        self.undo = []
        self.first_id = chain[0].id
        self.made_order = False
        events = len(self.events)
        seen: dict[int, Status] = {}
        refused = None
        for command, answer in zip(chain, answers, strict=True):
            self.sequence = answer.sequence
            known = seen.get(command.id, self._known(command.id))
            answer.status = self._judge(command, chain[0].now_us, known)
            if answer.status is Status.OK:
                seen[command.id] = Status.OK
                answer.status = self.by_operation[command.operation](command)
            if answer.status is not Status.OK:
                answer.original = known or Status.OK
                refused = answer
                break
        if refused is not None:
            while self.undo:
                self.undo.pop()()
            del self.events[events:]
        self.undo = None
        return refused

    def _judge(self, command: Command, chain_us: int, known: Status | None) -> Status:
        if command.id <= 0:
            return Status.ID_NOT_POSITIVE
        if known is not None:
            return Status.ID_REPLAYED
        if command.now_us < self.now_us:
            return Status.TIME_WENT_BACK
        if command.now_us != chain_us:
            return Status.CHAIN_TIME_DIFFERS
        if command.operation not in self.by_operation:
            return Status.OPERATION_UNKNOWN
        return Status.OK

    def _known(self, command_id: int) -> Status | None:
        status = self._young.get(command_id)
        return status if status is not None else self._old.get(command_id)

    def _remember(self, command_id: int, status: Status) -> None:
        if command_id <= 0 or status is Status.TIME_WENT_BACK:
            return
        self._young[command_id] = status
        if len(self._young) == self.remembered_ids:
            self._young, self._old = {}, self._young

    def _pass_time(self, command: Command) -> None:
        if command.now_us <= self.now_us:
            return
        self.now_us = command.now_us
        while self.due and self.due[0][0] <= self.now_us:
            expires_us, key = heappop(self.due)
            held = self.reservations.get(key)
            if held is not None and held.expires_us == expires_us:
                self.let_go(command, key, held, Kind.EXPIRED)
