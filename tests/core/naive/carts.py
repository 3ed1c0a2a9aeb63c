"""Promises to carts: reserve, extend, let go, run out."""

from dataclasses import replace

from core.schema import (
    LEVEL_MAX,
    TIME_MAX_US,
    TTL_MAX_US,
    Kind,
    Stage,
    State,
    Status,
)
from tests.core.naive.availability import parts_of, to_sell, use_fence
from tests.core.naive.records import Command, Level, Reservation, refuse
from tests.core.naive.shop import Shop, known_level


def reserve(shop: Shop, command: Command) -> None:
    """Hold units for a cart for a while."""
    level = known_level(shop, command, may_be_kit=True)
    quantity, channel = command.quantity, command.channel
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    parts = parts_of(shop, level.sku)
    for part in parts:
        reserved = shop.units(Level(level.location, part.sku), State.RESERVED)
        refuse(Status.QUANTITY_TOO_LARGE, when=reserved + part.per * quantity > LEVEL_MAX)
    hold_from, longest_us = shop.holds[channel]
    ttl_us = command.argument
    guard_ttl(command, longest_us)
    refuse(Status.RESERVATION_EXISTS, when=shop.reservations[command.id] is not None)
    stage = min(command.reason, Stage.CHECKOUT)
    refuse(Status.RESERVATION_NOT_OFFERED, when=hold_from > stage)
    refuse(Status.STOCK_INSUFFICIENT, when=to_sell(shop, level, channel) < quantity)

    fenced = 0
    if shop.kits[level.sku]:
        shop.kits_in_use[level.sku] = True
    else:
        fenced = use_fence(shop, level, channel, quantity)
    shop.reservations[command.id] = Reservation(
        level,
        command.now_us + ttl_us,
        command.now_us,
        command.party_id,
        quantity,
        channel,
        fenced,
    )
    states = (State.AVAILABLE, State.RESERVED)
    for part in parts:
        here = Level(level.location, part.sku)
        shop.add(here, State.AVAILABLE, -part.per * quantity)
        shop.add(here, State.RESERVED, part.per * quantity)
        shop.tell(command, Kind.RESERVED, here, part.per * quantity, states, order_id=command.id)


def guard_ttl(command: Command, longest_us: int) -> None:
    """A time to live is positive, and no longer than is offered.

    Raises:
        Refused: it is not.
    """
    ttl_us = command.argument
    refuse(Status.TTL_NOT_POSITIVE, when=ttl_us <= 0)
    refuse(Status.TTL_TOO_LONG, when=ttl_us > min(TTL_MAX_US, longest_us))
    refuse(Status.TTL_TOO_LONG, when=command.now_us + ttl_us > TIME_MAX_US)


def extend(shop: Shop, command: Command) -> None:
    """Hold a cart's units until a time from now on."""
    guard_ttl(command, TTL_MAX_US)
    held = shop.reservations[command.order_id]
    refuse(Status.RESERVATION_UNKNOWN, when=held is None)
    assert held is not None
    expires_us = command.now_us + command.argument
    _, longest_us = shop.holds[held.channel]
    # Last, because only the reservation knows since when it is held.
    refuse(Status.TTL_TOO_LONG, when=expires_us > held.held_us + longest_us)

    shop.reservations[command.order_id] = replace(held, expires_us=expires_us)
    whose = {"party_id": held.party_id, "channel": held.channel}
    shop.tell(command, Kind.EXTENDED, held.level, held.quantity, **whose)


def release(shop: Shop, command: Command) -> None:
    """The cart lets go."""
    unknown = shop.reservations[command.argument] is None
    refuse(Status.RESERVATION_UNKNOWN, when=unknown)

    end_reservation(shop, command, command.argument, Kind.RELEASED)


def end_reservation(shop: Shop, command: Command, reservation_id: int, kind: Kind) -> None:
    """Give a reservation's units back, asked for (released) or not (expired)."""
    held = shop.reservations[reservation_id]
    assert held is not None
    shop.reservations[reservation_id] = None
    shop.fences[held.level, held.channel] += held.fenced
    parts = parts_of(shop, held.level.sku)
    levels = [Level(held.level.location, part.sku) for part in parts]
    for level, part in zip(levels, parts, strict=True):
        quantity = part.per * held.quantity
        shop.add(level, State.RESERVED, -quantity)
        shop.add(level, State.AVAILABLE, quantity)
        shop.tell(
            command,
            kind,
            level,
            quantity,
            (State.RESERVED, State.AVAILABLE),
            order_id=reservation_id,
            party_id=held.party_id,
            channel=held.channel,
            reason=command.reason if kind == Kind.RELEASED else 0,
        )
    for level in levels:
        shop.rose(level)
