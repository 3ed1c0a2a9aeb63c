"""Counters of a level, the movements behind them, and holds whose time is over.

Whoever changes a level has locked its row, and locks rows in the order of (sku, location), so
that no two clients wait for each other. A hold ends by the clock: whoever locks the level first
after that books it back.
"""

from collections.abc import Iterable, Mapping

from benchmarks.oversell.database import Row
from benchmarks.oversell.shop import LOCATIONS, Client, Refused, places
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Level

Place = tuple[str, str]  # sku and location

COUNTERS = ("available", "committed", "reserved", "unavailable")


def move(client: Client, at: Place, **by: int) -> Steps[None]:
    """Add to counters of the level and write down what was added."""
    row = yield from client.tx.lock("level", at)
    if row is None:
        message = f"no {at[0]} at {at[1]}"
        raise Refused(message)
    fields = {counter: row[counter] + quantity for counter, quantity in by.items()}
    yield from client.tx.write("level", at, **fields)
    write_down(client, at, **by)


def write_down(client: Client, at: Place, **by: int) -> None:
    """Put into the ledger what was added to the counters of a level."""
    for counter, quantity in by.items():
        client.tx.append("movement", sku=at[0], location=at[1], counter=counter, quantity=quantity)


def lock_level(client: Client, at: Place) -> Steps[Row]:
    """Lock a level and book back the holds on it whose time is over."""
    row = yield from client.tx.lock("level", at)
    if row is None:
        message = f"no {at[0]} at {at[1]}"
        raise Refused(message)
    if row["reserved"]:
        yield from client.shop.rules.expire(client, at)
    return (yield from client.tx.lock("level", at)) or row


def expire(client: Client, at: Place) -> Steps[None]:
    """Give back what carts hold whose time is over; the caller has locked the level."""

    def due(hold: Row) -> bool:
        return bool(hold["place"] == at and hold["live"] and hold["expires_s"] <= client.now_s)

    for hold in (yield from client.tx.select("hold", due)):
        yield from end_hold(client, hold)


def end_hold(client: Client, hold: Row) -> Steps[None]:
    """Give the units of a live hold back; the caller has locked its level."""
    yield from client.tx.write("hold", hold["key"], live=False)
    yield from move(client, hold["place"], reserved=-hold["quantity"], available=hold["quantity"])


def lock_all(client: Client, wanted: Iterable[Place]) -> Steps[dict[Place, Row]]:
    """Lock every level of *wanted* in one order that all clients share."""
    rows = {}
    for at in sorted(set(wanted)):
        rows[at] = yield from lock_level(client, at)
    return rows


def parts_of(client: Client, sku: str) -> Mapping[str, int]:
    """What one unit of *sku* takes from stock: a kit's parts, or itself."""
    return client.shop.kits.get(sku, {sku: 1})


def level(client: Client, sku: str, location: str) -> Steps[Level]:
    """Counters as they are now."""
    row = yield from lock_level(client, (sku, location))
    return Level(
        on_hand=sum(row[counter] for counter in COUNTERS),
        **{counter: row[counter] for counter in COUNTERS},
    )


def shown(client: Client, sku: str, channel: str, location: str | None) -> Steps[int]:  # noqa: ARG001 - all channels see the same stock
    """What an order would get."""
    return makes(client, sku, (yield from free_by_part(client, sku, location)))


def part_places(client: Client, sku: str, location: str | None) -> list[Place]:
    """The levels that a sku, or the parts of a kit, may be taken from."""
    return [(part, at) for part in parts_of(client, sku) for at in places(location)]


def free_by_part(client: Client, sku: str, location: str | None) -> Steps[dict[str, int]]:
    """Units that are available of a sku, or of each part of a kit."""
    free = dict.fromkeys(parts_of(client, sku), 0)
    for part, at in part_places(client, sku, location):
        free[part] += max(0, (yield from lock_level(client, (part, at)))["available"])
    return free


def makes(client: Client, sku: str, free: Mapping[str, int]) -> int:
    """How many that is: of a kit, as many as its scarcest part allows."""
    return max(0, min(free[part] // each for part, each in parts_of(client, sku).items()))


def home(location: str | None) -> str:
    """Where a fact happened that does not say where."""
    return location or LOCATIONS[0]
