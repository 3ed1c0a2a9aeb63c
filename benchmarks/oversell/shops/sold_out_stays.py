"""Sold out for good.

Beside its counters a level has a flag that says whether it is sold out, and nothing is shown or
sold where it is set. It is set when the last unit goes, and worked out anew when somebody books
goods in or corrects the stock. An order that is cancelled, or comes back, adds its units to the
counter and forgets the flag: the shelf is full, the shop says sold out. Magento keeps `is_in_stock`
beside `qty`: magento/inventory#792 and magento2-disable-stock-reservation#80 for cancelled orders,
magento/magento2#8624 for returns, with a merchant who repairs the flags by a script every night.
"""

from collections.abc import Iterable, Mapping

from benchmarks.oversell.database import Row
from benchmarks.oversell.shop import Client, Rule, Shop
from benchmarks.oversell.sound import NO_CARTS, RULES, messages
from benchmarks.oversell.sound.levels import (
    Place,
    home,
    lock_all,
    lock_level,
    makes,
    part_places,
    parts_of,
)
from benchmarks.oversell.sound.orders import allocate, levels_of, pick, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Message, Reply, Request, Verb

FACTS = (Verb.RECEIVE, Verb.ADJUST, Verb.COUNT, Verb.SELL)


def open_shop() -> Shop:
    """Open it."""
    facts = {verb: flagging(RULES.verbs[verb]) for verb in FACTS}
    rules = RULES.but(
        {Verb.PLACE: place, **facts}, shown=shown, deliver=deliver, reconcile=reconcile
    )
    return Shop(rules, NO_CARTS)


def salable(row: Row) -> int:
    """Units that may be sold of a level."""
    return 0 if row.get("sold_out") else int(row["available"])


def flag(client: Client, levels: Iterable[Place]) -> Steps[None]:
    """Work out whether *levels* are sold out."""
    for at in sorted(set(levels)):
        yield from client.tx.update("level", at, lambda row: {"sold_out": row["available"] <= 0})


def flagging(rule: Rule) -> Rule:
    """A rule about a fact that also sets the flag, or takes it away."""

    def flagged(client: Client, request: Request) -> Steps[Reply]:
        reply = yield from rule(client, request)
        touched = [
            (part, home(line.location))
            for line in request.lines
            for part in parts_of(client, line.sku)
        ]
        yield from flag(client, touched)
        return reply

    return flagged


def place(client: Client, request: Request) -> Steps[Reply]:
    """Allocate every line from levels that are not sold out; whose last unit goes now is."""
    wants = wanted(client, request.lines)
    rows = yield from lock_all(client, levels_of(wants))
    picks = pick({at: salable(row) for at, row in rows.items()}, wants)
    reply = yield from allocate(client, request, picks)
    yield from flag(client, [(sku, location) for _, sku, location, _ in picks])
    return reply


def shown(client: Client, sku: str, channel: str, location: str | None) -> Steps[int]:  # noqa: ARG001 - all channels see the same stock
    """What an order would get."""
    free = dict.fromkeys(parts_of(client, sku), 0)
    for part, at in part_places(client, sku, location):
        free[part] += max(0, salable((yield from lock_level(client, (part, at)))))
    return makes(client, sku, free)


def deliver(client: Client, message: Message) -> Steps[None]:
    """Take a message as the import of a stock file does, flag and all."""
    yield from messages.deliver(client, message)
    yield from flag(client, [(message.sku, message.location)])


def reconcile(client: Client, truth: Mapping[Place, int]) -> Steps[None]:
    """Compare and repair, flag and all."""
    yield from messages.reconcile(client, truth)
    yield from flag(client, truth)
