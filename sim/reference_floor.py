"""The floor in plain numbers, and its two engines command by command: for the reference form."""

from collections.abc import Generator, Sequence
from typing import Any, NamedTuple

import numpy as np
import simpy
from numpy.typing import NDArray

from core.schema import COMMAND, Channel, Flag, Operation, Reason, State
from scenarios.text import DAY_US
from sim.demand import Demand
from sim.floor import Floor
from sim.plan import LinkPlan, Param, Plan
from sim.recorder import Metric, record_events

Process = Generator[simpy.Event, None, None]


class Visit(NamedTuple):
    """A row of VISIT with its number."""

    number: int
    time_us: int
    walk_us: int
    first_want: int
    wants: int
    customer: int
    noise: int
    stay: int
    notice: int
    latency: int
    loss: int
    typo: int
    store: int
    kind: int


class Want(NamedTuple):
    """A row of WANT with its number."""

    number: int
    sku: int
    quantity: int
    response: int


class PlainFloor(Floor):
    """What the customers and the staff of the reference form ask, and what they do."""

    def __init__(self, plan: Plan, demand: Demand, links: LinkPlan, replication: int) -> None:
        super().__init__(plan, demand, links, replication)
        self.physical = self.shelves["physical"]
        self.promised = self.shelves["promised"]
        self.unbooked = self.shelves["unbooked"]
        places = plan.scenario.stores
        self.tills = [simpy.Resource(self.env, store.tills) for store in places]
        self.pickers = [simpy.Resource(self.env, store.pickers) for store in places]
        self.next_id = 1

    # Plain numbers

    def setting(self, name: Param) -> int:
        """A parameter in force now."""
        return int(self.params[name])

    def add(self, metric: Metric, store: int, number: int = 1) -> None:
        """Add to a metric of today."""
        self.daily[self.now_us // DAY_US, store, metric] += number

    def level(self, system: int, row: int) -> NDArray[np.int64]:
        """(STATES,) of a system's level."""
        location, sku = divmod(row, self.plan.skus)
        level: NDArray[np.int64] = self.engines[system].levels[location, sku]
        return level

    def sellable(self, system: int, row: int) -> int:
        """What a system has available in a row."""
        return int(self.level(system, row)[State.AVAILABLE])

    def recorded(self, system: int, row: int) -> int:
        """What a system has on hand in a row, promised or not."""
        return int(self.level(system, row)[: State.INCOMING].sum())

    def shelf_row(self, store: int, sku: int) -> int:
        """Where a store's customers find a sku; its price tag has the same number."""
        return store * self.plan.skus + sku

    def web_row(self, store: int, sku: int) -> int:
        """Where a store's web orders are picked now: on its shelf, or in a pool of its own."""
        pool = self.plan.stores if self.setting(Param.POOL) else 0
        return self.shelf_row(pool + store, sku)

    def till_price(self, store: int, sku: int) -> int:
        """What a store asks for a unit now."""
        return int(self.tags["price"][self.shelf_row(store, sku)])

    def label_price(self, store: int, sku: int) -> int:
        """What the label on a store's shelf says now."""
        return int(self.tags["label"][self.shelf_row(store, sku)])

    def unit_cost(self, sku: int) -> int:
        """What the shop paid for a unit."""
        return int(self.plan.catalogue.cost_minor[sku])

    def substitute(self, sku: int) -> int | None:
        """What a customer takes instead, if there is anything like it."""
        other = int(self.plan.catalogue.substitute[sku])
        return other if other >= 0 else None

    def unpromised(self, row: int) -> int:
        """Units that lie there and that no web order waits for."""
        return int(self.physical[row]) - int(self.promised[row])

    def take(self, store: int, sku: int, units: int) -> int:
        """Take up to *units* off a shelf; how many there were."""
        row = self.shelf_row(store, sku)
        have = min(units, max(0, int(self.physical[row])))
        self.physical[row] -= have
        return have

    def next_open_us(self, store: int, time_us: int) -> int:
        """*time_us*, or the next opening where the store is closed then."""
        opens_us, closes_us = (int(hour) for hour in self.plan.hours[store])
        midnight_us = time_us // DAY_US * DAY_US
        if time_us < midnight_us + opens_us:
            return midnight_us + opens_us
        if time_us < midnight_us + closes_us:
            return time_us
        return midnight_us + DAY_US + opens_us

    def wants_of(self, visit: Visit) -> list[Want]:
        """What the customer came for."""
        numbers = range(visit.first_want, visit.first_want + visit.wants)
        return [Want(number, *self.demand.wants[number].item()) for number in numbers]

    def stays_away(self, visit: Visit) -> bool:
        """Whether the customer, once disappointed, does not come; counted if so."""
        away = visit.stay >= int(self.loyalty[visit.customer])
        if away:
            self.add(Metric.VISITS_STAYED_AWAY, visit.store)
        return away

    # The engines

    def mint(self, number: int) -> int:
        """First of *number* fresh command ids."""
        first = self.next_id
        self.next_id += number
        return first

    def command(self, operation: Operation, row: int, quantity: int, argument: int = 0) -> Any:  # noqa: ANN401  a record
        """(1,) of COMMAND for now, with a fresh id; to be completed by who knows more."""
        command = np.zeros(1, COMMAND)
        command["id"] = command["order_id"] = self.mint(1)
        command["now_us"] = command["occurred_us"] = self.now_us
        command["location"], command["sku"] = divmod(row, self.plan.skus)
        command["operation"], command["quantity"] = operation, quantity
        command["argument"] = argument
        return command

    def execute(self, system: int, commands: Sequence[Any]) -> None:
        """Execute commands as one batch and enter the events in the ledger."""
        answers, events = self.engines[system].execute(np.concatenate(commands))
        assert not answers["status"].any(), "a command was refused"
        record_events(self.ledger, events, system, DAY_US)

    def order_lines(
        self, system: int, lines: Sequence[Any], visit: Visit, channel: Channel, flags: int = 0
    ) -> int:
        """Execute commands as one order of the visit's customer; the order's id."""
        order_id = int(lines[0]["id"][0])
        for number, line in enumerate(lines, start=1):
            line["order_id"], line["party_id"] = order_id, visit.customer + 1
            line["channel"] = channel
            line["flags"] = flags | (Flag.LINKED if number < len(lines) else 0)
        self.execute(system, lines)
        return order_id

    def book_fact(
        self, system: int, operation: Operation, row: int, quantity: int, reason: Reason
    ) -> None:
        """Execute one fact."""
        command = self.command(operation, row, quantity)
        command["reason"] = reason
        self.execute(system, [command])
