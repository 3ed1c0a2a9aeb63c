"""Papers at the edges: the first place of their table, the same day, a chain that breaks."""

import numpy as np

from core.engine import Engine
from core.kernels.finding import slot
from core.records import DOCUMENT
from core.schema import TIME_MAX_US
from tests.core import tables
from tests.core.compare import run_in_batches
from tests.core.tables import check

AT_THE_FIRST_PLACE = 58_944


def test_the_id_of_these_tables_lies_at_the_first_place() -> None:
    """Whatever the size of the table."""
    for bits in range(6, 17):
        assert slot(np.zeros(2**bits, DOCUMENT), AT_THE_FIRST_PLACE) == 0


def test_papers_at_the_first_place_are_papers_like_any() -> None:
    """Place 0 is a place: transfers arrive, returns are decided, arrivals come first."""
    check("""
        # operation    id sku to paper quantity answer
        receive         1   0  _     _        5 ok
        transfer    58944   0  1     _        5 ok
        arrive          2   _  _ 58944        3 ok
        = level 0 1 available 3 incoming 2
        = document 58944 open 2
    """)
    check("""
        # operation    id sku order line paper reason              quantity answer
        sell            1   0     _    _     _ _                          2 ok
        return      58944   _     1    0     _ processing_required        2 ok
        dispose         2   _     _    _ 58944 restocked                  1 ok
        = document 58944 open 1 next 0
        = level 0 0 available -1 quality_control 1
    """)
    check("""
        # operation    id sku due quantity answer
        expect      58944   0  10        3 ok
        expect          1   0  20        3 ok
        receive         2   0   _        4 ok
        = document 58944 open 0 closed 1
        = document 1 open 2
    """)


def test_of_two_that_are_due_at_once_the_older_id_comes_first() -> None:
    """Whichever was told first."""
    check("""
        # operation id sku due quantity answer
        expect       9   0  50        3 ok
        expect       5   0  50        3 ok
        expect       3   0  60        3 ok
        receive     11   0   _        4 ok
        = document 5 open 0
        = document 9 open 2
        = document 3 open 3
    """)


def test_a_list_stands_as_it_stood_when_a_chain_breaks() -> None:
    """The paper in the middle is taken out, put back, and found there again."""
    check("""
        # operation  sku to due paper flags quantity answer
        receive        0  _   _     _ _            9 ok
        transfer       0  1  10     _ _            1 ok
        transfer       0  1  20     _ _            1 ok
        transfer       0  1  30     _ _            1 ok
        + arrive       _  _   _     3 final        0 chain_broken
        transfer       0  0   _     _ _            1 location_same
        arrive         _  _   _     3 _            1 ok
        arrive         _  _   _     4 _            1 ok
        arrive         _  _   _     2 _            1 ok
        = level 0 0 available 6
        = level 0 1 available 3
    """)


def test_points_that_were_never_earned_cannot_be_reversed() -> None:
    """What a broken chain leaves in memory is no paper."""
    check("""
        # operation party paper ttl quantity answer
        + earn          7     _   0        5 chain_broken
        burn            7     _   _        9 points_insufficient
        reverse         _     1   _        1 document_unknown
        reverse         _    -1   _        1 document_unknown
    """)


def test_points_are_given_back_once() -> None:
    """No more of a spending can be reversed than was not reversed yet."""
    check("""
        # operation party paper ttl quantity answer
        earn            7     _   0       10 ok
        burn            7     _   _       10 ok
        reverse         _     2   _        4 ok
        reverse         _     2   _        7 points_insufficient
        reverse         _     2   _        6 ok
        = party 7 points 10 owed 0
    """)


def test_a_grant_is_about_no_sku() -> None:
    """Whatever the command names, and were the points lost at once."""
    check("""
        # operation at party paper sku ttl quantity answer
        earn         0     7     _   1  10        5 ok
        burn         0     7     _   1   _        5 ok
        reverse     20     _     2   1   _        3 ok
        = document 1 sku 0
        = document 2 sku 0
        = document 3 sku 0 open 0
        = party 7 points 0 owed 0
    """)


def test_what_lasts_until_time_ends() -> None:
    """Points and carts may, to the last microsecond, and not one longer."""
    ends = TIME_MAX_US - 10
    table = tables.parse(f"""
        # operation at     party ttl quantity answer
        receive     {ends}     _   _        9 ok
        earn        {ends}     7  10        5 ok
        earn        {ends}     7  11        5 ttl_too_long
        reserve     {ends}     7  10        5 ok
        reserve     {ends}     7  11        1 ttl_too_long
    """)
    engine = Engine(1, 1)
    tables.expect_rows(table, *run_in_batches(engine, table.commands, []))
    assert engine.documents()["due_us"].tolist() == [TIME_MAX_US]
    assert engine.reservations()["expires_us"].tolist() == [TIME_MAX_US]


def test_goods_come_back_to_a_place() -> None:
    """Anywhere is none."""
    check("""
        # operation sku order line location quantity answer
        sell          0     _    _        0        2 ok
        return        _     1    0      any        1 location_unknown
        return        _     1    0        2        1 location_unknown
        return        _     1    0        1        1 ok
        = level 0 0 available -2
        = level 0 1 available 1
    """)
