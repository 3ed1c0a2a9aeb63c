"""Made-up recordings: what a run folder holds when a setup keeps its promises well or badly.

No simulation: a day's counts are Poisson around rates that depend on one number a setup, its
`harm`, so that a test knows what the report must find. Replication r of every arm shares its
customers, as in a real run.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.loader import LIBRARY, Loaded, load
from scenarios.models import Scenario
from sim.arms import arms, variant
from sim.recorder import Metric
from sim.runs import Replication, RunFolder, write_text

BOUTIQUE = LIBRARY / "boutique.yaml"
HARMS = {"fragmented": 0.9, "multichannel": 0.6, "omnichannel": 0.25, "unified": 0.12}
AXES = ("scale_factor", "safety_factor", "online_share")

PRICE, COST = 4200, 2100

Daily = NDArray[np.int64]
Values = NDArray[Any]
Counts = dict[Metric, Values | int]


def boutique(*overrides: str, path: Path = BOUTIQUE) -> Loaded:
    """The library's scenario, changed."""
    return load(path, overrides)


def daily(scenario: Scenario, harm: Sequence[float], replication: int) -> Daily:
    """One recording; *harm* is that of each week, run-in first."""
    days, stores = 7 * len(harm), len(scenario.stores)
    random = np.random.Generator(np.random.Philox(key=[scenario.seed, replication]))
    rate = np.array([[s.visits_by_weekday[d % 7] for s in scenario.stores] for d in range(days)])
    visits = random.poisson(rate)
    luck = random.normal(1.0, 0.08, size=(days, stores)).clip(0.5, 1.5)
    rest = random.uniform(size=(days, stores)) * 0.5
    h = np.repeat(np.asarray(harm, dtype=np.float64), 7)[:, None]
    web = np.round(visits * scenario.demand.online_share)
    store = visits - web
    oversold = np.minimum(np.floor(web * 0.12 * h * luck + rest), web)
    hidden = np.round(web * 0.10 * h * luck)
    sold = np.round(1.4 * store * (0.95 - 0.04 * h))
    out = np.zeros((days, stores, len(Metric)), dtype=np.int64)
    tables = (_store(store, sold, h), _web(web, hidden, oversold, h), _shelves(sold, h))
    for table in tables:
        for metric, values in table.items():
            out[:, :, metric] = np.round(values)
    out[:, :, Metric.VISITS] = visits
    return out


def _store(store: Values, sold: Values, h: Values) -> Counts:
    """What tills and shelves of the stores see."""
    lost = np.maximum(0, 1.4 * store - sold)
    return {
        Metric.BASKETS: store,
        Metric.UNITS_WANTED_STORE: 1.4 * store,
        Metric.UNITS_SOLD_STORE: sold,
        Metric.REVENUE_STORE_MINOR: sold * PRICE,
        Metric.COST_STORE_MINOR: sold * COST,
        Metric.UNITS_LOST_STORE: lost,
        Metric.LOST_STORE_MINOR: lost * PRICE,
        Metric.TILL_WAIT_US: store * 41_000_000,
        Metric.TILL_SERVED: store,
        Metric.LABELS_CHANGED: 6,
        Metric.LABEL_WRONG_US: 4e11 * h,
        Metric.UNITS_MISPRICED: np.floor(sold * 0.03),
        Metric.UNITS_OVERCHARGED: np.floor(sold * 0.02),
    }


