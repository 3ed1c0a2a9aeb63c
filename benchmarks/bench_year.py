"""A simulated year, the hybrid twin against naive SimPy, on the same demand arrays.

Three stores and a web shop, 2,000 SKUs, about 550,000 orders of 1.9 lines, an hourly stock sync,
(s, S) with lead times of one to five days. The naive form is a process a customer over the
idiomatic engine; both must count the same sales, losses, oversold lines and waiting times. Seconds
are those of the processor, so that neighbours count for neither.

Estimate made before: naive SimPy needs about 80 us a customer, so 45 s; the kernel 1.5 us, so
0.9 s, and the daily jobs about 0.3 s: a ratio near 35; with 1.8 s of generation in both, near 15.

    python -m benchmarks.bench_year
"""

import gc
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.naive_shop import Year
from benchmarks.naive_year import NaiveYear
from scenarios.catalogue import read
from scenarios.loader import load
from scenarios.models import Scenario
from scenarios.text import DAY_US, WEEK_US
from sim.demand import Demand, generate
from sim.plan import TABLE_SHIFT, Param, Plan, plan, plan_links
from sim.recorder import Metric
from sim.streams import marks, stream
from sim.twin import open_floor, simulate

TARGET = 25.0
TARGET_WITH_GENERATION = 10.0
WEEKS = 52
FULL_SECONDS = 60.0  # what the whole year takes, about
ROUNDS = 3
REPLICATION = 0

COMPARED = (
    Metric.VISITS,
    Metric.BASKETS,
    Metric.UNITS_WANTED_STORE,
    Metric.UNITS_SOLD_STORE,
    Metric.REVENUE_STORE_MINOR,
    Metric.UNITS_LOST_STORE,
    Metric.UNITS_SUBSTITUTED,
    Metric.UNITS_DELAYED,
    Metric.WEB_ORDERS_WANTED,
    Metric.WEB_ORDERS_PLACED,
    Metric.UNITS_WANTED_WEB,
    Metric.UNITS_PLACED_WEB,
    Metric.UNITS_PICKED_WEB,
    Metric.REVENUE_WEB_MINOR,
    Metric.UNITS_LOST_WEB,
    Metric.ORDERS_PICKED,
    Metric.ORDERS_OVERSOLD,
    Metric.ORDERS_CANCELLED,
    Metric.LINES_OVERSOLD,
    Metric.UNITS_OVERSOLD,
    Metric.TILL_WAIT_US,
    Metric.PICK_WAIT_US,
    Metric.READY_US,
    Metric.UNITS_RECEIVED,
    Metric.LEVELS_COUNTED,
)


def run(seconds: float = FULL_SECONDS) -> dict[str, Any]:
    """Measure a year, or as many weeks of it as *seconds* allow; both forms must agree.

    Returns:
        ratio without generation and with it (and targets), seconds of each part.
    """
    weeks = min(WEEKS, max(2, round(WEEKS * seconds / FULL_SECONDS)))
    loaded = load(Path(__file__).with_name("year.yaml"))
    horizon = loaded.scenario.horizon.model_copy(update={"trading_us": weeks * WEEK_US})
    scenario = loaded.scenario.model_copy(update={"horizon": horizon})
    catalogue = read(loaded)
    tables = [(0, scenario.setups[scenario.today])]
    base = plan(scenario, catalogue)

    generation = []
    for _ in range(2):
        begun = time.process_time()
        demand = generate(base, REPLICATION)
        generation.append(time.process_time() - begun)
    generation_s = min(generation)
    simulate(scenario, catalogue, tables, REPLICATION, demand=_first_week(demand))  # compiles
    twin = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        result = simulate(scenario, catalogue, tables, REPLICATION, demand=demand)
        twin.append(time.process_time() - begun)
    twin_s = statistics.median(twin)
    naive_s, counts = _naive(base, scenario, demand)
    _check(result.daily, counts)
    return {
        "ratio": naive_s / twin_s,
        "ratio_with_generation": (naive_s + generation_s) / (twin_s + generation_s),
        "target": TARGET,
        "target_with_generation": TARGET_WITH_GENERATION,
        "naive_s": naive_s,
        "twin_s": twin_s,
        "generation_s": generation_s,
        "weeks": weeks,
        "visits": len(demand.visits),
        "lines": len(demand.wants),
        "oversold_lines": counts[Metric.LINES_OVERSOLD],
    }


