"""Engine against naive model on streams that nobody chose, in batches that nobody chose.

Every run can be had again: hypothesis runs derandomised (HYPOTHESIS_SEED=any explores), the other
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
from core.journal import batch, chain_hash, header
from core.rebuild import replay
from core.schema import (
    ANY_LOCATION,
    COMMAND,
    FIRST_SETTING,
    LEVEL_MAX,
    Flag,
    Kind,
    Operation,
    State,
)
from tests.core.auditor import Auditor
from tests.core.compare import (
    assert_same,
    assert_same_shop,
    chain_ends,
    run_in_batches,
)
from tests.core.naive.model import Naive
from tests.core.stories import USUAL
from tests.core.streams import Told, told

SKUS, LOCATIONS = 6, 3
JIT = os.environ.get("NUMBA_DISABLE_JIT", "0") == "0"
EXPLORE = "HYPOTHESIS_SEED" in os.environ
SEED = int(os.environ.get("STORETWIN_SEED", "20261121"))
LONG = 40_000 if JIT else 2_500

PROFILE = settings(
    max_examples=150 if JIT else 40,
    deadline=None,
    derandomize=not EXPLORE,
    print_blob=True,
)
OPERATIONS = [*Operation, *(each for each in Operation if each < FIRST_SETTING), 36]


@st.composite
def streams(draw: st.DrawFn) -> NDArray[Any]:
    """Up to forty commands about two skus whose numbers, times and references collide."""
    count = draw(st.integers(1, 40))
    c = np.zeros(count, COMMAND)
    small = st.integers(0, 12)
    now_us, first = 0, 1
    for at in range(count):
        operation = draw(st.sampled_from(OPERATIONS))
        again = draw(st.integers(0, 9)) == 0
        c[at]["id"] = draw(small) if again else at + 1
        linked = at > 0 and c[at - 1]["flags"] & Flag.LINKED
        first = first if linked else int(c[at]["id"])
        if not linked:
            now_us = max(0, now_us + draw(st.sampled_from([0, 0, 0, 1, 5, 30, -1])))
        c[at]["now_us"] = now_us + draw(st.sampled_from([0] * 20 + [1, -1]))
        c[at]["occurred_us"] = max(0, now_us - draw(st.sampled_from([0, 0, 0, 1, 5, 20])))
        makes_line = operation in (Operation.PLACE, Operation.SELL)
        c[at]["order_id"] = first if makes_line else draw(small)
        c[at]["argument"] = draw(st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5, 9, 20, 40, 258, -1]))
        c[at]["operation"] = operation
        c[at]["sku"] = draw(st.sampled_from([0, 0, 0, 1, 1, 2, SKUS, -1]))
        c[at]["location"] = draw(st.sampled_from([0, 0, 0, 0, 1, ANY_LOCATION, LOCATIONS]))
        c[at]["location_to"] = draw(st.sampled_from([0, 1, 1, ANY_LOCATION, LOCATIONS]))
        c[at]["quantity"] = draw(st.integers(-1, 9))
        c[at]["flags"] = draw(st.sampled_from([0, 0, 0, 0, *Flag, 3]))
        c[at]["party_id"], c[at]["channel"] = draw(st.integers(0, 3)), at % 3
        c[at]["reason"] = draw(st.integers(0, 4))
    return c


@PROFILE
@given(commands=streams(), batching=st.randoms(use_true_random=False), memory=st.integers(1, 9))
def test_short_streams(commands: NDArray[Any], batching: random.Random, memory: int) -> None:
    """Whatever is asked, in whatever batches: the answers, events and state of the model."""
    ends = chain_ends(commands)
    cuts = [end for end in ends if batching.random() < 0.4]
    size = {"remembered_ids": memory, "remembered_moves": memory}
    engine = Engine(SKUS, LOCATIONS, **size)
    given_back = run_in_batches(engine, commands, cuts)
    naive = Naive(SKUS, LOCATIONS, **size)
    assert_same(given_back, naive.execute(commands), "the naive model")
    assert_same_shop(engine, naive)
    single = Engine(SKUS, LOCATIONS, **size)
    assert_same(run_in_batches(single, commands, ends), given_back, "a batch a chain")
    assert single.digest() == engine.digest()
    assert_identities(engine, *given_back)


@pytest.mark.parametrize("run", range(40 if JIT else 8))
def test_streams_that_make_sense(run: int) -> None:
    """Shops that live for some hundred commands, with little memory; chains cut by a batch too."""
    seed = SEED + 100 + run
    print(f"seed {seed}")
    memory = {"remembered_ids": 1 + run % 7 * 30, "remembered_moves": 1 + run % 5 * 9}
    story = told(seed, 350, SKUS, LOCATIONS, USUAL, **memory)
    compare(story, seed, **memory, every=1 + run % 9)


@pytest.mark.parametrize("run", range(2))
def test_a_long_stream(run: int) -> None:
    """All that a shop does for a long time: model, batchings, auditor and journal agree."""
    seed = SEED + run
    print(f"seed {seed}, {LONG} commands")
    memory = {"remembered_ids": 700, "remembered_moves": 300}
    story = told(seed, LONG, SKUS, LOCATIONS, USUAL, **memory)
    engine = compare(story, seed, **memory, every=10 ** (1 + run))
    cuts = chain_ends(story.commands)[:: 10 ** (1 + run)]
    journal = written(story.commands, cuts, **memory)
    assert replay(journal).digest() == engine.digest()
    assert not JIT or set(story.events["kind"]) == set(Kind), "the stream shows every kind"
    assert not JIT or len(set(story.answers["status"])) > 40, "the stream shows most refusals"


def compare(
    story: Told, seed: int, *, every: int, remembered_ids: int, remembered_moves: int
) -> Engine:
    """Run a story on engines: as it was told, in batches of *every* chains, and chain by chain.

    Returns:
        The engine that ran it in batches.
    """
    size = {"remembered_ids": remembered_ids, "remembered_moves": remembered_moves}
    ends = chain_ends(story.commands)
    engine, single = (Engine(SKUS, LOCATIONS, **size) for _ in range(2))
    given_back = run_in_batches(engine, story.commands, ends[::every])
    assert_same(given_back, (story.answers, story.events), f"seed {seed}, the naive model")
    assert_same_shop(engine, story.naive)
    apart = run_in_batches(single, story.commands, ends)
    assert_same(apart, given_back, f"seed {seed}, a batch a chain")
    assert single.digest() == engine.digest()
    assert_identities(engine, *given_back)
    return engine


def assert_identities(engine: Engine, answers: NDArray[Any], events: NDArray[Any]) -> None:
    """What holds in every shop at every time."""
    assert int(answers["events"].sum()) == len(events)
    assert np.array_equal(answers["sequence"], np.arange(1, len(answers) + 1))
    on_hand = engine.levels[:, :, : State.INCOMING].sum(axis=2)
    assert np.array_equal(on_hand.sum(axis=0), -engine.accounts.sum(axis=1))
    assert (abs(on_hand) <= LEVEL_MAX).all()
    assert (engine.levels[:, :, State.COMMITTED :] >= 0).all()
    auditor = Auditor(engine.skus, engine.locations)
    auditor.hear(events)
    assert np.array_equal(
        auditor.levels[:, :, : State.INCOMING], engine.levels[:, :, : State.INCOMING]
    )
    assert np.array_equal(auditor.accounts, engine.accounts)
    assert set(auditor.carts()) == set(engine.reservations()["id"].tolist())
    committed = sum(line["allocated"] for line in auditor.lines.values())
    assert engine.levels[:, :, State.COMMITTED].sum() == committed
    for order_id in {order_id for order_id, _ in auditor.lines}:
        assert_order_identities(engine.order(order_id))
        assert_order_told(engine.order(order_id), auditor)


def assert_order_identities(lines: NDArray[Any]) -> None:
    """Units and money of every line add up; money goes only with units."""
    still = sum(lines[part] for part in ("unallocated", "allocated", "backordered"))
    assert np.array_equal(lines["ordered"], still + lines["fulfilled"] + lines["cancelled"])
    assert (lines["returned"] <= lines["fulfilled"]).all()
    assert (lines["undecided"] <= lines["returned"]).all()
    assert (lines["fenced"] <= lines["allocated"]).all()
    done = lines["fulfilled_minor"] + lines["cancelled_minor"]
    assert (done <= lines["amount_minor"]).all()
    assert (done == lines["amount_minor"])[still == 0].all()
    assert (lines["refunded_minor"] <= lines["fulfilled_minor"]).all()
    all_back = lines["returned"] == lines["fulfilled"]
    assert (lines["refunded_minor"] == lines["fulfilled_minor"])[all_back & (still == 0)].all()


def assert_order_told(lines: NDArray[Any], auditor: Auditor) -> None:
    """The events tell of every line; which line a rerouted unit came from they do not tell."""
    order_id = int(lines[0]["order_id"])
    heard = [auditor.lines[order_id, number] for number in range(len(lines))]
    same = ("allocated", "fulfilled", "cancelled", "returned")
    money = ("fulfilled_minor", "cancelled_minor", "refunded_minor")
    for line, parts in zip(lines, heard, strict=True):
        assert all(line[name] == parts[name] for name in (*same, *money))
    # A line that was rerouted has counted those units, and their money, before.
    split = lines[: len(lines)]["number"] != lines["split_from"]
    if not split.any():
        waiting = lines["unallocated"] + lines["backordered"]
        assert waiting.tolist() == [parts["waiting"] for parts in heard]
        assert lines["amount_minor"].tolist() == [parts["amount_minor"] for parts in heard]


def written(commands: NDArray[Any], cuts: list[int], **memory: int) -> bytes:
    """Write the journal of *commands* in batches that end at *cuts*."""
    journal = header(SKUS, LOCATIONS, **memory)
    previous = chain_hash(b"", journal)
    bounds = sorted({0, len(commands), *cuts})
    pieces = [journal]
    for start, stop in pairwise(bounds):
        pieces.append(batch(previous, start + 1, commands[start:stop]))
        previous = chain_hash(previous, pieces[-1])
    return b"".join(pieces)
