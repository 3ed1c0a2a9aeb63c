"""On the web: an order is promised from what the web shop believes, then booked and picked."""

import numpy as np

from core._jit import inlined, part
from core.kernels.tables import Int, Tables
from core.schema import Channel, Flag, Operation, Reason
from scenarios.text import DAY_US
from sim.kernel.messages import ORDER, RECORD, WEB, failures, touch, touch_echo
from sim.kernel.store import join, leave, stays_away
from sim.kernel.world import (
    Clock,
    World,
    available,
    bump,
    execute,
    link,
    packed,
    push,
    web_location,
    write,
)
from sim.plan import LATE_US, MILLION, TABLE_SHIFT, Param, Table
from sim.recorder import Metric
from sim.sequence import Moment

ACCEPTED = int(Flag.ACCEPTED)
FULL = 1 << 32  # of a mark: all of a customer's loyalty


@part
def order(w: World, record: Tables, web: Tables, visit: Int) -> None:
    """A customer orders on the web what the web shop says it has."""
    if stays_away(w, visit):
        return
    v = w.visits[visit]
    store = np.int64(v["store"])
    bump(w, store, Metric.WEB_ORDERS_WANTED, 1)
    if w.params[Param.ONE_SYSTEM] != 0:
        accepted = accept(w, record, visit)
    else:
        accepted = accept(w, web, visit)
    if accepted == 0:
        return
    trip = w.trips[visit]
    trip["order_id"] = w.commands[0]["id"]
    trip["placed_us"] = v["time_us"]
    promise(w, record, visit)
    link(w, accepted, v["customer"] + 1, np.int64(Channel.WEB), 0)
    if w.params[Param.ONE_SYSTEM] != 0:
        trip["system"] = RECORD
        execute(w, record, RECORD, accepted)
    else:
        trip["system"] = WEB
        execute(w, web, WEB, accepted)
        send_order(w, visit)
    seen_us = v["time_us"] + w.tables[np.int64(Table.NOTICE), v["notice"] >> TABLE_SHIFT]
    push(w, next_open(w, store, seen_us), packed(Moment.PICK_JOIN, visit, 0), 0, 0, 0)


@part
def accept(w: World, system: Tables, visit: Int) -> Int:
    """Write a PLACE for each line that the system believes it has; return how many."""
    v = w.visits[visit]
    store = np.int64(v["store"])
    skus = w.params[Param.SKUS]
    location = web_location(w, store)
    number = 0
    for i in range(v["first_want"], v["first_want"] + v["wants"]):
        sku = np.int64(w.wants[i]["sku"])
        quantity = np.int64(w.wants[i]["quantity"])
        bump(w, store, Metric.UNITS_WANTED_WEB, quantity)
        chosen: Int = sku
        if unasked(w, system, location * skus + sku, sku, number) < quantity:
            chosen = np.int64(-1)
            response = np.int64(w.wants[i]["response"])
            if w.params[Param.LOST] <= response < w.params[Param.SUBSTITUTE]:
                other = np.int64(w.substitute[sku])
                if other >= 0 and (
                    unasked(w, system, location * skus + other, other, number) >= quantity
                ):
                    chosen = other
                    bump(w, store, Metric.UNITS_SUBSTITUTED, quantity)
        if chosen < 0:
            lose_on_web(w, store, location * skus + sku, sku, quantity)
            continue
        amount = quantity * w.tags[store * skus + chosen]["price"]
        bag = w.bags[i]
        bag["sku"] = chosen
        bag["taken"] = quantity
        bag["amount"] = amount
        write(w, number, np.int64(Operation.PLACE), location, chosen, quantity, amount)
        number += 1
    return number


@inlined
def unasked(w: World, system: Tables, row: Int, sku: Int, number: Int) -> Int:
    """What the system has available beyond the lines that this order has already got."""
    left = available(system, row)
    for i in range(number):
        if w.commands[i]["sku"] == sku:
            left -= w.commands[i]["quantity"]
    return left


