"""How the web shop learns what the record knows: stock messages, and what they do on arrival."""

import numpy as np

from core._jit import inlined, part
from core.kernels.tables import Array, Int, Meta, Tables
from core.schema import Operation, Reason
from sim.kernel.world import (
    Clock,
    World,
    available,
    bump,
    execute,
    held,
    packed,
    push,
    web_location,
    write,
)
from sim.plan import TABLE_SHIFT, Meaning, Param, Table
from sim.recorder import Metric
from sim.sequence import Moment

STOCK = 0  # rows of World.losses
ORDER = 1
RECORD = 0  # numbers of the systems
WEB = 1


@inlined
def failures(w: World, link: Int, mark: Int, attempts: Int) -> Int:
    """How many attempts in a row fail: as many as the mark lies below loss, loss^2, ..."""
    failed = 0
    while failed < attempts and np.int64(mark) < w.losses[link, failed + 1]:
        failed += 1
    return failed


@inlined
def touch(w: World, record: Tables, row: Int) -> None:
    """The record's level has changed: note it, and send it where the link sends events."""
    if w.params[Param.ONE_SYSTEM] != 0:
        return
    skus = w.params[Param.SKUS]
    location = row // skus
    store = location % w.params[Param.STORES]
    if location != web_location(w, store):
        return
    shelf = w.shelves[row]
    if shelf["changed"] == 0:
        shelf["changed"] = 1
        w.changed_rows[w.clock[Clock.CHANGED]] = row
        w.clock[Clock.CHANGED] += 1
    if w.params[Param.STOCK_EVENTS] != 0:
        send(w, record, row, store)


@inlined
def touch_echo(w: World, record: Tables, row: Int) -> None:
    """The record's level has changed by what the web shop said, so it must not hear it as a delta.

    A delta that came back would take the same units off the web shop a second time.
    """
    if w.params[Param.MEANING] == Meaning.DELTA:
        w.shelves[row]["last_sent"] = available(record, row)
    else:
        touch(w, record, row)


@inlined
def stock_value(w: World, record: Tables, row: Int) -> Int:
    """What a message about *row* says."""
    meaning = w.params[Param.MEANING]
    if meaning == Meaning.AVAILABLE:
        return max(0, available(record, row) - w.params[Param.BUFFER])
    if meaning == Meaning.ON_HAND:
        return max(0, held(record, row))
    change = available(record, row) - w.shelves[row]["last_sent"]
    w.shelves[row]["last_sent"] = available(record, row)
    return change


@part
def send(w: World, record: Tables, row: Int, store: Int) -> None:
    """One stock message: lost, late or doubled by its four marks."""
    number = w.clock[Clock.MESSAGES]
    w.clock[Clock.MESSAGES] = number + 1
    bump(w, store, Metric.MESSAGES_SENT, 1)
    luck = w.luck[number % len(w.luck)]
    value = stock_value(w, record, row)
    version = record.meta[Meta.SEQUENCE]
    failed = failures(w, STOCK, luck[0], w.params[Param.STOCK_ATTEMPTS])
    if failed >= w.params[Param.STOCK_ATTEMPTS]:
        bump(w, store, Metric.MESSAGES_LOST, 1)
        return
    sent_us = w.clock[Clock.NOW_US] + w.params[Param.STOCK_BACKOFF_US] * ((1 << failed) - 1)
    epoch = w.clock[Clock.LINK_EPOCH]
    latency_us = w.tables[np.int64(Table.STOCK_LATENCY), luck[1] >> TABLE_SHIFT]
    push(w, sent_us + latency_us, packed(Moment.MESSAGE, row, 2 * number), value, version, epoch)
    if np.int64(luck[2]) < w.params[Param.DUPLICATION]:
        latency_us = w.tables[np.int64(Table.STOCK_LATENCY), luck[3] >> TABLE_SHIFT]
        again = packed(Moment.MESSAGE, row, 2 * number + 1)
        push(w, sent_us + latency_us, again, value, version, epoch)


@inlined
def receive_message(w: World, web: Tables, row: Int, value: Int, version: Int, epoch: Int) -> None:
    """A stock message reaches the web shop."""
    if w.params[Param.ONE_SYSTEM] != 0 or epoch != w.clock[Clock.LINK_EPOCH]:
        return
    if w.params[Param.GUARD] != 0:
        if version <= w.shelves[row]["seen"]:
            return
        w.shelves[row]["seen"] = version
    if write_view(w, web, row, value, w.params[Param.MEANING]) > 0:
        execute(w, web, WEB, 1)


@inlined
def write_view(w: World, web: Tables, row: Int, value: Int, meaning: Int) -> Int:
    """Write the command that makes the web shop believe *value*; 0 if it does already."""
    skus = w.params[Param.SKUS]
    operation = np.int64(Operation.ADJUST)
    quantity = value
    if meaning == Meaning.AVAILABLE:
        quantity = value - available(web, row)
    elif meaning == Meaning.ON_HAND:
        operation = np.int64(Operation.COUNT)
        if held(web, row) == value:
            return 0
    if operation == Operation.ADJUST and quantity == 0:
        return 0
    write(w, 0, operation, row // skus, row % skus, quantity, 0)
    w.commands[0]["reason"] = Reason.SYNC
    return 1


@inlined
def set_view(w: World, web: Tables, rows: Array, values: Array, version: Int, meaning: Int) -> None:
    """A whole reading of the record reaches the web shop: *values* of *rows*, in order."""
    for i in range(len(rows)):
        row = rows[i]
        if w.params[Param.GUARD] != 0:
            if version < w.shelves[row]["seen"]:
                continue
            w.shelves[row]["seen"] = version
        if write_view(w, web, row, values[i], meaning) > 0:
            execute(w, web, WEB, 1)
