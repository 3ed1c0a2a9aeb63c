"""Memory is asked for before it is needed: a shop whose arenas are full to the last row goes on."""

# ruff: noqa: E501 - a row of a table cannot be broken.

import numpy as np
import pytest

from core.engine import Engine
from core.kernels.tables import Meta
from core.room import APPENDED, free_room, wider_scratch
from tests.core import tables
from tests.core.compare import assert_same, chain_ends, run_in_batches

OPENING = """
    # operation    at sku part location order cart paper party ttl end to line quantity answer
    set_part        0   3    0        _     _    _     _     _   _   _  _    _        1 ok
    set_part        0   3    1        _     _    _     _     _   _   _  _    _        2 ok
    set_part        0   3    2        _     _    _     _     _   _   _  _    _        1 ok
    set_backorder   0   4    _        0     _    _     _     _   _   _  _    _       99 ok
    receive         0   0    _        0     _    _     _     _   _   _  _    _        9 ok
    receive         0   0    _        1     _    _     _     _   _   _  _    _        9 ok
    receive         0   0    _        2     _    _     _     _   _   _  _    _        9 ok
    receive         0   1    _        0     _    _     _     _   _   _  _    _        9 ok
    receive         0   1    _        1     _    _     _     _   _   _  _    _        9 ok
    receive         0   1    _        2     _    _     _     _   _   _  _    _        9 ok
    receive         0   2    _        0     _    _     _     _   _  30  _    _        9 ok
    receive         0   2    _        1     _    _     _     _   _  30  _    _        9 ok
    receive         0   2    _        2     _    _     _     _   _  30  _    _        9 ok
    reserve         0   3    _        0     _    _     _     _  40   _  _    _        1 ok
    reserve         0   3    _        1     _    _     _     _  40   _  _    _        1 ok
    reserve         0   0    _        1     _    _     _     _  40   _  _    _        1 ok
    earn            0   _    _        _     _    _     _     7  40   _  _    _        5 ok
    place           0   4    _        0     _    _     _     _   _   _  _    _        3 ok
    place           0   4    _        0     _    _     _     _   _   _  _    _        3 ok
    place           0   0    _        0     _    _     _     _   _   _  _    _        3 ok
"""
HEAVY = """
    place           1   3    _      any     _    _     _     _   _   _  0    _        6 ok
    + place         1   3    _      any     _    _     _     _   _   _  0    _        1 ok
    + place         1   0    _      any     _    _     _     _   _   _  0    _        9 ok
    place           1   1    _      any     _    _     _     _   _   _  0    _        2 ok
    + pick          1   _    _        _    21    _     _     _   _   _  _    0        0 chain_broken
    + reroute       1   _    _        _    21    _     _     _   _   _  any  0        1 stock_insufficient
    sell            1   3    _        0     _    _     _     _   _   _  _    _        2 chain_broken
    sell            1   3    _        0     _    _     _     _   _   _  _    _        2 ok
    expire         35   _    _        _     _    _     _     _   _   _  _    _        _ ok
    expire         45   _    _        _     _    _     _     _   _   _  _    _        _ ok
    receive        45   4    _        0     _    _     _     _   _   _  _    _        6 ok
"""


def shop(left: int, chain: int) -> Engine:
    """A shop that has opened, with room for *left* more in its arenas and for such a chain."""
    engine = Engine(6, 3)
    run_in_batches(engine, tables.parse(OPENING).commands, [])
    t = engine.tables
    cut = {
        name: getattr(t, name)[: int(t.meta[used]) + 1 + left] for name, used in APPENDED.items()
    }
    cut["due"] = t.due[: int(t.meta[Meta.DUE]) + left]
    cut |= wider_scratch(t, chain)
    t = t._replace(**{name: np.ascontiguousarray(array) for name, array in cut.items()})
    t.meta[Meta.ROOM] = free_room(t)
    assert t.meta[Meta.ROOM] == left
    engine.adopt(t)
    return engine


@pytest.mark.parametrize("left", [0, 1, 2, 3, 5, 8, 40])
def test_no_matter_how_little_is_left(left: int) -> None:
    """Kits and orders that are split, ends of lots, carts and grants, chains: all find room."""
    opened = len(tables.parse(OPENING).commands)
    table = tables.parse(OPENING + HEAVY)
    commands = table.commands[opened:]
    roomy, tight = shop(5000, 5000), shop(left, 1 + left)
    ends = chain_ends(commands)
    wanted = run_in_batches(roomy, commands, [])
    tables.expect_rows(tables.Table(commands, table.rows[opened:]), *wanted)
    assert_same(run_in_batches(tight, commands, []), wanted, "in one batch")
    assert tight.digest() == roomy.digest()
    apart = shop(left, 1 + left)
    assert_same(run_in_batches(apart, commands, ends), wanted, "a batch a chain")
    assert apart.digest() == roomy.digest()
