"""The twin's state as arrays, its queue of things to come, and how it calls core."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from core._jit import inlined
from core._lend import recaller
from core.kernels.loop import apply
from core.kernels.moves import on_hand
from core.kernels.tables import EVENTS_PER_COMMAND, Array, Int, Meta, Tables
from core.schema import ANSWER, COMMAND, EVENT, Flag, State
from scenarios.text import DAY_US
from sim.demand import VISIT, WANT
from sim.floor import SHELF, TAG
from sim.plan import Param
from sim.sequence import ENTITY_SHIFT, KIND_SHIFT, ORDINAL_MASK

ROOM = 512  # commands, events, messages and lines that one moment can need at most
LINKED = int(Flag.LINKED)

TRIP = np.dtype(
    [
        ("order_id", "i8"),  # in the system that took the order
        ("record_id", "i8"),  # in the record, where that is another one
        ("placed_us", "i8"),
        ("joined_us", "i8"),
        ("next", "i8"),  # behind this visit in a queue; -1: nobody
        ("units", "i8"),
        ("system", "i1"),
        ("booked", "i1"),
        ("picked", "i1"),
    ],
    align=True,
)
BAG = np.dtype(
    [
        ("amount", "i8"),
        ("sku", "i4"),  # on the web: what was accepted, the wanted or a substitute
        ("taken", "i4"),
        ("instead", "i4"),  # in the store: units of the substitute
        ("there", "i1"),  # it lay there, promised to nobody, when the order was accepted
        ("record_yes", "i1"),  # the record would have accepted too
        ("found", "i1"),
    ],
    align=True,
)
DESK = np.dtype([("servers", "i8"), ("busy", "i8"), ("head", "i8"), ("tail", "i8")])
PENDING = np.dtype(
    [("time_us", "i8"), ("priority", "i8"), ("value", "i8"), ("version", "i8"), ("epoch", "i8")]
)


class Clock(IntEnum):
    """Positions in `World.clock`."""

    NOW_US = 0
    DAY = 1
    CURSOR = 2  # next visit
    PENDING = 3  # entries in the heap
    NEXT_ID = 4
    MESSAGES = 5
    WAITING = 6  # web orders waiting to be booked
    CHANGED = 7  # rows changed since the last capture
    LINK_EPOCH = 8
    PRICE_EPOCH = 9


class World(NamedTuple):
    """Everything outside the engines. Desks: the stores' tills first, then their pickers."""

    clock: Array  # (len(Clock),) i8
    params: Array  # (len(Param),) i8
    tables: Array  # (3, TABLE) i8
    losses: Array  # (2, ATTEMPTS_MAX + 1) i8
    hours: Array  # (stores, 2) i8
    visits: Array  # (n,) VISIT
    wants: Array  # (m,) WANT
    trips: Array  # (n,) TRIP
    bags: Array  # (m,) BAG
    shelves: Array  # (2 * stores * skus,) SHELF
    tags: Array  # (stores * skus,) TAG
    cost: Array  # (skus,) i8
    substitute: Array  # (skus,) i4
    loyalty: Array  # (customers,) i8
    changed_rows: Array  # (2 * stores * skus,) i8
    waiting: Array  # (n,) i8
    pending: Array  # (capacity,) PENDING, a binary heap
    desks: Array  # (2 * stores,) DESK
    daily: Array  # (days, stores, len(Metric)) i8
    ledger: Array  # (days, SYSTEMS, 2 * stores, KINDS, 2) i8
    luck: Array  # (LUCK, 4) u4
    commands: Array  # (ROOM,) COMMAND, scratch
    answers: Array  # (ROOM,) ANSWER, scratch
    events: Array  # (EVENTS_PER_COMMAND * ROOM,) EVENT, scratch


def sample_world() -> World:
    """A world of the types that all worlds have, with nothing in it."""
    vector, matrix = np.zeros(0, np.int64), np.zeros((0, 0), np.int64)
    commands, answers, events = scratch()
    return World(
        clock=vector,
        params=vector,
        tables=matrix,
        losses=matrix,
        hours=matrix,
        visits=np.zeros(0, VISIT),
        wants=np.zeros(0, WANT),
        trips=np.zeros(0, TRIP),
        bags=np.zeros(0, BAG),
        shelves=np.zeros(0, SHELF),
        tags=np.zeros(0, TAG),
        cost=vector,
        substitute=np.zeros(0, np.int32),
        loyalty=vector,
        changed_rows=vector,
        waiting=vector,
        pending=np.zeros(0, PENDING),
        desks=np.zeros(0, DESK),
        daily=np.zeros((0, 0, 0), np.int64),
        ledger=np.zeros((0, 0, 0, 0, 0), np.int64),
        luck=np.zeros((0, 4), np.uint32),
        commands=commands,
        answers=answers,
        events=events,
    )


world_at = recaller(sample_world)


