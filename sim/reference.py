"""The twin told plainly: one SimPy process a customer, a web order, a message, a label.

It shares core, scenario, streams, jobs and the total order with the fast form, and no line of the
kernel, so that what the two agree on is right or wrong in two independent ways. Read it to learn
what happens in a run: `reference_store` and `reference_web` tell the customers' stories from top to
bottom, `reference_links` what travels between the systems.
"""

from scenarios.text import DAY_US
from sim.demand import Demand
from sim.floor import Rows
from sim.plan import LinkPlan, Plan
from sim.reference_floor import Process, Visit
from sim.reference_links import LinkedSystems
from sim.reference_store import shopper, shrink
from sim.reference_web import book, web_customer
from sim.sequence import Moment


class ReferenceTwin(LinkedSystems):
    """A run in which everything is a process of SimPy's."""

    def __init__(self, plan: Plan, demand: Demand, links: LinkPlan, replication: int) -> None:
        """Open the shop at time 0 under *links*."""
        super().__init__(plan, demand, links, replication)
        self.fill_shelves()
        self.env.process(self.arrivals())

    def arrivals(self) -> Process:
        """Wait for one visit after the other; each becomes a process when its time has come."""
        for number in range(len(self.demand.visits)):
            visit = Visit(number, *self.demand.visits[number].item())
            kind = Moment(visit.kind)
            yield self.env.at(visit.time_us, kind, number)
            if kind == Moment.SHRINK:
                shrink(self, visit)
            else:
                self.env.process((shopper if kind == Moment.SHELF else web_customer)(self, visit))

    def book(self, visits: Rows) -> None:
        """Book the web orders of *visits*, in this order; the record skips those it has."""
        for visit in visits.tolist():
            if visit in self.unreported:
                book(self, self.unreported[visit])

    def book_all(self) -> None:
        """Book every order that the web shop's system took and the record has not, by visit."""
        self.waiting = []
        for _, order in sorted(self.unreported.items()):
            book(self, order)

    def run(self) -> None:
        """Run to the end of the horizon."""
        self.env.run_before(self.plan.days * DAY_US)
