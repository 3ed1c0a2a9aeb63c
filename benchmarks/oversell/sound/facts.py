"""What has happened already: it is booked as it is, even where the record then falls below zero."""

from collections.abc import Callable

from benchmarks.oversell.shop import Client, Refused, Rule
from benchmarks.oversell.sound.levels import COUNTERS, Place, home, lock_all, lock_level, move
from benchmarks.oversell.sound.messages import tell
from benchmarks.oversell.sound.orders import new_order
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Line, Reply, Request


def _places(request: Request) -> list[Place]:
    return [(line.sku, home(line.location)) for line in request.lines]


def _fact(change: Callable[[Line], int], allowed: Callable[[int], bool]) -> Rule:
    """A rule that adds `change(line)` to what is available."""

    def rule(client: Client, request: Request) -> Steps[Reply]:
        if not all(allowed(line.quantity) for line in request.lines):
            message = "not a quantity for this"
            raise Refused(message)
        yield from lock_all(client, _places(request))
        for line, at in zip(request.lines, _places(request), strict=True):
            yield from move(client, at, available=change(line))
            tell(client, at, change(line))
        return Reply(accepted=True)

    return rule


receive = _fact(lambda line: line.quantity, lambda quantity: quantity > 0)
adjust = _fact(lambda line: line.quantity, lambda quantity: quantity != 0)


def count(client: Client, request: Request) -> Steps[Reply]:
    """So many are on the shelf: what is promised stays promised, the rest is available."""
    if any(line.quantity < 0 for line in request.lines):
        message = "nobody counts less than nothing"
        raise Refused(message)
    yield from lock_all(client, _places(request))
    for line, at in zip(request.lines, _places(request), strict=True):
        row = yield from lock_level(client, at)
        missing = line.quantity - sum(row[counter] for counter in COUNTERS)
        yield from move(client, at, available=missing)
        tell(client, at, missing)
    return Reply(accepted=True)


def sell(client: Client, request: Request) -> Steps[Reply]:
    """Units went over the counter: an order that is fulfilled at once."""
    if any(line.quantity <= 0 for line in request.lines):
        message = "nothing was sold"
        raise Refused(message)
    takes = [
        (part, home(line.location), each * line.quantity)
        for line in request.lines
        for part, each in client.shop.kits.get(line.sku, {line.sku: 1}).items()
    ]
    yield from lock_all(client, [(part, at) for part, at, _ in takes])
    for part, at, quantity in takes:
        yield from move(client, (part, at), available=-quantity)
        tell(client, (part, at), -quantity)
    order_id = new_order(client, request, "fulfilled")
    return Reply(accepted=True, id=order_id)
