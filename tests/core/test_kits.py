"""Kits: sold as one thing, standing on the shelf as their parts."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_a_kit_is_as_available_as_its_scarcest_part() -> None:
    """It has no stock of its own; whole kits only."""
    check("""
        # operation   sku part quantity answer             available events
        set_part        2    0        2 ok                         0 set:2
        set_part        2    1        1 ok                         0 set:1
        receive         0    _        7 ok                         7 received:7
        receive         1    _        5 ok                         5 received:5
        place           2    _        4 stock_insufficient         0 none
        place           2    _        3 ok                         0 placed:6,placed:3
        receive         2    _        1 kit_has_no_stock           0 none
        adjust          2    _        1 kit_has_no_stock           0 none
        count           2    _        1 kit_has_no_stock           0 none
        expect          2    _        1 kit_has_no_stock           0 none
        reclassify      2    3        1 kit_has_no_stock           0 none
        set_buffer      2    _        1 kit_has_no_stock           0 none
        set_fence       2    _        1 kit_has_no_stock           0 none
        set_floor       2    _        1 kit_has_no_stock           0 none
        set_backorder   2    _        1 kit_has_no_stock           0 none
        = ats web 2 0 0
        = line 6 0 sku 0 kit 2 ordered 6 allocated 6 split_from 0
        = line 6 1 sku 1 kit 2 ordered 3 allocated 3 split_from 0
        = level 0 0 available 1 committed 6
        = level 1 0 available 2 committed 3
        = level 2 0
    """)


def test_a_kit_does_not_travel() -> None:
    """Its parts do."""
    check("""
        # operation sku part to quantity answer
        set_part      2    0  _        1 ok
        receive       0    _  _        1 ok
        transfer      2    _  1        1 kit_has_no_stock
        transfer      0    _  1        1 ok
        = level 0 1 incoming 1
    """)


def test_the_amount_of_a_kit_is_split_by_weight() -> None:
    """To the last minor unit: what rounding leaves goes to the largest remainders."""
    check(
        """
        # operation sku part weight quantity     amount answer events
        set_part      3    0      2        1          _ ok     set:1
        set_part      3    1      3        1          _ ok     set:1
        set_part      3    2      2        4          _ ok     set:4
        sell          3    _      _        1       1001 ok     sold:1,shortage:1,sold:1,shortage:1,sold:4,shortage:4
        sell          3    _      _        1       1000 ok     sold:1,shortage:1,sold:1,shortage:1,sold:4,shortage:4
        sell          3    _      _        1          1 ok     sold:1,shortage:1,sold:1,shortage:1,sold:4,shortage:4
        accept        3    _      _        1 amount_max ok     placed:1,shortage:1,placed:1,shortage:1,placed:4,shortage:4
        = line 4 0 ordered 1 fulfilled 1 amount_minor 286 fulfilled_minor 286
        = line 4 1 ordered 1 fulfilled 1 amount_minor 429
        = line 4 2 ordered 4 fulfilled 4 amount_minor 286 work closed
        = line 5 0 ordered 1 fulfilled 1 amount_minor 286
        = line 5 1 ordered 1 fulfilled 1 amount_minor 428
        = line 5 2 ordered 4 fulfilled 4 amount_minor 286
        = line 6 0 ordered 1 fulfilled 1 amount_minor 0
        = line 6 1 ordered 1 fulfilled 1 amount_minor 1
        = line 6 2 ordered 4 fulfilled 4 amount_minor 0
        = line 7 0 ordered 1 allocated 1 amount_minor 2573485501354569
        = line 7 1 ordered 1 allocated 1 amount_minor 3860228252031853
        = line 7 2 ordered 4 allocated 4 amount_minor 2573485501354569
        """,
        skus=4,
    )


def test_without_weights_the_amount_goes_by_pieces() -> None:
    """Ties of what rounding leaves go to the earlier part."""
    check(
        """
        # operation sku part weight quantity amount answer events
        set_part      3    0      0        1      _ ok     set:1
        set_part      3    1      0        2      _ ok     set:2
        set_part      3    2      0        1      _ ok     set:1
        sell          3    _      _        2     11 ok     sold:2,shortage:2,sold:4,shortage:4,sold:2,shortage:2
        = line 4 0 ordered 2 fulfilled 2 amount_minor 3 split_from 0
        = line 4 1 ordered 4 fulfilled 4 amount_minor 5 split_from 0
        = line 4 2 ordered 2 fulfilled 2 amount_minor 3 split_from 0
        = account 1 customer 4
        = account 3
        """,
        skus=4,
    )


def test_a_cart_holds_the_parts_of_a_kit() -> None:
    """One reservation, one event a part; it ends as one."""
    check("""
        # operation at sku part cart order quantity ttl answer              events
        set_part     0   2    0    _     _        2   _ ok                  set:2
        set_part     0   2    1    _     _        1   _ ok                  set:1
        receive      0   0    _    _     _        9   _ ok                  received:9
        receive      0   1    _    _     _        9   _ ok                  received:9
        reserve      0   2    _    _     _        2  50 ok                  reserved:4,reserved:2
        reserve      0   2    _    _     _        3  50 stock_insufficient  none
        reserve      0   2    _    _     _        1  60 ok                  reserved:2,reserved:1
        reserve      0   2    _    _     _        1  10 ok                  reserved:2,reserved:1
        extend       0   _    _    _     5        _  70 ok                  extended:2
        release      0   _    _    7     _        _   _ ok                  released:2,released:1
        expire      10   _    _    _     _        _   _ ok                  expired:2,expired:1
        + release   10   _    _    5     _        _   _ chain_broken        none
        release     10   _    _    5     _        _   _ reservation_unknown none
        = reservation 5 sku 2 quantity 2 expires_us 70
        = level 0 0 available 5 reserved 4
        = level 1 0 available 7 reserved 2
    """)


def test_a_kit_that_is_let_go_fills_backorders_of_its_parts() -> None:
    """Released or run out: level by level, in the order of the parts."""
    check("""
        # operation     at sku part cart quantity ttl answer events
        set_part         0   2    1    _        1   _ ok     set:1
        set_part         0   2    0    _        2   _ ok     set:2
        receive          0   0    _    _        4   _ ok     received:4
        receive          0   1    _    _        2   _ ok     received:2
        reserve          0   2    _    _        1  50 ok     reserved:1,reserved:2
        reserve          0   2    _    _        1  60 ok     reserved:1,reserved:2
        set_backorder    0   0    _    _        9   _ ok     set:9
        set_backorder    0   1    _    _        9   _ ok     set:9
        place            0   0    _    _        3   _ ok     backordered:3
        place            0   1    _    _        1   _ ok     backordered:1
        release          0   _    _    5        _   _ ok     released:1,released:2,backorder_filled:1,backorder_filled:2
        expire          60   _    _    _        _   _ ok     expired:1,expired:2,backorder_filled:1
        = level 0 0 available 1 committed 3
        = level 1 0 available 1 committed 1
    """)


def test_the_parts_of_a_kit_are_lines_like_any() -> None:
    """Fulfilled, cancelled, picked short and returned one by one."""
    check("""
        # operation sku part order line location reason    quantity amount answer       events
        set_part      2    0     _    _        _ _                2      _ ok           set:2
        set_part      2    1     _    _        _ _                1      _ ok           set:1
        receive       0    _     _    _        _ _                9      _ ok           received:9
        receive       1    _     _    _        _ _                9      _ ok           received:9
        place         2    _     _    _        _ _                3    900 ok           placed:6,placed:3
        fulfil        _    _     5    0        _ _                4      _ ok           fulfilled:4
        pick          _    _     5    1        _ _                2      _ ok           picked:2,short_picked:1
        cancel        _    _     5    0        _ _                2      _ ok           cancelled:2
        return        _    _     5    0        1 restocked        1      _ ok           returned:1
        return        _    _     5    2        1 restocked        1      _ line_unknown none
        = line 5 0 ordered 6 fulfilled 4 cancelled 2 returned 1 fulfilled_minor 400 cancelled_minor 200 refunded_minor 100 kit 2
        = line 5 1 ordered 3 allocated 2 unallocated 1 work incomplete kit 2
        = level 0 0 available 5
        = level 0 1 available 1
        = level 2 1
    """)


def test_kits_look_at_fences_and_buffers_of_their_parts() -> None:
    """A channel sells as many as the part's channel rules allow; its cart leaves fences alone."""
    check("""
        # operation sku part channel cart quantity answer             events
        set_part      2    0 _          _        2 ok                 set:2
        set_part      2    1 _          _        1 ok                 set:1
        receive       0    _ _          _       10 ok                 received:10
        receive       1    _ _          _       10 ok                 received:10
        set_buffer    1    _ web        _        7 ok                 set:7
        set_fence     0    _ app        _        4 ok                 set:4
        reserve       2    _ web        _        4 stock_insufficient none
        reserve       2    _ web        _        3 ok                 reserved:6,reserved:3
        release       _    _ _          8        _ ok                 released:6,released:3
        reserve       2    _ app        _        5 ok                 reserved:10,reserved:5
        release       _    _ _         10        _ ok                 released:10,released:5
        place         2    _ app        _        3 ok                 placed:6,placed:3
        = reservations 0
        = line 12 0 ordered 6 allocated 6 fenced 4
        = line 12 1 ordered 3 allocated 3
        = ats web 2 0 0
        = ats app 2 0 2
    """)


