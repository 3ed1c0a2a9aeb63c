"""Much at once: long queues, many ends in one command, and arenas that are always full."""

import os
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core import room
from core.engine import Engine
from core.schema import CHANNELS, COMMAND, PARTS_MAX, Kind, Operation, Status
from tests.core import tables
from tests.core.compare import assert_same, assert_same_shop, chain_ends, run_in_batches
from tests.core.naive.model import Naive
from tests.core.stories import USUAL, ShopKind
from tests.core.streams import told
from tests.core.test_random import JIT, assert_identities

Records = NDArray[Any]
SEED = int(os.environ.get("STORETWIN_SEED", "20261122"))
SIZES = {"remembered_ids": 300, "remembered_moves": 100}
KINDS = [
    USUAL,
    ShopKind(crowded=True),
    ShopKind(kits=0),
    ShopKind(kits=0, crowded=True),
    ShopKind(kits=0, crowded=True, spread=True),
    ShopKind(spread=True),
]
COUNT = 6000 if JIT else 800


def commands_of(*asked: dict[str, int]) -> Records:
    """Commands one after another; `times` says how often one is asked for."""
    rows = [each for each in asked for _ in range(each.get("times", 1))]
    commands = np.zeros(len(rows), COMMAND)
    commands["id"] = np.arange(1, len(rows) + 1)
    makes_line = [each["operation"] == Operation.PLACE for each in rows]
    commands["order_id"] = np.where(makes_line, commands["id"], 0)
    for command, each in zip(commands, rows, strict=True):
        for name in each.keys() - {"times"}:
            command[name] = each[name]
    return commands


def run(
    commands: Records, *, skus: int = 1, chain_by_chain: bool = False
) -> tuple[Engine, Records]:
    """Run *commands* on an engine and compare with the model; return engine and events."""
    engine, naive = Engine(skus, 1), Naive(skus, 1, 2**20, 2**16)
    cuts = chain_ends(commands) if chain_by_chain else []
    answers, events = run_in_batches(engine, commands, cuts)
    assert (answers["status"] == Status.OK).all()
    assert_same((answers, events), naive.execute(commands), "the naive model")
    assert_same_shop(engine, naive)
    return engine, events


def everybody_waits(sku: int = 0) -> list[dict[str, int]]:
    """A customer of each channel waits, and each channel may have ten units more than the last."""
    level = {"sku": sku}
    buffers = [
        level
        | {"operation": Operation.SET_BUFFER, "channel": channel, "quantity": 70 - 10 * channel}
        for channel in range(CHANNELS)
    ]
    waiting = [
        level | {"operation": Operation.PLACE, "channel": channel, "quantity": 10**7}
        for channel in range(CHANNELS)
    ]
    backorders = level | {"operation": Operation.SET_BACKORDER, "quantity": 2**31 - 1}
    return [backorders, *buffers, *waiting]


@pytest.mark.parametrize("chain_by_chain", [True, False])
def test_thousands_of_carts_end_at_once(*, chain_by_chain: bool) -> None:
    """Each gives its unit to somebody who waits for fifty thousand, all within one command."""
    carts = 6000 if JIT else 2000
    reserve = {"operation": Operation.RESERVE, "quantity": 1, "argument": 50}
    commands = commands_of(
        {"operation": Operation.SET_BACKORDER, "quantity": 10**6},
        {"operation": Operation.RECEIVE, "quantity": carts},
        reserve | {"times": carts},
        {"operation": Operation.PLACE, "quantity": 50_000},
        {"operation": Operation.EXPIRE, "now_us": 50},
    )
    _, events = run(commands, chain_by_chain=chain_by_chain)
    own = events[events["sequence"] == len(commands)]
    assert own["kind"].tolist() == carts * [Kind.EXPIRED, Kind.BACKORDER_FILLED]


def test_every_receipt_serves_every_channel() -> None:
    """Each channel gets what it may have, time and again, and nobody is done waiting."""
    receipts = 3000
    receive = {"operation": Operation.RECEIVE, "quantity": 100, "times": receipts}
    _, events = run(commands_of(*everybody_waits(), receive))
    assert (events["kind"] == Kind.BACKORDER_FILLED).sum() == CHANNELS * receipts


def test_every_end_of_a_cart_serves_every_channel() -> None:
    """In one command, in batches of one command."""
    carts = 3000 if JIT else 1500
    commands = commands_of(
        {"operation": Operation.RECEIVE, "quantity": 100 * carts},
        {"operation": Operation.RESERVE, "quantity": 100, "argument": 50, "times": carts},
        *everybody_waits(),
        {"operation": Operation.EXPIRE, "now_us": 50},
    )
    _, events = run(commands, chain_by_chain=True)
    assert (events["kind"] == Kind.BACKORDER_FILLED).sum() == CHANNELS * carts


def test_every_end_of_a_kit_serves_every_channel_of_its_parts() -> None:
    """Eight parts, eight channels: a cart ends and sixty-four customers get something."""
    carts = 150
    parts = range(PARTS_MAX)
    part = {"operation": Operation.SET_PART, "sku": PARTS_MAX, "quantity": 1}
    receive = {"operation": Operation.RECEIVE, "quantity": 100 * carts}
    reserve = {"operation": Operation.RESERVE, "sku": PARTS_MAX, "quantity": 100, "argument": 50}
    commands = commands_of(
        *(part | {"argument": each} for each in parts),
        *(receive | {"sku": each} for each in parts),
        reserve | {"times": carts},
        *(each for sku in parts for each in everybody_waits(sku)),
        {"operation": Operation.EXPIRE, "now_us": 50},
    )
    _, events = run(commands, skus=PARTS_MAX + 1, chain_by_chain=True)
    own = events[events["sequence"] == len(commands)]
    assert len(own) == carts * PARTS_MAX * (1 + CHANNELS)


@pytest.fixture
def full_arenas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every arena has room for what comes next and for nothing else."""
    for name in ("ROOM_MIN", "EVENTS_MIN", "CHAIN_ROOM_MIN"):
        monkeypatch.setattr(room, name, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_shop_of_any_kind(kind: ShopKind) -> None:
    """With kits and without, crowded, with numbers from anywhere: engine and model agree."""
    compare(kind, COUNT, every=7)


@pytest.mark.usefixtures("full_arenas")
@pytest.mark.parametrize(("kind", "every"), [*product(KINDS, (1, 50))])
def test_arenas_that_grow_at_every_step(kind: ShopKind, every: int) -> None:
    """However little room there is left, the next chain finds enough, or makes it."""
    compare(kind, COUNT // 2, every=every)


@pytest.mark.usefixtures("full_arenas")
def test_every_table_in_full_arenas() -> None:
    """What is told in the tables holds where every command needs new room."""
    for where, text, sizes in tables.every_table():
        print(where)
        tables.check(text, **sizes)


def compare(kind: ShopKind, count: int, *, every: int) -> None:
    """Tell a story of a kind of shop and run it in batches of *every* chains."""
    seed = SEED + KINDS.index(kind)
    print(f"seed {seed}")
    story = told(seed, count, 6, 3, kind, **SIZES)
    engine = Engine(6, 3, **SIZES)
    given_back = run_in_batches(engine, story.commands, chain_ends(story.commands)[::every])
    assert_same(given_back, (story.answers, story.events), "the naive model")
    assert_same_shop(engine, story.naive)
    assert_identities(engine, *given_back)
