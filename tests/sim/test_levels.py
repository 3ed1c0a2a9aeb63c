"""Reorder levels of each rule by hand, for two units a day at a cost of 10 USD.

Lead time and review are 1.6 + 1 days, which want 5.2 units; E[q^2] / E[q] = 2.4 / 1.4, so 0.3
standard deviations are 0.3 * sqrt(5.2 * 2.4 / 1.4) = 0.896: s = 7.
"""

import numpy as np
import pytest

from sim.levels import levels_for, whole_packs
from tests.sim.scenario_cases import shop

BY_HAND: dict[tuple[str, ...], tuple[int, int]] = {
    (): (7, 13),  # three days of cover
    ("rule=s_S",): (7, 13),
    ("rule=s_S", "reorder_at=2", "order_up_to=5"): (2, 5),
    # sqrt(2 * 100 * 2 / (0.2 * 1000 / 365)) = 27.02
    ("rule=s_S", "order_cost=1 USD"): (7, 35),
    ("rule=R_Q", "order_cost=1 USD", "pack_size=5"): (7, 37),
    ("rule=R_Q",): (7, 13),
    ("rule=R_Q", "pack_size=5"): (7, 17),
    ("rule=R_Q", "reorder_at=0", "quantity=4"): (0, 4),
    ("rule=base_stock",): (6, 7),
    ("rule=base_stock", "order_up_to=9"): (8, 9),
}


@pytest.mark.parametrize("policy", BY_HAND)
def test_levels_by_hand(policy: tuple[str, ...]) -> None:
    """(s, S), and (-1, 0) for what nobody wants."""
    scenario, _ = shop("corner", 1, *(f"stock.policy.{flag}" for flag in policy))
    s, up_to = levels_for(scenario, np.array([2.0, 0.0]), np.array([1000, 1000]))
    assert (int(s[0]), int(up_to[0])) == BY_HAND[policy]
    assert (int(s[1]), int(up_to[1])) == (-1, 0)


def test_packs_are_filled_up() -> None:
    """Nothing stays nothing, a full pack stays one, one unit more makes two."""
    assert whole_packs(np.array([0, 1, 6, 7]), 6).tolist() == [0, 6, 6, 12]