def scratch() -> tuple[Array, Array, Array]:
    """Room for the commands of one moment, their answers and events."""
    return (
        np.zeros(ROOM, COMMAND),
        np.zeros(ROOM, ANSWER),
        np.zeros(EVENTS_PER_COMMAND * ROOM, EVENT),
    )


@inlined
def bump(w: World, store: Int, metric: Int, number: Int) -> None:
    """Add to a column of the day's table."""
    w.daily[w.clock[Clock.DAY], store, metric] += number


@inlined
def before(a_us: Int, a_priority: Int, b_us: Int, b_priority: Int) -> Int:
    """Whether moment a comes before moment b in the total order."""
    return a_us < b_us or (a_us == b_us and a_priority < b_priority)


@inlined
def packed(kind: Int, entity: Int, ordinal: Int) -> Int:
    """What `sim.sequence.priority` returns."""
    return (
        (np.int64(kind) << KIND_SHIFT)
        | (np.int64(entity) << ENTITY_SHIFT)
        | (np.int64(ordinal) & ORDINAL_MASK)
    )


@inlined
def push(w: World, time_us: Int, priority: Int, value: Int, version: Int, epoch: Int) -> None:
    """Let something happen later."""
    heap = w.pending
    at = w.clock[Clock.PENDING]
    w.clock[Clock.PENDING] = at + 1
    while at > 0:
        parent = (at - 1) >> 1
        p = heap[parent]
        if not before(time_us, priority, p["time_us"], p["priority"]):
            break
        heap[at] = heap[parent]
        at = parent
    entry = heap[at]
    entry["time_us"] = time_us
    entry["priority"] = priority
    entry["value"] = value
    entry["version"] = version
    entry["epoch"] = epoch


@inlined
def pop(w: World) -> None:
    """Drop what happens next from the heap."""
    heap = w.pending
    size = w.clock[Clock.PENDING] - 1
    w.clock[Clock.PENDING] = size
    if size == 0:
        return
    last_us = heap[size]["time_us"]
    last_priority = heap[size]["priority"]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        right = child + 1
        if right < size and before(
            heap[right]["time_us"],
            heap[right]["priority"],
            heap[child]["time_us"],
            heap[child]["priority"],
        ):
            child = right
        if not before(heap[child]["time_us"], heap[child]["priority"], last_us, last_priority):
            break
        heap[at] = heap[child]
        at = child
    heap[at] = heap[size]


@inlined
def write(
    w: World,
    number: Int,
    operation: Int,
    location: Int,
    sku: Int,
    quantity: Int,
    argument: Int,
) -> Int:
    """Write command *number* of the batch under way; return its id."""
    c = w.commands[number]
    command_id = w.clock[Clock.NEXT_ID]
    w.clock[Clock.NEXT_ID] = command_id + 1
    c["id"] = command_id
    c["order_id"] = command_id
    c["now_us"] = w.clock[Clock.NOW_US]
    c["occurred_us"] = w.clock[Clock.NOW_US]
    c["party_id"] = 0
    c["argument"] = argument
    c["sku"] = sku
    c["quantity"] = quantity
    c["location"] = location
    c["location_to"] = 0
    c["operation"] = operation
    c["flags"] = 0
    c["channel"] = 0
    c["reason"] = 0
    return command_id


@inlined
def link(w: World, number: Int, party_id: Int, channel: Int, flags: Int) -> None:
    """Make the first *number* commands one chain of one order."""
    order_id = w.commands[0]["id"]
    for i in range(number):
        c = w.commands[i]
        c["order_id"] = order_id
        c["party_id"] = party_id
        c["channel"] = channel
        c["flags"] = flags | (LINKED if i < number - 1 else 0)


@inlined
def execute(w: World, engine: Tables, system: Int, number: Int) -> None:
    """Let an engine execute the first *number* commands, and enter its events in the ledger."""
    written = apply(engine, w.commands, w.answers, w.events, np.int64(0), np.int64(number))
    for i in range(written):
        e = w.events[i]
        cell = w.ledger[e["now_us"] // DAY_US, system, e["location"], e["kind"]]
        cell[0] += e["quantity"]
        cell[1] += e["amount_minor"]


@inlined
def available(engine: Tables, row: Int) -> Int:
    """What an engine has available in a row."""
    return engine.levels[row, np.int64(State.AVAILABLE)]


@inlined
def held(engine: Tables, row: Int) -> Int:
    """What an engine has on hand in a row."""
    return on_hand(engine, np.uint64(row))


@inlined
def web_location(w: World, store: Int) -> Int:
    """Where a store's web orders are taken from."""
    return store + w.params[Param.STORES] * w.params[Param.POOL]


@inlined
def has_room(w: World, engine: Tables) -> Int:
    """Whether the arenas hold whatever one moment can bring."""
    return engine.meta[Meta.ROOM] >= ROOM and w.clock[Clock.PENDING] + 2 * ROOM <= w.pending.size
