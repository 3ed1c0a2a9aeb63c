"""Rules that hold where two things meet: a broken chain and a count, a second detour, a far line."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_a_count_that_was_taken_back_has_not_been() -> None:
    """What happened before it is still news."""
    check("""
        # operation  at occurred sku order line quantity answer                 events
        receive       5        _   0     _    _        9 ok                     received:9
        + count      10        _   0     _    _        4 chain_broken           none
        fulfil       10        _   _     2    0        1 order_unknown          none
        adjust       20        8   0     _    _       -2 ok                     adjusted:-2
        count        30        9   0     _    _        9 ok                     counted:2
        = level 0 0 available 9
    """)


def test_a_correction_by_one_is_remembered() -> None:
    """A count of an earlier moment knows that the unit was found, or lost, after it."""
    check("""
        # operation  at occurred sku quantity answer events
        receive       5        _   0        5 ok     received:5
        adjust       10        _   0        1 ok     adjusted:1
        count        20        7   0        5 ok     counted:0
        adjust       30        _   0       -1 ok     adjusted:-1
        count        40       25   0        6 ok     counted:0
        = level 0 0 available 5
    """)


def test_a_second_detour_and_the_line_of_the_first() -> None:
    """Lines that were rerouted keep their numbers; each is found by its own."""
    check(
        """
        # operation  sku location to  order line quantity answer
        receive        0        0  _      _    _        9 ok
        receive        0        1  _      _    _        9 ok
        receive        0        2  _      _    _        9 ok
        place          0        0  _      _    _        6 ok
        place          0        0  _      _    _        1 ok
        pick           _        _  _      4    0        3 ok
        reroute        _        _  1      4    0        2 ok
        reroute        _        _  2      4    0        1 ok
        fulfil         _        _  _      4    1        1 ok
        return         _        1  _      4    1        1 ok
        fulfil         _        _  _      4    2        1 ok
        fulfil         _        _  _      4    3        1 line_unknown
        = line 4 0 ordered 3 allocated 3
        = line 4 1 ordered 2 allocated 1 fulfilled 1 returned 1 location 1
        = line 4 2 ordered 1 fulfilled 1 location 2
        """,
        locations=3,
    )


def test_cancelling_takes_what_waits_then_what_is_missing_then_what_is_here() -> None:
    """One order of things, whatever is cancelled at once."""
    check("""
        # operation   sku order line quantity answer events
        set_backorder   0     _    _        9 ok     set:9
        receive         0     _    _        5 ok     received:5
        place           0     _    _        8 ok     placed:5,backordered:3
        pick            _     3    0        3 ok     picked:3,short_picked:2
        cancel          _     3    0        4 ok     cancelled:4
        = line 3 0 ordered 8 allocated 3 unallocated 1 cancelled 4 work incomplete
    """)
    check("""
        # operation   sku order line quantity answer events
        set_backorder   0     _    _        9 ok     set:9
        receive         0     _    _        5 ok     received:5
        place           0     _    _        8 ok     placed:5,backordered:3
        pick            _     3    0        3 ok     picked:3,short_picked:2
        cancel          _     3    0        6 ok     cancelled:5,cancelled:1
        = line 3 0 ordered 8 allocated 2 cancelled 6 work picked
        = level 0 0 available 1 committed 2
    """)


def test_what_came_back_of_a_later_line_is_looked_at() -> None:
    """The event names the line that the goods were sold on."""
    check("""
        # operation sku order line paper reason              quantity answer events
        + sell        0     _    _     _ _                          2 ok     sold:2,shortage:2
        sell          1     1    _     _ _                          2 ok     sold:2,shortage:2
        return        _     1    1     _ processing_required        2 ok     returned:2
        dispose       _     _    _     3 damaged                    1 ok     disposed:1
        = line 1 1 ordered 2 fulfilled 2 returned 2 undecided 1
    """)


def test_numbers_that_are_refused_are_not_remembered() -> None:
    """Ids of 0 and below do not push others out of memory."""
    check(
        """
        # operation  id sku quantity answer
        receive       1   0        9 ok
        receive       0   0        1 id_not_positive
        receive      -1   0        1 id_not_positive
        receive       0   0        1 id_not_positive
        receive       0   0        1 id_not_positive
        receive       1   0        9 id_replayed
        = level 0 0 available 9
        """,
        remembered_ids=2,
    )


def test_edges_of_settings_and_kits() -> None:
    """-1 is no place and no rule, the first moment is past, and no kits are not a promise."""
    check("""
        # operation   at sku part location zone rules until quantity answer
        receive        9   0    _        0    _     _     _        1 ok
        set_backorder  9   0    _        0    _     _     1        1 date_past
        set_backorder  9   0    _        0    _     _     9        1 ok
        set_lane       9   _    _       -1    0     _     _        1 location_unknown
        set_lane       9   _    _        2    0     _     _        1 location_unknown
        set_lane       9   _    _        0   -1     _     _        1 zone_unknown
        set_location   9   _    _       -1    _     _     _        _ location_unknown
        set_routing    9   _    _        _    _    -1     _        _ number_out_of_range
        set_part       9   2    1        _    _     _     _        1 ok
        reserve        9   2    _        0    _     _     _        0 quantity_not_positive
        place          9   2    _        0    _     _     _        0 quantity_not_positive
        sell           9   2    _        0    _     _     _        0 quantity_not_positive
    """)


def test_a_place_full_of_promises_is_passed_over() -> None:
    """A place that can hold no more promises is passed over where the engine chooses."""
    check("""
        # operation sku location quantity    answer
        accept        0        0 level_max   ok
        receive       0        0 level_max   ok
        sell          0        0 5           ok
        receive       0        0 5           ok
        receive       0        1 3           ok
        place         0        0 1           quantity_too_large
        place         0      any 2           ok
        place         0      any 2           stock_insufficient
        = line 7 0 ordered 2 allocated 2 location 1
        = level 0 0 committed level_max
        = level 0 1 available 1 committed 2
    """)


def test_what_a_chain_goes_on_to_ask_for_may_not_exist() -> None:
    """Routing looks ahead in the chain; a sku that is unknown there serves nobody."""
    check("""
        # operation sku location quantity answer
        receive       0        0        5 ok
        receive       0        1        5 ok
        + place       0      any        1 chain_broken
        place         3      any        1 sku_unknown
        = level 0 0 available 5
        = level 0 1 available 5
    """)


def test_an_arrival_may_bear_a_forgotten_number() -> None:
    """Of a transfer without a lot: it makes no paper, so no number of a paper is in its way."""
    check(
        """
        # operation id sku to paper flags quantity end answer
        receive      9   0  _     _ _            5   _ ok
        transfer     1   0  1     _ _            5   _ ok
        receive     10   1  _     _ _            5  99 ok
        transfer     2   1  1     _ _            5   _ ok
        receive     11   2  _     _ _            1   _ ok
        receive     12   2  _     _ _            1   _ ok
        receive     13   2  _     _ _            1   _ ok
        receive     14   2  _     _ _            1   _ ok
        arrive       1   _  _     1 _            2   _ ok
        arrive      10   _  _     2 _            2   _ document_exists
        arrive       2   _  _     2 final        0   _ ok
        = level 0 1 available 2 incoming 3
        """,
        remembered_ids=1,
    )


def test_a_cart_with_kits_is_a_cart() -> None:
    """How long it may wait, and whether it may, does not depend on what lies in it."""
    check("""
        # operation channel sku part cart ttl reason quantity longest answer
        set_part    _         2    1    _   _ _             1       _ ok
        receive     _         1    _    _   _ _             9       _ ok
        set_hold    app       _    _    _   _ never         _      50 ok
        set_hold    web       _    _    _   _ cart          _      50 ok
        reserve     web       2    _    _   0 _             1       _ ttl_not_positive
        reserve     web       2    _    _  51 _             1       _ ttl_too_long
        reserve     app       2    _    _   9 checkout      1       _ reservation_not_offered
        reserve     web       2    _    _  50 _             1       _ ok
        = level 1 0 available 8 reserved 1
    """)
