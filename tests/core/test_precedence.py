"""Which refusal is given when a command deserves several: the order of `Status`.

Each table is a staircase: every row breaks one guard and all those after it, the next row mends
the first of them.
"""

from tests.core.tables import check


def test_envelope() -> None:
    """Number, then time, then operation, channel and occurrence, then everything else."""
    check("""
        # operation id  at sku answer             original
        receive      1 100   0 ok                 _
        0            0  99  -1 id_not_positive    _
        0            1  99  -1 id_reused          ok
        0            2  99  -1 time_went_back     _
        + receive    3 100   0 chain_broken       _
        0            4  99  -1 time_went_back     _
        + receive    5 100   0 chain_broken       _
        0            5 101  -1 id_reused          ok
        + receive    6 100   0 chain_broken       _
        0            0 101  -1 id_not_positive    _
        + receive    7 100   0 chain_broken       _
        0            8 101  -1 chain_time_differs _
        0            9 100  -1 operation_unknown  _
    """)
    check("""
        # operation   at occurred channel sku answer
        + receive    100        _       0   0 chain_broken
        36           100      101       8  -1 operation_unknown
        + receive    100        _       0   0 chain_broken
        set_buffer   100      101       8  -1 channel_unknown
        + receive    100        _       0   0 chain_broken
        set_buffer   100      101       7  -1 occurred_ahead
        + receive    100        _       0   0 chain_broken
        set_buffer   100      100       7  -1 not_in_chain
        + set_buffer 100      100       7  -1 not_in_chain
        receive      100        _       0   0 chain_broken
        set_buffer   100      100       7  -1 sku_unknown
        receive      100        _     255  -1 channel_unknown
        receive      100   i8_max       0  -1 occurred_ahead
        sell         101        _       0  -1 sku_unknown
    """)


def test_reserve() -> None:
    """Level, quantity, time to live, number, stage, stock."""
    check(
        """
        # operation id sku location  quantity  argument answer
        receive      1   1        0 level_max         _ ok
        reserve      2   1        0 level_max         _ ok
        expire       3   _        _         _         _ ok
        reserve      2  -1       -1    i4_min         0 sku_unknown
        expire       4   _        _         _         _ ok
        reserve      2   0       -1    i4_min         0 location_unknown
        expire       5   _        _         _         _ ok
        reserve      2   0        0    i4_min         0 quantity_not_positive
        expire       6   _        _         _         _ ok
        reserve      2   1        0         5         0 quantity_too_large
        expire       7   _        _         _         _ ok
        reserve      2   1        0         5 ttl_max+1 quantity_too_large
        expire       8   _        _         _         _ ok
        reserve      2   0        0         5         0 ttl_not_positive
        expire       9   _        _         _         _ ok
        reserve      2   0        0         5 ttl_max+1 ttl_too_long
        expire      10   _        _         _         _ ok
        set_hold    11   _        _         _       300 ok
        reserve      2   0        0         5       301 ttl_too_long
        set_hold    12   _        _         _         0 ok
        reserve      2   0        0         5         1 reservation_exists
        reserve     13   0        0         5         1 stock_insufficient
    """,
        remembered_ids=1,
    )
    check(
        """
        # operation id channel reason quantity argument answer
        receive      1 web     _             9        _ ok
        reserve      2 web     cart          9        _ ok
        set_hold     3 web     checkout      _        _ ok
        reserve      2 web     cart          9        9 reservation_exists
        reserve      4 web     cart          9        9 reservation_not_offered
        reserve      5 web     checkout      9        9 stock_insufficient
    """,
        remembered_ids=1,
    )


def test_place() -> None:
    """Level, quantity, amount, order, stock."""
    check(
        """
        # operation id order sku location  quantity       amount answer
        receive      1     _   1        0 level_max            _ ok
        place        2     2   1        0 level_max            _ ok
        expire       3     _   _        _         _            _ ok
        place        2     9  -1       -1    i4_min           -1 sku_unknown
        expire       4     _   _        _         _            _ ok
        place        2     9   0       -2    i4_min           -1 location_unknown
        expire       5     _   _        _         _            _ ok
        place        2     9   0        0    i4_min           -1 quantity_not_positive
        expire       6     _   _        _         _            _ ok
        place        2     9   1        0         5           -1 quantity_too_large
        expire       7     _   _        _         _            _ ok
        place        2     9   1        0         5 amount_max+1 quantity_too_large
        expire       8     _   _        _         _            _ ok
        place        2     9   0        0         5           -1 amount_negative
        expire       9     _   _        _         _            _ ok
        place        2     9   0        0         5 amount_max+1 amount_too_large
        + expire    10     _   _        _         _            _ chain_broken
        place       11     2   0        0         5            0 order_id_not_first
        place       12     2   0        0         5            0 order_id_not_first
        place        2     2   0        0         5            0 order_exists
        place       13    13   0        0         5            0 stock_insufficient
    """,
        remembered_ids=1,
    )


