"""Locks in the order of the cart.

Rows are locked as the lines of the order come. One customer has shirt and hat in the cart, another
hat and shirt: each locks the first and waits for the second, and neither goes on until the
database throws one of them out. Spree locks the rows of an order without saying in which order
(spree#13978); Tryton 8.2 answered 157 of 200 buyers with a server error.
"""

from benchmarks.oversell.shop import Client, Shop, places
from benchmarks.oversell.sound import NO_CHECKOUT, RULES
from benchmarks.oversell.sound.levels import lock_level
from benchmarks.oversell.sound.orders import allocate, pick, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}), NO_CHECKOUT)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Lock the levels line by line, then pick."""
    wants = wanted(client, request.lines)
    left = {}
    for _, sku, _, location in wants:
        for at in places(location):
            left[sku, at] = (yield from lock_level(client, (sku, at)))["available"]
    return (yield from allocate(client, request, pick(left, wants)))
