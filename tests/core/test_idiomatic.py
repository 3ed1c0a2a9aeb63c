"""The yardstick of the benches plays by the same rules: a rival that cheats proves nothing.

It knows a shop without kits, buffers, lots and backorders; there it must be the engine.
"""

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.bench_engine import objects
from benchmarks.idiomatic import Shop
from benchmarks.idiomatic.records import Answer
from core.engine import Engine
from core.schema import State
from tests.benchmarks.colliding import (
    LOCATIONS,
    REMEMBERED_IDS,
    REMEMBERED_MOVES,
    SKUS,
    colliding,
)
from tests.core.compare import chain_ends

ANSWERED = ["sequence", "available", "status", "original", "events"]
TOLD = [
    *("sequence", "now_us", "order_id", "party_id", "amount_minor", "sku", "quantity", "location"),
    *("location_to", "line", "kind", "channel", "reason", "state_from", "state_to"),
]
STATES = [State.AVAILABLE, State.COMMITTED, State.RESERVED, State.INCOMING]


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_the_rival_answers_like_the_engine(seed: int) -> None:
    """Same answers, same events, same stock and accounts; chains, replays and late counts too."""
    commands = colliding(seed, 5_000)
    ends = chain_ends(commands)
    commands = commands[: ends[-1]]
    engine = Engine(
        SKUS, LOCATIONS, remembered_ids=REMEMBERED_IDS, remembered_moves=REMEMBERED_MOVES
    )
    shop = Shop(SKUS, LOCATIONS, REMEMBERED_IDS, REMEMBERED_MOVES)
    answers, events = engine.execute(commands)
    asked = objects(commands)
    given: list[Answer] = []
    for start, stop in pairwise([0, *ends]):
        given += shop.execute_chain(asked[start:stop])
    mine = [tuple(int(getattr(each, name)) for name in ANSWERED) for each in given]
    assert mine == answers[ANSWERED].tolist()
    told = [tuple(int(getattr(each, name)) for name in TOLD) for each in shop.events]
    assert told == events[TOLD].tolist()
    for (location, sku), level in shop.levels.items():
        wanted = [level.available, level.committed, level.reserved, level.incoming]
        assert engine.levels[location, sku, STATES].tolist() == wanted
    accounts = [(a.supplier, a.customer, a.correction, a.in_transit) for a in shop.accounts]
    assert np.array_equal(engine.accounts, accounts)
