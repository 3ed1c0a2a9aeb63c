"""Skipped lock.

An order takes the first row of a level that nobody has locked. When all are locked it does not wait
but writes a second row for the same level, to be merged later. So nobody ever blocks, and two
orders that looked at the same free units both get them: one on the row, one beside it. Odoo's
quants are updated so (`FOR NO KEY UPDATE SKIP LOCKED`); odoo#268942 and odoo#272560 show a serial
number reserved two of one.
"""

from benchmarks.oversell.database import Row
from benchmarks.oversell.shop import Client, Refused, Shop
from benchmarks.oversell.sound import NO_CARTS, RULES, levels
from benchmarks.oversell.sound.levels import Place, write_down
from benchmarks.oversell.sound.orders import levels_of, pick, record, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Level, Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}, level=level, shown=shown), NO_CARTS)


def beside(client: Client, at: Place) -> Steps[list[Row]]:
    """The rows of a level that were written because its first one was locked."""
    return (yield from client.tx.select("quant", lambda row: bool(row["place"] == at)))


def place(client: Client, request: Request) -> Steps[Reply]:
    """Add the rows up, then take from a row of each level that is free to write."""
    wants = wanted(client, request.lines)
    left = {}
    for at in levels_of(wants):
        row = yield from client.tx.read("level", at)
        if row is None:
            message = f"no {at[0]} at {at[1]}"
            raise Refused(message)
        left[at] = row["available"] - sum(r["taken"] for r in (yield from beside(client, at)))
    picks = pick(left, wants)
    for _, sku, location, units in picks:
        yield from take(client, (sku, location), units)
    return Reply(accepted=True, id=record(client, request, picks))


def take(client: Client, at: Place, units: int) -> Steps[None]:
    """Write what an order takes to a row that nobody has locked, or to a new one."""
    row = yield from client.tx.lock_free("level", [at])
    if row is None:
        client.tx.append("quant", place=at, taken=units)
    else:
        yield from client.tx.write(
            "level",
            at,
            available=row["available"] - units,
            committed=row["committed"] + units,
        )
    write_down(client, at, available=-units, committed=units)


def level(client: Client, sku: str, location: str) -> Steps[Level]:
    """The rows of a level, added up."""
    first = yield from levels.level(client, sku, location)
    taken = sum(row["taken"] for row in (yield from beside(client, (sku, location))))
    return Level(
        on_hand=first.on_hand,
        available=first.available - taken,
        committed=first.committed + taken,
        reserved=first.reserved,
    )


def shown(client: Client, sku: str, channel: str, location: str | None) -> Steps[int]:  # noqa: ARG001 - all channels see the same
    """What is left over all rows."""
    free = yield from levels.free_by_part(client, sku, location)
    for part, at in levels.part_places(client, sku, location):
        free[part] -= sum(row["taken"] for row in (yield from beside(client, (part, at))))
    return levels.makes(client, sku, free)
