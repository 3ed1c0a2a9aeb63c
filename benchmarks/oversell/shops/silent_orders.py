"""Orders tell nobody.

The other system hears of every change that somebody makes by hand: receipts, corrections, counts,
sales at the till. What orders do to the stock is written elsewhere in the code, and nobody thought
of the message there: goods that left, and goods that came back, are never told. The other system
goes on selling what has been sent away. Saleor triggers its stock event from the mutations that
edit stock and from none of the order flows (saleor#19449).
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.orders import leave, pay_back, take_back
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.FULFIL: fulfil, Verb.RETURN: give_back}), ALL)


def fulfil(client: Client, request: Request) -> Steps[Reply]:
    """Allocated units leave."""
    yield from leave(client, request)
    return Reply(accepted=True)


def give_back(client: Client, request: Request) -> Steps[Reply]:
    """Units come back and are paid back."""
    asked, _ = yield from take_back(client, request)
    return Reply(accepted=True, refund_minor=(yield from pay_back(client, asked)))