def _first_week(demand: Demand) -> Demand:
    """Keep the visits of the first week."""
    return Demand(demand.visits[demand.visits["time_us"] < WEEK_US], demand.wants)


def _naive(base: Plan, scenario: Scenario, demand: Demand) -> tuple[float, Counter[Metric]]:
    """Seconds of the naive form without its preparation, and what it counted."""
    year = rules(base, scenario, demand)
    visits, wants = _columns(demand.visits), _columns(demand.wants)
    gc.collect()
    begun = time.process_time()
    counts = NaiveYear(year, visits, wants).run()
    return time.process_time() - begun, counts


def _columns(records: NDArray[Any]) -> dict[str, list[int]]:
    return {name: records[name].tolist() for name in records.dtype.names or ()}


def rules(base: Plan, scenario: Scenario, demand: Demand) -> Year:
    """Put the scenario into the plain numbers of the naive form."""
    links = plan_links(base, scenario.setups[scenario.today])
    stock, order = links.links.stock, links.links.order
    size = base.stores * base.skus
    start = open_floor(base, demand, links, REPLICATION, reference=False).shelves["physical"]
    return Year(
        end_us=base.days * DAY_US,
        stores=base.stores,
        skus=base.skus,
        hours=[(int(opens), int(closes)) for opens, closes in base.hours],
        tills=[store.tills for store in scenario.stores],
        pickers=[store.pickers for store in scenario.stores],
        price_minor=base.catalogue.price_minor.tolist(),
        substitute=base.catalogue.substitute.tolist(),
        lost=int(base.params[Param.LOST]),
        substitutes=int(base.params[Param.SUBSTITUTE]),
        delay_us=scenario.demand.delay_us,
        till_us=(scenario.till.base_us, scenario.till.per_unit_us),
        pick_us=(scenario.picking.base_us, scenario.picking.per_unit_us),
        sync_us=(stock.period_us, int(stock.latency.mean)),
        order_us=int(order.latency.mean),
        notice_us=int(order.notice.mean),
        review_us=scenario.stock.review_us,
        delivery_us=scenario.stock.delivery_us,
        count_us=scenario.stock.count_at_us,
        count_days=scenario.stock.count_every_us // DAY_US,
        reorder_at=links.reorder_at.ravel()[:size].tolist(),
        order_up_to=links.order_up_to.ravel()[:size].tolist(),
        lead_days=lead_days(base, scenario),
        start=start[:size].tolist(),
    )


def lead_days(base: Plan, scenario: Scenario) -> list[list[int]]:
    """Draw the lead time of each store and day as the twin does."""
    slices = scenario.stock.lead_time_days.quantiles(1 << (32 - TABLE_SHIFT))
    return [
        [
            max(1, round(float(slices[int(marks(generator, 1)[0]) >> TABLE_SHIFT])))
            for day in range(base.days)
            for generator in (stream(scenario.seed, "lead", REPLICATION, store, day),)
        ]
        for store in range(base.stores)
    ]


def _check(daily: NDArray[np.int64], counts: Counter[Metric]) -> None:
    """Both forms have counted the same, to the last unit and microsecond."""
    for metric in COMPARED:
        total = int(daily[:, :, metric].sum())
        assert total == counts[metric], f"{metric.name}: twin {total}, naive {counts[metric]}"
    assert counts[Metric.LINES_OVERSOLD] > 0, "an hourly sync oversells"


def lines(found: dict[str, Any]) -> list[str]:
    """What `python -m benchmarks` prints below the ratios."""
    return [
        (
            f"{found['weeks']} weeks, {found['visits']:,} orders, {found['lines']:,} lines, "
            f"{found['oversold_lines']:,} oversold; all counts equal"
        ),
        (
            f"naive SimPy {found['naive_s']:.1f} s, twin {found['twin_s']:.2f} s, "
            f"generating the demand {found['generation_s']:.2f} s"
        ),
    ]


if __name__ == "__main__":
    measured = run()
    print(f"simulated year: {measured['ratio']:.1f}x naive SimPy (target {TARGET:.0f}x)")
    print(
        f"with generation: {measured['ratio_with_generation']:.1f}x "
        f"(target {TARGET_WITH_GENERATION:.0f}x)"
    )
    print("\n".join(lines(measured)))
