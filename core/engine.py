"""The only door: commands in, answers and events out."""

from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core._lend import Kept
from core.errors import CommandsMalformed
from core.kernels.availability import fill_sellable, sellable_at
from core.kernels.finding import slot
from core.kernels.loop import apply_at
from core.kernels.tables import (
    LEVEL_STRIDE,
    Extra,
    Later,
    Meta,
    Part,
    Product,
    Tables,
    allocate,
    sample_tables,
)
from core.records import LINE, Paper
from core.room import roomier, roomier_events
from core.schema import (
    ANSWER,
    CHANNELS,
    COMMAND,
    EVENT,
    REMEMBERED_IDS,
    REMEMBERED_MOVES,
    SPLITS_MAX,
    STATES,
    State,
)
from core.state import by_id, digest_of
from core.steps import OrderState

Records = NDArray[Any]

SKUS_MAX = 2**31 - 1
LOCATIONS_MAX = 2**15 - 1
LEVELS_MAX = 2**27  # 8 GB of levels; more is a typing error


class Engine:
    """Stock and orders of one shop, changed by `execute` and by nothing else."""

    def __init__(
        self,
        skus: int,
        locations: int,
        *,
        remembered_ids: int = REMEMBERED_IDS,
        remembered_moves: int = REMEMBERED_MOVES,
    ) -> None:
        """Open an empty shop.

        Args:
            skus: how many; commands name them 0 .. skus - 1.
            locations: how many; commands name them 0 .. locations - 1.
            remembered_ids: the last so many command ids are known again. Part of the digest.
            remembered_moves: a late count looks back on the last so many movements. Part of
                the digest.

        Raises:
            ValueError: a size is out of range.
        """
        if not (1 <= skus <= SKUS_MAX and 1 <= locations <= LOCATIONS_MAX):
            message = f"an engine needs 1 to {SKUS_MAX} skus and 1 to {LOCATIONS_MAX} locations"
            raise ValueError(message)
        if skus * locations > LEVELS_MAX:
            message = f"{skus} skus at {locations} locations are more than {LEVELS_MAX} levels"
            raise ValueError(message)
        for name, number in [
            ("remembered_ids", remembered_ids),
            ("remembered_moves", remembered_moves),
        ]:
            if not 1 <= number <= 2**30:
                message = f"{name} is {number}, not 1 to 2**30"
                raise ValueError(message)
        self.adopt(allocate(skus, locations, remembered_ids, remembered_moves))

    def adopt(self, tables: Tables) -> None:
        """Let *tables*, of which nobody else holds a part, be this engine's state."""
        self.tables = tables
        self.kept = Kept(tables, sample_tables)
        self._events = np.zeros(64, EVENT)  # whose padding goes wherever events are kept

    def __getstate__(self) -> Tables:
        """What a copy is made of, or a pickle: addresses mean nothing elsewhere."""
        return self.tables

    def __setstate__(self, tables: Tables) -> None:
        """Become an engine of its own with this state."""
        self.adopt(tables)

    def __copy__(self) -> "Engine":
        """A copy shares nothing with the engine that it is one of."""
        return deepcopy(self)

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
        answers = np.zeros(len(commands), ANSWER)
        events: list[Records] = []
        start = 0
        while True:
            written = apply_at(
                self.kept.address, commands, answers, self._events, start, len(commands)
            )
            events.append(copied(self._events, written))
            start = int(self.tables.meta[Meta.STOPPED])
            if start == len(commands):
                break
            needed = int(self.tables.meta[Meta.NEEDED])
            self.make_room(max(len(commands) - start, needed), chain=needed)
        return answers, events[0] if len(events) == 1 else np.concatenate(events)

    def make_room(
        self,
        weight: int,
        *,
        chain: int = 0,
        orders_to_come: int = 0,
        lines_to_come: int = 0,
        reservations_to_come: int = 0,
    ) -> None:
        """Grow the arenas so that commands of *weight* fit, whatever they are.

        Args:
            weight: of the commands to come: one each, more where one may be split or is a kit's.
            chain: of the heaviest chain among them.
            orders_to_come: how many orders will come in all, where that is known; saves copying
                what is there as it grows.
            lines_to_come: how many order lines will come in all, where that is known.
            reservations_to_come: how many will be open at a time, where that is known.
        """
        to_come = {
            "orders": orders_to_come,
            "lines": lines_to_come,
            "reservations": reservations_to_come,
        }
        self.tables = roomier(self.tables, weight, chain, to_come)
        self._events = roomier_events(self.tables, self._events, weight)
        if self.kept.fields is not self.tables:
            self.kept = Kept(self.tables, sample_tables)

    @property
    def accounts(self) -> NDArray[np.int64]:
        """Read-only view of what is on no level, (skus, ACCOUNTS), columns by `Account`."""
        view: NDArray[np.int64] = self.tables.accounts.view()
        view.flags.writeable = False
        return view

    @property
    def products(self) -> NDArray[np.int64]:
        """Number of the product that each sku is a variant of, (skus,)."""
        numbers: NDArray[np.int64] = self.tables.catalogue[:, Product.PRODUCT].copy()
        return numbers

    def variants(self, product: int) -> NDArray[np.int64]:
        """Skus that are variants of *product*; its ATS is the sum of theirs."""
        return np.flatnonzero(self.tables.catalogue[:, Product.PRODUCT] == product)

    def available_to_sell(self, channel: int) -> NDArray[np.int64]:
        """ATS, (locations, skus): what `execute` would let *channel* promise now; of kits, kits.

        Never below zero. Time passes by commands: send EXPIRE first for reservations that are due.

        Raises:
            ValueError: there is no such channel.
        """
        if not 0 <= channel < CHANNELS:
            message = f"channel is {channel}, not 0 to {CHANNELS - 1}"
            raise ValueError(message)
        out = np.zeros((self.locations, self.skus), np.int64)
        fill_sellable(self.kept.address, channel, out)
        return out

    def available_to_route(self, channel: int) -> NDArray[np.int64]:
        """What *channel* may promise now where the engine chooses the locations, (skus,).

        Raises:
            ValueError: there is no such channel.
        """
        offered = self.available_to_sell(channel)
        offered[(self.tables.places >> channel) & 1 == 0] = 0
        most: NDArray[np.int64] = np.sort(offered, axis=0)[-SPLITS_MAX:].sum(axis=0)
        return most

    def available_at(self, sku: int, location: int, channel: int) -> int:
        """ATS of one sku or kit at one location; see `available_to_sell`.

        Raises:
            ValueError: there is no such sku, location or channel.
        """
        self._require(sku, location, channel)
        return int(sellable_at(self.kept.address, sku, location, channel))

    def available_to_promise(self, sku: int, location: int, channel: int, at_us: int) -> int:
        """ATP: what *channel* may promise for *at_us*: ATS and what comes by then, less what waits.

        What is overdue does not count: nobody knows when it comes.

        Raises:
            ValueError: there is no such sku, location or channel.
        """
        self._require(sku, location, channel)
        t = self.tables
        part = int(t.catalogue[sku, Product.PARTS])
        kits = []
        while part:
            component, per = int(t.parts[part, Part.COMPONENT]), int(t.parts[part, Part.PER])
            kits.append(self.available_to_promise(component, location, channel, at_us) // per)
            part = int(t.parts[part, Part.NEXT])
        if kits:
            return min(kits)
        extra = t.extras[t.extra_of[location * self.skus + sku]]  # the first is empty
        fences = extra[Extra.FENCE : Extra.FENCE + CHANNELS]
        # What facts have taken beyond stock is met by arrivals before anything is promised.
        now = int(self.levels[location, sku, State.AVAILABLE] - extra[Extra.BUFFER + channel])
        now -= int(fences.sum() - fences[channel])
        papers = self.documents()
        papers = papers[(papers["open"] > 0) & (papers["sku"] == sku)]
        dated = papers[(papers["due_us"] >= max(1, self.now_us)) & (papers["due_us"] <= at_us)]
        arrivals = dated[(dated["kind"] == Paper.ARRIVAL) & (dated["location"] == location)]
        transfers = dated[(dated["kind"] == Paper.TRANSFER) & (dated["location_to"] == location)]
        arriving = int(arrivals["open"].sum() + transfers["open"].sum())
        return max(0, now + arriving - int(extra[Extra.QUEUED]))

    def _require(self, sku: int, location: int, channel: int) -> None:
        """Refuse what there is not.

        Raises:
            ValueError: there is no such sku, location or channel.
        """
        known = 0 <= sku < self.skus and 0 <= location < self.locations
        if not (known and 0 <= channel < CHANNELS):
            message = f"there is no sku {sku} at location {location} for channel {channel}"
            raise ValueError(message)

    def order(self, order_id: int) -> Records:
        """Lines of an order, (n,) of LINE in line-number order; empty where it is unknown."""
        t = self.tables
        found = self.order_record(order_id)
        if found is None:
            return np.zeros(0, LINE)
        numbers = list(range(int(found["first_line"]), int(found["first_line"] + found["lines"])))
        later: list[int] = []
        entry = int(found["later"])
        while entry:
            later.append(int(t.later[entry - 1, Later.LINE]))
            entry = int(t.later[entry - 1, Later.BEFORE])
        lines: Records = t.lines[numbers + later[::-1]]
        return lines

    def order_record(self, order_id: int) -> Any:  # noqa: ANN401  a record of ORDER
        """The ORDER of this id; None where it is unknown."""
        if order_id <= 0:
            return None
        found = self.tables.orders[slot(self.tables.orders, order_id)]
        return found.copy() if found["id"] == order_id else None

    def order_state(self, order_id: int) -> OrderState | None:
        """State of an order, derived from its lines where these are done; None if unknown."""
        found = self.order_record(order_id)
        if found is None:
            return None
        lines = self.order(order_id)
        if (lines["unallocated"] + lines["allocated"] + lines["backordered"]).any():
            return OrderState(int(found["state"]))
        return OrderState.COMPLETED if lines["fulfilled"].any() else OrderState.CANCELLED

    def reservations(self) -> Records:
        """Open reservations, (n,) of RESERVATION by id."""
        return by_id(self.tables.reservations)

    def documents(self) -> Records:
        """All documents, closed ones too, (n,) of DOCUMENT by id."""
        return by_id(self.tables.documents)

    def parties(self) -> Records:
        """Points of all parties, (n,) of PARTY by id."""
        return by_id(self.tables.parties)

    def digest(self) -> str:
        """SHA-256 of the whole state in a form that does not depend on how it came about."""
        return digest_of(self.tables)


def copied(events: Records, count: int) -> Records:
    """Copy of the first *count* events: byte by byte, for numpy copies padded records slowly."""
    taken: Records = events.view(np.uint8)[: count * EVENT.itemsize].copy().view(EVENT)
    return taken
