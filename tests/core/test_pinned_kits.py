"""Kits beside kits, and kits of goods that are promised to the last unit."""

from tests.core.tables import check


def test_the_weights_are_those_of_the_kit() -> None:
    """A second kit's amount is shared out by its own parts."""
    check(
        """
        # operation sku part weight quantity amount answer
        set_part      3    0      1        1      _ ok
        set_part      3    1      1        1      _ ok
        set_part      4    1      3        1      _ ok
        set_part      4    2      1        1      _ ok
        sell          4    _      _        1    100 ok
        = line 5 0 ordered 1 fulfilled 1 sku 1 amount_minor 75
        = line 5 1 ordered 1 fulfilled 1 sku 2 amount_minor 25
        """,
        skus=5,
    )
    check(
        """
        # operation sku part quantity amount answer
        set_part      3    0        1      _ ok
        set_part      4    1        3      _ ok
        set_part      4    2        1      _ ok
        sell          4    _        1    100 ok
        = line 4 0 ordered 3 fulfilled 3 sku 1 amount_minor 75
        = line 4 1 ordered 1 fulfilled 1 sku 2 amount_minor 25
        """,
        skus=5,
    )


def test_a_till_asks_nobody_what_is_promised() -> None:
    """A kit is sold though every unit of its part is committed, and as many as can be."""
    check("""
        # operation sku part quantity  answer events
        set_part      2    0         1 ok     set:1
        receive       0    _ level_max ok     received:2147483647
        accept        0    _ level_max ok     placed:2147483647
        sell          2    _         1 ok     sold:1,shortage:1
        = level 0 0 available -1 committed level_max
    """)
