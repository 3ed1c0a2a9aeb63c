"""One rule per operation: a flat list of guards in the order of `Status`, then the deed.

A rule returns a Status and changes nothing unless it returns OK. It takes the tables, the command
and the buffer of events; which level, order or reservation is meant it finds itself. The rules
stand in `carts`, `orders` and `stock`; here is which one a command asks for.
"""

import numpy as np

from core._jit import inlined
from core.kernels.carts import release, reserve
from core.kernels.orders import cancel, fulfil, place, sell
from core.kernels.stock import adjust, count, expect, receive
from core.kernels.tables import Array, Int, Tables
from core.schema import Operation, Status


@inlined
def run(t: Tables, c: Array, events: Array) -> Int:
    """Execute one command whose envelope has been checked."""
    operation = c["operation"]
    if operation == Operation.SELL:
        return sell(t, c, events)
    if operation == Operation.PLACE:
        return place(t, c, events)
    if operation == Operation.RESERVE:
        return reserve(t, c, events)
    if operation == Operation.RELEASE:
        return release(t, c, events)
    if operation == Operation.FULFIL:
        return fulfil(t, c, events)
    if operation == Operation.CANCEL:
        return cancel(t, c, events)
    if operation == Operation.RECEIVE:
        return receive(t, c, events)
    if operation == Operation.ADJUST:
        return adjust(t, c, events)
    if operation == Operation.COUNT:
        return count(t, c, events)
    if operation == Operation.EXPECT:
        return expect(t, c, events)
    return np.int64(Status.OK)  # EXPIRE: the clock has done it
