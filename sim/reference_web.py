"""A web order's story, one SimPy process each: for the reference form of the twin."""

from collections import Counter

from core.schema import Channel, Flag, Operation, Reason
from sim.floor import RECORD, WEB
from sim.plan import LATE_US, MILLION, Param, Table
from sim.recorder import Metric
from sim.reference_floor import Process, Visit, Want
from sim.reference_links import ORDER, Line, LinkedSystems, WebOrder
from sim.sequence import Moment


def web_customer(twin: LinkedSystems, visit: Visit) -> Process:
    """A customer orders; staff see the order, pick it when they can, and it is ready or not."""
    twin.add(Metric.VISITS, visit.store)
    if twin.stays_away(visit):
        return
    twin.add(Metric.WEB_ORDERS_WANTED, visit.store)
    order = place(twin, visit)
    if order is None:
        return
    if order.system == WEB:
        tell_record(twin, order)
    seen_us = twin.now_us + twin.drawn_us(Table.NOTICE, visit.notice)
    opened_us = twin.next_open_us(visit.store, seen_us)
    yield twin.env.at(opened_us, Moment.PICK_JOIN, visit.number)
    joined_us = twin.now_us
    with twin.pickers[visit.store].request() as turn:
        yield turn
        twin.add(Metric.PICK_WAIT_US, visit.store, twin.now_us - joined_us)
        units = sum(line.quantity for line in order.lines)
        work_us = twin.setting(Param.PICK_BASE_US) + twin.setting(Param.PICK_UNIT_US) * units
        done_us = twin.now_us + work_us * visit.noise // MILLION
        yield twin.env.at(done_us, Moment.PICK_DONE, visit.number)
        pick(twin, order)


def place(twin: LinkedSystems, visit: Visit) -> WebOrder | None:
    """Accept what the web shop believes to be there; None where that is nothing."""
    system = RECORD if twin.one_system else WEB
    accepted: list[Line] = []
    for want in twin.wants_of(visit):
        twin.add(Metric.UNITS_WANTED_WEB, visit.store, want.quantity)
        line = accept(twin, visit, want, system, accepted)
        if line is None:
            lose(twin, visit, want)
        else:
            accepted.append(line)
    if not accepted:
        return None
    knowledge(twin, visit, accepted, system)
    commands = [
        twin.command(
            Operation.PLACE, twin.web_row(visit.store, line.sku), line.quantity, line.amount_minor
        )
        for line in accepted
    ]
    order_id = twin.order_lines(system, commands, visit, Channel.WEB)
    twin.add(Metric.WEB_ORDERS_PLACED, visit.store)
    twin.add(Metric.UNITS_PLACED_WEB, visit.store, sum(line.quantity for line in accepted))
    return WebOrder(visit, system, order_id, twin.now_us, accepted)


def accept(
    twin: LinkedSystems, visit: Visit, want: Want, system: int, accepted: list[Line]
) -> Line | None:
    """The whole line, or the whole line of a substitute, or nothing."""
    claimed: Counter[int] = Counter()
    for line in accepted:
        claimed[line.sku] += line.quantity

    def free(sku: int) -> int:
        return twin.sellable(system, twin.web_row(visit.store, sku)) - claimed[sku]

    def line_of(sku: int) -> Line:
        return Line(sku, want.quantity, want.quantity * twin.till_price(visit.store, sku))

    if free(want.sku) >= want.quantity:
        return line_of(want.sku)
    minded = twin.setting(Param.LOST) <= want.response < twin.setting(Param.SUBSTITUTE)
    other = twin.substitute(want.sku)
    if minded and other is not None and free(other) >= want.quantity:
        twin.add(Metric.UNITS_SUBSTITUTED, visit.store, want.quantity)
        return line_of(other)
    return None


def lose(twin: LinkedSystems, visit: Visit, want: Want) -> None:
    """The web shop shows none; perhaps wrongly."""
    store, units = visit.store, want.quantity
    lost_minor = units * twin.till_price(store, want.sku)
    twin.add(Metric.UNITS_LOST_WEB, store, units)
    twin.add(Metric.LOST_WEB_MINOR, store, lost_minor)
    if twin.unpromised(twin.web_row(store, want.sku)) >= units:
        twin.add(Metric.UNITS_FALSE_ZERO, store, units)
        twin.add(Metric.FALSE_ZERO_MINOR, store, lost_minor)


def knowledge(twin: LinkedSystems, visit: Visit, lines: list[Line], system: int) -> None:
    """Remember for each line whether it was there, and whether the record knew; then promise it."""
    for line in lines:
        row = twin.web_row(visit.store, line.sku)
        line.there = twin.unpromised(row) >= line.quantity
        known = twin.sellable(RECORD, row) - int(twin.unbooked[row])
        line.record_knew = system == RECORD or known >= line.quantity
        twin.promised[row] += line.quantity
        if system == WEB:
            twin.unbooked[row] += line.quantity


def tell_record(twin: LinkedSystems, order: WebOrder) -> None:
    """Send the order to the record, or leave it for the link's next run."""
    twin.unreported[order.visit.number] = order
    attempts = twin.setting(Param.ORDER_ATTEMPTS)
    failures = twin.failures(ORDER, order.visit.loss, attempts)
    if twin.setting(Param.ORDER_EVENTS) and failures < attempts:
        travel_us = twin.drawn_us(Table.ORDER_LATENCY, order.visit.latency)
        backoff_us = twin.setting(Param.ORDER_BACKOFF_US) * (2**failures - 1)
        arrival_us = twin.now_us + travel_us + backoff_us
        twin.env.process(report(twin, order, arrival_us))
    else:
        twin.waiting.append(order)


