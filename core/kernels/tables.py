"""The engine's memory: flat arrays, and what their columns mean.

Everything the rules touch lies in one `Tables`, a tuple of arrays that compiled code takes as one
argument. How things are found in them stands in `finding`, how a chain is undone in `undo`.
Nothing here knows what an operation means.
"""

from enum import IntEnum
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from core._lend import recaller
from core.records import DOCUMENT, DUE, KNOWN, LINE, ORDER, PARTY, RESERVATION
from core.schema import ACCOUNTS, CHANNELS, COMMAND, SPLITS_MAX, TTL_MAX_US, ZONES, Route

# Compiled code knows the exact types; plain Python sees arrays, records and numbers of numpy.
Array: TypeAlias = Any
Int: TypeAlias = Any

LEVEL_STRIDE = 8  # seven states and LAST_MOVE: a level is one cache line
ACCOUNT_STRIDE = ACCOUNTS
LAST_MOVE = 7  # number of the level's last movement; 0: none
# Without floors and lanes the first two always tie.
DEFAULT_ROUTING = (
    Route.STORE_FLOOR | Route.LOWEST_COST << 8 | Route.FEWEST_SPLITS << 16 | Route.NEAREST << 24
)
# Whatever frees units at a level may serve a customer of each channel in part; who is served to
# the end is counted where the waiting began.
EVENTS_PER_COMMAND = 5 + CHANNELS  # at most, for a unit of weight; and what it brings to an end
ENDS = 2  # events when something ends while nobody waits: itself, and a shortage
ENDS_CROWDED = 1 + CHANNELS  # the same where its units serve in part who waits in each channel
FIRST_TURN = 2  # entries of a new table have turn 0, those of the old generation one less than now
LAST_TURN = 65_535
NEVER_US = -(2**63)  # a level that nobody has counted


class Meta(IntEnum):
    """Positions in `Tables.meta`, the engine's scalars."""

    SKUS = 0
    LOCATIONS = 1
    SEQUENCE = 2  # last sequence given
    NOW_US = 3
    ORDERS = 4
    LINES = 5
    RESERVATIONS = 6
    DUE = 7  # entries in the heap, stale ones included
    YOUNG = 8  # which generation of known ids is being filled
    KNOWN = 9  # ids in the young generation
    REMEMBERED = 10  # ids after which the generations rotate
    REMEMBERED_MOVES = 11
    MOVES = 12  # number of the last movement
    EXTRAS = 13
    LATER = 14  # lines that were rerouted
    DOCUMENTS = 15
    PARTIES = 16
    WAITING = 17  # entries in all backorder queues, ever
    IN_LINE = 18  # of them, not yet left
    LISTED = 19  # documents in the lists of levels and parties
    PARTS = 20
    ROUTING = 21  # the rule chain, a byte a rule
    SPECIAL = 22  # 1 once there is a kit
    # No part of the state: of the chain or call under way, and of how the memory is used.
    ROOM = 23  # weight of commands that the arenas hold for sure
    STOPPED = 24  # first command of this call that was not executed
    NEEDED = 25  # weight of the chain that it begins
    CHAIN_ROOM = 26  # weight of a chain, and of all it may touch, that can be undone
    CHAINED = 27  # 1 while a chain of more than one command is under way
    CHAIN_FIRST = 28  # id of the chain's first command
    CHAIN_HIGHEST = 29  # highest id of the chain so far
    CHAIN_EVENTS = 30  # events of this call before the chain's own
    ENDED_EVENTS = 31  # of them, those that time brought to its first command
    CHAIN_LINES = 32  # these five: as they were before the chain began
    CHAIN_MOVES = 33
    CHAIN_EXTRAS = 34
    CHAIN_LATER = 35
    CHAIN_WAITING = 36
    CURRENT = 37  # sequence of the command under way
    KNOWN_SLOT = 38  # where the id that was looked for last belongs
    EVENTS = 39  # events written in this call
    COMMAND_EVENTS = 40  # events before the command under way
    ORDER_SLOT = 41  # where the order of the line under way lies, or belongs
    RISEN = 42  # rows whose ATS rose in the chain under way
    UNDO = 43  # entries in the undo log
    SAVED_LINES = 44
    SAVED_ORDERS = 45
    SAVED_RESERVATIONS = 46
    SAVED_DOCUMENTS = 47
    SAVED_PARTIES = 48
    TURN = 49  # of the young generation of known ids: an entry with another turn is empty


