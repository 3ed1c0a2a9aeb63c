"""A copy of an engine, and one that came out of a pickle, is an engine of its own."""

import copy
import pickle
from collections.abc import Callable

import numpy as np
import pytest

from core._lend import Kept
from core.engine import Engine
from core.schema import COMMAND, Operation, State


def received(engine: Engine, units: int) -> None:
    """So many units of the only sku arrive."""
    command = np.zeros(1, COMMAND)
    command["id"] = engine.sequence + 1
    command["operation"] = Operation.RECEIVE
    command["quantity"] = units
    engine.execute(command)


def pickled(engine: Engine) -> Engine:
    """Through bytes and back."""
    made: Engine = pickle.loads(pickle.dumps(engine))  # noqa: S301  our own bytes
    return made


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_is_an_engine_of_its_own(copied: Callable[[Engine], Engine]) -> None:
    """What one executes, the other does not."""
    engine = Engine(1, 1)
    received(engine, 5)
    other = copied(engine)
    assert other.digest() == engine.digest()
    received(other, 7)
    received(engine, 1)
    assert engine.levels[0, 0, State.AVAILABLE] == 6
    assert other.levels[0, 0, State.AVAILABLE] == 12
    assert (engine.sequence, other.sequence) == (2, 2)


def test_addresses_are_not_copied() -> None:
    """Arrays that are kept for kernels lie where they lie."""
    kept: Kept = Engine(1, 1).kept
    with pytest.raises(TypeError, match="cannot be copied"):
        copy.copy(kept)
