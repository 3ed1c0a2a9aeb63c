"""In the store: goods leave the shelf, queue at a till, and only then leave the record."""

import numpy as np

from core._jit import inlined, part
from core.kernels.tables import Int, Tables
from core.schema import Channel, Operation
from sim.kernel.messages import RECORD, touch
from sim.kernel.world import Clock, World, bump, execute, link, packed, push, write
from sim.plan import MILLION, Param
from sim.recorder import Metric
from sim.sequence import Moment


@inlined
def shrink(w: World, visit: Int) -> None:
    """A unit disappears, unrecorded."""
    v = w.visits[visit]
    row = v["store"] * w.params[Param.SKUS] + w.wants[v["first_want"]]["sku"]
    if w.shelves[row]["physical"] > 0:
        w.shelves[row]["physical"] -= 1
        bump(w, v["store"], Metric.UNITS_SHRUNK, 1)


@inlined
def stays_away(w: World, visit: Int) -> Int:
    """Whether the customer, once let down, does not come; counts the visit."""
    v = w.visits[visit]
    bump(w, v["store"], Metric.VISITS, 1)
    if np.int64(v["stay"]) < w.loyalty[v["customer"]]:
        return False
    bump(w, v["store"], Metric.VISITS_STAYED_AWAY, 1)
    return True


@inlined
def take(w: World, row: Int, quantity: Int) -> Int:
    """Take up to *quantity* units off the shelf; return how many there were."""
    taken = min(quantity, max(0, w.shelves[row]["physical"]))
    w.shelves[row]["physical"] -= taken
    return taken


@inlined
def lose_in_store(w: World, store: Int, sku: Int, units: Int) -> None:
    """Count units that a customer wanted and does not get."""
    price = w.tags[store * w.params[Param.SKUS] + sku]["price"]
    bump(w, store, Metric.UNITS_LOST_STORE, units)
    bump(w, store, Metric.LOST_STORE_MINOR, units * price)


@part
def shop(w: World, visit: Int) -> None:
    """A customer takes what is there off the shelf and walks to the tills."""
    if stays_away(w, visit):
        return
    v = w.visits[visit]
    store = np.int64(v["store"])
    skus = w.params[Param.SKUS]
    units = 0
    for i in range(v["first_want"], v["first_want"] + v["wants"]):
        want = w.wants[i]
        sku = np.int64(want["sku"])
        quantity = np.int64(want["quantity"])
        bump(w, store, Metric.UNITS_WANTED_STORE, quantity)
        taken = take(w, store * skus + sku, quantity)
        w.bags[i]["taken"] = taken
        units += taken
        if taken < quantity:
            units += do_without(w, i, store, sku, quantity - taken)
    if units == 0:
        return
    w.trips[visit]["units"] = units
    if v["walk_us"] == 0:
        join_till(w, visit)
    else:
        push(w, v["time_us"] + v["walk_us"], packed(Moment.TILL_JOIN, visit, 0), 0, 0, 0)


@part
def do_without(w: World, want: Int, store: Int, sku: Int, missing: Int) -> Int:
    """The shelf is empty: leave it, take a substitute, or come back. Return units substituted."""
    response = np.int64(w.wants[want]["response"])
    if response >= w.params[Param.SUBSTITUTE]:
        bump(w, store, Metric.UNITS_DELAYED, missing)
        again_us = w.clock[Clock.NOW_US] + w.params[Param.DELAY_US]
        push(w, again_us, packed(Moment.AGAIN, want, 0), missing, store, w.clock[Clock.CURSOR] - 1)
        return 0
    instead = 0
    other = np.int64(w.substitute[sku])
    if response >= w.params[Param.LOST] and other >= 0:
        instead = take(w, store * w.params[Param.SKUS] + other, missing)
        w.bags[want]["instead"] = instead
        bump(w, store, Metric.UNITS_SUBSTITUTED, instead)
    if instead < missing:
        lose_in_store(w, store, sku, missing - instead)
    return instead


