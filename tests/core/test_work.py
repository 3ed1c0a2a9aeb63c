"""Fulfilment orders: the work on a line, step by step, and what interrupts it."""

from tests.core.tables import check


def test_a_line_is_worked_through() -> None:
    """Started, picked, packed, handed over, delivered."""
    check("""
        # operation order line quantity answer           available events
        receive         _    _        9 ok                       9 received:9
        place           _    _        4 ok                       5 placed:4
        start           2    0        _ ok                       0 worked:4
        pick            2    0        4 ok                       0 picked:4
        pack            2    0        _ ok                       0 worked:4
        fulfil          2    0        4 ok                       0 fulfilled:4
        deliver         2    0        _ ok                       0 worked:4
        deliver         2    0        _ work_not_allowed         0 none
        = line 2 0 ordered 4 fulfilled 4 work delivered
        = order 2 state completed
    """)


def test_an_open_line() -> None:
    """It can be started, held, picked and, where nobody keeps track of work, fulfilled."""
    check("""
        # operation order line quantity answer
        receive         _    _       20 ok
        + place         _    _        4 ok
        + place         2    _        4 ok
        + place         2    _        4 ok
        place           2    _        4 ok
        pack            2    0        _ work_not_allowed
        resume          2    0        _ work_not_allowed
        deliver         2    0        _ work_not_allowed
        no_show         2    0        1 work_not_allowed
        start           2    0        _ ok
        hold            2    1        _ ok
        pick            2    2        4 ok
        fulfil          2    3        1 ok
        = line 2 0 ordered 4 allocated 4 work in_progress
        = line 2 1 ordered 4 allocated 4 work on_hold
        = line 2 2 ordered 4 allocated 4 work picked
        = line 2 3 ordered 4 allocated 3 fulfilled 1 work open
    """)


def test_a_line_in_progress() -> None:
    """It can be held, picked and fulfilled."""
    check("""
        # operation order line quantity answer
        receive         _    _       20 ok
        + place         _    _        4 ok
        + place         2    _        4 ok
        place           2    _        4 ok
        start           2    0        _ ok
        start           2    1        _ ok
        start           2    2        _ ok
        start           2    0        _ work_not_allowed
        pack            2    0        _ work_not_allowed
        resume          2    0        _ work_not_allowed
        deliver         2    0        _ work_not_allowed
        no_show         2    0        1 work_not_allowed
        hold            2    0        _ ok
        pick            2    1        4 ok
        fulfil          2    2        1 ok
        = line 2 0 ordered 4 allocated 4 work on_hold
        = line 2 1 ordered 4 allocated 4 work picked
        = line 2 2 ordered 4 allocated 3 fulfilled 1 work in_progress
    """)


def test_a_picked_line() -> None:
    """It can be packed, held and fulfilled."""
    check("""
        # operation order line quantity answer
        receive         _    _       20 ok
        + place         _    _        4 ok
        + place         2    _        4 ok
        place           2    _        4 ok
        pick            2    0        4 ok
        pick            2    1        4 ok
        pick            2    2        4 ok
        start           2    0        _ work_not_allowed
        resume          2    0        _ work_not_allowed
        deliver         2    0        _ work_not_allowed
        pick            2    0        4 work_not_allowed
        no_show         2    0        1 work_not_allowed
        pack            2    0        _ ok
        hold            2    1        _ ok
        fulfil          2    2        1 ok
        = line 2 0 ordered 4 allocated 4 work ready
        = line 2 1 ordered 4 allocated 4 work on_hold
        = line 2 2 ordered 4 allocated 3 fulfilled 1 work picked
    """)


def test_a_line_that_is_ready() -> None:
    """It can be held, handed over, or left by a customer who does not come."""
    check("""
        # operation order line quantity answer                 available events
        receive         _    _       20 ok                            20 received:20
        + place         _    _        4 ok                             8 placed:4
        + place         2    _        4 ok                             8 placed:4
        place           2    _        4 ok                             8 placed:4
        pick            2    0        4 ok                             0 picked:4
        pick            2    1        4 ok                             0 picked:4
        pick            2    2        4 ok                             0 picked:4
        pack            2    0        _ ok                             0 worked:4
        pack            2    1        _ ok                             0 worked:4
        pack            2    2        _ ok                             0 worked:4
        start           2    0        _ work_not_allowed               0 none
        pack            2    0        _ work_not_allowed               0 none
        resume          2    0        _ work_not_allowed               0 none
        deliver         2    0        _ work_not_allowed               0 none
        pick            2    0        4 work_not_allowed               0 none
        no_show         2    0        5 allocated_insufficient         0 none
        hold            2    0        _ ok                             0 worked:4
        no_show         2    1        1 ok                             0 no_show:1
        no_show         2    1        3 ok                             0 no_show:3
        fulfil          2    2        1 ok                             0 fulfilled:1
        no_show         2    2        3 ok                             0 no_show:3
        = line 2 0 ordered 4 allocated 4 work on_hold
        = line 2 1 ordered 4 cancelled 4 work cancelled
        = line 2 2 ordered 4 fulfilled 1 cancelled 3 work closed
        = level 0 0 available 15 committed 4
    """)


