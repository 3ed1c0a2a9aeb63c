"""Which refusal is given when a command about an order deserves several.

Staircases as in test_precedence: every row breaks one guard and all those after it.
"""

from tests.core.tables import check


def test_place_anywhere() -> None:
    """Sku, zone, quantity, amount, order, stock."""
    check(
        """
        # operation id order sku part location zone quantity       amount answer
        set_part     1     _   2    1        _    _        2            _ ok
        receive      2     _   0    _        0    _        9            _ ok
        place        3     3   0    _        0    _        1            _ ok
        place        4     9   3    _      any   64        0           -1 sku_unknown
        place        5     9   0    _      any   64        0           -1 zone_unknown
        place        6     9   0    _      any    0        0           -1 quantity_not_positive
        place        7     9   0    _      any    0       99           -1 amount_negative
        place        8     9   0    _      any    0       99 amount_max+1 amount_too_large
        place        9     8   0    _      any    0       99            1 order_id_not_first
        expire      10     _   _    _        _    _        _            _ ok
        place        3     3   0    _      any    0       99            1 order_exists
        place       11    11   0    _      any    0       99            1 stock_insufficient
        """,
        remembered_ids=1,
    )


def test_kits() -> None:
    """Quantity, bounds of the parts, amount, order, stock; sold, placed or held."""
    check(
        """
        # operation id order sku part  quantity       argument answer
        set_part     1     _   2    0         9              _ ok
        set_part     2     _   2    1         1              _ ok
        receive      3     _   0    _         9              _ ok
        sell         4     4   0    _         1              1 ok
        place        5     9   2    _    i4_min             -1 quantity_not_positive
        place        6     9   2    _ level_max             -1 quantity_too_large
        place        7     9   2    _         2             -1 amount_negative
        place        8     9   2    _         2   amount_max+1 amount_too_large
        place        9     8   2    _         2              1 order_id_not_first
        place        4     4   2    _         2              1 order_exists
        place       10    10   2    _         2              1 stock_insufficient
        sell        11     9   2    _    i4_min             -1 quantity_not_positive
        sell        12     9   2    _ level_max             -1 quantity_too_large
        sell        13     9   2    _         2             -1 amount_negative
        reserve     14     _   2    _    i4_min              0 quantity_not_positive
        reserve     15     _   2    _ level_max              0 quantity_too_large
        reserve     16     _   2    _         2              0 ttl_not_positive
        reserve     17     _   2    _         2              1 stock_insufficient
        """,
        remembered_ids=1,
    )


def test_fulfil() -> None:
    """Quantity, order, line, state of the order, work, allocation."""
    check("""
        # operation order line flags   quantity answer
        receive         _    _ _             20 ok
        place           _    _ pending        5 ok
        fulfil          9    7 _              0 quantity_not_positive
        fulfil          9    7 _              6 order_unknown
        fulfil          2    7 _              6 line_unknown
        fulfil          2   -1 _              6 line_unknown
        hold            2    0 _              _ ok
        fulfil          2    0 _              6 order_not_ready
        confirm_order   2    _ _              _ ok
        fulfil          2    0 _              6 work_not_allowed
        resume          2    0 _              _ ok
        fulfil          2    0 _              6 allocated_insufficient
        fulfil          2    0 _              1 ok
        fulfil          2    0 _             -6 quantity_not_positive
    """)


def test_cancel() -> None:
    """Quantity, order, line, open units."""
    check("""
        # operation order line quantity answer
        receive         _    _       20 ok
        place           _    _        5 ok
        cancel          9    7        0 quantity_not_positive
        cancel          9    7        6 order_unknown
        cancel          2    7        6 line_unknown
        cancel          2   -1        6 line_unknown
        cancel          2    0        6 open_insufficient
        cancel          2    0       -6 quantity_not_positive
        cancel          2    0        5 ok
        = line 2 0 ordered 5 cancelled 5
    """)


def test_pick() -> None:
    """Quantity, order, line, state of the order, work, allocation."""
    check("""
        # operation order line flags   quantity answer
        receive         _    _ _             20 ok
        place           _    _ pending        5 ok
        pick            9    7 _             -1 quantity_negative
        pick            9    7 _              6 order_unknown
        pick            2    7 _              6 line_unknown
        hold            2    0 _              _ ok
        pick            2    0 _              6 order_not_ready
        confirm_order   2    _ _              _ ok
        pick            2    0 _              6 work_not_allowed
        resume          2    0 _              _ ok
        pick            2    0 _              6 allocated_insufficient
        pick            2    0 _              5 ok
    """)


def test_no_show() -> None:
    """Quantity, order, line, work, allocation; an order on hold can be left as well."""
    check("""
        # operation order line quantity answer
        receive         _    _       20 ok
        place           _    _        5 ok
        no_show         9    7        0 quantity_not_positive
        no_show         9    7        6 order_unknown
        no_show         2    7        6 line_unknown
        no_show         2    0        6 work_not_allowed
        pick            2    0        5 ok
        pack            2    0        _ ok
        hold_order      2    _        _ ok
        no_show         2    0        6 allocated_insufficient
        no_show         2    0        5 ok
    """)


def test_reroute() -> None:
    """Location, quantity, order, line, units not found, stock; a waiting order may be rerouted."""
    check("""
        # operation order line to quantity answer
        receive         _    _  _        5 ok
        place           _    _  _        5 ok
        pick            2    0  _        3 ok
        reroute         9    7  2        0 location_unknown
        reroute         9    7  1        0 quantity_not_positive
        reroute         9    7  1        3 order_unknown
        reroute         2    7  1        3 line_unknown
        reroute         2    0  1        3 unallocated_insufficient
        reroute         2    0  1        2 stock_insufficient
    """)


def test_work() -> None:
    """Action, order, line, state of the order, work; who holds need not wait for the order."""
    check("""
        # operation order line flags   reason quantity answer
        receive         _    _ _            _       20 ok
        place           _    _ pending      _        5 ok
        hold            2    0 _            _        _ ok
        work            9    7 _            5        _ action_unknown
        work            9    7 _            0        _ order_unknown
        work            2    7 _            0        _ line_unknown
        work            2    0 _            0        _ order_not_ready
        work            2    0 _            1        _ order_not_ready
        work            2    0 _            4        _ order_not_ready
        work            2    0 _            2        _ work_not_allowed
        confirm_order   2    _ _            _        _ ok
        work            2    0 _            0        _ work_not_allowed
    """)


def test_step() -> None:
    """Step, order, whether it is allowed."""
    check("""
        # operation order reason answer
        expire          _      _ ok
        sell            _      _ ok
        step            0      3 action_unknown
        step            9      3 action_unknown
        step            9      0 order_unknown
        step            2      0 step_not_allowed
    """)
