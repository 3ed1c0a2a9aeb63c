"""What more syncs can and cannot do, and what names cannot do at all.

With a fixed stock, absolute available, no substitutes, nothing lost, and sync times nested in each
other, the web shop that hears more often never has more units ordered on any shelf. Proof along the
path: it accepts up to a ceiling, max(ordered, U - sold), that only falls with each further sync; so
the first line that it refuses and the other accepts leaves the other above its own ceiling for
ever. Where stock is not fixed the claim is false: the named counter-example. Error: none, the
claims hold path by path; the controls are the reverse order of syncs, and one link changed by 2 %.
"""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from core.schema import Operation, Reason
from reports.metrics import KPIS, Year, measure
from scenarios.text import DAY_US, HOUR_US, MINUTE_US
from sim.arms import Arm, Step
from sim.economics import profit
from sim.floor import RECORD, Floor
from sim.plan import plan, plan_links
from sim.recorder import Metric
from sim.twin import open_floor, simulate
from tests.sim.link_cases import table
from tests.sim.scenario_cases import shop
from tests.sim.test_reference import SHELF, WEB, Caller, demand_of
from tests.sim.trading import totals
from tests.truth.floors import (
    ROUND_THE_CLOCK,
    TAKES_NOTHING_ELSE,
    LinksOnly,
    planned,
    stock,
    stocked,
)

EXACT = ("stock.shrinkage=0", "stock.receipt_error=0", "stock.wrong_at_start=0")
NESTED_HOURS = (24, 12, 4, 2, 1)
AT_ONCE = ("demand.shopping_time=0 s", "till.base=0 s", "till.per_unit=0 s")


def promised_twice(seed: int, hours: float, quantities: str) -> NDArray[np.int64]:
    """(shelves,) units that are ordered and no longer there, after a day of a sync every so often.

    Nothing is picked before: staff see the orders on the next day.
    """
    base, demand = planned(
        seed,
        *ROUND_THE_CLOCK,
        "demand.basket_lines=[0.7, 0.3]",
        f"demand.line_quantity={quantities}",
        *TAKES_NOTHING_ELSE,
        *AT_ONCE,
        *(f"stores.{store}.visits_by_weekday={[400] * 7}" for store in (0, 1)),
        "demand.online_share=40 %",
    )
    links = table(
        {"technique": "poll", "period": f"{hours} h"}, {"technique": "event", "notice": "2 days"}
    )
    floor = stocked(base, demand, 5, links)
    LinksOnly(floor, [])
    floor.env.run_before(DAY_US)
    twice: NDArray[np.int64] = np.maximum(
        0, floor.shelves["promised"] - np.maximum(0, floor.shelves["physical"])
    )
    return twice


@pytest.mark.parametrize("quantities", ["[1]", "[0.4, 0.3, 0.3]"], ids=["one", "up to three"])
@pytest.mark.parametrize("seed", range(31, 35))
def test_more_nested_syncs_never_oversell_more(seed: int, quantities: str) -> None:
    """On no shelf does a shop that hears more often promise more units twice."""
    found = [promised_twice(seed, hours, quantities) for hours in NESTED_HOURS]
    print(f"seed {seed}: {[int(twice.sum()) for twice in found]}")
    for fewer, more in pairwise(found):
        assert (more <= fewer).all()
    assert not (found[0] <= found[-1]).all(), "control: the reverse is false"


def delivered(hours: int) -> Floor:
    """A sold-out sku gets one unit at 8; a shopper takes it at 10:01, a web customer at 10:02."""
    scenario, catalogue = shop("in no time")
    base = plan(scenario, catalogue)
    ten_us = 10 * HOUR_US
    callers = [
        Caller(SHELF, ten_us + MINUTE_US, walk_us=0),
        Caller(WEB, ten_us + 2 * MINUTE_US, customer=1),
    ]
    links = table({"technique": "poll", "period": f"{hours} h"}, "event at once")
    floor = open_floor(base, demand_of(callers), plan_links(base, links), 0, reference=False)
    stock(floor, 0)
    LinksOnly(floor, [])

    def deliver() -> None:
        rows = np.zeros(1, np.int64)
        floor.shelves["physical"][0] += 1
        floor.book_facts(RECORD, Operation.RECEIVE, rows, rows + 1, Reason.NONE)
        floor.touch(rows)

    floor.env.call_at(deliver, 8 * HOUR_US, 2)
    floor.env.run_before(DAY_US)
    return floor


def test_a_stale_zero_protects() -> None:
    """Counter-example, stock not fixed: who hears at 10 sells twice, who hears at 12 sells once."""
    oversold = {
        hours: int(delivered(hours).daily[..., Metric.UNITS_OVERSOLD].sum()) for hours in (12, 2)
    }
    assert oversold == {12: 0, 2: 1}


@pytest.mark.parametrize("seed", [41, 42, 43])
@pytest.mark.parametrize(
    "world",
    [
        (),
        ("demand.online_share=80 %", "stock.cover_days=1"),
        ("demand.line_quantity=[0.2, 0.2, 0.6]", "stock.safety_factor=0"),
    ],
    ids=["as it is", "mostly web", "big lines"],
)
def test_one_system_with_exact_records_oversells_nothing(seed: int, world: tuple[str, ...]) -> None:
    """Unified with exact records oversells exactly 0; control: 2 % of shrinkage, and it does."""
    unified = table("direct", "direct at once")
    found = totals("in no time", seed, unified, *EXACT, *world)
    assert found[Metric.UNITS_LOST_WEB] > 10, "stock must be scarce, or the claim is empty"
    assert found[Metric.UNITS_OVERSOLD] == 0
    worse = totals("in no time", seed, unified, *EXACT, "stock.shrinkage=2 %", *world)
    assert worse[Metric.UNITS_OVERSOLD] > 0


@pytest.mark.parametrize("seed", [41, 42, 43])
def test_where_picking_takes_time_only_races_are_lost(seed: int) -> None:
    """Exact records know what is promised, hands do not: a shopper may take a promised unit.

    So 0 is a claim about picking in no time. Else nothing but the race is to blame, and some are.
    """
    found = totals("corner", seed, table("direct", "direct"), *EXACT, *AT_ONCE)
    assert found[Metric.LINES_OVERSOLD] == found[Metric.LINES_OVERSOLD_RACE] > 0


def kpis(name: str, period: str) -> tuple[dict[str, str], dict[str, float]]:
    """Digests and KPIs of a shop that trades by links of this name."""
    scenario, catalogue = shop()
    links = table({"technique": "poll", "period": period}, "event").model_copy(
        update={"title": name}
    )
    result = simulate(scenario, catalogue, [(-1, links)], 0)
    arm = Arm(name, name, "setup", (Step(-1, name, links, 0, 0),))
    money = profit(result.daily, result.run_in_days, scenario, arm)
    year = Year(result.daily[result.run_in_days :], money, float(scenario.money.wage_minor))
    return result.digests, measure(year)


def test_placebo() -> None:
    """Four setups of equal links differ in no digest and no KPI; with one period 2 % longer, do."""
    names = ("Fragmented", "Multichannel", "Omnichannel", "Unified")
    first, *others = [kpis(name, "100 min") for name in names]
    assert set(first[1]) == {kpi.name for kpi in KPIS}
    assert all(other == first for other in others)
    digests, changed = kpis("Fragmented", "102 min")
    assert digests != first[0]
    assert changed != first[1]