def test_a_line_on_hold() -> None:
    """Nobody works on it; whoever resumes looks at the goods again."""
    check("""
        # operation order line quantity answer
        receive         _    _       20 ok
        place           _    _        4 ok
        hold            2    0        _ ok
        start           2    0        _ work_not_allowed
        pack            2    0        _ work_not_allowed
        hold            2    0        _ work_not_allowed
        deliver         2    0        _ work_not_allowed
        pick            2    0        4 work_not_allowed
        fulfil          2    0        4 work_not_allowed
        no_show         2    0        4 work_not_allowed
        cancel          2    0        1 ok
        resume          2    0        _ ok
        = line 2 0 ordered 4 allocated 3 cancelled 1 work open
    """)
    check("""
        # operation order line quantity answer
        receive         _    _       20 ok
        place           _    _        4 ok
        hold            2    0        _ ok
        cancel          2    0        4 ok
        resume          2    0        _ work_not_allowed
        = line 2 0 ordered 4 cancelled 4 work cancelled
    """)


def test_a_line_that_was_picked_short() -> None:
    """What was not found waits to be looked for; what was may go, or be picked again."""
    check("""
        # operation order line quantity answer                 events
        receive         _    _       20 ok                     received:20
        place           _    _        6 ok                     placed:6
        pick            2    0        7 allocated_insufficient none
        pick            2    0       -1 quantity_negative      none
        pick            2    0        4 ok                     picked:4,short_picked:2
        start           2    0        _ work_not_allowed       none
        pack            2    0        _ work_not_allowed       none
        hold            2    0        _ work_not_allowed       none
        resume          2    0        _ work_not_allowed       none
        deliver         2    0        _ work_not_allowed       none
        no_show         2    0        1 work_not_allowed       none
        fulfil          2    0        1 ok                     fulfilled:1
        pick            2    0        3 ok                     picked:3
        pick            2    0        1 ok                     picked:1,short_picked:2
        cancel          2    0        4 ok                     cancelled:4
        pick            2    0        1 work_not_allowed       none
        = line 2 0 ordered 6 allocated 1 fulfilled 1 cancelled 4 work picked
        = account 0 supplier -20 customer 1 correction 4
        = level 0 0 available 14 committed 1
    """)
    check("""
        # operation order line quantity answer                 events
        receive         _    _       20 ok                     received:20
        place           _    _        2 ok                     placed:2
        pick            2    0        0 ok                     picked:0,short_picked:2
        pick            2    0        0 allocated_insufficient none
        fulfil          2    0        1 allocated_insufficient none
        cancel          2    0        2 ok                     cancelled:2
        = line 2 0 ordered 2 cancelled 2 work cancelled
        = level 0 0 available 18
    """)


def test_a_line_that_waits_for_goods() -> None:
    """It can be held; resumed, it waits again."""
    check("""
        # operation   order line quantity answer
        set_backorder     _    _        9 ok
        place             _    _        4 ok
        start             2    0        _ work_not_allowed
        pack              2    0        _ work_not_allowed
        resume            2    0        _ work_not_allowed
        deliver           2    0        _ work_not_allowed
        pick              2    0        0 work_not_allowed
        no_show           2    0        1 work_not_allowed
        fulfil            2    0        1 allocated_insufficient
        hold              2    0        _ ok
        resume            2    0        _ ok
        = line 2 0 ordered 4 backordered 4 work scheduled
    """)


def test_a_closed_line() -> None:
    """Everything has left: it can only be delivered."""
    check("""
        # operation order line quantity answer
        sell            _    _        1 ok
        start           1    0        _ work_not_allowed
        pack            1    0        _ work_not_allowed
        hold            1    0        _ work_not_allowed
        resume          1    0        _ work_not_allowed
        pick            1    0        0 work_not_allowed
        fulfil          1    0        1 work_not_allowed
        no_show         1    0        1 work_not_allowed
        deliver         1    0        _ ok
        start           1    0        _ work_not_allowed
        pack            1    0        _ work_not_allowed
        hold            1    0        _ work_not_allowed
        resume          1    0        _ work_not_allowed
        pick            1    0        0 work_not_allowed
        fulfil          1    0        1 work_not_allowed
        no_show         1    0        1 work_not_allowed
        deliver         1    0        _ work_not_allowed
        = line 1 0 ordered 1 fulfilled 1 work delivered
    """)


