"""The order in which things happen: chain by chain, clock first, then command by command."""

import numpy as np

from core._jit import inlined, jit
from core._lend import borrowed
from core.kernels.ahead import look_ahead
from core.kernels.backlog import serve_risen
from core.kernels.clock import pass_time
from core.kernels.envelope import judge_envelope, judge_id, judge_known
from core.kernels.finding import (
    UNKNOWN_ID,
    known_status,
    remember,
)
from core.kernels.moves import AVAILABLE, level_status, row_of
from core.kernels.rules import run
from core.kernels.tables import (
    Array,
    Int,
    Meta,
    Tables,
    tables_at,
)
from core.kernels.undo import roll_back
from core.kernels.weights import can_be_undone, spare_events, weight_of
from core.schema import (
    LEVEL_MAX,
    Flag,
    Operation,
    Status,
)

LINKED = int(Flag.LINKED)  # numba takes no bits of an IntFlag
NAMES_LEVEL = np.ones(256, np.bool_)  # whether a command of this operation is about one level
NAMES_LEVEL[
    [
        *(Operation.RELEASE, Operation.FULFIL, Operation.CANCEL, Operation.EXPIRE),
        *(Operation.EXTEND, Operation.REROUTE, Operation.ARRIVE, Operation.PICK),
        *(Operation.NO_SHOW, Operation.RETURN, Operation.DISPOSE, Operation.WORK, Operation.STEP),
        *(Operation.EARN, Operation.BURN, Operation.REVERSE, Operation.SET_HOLD),
        *(Operation.SET_PART, Operation.SET_PRODUCT, Operation.SET_LANE, Operation.SET_ROUTING),
        Operation.SET_LOCATION,
    ]
] = False


@jit
def apply_at(
    address: Int, commands: Array, answers: Array, events: Array, start: Int, stop: Int
) -> Int:
    """`apply` for callers in Python, to the tables kept at *address*."""
    t = tables_at(address)
    return apply(t, borrowed(commands), borrowed(answers), borrowed(events), start, stop)


@inlined
def apply(t: Tables, commands: Array, answers: Array, events: Array, start: Int, stop: Int) -> Int:
    """Execute commands[start:stop] in order, as far as the arenas have room.

    Args:
        t: state of one engine, lent; changed in place. `Meta.STOPPED` says afterwards where it
            stopped: at *stop*, or before a chain for which `Engine.make_room` must be called.
        commands: (n,) of COMMAND.
        answers: (n,) of ANSWER; filled from *start* on.
        events: (m,) of EVENT; filled from 0.
        start: first command.
        stop: one past the last command.

    Returns:
        Number of events written.
    """
    t.meta[Meta.EVENTS] = 0
    spare = min(t.meta[Meta.ROOM], spare_events(t, events))
    crowded = t.meta[Meta.IN_LINE] != 0
    used = np.int64(0)
    first = start
    while first < stop:
        last = first
        while last < stop and commands[np.uint64(last)]["flags"] & LINKED != 0:
            last += 1
        if last == stop:
            leave_open(t, answers, first, stop)
            first = stop
            break
        if not crowded and t.meta[Meta.IN_LINE] != 0:
            # From now on somebody waits, and whatever ends has more to tell.
            crowded = True
            spare = min(spare, spare_events(t, events))
        weight = weight_of(t, commands, first, last)
        if weight > spare or (first < last and not can_be_undone(t, weight)):
            t.meta[Meta.NEEDED] = weight
            break
        spare -= weight
        used += weight
        status = open_chain(t, commands, answers, events, np.uint64(first))
        failed = last + 1
        if last > first:
            mark(t, commands[first])
        for i in range(first, last + 1):
            look_ahead(t, commands, i, stop)
            c = commands[np.uint64(i)]
            if i > first:
                status = next_of_chain(t, commands, answers, first, i)
            if status == Status.OK:
                status = judge_envelope(t, c, commands[np.uint64(first)]["now_us"], last - first)
            if status == Status.OK:
                status = run(t, commands, i, last, events)
            if first == last:
                close_single(t, c, answers[np.uint64(i)], status)
                break
            if status == Status.OK and i == last:
                serve_risen(t, c, events)
            answer_one(t, answers[i], status)
            if status != Status.OK:
                failed = i
                break
        if last > first:
            close_chain(t, commands, answers, first, last, failed)
        first = last + 1
    t.meta[Meta.ROOM] -= used
    t.meta[Meta.STOPPED] = first
    return t.meta[Meta.EVENTS]


@inlined
def leave_open(t: Tables, answers: Array, first: Int, stop: Int) -> None:
    """The batch ends inside a chain: say so for each of its commands, and do nothing."""
    for i in range(first, stop):
        t.meta[Meta.SEQUENCE] += 1
        answers[i]["sequence"] = t.meta[Meta.SEQUENCE]
        answers[i]["status"] = Status.CHAIN_OPEN
        answers[i]["original"] = 0
        answers[i]["available"] = 0
        answers[i]["events"] = 0


