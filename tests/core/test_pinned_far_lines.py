"""Orders of more lines than an event can name: from the last number on they share it."""

import pytest

from core.engine import Engine
from core.kernels.finding import slot
from core.kernels.tables import Meta
from core.schema import Kind
from tests.core import tables
from tests.core.compare import run_in_batches

LAST = 65_535
NUMBERS = [LAST - 1, LAST, LAST + 1, LAST + 2]
OPENING = """
    # operation    id sku location to order line paper reason              quantity answer
    set_backorder   1   0        0  _     _    _     _ _                          9 ok
    receive         2   0        0  _     _    _     _ _                          9 ok
    receive         3   0        1  _     _    _     _ _                          9 ok
    place           4   0        0  _     _    _     _ _                         12 ok
    sell            5   0        1  _     _    _     _ _                          2 ok
"""


def opened() -> Engine:
    """A shop that has opened."""
    engine = Engine(1, 2)
    table = tables.parse(OPENING)
    tables.expect_rows(table, *run_in_batches(engine, table.commands, []))
    return engine


def told(engine: Engine, text: str) -> list[tuple[Kind, int]]:
    """Kind and line of the events about an order, when a shop that has opened runs a table."""
    table = tables.parse(OPENING + text)
    first = len(tables.parse(OPENING).commands)
    answers, events = run_in_batches(engine, table.commands[first:], [])
    tables.expect_rows(tables.Table(table.commands, table.rows[first:]), answers, events)
    return [(Kind(each["kind"]), int(each["line"])) for each in events if each["kind"] in ABOUT]


ABOUT = [
    *(Kind.BACKORDER_FILLED, Kind.WORKED, Kind.PICKED, Kind.SHORT_PICKED, Kind.REROUTED),
    *(Kind.FULFILLED, Kind.CANCELLED, Kind.RETURNED, Kind.DISPOSED),
    *(Kind.PLACED, Kind.BACKORDERED, Kind.SOLD),
]


@pytest.mark.parametrize("number", NUMBERS)
def test_whatever_befalls_a_far_line(number: int) -> None:
    """Every event about it names its number, as far as there are such numbers."""
    engine = opened()
    t = engine.tables
    for order_id in (4, 5):  # as if so many lines stood before
        order = t.orders[slot(t.orders, order_id)]
        t.lines[order["first_line"]]["number"] = number
        order["first_line"] -= number
        order["lines"] += number
    events = told(
        engine,
        f"""
        receive        10   0        0  _     _ _        _ _                          1 ok
        hold           11   _        _  _     4 {number} _ _                          _ ok
        resume         12   _        _  _     4 {number} _ _                          _ ok
        pick           13   _        _  _     4 {number} _ _                          8 ok
        reroute        14   _        _  1     4 {number} _ _                          1 ok
        cancel         15   _        _  _     4 {number} _ _                          3 ok
        fulfil         16   _        _  _     4 {number} _ _                          8 ok
        return         17   _        1  _     5 {number} _ processing_required        2 ok
        dispose        18   _        _  _     _ _       17 restocked                  1 ok
        """,
    )
    here, behind = min(number, LAST), min(number + 1, LAST)
    assert events == [
        (Kind.BACKORDER_FILLED, here),
        (Kind.WORKED, here),
        (Kind.WORKED, here),
        (Kind.PICKED, here),
        (Kind.SHORT_PICKED, here),
        (Kind.REROUTED, behind),
        (Kind.CANCELLED, here),
        (Kind.FULFILLED, here),
        (Kind.RETURNED, here),
        (Kind.DISPOSED, here),
    ]


@pytest.mark.parametrize("number", NUMBERS)
def test_far_lines_as_they_are_made(number: int) -> None:
    """Placed, sold, or waiting from the first."""
    engine = opened()
    t = engine.tables
    order = t.orders[slot(t.orders, 10)]
    order["id"] = 10
    order["first_line"] = 2**40  # later than the chain that goes on with it
    order["lines"] = number
    t.meta[Meta.ORDERS] += 1
    events = told(
        engine,
        """
        + place        10   0        1  _     _ _        _ _                          1 ok
        + sell         11   0        1  _     _ _        _ _                          1 ok
        place          12   0        0  _     _ _        _ _                          1 ok
        """,
    )
    lines = [min(number + more, LAST) for more in range(3)]
    assert events == [*zip((Kind.PLACED, Kind.SOLD, Kind.BACKORDERED), lines, strict=True)]
