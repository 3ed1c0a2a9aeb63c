"""Lines that name no location: the first rule that does not tie decides where they go."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_a_line_finds_its_location() -> None:
    """Nothing is said of lanes: the fewest parcels, then the first location."""
    check(
        """
        # operation sku location zone quantity answer             available events
        receive       0        0    _        2 ok                         2 received:2
        receive       0        1    _        5 ok                         5 received:5
        receive       0        2    _        5 ok                         5 received:5
        place         0      any    0        3 ok                         0 placed:3
        place         0      any    0        5 ok                         0 placed:5
        place         0      any    0        5 stock_insufficient         0 none
        place         0      any    0        4 ok                         0 placed:2,placed:2
        = line 4 0 ordered 3 allocated 3 location 1
        = line 5 0 ordered 5 allocated 5 location 2
        = line 7 0 ordered 2 allocated 2 location 0 split_from 0
        = line 7 1 ordered 2 allocated 2 location 1 split_from 0
        = level 0 0 committed 2
        = level 0 1 committed 5
        = level 0 2 committed 5
        """,
        locations=3,
    )


def test_the_money_of_a_split_line() -> None:
    """In proportion, to the last minor unit; the last location gets the rest."""
    check(
        """
        # operation location zone quantity amount answer events
        receive            0    _        1      _ ok     received:1
        receive            1    _        2      _ ok     received:2
        receive            2    _        4      _ ok     received:4
        place            any    0        7   1000 ok     placed:4,placed:2,placed:1
        = line 4 0 ordered 4 allocated 4 amount_minor 571 location 2
        = line 4 1 ordered 2 allocated 2 amount_minor 286 location 1
        = line 4 2 ordered 1 allocated 1 amount_minor 143 location 0
        """,
        locations=3,
    )


def test_an_order_leaves_in_few_parcels() -> None:
    """A location that can serve the order's later lines too comes first."""
    check(
        """
        # operation sku location zone quantity answer events
        receive       0        0    _        9 ok     received:9
        receive       0        1    _        9 ok     received:9
        receive       0        2    _        9 ok     received:9
        receive       1        1    _        1 ok     received:1
        receive       1        2    _        2 ok     received:2
        + place       0      any    0        1 ok     placed:1
        + place       1      any    0        2 ok     placed:2
        place         0      any    0        1 ok     placed:1
        + place       0        1    _        1 ok     placed:1
        place         0      any    0        1 ok     placed:1
        = line 6 0 ordered 1 allocated 1 location 2
        = line 6 1 ordered 2 allocated 2 location 2
        = line 6 2 ordered 1 allocated 1 location 2
        = line 9 1 ordered 1 allocated 1 location 1
        """,
        locations=3,
    )


def test_the_nearest_location() -> None:
    """By the distance to the customer's zone, which each zone has of its own."""
    check(
        """
        # operation location zone distance rules   quantity answer events
        set_routing        _    _        _ nearest        _ ok     set:1
        set_lane           0    3       90 _              _ ok     set:1
        set_lane           1    3       20 _              _ ok     set:1
        set_lane           2    3       20 _              _ ok     set:1
        set_lane           1   63       99 _              _ ok     set:1
        receive            0    _        _ _              9 ok     received:9
        receive            1    _        _ _              9 ok     received:9
        receive            2    _        _ _              9 ok     received:9
        place            any    3        _ _              2 ok     placed:2
        place            any   63        _ _              2 ok     placed:2
        place            any    3        _ _             10 ok     placed:7,placed:3
        = line 9 0 ordered 2 allocated 2 location 1
        = line 10 0 ordered 2 allocated 2 location 0
        = line 11 0 ordered 7 allocated 7 location 1
        = line 11 1 ordered 3 allocated 3 location 2
        """,
        locations=3,
    )


def test_the_cheapest_location() -> None:
    """Units and a parcel, which all that it may hold share; a parcel that goes anyway is free."""
    check("""
        # operation location zone distance parcel order quantity answer events
        set_lane           0    0 _           900 _            0 ok     set:0
        set_lane           1    0 _           100 _          199 ok     set:199
        receive            0    _ _             _ _           99 ok     received:99
        receive            1    _ _             _ _           99 ok     received:99
        place            any    0 _             _ _            4 ok     placed:4
        place            any    0 _             _ _            5 ok     placed:5
        + place          any    0 _             _ _            1 ok     placed:1
        place            any    0 _             _ _            3 ok     placed:3
        + place          any    0 _             _ _            1 ok     placed:1
        place            any    0 _             _ _            4 ok     placed:4
        + place            0    _ _             _ _            1 ok     placed:1
        place            any    0 _             _ _            1 ok     placed:1
        = line 5 0 ordered 4 allocated 4 location 1
        = line 6 0 ordered 5 allocated 5 location 0
        = line 7 0 ordered 1 allocated 1 location 1
        = line 7 1 ordered 3 allocated 3 location 1
        = line 9 0 ordered 1 allocated 1 location 0
        = line 9 1 ordered 4 allocated 4 location 0
        = line 11 1 ordered 1 allocated 1 location 0
    """)