@inlined
def lose_on_web(w: World, store: Int, row: Int, sku: Int, quantity: Int) -> None:
    """Count units shown as not available; a false zero if they lay there for nobody."""
    amount = quantity * w.tags[store * w.params[Param.SKUS] + sku]["price"]
    bump(w, store, Metric.UNITS_LOST_WEB, quantity)
    bump(w, store, Metric.LOST_WEB_MINOR, amount)
    if w.shelves[row]["physical"] - w.shelves[row]["promised"] >= quantity:
        bump(w, store, Metric.UNITS_FALSE_ZERO, quantity)
        bump(w, store, Metric.FALSE_ZERO_MINOR, amount)


@part
def promise(w: World, record: Tables, visit: Int) -> None:
    """Note for each accepted line whether shelf and record would have said yes; promise it."""
    v = w.visits[visit]
    store = np.int64(v["store"])
    one_system = w.params[Param.ONE_SYSTEM] != 0
    units: Int = 0
    bump(w, store, Metric.WEB_ORDERS_PLACED, 1)
    for i in range(v["first_want"], v["first_want"] + v["wants"]):
        bag = w.bags[i]
        quantity = np.int64(bag["taken"])
        if quantity == 0:
            continue
        row = web_location(w, store) * w.params[Param.SKUS] + bag["sku"]
        shelf = w.shelves[row]
        bag["there"] = shelf["physical"] - shelf["promised"] >= quantity
        bag["record_yes"] = one_system or (available(record, row) - shelf["unbooked"] >= quantity)
        shelf["promised"] += quantity
        if not one_system:
            shelf["unbooked"] += quantity
        units += quantity
    bump(w, store, Metric.UNITS_PLACED_WEB, units)
    w.trips[visit]["units"] = units


@part
def send_order(w: World, visit: Int) -> None:
    """Tell the record of an order: by message, or by a note that waits for the next run."""
    v = w.visits[visit]
    if w.params[Param.ORDER_EVENTS] != 0:
        attempts = w.params[Param.ORDER_ATTEMPTS]
        failed = failures(w, ORDER, v["loss"], attempts)
        if failed < attempts:
            latency_us = w.tables[np.int64(Table.ORDER_LATENCY), v["latency"] >> TABLE_SHIFT]
            waited_us = w.params[Param.ORDER_BACKOFF_US] * ((1 << failed) - 1)
            arrives_us = w.clock[Clock.NOW_US] + latency_us + waited_us
            push(w, arrives_us, packed(Moment.BOOKING, visit, 0), 0, 0, 0)
            return
    w.waiting[w.clock[Clock.WAITING]] = visit
    w.clock[Clock.WAITING] += 1


@inlined
def next_open(w: World, store: Int, time_us: Int) -> Int:
    """The first moment from *time_us* on at which the store is open."""
    since_midnight = time_us % DAY_US
    if since_midnight < w.hours[store, 0]:
        return time_us - since_midnight + w.hours[store, 0]
    if since_midnight < w.hours[store, 1]:
        return time_us
    return time_us - since_midnight + DAY_US + w.hours[store, 0]


