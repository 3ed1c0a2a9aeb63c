"""Orders: place one, look at one."""

import msgspec
import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from adapters.gateway.chains import OWN_ORDER, command
from adapters.gateway.gateway import Gateway
from adapters.gateway.replies import Compose, Outcome
from adapters.http.answers import ENCODER, JSON, answer, refused
from adapters.http.bodies import LineView, Order, OrderView, Placed, ShortLine, decode
from adapters.http.catalogue import Catalogue
from adapters.http.limits import body_of
from adapters.http.problems import Problem
from adapters.http.requests import AS_OF_SEQ, check_media, idempotency_key, sent
from adapters.http.security import ROUTES, Guard
from core.schema import Channel, Operation, Status

_DECODER = msgspec.json.Decoder(Order)
_CHANNELS = {channel.name.lower(): channel for channel in Channel}
_PLACE_ROLE = ROUTES["POST", "/v1/orders"] or "admin"


async def received_order(request: Request, guard: Guard) -> tuple[str, Order]:
    """The idempotency key and the order of a request that may place one.

    Raises:
        Problem: it may not, or it is none.
    """
    headers = sent(request.scope)
    guard.authorise(request.scope, headers.api_key, _PLACE_ROLE)
    check_media(headers.media)
    key = idempotency_key(headers.idempotency_key)
    return key, decode(_DECODER, await body_of(request.receive))


def chain_of(order: Order, catalogue: Catalogue) -> tuple[bytes, list[tuple[int, int]]]:
    """The linked commands of an order, and the (sku, location) of its lines."""
    channel = _CHANNELS[order.channel]
    last = len(order.lines) - 1
    packed = []
    levels = []
    for number, line in enumerate(order.lines):
        level = (catalogue.sku(line.sku, number), catalogue.location(line.location, number))
        levels.append(level)
        packed.append(
            command(
                Operation.PLACE,
                sku=level[0],
                location=level[1],
                quantity=line.quantity,
                argument=line.amount_minor,
                order_id=OWN_ORDER,
                party_id=order.party_id,
                channel=channel,
                linked=number < last,
            )
        )
    return b"".join(packed), levels


def composer(order: Order, levels: list[tuple[int, int]], catalogue: Catalogue) -> Compose:
    """What makes the reply to *order* once the engine has answered."""

    def compose(outcome: Outcome) -> tuple[int, bytes]:
        if not any(outcome.statuses):
            amount_minor = sum(line.amount_minor for line in order.lines)
            placed = Placed(outcome.first_id, outcome.last_sequence, len(order.lines), amount_minor)
            return 201, ENCODER.encode(placed)
        problem = refusal(order, levels, catalogue, outcome)
        return problem.status_code, problem.body()

    return compose


def refusal(
    order: Order, levels: list[tuple[int, int]], catalogue: Catalogue, outcome: Outcome
) -> Problem:
    """Why nothing of *order* was placed; where stock is short, which lines and by how much."""
    if Status.STOCK_INSUFFICIENT not in outcome.statuses:
        return refused(outcome)
    asked: dict[tuple[int, int], int] = {}
    short = []
    for number, (line_sent, level) in enumerate(zip(order.lines, levels, strict=True)):
        asked[level] = asked.get(level, 0) + line_sent.quantity
        available = outcome.available[number]
        if asked[level] > available:
            place = catalogue.locations[level[1]]
            short.append(
                ShortLine(number, line_sent.sku, place, line_sent.quantity, max(0, available))
            )
    detail = "; ".join(
        f"line {one.line}: {one.requested} of {one.sku} asked for at {one.location}, "
        f"{one.available} available"
        for one in short[:10]
    )
    return Problem("stock-insufficient", detail, lines=short, seq=outcome.last_sequence)


class Orders:
    """The routes."""

    def __init__(self, guard: Guard, catalogue: Catalogue, gateway: Gateway) -> None:
        self._guard = guard
        self._catalogue = catalogue
        self._gateway = gateway

    async def place(self, request: Request) -> Response:
        """Place an order: all lines or none, once for an Idempotency-Key."""
        key, order = await received_order(request, self._guard)
        chain, levels = chain_of(order, self._catalogue)
        return answer(
            await self._gateway.submit(key, chain, composer(order, levels, self._catalogue))
        )

    async def show(self, order_id: int) -> Response:
        """An order as it stands now."""
        lines, sequence = await self._gateway.read(lambda engine: engine.order(order_id))
        if not len(lines):
            raise Problem("order-unknown", f"there is no order {order_id}")
        view = OrderView(
            order_id,
            Channel(int(lines[0]["channel"])).name.lower(),
            [self._line(number, line) for number, line in enumerate(lines)],
            sequence,
        )
        headers = {AS_OF_SEQ: str(sequence)}
        return Response(ENCODER.encode(view), 200, headers, JSON)

    def _line(self, number: int, line: np.void) -> LineView:
        """One line of an order; *line* is a record of LINE."""
        return LineView(
            line=number,
            sku=self._catalogue.names[int(line["sku"])],
            location=self._catalogue.locations[int(line["location"])],
            ordered=int(line["ordered"]),
            allocated=int(line["allocated"]),
            fulfilled=int(line["fulfilled"]),
            cancelled=int(line["cancelled"]),
            returned=int(line["returned"]),
            amount_minor=int(line["amount_minor"]),
        )
