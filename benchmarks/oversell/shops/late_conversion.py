"""Late conversion.

A cart that goes to checkout turns its hold into an order without a look at the stock: the units
were set aside. But the hold had run out while the customer paid, and its units went to somebody
else. The order is paid and there is nothing to send (vendure#3065, woocommerce-gateway-stripe
PR 5720, be-BOP#533).
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES, orders
from benchmarks.oversell.sound.holds import let_go
from benchmarks.oversell.sound.levels import home, lock_all
from benchmarks.oversell.sound.orders import allocate, levels_of, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}), ALL)


def place(client: Client, request: Request) -> Steps[Reply]:
    """An order from a cart takes what the cart has; any other is checked."""
    if not request.of:
        return (yield from orders.place(client, request))
    held = yield from client.tx.select("hold", lambda row: row["key"][0] == request.of)
    wants = wanted(client, request.lines)
    yield from lock_all(client, [*levels_of(wants), *(hold["place"] for hold in held)])
    yield from let_go(client, request.of)
    picks = []
    for number, sku, units, location in wants:
        held_here = [hold["place"][1] for hold in held if hold["place"][0] == sku]
        at = location or (held_here[0] if held_here else home(location))
        picks.append((number, sku, at, units))
    return (yield from allocate(client, request, picks))
