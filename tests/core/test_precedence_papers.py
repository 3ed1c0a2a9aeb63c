"""Which refusal is given when a command about a paper, or about a state, deserves several.

Staircases as in test_precedence: every row breaks one guard and all those after it.
"""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_return() -> None:
    """Location, quantity, disposition, number, order, line, what went out, the shelf."""
    check(
        """
        # operation id order line location due reason         quantity answer
        receive      1     _    _        1   _ _             level_max ok
        expect       2     _    _        0  90 _                     1 ok
        sell         3     3    _        0   _ _                     3 ok
        return       4     9    7        2   _ 5                     0 location_unknown
        return       5     9    7        1   _ 5                     0 quantity_not_positive
        return       2     9    7        1   _ 5                     4 disposition_unknown
        expire       6     _    _        _   _ _                     _ ok
        return       2     9    7        1   _ restocked             4 document_exists
        return       7     9    7        1   _ restocked             4 order_unknown
        return       8     3    7        1   _ restocked             4 line_unknown
        return       9     3    0        1   _ restocked             4 fulfilled_insufficient
        return      10     3    0        1   _ restocked             3 quantity_too_large
        return      11     3    0        0   _ restocked             3 ok
        """,
        remembered_ids=1,
    )


def test_return_without_receipt() -> None:
    """Level, kit, quantity, the shelf, disposition, number."""
    check(
        """
        # operation id sku part location due reason             quantity answer
        set_part     1   2    1        _   _ _                         1 ok
        receive      2   0    _        1   _ _                 level_max ok
        expect       3   0    _        0  90 _                         1 ok
        return       4  -1    _        2   _ 5                         0 sku_unknown
        return       5   2    _        2   _ 5                         0 location_unknown
        return       6   2    _        1   _ 5                         0 kit_has_no_stock
        return       7   0    _        1   _ 5                         0 quantity_not_positive
        return       3   0    _        1   _ restocked                 1 quantity_too_large
        expire       8   _    _        _   _ _                         _ ok
        return       3   0    _        1   _ 5                         1 disposition_unknown
        expire       9   _    _        _   _ _                         _ ok
        return       3   0    _        1   _ missing                   1 document_exists
        return      10   0    _        1   _ missing                   1 ok
        """,
        remembered_ids=1,
    )


def test_dispose() -> None:
    """Quantity, disposition, paper, undecided units, the state they stand in."""
    check("""
        # operation  order line location states                  paper reason              quantity answer
        sell             _    _        0 _                           _ _                          3 ok
        return           1    0        0 _                           _ processing_required        3 ok
        reclassify       _    _        0 quality_control>damaged     _ _                          2 ok
        dispose          _    _        _ _                           9 processing_required        0 quantity_not_positive
        dispose          _    _        _ _                           9 processing_required        4 disposition_unknown
        dispose          _    _        _ _                           9 restocked                  4 document_unknown
        dispose          _    _        _ _                           2 restocked                  4 undecided_insufficient
        dispose          _    _        _ _                           2 restocked                  3 state_insufficient
    """)


def test_transfer() -> None:
    """Sku, both locations, kit, quantity at both ends, date, number, stock."""
    check(
        """
        # operation id at sku part location to  quantity due answer
        set_part     1 50   2    1        _  _         1   _ ok
        expect       2 50   0    _        1  _ level_max   _ ok
        expect       3 50   1    _        1  _         1  90 ok
        sell         4 50   0    _        0  _ level_max   _ ok
        transfer    16 50  -1    _       -1  2         0   9 sku_unknown
        transfer     5 50   2    _       -1  2         0   9 location_unknown
        transfer     6 50   2    _        0  2         0   9 location_unknown
        transfer    17 50   2    _        2  2         0   9 location_unknown
        transfer     7 50   2    _        0  0         0   9 location_same
        transfer     8 50   2    _        0  1         0   9 kit_has_no_stock
        transfer     9 50   0    _        0  1         0   9 quantity_not_positive
        transfer    18 50   1    _        0  1    i4_min   9 quantity_not_positive
        transfer    10 50   0    _        0  1         1   9 quantity_too_large
        transfer    11 50   1    _        0  1 level_max   9 quantity_too_large
        transfer    12 50   1    _        0  1         1   9 date_past
        transfer     3 50   1    _        0  1         1  -1 number_out_of_range
        expire      13 50   _    _        _  _         _   _ ok
        expire      14 50   _    _        _  _         _   _ ok
        transfer     3 50   1    _        0  1         1  90 document_exists
        transfer    15 50   1    _        0  1         1  90 stock_insufficient
        """,
        remembered_ids=1,
    )


