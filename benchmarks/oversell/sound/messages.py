"""What another system says about the same stock, and what it is told.

What arrives is kept by its id, and the stock is what the messages say together: the absolute
message with the highest version and the deltas after it. So nothing depends on the order of
arrival, and nothing counts twice. What began here is never taken from outside, and what began
outside is never sent back.
"""

from collections.abc import Mapping, Sequence

from benchmarks.oversell.database import Row
from benchmarks.oversell.shop import Client
from benchmarks.oversell.sound.levels import COUNTERS, Place, lock_all, lock_level, move
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Meaning, Message


def tell(client: Client, at: Place, change: int) -> None:
    """Send the other system a change that began here."""
    if change:
        send(client, at, change, Meaning.DELTA)


def send(client: Client, at: Place, quantity: int, meaning: Meaning) -> None:
    """Put a message into the outbox, in the transaction that makes the change."""
    version = client.shop.database.number()
    client.tx.append(
        "outbox",
        id=f"{client.shop.name}-{version}",
        sku=at[0],
        location=at[1],
        quantity=quantity,
        meaning=meaning,
        version=version,
        origin=client.shop.name,
    )


def deliver(client: Client, message: Message) -> Steps[None]:
    """Take a message: move the stock by what it adds to all that was said before."""
    if message.origin == client.shop.name:
        return
    at = (message.sku, message.location)
    absolute = message.meaning is Meaning.ABSOLUTE
    change = yield from heard(client, at, message.id, message.version, message.quantity, absolute)
    if change:
        yield from move(client, at, available=change)


def heard(
    client: Client,
    at: Place,
    name: str,
    version: int,
    quantity: int,
    absolute: bool,  # noqa: FBT001 - a column
) -> Steps[int]:
    """Keep a message unless it is known; by how much it moves what all messages say."""
    row = yield from lock_level(client, at)
    before = yield from _inbox(client, at)
    new = yield from client.tx.insert(
        "inbox",
        name,
        place=at,
        arrival=client.shop.database.number(),
        version=version,
        quantity=quantity,
        absolute=absolute,
    )
    if not new:
        return 0
    after = yield from _inbox(client, at)
    return said(after, row["opening"]) - said(before, row["opening"])


def _inbox(client: Client, at: Place) -> Steps[list[Row]]:
    return (yield from client.tx.select("inbox", lambda row: bool(row["place"] == at)))


def said(messages: Sequence[Row], opening: int) -> int:
    """Units on hand by the messages alone, which began when both sides had *opening*."""
    base: Row = {"version": -1, "arrival": -1, "quantity": opening}
    for row in messages:
        if row["absolute"] and (row["version"], row["arrival"]) > (
            base["version"],
            base["arrival"],
        ):
            base = row
    later = (row for row in messages if not row["absolute"] and row["version"] > base["version"])
    return int(base["quantity"] + sum(row["quantity"] for row in later))


def reconcile(client: Client, truth: Mapping[Place, int]) -> Steps[None]:
    """Move every level to what the other system counts there; messages so far are in that count."""
    rows = yield from lock_all(client, truth)
    for at, row in rows.items():
        missing = truth[at] - sum(row[counter] for counter in COUNTERS)
        if missing:
            yield from move(client, at, available=missing)
        version = max((row["version"] for row in (yield from _inbox(client, at))), default=0)
        name = f"reconciled-{client.shop.database.number()}"
        yield from heard(client, at, name, version, truth[at], absolute=True)
