"""Links by name, each with something that can go wrong, and `table` to put a setup together."""

from collections.abc import Mapping
from typing import Any

from scenarios.links import LinkTable

Links = Mapping[str, Any]

STOCK: dict[str, Links] = {
    "none": {"technique": "none"},
    "typed": {
        "technique": "manual",
        "period": "1 day",
        "at": "10:00",
        "entry_error": "15 %",
        "minutes_per_entry": 0.5,
    },
    "typed on_hand": {
        "technique": "manual",
        "meaning": "absolute_on_hand",
        "period": "12 h",
        "at": "08:00",
        "entry_error": "15 %",
        "buffer": 1,
    },
    "file": {
        "technique": "file",
        "period": "1 day",
        "at": "02:00",
        "latency": "5 min to 40 min",
        "loss": "25 %",
        "buffer": 1,
    },
    "file on_hand": {
        "technique": "file",
        "meaning": "absolute_on_hand",
        "period": "1 day",
        "at": "08:00",
        "loss": "25 %",
        "attempts": 2,
        "backoff": "10 min",
        "reconcile_every": "2 days",
    },
    "poll": {
        "technique": "poll",
        "period": "20 min",
        "latency": "5 s to 60 s",
        "loss": "20 %",
        "attempts": 2,
        "backoff": "30 s",
        "version_guard": True,
    },
    "poll on_hand": {
        "technique": "poll",
        "meaning": "absolute_on_hand",
        "period": "1 h",
        "reconcile_every": "1 day",
    },
    "event": {
        "technique": "event",
        "latency": "1 s to 30 min",
        "loss": "20 %",
        "attempts": 2,
        "backoff": "20 s",
        "duplication": "15 %",
        "reconcile_every": "3 days",
    },
    "event at once": {"technique": "event", "version_guard": True},
    "direct": {"technique": "direct"},
}
STOCK |= {
    "typed at once": {"technique": "manual", "period": "1 day", "at": "10:00"},
    "typed in part": {**STOCK["typed"], "staff_minutes": 2},
    "typed in vain": {
        **STOCK["typed"],
        "staff_minutes": 4,
        "latency": "10 min to 2 h",
        "loss": "60 %",
        "attempts": 2,
        "backoff": "3 h",
        "reconcile_every": "5 days",
    },
}
STOCK |= {
    f"{name} guarded": {**STOCK["event"], **change, "version_guard": True}
    for name, change in (
        ("event", {"buffer": 1}),
        ("event on_hand", {"meaning": "absolute_on_hand"}),
        ("event delta", {"meaning": "delta"}),
    )
}
STOCK |= {
    "event on_hand": {**STOCK["event"], "meaning": "absolute_on_hand", "reconcile_every": 0},
    "event delta": {**STOCK["event"], "meaning": "delta", "reconcile_every": 0},
    "event delta at once": {"technique": "event", "meaning": "delta"},
    "event half lost": {**STOCK["event"], "loss": "50 %", "reconcile_every": 0},
}

ORDER: dict[str, Links] = {
    "typed": {
        "technique": "manual",
        "period": "1 day",
        "at": "09:00",
        "entry_error": "10 %",
        "minutes_per_order": 2,
        "notice": "10 min to 30 h",
    },
    "file": {
        "technique": "file",
        "period": "1 day",
        "at": "08:00",
        "latency": "1 min to 20 min",
        "loss": "20 %",
        "notice": "5 min to 3 h",
    },
    "poll": {
        "technique": "poll",
        "period": "30 min",
        "latency": "5 s",
        "loss": "20 %",
        "attempts": 2,
        "backoff": "10 s",
        "notice": "1 min to 20 min",
    },
    "event": {
        "technique": "event",
        "latency": "1 s to 90 min",
        "loss": "30 %",
        "attempts": 2,
        "backoff": "1 min",
        "notice": "1 min to 30 min",
        "entry_error": "5 %",
    },
    "file overdue": {
        "technique": "file",
        "period": "1 day",
        "at": "08:00",
        "latency": "uniform(0, 9 h)",
        "loss": "50 %",
        "attempts": 2,
        "backoff": "5 h",
        "notice": "5 min to 3 h",
    },
    "event at once": {"technique": "event"},
    "direct": {"technique": "direct", "notice": "1 min to 2 h"},
    "direct at once": {"technique": "direct"},
}

RUNS = ("manual", "file", "poll")  # techniques that run by the clock
HALF_LOST = {
    f"{technique} half lost": {
        "technique": technique,
        "period": "1 day",
        "at": "08:00",
        "loss": "50 %",
        "attempts": 2,
        "backoff": "1 min",
    }
    for technique in RUNS
}
STOCK |= HALF_LOST
ORDER |= HALF_LOST

PRICE: dict[str, Links] = {
    "paper": {
        "technique": "manual",
        "starts": "07:30",
        "staff": 1,
        "minutes_per_label": 12,
        "entry_error": "20 %",
    },
    "gateway": {
        "technique": "poll",
        "period": "40 min",
        "loss": "40 %",
        "attempts": 3,
        "labels_per_period": 2,
    },
}


def table(
    stock: str | Links, order: str | Links, price: str | Links = "paper", **more: object
) -> LinkTable:
    """A setup from three links, each by name or spelled out; *more* as in `LinkTable`."""
    stock_link = STOCK[stock] if isinstance(stock, str) else stock
    order_link = ORDER[order] if isinstance(order, str) else order
    price_link = PRICE[price] if isinstance(price, str) else price
    return LinkTable.model_validate(
        {
            "title": "a setup",
            "fit": "a test",
            "one_system": order_link["technique"] == "direct",
            "stock": stock_link,
            "order": order_link,
            "price": price_link,
            **more,
        }
    )
