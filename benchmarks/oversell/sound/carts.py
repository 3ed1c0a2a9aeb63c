"""Promises to carts: units are set aside until the cart lets go or its time is over."""

from collections.abc import Sequence

from benchmarks.oversell.shop import Client
from benchmarks.oversell.sound.levels import move
from benchmarks.oversell.sound.orders import Pick, choose
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request


def reserve(client: Client, request: Request) -> Steps[Reply]:
    """Set units of every line aside, or of none."""
    picks = yield from choose(client, request.lines)
    # After this point the hold must succeed.
    return (yield from hold(client, request, picks))


def hold(client: Client, request: Request, picks: Sequence[Pick]) -> Steps[Reply]:
    """Write the hold and move its units; the caller has looked whether there are any."""
    hold_id = f"hold-{client.shop.database.number()}"
    for part, (_, sku, location, units) in enumerate(picks):
        key = (hold_id, part)
        client.tx.add(
            "hold",
            key,
            key=key,
            place=(sku, location),
            quantity=units,
            expires_s=client.now_s + request.ttl_s,
            live=True,
        )
        yield from move(client, (sku, location), available=-units, reserved=units)
    return Reply(accepted=True, id=hold_id)
