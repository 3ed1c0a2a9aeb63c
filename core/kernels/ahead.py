"""Looks at commands to come, so that what they will ask for is near when their turn comes.

Nothing here decides anything: a rule that finds its memory far away gives the same answer later.
A third of the time of a batch was such waiting.
"""

import numpy as np

from core._jit import inlined
from core._lend import FETCHES, prefetch
from core.kernels.finding import STEP, slot_of
from core.kernels.moves import row_of
from core.kernels.tables import Array, Int, Tables
from core.schema import Operation

AHEAD = 8  # commands that are answered while memory answers once


@inlined
def look_ahead(t: Tables, commands: Array, i: Int, stop: Int) -> None:
    """Send for the memory of the command that is AHEAD of commands[i], if the batch has it."""
    if not FETCHES or i + AHEAD >= stop:
        return
    prefetch(commands, i + 2 * AHEAD)
    c = commands[np.uint64(i + AHEAD)]
    expect_at(t.known[np.uint64(0)], c["id"])
    expect_at(t.known[np.uint64(1)], c["id"])
    if c["operation"] == Operation.RESERVE:
        expect_at(t.reservations, c["id"])
    elif c["operation"] == Operation.RELEASE:
        expect_at(t.reservations, c["argument"])
    else:
        expect_at(t.orders, c["order_id"])
    prefetch(t.levels, row_of(t, c["sku"], c["location"]))


@inlined
def expect_at(records: Array, key: Int) -> None:
    """Send for the first two slots where the record with id *key* may lie."""
    at = slot_of(key, records.size)
    prefetch(records, at)
    prefetch(records, (at + STEP) & np.uint64(records.size - 1))
