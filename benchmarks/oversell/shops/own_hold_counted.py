"""Blocked by the own cart.

Checkout asks whether the units of the order are free, and only then ends the cart's hold. What the
cart itself has set aside counts as taken, so the customer who holds the last units is told that
they are sold out; with twice the order on the shelf nobody notices. WooCommerce counted a
shopper's own hold against them (woocommerce#67354); Medusa could not send orders whose own
reservations were all that was left (medusa#6500, #9821).
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.holds import held_at, let_go
from benchmarks.oversell.sound.levels import lock_all
from benchmarks.oversell.sound.orders import allocate, choose, levels_of, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}), ALL)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Allocate every line, or none; then the cart is done with."""
    held = (yield from held_at(client, request.of)) if request.of else []
    yield from lock_all(client, [*held, *levels_of(wanted(client, request.lines))])
    picks = yield from choose(client, request.lines)
    if request.of:
        yield from let_go(client, request.of)
    return (yield from allocate(client, request, picks))
