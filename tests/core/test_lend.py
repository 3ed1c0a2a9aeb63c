"""Arrays handed to kernels by address are the arrays themselves."""

from typing import Any, NamedTuple

import numpy as np
import pytest

from core._jit import jit, part
from core._lend import Kept, lent, recaller
from core.kernels.tables import Array, Int

PAIR = np.dtype([("wide", "i8"), ("small", "i4"), ("tiny", "u1")], align=True)


class Shelf(NamedTuple):
    """Arrays of one, two and three dimensions, of numbers and of records."""

    numbers: Any
    table: Any
    cube: Any
    pairs: Any


def shelf() -> Shelf:
    """Every entry another number."""
    pairs = np.zeros(5, PAIR)
    pairs["wide"], pairs["small"], pairs["tiny"] = np.arange(5) << 40, np.arange(5) + 7, 3
    return Shelf(
        np.arange(4, dtype=np.int64),
        np.arange(6, dtype=np.int64).reshape(2, 3),
        np.arange(24, dtype=np.int64).reshape(2, 3, 4),
        pairs,
    )


recall = recaller(shelf)


@part
def mark(s: Array) -> Int:
    """Read one entry of each array and write one back."""
    found = s.numbers[3] + 10 * s.table[1, 2] + 100 * s.cube[1, 2, 3]
    found += 1000 * s.pairs[4]["small"] + s.pairs[2]["wide"] + len(s.numbers) * s.pairs[0]["tiny"]
    s.cube[0, 1, 2] = -5
    s.pairs[1]["small"] = -6
    return found


@jit
def by_address(address: Int) -> Int:
    """What `mark` finds in kept arrays."""
    return mark(recall(address))


@jit
def by_value(s: Array) -> Int:
    """What `mark` finds in lent arrays; lending twice changes nothing."""
    return mark(lent(lent(s)))


EXPECTED = 3 + 50 + 2300 + 11_000 + (2 << 40) + 12


def test_kept_arrays_are_read_and_written_in_place() -> None:
    """A kernel that takes an address works on the caller's own arrays, whatever their shape."""
    mine = shelf()
    kept = Kept(mine, shelf)
    assert by_address(kept.address) == EXPECTED
    assert (mine.cube[0, 1, 2], mine.pairs[1]["small"]) == (-5, -6)
    mine.numbers[3] += 1
    assert by_address(kept.address) == EXPECTED + 1


def test_lent_arrays_are_read_and_written_in_place() -> None:
    """A kernel that lends its argument on works on the caller's own arrays."""
    mine = shelf()
    assert by_value(mine) == EXPECTED
    assert (mine.cube[0, 1, 2], mine.pairs[1]["small"]) == (-5, -6)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("numbers", np.zeros(4, np.int32)),
        ("table", np.zeros(6, np.int64)),
        ("cube", np.zeros((4, 3, 2), np.int64).T),
        ("pairs", np.zeros(10, PAIR)[::2]),
    ],
)
def test_what_kernels_were_not_compiled_for_is_not_kept(name: str, wrong: Array) -> None:
    """Another type, another number of dimensions or an array with gaps never gets an address."""
    kernels_are_compiled = by_address.__class__.__name__ != "function"
    if not kernels_are_compiled:
        pytest.skip("plain Python takes the tuple itself")
    with pytest.raises(AssertionError, match=name):
        Kept(shelf()._replace(**{name: wrong}), shelf)