def test_sell() -> None:
    """Level, quantity, amount, order; a fact does not ask for stock."""
    check(
        """
        # operation id order sku location  quantity       amount answer
        sell         2     2   1        0 level_max            _ ok
        expire       3     _   _        _         _            _ ok
        sell         2     9  -1       -1    i4_min           -1 sku_unknown
        expire       4     _   _        _         _            _ ok
        sell         2     9   0       -1    i4_min           -1 location_unknown
        expire       5     _   _        _         _            _ ok
        sell         2     9   0        0    i4_min           -1 quantity_not_positive
        expire       6     _   _        _         _            _ ok
        sell         2     9   1        0         5           -1 quantity_too_large
        expire       7     _   _        _         _            _ ok
        sell         2     9   1        0         5 amount_max+1 quantity_too_large
        expire       8     _   _        _         _            _ ok
        sell         2     9   0        0         5           -1 amount_negative
        expire       9     _   _        _         _            _ ok
        sell         2     9   0        0         5 amount_max+1 amount_too_large
        expire      10     _   _        _         _            _ ok
        sell        11     2   0        0         5            0 order_id_not_first
        sell         2     2   0        0         5            0 order_exists
        sell        12    12   0        0         5            0 ok
    """,
        remembered_ids=1,
    )


def test_receive() -> None:
    """Level, kit, quantity, the end of the lot."""
    check(
        """
        # operation id at sku part location  quantity end answer
        sell         1 50   1    _        0         5   _ ok
        set_part     2 50   2    1        _         1   _ ok
        receive      3 50   0    _        0         5  90 ok
        receive      4 50  -1    _       -1         0   9 sku_unknown
        receive      5 50   2    _       -1         0   9 location_unknown
        receive      6 50   2    _        0         0   9 kit_has_no_stock
        receive      7 50   1    _        0    i4_min   9 quantity_not_positive
        receive      8 50   0    _        0 level_max   9 quantity_too_large
        receive      9 50   0    _        0 level_max  -1 quantity_too_large
        receive      3 50   0    _        0         1   9 date_past
        receive     10 50   0    _        0         1  50 date_past
        receive     11 50   0    _        0         1  -1 number_out_of_range
        receive      3 50   0    _        0         1  90 document_exists
    """,
        remembered_ids=1,
    )


def test_expect() -> None:
    """Level, kit, quantity, date, number."""
    check(
        """
        # operation id at sku part location  quantity due answer
        set_part     1 50   2    1        _         1   _ ok
        expect       2 50   0    _        0         5  50 ok
        expect       3 50  -1    _       -1         0   9 sku_unknown
        expect       4 50   2    _       -1         0   9 location_unknown
        expect       5 50   2    _        0         0   9 kit_has_no_stock
        expect       6 50   0    _        0         0   9 quantity_zero
        expect       7 50   0    _        1    i4_min   9 quantity_not_positive
        expect       8 50   0    _        0 level_max   9 quantity_too_large
        expect       9 50   0    _        0 level_max  -1 quantity_too_large
        expect      10 50   0    _        1    i4_min   _ quantity_too_large
        expect       2 50   0    _        0         1   9 date_past
        expect      11 50   0    _        0         1  -1 number_out_of_range
        expect      12 50   0    _        0        -1  -1 number_out_of_range
        expire      13 50   _    _        _         _   _ ok
        expire      14 50   _    _        _         _   _ ok
        expect       2 50   0    _        0         1  90 document_exists
    """,
        remembered_ids=1,
    )


def test_adjust_and_expect() -> None:
    """Level, then quantity."""
    check("""
        # operation sku location  quantity answer
        expect        0        0         5 ok
        adjust        0        0         5 ok
        adjust       -1       -1         0 sku_unknown
        adjust        0       -1         0 location_unknown
        adjust        0        0         0 quantity_zero
        adjust        0        0 level_max quantity_too_large
        expect       -1       -1         0 sku_unknown
        expect        0       -1         0 location_unknown
        expect        0        0         0 quantity_zero
        expect        0        0 level_max quantity_too_large
    """)


def test_count() -> None:
    """Level, kit, then quantity; negative before too large; what was counted later comes first."""
    check(
        """
        # operation at occurred quantity  answer
        receive     10        _         5 ok
        sell        20        _         1 ok
        sell        30        _         1 ok
        count       40        _         3 ok
        count       50       15        -1 quantity_negative
        count       50       15 level_max ok
        adjust      50       15 level_max quantity_too_large
        adjust      50       15         0 quantity_zero
        adjust      50       15         9 ok
        receive     50       15 level_max quantity_too_large
        receive     50       15         9 ok
        sell        50       15 level_max ok
        """,
        remembered_moves=1,
    )
    check("""
        # operation sku location  quantity answer
        accept        0        0 level_max ok
        count        -1       -1        -1 sku_unknown
        count         0       -1        -1 location_unknown
        count         0        0        -1 quantity_negative
        = level 0 0 available i4_min+1 committed level_max
    """)
