"""Orders: placed all or nothing, fulfilled and cancelled line by line."""

from tests.core.tables import check


def test_an_order_is_promised_only_what_there_is() -> None:
    """A placed line moves stock from available to committed, or is refused."""
    check("""
        # operation quantity amount answer             available events
        receive           10      _ ok                        10 received:10
        place              4   3999 ok                         6 placed:4
        place              7      _ stock_insufficient         6 none
        place              6      0 ok                         0 placed:6
        place              1      _ stock_insufficient         0 none
        = level 0 0 committed 10
        = line 2 0 ordered 4 allocated 4 amount_minor 3999
        = lines 3 0
        = line 4 0 ordered 6 allocated 6
    """)


def test_an_order_of_several_lines_stands_or_falls_together() -> None:
    """One short line refuses them all and leaves nothing behind."""
    check("""
        # operation sku quantity answer             available events
        receive       0       10 ok                        10 received:10
        receive       1        1 ok                         1 received:1
        + place       0        4 chain_broken              10 none
        + place       1        2 stock_insufficient         1 none
        place         2        1 chain_broken               0 none
        + place       0        4 ok                         6 placed:4
        place         1        1 ok                         0 placed:1
        = level 0 0 available 6 committed 4
        = level 1 0 committed 1
        = lines 3 0
        = lines 6 2
        = line 6 0 ordered 4 allocated 4 sku 0
        = line 6 1 ordered 1 allocated 1 sku 1
    """)


def test_demand_of_one_order_on_one_level_is_summed() -> None:
    """Two lines of the same sku cannot both be promised the last units."""
    check("""
        # operation sku quantity answer
        receive       0        5 ok
        + place       0        3 chain_broken
        place         0        3 stock_insufficient
        place         0        5 ok
        = level 0 0 committed 5
    """)
    check("""
        # operation sku quantity answer events
        receive       0        5 ok     received:5
        + place       0        3 ok     placed:3
        place         0        2 ok     placed:2
        = level 0 0 committed 5
        = lines 2 2
    """)


def test_a_line_names_the_order_of_its_chain() -> None:
    """The order's number is that of the chain's first command, whatever that command is."""
    check("""
        # operation id order quantity answer
        receive     10     _        9 ok
        place       11    10        1 order_id_not_first
        place       12     0        1 order_id_not_first
        place       13   -13        1 order_id_not_first
        sell        14    13        1 order_id_not_first
        + expire    15     _        _ ok
        + place     16    15        1 ok
        sell        17    15        2 ok
        + place     18    18        1 chain_broken
        place       19    19        1 order_id_not_first
        = lines 15 2
        = line 15 0 ordered 1 allocated 1
        = line 15 1 ordered 2 fulfilled 2
        = lines 16 0
    """)


def test_an_order_is_made_once() -> None:
    """Even when the engine has forgotten the command, its order is still there."""
    check(
        """
        # operation id order quantity answer
        receive      1     _        9 ok
        place        2     2        1 ok
        receive      3     _        1 ok
        receive      4     _        1 ok
        place        2     2        1 order_exists
        receive      5     _        1 ok
        receive      6     _        1 ok
        + sell       2     2        1 order_exists
        place        7     2        1 chain_broken
        = lines 2 1
    """,
        remembered_ids=1,
    )


def test_units_leave_the_shop() -> None:
    """Fulfilled units are no longer on hand, and no more leave than were allocated."""
    check("""
        # operation id order argument quantity answer                 events
        receive      1     _        _        9 ok                     received:9
        place        2     2      100        4 ok                     placed:4
        fulfil       3     2        0        1 ok                     fulfilled:1
        fulfil       4     2        0        4 allocated_insufficient none
        fulfil       5     2        0        3 ok                     fulfilled:3
        fulfil       6     2        0        1 work_not_allowed       none
        cancel       7     2        0        1 open_insufficient      none
        = level 0 0 available 5
        = line 2 0 ordered 4 fulfilled 4
    """)