@inlined
def open_chain(t: Tables, commands: Array, answers: Array, events: Array, first: Int) -> Int:
    """Judge the id of a chain's first command, and let time pass; return the id's status."""
    meta = t.meta
    c = commands[first]
    meta[Meta.SEQUENCE] += 1
    meta[Meta.CURRENT] = meta[Meta.SEQUENCE]
    meta[Meta.COMMAND_EVENTS] = meta[Meta.EVENTS]
    meta[Meta.CHAIN_FIRST] = c["id"]
    meta[Meta.CHAINED] = 0  # the passing of time is never undone
    status = judge_known(t, c, answers[first])
    if status == Status.OK:
        pass_time(t, c, events)
    meta[Meta.CHAIN_LINES] = meta[Meta.LINES]
    return status


@inlined
def close_single(t: Tables, c: Array, a: Array, status: Int) -> None:
    """Answer a chain of one command, which is what most are: a refusal has nothing to undo."""
    if c["id"] > 0 and not Status.ID_REPLAYED <= status <= Status.TIME_WENT_BACK:
        remember(t, c, status)
    a["sequence"] = t.meta[Meta.CURRENT]
    a["status"] = status
    a["events"] = min(t.meta[Meta.EVENTS] - t.meta[Meta.COMMAND_EVENTS], 65535)
    a["available"] = available_after(t, c)


@inlined
def next_of_chain(t: Tables, commands: Array, answers: Array, first: Int, i: Int) -> Int:
    """Judge the id of a later command of a chain."""
    t.meta[Meta.SEQUENCE] += 1
    t.meta[Meta.CURRENT] = t.meta[Meta.SEQUENCE]
    t.meta[Meta.COMMAND_EVENTS] = t.meta[Meta.EVENTS]
    return judge_id(t, commands, answers, first, i)


@inlined
def answer_one(t: Tables, a: Array, status: Int) -> None:
    """Write down what became of one command of a chain, as far as it is known now."""
    a["status"] = status
    a["events"] = min(t.meta[Meta.EVENTS] - t.meta[Meta.COMMAND_EVENTS], 65535)


@inlined
def close_chain(
    t: Tables, commands: Array, answers: Array, first: Int, last: Int, failed: Int
) -> None:
    """Answer a chain; if one of its commands was refused, take all of them back."""
    meta = t.meta
    sequence = meta[Meta.CURRENT] - (min(failed, last) - first)
    meta[Meta.SEQUENCE] = sequence + last - first
    if failed <= last:
        break_chain(t, answers, first, last, failed)
    settle(t, commands, answers, first, last, sequence)


@inlined
def mark(t: Tables, c: Array) -> None:
    """From here on, behind the events of time, everything can be taken back; *c* is the first."""
    meta = t.meta
    meta[Meta.CHAINED] = 1
    meta[Meta.CHAIN_HIGHEST] = c["id"]
    meta[Meta.CHAIN_EVENTS] = meta[Meta.EVENTS]
    meta[Meta.ENDED_EVENTS] = meta[Meta.EVENTS] - meta[Meta.COMMAND_EVENTS]
    meta[Meta.CHAIN_MOVES] = meta[Meta.MOVES]
    meta[Meta.CHAIN_EXTRAS] = meta[Meta.EXTRAS]
    meta[Meta.CHAIN_LATER] = meta[Meta.LATER]
    meta[Meta.CHAIN_WAITING] = meta[Meta.WAITING]
    meta[Meta.RISEN] = 0
    meta[Meta.UNDO] = 0
    meta[Meta.SAVED_LINES] = 0
    meta[Meta.SAVED_ORDERS] = 0
    meta[Meta.SAVED_RESERVATIONS] = 0
    meta[Meta.SAVED_DOCUMENTS] = 0
    meta[Meta.SAVED_PARTIES] = 0


@inlined
def break_chain(t: Tables, answers: Array, first: Int, last: Int, failed: Int) -> None:
    """Undo the chain; its first refusal keeps its status, the others get CHAIN_BROKEN."""
    roll_back(t)
    t.meta[Meta.EVENTS] = t.meta[Meta.CHAIN_EVENTS]
    answers[first]["events"] = min(t.meta[Meta.ENDED_EVENTS], 65535)
    for i in range(first, last + 1):
        if i > first:
            answers[i]["events"] = 0
        if i != failed:
            answers[i]["status"] = Status.CHAIN_BROKEN
            answers[i]["original"] = 0


@inlined
def settle(
    t: Tables, commands: Array, answers: Array, first: Int, last: Int, sequence: Int
) -> None:
    """Fill in the answers of a judged chain and remember its ids."""
    for i in range(first, last + 1):
        c = commands[i]
        a = answers[i]
        a["sequence"] = sequence + i - first
        a["available"] = available_after(t, c)
        status = np.int64(a["status"])
        if c["id"] <= 0 or Status.ID_REPLAYED <= status <= Status.TIME_WENT_BACK:
            continue
        if known_status(t, c) == UNKNOWN_ID:
            remember(t, c, status)


@inlined
def available_after(t: Tables, c: Array) -> Int:
    """What is available at the level that the command names; 0 where it names none."""
    if not NAMES_LEVEL[c["operation"]] or level_status(t, c) != Status.OK:
        return np.int64(0)
    available = t.levels[row_of(t, c["sku"], c["location"]), AVAILABLE]
    return max(-LEVEL_MAX, min(LEVEL_MAX, available))
