"""Which refusal is given when a command deserves several: the order of `Status`.

Each table is a staircase: every row breaks one guard and all those after it, the next row mends
the first of them.
"""

from tests.core.tables import check


def test_envelope() -> None:
    """Number, then time, then operation, then everything else."""
    check("""
        # operation id  at sku answer             original
        receive      1 100   0 ok                 _
        0            0  99  -1 id_not_positive    _
        0            1  99  -1 id_replayed        ok
        0            2  99  -1 time_went_back     _
        + receive    3 100   0 chain_broken       _
        0            4  99  -1 time_went_back     _
        + receive    5 100   0 chain_broken       _
        0            5 101  -1 id_replayed        ok
        + receive    6 100   0 chain_broken       _
        0            0 101  -1 id_not_positive    _
        + receive    7 100   0 chain_broken       _
        0            8 101  -1 chain_time_differs _
        0            9 100  -1 operation_unknown  _
    """)


def test_reserve() -> None:
    """Level, quantity, time to live, number, stock."""
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
        reserve      2   0        0         5         1 reservation_exists
        reserve     11   0        0         5         1 stock_insufficient
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
        place        2     9   0       -1    i4_min           -1 location_unknown
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


def test_fulfil_and_cancel() -> None:
    """Quantity, order, line, allocation."""
    check("""
        # operation order argument quantity answer
        receive         _        _        9 ok
        place           2        0        5 ok
        fulfil          9        7        0 quantity_not_positive
        fulfil          9        7        6 order_unknown
        fulfil          2        7        6 line_unknown
        fulfil          2       -1        6 line_unknown
        fulfil          2        0        6 allocated_insufficient
        fulfil          2        0       -6 quantity_not_positive
        fulfil          2        0        1 ok
        cancel          9        7        0 quantity_not_positive
        cancel          9        7        6 order_unknown
        cancel          2        7        6 line_unknown
        cancel          2       -1        6 line_unknown
        cancel          2        0        5 allocated_insufficient
        cancel          2        0       -5 quantity_not_positive
        cancel          2        0        1 ok
        = line 2 0 ordered 5 allocated 3 fulfilled 1 cancelled 1
    """)


def test_receive() -> None:
    """Level, then quantity; not positive before too large."""
    check("""
        # operation sku location  quantity answer
        sell          1        0         5 ok
        receive       0        0         5 ok
        receive      -1       -1         0 sku_unknown
        receive       0       -1         0 location_unknown
        receive       1        0    i4_min quantity_not_positive
        receive       0        0 level_max quantity_too_large
    """)


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
    """Level, then quantity; negative before too large."""
    check("""
        # operation sku location  quantity answer
        accept        0        0 level_max ok
        count        -1       -1        -1 sku_unknown
        count         0       -1        -1 location_unknown
        count         0        0        -1 quantity_negative
        = level 0 0 available i4_min+1 committed level_max
    """)