@part
def book(w: World, record: Tables, visit: Int) -> None:
    """The record learns of a web order: as a promise, or as a sale if it has been picked."""
    trip = w.trips[visit]
    if w.params[Param.ONE_SYSTEM] != 0 or trip["booked"] != 0:
        return
    v = w.visits[visit]
    store = np.int64(v["store"])
    location = web_location(w, store)
    skus = w.params[Param.SKUS]
    picked = trip["picked"] != 0
    operation = np.int64(Operation.SELL) if picked else np.int64(Operation.PLACE)
    number = 0
    first = np.int64(-1)
    for i in range(v["first_want"], v["first_want"] + v["wants"]):
        bag = w.bags[i]
        quantity = np.int64(bag["taken"])
        if quantity == 0:
            continue
        row = location * skus + bag["sku"]
        if first < 0:
            first = row
        w.shelves[row]["unbooked"] -= quantity
        if picked and bag["found"] == 0:
            continue
        write(w, number, operation, location, bag["sku"], quantity, bag["amount"])
        number += 1
    trip["booked"] = 1
    if number > 0:
        trip["record_id"] = w.commands[0]["id"]
        flags = 0 if picked else ACCEPTED
        link(w, number, v["customer"] + 1, np.int64(Channel.WEB), flags)
        execute(w, record, RECORD, number)
        for i in range(number):
            touch_echo(w, record, location * skus + w.commands[i]["sku"])
    if np.int64(v["typo"]) < w.params[Param.ORDER_TYPO]:
        write(w, 0, np.int64(Operation.ADJUST), location, first % skus, np.int64(-1), 0)
        w.commands[0]["reason"] = Reason.CORRECTION
        execute(w, record, RECORD, 1)
        touch(w, record, first)
    if w.params[Param.ORDER_BY_HAND] != 0:
        bump(w, store, Metric.ORDER_ENTRIES, 1)


@part
def join_pickers(w: World, visit: Int) -> None:
    """Staff have seen a web order in opening hours."""
    desk = w.params[Param.STORES] + np.int64(w.visits[visit]["store"])
    if join(w, desk, visit):
        start_picking(w, visit)


@part
def start_picking(w: World, visit: Int) -> None:
    """A picker sets out."""
    v = w.visits[visit]
    now_us = w.clock[Clock.NOW_US]
    bump(w, v["store"], Metric.PICK_WAIT_US, now_us - w.trips[visit]["joined_us"])
    work_us = w.params[Param.PICK_BASE_US] + w.params[Param.PICK_UNIT_US] * w.trips[visit]["units"]
    done_us = now_us + work_us * np.int64(v["noise"]) // MILLION
    push(w, done_us, packed(Moment.PICK_DONE, visit, 0), 0, 0, 0)


@part
def pick(w: World, record: Tables, web: Tables, visit: Int) -> None:
    """The picker is done: what lay there is packed, what did not was oversold."""
    v = w.visits[visit]
    store = np.int64(v["store"])
    trip = w.trips[visit]
    on_web = trip["system"] == WEB
    lines, found = look_for_all(w, visit, on_web)
    if on_web:
        tell(w, web, WEB, visit, trip["order_id"])
        if trip["booked"] != 0:
            tell(w, record, RECORD, visit, trip["record_id"])
            touch_all(w, record, visit)
    else:
        tell(w, record, RECORD, visit, trip["order_id"])
    trip["picked"] = 1
    if found < lines:
        count_short(w, record, web, visit, on_web)
    bump_picked(w, visit, lines, found)
    following = leave(w, w.params[Param.STORES] + store)
    if following >= 0:
        start_picking(w, following)


@part
def look_for_all(w: World, visit: Int, on_web: Int) -> tuple[Int, Int]:
    """Take each accepted line off the shelf, or count why it is not there: (lines, found)."""
    v = w.visits[visit]
    store = np.int64(v["store"])
    lines = 0
    found = 0
    for i in range(v["first_want"], v["first_want"] + v["wants"]):
        bag = w.bags[i]
        quantity = np.int64(bag["taken"])
        if quantity == 0:
            continue
        lines += 1
        shelf = w.shelves[web_location(w, store) * w.params[Param.SKUS] + bag["sku"]]
        shelf["promised"] -= quantity
        if shelf["physical"] >= quantity:
            found += 1
            bag["found"] = 1
            shelf["physical"] -= quantity
            bump(w, store, Metric.UNITS_PICKED_WEB, quantity)
            bump(w, store, Metric.REVENUE_WEB_MINOR, bag["amount"])
            bump(w, store, Metric.COST_WEB_MINOR, quantity * w.cost[bag["sku"]])
            continue
        bump(w, store, Metric.LINES_OVERSOLD, 1)
        bump(w, store, Metric.UNITS_OVERSOLD, quantity)
        bump(w, store, Metric.OVERSOLD_MINOR, bag["amount"])
        if bag["there"] != 0:
            bump(w, store, Metric.LINES_OVERSOLD_RACE, 1)
        elif on_web and bag["record_yes"] == 0:
            bump(w, store, Metric.LINES_OVERSOLD_VIEW, 1)
        else:
            bump(w, store, Metric.LINES_OVERSOLD_RECORD, 1)
    return lines, found


