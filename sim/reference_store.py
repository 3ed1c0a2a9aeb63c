"""A store customer's story, one SimPy process each: for the reference form of the twin."""

from dataclasses import dataclass

from core.schema import Channel, Operation
from sim.floor import RECORD
from sim.plan import MILLION, Param
from sim.recorder import Metric
from sim.reference_floor import Process, Visit, Want
from sim.reference_links import LinkedSystems
from sim.sequence import Moment


@dataclass(frozen=True)
class Taken:
    """Units of a sku in a customer's hands."""

    sku: int
    units: int


def shrink(twin: LinkedSystems, visit: Visit) -> None:
    """A unit disappears, and nobody writes it down."""
    (want,) = twin.wants_of(visit)
    if twin.take(visit.store, want.sku, 1):
        twin.add(Metric.UNITS_SHRUNK, visit.store)


def shopper(twin: LinkedSystems, visit: Visit) -> Process:
    """A customer takes goods off the shelf, walks to the tills, waits, pays."""
    twin.add(Metric.VISITS, visit.store)
    if twin.stays_away(visit):
        return
    basket = [taken for want in twin.wants_of(visit) for taken in fill(twin, visit, want)]
    if not basket:
        return
    if visit.walk_us > 0:
        yield twin.env.at(twin.now_us + visit.walk_us, Moment.TILL_JOIN, visit.number)
    joined_us = twin.now_us
    with twin.tills[visit.store].request() as turn:
        yield turn
        twin.add(Metric.TILL_WAIT_US, visit.store, twin.now_us - joined_us)
        twin.add(Metric.TILL_SERVED, visit.store)
        units = sum(taken.units for taken in basket)
        work_us = twin.setting(Param.TILL_BASE_US) + twin.setting(Param.TILL_UNIT_US) * units
        done_us = twin.now_us + work_us * visit.noise // MILLION
        yield twin.env.at(done_us, Moment.TILL_DONE, visit.number)
        pay(twin, visit, basket)
        twin.add(Metric.BASKETS, visit.store)


def fill(twin: LinkedSystems, visit: Visit, want: Want) -> list[Taken]:
    """Take what there is of *want*; for what is missing, do as the customer is minded."""
    store = visit.store
    twin.add(Metric.UNITS_WANTED_STORE, store, want.quantity)
    have = twin.take(store, want.sku, want.quantity)
    basket = [Taken(want.sku, have)]
    missing = want.quantity - have
    if missing > 0 and want.response < twin.setting(Param.LOST):
        lose(twin, visit, want, missing)
    elif missing > 0 and want.response < twin.setting(Param.SUBSTITUTE):
        other = twin.substitute(want.sku)
        instead = 0
        if other is not None:
            instead = twin.take(store, other, missing)
            basket.append(Taken(other, instead))
        twin.add(Metric.UNITS_SUBSTITUTED, store, instead)
        lose(twin, visit, want, missing - instead)
    elif missing > 0:
        twin.add(Metric.UNITS_DELAYED, store, missing)
        twin.env.process(comes_back(twin, visit, want, missing))
    return [taken for taken in basket if taken.units > 0]


def lose(twin: LinkedSystems, visit: Visit, want: Want, units: int) -> None:
    """These units are not sold: the customer buys them elsewhere or not at all."""
    twin.add(Metric.UNITS_LOST_STORE, visit.store, units)
    lost_minor = units * twin.till_price(visit.store, want.sku)
    twin.add(Metric.LOST_STORE_MINOR, visit.store, lost_minor)


def comes_back(twin: LinkedSystems, visit: Visit, want: Want, missing: int) -> Process:
    """The customer asks once more for what was missing, and pays at once."""
    again_us = twin.now_us + twin.setting(Param.DELAY_US)
    yield twin.env.at(again_us, Moment.AGAIN, want.number)
    have = twin.take(visit.store, want.sku, missing)
    lose(twin, visit, want, missing - have)
    if have > 0:
        pay(twin, visit, [Taken(want.sku, have)])


def pay(twin: LinkedSystems, visit: Visit, basket: list[Taken]) -> None:
    """The till books the sale at today's prices, and the record hears of it at once."""
    store = visit.store
    commands = []
    for taken in basket:
        price = twin.till_price(store, taken.sku)
        row = twin.shelf_row(store, taken.sku)
        amount_minor = taken.units * price
        commands.append(twin.command(Operation.SELL, row, taken.units, amount_minor))
        twin.add(Metric.UNITS_SOLD_STORE, store, taken.units)
        twin.add(Metric.REVENUE_STORE_MINOR, store, amount_minor)
        twin.add(Metric.COST_STORE_MINOR, store, taken.units * twin.unit_cost(taken.sku))
        label = twin.label_price(store, taken.sku)
        if label != price:
            twin.add(Metric.UNITS_MISPRICED, store, taken.units)
        if label < price:
            twin.add(Metric.UNITS_OVERCHARGED, store, taken.units)
            twin.add(Metric.OVERCHARGE_MINOR, store, taken.units * (price - label))
    twin.order_lines(RECORD, commands, visit, Channel.TILL)
    for taken in basket:
        twin.touch_row(twin.shelf_row(store, taken.sku))
