"""The front of a stepped shop: requests in, replies out, everything in between is rules.

`Rules` is a table of functions over rows; the shops in `shops/` differ in them and in nothing
else. `Shop` gives the rules a database, a clock and the memory of the process that serves the
request, and answers the contract's questions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from benchmarks.oversell.database import Database, Transaction
from benchmarks.oversell.steps import Lock, Race, Steps, race
from storetwin_contract.protocol import (
    Capability,
    Level,
    Message,
    Movement,
    OrderLine,
    Reply,
    Request,
    Verb,
)

T = TypeVar("T")

LOCATIONS = ("east", "west")
NAME = "shop"
START_S = 1_000_000.0

Capabilities = frozenset[Capability]


class Refused(Exception):
    """A request cannot be met; the text is the reason."""


@dataclass
class Process:
    """One process of the application: what it remembers is its own."""

    memory: dict[Any, Any] = field(default_factory=dict)
    locks: dict[str, Lock] = field(default_factory=dict)

    def lock(self, name: str) -> Lock:
        """A lock that only this process knows."""
        return self.locks.setdefault(name, Lock(name))


@dataclass
class Client:
    """What serves one request: the shop, the transaction and the process."""

    shop: "Shop"
    tx: Transaction
    process: Process

    @property
    def now_s(self) -> float:
        """The time."""
        return self.shop.now_s

    def begin(self) -> Transaction:
        """A transaction of its own, for rules that do not do all in one."""
        return self.shop.database.begin()


Rule = Callable[[Client, Request], Steps[Reply]]


@dataclass(frozen=True)
class Rules:
    """What a shop does, a function for each thing.

    Attributes:
        verbs: one rule a verb; a rule writes through the client's transaction, raises `Refused`,
            or commits transactions of its own.
        once: (client, request, rule): let the rule work unless the key is known; commit.
        shown: (client, sku, channel, location) -> units told to a shopper.
        level: (client, sku, location) -> counters.
        expire: (client, level): end the holds there whose time is over; the level is locked.
        deliver: (client, message): take a message.
        reconcile: (client, truth): compare and repair.
    """

    verbs: Mapping[Verb, Rule]
    once: Callable[[Client, Request, Rule], Steps[Reply]]
    shown: Callable[[Client, str, str, str | None], Steps[int]]
    level: Callable[[Client, str, str], Steps[Level]]
    expire: Callable[[Client, tuple[str, str]], Steps[None]]
    deliver: Callable[[Client, Message], Steps[None]]
    reconcile: Callable[[Client, Mapping[tuple[str, str], int]], Steps[None]]

    def but(self, verbs: Mapping[Verb, Rule] | None = None, **others: Any) -> "Rules":  # noqa: ANN401
        """These rules with some of them replaced."""
        return replace(self, verbs={**self.verbs, **(verbs or {})}, **others)


class Shop:
    """An inventory whose requests are interleaved as a schedule says.

    Attributes:
        capabilities: see `storetwin_contract.protocol.Inventory`.
        settle_s: what is done shows at once.
        name: the origin of the shop's own messages.
        kits: parts of the skus that have no stock of their own.
        trace: of the last race, what each client did.
    """

    settle_s = 0.0
    name = NAME

    def __init__(self, rules: Rules, capabilities: Capabilities, *, processes: int = 1) -> None:
        """Open an empty shop.

        Args:
            rules: what it does.
            capabilities: what of it the contract may use.
            processes: of the application; requests go to them in turn.
        """
        self.rules = rules
        self.capabilities = capabilities
        self.database = Database()
        self.kits: dict[str, Mapping[str, int]] = {}
        self.now_s = START_S
        self.trace: list[tuple[int, str]] = []
        self._processes = [Process() for _ in range(processes)]
        self._served = 0
        self._skus = 0

    # --- what the contract asks ---------------------------------------------------------------

    def locations(self) -> Sequence[str]:
        """Names of the locations."""
        return LOCATIONS

    def fresh_sku(self, stock: Mapping[str, int], parts: Mapping[str, int] | None = None) -> str:
        """Make a sku with *stock* by location, or a kit of *parts*."""
        self._skus += 1
        sku = f"sku-{self._skus}"
        if parts:
            self.kits[sku] = dict(parts)
            return sku
        tx = self.database.begin()
        counters = {"committed": 0, "reserved": 0, "unavailable": 0}
        for location in LOCATIONS:
            quantity = stock.get(location, 0)
            key = {"sku": sku, "location": location}
            fields = key | counters | {"available": quantity, "opening": quantity}
            drain(tx.insert("level", (sku, location), **fields))
            if quantity:
                tx.append("movement", **key, counter="available", quantity=quantity)
        drain(tx.commit())
        self.database.catch_up()
        return sku

    def allow_backorder(self, sku: str, location: str, limit: int) -> None:
        """Refuse: no stepped shop says that it has BACKORDER."""
        message = f"no backorders of {sku} at {location}, neither {limit} nor one"
        raise Refused(message)

    def do(self, request: Request) -> Reply:
        """Carry out one request."""
        return self.race([request], [])[0]

    def race(self, requests: Sequence[Request], schedule: Sequence[int]) -> Sequence[Reply]:
        """Carry out several requests at once, interleaved as *schedule* says."""
        ran = race([self._serve(self._client(), request) for request in requests], schedule)
        self.trace = ran.trace
        return ran.answers

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:
        """How many units a shopper of *channel* is told can be bought."""
        return self._alone(lambda client: self.rules.shown(client, sku, channel, location))

    def level(self, sku: str, location: str) -> Level:
        """Counters of a level."""
        return self._alone(lambda client: self.rules.level(client, sku, location))

    def ledger(self, sku: str) -> Sequence[Movement]:
        """Every movement of *sku*."""
        for location in LOCATIONS:
            if (sku, location) in self.database.rows.get("level", {}):
                self.level(sku, location)  # books what has expired since
        rows = self.database.rows.get("movement", {})
        return [Movement(**row) for _, row in sorted(rows.items()) if row["sku"] == sku]

    def order(self, order_id: str) -> Sequence[OrderLine]:
        """Lines of an order."""
        rows = self.database.rows.get("line", {})
        fields = OrderLine.__dataclass_fields__
        return [
            OrderLine(**{name: value for name, value in row.items() if name in fields})
            for (of, _), row in sorted(rows.items())
            if of == order_id
        ]

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now_s += seconds
        self.database.catch_up()

    def deliver(self, message: Message) -> None:
        """Take a message from the other system."""
        self._alone(lambda client: self.rules.deliver(client, message))

    def sent(self) -> Sequence[Message]:
        """Messages for the other system, first to last."""
        rows = self.database.rows.get("outbox", {})
        return [Message(**row) for _, row in sorted(rows.items())]

    def reconcile(self, truth: Mapping[tuple[str, str], int]) -> None:
        """Run one reconciliation against the other system's on_hand."""
        self._alone(lambda client: self.rules.reconcile(client, truth))

    def erase(self, party: str) -> None:
        """Forget who a customer was."""
        tx = self.database.begin()
        for row in drain(tx.select("order", lambda row: row["party"] == party)):
            drain(tx.write("order", row["id"], party=""))
        drain(tx.commit())

    def knows(self, party: str) -> bool:
        """Whether an order still tells of a customer."""
        return any(row["party"] == party for row in self.database.rows.get("order", {}).values())

    # --- what serves it -----------------------------------------------------------------------

    def _client(self) -> Client:
        self._served += 1
        process = self._processes[self._served % len(self._processes)]
        return Client(self, self.database.begin(), process)

    def _serve(self, client: Client, request: Request) -> Steps[Reply]:
        reply = yield from self.rules.once(client, request, self.rules.verbs[request.verb])
        client.tx.end()
        return reply

    def _alone(self, work: Callable[[Client], Steps[T]]) -> T:
        """Run *work* with nobody else about."""

        def whole() -> Steps[T]:
            client = self._client()
            answer = yield from work(client)
            yield from client.tx.commit()
            return answer

        ran: Race[T] = race([whole()])
        return ran.answers[0]


def drain(steps: Steps[T]) -> T:
    """Run steps with nobody else about."""
    return race([steps]).answers[0]


def places(location: str | None) -> Iterable[str]:
    """Where a line that names *location* may be served from."""
    return LOCATIONS if location is None else (location,)
