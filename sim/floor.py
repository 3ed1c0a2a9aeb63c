"""The state of a shop in simulated time that both forms of the twin share.

`physical` is what lies on the shelf. The record is an engine; the web shop has an engine of its
own, unless both are one system. What a form must know to do for the jobs is abstract here.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine import Engine
from core.schema import COMMAND, Operation, Reason, State
from scenarios.text import DAY_US
from sim.demand import Demand
from sim.environment import Environment
from sim.plan import LinkPlan, Meaning, Param, Plan
from sim.recorder import KINDS, SYSTEMS, Metric, record_events
from sim.streams import marks, stream, threshold

Rows = NDArray[np.int64]

RECORD = 0  # numbers of the systems
WEB = 1
REMEMBERED_IDS = 4096  # ids of a run are never sent twice
REMEMBERED_MOVES = 4096  # a run counts at once, never after the fact
LUCK = 1 << 18  # messages after which the marks of stock messages repeat
LOYAL = 1 << 32

SHELF = np.dtype(
    [
        ("physical", "i8"),  # units that are there
        ("promised", "i8"),  # of web orders accepted and not yet picked
        ("unbooked", "i8"),  # of web orders that the record has not heard of
        ("seen", "i8"),  # version of the stock message applied last
        ("last_sent", "i8"),  # what the record had available when a delta was sent last
        ("changed", "i8"),  # 1: changed since the last reading
    ]
)
TAG = np.dtype([("price", "i8"), ("label", "i8"), ("wrong_since", "i8")])  # -1: right


class Floor(ABC):
    """Shelves, labels, customers and engines. Locations: the stores, then their web pools."""

    def __init__(self, plan: Plan, demand: Demand, links: LinkPlan, replication: int) -> None:
        """Open the shop at time 0 under *links*."""
        self.plan = plan
        self.demand = demand
        self.links = links
        self.replication = replication
        self.env = Environment()
        self.link_epoch = 0
        self.price_epoch = 0
        stores, skus = plan.stores, plan.skus
        self.engines = tuple(
            Engine(
                skus,
                2 * stores,
                remembered_ids=REMEMBERED_IDS,
                remembered_moves=REMEMBERED_MOVES,
            )
            for _ in range(SYSTEMS)
        )
        rows = np.arange(2 * stores * skus)
        self.sku_of = rows % skus
        self.location_of = rows // skus
        self.store_of = self.location_of % stores
        self.shelves = np.zeros(2 * stores * skus, SHELF)
        self.tags = np.zeros(stores * skus, TAG)
        self.tags["price"] = self.tags["label"] = np.tile(plan.catalogue.price_minor, stores)
        self.tags["wrong_since"] = -1
        self.loyalty = np.full(int(plan.first_customer[-1]), LOYAL, np.int64)
        self.luck = marks(stream(plan.scenario.seed, "messages", replication), LUCK, 4)
        self.params = np.where(np.arange(len(Param)) < Param.ONE_SYSTEM, plan.params, links.params)
        self.daily = np.zeros((plan.days, stores, len(Metric)), np.int64)
        self.ledger = np.zeros((plan.days, SYSTEMS, 2 * stores, KINDS, 2), np.int64)
        # Units that facts other than sales have added to the record, where somebody asks for them.
        self.moved: Rows | None = None

    @abstractmethod
    def mint(self, number: int) -> int:
        """First of *number* fresh command ids."""

    @abstractmethod
    def touch(self, rows: Rows) -> None:
        """The record's levels of *rows* have changed, in this order."""

    @abstractmethod
    def take_changed(self) -> Rows:
        """Rows changed since the last call, in order of their first change."""

    @abstractmethod
    def keep_changed(self, rows: Rows) -> None:
        """Put *rows* back as changed, in this order, before what has changed since."""

    @abstractmethod
    def take_waiting(self) -> Rows:
        """Visits whose web orders wait for a run of the link, oldest first; they wait no more."""

    @abstractmethod
    def keep_waiting(self, visits: Rows) -> None:
        """Put *visits* back as waiting, in this order, before what has come since."""

    @abstractmethod
    def book(self, visits: Rows) -> None:
        """Book the web orders of *visits*, in this order; the record skips those it has."""

    @abstractmethod
    def book_all(self) -> None:
        """Book every order that the web shop's system took and the record has not, by visit."""

    @abstractmethod
    def set_view(self, rows: Rows, values: Rows, version: int, meaning: Meaning) -> None:
        """A reading of the record reaches the web shop."""

    @abstractmethod
    def schedule_labels(self, times_us: Rows, rows: Rows, prices: Rows) -> None:
        """Labels will show *prices*, unless the epoch of prices has passed by then."""

    @abstractmethod
    def use_links(self, links: LinkPlan) -> None:
        """Put other links in force; what is under way by the old ones arrives nowhere."""

    @abstractmethod
    def run(self) -> None:
        """Run to the end of the horizon."""

    @property
    def now_us(self) -> int:
        """Simulated time."""
        return int(self.env.now)

    @property
    def one_system(self) -> bool:
        """Whether the web shop sells from the system of record."""
        return bool(self.params[Param.ONE_SYSTEM])

    def web_rows(self) -> Rows:
        """Rows that the web shop sells from."""
        size = self.plan.stores * self.plan.skus
        return np.arange(size, dtype=np.int64) + (size if self.params[Param.POOL] else 0)

    def active_rows(self) -> Rows:
        """Rows that hold stock: the shelves, and the pools where there are any."""
        size = self.plan.stores * self.plan.skus
        return np.arange(2 * size if self.params[Param.POOL] else size, dtype=np.int64)

    def available(self, system: int, rows: Rows) -> Rows:
        """What a system has available in *rows*."""
        units: Rows = self.engines[system].tables.levels[rows, State.AVAILABLE]
        return units

    def on_hand(self, system: int, rows: Rows) -> Rows:
        """What a system has on hand in *rows*."""
        levels = self.engines[system].tables.levels[rows]
        units: Rows = levels[:, 0].copy()
        for state in range(1, State.INCOMING):
            units += levels[:, state]
        return units

    def count(self, metric: Metric, rows: Rows, numbers: Rows | int = 1) -> None:
        """Add *numbers* to a metric of today, each at the store of its row."""
        stores = self.store_of[rows]
        total = np.zeros(self.plan.stores, np.int64)
        if isinstance(numbers, int):
            total += numbers * np.bincount(stores, minlength=len(total))
        else:
            np.add.at(total, stores, numbers)
        self.daily[self.now_us // DAY_US, :, metric] += total

    def book_facts(
        self, system: int, operation: Operation, rows: Rows, quantities: Rows, reason: Reason
    ) -> None:
        """Execute one fact a row, in this order, and enter the events in the ledger."""
        if not len(rows):
            return
        commands = np.zeros(len(rows), COMMAND)
        first = self.mint(len(rows))
        commands["id"] = commands["order_id"] = first + np.arange(len(rows))
        commands["now_us"] = commands["occurred_us"] = self.now_us
        commands["sku"] = self.sku_of[rows]
        commands["location"] = self.location_of[rows]
        commands["quantity"] = quantities
        commands["operation"] = operation
        commands["reason"] = reason
        moved = self.moved if system == RECORD and operation != Operation.SELL else None
        if moved is not None:
            moved[rows] -= self.on_hand(RECORD, rows)
        answers, events = self.engines[system].execute(commands)
        assert not answers["status"].any(), "a fact was refused"
        if moved is not None:
            moved[rows] += self.on_hand(RECORD, rows)
        record_events(self.ledger, events, system, DAY_US)

    def fill_shelves(self) -> None:
        """Stock at time 0, between reorder level and order-up-to level less what is on its way.

        Records are wrong as the scenario says; the run-in brings both into their own balance.
        """
        rule = self.plan.scenario.stock
        seed = self.plan.scenario.seed
        low, high = self.links.reorder_at.ravel(), self.links.order_up_to.ravel()
        generator = stream(seed, "start", self.replication)
        position = low + 1 + np.floor(generator.random(len(low)) * (high - low)).astype(np.int64)
        coming = np.floor(self.rates() * rule.lead_time_days.mean).astype(np.int64)
        self.shelves["physical"] = np.where(low < 0, 0, np.maximum(0, position - coming))
        wrong = np.asarray(marks(generator, len(low)), np.int64) < threshold(rule.wrong_at_start)
        size = generator.geometric(1 / max(1.0, rule.wrong_size), len(low))
        sign = np.where(generator.random(len(low)) < 0.5, -1, 1)
        error = np.where(wrong & (low >= 0), sign * size, 0)
        rows = self.active_rows()
        recorded = np.maximum(0, self.shelves["physical"] + error)[rows]
        self.book_facts(RECORD, Operation.COUNT, rows, recorded, Reason.MIGRATION)
        self.shelves["last_sent"][rows] = self.available(RECORD, rows)
        self.load_web_shop()

    def rates(self) -> NDArray[np.float64]:
        """Units a day by row: every shelf plans for its own share of demand."""
        online = self.plan.scenario.demand.online_share
        split = (1 - online, online) if self.params[Param.POOL] else (1.0, 0.0)
        return np.concatenate([self.plan.rate.ravel() * part for part in split])

    def load_web_shop(self) -> None:
        """Give the web shop's own system the record's stock, as at a go-live."""
        if self.one_system:
            return
        rows = self.web_rows()
        buffer = int(self.params[Param.BUFFER])
        values = np.maximum(0, self.available(RECORD, rows) - buffer)
        change = values - self.available(WEB, rows)
        needed = change != 0
        self.book_facts(WEB, Operation.ADJUST, rows[needed], change[needed], Reason.MIGRATION)
        if self.params[Param.GUARD]:
            self.shelves["seen"][rows] = self.engines[RECORD].sequence

    def digests(self) -> dict[str, str]:
        """Digests of everything at the end of a run."""
        import hashlib  # noqa: PLC0415  at the end of a run only

        states: Sequence[tuple[str, NDArray[Any]]] = (
            ("physical", self.shelves["physical"]),
            ("promised", self.shelves["promised"]),
            ("prices", self.tags["price"]),
            ("labels", self.tags["label"]),
            ("loyalty", self.loyalty),
            ("daily", self.daily),
            ("ledger", self.ledger),
        )
        found = {
            name: hashlib.sha256(np.ascontiguousarray(state).astype("<i8").tobytes()).hexdigest()
            for name, state in states
        }
        found["record"] = self.engines[RECORD].digest()
        found["web"] = self.engines[WEB].digest()
        return found
