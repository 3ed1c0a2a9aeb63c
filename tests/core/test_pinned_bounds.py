"""The last unit and the first moment: where facts about stock begin to be refused."""

from tests.core.tables import check


def test_a_level_that_owes_all_it_can() -> None:
    """What is available cannot fall below its bound, however little of it is on hand."""
    check("""
        # operation sku quantity  answer
        accept        0 level_max ok
        adjust        0        -1 quantity_too_large
        receive       0         1 ok
        adjust        0        -1 ok
        = level 0 0 available -2147483647 committed level_max
    """)
    check("""
        # operation sku states            quantity  answer
        accept        0 _                 level_max ok
        receive       0 _                         5 ok
        reclassify    0 available>damaged         6 quantity_too_large
        reclassify    0 available>damaged         5 ok
        count         0 _                         4 quantity_too_large
        count         0 _                         5 ok
        = level 0 0 available -2147483647 committed level_max damaged 5
    """)


def test_a_count_may_find_everything_gone() -> None:
    """But not one unit more than there can be: that one was sold after the count."""
    check("""
        # operation sku quantity  answer events
        receive       0 level_max ok     received:2147483647
        count         0         0 ok     counted:-2147483647
        = level 0 0
    """)
    check("""
        # operation at occurred sku quantity  answer
        receive      5        _   0         1 ok
        sell        20        _   0         1 ok
        receive     30        6   0 level_max ok
        count       40        8   0         0 quantity_too_large
        = level 0 0 available level_max
    """)


def test_a_level_may_have_fewer_movements_than_are_remembered() -> None:
    """A late count of it knows them all, though older ones of others are forgotten."""
    check(
        """
        # operation at occurred sku quantity answer events
        receive      5        _   1        1 ok     received:1
        receive      6        _   1        1 ok     received:1
        receive     10        _   0        4 ok     received:4
        count       20        5   0        3 ok     counted:3
        = level 0 0 available 7
        """,
        remembered_moves=2,
    )


def test_goods_that_came_in_the_moment_of_the_count_were_counted() -> None:
    """Though the news of them came later."""
    check("""
        # operation at occurred sku quantity answer events
        receive     20        8   0        5 ok     received:5
        count       30        8   0        5 ok     counted:0
        = level 0 0 available 5
    """)


def test_an_arrival_of_nothing_is_no_movement() -> None:
    """It pushes nothing out of memory: the count before the last movement is not too late."""
    check(
        """
        # operation at occurred sku to paper flags quantity answer
        receive      1        _   1  _     _ _            5 ok
        transfer     5        _   1  1     _ _            1 ok
        receive     10        _   0  _     _ _            4 ok
        arrive      12        _   _  _     2 final        0 ok
        count       20        8   0  _     _ _            4 ok
        = level 0 0 available 8
        = level 1 0 available 4
        = level 1 1
        """,
        remembered_moves=1,
    )


def test_the_first_moment_is_a_date_like_any() -> None:
    """At 5 it is past; at 0 a supplier may name it, but not for fewer units."""
    check("""
        # operation at sku to due quantity answer
        expect       0   0  _   1       -1 quantity_not_positive
        expect       0   0  _   1        1 ok
        receive      5   0  _   _        9 ok
        expect       5   0  _   1        1 date_past
        transfer     5   0  1   1        1 date_past
        = level 0 0 available 9
        = documents 1
    """)


def test_what_is_here_and_what_will_come_is_all_there_is() -> None:
    """Two on the shelf and three on their way: the sixth unit cannot be promised."""
    check("""
        # operation   sku due flags    quantity answer
        receive         0   _ _               2 ok
        expect          0  50 _               3 ok
        set_backorder   0   _ arrivals        9 ok
        place           0   _ _               6 stock_insufficient
        place           0   _ _               5 ok
        = line 5 0 ordered 5 allocated 2 backordered 3
    """)


def test_the_fence_of_a_far_level_grows_back() -> None:
    """When the chain that drew on it breaks, be it the tenth level that has one."""
    check(
        """
        # operation sku channel order line quantity answer
        set_fence     0 web         _    _        1 ok
        set_fence     1 web         _    _        1 ok
        set_fence     2 web         _    _        1 ok
        set_fence     3 web         _    _        1 ok
        set_fence     4 web         _    _        1 ok
        set_fence     5 web         _    _        1 ok
        set_fence     6 web         _    _        1 ok
        set_fence     7 web         _    _        1 ok
        set_fence     8 web         _    _        1 ok
        set_fence     9 web         _    _        1 ok
        receive       9 _           _    _        2 ok
        + place       9 web         _    _        1 chain_broken
        fulfil        _ _           9    0        1 order_unknown
        = ats web 9 0 2
        = ats app 9 0 1
        """,
        skus=10,
    )


def test_what_happens_now_comes_after_a_count_of_now() -> None:
    """It is not late, whether or not its time is told."""
    check("""
        # operation at occurred sku quantity answer events
        count       10        _   0        5 ok     counted:5
        receive     10       10   0        2 ok     received:2
        receive     10        _   0        1 ok     received:1
        receive     11       10   0        1 ok     received:1
        = level 0 0 available 8
    """)


def test_nothing_is_no_quantity() -> None:
    """Nobody promises, sells, receives or holds no units, or fewer."""
    check("""
        # operation sku quantity answer
        receive       0        5 ok
        place         0        0 quantity_not_positive
        place         0       -1 quantity_not_positive
        sell          0        0 quantity_not_positive
        sell          0       -1 quantity_not_positive
        receive       0        0 quantity_not_positive
        receive       0       -1 quantity_not_positive
        reserve       0        0 quantity_not_positive
        reserve       0       -1 quantity_not_positive
        = level 0 0 available 5
    """)


def test_a_cart_is_held_no_longer_than_from_when_it_was_made() -> None:
    """Until fifty after ten, whenever somebody asks."""
    check("""
        # operation at sku channel order ttl reason longest quantity answer
        set_hold     0   _ web         _   _ cart        50        _ ok
        receive      0   0 _           _   _ _            _        5 ok
        reserve     10   0 web         _  50 _            _        1 ok
        extend      20   _ _           3  30 _            _        _ ok
        extend      20   _ _           3  40 _            _        _ ok
        extend      20   _ _           3  41 _            _        _ ttl_too_long
        = reservation 3 expires_us 60
    """)
