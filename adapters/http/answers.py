"""From the engine's outcome to the bytes of a reply."""

import msgspec
from starlette.responses import Response

from adapters.gateway.replies import Outcome, Reply
from adapters.http.problems import MEDIA, Problem
from core.schema import Status

JSON = "application/json"

ENCODER = msgspec.json.Encoder()


def answer(reply: Reply) -> Response:
    """The stored reply as it goes out, the first time and every other time."""
    return Response(reply.body, reply.status, None, JSON if reply.status < 400 else MEDIA)


def refused(outcome: Outcome) -> Problem:
    """Which command of a chain the engine refused, and with which status."""
    line, status = next(
        (number, Status(one))
        for number, one in enumerate(outcome.statuses)
        if one not in {Status.OK, Status.CHAIN_BROKEN}
    )
    name = status.name.lower()
    detail = f"line {line} was refused: {name.replace('_', ' ')}"
    return Problem("refused", detail, reason=name, line=line, seq=outcome.last_sequence)
