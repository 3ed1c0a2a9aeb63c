"""What the engine writes down beside the stock: counts, lists and queues are what they say.

Broken books would not show in one answer: they let memory run out, or let a later digest differ.
"""

# ruff: noqa: E501 - a row of a table cannot be broken.

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.engine import Engine
from core.kernels.finding import slot
from core.kernels.tables import Coming, Extra, Meta, Part, Product, Waiting
from core.records import RESERVATION, Paper
from core.schema import Kind
from tests.core import tables
from tests.core.compare import chain_ends, difference, run_in_batches
from tests.core.streams import told

SEED = 20261122


@pytest.mark.parametrize("run", range(2))
def test_counts_are_what_there_is(run: int) -> None:
    """After a life with broken chains every count is the number of the things counted."""
    seed = SEED + run
    print(f"seed {seed}")
    story = told(seed, 400, 6, 3)
    engine = Engine(6, 3, remembered_ids=700, remembered_moves=300)
    cuts = chain_ends(story.commands)
    _, events = run_in_batches(engine, story.commands, cuts[::3])
    assert_books(engine, events)


def assert_books(engine: Engine, events: NDArray[Any]) -> None:
    """Count everything anew; *events* are all that there were."""
    t, meta = engine.tables, engine.tables.meta
    assert meta[Meta.ORDERS] == np.count_nonzero(t.orders["id"])
    assert meta[Meta.RESERVATIONS] == len(engine.reservations())
    assert meta[Meta.DOCUMENTS] == len(engine.documents())
    assert meta[Meta.PARTIES] == len(engine.parties())
    orders = t.orders[t.orders["id"] != 0]
    assert meta[Meta.LINES] == orders["lines"].sum() + orders["more"].sum()
    assert meta[Meta.LATER] == orders["more"].sum()
    assert meta[Meta.EXTRAS] == np.count_nonzero(t.extra_of)
    rows = np.flatnonzero(t.extra_of)
    assert np.array_equal(t.extras[t.extra_of[rows], Extra.ROW], rows)
    assert meta[Meta.WAITING] == np.count_nonzero(events["kind"] == Kind.BACKORDERED)
    parts = t.parts[1 : int(meta[Meta.PARTS]) + 1, Part.COMPONENT]
    kits_of = np.bincount(parts, minlength=engine.skus)
    assert np.array_equal(t.catalogue[:, Product.PART_OF], kits_of)
    queued = [list(in_line(engine, extra)) for extra in t.extras]
    assert meta[Meta.IN_LINE] == sum(map(len, queued))
    for line_numbers, extra in zip(queued, t.extras, strict=True):
        waiting = t.lines[line_numbers]["backordered"].sum() if line_numbers else 0
        assert extra[Extra.QUEUED] == waiting
    coming = t.coming[:, Coming.FIRST]
    heads = [*coming, *t.extras[:, Extra.LOTS], *engine.parties()["grants"]]
    listed = [paper for head in heads for paper in papers_behind(engine, int(head))]
    assert meta[Meta.LISTED] == len(listed)
    for first, at_level in zip(coming, t.coming, strict=True):
        papers = list(papers_behind(engine, int(first)))
        assert at_level[Coming.UNITS] == sum(int(paper["open"]) for paper in papers)
        assert at_level[Coming.DATED] == sum(paper["kind"] == Paper.ARRIVAL for paper in papers)
    due_later = {int(paper["id"]) for paper in listed}
    assert len(due_later) == len(listed), "a paper is in one list"


def in_line(engine: Engine, extra: NDArray[Any]) -> Iterator[int]:
    """Indices of the lines in one queue, first come first."""
    entry = int(extra[Extra.HEAD])
    while entry:
        yield int(engine.tables.waiting[entry - 1, Waiting.LINE])
        entry = int(engine.tables.waiting[entry - 1, Waiting.NEXT])


