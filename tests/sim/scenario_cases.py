"""Small shops in which everything happens: scarce stock, wrong records, slow links, long queues.

`shop` loads one of them, and `CASES` are the dated setups, put together from `link_cases`, that the
two forms of the twin are compared over.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from scenarios.catalogue import Catalogue, read
from scenarios.links import LinkTable
from scenarios.loader import load
from scenarios.models import Scenario
from tests.sim.link_cases import table

Dated = list[tuple[int, LinkTable]]

EVERY_HOUR = [1] * 24
STORE = {
    "opens": "09:00",
    "closes": "19:00",
    "tills": 1,
    "pickers": 1,
    "visits_by_weekday": [36, 34, 36, 38, 44, 60, 30],
    "visits_by_hour": EVERY_HOUR,
    "day_effect_cv": 0.2,
    "households": 120,
    "visit_rate_cv": 1.0,
}
CORNER = {
    "schema": "storetwin/1",
    "name": "corner",
    "title": "Two corner shops",
    "currency": "USD",
    "seed": 1,
    "replications": 2,
    "horizon": {"start": "2026-01-05", "run_in": "1 week", "trading": "1 week"},
    "origin": {"kind": "assumed", "describe": "Made up for the tests."},
    "catalogue": {
        "generate": {
            "skus": 60,
            "categories": 12,
            "price": "2 USD to 30 USD",
            "popularity": 0.7,
            "promo_share": "30 %",
            "promo_depth": "25 %",
        }
    },
    "stores": [
        {"name": "North", **STORE},
        {"name": "South", **STORE, "opens": "08:00", "closes": "20:30", "tills": 2},
    ],
    "demand": {
        "online_share": "35 %",
        "web_by_hour": EVERY_HOUR,
        "basket_lines": [0.45, 0.3, 0.15, 0.1],
        "line_quantity": [0.7, 0.2, 0.1],
        "shopping_time": "3 min to 25 min",
        "stockout_response": {"lost": "40 %", "substitute": "40 %", "delay": "20 %"},
        "delay": "26 h",
        "churn_after_cancellation": "60 %",
    },
    "till": {"base": "70 s", "per_unit": "25 s", "noise_cv": 0.5},
    "picking": {"base": "12 min", "per_unit": "3 min", "noise_cv": 0.5},
    "stock": {
        "review": "20:00",
        "delivery": "08:00",
        "lead_time_days": "discrete(1: 0.5, 2: 0.4, 3: 0.1)",
        "cover_days": 3,
        "safety_factor": 0.3,
        "shrinkage": "3 %",
        "receipt_error": "20 %",
        "wrong_at_start": "30 %",
        "wrong_size": 2,
        "count_every": "7 days",
        "count_at": "06:00",
    },
    "price": {
        "promo_share": "30 %",
        "promo_depth": "25 %",
        "wave_weekday": 2,
        "wave_at": "07:00",
    },
    "money": {
        "cost_share": "55 %",
        "holding_rate": "20 %",
        "wage": "18 USD per hour",
        "count_minutes": 0.5,
        "cancellation": "12 USD",
        "lost_margin_share": "50 %",
        "discount_rate": "8 %",
    },
    "today": "fragmented",
    "setups": {"fragmented": {"preset": "fragmented"}, "unified": {"preset": "unified"}},
    "strip": {
        "scale_factor": [1],
        "safety_factor": [0.3],
        "online_share": [0.35],
        "replications": 2,
    },
}

# Worlds: what differs from the corner shops, as flags of the command line would say it.
WORLDS: dict[str, tuple[str, ...]] = {
    "corner": (),
    # Everything that can happen at once does: jobs, opening, deliveries, waves at one minute.
    "eight o'clock": (
        "stock.review=08:00",
        "stock.count_at=08:00",
        "price.wave_at=08:00",
        "stores.0.opens=08:00",
        "demand.delay=24 h",
    ),
    # Nobody waits for anything: customers walk, pay and pick in no time, day and night.
    "in no time": (
        *(f"stores.{i}.{key}" for i in (0, 1) for key in ("opens=00:00", "closes=24:00")),
        "demand.shopping_time=0 s",
        "till.base=0 s",
        "till.per_unit=0 s",
        "picking.base=0 s",
        "picking.per_unit=0 s",
        "demand.delay=0 s",
    ),
    # Queues that last all day, at the tills and in the storeroom.
    "slow hands": (
        "stores.1.tills=1",
        "till.base=12 min",
        "picking.base=45 min",
        "demand.churn_after_cancellation=100 %",
    ),
    "three weeks": ("horizon.trading=2 weeks",),
    # A supplier who sends packs, late and not all, to a shop that learns its demand.
    "short supply": (
        "stock.policy.rule=R_Q",
        "stock.policy.pack_size=3",
        "stock.policy.minimum_units=40",
        "stock.policy.fill_rate=85 %",
        "stock.policy.rest=follows",
        "stock.policy.decision_lag=1 day",
        "stock.policy.forecast={method: croston, every: 2 days}",
        'faults=[{kind: supplier_strike, from: "2026-01-12", to: "2026-01-14"}]',
    ),
}


@lru_cache(maxsize=64)
def shop(world: str = "corner", seed: int = 1, *overrides: str) -> tuple[Scenario, Catalogue]:
    """One of WORLDS with its catalogue, further changed by *overrides*."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.yaml"
        path.write_text(json.dumps(CORNER), encoding="utf-8")
        loaded = load(path, (f"seed={seed}", *WORLDS[world], *overrides))
        return loaded.scenario, read(loaded)


