"""The yardstick of the benches plays by the same rules: a rival that cheats proves nothing."""

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.bench_engine import objects
from benchmarks.idiomatic import Shop
from benchmarks.idiomatic_records import Answer
from tests.core.compare import chain_ends
from tests.core.naive import Naive
from tests.core.streams import stream

TOLD = [
    *("sequence", "now_us", "order_id", "party_id", "amount_minor", "sku", "quantity"),
    *("location", "line", "kind", "channel", "reason"),
]


@pytest.mark.parametrize("seed", [4, 5])
def test_the_rival_answers_like_the_model(seed: int) -> None:
    """Same answers, same events, chains and replays included."""
    commands = stream(seed, 12_000)
    ends = chain_ends(commands)
    naive, shop = Naive(4, 2, 500), Shop(4, 2, 500)
    answers, events = naive.execute(commands[: ends[-1]])
    asked = objects(commands)
    given: list[Answer] = []
    for start, stop in pairwise([0, *ends]):
        given += shop.execute_chain(asked[start:stop])
    mine = [(each.sequence, each.status, each.original) for each in given]
    assert mine == answers[["sequence", "status", "original"]].tolist()
    told = [tuple(int(getattr(each, name)) for name in TOLD) for each in shop.events]
    assert told == events[TOLD].tolist()
    assert np.array_equal(
        [naive.levels()[place][0] for place in shop.levels],
        [level.available for level in shop.levels.values()],
    )
