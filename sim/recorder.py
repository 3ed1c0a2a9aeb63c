"""What a run writes down: one table of counts a day and store, one ledger of the engines' events.

Both are arrays of integers, summed as things happen, so that a run of any length needs the memory
of its days only.
"""

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

SYSTEMS = 2
KINDS = 16  # room for the kinds of core's events that the twin's commands cause


class Metric(IntEnum):
    """Columns of `daily`, (days, stores, len(Metric)) int64. Money in minor units, times in us."""

    VISITS = 0  # customers who set out, both channels
    VISITS_STAYED_AWAY = 1  # because an order of theirs was cancelled before
    BASKETS = 2  # paid at a till
    UNITS_WANTED_STORE = 3
    UNITS_SOLD_STORE = 4
    REVENUE_STORE_MINOR = 5
    COST_STORE_MINOR = 6
    UNITS_LOST_STORE = 7  # wanted, not on the shelf, not replaced
    LOST_STORE_MINOR = 8
    UNITS_SUBSTITUTED = 9
    UNITS_DELAYED = 10
    WEB_ORDERS_WANTED = 11
    WEB_ORDERS_PLACED = 12
    UNITS_WANTED_WEB = 13
    UNITS_PLACED_WEB = 14
    UNITS_PICKED_WEB = 15
    REVENUE_WEB_MINOR = 16  # of picked units
    COST_WEB_MINOR = 17
    UNITS_LOST_WEB = 18  # shown as not available
    LOST_WEB_MINOR = 19
    UNITS_FALSE_ZERO = 20  # of these, they lay on the shelf, promised to nobody
    FALSE_ZERO_MINOR = 21
    ORDERS_PICKED = 22  # at least one line found
    ORDERS_OVERSOLD = 23  # at least one line not found
    ORDERS_CANCELLED = 24  # no line found
    LINES_OVERSOLD = 25
    UNITS_OVERSOLD = 26
    OVERSOLD_MINOR = 27
    LINES_OVERSOLD_VIEW = 28  # the web shop believed what the record knew to be wrong
    LINES_OVERSOLD_RECORD = 29  # the record itself was wrong
    LINES_OVERSOLD_RACE = 30  # it was there when promised; somebody in the store took it first
    TILL_WAIT_US = 31
    TILL_SERVED = 32
    PICK_WAIT_US = 33
    READY_US = 34  # from order to picked
    ORDERS_LATE = 35  # not picked within 24 hours
    STOCK_ENTRIES = 36  # stock numbers typed by hand
    ORDER_ENTRIES = 37  # orders copied by hand
    LABELS_CHANGED = 38  # by staff or gateway
    LABEL_WRONG_US = 39  # label-time with another price than the till
    UNITS_MISPRICED = 40  # sold under a label with another price
    UNITS_OVERCHARGED = 41  # of these, the till asked for more
    OVERCHARGE_MINOR = 42
    MESSAGES_SENT = 43
    MESSAGES_LOST = 44
    UNITS_SHRUNK = 45
    UNITS_RECEIVED = 46
    RECEIPT_LINES = 47
    LEVELS_COUNTED = 48
    SHELF_UNITS = 49  # at the end of the day, web pool included
    SHELF_COST_MINOR = 50
    RECORDS_WRONG = 51  # levels whose record differs from the shelf at the end of the day
    LEVELS = 52
    LEVELS_EMPTY = 53
    PURCHASE_ORDERS = 54  # sent to the supplier, each for one location
    UNITS_ORDERED = 55
    UNITS_SHORT = 56  # ordered and not delivered with the order; cancelled or still to follow


def record_events(
    ledger: NDArray[np.int64], events: NDArray[Any], system: int, day_us: int
) -> None:
    """Add an engine's events to the ledger.

    Args:
        ledger: (days, SYSTEMS, locations, KINDS, 2): units and amount_minor; changed in place.
        events: (m,) of EVENT.
        system: 0 the system of record, 1 the web shop's own.
        day_us: length of a day in us.
    """
    _days, systems, locations, kinds, columns = ledger.shape
    place = (events["now_us"] // day_us * systems + system) * locations + events["location"]
    units = (place * kinds + events["kind"]) * columns
    cells = ledger.reshape(-1)
    np.add.at(cells, units, events["quantity"].astype(np.int64))
    np.add.at(cells, units + 1, events["amount_minor"])
