"""The first id there is, and the last unit that fits: what lies at an edge is like the rest."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_the_first_id_is_an_id_like_any() -> None:
    """Carts, orders, papers and parties that are number 1 are found by it."""
    check("""
        # operation id sku cart order ttl quantity answer
        receive      9   0    _     _   _        5 ok
        reserve      1   0    _     _  50        2 ok
        extend      10   _    _     1  60        _ ok
        release     11   _    1     _   _        _ ok
        release     12   _    0     _   _        _ reservation_unknown
        extend      13   _    _     0  60        _ reservation_unknown
        = level 0 0 available 5
        = reservations 0
    """)
    check("""
        # operation id sku order line quantity amount answer
        receive      9   0     _    _        5      _ ok
        place        1   0     1    _        2     10 ok
        fulfil      10   _     1    0        1      _ ok
        hold_order  11   _     1    _        _      _ ok
        fulfil      12   _     0    0        1      _ order_unknown
        hold_order  13   _     0    _        _      _ order_unknown
        hold_order  14   _    -1    _        _      _ order_unknown
        = line 1 0 ordered 2 allocated 1 fulfilled 1
    """)
    check("""
        # operation id party paper ttl quantity answer
        earn         1     1     _   0        5 ok
        burn         2     1     _   _        3 ok
        reverse      3     _     1   _        1 ok
        reverse      4     _     0   _        1 document_unknown
        = party 1 points 1 owed 0
    """)
    check("""
        # operation id sku to paper quantity answer
        receive      9   0  _     _        5 ok
        transfer     1   0  1     _        5 ok
        arrive      10   _  _     1        4 ok
        arrive      11   _  _     0        1 document_unknown
        = level 0 0
        = level 0 1 available 4 incoming 1
    """)


def test_the_parts_of_a_kit_have_the_bounds_of_any_sku() -> None:
    """The last kit that fits is held, promised and sold; the next is too large, in every state."""
    check("""
        # operation  sku part quantity    ttl answer
        set_part       2    0        2      _ ok
        set_part       2    1        1      _ ok
        receive        0    _ level_max     _ ok
        reserve        0    _ level_max-2  90 ok
        reserve        2    _        2     90 quantity_too_large
        receive        1    _        1      _ ok
        reserve        2    _        1     90 ok
        reserve        2    _        1     90 quantity_too_large
        = level 0 0 reserved level_max
        = level 1 0 reserved 1
    """)
    check("""
        # operation  sku part quantity    answer
        set_part       2    0        2    ok
        set_part       2    1        1    ok
        accept         0    _ level_max-2 ok
        accept         2    _        2    quantity_too_large
        accept         2    _        1    ok
        accept         2    _        1    quantity_too_large
        place          2    _        1    quantity_too_large
        = level 0 0 available -2147483647 committed level_max
        = level 1 0 available -1 committed 1
    """)
    check("""
        # operation  sku part quantity    answer
        set_part       2    0        2    ok
        set_part       2    1        1    ok
        sell           0    _ level_max-2 ok
        sell           2    _        2    quantity_too_large
        sell           2    _        1    ok
        sell           2    _        1    quantity_too_large
        = account 0 customer level_max
        = level 0 0 available -2147483647
    """)
    check("""
        # operation  sku part quantity    states               answer
        set_part       2    0        2    _                    ok
        set_part       2    1        1    _                    ok
        receive        0    _ level_max   _                    ok
        accept         0    _ level_max   _                    ok
        sell           0    _ level_max   _                    ok
        sell           2    _        1    _                    quantity_too_large
        receive        0    _ level_max   _                    ok
        accept         2    _        1    _                    quantity_too_large
        = level 0 0 committed level_max
    """)


def test_as_many_kits_as_there_can_be_parts() -> None:
    """The largest stock there is makes as many kits of one part each."""
    check("""
        # operation  sku part quantity    answer available
        set_part       2    0        1    ok             0
        receive        0    _ level_max   ok     level_max
        = ats web 2 0 level_max
        = ats web 0 0 level_max
    """)


def test_goods_that_arrive_on_the_last_day_count() -> None:
    """A backorder against arrivals counts what is due by the last moment, and nothing later."""
    check("""
        # operation   sku until due flags    quantity answer
        expect          0     _  50 _               3 ok
        expect          0     _  51 _               3 ok
        set_backorder   0    50   _ arrivals        9 ok
        place           0     _   _ _               4 stock_insufficient
        place           0     _   _ _               3 ok
        = line 5 0 ordered 3 backordered 3
    """)


def test_what_a_count_has_seen_comes_back_within_bounds() -> None:
    """Units that were promised without being there leave no room to say where others went."""
    check("""
        # operation at occurred sku order line paper reason                    quantity answer
        sell         0        _   0     _    _     _ _                                 2 ok
        count       10        _   0     _    _     _ _                                 0 ok
        accept      10        _   0     _    _     _ _                         level_max ok
        return      20        5   _     1    0     _ processing_required               2 quantity_too_large
        return      20        5   0     0    0     _ processing_required               1 quantity_too_large
        return      20        5   _     1    0     _ not_restocked                     2 ok
        fulfil      20        _   _     3    0     _ _                         level_max ok
        receive     20        _   0     _    _     _ _                                 1 ok
        = level 0 0 available -2147483646
    """)
