"""What a channel may promise: safety stock, buffers, ring-fences, and who may hold what."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_a_buffer_keeps_units_from_a_channel() -> None:
    """Marketplaces lag: the last units are sold where the shopper stands."""
    check("""
        # operation channel     quantity answer             available events
        receive     _                 10 ok                        10 received:10
        set_buffer  marketplace        3 ok                        10 set:3
        place       marketplace        8 stock_insufficient        10 none
        place       marketplace        7 ok                         3 placed:7
        reserve     marketplace        1 stock_insufficient         3 none
        reserve     web                2 ok                         1 reserved:2
        sell        marketplace        1 ok                         0 sold:1
        set_buffer  marketplace       -1 quantity_negative          0 none
        = ats marketplace 0 0 0
        = ats web 0 0 0
        = level 0 0 committed 7 reserved 2
    """)


def test_a_ring_fence_keeps_units_for_a_channel() -> None:
    """Nobody else may promise them, and the channel takes its own first."""
    check("""
        # operation channel quantity answer             available events
        receive     _             10 ok                        10 received:10
        set_fence   web            4 ok                        10 set:4
        place       app            7 stock_insufficient        10 none
        place       app            5 ok                         5 placed:5
        place       web            5 ok                         0 placed:5
        receive     _              2 ok                         2 received:2
        place       app            2 ok                         0 placed:2
        set_fence   web           -1 quantity_negative          0 none
        = line 5 0 ordered 5 allocated 5 fenced 4
        = line 4 0 ordered 5 allocated 5
        = level 0 0 committed 12
    """)


def test_what_came_out_of_the_fence_goes_back_into_it() -> None:
    """Released, run out, cancelled, not collected: the channel has its units again."""
    check("""
        # operation at channel order line cart ttl quantity answer             events
        receive      0 _           _    _    _   _       20 ok                 received:20
        set_fence    0 web         _    _    _   _        6 ok                 set:6
        reserve      0 web         _    _    _   9        2 ok                 reserved:2
        reserve      0 web         _    _    _   5        1 ok                 reserved:1
        place        0 web         _    _    _   _        8 ok                 placed:8
        place        0 app         _    _    _   _        9 ok                 placed:9
        place        0 app         _    _    _   _        1 stock_insufficient none
        cancel       0 _           5    0    _   _        2 ok                 cancelled:2
        release      0 _           _    _    3   _        _ ok                 released:2
        expire       5 _           _    _    _   _        _ ok                 expired:1
        place        5 app         _    _    _   _        1 stock_insufficient none
        place        5 web         _    _    _   _        4 ok                 placed:4
        = reservations 0
        = line 5 0 ordered 8 allocated 6 cancelled 2 fenced 1
        = line 12 0 ordered 4 allocated 4 fenced 4
        = ats web 0 0 1
        = ats app 0 0 0
        = level 0 0 available 1 committed 19
    """)


def test_what_has_left_the_shop_is_no_longer_fenced() -> None:
    """Fulfilled and lost units came out of the fence and do not go back into it."""
    check("""
        # operation channel order line quantity answer
        receive     _           _    _       10 ok
        set_fence   web         _    _        6 ok
        place       web         _    _        6 ok
        fulfil      _           3    0        2 ok
        pick        _           3    0        3 ok
        cancel      _           3    0        3 ok
        sell        web         _    _        1 ok
        = line 3 0 ordered 6 allocated 1 fulfilled 2 cancelled 3 fenced 1
        = ats web 0 0 5
        = ats app 0 0 4
        = level 0 0 available 5 committed 1
    """)


def test_a_fact_takes_from_its_fence_too() -> None:
    """A till, and a channel that has promised already, use what is kept for them."""
    check("""
        # operation channel quantity answer events
        receive     _             10 ok     received:10
        set_fence   till           3 ok     set:3
        set_fence   app            4 ok     set:4
        sell        till           2 ok     sold:2
        accept      app            9 ok     placed:9,shortage:1
        = line 5 0 ordered 9 allocated 9 fenced 4
        = ats till 0 0 0
        = ats web 0 0 0
        = level 0 0 available -1 committed 9
    """)


def test_safety_stock_is_a_state() -> None:
    """Kept back by whoever plans: a promise; damaged goods are a fact."""
    check("""
        # operation states                       channel quantity answer             events
        receive     _                            _             10 ok                 received:10
        set_fence   _                            web            3 ok                 set:3
        reclassify  available>safety_stock       app            8 stock_insufficient none
        reclassify  available>safety_stock       app            7 ok                 reclassified:7
        reclassify  available>damaged            app            5 ok                 reclassified:5,shortage:2
        reclassify  available>quality_control    app            1 ok                 reclassified:1,shortage:1
        reclassify  safety_stock>available       app            8 state_insufficient none
        reclassify  safety_stock>available       app            2 ok                 reclassified:2
        reclassify  safety_stock>quality_control app            1 ok                 reclassified:1
        reclassify  quality_control>damaged      app            2 ok                 reclassified:2
        reclassify  damaged>quality_control      app            8 state_insufficient none
        reclassify  damaged>safety_stock         app            7 ok                 reclassified:7
        = level 0 0 available -1 safety_stock 11
        = account 0 supplier -10
    """)


def test_more_damaged_goods_than_a_state_may_hold() -> None:
    """The end of a lot does not ask for room; what it pushed in can be taken out again."""
    check("""
        # operation  at end states                   quantity answer             available
        receive       0   _ _                       level_max ok                 level_max
        reclassify    0   _ available>damaged       level_max ok                         0
        sell          0   _ _                               5 ok                        -5
        receive       0  50 _                               3 ok                        -2
        reclassify   50   _ available>damaged               1 quantity_too_large        -5
        reclassify   50   _ damaged>quality_control         2 ok                        -5
        = level 0 0 available -5 damaged level_max+1 quality_control 2
    """)


def test_states_between_which_nothing_moves_by_hand() -> None:
    """Promised units, units on their way, and states that do not exist."""
    check("""
        # operation states              quantity answer
        receive     _                         10 ok
        reclassify  available>available        1 state_unknown
        reclassify  damaged>damaged            1 state_unknown
        reclassify  available>committed        1 state_unknown
        reclassify  reserved>available         1 state_unknown
        reclassify  incoming>available         1 state_unknown
        reclassify  damaged>incoming           1 state_unknown
        reclassify  7                          1 state_unknown
        reclassify  -1                         1 state_unknown
        reclassify  -253                       1 state_unknown
        reclassify  65539                      1 state_unknown
        reclassify  i8_max                     1 state_unknown
        reclassify  i8_min                     1 state_unknown
        reclassify  3                          1 ok
        = level 0 0 available 9 damaged 1
    """)


def test_a_channel_may_hold_from_the_checkout_on() -> None:
    """A full cart of a shopper who only looks keeps nothing from anybody."""
    check("""
        # operation channel reason   longest answer                  events
        receive     _       _              _ ok                      received:1
        set_hold    web     checkout       _ ok                      set:1
        reserve     web     cart           _ reservation_not_offered none
        reserve     app     cart           _ ok                      reserved:1
        release     _       _              4 ok                      released:1
        reserve     web     checkout       _ ok                      reserved:1
        release     _       _              6 ok                      released:1
        reserve     web     7              _ ok                      reserved:1
        = level 0 0 reserved 1
    """)


def test_a_channel_may_hold_nothing_before_the_order() -> None:
    """Its carts reserve nothing; an order takes."""
    check("""
        # operation channel reason   quantity answer
        receive     _       _               3 ok
        set_hold    web     order           _ ok
        reserve     web     checkout        1 reservation_not_offered
        reserve     web     255             1 reservation_not_offered
        place       web     _               4 stock_insufficient
        place       web     _               3 ok
        = level 0 0 committed 3
    """)


def test_a_channel_may_never_ask_for_stock() -> None:
    """Nothing is reserved, and an order is a fact."""
    check("""
        # operation channel reason   quantity answer                  events
        receive     _       _               3 ok                      received:3
        set_hold    web     never           _ ok                      set:1
        reserve     web     checkout        1 reservation_not_offered none
        place       web     _               4 ok                      placed:4,shortage:1
        place       app     _               1 stock_insufficient      none
        set_hold    web     cart            _ ok                      set:1
        place       web     _               1 stock_insufficient      none
        = level 0 0 available -1 committed 4
    """)


def test_a_channel_has_a_longest_hold() -> None:
    """Nothing is held longer, however often it is extended; nought means the longest there is."""
    check("""
        # operation at channel order   argument answer
        receive      0 _           _          _ ok
        set_hold     0 web         _         60 ok
        reserve      0 web         _         61 ttl_too_long
        reserve      0 web         _         60 ok
        extend      40 web         4         20 ok
        extend      40 web         4         21 ttl_too_long
        extend      40 app         4         21 ttl_too_long
        set_hold    40 web         _          0 ok
        extend      40 web         4 ttl_max-40 ok
        extend      40 web         4 ttl_max-39 ttl_too_long
        set_hold    40 web         _    ttl_max ok
        set_hold    40 web         _  ttl_max+1 number_out_of_range
        set_hold    40 web         _         -1 number_out_of_range
        = reservation 4 quantity 1 held_us 0 expires_us 31622400000000 channel web
    """)


def test_a_cart_is_extended() -> None:
    """From now on, longer or shorter; the units stay where they are."""
    check("""
        # operation  at order quantity ttl answer              events
        receive       0     _        9   _ ok                  received:9
        reserve       0     _        2 100 ok                  reserved:2
        extend       10     2        _ 200 ok                  extended:2
        expire      100     _        _   _ ok                  none
        expire      209     _        _   _ ok                  none
        extend      209     2        _  10 ok                  extended:2
        extend      209     2        _   5 ok                  extended:2
        extend      209     3        _   5 reservation_unknown none
        extend      209    -2        _   5 reservation_unknown none
        extend      209     2        _   0 ttl_not_positive    none
        sell        214     _        1   _ ok                  expired:2,sold:1
        extend      214     2        _   5 reservation_unknown none
        = level 0 0 available 8
    """)


def test_an_extension_that_did_not_happen() -> None:
    """In a chain that breaks the cart keeps its time."""
    check("""
        # operation  at order cart quantity ttl answer                events
        receive       0     _    _        9   _ ok                    received:9
        reserve       0     _    _        2 100 ok                    reserved:2
        + extend     10     2    _        _ 200 chain_broken          none
        + extend     10     2    _        _  20 chain_broken          none
        sell         10     _    _        0   _ quantity_not_positive none
        + extend     10     2    _        _ 300 chain_broken          none
        + release    10     _    2        _   _ chain_broken          none
        extend       10     2    _        _   5 reservation_unknown   none
        expire       30     _    _        _   _ ok                    none
        expire       99     _    _        _   _ ok                    none
        expire      100     _    _        _   _ ok                    expired:2
        = level 0 0 available 9
    """)
