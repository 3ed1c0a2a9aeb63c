"""Each value of each link does something, in the direction that its name promises."""

from functools import lru_cache
from typing import Any

import pytest

from scenarios.fields import Model
from scenarios.links import OrderLink, PriceLink, StockLink
from sim.recorder import Metric
from tests.sim.link_cases import ORDER, PRICE, RUNS, STOCK, Links, table
from tests.sim.trading import totals

MORE, LESS = 1, -1
SETUPS: dict[str, tuple[str, str, str]] = {
    "typed": ("typed", "event", "paper"),
    "file": ("file", "poll", "paper"),
    "poll": ("poll", "typed", "paper"),
    "event": ("event", "event", "paper"),
    "half lost": ("event half lost", "event", "paper"),
    "delta": ("event delta", "event", "paper"),
    "orders typed": ("event", "typed", "paper"),
    "gateway": ("event", "event", "gateway"),
    **{f"stock by {run}": (f"{run} half lost", "event", "paper") for run in RUNS},
    **{f"orders by {run}": ("event", f"{run} half lost", "paper") for run in RUNS},
}
PARTS: dict[str, tuple[int, dict[str, Links]]] = {
    "stock": (0, STOCK),
    "order": (1, ORDER),
    "price": (2, PRICE),
}
# part, setup, what changes, the number that shows it, and which way it goes
EFFECTS: list[tuple[str, str, Links, Metric, int]] = [
    ("stock", "typed", {"period": "12 h"}, Metric.STOCK_ENTRIES, MORE),
    ("stock", "typed", {"at": "20:00"}, Metric.UNITS_FALSE_ZERO, MORE),
    ("stock", "typed", {"entry_error": "100 %"}, Metric.UNITS_FALSE_ZERO, MORE),
    ("stock", "typed", {"staff_minutes": 5}, Metric.STOCK_ENTRIES, LESS),
    ("stock", "typed", {"staff_minutes": 5}, Metric.UNITS_FALSE_ZERO, MORE),
    ("stock", "typed", {"buffer": 2}, Metric.UNITS_LOST_WEB, MORE),
    ("stock", "poll", {"meaning": "absolute_on_hand"}, Metric.LINES_OVERSOLD_VIEW, LESS),
    ("stock", "file", {"latency": "10 h"}, Metric.LINES_OVERSOLD_VIEW, MORE),
    ("stock", "file", {"reconcile_every": "6 h"}, Metric.LINES_OVERSOLD_VIEW, LESS),
    ("stock", "event", {"latency": "6 h"}, Metric.LINES_OVERSOLD_VIEW, MORE),
    ("stock", "event", {"loss": "60 %"}, Metric.MESSAGES_LOST, MORE),
    ("stock", "event", {"loss": "60 %"}, Metric.LINES_OVERSOLD_VIEW, MORE),
    ("stock", "event", {"attempts": 5}, Metric.MESSAGES_LOST, LESS),
    ("stock", "half lost", {"backoff": "20 h"}, Metric.LINES_OVERSOLD_VIEW, MORE),
    ("stock", "event", {"version_guard": True}, Metric.LINES_OVERSOLD_VIEW, LESS),
    ("stock", "delta", {"duplication": 0}, Metric.UNITS_FALSE_ZERO, LESS),
    ("stock", "delta", {"reconcile_every": "2 h"}, Metric.UNITS_FALSE_ZERO, LESS),
    ("order", "orders typed", {"period": "4 h"}, Metric.LINES_OVERSOLD_VIEW, LESS),
    ("order", "orders typed", {"at": "18:00"}, Metric.MESSAGES_SENT, LESS),
    ("order", "orders typed", {"entry_error": "90 %"}, Metric.RECORDS_WRONG, MORE),
    ("order", "orders typed", {"notice": 0}, Metric.READY_US, LESS),
    ("order", "event", {"latency": "12 h"}, Metric.RECORDS_WRONG, MORE),
    ("order", "event", {"loss": 0}, Metric.RECORDS_WRONG, LESS),
    ("order", "event", {"attempts": 6}, Metric.RECORDS_WRONG, LESS),
    ("order", "event", {"backoff": "20 h"}, Metric.RECORDS_WRONG, MORE),
    ("price", "event", {"starts": "18:00"}, Metric.LABEL_WRONG_US, MORE),
    ("price", "event", {"staff": 4}, Metric.LABEL_WRONG_US, LESS),
    ("price", "event", {"minutes_per_label": 2}, Metric.LABEL_WRONG_US, LESS),
    ("price", "event", {"entry_error": 0}, Metric.LABEL_WRONG_US, LESS),
    ("price", "gateway", {"period": "2 h"}, Metric.LABEL_WRONG_US, MORE),
    ("price", "gateway", {"loss": 0}, Metric.LABEL_WRONG_US, LESS),
    ("price", "gateway", {"attempts": 30}, Metric.LABEL_WRONG_US, LESS),
    ("price", "gateway", {"labels_per_period": 20}, Metric.LABEL_WRONG_US, LESS),
]
# The same for each technique that runs by the clock: half of the tries fail, two are made
STOCK_RUN_EFFECTS: list[tuple[Links, Metric, int]] = [
    ({"loss": 0}, Metric.UNITS_FALSE_ZERO, LESS),
    ({"attempts": 6}, Metric.UNITS_FALSE_ZERO, LESS),
    ({"backoff": "20 h"}, Metric.LINES_OVERSOLD_VIEW, MORE),
    ({"latency": "20 h"}, Metric.LINES_OVERSOLD_VIEW, MORE),
]
ORDER_RUN_EFFECTS: list[tuple[Links, Metric, int]] = [
    ({"loss": 0}, Metric.RECORDS_WRONG, LESS),
    ({"attempts": 6}, Metric.RECORDS_WRONG, LESS),
    ({"backoff": "20 h"}, Metric.RECORDS_WRONG, MORE),
    ({"latency": "20 h"}, Metric.RECORDS_WRONG, MORE),
]
EFFECTS += [("stock", f"stock by {run}", *row) for run in RUNS for row in STOCK_RUN_EFFECTS]
EFFECTS += [("order", f"orders by {run}", *row) for run in RUNS for row in ORDER_RUN_EFFECTS]


