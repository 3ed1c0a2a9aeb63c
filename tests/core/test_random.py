"""Engine against naive model on streams that nobody chose, in batches that nobody chose.

Every run can be had again: hypothesis runs derandomised (HYPOTHESIS_SEED=any explores), the long
runs print their seed, and STORETWIN_SEED sets it.
"""

import os
import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.engine import Engine
from core.journal import batch, chain_hash, header, replay
from core.schema import COMMAND, Flag, Kind, Operation, State, Status
from tests.core.auditor import Auditor
from tests.core.compare import assert_same, assert_same_shop, chain_ends, run_in_batches
from tests.core.naive import Naive
from tests.core.streams import stream

SKUS, LOCATIONS = 4, 2
JIT = os.environ.get("NUMBA_DISABLE_JIT", "0") == "0"
EXPLORE = "HYPOTHESIS_SEED" in os.environ
SEED = int(os.environ.get("STORETWIN_SEED", "20261121"))
LONG = 100_000 if JIT else 3_000

PROFILE = settings(
    max_examples=150 if JIT else 25,
    deadline=None,
    derandomize=not EXPLORE,
    print_blob=True,
)


@st.composite
def streams(draw: st.DrawFn) -> NDArray[Any]:
    """Up to forty commands about two skus whose numbers, times and references collide."""
    count = draw(st.integers(1, 40))
    c = np.zeros(count, COMMAND)
    small = st.integers(0, 12)
    now_us, first = 0, 1
    for at in range(count):
        operation = draw(st.sampled_from([*Operation, Operation.PLACE, Operation.SELL, 12]))
        again = draw(st.integers(0, 9)) == 0
        c[at]["id"] = draw(small) if again else at + 1
        linked = at > 0 and c[at - 1]["flags"] & Flag.LINKED
        first = first if linked else int(c[at]["id"])
        if not linked:
            now_us = max(0, now_us + draw(st.sampled_from([0, 0, 0, 1, 5, 30, -1])))
        c[at]["now_us"] = now_us + draw(st.sampled_from([0] * 20 + [1, -1]))
        ends = operation in (Operation.FULFIL, Operation.CANCEL)
        c[at]["order_id"] = draw(small) if ends else first
        c[at]["argument"] = draw(st.integers(0, 1)) if ends else draw(st.integers(-1, 20))
        c[at]["operation"] = operation
        c[at]["sku"] = draw(st.sampled_from([0, 0, 0, 1, 1, SKUS, -1]))
        c[at]["location"] = draw(st.sampled_from([0, 0, 0, 0, 1, LOCATIONS]))
        c[at]["quantity"] = draw(st.integers(-2, 9))
        c[at]["flags"] = draw(st.sampled_from([0, 0, 0, Flag.LINKED, Flag.ACCEPTED, 3]))
        c[at]["party_id"], c[at]["channel"], c[at]["reason"] = draw(small), at % 5, at % 7
    return c


@PROFILE
@given(commands=streams(), batching=st.randoms(use_true_random=False), remembered=st.integers(1, 9))
def test_short_streams(commands: NDArray[Any], batching: random.Random, remembered: int) -> None:
    """Whatever is asked, in whatever batches: the answers, events and state of the model."""
    ends = chain_ends(commands)
    cuts = [end for end in ends if batching.random() < 0.4]
    engine = Engine(SKUS, LOCATIONS, remembered_ids=remembered)
    told = run_in_batches(engine, commands, cuts)
    naive = Naive(SKUS, LOCATIONS, remembered)
    assert_same(told, naive.execute(commands), "the naive model")
    assert_same_shop(engine, naive)
    single = Engine(SKUS, LOCATIONS, remembered_ids=remembered)
    assert_same(run_in_batches(single, commands, ends), told, "a batch a chain")
    assert single.digest() == engine.digest()
    assert_identities(engine, *told)


def assert_identities(engine: Engine, answers: NDArray[Any], events: NDArray[Any]) -> None:
    """What holds in every shop at every time."""
    auditor = Auditor(engine.skus, engine.locations)
    auditor.hear(events)
    assert np.array_equal(auditor.levels, engine.levels)
    assert auditor.reserved == dict(engine.reservations()[["id", "quantity"]].tolist())
    for order_id in {order_id for order_id, _ in auditor.lines}:
        lines = engine.order(order_id)
        parts = ("unallocated", "allocated", "backordered", "fulfilled", "cancelled")
        assert np.array_equal(lines["ordered"], sum(lines[part] for part in parts))
        assert (lines["returned"] <= lines["fulfilled"]).all()
        for number, line in enumerate(lines):
            told = auditor.lines[order_id, number]
            assert all(line[part] == told[part] for part in ("ordered", *parts[1:], "amount_minor"))
    committed = sum(line["allocated"] for line in auditor.lines.values())
    assert engine.levels[:, :, State.COMMITTED].sum() == committed
    assert engine.levels[:, :, State.RESERVED].sum() == sum(auditor.reserved.values())
    assert int(answers["events"].sum()) == len(events)
    assert np.array_equal(answers["sequence"], np.arange(1, len(answers) + 1))


@pytest.mark.parametrize("run", range(2))
def test_a_long_stream(run: int) -> None:
    """Orders, carts and tills for a long time: model, batchings, auditor and journal agree."""
    seed = SEED + run
    print(f"seed {seed}, {LONG} commands")
    commands = stream(seed, LONG, SKUS, LOCATIONS)
    ends = chain_ends(commands)
    chosen = np.random.Generator(np.random.Philox(seed)).random(len(ends)) < 10.0 ** -(1 + run)
    cuts = [end for end, cut in zip(ends, chosen, strict=True) if cut]
    engine, single = (Engine(SKUS, LOCATIONS, remembered_ids=700) for _ in range(2))
    naive = Naive(SKUS, LOCATIONS, 700)
    told = run_in_batches(engine, commands, cuts)
    assert_same(told, naive.execute(commands), f"seed {seed}, the naive model")
    assert_same_shop(engine, naive)
    assert_same(run_in_batches(single, commands, ends), told, f"seed {seed}, a batch a chain")
    assert single.digest() == engine.digest()
    assert_identities(engine, *told)
    assert replay(written(commands, cuts)).digest() == engine.digest()
    assert set(told[1]["kind"]) == set(Kind), "the stream shows every kind of event"
    rare = {Status.CHAIN_OPEN, Status.RESERVATION_EXISTS, Status.ORDER_EXISTS}
    assert not JIT or set(told[0]["status"]) >= set(Status) - rare


def written(commands: NDArray[Any], cuts: list[int]) -> bytes:
    """Write the journal of *commands* in batches that end at *cuts*."""
    journal = header(SKUS, LOCATIONS, 700)
    previous = chain_hash(b"", journal)
    bounds = sorted({0, len(commands), *cuts})
    pieces = [journal]
    for start, stop in pairwise(bounds):
        pieces.append(batch(previous, start + 1, commands[start:stop]))
        previous = chain_hash(previous, pieces[-1])
    return b"".join(pieces)
