"""The fast form: SimPy keeps the clock of the rare things, a compiled kernel does the many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core._lend import Kept
from scenarios.catalogue import Catalogue
from scenarios.links import LinkTable
from scenarios.models import Scenario
from scenarios.text import DAY_US, WEEK_US
from sim.demand import Demand, generate
from sim.environment import Environment
from sim.floor import RECORD, WEB, Floor, Rows
from sim.jobs import Jobs
from sim.kernel.advance import NEEDS_ROOM, advance, book_visits, push_labels, touch_rows, view_rows
from sim.kernel.world import BAG, DESK, PENDING, ROOM, TRIP, Clock, World, sample_world, scratch
from sim.plan import LinkPlan, Meaning, Param, Plan, plan, plan_links
from sim.sequence import ENTITY_SHIFT, Moment, priority

GROWTH = 1 << 15  # commands that fit before the arenas are looked at again


@dataclass(frozen=True)
class Result:
    """What one replication of one arm leaves.

    Attributes:
        daily: (days, stores, len(Metric)) int64.
        ledger: (days, SYSTEMS, 2 * stores, KINDS, 2) int64: units and amount_minor of the
            engines' events by day, system, location and core's Kind.
        digests: SHA-256 of each part of the final state and of both tables.
        run_in_days: days at the start that do not count.
    """

    daily: NDArray[np.int64]
    ledger: NDArray[np.int64]
    digests: dict[str, str]
    run_in_days: int


class KernelTwin(Floor):
    """The state of a run as arrays that the kernel works on."""

    def __init__(self, plan: Plan, demand: Demand, links: LinkPlan, replication: int) -> None:
        """Open the shop at time 0 under *links*."""
        super().__init__(plan, demand, links, replication)
        self.env = Environment(self.advance)
        stores = plan.stores
        desks = np.zeros(2 * stores, DESK)
        desks["servers"][:stores] = [store.tills for store in plan.scenario.stores]
        desks["servers"][stores:] = [store.pickers for store in plan.scenario.stores]
        desks["head"] = -1
        clock = np.zeros(len(Clock), np.int64)
        clock[Clock.NEXT_ID] = 1
        commands, answers, events = scratch()
        self.world = World(
            clock=clock,
            params=self.params,
            tables=links.tables.copy(),
            losses=links.losses.copy(),
            hours=plan.hours,
            visits=demand.visits,
            wants=demand.wants,
            trips=np.zeros(len(demand.visits), TRIP),
            bags=np.zeros(len(demand.wants), BAG),
            shelves=self.shelves,
            tags=self.tags,
            cost=plan.catalogue.cost_minor,
            substitute=plan.catalogue.substitute,
            loyalty=self.loyalty,
            changed_rows=np.zeros(len(self.shelves), np.int64),
            waiting=np.zeros(len(demand.visits), np.int64),
            pending=np.zeros(4 * ROOM, PENDING),
            desks=desks,
            daily=self.daily,
            ledger=self.ledger,
            luck=self.luck,
            commands=commands,
            answers=answers,
            events=events,
        )
        self.kept = Kept(self.world, sample_world)
        self.open_books()
        self.fill_shelves()

    def open_books(self) -> None:
        """Make room in the engines for all orders to come, so that little is copied in a run."""
        visits = self.demand.visits
        on_web = visits["kind"] == Moment.WEB
        web_lines = int(visits["wants"][on_web].sum())
        record, web = self.engines
        record.make_room(
            GROWTH, orders_to_come=len(visits), lines_to_come=len(self.demand.wants) + web_lines
        )
        web.make_room(GROWTH, orders_to_come=int(on_web.sum()), lines_to_come=web_lines)

    def advance(self, stop_us: int, stop_priority: int) -> None:
        """Apply everything before a moment of SimPy's."""
        record, web = self.engines
        self.world.clock[Clock.PRICE_EPOCH] = self.price_epoch
        while (
            advance(
                self.kept.address,
                record.kept.address,
                web.kept.address,
                stop_us,
                stop_priority,
            )
            == NEEDS_ROOM
        ):
            self.grow()

    def grow(self) -> None:
        """Make room for more orders and for more things to come."""
        for engine in self.engines:
            engine.make_room(GROWTH)
        self.grow_pending(2 * ROOM)

    def grow_pending(self, more: int) -> None:
        """Make room for *more* things to come."""
        needed = int(self.world.clock[Clock.PENDING]) + more
        if needed > len(self.world.pending):
            wider = np.zeros(2 * needed, PENDING)
            wider[: len(self.world.pending)] = self.world.pending
            self.world = self.world._replace(pending=wider)
            self.kept = Kept(self.world, sample_world)

    def mint(self, number: int) -> int:
        """First of *number* fresh command ids."""
        first = int(self.world.clock[Clock.NEXT_ID])
        self.world.clock[Clock.NEXT_ID] += number
        return first

    def touch(self, rows: Rows) -> None:
        """The record's levels of *rows* have changed, in this order."""
        self.grow_pending(2 * len(rows))
        touch_rows(self.kept.address, self.engines[RECORD].kept.address, rows, self.now_us)

    def take_changed(self) -> Rows:
        """Rows changed since the last call, in order of their first change."""
        clock = self.world.clock
        rows: Rows = self.world.changed_rows[: int(clock[Clock.CHANGED])].copy()
        clock[Clock.CHANGED] = 0
        self.shelves["changed"][rows] = 0
        return rows

    def keep_changed(self, rows: Rows) -> None:
        """Put *rows* back as changed, in this order, before what has changed since."""
        if not len(rows):
            return
        since = self.take_changed()
        kept = np.concatenate((rows, since[~np.isin(since, rows)]))
        self.world.changed_rows[: len(kept)] = kept
        self.world.clock[Clock.CHANGED] = len(kept)
        self.shelves["changed"][kept] = 1

    def take_waiting(self) -> Rows:
        """Visits whose web orders wait for a run of the link, oldest first; they wait no more."""
        clock = self.world.clock
        visits: Rows = self.world.waiting[: int(clock[Clock.WAITING])].copy()
        clock[Clock.WAITING] = 0
        return visits

    def keep_waiting(self, visits: Rows) -> None:
        """Put *visits* back as waiting, in this order, before what has come since."""
        kept = np.concatenate((visits, self.take_waiting()))
        self.world.waiting[: len(kept)] = kept
        self.world.clock[Clock.WAITING] = len(kept)

    def book_all(self) -> None:
        """Book every order that the web shop's system took and the record has not, by visit."""
        self.world.clock[Clock.WAITING] = 0
        trips = self.world.trips
        open_orders = (trips["order_id"] > 0) & (trips["system"] == WEB) & (trips["booked"] == 0)
        self.book(np.flatnonzero(open_orders))

    def book(self, visits: Rows) -> None:
        """Book the web orders of *visits*, in this order; the record skips those it has."""
        done = 0
        while True:
            record_at = self.engines[RECORD].kept.address
            done = book_visits(self.kept.address, record_at, visits, done, self.now_us)
            if done == len(visits):
                return
            self.grow()

    def set_view(self, rows: Rows, values: Rows, version: int, meaning: Meaning) -> None:
        """A reading of the record reaches the web shop."""
        web_at = self.engines[WEB].kept.address
        view_rows(self.kept.address, web_at, rows, values, version, int(meaning), self.now_us)

    def schedule_labels(self, times_us: Rows, rows: Rows, prices: Rows) -> None:
        """Labels will show *prices*, unless the epoch of prices has passed by then."""
        self.grow_pending(len(rows))
        priorities = priority(Moment.LABEL, 0, self.price_epoch) | (rows << ENTITY_SHIFT)
        push_labels(self.kept.address, times_us, priorities, prices, self.price_epoch)

    def use_links(self, links: LinkPlan) -> None:
        """Put other links in force; what is under way by the old ones arrives nowhere."""
        self.links = links
        self.link_epoch += 1
        self.world.clock[Clock.LINK_EPOCH] = self.link_epoch
        self.params[Param.ONE_SYSTEM :] = links.params[Param.ONE_SYSTEM :]
        self.world.tables[:] = links.tables
        self.world.losses[:] = links.losses

    def run(self) -> None:
        """Run to the end of the horizon."""
        self.env.run_before(self.plan.days * DAY_US)


