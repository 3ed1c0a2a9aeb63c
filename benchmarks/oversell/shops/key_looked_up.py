"""Key looked up, not claimed.

A request that was seen before is answered from memory: the shop looks its key up, works, and
writes the key down at the end. A client that lost patience and sent the same request again while
the first is still at work is served twice. Tills that come back online send so (odoo#152259,
#203431; odoo PR 180278 is about the doubled orders).
"""

from benchmarks.oversell.shop import Client, Rule, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.replies import attempt
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but(once=once), ALL)


def once(client: Client, request: Request, rule: Rule) -> Steps[Reply]:
    """Look, work, write down."""
    known = yield from client.tx.read("request", request.key)
    if known is not None:
        first: Reply = known["reply"]
        return first
    reply = yield from attempt(client, request, rule)
    yield from client.tx.write("request", request.key, reply=reply)
    yield from client.tx.commit()
    return reply
