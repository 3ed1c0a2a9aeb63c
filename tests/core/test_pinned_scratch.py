"""What a chain writes down so that it can be taken back: nothing alone, and not a row too much."""

import pytest

from core._lend import Kept
from core.engine import Engine
from core.kernels.tables import Meta, sample_tables
from core.room import wider_scratch
from core.schema import Status
from tests.core import tables
from tests.core.compare import run_in_batches

OPENING = """
    # operation     id sku order to paper party ttl reason flags quantity answer
    set_backorder    1   1     _  _     _     _   _ _      _            9 ok
    receive          2   0     _  _     _     _   _ _      _          900 ok
    place            3   0     _  _     _     _   _ _      _            5 ok
    reserve          4   0     _  _     _     _  90 _      _            1 ok
    transfer         5   0     _  1     _     _   _ _      _          200 ok
    earn             6   _     _  _     _     7   0 _      _           90 ok
    arrive           7   _     _  _     5     _   _ _      _           40 ok
    place            8   0     _  _     _     _   _ _      _           30 ok
    pick             9   _     8  _     0     _   _ _      _            0 ok
"""
SINGLES = """
    hold             _   _     3  _     0     _   _ _      _            _ ok
    resume           _   _     3  _     0     _   _ _      _            _ ok
    hold_order       _   _     3  _     _     _   _ _      _            _ ok
    resume_order     _   _     3  _     _     _   _ _      _            _ ok
    extend           _   _     4  _     _     _  95 _      _            _ ok
    arrive           _   _     _  _     5     _   _ _      _            1 ok
    burn             _   _     _  _     _     7   _ _      _            1 ok
"""


def shop(opening: str, chain: int) -> Engine:
    """A shop that has opened, with place to take back a chain of this weight and no more."""
    engine = Engine(3, 2)
    commands = tables.parse(opening).commands
    run_in_batches(engine, commands, [])
    # Not `adopt`, which begins with a small buffer of events: growing that grows the scratch too.
    engine.tables = engine.tables._replace(**wider_scratch(engine.tables, chain))
    engine.kept = Kept(engine.tables, sample_tables)
    return engine


def test_commands_alone_write_nothing_down() -> None:
    """A thousand of them need no more place than one."""
    engine = shop(OPENING, 1)
    table = tables.parse(OPENING + 40 * SINGLES)
    opened = len(tables.parse(OPENING).commands)
    told = run_in_batches(engine, table.commands[opened:], [])
    tables.expect_rows(tables.Table(table.commands, table.rows[opened:]), *told)
    assert engine.tables.meta[Meta.CHAIN_ROOM] == 1


STEPS = """
    + hold_order     _   _     3  _     _     _   _ _      _            _ chain_broken
    + resume_order   _   _     3  _     _     _   _ _      _            _ chain_broken
"""
DETOUR = """
    + reroute        _   _     8  1     0     _   _ _      _            1 chain_broken
"""
MORE_TIME = """
    + extend         _   _     4  _     _     _  95 _      _            _ chain_broken
"""
EARNED = """
    + earn           _   _     _  _     _     7   0 _      _            5 chain_broken
"""
SPENT = """
    + burn         100   _     _  _     _     7   _ _      _           90 chain_broken
"""
GIVEN_BACK = """
    + reverse        _   _     _  _   100     _   _ _      _            1 chain_broken
"""
SPENT_AGAIN = """
    + burn           _   _     _  _     _     7   _ _      _           20 chain_broken
"""
POINTS = SPENT + 20 * GIVEN_BACK + SPENT_AGAIN
BREAKS = """
    fulfil           _   _     3  _     0     _   _ _      _            6 allocated_insufficient
"""


@pytest.mark.parametrize(
    "chain",
    [10 * STEPS, 20 * DETOUR, 20 * MORE_TIME, 20 * EARNED, POINTS, POINTS + MORE_TIME],
    ids=["orders", "lines and orders", "carts", "parties", "papers", "a cart behind papers"],
)
def test_the_longest_chain_that_can_be_taken_back(chain: str) -> None:
    """Each of its commands saves what it changes, and all of it comes back."""
    table = tables.parse(OPENING + chain + BREAKS)
    opened = len(tables.parse(OPENING).commands)
    untouched = shop(OPENING, 1)
    listed = int(untouched.tables.meta[Meta.LISTED])
    weight = len(table.commands) - opened + listed
    engine = shop(OPENING, weight)
    told = run_in_batches(engine, table.commands[opened:], [])
    tables.expect_rows(tables.Table(table.commands, table.rows[opened:]), *told)
    assert engine.tables.meta[Meta.CHAIN_ROOM] == weight, "the chain found more place"
    for read in (Engine.documents, Engine.reservations, Engine.parties):
        assert read(engine).tobytes() == read(untouched).tobytes()
    assert engine.order_record(3) == untouched.order_record(3)
    assert engine.order(8).tobytes() == untouched.order(8).tobytes()
    assert engine.levels.tolist() == untouched.levels.tolist()
    again, _ = engine.execute(tables.parse(OPENING).commands)
    assert set(again["status"].tolist()) == {Status.ID_REPLAYED}
