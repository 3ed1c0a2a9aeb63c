"""The engine's specification as dictionaries: slow, obvious, sharing no rule with core.

Here: the order of commands, chains, the clock and what ids are remembered; the rules of the
operations stand in naive_rules. Where engine and model differ, one of them is wrong, and the table
that shows it belongs into a test.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from core.schema import (
    ANSWER,
    EVENT,
    LINE,
    RESERVATION,
    STATES,
    Flag,
    Kind,
    Operation,
    State,
    Status,
)
from tests.core.naive_records import Command, Event, Level, Refused
from tests.core.naive_rules import Rules

NOT_REMEMBERED = (Status.ID_REPLAYED, Status.TIME_WENT_BACK, Status.CHAIN_OPEN)
NAME_NO_LEVEL = (Operation.RELEASE, Operation.EXPIRE, Operation.FULFIL, Operation.CANCEL)
I4_MAX, U2_MAX = 2**31 - 1, 2**16 - 1


@dataclass
class Judged:
    """One command and what became of it."""

    command: Command
    status: Status = Status.OK
    original: int = 0
    events: list[Event] = field(default_factory=list)


class Naive:
    """The shop as anyone would write it down."""

    def __init__(self, skus: int, locations: int, remembered_ids: int) -> None:
        self.rules = Rules(skus, locations)
        self.remembered_ids = remembered_ids
        self.young: dict[int, Status] = {}
        self.old: dict[int, Status] = {}
        self.sequence = 0
        self.now_us = -(2**63)
        self.seen: set[int] = set()  # ids of the chain under way

    def execute(self, commands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Execute *commands* in order, chain by chain.

        Returns:
            (n,) of ANSWER and (m,) of EVENT, as the engine gives them.
        """
        answers: list[tuple[int, ...]] = []
        events: list[Event] = []
        for chain in _chains([Command(*row) for row in commands.tolist()]):
            for judged in self._judge(chain):
                self.sequence += 1
                told = [
                    event._replace(sequence=self.sequence, ordinal=min(ordinal, U2_MAX))
                    for ordinal, event in enumerate(judged.events)
                ]
                count = min(len(told), U2_MAX)
                available = self._available(judged)
                answers.append(
                    (self.sequence, available, judged.status, judged.original, count),
                )
                events += told
        return np.array(answers, dtype=ANSWER), np.array(events, dtype=EVENT)

    def levels(self) -> np.ndarray:
        """What stands where: (locations, skus, STATES) int64."""
        out = np.zeros((self.rules.locations, self.rules.skus, STATES), dtype=np.int64)
        for (level, state), units in self.rules.draft.stock.items():
            out[level.location, level.sku, state] = units
        return out

    def order(self, order_id: int) -> np.ndarray:
        """Return the lines of an order: (n,) of LINE."""
        lines = self.rules.draft.orders.get(order_id, ())
        out = np.zeros(len(lines), dtype=LINE)
        for row, line in zip(out, lines, strict=True):
            row["order_id"] = order_id
            row["sku"], row["location"] = line.level.sku, line.level.location
            for name in ("amount_minor", "ordered", "allocated", "fulfilled", "cancelled"):
                row[name] = getattr(line, name)
            row["channel"] = line.channel
        return out

    def reservations(self) -> np.ndarray:
        """Return the live reservations by id: (n,) of RESERVATION."""
        held = [(key, each) for key, each in self.rules.draft.reservations.items() if each]
        out = np.zeros(len(held), dtype=RESERVATION)
        for row, (key, each) in zip(out, sorted(held, key=lambda pair: pair[0]), strict=True):
            row["id"], row["expires_us"], row["party_id"] = key, each.expires_us, each.party_id
            row["sku"], row["location"] = each.level.sku, each.level.location
            row["quantity"], row["channel"] = each.quantity, each.channel
        return out

    def _judge(self, chain: list[Command]) -> list[Judged]:
        judged = [Judged(command) for command in chain]
        if chain[-1].flags & Flag.LINKED:
            for each in judged:
                each.status = Status.CHAIN_OPEN
            return judged
        expired = self._pass_time(chain[0])
        self._run(judged)
        judged[0].events[:0] = expired
        for each in judged:
            if each.command.id > 0 and each.status not in NOT_REMEMBERED:
                self._remember(each.command.id, each.status)
        return judged

    def _pass_time(self, first: Command) -> list[Event]:
        """Let the clock run to the chain's time; what is due by then expires, in order."""
        if first.id <= 0 or self._known(first.id) is not None or first.now_us <= self.now_us:
            return []
        self.now_us = first.now_us
        due = sorted(
            (each.expires_us, key)
            for key, each in self.rules.draft.reservations.items()
            if each is not None and each.expires_us <= self.now_us
        )
        events = [self.rules.end_reservation(key, Kind.EXPIRED, first) for _, key in due]
        self.rules.draft.keep()
        return events

    def _run(self, judged: list[Judged]) -> None:
        """Run a chain as a whole or not at all."""
        self.rules.first_id = judged[0].command.id
        self.rules.order_made = False
        self.seen.clear()
        at = judged[0]
        try:
            for at in judged:
                self._envelope(at.command, judged)
                at.events = self.rules.run(at.command)
        except Refused as refused:
            self.rules.draft.drop()
            for each in judged:
                each.status, each.events = Status.CHAIN_BROKEN, []
            at.status, at.original = refused.status, refused.original
        else:
            self.rules.draft.keep()

    def _envelope(self, command: Command, chain: list[Judged]) -> None:
        if command.id <= 0:
            raise Refused(Status.ID_NOT_POSITIVE)
        known = self._known(command.id)
        if known is not None:
            raise Refused(Status.ID_REPLAYED, known)
        if command.id in self.seen:
            raise Refused(Status.ID_REPLAYED, Status.OK)
        self.seen.add(command.id)
        if command.now_us < self.now_us:
            raise Refused(Status.TIME_WENT_BACK)
        if command.now_us != chain[0].command.now_us:
            raise Refused(Status.CHAIN_TIME_DIFFERS)
        if command.operation not in set(Operation):
            raise Refused(Status.OPERATION_UNKNOWN)

    def _known(self, command_id: int) -> Status | None:
        return self.young.get(command_id, self.old.get(command_id))

    def _remember(self, command_id: int, status: Status) -> None:
        if self._known(command_id) is not None:
            return
        self.young[command_id] = status
        if len(self.young) == self.remembered_ids:
            self.young, self.old = {}, self.young

    def _available(self, judged: Judged) -> int:
        """What is available at the level that the command names, once its chain is judged."""
        command = judged.command
        level = Level(command.location, command.sku)
        named = command.operation not in NAME_NO_LEVEL and self.rules.exists(level)
        if not named or judged.status == Status.CHAIN_OPEN:
            return 0
        return max(-I4_MAX, min(I4_MAX, self.rules.draft.units(level, State.AVAILABLE)))


def _chains(commands: list[Command]) -> Iterator[list[Command]]:
    chain: list[Command] = []
    for command in commands:
        chain.append(command)
        if not command.flags & Flag.LINKED:
            yield chain
            chain = []
    if chain:
        yield chain
