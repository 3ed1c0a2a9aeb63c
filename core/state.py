"""What an engine's state is, however it came about: what is in use, in one order, digested."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.kernels.tables import Meta, Tables

Records = NDArray[Any]

DIGESTED = (
    Meta.SKUS,
    Meta.LOCATIONS,
    Meta.SEQUENCE,
    Meta.NOW_US,
    Meta.KNOWN,
    Meta.REMEMBERED,
    Meta.REMEMBERED_MOVES,
    Meta.MOVES,
    Meta.ROUTING,
    Meta.SPECIAL,
    Meta.IN_LINE,
    Meta.LISTED,
)


def digest_of(t: Tables) -> str:
    """SHA-256 of the whole state in a form that does not depend on how it came about."""
    meta = t.meta
    sha = hashlib.sha256()
    sha.update(meta[list(DIGESTED)].astype("<i8").tobytes())
    for array in (t.levels, t.accounts, t.counted, t.coming, t.extra_of, t.catalogue):
        update(sha, array)
    update(sha, t.channels)
    update(sha, t.lanes)
    update(sha, t.places)
    update(sha, t.extras[1 : int(meta[Meta.EXTRAS]) + 1])
    update(sha, t.parts[1 : int(meta[Meta.PARTS]) + 1])
    update(sha, remembered_moves_of(t))
    orders = np.flatnonzero(t.orders["id"])
    update(sha, t.orders.take(orders[np.argsort(t.orders["first_line"][orders])]))
    update(sha, t.lines[: int(meta[Meta.LINES])])
    update(sha, t.later[: int(meta[Meta.LATER])])
    update(sha, t.waiting[: int(meta[Meta.WAITING])])
    for records in (by_id(t.reservations), by_id(t.documents), by_id(t.parties)):
        update(sha, records)
    for known in known_ids(t):
        update(sha, known)
    return sha.hexdigest()


def by_id(records: Records) -> Records:
    """Copy of what a table found by id holds, by id."""
    found = records[records["id"] != 0]
    ordered: Records = found[np.argsort(found["id"])]
    return ordered


def known_ids(t: Tables) -> tuple[Records, Records]:
    """Copies of the ids that are known, by id, the young generation first; without their turns."""
    young, turn = int(t.meta[Meta.YOUNG]), int(t.meta[Meta.TURN])
    generations = (t.known[young], turn), (t.known[1 - young], turn - 1)
    live = [by_id(known[known["turn"] == now]) for known, now in generations]
    for known in live:
        known["turn"] = 0
    return live[0], live[1]


def remembered_moves_of(t: Tables) -> Records:
    """Movements that are remembered, oldest first."""
    last = int(t.meta[Meta.MOVES])
    numbers = np.arange(max(1, last - int(t.meta[Meta.REMEMBERED_MOVES]) + 1), last + 1)
    moves: Records = t.moves[numbers & (len(t.moves) - 1)]
    return moves


def update(sha: "hashlib._Hash", records: Records) -> None:
    """Feed *records*, which have no padding, to a digest: little-endian, as they lie."""
    sha.update(len(records).to_bytes(8, "little"))
    ordered = np.ascontiguousarray(records).astype(records.dtype.newbyteorder("<"), copy=False)
    sha.update(ordered.view(np.uint8).data)
