"""The routing lab: its optimum is one, its checker catches lies, and its figures mean something."""

import dataclasses
import itertools
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import milp

from benchmarks.routing import lab, optimum, rerouting, summary
from benchmarks.routing.cases import LOST_MINOR_A_UNIT, SMALL, Case, Integers, Order, generate
from benchmarks.routing.optimum import SolverFailed, best, bound
from benchmarks.routing.plans import Served, cost, faults
from benchmarks.routing.policies import CHAINS, Batch, Chain, Play, Policy, serve_window
from benchmarks.routing.shop import Shop
from benchmarks.routing.worked import worked_case
from core.schema import Route

ROOT = Path(__file__).parents[2]
SEED = 7
CHAIN = {chain.name: chain for chain in CHAINS}
FEW = dataclasses.replace(SMALL, locations=(3, 4), orders=(2, 3), lines=(1, 3), units=(1, 2))


def cheapest_by_hand(case: Case, order: Order, stock: Integers) -> int | None:
    """The cheapest way to serve one order: every set of places, the cheapest units first."""
    found: list[int] = []
    places = range(stock.shape[0])
    for chosen in itertools.chain.from_iterable(
        itertools.combinations(places, n) for n in range(1, len(places) + 1)
    ):
        paid = sum(int(case.parcel_minor[place, order.zone]) for place in chosen)
        for sku, units in order.wanted.items():
            rest = units
            for place in sorted(chosen, key=lambda p: case.unit_minor[p, order.zone]):
                taken = min(rest, int(stock[place, sku]))
                paid += taken * int(case.unit_minor[place, order.zone])
                rest -= taken
            if rest:
                break
        else:
            found.append(paid)
    return min(found, default=None)


def day_by_hand(case: Case, orders: Sequence[Order], stock: Integers) -> int:
    """The cheapest day: every way to serve or refuse each order, one after the other."""
    if not orders:
        return 0
    first, rest = orders[0], orders[1:]
    least = first.lost_minor + day_by_hand(case, rest, stock)
    for served in ways(first, stock):
        left = stock.copy()
        for (sku, place), units in served.items():
            left[place, sku] -= units
        least = min(least, cost(case, first, served) + day_by_hand(case, rest, left))
    return least


def ways(order: Order, stock: Integers) -> list[dict[tuple[int, int], int]]:
    """Every way to serve one order."""
    found: list[dict[tuple[int, int], int]] = [{}]
    for sku, units in order.wanted.items():
        shares = [
            share
            for share in itertools.product(*(range(int(n) + 1) for n in stock[:, sku]))
            if sum(share) == units
        ]
        found = [
            taken | {(sku, place): n for place, n in enumerate(share) if n}
            for taken in found
            for share in shares
        ]
    return found


@pytest.mark.parametrize("number", range(25))
def test_the_optimum_of_an_order_is_one(number: int) -> None:
    """The solver's plan costs what trying every set of places finds, or neither finds one."""
    case = generate(SEED, number)
    for order in case.orders:
        found = best(case, [order], case.stock, may_refuse=False)
        expected = cheapest_by_hand(case, order, case.stock)
        assert (None if found is None else cost(case, order, found[0])) == expected
        assert found is None or faults(case, [order], case.stock, found) == []


@pytest.mark.parametrize("number", range(12))
def test_the_optimum_of_a_day_is_one(number: int) -> None:
    """The solver's plan for all orders costs what trying everything finds; the bound is below."""
    case = generate(SEED, number, FEW)
    case = dataclasses.replace(case, stock=np.minimum(case.stock, 2))
    found = best(case, case.orders, case.stock, may_refuse=True)
    assert found is not None
    expected = day_by_hand(case, case.orders, case.stock)
    assert lab.total(case, found) == expected
    assert faults(case, case.orders, case.stock, found) == []
    assert bound(case, case.orders, case.stock) <= expected + 1e-6


LOUD = """
import ctypes
from scipy.optimize import milp
from benchmarks.routing import optimum
from benchmarks.routing.worked import worked_case

def loud(*arguments, **options):
    ctypes.CDLL(None).puts(b"the solver speaks")
    return milp(*arguments, **options)

optimum.milp = loud
case = worked_case()
optimum.best(case, case.orders, case.stock, may_refuse=True)
print("{}")
"""