@lru_cache(maxsize=len(SETUPS))
def before(setup: str) -> dict[Metric, int]:
    """What a setup leads to as it is."""
    return totals("three weeks", 7, table(*SETUPS[setup]))


@pytest.mark.parametrize(
    ("part", "setup", "change", "metric", "way"),
    EFFECTS,
    ids=[f"{effect[0]} {effect[1]} {next(iter(effect[2]))}" for effect in EFFECTS],
)
def test_every_link_counts(part: str, setup: str, change: Links, metric: Metric, way: int) -> None:
    """A change of one value of one link moves what it should, the way it should."""
    links: list[Any] = list(SETUPS[setup])
    place, named = PARTS[part]
    links[place] = {**named[links[place]], **change}
    after = totals("three weeks", 7, table(*links))
    moved_by = after[metric] - before(setup)[metric]
    assert moved_by * way > 0, f"{metric.name} was {before(setup)[metric]}, is {after[metric]}"


def test_a_pool_keeps_shoppers_from_web_goods() -> None:
    """With a stock of its own the web has no race against the store, and the store sells less."""
    shared = totals("slow hands", 7, table("poll", "event"))
    pooled = totals("slow hands", 7, table("poll", "event", web_pool=0.4))
    assert pooled[Metric.LINES_OVERSOLD_RACE] < shared[Metric.LINES_OVERSOLD_RACE]
    assert pooled[Metric.UNITS_LOST_STORE] > shared[Metric.UNITS_LOST_STORE]


def test_every_value_of_a_link_is_tried() -> None:
    """No value of a link is without its row above; minutes are money and move no goods."""
    models: dict[str, type[Model]] = {"stock": StockLink, "order": OrderLink, "price": PriceLink}
    free = {"technique", "minutes_per_entry", "minutes_per_order"}
    for part, model in models.items():
        tried = {name for row in EFFECTS if row[0] == part for name in row[2]}
        fields = {field.alias or name for name, field in model.model_fields.items()}
        assert fields - free == tried, part