def _web(web: Values, hidden: Values, oversold: Values, h: Values) -> Counts:
    """What the web shop promises, hides and breaks."""
    picked = web - oversold
    view = np.floor(oversold * 0.7 * h)
    record = np.floor((oversold - view) * 0.6)
    return {
        Metric.VISITS_STAYED_AWAY: np.floor(0.3 * oversold),
        Metric.WEB_ORDERS_WANTED: web + hidden,
        Metric.WEB_ORDERS_PLACED: web,
        Metric.UNITS_WANTED_WEB: web + hidden,
        Metric.UNITS_PLACED_WEB: web,
        Metric.UNITS_PICKED_WEB: picked,
        Metric.REVENUE_WEB_MINOR: picked * PRICE,
        Metric.COST_WEB_MINOR: picked * COST,
        Metric.UNITS_LOST_WEB: hidden,
        Metric.LOST_WEB_MINOR: hidden * PRICE,
        Metric.UNITS_FALSE_ZERO: hidden,
        Metric.FALSE_ZERO_MINOR: hidden * PRICE,
        Metric.ORDERS_PICKED: picked,
        Metric.ORDERS_OVERSOLD: oversold,
        Metric.ORDERS_CANCELLED: np.floor(0.8 * oversold),
        Metric.LINES_OVERSOLD: oversold,
        Metric.UNITS_OVERSOLD: oversold,
        Metric.OVERSOLD_MINOR: oversold * PRICE,
        Metric.LINES_OVERSOLD_VIEW: view,
        Metric.LINES_OVERSOLD_RECORD: record,
        Metric.LINES_OVERSOLD_RACE: oversold - view - record,
        Metric.READY_US: picked * (3_600_000_000 * (1 + 8 * h)),
        Metric.ORDERS_LATE: np.floor(0.2 * web * h),
        Metric.STOCK_ENTRIES: np.floor(30 * h),
        Metric.ORDER_ENTRIES: web * (h > 0.8),
    }


def _shelves(sold: Values, h: Values) -> Counts:
    """What lies on the shelves and what the records say."""
    return {
        Metric.UNITS_SHRUNK: np.floor(0.02 * sold),
        Metric.LEVELS_COUNTED: 4,
        Metric.SHELF_UNITS: 1100,
        Metric.SHELF_COST_MINOR: 1100 * COST,
        Metric.RECORDS_WRONG: np.floor(640 * (0.2 + 0.1 * h)),
        Metric.LEVELS: 640,
        Metric.LEVELS_EMPTY: np.floor(640 * (0.04 + 0.03 * h)),
    }


def write_run(
    place: Path,
    loaded: Loaded,
    *,
    replications: int = 6,
    harms: Mapping[str, float] | None = None,
    strip: bool = True,
    strip_harm: Callable[[str, float, str], float] | None = None,
) -> RunFolder:
    """A finished run folder at *place*.

    Args:
        place: the folder; made if missing.
        loaded: the scenario.
        replications: of the setups and the roadmap.
        harms: of each setup, by name; HARMS by default.
        strip: whether the break-even strip was run, for all candidates.
        strip_harm: (axis, value, setup) -> harm, where it differs from the setup's own.
    """
    scenario = loaded.scenario
    harms = HARMS if harms is None else harms
    folder = RunFolder(place)
    place.mkdir(parents=True, exist_ok=True)
    run_in, trading = scenario.horizon.run_in_weeks, scenario.horizon.trading_weeks
    by_table = {table.title: harms[name] for name, table in scenario.setups.items()}
    about: dict[str, dict[str, object]] = {}

    def record(arm: str, source: Scenario, weekly: Sequence[float], many: int) -> None:
        for r in range(many):
            table = daily(source, weekly, r)
            ledger = np.zeros((1, 2, 1, 16, 2), dtype=np.int64)
            folder.write(Replication(arm, r, table, ledger, {}, 7 * run_in, "synthetic"))

    before = [harms[scenario.today]] * run_in
    for name, arm in arms(scenario).items():
        after = [by_table.get(arm.step_at(w).table.title, 0.1) for w in range(trading)]
        record(name, scenario, before + after, replications)
        about[name] = {**arm.about, "replications": replications}
    for axis in AXES if strip else ():
        for value in getattr(scenario.strip, axis):
            changed = variant(scenario, axis, value)
            for name in scenario.setups:
                harm = strip_harm(axis, value, name) if strip_harm else harms[name]
                arm_name = f"strip/{axis}/{value:g}/{name}"
                many = scenario.strip.replications
                record(arm_name, changed, before + [harm] * trading, many)
                about[arm_name] = {
                    "kind": "strip",
                    "axis": axis,
                    "value": value,
                    "setup": name,
                    "replications": many,
                }
    write_text(folder.scenario, loaded.text)
    folder.write_manifest(
        {
            "id": "0123abcd",
            "arms": about,
            "argv": ["storetwin", "compare", "boutique.yaml", "--reps", str(replications)],
            "hashes": {"scenario": loaded.digest, "catalogue": "c" * 64, "build": "b" * 64},
            "versions": {"python": "3.11.7", "numpy": "2.4.0", "storetwin": "0.1.0"},
            "digest": "d" * 64,
            "status": "complete",
        }
    )
    return folder
