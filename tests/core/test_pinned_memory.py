"""What lies in memory before anybody wrote there, and what lies there still, changes nothing."""

from typing import Any

import numpy as np
import pytest

from core import room
from core.engine import Engine
from core.kernels.tables import FIRST_TURN, LAST_TURN, Meta
from core.room import unwritten
from core.schema import COMMAND, Operation, Status
from tests.core.compare import assert_same
from tests.core.streams import stream

SEED = 20_261_122


@pytest.mark.parametrize("seed", range(SEED, SEED + 4))
def test_rules_write_a_row_before_they_read_of_it(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine whose arenas hold 165 in each byte at first answers like any other."""
    commands = stream(seed, 3_000)
    clean = Engine(6, 3)
    answers, events = clean.execute(commands)

    def littered(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:  # noqa: ANN401
        array = unwritten(shape, dtype)
        array.view(np.uint8)[...] = 165
        return array

    monkeypatch.setattr(room, "unwritten", littered)
    engine = Engine(6, 3)
    assert_same(engine.execute(commands), (answers, events), f"seed {seed}")
    assert engine.tables.lines["ordered"][-1] != 0, "nothing was littered"
    assert engine.digest() == clean.digest(), f"seed {seed}"


@pytest.mark.parametrize("left", [1, 2, 3, 4, 5])
def test_turns_begin_again(left: int) -> None:
    """When the numbers of turns run out, the same ids are known as ever."""
    commands = np.zeros(60, COMMAND)
    commands["operation"] = Operation.RECEIVE
    commands["quantity"] = 1
    # Each id comes again one, two, three and more commands later.
    commands["id"] = [1 + at - at % 7 // 2 * (at % 3) for at in range(60)]
    worn, fresh = (Engine(1, 1, remembered_ids=3) for _ in range(2))
    worn.tables.meta[Meta.TURN] = LAST_TURN - left
    answers, events = fresh.execute(commands)
    assert {Status.OK, Status.ID_REPLAYED} == set(answers["status"].tolist())
    assert_same(worn.execute(commands), (answers, events), "worn and fresh")
    assert worn.tables.meta[Meta.TURN] < LAST_TURN - left, "turns did not begin again"
    assert fresh.tables.meta[Meta.TURN] > FIRST_TURN
    assert worn.digest() == fresh.digest()


@pytest.mark.parametrize("left", range(5))
def test_turns_that_come_again_bring_nothing_back(left: int) -> None:
    """Who was known when the numbers ran out is not known when they come there a second time."""
    commands = np.zeros(12, COMMAND)
    commands["operation"] = Operation.RECEIVE
    commands["quantity"] = 1
    commands["id"] = range(1, 13)
    engine = Engine(1, 1, remembered_ids=3)
    engine.tables.meta[Meta.TURN] = LAST_TURN - 2
    engine.execute(commands)
    assert engine.tables.meta[Meta.TURN] < LAST_TURN - 2, "turns did not begin again"
    engine.tables.meta[Meta.TURN] = LAST_TURN - left  # as if 65,000 had passed
    answers, _ = engine.execute(commands)
    assert set(answers["status"].tolist()) == {Status.OK}


def test_ids_that_crowd_are_known_and_others_are_not() -> None:
    """A generation that fills every other place of its table leaves room for each search to end."""
    commands = np.zeros(33, COMMAND)
    commands["operation"] = Operation.RECEIVE
    commands["quantity"] = 1
    commands["id"] = range(2, 68, 2)
    engine = Engine(1, 1, remembered_ids=32)
    assert engine.tables.known.shape[1] == 64
    first, _ = engine.execute(commands)
    again, _ = engine.execute(commands)
    assert set(first["status"].tolist()) == {Status.OK}
    assert set(again["status"].tolist()) == {Status.ID_REPLAYED}
