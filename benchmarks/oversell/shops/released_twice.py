"""Released twice.

A cart that lets go gets its units back into stock, whether or not it still holds them: one whose
time was over has given them back before. Units that nobody has are sold. Negative reserved
quantities are the trace it leaves (medusa#12401, #11131; odoo#61754).
"""

from benchmarks.oversell.shop import Client, Refused, Shop
from benchmarks.oversell.sound import ALL, RULES
from benchmarks.oversell.sound.holds import held_at
from benchmarks.oversell.sound.levels import end_hold, lock_all
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.RELEASE: release}), ALL)


def release(client: Client, request: Request) -> Steps[Reply]:
    """Give back what the cart was given."""
    places = yield from held_at(client, request.of)
    if not places:
        message = f"no hold {request.of}"
        raise Refused(message)
    yield from lock_all(client, places)
    for hold in (yield from client.tx.select("hold", lambda row: row["key"][0] == request.of)):
        yield from end_hold(client, hold)
    return Reply(accepted=True)
