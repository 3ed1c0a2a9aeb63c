"""The total order of a run: (time_us, kind, entity, ordinal), the same in every form of the twin.

Two things at one microsecond happen in the order of their kinds, then of the number of what they
happen to, then of their ordinal. The last three are packed into one integer, which SimPy takes as
a priority and the kernel compares as it is; SimPy's counter of creation decides nothing.
"""

from enum import IntEnum

ENTITY_BITS = 32
ORDINAL_BITS = 24
ENTITY_SHIFT = ORDINAL_BITS
KIND_SHIFT = ENTITY_BITS + ORDINAL_BITS
ORDINAL_MASK = (1 << ORDINAL_BITS) - 1


class Moment(IntEnum):
    """Kinds of things that happen, in the order in which they happen at one microsecond."""

    CHANGE = 1  # another table of links comes into force
    DELIVERY = 2  # entity: number of the purchase order
    COUNT = 3
    REVIEW = 4  # purchase orders are written
    PRICES = 5  # the week's promotions come into force
    CAPTURE = 6  # a stock link reads the record
    ARRIVAL = 7  # what it read reaches the web shop
    ORDER_RUN = 8  # an order link books what has come in
    MESSAGE = 20  # one stock message reaches the web shop; entity: row
    BOOKING = 21  # one web order reaches the record; entity: visit
    LABEL = 22  # a shelf label shows its new price; entity: row
    TILL_DONE = 30  # entity: visit
    PICK_DONE = 31  # entity: visit
    TILL_JOIN = 32  # entity: visit
    PICK_JOIN = 33  # entity: visit
    SHRINK = 40  # a unit disappears; entity: visit
    SHELF = 41  # a customer takes goods off the shelf; entity: visit
    AGAIN = 42  # a customer comes back for a line; entity: want
    WEB = 43  # a customer orders on the web; entity: visit
    DAY_END = 60  # in the last microsecond of a day


def priority(kind: int, entity: int = 0, ordinal: int = 0) -> int:
    """Pack what orders two things at one time; entity < 2**32, ordinal is taken modulo 2**24."""
    return (kind << KIND_SHIFT) | (entity << ENTITY_SHIFT) | (ordinal & ORDINAL_MASK)
