"""What stands where: goods that arrive, are sold, counted, corrected and expected."""

from tests.core.tables import check


def test_goods_that_arrive_can_be_sold() -> None:
    """A receipt adds to what is available, at its own level only."""
    check("""
        # operation sku location quantity answer available events
        receive       0        0       10 ok            10 received:10
        receive       0        0        5 ok            15 received:5
        receive       1        0        7 ok             7 received:7
        receive       0        1        3 ok             3 received:3
        = level 0 0 available 15
        = level 1 0 available 7
        = level 0 1 available 3
        = level 1 1
    """)


def test_a_receipt_takes_from_what_was_expected() -> None:
    """Incoming falls by what arrives, and never below zero."""
    check("""
        # operation quantity answer events
        expect            12 ok     expected:12
        receive            5 ok     received:5
        receive           10 ok     received:10
        receive            1 ok     received:1
        = level 0 0 available 16
    """)
    check("""
        # operation quantity answer events
        expect            12 ok     expected:12
        receive            5 ok     received:5
        = level 0 0 available 5 incoming 7
    """)


def test_a_supplier_takes_back_a_promise() -> None:
    """Expectations shrink by what is withdrawn, but nobody owes less than nothing."""
    check("""
        # operation quantity answer       events
        expect             5 ok           expected:5
        expect            -3 ok           expected:-3
        expect            -9 ok           expected:-2
        expect            -1 ok           expected:0
        expect             0 quantity_zero none
        = level 0 0
    """)


def test_a_sale_at_the_till_is_a_fact() -> None:
    """A till never refuses for stock: the record goes negative and the shortage is told."""
    check("""
        # operation order quantity amount answer available events
        receive         _        3      0 ok             3 received:3
        sell            _        2    500 ok             1 sold:2
        sell            _        4   1000 ok            -3 sold:4,shortage:3
        sell            _        2    500 ok            -5 sold:2,shortage:2
        receive         _        4      0 ok            -1 received:4
        sell            _        1    250 ok            -2 sold:1,shortage:1
        receive         _        2      0 ok             0 received:2
        = level 0 0
        = line 3 0 ordered 4 fulfilled 4 amount_minor 1000
    """)


def test_a_correction_is_a_fact() -> None:
    """An adjustment is signed; below zero it tells the shortage, above it does not."""
    check("""
        # operation quantity answer        available events
        adjust             5 ok                    5 adjusted:5
        adjust            -7 ok                   -2 adjusted:-7,shortage:2
        adjust            -1 ok                   -3 adjusted:-1,shortage:1
        adjust             1 ok                   -2 adjusted:1
        adjust             0 quantity_zero        -2 none
        = level 0 0 available -2
    """)


def test_a_count_sets_what_is_on_hand() -> None:
    """Available takes the difference; promised units were counted too and stay promised."""
    check("""
        # operation quantity answer             available events
        receive           10 ok                        10 received:10
        place              3 ok                         7 placed:3
        reserve            2 ok                         5 reserved:2
        count              8 ok                         3 counted:-2
        count              8 ok                         3 counted:0
        count              4 ok                        -1 counted:-4,shortage:1
        count              0 ok                        -5 counted:-4,shortage:4
        count             -1 quantity_negative         -5 none
        count             20 ok                        15 counted:20
        = level 0 0 available 15 committed 3 reserved 2
    """)


def test_a_count_does_not_look_at_what_is_incoming() -> None:
    """Goods on the lorry are not on hand."""
    check("""
        # operation quantity answer events
        expect            50 ok     expected:50
        count              4 ok     counted:4
        = level 0 0 available 4 incoming 50
    """)


def test_a_level_has_bounds() -> None:
    """Neither what is on hand nor a state passes LEVEL_MAX either way, whoever asks."""
    check("""
        # operation    quantity answer             available
        receive       level_max ok                 level_max
        receive               1 quantity_too_large level_max
        adjust                1 quantity_too_large level_max
        expect        level_max ok                 level_max
        expect                1 quantity_too_large level_max
        sell          level_max ok                         0
        sell          level_max ok                -2147483647
        sell                  1 quantity_too_large -2147483647
        adjust               -1 quantity_too_large -2147483647
        adjust           i4_min quantity_too_large -2147483647
        accept                1 quantity_too_large -2147483647
        reserve               1 stock_insufficient -2147483647
        = level 0 0 available i4_min+1 incoming level_max
    """)


def test_promised_units_have_bounds() -> None:
    """Reserved and committed units count as on hand, and cannot pass LEVEL_MAX themselves."""
    check("""
        # operation    quantity answer
        receive       level_max ok
        reserve       level_max ok
        receive               1 quantity_too_large
        adjust                1 quantity_too_large
        reserve               1 quantity_too_large
        = level 0 0 reserved level_max
    """)
    check("""
        # operation    quantity answer
        receive       level_max ok
        place         level_max ok
        receive               5 quantity_too_large
        place                 1 quantity_too_large
        accept                1 quantity_too_large
        sell                  1 ok
        receive               1 ok
        = level 0 0 committed level_max
    """)


def test_a_count_has_bounds() -> None:
    """What is promised can make a count impossible to book: refused, not wrapped around."""
    check("""
        # operation    quantity answer             available
        accept        level_max ok               -2147483647
        count                 0 ok               -2147483647
        sell                  1 quantity_too_large -2147483647
        receive       level_max ok                         0
        count         level_max ok                         0
        receive               1 quantity_too_large         0
        sell          level_max ok               -2147483647
        count                -1 quantity_negative -2147483647
        = level 0 0 available i4_min+1 committed level_max
    """)


def test_a_count_tells_its_difference_exactly() -> None:
    """A difference that no event can hold is refused, so that events add up to the levels."""
    check("""
        # operation    quantity answer             available
        sell          level_max ok               -2147483647
        count         level_max quantity_too_large -2147483647
        count                 1 quantity_too_large -2147483647
        count                 0 ok                         0
        = level 0 0
    """)


def test_a_level_that_does_not_exist() -> None:
    """Sku and location are checked at both ends before anything is looked up."""
    check("""
        # operation sku  location answer           available
        receive      -1         0 sku_unknown              0
        receive       3         0 sku_unknown              0
        receive  i4_min         0 sku_unknown              0
        receive level_max       0 sku_unknown              0
        receive       0        -1 location_unknown         0
        receive       0         2 location_unknown         0
        receive       0     32767 location_unknown         0
        receive       0    -32768 location_unknown         0
        receive       2         1 ok                       1
        = level 2 1 available 1
    """)
