"""Units that were not found where they should be: promised again from elsewhere."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_units_that_were_not_found_are_looked_for_elsewhere() -> None:
    """On a line of their own, with their share of the money, from the order's own channel."""
    check(
        """
        # operation order line location  to channel quantity amount answer                   events
        receive         _    _        0   _ _              6      _ ok                       received:6
        receive         _    _        2   _ _              5      _ ok                       received:5
        set_fence       _    _        2   _ web            1      _ ok                       set:1
        place           _    _        0   _ web            6   1000 ok                       placed:6
        pick            4    0        _   _ _              2      _ ok                       picked:2,short_picked:4
        reroute         4    0        _   1 _              1      _ stock_insufficient       none
        reroute         4    0        _   3 _              1      _ location_unknown         none
        reroute         4    0        _  -2 _              1      _ location_unknown         none
        reroute         4    0        _   2 _              5      _ unallocated_insufficient none
        reroute         4    0        _   2 app            2      _ ok                       rerouted:2
        reroute         4    0        _ any _              1      _ ok                       rerouted:1
        reroute         4    0        _   0 _              1      _ stock_insufficient       none
        receive         _    _        0   _ _              1      _ ok                       received:1
        reroute         4    0        _   0 _              1      _ ok                       rerouted:1
        = line 4 0 ordered 2 allocated 2 amount_minor 334 work picked location 0
        = line 4 1 ordered 2 allocated 2 amount_minor 333 location 2 split_from 0 fenced 1
        = line 4 2 ordered 1 allocated 1 amount_minor 166 location 2
        = line 4 3 ordered 1 allocated 1 amount_minor 167 location 0
        = lines 4 4
        = level 0 2 available 2 committed 3
        = level 0 0 committed 3
        """,
        locations=3,
    )


def test_a_line_that_is_rerouted_as_a_whole() -> None:
    """Nothing is left of it; its successor can be lost and rerouted again."""
    check(
        """
        # operation  order line location to  flags quantity amount answer events
        receive          _    _        0 _   _            3      _ ok     received:3
        receive          _    _        1 _   _            3      _ ok     received:3
        receive          _    _        2 _   _            3      _ ok     received:3
        place            _    _        0 _   _            3    100 ok     placed:3
        pick             4    0        _ _   _            0      _ ok     picked:0,short_picked:3
        reroute          4    0        _ any _            3      _ ok     rerouted:3
        pick             4    1        _ _   _            1      _ ok     picked:1,short_picked:2
        hold_order       4    _        _ _   _            _      _ ok     stepped:0
        reroute          4    1        _ any _            2      _ ok     rerouted:2
        cancel           4    2        _ _   _            2      _ ok     cancelled:2
        resume_order     4    _        _ _   _            _      _ ok     stepped:0
        fulfil           4    1        _ _   _            1      _ ok     fulfilled:1
        return           4    1        2 _   _            1      _ ok     returned:1
        = line 4 0 amount_minor 0 work cancelled
        = line 4 1 ordered 1 fulfilled 1 returned 1 amount_minor 34 fulfilled_minor 34 refunded_minor 34 location 1 work closed
        = line 4 2 ordered 2 cancelled 2 amount_minor 66 cancelled_minor 66 location 2 work cancelled
        = order 4 state completed
        = level 0 0
        = level 0 1
        = level 0 2 available 4
        """,
        locations=3,
    )


def test_a_chain_reroutes_as_a_whole() -> None:
    """Several splits in one chain, or none; an order of the chain grows on behind them."""
    check(
        """
        # operation order line location to quantity amount answer             events
        receive         _    _        0  _        9      _ ok                 received:9
        receive         _    _        1  _        2      _ ok                 received:2
        receive         _    _        2  _        2      _ ok                 received:2
        place           _    _        0  _        4    400 ok                 placed:4
        pick            4    0        _  _        0      _ ok                 picked:0,short_picked:4
        + reroute       4    0        _  1        2      _ chain_broken       none
        + reroute       4    0        _  2        1      _ chain_broken       none
        reroute         4    0        _  1        1      _ stock_insufficient none
        + reroute       4    0        _  1        2      _ ok                 rerouted:2
        reroute         4    0        _  2        1      _ ok                 rerouted:1
        + place         _    _        0  _        2    200 ok                 placed:2
        + pick         11    0        _  _        1      _ ok                 picked:1,short_picked:1
        + reroute       4    0        _  2        1      _ ok                 rerouted:1
        + place        11    _        0  _        1     50 ok                 placed:1
        + reroute      11    0        _  0        1      _ ok                 rerouted:1
        place          11    _        0  _        1     60 ok                 placed:1
        fulfil         11    3        _  _        1      _ ok                 fulfilled:1
        = lines 4 4
        = line 4 1 ordered 2 allocated 2 amount_minor 200 location 1
        = line 4 2 ordered 1 allocated 1 amount_minor 100 location 2
        = line 4 3 ordered 1 allocated 1 amount_minor 100 location 2
        = lines 11 4
        = line 11 0 ordered 1 allocated 1 amount_minor 100 work picked
        = line 11 1 ordered 1 allocated 1 amount_minor 50
        = line 11 2 ordered 1 allocated 1 amount_minor 100 split_from 0
        = line 11 3 ordered 1 fulfilled 1 amount_minor 60
        """,
        locations=3,
    )