def test_cancelled_units_can_be_sold_again() -> None:
    """They go back to the level of their line, whatever level the command names."""
    check("""
        # operation id order sku location argument quantity answer       events
        receive      1     _   2        1        _        9 ok           received:9
        place        2     2   2        1      100        4 ok           placed:4
        cancel       3     2  -1       -1        0        1 ok           cancelled:1
        fulfil       4     2   0        0        0        2 ok           fulfilled:2
        cancel       5     2  99       99        0        1 ok           cancelled:1
        = level 2 1 available 7
        = level 0 0
        = line 2 0 ordered 4 fulfilled 2 cancelled 2
    """)


def test_an_end_names_a_line_that_exists() -> None:
    """Unknown orders, unknown lines and nothing to do are told apart."""
    check("""
        # operation id order argument quantity answer
        receive      1     _        _        9 ok
        + place      2     2        _        1 ok
        place        3     2        _        1 ok
        fulfil       4     3        0        1 order_unknown
        cancel       5     0        0        1 order_unknown
        cancel       6    -2        0        1 order_unknown
        fulfil       7 i8_min       0        1 order_unknown
        fulfil       8 i8_max       0        1 order_unknown
        fulfil       9     2       -1        1 line_unknown
        fulfil      10     2        2        1 line_unknown
        cancel      11     2   i8_max        1 line_unknown
        cancel      12     2   i8_min        1 line_unknown
        fulfil      13     2        1        0 quantity_not_positive
        cancel      14     2        1       -1 quantity_not_positive
        cancel      15     2        1        1 ok
        = line 2 0 ordered 1 allocated 1
        = line 2 1 ordered 1 cancelled 1
    """)


def test_what_was_sold_at_the_till_is_gone() -> None:
    """A sold line has nothing allocated: it can be neither fulfilled nor cancelled."""
    check("""
        # operation id order quantity answer
        sell         1     1        2 ok
        fulfil       2     1        1 work_not_allowed
        cancel       3     1        1 open_insufficient
        = level 0 0 available -2
    """)


def test_an_order_that_another_system_has_promised_is_a_fact() -> None:
    """An accepted line is never refused for stock; what is missing is told."""
    check("""
        # operation quantity answer             available events
        receive            3 ok                         3 received:3
        accept             2 ok                         1 placed:2
        accept             4 ok                        -3 placed:4,shortage:3
        place              1 stock_insufficient        -3 none
        accept             1 ok                        -4 placed:1,shortage:1
        = level 0 0 available -4 committed 7
        = line 3 0 ordered 4 allocated 4
    """)


def test_accepted_means_nothing_elsewhere() -> None:
    """A reservation stays a promise although its flag says accepted."""
    check("""
        # operation flags quantity answer
        receive         2        3 ok
        reserve         2        4 stock_insufficient
        sell            2        4 ok
        = level 0 0 available -1
    """)


def test_ends_of_lines_within_their_own_chain() -> None:
    """A chain may place, fulfil and cancel; when it breaks, none of it happened."""
    check("""
        # operation id order argument quantity answer                 events
        receive      1     _        _        9 ok                     received:9
        + place      2     2      700        7 chain_broken           none
        + fulfil     3     2        0        2 chain_broken           none
        + cancel     4     2        0        3 chain_broken           none
        cancel       5     2        0        3 open_insufficient      none
        + place      6     6      700        7 ok                     placed:7
        + fulfil     7     6        0        2 ok                     fulfilled:2
        cancel       8     6        0        3 ok                     cancelled:3
        + fulfil     9     6        0        1 chain_broken           none
        + cancel    10     6        0        1 chain_broken           none
        fulfil      11     6        1        1 line_unknown           none
        = lines 2 0
        = line 6 0 ordered 7 allocated 2 fulfilled 2 cancelled 3
        = level 0 0 available 5 committed 2
    """)


def test_the_amount_of_a_line() -> None:
    """An amount is not negative and exact in any reader."""
    check("""
        # operation       amount answer
        sell                  -1 amount_negative
        sell              i8_min amount_negative
        sell        amount_max+1 amount_too_large
        sell              i8_max amount_too_large
        sell          amount_max ok
        accept                -1 amount_negative
        accept      amount_max+1 amount_too_large
        = line 5 0 ordered 1 fulfilled 1 amount_minor 9007199254740991
    """)
