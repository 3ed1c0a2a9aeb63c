"""What the state of an engine is made of: records as they lie in its tables and snapshots.

No byte is padding, for a digest takes the records as they lie.
"""

from enum import IntEnum

import numpy as np

LINE = np.dtype(
    [
        ("order_id", "i8"),
        ("amount_minor", "i8"),  # for the whole line
        ("fulfilled_minor", "i8"),  # of it, for the units fulfilled: what was charged
        ("cancelled_minor", "i8"),  # of it, for the units cancelled
        ("refunded_minor", "i8"),  # <= fulfilled_minor
        ("sku", "i4"),
        ("kit", "i4"),  # the kit that was ordered, or -1
        ("ordered", "i4"),  # = unallocated + allocated + backordered + fulfilled + cancelled
        ("unallocated", "i4"),  # not found when picked, waiting for REROUTE or CANCEL
        ("allocated", "i4"),
        ("backordered", "i4"),  # waiting for goods
        ("fulfilled", "i4"),
        ("cancelled", "i4"),
        ("returned", "i4"),  # <= fulfilled
        ("undecided", "i4"),  # of returned: disposition PROCESSING_REQUIRED
        ("fenced", "i4"),  # of allocated: came out of the channel's ring-fence
        ("split_from", "i4"),  # number of the line that it was split from; its own where none
        ("location", "i2"),
        ("channel", "u1"),
        ("work", "u1"),  # a Work
        ("number", "i4"),  # position among the lines of its order
    ],
    align=True,
)
assert LINE.itemsize == 96

ORDER = np.dtype(
    [
        ("id", "i8"),  # 0 marks an empty slot
        ("party_id", "i8"),
        ("placed_us", "i8"),
        ("first_line", "i8"),
        ("lines", "i4"),  # that lie together from first_line on
        ("more", "i4"),  # that were added elsewhere; found by `later` from last to first
        ("later", "i8"),  # index in `later` of the last of them, plus 1; 0 where none
        ("channel", "u1"),
        ("state", "u1"),  # an OrderState that is not derived
        ("unused", "u2"),
        ("unused_too", "u4"),
    ],
    align=True,
)
assert ORDER.itemsize == 56

RESERVATION = np.dtype(
    [
        ("id", "i8"),  # of the reserve command; 0 marks an empty slot
        ("expires_us", "i8"),
        ("held_us", "i8"),  # when it was made; the cap on extensions counts from here
        ("party_id", "i8"),
        ("sku", "i4"),
        ("quantity", "i4"),
        ("fenced", "i4"),  # of quantity: came out of the channel's ring-fence
        ("location", "i2"),
        ("channel", "u1"),
        ("unused", "u1"),
    ],
    align=True,
)
assert RESERVATION.itemsize == 48

DOCUMENT = np.dtype(
    [
        ("id", "i8"),  # of the command that made it; 0 marks an empty slot
        ("party_id", "i8"),
        ("due_us", "i8"),  # arrival: expected; lot and grant: the end; 0: no date
        ("order_id", "i8"),
        ("next", "i8"),  # id of the document behind it in its list; 0 at the end
        ("quantity", "i4"),
        ("open", "i4"),  # of quantity: in transit, undecided, expected, in the lot, unspent
        ("sku", "i4"),
        ("line", "i4"),
        ("location", "i2"),
        ("location_to", "i2"),
        ("kind", "u1"),  # a Paper
        ("closed", "u1"),
        ("unused", "u2"),
    ],
    align=True,
)
assert DOCUMENT.itemsize == 64

PARTY = np.dtype(
    [
        ("id", "i8"),  # party_id; 0 marks an empty slot
        ("points", "i8"),  # sum of what is open in its grants, less what it owes
        ("owed", "i8"),  # points reversed after they were spent
        ("grants", "i8"),  # id of the grant that ends first; 0 where none
    ],
    align=True,
)
assert PARTY.itemsize == 32

DUE = np.dtype([("expires_us", "i8"), ("id", "i8")], align=True)
assert DUE.itemsize == 16

KNOWN = np.dtype(
    [("id", "i8"), ("fingerprint", "u4"), ("status", "u1"), ("unused", "u1"), ("turn", "u2")],
    align=True,
)
assert KNOWN.itemsize == 16


class Paper(IntEnum):
    """Kinds of DOCUMENT."""

    TRANSFER = 1
    RETURN = 2
    ARRIVAL = 3
    LOT = 4
    GRANT = 5  # points earned
    BURN = 6  # points spent; due_us: when the longest-lived of them would have ended
