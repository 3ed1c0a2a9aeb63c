"""Every policy on every case, beside the exact optimum.

Two comparisons, because they answer two questions. *Each order*: what the order cost above the
cheapest way to serve it from the stock that it met. *Whole day*: what all orders cost, refused
ones included, above the cheapest plan of one who had known them all. The second is out of reach
for everyone who must answer at once; it shows what waiting could be worth at most.

What must never happen is looked for, not assumed: a plan that takes what is not there or gives
what was not asked for, a regret below zero, an order that the kernel refuses and its stock could
have served.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.routing import rerouting
from benchmarks.routing.cases import LARGE, SMALL, Case, Integers, Size, generate
from benchmarks.routing.optimum import best, bound
from benchmarks.routing.plans import Served, cost, faults, used
from benchmarks.routing.policies import CHAINS, LARGE_BATCH, POLICIES, Chain, Play, Policy
from benchmarks.routing.rerouting import Moved

CASES = 100
LARGE_CASES = 2
SEED = 1
SOLVER = 1e-6  # a bound is a float of the solver's; optima are counted in integers

Report = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class Reply:
    """One order under one policy."""

    cost_minor: int
    best_minor: int  # the cheapest from the stock that it met; the loss, where that could not serve
    possible: bool  # the stock could serve it
    parcels: int
    refused: bool

    @property
    def regret_minor(self) -> int:
        """Cost above the cheapest."""
        return self.cost_minor - self.best_minor


@dataclass(frozen=True)
class Day:
    """One case under one policy."""

    case: str
    tight: bool
    cost_minor: int
    best_minor: float  # of one who knows all orders; of a large case a bound below that
    orders: int
    refused: int
    parcels: int
    replies: tuple[Reply, ...]  # empty for a large case

    @property
    def regret_minor(self) -> float:
        """Cost above the optimum of the whole day, an order."""
        return (self.cost_minor - self.best_minor) / self.orders


@dataclass(frozen=True)
class Bounded:
    """How good the bound is where the optimum is known."""

    tight: bool
    bound_minor: float
    best_minor: int


@dataclass
class Outcome:
    """All that a run found."""

    seed: int
    days: dict[str, list[Day]]  # by policy, a small case each
    large: dict[str, list[Day]]
    bounds: list[Bounded]  # a small case each
    moved: list[Moved]  # a rerouted line each
    faults: list[str]


class Bests:
    """The cheapest way to serve one order from the stock that it meets; each solved once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._known: dict[tuple[int, bytes], Served] = {}

    def of(self, number: int, stock: Integers) -> Served:
        """Return the plan for order *number*; None where *stock* cannot serve it."""
        order = self.case.orders[number]
        key = number, stock[:, sorted(order.wanted)].tobytes()
        if key not in self._known:
            found = best(self.case, [order], stock, may_refuse=False)
            self._known[key] = None if found is None else found[0]
        return self._known[key]


def run(
    seed: int = SEED,
    cases: int = CASES,
    large: int = LARGE_CASES,
    *,
    policies: Sequence[Policy] = POLICIES,
    report: Report = lambda _done, _total: None,
) -> Outcome:
    """Play *cases* small cases and *large* ones.

    Args:
        seed: of the generator; the same seed gives the same cases and the same figures.
        cases: small ones, with both optima.
        large: large ones, with a bound only.
        policies: those that play the small cases.
        report: is told how far the run is.
    """
    found = Outcome(seed, {policy.name: [] for policy in policies}, {}, [], [], [])
    for number in range(cases):
        case = generate(seed, number, SMALL)
        days = small_case(case, policies, found.faults)
        for name, day in days.items():
            found.days[name].append(day)
        optimum = min(int(day.best_minor) for day in days.values())
        least = bound(case, case.orders, case.stock)
        found.bounds.append(Bounded(case.tight, least, optimum))
        if least > optimum * (1 + SOLVER):
            found.faults.append(f"{case.name}: the bound {least} lies above the optimum {optimum}")
        found.moved += rerouting.play(case, found.faults)
        report(number + 1, cases + large)
    for number in range(large):
        for name, day in large_case(seed, number, LARGE, found.faults).items():
            found.large.setdefault(name, []).append(day)
        report(cases + number + 1, cases + large)
    return found


def small_case(case: Case, policies: Sequence[Policy], wrong: list[str]) -> dict[str, Day]:
    """Play one case under every policy, beside both optima; *wrong* gets what must not be."""
    bests = Bests(case)
    plans = best(case, case.orders, case.stock, may_refuse=True)
    assert plans is not None, "refusing everything is always a plan"
    wrong += [f"optimum: {fault}" for fault in faults(case, case.orders, case.stock, plans)]
    optimum = total(case, plans)
    days = {}
    for policy in policies:
        play = policy.play(case)
        replies = tuple(
            _reply(case, number, play.plans[number], bests.of(number, play.stock[number]))
            for number in range(len(case.orders))
        )
        day = _day(case, play, optimum, replies)
        wrong += [f"{policy.name}: {fault}" for fault in _faults_of_play(case, play, day)]
        if isinstance(policy, Chain):
            wrong += [
                f"{policy.name}: {case.name}, order {number}: refused, and could be served"
                for number, reply in enumerate(replies)
                if reply.refused and reply.possible
            ]
        days[policy.name] = day
    return days


def large_case(seed: int, number: int, size: Size, wrong: list[str]) -> dict[str, Day]:
    """Play one large case under the chains and one batch, beside the bound of the relaxation."""
    case = generate(seed, number, size)
    least = bound(case, case.orders, case.stock)
    days = {}
    for policy in (*CHAINS, LARGE_BATCH):
        play = policy.play(case)
        days[policy.name] = _day(case, play, least, ())
        found = _faults_of_play(case, play, days[policy.name])
        wrong += [f"{policy.name}: {fault}" for fault in found]
    return days


def total(case: Case, plans: Sequence[Served]) -> int:
    """Minor units that the orders of a case cost together."""
    return sum(cost(case, order, plan) for order, plan in zip(case.orders, plans, strict=True))


def _reply(case: Case, number: int, plan: Served, cheapest: Served) -> Reply:
    order = case.orders[number]
    return Reply(
        cost_minor=cost(case, order, plan),
        best_minor=cost(case, order, cheapest),
        possible=cheapest is not None,
        parcels=len(used(plan)),
        refused=plan is None,
    )


def _day(case: Case, play: Play, best_minor: float, replies: tuple[Reply, ...]) -> Day:
    return Day(
        case=case.name,
        tight=case.tight,
        cost_minor=total(case, play.plans),
        best_minor=best_minor,
        orders=len(case.orders),
        refused=sum(plan is None for plan in play.plans),
        parcels=sum(len(used(plan)) for plan in play.plans),
        replies=replies,
    )


def _faults_of_play(case: Case, play: Play, day: Day) -> list[str]:
    """What cannot be: an infeasible plan, or one that is cheaper than the optimum."""
    found = faults(case, case.orders, case.stock, play.plans)
    slack = 0.0 if day.replies else SOLVER * day.best_minor
    if day.cost_minor < day.best_minor - slack:
        found.append(f"{case.name}: costs {day.cost_minor}, below the optimum {day.best_minor}")
    found += [
        f"{case.name}, order {number}: costs {reply.cost_minor}, best is {reply.best_minor}"
        for number, reply in enumerate(day.replies)
        if reply.cost_minor < reply.best_minor
    ]
    return found
