"""How a promise to a cart ends early: the cart lets go, or its units go into an order."""

from benchmarks.oversell.shop import Client, Refused
from benchmarks.oversell.sound.levels import Place, end_hold, lock_all
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request


def release(client: Client, request: Request) -> Steps[Reply]:
    """Give back what a cart holds; refused once the hold has ended."""
    if not (yield from let_go(client, request.of)):
        message = f"no live hold {request.of}"
        raise Refused(message)
    return Reply(accepted=True)


def let_go(client: Client, hold_id: str) -> Steps[bool]:
    """End a hold that is still live; whether it was."""
    yield from lock_all(client, (yield from held_at(client, hold_id)))
    # Only now nobody else can end it.
    live = yield from client.tx.select(
        "hold", lambda row: bool(row["key"][0] == hold_id and row["live"])
    )
    for hold in live:
        yield from end_hold(client, hold)
    return bool(live)


def held_at(client: Client, hold_id: str) -> Steps[list[Place]]:
    """The levels that a hold has units of, or had."""
    rows = yield from client.tx.select("hold", lambda row: bool(row["key"][0] == hold_id))
    return [row["place"] for row in rows]