def test_a_kit_goes_below_zero_only_as_a_fact() -> None:
    """A promise needs every part; another system's promise does not ask; a kit never waits."""
    check("""
        # operation   sku part quantity answer             events
        set_part        2    0        2 ok                 set:2
        set_part        2    1        1 ok                 set:1
        receive         0    _        9 ok                 received:9
        set_backorder   1    _       99 ok                 set:99
        place           2    _        1 stock_insufficient none
        accept          2    _        2 ok                 placed:4,placed:2,shortage:2
        receive         1    _        2 ok                 received:2
        = level 0 0 available 5 committed 4
        = level 1 0 committed 2
    """)


def test_the_parts_of_a_kit_are_fixed_once_it_is_used() -> None:
    """Promised, held or sold, or stock of its own: from then on it is what it is."""
    check(
        """
        # operation sku part quantity weight amount answer                events
        set_part      3    0        1 _           _ ok                    set:1
        set_part      3    0        1 _           _ kit_in_use            none
        sell          3    _        1 _           9 ok                    sold:1,shortage:1
        set_part      3    1        1 _           _ kit_in_use            none
        receive       4    _        1 _           _ ok                    received:1
        set_part      4    1        1 _           _ kit_in_use            none
        sell          4    _        1 _           _ ok                    sold:1
        set_part      4    1        1 _           _ ok                    set:1
        expect        5    _        1 _           _ ok                    expected:1
        set_part      5    1        1 _           _ kit_in_use            none
        expect        5    _       -1 _           _ ok                    expected:-1
        + receive     1    _        9 _           _ chain_broken          none
        + reserve     4    _        1 _           _ chain_broken          none
        receive       0    _        0 _           _ quantity_not_positive none
        set_part      4    2        1 _           _ ok                    set:1
        set_part      5    1        1 _           _ ok                    set:1
        accept        5    _        1 _           _ ok                    placed:1,shortage:1
        set_part      5    2        1 _           _ kit_in_use            none
        """,
        skus=6,
    )
    check("""
        # operation sku part quantity cart answer     events
        set_part      2    0        1    _ ok         set:1
        receive       0    _        9    _ ok         received:9
        reserve       2    _        1    _ ok         reserved:1
        release       _    _        _    3 ok         released:1
        set_part      2    1        1    _ kit_in_use none
    """)


