"""Backorders: promises beyond stock up to a cap, filled first come, first served."""

import numpy as np

from core._jit import inlined, part
from core.kernels.availability import level_sellable, put_extra, take_fence
from core.kernels.finding import find
from core.kernels.moves import AVAILABLE, COMMITTED, emit_at, move
from core.kernels.tables import Array, Coming, Extra, Int, Meta, Tables, Waiting
from core.kernels.undo import Undo, note, save_line
from core.records import Paper
from core.schema import Kind, State
from core.steps import Work

HEAD = np.int64(Extra.HEAD)
TAIL = np.int64(Extra.TAIL)
QUEUED = np.int64(Extra.QUEUED)
LINE = np.int64(Waiting.LINE)
NEXT = np.int64(Waiting.NEXT)


@part
def may_wait(t: Tables, row: Int, ats: Int, quantity: Int) -> Int:
    """Whether what is short of *quantity* may be promised beyond what a level has now.

    Args:
        t: tables.
        row: of the level.
        ats: what the channel may promise now; below zero where facts went further than stock.
        quantity: that is asked for.
    """
    extra = np.int64(t.extra_of[row])
    if extra <= 0:
        return False
    short = quantity - max(ats, np.int64(0))
    if short > t.extras[extra, np.int64(Extra.CAP)] - t.extras[extra, QUEUED]:
        return False
    until_us = t.extras[extra, np.int64(Extra.UNTIL_US)]
    if until_us != 0 and t.meta[Meta.NOW_US] > until_us:
        return False
    if t.extras[extra, np.int64(Extra.AGAINST_ARRIVALS)] == 0:
        return True
    # What comes fills the hole first, and then those who wait.
    hole = max(-ats, np.int64(0))
    return short <= arriving(t, row, until_us) - t.extras[extra, QUEUED] - hole


@inlined
def arriving(t: Tables, row: Int, until_us: Int) -> Int:
    """Units that suppliers have promised a level from now to *until_us*; 0: whenever."""
    total = np.int64(0)
    ahead = t.coming[row, np.int64(Coming.FIRST)]
    while ahead != 0:
        d = t.documents[find(t.documents, ahead)]
        in_time = t.meta[Meta.NOW_US] <= d["due_us"] and (until_us == 0 or d["due_us"] <= until_us)
        if d["kind"] == Paper.ARRIVAL and in_time:
            total += d["open"]
        ahead = d["next"]
    return total


@part
def queue(t: Tables, row: Int, line: Int, units: Int) -> None:
    """Let a line wait for units, behind all that wait at its level."""
    extra = np.int64(t.extra_of[row])
    at = t.meta[Meta.WAITING]
    t.meta[Meta.WAITING] = at + 1
    note(t, Undo.IN_LINE, 0, t.meta[Meta.IN_LINE])
    t.meta[Meta.IN_LINE] += 1
    t.waiting[at, LINE] = line
    t.waiting[at, NEXT] = 0
    tail = t.extras[extra, TAIL]
    if t.extras[extra, HEAD] == 0:
        put_extra(t, extra, HEAD, at + 1)
    else:
        note(t, Undo.QUEUE, tail - 1, t.waiting[tail - 1, NEXT])
        t.waiting[tail - 1, NEXT] = at + 1
    put_extra(t, extra, TAIL, at + 1)
    put_extra(t, extra, QUEUED, t.extras[extra, QUEUED] + units)


@inlined
def unqueue(t: Tables, row: Int, units: Int) -> None:
    """A line gives up waiting for units; it leaves the queue when its turn comes."""
    extra = np.int64(t.extra_of[row])
    put_extra(t, extra, QUEUED, t.extras[extra, QUEUED] - units)


@inlined
def after_rise(t: Tables, events: Array, c: Array, row: Int) -> None:
    """More may be promised at a level: let those who wait there have it.

    Within a chain they wait for its end, for the chain may want the units itself: a cart that
    becomes an order lets go of them first.
    """
    extra = np.int64(t.extra_of[row])
    if extra > 0 and t.meta[Meta.CHAINED] != 0:
        # Whoever joins the queue later in the chain is served in the order in which levels rose.
        t.risen[t.meta[Meta.RISEN]] = np.int64(row)
        t.meta[Meta.RISEN] += 1
    elif extra > 0 and t.extras[extra, HEAD] != 0:
        fill(t, events, c, row, extra)


@part
def serve_risen(t: Tables, c: Array, events: Array) -> None:
    """At the end of a chain: let those have it who wait where more may be promised."""
    for k in range(t.meta[Meta.RISEN]):
        row = np.uint64(t.risen[k])
        fill(t, events, c, row, np.int64(t.extra_of[row]))


@part
def fill(t: Tables, events: Array, c: Array, row: Int, extra: Int) -> None:
    """Allocate to the lines that wait at a level, oldest first.

    A line whose channel may not have the units keeps its place and holds up nobody.
    """
    before = np.int64(0)
    entry = t.extras[extra, HEAD]
    while entry != 0:
        at = t.waiting[entry - 1, LINE]
        line = t.lines[at]
        units = min(np.int64(line["backordered"]), level_sellable(t, row, line["channel"]))
        if units > 0:
            allocate_waiting(t, events, c, row, at, units)
            put_extra(t, extra, QUEUED, t.extras[extra, QUEUED] - units)
        behind = t.waiting[entry - 1, NEXT]
        if t.lines[at]["backordered"] > 0:
            before = entry
        else:
            leave_queue(t, extra, before, entry, behind)
        entry = behind


@inlined
def leave_queue(t: Tables, extra: Int, before: Int, entry: Int, behind: Int) -> None:
    """Take an entry out of a level's queue; *before* and *behind* are its neighbours, or 0."""
    if before == 0:
        put_extra(t, extra, HEAD, behind)
    else:
        note(t, Undo.QUEUE, before - 1, entry)
        t.waiting[before - 1, NEXT] = behind
    if behind == 0:
        put_extra(t, extra, TAIL, before)
    note(t, Undo.IN_LINE, 0, t.meta[Meta.IN_LINE])
    t.meta[Meta.IN_LINE] -= 1


@inlined
def allocate_waiting(t: Tables, events: Array, c: Array, row: Int, at: Int, units: Int) -> None:
    """Allocate units to a line that waits."""
    save_line(t, at)
    line = t.lines[at]
    line["fenced"] += take_fence(t, row, line["channel"], units)
    line["backordered"] -= units
    line["allocated"] += units
    if line["work"] in (Work.SCHEDULED, Work.PICKED, Work.READY):
        line["work"] = Work.OPEN  # these units have to be picked too
    move(t, row, AVAILABLE, -units)
    move(t, row, COMMITTED, units)
    written = emit_at(
        t,
        events,
        c,
        Kind.BACKORDER_FILLED,
        units,
        line["sku"],
        line["location"],
        State.AVAILABLE,
        State.COMMITTED,
    )
    o = t.orders[find(t.orders, line["order_id"])]
    e = events[written]
    e["order_id"] = line["order_id"]
    e["party_id"] = o["party_id"]
    e["channel"] = line["channel"]
    e["reason"] = 0
    e["line"] = min(line["number"], 65535)