FIRST_SCRATCH = Meta.ROOM


class Extra(IntEnum):
    """Columns of `Tables.extras`: what only some levels have."""

    BUFFER = 0  # CHANNELS columns
    FENCE = 8  # CHANNELS columns
    CAP = 16  # units that may be promised beyond stock
    UNTIL_US = 17  # last moment for that; 0: for ever
    AGAINST_ARRIVALS = 18
    QUEUED = 19  # units that wait
    HEAD = 20  # the queue: index in `waiting` plus 1; 0: empty
    TAIL = 21
    LOTS = 22  # id of the lot that ends first
    FLOOR = 23
    ROW = 24


EXTRA_STRIDE = 32


class Coming(IntEnum):
    """Columns of `Tables.coming`: the list of arrivals and transfers on their way to a level.

    Apart from the extras, for a transfer should not make every promise at its destination look
    at these.
    """

    FIRST = 0  # id of the one that is due first; 0: none
    UNITS = 1  # open in all of them, part of incoming
    DATED = 2  # arrivals among them: what a supplier brings meets these first


COMING_STRIDE = 4


class Part(IntEnum):
    """Columns of `Tables.parts`."""

    COMPONENT = 0
    PER = 1  # units in one kit
    WEIGHT = 2
    NEXT = 3  # index of the kit's next part; 0: none


class Product(IntEnum):
    """Columns of `Tables.catalogue`."""

    PRODUCT = 0  # whose variant the sku is
    PARTS = 1  # index of the first part; 0: no kit
    IN_USE = 2  # a kit that was promised or sold
    PART_OF = 3  # kits in which the sku is a part


class Move(IntEnum):
    """Columns of `Tables.moves`."""

    OCCURRED_US = 0
    ARRIVED_US = 1
    QUANTITY = 2
    BEFORE = 3  # number of the same level's movement before; 0: none


class Hold(IntEnum):
    """Columns of `Tables.channels`."""

    FROM = 0  # a HoldFrom
    LONGEST_US = 1


class Lane(IntEnum):
    """Columns of `Tables.lanes`."""

    UNIT = 0
    PARCEL = 1
    DISTANCE = 2


class Waiting(IntEnum):
    """Columns of `Tables.waiting`."""

    LINE = 0  # index in `lines`
    NEXT = 1  # index of the next in line, plus 1


class Later(IntEnum):
    """Columns of `Tables.later`."""

    LINE = 0
    BEFORE = 1  # index of the order's rerouted line before, plus 1


class Tables(NamedTuple):
    """All state of one engine. Sizes grow between calls (`core.engine`), never during one."""

    meta: Array  # (len(Meta),) i8
    levels: Array  # (locations * skus, LEVEL_STRIDE) i8, columns by State
    accounts: Array  # (skus, ACCOUNTS) i8
    counted: Array  # (locations * skus,) i8, when the last count was made
    extra_of: Array  # (locations * skus,) i4, index in extras; 0: none
    coming: Array  # (locations * skus, COMING_STRIDE) i8, columns by Coming
    extras: Array  # (capacity, EXTRA_STRIDE) i8, columns by Extra, appended; the first is unused
    moves: Array  # (2^k, 4) i8, columns by Move, a ring
    orders: Array  # (2^k,) ORDER, open addressing by id
    lines: Array  # (capacity,) LINE, appended
    later: Array  # (capacity, 2) i8, columns by Later, appended
    reservations: Array  # (2^k,) RESERVATION, open addressing by id
    documents: Array  # (2^k,) DOCUMENT, open addressing by id
    parties: Array  # (2^k,) PARTY, open addressing by id
    waiting: Array  # (capacity, 2) i8, columns by Waiting, appended
    parts: Array  # (capacity, 4) i8, columns by Part, appended; the first is unused
    catalogue: Array  # (skus, 4) i8, columns by Product
    channels: Array  # (CHANNELS, 2) i8, columns by Hold
    lanes: Array  # (locations * ZONES, 4) i8, columns by Lane
    places: Array  # (locations,) i8, bits of the channels that may be routed there
    due: Array  # (capacity,) DUE, a binary heap by (expires_us, id)
    known: Array  # (2, 2^k) KNOWN, two generations, open addressing by id and turn
    plan: Array  # (SPLITS_MAX, 2) i8, scratch: location and units
    asked: Array  # (1,) COMMAND, scratch: what routing is asked for a line that exists
    risen: Array  # (capacity,) i8, scratch: rows whose ATS rose in the chain under way
    undo: Array  # (capacity, 3) i8, scratch: what, where, value before
    saved_lines: Array  # scratch: records as they were before the chain
    saved_orders: Array
    saved_reservations: Array
    saved_documents: Array
    saved_parties: Array


