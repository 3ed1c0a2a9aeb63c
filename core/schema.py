"""The engine's one vocabulary: records, operations, statuses, states.

Every record is fixed in size and aligned; sizes are asserted where they are declared, because
journals and snapshots hold these bytes. Quantities are integer units, amounts are integer minor
units of the shop's currency, times are integer microseconds.
"""

from enum import IntEnum, IntFlag

import numpy as np

SCHEMA_VERSION = 1

COMMAND = np.dtype(
    [
        ("id", "i8"),  # minted by the caller, > 0, never used twice
        ("order_id", "i8"),  # the id of the first command of the chain that placed the order
        ("now_us", "i8"),  # the sequencer's time; never goes back
        ("occurred_us", "i8"),  # when it happened at the counter; may lie before now_us
        ("party_id", "i8"),  # customer or supplier; an opaque number
        ("argument", "i8"),  # amount_minor, ttl_us, reservation id or line number: see Operation
        ("sku", "i4"),
        ("quantity", "i4"),
        ("location", "i2"),
        ("location_to", "i2"),
        ("operation", "u1"),
        ("flags", "u1"),
        ("channel", "u1"),
        ("reason", "u1"),
    ],
    align=True,
)
assert COMMAND.itemsize == 64

ANSWER = np.dtype(
    [
        ("sequence", "i8"),  # position in the total order; the journal's key
        ("available", "i4"),  # at the command's level afterwards, clipped to i4; 0 where none
        ("status", "u1"),
        ("original", "u1"),  # status of the first execution, where status is ID_REPLAYED
        ("events", "u2"),  # how many events the command caused, clipped to u2
    ],
    align=True,
)
assert ANSWER.itemsize == 16

EVENT = np.dtype(
    [
        ("sequence", "i8"),  # of the command that caused it
        ("now_us", "i8"),
        ("order_id", "i8"),  # order or, for reserved/released/expired, the reservation's id
        ("party_id", "i8"),
        ("amount_minor", "i8"),  # for the quantity moved
        ("sku", "i4"),
        ("quantity", "i4"),  # units moved; signed for adjusted and counted
        ("location", "i2"),
        ("location_to", "i2"),
        ("ordinal", "u2"),  # position among the events of one command
        ("line", "u2"),  # line number within the order
        ("kind", "u1"),
        ("channel", "u1"),
        ("reason", "u1"),
        ("state_from", "u1"),  # a State, or OUTSIDE
        ("state_to", "u1"),
    ],
    align=True,
)
assert EVENT.itemsize == 64

LINE = np.dtype(
    [
        ("order_id", "i8"),
        ("amount_minor", "i8"),  # for the whole line
        ("sku", "i4"),
        ("ordered", "i4"),  # = unallocated + allocated + backordered + fulfilled + cancelled
        ("unallocated", "i4"),
        ("allocated", "i4"),
        ("backordered", "i4"),
        ("fulfilled", "i4"),
        ("cancelled", "i4"),
        ("returned", "i4"),  # <= fulfilled
        ("location", "i2"),
        ("channel", "u1"),
        ("unused", "u1"),  # no byte is padding: a digest takes the records as they lie
        ("unused_too", "i4"),
    ],
    align=True,
)
assert LINE.itemsize == 56

ORDER = np.dtype(
    [
        ("order_id", "i8"),  # 0 marks an empty slot
        ("party_id", "i8"),
        ("placed_us", "i8"),
        ("first_line", "i8"),  # the lines of an order lie together
        ("lines", "i4"),
        ("channel", "u1"),
        ("unused", "u1"),  # no byte is padding, as in LINE
        ("unused_too", "u2"),
    ],
    align=True,
)
assert ORDER.itemsize == 40

RESERVATION = np.dtype(
    [
        ("id", "i8"),  # of the reserve command; 0 marks an empty slot
        ("expires_us", "i8"),
        ("party_id", "i8"),
        ("sku", "i4"),
        ("quantity", "i4"),
        ("location", "i2"),
        ("channel", "u1"),
    ],
    align=True,
)
assert RESERVATION.itemsize == 40

DUE = np.dtype([("expires_us", "i8"), ("id", "i8")], align=True)
assert DUE.itemsize == 16

KNOWN = np.dtype([("id", "i8"), ("status", "u1")], align=True)
assert KNOWN.itemsize == 16


class State(IntEnum):
    """Columns of a level. on_hand is derived: all but incoming, summed (Shopify's identity)."""

    AVAILABLE = 0
    COMMITTED = 1
    RESERVED = 2
    DAMAGED = 3
    SAFETY_STOCK = 4
    QUALITY_CONTROL = 5
    INCOMING = 6


