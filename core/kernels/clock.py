"""The passing of time: the clock moves with the commands, and what fell due ends before them."""

from core._jit import inlined, part
from core.kernels.backlog import after_rise
from core.kernels.carts import free
from core.kernels.finding import find, pop_due
from core.kernels.lots import end_lot
from core.kernels.points import end_grant
from core.kernels.tables import Array, Int, Meta, Tables
from core.records import Paper
from core.schema import Kind


@inlined
def pass_time(t: Tables, c: Array, events: Array) -> None:
    """Move the clock to the command's now_us and end what fell due."""
    if c["now_us"] <= t.meta[Meta.NOW_US]:
        return
    t.meta[Meta.NOW_US] = c["now_us"]
    while t.meta[Meta.DUE] > 0 and t.due[0]["expires_us"] <= c["now_us"]:
        due_us = t.due[0]["expires_us"]
        due_id = t.due[0]["id"]
        pop_due(t)
        slot = find(t.reservations, due_id)
        r = t.reservations[slot]
        # An entry is stale when its thing is gone or has another end.
        if r["id"] != 0 and r["expires_us"] == due_us:
            free(t, slot, c, Kind.EXPIRED, events)
        else:
            end_document(t, c, events, due_id, due_us)


@part
def end_document(t: Tables, c: Array, events: Array, due_id: Int, due_us: Int) -> None:
    """End a lot or a grant that fell due."""
    slot = find(t.documents, due_id)
    d = t.documents[slot]
    if d["id"] == 0 or d["due_us"] != due_us or d["open"] == 0:
        return
    if d["kind"] == Paper.LOT:
        after_rise(t, events, c, end_lot(t, slot, c, events))
    elif d["kind"] == Paper.GRANT:
        end_grant(t, slot, c, events)
