"""Queues of backorders when chains break, shelves are fenced, and work has begun."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_a_chain_that_breaks_leaves_the_queue_as_it_was() -> None:
    """Who came last and was taken back is forgotten; those before are served in their order."""
    check("""
        # operation   sku order line quantity answer                 events
        set_backorder   0     _    _        9 ok                     set:9
        place           0     _    _        1 ok                     backordered:1
        place           0     _    _        2 ok                     backordered:2
        + place         0     _    _        3 chain_broken           none
        fulfil          _     4    0        1 allocated_insufficient none
        + place         0     _    _        3 chain_broken           none
        + place         0     _    _        1 chain_broken           none
        fulfil          _     6    0        1 allocated_insufficient none
        place           0     _    _        1 ok                     backordered:1
        receive         0     _    _        3 ok     received:3,backorder_filled:1,backorder_filled:2
        receive         0     _    _        3 ok                     received:3,backorder_filled:1
        = level 0 0 available 2 committed 4
    """)


def test_a_backorder_draws_on_its_own_fence() -> None:
    """As a promise would: the fence shrinks by what the line took of it, and grows back."""
    check("""
        # operation   sku channel order line quantity answer available
        set_backorder   0 _           _    _        9 ok     0
        place           0 web         _    _        3 ok     0
        set_fence       0 web         _    _        2 ok     0
        receive         0 _           _    _        1 ok     0
        = line 2 0 ordered 3 allocated 1 backordered 2 fenced 1
    """)
    check("""
        # operation   sku channel order line quantity answer
        set_backorder   0 _           _    _        9 ok
        place           0 web         _    _        3 ok
        set_fence       0 web         _    _        2 ok
        receive         0 _           _    _        6 ok
        cancel          _ _           2    0        1 ok
        = line 2 0 ordered 3 allocated 2 cancelled 1 fenced 1
        = ats web 0 0 4
        = ats app 0 0 3
    """)


def test_goods_that_come_after_picking_have_to_be_picked() -> None:
    """Work that was done with what was there begins again with what has come."""
    check("""
        # operation   sku order line quantity answer
        set_backorder   0     _    _        9 ok
        receive         0     _    _        2 ok
        place           0     _    _        5 ok
        pick            _     3    0        2 ok
        receive         0     _    _        1 ok
        = line 3 0 ordered 5 allocated 3 backordered 2 work open
    """)
    check("""
        # operation   sku order line quantity answer
        set_backorder   0     _    _        9 ok
        receive         0     _    _        2 ok
        place           0     _    _        5 ok
        pick            _     3    0        2 ok
        pack            _     3    0        _ ok
        receive         0     _    _        1 ok
        = line 3 0 ordered 5 allocated 3 backordered 2 work open
    """)
    check("""
        # operation   sku order line quantity answer
        set_backorder   0     _    _        9 ok
        receive         0     _    _        2 ok
        place           0     _    _        5 ok
        start           _     3    0        _ ok
        receive         0     _    _        1 ok
        = line 3 0 ordered 5 allocated 3 backordered 2 work in_progress
    """)


def test_a_broken_chain_leads_no_queue_into_another() -> None:
    """The last in line has nobody behind it, whoever stands behind others elsewhere."""
    check("""
        # operation   sku quantity answer               events
        set_backorder   0        9 ok                   set:9
        set_backorder   1        9 ok                   set:9
        place           0        1 ok                   backordered:1
        place           1        1 ok                   backordered:1
        place           1        1 ok                   backordered:1
        place           1        1 ok                   backordered:1
        + place         0        1 chain_broken         none
        sell            0        0 quantity_not_positive none
        receive         0        5 ok                   received:5,backorder_filled:1
        receive         1        5 ok  received:5,backorder_filled:1,backorder_filled:1,backorder_filled:1
        = level 0 0 available 4 committed 1
        = level 1 0 available 2 committed 3
    """)
