"""What comes back: the outcome of a chain, and the reply that is stored with it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """The engine's answers to one chain."""

    first_id: int  # of the chain's first command, and so the id of its order
    last_sequence: int
    statuses: list[int]  # one a command
    available: list[int]  # one a command, at its level afterwards


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request: the same bytes every time its key comes again."""

    status: int  # of HTTP
    body: bytes
    sequence: int


# From the engine's answers to the status and body of a reply.
Compose = Callable[[Outcome], tuple[int, bytes]]
