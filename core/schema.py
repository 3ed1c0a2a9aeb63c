"""The engine's one vocabulary: records, operations, statuses, states.

Every record is fixed in size and aligned; sizes are asserted where they are declared, because
journals and snapshots hold these bytes. Quantities are integer units, amounts are integer minor
units of the shop's currency, times are integer microseconds.
"""

from enum import IntEnum, IntFlag

import numpy as np

SCHEMA_VERSION = 2

COMMAND = np.dtype(
    [
        ("id", "i8"),  # minted by the caller, > 0, never used twice
        ("order_id", "i8"),  # the id of the first command of the chain that placed the order
        ("now_us", "i8"),  # the sequencer's time; never goes back
        ("occurred_us", "i8"),  # when it happened at the counter; 0: now; never after now_us
        ("party_id", "i8"),  # customer or supplier; an opaque number
        ("argument", "i8"),  # amount_minor, ttl_us, an id or a line number: see Operation
        ("sku", "i4"),
        ("quantity", "i4"),
        ("location", "i2"),  # or ANY_LOCATION, where the engine is to choose
        ("location_to", "i2"),
        ("operation", "u1"),
        ("flags", "u1"),
        ("channel", "u1"),
        ("reason", "u1"),  # a Reason, Stage, Disposition, Action or HoldFrom: see Operation
    ],
    align=True,
)
assert COMMAND.itemsize == 64

ANSWER = np.dtype(
    [
        ("sequence", "i8"),  # position in the total order; the journal's key
        ("available", "i4"),  # at the command's level afterwards, clipped to i4; 0 where none
        ("status", "u1"),
        ("original", "u1"),  # status of the first execution, where the id was known
        ("events", "u2"),  # how many events the command caused, clipped to u2
    ],
    align=True,
)
assert ANSWER.itemsize == 16