def test_a_second_parcel_is_foreseen() -> None:
    """Who cannot send the whole order makes another location send a parcel as well."""
    check("""
        # operation sku location zone parcel quantity answer events
        set_lane      _        0    0      8        0 ok     set:0
        set_lane      _        1    0      8        1 ok     set:1
        receive       0        0    _      _        9 ok     received:9
        receive       0        1    _      _        9 ok     received:9
        receive       1        1    _      _        1 ok     received:1
        place         0      any    0      _        4 ok     placed:4
        + place       0      any    0      _        4 ok     placed:4
        place         1      any    0      _        1 ok     placed:1
        place         0      any    0      _       10 ok     placed:5,placed:5
        = line 6 0 ordered 4 allocated 4 location 0
        = line 7 0 ordered 4 allocated 4 location 1
        = line 7 1 ordered 1 allocated 1 location 1
        = line 9 0 ordered 5 allocated 5 location 0
    """)


def test_costs_are_compared_exactly() -> None:
    """Seven for three is dearer than two apiece: fractions, not rounded quotients."""
    check("""
        # operation location zone parcel quantity answer events
        set_lane           0    0      7        0 ok     set:0
        set_lane           1    0      5        1 ok     set:1
        receive            0    _      _        3 ok     received:3
        receive            1    _      _        9 ok     received:9
        place            any    0      _        3 ok     placed:3
        place            any    0      _        3 ok     placed:3
        = line 5 0 ordered 3 allocated 3 location 0
        = line 6 0 ordered 3 allocated 3 location 1
    """)


def test_a_floor_is_left_where_it_can_be() -> None:
    """A store keeps something on its shelves; when nobody else has any, it gives that too."""
    check("""
        # operation location zone quantity answer events
        set_floor          0    _        4 ok     set:4
        receive            0    _        9 ok     received:9
        receive            1    _        3 ok     received:3
        place            any    0        5 ok     placed:5
        place            any    0        2 ok     placed:2
        place            any    0        2 ok     placed:1,placed:1
        = line 4 0 ordered 5 allocated 5 location 0
        = line 5 0 ordered 2 allocated 2 location 1
        = line 6 0 ordered 1 allocated 1 location 1
        = line 6 1 ordered 1 allocated 1 location 0
    """)


def test_the_fullest_location_and_the_oldest_lot() -> None:
    """Balance takes where there is most; first expired where a lot ends first."""
    check("""
        # operation location zone end rules         quantity answer events
        receive            0    _   _ _                    4 ok     received:4
        receive            1    _  90 _                    5 ok     received:5
        set_routing        _    _   _ balance              _ ok     set:1
        place            any    0   _ _                    2 ok     placed:2
        place            any    0   _ _                    1 ok     placed:1
        set_routing        _    _   _ first_expired        _ ok     set:1
        place            any    0   _ _                    1 ok     placed:1
        receive            0    _  80 _                    1 ok     received:1
        place            any    0   _ _                    1 ok     placed:1
        = line 4 0 ordered 2 allocated 2 location 1
        = line 5 0 ordered 1 allocated 1 location 0
        = line 7 0 ordered 1 allocated 1 location 1
        = line 9 0 ordered 1 allocated 1 location 0
    """)


def test_the_first_rule_that_does_not_tie_decides() -> None:
    """The next is asked only among those that the first cannot tell apart."""
    check(
        """
        # operation location zone distance rules           quantity answer events
        set_lane           0    0       10 _                      _ ok     set:1
        set_lane           1    0       10 _                      _ ok     set:1
        set_lane           2    0       20 _                      _ ok     set:1
        receive            0    _        _ _                      4 ok     received:4
        receive            1    _        _ _                      6 ok     received:6
        receive            2    _        _ _                      9 ok     received:9
        set_routing        _    _        _ nearest,balance        _ ok     set:1
        place            any    0        _ _                      1 ok     placed:1
        set_routing        _    _        _ balance,nearest        _ ok     set:1
        place            any    0        _ _                      1 ok     placed:1
        set_routing        _    _        _ nearest                _ ok     set:1
        place            any    0        _ _                      1 ok     placed:1
        set_routing        _    _        _ 0                      _ ok     set:1
        place            any    0        _ _                      8 ok     placed:8
        = line 8 0 ordered 1 allocated 1 location 1
        = line 10 0 ordered 1 allocated 1 location 2
        = line 12 0 ordered 1 allocated 1 location 0
        = line 14 0 ordered 8 allocated 8 location 2
        """,
        locations=3,
    )


def test_rules_that_do_not_exist() -> None:
    """Codes of no rule, and rules behind the end."""
    check("""
        # operation              rules answer
        set_routing                  7 number_out_of_range
        set_routing                256 number_out_of_range
        set_routing              65537 number_out_of_range
        set_routing                 -1 number_out_of_range
        set_routing             i8_max number_out_of_range
        set_routing             i8_min number_out_of_range
        set_routing                774 ok
        set_routing 434041037028460038 ok
        set_routing  72340172838076673 ok
        set_routing                  0 ok
    """)


