"""The only door: commands in, answers and events out."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core._lend import Kept
from core.errors import CommandsMalformed
from core.kernels.loop import apply_at
from core.kernels.tables import (
    LEVEL_STRIDE,
    Meta,
    allocate,
    order_slot,
    rehash_orders,
    rehash_reservations,
    sample_tables,
    slots_for,
)
from core.schema import (
    ANSWER,
    COMMAND,
    DUE,
    EVENT,
    LINE,
    ORDER,
    REMEMBERED_IDS,
    RESERVATION,
    STATES,
)

Records = NDArray[Any]

SKUS_MAX = 2**31 - 1
LOCATIONS_MAX = 2**15 - 1
LEVELS_MAX = 2**27  # 8 GB of levels; more is a typing error


class Engine:
    """Stock and orders of one shop, changed by `execute` and by nothing else."""

    def __init__(self, skus: int, locations: int, *, remembered_ids: int = REMEMBERED_IDS) -> None:
        """Open an empty shop.

        Args:
            skus: how many; commands name them 0 .. skus - 1.
            locations: how many; commands name them 0 .. locations - 1.
            remembered_ids: the last so many command ids are known again. Part of the digest.

        Raises:
            ValueError: a size is out of range.
        """
        if not (1 <= skus <= SKUS_MAX and 1 <= locations <= LOCATIONS_MAX):
            message = f"an engine needs 1 to {SKUS_MAX} skus and 1 to {LOCATIONS_MAX} locations"
            raise ValueError(message)
        if skus * locations > LEVELS_MAX:
            message = f"{skus} skus at {locations} locations are more than {LEVELS_MAX} levels"
            raise ValueError(message)
        if not 1 <= remembered_ids <= 2**30:
            message = f"remembered_ids is {remembered_ids}, not 1 to 2**30"
            raise ValueError(message)
        self.tables = allocate(skus, locations, remembered_ids)
        self.kept = Kept(self.tables, sample_tables)
        self._events = np.empty(64, EVENT)

    @property
    def skus(self) -> int:
        """How many skus there are."""
        return int(self.tables.meta[Meta.SKUS])

    @property
    def locations(self) -> int:
        """How many locations there are."""
        return int(self.tables.meta[Meta.LOCATIONS])

    @property
    def remembered_ids(self) -> int:
        """How many command ids are remembered at least."""
        return int(self.tables.meta[Meta.REMEMBERED])

    @property
    def sequence(self) -> int:
        """The last sequence that was given; 0 before the first command."""
        return int(self.tables.meta[Meta.SEQUENCE])

    @property
    def now_us(self) -> int:
        """The engine's time: the latest now_us of any command."""
        return int(self.tables.meta[Meta.NOW_US])

    @property
    def levels(self) -> NDArray[np.int64]:
        """Read-only view of all levels, (locations, skus, STATES), columns by `State`."""
        view: NDArray[np.int64] = self.tables.levels.reshape(
            self.locations, self.skus, LEVEL_STRIDE
        )[:, :, :STATES]
        view.flags.writeable = False
        return view

    def execute(self, commands: Records) -> tuple[Records, Records]:
        """Execute *commands* in order; each sees the effects of those before it.

        Args:
            commands: (n,) of COMMAND. A chain must not be cut by the end of the batch.

        Returns:
            (n,) of ANSWER, one a command, and (m,) of EVENT in the order in which things
            happened. Batch size never changes an outcome.

        Raises:
            CommandsMalformed: *commands* is not a one-dimensional array of COMMAND.
        """
        if commands.dtype != COMMAND or commands.ndim != 1:
            message = f"commands must be a one-dimensional array of COMMAND, not {commands.dtype}"
            raise CommandsMalformed(message)
        commands = np.require(commands, requirements=["C", "W"])
        count = len(commands)
        self.make_room(count)
        answers = np.zeros(count, ANSWER)
        written = apply_at(self.kept.address, commands, answers, self._events, 0, count)
        return answers, self._events[:written].copy()

    def make_room(self, count: int, *, orders_to_come: int = 0, lines_to_come: int = 0) -> None:
        """Grow the arenas so that *count* commands fit, whatever they are.

        Args:
            count: commands of the next call.
            orders_to_come: how many orders will come in all, where that is known; saves copying
                what is there as it grows.
            lines_to_come: how many order lines will come in all, where that is known.
        """
        t = self.tables
        meta = t.meta
        if meta[Meta.LINES] + count > len(t.lines):
            self.tables = t = t._replace(
                lines=grown(t.lines, int(meta[Meta.LINES]) + max(count, lines_to_come))
            )
        if 2 * (meta[Meta.ORDERS] + count) > len(t.orders):
            fresh = np.zeros(slots_for(int(meta[Meta.ORDERS]) + max(count, orders_to_come)), ORDER)
            rehash_orders(t.orders, wider := t._replace(orders=fresh))
            self.tables = t = wider
        if 2 * (meta[Meta.RESERVATIONS] + count) > len(t.reservations):
            fresh = np.zeros(slots_for(2 * (int(meta[Meta.RESERVATIONS]) + count)), RESERVATION)
            rehash_reservations(t.reservations, wider := t._replace(reservations=fresh))
            self.tables = t = wider
        if meta[Meta.DUE] + count > len(t.due):
            self.tables = t = t._replace(due=self._compacted_due(count))
        if 4 * count > len(t.undo):
            self.tables = t = t._replace(
                undo=np.zeros((8 * count, 3), np.int64), removed=np.zeros(2 * count, RESERVATION)
            )
        # A command causes at most two events of its own, and may find every reservation due.
        events_max = 2 * count + int(meta[Meta.RESERVATIONS])
        if events_max > len(self._events):
            self._events = np.empty(2 * events_max, EVENT)
        if self.kept.fields is not t:
            self.kept = Kept(t, sample_tables)

    def _compacted_due(self, count: int) -> Records:
        """A heap of the live reservations alone: sorted, which is a heap."""
        live = self.reservations()
        order = np.lexsort((live["id"], live["expires_us"]))
        fresh = np.zeros(2 * (len(live) + count), DUE)
        fresh["expires_us"][: len(live)] = live["expires_us"][order]
        fresh["id"][: len(live)] = live["id"][order]
        self.tables.meta[Meta.DUE] = len(live)
        return fresh

    def order(self, order_id: int) -> Records:
        """Lines of an order, (n,) of LINE in line-number order; empty where it is unknown."""
        t = self.tables
        if order_id <= 0:
            return np.zeros(0, LINE)
        found = t.orders[order_slot(t, order_id)]
        first = int(found["first_line"])
        count = int(found["lines"]) if found["order_id"] == order_id else 0
        lines: Records = t.lines[first : first + count].copy()
        return lines

    def reservations(self) -> Records:
        """Open reservations, (n,) of RESERVATION by id."""
        live = self.tables.reservations[self.tables.reservations["id"] != 0]
        ordered: Records = live[np.argsort(live["id"])]
        return ordered

    def digest(self) -> str:
        """SHA-256 of the whole state in a form that does not depend on how it came about."""
        t = self.tables
        meta = t.meta
        sha = hashlib.sha256()
        kept = [Meta.SKUS, Meta.LOCATIONS, Meta.SEQUENCE, Meta.NOW_US, Meta.KNOWN, Meta.REMEMBERED]
        sha.update(meta[kept].astype("<i8").tobytes())
        sha.update(t.levels.astype("<i8", copy=False).view(np.uint8).data)
        slots = np.flatnonzero(t.orders["order_id"])
        update(sha, t.orders.take(slots[np.argsort(t.orders["first_line"][slots])]))
        update(sha, t.lines[: int(meta[Meta.LINES])])
        update(sha, self.reservations())
        for generation in (int(meta[Meta.YOUNG]), 1 - int(meta[Meta.YOUNG])):
            known = t.known[generation][t.known[generation]["id"] != 0]
            update(sha, known[np.argsort(known["id"])])
        return sha.hexdigest()


def update(sha: "hashlib._Hash", records: Records) -> None:
    """Feed *records* to a digest: little-endian, as they lie where no byte is padding."""
    sha.update(len(records).to_bytes(8, "little"))
    ordered = np.ascontiguousarray(records).astype(records.dtype.newbyteorder("<"), copy=False)
    names = records.dtype.names or ()
    if sum(records.dtype[name].itemsize for name in names) == records.dtype.itemsize:
        sha.update(ordered.view(np.uint8).data)
        return
    for name in names:
        sha.update(np.ascontiguousarray(ordered[name]).view(np.uint8).data)


def grown(array: Records, entries: int) -> Records:
    """Copy of *array* with room for twice *entries*."""
    fresh = np.zeros(2 * entries, array.dtype)
    fresh[: len(array)] = array
    return fresh