@pytest.mark.skipif(os.name != "posix", reason="reaches for the C library by its POSIX name")
def test_the_solver_writes_nothing_where_json_belongs() -> None:
    """A line that the solver prints past Python goes to stderr, though C keeps it in a buffer."""
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    ended = subprocess.run(
        [sys.executable, "-c", LOUD],
        cwd=ROOT,
        env=buffered,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == "{}\n"
    assert ended.stderr == "the solver speaks\n"


def test_a_plan_that_cuts_units_is_made_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver may stop between two plans that cost the same: half a shirt from either place."""
    everywhere = np.zeros((2, 1), np.int64)
    case = dataclasses.replace(
        worked_case(),
        unit_minor=everywhere + 50,
        parcel_minor=everywhere + 400,
        stock=np.array([[1, 1, 0], [1, 0, 1]]),  # it takes both places to serve the order
        orders=(Order(zone=0, lines=((0, 1), (1, 1), (2, 1))),),
    )
    asked = []

    def halved(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401  scipy's
        solved = milp(*arguments, **options)
        asked.append(options["integrality"].all())
        if not asked[-1]:
            assert solved.x is not None
            solved.x[[1, 3]] = 0.5  # sku 0 from place 0, and from place 1
        return solved

    monkeypatch.setattr(optimum, "milp", halved)
    plans = best(case, case.orders, case.stock, may_refuse=True)
    assert plans is not None
    assert faults(case, case.orders, case.stock, plans) == []
    assert lab.total(case, plans) == 2 * 400 + 3 * 50
    assert asked == [False, True]


def test_a_solver_that_lies_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that costs another sum than the solver says is no optimum."""

    def lying(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401  scipy's
        solved = milp(*arguments, **options)
        solved.fun = float(solved.fun or 0) - 1
        return solved

    monkeypatch.setattr(optimum, "milp", lying)
    case = worked_case()
    with pytest.raises(SolverFailed, match="the plan costs 2199, the solver says 2198"):
        best(case, case.orders, case.stock, may_refuse=True)


def wrong_plans(right: dict[tuple[int, int], int]) -> list[tuple[str, Served]]:
    """Plans that cannot be, each for a reason of its own."""
    (key, units), *_ = right.items()
    sku, place = key
    return [
        ("is oversold", right | {key: units + 100}),
        ("gets", right | {key: units + 1}),
        ("gets", {other: n for other, n in right.items() if other != key}),
        ("takes 0", right | {(sku, place + 1): 0}),
        ("takes -1", right | {key: units + 1, (sku, place + 1): -1}),
        ("nobody has", {(sku, 99): units}),
    ]


@pytest.mark.parametrize("number", range(6))
def test_the_checker_catches_plans_that_cannot_be(number: int) -> None:
    """More than is there, more or less than was wanted, from nowhere: each is said."""
    case = worked_case()
    right = {(0, 0): 1, (1, 0): 1}
    assert faults(case, case.orders[:1], case.stock, [right]) == []
    words, wrong = wrong_plans(right)[number]
    assert words in " ".join(faults(case, case.orders[:1], case.stock, [wrong]))


def test_the_checker_follows_the_stock() -> None:
    """Two plans that fit alone and not one after the other are caught; so is a missing one."""
    case = worked_case()
    order = case.orders[0]
    right = {(0, 0): 1, (1, 0): 1}
    assert "oversold" in faults(case, [order, order], case.stock, [right, right])[0]
    assert "1 plans" in faults(case, [order, order], case.stock, [right])[0]


class Liar(Chain):
    """A policy that says it took everything from the first place."""

    def play(self, case: Case, told: Case | None = None) -> Play:
        """Take what may not be there."""
        played = super().play(case, told)
        lies = [{(sku, 0): units for sku, units in order.wanted.items()} for order in case.orders]
        return Play(list(lies), played.stock)


class Lazy(Chain):
    """A policy that refuses everything."""

    def play(self, case: Case, told: Case | None = None) -> Play:
        """Refuse, whatever is told."""
        assert told is None
        return Play([None] * len(case.orders), [case.stock] * len(case.orders))


def test_what_must_never_happen_is_found() -> None:
    """Stock taken twice, a cost below the optimum, an order refused for nothing: all are said."""
    lie = lab.run(SEED, 6, 0, policies=[Liar("liar", (Route.NEAREST,))])
    said = " ".join(lie.faults)
    assert "oversold" in said
    assert "below the optimum" in said
    assert "best is" in said
    lazy = lab.run(SEED, 6, 0, policies=[Lazy("lazy", ())])
    assert "refused, and could be served" in " ".join(lazy.faults)


def test_no_policy_beats_the_optimum() -> None:
    """Every plan is feasible and every regret at least zero, for every policy; orders are many."""
    found = lab.run(SEED, 10, 1)
    assert found.faults == []
    shown = summary.figures(found)
    assert shown["orders"] > 50
    for table in ("each_order", "whole_day"):
        assert all(row["mean"] >= 0 and row["percent"] >= 0 for row in shown[table].values())
    assert all(day.regret_minor >= 0 for days in found.days.values() for day in days)
    assert all(row["percent_tight"] > 0 for row in shown["large"].values())


def test_cost_matters_to_the_rule_that_looks_at_it() -> None:
    """Lowest cost stays near the optimum where nearest does not; a batch of all is the optimum."""
    everything = Batch("all", 1000)
    found = lab.run(SEED, 16, 0, policies=[*CHAINS, everything])
    each = summary.figures(found)["each_order"]
    assert each["lowest cost"]["percent"] < 5 < each["nearest"]["percent"]
    assert each["fewest splits"]["parcels"] < each["nearest"]["parcels"]
    assert all(day.regret_minor == 0 for day in found.days["all"])


def test_the_same_seed_gives_the_same_figures() -> None:
    """Two runs agree to the last digit; another seed gives other cases."""
    few: list[Policy] = [CHAIN["lowest cost"], CHAIN["default"], Batch("batch", 2)]
    once, again = (summary.figures(lab.run(SEED, 4, 0, policies=few)) for _ in range(2))
    assert once == again
    assert once != summary.figures(lab.run(SEED + 1, 4, 0, policies=few))


def test_cases_do_not_depend_on_each_other() -> None:
    """A case has the same number of everything however many are made; tight and ample alternate."""
    cases = [generate(SEED, number) for number in range(6)]
    again = generate(SEED, 3)
    assert (cases[3].stock == again.stock).all()
    assert cases[3].orders == again.orders
    assert [case.tight for case in cases] == [True, False] * 3
    assert all(3 <= len(case.places) <= 8 for case in cases)
    assert all(1 <= len(order.lines) <= 5 for case in cases for order in case.orders)
    assert all((case.unit_minor + case.parcel_minor).max() < LOST_MINOR_A_UNIT for case in cases)


def turned(case: Case) -> Case:
    """The case as an engine knows it whose lanes were entered the wrong way round."""
    return dataclasses.replace(
        case,
        distance=case.distance.max() - case.distance,
        unit_minor=case.unit_minor.max() - case.unit_minor,
        parcel_minor=case.parcel_minor.max() - case.parcel_minor,
    )


@pytest.mark.parametrize("name", ["lowest cost", "fewest splits, cheapest"])
def test_a_broken_rule_shows_in_the_regret(name: str) -> None:
    """With its scores turned round, a chain regrets much more than it did."""
    chain = CHAIN[name]
    right, wrong = 0, 0
    for number in range(10):
        case = generate(SEED, number)
        right += lab.total(case, chain.play(case).plans)
        wrong += lab.total(case, chain.play(case, told=turned(case)).plans)
    assert wrong > 1.03 * right


def test_the_worked_case_tells_its_story() -> None:
    """Each of the rules that are drawn is dearer than the next, and the optimum is cheapest."""
    case = worked_case()
    paid = [
        lab.total(case, CHAIN[name].play(case).plans)
        for name in ("nearest", "fewest splits", "lowest cost")
    ]
    plans = best(case, case.orders, case.stock, may_refuse=True)
    assert plans is not None
    assert [*paid, lab.total(case, plans)] == [2997, 2716, 2526, 2199]


def test_a_stale_plan_is_refused_and_made_again() -> None:
    """A batch plan names locations; what a till sold meanwhile is not sold twice."""
    case = worked_case()
    shop = Shop(case)
    played = Play([], [])
    serve_window(shop, case, case.orders, played, meanwhile=lambda: shop.sell(0, 1, 1))
    sold = case.stock.copy()
    sold[1, 0] -= 1
    assert faults(case, case.orders, sold, played.plans) == []
    planned = best(case, case.orders, case.stock, may_refuse=True)
    assert planned != played.plans
    assert None not in played.plans
    assert shop.stock.min() >= 0


def test_a_batch_refuses_what_nobody_can_serve() -> None:
    """Orders beyond the stock are refused, and the others are served."""
    case = worked_case()
    case = dataclasses.replace(case, stock=np.array([[1, 1], [0, 0], [0, 0], [2, 0]]))
    plans = Batch("all", 3).play(case).plans
    assert [plan is not None for plan in plans] == [True, True, False]
    assert Batch("one by one", 1).play(case).plans[2] is None


def test_a_reroute_costs_no_less_than_the_cheapest_place() -> None:
    """Where the engine finds a lost line elsewhere, nobody finds it cheaper than the solver."""
    found = lab.run(SEED, 16, 0, policies=[CHAIN["default"]])
    assert found.faults == []
    assert len(found.moved) > 50
    regret = [
        moved.engine_minor - moved.split_minor
        for moved in found.moved
        if moved.engine_minor is not None and moved.split_minor is not None
    ]
    assert min(regret) == 0
    assert max(regret) > 0
    shown = summary.rerouted(found.moved)
    assert shown["by the rules"]["percent"] < shown["first that has all"]["percent"]


@pytest.mark.parametrize("taken", [None, {(0, 0): 99}])
def test_a_reroute_that_cannot_be_is_found(taken: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reroute to where nothing is, and a refusal where there is enough, are faults."""
    monkeypatch.setattr(Shop, "reroute", lambda _shop, _units, _zone: taken)
    wrong: list[str] = []
    for number in range(4):
        rerouting.play(generate(SEED, number), wrong)
    assert ("the engine says None" if taken is None else "oversold") in " ".join(wrong)


def test_large_cases_stand_above_their_bound() -> None:
    """A day of a larger shop costs more than the bound, and its chains differ."""
    size = dataclasses.replace(SMALL, locations=(12, 12), zones=20, skus=20, orders=(60, 60))
    wrong: list[str] = []
    days = lab.large_case(SEED, 1, size, wrong)
    assert wrong == []
    assert days["lowest cost"].best_minor <= days["lowest cost"].cost_minor
    assert days["lowest cost"].cost_minor < days["nearest"].cost_minor