@inlined
def join(w: World, desk: Int, visit: Int) -> Int:
    """Join a queue; True if a server is free, so that service begins at once."""
    d = w.desks[desk]
    w.trips[visit]["joined_us"] = w.clock[Clock.NOW_US]
    if d["busy"] < d["servers"]:
        d["busy"] += 1
        return True
    w.trips[visit]["next"] = -1
    if d["head"] < 0:
        d["head"] = visit
    else:
        w.trips[d["tail"]]["next"] = visit
    d["tail"] = visit
    return False


@inlined
def leave(w: World, desk: Int) -> Int:
    """A server is done: return the next visit in the queue, or -1 and the server is free."""
    d = w.desks[desk]
    visit = d["head"]
    if visit < 0:
        d["busy"] -= 1
        return np.int64(-1)
    d["head"] = w.trips[visit]["next"]
    return visit


@part
def join_till(w: World, visit: Int) -> None:
    """A customer reaches the tills."""
    if join(w, np.int64(w.visits[visit]["store"]), visit):
        start_till(w, visit)


@part
def start_till(w: World, visit: Int) -> None:
    """A till begins to scan."""
    v = w.visits[visit]
    now_us = w.clock[Clock.NOW_US]
    bump(w, v["store"], Metric.TILL_WAIT_US, now_us - w.trips[visit]["joined_us"])
    bump(w, v["store"], Metric.TILL_SERVED, 1)
    work_us = w.params[Param.TILL_BASE_US] + w.params[Param.TILL_UNIT_US] * w.trips[visit]["units"]
    done_us = now_us + work_us * np.int64(v["noise"]) // MILLION
    push(w, done_us, packed(Moment.TILL_DONE, visit, 0), 0, 0, 0)


@inlined
def ring_up(w: World, store: Int, sku: Int, units: Int, number: Int) -> Int:
    """Write the sale of one line; return its amount."""
    tag = w.tags[store * w.params[Param.SKUS] + sku]
    amount = units * tag["price"]
    write(w, number, np.int64(Operation.SELL), store, sku, units, amount)
    bump(w, store, Metric.UNITS_SOLD_STORE, units)
    bump(w, store, Metric.REVENUE_STORE_MINOR, amount)
    bump(w, store, Metric.COST_STORE_MINOR, units * w.cost[sku])
    if tag["label"] != tag["price"]:
        bump(w, store, Metric.UNITS_MISPRICED, units)
        if tag["price"] > tag["label"]:
            bump(w, store, Metric.UNITS_OVERCHARGED, units)
            bump(w, store, Metric.OVERCHARGE_MINOR, units * (tag["price"] - tag["label"]))
    return amount


@part
def pay(w: World, record: Tables, visit: Int) -> None:
    """The till is done: the record learns of the sale; the next customer is served."""
    v = w.visits[visit]
    store = np.int64(v["store"])
    number = 0
    for i in range(v["first_want"], v["first_want"] + v["wants"]):
        sku = np.int64(w.wants[i]["sku"])
        if w.bags[i]["taken"] > 0:
            ring_up(w, store, sku, np.int64(w.bags[i]["taken"]), number)
            number += 1
        if w.bags[i]["instead"] > 0:
            other = np.int64(w.substitute[sku])
            ring_up(w, store, other, np.int64(w.bags[i]["instead"]), number)
            number += 1
    bump(w, store, Metric.BASKETS, 1)
    link(w, number, v["customer"] + 1, np.int64(Channel.TILL), 0)
    execute(w, record, RECORD, number)
    for i in range(number):
        touch(w, record, store * w.params[Param.SKUS] + w.commands[i]["sku"])
    following = leave(w, store)
    if following >= 0:
        start_till(w, following)


@part
def come_back(w: World, record: Tables, want: Int, missing: Int, store: Int, visit: Int) -> None:
    """A customer tries once more, and pays at once if the shelf is full again."""
    sku = np.int64(w.wants[want]["sku"])
    row = store * w.params[Param.SKUS] + sku
    taken = take(w, row, missing)
    if taken < missing:
        lose_in_store(w, store, sku, missing - taken)
    if taken > 0:
        ring_up(w, store, sku, taken, 0)
        link(w, 1, w.visits[visit]["customer"] + 1, np.int64(Channel.TILL), 0)
        execute(w, record, RECORD, 1)
        touch(w, record, row)
