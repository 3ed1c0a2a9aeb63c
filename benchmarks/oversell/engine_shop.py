"""The engine.

Requests become chains of commands, a race becomes one batch in the order of the first turns. This
is what the gateway does without its disk and its network: it mints ids, sets the time, hands over
chains in the order in which they came, and reads replies, ledger and outbox off answers and events.
What another system says becomes commands like everything else.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.oversell.engine_desk import (
    A_SECOND_US,
    CHANNELS,
    LOCATIONS,
    Chain,
    Command,
    Desk,
    name_of,
    number_of,
)
from benchmarks.oversell.engine_inbox import Inbox, Place
from benchmarks.oversell.engine_outbox import Outbox, moves
from core.engine import Engine, Records
from core.schema import COMMAND, Kind, Operation, Reason, State, Status
from storetwin_contract.protocol import (
    Capability,
    Level,
    Line,
    Message,
    Movement,
    OrderLine,
    Reply,
    Request,
    Verb,
)

SOUND = True

SKUS_MAX = 64  # of one example
REMEMBERED = 2**10  # ids and movements; an example takes a few dozen
START_US = 1_000_000_000_000
COUNTERS = {
    State.AVAILABLE: "available",
    State.COMMITTED: "committed",
    State.RESERVED: "reserved",
    State.DAMAGED: "unavailable",
    State.SAFETY_STOCK: "unavailable",
    State.QUALITY_CONTROL: "unavailable",
}


class EngineShop:
    """A shop that is right; see `storetwin_contract.protocol.Inventory`."""

    capabilities = frozenset(Capability)
    settle_s = 0.0
    name = "engine"

    def __init__(self) -> None:
        """Open an empty shop."""
        self.engine = Engine(
            SKUS_MAX, len(LOCATIONS), remembered_ids=REMEMBERED, remembered_moves=REMEMBERED
        )
        self.desk = Desk(self.engine)
        self.inbox = Inbox()
        self.outbox = Outbox(self.name)
        self.now_us = START_US
        self.trace: list[tuple[int, str]] = []
        self._skus = 0
        self._replies: dict[str, Reply] = {}
        self._movements: list[Movement] = []

    def locations(self) -> Sequence[str]:
        """Names of the locations."""
        return LOCATIONS

    def fresh_sku(self, stock: Mapping[str, int], parts: Mapping[str, int] | None = None) -> str:
        """Make a sku with *stock* by location, or a kit of *parts*."""
        number = self._skus
        sku = name_of(number)
        self._skus += 1
        if parts:
            self.desk.parts[number] = {number_of(part): each for part, each in parts.items()}
            for part, each in self.desk.parts[number].items():
                self._set(Operation.SET_PART, sku=number, argument=part, quantity=each)
            return sku
        for location in LOCATIONS:
            self.inbox.open((sku, location), stock.get(location, 0))
        lines = tuple(Line(sku, units, at) for at, units in stock.items() if units)
        if lines:
            self._execute([self.desk.chain(Request(Verb.RECEIVE, f"opening of {sku}", lines))])
        return sku

    def allow_backorder(self, sku: str, location: str, limit: int) -> None:
        """Let orders exceed the stock by up to *limit* units."""
        at = LOCATIONS.index(location)
        self._set(Operation.SET_BACKORDER, sku=number_of(sku), location=at, quantity=limit)

    def do(self, request: Request) -> Reply:
        """Carry out one request."""
        return self.race([request], [])[0]

    def race(self, requests: Sequence[Request], schedule: Sequence[int]) -> Sequence[Reply]:
        """Carry out requests that arrive at once: one batch, in the order of their first turns."""
        turns = [turn % len(requests) for turn in schedule]
        order = list(dict.fromkeys([*turns, *range(len(requests))]))
        chains = [self.desk.chain(requests[at]) for at in order]
        for at, reply in zip(order, self._execute(chains), strict=True):
            if reply is not None:
                self._replies[requests[at].key] = reply
        self.trace = [(at, "is served") for at in order]
        return [self._replies[request.key] for request in requests]

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:
        """What an order would get."""
        sellable = self.engine.available_to_sell(CHANNELS[channel])[:, number_of(sku)]
        return int(sellable.sum() if location is None else sellable[LOCATIONS.index(location)])

    def level(self, sku: str, location: str) -> Level:
        """Counters of a level."""
        states = self.engine.levels[LOCATIONS.index(location), number_of(sku)]
        counters = dict.fromkeys(COUNTERS.values(), 0)
        for state, counter in COUNTERS.items():
            counters[counter] += int(states[state])
        return Level(on_hand=sum(counters.values()), **counters)

    def ledger(self, sku: str) -> Sequence[Movement]:
        """Every movement of *sku*, read off the events."""
        return [movement for movement in self._movements if movement.sku == sku]

    def order(self, order_id: str) -> Sequence[OrderLine]:
        """Lines of an order, as they were ordered."""
        return self.desk.lines(order_id)

    def wait(self, seconds: float) -> None:
        """Let time pass; what is due ends."""
        self.now_us += round(seconds * A_SECOND_US)
        self._set(Operation.EXPIRE)

    def erase(self, party: str) -> None:
        """Forget who a customer was: the engine never knew more than a number."""
        self.desk.parties.pop(party, None)

    def knows(self, party: str) -> bool:
        """Whether the number of a customer is known."""
        return party in self.desk.parties

    def deliver(self, message: Message) -> None:
        """Book what another system says; what began here was booked when it happened."""
        if message.origin == self.name:
            return
        change = self.inbox.hear(message)
        if change:
            place = (message.sku, message.location)
            self._carry([self._told(Operation.ADJUST, place, change)])

    def sent(self) -> Sequence[Message]:
        """What other systems were told, read off the events."""
        return list(self.outbox.messages)

    def reconcile(self, truth: Mapping[Place, int]) -> None:
        """Count every level anew, by what the other system has."""
        self._carry([self._told(Operation.COUNT, place, units) for place, units in truth.items()])
        for place, units in truth.items():
            self.inbox.agree(place, units)

    # --- the engine's door --------------------------------------------------------------------

    def _set(self, operation: Operation, **fields: int) -> None:
        """Carry out a command that cannot be refused."""
        self._carry([self.desk.command(operation, **fields)])

    def _told(self, operation: Operation, place: Place, quantity: int) -> Command:
        """A command that books what another system says of a level."""
        sku, location = number_of(place[0]), LOCATIONS.index(place[1])
        return self.desk.command(
            operation, sku=sku, location=location, quantity=quantity, reason=Reason.SYNC
        )

    def _carry(self, commands: Sequence[Command]) -> None:
        """Carry out commands that cannot be refused, each by itself."""
        for reply in self._execute([Chain([command]) for command in commands]):
            assert reply is not None, "its id is new"
            assert reply.accepted, reply.reason

    def _execute(self, chains: Sequence[Chain]) -> list[Reply | None]:
        """Hand all chains over in one batch; None where the engine answered a chain before."""
        rows = [row for chain in chains for row in chain.linked()]
        commands = np.zeros(len(rows), COMMAND)
        commands["now_us"] = self.now_us
        for command, row in zip(commands, rows, strict=True):
            for field, number in row.items():
                command[field] = number
        answers, events = self.engine.execute(commands)
        replies = []
        for chain, own, caused in by_chain(chains, answers, events):
            self.outbox.read(caused)
            for event in caused:
                self._book(event)
            refunds = caused["amount_minor"][caused["kind"] == Kind.RETURNED]
            statuses = [Status(int(status)) for status in own["status"]]
            replies.append(reply_of(statuses, chain.names, int(refunds.sum())))
        return replies

    def _book(self, event: Any) -> None:  # noqa: ANN401 - a record of EVENT
        """Write down what an event moved; one that moves nothing has no states."""
        sku, location = name_of(event["sku"]), LOCATIONS[event["location"]]
        for state, quantity in moves(event):
            if state in COUNTERS:
                self._movements.append(Movement(sku, location, COUNTERS[state], quantity))


def by_chain(
    chains: Sequence[Chain], answers: Records, events: Records
) -> Iterator[tuple[Chain, Records, Records]]:
    """Each chain of a batch with its answers and with the events that it caused."""
    for chain in chains:
        own, answers = np.split(answers, [len(chain.commands)])
        last = own["sequence"][-1] if len(own) else 0
        caused, events = np.split(events, [np.searchsorted(events["sequence"], last, "right")])
        yield chain, own, caused


def reply_of(statuses: Sequence[Status], name: str, refund_minor: int) -> Reply | None:
    """The reply to a chain; None where it was answered before."""
    if Status.ID_REPLAYED in statuses:
        return None
    why = [status for status in statuses if status not in {Status.OK, Status.CHAIN_BROKEN}]
    if why or not statuses:
        return Reply(accepted=False, reason=why[0].name.lower() if why else "unknown")
    return Reply(accepted=True, id=name, refund_minor=refund_minor)


def open_shop() -> EngineShop:
    """Open it."""
    return EngineShop()
