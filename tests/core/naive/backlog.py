"""Backorders: promises beyond stock, with a cap and a date, filled oldest first."""

from dataclasses import replace

from core.schema import Kind, State
from core.steps import Work
from tests.core.naive.availability import expected_units, to_sell, use_fence, waiting_units
from tests.core.naive.records import Command, Level, Line
from tests.core.naive.shop import Shop

DONE_WITHOUT_THEM = (Work.SCHEDULED, Work.PICKED, Work.READY)


def may_wait(shop: Shop, command: Command, level: Level, short: int) -> bool:
    """Whether the level may promise *short* units that it does not have."""
    terms = shop.terms[level]
    waiting = waiting_units(shop, level)
    in_time = terms.until_us == 0 or command.now_us <= terms.until_us
    # What comes fills the hole first, then those who wait already.
    hole = max(0, -to_sell(shop, level, command.channel))
    coming = expected_units(shop, level, command.now_us, terms.until_us) - waiting - hole
    comes = not terms.arrivals or short <= coming
    return short <= terms.cap - waiting and in_time and comes


def write_line(shop: Shop, order_id: int, number: int, line: Line) -> None:
    """Replace one line of an order."""
    order = shop.orders[order_id]
    assert order is not None
    lines = (*order.lines[:number], line, *order.lines[number + 1 :])
    shop.orders[order_id] = replace(order, lines=lines)


def serve_those_who_wait(shop: Shop, command: Command) -> None:
    """Fill backorders wherever there may be more, once a chain has had what it wants itself."""
    for level in shop.risen:
        fill(shop, command, level)
    shop.risen.clear()


def fill(shop: Shop, command: Command, level: Level) -> None:
    """Give what has become free to those who wait, the oldest first.

    Whose channel may not have the units, or not all that are missing, keeps the place in the queue.
    """
    shop.waiting[level] = still_waiting(shop, level)
    for order_id, number in shop.waiting[level]:
        line = shop.line(order_id, number)
        filled = min(line.backordered, to_sell(shop, level, line.channel))
        if filled <= 0:
            continue
        used = use_fence(shop, level, line.channel, filled)
        shop.add(level, State.AVAILABLE, -filled)
        shop.add(level, State.COMMITTED, filled)
        after = replace(
            line,
            backordered=line.backordered - filled,
            allocated=line.allocated + filled,
            fenced=line.fenced + used,
            # Whoever has picked or packed the line has not seen these units.
            work=Work.OPEN if line.work in DONE_WITHOUT_THEM else line.work,
        )
        write_line(shop, order_id, number, after)
        order = shop.orders[order_id]
        assert order is not None
        shop.tell(
            command,
            Kind.BACKORDER_FILLED,
            level,
            filled,
            (State.AVAILABLE, State.COMMITTED),
            order_id=order_id,
            party_id=order.party_id,
            channel=line.channel,
            line=number,
            reason=0,
        )
    shop.waiting[level] = still_waiting(shop, level)


def still_waiting(shop: Shop, level: Level) -> tuple[tuple[int, int], ...]:
    """The level's queue without those who no longer wait."""
    return tuple(place for place in shop.waiting[level] if shop.line(*place).backordered)
