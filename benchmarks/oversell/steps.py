"""Requests that run step by step, in an order that is chosen from outside.

A request is a generator. It stops before every access to what clients share (a row, a lock, a
message) and says in words what it is about to do; between two stops it runs alone. `race` picks
who goes next, so an interleaving is nothing but a list of numbers: it can be generated, shrunk
and run again.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, cycle
from typing import Generic, TypeVar

T = TypeVar("T")

STEPS_MAX = 100_000  # a race of a handful of requests takes hundreds


class Stuck(Exception):
    """A race cannot end."""


class Deadlock(Stuck):
    """Every client that is left waits for another."""


class Lock:
    """Something that one owner holds at a time; who wants it meanwhile is not given a turn."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.owner: object | None = None

    def open_to(self, owner: object) -> bool:
        """Whether *owner* would get the lock, or has it."""
        return self.owner is None or self.owner is owner

    def take(self, owner: object) -> "Steps[None]":
        """Wait for the lock, then hold it."""
        yield Step(f"locks {self.name}", needs=self, owner=owner)
        self.owner = owner

    def free(self, owner: object) -> None:
        """Let go, if *owner* holds it."""
        if self.owner is owner:
            self.owner = None


@dataclass(frozen=True)
class Step:
    """What a client is about to do, and the lock that it must get for it."""

    text: str
    needs: Lock | None = None
    owner: object | None = None

    @property
    def possible(self) -> bool:
        """Whether the step can be made now."""
        return self.needs is None or self.needs.open_to(self.owner)


Steps = Generator[Step, None, T]


@dataclass
class Race(Generic[T]):
    """How a race went.

    Attributes:
        answers: one a client, in the clients' order.
        trace: (client, what it did), first to last.
    """

    answers: list[T]
    trace: list[tuple[int, str]]


@dataclass
class _Runner(Generic[T]):
    steps: Steps[T]
    next: Step | None = None
    answer: list[T] = field(default_factory=list)

    def go(self) -> None:
        """Make one step, up to the next stop or the end."""
        try:
            self.next = next(self.steps)
        except StopIteration as end:
            self.next = None
            self.answer.append(end.value)


def race(clients: Sequence[Steps[T]], schedule: Sequence[int] = ()) -> Race[T]:
    """Run *clients* against each other until all have answered.

    Args:
        clients: requests that have not started.
        schedule: which client makes the next step each time (modulo their number). One who has
            answered or waits for a lock passes his turn to the next; after the schedule, turns
            go round.

    Raises:
        Deadlock: nobody can go on.
        Stuck: somebody goes on for ever.
    """
    runners = [_Runner(steps) for steps in clients]
    for runner in runners:
        runner.go()
    trace: list[tuple[int, str]] = []
    turns = chain(schedule, cycle(range(max(1, len(runners)))))
    while any(runner.next is not None for runner in runners):
        at = _whose_turn(runners, turns)
        step = runners[at].next
        assert step is not None
        trace.append((at, step.text))
        if len(trace) > STEPS_MAX:
            message = f"client {at} still {step.text} after {STEPS_MAX} steps"
            raise Stuck(message)
        runners[at].go()
    return Race([runner.answer[0] for runner in runners], trace)


def _whose_turn(runners: Sequence[_Runner[T]], turns: Iterator[int]) -> int:
    first = next(turns)
    for offset in range(len(runners)):
        at = (first + offset) % len(runners)
        step = runners[at].next
        if step is not None and step.possible:
            return at
    waiting = [
        f"client {at} {runner.next.text}"
        for at, runner in enumerate(runners)
        if runner.next is not None
    ]
    message = f"deadlock: {', '.join(waiting)}, and nobody lets go"
    raise Deadlock(message)
