"""One rule per operation: a flat list of guards in the order of `Status`, then the deed.

A rule returns a Status and changes nothing unless it returns OK. It takes the tables, the command
and the buffer of events; which level, order or reservation is meant it finds itself. Here is which
rule a command asks for: what is frequent is asked first.
"""

import numpy as np

from core._jit import inlined
from core.kernels.carts import extend, release, reserve
from core.kernels.orders import place, sell
from core.kernels.points import burn, earn, reverse
from core.kernels.rerouting import reroute
from core.kernels.returns import dispose, take_back
from core.kernels.settings import setting
from core.kernels.stock import adjust, count, expect, receive, reclassify
from core.kernels.tables import Array, Int, Tables
from core.kernels.transfers import arrive, transfer
from core.kernels.work import cancel, fulfil, no_show, pick, step, work
from core.schema import FIRST_SETTING, Operation, Status


@inlined
def run(t: Tables, commands: Array, i: Int, last: Int, events: Array) -> Int:
    """Execute commands[i] of a chain that ends with commands[last]; its envelope was checked."""
    c = commands[i]
    operation = c["operation"]
    if operation == Operation.SELL:
        return sell(t, c, events)
    if operation == Operation.PLACE:
        return place(t, commands, i, last, events)
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
    if operation == Operation.EXPECT:
        return expect(t, c, events)
    if operation == Operation.COUNT:
        return count(t, c, events)
    if operation == Operation.TRANSFER:
        return transfer(t, c, events)
    if operation == Operation.EXPIRE:
        return np.int64(Status.OK)
    if operation >= FIRST_SETTING:
        return setting(t, c, events)
    if operation == Operation.ARRIVE:
        return arrive(t, c, events)
    if operation == Operation.EXTEND:
        return extend(t, c, events)
    if operation == Operation.REROUTE:
        return reroute(t, c, events)
    if operation == Operation.RECLASSIFY:
        return reclassify(t, c, events)
    if operation == Operation.PICK:
        return pick(t, c, events)
    if operation == Operation.NO_SHOW:
        return no_show(t, c, events)
    if operation == Operation.RETURN:
        return take_back(t, c, events)
    if operation == Operation.DISPOSE:
        return dispose(t, c, events)
    if operation == Operation.WORK:
        return work(t, c, events)
    if operation == Operation.STEP:
        return step(t, c, events)
    if operation == Operation.EARN:
        return earn(t, c, events)
    if operation == Operation.BURN:
        return burn(t, c, events)
    return reverse(t, c, events)
