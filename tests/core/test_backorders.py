"""Promises beyond stock: with a cap and a date, filled oldest first."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_a_level_may_promise_what_it_does_not_have() -> None:
    """Up to its cap; what is there is allocated at once."""
    check("""
        # operation   quantity amount answer             available events
        receive              3      _ ok                         3 received:3
        set_backorder        5      _ ok                         3 set:5
        place                4    800 ok                         0 placed:3,backordered:1
        place                2    400 ok                         0 backordered:2
        place                3    600 stock_insufficient         0 none
        place                2    400 ok                         0 backordered:2
        place                1    200 stock_insufficient         0 none
        = line 3 0 ordered 4 allocated 3 backordered 1 work open
        = line 4 0 ordered 2 backordered 2 work scheduled
        = level 0 0 committed 3
    """)


def test_goods_go_to_those_who_have_waited_longest() -> None:
    """Strictly first come, first served, whatever the size."""
    check("""
        # operation   order line quantity answer events
        set_backorder     _    _       20 ok     set:20
        place             _    _        5 ok     backordered:5
        place             _    _        1 ok     backordered:1
        place             _    _        4 ok     backordered:4
        receive           _    _        2 ok     received:2,backorder_filled:2
        receive           _    _        3 ok     received:3,backorder_filled:3
        receive           _    _        3 ok     received:3,backorder_filled:1,backorder_filled:2
        fulfil            2    0        5 ok     fulfilled:5
        fulfil            4    0        2 ok     fulfilled:2
        = line 2 0 ordered 5 fulfilled 5 work closed
        = line 3 0 ordered 1 allocated 1 work open
        = line 4 0 ordered 4 fulfilled 2 backordered 2 work scheduled
        = level 0 0 committed 1
    """)


def test_whatever_frees_units_fills() -> None:
    """Corrections, counts, carts, cancellations, returns, states, buffers and fences."""
    check("""
        # operation   at channel order line cart states                 ttl quantity answer events
        receive        0 _           _    _    _ _                        _       20 ok     received:20
        reserve        0 _           _    _    _ _                        9        1 ok     reserved:1
        reserve        0 _           _    _    _ _                       50        1 ok     reserved:1
        reclassify     0 _           _    _    _ available>safety_stock   _        2 ok     reclassified:2
        sell           0 _           _    _    _ _                        _        2 ok     sold:2
        place          0 _           _    _    _ _                        _        2 ok     placed:2
        set_buffer     0 web         _    _    _ _                        _        1 ok     set:1
        set_fence      0 app         _    _    _ _                        _       12 ok     set:12
        set_backorder  0 _           _    _    _ _                        _       99 ok     set:99
        place          0 web         _    _    _ _                        _       40 ok     backordered:40
        adjust         0 _           _    _    _ _                        _        1 ok     adjusted:1
        set_buffer     0 web         _    _    _ _                        _        0 ok     set:0,backorder_filled:1
        set_fence      0 app         _    _    _ _                        _        9 ok     set:9,backorder_filled:3
        release        0 _           _    _    3 _                        _        _ ok     released:1,backorder_filled:1
        expire         9 _           _    _    _ _                        _        _ ok     expired:1,backorder_filled:1
        cancel         9 _           6    0    _ _                        _        2 ok     cancelled:2,backorder_filled:2
        return         9 _           5    0    _ _                        _        1 ok     returned:1,backorder_filled:1
        reclassify     9 _           _    _    _ safety_stock>available   _        2 ok     reclassified:2,backorder_filled:2
        adjust         9 _           _    _    _ _                        _        3 ok     adjusted:3,backorder_filled:3
        count          9 _           _    _    _ _                        _       30 ok     counted:7,backorder_filled:7
        = level 0 0 available 9 committed 21
        = line 10 0 ordered 40 allocated 21 backordered 19 work open
    """)


def test_no_show_and_disposal_fill() -> None:
    """What was not collected, and what is found good again, goes to those who wait."""
    check("""
        # operation   order line paper reason              quantity answer events
        set_backorder     _    _     _ _                          9 ok     set:9
        receive           _    _     _ _                          4 ok     received:4
        place             _    _     _ _                          2 ok     placed:2
        sell              _    _     _ _                          2 ok     sold:2
        place             _    _     _ _                          3 ok     backordered:3
        pick              3    0     _ _                          2 ok     picked:2
        pack              3    0     _ _                          _ ok     worked:2
        no_show           3    0     _ _                          1 ok     no_show:1,backorder_filled:1
        return            4    0     _ processing_required        2 ok     returned:2
        dispose           _    _     9 restocked                  1 ok     disposed:1,backorder_filled:1
        dispose           _    _     9 damaged                    1 ok     disposed:1
        = line 5 0 ordered 3 allocated 2 backordered 1
        = level 0 0 committed 3 damaged 1
    """)


def test_what_a_level_awaits_fills_its_hole_first() -> None:
    """Nobody is promised goods that are overdue, or that are short already."""
    check("""
        # operation   at flags    due until quantity answer             events
        expect         0 _         50     _        4 ok                 expected:4
        expect         0 _         90     _        3 ok                 expected:3
        sell           0 _          _     _        2 ok                 sold:2,shortage:2
        set_backorder  0 arrivals   _    60       99 ok                 set:99
        place          0 _          _     _        3 stock_insufficient none
        place          0 _          _     _        2 ok                 backordered:2
        place          0 _          _     _        1 stock_insufficient none
        set_backorder  0 arrivals   _     _       99 ok                 set:99
        place         50 _          _     _        4 stock_insufficient none
        place         50 _          _     _        2 ok                 backordered:2
        expire        51 _          _     _        _ ok                 none
        place         51 _          _     _        1 stock_insufficient none
        expect        51 _         51     _        3 ok                 expected:3
        place         51 _          _     _        1 stock_insufficient none
        adjust        51 _          _     _        2 ok                 adjusted:2
        place         51 _          _     _        3 stock_insufficient none
        place         51 _          _     _        2 ok                 backordered:2
        = level 0 0 incoming 10
        = account 0 customer 2 correction -2
    """)


def test_a_promise_beyond_stock_has_a_date() -> None:
    """After it nothing more is promised; what was, stays promised."""
    check("""
        # operation    at until quantity answer              events
        set_backorder 100    99        5 date_past           none
        set_backorder 100    -1        5 number_out_of_range none
        set_backorder 100   100        5 ok                  set:5
        place         100     _        1 ok                  backordered:1
        place         101     _        1 stock_insufficient  none
        set_backorder 101   200        5 ok                  set:5
        place         200     _        4 ok                  backordered:4
        place         200     _        1 stock_insufficient  none
        set_backorder 201     0        6 ok                  set:6
        place         999     _        1 ok                  backordered:1
        receive       999     _        9 ok                  received:9,backorder_filled:1,backorder_filled:4,backorder_filled:1
        set_backorder 999     0       -1 quantity_negative   none
        = level 0 0 available 3 committed 6
    """)


def test_those_who_were_served_make_room() -> None:
    """The cap counts who waits now: filled and cancelled units can be promised to others."""
    check("""
        # operation     order line quantity answer             events
        set_backorder       _    _        5 ok                 set:5
        place               _    _        5 ok                 backordered:5
        place               _    _        1 stock_insufficient none
        receive             _    _        2 ok                 received:2,backorder_filled:2
        place               _    _        3 stock_insufficient none
        place               _    _        2 ok                 backordered:2
        cancel              2    0        1 ok                 cancelled:1
        place               _    _        2 stock_insufficient none
        place               _    _        1 ok                 backordered:1
        receive             _    _        4 ok                 received:4,backorder_filled:2,backorder_filled:2
        place               _    _        5 stock_insufficient none
        place               _    _        4 ok                 backordered:4
        = atp web 0 0 0 0
        = level 0 0 committed 6
    """)


def test_a_backorder_takes_from_its_fence() -> None:
    """What a line gets later counts as its channel's own, and goes back there."""
    check("""
        # operation     channel order line quantity answer events
        set_backorder   _           _    _        9 ok     set:9
        place           web         _    _        5 ok     backordered:5
        set_fence       web         _    _        3 ok     set:3
        receive         _           _    _        4 ok     received:4,backorder_filled:4
        receive         _           _    _        2 ok     received:2,backorder_filled:1
        cancel          _           2    0        4 ok     cancelled:4
        = line 2 0 ordered 5 allocated 1 cancelled 4
        = ats web 0 0 5
        = ats app 0 0 2
    """)


