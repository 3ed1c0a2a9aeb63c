"""How much memory commands may need: a weight for each chain, and room for what else may end."""

import numpy as np

from core._jit import inlined
from core.kernels.moves import is_kit
from core.kernels.tables import ENDS, ENDS_CROWDED, EVENTS_PER_COMMAND, Array, Int, Meta, Tables
from core.schema import ANY_LOCATION, PARTS_MAX, SPLITS_MAX, Operation

HEAVY = PARTS_MAX * SPLITS_MAX  # lines that one command can make at most


@inlined
def weight_of(t: Tables, commands: Array, first: Int, last: Int) -> Int:
    """How many ordinary commands a chain may weigh: one that is split or a kit makes many lines."""
    weight = last - first + 1
    for i in range(first, last + 1):
        c = commands[np.uint64(i)]
        anywhere = c["location"] == ANY_LOCATION or c["location_to"] == ANY_LOCATION
        if anywhere or (t.meta[Meta.SPECIAL] != 0 and names_kit(t, c)):
            weight += HEAVY
    return weight


@inlined
def names_kit(t: Tables, c: Array) -> Int:
    """Whether the command may be about a kit; nobody has checked it yet."""
    if c["operation"] == Operation.RELEASE:
        return True  # its reservation may be a kit's
    return 0 <= c["sku"] < t.meta[Meta.SKUS] and is_kit(t, c["sku"])


@inlined
def can_be_undone(t: Tables, weight: Int) -> Int:
    """Whether there is room to save what a chain of this weight may change."""
    return weight + t.meta[Meta.LISTED] + t.meta[Meta.IN_LINE] <= t.meta[Meta.CHAIN_ROOM]


@inlined
def spare_events(t: Tables, events: Array) -> Int:
    """Weight of commands whose events a buffer still holds, whatever else they bring to an end."""
    return (events.size - t.meta[Meta.EVENTS] - events_of_ends(t)) // EVENTS_PER_COMMAND


@inlined
def events_of_ends(t: Tables) -> Int:
    """Events if everything ended that can, by the passing of time."""
    each = ENDS if t.meta[Meta.IN_LINE] == 0 else ENDS_CROWDED
    if t.meta[Meta.SPECIAL] != 0:
        each *= PARTS_MAX
    return each * (t.meta[Meta.RESERVATIONS] + t.meta[Meta.LISTED] + t.meta[Meta.IN_LINE])
