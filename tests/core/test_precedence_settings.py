"""Which refusal is given when a setting deserves several; staircases as in test_precedence."""

from tests.core.tables import check


def test_settings_of_a_level() -> None:
    """Sku, location, kit, quantity, then dates and numbers."""
    check("""
        # operation     at sku part location until quantity answer
        set_part        50   2    1        _     _        1 ok
        set_buffer      50   3    _        2     _       -1 sku_unknown
        set_buffer      50   2    _        2     _       -1 location_unknown
        set_buffer      50   2    _        1     _       -1 kit_has_no_stock
        set_buffer      50   1    _        1     _       -1 quantity_negative
        set_fence       50   3    _        2     _       -1 sku_unknown
        set_fence       50   2    _        2     _       -1 location_unknown
        set_fence       50   2    _        1     _       -1 kit_has_no_stock
        set_fence       50   1    _        1     _       -1 quantity_negative
        set_floor       50   3    _        2     _       -1 sku_unknown
        set_floor       50   2    _        2     _       -1 location_unknown
        set_floor       50   2    _        1     _       -1 kit_has_no_stock
        set_floor       50   1    _        1     _       -1 quantity_negative
        set_backorder   50   3    _        2     9       -1 sku_unknown
        set_backorder   50   2    _        2     9       -1 location_unknown
        set_backorder   50   2    _        1     9       -1 kit_has_no_stock
        set_backorder   50   1    _        1     9       -1 quantity_negative
        set_backorder   50   1    _        1    -1       -1 quantity_negative
        set_backorder   50   1    _        1     9        1 date_past
        set_backorder   50   1    _        1    -1        1 number_out_of_range
    """)


def test_parts() -> None:
    """Sku, quantity, weight, whether the kit is in use, what it is made of."""
    check(
        """
        # operation sku part quantity weight answer
        receive       4    _        1      _ ok
        set_part      5    0        1      _ ok
        set_part      5    1        1      _ ok
        set_part     -1    4        0     -1 sku_unknown
        set_part      4   -1        0     -1 sku_unknown
        set_part      4    4        0     -1 quantity_not_positive
        set_part      4    4    32768     -1 quantity_too_large
        set_part      4    4        1     -1 number_out_of_range
        set_part      4    4        1   1024 number_out_of_range
        set_part      4    4        1      0 kit_in_use
        set_part      5    5        1      0 kit_nested
        set_part      6    5        1      0 kit_nested
        set_part      0    2        1      0 kit_nested
        """,
        skus=7,
    )
    check(
        """
        # operation sku part quantity answer
        set_part      9    0        1 ok
        set_part      9    1        1 ok
        set_part      9    2        1 ok
        set_part      9    3        1 ok
        set_part      9    4        1 ok
        set_part      9    5        1 ok
        set_part      9    6        1 ok
        set_part      9    7        1 ok
        set_part      9    7        1 kit_in_use
        set_part      9    9        1 kit_nested
        set_part      9    8        1 kit_full
        """,
        skus=10,
    )


def test_lanes_locations_and_products() -> None:
    """The things named, then the numbers."""
    check("""
        # operation    sku location zone quantity parcel     argument answer
        set_lane         _        2   64       -1     -1           -1 location_unknown
        set_lane         _        1   64       -1     -1           -1 zone_unknown
        set_lane         _        1   63       -1     -1           -1 quantity_negative
        set_lane         _        1   63        0     -1            0 number_out_of_range
        set_lane         _        1   63        0      0           -1 number_out_of_range
        set_lane         _        1   63        0      0  level_max+1 number_out_of_range
        set_lane         _        1   63        0 level_max+1       0 number_out_of_range
        set_lane         _        1   63 level_max level_max level_max ok
        set_location     _        2    _        _      _           -1 location_unknown
        set_location     _       -1    _        _      _           -1 location_unknown
        set_location     _        1    _        _      _           -1 number_out_of_range
        set_location     _        1    _        _      _            0 ok
        set_product      3        _    _        _      _           -1 sku_unknown
        set_product     -1        _    _        _      _           -1 sku_unknown
        set_product      2        _    _        _      _           -1 number_out_of_range
        set_product      2        _    _        _      _            9 ok
    """)


def test_holds() -> None:
    """A stage that there is, and a time that can be."""
    check("""
        # operation channel reason   longest answer
        set_hold    8       4             -1 channel_unknown
        set_hold    7       4              0 number_out_of_range
        set_hold    7       3             -1 number_out_of_range
        set_hold    7       3      ttl_max+1 number_out_of_range
        set_hold    7       3        ttl_max ok
    """)


def test_a_setting_tells_what_was_set() -> None:
    """Its event repeats the command's numbers, so that whoever listens knows the shop's rules."""
    check("""
        # operation     sku location to weight argument quantity answer available events
        receive           0        1  _      _        _        4 ok             4 received:4
        set_buffer        0        1  _      _        _        2 ok             4 set:2
        set_backorder     0        1  _      _        _        7 ok             4 set:7
        set_floor         0        1  _      _        _        3 ok             4 set:3
        set_product       0        1  _      _       12        1 ok             0 set:1
        set_lane          0        1  0      5        9        6 ok             0 set:6
        set_routing       0        1  _      _        2        1 ok             0 set:1
        set_location      0        1  _      _        7        1 ok             0 set:1
        set_hold          0        1  _      _        9        1 ok             0 set:1
        set_part          2        1  _      3        1        2 ok             0 set:2
    """)
