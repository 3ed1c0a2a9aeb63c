"""From requests to the engine's commands, and from its order lines back to what was ordered.

The desk mints ids and knows names; it decides nothing. What one request asks for is one chain.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.engine import Engine
from core.schema import ANY_LOCATION, Channel, Flag, Operation
from storetwin_contract.protocol import Line, OrderLine, Request, Verb

LOCATIONS = ("east", "west")
A_SECOND_US = 1_000_000
CHANNELS = {"till": Channel.TILL, "web": Channel.WEB}
FACTS = {
    Verb.RECEIVE: Operation.RECEIVE,
    Verb.ADJUST: Operation.ADJUST,
    Verb.COUNT: Operation.COUNT,
}

Command = dict[str, int]
EngineLine = dict[str, int]  # a LINE, and its number

# What a request about order lines becomes, and how many units of a line it can be about.
ABOUT_LINES: dict[Verb, tuple[Operation, Callable[[EngineLine], int]]] = {
    Verb.FULFIL: (Operation.FULFIL, lambda line: line["allocated"]),
    Verb.CANCEL: (
        Operation.CANCEL,
        lambda line: line["allocated"] + line["backordered"] + line["unallocated"],
    ),
    Verb.RETURN: (Operation.RETURN, lambda line: line["fulfilled"] - line["returned"]),
}


@dataclass
class Chain:
    """The commands of one request: they stand or fall together.

    Attributes:
        commands: none where the request names what the shop does not know.
        names: the reservation or order that comes to be; empty where none does.
    """

    commands: list[Command]
    names: str = ""

    def linked(self) -> Iterable[Command]:
        """The commands, each but the last tied to the next."""
        for at, command in enumerate(self.commands):
            yield command | {"flags": Flag.LINKED if at + 1 < len(self.commands) else 0}


class Desk:
    """Names on one side, ids on the other.

    Attributes:
        parties: number of each customer that is known.
        parts: of the kits: how many of which sku.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.parties: dict[str, int] = {}
        self.parts: dict[int, Mapping[int, int]] = {}
        self._ids = 0
        self._chains: dict[str, Chain] = {}  # by idempotency key
        self._holds: dict[str, list[int]] = {}  # reservation ids by name
        self._orders: dict[str, int] = {}

    def chain(self, request: Request) -> Chain:
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
                operation = FACTS[request.verb]
                return Chain([self._at(operation, line, request) for line in request.lines])
            case _:
                return Chain(self._about_lines(request))

    def command(self, operation: Operation, **fields: int) -> Command:
        """A command under a new id."""
        self._ids += 1
        return {"id": self._ids, "operation": operation, **fields}

    def _at(self, operation: Operation, line: Line, request: Request) -> Command:
        """A command about units of a level."""
        party = self.parties.setdefault(request.party, len(self.parties) + 1)
        return self.command(
            operation,
            sku=number_of(line.sku),
            location=ANY_LOCATION if line.location is None else LOCATIONS.index(line.location),
            quantity=line.quantity,
            party_id=party,
            channel=CHANNELS[request.channel],
        )

    # --- promises -----------------------------------------------------------------------------

    def _order(self, request: Request, operation: Operation) -> Chain:
        """A line a command; an order from a cart lets the cart go in the same chain."""
        commands = self._release(request.of) if request.of else []
        order_id = commands[0]["id"] if commands else self._ids + 1
        for line in request.lines:
            command = self._at(operation, line, request)
            commands.append(command | {"argument": line.amount_minor, "order_id": order_id})
        name = f"order-{order_id}"
        self._orders[name] = order_id
        return Chain(commands, name)

    def _hold(self, request: Request) -> Chain:
        """A cart that names no location holds what stands free, location by location."""
        ttl_us = round(request.ttl_s * A_SECOND_US)
        commands = [
            self._at(Operation.RESERVE, line, request) | {"argument": ttl_us}
            for asked in request.lines
            for line in self._located(asked, request)
        ]
        ids = [command["id"] for command in commands]
        name = f"hold-{ids[0]}"
        self._holds[name] = ids
        return Chain(commands, name)

    def _located(self, line: Line, request: Request) -> list[Line]:
        if line.location is not None:
            return [line]
        sellable = self.engine.available_to_sell(CHANNELS[request.channel])
        parts, rest = [], line.quantity
        for at, location in enumerate(LOCATIONS):
            units = min(rest, int(sellable[at, number_of(line.sku)]))
            if units:
                parts.append(replace(line, quantity=units, location=location))
                rest -= units
        if rest:
            parts.append(replace(line, quantity=rest, location=LOCATIONS[0]))
        return parts

    def _release(self, name: str) -> list[Command]:
        ids = self._holds.get(name, [])
        return [self.command(Operation.RELEASE, argument=number) for number in ids]

    # --- order lines --------------------------------------------------------------------------

    def _about_lines(self, request: Request) -> list[Command]:
        """A command for every engine line that a line of the request stands for.

        A request without lines is about all that is left.
        """
        operation, rest = ABOUT_LINES[request.verb]
        groups = self._groups(request.of)
        commands: list[Command] = []
        if not request.lines:
            return [
                self._about_line(operation, request.of, line, rest(line))
                for group in groups
                for line in group
                if rest(line)
            ]
        for line in request.lines:
            number = line.number if line.number is not None else 0
            if number >= len(groups):
                return []
            for engine_line, units in self._spread(groups[number], line.quantity, rest):
                command = self._about_line(operation, request.of, engine_line, units)
                if line.location is not None and operation is Operation.RETURN:
                    command["location"] = LOCATIONS.index(line.location)
                commands.append(command)
        return commands

    def _about_line(
        self, operation: Operation, order: str, line: EngineLine, units: int
    ) -> Command:
        """A command about units of an engine line, where they are or left."""
        return self.command(
            operation,
            order_id=self._orders[order],
            argument=line["number"],
            location=line["location"],
            quantity=units,
        )

    def _groups(self, order: str) -> list[list[EngineLine]]:
        """The engine's lines of an order, those together that were one line when ordered."""
        groups: dict[int, list[EngineLine]] = {}
        for number, line in enumerate(self.engine.order(self._orders.get(order, 0))):
            record = {name: int(line[name]) for name in line.dtype.names} | {"number": number}
            groups.setdefault(record["split_from"], []).append(record)
        return list(groups.values())

    def _per(self, line: EngineLine) -> int:
        """How many units of a line make one that was ordered."""
        return self.parts[line["kit"]][line["sku"]] if line["kit"] >= 0 else 1

    def _spread(
        self, group: Sequence[EngineLine], quantity: int, rest: Callable[[EngineLine], int]
    ) -> Iterable[tuple[EngineLine, int]]:
        """Spread *quantity* over the locations of a line; too much ends at the last, refused."""
        places = list(dict.fromkeys(line["location"] for line in group))
        for at in places:
            here = [line for line in group if line["location"] == at]
            units = min(quantity, *(rest(line) // self._per(line) for line in here))
            if at == places[-1]:
                units = quantity
            quantity -= units
            if units:
                yield from ((line, units * self._per(line)) for line in here)

    def lines(self, order: str) -> list[OrderLine]:
        """Lines as they were ordered: what was split over locations or parts is one again."""
        return [self._line(group) for group in self._groups(order)]

    def _line(self, group: Sequence[EngineLine]) -> OrderLine:
        first = group[0]
        one_part = [line for line in group if line["sku"] == first["sku"]]

        def units(field: str) -> int:
            return sum(line[field] for line in one_part) // self._per(first)

        return OrderLine(
            sku=name_of(first["kit"] if first["kit"] >= 0 else first["sku"]),
            ordered=units("ordered"),
            allocated=units("allocated"),
            unallocated=units("unallocated"),
            backordered=units("backordered"),
            fulfilled=units("fulfilled"),
            cancelled=units("cancelled"),
            returned=units("returned"),
            amount_minor=sum(line["amount_minor"] for line in group),
            refunded_minor=sum(line["refunded_minor"] for line in group),
        )


def number_of(sku: str) -> int:
    """What the engine calls a sku."""
    return int(sku.removeprefix("sku-"))


def name_of(number: int) -> str:
    """What the shop calls a sku of the engine."""
    return f"sku-{number}"
