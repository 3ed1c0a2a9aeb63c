"""Where the engine may choose, and what may be promised from wherever it chooses."""

from tests.core.tables import check


def test_a_location_that_is_full_is_no_candidate() -> None:
    """Units that could not be booked as committed are looked for elsewhere."""
    check("""
        # operation location zone  quantity answer
        accept             0    _ level_max ok
        receive            0    _ level_max ok
        receive            0    _         1 quantity_too_large
        adjust             0    _         1 quantity_too_large
        receive            1    _         1 ok
        place            any    0         1 ok
        place            any    0         1 stock_insufficient
        = line 6 0 ordered 1 allocated 1 location 1
        = level 0 0 committed level_max
        = level 0 1 committed 1
    """)


def test_what_may_be_promised_from_anywhere() -> None:
    """The eight locations that have most, of those that the channel may be served from."""
    check(
        """
        # operation    location sku part channel channels quantity answer
        set_part              _   1    0 _              _        2 ok
        receive               0   0    _ _              _        1 ok
        receive               1   0    _ _              _        9 ok
        receive               2   0    _ _              _        2 ok
        receive               3   0    _ _              _        3 ok
        receive               4   0    _ _              _        4 ok
        receive               5   0    _ _              _        5 ok
        receive               6   0    _ _              _        6 ok
        receive               7   0    _ _              _        7 ok
        receive               8   0    _ _              _        8 ok
        sell                  9   0    _ _              _        3 ok
        set_location          1   _    _ _            253        _ ok
        set_fence             8   0    _ app            _        2 ok
        = routable till 0 42
        = routable web 0 34
        = routable app 0 44
        = routable web 1 15
        """,
        skus=2,
        locations=10,
    )
    check(
        """
        # operation    location sku channel channels quantity answer
        receive               0   0 _              _        9 ok
        receive               1   0 _              _        5 ok
        set_location          0   _ _            253        _ ok
        place               any   0 web            _        6 stock_insufficient
        place               any   0 web            _        5 ok
        place               any   0 till           _        9 ok
        = routable web 0 0
        = routable till 0 0
        """,
    )
