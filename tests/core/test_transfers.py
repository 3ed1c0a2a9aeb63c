"""Goods on their way: from one location to another, and from suppliers by a date."""

from tests.core.tables import check


def test_goods_travel() -> None:
    """They leave one level, are expected at the other, and arrive in parts."""
    check("""
        # operation location to paper quantity answer             available events
        receive            0  _     _       10 ok                        10 received:10
        transfer           0  1     _       11 stock_insufficient        10 none
        transfer           0  1     _        6 ok                         4 transferred:6
        arrive             _  _     3        2 ok                         0 arrived:2
        arrive             _  _     3        4 ok                         0 arrived:4
        arrive             _  _     3        1 document_closed            0 none
        = level 0 0 available 4
        = level 0 1 available 6
        = document 3 kind transfer quantity 6 open 0 closed 1
        = account 0 supplier -10
    """)


def test_fewer_arrive_than_were_sent() -> None:
    """Who says that nothing more will come books the loss."""
    check("""
        # operation location to paper flags quantity answer            events
        receive            0  _     _ _           10 ok                received:10
        transfer           0  1     _ _            6 ok                transferred:6
        arrive             _  _     2 _            0 quantity_zero     none
        arrive             _  _     2 _           -1 quantity_negative none
        arrive             _  _     2 _            1 ok                arrived:1
        arrive             _  _     2 final        3 ok                arrived:3,transfer_short:2
        transfer           0  1     _ _            2 ok                transferred:2
        arrive             _  _     7 final        0 ok                transfer_short:2
        arrive             _  _     7 final        0 document_closed   none
        = level 0 0 available 2
        = level 0 1 available 4
        = account 0 supplier -10 correction 4
        = document 7 quantity 2 open 0 closed 1
    """)


def test_more_arrive_than_were_sent() -> None:
    """What is over was miscounted when it left."""
    check("""
        # operation location to paper flags quantity answer events
        receive            0  _     _ _           10 ok     received:10
        transfer           0  1     _ _            6 ok     transferred:6
        arrive             _  _     2 _            9 ok     arrived:6,transfer_over:3
        transfer           0  1     _ _            1 ok     transferred:1
        arrive             _  _     4 final        2 ok     arrived:1,transfer_over:1
        = level 0 0 available 3
        = level 0 1 available 11
        = account 0 supplier -10 correction -4
    """)


def test_a_transfer_is_a_promise() -> None:
    """It takes no more than its channel may promise, and not to where it is."""
    check("""
        # operation location to channel quantity answer
        receive            0  _ _             10 ok
        set_fence          0  _ web            4 ok
        transfer           0  1 app            7 stock_insufficient
        transfer           0  0 app            1 location_same
        transfer           0  2 app            1 location_unknown
        transfer           0 -1 app            1 location_unknown
        transfer           2  1 app            1 location_unknown
        transfer          -1  1 app            1 location_unknown
        transfer           0  1 app            6 ok
        transfer           0  1 web            4 ok
        = ats web 0 0 0
        = level 0 0
        = level 0 1 incoming 10
        = account 0 supplier -10 in_transit 10
    """)


def test_what_arrives_is_for_those_who_wait() -> None:
    """A backorder at the destination is filled by the transfer."""
    check("""
        # operation   location to paper quantity answer events
        receive              0  _     _        5 ok     received:5
        set_backorder        1  _     _        9 ok     set:9
        place                1  _     _        3 ok     backordered:3
        transfer             0  1     _        5 ok     transferred:5
        arrive               _  _     4        4 ok     arrived:4,backorder_filled:3
        = level 0 1 available 1 committed 3 incoming 1
    """)


def test_papers_that_are_not_transfers() -> None:
    """Unknown numbers, and numbers of other papers."""
    check("""
        # operation  paper end due answer
        receive          _  99   _ ok
        expect           _   _  50 ok
        arrive           1   _   _ document_unknown
        arrive           2   _   _ document_unknown
        arrive           0   _   _ document_unknown
        arrive          -1   _   _ document_unknown
        arrive      i8_max   _   _ document_unknown
        arrive      i8_min   _   _ document_unknown
        = documents 2
    """)


def test_transfers_of_a_broken_chain() -> None:
    """Nothing was sent and nothing has come."""
    check("""
        # operation location to paper due flags quantity answer           events
        receive            0  _     _   _ _           10 ok               received:10
        transfer           0  1     _  50 _            3 ok               transferred:3
        + transfer         0  1     _  20 _            3 chain_broken     none
        + arrive           _  _     3   _ _            2 chain_broken     none
        + arrive           _  _     2   _ final        1 chain_broken     none
        arrive             _  _     2   _ _            1 document_closed  none
        arrive             _  _     3   _ _            1 document_unknown none
        arrive             _  _     2   _ _            3 ok               arrived:3
        = level 0 0 available 7
        = level 0 1 available 3
        = documents 1
        = account 0 supplier -10
    """)


def test_arrivals_have_dates() -> None:
    """A receipt takes from the earliest first, then from the undated, never from a transfer."""
    check("""
        # operation location to due quantity answer                events
        receive            1  _   _        9 ok                    received:9
        expect             0  _   _        4 ok                    expected:4
        expect             0  _  90        3 ok                    expected:3
        expect             0  _  50        2 ok                    expected:2
        transfer           1  0  40        5 ok                    transferred:5
        expect             0  _  50       -1 quantity_not_positive none
        expect             0  _  -1        1 number_out_of_range   none
        receive            0  _   _        4 ok                    received:4
        receive            0  _   _        3 ok                    received:3
        receive            0  _   _        8 ok                    received:8
        = document 3 kind arrival quantity 3 open 0 closed 1 due_us 90
        = document 4 kind arrival quantity 2 open 0 closed 1 due_us 50
        = document 5 kind transfer open 5 closed 0
        = level 0 0 available 15 incoming 5
    """)
    check("""
        # operation due quantity answer events
        expect       90        3 ok     expected:3
        expect       50        2 ok     expected:2
        receive       _        4 ok     received:4
        = document 1 quantity 3 open 1
        = document 2 quantity 2 open 0 closed 1
        = level 0 0 available 4 incoming 1
    """)