def simulate(
    scenario: Scenario,
    catalogue: Catalogue,
    tables: Sequence[tuple[int, LinkTable]],
    replication: int,
    *,
    demand: Demand | None = None,
    reference: bool = False,
) -> Result:
    """Run one replication of one arm.

    Args:
        scenario: the shop.
        catalogue: what it sells.
        tables: (week, links) by week from the start of trading; the first is in force during the
            run-in, whatever its week.
        replication: number of the replication; arms of one replication meet the same customers.
        demand: what `sim.demand.generate` returned for it, to save doing that once more.
        reference: run the plain form, one SimPy process a customer; same results, much slower.
    """
    base = plan(scenario, catalogue)
    demand = demand or generate(base, replication)
    first = plan_links(base, tables[0][1])
    floor = open_floor(base, demand, first, replication, reference=reference)
    start_us = base.run_in_days * DAY_US
    changes = [(start_us + week * WEEK_US, plan_links(base, links)) for week, links in tables[1:]]
    Jobs(floor, changes)
    floor.run()
    result = Result(floor.daily, floor.ledger, floor.digests(), base.run_in_days)
    # The floor, its clock and its jobs hold each other: the collector would find the circle only
    # some runs later. Without the tables what is left of it is small.
    vars(floor).clear()
    return result


def open_floor(
    base: Plan, demand: Demand, links: LinkPlan, replication: int, *, reference: bool
) -> Floor:
    """The shop in one of its two forms."""
    if reference:
        from sim.reference import ReferenceTwin  # noqa: PLC0415  the fast form runs without it

        return ReferenceTwin(base, demand, links, replication)
    return KernelTwin(base, demand, links, replication)