def test_a_location_serves_the_channels_that_it_may() -> None:
    """A shop without a packing table sends no parcels."""
    check("""
        # operation  location zone channel channels quantity answer              events
        receive             0    _ _              _        9 ok                  received:9
        receive             1    _ _              _        3 ok                  received:3
        set_location        0    _ _              5        _ ok                  set:1
        place             any    0 web            _        4 stock_insufficient  none
        place             any    0 web            _        1 ok                  placed:1
        place             any    0 app            _        4 ok                  placed:4
        set_location        1    _ _              0        _ ok                  set:1
        place             any    0 web            _        1 stock_insufficient  none
        set_location        0    _ _            255        _ ok                  set:1
        place             any    0 web            _        1 ok                  placed:1
        set_location        0    _ _            256        _ number_out_of_range none
        set_location        0    _ _             -1        _ number_out_of_range none
        = line 5 0 ordered 1 allocated 1 location 1
        = line 6 0 ordered 4 allocated 4 location 0
        = line 10 0 ordered 1 allocated 1 location 0
    """)


def test_a_kit_is_routed_whole() -> None:
    """Each location gives whole kits; the money is split over locations, then over parts."""
    check("""
        # operation sku part location zone weight quantity amount answer             events
        set_part      2    0        _    _      1        2      _ ok                 set:2
        set_part      2    1        _    _      2        1      _ ok                 set:1
        receive       0    _        0    _      _        5      _ ok                 received:5
        receive       1    _        0    _      _        9      _ ok                 received:9
        receive       0    _        1    _      _        9      _ ok                 received:9
        receive       1    _        1    _      _        1      _ ok                 received:1
        place         2    _      any    0      _        4    100 stock_insufficient none
        place         2    _      any    0      _        3    100 ok                 placed:4,placed:2,placed:2,placed:1
        = line 8 0 sku 0 kit 2 ordered 4 allocated 4 amount_minor 22 location 0 split_from 0
        = line 8 1 sku 1 kit 2 ordered 2 allocated 2 amount_minor 44 location 0 split_from 0
        = line 8 2 sku 0 kit 2 ordered 2 allocated 2 amount_minor 11 location 1 split_from 0
        = line 8 3 sku 1 kit 2 ordered 1 allocated 1 amount_minor 23 location 1 split_from 0
    """)


def test_kits_and_the_rules_of_their_parts() -> None:
    """The floor of any part, the first lot of any part."""
    check("""
        # operation sku part location zone end rules         quantity answer
        set_part      2    0        _    _   _ _                    1 ok
        set_part      2    1        _    _   _ _                    1 ok
        receive       0    _        0    _  90 _                    9 ok
        receive       1    _        0    _   _ _                    9 ok
        receive       0    _        1    _   _ _                    9 ok
        receive       1    _        1    _  80 _                    9 ok
        set_floor     1    _        0    _   _ _                    9 ok
        place         2    _      any    0   _ _                    1 ok
        set_routing   _    _        _    _   _ first_expired        _ ok
        place         2    _      any    0   _ _                    1 ok
        sell          1    _        1    _   _ _                    8 ok
        place         2    _      any    0   _ _                    1 ok
        = line 8 0 ordered 1 allocated 1 location 1
        = line 10 0 ordered 1 allocated 1 location 1
        = line 12 0 ordered 1 allocated 1 location 0
    """)


def test_zones_and_lines_without_a_place() -> None:
    """A zone there must be; a fact, a reservation or a sale cannot be left to the engine."""
    check("""
        # operation location zone flags    quantity answer
        receive            0    _ _               9 ok
        place            any   64 _               1 zone_unknown
        place            any   -1 _               1 zone_unknown
        place             -2    0 _               1 location_unknown
        place            any   63 _               1 ok
        reserve          any    0 _               1 location_unknown
        sell             any    0 _               1 location_unknown
        receive          any    0 _               1 location_unknown
        place            any    0 accepted        9 stock_insufficient
        place            any    0 accepted        8 ok
        set_lane           0   64 _               1 zone_unknown
        set_lane           0   -1 _               1 zone_unknown
    """)


def test_nobody_waits_for_goods_anywhere() -> None:
    """A backorder needs a level; its terms mean nothing to routing."""
    check("""
        # operation   location zone quantity answer
        receive              0    _        3 ok
        set_backorder        0    _       99 ok
        place              any    0        4 stock_insufficient
        place              any    0        3 ok
        = level 0 0 committed 3
    """)


def test_a_line_is_split_over_eight_locations_at_most() -> None:
    """A ninth parcel is one too many."""
    check(
        """
        # operation location zone quantity answer
        receive            0    _        1 ok
        receive            1    _        1 ok
        receive            2    _        1 ok
        receive            3    _        1 ok
        receive            4    _        1 ok
        receive            5    _        1 ok
        receive            6    _        1 ok
        receive            7    _        1 ok
        receive            8    _        1 ok
        place            any    0        9 stock_insufficient
        place            any    0        8 ok
        = lines 11 8
        = level 0 8 available 1
        """,
        locations=9,
    )
