"""Lots: units that must be sold by a time leave first, and are damaged goods after it."""

from dataclasses import replace

from core.records import Paper
from core.schema import Kind, State
from tests.core.naive.availability import tell_shortage
from tests.core.naive.records import Command, Document, Level
from tests.core.naive.shop import Shop


def add_lot(shop: Shop, command: Command, level: Level, quantity: int, end_us: int) -> None:
    """Write down a lot; its number is the command's."""
    shop.documents[command.id] = Document(
        Paper.LOT,
        command.party_id,
        quantity,
        quantity,
        due_us=end_us,
        sku=level.sku,
        location=level.location,
    )
    lots = (*shop.lots[level], command.id)
    shop.lots[level] = tuple(sorted(lots, key=lambda each: (shop.document(each).due_us, each)))


def take_from_lots(shop: Shop, command: Command, level: Level, quantity: int) -> int:
    """Units leave the level: those of the lots that end first.

    Returns:
        The earliest end of the lots that gave; 0 where none did.
    """
    earliest_us = 0
    for lot_id in shop.lots[level]:
        lot = shop.document(lot_id)
        taken = min(lot.open, quantity)
        if taken == 0:
            break
        earliest_us = earliest_us or lot.due_us
        quantity -= taken
        shop.documents[lot_id] = replace(lot, open=lot.open - taken, closed=lot.open == taken)
        shop.tell(command, Kind.LOT_TAKEN, level, taken, order_id=lot_id, party_id=0)
    shop.lots[level] = tuple(each for each in shop.lots[level] if shop.document(each).open)
    return earliest_us


def end_lot(shop: Shop, command: Command, lot_id: int) -> None:
    """What is left of a lot may no longer be sold."""
    lot = shop.document(lot_id)
    level = Level(lot.location, lot.sku)
    shop.lots[level] = tuple(each for each in shop.lots[level] if each != lot_id)
    shop.documents[lot_id] = replace(lot, open=0, closed=True)
    before = shop.units(level, State.AVAILABLE)
    shop.add(level, State.AVAILABLE, -lot.open)
    shop.add(level, State.DAMAGED, lot.open)
    told = {"order_id": lot_id, "party_id": 0, "channel": 0, "reason": 0}
    states = (State.AVAILABLE, State.DAMAGED)
    shop.tell(command, Kind.LOT_EXPIRED, level, lot.open, states, **told)
    tell_shortage(shop, command, level, before, **told)