def report(twin: LinkedSystems, order: WebOrder, arrival_us: int) -> Process:
    """The order's message travels to the record."""
    yield twin.env.at(arrival_us, Moment.BOOKING, order.visit.number)
    if not twin.one_system:
        book(twin, order)


def book(twin: LinkedSystems, order: WebOrder) -> None:
    """The record hears of an order of the web shop; of one already picked, as of a sale."""
    if twin.unreported.pop(order.visit.number, None) is None:
        return
    visit, store = order.visit, order.visit.store
    booked = [line for line in order.lines if line.picked] if order.done else order.lines
    operation, flag = (Operation.SELL, 0) if order.done else (Operation.PLACE, Flag.ACCEPTED)
    commands = [
        twin.command(operation, twin.web_row(store, line.sku), line.quantity, line.amount_minor)
        for line in booked
    ]
    if commands:
        order_id = twin.order_lines(RECORD, commands, visit, Channel.WEB, flag)
        order.record_order_id = 0 if order.done else order_id
    for line in order.lines:
        twin.unbooked[twin.web_row(store, line.sku)] -= line.quantity
    for line in booked:
        twin.touch_row(twin.web_row(store, line.sku), echo=True)
    if visit.typo < twin.setting(Param.ORDER_TYPO):
        row = twin.web_row(store, order.lines[0].sku)
        twin.book_fact(RECORD, Operation.ADJUST, row, -1, Reason.CORRECTION)
        twin.touch_row(row)
    if twin.setting(Param.ORDER_BY_HAND):
        twin.add(Metric.ORDER_ENTRIES, store)


def pick(twin: LinkedSystems, order: WebOrder) -> None:
    """Staff come back from the shelf with what they found; every system hears of it."""
    store = order.visit.store
    for line in order.lines:
        row = twin.web_row(store, line.sku)
        line.picked = twin.physical[row] >= line.quantity
        twin.promised[row] -= line.quantity
        if line.picked:
            twin.physical[row] -= line.quantity
            twin.add(Metric.UNITS_PICKED_WEB, store, line.quantity)
            twin.add(Metric.REVENUE_WEB_MINOR, store, line.amount_minor)
            twin.add(Metric.COST_WEB_MINOR, store, line.quantity * twin.unit_cost(line.sku))
        else:
            blame(twin, order, line)
    order.done = True
    close(twin, order, order.system, order.order_id)
    if order.record_order_id:
        close(twin, order, RECORD, order.record_order_id)
        for line in order.lines:
            twin.touch_row(twin.web_row(store, line.sku), echo=True)
    for line in order.lines:
        if not line.picked:
            count_shelf(twin, order, line)
    finish(twin, order)


def close(twin: LinkedSystems, order: WebOrder, system: int, order_id: int) -> None:
    """One system hears what was picked and what was not, line by line."""
    store = order.visit.store
    commands = []
    for number, line in enumerate(order.lines):
        operation = Operation.FULFIL if line.picked else Operation.CANCEL
        row = twin.web_row(store, line.sku)
        command = twin.command(operation, row, line.quantity, number)
        command["order_id"], command["party_id"] = order_id, order.visit.customer + 1
        command["channel"] = Channel.WEB
        commands.append(command)
    twin.execute(system, commands)


def count_shelf(twin: LinkedSystems, order: WebOrder, line: Line) -> None:
    """Who finds too little counts what is there, and says so in every system."""
    row = twin.web_row(order.visit.store, line.sku)
    there = int(twin.physical[row])
    twin.book_fact(RECORD, Operation.COUNT, row, there, Reason.SHORT_PICK)
    web_counts = order.system == WEB and not twin.one_system
    twin.touch_row(row, echo=web_counts)
    if web_counts:
        twin.book_fact(WEB, Operation.COUNT, row, there, Reason.SHORT_PICK)


def blame(twin: LinkedSystems, order: WebOrder, line: Line) -> None:
    """Count a line that was sold and is not there, by what made the promise wrong."""
    store = order.visit.store
    twin.add(Metric.LINES_OVERSOLD, store)
    twin.add(Metric.UNITS_OVERSOLD, store, line.quantity)
    twin.add(Metric.OVERSOLD_MINOR, store, line.amount_minor)
    if line.there:
        twin.add(Metric.LINES_OVERSOLD_RACE, store)
    elif order.system == WEB and not line.record_knew:
        twin.add(Metric.LINES_OVERSOLD_VIEW, store)
    else:
        twin.add(Metric.LINES_OVERSOLD_RECORD, store)


def finish(twin: LinkedSystems, order: WebOrder) -> None:
    """The customer gets what was picked, and may be lost over what was not."""
    visit, store = order.visit, order.visit.store
    picked = sum(line.picked for line in order.lines)
    if picked:
        ready_us = twin.now_us - order.placed_us
        twin.add(Metric.ORDERS_PICKED, store)
        twin.add(Metric.READY_US, store, ready_us)
        if ready_us > LATE_US:
            twin.add(Metric.ORDERS_LATE, store)
    else:
        twin.add(Metric.ORDERS_CANCELLED, store)
    if picked < len(order.lines):
        twin.add(Metric.ORDERS_OVERSOLD, store)
        before = int(twin.loyalty[visit.customer])
        churned = before * (twin.setting(Param.CHURN) >> 12) // 2**20  # fits 64 bits
        twin.loyalty[visit.customer] = before - churned
