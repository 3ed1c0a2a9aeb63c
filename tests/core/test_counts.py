"""Counts are baselines: what is told later is laid before or behind them by when it happened."""

# ruff: noqa: E501 - a row of a table cannot be broken.

import numpy as np

from core.engine import Engine
from core.schema import COMMAND, Flag, Operation, State, Status
from tests.core.compare import assert_same
from tests.core.naive.model import Naive
from tests.core.tables import check


def test_what_moved_since_the_count_is_laid_on_top() -> None:
    """Somebody counted an hour ago; what was sold and received since is not a difference."""
    check("""
        # operation  at occurred quantity answer events
        receive     100        _       20 ok     received:20
        sell        200        _        3 ok     sold:3
        receive     300        _        5 ok     received:5
        count       400      150       18 ok     counted:-2
        = level 0 0 available 20
        = account 0 supplier -25 customer 3 correction 2
    """)


def test_a_movement_at_the_time_of_the_count_was_seen() -> None:
    """Whoever counts at a moment counts what that moment left behind."""
    check("""
        # operation  at occurred quantity answer events
        receive     100        _       20 ok     received:20
        sell        200        _        3 ok     sold:3
        count       400      200       17 ok     counted:0
        sell        400        _        1 ok     sold:1
        count       400        _       16 ok     counted:0
        = level 0 0 available 16
        = account 0 supplier -20 customer 4
    """)


def test_a_late_sale_before_the_count_has_been_seen() -> None:
    """A till that was offline tells of a sale that the count had already missed."""
    check("""
        # operation  at occurred quantity amount answer available events
        receive     100        _       20      _ ok            20 received:20
        count       300        _       18      _ ok            18 counted:-2
        sell        400      250        2    998 ok            18 sold:2
        sell        401      300        1    499 ok            18 sold:1
        sell        402      301        1    499 ok            17 sold:1
        sell        403      403       18      _ ok            -1 sold:18,shortage:1
        sell        404        _        1      _ ok            -2 sold:1,shortage:1
        = level 0 0 available -2
        = account 0 supplier -20 customer 23 correction -1
        = line 3 0 ordered 2 fulfilled 2 amount_minor 998 fulfilled_minor 998 work closed
    """)


def test_late_receipts_and_corrections_before_the_count() -> None:
    """The count saw the goods and the loss; what is told later moves accounts, not the shelf."""
    check("""
        # operation  at occurred quantity answer available events
        expect      100        _       10 ok             0 expected:10
        count       300        _       10 ok            10 counted:10
        receive     400      200        6 ok            10 received:6
        adjust      400      200       -4 ok            10 adjusted:-4
        adjust      400      300        7 ok            10 adjusted:7
        receive     400      301        3 ok            13 received:3
        adjust      400      301       -2 ok            11 adjusted:-2
        = level 0 0 available 11 incoming 1
        = account 0 supplier -9 correction -2
    """)


def test_an_older_count_is_superseded() -> None:
    """What was counted later knows better; a count at the same time is not counted twice."""
    check("""
        # operation  at occurred quantity answer events
        receive     100        _       20 ok     received:20
        count       300      200       19 ok     counted:-1
        count       310      150        7 ok     counted:0
        count       320      200        7 ok     counted:0
        count       330      201       18 ok     counted:-1
        count       330        _       17 ok     counted:-1
        count       330        _       16 ok     counted:-1
        = level 0 0 available 16
        = account 0 supplier -20 correction 4
    """)


def test_a_late_count_corrects_what_a_later_one_would_have() -> None:
    """Two late counts in the order in which they were made: the second is the baseline."""
    check("""
        # operation  at occurred quantity answer events
        receive     100        _       20 ok     received:20
        sell        200        _        5 ok     sold:5
        count       300      150       18 ok     counted:-2
        count       310      250       15 ok     counted:2
        count       320        _       15 ok     counted:0
        = level 0 0 available 15
    """)


def test_a_count_looks_back_no_further_than_is_remembered() -> None:
    """Movements are remembered by count, of the whole shop; an older count cannot be booked."""
    check(
        """
        # operation  at occurred sku quantity answer         events
        receive     100        _   0       20 ok             received:20
        receive     110        _   1        9 ok             received:9
        sell        120        _   0        1 ok             sold:1
        sell        130        _   1        1 ok             sold:1
        count       140      119   0       20 count_too_late none
        count       140      120   0       18 ok             counted:-1
        sell        150        _   1        1 ok             sold:1
        sell        160        _   1        1 ok             sold:1
        sell        170        _   1        1 ok             sold:1
        count       180      165   0       18 count_too_late none
        count       180        _   0       17 ok             counted:-1
        count       190      139   1        7 count_too_late none
        count       190      149   1        8 count_too_late none
        = level 0 0 available 17
        = level 1 0 available 5
        """,
        remembered_moves=3,
    )


