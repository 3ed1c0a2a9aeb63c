"""Orders that are routed where there are more locations than a line may be split over."""

# ruff: noqa: E501 - a row of a table cannot be broken.

import numpy as np
import pytest

from core.engine import Engine
from core.schema import (
    ANY_LOCATION,
    COMMAND,
    SPLITS_MAX,
    Channel,
    Operation,
    Route,
    Status,
)
from tests.core.compare import assert_same, assert_same_shop
from tests.core.naive.model import Naive
from tests.core.tables import check

SEED = 20_261_122
LOCATIONS = 12


def test_a_place_with_plenty_is_kept_for_the_end() -> None:
    """Eight near ones with a unit each would leave the order unserved; three of them do not."""
    check(
        """
        # operation  location zone distance rules   quantity answer events
        set_routing         _    _        _ nearest        _ ok     set:1
        set_lane            8    0       90 _              _ ok     set:1
        receive             0    _        _ _              1 ok     received:1
        receive             1    _        _ _              1 ok     received:1
        receive             2    _        _ _              1 ok     received:1
        receive             3    _        _ _              1 ok     received:1
        receive             4    _        _ _              1 ok     received:1
        receive             5    _        _ _              1 ok     received:1
        receive             6    _        _ _              1 ok     received:1
        receive             7    _        _ _              2 ok     received:2
        receive             8    _        _ _             10 ok     received:10
        = routable till 0 1
        place             any    0        _ _             19 stock_insufficient none
        place             any    0        _ _             18 ok     placed:1,placed:1,placed:1,placed:1,placed:1,placed:1,placed:2,placed:10
        = level 0 6 available 1
        """,
        locations=9,
    )


@pytest.mark.parametrize("rule", list(Route))
def test_what_is_shown_is_what_is_promised(rule: Route) -> None:
    """Of what may be promised from anywhere an order gets all, and not one unit more."""
    draw = np.random.default_rng([SEED, rule])
    for _ in range(12):
        engine, naive = Engine(2, LOCATIONS), Naive(2, LOCATIONS, 2**20, 2**16)
        opening = np.zeros(1 + 3 * LOCATIONS, COMMAND)
        opening["id"] = np.arange(1, len(opening) + 1)
        opening["operation"][0] = Operation.SET_ROUTING
        opening["argument"][0] = int(rule)
        lanes, stock = opening[1 : 1 + LOCATIONS], opening[1 + LOCATIONS :]
        lanes["operation"] = Operation.SET_LANE
        lanes["location"] = np.arange(LOCATIONS)
        for cost in ("argument", "order_id", "quantity"):
            lanes[cost] = draw.integers(0, 9, LOCATIONS)
        stock["operation"] = Operation.RECEIVE
        stock["sku"] = np.arange(2 * LOCATIONS) % 2
        stock["location"] = np.arange(2 * LOCATIONS) // 2
        stock["quantity"] = draw.choice([1, 1, 1, 2, 9], 2 * LOCATIONS)
        engine.execute(opening)
        shown = engine.available_to_route(Channel.WEB)
        asked = np.zeros(4, COMMAND)
        asked["id"] = asked["order_id"] = len(opening) + np.arange(1, 5)
        asked["operation"] = Operation.PLACE
        asked["channel"] = Channel.WEB
        asked["location"] = ANY_LOCATION
        asked["sku"] = [0, 0, 1, 1]
        asked["quantity"] = [shown[0] + 1, shown[0], shown[1] - 1, shown[1]]
        answers, events = engine.execute(asked)
        assert answers["status"].tolist()[:3] == [Status.STOCK_INSUFFICIENT, 0, 0], f"{rule.name}"
        assert len(events) <= 2 * SPLITS_MAX + 2
        told = naive.execute(np.concatenate([opening, asked]))
        assert_same((answers, events), (told[0][-4:], told[1][-len(events) :]), f"seed {SEED}")
        assert_same_shop(engine, naive)