def test_arrive() -> None:
    """Quantity, paper, number, whether it is closed, the shelf."""
    check(
        """
        # operation id location to end paper flags  quantity answer
        receive      1        0  _  90     _ _             9 ok
        transfer     2        0  1   _     _ _             4 ok
        transfer     3        0  1   _     _ _             4 ok
        arrive       4        _  _   _     2 final         4 ok
        receive      5        1  _   _     _ _     level_max quantity_too_large
        arrive       6        _  _   _     9 _            -1 quantity_negative
        arrive       7        _  _   _     9 _             0 quantity_zero
        arrive       1        _  _   _     9 _     level_max document_unknown
        arrive       4        _  _   _     2 _     level_max document_exists
        arrive       8        _  _   _     2 _     level_max document_closed
        arrive       9        _  _   _     2 final         0 document_closed
        arrive       1        _  _   _     3 _     level_max document_exists
        arrive      10        _  _   _     3 _     level_max quantity_too_large
        """,
        remembered_ids=1,
    )


def test_reclassify() -> None:
    """Level, states, kit, quantity, bounds, what stands there, what may be promised."""
    check("""
        # operation  sku part location states                   quantity answer
        set_part       2    1        _ _                               1 ok
        receive        0    _        0 _                       level_max ok
        reclassify     0    _        0 available>damaged       level_max ok
        receive        0    _        1 _                               5 ok
        reclassify    -1    _       -1 available>available             0 sku_unknown
        reclassify     2    _       -1 available>available             0 location_unknown
        reclassify     2    _        0 available>available             0 state_unknown
        reclassify     2    _        0 available>damaged               0 kit_has_no_stock
        reclassify     0    _        0 safety_stock>damaged            0 quantity_not_positive
        reclassify     0    _        1 available>damaged          i4_min quantity_not_positive
        reclassify     0    _        0 safety_stock>damaged            1 quantity_too_large
        reclassify     0    _        0 available>damaged               1 quantity_too_large
        reclassify     0    _        1 safety_stock>damaged            1 state_insufficient
        reclassify     0    _        1 available>safety_stock          6 stock_insufficient
        sell           0    _        1 _                       level_max ok
        reclassify     0    _        1 available>quality_control       6 quantity_too_large
        reclassify     0    _        1 available>safety_stock  level_max quantity_too_large
    """)


def test_extend() -> None:
    """Time to live, reservation, and only then the longest hold."""
    check("""
        # operation at order       ttl answer
        receive      0     _         _ ok
        set_hold     0     _        50 ok
        reserve      0     _        50 ok
        extend      10     0         0 ttl_not_positive
        extend      10     9         0 ttl_not_positive
        extend      10     9 ttl_max+1 ttl_too_long
        extend      10     9        41 reservation_unknown
        extend      10     3        41 ttl_too_long
        extend      10     3        40 ok
    """)


def test_points() -> None:
    """Quantity, time to live, party, number, balance."""
    check(
        """
        # operation id party due paper             argument quantity answer
        expect       1     _  90     _                    _        1 ok
        earn         2     0   _     _                   -1        0 quantity_not_positive
        earn         3     0   _     _                   -1        1 ttl_negative
        earn         4     0   _     _      316224000000001        1 ttl_too_long
        earn         1     0   _     _                    0        1 party_not_positive
        expire      13     _   _     _                    _        _ ok
        earn         1     7   _     _                    0        1 document_exists
        earn         5     7   _     _                    0        9 ok
        burn         6     0   _     _                    0        0 quantity_not_positive
        burn         1     0   _     _                    0       10 party_not_positive
        expire      14     _   _     _                    _        _ ok
        burn         1     7   _     _                    0       10 document_exists
        burn         7     7   _     _                    0       10 points_insufficient
        burn         8     7   _     _                    0        4 ok
        expire       9     _   _     _                    _        _ ok
        reverse     10     _   _     9                    _        0 quantity_not_positive
        reverse      1     _   _     9                    _       10 document_unknown
        expire      15     _   _     _                    _        _ ok
        reverse      1     _   _     8                    _        5 document_exists
        reverse     11     _   _     8                    _        5 points_insufficient
        reverse     16     _   _     5                    _       10 points_insufficient
        reverse     12     _   _     5                    _        9 ok
        """,
        remembered_ids=1,
    )
