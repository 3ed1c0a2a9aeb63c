"""The cheapest way to serve orders from a given stock, exactly, and a bound below it.

Variables: units of each sku of each order from each location (integer), whether the location
sends the order a parcel (binary), whether the order is refused (binary). A location that sends no
parcel gives no units: one constraint for each sku rather than one for the parcel, which makes the
relaxation much tighter (the strong formulation of facility location; Cornuejols, Nemhauser and
Wolsey 1990).
"""

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.routing.cases import Case, Integers, Order
from benchmarks.routing.plans import Served, cost

INFEASIBLE = 2  # scipy's status
WHOLE = 1e-6  # how far from a whole number the solver's may be
CENT = 0.01  # minor units; costs are whole, so what is nearer is the same

Floats = NDArray[np.float64]


class SolverFailed(Exception):
    """The solver gave up: nothing is known about the case."""


class _Model:
    """Orders, stock and lanes as one integer programme."""

    def __init__(
        self, case: Case, orders: Sequence[Order], stock: Integers, *, may_refuse: bool
    ) -> None:
        self.costs: list[float] = []
        self.binary: list[int] = []
        self.upper: list[float] = []
        self.takes: dict[tuple[int, int, int], int] = {}  # order, sku, location -> column
        self.refused: dict[int, int] = {}
        self._entries: list[tuple[int, int, float]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        for number, order in enumerate(orders):
            parcels: dict[int, int] = {}
            self.refused[number] = self._column(order.lost_minor, 1 if may_refuse else 0, binary=1)
            for sku, units in order.wanted.items():
                whole = [(self.refused[number], float(units))]
                for location in np.flatnonzero(stock[:, sku] > 0).tolist():
                    most = min(units, int(stock[location, sku]))
                    take = self._column(int(case.unit_minor[location, order.zone]), most)
                    if location not in parcels:
                        price = int(case.parcel_minor[location, order.zone])
                        parcels[location] = self._column(price, 1, binary=1)
                    self.takes[number, sku, location] = take
                    whole.append((take, 1.0))
                    self._row([(take, 1.0), (parcels[location], -float(most))], -np.inf, 0)
                self._row(whole, units, units)
        self._share(stock)

    def _share(self, stock: Integers) -> None:
        """No level gives more than it has, over all orders."""
        takers: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for (_, sku, location), take in self.takes.items():
            takers.setdefault((sku, location), []).append((take, 1.0))
        for (sku, location), row in takers.items():
            self._row(row, 0, int(stock[location, sku]))

    def _column(self, minor: int, most: int, *, binary: int = 0) -> int:
        self.costs.append(minor)
        self.binary.append(binary)
        self.upper.append(most)
        return len(self.costs) - 1

    def _row(self, entries: Sequence[tuple[int, float]], low: float, high: float) -> None:
        self._entries += [(len(self._low), column, value) for column, value in entries]
        self._low.append(low)
        self._high.append(high)

    def solved(self, whole: NDArray[np.int64], decided: Floats | None = None) -> Any:  # noqa: ANN401
        """Solve with scipy's milp, whose OptimizeResult has no fields that a type could name.

        Args:
            whole: 1 for each column that must be a whole number, else 0.
            decided: values that the binary columns take; none: they are free.
        """
        rows, columns, values = zip(*self._entries, strict=True)
        matrix = sparse.csr_array((values, (rows, columns)), (len(self._low), len(self.costs)))
        least, most = np.zeros(len(self.upper)), np.asarray(self.upper, np.float64)
        if decided is not None:
            fixed = np.asarray(self.binary, bool)
            least[fixed] = most[fixed] = np.rint(decided[fixed])
        with _solver_silent():
            return milp(
                self.costs,
                integrality=whole,
                bounds=Bounds(least, most),
                constraints=LinearConstraint(matrix, self._low, self._high),
                options={"mip_rel_gap": 0.0},
            )


@contextmanager
def _solver_silent() -> Iterator[None]:
    """Send to stderr what the solver's C++ now and then writes to stdout, past Python.

    A verb's JSON belongs there, and nothing else.
    """
    stdout = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        if os.name == "posix":
            ctypes.CDLL(None).fflush(None)  # C keeps what it writes to a pipe until it is asked
        os.dup2(stdout, 1)
        os.close(stdout)


def best(
    case: Case, orders: Sequence[Order], stock: Integers, *, may_refuse: bool
) -> list[Served] | None:
    """The cheapest plans for *orders* together; None where they cannot all be served.

    Raises:
        SolverFailed: neither a plan nor a proof that there is none.
    """
    if not orders:
        return []
    model = _Model(case, orders, stock, may_refuse=may_refuse)
    solved = model.solved(np.asarray(model.binary))
    if solved.status == INFEASIBLE:
        return None
    if not solved.success:
        raise SolverFailed(f"{case.name}: {solved.message}")
    if np.abs(solved.x - np.rint(solved.x)).max() > WHOLE:
        # Once parcels and refusals are decided, what remains is a transport problem: plans that
        # cut no unit are as cheap, and the solver may have stopped between two of them.
        solved = model.solved(np.ones_like(model.binary), decided=solved.x)
    values = np.rint(solved.x).astype(np.int64)
    plans: list[dict[tuple[int, int], int] | None] = [
        None if values[model.refused[number]] else {} for number in range(len(orders))
    ]
    for (number, sku, location), column in model.takes.items():
        plan = plans[number]
        if values[column] and plan is not None:
            plan[sku, location] = int(values[column])
    counted = sum(cost(case, order, plan) for order, plan in zip(orders, plans, strict=True))
    if abs(counted - solved.fun) > CENT:
        raise SolverFailed(f"{case.name}: the plan costs {counted}, the solver says {solved.fun}")
    return list(plans)


def bound(case: Case, orders: Sequence[Order], stock: Integers) -> float:
    """Minor units that no plan can undercut: the relaxation, in which parcels may be parts.

    Raises:
        SolverFailed: the solver found no bound.
    """
    model = _Model(case, orders, stock, may_refuse=True)
    solved = model.solved(np.zeros_like(model.binary))
    if not solved.success:
        raise SolverFailed(f"{case.name}: {solved.message}")
    return float(solved.fun)
