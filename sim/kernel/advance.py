"""The loop: visits and pending things in one total order, up to a moment that SimPy owns."""

import numpy as np

from core._jit import inlined, jit, part
from core._lend import borrowed
from core.kernels.tables import Array, Int, Tables, tables_at
from scenarios.text import DAY_US
from sim.kernel.messages import receive_message, set_view, touch
from sim.kernel.store import come_back, join_till, pay, shop, shrink
from sim.kernel.web import book, join_pickers, order, pick
from sim.kernel.world import Clock, World, before, bump, has_room, packed, pop, push, world_at
from sim.recorder import Metric
from sim.sequence import ENTITY_SHIFT, KIND_SHIFT, Moment

DONE = 0
NEEDS_ROOM = 1
ENTITY_MASK = (1 << (KIND_SHIFT - ENTITY_SHIFT)) - 1


@jit
def advance(w_at: Int, record_at: Int, web_at: Int, stop_us: Int, stop_priority: Int) -> Int:
    """Apply everything that comes before the moment (stop_us, stop_priority).

    Args:
        w_at: where the world is kept.
        record_at: where the tables of the system of record are kept.
        web_at: where those of the web shop's own system are kept.
        stop_us: time of the moment.
        stop_priority: its place among the things of that time.

    Returns:
        DONE, or NEEDS_ROOM: call again after the arenas have grown; nothing is half-done.
    """
    w = world_at(w_at)
    record = tables_at(record_at)
    web = tables_at(web_at)
    visits = len(w.visits)
    while True:
        time_us = stop_us
        priority = stop_priority
        source = 0
        cursor = w.clock[Clock.CURSOR]
        if cursor < visits:
            v = w.visits[cursor]
            mine = packed(v["kind"], cursor, 0)
            if before(v["time_us"], mine, time_us, priority):
                time_us = v["time_us"]
                priority = mine
                source = 1
        if w.clock[Clock.PENDING] > 0:
            p = w.pending[0]
            if before(p["time_us"], p["priority"], time_us, priority):
                time_us = p["time_us"]
                priority = p["priority"]
                source = 2
        if source == 0:
            return DONE
        if not (has_room(w, record) and has_room(w, web)):
            return NEEDS_ROOM
        w.clock[Clock.NOW_US] = time_us
        w.clock[Clock.DAY] = time_us // DAY_US
        if source == 1:
            w.clock[Clock.CURSOR] = cursor + 1
            begin(w, record, web, cursor)
        else:
            p = w.pending[0]
            value, version, epoch = p["value"], p["version"], p["epoch"]
            pop(w)
            go_on(w, record, web, priority, value, version, epoch)


@part
def begin(w: World, record: Tables, web: Tables, visit: Int) -> None:
    """A visit of the generated demand begins."""
    kind = w.visits[visit]["kind"]
    if kind == Moment.SHELF:
        shop(w, visit)
    elif kind == Moment.WEB:
        order(w, record, web, visit)
    else:
        shrink(w, visit)


@part
def go_on(
    w: World, record: Tables, web: Tables, priority: Int, value: Int, version: Int, epoch: Int
) -> None:
    """Something that the run itself has brought forth happens."""
    kind = priority >> KIND_SHIFT
    entity = (priority >> ENTITY_SHIFT) & ENTITY_MASK
    if kind == Moment.TILL_JOIN:
        join_till(w, entity)
    elif kind == Moment.TILL_DONE:
        pay(w, record, entity)
    elif kind == Moment.MESSAGE:
        receive_message(w, web, entity, value, version, epoch)
    elif kind == Moment.PICK_JOIN:
        join_pickers(w, entity)
    elif kind == Moment.PICK_DONE:
        pick(w, record, web, entity)
    elif kind == Moment.BOOKING:
        book(w, record, entity)
    elif kind == Moment.AGAIN:
        come_back(w, record, entity, value, version, epoch)
    else:
        relabel(w, entity, value, epoch)


@inlined
def relabel(w: World, row: Int, price: Int, epoch: Int) -> None:
    """A shelf label shows another price, unless a later wave has overtaken it."""
    if epoch != w.clock[Clock.PRICE_EPOCH]:
        return
    tag = w.tags[row]
    tag["label"] = price
    if tag["wrong_since"] >= 0 and tag["label"] == tag["price"]:
        store = row // len(w.cost)
        bump(w, store, Metric.LABEL_WRONG_US, w.clock[Clock.NOW_US] - tag["wrong_since"])
        tag["wrong_since"] = -1


@inlined
def at_time(w: World, now_us: Int) -> None:
    """Set the clock for something that SimPy does."""
    w.clock[Clock.NOW_US] = now_us
    w.clock[Clock.DAY] = now_us // DAY_US


@jit
def touch_rows(w_at: Int, record_at: Int, rows: Array, now_us: Int) -> None:
    """The record's levels of *rows* have changed, in this order."""
    w = world_at(w_at)
    record = tables_at(record_at)
    rows = borrowed(rows)
    at_time(w, now_us)
    for i in range(len(rows)):
        touch(w, record, rows[i])


@jit
def view_rows(
    w_at: Int, web_at: Int, rows: Array, values: Array, version: Int, meaning: Int, now_us: Int
) -> None:
    """A reading of the record reaches the web shop."""
    w = world_at(w_at)
    web = tables_at(web_at)
    at_time(w, now_us)
    set_view(w, web, borrowed(rows), borrowed(values), version, meaning)


@jit
def book_visits(w_at: Int, record_at: Int, visits: Array, start: Int, now_us: Int) -> Int:
    """Book the orders visits[start:]; return how far the arenas had room."""
    w = world_at(w_at)
    record = tables_at(record_at)
    at_time(w, now_us)
    for i in range(start, len(visits)):
        if not has_room(w, record):
            return i
        book(w, record, visits[i])
    return len(visits)


@jit
def push_labels(w_at: Int, times_us: Array, priorities: Array, prices: Array, epoch: Int) -> None:
    """Labels will show their prices at times to come."""
    w = world_at(w_at)
    for i in range(len(times_us)):
        push(w, times_us[i], priorities[i], prices[i], np.int64(0), epoch)
