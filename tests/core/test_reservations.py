"""A cart's hold on stock: taken, let go, run out."""

from tests.core.tables import check


def test_a_reservation_holds_stock_for_a_while() -> None:
    """It takes from available, never more than there is, and runs out at its time."""
    check("""
        # operation at quantity argument answer             available events
        receive      0       10        _ ok                        10 received:10
        reserve      0        4      100 ok                         6 reserved:4
        reserve      0        7      100 stock_insufficient         6 none
        reserve      0        6       50 ok                         0 reserved:6
        expire      49        _        _ ok                         0 none
        expire      50        _        _ ok                         0 expired:6
        sell        99        1        _ ok                         5 sold:1
        sell       100        1        _ ok                         8 expired:4,sold:1
        = level 0 0 available 8
        = reservations 0
        = now 100
    """)


def test_a_cart_lets_go() -> None:
    """A release gives the units back, once; whoever asks, to the level they came from."""
    check("""
        # operation id sku location quantity argument answer              events
        receive      1   2        1        9        _ ok                  received:9
        reserve      2   2        1        9        _ ok                  reserved:9
        release      3  -1       -1        0        2 ok                  released:9
        release      4   0        0        0        2 reservation_unknown none
        release      5   0        0        0        1 reservation_unknown none
        release      6   0        0        0        0 reservation_unknown none
        release      7   0        0        0       -2 reservation_unknown none
        release      8   0        0        0   i8_max reservation_unknown none
        release      9   0        0        0   i8_min reservation_unknown none
        = level 2 1 available 9
        = reservations 0
    """)


def test_reservations_run_out_in_order() -> None:
    """By time, then by id; all of them before the command that let the time pass."""
    check("""
        # operation id at quantity argument answer events
        receive      1  0       20        _ ok     received:20
        reserve      9  0        1       30 ok     reserved:1
        reserve      3  0        2       30 ok     reserved:2
        reserve      7  0        4       20 ok     reserved:4
        reserve      8  0        8       31 ok     reserved:8
        reserve     20 30       11       30 ok     expired:4,expired:2,expired:1,reserved:11
        = level 0 0 available 1 reserved 19
        = reservation 8 quantity 8 expires_us 31
        = reservation 20 quantity 11 expires_us 60
        = reservations 2
    """)


def test_stock_that_runs_out_of_a_cart_is_sold_next() -> None:
    """The clock runs before the command: what expires at its time is there for it."""
    check("""
        # operation at quantity argument answer             events
        receive      0        5        _ ok                 received:5
        reserve      0        5       10 ok                 reserved:5
        place        9        5        _ stock_insufficient none
        place       10        5        _ ok                 expired:5,placed:5
        = level 0 0 committed 5
    """)


def test_time_passes_even_for_a_refused_command() -> None:
    """Expiries stand, and are told under the refused command's number."""
    check("""
        # operation id at sku quantity argument answer              events
        receive      1  0   0        5        _ ok                  received:5
        reserve      2  0   0        2       10 ok                  reserved:2
        reserve      3  0   0        1       20 ok                  reserved:1
        reserve      4  0   0        1       30 ok                  reserved:1
        receive      5 10  -1        1        _ sku_unknown         expired:2
        99           6 20   0        1        _ operation_unknown   expired:1
        release      7 30   0        1        4 reservation_unknown expired:1
        = level 0 0 available 5
        = now 30
    """)


def test_a_command_without_a_good_id_moves_no_clock() -> None:
    """A replay from the future, or a command without an id, lets no time pass."""
    check("""
        # operation id at quantity argument answer          original events
        receive      1  0        5        _ ok              _        received:5
        reserve      2  0        2       10 ok              _        reserved:2
        receive      1 50        5        _ id_replayed     ok       none
        expire       1 50        _        _ id_reused       ok       none
        expire       0 50        _        _ id_not_positive _        none
        expire      -4 50        _        _ id_not_positive _        none
        = level 0 0 available 3 reserved 2
        = now 0
    """)


def test_a_reservation_has_a_sane_time_to_live() -> None:
    """Longer than nothing and at most 366 days."""
    check("""
        # operation  argument answer
        receive             _ ok
        reserve             0 ttl_not_positive
        reserve            -1 ttl_not_positive
        reserve        i8_min ttl_not_positive
        reserve     ttl_max+1 ttl_too_long
        reserve        i8_max ttl_too_long
        reserve       ttl_max ok
        = level 0 0 reserved 1
        = reservation 7 quantity 1 expires_us 31622400000000
    """)


def test_a_number_used_again_after_it_was_forgotten() -> None:
    """A live reservation keeps its number even when the engine has forgotten the command."""
    check(
        """
        # operation id at quantity argument answer
        receive      1  0        9        _ ok
        reserve      2  0        2      100 ok
        expire       3  0        _        _ ok
        expire       4  0        _        _ ok
        reserve      2  0        1      100 reservation_exists
        = reservation 2 quantity 2
        = level 0 0 available 7 reserved 2
    """,
        remembered_ids=1,
    )


def test_an_old_expiry_does_not_end_a_new_reservation() -> None:
    """The number is used again after a release; the first one's time means nothing any more."""
    check(
        """
        # operation id at quantity argument answer events
        receive      1  0        9        _ ok     received:9
        reserve      2  0        2      100 ok     reserved:2
        release      3  0        _        2 ok     released:2
        expire       4  0        _        _ ok     none
        reserve      2  0        3      500 ok     reserved:3
        expire       5 100       _        _ ok     none
        expire       6 500       _        _ ok     expired:3
        = level 0 0 available 9
    """,
        remembered_ids=1,
    )


def test_a_broken_chain_restores_a_reservation() -> None:
    """Released in a chain that fails: it is held again, and still runs out at its time."""
    check("""
        # operation id at quantity argument answer             events
        receive      1  0        5        _ ok                 received:5
        reserve      2  0        5       10 ok                 reserved:5
        + release    3  0        _        2 chain_broken       none
        place        4  0        6        _ stock_insufficient none
        place        5  9        1        _ stock_insufficient none
        place        6 10        5        _ ok                 expired:5,placed:5
        = level 0 0 committed 5
        = reservations 0
    """)


def test_a_cart_becomes_an_order() -> None:
    """Release and place in one chain: nobody can take the stock in between."""
    check("""
        # operation id order quantity argument answer events
        receive      1     _        5        _ ok     received:5
        reserve      2     _        5        _ ok     reserved:5
        + release    3     _        _        2 ok     released:5
        place        4     3        5        _ ok     placed:5
        = level 0 0 committed 5
        = line 3 0 ordered 5 allocated 5
    """)


def test_a_reservation_of_a_broken_chain_never_was() -> None:
    """Neither its stock nor its time is left behind."""
    check("""
        # operation id at quantity argument answer             events
        receive      1  0        5        _ ok                 received:5
        + reserve    2  0        2       10 chain_broken       none
        + release    3  0        _        2 chain_broken       none
        reserve      4  0        6       10 stock_insufficient none
        expire       5 10        _        _ ok                 none
        release      6 10        _        2 reservation_unknown none
        = level 0 0 available 5
    """)