@dataclass(frozen=True)
class Case:
    """A world under dated setups."""

    seed: int
    world: str
    steps: tuple[tuple[int, LinkTable], ...]

    @property
    def shop(self) -> tuple[Scenario, Catalogue]:
        """Its scenario and what it sells."""
        return shop(self.world, self.seed)


UNIFIED = table("direct", "direct")
POOLED = table("file", "typed", web_pool=0.3)


def _always(world: str, stock: str, order: str, price: str = "paper", pool: float = 0.0) -> Case:
    """One setup from the first day to the last."""
    return Case(0, world, ((-1, table(stock, order, price, web_pool=pool)),))


def _change(world: str, *tables: LinkTable) -> Case:
    """A setup in the run-in and another one in each week that counts."""
    return Case(0, world, tuple((week, links) for week, links in enumerate(tables, start=-1)))


def _numbered(cases: dict[str, Case]) -> dict[str, Case]:
    """Each case with a seed of its own."""
    return {
        name: Case(1000 + number, case.world, case.steps)
        for number, (name, case) in enumerate(cases.items())
    }


CASES = _numbered(
    {
        # Every stock link, each with some order link.
        "no stock link": _always("corner", "none", "typed"),
        "typed": _always("corner", "typed", "typed"),
        "typed on_hand": _always("corner", "typed on_hand", "file", "gateway"),
        "file": _always("corner", "file", "file"),
        "file on_hand": _always("corner", "file on_hand", "poll", "gateway"),
        "poll": _always("corner", "poll", "poll"),
        "poll on_hand": _always("corner", "poll on_hand", "event"),
        "event": _always("corner", "event", "event"),
        "event guarded": _always("corner", "event guarded", "event", "gateway"),
        "event on_hand": _always("corner", "event on_hand", "event"),
        "event on_hand guarded": _always("corner", "event on_hand guarded", "poll"),
        "event delta": _always("corner", "event delta", "event"),
        "event delta guarded": _always("corner", "event delta guarded", "event"),
        "event delta at once": _always("corner", "event delta at once", "event at once"),
        "direct": _always("corner", "direct", "direct", "gateway"),
        # Runs that are lost, late, or too long for those who type.
        "typed in part": _always("corner", "typed in part", "typed"),
        "typed in vain": _always("corner", "typed in vain", "file overdue"),
        "readings lost": _always("corner", "poll half lost", "poll half lost", "gateway"),
        "orders overdue": _always("corner", "file", "file overdue"),
        "delta and orders overdue": _always("corner", "event delta guarded", "file overdue"),
        # A stock of its own for the web.
        "pool none": _always("corner", "none", "typed", pool=0.25),
        "pool file": _always("corner", "file", "poll", pool=0.4),
        "pool event": _always("corner", "event guarded", "event", pool=0.3),
        "pool delta": _always("corner", "event delta", "typed", pool=0.3),
        # Ties: many things at one microsecond.
        "eight o'clock typed": _always("eight o'clock", "typed on_hand", "typed", "gateway"),
        "eight o'clock file": _always("eight o'clock", "file on_hand", "file"),
        "eight o'clock direct": _always("eight o'clock", "direct", "direct"),
        "in no time event": _always("in no time", "event at once", "event at once"),
        "in no time lossy": _always("in no time", "event", "event"),
        "in no time direct": _always("in no time", "direct", "direct at once"),
        "slow hands typed": _always("slow hands", "typed", "typed"),
        "slow hands poll": _always("slow hands", "poll", "event"),
        "slow hands direct": _always("slow hands", "direct", "direct"),
        # Changes of setup.
        "typed to direct": _change("corner", table("typed", "typed"), UNIFIED),
        "event to direct": _change("slow hands", table("event", "event"), UNIFIED),
        "pool to direct": _change("slow hands", POOLED, UNIFIED),
        "direct to event": _change("corner", UNIFIED, table("event guarded", "event", "gateway")),
        "direct to pool": _change("slow hands", UNIFIED, POOLED),
        "pool to shelf": _change("slow hands", POOLED, table("poll", "poll", "gateway")),
        "shelf to pool": _change("eight o'clock", table("event delta", "event"), POOLED),
        "typed to delta": _change("corner", table("typed", "typed"), table("event delta", "event")),
        "lossy to delta": _change("corner", table("event", "event"), table("event delta", "file")),
        "there and back": _change("three weeks", table("event", "typed"), UNIFIED, POOLED),
        "back and there": _change("three weeks", UNIFIED, table("event delta", "event"), UNIFIED),
        "typed in part to pool": _change("corner", table("typed in vain", "file overdue"), POOLED),
        "overdue to direct": _change("corner", table("typed in part", "file overdue"), UNIFIED),
        "pool to pool": _change(
            "corner", POOLED, table("typed in part", "file overdue", web_pool=0.2)
        ),
        "in and out of the pool": _change("three weeks", POOLED, table("event", "event"), POOLED),
        # Suppliers.
        "short supply": _always("short supply", "event", "poll", pool=0.3),
        "short supply to direct": _change("short supply", POOLED, UNIFIED),
    }
)