def test_a_cancelled_line() -> None:
    """Nobody can do anything with it."""
    check("""
        # operation order line quantity answer
        receive         _    _        1 ok
        place           _    _        1 ok
        cancel          2    0        1 ok
        start           2    0        _ work_not_allowed
        pack            2    0        _ work_not_allowed
        hold            2    0        _ work_not_allowed
        resume          2    0        _ work_not_allowed
        deliver         2    0        _ work_not_allowed
        pick            2    0        0 work_not_allowed
        fulfil          2    0        1 work_not_allowed
        no_show         2    0        1 work_not_allowed
        = line 2 0 ordered 1 cancelled 1 work cancelled
        = order 2 state cancelled
    """)


def test_an_order_waits_for_its_payment() -> None:
    """Its stock is promised, but nobody may pick it before it is confirmed."""
    check("""
        # operation   order line flags   quantity answer           available events
        receive           _    _ _              9 ok                       9 received:9
        place             _    _ pending        4 ok                       5 placed:4
        start             2    0 _              _ order_not_ready          0 none
        pick              2    0 _              4 order_not_ready          0 none
        fulfil            2    0 _              4 order_not_ready          0 none
        hold              2    0 _              _ ok                       0 worked:4
        resume            2    0 _              _ ok                       0 worked:4
        resume_order      2    _ _              _ step_not_allowed         0 none
        confirm_order     2    _ _              _ ok                       0 stepped:0
        confirm_order     2    _ _              _ step_not_allowed         0 none
        resume_order      2    _ _              _ step_not_allowed         0 none
        fulfil            2    0 _              1 ok                       0 fulfilled:1
        hold_order        2    _ _              _ ok                       0 stepped:0
        hold_order        2    _ _              _ step_not_allowed         0 none
        confirm_order     2    _ _              _ step_not_allowed         0 none
        fulfil            2    0 _              1 order_not_ready          0 none
        cancel            2    0 _              1 ok                       0 cancelled:1
        resume_order      2    _ _              _ ok                       0 stepped:0
        = line 2 0 ordered 4 allocated 2 fulfilled 1 cancelled 1
        = order 2 state confirmed
    """)
    check("""
        # operation   order flags   quantity answer
        receive           _ _              9 ok
        place             _ pending        4 ok
        hold_order        2 _              _ ok
        confirm_order     9 _              _ order_unknown
        = order 2 state on_hold
        = line 2 0 ordered 4 allocated 4
    """)


def test_the_first_line_says_whether_an_order_waits() -> None:
    """The flag of later lines, and of a sale at a till, means nothing."""
    check("""
        # operation order flags   quantity answer
        receive         _ _             99 ok
        + place         _ _              4 ok
        place           2 pending        1 ok
        + place         _ pending        4 ok
        place           4 _              1 ok
        sell            _ pending        1 ok
        + sell          _ pending        1 ok
        place           7 pending        1 ok
        = order 2 state confirmed
        = order 4 state pending
        = order 6 state completed
        = order 7 state confirmed
    """)


def test_the_state_of_an_order_follows_from_its_lines() -> None:
    """Open lines keep it; then it is complete if anything was fulfilled."""
    check("""
        # operation order line quantity answer
        receive         _    _       99 ok
        + place         _    _        1 ok
        place           2    _        1 ok
        + place         _    _        1 ok
        place           4    _        1 ok
        cancel          2    0        1 ok
        fulfil          2    1        1 ok
        cancel          4    0        1 ok
        = order 2 state completed
        = order 4 state confirmed
    """)


def test_actions_and_steps_that_do_not_exist() -> None:
    """What operations do is not done by work."""
    check("""
        # operation order line reason answer
        receive         _    _      _ ok
        place           _    _      _ ok
        work            2    0      5 action_unknown
        work            2    0    255 action_unknown
        step            2    _      3 action_unknown
        step            2    _    255 action_unknown
        work            2    1      0 line_unknown
        work            3    0      0 order_unknown
        work            2   -1      0 line_unknown
        = line 2 0 ordered 1 allocated 1 work open
    """)


def test_work_of_a_broken_chain() -> None:
    """Steps and work that did not happen."""
    check("""
        # operation     order line to flags   quantity answer
        receive             _    _  _ _             20 ok
        receive             _    _  _ _              1 ok
        place               _    _  _ pending        4 ok
        + confirm_order     3    _  _ _              _ chain_broken
        + start             3    0  _ _              _ chain_broken
        + pick              3    0  _ _              2 chain_broken
        + reroute           3    0  0 _              2 chain_broken
        + pack              3    0  _ _              _ chain_broken
        + no_show           3    0  _ _              1 chain_broken
        + fulfil            3    0  _ _              1 chain_broken
        + deliver           3    0  _ _              _ chain_broken
        + hold_order        3    _  _ _              _ chain_broken
        hold_order          3    _  _ _              _ step_not_allowed
        = line 3 0 ordered 4 allocated 4 work open
        = lines 3 1
        = order 3 state pending
        = level 0 0 available 17 committed 4
    """)