def test_a_location_that_is_switched_off_is_not_found() -> None:
    """Wherever there are some means wherever the line's channel may be served from; who names it may."""
    check(
        """
        # operation  order line location to  channels channel quantity answer             events
        receive          _    _        0 _          _ _              3 ok                 received:3
        receive          _    _        1 _          _ _              3 ok                 received:3
        receive          _    _        2 _          _ _              3 ok                 received:3
        set_location     _    _        1 _        253 _              _ ok                 set:1
        place            _    _        0 _          _ web            3 ok                 placed:3
        place            _    _        1 _          _ app            1 ok                 placed:1
        pick             5    0        _ _          _ _              0 ok                 picked:0,short_picked:3
        reroute          5    0        _ any        _ app            1 ok                 rerouted:1
        set_location     _    _        2 _          1 _              _ ok                 set:1
        reroute          5    0        _ any        _ till           1 stock_insufficient none
        reroute          5    0        _ 1          _ _              1 ok                 rerouted:1
        pick             6    0        _ _          _ _              0 ok                 picked:0,short_picked:1
        set_location     _    _        1 _          0 _              _ ok                 set:1
        reroute          6    0        _ any        _ _              1 stock_insufficient none
        set_location     _    _        2 _          4 _              _ ok                 set:1
        reroute          6    0        _ any        _ _              1 ok                 rerouted:1
        = line 5 1 ordered 1 allocated 1 location 2
        = line 5 2 ordered 1 allocated 1 location 1
        = line 6 1 ordered 1 allocated 1 location 2
        = level 0 0
        = level 0 1 available 1 committed 1
        = level 0 2 available 1 committed 2
        """,
        locations=3,
    )


def test_the_rules_of_routing_choose_for_the_zone_that_is_named() -> None:
    """The nearest first, the line's own location never, and in parts where nobody has all."""
    check(
        """
        # operation  order line location  to rules   quantity amount answer                   events
        set_routing      _    _        _   _ nearest        _      _ ok                       set:1
        set_lane         _    _        1   3 _              _     90 ok                       set:1
        set_lane         _    _        2   3 _              _     20 ok                       set:1
        set_lane         _    _        1   5 _              _     20 ok                       set:1
        set_lane         _    _        2   5 _              _     90 ok                       set:1
        receive          _    _        0   _ _              9      _ ok                       received:9
        receive          _    _        1   _ _              4      _ ok                       received:4
        receive          _    _        2   _ _              2      _ ok                       received:2
        place            _    _        0   _ _              9   1000 ok                       placed:9
        pick             9    0        _   _ _              0      _ ok                       picked:0,short_picked:9
        receive          _    _        0   _ _              9      _ ok                       received:9
        reroute          9    0       64 any _              1      _ zone_unknown             none
        reroute          9    0       -1 any _              0      _ zone_unknown             none
        reroute          9    0        5 any _              7      _ stock_insufficient       none
        reroute          9    0        5 any _              1      _ ok                       rerouted:1
        reroute          9    0        3 any _              4      _ ok                       rerouted:2,rerouted:2
        reroute          9    0        5 any _              1      _ ok                       rerouted:1
        = line 9 1 ordered 1 allocated 1 location 1 amount_minor 111
        = line 9 2 ordered 2 allocated 2 location 2 amount_minor 222
        = line 9 3 ordered 2 allocated 2 location 1 amount_minor 222
        = line 9 4 ordered 1 allocated 1 location 1 amount_minor 111
        = line 9 0 ordered 3 unallocated 3 amount_minor 334
        = level 0 0 available 9
        = level 0 1 committed 4
        = level 0 2 committed 2
        """,
        locations=3,
    )


def test_a_parcel_that_leaves_anyway_costs_nothing_more() -> None:
    """Of two locations at one price the one wins that has yet to send something of the order."""
    check(
        """
        # operation sku order line location  to rules       quantity amount answer events
        set_routing    _ _    _        _   _ lowest_cost        _      _ ok     set:1
        receive        1 _    _        0   _ _                  2      _ ok     received:2
        receive        1 _    _        1   _ _                  2      _ ok     received:2
        receive        1 _    _        2   _ _                  2      _ ok     received:2
        set_lane       _ 5    _        1   0 _                  _      _ ok     set:1
        set_lane       _ 5    _        2   0 _                  _      _ ok     set:1
        + place        1 _    _        0   _ _                  2     10 ok     placed:2
        place          1 7    _        2   _ _                  1     10 ok     placed:1
        pick           _ 7    0        _   _ _                  0      _ ok     picked:0,short_picked:2
        reroute        _ 7    0        0 any _                  1      _ ok     rerouted:1
        = line 7 2 sku 1 ordered 1 allocated 1 location 2 amount_minor 5
        """,
        locations=3,
    )


def test_units_that_nobody_found_bring_no_parcel() -> None:
    """A location from where a line was lost sends nothing, so a parcel from there has its price."""
    check(
        """
        # operation sku order line location  to rules       quantity amount answer events
        set_routing    _ _    _        _   _ lowest_cost        _      _ ok     set:1
        set_lane       _ 100  _        0   0 _                 10      _ ok     set:10
        set_lane       _ 3    _        2   0 _                 12      _ ok     set:12
        receive        _ _    _        0   _ _                  5      _ ok     received:5
        receive        _ _    _        1   _ _                  5      _ ok     received:5
        receive        _ _    _        2   _ _                  5      _ ok     received:5
        + place        _ _    _        0   _ _                  1     10 ok     placed:1
        place          _ 7    _        1   _ _                  1     10 ok     placed:1
        pick           _ 7    0        _   _ _                  0      _ ok     picked:0,short_picked:1
        pick           _ 7    1        _   _ _                  0      _ ok     picked:0,short_picked:1
        reroute        _ 7    1        0 any _                  1      _ ok     rerouted:1
        = line 7 2 ordered 1 allocated 1 location 2 amount_minor 10 split_from 1
        """,
        locations=3,
    )
