"""The engine as an inventory: requests become chains of commands, a race becomes one batch.

This is what the gateway does without its disk and its network: it mints ids, sets the time, hands
over chains in the order in which they came, and reads replies off answers and events.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
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

from core.engine import Engine
from core.schema import COMMAND, OUTSIDE, Channel, Flag, Kind, Operation, State, Status

LOCATIONS = ("east", "west")
SKUS_MAX = 64  # of one example
REMEMBERED_IDS = 2**12
START_US = 1_000_000_000_000
A_SECOND_US = 1_000_000
CHANNELS = {"till": Channel.TILL, "web": Channel.WEB}
COUNTERS = {
    State.AVAILABLE: "available",
    State.COMMITTED: "committed",
    State.RESERVED: "reserved",
    State.DAMAGED: "unavailable",
    State.SAFETY_STOCK: "unavailable",
    State.QUALITY_CONTROL: "unavailable",
}
FACTS = {
    Verb.RECEIVE: Operation.RECEIVE,
    Verb.ADJUST: Operation.ADJUST,
    Verb.COUNT: Operation.COUNT,
}
ABOUT_LINES = {
    Verb.FULFIL: Operation.FULFIL,
    Verb.CANCEL: Operation.CANCEL,
}

Command = dict[str, Any]


@dataclass
class Chain:
    """The commands of one request: they stand or fall together.

    Attributes:
        commands: none where the request names what the shop does not know.
        names: the reservation or order that comes to be; empty where none does.
    """

    commands: list[Command]
    names: str = ""


class EngineShop:
    """A shop that is right; see `storetwin_contract.protocol.Inventory`."""

    capabilities = frozenset(
        {
            Capability.RESERVE,
            Capability.EXPIRY,
            Capability.CHECKOUT,
            Capability.CLOCK,
            Capability.LOCATIONS,
            Capability.MANY_LINES,
            Capability.ORDERS,
            Capability.CANCEL,
            Capability.FULFIL,
            Capability.COUNTERS,
            Capability.LEDGER,
            Capability.IDEMPOTENT,
            Capability.RACE,
            Capability.ERASURE,
        }
    )
    settle_s = 0.0
    name = "engine"

    def __init__(self) -> None:
        """Open an empty shop."""
        self.engine = Engine(SKUS_MAX, len(LOCATIONS), remembered_ids=REMEMBERED_IDS)
        self.now_us = START_US
        self.trace: list[tuple[int, str]] = []
        self._skus = 0
        self._ids = 0
        self._chains: dict[str, Chain] = {}  # by idempotency key
        self._replies: dict[str, Reply] = {}
        self._holds: dict[str, list[int]] = {}  # reservation ids by name
        self._orders: dict[str, int] = {}
        self._parties: dict[str, int] = {}
        self._movements: list[Movement] = []

    # --- what the contract asks ---------------------------------------------------------------

    def locations(self) -> Sequence[str]:
        """Names of the locations."""
        return LOCATIONS

    def fresh_sku(self, stock: Mapping[str, int], parts: Mapping[str, int] | None = None) -> str:
        """Make a sku with *stock* by location."""
        assert not parts, "no kits"
        sku = f"sku-{self._skus}"
        self._skus += 1
        lines = tuple(Line(sku, units, at) for at, units in stock.items() if units)
        if lines:
            self._execute([Chain(self._facts(Request(Verb.RECEIVE, "", lines)))])
        return sku

    def do(self, request: Request) -> Reply:
        """Carry out one request."""
        return self.race([request], [])[0]

    def race(self, requests: Sequence[Request], schedule: Sequence[int]) -> Sequence[Reply]:
        """Carry out requests that arrive at once: one batch, in the order of their first turns."""
        turns = [turn % len(requests) for turn in schedule]
        order = list(dict.fromkeys([*turns, *range(len(requests))]))
        chains = [self._chain(requests[at]) for at in order]
        accepted = self._execute(chains)
        for at, chain, statuses in zip(order, chains, accepted, strict=True):
            self._keep_reply(requests[at].key, chain, statuses)
        self.trace = [(at, "is served") for at in order]
        return [self._replies[request.key] for request in requests]

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:  # noqa: ARG002 - no channel has a buffer here
        """What an order would get."""
        places = range(len(LOCATIONS)) if location is None else [LOCATIONS.index(location)]
        levels = self.engine.levels[:, number_of(sku), State.AVAILABLE]
        return sum(max(0, int(levels[at])) for at in places)

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
        """Lines of an order."""
        return [
            OrderLine(
                sku=f"sku-{line['sku']}",
                ordered=int(line["ordered"]),
                allocated=int(line["allocated"]),
                unallocated=int(line["unallocated"]),
                backordered=int(line["backordered"]),
                fulfilled=int(line["fulfilled"]),
                cancelled=int(line["cancelled"]),
                returned=int(line["returned"]),
                amount_minor=int(line["amount_minor"]),
            )
            for line in self.engine.order(self._orders[order_id])
        ]

    def wait(self, seconds: float) -> None:
        """Let time pass; what is due ends."""
        self.now_us += round(seconds * A_SECOND_US)
        self._execute([Chain([self._command(Operation.EXPIRE)])])

    def erase(self, party: str) -> None:
        """Forget who a customer was: the engine never knew more than a number."""
        self._parties.pop(party, None)

    def knows(self, party: str) -> bool:
        """Whether the number of a customer is known."""
        return party in self._parties

    def allow_backorder(self, sku: str, location: str, limit: int) -> None:
        """Not offered."""
        raise NotImplementedError

    def deliver(self, message: Message) -> None:
        """Not offered: messages end at the edge, in front of the engine."""
        raise NotImplementedError

    def sent(self) -> Sequence[Message]:
        """Not offered."""
        raise NotImplementedError

    def reconcile(self, truth: Mapping[tuple[str, str], int]) -> None:
        """Not offered."""
        raise NotImplementedError

    # --- requests to commands -----------------------------------------------------------------

    def _chain(self, request: Request) -> Chain:
        """The request's commands; a key that was used before gets the same ones again."""
        known = self._chains.get(request.key)
        if known is None:
            known = self._chains[request.key] = self._new_chain(request)
        return known

    def _new_chain(self, request: Request) -> Chain:
        match request.verb:
            case Verb.PLACE:
                return self._order(request, Operation.PLACE)
            case Verb.SELL:
                return self._order(request, Operation.SELL)
            case Verb.RESERVE:
                return self._hold(request)
            case Verb.RELEASE:
                return Chain(self._release(request.of))
            case Verb.RECEIVE | Verb.ADJUST | Verb.COUNT:
                return Chain(self._facts(request))
            case _:
                return Chain(self._about_lines(request))

    def _order(self, request: Request, operation: Operation) -> Chain:
        """A line a command; an order from a cart lets the cart go in the same chain."""
        commands = self._release(request.of) if request.of else []
        order_id = commands[0]["id"] if commands else self._ids + 1
        for line in request.lines:
            command = self._at(operation, line, request)
            command |= {"argument": line.amount_minor, "order_id": order_id}
            commands.append(command)
        name = f"order-{order_id}"
        self._orders[name] = order_id
        return Chain(commands, name)

    def _hold(self, request: Request) -> Chain:
        ttl_us = round(request.ttl_s * A_SECOND_US)
        commands = [
            self._at(Operation.RESERVE, line, request) | {"argument": ttl_us}
            for line in request.lines
        ]
        ids = [command["id"] for command in commands]
        name = f"hold-{ids[0]}"
        self._holds[name] = ids
        return Chain(commands, name)

    def _release(self, name: str) -> list[Command]:
        ids = self._holds.get(name, [])
        return [self._command(Operation.RELEASE, argument=number) for number in ids]

    def _facts(self, request: Request) -> list[Command]:
        return [self._at(FACTS[request.verb], line, request) for line in request.lines]

    def _about_lines(self, request: Request) -> list[Command]:
        order_id = self._orders.get(request.of, 0)
        return [
            self._command(
                ABOUT_LINES[request.verb],
                order_id=order_id,
                argument=line.number,
                quantity=line.quantity,
            )
            for line in request.lines
        ]

    def _at(self, operation: Operation, line: Line, request: Request) -> Command:
        """A command about units of a level."""
        party = self._parties.setdefault(request.party, len(self._parties) + 1)
        return self._command(
            operation,
            sku=number_of(line.sku),
            location=LOCATIONS.index(line.location or LOCATIONS[0]),
            quantity=line.quantity,
            party_id=party,
            channel=CHANNELS[request.channel],
        )

    def _command(self, operation: Operation, **fields: int | None) -> Command:
        self._ids += 1
        return {"id": self._ids, "operation": operation, **fields}

    # --- commands to replies ------------------------------------------------------------------

    def _execute(self, chains: Sequence[Chain]) -> list[list[Status]]:
        """Hand all chains over in one batch; the statuses of each one's commands."""
        rows = [row for chain in chains for row in linked(chain.commands)]
        commands = np.zeros(len(rows), COMMAND)
        commands["now_us"] = self.now_us
        for command, row in zip(commands, rows, strict=True):
            for field, number in row.items():
                command[field] = number
        answers, events = self.engine.execute(commands)
        for event in events:
            self._book(event)
        statuses = iter(Status(int(status)) for status in answers["status"])
        return [[next(statuses) for _ in chain.commands] for chain in chains]

    def _keep_reply(self, key: str, chain: Chain, statuses: Sequence[Status]) -> None:
        """Write the reply down, unless the engine says that it answered this before."""
        if Status.ID_REPLAYED in statuses:
            return
        why = [status for status in statuses if status not in {Status.OK, Status.CHAIN_BROKEN}]
        if why or not statuses:
            reason = why[0].name.lower() if why else "unknown"
            self._replies[key] = Reply(accepted=False, reason=reason)
        else:
            self._replies[key] = Reply(accepted=True, id=chain.names)

    def _book(self, event: Any) -> None:  # noqa: ANN401 - a record of EVENT
        """Write down what an event moved."""
        if event["kind"] == Kind.SHORTAGE:
            return
        sides = ((int(event["state_from"]), -1), (int(event["state_to"]), 1))
        for state, sign in sides:
            if state != OUTSIDE and state in COUNTERS:
                self._movements.append(
                    Movement(
                        sku=f"sku-{event['sku']}",
                        location=LOCATIONS[event["location"]],
                        counter=COUNTERS[State(state)],
                        quantity=sign * int(event["quantity"]),
                    )
                )


def linked(commands: Sequence[Command]) -> Iterable[Command]:
    """The commands, each but the last tied to the next."""
    for at, command in enumerate(commands):
        yield command | {"flags": Flag.LINKED if at + 1 < len(commands) else 0}


def number_of(sku: str) -> int:
    """What the engine calls a sku."""
    return int(sku.removeprefix("sku-"))


def open_shop() -> EngineShop:
    """Open it."""
    return EngineShop()