@part
def tell(w: World, engine: Tables, system: Int, visit: Int, order_id: Int) -> None:
    """Fulfil or cancel each line of an order in one system."""
    v = w.visits[visit]
    location = web_location(w, np.int64(v["store"]))
    number = 0
    for i in range(v["first_want"], v["first_want"] + v["wants"]):
        bag = w.bags[i]
        if bag["taken"] == 0:
            continue
        operation = np.int64(Operation.FULFIL) if bag["found"] != 0 else np.int64(Operation.CANCEL)
        write(w, number, operation, location, bag["sku"], bag["taken"], number)
        w.commands[number]["order_id"] = order_id
        w.commands[number]["party_id"] = v["customer"] + 1
        w.commands[number]["channel"] = Channel.WEB
        number += 1
    execute(w, engine, system, number)


@part
def touch_all(w: World, record: Tables, visit: Int) -> None:
    """The record's levels of all accepted lines have changed."""
    v = w.visits[visit]
    location = web_location(w, np.int64(v["store"]))
    for i in range(v["first_want"], v["first_want"] + v["wants"]):
        if w.bags[i]["taken"] > 0:
            touch_echo(w, record, location * w.params[Param.SKUS] + w.bags[i]["sku"])


@part
def count_short(w: World, record: Tables, web: Tables, visit: Int, on_web: Int) -> None:
    """Put the record, and the web shop's own, right where the picker found too little."""
    v = w.visits[visit]
    skus = w.params[Param.SKUS]
    location = web_location(w, np.int64(v["store"]))
    for i in range(v["first_want"], v["first_want"] + v["wants"]):
        bag = w.bags[i]
        if bag["taken"] == 0 or bag["found"] != 0:
            continue
        row = location * skus + bag["sku"]
        there = w.shelves[row]["physical"]
        write(w, 0, np.int64(Operation.COUNT), location, bag["sku"], there, 0)
        w.commands[0]["reason"] = Reason.SHORT_PICK
        execute(w, record, RECORD, 1)
        if on_web and w.params[Param.ONE_SYSTEM] == 0:
            touch_echo(w, record, row)
            write(w, 0, np.int64(Operation.COUNT), location, bag["sku"], there, 0)
            w.commands[0]["reason"] = Reason.SHORT_PICK
            execute(w, web, WEB, 1)
        else:
            touch(w, record, row)


@part
def bump_picked(w: World, visit: Int, lines: Int, found: Int) -> None:
    """Count the order, and what a cancellation does to its customer."""
    v = w.visits[visit]
    store = np.int64(v["store"])
    if found > 0:
        ready_us = w.clock[Clock.NOW_US] - w.trips[visit]["placed_us"]
        bump(w, store, Metric.ORDERS_PICKED, 1)
        bump(w, store, Metric.READY_US, ready_us)
        if ready_us > LATE_US:
            bump(w, store, Metric.ORDERS_LATE, 1)
    else:
        bump(w, store, Metric.ORDERS_CANCELLED, 1)
    if found < lines:
        bump(w, store, Metric.ORDERS_OVERSOLD, 1)
        loyalty = w.loyalty[v["customer"]]
        # 2**32 * 2**32 leaves 64 bits; a millionth is fine enough.
        w.loyalty[v["customer"]] = loyalty - loyalty * (w.params[Param.CHURN] >> 12) // (FULL >> 12)
