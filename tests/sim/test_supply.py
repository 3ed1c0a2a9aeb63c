"""How the shop orders and the supplier delivers: rules, packs, minima, shortfalls, strikes."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.schema import State
from scenarios.errors import ScenarioError
from scenarios.loader import load
from sim.demand import generate
from sim.floor import RECORD, Floor, Rows
from sim.jobs import Jobs
from sim.plan import plan, plan_links
from sim.recorder import Metric
from sim.twin import open_floor, simulate
from tests.sim.link_cases import table
from tests.sim.scenario_cases import CORNER, UNIFIED, shop

SEED = 4_100
EXACT = ("receipt_error=0", "wrong_at_start=0", "shrinkage=0")
STRIKE = 'faults=[{kind: supplier_strike, from: "2026-01-14", to: "2026-01-17"}]'

POLICIES: dict[str, tuple[str, ...]] = {
    "s_S": ("rule=s_S", "reorder_at=2", "order_up_to=7"),
    "s_S economic": ("rule=s_S", "order_cost=1 USD"),
    "R_Q in packs": ("rule=R_Q", "quantity=5", "pack_size=6"),
    "base stock": ("rule=base_stock",),
    "minimum": ("minimum_units=150", "minimum_value=900 USD"),
    "short, cancelled": ("fill_rate=80 %",),
    "short, follows": ("fill_rate=80 %", "rest=follows"),
    "late decision": ("decision_lag=2 days",),
    "smoothing": ("forecast.method=exponential_smoothing", "forecast.every=3 days"),
    "croston": ("rule=base_stock", "forecast.method=croston", "forecast.every=1 week"),
    "tsb": ("rule=R_Q", "forecast.method=tsb", "forecast.every=1 day"),
}


def flags(policy: Sequence[str], stock: Sequence[str] = ()) -> tuple[str, ...]:
    """Settings of the policy and of stock as flags of the command line."""
    return tuple(f"stock.policy.{flag}" for flag in policy) + tuple(f"stock.{f}" for f in stock)


@lru_cache(maxsize=64)
def year(*overrides: str) -> dict[Metric, int]:
    """Totals of three unified weeks in the corner shops."""
    scenario, catalogue = shop("three weeks", SEED, *overrides)
    daily = simulate(scenario, catalogue, [(-1, UNIFIED)], 0).daily.sum(axis=(0, 1))
    return {metric: int(daily[metric]) for metric in Metric}


def service(total: dict[Metric, int]) -> float:
    """Share of the units wanted that were sold or promised at once."""
    wanted = total[Metric.UNITS_WANTED_STORE] + total[Metric.UNITS_WANTED_WEB]
    return 1 - (total[Metric.UNITS_LOST_STORE] + total[Metric.UNITS_LOST_WEB]) / wanted


def run(*overrides: str, pool: float = 0.0) -> tuple[Floor, Jobs, list[tuple[int, Any, Any]]]:
    """A finished run, its jobs, and every order sent: day, rows, units."""
    scenario, catalogue = shop("three weeks", SEED, *overrides)
    base = plan(scenario, catalogue)
    links = plan_links(base, table("file", "poll", web_pool=pool) if pool else UNIFIED)
    floor = open_floor(base, generate(base, 0), links, 0, reference=False)
    jobs = Jobs(floor, [])
    sent: list[tuple[int, Any, Any]] = []
    send = jobs.supply.send_supplier

    def noted(location: int, day: int, rows: Any, quantity: Any) -> None:  # noqa: ANN401
        sent.append((day, rows, quantity))
        send(location, day, rows, quantity)

    jobs.supply.send_supplier = noted  # type: ignore[method-assign]
    floor.run()
    return floor, jobs, sent


@pytest.mark.parametrize("name", POLICIES)
def test_forms_agree_on_every_policy(name: str) -> None:
    """Under each rule the kernel and the processes leave the same tables, shelves and engines."""
    scenario, catalogue = shop("three weeks", SEED, *flags(POLICIES[name]), STRIKE)
    dated = [(-1, table("event", "event", web_pool=0.3)), (1, UNIFIED)]
    fast, slow = (simulate(scenario, catalogue, dated, 0, reference=form) for form in (False, True))
    assert fast.digests == slow.digests
    assert fast.daily[..., Metric.UNITS_ORDERED].sum() > 0


def test_every_policy_is_another() -> None:
    """No two of the policies buy, hold and lose the same."""
    told = {
        name: tuple(year(*flags(policy))[m] for m in Metric) for name, policy in POLICIES.items()
    }
    assert len({*told.values(), tuple(year()[m] for m in Metric)}) == len(POLICIES) + 1


def test_whole_packs() -> None:
    """Orders by (R, Q) in packs of six are multiples of six, and lift the position above R."""
    _, jobs, sent = run(*flags(POLICIES["R_Q in packs"]))
    units = np.concatenate([quantity for _, _, quantity in sent])
    assert (units % 6 == 0).all()
    assert {6, 12} <= set(units.tolist())
    low, high = jobs.supply.levels()
    assert set((high - low)[low >= 0].tolist()) == {6}


def test_order_up_to_in_packs_never_breaks_one() -> None:
    """Up to S and no partial pack: the last pack may go beyond S."""
    _, _, sent = run(*flags(["pack_size=4"]))
    assert all((quantity % 4 == 0).all() for _, _, quantity in sent)


def test_a_minimum_makes_orders_rarer_and_later() -> None:
    """Below the minimum nothing is sent; what waits grows, and shelves stand empty longer."""
    _, _, sent = run(*flags(POLICIES["minimum"]))
    assert min(int(quantity.sum()) for _, _, quantity in sent) >= 150
    free, bound = year(), year(*flags(POLICIES["minimum"]))
    assert bound[Metric.PURCHASE_ORDERS] < free[Metric.PURCHASE_ORDERS]
    assert bound[Metric.LEVELS_EMPTY] > free[Metric.LEVELS_EMPTY]


def test_a_minimum_of_value_is_at_cost() -> None:
    """The supplier counts what it is paid."""
    floor, _, sent = run(*flags(["minimum_value=900 USD"]))
    cost = floor.plan.catalogue.cost_minor
    values = [int(np.dot(cost[floor.sku_of[rows]], quantity)) for _, rows, quantity in sent]
    assert 90_000 <= min(values) < 120_000


def test_a_late_decision_empties_shelves() -> None:
    """Orders that leave two days after the record was read: more stockouts, lower service."""
    at_once, late = year(), year(*flags(POLICIES["late decision"]))
    assert late[Metric.LEVELS_EMPTY] > 1.1 * at_once[Metric.LEVELS_EMPTY]
    assert service(late) < service(at_once)


def test_a_late_decision_orders_nothing_twice() -> None:
    """With exact records, position never rises above S while decisions wait."""
    _, jobs, _ = run(*flags(POLICIES["late decision"], EXACT))
    floor = jobs.floor
    levels = floor.engines[RECORD].levels
    position = (levels[..., State.AVAILABLE] + levels[..., State.INCOMING]).ravel()
    for _, _, rows, units in jobs.supply.decided:
        np.add.at(position, rows, units)
    assert len(jobs.supply.decided) > 0
    assert (position <= jobs.supply.levels()[1])[floor.active_rows()].all()


@pytest.mark.parametrize("rest", ["cancelled", "follows"])
def test_a_short_delivery(rest: str) -> None:
    """A fifth of the units is missing; the record awaits what follows, and not what does not."""
    policy = flags(["fill_rate=80 %", f"rest={rest}"], EXACT)
    floor, jobs, _ = run(*policy, pool=0.2)
    total = floor.daily.sum(axis=(0, 1))
    due = total[Metric.UNITS_RECEIVED] + total[Metric.UNITS_SHORT]
    share = total[Metric.UNITS_SHORT] / due
    assert abs(share - 0.2) < 4 * np.sqrt(0.2 * 0.8 / due)
    awaited = np.zeros(len(floor.shelves), np.int64)
    for rows, quantity in jobs.supply.on_order.values():
        np.add.at(awaited, rows, quantity)
    assert floor.engines[RECORD].levels[..., State.INCOMING].ravel().tolist() == awaited.tolist()
    open_units = total[Metric.UNITS_ORDERED] - total[Metric.UNITS_RECEIVED]
    if rest == "cancelled":
        open_units -= total[Metric.UNITS_SHORT]
    assert open_units == awaited.sum() > 0


def test_a_strike_empties_shelves_and_orders_arrive_after_it() -> None:
    """Nothing comes from the 14th to the 16th; on the 17th all that had queued up does."""
    floor, _, _ = run(STRIKE)
    quiet, _, _ = run()
    received = floor.daily[..., Metric.UNITS_RECEIVED].sum(axis=1)
    usual = quiet.daily[..., Metric.UNITS_RECEIVED].sum(axis=1)
    assert (usual[9:12] > 0).all()
    assert received[:9].tolist() == usual[:9].tolist()
    assert received[9:12].tolist() == [0, 0, 0]
    assert received[12] > 0.9 * usual[9:13].sum()
    assert service(year(STRIKE)) < service(year())
    assert year(STRIKE)[Metric.LEVELS_EMPTY] > year()[Metric.LEVELS_EMPTY]


@pytest.mark.parametrize("method", ["exponential_smoothing", "croston", "tsb"])
def test_a_forecast_knows_only_what_was_sold(method: str) -> None:
    """What the record says was sold is what customers took, counts and receipts aside."""
    policy = flags([f"forecast.method={method}", "forecast.every=1 day"], ["shrinkage=10 %"])
    scenario, catalogue = shop("three weeks", SEED, *policy)
    base = plan(scenario, catalogue)
    floor = open_floor(base, generate(base, 0), plan_links(base, UNIFIED), 0, reference=False)
    jobs = Jobs(floor, [])
    forecast = jobs.supply.forecast
    assert forecast is not None
    seen: list[int] = []
    learn = forecast.learn

    def noted(sold: Rows, in_stock: NDArray[np.bool_]) -> None:
        seen.append(int(sold.sum()))
        learn(sold, in_stock)

    forecast.learn = noted  # type: ignore[method-assign]
    floor.run()
    total = floor.daily.sum(axis=(0, 1))
    sold = total[Metric.UNITS_SOLD_STORE] + total[Metric.UNITS_PICKED_WEB]
    unfound = total[Metric.UNITS_OVERSOLD]  # ordered, then written off: wanted all the same
    assert 0.97 * sold < sum(seen) <= sold + unfound
    assert jobs.supply.learnt is not None


WRONG = {
    ("rule=R_Q", "order_up_to=7"): "is not used by the rule R_Q",
    ("rule=s_S", "order_up_to=7"): "s_S needs both reorder_at and order_up_to",
    ("rule=s_S", "reorder_at=7", "order_up_to=7"): "must be above reorder_at, 7",
    ("rule=R_Q", "quantity=7", "order_cost=1 USD"): "is not used where quantity is given",
    ("rule=RQ",): "must be one of order_up_to, s_S, R_Q, base_stock",
    ("pack_size=0",): "must be 1 or more",
    ("pack_sise=2",): "Did you mean 'pack_size'?",
    ("fill_rate=0",): "must be above 0",
    ("decision_lag=3 h",): "must be whole days",
    ("forecast.every=3 h",): "must be whole days or weeks",
    ("forecast.method=holt",): "must be one of fixed, exponential_smoothing, croston, tsb",
}


@pytest.mark.parametrize("policy", WRONG)
def test_a_policy_that_makes_no_sense_is_refused(policy: tuple[str, ...]) -> None:
    """Whoever writes it is told what does not fit, and where."""
    with pytest.raises(ScenarioError) as caught:
        shop("corner", SEED, *flags(policy))
    assert WRONG[policy] in str(caught.value)
    assert "stock.policy" in str(caught.value)


def test_the_rule_of_old_files_is_no_part_of_their_digest(tmp_path: Path) -> None:
    """Who writes the default policy down, or no fault, has the same scenario as who does not."""
    path = tmp_path / "shop.yaml"
    path.write_text(json.dumps(CORNER), encoding="utf-8")
    plain = load(path)
    spelt = load(path, ["stock.policy={rule: order_up_to, pack_size: 1}", "faults=[]"])
    assert spelt.digest == plain.digest
    assert "policy" not in plain.scenario.model_dump(by_alias=True)["stock"]
    assert load(path, ["stock.policy.pack_size=2"]).digest != plain.digest
    assert load(path, [STRIKE]).digest != plain.digest


def test_a_policy_may_rest_on_evidence(tmp_path: Path) -> None:
    """Where a value of the policy comes from is told like that of any other."""
    path = tmp_path / "shop.yaml"
    path.write_text(json.dumps(CORNER), encoding="utf-8")
    loaded = load(path, ["stock.policy.fill_rate={ref: evidence/shrinkage, value: 95 %}"])
    assert loaded.scenario.stock.policy.fill_rate == pytest.approx(0.95)
    assert loaded.provenance["stock.policy.fill_rate"].evidence == "shrinkage"
