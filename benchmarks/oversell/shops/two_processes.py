"""A lock in one process.

Orders are made one after the other by a lock that lives in the memory of the process. With two
processes there are two locks: each lets one order through, both read the same counter and both
write it. Medusa's default lock is of this kind (medusa#16569); two processes promised 90 of 50
units.
"""

from storetwin_contract.protocol import Reply, Request, Verb

from benchmarks.oversell.shop import Client, Refused, Shop
from benchmarks.oversell.sound import NO_CARTS, RULES
from benchmarks.oversell.sound.levels import write_down
from benchmarks.oversell.sound.orders import levels_of, pick, record, wanted
from benchmarks.oversell.steps import Steps


def open_shop() -> Shop:
    """Open it, with two processes that take requests in turn."""
    return Shop(RULES.but({Verb.PLACE: place}), NO_CARTS, processes=2)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Read, check and write inside the process's lock."""
    wants = wanted(client, request.lines)
    lock = client.process.lock("stock")
    yield from lock.take(client)
    try:
        left, rows = {}, {}
        for at in levels_of(wants):
            row = yield from client.tx.read("level", at)
            if row is None:
                message = f"no {at[0]} at {at[1]}"
                raise Refused(message)
            rows[at], left[at] = row, row["available"]
        order_id = record(client, request, pick(left, wants))
        for at, row in rows.items():
            taken = row["available"] - left[at]
            yield from client.tx.write(
                "level", at, available=left[at], committed=row["committed"] + taken
            )
            write_down(client, at, available=-taken, committed=taken)
        yield from client.tx.commit()
    finally:
        lock.free(client)
    return Reply(accepted=True, id=order_id)