def test_a_refused_chain_leaves_no_movement() -> None:
    """What did not happen is neither summed nor takes the place of what did."""
    check(
        """
        # operation  at occurred quantity answer
        receive     100        _       20 ok
        sell        110        _        1 ok
        + sell      120        _        5 chain_broken
        + receive   120        _        6 chain_broken
        + sell      120        _        7 chain_broken
        + adjust    120        _        7 chain_broken
        sell        120        _        0 quantity_not_positive
        count       130      105       20 ok
        = level 0 0 available 19
        """,
        remembered_moves=2,
    )


def test_a_long_chain_that_breaks_leaves_no_movement() -> None:
    """However many movements it made: those before it are still there to be looked back on."""
    commands = np.zeros(3000, COMMAND)
    commands["id"], commands["quantity"] = np.arange(1, 3001), 2
    commands["operation"], commands["now_us"] = Operation.RECEIVE, 50
    commands["flags"][9:-2] = Flag.LINKED
    commands["now_us"][:9] = np.arange(1, 10)
    commands["quantity"][-2] = 0
    commands["operation"][-1], commands["occurred_us"][-1] = Operation.COUNT, 3
    commands["quantity"][-1] = 4
    engine, naive = Engine(1, 1, remembered_moves=7), Naive(1, 1, 10, 7)
    told = engine.execute(commands)
    assert_same(told, naive.execute(commands), "the naive model")
    assert told[0]["status"][-2] == Status.QUANTITY_NOT_POSITIVE
    assert told[0]["status"][-1] == Status.OK
    assert engine.levels[0, 0, State.AVAILABLE] == 16


def test_every_way_in_and_out_is_a_movement() -> None:
    """Fulfilled, lost, returned, sent and arrived units are laid on top of a late count too."""
    check("""
        # operation  at occurred order line location to paper quantity reason              answer
        receive     100        _     _    _        0  _     _       50 _                   ok
        place       100        _     _    _        0  _     _       10 _                   ok
        count       200        _     _    _        0  _     _       50 _                   ok
        fulfil      210        _     2    0        _  _     _        4 _                   ok
        pick        220        _     2    0        _  _     _        4 _                   ok
        return      230        _     2    0        0  _     _        1 restocked           ok
        return      230        _     2    0        0  _     _        1 processing_required ok
        return      230        _     2    0        0  _     _        1 missing             ok
        dispose     240        _     _    _        _  _     7        1 missing             ok
        transfer    250        _     _    _        0  1     _        5 _                   ok
        transfer    250        _     _    _        1  0     _        1 _                   stock_insufficient
        arrive      260        _     _    _        _  _    10        5 _                   ok
        transfer    270        _     _    _        1  0     _        2 _                   ok
        arrive      280        _     _    _        _  _    13        3 _                   ok
        adjust      290        _     _    _        0  _     _       -1 _                   ok
        count       300      205     _    _        0  _     _       50 _                   ok
        = level 0 0 available 38 committed 4
        = level 0 1 available 3
        = account 0 supplier -50 customer 1 correction 4
    """)


def test_a_late_count_fills_and_runs_short() -> None:
    """Its difference is a correction like any other."""
    check("""
        # operation    at occurred quantity answer events
        set_backorder 100        _        9 ok     set:9
        receive       100        _        5 ok     received:5
        place         100        _        8 ok     placed:5,backordered:3
        count         200      150        7 ok     counted:2,backorder_filled:2
        count         200        _        3 ok     counted:-4,shortage:4
        = level 0 0 available -4 committed 7
        = line 3 0 ordered 8 allocated 7 backordered 1
    """)


def test_nothing_happens_before_it_is_told_twice() -> None:
    """A command cannot tell of the future."""
    check("""
        # operation  at occurred answer
        receive     100      101 occurred_ahead
        receive     100      100 ok
        receive     100   i8_max occurred_ahead
        receive     100 i8_min+1 ok
        = level 0 0 available 2
    """)


def test_a_count_too_late_for_its_number() -> None:
    """Whether it can be booked at all is asked before how much it would book."""
    check(
        """
        # operation  at occurred  quantity answer
        receive     100        _         5 ok
        sell        110        _         6 ok
        count       120      105 level_max count_too_late
        count       120      105        -1 quantity_negative
        count       120        _ level_max quantity_too_large
        """,
        remembered_moves=1,
    )