def allocate(skus: int, locations: int, remembered_ids: int, remembered_moves: int) -> Tables:
    """Empty tables of an engine with small arenas; `core.engine` grows them."""
    meta = np.zeros(len(Meta), np.int64)
    meta[Meta.SKUS] = skus
    meta[Meta.LOCATIONS] = locations
    meta[Meta.REMEMBERED] = remembered_ids
    meta[Meta.REMEMBERED_MOVES] = remembered_moves
    meta[Meta.NOW_US] = np.iinfo(np.int64).min
    meta[Meta.ROUTING] = DEFAULT_ROUTING
    meta[Meta.TURN] = FIRST_TURN
    rows = skus * locations
    channels = np.zeros((CHANNELS, len(Hold)), np.int64)
    channels[:, Hold.LONGEST_US] = TTL_MAX_US
    return Tables(
        meta=meta,
        levels=aligned((rows, LEVEL_STRIDE)),
        accounts=aligned((skus, ACCOUNTS)),
        counted=np.full(rows, NEVER_US, np.int64),
        extra_of=np.zeros(rows, np.int32),
        coming=np.zeros((rows, COMING_STRIDE), np.int64),
        extras=np.zeros((4, EXTRA_STRIDE), np.int64),
        moves=aligned((slots_for(remembered_moves), len(Move))),
        orders=np.zeros(64, ORDER),
        lines=np.zeros(64, LINE),
        later=np.zeros((16, len(Later)), np.int64),
        reservations=np.zeros(64, RESERVATION),
        documents=np.zeros(64, DOCUMENT),
        parties=np.zeros(64, PARTY),
        waiting=np.zeros((16, len(Waiting)), np.int64),
        parts=np.zeros((16, len(Part)), np.int64),
        catalogue=np.zeros((skus, len(Product)), np.int64),
        channels=channels,
        lanes=np.zeros((locations * ZONES, 4), np.int64),
        places=np.full(locations, (1 << CHANNELS) - 1, np.int64),
        due=np.zeros(64, DUE),
        known=np.zeros((2, slots_for(remembered_ids)), KNOWN),
        plan=np.zeros((SPLITS_MAX, 2), np.int64),
        asked=np.zeros(1, COMMAND),
        risen=np.zeros(64, np.int64),
        undo=np.zeros((64, 3), np.int64),
        saved_lines=np.zeros(16, LINE),
        saved_orders=np.zeros(16, ORDER),
        saved_reservations=np.zeros(16, RESERVATION),
        saved_documents=np.zeros(16, DOCUMENT),
        saved_parties=np.zeros(16, PARTY),
    )


def aligned(shape: tuple[int, int]) -> Array:
    """Zeros of int64 that begin with a cache line, so that a level does not lie on two."""
    size = shape[0] * shape[1]
    room = np.zeros(size + 8, np.int64)
    skip = -(room.ctypes.data // 8) % 8
    return room[skip : skip + size].reshape(shape)


def sample_tables() -> Tables:
    """Tables of the types that all tables have."""
    return allocate(1, 1, 1, 1)


tables_at = recaller(sample_tables)


def slots_for(entries: int) -> int:
    """Smallest power of two that holds *entries* at a load of at most one half."""
    return 1 << max(6, (2 * entries - 1).bit_length())
