"""What is told late, after a count has seen it: the count had no name for it, the shelf stays."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_a_parcel_that_left_before_the_count() -> None:
    """The count did not find the units and took them from what is available: there they return."""
    check("""
        # operation  at occurred order line quantity amount answer available events
        receive     100        _     _    _       20      _ ok            20 received:20
        place       110        _     _    _        5    500 ok            15 placed:5
        count       300        _     _    _       17      _ ok            12 counted:-3
        fulfil      400      250     2    0        2      _ ok             _ fulfilled:2
        fulfil      400      300     2    0        1      _ ok             _ fulfilled:1
        fulfil      400      301     2    0        1      _ ok             _ fulfilled:1
        count       500        _     _    _       16      _ ok            15 counted:0
        = level 0 0 available 15 committed 1
        = line 2 0 ordered 5 allocated 1 fulfilled 4 amount_minor 500 fulfilled_minor 400
        = account 0 supplier -20 customer 4
    """)


def test_a_parcel_that_a_count_has_seen_takes_from_no_lot() -> None:
    """The count has taken from the lots; those who wait are served with what it took too much."""
    check("""
        # operation    at occurred order line end quantity answer events
        set_backorder 100        _     _    _   _        9 ok     set:9
        receive       100        _     _    _ 900        4 ok     received:4
        place         100        _     _    _   _        4 ok     placed:4
        place         100        _     _    _   _        3 ok     backordered:3
        count         200        _     _    _   _        2 ok     counted:-2,shortage:2,lot_taken:2
        fulfil        300      150     3    0   _        1 ok     fulfilled:1
        receive       300        _     _    _   _        3 ok     received:3,backorder_filled:2
        fulfil        300      160     3    0   _        1 ok     fulfilled:1,backorder_filled:1
        = document 2 kind lot quantity 4 open 2
        = level 0 0 committed 5
        = account 0 supplier -7 customer 2
    """)


def test_units_that_were_missing_before_the_count() -> None:
    """A picker found fewer, and so did the count: they are lost once."""
    check("""
        # operation    at occurred order line quantity answer events
        set_backorder 100        _     _    _        9 ok     set:9
        receive       100        _     _    _        8 ok     received:8
        place         100        _     _    _        8 ok     placed:8
        place         100        _     _    _        2 ok     backordered:2
        count         200        _     _    _        5 ok     counted:-3,shortage:3
        pick          300      150     3    0        5 ok     picked:5,short_picked:3
        adjust        300        _     _    _        1 ok     adjusted:1,backorder_filled:1
        pick          300      201     3    0        4 ok     picked:4,short_picked:1
        = line 3 0 ordered 8 allocated 4 unallocated 4 work incomplete
        = line 4 0 ordered 2 allocated 1 backordered 1
        = level 0 0 committed 5
        = account 0 supplier -8 correction 3
    """)
    check("""
        # operation    at occurred order line quantity answer events
        set_backorder 100        _     _    _        9 ok     set:9
        receive       100        _     _    _        6 ok     received:6
        place         100        _     _    _        4 ok     placed:4
        place         100        _     _    _        4 ok     placed:2,backordered:2
        count         200        _     _    _        7 ok     counted:1,backorder_filled:1
        pick          300      150     3    0        2 ok     picked:2,short_picked:2,backorder_filled:1
        = level 0 0 available 1 committed 6
        = account 0 supplier -6 correction -1
    """)


def test_goods_that_were_back_before_the_count() -> None:
    """The count found them on the shelf: they are where it put them, or where they belong."""
    check("""
        # operation  at occurred order line location paper reason              quantity answer available events
        sell        100        _     _    _        0     _ _                          9 ok            -9 sold:9,shortage:9
        count       300        _     _    _        1     _ _                          6 ok             6 counted:6
        return      400      200     1    0        1     _ restocked                  1 ok             _ returned:1
        return      400      200     1    0        1     _ damaged                    1 ok             _ returned:1
        return      400      200     1    0        1     _ processing_required        2 ok             _ returned:2
        return      400      200     1    0        1     _ missing                    1 ok             _ returned:1
        return      400      300     1    0        1     _ not_restocked              1 ok             _ returned:1
        return      400      301     1    0        1     _ restocked                  1 ok             _ returned:1
        count       500        _     _    _        1     _ _                          7 ok             4 counted:0
        dispose     600        _     _    _        _     5 restocked                  1 ok             _ disposed:1
        = level 0 0 available -9
        = level 0 1 available 5 damaged 1 quality_control 1
        = account 0 customer 2 correction 0
        = line 1 0 ordered 9 fulfilled 9 returned 7 undecided 1
    """)


def test_damaged_goods_that_a_count_found_available() -> None:
    """More of them than are available: a fact, and nobody is told of a shortage by it."""
    check("""
        # operation  at occurred order line reason              quantity answer events
        receive     100        _     _    _ _                          2 ok     received:2
        sell        100        _     _    _ _                          2 ok     sold:2
        count       300        _     _    _ _                          2 ok     counted:2
        place       300        _     _    _ _                          2 ok     placed:2
        return      400      200     2    0 damaged                    1 ok     returned:1
        return      400      200     2    0 processing_required        1 ok     returned:1
        = level 0 0 available -2 committed 2 damaged 1 quality_control 1
        = account 0 supplier -2
    """)


def test_scrap_that_was_gone_before_the_count() -> None:
    """Thrown away and then missing at the count: lost once, and the shelf has its units again."""
    check("""
        # operation    at occurred order line paper reason              quantity answer events
        set_backorder 100        _     _    _     _ _                          9 ok     set:9
        receive       100        _     _    _     _ _                          4 ok     received:4
        sell          100        _     _    _     _ _                          4 ok     sold:4
        return        100        _     3    0     _ processing_required        4 ok     returned:4
        place         100        _     _    _     _ _                          1 ok     backordered:1
        count         300        _     _    _     _ _                          1 ok     counted:-3,shortage:3
        dispose       400      200     _    _     4 not_restocked              2 ok     disposed:2
        dispose       400      200     _    _     4 missing                    1 ok     disposed:1
        adjust        400        _     _    _     _ _                          1 ok     adjusted:1,backorder_filled:1
        = level 0 0 committed 1 quality_control 1
        = account 0 supplier -4 correction 2
        = line 3 0 ordered 4 fulfilled 4 returned 4 undecided 1
    """)
    check("""
        # operation    at occurred order line paper reason              quantity answer events
        sell          100        _     _    _     _ _                          1 ok     sold:1,shortage:1
        return        100        _     1    0     _ processing_required        1 ok     returned:1
        count         300        _     _    _     _ _                          0 ok     counted:0
        dispose       400      200     _    _     2 damaged                    1 ok     disposed:1
        = level 0 0 available -1 damaged 1
        = account 0
    """)


def test_a_transfer_that_arrived_before_the_count() -> None:
    """The count found it on the shelf: it is no longer on its way, and has no lot and no damage."""
    check("""
        # operation  at occurred location to  paper flags end quantity answer                 available events
        receive     100        _        0 _       _ _     900       9 ok                              9 received:9
        transfer    110        _        0 1       _ _       _       7 ok                              2 transferred:7,lot_taken:7
        count       300        _        1 _       _ _       _       5 ok                              5 counted:5
        arrive      400      200        _ _       2 _       _       2 ok                              _ arrived:2
        arrive      400      300        _ _       2 _       _       1 ok                              _ arrived:1
        arrive      400      301        _ _       2 _       _       1 ok                              _ arrived:1
        arrive      950      250        _ _       2 final   _       2 ok                              _ lot_expired:2,lot_expired:1,arrived:2,transfer_short:1
        count       960        _        1 _       _ _       _       6 ok                              5 counted:0
        = level 0 0 damaged 2
        = level 0 1 available 5 damaged 1
        = account 0 supplier -9 correction 1
        = document 2 kind transfer quantity 7 open 0 closed 1
        = document 6 kind lot quantity 1 open 0
    """)


def test_more_than_was_sent_and_seen() -> None:
    """What came beyond the transfer the count has booked already."""
    check("""
        # operation  at occurred location to paper quantity answer events
        receive     100        _        0  _     _        2 ok     received:2
        transfer    110        _        0  1     _        2 ok     transferred:2
        count       300        _        1  _     _        5 ok     counted:5
        arrive      400      200        _  _     2        5 ok     arrived:2,transfer_over:3
        = level 0 0
        = level 0 1 available 5
        = account 0 supplier -2 correction -3
    """)


def test_a_transfer_happens_when_it_is_asked_for() -> None:
    """It is a promise: however long ago somebody thought of it, it moves units now."""
    check("""
        # operation  at occurred location to quantity answer events
        receive     100        _        0  _       10 ok     received:10
        transfer    200      110        0  1        4 ok     transferred:4
        count       300      150        0  _       10 ok     counted:0
        count       300      250        0  _        5 ok     counted:-1
        transfer    400      120        0  1        2 ok     transferred:2
        = level 0 0 available 3
        = level 0 1 incoming 6
        = account 0 supplier -10 correction 1 in_transit 6
    """)
