"""A lock in one process.

Orders are made one after the other by a lock that lives in the memory of the process. With two
processes there are two locks: each lets one order through, both read the same counter and both
write it. Medusa's default lock is of this kind (medusa#16569); two processes promised 90 of 50
units.
"""

from benchmarks.oversell.shop import Client, Refused, Rule, Shop
from benchmarks.oversell.sound import NO_CARTS, RULES, replies
from benchmarks.oversell.sound.levels import write_down
from benchmarks.oversell.sound.orders import levels_of, pick, record, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it, with two processes that take requests in turn."""
    return Shop(RULES.but({Verb.PLACE: place}, once=one_at_a_time), NO_CARTS, processes=2)


def one_at_a_time(client: Client, request: Request, rule: Rule) -> Steps[Reply]:
    """Serve a request from its first step to its commit inside the process's lock."""
    lock = client.process.lock("the shop in its process")
    yield from lock.take(client)
    reply = yield from replies.once(client, request, rule)
    lock.free(client)
    return reply


def place(client: Client, request: Request) -> Steps[Reply]:
    """Read, check and write: inside the lock there is no need to lock rows."""
    wants = wanted(client, request.lines)
    rows = {}
    for at in levels_of(wants):
        row = yield from client.tx.read("level", at)
        if row is None:
            message = f"no {at[0]} at {at[1]}"
            raise Refused(message)
        rows[at] = row
    left = {at: row["available"] for at, row in rows.items()}
    order_id = record(client, request, pick(left, wants))
    for at, row in rows.items():
        taken = row["available"] - left[at]
        if taken:
            yield from client.tx.write(
                "level", at, available=left[at], committed=row["committed"] + taken
            )
            write_down(client, at, available=-taken, committed=taken)
    return Reply(accepted=True, id=order_id)