def test_nobody_takes_back_what_has_a_date() -> None:
    """A correction of what is expected leaves arrivals and transfers alone."""
    check("""
        # operation location to due quantity answer events
        receive            1  _   _        9 ok     received:9
        expect             0  _   _        4 ok     expected:4
        expect             0  _  50        2 ok     expected:2
        transfer           1  0   _        5 ok     transferred:5
        expect             0  _   _       -3 ok     expected:-3
        expect             0  _   _       -3 ok     expected:-1
        = level 0 0 incoming 7
    """)


def test_an_arrival_lies_ahead() -> None:
    """Due now is not too late."""
    check("""
        # operation  at due location to answer
        expect      100  99        0  _ date_past
        expect      100 100        0  _ ok
        receive     100   _        0  _ ok
        transfer    100  99        0  1 date_past
        transfer    100  -1        0  1 number_out_of_range
        transfer    100 100        0  1 ok
        = document 2 kind arrival due_us 100 open 0
        = document 6 kind transfer due_us 100 open 1
    """)


def test_what_may_be_promised_for_a_date() -> None:
    """ATP: to sell now, and all that comes by then, without what others wait for."""
    check("""
        # operation location to due channel quantity answer
        receive            1  _   _ _              9 ok
        receive            0  _   _ _              5 ok
        set_buffer         0  _   _ web            2 ok
        expect             0  _   _ _              7 ok
        expect             0  _  50 _              3 ok
        expect             0  _  90 _              4 ok
        transfer           1  0  60 _              2 ok
        transfer           1  0   _ _              5 ok
        = atp web 0 0 0 3
        = atp app 0 0 0 5
        = atp web 0 0 49 3
        = atp web 0 0 50 6
        = atp web 0 0 60 8
        = atp web 0 0 90 12
        = atp web 0 1 90 2
    """)
    check("""
        # operation   due quantity answer
        set_backorder   _       99 ok
        expect         50        5 ok
        place           _        3 ok
        sell            _        1 ok
        = atp web 0 0 49 0
        = atp web 0 0 50 1
    """)


def test_a_paper_is_made_once() -> None:
    """A number that was forgotten may come again; its paper is still there."""
    check(
        """
        # operation id location to due end paper party argument quantity answer
        receive      1        0  _   _  50     _     _        _        9 ok
        expire       2        _  _   _   _     _     _        _        _ ok
        receive      1        0  _   _  60     _     _        _        1 document_exists
        expire       3        _  _   _   _     _     _        _        _ ok
        expect       1        0  _  50   _     _     _        _        1 document_exists
        expire       4        _  _   _   _     _     _        _        _ ok
        transfer     1        0  1   _   _     _     _        _        1 document_exists
        expire       5        _  _   _   _     _     _        _        _ ok
        earn         1        _  _   _   _     _     7        0        1 document_exists
        expire       6        _  _   _   _     _     _        _        _ ok
        burn         1        _  _   _   _     _     7        0        1 document_exists
        transfer     7        0  1   _   _     _     _        _        4 ok
        arrive       1        _  _   _   _     7     _        _        1 document_exists
        arrive       8        _  _   _   _     7     _        _        1 ok
        expire       9        _  _   _   _     _     _        _        _ ok
        arrive       1        _  _   _   _     7     _        _        0 quantity_zero
        expire      10        _  _   _   _     _     _        _        _ ok
        receive      1        0  _   _   _     _     _        _        1 ok
        expire      11        _  _   _   _     _     _        _        _ ok
        expect       1        0  _   _   _     _     _        _        1 ok
        = documents 3
        """,
        remembered_ids=1,
    )


def test_a_hole_is_filled_before_anything_is_promised() -> None:
    """What is overdue is not relied on, and what comes pays for what was sold too much."""
    check("""
        # operation      at location to channel due quantity answer
        expect          100        0  _ _       150        4 ok
        expect          100        0  _ _       200        3 ok
        sell            100        0  _ _         _        2 ok
        set_buffer      100        0  _ web       _        1 ok
        set_backorder   100        0  _ _         _        9 ok
        place           100        0  _ _         _        1 ok
        receive         100        1  _ _         _        5 ok
        transfer        100        1  0 _       180        2 ok
        = atp till 0 0 100 0
        = atp till 0 0 150 1
        = atp web 0 0 150 0
        = atp till 0 0 180 3
        = atp web 0 0 180 2
        = atp till 0 0 199 3
        = atp till 0 0 200 6
        = atp web 0 0 200 5
    """)
    check("""
        # operation      at location to due quantity answer
        expect          100        0  _ 150        4 ok
        expect          100        0  _   _        9 ok
        receive         100        1  _   _        5 ok
        transfer        100        1  0 120        2 ok
        transfer        100        1  0   _        3 ok
        expire          120        _  _   _        _ ok
        = atp web 0 0 120 2
        = atp web 0 0 150 6
    """)
    check("""
        # operation      at location to due quantity answer
        expect          100        0  _ 150        4 ok
        expect          100        0  _ 300        1 ok
        receive         100        1  _   _        5 ok
        transfer        100        1  0 120        2 ok
        expire          151        _  _   _        _ ok
        = atp web 0 0 120 0
        = atp web 0 0 200 0
        = atp web 0 0 300 1
    """)