EVENT = np.dtype(
    [
        ("sequence", "i8"),  # of the command that caused it
        ("now_us", "i8"),
        ("order_id", "i8"),  # order, reservation or document that it is about
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


class Account(IntEnum):
    """Where units are that are on no level: the other side of every entry.

    For each sku, on_hand over all locations and these four sum to zero at any time.
    """

    SUPPLIER = 0  # negative: what suppliers have delivered
    CUSTOMER = 1
    CORRECTION = 2  # lost, found, scrapped
    IN_TRANSIT = 3


ACCOUNTS = len(Account)


class Operation(IntEnum):
    """What a command asks for. Promises may be refused for stock; facts never are."""

    # A promise: takes from available, refused when short.
    RESERVE = 1  # argument: ttl_us > 0; reason: a Stage; the reservation's id is the command's
    PLACE = 2  # argument: amount_minor of the line; flag ACCEPTED makes it a fact
    # Ends of promises.
    RELEASE = 3  # argument: reservation id
    FULFIL = 4  # order_id, argument: line number; allocated units leave the shop
    CANCEL = 5  # order_id, argument: line number; open units are given up
    # Facts: the record may go negative, the shortage is an event.
    SELL = 6  # argument: amount_minor of the line; placed and fulfilled at once, at a till
    RECEIVE = 7  # argument: the lot's end of sale, or 0; incoming falls by as much as was expected
    ADJUST = 8  # quantity is signed, not zero
    COUNT = 9  # quantity is the on_hand that was counted at occurred_us, >= 0
    EXPECT = 10  # incoming changes by quantity, signed; argument: due_us of an arrival, or 0
    # The clock.
    EXPIRE = 11  # nothing but time passing: what is due ends
    # More about promises.
    EXTEND = 12  # order_id: reservation id; argument: ttl_us from now
    # order_id, argument: line number; unallocated units are taken from location_to instead. Where
    # that is ANY_LOCATION the rules of routing choose, for the zone that location names.
    REROUTE = 13
    TRANSFER = (
        14  # location to location_to; argument: due_us or 0; the transfer's id is the command's
    )
    # More facts.
    ARRIVE = 15  # argument: transfer id; quantity >= 0; flag FINAL: nothing more will come
    RECLASSIFY = 16  # argument: 256 * state_from + state_to, within one level
    PICK = 17  # order_id, argument: line number; quantity: found, of the allocated, >= 0
    NO_SHOW = 18  # order_id, argument: line number; allocated units go back on the shelf
    RETURN = 19  # order_id, argument: line number; location: where; reason: a Disposition
    DISPOSE = 20  # argument: id of the return command; reason: a Disposition
    # Work on a line, steps of an order.
    WORK = 21  # order_id, argument: line number; reason: an Action
    STEP = 22  # order_id; reason: a Step
    # Loyalty points of party_id.
    EARN = 23  # quantity; argument: ttl_us, or 0 for ever
    BURN = 24  # quantity; a promise: refused beyond the balance
    REVERSE = 25  # argument: id of the earn or burn; quantity of it
    # How the shop is set up; never in a chain.
    SET_BUFFER = 26  # level, channel, quantity: units that this channel may not promise
    SET_FENCE = 27  # level, channel, quantity: units that only this channel may promise
    SET_BACKORDER = 28  # level, quantity: cap; argument: until_us or 0; flag ARRIVALS
    SET_HOLD = 29  # channel, reason: a HoldFrom; argument: longest hold in us
    SET_PART = 30  # sku: the kit; argument: component; quantity: of it in one kit; order_id: weight
    SET_PRODUCT = 31  # sku, argument: number of the product whose variant it is
    SET_FLOOR = 32  # level, quantity: routing leaves so many where it can
    SET_LANE = (
        33  # location, location_to: zone; quantity: cost a unit; order_id: a parcel; argument
    )
    SET_ROUTING = 34  # argument: Route rules, a byte each, the first in the lowest
    SET_LOCATION = 35  # location, argument: bits of the channels that may be routed to it


FIRST_SETTING = Operation.SET_BUFFER
LAST_OPERATION = Operation.SET_LOCATION
ANY_LOCATION = -1
CHANNELS = 8
ZONES = 64
PARTS_MAX = 8  # components of a kit
SPLITS_MAX = 8  # locations that share one line


class Flag(IntFlag):
    """Bits of COMMAND.flags."""

    LINKED = 1  # this command and the next stand or fall together
    ACCEPTED = 2  # PLACE: another system has promised already, so it is a fact here
    FINAL = 4  # ARRIVE: what is still in transit is lost
    PENDING = 8  # PLACE: the order waits for its payment (or a look) before anyone works on it
    ARRIVALS = 16  # SET_BACKORDER: promise no more than is expected by until_us


class Status(IntEnum):
    """Why a command was refused. The guards of a command run in this order."""

    OK = 0
    # The chain.
    CHAIN_OPEN = 1  # the batch ends inside a chain
    CHAIN_BROKEN = 2  # another command of the chain was refused
    # The envelope.
    ID_NOT_POSITIVE = 3
    ID_REPLAYED = 4  # the first execution's status is in ANSWER.original
    ID_REUSED = 5  # the id is known, and it was another command's
    TIME_WENT_BACK = 6
    CHAIN_TIME_DIFFERS = 7  # commands of one chain share one now_us
    OPERATION_UNKNOWN = 8
    CHANNEL_UNKNOWN = 9
    OCCURRED_AHEAD = 10  # occurred_us lies after now_us
    NOT_IN_CHAIN = 11  # a setting stands alone
    # The level.
    SKU_UNKNOWN = 12
    LOCATION_UNKNOWN = 13
    LOCATION_SAME = 14  # a transfer that goes nowhere
    ZONE_UNKNOWN = 15
    STATE_UNKNOWN = 16
    KIT_HAS_NO_STOCK = 17  # its components have
    # The numbers.
    QUANTITY_NOT_POSITIVE = 18
    QUANTITY_ZERO = 19
    QUANTITY_NEGATIVE = 20
    QUANTITY_TOO_LARGE = 21  # on_hand, or another state, would leave +-LEVEL_MAX
    AMOUNT_NEGATIVE = 22
    AMOUNT_TOO_LARGE = 23
    TTL_NEGATIVE = 24
    TTL_NOT_POSITIVE = 25
    TTL_TOO_LONG = 26
    DATE_PAST = 27  # a date that must lie ahead does not
    PARTY_NOT_POSITIVE = 28
    NUMBER_OUT_OF_RANGE = 29  # a setting's argument
    DISPOSITION_UNKNOWN = 30
    ACTION_UNKNOWN = 31
    # The things referred to.
    ORDER_ID_NOT_FIRST = 32  # a line's order_id is not the id of its chain's first command
    ORDER_EXISTS = 33
    RESERVATION_UNKNOWN = 34
    RESERVATION_EXISTS = 35
    RESERVATION_NOT_OFFERED = 36  # this channel holds stock from a later stage on
    DOCUMENT_EXISTS = 37
    DOCUMENT_UNKNOWN = 38  # no transfer, return, earn or burn has this id
    DOCUMENT_CLOSED = 39
    ORDER_UNKNOWN = 40
    LINE_UNKNOWN = 41
    COUNT_TOO_LATE = 42  # what moved since then is no longer remembered
    KIT_IN_USE = 43  # it has been promised or sold, or its sku has stock: its parts are fixed
    KIT_NESTED = 44  # a component is a kit, or the kit is a component
    KIT_FULL = 45
    # What the order allows.
    ORDER_NOT_READY = 46  # it waits for its payment, or is on hold
    STEP_NOT_ALLOWED = 47  # see ORDER_STEPS
    WORK_NOT_ALLOWED = 48  # see WORK_STEPS
    # What the shop holds.
    ALLOCATED_INSUFFICIENT = 49  # the line has fewer units allocated
    OPEN_INSUFFICIENT = 50  # the line has fewer units open
    UNALLOCATED_INSUFFICIENT = 51
    FULFILLED_INSUFFICIENT = 52  # more would come back than went out
    UNDECIDED_INSUFFICIENT = 53
    STATE_INSUFFICIENT = 54  # the state to be left holds fewer units
    POINTS_INSUFFICIENT = 55
    STOCK_INSUFFICIENT = 56


class Kind(IntEnum):
    """What happened, in the past tense."""

    RESERVED = 1
    RELEASED = 2
    EXPIRED = 3
    PLACED = 4  # allocated: available -> committed
    FULFILLED = 5
    CANCELLED = 6
    SOLD = 7  # state_from is OUTSIDE where a count had already seen it gone
    RECEIVED = 8
    ADJUSTED = 9
    COUNTED = 10
    EXPECTED = 11
    SHORTAGE = 12  # a fact pushed available below zero by `quantity` units; moves nothing
    EXTENDED = 13  # moves nothing
    REROUTED = 14  # available of another location -> committed
    TRANSFERRED = 15  # available -> in transit; incoming of location_to rises
    ARRIVED = 16  # in transit -> available
    TRANSFER_OVER = 17  # more came than was sent: correction -> available
    TRANSFER_SHORT = 18  # in transit -> correction; moves no level but incoming
    RECLASSIFIED = 19
    PICKED = 20  # moves nothing
    SHORT_PICKED = 21  # committed -> correction: the shelf does not have it
    NO_SHOW = 22  # committed -> available
    RETURNED = 23  # customer -> the disposition's state
    DISPOSED = 24  # quality_control -> the disposition's state
    WORKED = 25  # moves nothing; reason: the Action
    STEPPED = 26  # moves nothing; reason: the Step
    BACKORDERED = 27  # promised beyond stock; moves nothing
    BACKORDER_FILLED = 28  # available -> committed
    LOT_TAKEN = 29  # moves nothing; order_id is the lot's
    LOT_EXPIRED = 30  # available -> damaged; order_id is the lot's
    EARNED = 31
    BURNED = 32
    POINTS_EXPIRED = 33
    REVERSED = 34
    SET = 35  # a setting was changed


class Channel(IntEnum):
    """Where a customer stands."""

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


class Stage(IntEnum):
    """How far a shopper has come who asks for a reservation."""

    CART = 0
    CHECKOUT = 1


class HoldFrom(IntEnum):
    """From which stage on a channel holds stock (commercetools' modes, and checkout)."""

    CART = 0
    CHECKOUT = 1
    ORDER = 2  # reserves nothing; an order takes
    NEVER = 3  # reserves nothing, and orders are facts


class Disposition(IntEnum):
    """What becomes of a unit that came back."""

    RESTOCKED = 0  # available
    NOT_RESTOCKED = 1  # scrapped or given away: correction
    PROCESSING_REQUIRED = 2  # quality_control; decided later by DISPOSE
    MISSING = 3  # refunded, and it never came
    DAMAGED = 4  # kept, and not for sale


class Route(IntEnum):
    """Rules of routing. The first of the chain that does not tie decides."""

    NONE = 0
    STORE_FLOOR = 1  # where the floor stays untouched
    NEAREST = 2  # least distance to the customer's zone
    FEWEST_SPLITS = 3  # most units of what is left of the order
    LOWEST_COST = 4  # parcel and units to the customer's zone
    BALANCE = 5  # most units to sell
    FIRST_EXPIRED = 6  # the lot that ends first


LEVEL_MAX = 2**31 - 1  # |on_hand|, and each other state, of any level
AMOUNT_MAX = 2**53 - 1  # amount_minor of a line; exact in JSON readers too
TTL_MAX_US = 366 * 86_400 * 1_000_000
TIME_MAX_US = 2**63 - 1
REMEMBERED_IDS = 2**20  # command ids that an engine remembers at least
REMEMBERED_MOVES = 2**16  # movements that a late count can look back on at least
