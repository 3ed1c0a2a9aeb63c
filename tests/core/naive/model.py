"""The engine's specification as dictionaries: slow, obvious, sharing no rule with core.

Here: the order of commands, chains, the clock and what ids are remembered; the rules of the
operations stand beside it, a file a topic. Where engine and model differ, one of them is wrong,
and the table that shows it belongs into a test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from core.schema import (
    ANSWER,
    CHANNELS,
    EVENT,
    FIRST_SETTING,
    Flag,
    Kind,
    Operation,
    State,
    Status,
)
from tests.core.naive import (
    backlog,
    carts,
    lines,
    lots,
    orders,
    points,
    returns,
    settings,
    stock,
    transfers,
    work,
)
from tests.core.naive.records import Command, Event, Level, Refused, refuse
from tests.core.naive.shop import Shop
from tests.core.naive.telling import Telling

NOT_REMEMBERED = (Status.ID_REPLAYED, Status.ID_REUSED, Status.TIME_WENT_BACK, Status.CHAIN_OPEN)
I4_MAX, U2_MAX = 2**31 - 1, 2**16 - 1

RULES: dict[Operation, Callable[[Shop, Command], None]] = {
    Operation.RESERVE: carts.reserve,
    Operation.PLACE: orders.place,
    Operation.RELEASE: carts.release,
    Operation.FULFIL: lines.fulfil,
    Operation.CANCEL: lines.cancel,
    Operation.SELL: orders.sell,
    Operation.RECEIVE: stock.receive,
    Operation.ADJUST: stock.adjust,
    Operation.COUNT: stock.count,
    Operation.EXPECT: stock.expect,
    Operation.EXPIRE: lambda _shop, _command: None,  # the clock has done it
    Operation.EXTEND: carts.extend,
    Operation.REROUTE: lines.reroute,
    Operation.TRANSFER: transfers.transfer,
    Operation.ARRIVE: transfers.arrive,
    Operation.RECLASSIFY: stock.reclassify,
    Operation.PICK: lines.pick,
    Operation.NO_SHOW: lines.no_show,
    Operation.RETURN: returns.take_back,
    Operation.DISPOSE: returns.dispose,
    Operation.WORK: work.do_work,
    Operation.STEP: work.step,
    Operation.EARN: points.earn,
    Operation.BURN: points.burn,
    Operation.REVERSE: points.reverse,
    Operation.SET_BUFFER: settings.set_buffer,
    Operation.SET_FENCE: settings.set_fence,
    Operation.SET_BACKORDER: settings.set_backorder,
    Operation.SET_HOLD: settings.set_hold,
    Operation.SET_PART: settings.set_part,
    Operation.SET_PRODUCT: settings.set_product,
    Operation.SET_FLOOR: settings.set_floor,
    Operation.SET_LANE: settings.set_lane,
    Operation.SET_ROUTING: settings.set_routing,
    Operation.SET_LOCATION: settings.set_location,
}
# Whoever names one of these is told of no level.
NAME_NO_LEVEL = {
    *(Operation.RELEASE, Operation.FULFIL, Operation.CANCEL, Operation.EXPIRE, Operation.EXTEND),
    *(Operation.ARRIVE, Operation.PICK, Operation.NO_SHOW, Operation.DISPOSE, Operation.WORK),
    *(Operation.STEP, Operation.REROUTE, Operation.EARN, Operation.BURN, Operation.REVERSE),
    *(Operation.SET_HOLD, Operation.SET_ROUTING, Operation.SET_PRODUCT, Operation.SET_PART),
    *(Operation.SET_LANE, Operation.SET_LOCATION, Operation.RETURN),
}


@dataclass
class Judged:
    """One command and what became of it."""

    command: Command
    status: Status = Status.OK
    original: int = 0
    events: list[Event] = field(default_factory=list)


class Naive(Telling):
    """The shop as anyone would write it down."""

    def __init__(
        self, skus: int, locations: int, remembered_ids: int, remembered_moves: int
    ) -> None:
        super().__init__(Shop(skus, locations, remembered_moves))
        self.remembered_ids = remembered_ids
        self.young: dict[int, tuple[Status, Command]] = {}
        self.old: dict[int, tuple[Status, Command]] = {}
        self.sequence = 0
        self.seen: dict[int, Command] = {}  # ids of the chain under way

    def execute(self, commands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Execute *commands* in order, chain by chain.

        Returns:
            (n,) of ANSWER and (m,) of EVENT, as the engine gives them.
        """
        answers, events = self.run([Command(*row) for row in commands.tolist()])
        return np.array(answers, dtype=ANSWER), np.array(events, dtype=EVENT)

    def run(self, commands: list[Command]) -> tuple[list[tuple[int, ...]], list[Event]]:
        """Execute commands as `execute` does, without its arrays."""
        answers: list[tuple[int, ...]] = []
        events: list[Event] = []
        for chain in _chains(commands):
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
        return answers, events

    def _judge(self, chain: list[Command]) -> list[Judged]:
        judged = [Judged(command) for command in chain]
        if chain[-1].flags & Flag.LINKED:
            for each in judged:
                each.status = Status.CHAIN_OPEN
            return judged
        ended = self._pass_time(chain[0])
        self._run(judged)
        judged[0].events[:0] = ended
        for each in judged:
            if each.command.id > 0 and each.status not in NOT_REMEMBERED:
                self._remember(each.command, each.status)
        return judged

    def _pass_time(self, first: Command) -> list[Event]:
        """Let the clock run to the chain's time; what is due by then ends, in order."""
        if first.id <= 0 or self._known(first.id) is not None or first.now_us <= self.now_us:
            return []
        self.now_us = first.now_us
        shop = self.shop
        shop.events = []
        for end, number in self._due():
            end(number)
            backlog.serve_those_who_wait(shop, first)
        shop.keep()
        return shop.events

    def _due(self) -> list[tuple[Callable[[int], None], int]]:
        """Everything that ends by now, by time and then by number."""
        shop = self.shop
        first = Command(*[0] * len(Command._fields))._replace(now_us=self.now_us)

        def expire(number: int) -> None:
            carts.end_reservation(shop, first, number, Kind.EXPIRED)

        def end_lot(number: int) -> None:
            lots.end_lot(shop, first, number)

        def end_grant(number: int) -> None:
            points.end_grant(shop, first, number)

        held = [(each.expires_us, number, expire) for number, each in self.live_reservations()]
        for papers, end in ((shop.lots.items(), end_lot), (shop.grants.items(), end_grant)):
            dated = [each for _, queue in papers for each in queue if shop.document(each).due_us]
            held += [(shop.document(each).due_us, each, end) for each in dated]
        due = sorted((each for each in held if each[0] <= self.now_us), key=lambda each: each[:2])
        return [(end, number) for _, number, end in due]

    def would_run(self, commands: list[Command]) -> bool:
        """Whether a chain would be executed, were it asked for now; nothing changes."""
        judged = [Judged(command) for command in commands]
        self._step_through(judged)
        self.shop.drop()
        return judged[-1].status == Status.OK

    def _run(self, judged: list[Judged]) -> None:
        """Run a chain as a whole or not at all."""
        if self._step_through(judged):
            self.shop.keep()
        else:
            self.shop.drop()

    def _step_through(self, judged: list[Judged]) -> bool:
        """Run a chain's commands one by one, until one is refused."""
        shop = self.shop
        shop.first_id = judged[0].command.id
        shop.order_made = False
        self.seen.clear()
        at = judged[0]
        try:
            for number, at in enumerate(judged):
                self._envelope(at.command, judged)
                shop.to_come = [each.command for each in judged[number + 1 :]]
                shop.events = at.events
                RULES[Operation(at.command.operation)](shop, at.command)
            backlog.serve_those_who_wait(shop, at.command)
        except Refused as refused:
            for each in judged:
                each.status, each.events = Status.CHAIN_BROKEN, []
            at.status, at.original = refused.status, refused.original
            return False
        return True

    def _envelope(self, command: Command, chain: list[Judged]) -> None:
        refuse(Status.ID_NOT_POSITIVE, when=command.id <= 0)
        known = self._known(command.id)
        if command.id in self.seen:
            known = (Status.OK, self.seen[command.id])
        if known is not None:
            original, first = known
            same = first.body == command.body
            raise Refused(Status.ID_REPLAYED if same else Status.ID_REUSED, original)
        self.seen[command.id] = command
        refuse(Status.TIME_WENT_BACK, when=command.now_us < self.now_us)
        refuse(Status.CHAIN_TIME_DIFFERS, when=command.now_us != chain[0].command.now_us)
        refuse(Status.OPERATION_UNKNOWN, when=command.operation not in set(Operation))
        refuse(Status.CHANNEL_UNKNOWN, when=command.channel >= CHANNELS)
        refuse(Status.OCCURRED_AHEAD, when=command.happened_us > command.now_us)
        setting = command.operation >= FIRST_SETTING
        refuse(Status.NOT_IN_CHAIN, when=setting and len(chain) > 1)

    def _known(self, command_id: int) -> tuple[Status, Command] | None:
        return self.young.get(command_id, self.old.get(command_id))

    def _remember(self, command: Command, status: Status) -> None:
        if self._known(command.id) is not None:
            return
        self.young[command.id] = (status, command)
        if len(self.young) == self.remembered_ids:
            self.young, self.old = {}, self.young

    def _available(self, judged: Judged) -> int:
        """What is available at the level that the command names, once its chain is judged."""
        command = judged.command
        level = Level(command.location, command.sku)
        named = command.operation not in NAME_NO_LEVEL and self.shop.exists(level)
        if not named or judged.status == Status.CHAIN_OPEN:
            return 0
        return max(-I4_MAX, min(I4_MAX, self.shop.units(level, State.AVAILABLE)))


def _chains(commands: list[Command]) -> Iterator[list[Command]]:
    chain: list[Command] = []
    for command in commands:
        chain.append(command)
        if not command.flags & Flag.LINKED:
            yield chain
            chain = []
    if chain:
        yield chain
