"""Numbers, time and chains: what is judged before any rule."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_a_command_is_executed_once() -> None:
    """Sent again, it is answered with what became of it the first time."""
    check("""
        # operation  id quantity answer             original
        receive       1        3 ok                 _
        receive       1        3 id_replayed        ok
        place         2        4 stock_insufficient _
        receive       3        9 ok                 _
        place         2        4 id_replayed        stock_insufficient
        place         2        1 id_reused          stock_insufficient
        99            4        1 operation_unknown  _
        receive       4        1 id_reused          operation_unknown
        receive       0        1 id_not_positive    _
        receive       0        1 id_not_positive    _
        receive      -1        1 id_not_positive    _
        receive  i8_min        1 id_not_positive    _
        receive  i8_max        1 ok                 _
        receive  i8_max        1 id_replayed        ok
        = level 0 0 available 13
    """)


def test_the_engine_forgets_by_count() -> None:
    """Two generations of two ids: at least the last two are known, whoever asks in between."""
    check(
        """
        # operation id answer      original
        receive      1 ok          _
        receive      2 ok          _
        receive      3 ok          _
        receive      1 id_replayed ok
        receive      2 id_replayed ok
        receive      4 ok          _
        receive      3 id_replayed ok
        receive      4 id_replayed ok
        receive      1 ok          _
        receive      2 ok          _
        receive      3 ok          _
        receive      1 id_replayed ok
        = level 0 0 available 7
    """,
        remembered_ids=2,
    )


def test_refused_ids_fill_the_memory_too() -> None:
    """A refusal is remembered like a success; a repeated number and a late command are not."""
    check(
        """
        # operation id  at quantity answer                original
        receive      1   5        1 ok                    _
        receive      2   5        0 quantity_not_positive _
        receive      3   4        1 time_went_back        _
        receive      1   5        1 id_replayed           ok
        receive      3   4        1 time_went_back        _
        receive      3   5        1 ok                    _
        receive      2   5        0 id_replayed           quantity_not_positive
        receive      2   5        1 id_reused             quantity_not_positive
        receive      4   5        1 ok                    _
        receive      2   5        1 ok                    _
        = level 0 0 available 4
    """,
        remembered_ids=2,
    )


def test_time_never_goes_back() -> None:
    """A late command is refused and may be sent again with the same number."""
    check("""
        # operation id  at answer
        receive      1 100 ok
        receive      2  99 time_went_back
        receive      2 100 ok
        receive      3 -50 time_went_back
        receive      4 200 ok
        receive      5 199 time_went_back
        = now 200
        = level 0 0 available 3
    """)


def test_time_may_begin_before_zero() -> None:
    """Before the first command there is no time."""
    check("""
        # operation id  at argument quantity answer events
        receive      1 -90        _        5 ok     received:5
        reserve      2 -80       30        5 ok     reserved:5
        expire       3 -50        _        _ ok     expired:5
        receive      4 -51        _        1 time_went_back none
        = now -50
        = level 0 0 available 5
    """)


def test_one_chain_has_one_time() -> None:
    """Later within the chain breaks it; earlier is a late command like any other."""
    check("""
        # operation id at answer              original
        receive      1 10 ok                  _
        + receive    2 20 chain_broken        _
        receive      3 21 chain_time_differs  _
        + receive    4 30 chain_broken        _
        receive      5 29 time_went_back      _
        receive      4 30 id_reused           chain_broken
        receive      5 30 ok                  _
        receive      3 30 id_replayed         chain_time_differs
        = now 30
        = level 0 0 available 2
    """)


def test_a_broken_chain_keeps_its_first_refusal() -> None:
    """The first command that is refused says why; all others only that the chain broke."""
    check("""
        # operation id quantity answer                original
        + receive    1        1 chain_broken          _
        + receive    2        0 quantity_not_positive _
        + sell       3       -1 chain_broken          _
        receive      4        1 chain_broken          _
        receive      1        1 id_reused             chain_broken
        receive      2        1 id_reused             quantity_not_positive
        sell         3        1 id_reused             chain_broken
        receive      4        1 id_replayed           chain_broken
        = level 0 0
    """)


def test_a_chain_sent_again_does_nothing() -> None:
    """Its first command is the replay; the others do not happen either."""
    check("""
        # operation id order quantity answer       original
        receive      1     _        9 ok           _
        + place      2     2        2 ok           _
        place        3     2        3 ok           _
        + place      2     2        2 id_replayed  ok
        place        3     2        3 chain_broken _
        + receive    4     _        1 chain_broken _
        place        3     2        3 id_replayed  ok
        receive      3     _        1 id_reused    ok
        receive      4     _        1 id_reused    chain_broken
        = level 0 0 available 4 committed 5
        = lines 2 2
    """)


def test_a_number_used_twice_in_one_chain() -> None:
    """The second is a replay although the first has not been answered yet."""
    check("""
        # operation id answer       original
        + receive    1 chain_broken _
        + receive    1 id_replayed  ok
        receive      2 chain_broken _
        receive      1 id_reused    chain_broken
        receive      2 id_replayed  chain_broken
        + receive    8 chain_broken _
        + receive    7 chain_broken _
        receive      8 id_reused    ok
        + receive    0 id_not_positive _
        receive      0 chain_broken _
        = level 0 0
    """)


def test_a_broken_chain_with_a_number_twice_is_remembered_once() -> None:
    """Behind the refusal nobody has looked at the numbers: each fills the memory once."""
    check(
        """
        # operation id quantity answer                original
        + receive    1        0 quantity_not_positive _
        + receive    2        1 chain_broken          _
        receive      2        1 chain_broken          _
        receive      3        1 ok                    _
        receive      4        1 ok                    _
        receive      1        0 id_reused             quantity_not_positive
        receive      2        1 id_reused             chain_broken
    """,
        remembered_ids=3,
    )


def test_a_chain_must_be_closed() -> None:
    """A chain that the batch cuts short does not happen and uses up no number and no time."""
    check("""
        # operation id at quantity argument answer     events
        receive      1  0        9        _ ok         received:9
        reserve      2  0        2       10 ok         reserved:2
        + receive    3 50        1        _ chain_open none
        + receive    1 50        1        _ chain_open none
        + receive    0 40        1        _ chain_open none
        = now 0
        = level 0 0 available 7 reserved 2
    """)


def test_operations_that_do_not_exist() -> None:
    """Zero and everything beyond the last one."""
    check("""
        # operation answer
        0           operation_unknown
        36          operation_unknown
        255         operation_unknown
        expire      ok
    """)


def test_the_clock_of_a_broken_chain_stands() -> None:
    """What expired stays expired, told under the first command; the rest is undone."""
    check("""
        # operation id  at quantity argument answer             available events
        receive      1   0        9        _ ok                         9 received:9
        reserve      2   0        2       10 ok                         7 reserved:2
        + receive    3  10        5        _ chain_broken               9 expired:2
        + release    4  10        _        2 reservation_unknown        0 none
        sell         5  10        1        3 chain_broken               9 none
        = now 10
        = level 0 0 available 9
        = reservations 0
    """)


def test_what_a_chain_did_is_undone_in_every_state() -> None:
    """Every kind of effect in one chain, and then a refusal."""
    check("""
        # operation id order at quantity argument answer             events
        receive      1     _  0       40        _ ok                 received:40
        place        2     2  0        9      900 ok                 placed:9
        reserve      3     _  0        5      100 ok                 reserved:5
        expect       4     _  0        8        _ ok                 expected:8
        + reserve    5     _  9        3       50 chain_broken       none
        + place      6     5  9        4      400 chain_broken       none
        + release    7     _  9        _        3 chain_broken       none
        + fulfil     8     2  9        2        0 chain_broken       none
        + cancel     9     2  9        3        0 chain_broken       none
        + sell      10     5  9       60        1 chain_broken       none
        + receive   11     _  9        6        _ chain_broken       none
        + adjust    12     _  9       -7        _ chain_broken       none
        + count     13     _  9        1        _ chain_broken       none
        + expect    14     _  9       -1        _ chain_broken       none
        + expire    15     _  9        _        _ chain_broken       none
        place       16     5  9        1        1 stock_insufficient none
        = level 0 0 available 26 committed 9 reserved 5 incoming 8
        = line 2 0 ordered 9 allocated 9
        = lines 5 0
        = reservation 3 quantity 5 expires_us 100
        = reservations 1
        = now 9
    """)


def test_another_body_under_a_known_number() -> None:
    """Two numbers that change places are another command; the same command later is the same."""
    check("""
        # operation  id at occurred sku location to quantity ttl channel answer              original
        receive       1  0        _   1        0  _        9   _ _       ok                  _
        receive       2  0        _   2        0  _        9   _ _       ok                  _
        receive       3  0        _   2        1  _        9   _ _       ok                  _
        reserve       4  0        _   1        0  _        2   9 _       ok                  _
        reserve       4  1        _   2        0  _        1   9 _       id_reused           ok
        reserve       4  2        1   1        0  _        2   9 _       id_replayed         ok
        reserve       4  2        _   2        1  _        1   9 _       id_reused           ok
        reserve       4  2        _   1        0  _        2   8 web     id_reused           ok
        transfer      5  2        _   1        0  1        1   _ _       ok                  _
        transfer      5  2        _   1        1  0        1   _ _       id_reused           ok
        reserve       6  2        _   1        0  _        0   9 _       quantity_not_positive _
        reserve       6  2        _   0        0  _        1   9 _       id_reused           quantity_not_positive
        + reserve     7  2        _   1        0  _        2   9 _       chain_broken        _
        reserve       7  2        _   2        0  _        1   9 _       id_reused           ok
        = now 2
        = level 1 0 available 6 reserved 2
    """)
