"""Loyalty points: earned, spent first end first, reversed, and gone in time."""

# ruff: noqa: E501 - a row of a table cannot be broken.

from tests.core.tables import check


def test_points_are_earned_and_spent() -> None:
    """No more than there are; spending never takes stock."""
    check("""
        # operation party quantity answer              available events
        earn            7      100 ok                          0 earned:100
        burn            7      101 points_insufficient         0 none
        burn            8        1 points_insufficient         0 none
        burn            7       60 ok                          0 burned:60
        earn            7        5 ok                          0 earned:5
        burn            7       45 ok                          0 burned:45
        = party 7 points 0 owed 0 grants 0
        = document 1 kind grant quantity 100 open 0 closed 1
        = document 4 kind burn quantity 60 open 60 closed 0
        = documents 4
        = level 0 0
    """)


def test_points_that_end_first_are_spent_first() -> None:
    """Those without an end come last; nobody loses what he could have spent."""
    check("""
        # operation at party ttl quantity answer events
        earn         0     7   _       10 ok     earned:10
        earn         0     7  90       10 ok     earned:10
        earn         0     7  50       10 ok     earned:10
        earn         0     8  50       10 ok     earned:10
        burn         0     7   _       12 ok     burned:12
        expire      50     _   _        _ ok     points_expired:10
        burn        50     7   _        9 ok     burned:9
        expire      90     _   _        _ ok     none
        = document 1 quantity 10 open 9
        = document 2 quantity 10 open 0 closed 1 due_us 90
        = document 3 quantity 10 open 0 closed 1
        = document 5 kind burn due_us 90
        = document 7 kind burn due_us 0
        = party 7 points 9 grants 1
        = party 8 points 0 grants 0
    """)


def test_points_end() -> None:
    """What nobody has spent by then is gone, and cannot be reversed any more."""
    check("""
        # operation at party ttl paper quantity answer              events
        earn         0     7  50     _       10 ok                  earned:10
        burn        20     7   _     _        4 ok                  burned:4
        expire      50     _   _     _        _ ok                  points_expired:6
        burn        50     7   _     _        1 points_insufficient none
        reverse     50     _   _     1        5 points_insufficient none
        reverse     50     _   _     1        4 ok                  reversed:4
        = party 7 points -4 owed 4
        = document 1 quantity 0 open 0 closed 1
    """)


def test_points_of_a_returned_purchase_are_taken_back() -> None:
    """Spent already: the customer owes them, and pays with what comes next."""
    check("""
        # operation party paper quantity answer              events
        earn            7     _       10 ok                  earned:10
        burn            7     _        8 ok                  burned:8
        reverse         _     1        6 ok                  reversed:6
        burn            7     _        1 points_insufficient none
        earn            7     _        3 ok                  earned:3
        earn            7     _        5 ok                  earned:5
        reverse         _     1        5 points_insufficient none
        reverse         _     1        4 ok                  reversed:4
        = party 7 points 0 owed 4
        = document 5 quantity 3 open 0 closed 1
        = document 6 quantity 5 open 4 closed 0
    """)


def test_points_that_were_spent_are_given_back() -> None:
    """With the end that they had; nothing more than was spent."""
    check("""
        # operation at party ttl paper quantity answer              events
        earn         0     7  90     _       10 ok                  earned:10
        burn        10     7   _     _        8 ok                  burned:8
        reverse     20     _   _     2        9 points_insufficient none
        reverse     20     _   _     2        3 ok                  reversed:3
        = party 7 points 5 owed 0 grants 1
        = document 2 kind burn quantity 8 open 5
        = document 4 kind grant quantity 3 open 3 due_us 90
    """)
    check("""
        # operation at party ttl paper quantity answer events
        earn         0     7  90     _       10 ok     earned:10
        burn        10     7   _     _        8 ok     burned:8
        reverse     20     _   _     1        9 ok     reversed:9
        reverse     20     _   _     2        8 ok     reversed:8
        expire      90     _   _     _        _ ok     points_expired:1
        = party 7 points 0 owed 0 grants 0
        = document 2 open 0 closed 1
        = document 4 kind grant quantity 7 open 0 closed 1 due_us 90
    """)


def test_points_given_back_too_late() -> None:
    """Their end has passed: they pay what is owed, and nothing more."""
    check("""
        # operation at party ttl paper quantity answer events
        earn         0     7  50     _       10 ok     earned:10
        burn        10     7   _     _       10 ok     burned:10
        reverse     20     _   _     1        4 ok     reversed:4
        reverse     50     _   _     2        3 ok     reversed:3
        reverse     50     _   _     2        3 ok     reversed:3
        = party 7 points 0 owed 0 grants 0
        = document 4 kind grant quantity 3 open 0 closed 1 due_us 50
        = document 5 kind grant quantity 1 open 0 closed 1
        = document 2 open 4 closed 0
    """)


def test_points_belong_to_somebody() -> None:
    """A customer, a number of points, a sane end."""
    check("""
        # operation party             ttl quantity answer
        earn            0               _        1 party_not_positive
        earn           -7               _        1 party_not_positive
        burn            0               _        1 party_not_positive
        earn            7               _        0 quantity_not_positive
        burn            7               _       -1 quantity_not_positive
        reverse         7               _        0 quantity_not_positive
        earn            7              -1        1 ttl_negative
        earn            7 316224000000001        1 ttl_too_long
        earn            7 316224000000000        1 ok
        = document 9 due_us 316224000000000
    """)


def test_papers_that_are_not_points() -> None:
    """Unknown numbers, and numbers of other papers."""
    check("""
        # operation due paper answer
        expect       50     _ ok
        reverse       _     1 document_unknown
        reverse       _     9 document_unknown
        reverse       _     0 document_unknown
        reverse       _    -1 document_unknown
        = level 0 0 incoming 1
    """)


def test_points_of_a_broken_chain() -> None:
    """A sale that fails earns and spends nothing."""
    check("""
        # operation at order party ttl paper quantity answer             events
        earn         0     _     7  50     _       10 ok                 earned:10
        burn         0     _     7   _     _        4 ok                 burned:4
        + earn       9     _     7   9     _        5 chain_broken       none
        + earn       9     _     8   9     _        5 chain_broken       none
        + burn       9     _     7   _     _       11 chain_broken       none
        + reverse    9     _     _   _     1        9 chain_broken       none
        + reverse    9     _     _   _     2        3 chain_broken       none
        + reverse    9     _     _   _     5        7 chain_broken       none
        place        9     9     _   _     _        1 order_id_not_first none
        expire      18     _     _   _     _        _ ok                 none
        reverse     18     _     _   _     2        1 ok                 reversed:1
        expire      50     _     _   _     _        _ ok                 points_expired:6,points_expired:1
        = party 7 points 0 owed 0 grants 0
        = documents 3
        = document 1 quantity 4 open 0
    """)


def test_points_ride_on_an_order() -> None:
    """Spent and earned in the chain that places it, or not at all."""
    check("""
        # operation order party quantity answer              events
        receive         _     _        1 ok                  received:1
        earn            _     7       10 ok                  earned:10
        + place         _     7        1 chain_broken        none
        burn            3     7       11 points_insufficient none
        + place         _     7        1 ok                  placed:1
        + burn          5     7       10 ok                  burned:10
        earn            5     7        2 ok                  earned:2
        = party 7 points 2
        = lines 5 1
    """)