def test_a_preorder_is_covered_by_what_is_expected() -> None:
    """No more is promised than comes by the date, whatever the cap; transfers do not count."""
    check("""
        # operation   at location to flags    due until quantity answer             events
        receive        0        1  _ _          _     _        9 ok                 received:9
        expect         0        0  _ _          _     _        9 ok                 expected:9
        expect         0        0  _ _         50     _        3 ok                 expected:3
        expect         0        0  _ _         90     _        2 ok                 expected:2
        transfer       0        1  0 _         50     _        9 ok                 transferred:9
        set_backorder  0        0  _ arrivals   _    80       99 ok                 set:99
        place          0        0  _ _          _     _        2 ok                 backordered:2
        place          0        0  _ _          _     _        2 stock_insufficient none
        place          0        0  _ _          _     _        1 ok                 backordered:1
        set_backorder  0        0  _ arrivals   _     _       99 ok                 set:99
        place          0        0  _ _          _     _        3 stock_insufficient none
        place          0        0  _ _          _     _        2 ok                 backordered:2
        set_backorder  0        0  _ arrivals   _     _        5 ok                 set:5
        receive        0        0  _ _          _     _        4 ok                 received:4,backorder_filled:2,backorder_filled:1,backorder_filled:1
        = level 0 0 committed 4 incoming 19
        = level 0 1
    """)


