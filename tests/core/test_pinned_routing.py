"""Routing by a hair: equal fractions, one unit more, the units of a kit, the end of the numbers."""

from tests.core.tables import check


def test_two_halves_are_equal_however_they_are_written() -> None:
    """Two quarters and four eighths of a cent a unit tie, and the next rule decides."""
    check("""
        # operation sku location zone parcel distance rules               quantity answer
        receive       0        0    _      _        _ _                          4 ok
        receive       0        1    _      _        _ _                          8 ok
        set_lane      _        0    0      1        9 _                          0 ok
        set_lane      _        1    0      4        1 _                          0 ok
        set_routing   _        _    _      _        _ lowest_cost,nearest        _ ok
        place         0      any    0      _        _ _                          8 ok
        = line 6 0 ordered 8 allocated 8 location 1
    """)


def test_a_unit_more_outweighs_a_parcel() -> None:
    """The parcel that an earlier line pays for already decides only where the units tie."""
    check("""
        # operation sku location rules         quantity answer
        receive       0        0 _                    1 ok
        receive       1        0 _                    2 ok
        receive       1        1 _                    3 ok
        set_routing   _        _ fewest_splits        _ ok
        + place       0        0 _                    1 ok
        place         1      any _                    3 ok
        = line 5 1 ordered 3 allocated 3 location 1
    """)


def test_all_that_a_place_could_serve_has_an_end() -> None:
    """Beyond the largest number of units one more does not count."""
    check("""
        # operation sku location rules         quantity    answer
        receive       0        0 _                    1    ok
        receive       0        1 _                    1    ok
        receive       1        0 _             level_max-1 ok
        receive       1        1 _             level_max   ok
        set_routing   _        _ fewest_splits        _    ok
        + place       0      any _                    1    ok
        place         1      any _             level_max   ok
        = line 6 0 ordered 1 allocated 1 location 0
        = line 6 1 ordered level_max allocated level_max location 1
    """)


def test_no_sku_is_below_the_first() -> None:
    """Routing looks ahead in the chain; the sku -1 there serves nobody."""
    check("""
        # operation sku location quantity answer
        receive       0        0        5 ok
        receive       0        1        5 ok
        + place       0      any        1 chain_broken
        place        -1      any        1 sku_unknown
        = level 0 0 available 5
        = level 0 1 available 5
    """)


def test_the_floor_under_the_parts_of_a_kit() -> None:
    """Six of ten leave less than five: the other place sells the two kits."""
    check("""
        # operation sku part location quantity answer
        set_part      2    0        _        3 ok
        receive       0    _        0       10 ok
        receive       0    _        1       10 ok
        set_floor     0    _        0        5 ok
        place         2    _      any        2 ok
        = line 5 0 ordered 6 allocated 6 location 1
    """)


def test_the_lots_of_the_parts_of_a_kit() -> None:
    """A kit comes from where the lot of a part ends first, were it the first kit ever sold."""
    check("""
        # operation sku part location rules         end quantity answer
        set_part      2    0        _ _               _        1 ok
        receive       0    _        0 _              90        5 ok
        receive       0    _        1 _              50        5 ok
        set_routing   _    _        _ first_expired   _        _ ok
        place         2    _      any _               _        1 ok
        = line 5 0 ordered 1 allocated 1 location 1
    """)


def test_a_parcel_that_was_never_sent_is_not_added_to() -> None:
    """An order that comes to lie where one of a broken chain lay has no parcel yet."""
    check("""
        # operation     id sku location order rules         quantity answer
        receive          1   0        0     _ _                    5 ok
        receive          2   0        1     _ _                    5 ok
        set_routing      3   _        _     _ fewest_splits        _ ok
        + place      58944   0        1     _ _                    1 chain_broken
        fulfil           4   _        _     9 _                    1 order_unknown
        place       110080   0      any     _ _                    1 ok
        = line 110080 0 ordered 1 allocated 1 location 0
    """)


def test_a_detour_joins_the_parcel_of_the_one_before() -> None:
    """What was rerouted first leaves from location 2, and the next unit with it."""
    check(
        """
        # operation   sku location to  order line rules         quantity answer
        receive         1        0  _      _    _ _                    3 ok
        receive         1        1  _      _    _ _                    3 ok
        receive         1        2  _      _    _ _                    3 ok
        set_routing     _        _  _      _    _ fewest_splits        _ ok
        place           1        0  _      _    _ _                    3 ok
        place           1        1  _      _    _ _                    1 ok
        pick            _        _  _      5    0 _                    1 ok
        reroute         _        _  2      5    0 _                    1 ok
        reroute         _        0  any    5    0 _                    1 ok
        = line 5 2 ordered 1 allocated 1 location 2
        """,
        locations=3,
    )


def test_a_parcel_that_has_left_takes_nothing_along() -> None:
    """Location 2 has sent what it had of the order: it is no better than location 1."""
    check(
        """
        # operation   sku location to  order line rules         quantity answer
        receive         0        0  _      _    _ _                    3 ok
        receive         0        1  _      _    _ _                    3 ok
        receive         0        2  _      _    _ _                    3 ok
        set_routing     _        _  _      _    _ fewest_splits        _ ok
        + place         0        0  _      _    _ _                    3 ok
        place           0        2  _      5    _ _                    1 ok
        fulfil          _        _  _      5    1 _                    1 ok
        pick            _        _  _      5    0 _                    2 ok
        reroute         _        0  any    5    0 _                    1 ok
        = line 5 2 ordered 1 allocated 1 location 1
        """,
        locations=3,
    )