def papers_behind(engine: Engine, head: int) -> Iterator[Any]:
    """The papers of one list."""
    documents = engine.tables.documents
    while head:
        paper = documents[slot(documents, head)]
        assert paper["id"] == head
        yield paper
        head = int(paper["next"])


def test_any_number_of_chains_can_be_taken_back() -> None:
    """Each begins with empty pages: the thousandth has as much room as the first."""
    opening = """
        # operation   sku order paper party ttl quantity answer
        receive         0     _     _     _   _      900 ok
        place           0     _     _     _   _        5 ok
        earn            _     _     _     5   0        9 ok
        reserve         0     _     _     _  90        1 ok
    """
    chain = """
        + hold_order    _     2     _     _   _        _ chain_broken
        + resume_order  _     2     _     _   _        _ chain_broken
        + cancel        _     2     _     _   _        1 chain_broken
        + reverse       _     _     3     _   _        1 chain_broken
        + extend        _     4     _     _  95        _ chain_broken
        burn            _     _     _     5   _       10 points_insufficient
    """
    assert engine_after(opening + 600 * chain).order(2)["allocated"].tolist() == [5]


def test_a_broken_chain_leaves_no_place_in_a_list_behind() -> None:
    """Who would have waited, and a line that would have been rerouted, were never there."""
    engine_after("""
        # operation   sku location order to line quantity answer
        set_backorder   0        0     _  _    _        9 ok
        receive         1        0     _  _    _        9 ok
        receive         1        1     _  _    _        9 ok
        place           1        0     _  _    _        2 ok
        place           1        0     _  _    _        1 ok
        pick            _        _     4  _    0        1 ok
        + reroute       _        _     4  1    0        1 chain_broken
        fulfil          _        _     9  _    0        1 order_unknown
        + place         0        0     _  _    _        2 chain_broken
        fulfil          _        _     9  _    0        1 allocated_insufficient
        reroute         _        _     4  1    0        1 ok
        place           0        0     _  _    _        2 ok
    """)


def test_lines_that_come_together_lie_together() -> None:
    """Only what was rerouted later is looked for one by one."""
    engine = engine_after("""
        # operation sku location to order line quantity answer
        receive       0        0  _     _    _        9 ok
        receive       0        1  _     _    _        9 ok
        + place       0        0  _     _    _        1 ok
        place         0        0  _     _    _        1 ok
        place         0        0  _     _    _        1 ok
        pick          _        _  _     3    1        0 ok
        reroute       _        _  1     3    1        1 ok
    """)
    order = engine.order_record(3)
    assert (order["first_line"], order["lines"], order["more"]) == (0, 2, 1)


def test_an_order_has_none_of_the_lines_of_one_that_was_taken_back() -> None:
    """Both lie at the first place of their table; a detour came between the lines of the first."""
    engine = engine_after("""
        # operation     id sku location order to line quantity answer
        receive          1   0        0     _  _    _        9 ok
        receive          2   0        1     _  _    _        9 ok
        place            3   0        0     _  _    _        3 ok
        pick             4   _        _     3  _    0        1 ok
        + place      58944   0        0     _  _    _        1 chain_broken
        + reroute        5   _        _     3  1    0        1 chain_broken
        + place          6   0        0     _  _    _        1 chain_broken
        fulfil           7   _        _     9  _    0        1 order_unknown
        place       110080   0        0     _  _    _        1 ok
    """)
    assert {slot(engine.tables.orders, each) for each in (58_944, 110_080)} == {0, 65}
    order = engine.order_record(110_080)
    assert (order["lines"], order["more"], order["later"]) == (1, 0, 0)


def test_who_was_served_has_left_the_queue() -> None:
    """The first, one in the middle who alone may have the units, and the last."""
    engine = engine_after("""
        # operation   sku channel quantity answer events
        set_backorder   0 _              9 ok     set:9
        place           0 app            1 ok     backordered:1
        place           0 web            1 ok     backordered:1
        place           0 app            1 ok     backordered:1
        set_buffer      0 app            1 ok     set:1
        receive         0 _              1 ok     received:1,backorder_filled:1
        receive         0 _              3 ok     received:3,backorder_filled:1,backorder_filled:1
    """)
    assert engine.tables.meta[Meta.IN_LINE] == 0
    assert not engine.tables.extras[:, [Extra.HEAD, Extra.TAIL, Extra.QUEUED]].any()


