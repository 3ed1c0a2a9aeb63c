"""Tables that are found by id hold what was put there, and ids stay known across versions."""

import numpy as np
import pytest

from core.kernels.finding import fingerprint, remove, slot
from core.records import RESERVATION
from core.schema import COMMAND

SEED = 20261122
PRINTS = [0, 1674761637, 1357890091]


@pytest.mark.parametrize("run", range(6))
def test_a_table_is_a_dictionary(run: int) -> None:
    """Half full of ids that crowd one place and run over its end: each is found until it goes."""
    seed = SEED + run
    print(f"seed {seed}")
    draw = np.random.Generator(np.random.Philox(seed))
    table = np.zeros(64, RESERVATION)
    ids = draw.choice(np.arange(1, 400), 48, replace=False)
    if run % 2:  # all of them look for the last place first
        ids = np.array([each for each in range(1, 20_000) if slot(table, each) == 63][:48])
    held: dict[int, int] = {}
    for _ in range(600):
        key = int(ids[draw.integers(len(ids))])
        at = slot(table, key)
        assert int(table[at]["id"]) == (key if key in held else 0)
        if key in held:
            with np.errstate(over="ignore"):  # places are subtracted around the table's end
                remove(table, np.uint64(at))
            del held[key]
        elif len(held) < 32:
            table[at]["id"], held[key] = key, int(draw.integers(1000))
            table[at]["quantity"] = held[key]
        found = {each: int(table[slot(table, each)]["quantity"]) for each in held}
        assert found == held
        assert np.count_nonzero(table["id"]) == len(held)


def test_eight_ids_in_a_row_lie_side_by_side() -> None:
    """They are looked up together: one stretch of memory, in order."""
    empty = np.zeros(1024, RESERVATION)
    for first in (8, 4096, 2**40 + 8):
        places = [int(slot(empty, first + each)) for each in range(8)]
        assert places == list(range(places[0], places[0] + 8))
        assert places[0] % 8 == 0


def test_ids_are_known_again_by_later_versions() -> None:
    """A snapshot keeps fingerprints: the same body must have the same one for ever."""
    commands = np.zeros(3, COMMAND)
    commands[1] = (7, 3, 5, 4, 2, 1, 9, 8, 6, 1, 22, 1, 3, 2)
    for at, name in enumerate(COMMAND.names or ()):
        commands[2][name] = -1 - at if np.issubdtype(COMMAND[name], np.signedinteger) else 250 - at
    assert [int(fingerprint(command)) for command in commands] == PRINTS


def test_whatever_is_changed_changes_the_fingerprint() -> None:
    """Every bit of a body counts, and nothing of an id or a time does."""
    command = np.zeros(1, COMMAND)
    for name in COMMAND.names or ():
        bits = 8 * COMMAND[name].itemsize
        for bit in range(bits):
            changed = command.copy()
            number = np.array([1 << bit], np.uint64).astype(f"u{bits // 8}")
            changed[name] = number.view(COMMAND[name])
            same = fingerprint(changed[0]) == fingerprint(command[0])
            assert same == (name in ("id", "now_us", "occurred_us"))
            assert int(fingerprint(changed[0])) < 2**32
