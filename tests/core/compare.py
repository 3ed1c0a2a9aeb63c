"""Runs the same commands in other batches, and says where two shops differ."""

from collections.abc import Container, Iterable
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine import Engine
from core.kernels.tables import Meta
from core.schema import ANSWER, CHANNELS, EVENT, Flag
from tests.core.naive.model import Naive

Records = NDArray[Any]


def chain_ends(commands: Records) -> list[int]:
    """Where a batch may end: one past the last command of each chain."""
    linked = commands["flags"] & Flag.LINKED != 0
    return [int(at) + 1 for at in np.flatnonzero(~linked)]


def run_in_batches(
    engine: Engine, commands: Records, cuts: Iterable[int]
) -> tuple[Records, Records]:
    """Execute *commands* in batches that end at *cuts* (and at the end)."""
    bounds = sorted({0, len(commands), *cuts})
    done = [engine.execute(commands[start:stop]) for start, stop in pairwise(bounds)]
    answers = np.concatenate([np.zeros(0, ANSWER), *(each for each, _ in done)])
    events = np.concatenate([np.zeros(0, EVENT), *(each for _, each in done)])
    return answers, events


def difference(got: Records, wanted: Records, *, but: Container[str] = ()) -> str:
    """The first record that differs, field by field; empty where none does.

    Args:
        got: (n,) of some record.
        wanted: (m,) of the same record.
        but: fields that may differ.
    """
    names = [name for name in got.dtype.names or () if name not in but]
    for at, (one, other) in enumerate(zip(got, wanted, strict=False)):
        fields = [name for name in names if one[name] != other[name]]
        if fields:
            said = ", ".join(f"{name} {one[name]} not {other[name]}" for name in fields)
            return f"record {at}: {said}"
    if len(got) != len(wanted):
        return f"{len(got)} records, not {len(wanted)}"
    return ""


def assert_same(got: tuple[Records, Records], wanted: tuple[Records, Records], what: str) -> None:
    """Answers and events are the same, record by record."""
    assert not difference(got[0], wanted[0]), f"{what}: answer {difference(got[0], wanted[0])}"
    assert not difference(got[1], wanted[1]), f"{what}: event {difference(got[1], wanted[1])}"


def assert_same_shop(engine: Engine, naive: Naive) -> None:
    """Engine and model tell the same of everything in the shop, and of the time."""
    assert np.array_equal(engine.levels, naive.levels()), "levels differ"
    assert np.array_equal(engine.accounts, naive.accounts()), "accounts differ"
    assert not (said := difference(engine.reservations(), naive.reservations())), said
    assert not (said := difference(engine.documents(), naive.documents(), but={"next"})), said
    assert not (said := difference(engine.parties(), naive.parties())), said
    for order_id in naive.order_ids():
        said = difference(engine.order(order_id), naive.order(order_id))
        assert not said, f"order {order_id}: {said}"
        assert_same_order(engine, naive, order_id)
    for channel in range(CHANNELS):
        got, wanted = engine.available_to_sell(channel), naive.available_to_sell(channel)
        assert np.array_equal(got, wanted), f"channel {channel} may sell {got}, not {wanted}"
        got, wanted = engine.available_to_route(channel), naive.available_to_route(channel)
        assert np.array_equal(got, wanted), f"channel {channel} may route {got}, not {wanted}"
    assert_room(engine, naive)
    levels = product(range(engine.skus), range(engine.locations))
    for (sku, location), ahead_us in product(levels, (0, 50, 2000)):
        asked = (sku, location, sku % CHANNELS, engine.now_us + ahead_us)
        units = engine.available_to_promise(*asked)
        assert units == naive.available_to_promise(*asked), f"{asked} may be promised {units}"
    assert (engine.sequence, engine.now_us) == (naive.sequence, naive.now_us)


def assert_room(engine: Engine, naive: Naive) -> None:
    """What sizes the engine's arenas counts all that one command may touch."""
    shop, meta = naive.shop, engine.tables.meta
    lists = (*shop.arrivals.items(), *shop.lots.items(), *shop.grants.items())
    assert meta[Meta.LISTED] == sum(len(papers) for _, papers in lists)
    assert meta[Meta.IN_LINE] >= sum(len(places) for _, places in shop.waiting.items())
    assert meta[Meta.RESERVATIONS] == len(naive.reservations())
    assert meta[Meta.DOCUMENTS] == len(naive.documents())


def assert_same_order(engine: Engine, naive: Naive, order_id: int) -> None:
    """The order itself is the same, wherever its lines lie."""
    got, wanted = engine.order_record(order_id), naive.order_record(order_id)
    for name in ("id", "party_id", "placed_us", "channel", "state"):
        assert got[name] == wanted[name], f"order {order_id}: {name}"
    assert got["lines"] + got["more"] == wanted["lines"], f"order {order_id}: lines"
    assert engine.order_state(order_id) == naive.order_state(order_id), f"order {order_id}"