def test_what_may_be_a_part() -> None:
    """Not the kit itself, no kit, and no part becomes a kit; eight parts at most."""
    check(
        """
        # operation sku   part quantity weight answer
        set_part      9      9        1      _ kit_nested
        set_part      9      0        0      _ quantity_not_positive
        set_part      9      0    32768      _ quantity_too_large
        set_part      9      0    32767     -1 number_out_of_range
        set_part      9      0    32767   1024 number_out_of_range
        set_part      9      0    32767   1023 ok
        set_part      8      9        1      _ kit_nested
        set_part      0      1        1      _ kit_nested
        set_part     -1      1        1      _ sku_unknown
        set_part     10      1        1      _ sku_unknown
        set_part      9     -1        1      _ sku_unknown
        set_part      9     10        1      _ sku_unknown
        set_part      9 i8_max        1      _ sku_unknown
        set_part      9      1        1      _ ok
        set_part      9      2        1      _ ok
        set_part      9      3        1      _ ok
        set_part      9      4        1      _ ok
        set_part      9      5        1      _ ok
        set_part      9      6        1      _ ok
        set_part      9      7        1      _ ok
        set_part      9      8        1      _ kit_full
        = ats web 9 0 0
        """,
        skus=10,
    )


def test_bounds_of_a_kit_are_those_of_its_parts() -> None:
    """Each part's level stays within its bounds."""
    check("""
        # operation sku part  quantity answer
        set_part      2    0     32767 ok
        set_part      2    1         1 ok
        accept        2    _     65539 quantity_too_large
        sell          2    _     65539 quantity_too_large
        reserve       2    _     65539 quantity_too_large
        reserve       2    _ level_max quantity_too_large
        accept        2    _     65537 ok
        accept        2    _         2 quantity_too_large
        accept        2    _         1 ok
        = level 0 0 available -2147483646 committed 2147483646
        = level 1 0 available -65538 committed 65538
    """)


