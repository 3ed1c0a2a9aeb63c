"""The engine in C plays by the same rules: a rival that does less proves nothing.

It knows a shop without kits, buffers, lots and backorders; there it must be the engine, in every
answer, event and record.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.bench_engine import assert_same_shop
from benchmarks.native.build import NoCompilerError, compiler, library, vocabulary
from benchmarks.native.engine import NativeEngine
from core.engine import Engine
from core.schema import Kind, Status
from tests.benchmarks.colliding import (
    LOCATIONS,
    REMEMBERED_IDS,
    REMEMBERED_MOVES,
    SKUS,
    colliding,
)
from tests.core.compare import assert_same, chain_ends

Records = NDArray[Any]


@pytest.fixture
def _compiler() -> None:
    """Skip, with the reason, where C cannot be compiled."""
    try:
        compiler()
    except NoCompilerError as missing:
        pytest.skip(str(missing))


compiled = pytest.mark.usefixtures("_compiler")


def native() -> NativeEngine:
    """An empty shop in C that forgets soon."""
    return NativeEngine(
        SKUS, LOCATIONS, remembered_ids=REMEMBERED_IDS, remembered_moves=REMEMBERED_MOVES
    )


def in_batches(shop: NativeEngine, commands: Records, size: int) -> tuple[Records, Records]:
    """Execute *commands* in batches of about *size* that split no chain."""
    ends = chain_ends(commands)
    cuts = sorted({0, *ends[::size], ends[-1]})
    done = [shop.execute(commands[start:stop]) for start, stop in pairwise(cuts)]
    return np.concatenate([a for a, _ in done]), np.concatenate([e for _, e in done])


@compiled
@pytest.mark.parametrize("seed", [21, 22, 23])
def test_the_rival_in_c_is_the_engine(seed: int) -> None:
    """Same answers, events, levels, accounts, lines, orders, reservations and transfers."""
    commands = colliding(seed, 6_000)
    engine = Engine(
        SKUS, LOCATIONS, remembered_ids=REMEMBERED_IDS, remembered_moves=REMEMBERED_MOVES
    )
    rival = native()
    assert_same(rival.execute(commands), engine.execute(commands), f"seed {seed}")
    assert_same_shop(engine, rival)


@compiled
def test_batches_change_nothing_in_c_either() -> None:
    """Three chains at a time or all at once: the same."""
    commands = colliding(24, 3_000)
    commands = commands[: chain_ends(commands)[-1]]
    assert_same(in_batches(native(), commands, 3), native().execute(commands), "batches")


@compiled
def test_the_streams_reach_what_the_rules_can_say() -> None:
    """A stream that never meets a rule compares nothing: all statuses and events must occur."""
    done = [native().execute(colliding(seed, 20_000)) for seed in range(5)]
    statuses = set(np.concatenate([answers for answers, _ in done])["status"].tolist())
    kinds = set(np.concatenate([events for _, events in done])["kind"].tolist())
    of_others = {
        *(Status.NOT_IN_CHAIN, Status.ZONE_UNKNOWN, Status.STATE_UNKNOWN, Status.KIT_HAS_NO_STOCK),
        *(Status.TTL_NEGATIVE, Status.PARTY_NOT_POSITIVE, Status.DISPOSITION_UNKNOWN),
        *(Status.ACTION_UNKNOWN, Status.RESERVATION_NOT_OFFERED, Status.KIT_IN_USE),
        *(Status.KIT_NESTED, Status.KIT_FULL, Status.STEP_NOT_ALLOWED),
        *(Status.UNALLOCATED_INSUFFICIENT, Status.FULFILLED_INSUFFICIENT),
        *(Status.UNDECIDED_INSUFFICIENT, Status.STATE_INSUFFICIENT, Status.POINTS_INSUFFICIENT),
    }
    missing = set(Status) - of_others - statuses
    assert not missing, f"no command was answered {missing}"
    wanted = {kind for kind in Kind if kind <= Kind.SHORTAGE} | {
        *(Kind.TRANSFERRED, Kind.ARRIVED, Kind.TRANSFER_OVER, Kind.TRANSFER_SHORT)
    }
    assert kinds == wanted


def test_without_a_compiler_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to have a C compiler: whoever lacks one is told so."""
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(NoCompilerError, match="no-such-compiler"):
        library()


def test_the_vocabulary_is_not_written_twice() -> None:
    """Records and numbers of C are those of core.schema, whatever becomes of them."""
    header = vocabulary()
    assert "static_assert(sizeof(Command) == 64" in header
    assert f"STATUS_STOCK_INSUFFICIENT = {Status.STOCK_INSUFFICIENT}" in header
