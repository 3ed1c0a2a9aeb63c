"""The door of the idiomatic engine: chains, the clock, and which ids are known again."""

from collections.abc import Callable, Sequence
from heapq import heappop

from benchmarks.idiomatic.book import Book
from benchmarks.idiomatic.carts import let_go, release, reserve
from benchmarks.idiomatic.orders import cancel, fulfil, place, sell
from benchmarks.idiomatic.records import Answer, Command
from benchmarks.idiomatic.stock import adjust, count, expect, receive
from benchmarks.idiomatic.transfers import arrive, transfer
from core.schema import (
    CHANNELS,
    LEVEL_MAX,
    REMEMBERED_IDS,
    REMEMBERED_MOVES,
    Kind,
    Operation,
    Status,
)


def expire(_book: Book, _command: Command) -> Status:
    """Do nothing: the clock has done it."""
    return Status.OK


RULES: dict[int, Callable[[Book, Command], Status]] = {
    Operation.RESERVE: reserve,
    Operation.PLACE: place,
    Operation.RELEASE: release,
    Operation.FULFIL: fulfil,
    Operation.CANCEL: cancel,
    Operation.SELL: sell,
    Operation.RECEIVE: receive,
    Operation.ADJUST: adjust,
    Operation.COUNT: count,
    Operation.EXPECT: expect,
    Operation.EXPIRE: expire,
    Operation.TRANSFER: transfer,
    Operation.ARRIVE: arrive,
}
NO_LEVEL = {
    int(operation)
    for operation in (
        *(Operation.RELEASE, Operation.FULFIL, Operation.CANCEL, Operation.EXPIRE),
        Operation.ARRIVE,
    )
}
NOT_REMEMBERED = {Status.ID_REPLAYED, Status.ID_REUSED, Status.TIME_WENT_BACK}

Known = tuple[Command, Status]


class Shop(Book):
    """Stock and orders of one shop."""

    def __init__(
        self,
        skus: int,
        locations: int,
        remembered_ids: int = REMEMBERED_IDS,
        remembered_moves: int = REMEMBERED_MOVES,
    ) -> None:
        """Open an empty shop; at least the last *remembered_ids* are known again."""
        super().__init__(skus, locations, remembered_moves)
        self.now_us = -(2**63)
        self.remembered_ids = remembered_ids
        self._young: dict[int, Known] = {}
        self._old: dict[int, Known] = {}

    def execute(self, command: Command) -> Answer:
        """Execute one command that is a chain of its own."""
        self.sequence += 1
        told = len(self.events)
        command_id = command.id
        known = self._young.get(command_id) or self._old.get(command_id)
        if command_id > 0 and known is None:
            self._pass_time(command)
        self.first_id = command_id
        self.made_order = False
        status = self._judge(command, command.now_us, known)
        if status is Status.OK:
            status = RULES[command.operation](self, command)
        answer = Answer(self.sequence, status)
        if known is not None and command_id > 0:
            answer.original = known[1]
        answer.available = self._available(command)
        answer.events = len(self.events) - told
        if command_id > 0 and status not in NOT_REMEMBERED:
            self._remember(command, status)
        return answer

    def execute_chain(self, chain: Sequence[Command]) -> list[Answer]:
        """Execute linked commands, all or nothing."""
        first = chain[0]
        if len(chain) == 1:
            return [self.execute(first)]
        start = self.sequence
        told = len(self.events)
        self.sequence = start + 1
        if first.id > 0 and self._known(first.id) is None:
            self._pass_time(first)
        passed = len(self.events)
        answers = [Answer(start + 1 + position, Status.OK) for position in range(len(chain))]
        refused = self._run_chain(chain, answers)
        answers[0].events += passed - told
        self.sequence = start + len(chain)
        for command, answer in zip(chain, answers, strict=True):
            if refused is not None and answer is not refused:
                answer.status = Status.CHAIN_BROKEN
            answer.available = self._available(command)
            if (
                command.id > 0
                and answer.status not in NOT_REMEMBERED
                and self._known(command.id) is None
            ):
                self._remember(command, answer.status)
        return answers

    def _run_chain(self, chain: Sequence[Command], answers: list[Answer]) -> Answer | None:
        """Run commands up to the first refusal; undo them all then, and return its answer."""
        self.undo = []
        self.first_id = chain[0].id
        self.made_order = False
        before = len(self.events)
        seen: dict[int, Known] = {}
        refused = None
        for command, answer in zip(chain, answers, strict=True):
            self.sequence = answer.sequence
            told = len(self.events)
            known = seen.get(command.id) or self._known(command.id)
            answer.status = self._judge(command, chain[0].now_us, known)
            if answer.status is Status.OK:
                seen[command.id] = command, Status.OK
                answer.status = RULES[command.operation](self, command)
            answer.events = len(self.events) - told
            if answer.status is not Status.OK:
                answer.original = known[1] if known and command.id > 0 else Status.OK
                refused = answer
                break
        if refused is not None:
            while self.undo:
                self.undo.pop()()
            del self.events[before:]
            for answer in answers:
                answer.events = 0
        self.undo = None
        return refused

    def _judge(self, command: Command, chain_us: int, known: Known | None) -> Status:
        if command.id <= 0:
            return Status.ID_NOT_POSITIVE
        if known is not None:
            same = known[0].asks_the_same(command)
            return Status.ID_REPLAYED if same else Status.ID_REUSED
        if command.now_us < self.now_us:
            return Status.TIME_WENT_BACK
        if command.now_us != chain_us:
            return Status.CHAIN_TIME_DIFFERS
        if command.operation not in RULES:
            return Status.OPERATION_UNKNOWN
        if command.channel >= CHANNELS:
            return Status.CHANNEL_UNKNOWN
        if command.occurred_us > command.now_us:
            return Status.OCCURRED_AHEAD
        return Status.OK

    def _available(self, command: Command) -> int:
        if command.operation in NO_LEVEL:
            return 0
        level = self.levels.get((command.location, command.sku))
        return 0 if level is None else max(-LEVEL_MAX, min(LEVEL_MAX, level.available))

    def _known(self, command_id: int) -> Known | None:
        return self._young.get(command_id) or self._old.get(command_id)

    def _remember(self, command: Command, status: Status) -> None:
        self._young[command.id] = command, status
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
                let_go(self, command, key, held, Kind.EXPIRED)
