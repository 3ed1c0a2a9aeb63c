"""Returned where it was sold.

A coat that was sent from the warehouse is brought back to the branch. The clerk names the branch,
and the shop books the coat back to the location that it once left: the branch has a coat on its
rail that nobody can buy, and the warehouse sells one that it does not have. Spree restocked every
return at the location of the order and overrode the one that the clerk had chosen
(spree/spree#4324); magento/inventory#377 sends all returns to one source on purpose, and #2343 and
#3109 ask for a choice, because goods mostly do not come back to where they left.
"""

from dataclasses import replace

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.orders import give_back
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.RETURN: come_back}), ALL)


def come_back(client: Client, request: Request) -> Steps[Reply]:
    """Take units back to where they left, wherever the customer stands."""
    lines = tuple(replace(line, location=None) for line in request.lines)
    return (yield from give_back(client, replace(request, lines=lines)))
