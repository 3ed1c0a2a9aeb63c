"""A number is known again with its body: the same command is a replay, any other is refused."""

import os
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.engine import Engine
from core.schema import COMMAND, Flag, Status

Records = NDArray[Any]
SEED = int(os.environ.get("STORETWIN_SEED", "20261122"))
COUNT = 4000
BODY = [name for name in COMMAND.names or () if name not in ("id", "now_us", "occurred_us")]


def commands(dice: np.random.Generator) -> Records:
    """Commands as shops send them: small numbers, of which many are alike."""
    drawn = np.zeros(COUNT, COMMAND)
    drawn["id"] = np.arange(1, COUNT + 1)
    for name in BODY:
        low, high = (-2, 9) if np.issubdtype(COMMAND[name], np.signedinteger) else (0, 9)
        drawn[name] = dice.integers(low, high, COUNT)
    drawn["flags"] &= ~int(Flag.LINKED) & 0xFF
    return drawn


def moved(number: int, kind: np.dtype[Any], by: int) -> int:
    """A number of a field, some more or less, around the end of its range."""
    bounds = np.iinfo(kind)
    return (number + by - bounds.min) % (bounds.max - bounds.min + 1) + bounds.min


def changed_in_one(dice: np.random.Generator, command: np.void) -> None:
    """One field is a little or far away from what it was, or one bit of it is."""
    name = BODY[dice.integers(len(BODY))]
    bits = 8 * COMMAND[name].itemsize
    by = (1, -1, 256, 1 << int(dice.integers(bits)))[dice.integers(4)]
    command[name] = moved(int(command[name]), COMMAND[name], 2 * by if name == "flags" else by)


def changed_in_two(dice: np.random.Generator, command: np.void) -> None:
    """Two fields have changed against each other, or have traded places."""
    one, other = (BODY[at] for at in dice.permutation(len(BODY))[:2])
    by = int(dice.integers(1, 9)) * (2 if "flags" in (one, other) else 1)
    if dice.random() < 0.5 and 0 <= command[one] != command[other] >= 0:
        command[one], command[other] = int(command[other]), int(command[one])
    else:
        command[one] = moved(int(command[one]), COMMAND[one], by)
        command[other] = moved(int(command[other]), COMMAND[other], -by)


@pytest.mark.parametrize("run", range(4))
def test_whatever_is_changed_is_another_command(run: int) -> None:
    """One field or two, by little or much: no command is taken for one that it resembles."""
    seed = SEED + run
    print(f"seed {seed}")
    dice = np.random.Generator(np.random.Philox(seed))
    first = commands(dice)
    again = first.copy()
    for command in again:
        (changed_in_one if dice.random() < 0.3 else changed_in_two)(dice, command)
    again["flags"] &= ~int(Flag.LINKED) & 0xFF
    same = np.logical_and.reduce([first[name] == again[name] for name in BODY])
    assert same.mean() < 0.1, "nearly every command has changed"
    engine = Engine(3, 2)
    engine.execute(first)
    wanted = np.where(same, Status.ID_REPLAYED, Status.ID_REUSED)
    assert np.array_equal(engine.execute(again)[0]["status"], wanted)
    first["now_us"], first["occurred_us"] = 7, 5
    assert (engine.execute(first)[0]["status"] == Status.ID_REPLAYED).all()
