"""From chains to one batch of commands, and from its answers and events to the rows of a commit."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adapters.database.writer import Batch
from adapters.gateway.chains import OWN_ORDER
from core import journal
from core.engine import Engine
from core.schema import COMMAND, STATES, Kind

Records = NDArray[Any]

_ORDER = ("sequence", "order_id", "party_id", "now_us", "channel")
_LINE = ("sequence", "order_id", "line", "sku", "location", "quantity", "amount_minor")


def assemble(chains: Sequence[bytes], counts: Sequence[int], first_id: int, now_us: int) -> Records:
    """One batch of all *chains*, with ids and times: (n,) of COMMAND.

    Args:
        chains: packed commands, see `adapters.gateway.chains`.
        counts: how many commands each chain has.
        first_id: of the first command; the others follow.
        now_us: of all of them.
    """
    commands: Records = np.frombuffer(bytearray(b"".join(chains)), COMMAND)
    ids = np.arange(first_id, first_id + len(commands))
    starts = np.cumsum(counts) - counts
    commands["id"] = ids
    commands["now_us"] = now_us
    commands["occurred_us"] = now_us
    order_ids = commands["order_id"]
    commands["order_id"] = np.where(
        order_ids == OWN_ORDER, np.repeat(ids[starts], counts), order_ids
    )
    return commands


def batch_of(previous: bytes, first_sequence: int, commands: Records, events: Records) -> Batch:
    """What is written of a batch, save the replies and the stock."""
    payload = journal.batch(previous, first_sequence, commands)
    lines = events[(events["kind"] == Kind.PLACED) | (events["kind"] == Kind.SOLD)]
    return Batch(
        first_sequence=first_sequence,
        count=len(commands),
        payload=payload,
        crc32=zlib.crc32(payload),
        previous=previous,
        hash=journal.chain_hash(previous, payload),
        events_count=len(events),
        events=events.tobytes(),
        orders=_flat(lines[lines["line"] == 0], _ORDER),
        order_lines=_flat(lines, _LINE),
    )


def _flat(records: Records, names: Sequence[str]) -> list[object]:
    """The named columns as one flat list of integers, record after record."""
    if not len(records):
        return []
    flat: list[object] = np.stack([records[name] for name in names], axis=1).ravel().tolist()
    return flat


class Dirty:
    """The levels whose stock row is older than the engine."""

    def __init__(self, engine: Engine) -> None:
        # After a restart nobody knows which rows are behind: all that hold anything are.
        self._levels = np.asarray(engine.levels.any(axis=2))

    def mark(self, events: Records) -> None:
        """Take in the levels that *events* have touched."""
        self._levels[events["location"], events["sku"]] = True

    def take(self, engine: Engine) -> list[object]:
        """Rows of `stock` for all marked levels, flat; nothing is marked afterwards."""
        locations, skus = np.nonzero(self._levels)
        rows = np.empty((len(skus), 2 + STATES), np.int64)
        rows[:, 0] = locations
        rows[:, 1] = skus
        rows[:, 2:] = engine.levels[locations, skus]
        self._levels[locations, skus] = False
        return list(rows.ravel().tolist())
