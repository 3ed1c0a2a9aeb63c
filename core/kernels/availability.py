"""What a channel may promise: the one function that shows availability and that enforces it."""

import numpy as np

from core._jit import inlined, jit, part
from core._lend import borrowed
from core.kernels.finding import find
from core.kernels.moves import AVAILABLE, is_kit, row_of
from core.kernels.tables import (
    EXTRA_STRIDE,
    Array,
    Extra,
    Int,
    Meta,
    Part,
    Product,
    Tables,
    tables_at,
)
from core.kernels.undo import Undo, note
from core.schema import CHANNELS, TIME_MAX_US

BUFFER = np.int64(Extra.BUFFER)
FENCE = np.int64(Extra.FENCE)
COMPONENT = np.uint64(Part.COMPONENT)
PER = np.uint64(Part.PER)
NEXT = np.uint64(Part.NEXT)


@inlined
def put_extra(t: Tables, extra: Int, column: Int, value: Int) -> None:
    """Change a number of a level's extras."""
    note(t, Undo.EXTRA, np.int64(extra) * EXTRA_STRIDE + column, t.extras[extra, column])
    t.extras[extra, column] = value


@part
def extra_for(t: Tables, row: Int) -> Int:
    """Index of a level's extras, made if there are none."""
    extra = np.int64(t.extra_of[row])
    if extra == 0:
        extra = t.meta[Meta.EXTRAS] + 1
        t.meta[Meta.EXTRAS] = extra
        t.extras[extra, :] = 0
        t.extras[extra, np.int64(Extra.ROW)] = np.int64(row)
        t.extra_of[row] = extra
        note(t, Undo.EXTRA_ADDED, np.int64(row), 0)
    return extra


@part
def kept_back(t: Tables, extra: Int, channel: Int) -> Int:
    """Units of a level that *channel* may not promise: its buffer, and what others ring-fence."""
    back = t.extras[extra, BUFFER + np.int64(channel)]
    for other in range(CHANNELS):
        if other != channel:
            back += t.extras[extra, FENCE + other]
    return back


@inlined
def level_sellable(t: Tables, row: Int, channel: Int) -> Int:
    """ATS of a level that is no kit's; below zero where facts went further than stock."""
    ats = t.levels[row, AVAILABLE]
    extra = np.int64(t.extra_of[row])
    if extra > 0:
        ats -= kept_back(t, extra, channel)
    return ats


@part
def kit_sellable(t: Tables, sku: Int, location: Int, channel: Int) -> Int:
    """Whole kits that *channel* may promise at *location*; never below zero."""
    kits = np.int64(2**31 - 1)
    at = t.catalogue[np.uint64(sku), np.uint64(Product.PARTS)]
    while at != 0:
        row = row_of(t, t.parts[at, COMPONENT], location)
        kits = min(kits, max(np.int64(0), level_sellable(t, row, channel)) // t.parts[at, PER])
        at = t.parts[at, NEXT]
    return kits


@inlined
def sellable(t: Tables, sku: Int, location: Int, channel: Int) -> Int:
    """ATS: units of a sku or kit that *channel* may promise at *location*; never below zero."""
    if is_kit(t, sku):
        return kit_sellable(t, sku, location, channel)
    return max(np.int64(0), level_sellable(t, row_of(t, sku, location), channel))


@inlined
def may_route(t: Tables, location: Int, channel: Int) -> Int:
    """Whether the engine may choose a location for a channel."""
    return (t.places[location] >> np.int64(channel)) & 1 != 0


@inlined
def take_fence(t: Tables, row: Int, channel: Int, quantity: Int) -> Int:
    """Let a channel use up its own ring-fence; return how many units came out of it."""
    extra = np.int64(t.extra_of[row])
    if extra <= 0:
        return np.int64(0)
    fence = t.extras[extra, FENCE + np.int64(channel)]
    used = min(fence, quantity)
    if used > 0:
        put_extra(t, extra, FENCE + np.int64(channel), fence - used)
    return used


@inlined
def give_fence(t: Tables, row: Int, channel: Int, quantity: Int) -> None:
    """Put units back into a channel's ring-fence."""
    if quantity > 0:
        extra = np.int64(t.extra_of[row])
        fence = t.extras[extra, FENCE + np.int64(channel)]
        put_extra(t, extra, FENCE + np.int64(channel), fence + quantity)


@inlined
def floor_of(t: Tables, row: Int) -> Int:
    """Units that routing leaves at a level where it can."""
    extra = np.int64(t.extra_of[row])
    if extra <= 0:
        return np.int64(0)
    return t.extras[extra, np.int64(Extra.FLOOR)]


@inlined
def lot_end(t: Tables, row: Int) -> Int:
    """When the lot that a level sells first ends; TIME_MAX_US where it has none."""
    extra = np.int64(t.extra_of[row])
    if extra <= 0 or t.extras[extra, np.int64(Extra.LOTS)] == 0:
        return np.int64(TIME_MAX_US)
    return t.documents[find(t.documents, t.extras[extra, np.int64(Extra.LOTS)])]["due_us"]


@jit
def sellable_at(address: Int, sku: Int, location: Int, channel: Int) -> Int:
    """`sellable` for callers in Python; the level was checked."""
    return sellable(tables_at(address), sku, location, channel)


@jit
def fill_sellable(address: Int, channel: Int, out: Array) -> None:
    """Write the ATS of every sku or kit for *channel* into *out*, (locations, skus)."""
    t = tables_at(address)
    out = borrowed(out)
    for location in range(out.shape[0]):
        for sku in range(out.shape[1]):
            out[location, sku] = sellable(t, sku, location, channel)
