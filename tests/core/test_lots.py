"""Lots: what must be sold by a time leaves first, and is no longer for sale after it."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_the_lot_that_ends_first_leaves_first() -> None:
    """Whatever the way out; what no lot holds leaves last."""
    check("""
        # operation end states                    order line quantity answer events
        receive      90 _                             _    _        5 ok     received:5
        receive      50 _                             _    _        3 ok     received:3
        receive       _ _                             _    _        9 ok     received:9
        receive      50 _                             _    _        2 ok     received:2
        sell          _ _                             _    _        2 ok     sold:2,lot_taken:2
        adjust        _ _                             _    _       -2 ok     adjusted:-2,lot_taken:1,lot_taken:1
        place         _ _                             _    _        3 ok     placed:3
        fulfil        _ _                             7    0        2 ok     fulfilled:2,lot_taken:1,lot_taken:1
        pick          _ _                             7    0        0 ok     picked:0,short_picked:1,lot_taken:1
        reclassify    _ available>safety_stock        _    _        1 ok     reclassified:1
        reclassify    _ available>quality_control     _    _        1 ok     reclassified:1,lot_taken:1
        reclassify    _ available>damaged             _    _        1 ok     reclassified:1,lot_taken:1
        reclassify    _ safety_stock>damaged          _    _        1 ok     reclassified:1
        count         _ _                             _    _       10 ok     counted:-2,lot_taken:1
        sell          _ _                             _    _        1 ok     sold:1
        = document 1 kind lot quantity 5 open 0 closed 1 due_us 90
        = document 2 kind lot quantity 3 open 0 closed 1 due_us 50
        = document 4 kind lot quantity 2 open 0 closed 1
        = documents 3
        = level 0 0 available 6 damaged 2 quality_control 1
    """)


def test_a_lot_ends() -> None:
    """What is left of it is damaged goods; promises that counted on it are a shortage."""
    check("""
        # operation at end cart ttl quantity answer             available events
        receive      0  50    _   _        5 ok                         5 received:5
        receive      0   _    _   _        1 ok                         6 received:1
        sell        49   _    _   _        1 ok                         5 sold:1,lot_taken:1
        reserve     49   _    _  99        3 ok                         2 reserved:3
        place       50   _    _   _        1 stock_insufficient        -2 lot_expired:4,shortage:2
        sell        51   _    _   _        1 ok                        -3 sold:1,shortage:1
        release     51   _    4   _        _ ok                         0 released:3
        = level 0 0 damaged 4
        = document 1 open 0 closed 1 quantity 5
        = account 0 supplier -6 customer 2
    """)


def test_ends_come_in_order() -> None:
    """Carts, lots and points that end by the same command end by time, then by number."""
    check("""
        # operation id at end ttl party quantity answer events
        receive     40  0  30   _     _        9 ok     received:9
        receive     20  0  30   _     _        5 ok     received:5
        reserve     30  0   _  30     _        2 ok     reserved:2
        earn        35  0   _  30     7       80 ok     earned:80
        earn        25  0   _  20     7       70 ok     earned:70
        reserve     45  0   _  29     _        1 ok     reserved:1
        expire      50 31   _   _     _        _ ok     points_expired:70,expired:1,lot_expired:5,expired:2,points_expired:80,lot_expired:9
        = level 0 0 damaged 14
        = party 7 points 0
    """)


def test_a_lot_that_is_gone_does_not_end() -> None:
    """Sold out in time: nothing happens at its end."""
    check("""
        # operation at end quantity answer events
        receive      0  50        5 ok     received:5
        sell         0   _        5 ok     sold:5,lot_taken:5
        receive      0   _        5 ok     received:5
        sell        99   _        2 ok     sold:2
        = level 0 0 available 3
    """)


def test_a_lot_has_an_end_ahead() -> None:
    """Goods that may not be sold are not received as if they might."""
    check("""
        # operation  at    end answer              available
        receive     100    100 date_past                   0
        receive     100      1 date_past                   0
        receive     100     -1 number_out_of_range         0
        receive     100 i8_min number_out_of_range         0
        receive     100    101 ok                          1
        receive     100 i8_max ok                          2
        = documents 2
    """)


def test_a_lot_belongs_to_its_level() -> None:
    """Elsewhere, or of another sku, nobody takes from it."""
    check("""
        # operation sku location end quantity answer events
        receive       0        0  50        5 ok     received:5
        receive       0        1   _        5 ok     received:5
        receive       1        0   _        5 ok     received:5
        sell          0        1   _        2 ok     sold:2
        sell          1        0   _        2 ok     sold:2
        = document 1 open 5 sku 0 location 0
    """)


def test_lots_of_a_broken_chain() -> None:
    """Made, taken from and used up in vain: each is what it was."""
    check("""
        # operation at end quantity answer                events
        receive      0  50        3 ok                    received:3
        receive      0  70        3 ok                    received:3
        + sell       0   _        4 chain_broken          none
        + receive    0  20        9 chain_broken          none
        + sell       0   _        9 chain_broken          none
        sell         0   _        0 quantity_not_positive none
        sell         0   _        1 ok                    sold:1,lot_taken:1
        expire      30   _        _ ok                    none
        expire      50   _        _ ok                    lot_expired:2
        expire      70   _        _ ok                    lot_expired:3
        = documents 2
        = level 0 0 damaged 5
    """)


def test_a_late_receipt_that_a_count_has_seen_makes_no_lot() -> None:
    """Nobody knows any more which units they were."""
    check("""
        # operation at occurred end quantity answer events
        count       20        _   _        9 ok     counted:9
        receive     30       10  90        4 ok     received:4
        receive     30       25  90        2 ok     received:2
        = documents 1
        = document 3 open 2
        = level 0 0 available 11
        = account 0 supplier -6 correction -5
    """)


def test_more_leaves_than_lots_hold() -> None:
    """A shortage takes what there is of the lots."""
    check("""
        # operation end quantity answer events
        receive      50        2 ok     received:2
        sell          _        5 ok     sold:5,shortage:3,lot_taken:2
        receive      60        4 ok     received:4
        = document 3 open 4
        = level 0 0 available 1
    """)


def test_the_end_travels_with_the_goods() -> None:
    """A transfer carries its earliest end; what arrives in time is a lot again."""
    check("""
        # operation at location to end paper quantity answer events
        receive      0        0  _  50     _        2 ok     received:2
        receive      0        0  _  90     _        5 ok     received:5
        transfer     0        0  1   _     _        3 ok     transferred:3,lot_taken:2,lot_taken:1
        transfer     0        0  1   _     _        4 ok     transferred:4,lot_taken:4
        arrive      10        _  _   _     3        2 ok     arrived:2
        arrive      50        _  _   _     3        2 ok     lot_expired:2,arrived:1,transfer_over:1
        arrive      60        _  _   _     4        4 ok     arrived:4
        = document 3 kind transfer quantity 3 open 0 closed 1 order_id 50 location 0 location_to 1
        = document 5 kind lot quantity 2 open 0 closed 1 due_us 50 location 1
        = document 7 kind lot quantity 4 open 4 due_us 90 location 1
        = documents 6
        = level 0 1 available 4 damaged 4
        = account 0 supplier -7 correction -1
    """)
