"""The order in which things happen: chain by chain, clock first, then command by command."""

import numpy as np

from core._jit import inlined, jit, part
from core._lend import borrowed
from core.kernels.carts import free
from core.kernels.moves import AVAILABLE, level_status, row_of
from core.kernels.rules import run
from core.kernels.tables import (
    UNKNOWN_ID,
    Array,
    Int,
    Meta,
    Tables,
    find_reservation,
    known_status,
    pop_due,
    remember,
    roll_back,
    tables_at,
)
from core.schema import LEVEL_MAX, Flag, Kind, Operation, Status

LINKED = int(Flag.LINKED)  # numba takes no bits of an IntFlag


@jit
def apply_at(
    address: Int, commands: Array, answers: Array, events: Array, start: Int, stop: Int
) -> Int:
    """`apply` for callers in Python, to the tables kept at *address*."""
    t = tables_at(address)
    return apply(t, borrowed(commands), borrowed(answers), borrowed(events), start, stop)


@part
def apply(t: Tables, commands: Array, answers: Array, events: Array, start: Int, stop: Int) -> Int:
    """Execute commands[start:stop] in order.

    Args:
        t: state of one engine, lent; changed in place. Its arenas must have room (`Engine` sees
            to it).
        commands: (n,) of COMMAND.
        answers: (n,) of ANSWER; [start:stop] is filled.
        events: (m,) of EVENT; filled from 0.
        start: first command.
        stop: one past the last command.

    Returns:
        Number of events written.
    """
    t.meta[Meta.EVENTS] = 0
    first = start
    while first < stop:
        last = first
        while last < stop and commands[last]["flags"] & LINKED != 0:
            last += 1
        if last == stop:
            leave_open(t, answers, first, stop)
            break
        run_chain(t, commands, answers, events, first, last)
        first = last + 1
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
def run_chain(
    t: Tables, commands: Array, answers: Array, events: Array, first: Int, last: Int
) -> None:
    """Execute commands[first..last] (inclusive), all or nothing; usually one command."""
    meta = t.meta
    sequence = meta[Meta.SEQUENCE] + 1
    meta[Meta.SEQUENCE] += last - first + 1
    meta[Meta.CURRENT] = sequence
    events_before = meta[Meta.EVENTS]
    meta[Meta.COMMAND_EVENTS] = events_before
    meta[Meta.CHAIN_FIRST] = commands[first]["id"]
    meta[Meta.CHAINED] = 0  # the passing of time is never undone
    meta[Meta.CHAIN_LINES] = meta[Meta.LINES]
    meta[Meta.CHAIN_HIGHEST] = 0
    meta[Meta.UNDO] = 0
    meta[Meta.REMOVED] = 0

    id_status = judge_id(t, commands, answers, first, first)
    if id_status == Status.OK:
        pass_time(t, commands[first], events)
    chain_events = meta[Meta.EVENTS]
    meta[Meta.CHAINED] = 1 if last > first else 0

    failed = last + 1
    for i in range(first, last + 1):
        meta[Meta.CURRENT] = sequence + i - first
        if i > first:
            meta[Meta.COMMAND_EVENTS] = meta[Meta.EVENTS]
            id_status = judge_id(t, commands, answers, first, i)
        status = id_status
        if status == Status.OK:
            status = judge_envelope(t, commands, first, i)
        if status == Status.OK:
            status = run(t, commands[i], events)
        answers[i]["status"] = status
        answers[i]["events"] = min(meta[Meta.EVENTS] - meta[Meta.COMMAND_EVENTS], 65535)
        if status != Status.OK:
            failed = i
            break
    if failed <= last:
        answers[first]["events"] = min(chain_events - events_before, 65535)
        break_chain(t, answers, first, last, failed, chain_events)
    settle(t, commands, answers, first, last, sequence)


@inlined
def judge_id(t: Tables, commands: Array, answers: Array, first: Int, i: Int) -> Int:
    """Guards on the command's id, the same before and after the clock has moved."""
    command_id = commands[i]["id"]
    answers[i]["original"] = Status.OK
    if command_id <= 0:
        return np.int64(Status.ID_NOT_POSITIVE)
    if command_id <= t.meta[Meta.CHAIN_HIGHEST]:
        for earlier in range(first, i):
            if commands[earlier]["id"] == command_id:
                return np.int64(Status.ID_REPLAYED)
    else:
        t.meta[Meta.CHAIN_HIGHEST] = command_id
    original = known_status(t, command_id)
    if original != UNKNOWN_ID:
        answers[i]["original"] = original
        return np.int64(Status.ID_REPLAYED)
    return np.int64(Status.OK)


@inlined
def judge_envelope(t: Tables, commands: Array, first: Int, i: Int) -> Int:
    """Guards on time and operation."""
    if commands[i]["now_us"] < t.meta[Meta.NOW_US]:
        return np.int64(Status.TIME_WENT_BACK)
    if commands[i]["now_us"] != commands[first]["now_us"]:
        return np.int64(Status.CHAIN_TIME_DIFFERS)
    if commands[i]["operation"] < Operation.RESERVE or commands[i]["operation"] > Operation.EXPIRE:
        return np.int64(Status.OPERATION_UNKNOWN)
    return np.int64(Status.OK)


@inlined
def pass_time(t: Tables, c: Array, events: Array) -> None:
    """Move the clock to the command's now_us and end the reservations that fell due.

    A heap entry is stale when its reservation is gone or has another expiry.
    """
    if c["now_us"] <= t.meta[Meta.NOW_US]:
        return
    t.meta[Meta.NOW_US] = c["now_us"]
    while t.meta[Meta.DUE] > 0 and t.due[0]["expires_us"] <= c["now_us"]:
        slot = find_reservation(t, t.due[0]["id"])
        live = (
            t.reservations[slot]["id"] != 0
            and t.reservations[slot]["expires_us"] == t.due[0]["expires_us"]
        )
        pop_due(t)
        if live:
            free(t, slot, c, Kind.EXPIRED, events)
            events[t.meta[Meta.EVENTS] - 1]["reason"] = 0


@inlined
def break_chain(
    t: Tables, answers: Array, first: Int, last: Int, failed: Int, chain_events: Int
) -> None:
    """Undo the chain; its first refusal keeps its status, the others get CHAIN_BROKEN."""
    roll_back(t)
    t.meta[Meta.EVENTS] = chain_events
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
        if c["id"] <= 0 or status in (Status.ID_REPLAYED, Status.TIME_WENT_BACK):
            continue
        if (first != last and status != Status.OK) and known_status(t, c["id"]) != UNKNOWN_ID:
            # A broken chain may hold ids that nobody has looked at yet.
            continue
        remember(t, c["id"], status)


@inlined
def available_after(t: Tables, c: Array) -> Int:
    """What is available at the level that the command names; 0 where it names none."""
    operation = c["operation"]
    if operation in (Operation.RELEASE, Operation.FULFIL, Operation.CANCEL, Operation.EXPIRE):
        return np.int64(0)
    if level_status(t, c) != Status.OK:
        return np.int64(0)
    available = t.levels[row_of(t, c["sku"], c["location"]), AVAILABLE]
    return max(-LEVEL_MAX, min(LEVEL_MAX, available))
