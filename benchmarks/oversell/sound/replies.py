"""Each key is carried out once, however often and however close together it is sent."""

from benchmarks.oversell.shop import Client, Refused, Rule
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request


def once(client: Client, request: Request, rule: Rule) -> Steps[Reply]:
    """Claim the key, then work: who comes second waits for the first, and gets its reply."""
    tx = client.tx
    if not (yield from tx.insert("request", request.key)):
        known = yield from tx.read("request", request.key)
        assert known is not None
        first: Reply = known["reply"]
        return first
    reply = yield from attempt(client, request, rule)
    yield from tx.write("request", request.key, reply=reply)
    yield from tx.commit()
    return reply


def attempt(client: Client, request: Request, rule: Rule) -> Steps[Reply]:
    """Let the rule work; what a refused request wrote is forgotten."""
    try:
        return (yield from rule(client, request))
    except Refused as refused:
        client.tx.undo()
        return Reply(accepted=False, reason=str(refused))
