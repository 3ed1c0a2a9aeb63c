"""The state of the idiomatic engine, and what every rule needs of it."""

from collections.abc import Callable
from functools import partial

from benchmarks.idiomatic.records import (
    Accounts,
    Command,
    Event,
    Level,
    Line,
    Move,
    Order,
    Reservation,
    Transfer,
)
from core.schema import LEVEL_MAX, OUTSIDE, Kind, Status

OUT = int(OUTSIDE)


class Book:
    """Levels, orders, carts and transfers of one shop, and the events of the batch under way."""

    def __init__(self, skus: int, locations: int, remembered_moves: int) -> None:
        """Open an empty shop; late counts can look back on *remembered_moves* movements."""
        self.skus = skus
        self.locations = locations
        self.accounts = [Accounts() for _ in range(skus)]
        self.levels = {
            (location, sku): Level(self.accounts[sku])
            for location in range(locations)
            for sku in range(skus)
        }
        self.orders: dict[int, Order] = {}
        self.reservations: dict[int, Reservation] = {}
        self.transfers: dict[int, Transfer] = {}
        self.due: list[tuple[int, int]] = []
        self.events: list[Event] = []
        self.sequence = 0
        self.moves = 0
        self.remembered_moves = remembered_moves
        self.first_id = 0  # of the chain under way
        self.made_order = False  # by the chain under way
        self.undo: list[Callable[[], None]] | None = None  # only while a chain is under way

    def unknown_level(self, c: Command) -> Status:
        """Why there is no such level."""
        if not 0 <= c.sku < self.skus:
            return Status.SKU_UNKNOWN
        return Status.LOCATION_UNKNOWN

    def shift(self, c: Command, level: Level, change: int, *, promised: bool = False) -> None:
        """Change available by what crosses the border; late counts will look back on it."""
        level.available += change
        self.remember_move(c, level, change, promised=promised)
        if self.undo is not None:
            self.undo.append(partial(self._undo_shift, level, change))

    def remember_move(
        self, c: Command, level: Level, change: int, *, promised: bool = False
    ) -> None:
        """Remember that on_hand changed: a promise is made now, a fact when it occurred."""
        self.moves += 1
        moves = level.moves
        occurred_us = c.now_us if promised else c.occurred_us or c.now_us
        moves.append((self.moves, occurred_us, c.now_us, change))
        if moves[0][0] <= self.moves - 2 * self.remembered_moves:
            moves.popleft()
            level.moves_dropped = True

    def forget_move(self, level: Level) -> None:
        """Take back the last movement, which was this level's."""
        level.moves.pop()
        self.moves -= 1

    def changed_since(self, level: Level, moment_us: int) -> int | None:
        """How much on_hand has changed after a moment; None where that is forgotten."""
        changed = 0
        move: Move
        for move in reversed(level.moves):
            number, occurred_us, arrived_us, change = move
            if number <= self.moves - self.remembered_moves:
                return None
            if arrived_us <= moment_us:
                return changed
            if occurred_us > moment_us:
                changed += change
        return None if level.moves_dropped else changed

    def tell(self, c: Command, kind: Kind, quantity: int, state_from: int, state_to: int) -> Event:
        """Tell what happened at the command's own level; callers mend what differs."""
        event = Event(
            self.sequence,
            c.now_us,
            kind,
            c.order_id,
            c.sku,
            c.location,
            quantity,
            state_from,
            state_to,
            c.party_id,
            c.channel,
            c.reason,
        )
        self.events.append(event)
        return event

    def tell_shortage(self, c: Command, before: int, after: int) -> None:
        """Tell by how much a fact has pushed available further below zero."""
        short = -after - max(0, -before)
        if short > 0:
            self.tell(c, Kind.SHORTAGE, short, OUT, OUT)

    def tell_line(
        self, c: Command, kind: Kind, line: Line, amount_minor: int, states: tuple[int, int]
    ) -> None:
        """Tell what happened to a line that the command names by number."""
        self.events.append(
            Event(
                self.sequence,
                c.now_us,
                kind,
                c.order_id,
                line.sku,
                line.location,
                c.quantity,
                *states,
                self.orders[c.order_id].party_id,
                line.channel,
                c.reason,
                amount_minor,
                c.argument,
            )
        )

    def _undo_shift(self, level: Level, change: int) -> None:
        level.available -= change
        self.forget_move(level)


def fits(level: Level, change: int) -> bool:
    """Whether on_hand and available stay within their bounds when available changes."""
    return (
        -LEVEL_MAX <= level.on_hand + change <= LEVEL_MAX
        and -LEVEL_MAX <= level.available + change <= LEVEL_MAX
    )


def counted_already(c: Command, level: Level) -> bool:
    """Whether a late fact lies before the level's last count, which has seen it."""
    return 0 != c.occurred_us < c.now_us and c.occurred_us <= level.counted_us
