"""Who is served when something comes free: by age, by channel, and behind a chain."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_who_may_not_have_the_units_holds_up_nobody() -> None:
    """A channel with a buffer waits; those behind it are served, and it keeps its place."""
    check("""
        # operation   channel order line quantity answer events
        set_backorder _           _    _       20 ok     set:20
        set_buffer    web         _    _        5 ok     set:5
        place         web         _    _        2 ok     backordered:2
        place         till        _    _        1 ok     backordered:1
        receive       _           _    _        4 ok     received:4,backorder_filled:1
        place         web         _    _        1 ok     backordered:1
        receive       _           _    _        3 ok     received:3,backorder_filled:1
        place         till        _    _        9 ok     placed:5,backordered:4
        receive       _           _    _        4 ok     received:4,backorder_filled:4
        set_buffer    web         _    _        0 ok     set:0
        cancel        _           8    0        9 ok     cancelled:9,backorder_filled:1,backorder_filled:1
        = line 3 0 ordered 2 allocated 2
        = line 4 0 ordered 1 allocated 1
        = line 6 0 ordered 1 allocated 1
        = line 8 0 ordered 9 cancelled 9 work cancelled
        = level 0 0 available 7 committed 4
    """)


def test_each_channel_gets_what_it_may_have() -> None:
    """The oldest of a channel takes what its buffer leaves; the next of it waits for the rest."""
    check("""
        # operation   channel order line quantity answer events
        set_backorder _           _    _       99 ok     set:99
        set_buffer    web         _    _        6 ok     set:6
        set_buffer    app         _    _        3 ok     set:3
        place         web         _    _        9 ok     backordered:9
        place         app         _    _        9 ok     backordered:9
        place         web         _    _        9 ok     backordered:9
        place         till        _    _        9 ok     backordered:9
        receive       _           _    _       10 ok     received:10,backorder_filled:4,backorder_filled:3,backorder_filled:3
        receive       _           _    _        4 ok     received:4,backorder_filled:1,backorder_filled:3
        cancel        _           4    0        5 ok     cancelled:5
        receive       _           _    _       11 ok     received:11,backorder_filled:5,backorder_filled:3
        = line 4 0 ordered 9 allocated 4 cancelled 5
        = line 5 0 ordered 9 allocated 9
        = line 6 0 ordered 9 backordered 9 work scheduled
        = line 7 0 ordered 9 allocated 9
        = level 0 0 available 3 committed 22
    """)


def test_who_keeps_a_place_in_the_middle() -> None:
    """Lines before and behind leave the queue; who is left in it is served in the old order."""
    check("""
        # operation   channel order line quantity answer events
        set_backorder _           _    _       99 ok     set:99
        set_buffer    web         _    _       50 ok     set:50
        place         till        _    _        1 ok     backordered:1
        place         web         _    _        1 ok     backordered:1
        place         till        _    _        2 ok     backordered:2
        place         web         _    _        2 ok     backordered:2
        place         till        _    _        3 ok     backordered:3
        receive       _           _    _        6 ok     received:6,backorder_filled:1,backorder_filled:2,backorder_filled:3
        place         till        _    _        1 ok     backordered:1
        set_buffer    web         _    _        0 ok     set:0
        receive       _           _    _        2 ok     received:2,backorder_filled:1,backorder_filled:1
        receive       _           _    _        9 ok     received:9,backorder_filled:1,backorder_filled:1
        = level 0 0 available 7 committed 10
    """)
    check("""
        # operation   channel order line quantity answer                events
        set_backorder _           _    _       99 ok                    set:99
        set_buffer    web         _    _       50 ok                    set:50
        place         web         _    _        1 ok                    backordered:1
        place         till        _    _        2 ok                    backordered:2
        + receive     _           _    _        2 ok                    received:2
        place         till        _    _        3 ok                    placed:2,backordered:1
        + receive     _           _    _        2 chain_broken          none
        + place       till        _    _        4 chain_broken          none
        receive       _           _    _        0 quantity_not_positive none
        receive       _           _    _        2 ok                    received:2,backorder_filled:2
        receive       _           _    _       60 ok                    received:60,backorder_filled:1,backorder_filled:1
        = level 0 0 available 58 committed 6
    """)


def test_a_chain_keeps_what_it_frees() -> None:
    """A cart becomes an order: its units are not given to those who wait in between."""
    check("""
        # operation   at cart quantity answer events
        set_backorder  0    _       20 ok     set:20
        receive        0    _        1 ok     received:1
        reserve        0    _        1 ok     reserved:1
        place          0    _        5 ok     backordered:5
        + release      1    3        _ ok     released:1
        place          1    _        1 ok     placed:1
        receive        1    _        1 ok     received:1,backorder_filled:1
        = line 4 0 ordered 5 allocated 1 backordered 4
        = line 5 0 ordered 1 allocated 1
        = level 0 0 committed 2
    """)


def test_what_a_chain_leaves_goes_to_those_who_wait() -> None:
    """Once, behind its last deed: level by level as they rose, and none of it if the chain breaks."""
    check(
        """
        # operation   location cart order line quantity answer             events
        set_backorder        0    _     _    _       20 ok                 set:20
        set_backorder        1    _     _    _       20 ok                 set:20
        set_backorder        2    _     _    _       20 ok                 set:20
        receive              1    _     _    _        4 ok                 received:4
        reserve              1    _     _    _        3 ok                 reserved:3
        place                1    _     _    _        6 ok                 placed:1,backordered:5
        place                0    _     _    _        2 ok                 backordered:2
        place                2    _     _    _        7 ok                 backordered:7
        + receive            2    _     _    _        3 chain_broken       none
        + release            _    5     _    _        _ chain_broken       none
        place                1    _     9    _       40 stock_insufficient none
        + receive            2    _     _    _        3 ok                 received:3
        + release            _    5     _    _        _ ok                 released:3
        + receive            0    _     _    _        9 ok                 received:9
        + receive            2    _     _    _        1 ok                 received:1
        + place              1    _     _    _        2 ok                 placed:2
        cancel               _    _     6    0        2 ok                 cancelled:2,backorder_filled:4,backorder_filled:1,backorder_filled:2
        = line 6 0 ordered 6 allocated 2 backordered 2 cancelled 2
        = line 7 0 ordered 2 allocated 2
        = line 8 0 ordered 7 allocated 4 backordered 3
        = level 0 0 available 7 committed 2
        = level 0 1 committed 4
        = level 0 2 committed 4
        """,
        locations=3,
    )


def test_a_chain_serves_those_who_came_with_it() -> None:
    """Who is promised goods in a chain is served by what comes later in it, behind the others."""
    check("""
        # operation   location order line quantity answer events
        set_backorder        0     _    _       20 ok     set:20
        set_backorder        1     _    _       20 ok     set:20
        place                0     _    _        1 ok     backordered:1
        cancel               _     3    0        1 ok     cancelled:1
        + receive            0     _    _        1 ok     received:1
        + receive            1     _    _        1 ok     received:1
        + place              0     _    _        2 ok     placed:1,backordered:1
        + place              1     5    _        3 ok     placed:1,backordered:2
        + receive            1     _    _        9 ok     received:9
        receive              0     _    _        9 ok     received:9,backorder_filled:1,backorder_filled:2
        = line 5 0 ordered 2 allocated 2
        = line 5 1 ordered 3 allocated 3 location 1
        = level 0 0 available 8 committed 2
        = level 0 1 available 7 committed 3
    """)


def test_a_queue_of_a_broken_chain() -> None:
    """Who joined, left or was served in a chain that breaks stands where he stood."""
    check("""
        # operation   order line quantity answer             events
        set_backorder     _    _        9 ok                 set:9
        place             _    _        2 ok                 backordered:2
        + place           3    _        3 chain_broken       none
        + receive         _    _        3 chain_broken       none
        + cancel          3    0        2 chain_broken       none
        place             3    _       10 stock_insufficient none
        place             _    _        1 ok                 backordered:1
        + cancel          2    0        2 chain_broken       none
        + receive         _    _        1 chain_broken       none
        cancel            2    0        1 open_insufficient  none
        receive           _    _        4 ok                 received:4,backorder_filled:2,backorder_filled:1
        = level 0 0 available 1 committed 3
        = lines 3 0
    """)
    check("""
        # operation     location quantity answer                events
        set_backorder          0        9 ok                    set:9
        set_backorder          1        9 ok                    set:9
        place                  0        1 ok                    backordered:1
        + place                0        2 chain_broken          none
        sell                   0        0 quantity_not_positive none
        place                  1        3 ok                    backordered:3
        receive                0        9 ok                    received:9,backorder_filled:1
        place                  0        1 ok                    placed:1
        receive                1        2 ok                    received:2,backorder_filled:2
        = level 0 0 available 7 committed 2
        = level 0 1 committed 2
    """)