STATES = len(State)
OUTSIDE = 255  # state_from or state_to of an event that crosses the shop's border


class Operation(IntEnum):
    """What a command asks for. Promises may be refused for stock; facts never are."""

    # A promise: takes from available, refused when short.
    RESERVE = 1  # argument: ttl_us > 0; the reservation's id is the command's
    PLACE = 2  # argument: amount_minor of the line; flag ACCEPTED makes it a fact
    # Ends of promises.
    RELEASE = 3  # argument: reservation id
    FULFIL = 4  # order_id, argument: line number; allocated units leave the shop
    CANCEL = 5  # order_id, argument: line number; allocated units become available
    # Facts: the record may go negative, the shortage is an event.
    SELL = 6  # argument: amount_minor of the line; placed and fulfilled at once, at a till
    RECEIVE = 7  # incoming falls by as much as was expected
    ADJUST = 8  # quantity is signed, not zero
    COUNT = 9  # quantity is the on_hand that was counted, >= 0
    EXPECT = 10  # incoming changes by quantity, signed; never below zero
    # The clock.
    EXPIRE = 11  # nothing but time passing: due reservations are released


class Flag(IntFlag):
    """Bits of COMMAND.flags."""

    LINKED = 1  # this command and the next stand or fall together
    ACCEPTED = 2  # PLACE: another system has promised already, so it is a fact here


class Status(IntEnum):
    """Why a command was refused. The guards of a command run in this order."""

    OK = 0
    # The chain.
    CHAIN_OPEN = 1  # the batch ends inside a chain
    CHAIN_BROKEN = 2  # another command of the chain was refused
    # The envelope.
    ID_NOT_POSITIVE = 3
    ID_REPLAYED = 4  # the first execution's status is in ANSWER.original
    TIME_WENT_BACK = 5
    CHAIN_TIME_DIFFERS = 6  # commands of one chain share one now_us
    OPERATION_UNKNOWN = 7
    # The level.
    SKU_UNKNOWN = 8
    LOCATION_UNKNOWN = 9
    # The numbers.
    QUANTITY_NOT_POSITIVE = 10
    QUANTITY_ZERO = 11
    QUANTITY_NEGATIVE = 12
    QUANTITY_TOO_LARGE = 13  # a level would leave +-LEVEL_MAX
    AMOUNT_NEGATIVE = 14
    AMOUNT_TOO_LARGE = 15
    TTL_NOT_POSITIVE = 16
    TTL_TOO_LONG = 17
    # The things referred to.
    ORDER_ID_NOT_FIRST = 18  # a line's order_id is not the id of its chain's first command
    ORDER_EXISTS = 19
    RESERVATION_UNKNOWN = 20
    RESERVATION_EXISTS = 21
    ORDER_UNKNOWN = 22
    LINE_UNKNOWN = 23
    # What the shop holds.
    ALLOCATED_INSUFFICIENT = 24  # fulfil or cancel asks for more than the line has allocated
    STOCK_INSUFFICIENT = 25


class Kind(IntEnum):
    """What happened, in the past tense."""

    RESERVED = 1
    RELEASED = 2
    EXPIRED = 3
    PLACED = 4  # allocated: available -> committed
    FULFILLED = 5
    CANCELLED = 6
    SOLD = 7
    RECEIVED = 8
    ADJUSTED = 9
    COUNTED = 10
    EXPECTED = 11
    SHORTAGE = 12  # a fact pushed available below zero by `quantity` units; moves nothing


class Channel(IntEnum):
    """Where a customer stands. The engine carries it and never branches on it."""

    TILL = 0
    WEB = 1
    APP = 2
    MARKETPLACE = 3
    CALL_CENTRE = 4


class Reason(IntEnum):
    """Why a fact was booked. The engine carries it and never branches on it."""

    NONE = 0
    CORRECTION = 1
    SHRINKAGE = 2
    SYNC = 3
    SHORT_PICK = 4
    MIGRATION = 5
    CUSTOMER = 6


LEVEL_MAX = 2**31 - 1  # |quantity| of any state of any level
AMOUNT_MAX = 2**53 - 1  # amount_minor of a line; exact in JSON readers too
TTL_MAX_US = 366 * 86_400 * 1_000_000
TIME_MAX_US = 2**63 - 1
REMEMBERED_IDS = 2**20  # command ids that an engine remembers at least