def test_waiting_units_are_given_up_first() -> None:
    """Who cancels a part keeps what is there; the money goes with the units."""
    check("""
        # operation   order line quantity amount answer            events
        set_backorder     _    _        9      _ ok                set:9
        receive           _    _        3      _ ok                received:3
        place             _    _        5   1001 ok                placed:3,backordered:2
        cancel            3    0        1      _ ok                cancelled:1
        cancel            3    0        3      _ ok                cancelled:1,cancelled:2
        cancel            3    0        2      _ open_insufficient none
        fulfil            3    0        1      _ ok                fulfilled:1
        cancel            3    0        1      _ open_insufficient none
        = line 3 0 ordered 5 fulfilled 1 cancelled 4 amount_minor 1001 fulfilled_minor 201 cancelled_minor 800 work closed
        = level 0 0 available 2
    """)


def test_a_line_that_only_waited_is_cancelled() -> None:
    """Nothing was there, nothing comes back; the queue is empty again."""
    check("""
        # operation   order line quantity answer events
        set_backorder     _    _        2 ok     set:2
        place             _    _        2 ok     backordered:2
        cancel            2    0        2 ok     cancelled:2
        place             _    _        1 ok     backordered:1
        receive           _    _        2 ok     received:2,backorder_filled:1
        = line 2 0 ordered 2 cancelled 2 work cancelled
        = order 2 state cancelled
        = level 0 0 available 1 committed 1
    """)


def test_a_line_that_was_packed_is_opened_by_its_rest() -> None:
    """Units that come later have to be picked too; a line on hold stays there."""
    check("""
        # operation   order line quantity answer events
        set_backorder     _    _        9 ok     set:9
        receive           _    _        2 ok     received:2
        place             _    _        3 ok     placed:2,backordered:1
        place             _    _        1 ok     backordered:1
        hold              4    0        _ ok     worked:1
        pick              3    0        2 ok     picked:2
        pack              3    0        _ ok     worked:3
        receive           _    _        2 ok     received:2,backorder_filled:1,backorder_filled:1
        = line 3 0 ordered 3 allocated 3 work open
        = line 4 0 ordered 1 allocated 1 work on_hold
        = level 0 0 committed 4
    """)


def test_a_part_that_is_gone_leaves_a_line_that_waits() -> None:
    """Fulfilled or not collected: what is left of the line is scheduled."""
    check("""
        # operation   order line quantity answer
        set_backorder     _    _        9 ok
        receive           _    _        4 ok
        place             _    _        5 ok
        fulfil            3    0        4 ok
        = line 3 0 ordered 5 fulfilled 4 backordered 1 work scheduled
    """)
    check("""
        # operation   order line quantity answer events
        set_backorder     _    _        9 ok     set:9
        receive           _    _        4 ok     received:4
        place             _    _        4 ok     placed:4
        place             _    _        2 ok     backordered:2
        pick              3    0        4 ok     picked:4
        pack              3    0        _ ok     worked:4
        no_show           3    0        4 ok     no_show:4,backorder_filled:2
        = line 3 0 ordered 4 cancelled 4 work cancelled
        = level 0 0 available 2 committed 2
    """)