def test_a_chain_of_carts_of_a_large_kit_that_is_taken_back() -> None:
    """Eight parts each, and who waits at every one of them: all stand as they stood."""
    check(
        """
        # operation     order sku part cart quantity answer                events
        set_part            _   8    0    _        1 ok                    set:1
        set_part            _   8    1    _        1 ok                    set:1
        set_part            _   8    2    _        1 ok                    set:1
        set_part            _   8    3    _        2 ok                    set:2
        set_part            _   8    4    _        1 ok                    set:1
        set_part            _   8    5    _        1 ok                    set:1
        set_part            _   8    6    _        1 ok                    set:1
        set_part            _   8    7    _        1 ok                    set:1
        receive             _   0    _    _        9 ok                    received:9
        receive             _   1    _    _        9 ok                    received:9
        receive             _   2    _    _        9 ok                    received:9
        receive             _   3    _    _       18 ok                    received:18
        receive             _   4    _    _        9 ok                    received:9
        receive             _   5    _    _        9 ok                    received:9
        receive             _   6    _    _        9 ok                    received:9
        receive             _   7    _    _        9 ok                    received:9
        reserve             _   8    _    _        2 ok                    reserved:2,reserved:2,reserved:2,reserved:4,reserved:2,reserved:2,reserved:2,reserved:2
        reserve             _   8    _    _        3 ok                    reserved:3,reserved:3,reserved:3,reserved:6,reserved:3,reserved:3,reserved:3,reserved:3
        reserve             _   8    _    _        4 ok                    reserved:4,reserved:4,reserved:4,reserved:8,reserved:4,reserved:4,reserved:4,reserved:4
        set_backorder       _   0    _    _       99 ok                    set:99
        set_backorder       _   1    _    _       99 ok                    set:99
        set_backorder       _   2    _    _       99 ok                    set:99
        set_backorder       _   3    _    _       99 ok                    set:99
        set_backorder       _   4    _    _       99 ok                    set:99
        set_backorder       _   5    _    _       99 ok                    set:99
        set_backorder       _   6    _    _       99 ok                    set:99
        set_backorder       _   7    _    _       99 ok                    set:99
        place               _   0    _    _        5 ok                    backordered:5
        place               _   1    _    _        5 ok                    backordered:5
        place               _   2    _    _        5 ok                    backordered:5
        place               _   3    _    _        5 ok                    backordered:5
        place               _   4    _    _        5 ok                    backordered:5
        place               _   5    _    _        5 ok                    backordered:5
        place               _   6    _    _        5 ok                    backordered:5
        place               _   7    _    _        5 ok                    backordered:5
        + release           _   _    _   17        _ chain_broken          none
        + release           _   _    _   18        _ chain_broken          none
        + release           _   _    _   19        _ chain_broken          none
        + reserve           _   8    _    _        8 chain_broken          none
        place               9   8    _    _        1 order_id_not_first    none
        + release           _   _    _   17        _ ok                    released:2,released:2,released:2,released:4,released:2,released:2,released:2,released:2
        + release           _   _    _   18        _ ok                    released:3,released:3,released:3,released:6,released:3,released:3,released:3,released:3
        + release           _   _    _   19        _ ok                    released:4,released:4,released:4,released:8,released:4,released:4,released:4,released:4
        reserve             _   8    _    _        6 ok                    reserved:6,reserved:6,reserved:6,reserved:12,reserved:6,reserved:6,reserved:6,reserved:6,backorder_filled:3,backorder_filled:3,backorder_filled:3,backorder_filled:5,backorder_filled:3,backorder_filled:3,backorder_filled:3,backorder_filled:3
        = level 0 0 reserved 6 committed 3
        = level 1 0 reserved 6 committed 3
        = level 2 0 reserved 6 committed 3
        = level 3 0 reserved 12 committed 5 available 1
        = level 4 0 reserved 6 committed 3
        = level 5 0 reserved 6 committed 3
        = level 6 0 reserved 6 committed 3
        = level 7 0 reserved 6 committed 3
        = reservations 1
        """,
        skus=9,
    )


def test_a_kit_that_comes_with_its_parts() -> None:
    """As many as the scarcest part allows, by then; each part's hole and backorders come first."""
    check(
        """
        # operation      at sku part location due quantity answer
        set_part        100   3    0        _   _        2 ok
        set_part        100   3    1        _   _        1 ok
        receive         100   0    _        0   _        5 ok
        expect          100   0    _        0 150        4 ok
        expect          100   1    _        0 150        9 ok
        sell            100   1    _        0   _        2 ok
        set_backorder   100   0    _        0   _        9 ok
        = atp web 3 0 100 0
        = atp web 3 0 149 0
        = atp web 3 0 150 4
        = atp web 1 0 150 7
        = atp web 3 1 150 0
        """,
        skus=4,
    )