def colliding(first: int) -> int:
    """The next id that looks for its place where *first* does, whatever the table."""
    empty = np.zeros(2**16, RESERVATION)
    place = slot(empty, first)
    return next(each for each in range(first + 8, 2**40, 8) if slot(empty, each) == place)


OPENING = """
    # operation id sku location to order paper line party ttl reason quantity amount end answer
    set_fence    1   0        0  _     _     _    _     _   _ _             1      _   _ ok
    receive      2   0        0  _     _     _    _     _   _ _             9      _   _ ok
    receive      3   0        1  _     _     _    _     _   _ _             9      _   _ ok
    receive      4   1        0  _     _     _    _     _   _ _             9      _  80 ok
    + sell       5   1        0  _     _     _    _     8   _ _             1     10   _ ok
    sell         6   1        0  _     5     _    _     8   _ _             2     20   _ ok
"""
BROKEN = """
    + accept    16   0        0  _     _     _    _     8   _ _            12     90   _ chain_broken
    + pick      17   _        _  _    16     _    0     _   _ _             8      _   _ chain_broken
    + reroute   18   _        _  1    16     _    0     _   _ _             1      _   _ chain_broken
    + return    19   _        1  _     5     _    1     8   _ processing_required 1 _  _ chain_broken
    + transfer  20   1        0  1     _     _    _     8   _ _             2      _   _ chain_broken
    + earn      21   _        _  _     _     _    _     7  20 _             9      _   _ chain_broken
    + reserve   22   1        0  _     _     _    _     8  30 _             1      _   _ chain_broken
    + receive   26   2        1  _     _     _    _     _   _ _             1      _  95 chain_broken
    + receive   27   1        0  _     _     _    _     _   _ _             1      _  70 chain_broken
    burn        23   _        _  _     _     _    _     7   _ _            10      _   _ points_insufficient
"""


def test_what_was_taken_back_leaves_nothing_behind() -> None:
    """Orders, papers, carts and parties that come to lie where a broken chain's lay are clean."""
    taken = {number: colliding(number) for number in (7, 16, 19, 20, 22, 27)}
    after = f"""
    accept    {taken[16]} 0   1  _     _     _    _     _   _ _             1      5   _ ok
    expect    {taken[19]} 2   0  _     _     _    _     _   _ _             1      _  70 ok
    receive   {taken[20]} 2   0  _     _     _    _     _   _ _             1      _  90 ok
    reserve   {taken[22]} 2   0  _     _     _    _     _  30 _             1      _   _ ok
    earn        24   _        _  _     _     _    _ {taken[7]} 0 _          3      _   _ ok
    burn        25   _        _  _     _     _    _ {taken[7]} _ _          2      _   _ ok
    return    {taken[27]} _   1  _     5     _    1     _   _ processing_required 1 _  _ ok
    """
    shops = [engine_after(OPENING + broken + after) for broken in ("", BROKEN)]
    for read in (Engine.documents, Engine.reservations, Engine.parties):
        clean, other = (read(shop) for shop in shops)
        assert not difference(other, clean)
    clean, other = (shop.order(taken[16]) for shop in shops)
    assert not difference(other, clean)
    clean, other = (np.array([shop.order_record(taken[16])]) for shop in shops)
    assert not difference(other, clean)


def engine_after(text: str) -> Engine:
    """An engine that has run a table."""
    table = tables.parse(text)
    engine = Engine(3, 2)
    answers, events = run_in_batches(engine, table.commands, [])
    tables.expect_rows(table, answers, events)
    assert_books(engine, events)
    return engine
