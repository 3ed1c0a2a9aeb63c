"""One example as it is played: requests go to the inventory, what was said is written down.

Names of skus, orders and reservations differ from run to run; in a history they are A, B, order 1,
reservation 1, so that the same seed tells the same story.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from string import ascii_uppercase
from typing import Any, TypeVar

from storetwin_contract.protocol import (
    Capability,
    Inventory,
    Level,
    Line,
    Message,
    Movement,
    OrderLine,
    Reply,
    Request,
    Verb,
)

T = TypeVar("T")
CLIENTS = ("buyer 1", "buyer 2", "buyer 3", "buyer 4")


class Violation(AssertionError):
    """A property does not hold; the text says what is wrong."""


class Crashed(AssertionError):
    """The inventory raised an error where a reply was due."""


class TimeIsUp(BaseException):
    """The budget is used up. No Exception, so that Hypothesis lets it pass."""


class ShrunkEnough(BaseException):
    """Hypothesis has shrunk a failure for long. No Exception, so that it lets it pass."""


SHRINKS_MAX = 60


@dataclass
class Failure:
    """An example that broke the property.

    Attributes:
        history: who did what and what was answered; the last line says what is wrong.
        crashed: the inventory raised an error, which no expected failure covers.
        steps: that play it again.
        inventory: as the example left it.
    """

    history: tuple[str, ...]
    crashed: bool
    steps: Sequence[Any]
    inventory: Inventory


@dataclass
class Run:
    """A property in one check: what outlives a single example.

    Attributes:
        make: gives the inventory, once an example.
        property_id: of what is checked.
        prefix: of keys, parties and message ids, so that none was ever used.
        out_of_time: whether the budget is used up.
        examples: begun so far, those of shrinking included.
        played: examples that came to their end.
        judged: replies and readings that were compared with what they must be.
        failure: the best to show so far.
        time_was_up: whether an example was cut short.
    """

    make: Callable[[], Inventory]
    property_id: str
    prefix: str
    out_of_time: Callable[[], bool]
    examples: int = 0
    played: int = 0
    judged: int = 0
    examples_at_failure: int = 0
    failure: Failure | None = None
    time_was_up: bool = False
    _numbers: Iterator[int] = field(default_factory=count)

    def key(self) -> str:
        """A key that nobody has used."""
        return f"{self.prefix}-{next(self._numbers)}"

    def begin(self) -> None:
        """Begin an example.

        Raises:
            TimeIsUp: the budget is used up.
            ShrunkEnough: a failure has been found, and shrunk for long.
        """
        self.look_at_clock()
        if self.failure and self.examples >= self.examples_at_failure + SHRINKS_MAX:
            raise ShrunkEnough
        self.examples += 1

    def look_at_clock(self) -> None:
        """Go on as long as there is time.

        Raises:
            TimeIsUp: the budget is used up.
        """
        if self.out_of_time():
            self.time_was_up = True
            raise TimeIsUp

    def failed(self, failure: Failure) -> None:
        """Keep an example that broke the property, unless a shorter one of its kind is known."""
        known = self.failure
        if known is None:
            self.examples_at_failure = self.examples
            self.failure = failure
        elif failure.crashed is known.crashed and len(failure.history) <= len(known.history):
            # As short and later is better: shrinking goes from good to better.
            self.failure = failure


class Example:
    """The inventory under test, and what was said to it."""

    def __init__(self, run: Run, steps: Sequence[Any]) -> None:
        """Begin.

        Args:
            run: that the example belongs to.
            steps: that are played, kept with a failure.
        """
        run.begin()
        self.run = run
        self.steps = steps
        self.history: list[str] = []
        self.inventory = run.make()
        self.count = 0
        self.names: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    # --- names and words ----------------------------------------------------------------------

    def name(self, identity: str, kind: str) -> str:
        """The name of a sku, order or reservation in the history."""
        if identity not in self.names:
            count = self._counts[kind] = self._counts.get(kind, 0) + 1
            self.names[identity] = (
                ascii_uppercase[count - 1] if kind == "sku" else f"{kind} {count}"
            )
        return self.names[identity]

    def name_party(self, identity: str) -> str:
        """Give a customer a name in the history."""
        self.name(identity, "customer")
        return identity

    def told(self, text: str) -> str:
        """*text* with names for identities."""
        for identity, name in sorted(self.names.items(), key=lambda item: -len(item[0])):
            text = text.replace(identity, name)
        return text

    def write(self, text: str) -> None:
        """Write a step down."""
        self.count += 1
        self.history.append(f"{self.count}. {self.told(text)}")

    def fail(self, text: str) -> None:
        """End the example: the property does not hold.

        Raises:
            Violation: always.
        """
        verdict = f"{self.run.property_id} is violated: {self.told(text)}"
        self._failed(verdict, crashed=False)
        raise Violation(verdict)

    def _failed(self, verdict: str, *, crashed: bool) -> None:
        told = (*self.history, verdict)
        self.run.failed(Failure(told, crashed, list(self.steps), self.inventory))

    def _ask(self, what: str, call: Callable[[], T]) -> T:
        self.run.look_at_clock()
        try:
            return call()
        except Exception as error:
            words = self.told(f"{type(error).__name__}: {error}")
            verdict = f"The inventory raised an error ({self.told(what)}): {words}"
            self._failed(verdict, crashed=True)
            raise Crashed(verdict) from error

    # --- deeds --------------------------------------------------------------------------------

    def fresh_sku(self, stock: Mapping[str, int], parts: Mapping[str, int] | None = None) -> str:
        """Make a sku with *stock* by location, or a kit."""
        sku = self._ask("make a sku", lambda: self.inventory.fresh_sku(stock, parts))
        self.name(sku, "sku")
        if parts:
            made = " and ".join(f"{each} {part}" for part, each in parts.items())
            self.write(f"{sku} is a new kit of {made}")
        else:
            there = ", ".join(f"{units} at {location}" for location, units in stock.items())
            self.write(f"{sku} is new: {there}")
        return sku

    def allow_backorder(self, sku: str, location: str, limit: int) -> None:
        """Let orders exceed the stock."""
        self._ask("allow backorders", lambda: self.inventory.allow_backorder(sku, location, limit))
        self.write(f"orders may exceed the stock of {sku} at {location} by {limit}")

    def do(self, request: Request, who: str = CLIENTS[0]) -> Reply:
        """Carry out a request and write it down with its reply."""
        deed = in_words(request)
        reply = self._ask(deed, lambda: self.inventory.do(request))
        self._meet(request, reply)
        self.write(f"{who} {deed} -> {self._answer(reply)}")
        return reply

    def race(self, requests: Sequence[Request], schedule: Sequence[int]) -> list[Reply]:
        """Carry out several requests at once; name the steps where the inventory tells them."""
        deeds = [f"{CLIENTS[at]} {in_words(request)}" for at, request in enumerate(requests)]
        replies = list(self._ask("race", lambda: self.inventory.race(requests, schedule)))
        assert len(replies) == len(requests), "race must answer once a request"
        for request, reply in zip(requests, replies, strict=True):
            self._meet(request, reply)
        answers = zip(deeds, replies, strict=True)
        said = "; ".join(f"{deed} -> {self._answer(reply)}" for deed, reply in answers)
        self.write(f"at once: {said}")
        for client, step in getattr(self.inventory, "trace", ()):
            self.history.append(f"     {CLIENTS[client]} {self.told(step)}")
        return replies

    def wait(self, seconds: float, *, silent: bool = False) -> None:
        """Let time pass."""
        self._ask(f"wait {seconds:g} s", lambda: self.inventory.wait(seconds))
        if not silent:
            self.write(f"{seconds:g} s pass")

    def deliver(self, message: Message, how: str) -> None:
        """Hand over a message of the other system."""
        self._ask(f"take {in_message(message)}", lambda: self.inventory.deliver(message))
        self.write(f"{how} {in_message(message)}")

    def reconcile(self, truth: Mapping[tuple[str, str], int]) -> None:
        """Run one reconciliation."""
        self._ask("reconcile", lambda: self.inventory.reconcile(truth))
        there = ", ".join(f"{units} {sku} at {at}" for (sku, at), units in truth.items())
        self.write(f"reconciliation with the other system, which has {there}")

    def erase(self, party: str) -> None:
        """Forget a customer."""
        self._ask(f"erase {party}", lambda: self.inventory.erase(party))
        self.write(f"{party} is erased")

    def _meet(self, request: Request, reply: Reply) -> None:
        if reply.accepted and reply.id:
            self.name(reply.id, "reservation" if request.verb is Verb.RESERVE else "order")

    def _answer(self, reply: Reply) -> str:
        if not reply.accepted:
            return f"refused ({reply.reason})" if reply.reason else "refused"
        refund = f", refund {reply.refund_minor}" if reply.refund_minor else ""
        return f"{reply.id or 'accepted'}{refund}"

    # --- readings, which are not steps --------------------------------------------------------

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:
        """What a shopper is told."""
        return self._ask("show stock", lambda: self.inventory.shown(sku, channel, location))

    def level(self, sku: str, location: str) -> Level:
        """Counters of a level."""
        return self._ask("tell a level", lambda: self.inventory.level(sku, location))

    def ledger(self, sku: str) -> list[Movement]:
        """Movements of a sku."""
        return list(self._ask("tell the ledger", lambda: self.inventory.ledger(sku)))

    def order(self, order_id: str) -> list[OrderLine]:
        """Lines of an order."""
        return list(self._ask("tell an order", lambda: self.inventory.order(order_id)))

    def sent(self) -> list[Message]:
        """Messages that went out."""
        return list(self._ask("tell its messages", self.inventory.sent))

    def knows(self, party: str) -> bool:
        """Whether anything tells of a customer."""
        return self._ask(f"say whether it knows {party}", lambda: self.inventory.knows(party))

    def can(self, *capabilities: Capability) -> bool:
        """Whether the inventory offers all of *capabilities*."""
        return self.inventory.capabilities.issuperset(capabilities)


SAID = {
    Verb.RECEIVE: "receives",
    Verb.ADJUST: "corrects the record by",
    Verb.COUNT: "counts",
    Verb.SELL: "sells at a till",
    Verb.RESERVE: "reserves",
    Verb.RELEASE: "releases",
    Verb.PLACE: "orders",
    Verb.FULFIL: "fulfils",
    Verb.CANCEL: "cancels",
    Verb.RETURN: "takes back",
}


ABOUT_ORDERS = frozenset({Verb.FULFIL, Verb.CANCEL, Verb.RETURN})


def in_words(request: Request) -> str:
    """A request as a predicate: "orders 2 A at north"."""
    lines = " and ".join(_line_in_words(line, request) for line in request.lines)
    if request.verb in ABOUT_ORDERS:
        return f"{SAID[request.verb]} {lines or 'all that is left'} of {request.of}"
    words = f"{SAID[request.verb]} {lines}".rstrip()
    if request.verb is Verb.RESERVE:
        words += f" for {request.ttl_s:g} s"
    if request.of:
        words += f" of {request.of}" if lines else f" {request.of}"
    return words


def _line_in_words(line: Line, request: Request) -> str:
    sign = "+" if request.verb is Verb.ADJUST and line.quantity > 0 else ""
    words = f"{sign}{line.quantity} {line.sku}"
    if line.location is not None:
        words += f" at {line.location}"
    if line.amount_minor:
        words += f" for {line.amount_minor}"
    if line.number:
        words += f" (line {line.number})"
    return words


def in_message(message: Message) -> str:
    """A message in words: "delta -2 A at north (version 3)"."""
    sign = "+" if message.meaning.value == "delta" and message.quantity > 0 else ""
    return (
        f"{message.meaning.value} {sign}{message.quantity} {message.sku} at {message.location}"
        f" (version {message.version} of {message.origin})"
    )


def again(request: Request, key: str) -> Request:
    """The same wish under another key."""
    return replace(request, key=key)
