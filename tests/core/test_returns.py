"""What comes back: counted, refunded, and decided about at once or later."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_what_becomes_of_a_unit_that_came_back() -> None:
    """On the shelf, scrapped, looked at, never seen, or kept as damaged."""
    check("""
        # operation order line location reason              quantity amount answer              events
        receive         _    _        0 _                         10      _ ok                  received:10
        sell            _    _        0 _                          9   8995 ok                  sold:9
        return          2    0        0 restocked                  1      _ ok                  returned:1
        return          2    0        0 not_restocked              1      _ ok                  returned:1
        return          2    0        1 processing_required        2      _ ok                  returned:2
        return          2    0        0 missing                    1      _ ok                  returned:1
        return          2    0        1 damaged                    3      _ ok                  returned:3
        return          2    0        1 5                          1      _ disposition_unknown none
        return          2    0        1 255                        1      _ disposition_unknown none
        = level 0 0 available 2
        = level 0 1 quality_control 2 damaged 3
        = account 0 supplier -10 customer 1 correction 2
        = line 2 0 ordered 9 fulfilled 9 returned 8 undecided 2 fulfilled_minor 8995 refunded_minor 7995
        = document 3 kind return quantity 1 open 0 closed 1 order_id 2 line 0 location 0 sku 0
        = document 5 kind return quantity 2 open 2 closed 0 location 1
    """)


def test_refunds_sum_to_what_was_paid() -> None:
    """However the units come back, the last one takes what rounding has left."""
    check("""
        # operation order line location reason  quantity amount answer events
        sell            _    _        0 _              7   1000 ok     sold:7,shortage:7
        return          1    0        0 missing        2      _ ok     returned:2
        = line 1 0 ordered 7 fulfilled 7 returned 2 fulfilled_minor 1000 refunded_minor 285
    """)
    check("""
        # operation order line location reason  quantity amount answer
        sell            _    _        0 _              7   1000 ok
        return          1    0        0 missing        2      _ ok
        return          1    0        0 missing        1      _ ok
        return          1    0        0 missing        5      _ fulfilled_insufficient
        return          1    0        0 missing        4      _ ok
        return          1    0        0 missing        1      _ fulfilled_insufficient
        = line 1 0 ordered 7 fulfilled 7 returned 7 fulfilled_minor 1000 refunded_minor 1000
        = account 0 correction 7
        = level 0 0 available -7
    """)


def test_only_what_went_out_comes_back() -> None:
    """Allocated units are cancelled, not returned; a refund knows what was cancelled."""
    check("""
        # operation order line location quantity amount answer
        receive         _    _        0        9      _ ok
        place           _    _        0        5    999 ok
        return          2    0        0        1      _ fulfilled_insufficient
        cancel          2    0        _        1      _ ok
        fulfil          2    0        _        3      _ ok
        return          2    0        0        4      _ fulfilled_insufficient
        return          2    0        0        3      _ ok
        = line 2 0 ordered 5 allocated 1 fulfilled 3 cancelled 1 returned 3 amount_minor 999 fulfilled_minor 600 cancelled_minor 199 refunded_minor 600
        = order 2 state confirmed
    """)


def test_a_decision_can_wait() -> None:
    """Units that are to be looked at stand apart until somebody says what they are."""
    check("""
        # operation order line location paper reason              quantity amount answer                 events
        sell            _    _        0     _ _                          6    600 ok                     sold:6,shortage:6
        return          1    0        1     _ processing_required        6      _ ok                     returned:6
        dispose         _    _        _     2 processing_required        1      _ disposition_unknown    none
        dispose         _    _        _     2 5                          1      _ disposition_unknown    none
        dispose         _    _        _     2 restocked                  7      _ undecided_insufficient none
        dispose         _    _        _     2 restocked                  1      _ ok                     disposed:1
        dispose         _    _        _     2 damaged                    2      _ ok                     disposed:2
        dispose         _    _        _     2 not_restocked              1      _ ok                     disposed:1
        dispose         _    _        _     2 missing                    2      _ ok                     disposed:2
        dispose         _    _        _     2 missing                    1      _ undecided_insufficient none
        = level 0 0 available -6
        = level 0 1 available 1 damaged 2
        = line 1 0 ordered 6 fulfilled 6 returned 6 refunded_minor 600
        = document 2 kind return quantity 6 open 0 closed 1
        = account 0 correction 3
    """)


def test_units_that_somebody_has_moved_on() -> None:
    """Undecided units that were set aside by hand are no longer there to be decided."""
    check("""
        # operation order line location paper states                  reason              quantity answer
        sell            _    _        0     _ _                       _                          2 ok
        return          1    0        0     _ _                       processing_required        2 ok
        reclassify      _    _        0     _ quality_control>damaged _                          1 ok
        dispose         _    _        _     2 _                       restocked                  2 state_insufficient
        dispose         _    _        _     2 _                       restocked                  1 ok
        dispose         _    _        _     2 _                       restocked                  1 state_insufficient
        = document 2 open 1 closed 0
        = line 1 0 ordered 2 fulfilled 2 returned 2 undecided 1
        = level 0 0 available -1 damaged 1
    """)


def test_papers_that_are_no_returns() -> None:
    """Unknown numbers, and numbers of other papers."""
    check("""
        # operation due  paper answer
        expect       50      _ ok
        dispose       _      1 document_unknown
        dispose       _      9 document_unknown
        dispose       _      0 document_unknown
        dispose       _     -1 document_unknown
        dispose       _ i8_min document_unknown
        = level 0 0 incoming 1
    """)


def test_an_exchange_is_one_chain() -> None:
    """The new order first, the return behind it: both or neither."""
    check("""
        # operation order line sku location channel reason    quantity amount answer             events
        receive         _    _   1        0 _       _                1      _ ok                 received:1
        sell            _    _   0        0 till    _                1   2000 ok                 sold:1,shortage:1
        + place         _    _   1        0 web     _                1   2500 ok                 placed:1
        return          2    0   _        0 till    restocked        1      _ ok                 returned:1
        + place         _    _   1        0 web     _                1   2500 stock_insufficient none
        return          2    0   _        0 till    restocked        1      _ chain_broken       none
        = line 2 0 ordered 1 fulfilled 1 returned 1 refunded_minor 2000
        = line 3 0 ordered 1 allocated 1
        = level 1 0 committed 1
    """)


def test_returns_of_a_broken_chain() -> None:
    """Nothing came back and nothing was decided."""
    check("""
        # operation order line location paper reason              quantity answer
        sell            _    _        0     _ _                          4 ok
        return          1    0        0     _ processing_required        2 ok
        + return        1    0        1     _ processing_required        2 chain_broken
        + dispose       _    _        _     3 restocked                  1 chain_broken
        + dispose       _    _        _     2 restocked                  2 chain_broken
        dispose         _    _        _     3 restocked                  2 undecided_insufficient
        = line 1 0 ordered 4 fulfilled 4 returned 2 undecided 2
        = document 2 open 2
        = documents 1
        = level 0 0 available -4 quality_control 2
    """)


def test_a_shelf_that_is_full() -> None:
    """A return stays within the bounds of the level it comes to; what goes nowhere fits."""
    check("""
        # operation order line location reason     quantity answer
        sell            _    _        0 _                 2 ok
        receive         _    _        1 _         level_max ok
        return          1    0        1 restocked         1 quantity_too_large
        return          1    0        1 damaged           1 quantity_too_large
        return          1    0        1 restocked         3 fulfilled_insufficient
        return          1    0        1 missing           1 ok
        return          1    0        0 restocked         1 ok
        = level 0 0 available -1
        = level 0 1 available level_max
    """)


def test_what_comes_back_without_a_receipt() -> None:
    """The sku says what it is; nobody knows what it cost, or from which order it is."""
    check(
        """
        # operation order line sku location reason              party channel quantity answer                 available events
        set_part        _    0   3        _ _                       _ _              1 ok                             _ set:1
        return          _    _   0        1 restocked               7 web            2 ok                             _ returned:2
        return          _    9   1        1 processing_required     7 app            3 ok                             _ returned:3
        return          _   -1   1        0 damaged                 _ _              1 ok                             _ returned:1
        return          _    _   1        0 missing                 _ _              1 ok                             _ returned:1
        return          _    _   0        0 not_restocked           _ _              1 ok                             _ returned:1
        return          _    _   4        0 restocked               _ _              1 sku_unknown                    _ none
        return          _    _  -1        0 restocked               _ _              1 sku_unknown                    _ none
        return          _    _   0        2 restocked               _ _              1 location_unknown               _ none
        return          _    _   0      any restocked               _ _              1 location_unknown               _ none
        return          _    _   3        0 restocked               _ _              1 kit_has_no_stock               _ none
        return          _    _   0        0 restocked               _ _              0 quantity_not_positive          _ none
        return          _    _   0        0 5                       _ _              1 disposition_unknown            _ none
        return         -1    0   0        0 restocked               _ _              1 order_unknown                  _ none
        return         99    0   0        0 restocked               _ _              1 order_unknown                  _ none
        = level 0 1 available 2
        = level 1 1 quality_control 3
        = level 1 0 damaged 1
        = account 0 customer -3 correction 1
        = account 1 customer -5 correction 1
        = document 2 kind return quantity 2 open 0 closed 1 order_id 0 line 0 party_id 7 sku 0 location 1
        = document 3 kind return quantity 3 open 3 closed 0 order_id 0 line 0 party_id 7 sku 1 location 1
        = documents 5
        """,
        skus=4,
    )


def test_a_decision_about_goods_without_a_receipt() -> None:
    """They are disposed of like any, and of no line; the shelf must have room for them."""
    check("""
        # operation     occurred  at order sku location paper reason                quantity answer                 events
        return                 _ 100     _   0        1     _ processing_required          4 ok                     returned:4
        set_backorder          _ 100     _   0        1     _ _                            9 ok                     set:9
        place                  _ 100     _   0        1     _ _                            2 ok                     backordered:2
        dispose                _ 100     _   _        _     1 restocked                    1 ok                     disposed:1,backorder_filled:1
        dispose                _ 100     _   _        _     1 missing                      1 ok                     disposed:1
        dispose                _ 100     _   _        _     1 damaged                      3 undecided_insufficient none
        dispose                _ 100     _   _        _     1 damaged                      1 ok                     disposed:1
        return                 _ 100     _   0        1     _ restocked                    2 ok                     returned:2,backorder_filled:1
        receive                _ 100     _   0        0     _ _                    level_max ok                     received:2147483647
        return                 _ 100     _   0        0     _ restocked                    1 quantity_too_large     none
        return                 _ 100     _   0        0     _ 5                            1 disposition_unknown    none
        return                 _ 100     _   0        0     _ missing                      1 ok                     returned:1
        return                 _ 100     _   0        1     _ restocked            level_max quantity_too_large     none
        + return               _ 100     _   1        1     _ processing_required          2 chain_broken           none
        + dispose              _ 100     _   _        _    14 restocked                    1 chain_broken           none
        dispose                _ 100     _   _        _    14 restocked                    2 undecided_insufficient none
        count                  _ 200     _   0        1     _ _                            9 ok                     counted:4
        return               150 300     _   0        1     _ restocked                    1 ok                     returned:1
        return               150 300     _   0        1     _ damaged                      1 ok                     returned:1
        = level 0 0 available level_max
        = level 0 1 available 4 committed 2 damaged 2 quality_control 1
        = account 0 supplier -2147483647 customer -9 correction 0
        = document 1 open 1 closed 0 order_id 0
    """)
