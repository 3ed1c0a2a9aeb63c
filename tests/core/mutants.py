"""Swaps neighbouring guards of the rules and asks the tables: does anybody notice?

Run as `NUMBA_DISABLE_JIT=1 python -m tests.core.mutants`; prints one JSON line a mutant. Works on
plain Python functions, whose code can be exchanged while everybody keeps holding them.
"""

import ast
import copy
import inspect
import json
import sys
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from types import FunctionType, ModuleType

from core.kernels import (
    carts,
    envelope,
    kits,
    lines,
    moves,
    orders,
    points,
    rerouting,
    returns,
    settings,
    stock,
    transfers,
    work,
)
from core.schema import Status
from tests.core.tables import check, every_table

# No command can break both, so their order is a matter of taste; some only in certain rules.
EXCLUSIVE = (
    {"TTL_NOT_POSITIVE", "TTL_TOO_LONG"},
    {"AMOUNT_NEGATIVE", "AMOUNT_TOO_LARGE"},
    {"QUANTITY_ZERO", "QUANTITY_TOO_LARGE"},
    {"QUANTITY_ZERO", "QUANTITY_NEGATIVE"},
    {"DATE_PAST", "NUMBER_OUT_OF_RANGE"},
)
EXCLUSIVE_IN = {
    "expect": ({"QUANTITY_ZERO", "QUANTITY_NOT_POSITIVE"},),
    # Without a date, or an end, there is no paper.
    "expect_dated": ({"NUMBER_OUT_OF_RANGE", "DOCUMENT_EXISTS"},),
    "lot_status": ({"NUMBER_OUT_OF_RANGE", "DOCUMENT_EXISTS"},),
    # Its own location has been checked already.
    "transfer": ({"LOCATION_UNKNOWN", "LOCATION_SAME"},),
    # Which number is needed follows from the paper.
    "arrive": ({"DOCUMENT_UNKNOWN", "DOCUMENT_EXISTS"},),
    "reverse": ({"DOCUMENT_UNKNOWN", "DOCUMENT_EXISTS"},),
    # A zone is asked for where no location is named.
    "reroute": ({"LOCATION_UNKNOWN", "ZONE_UNKNOWN"},),
    # What is available is promised; the other states are left.
    "reclassify": ({"STATE_INSUFFICIENT", "STOCK_INSUFFICIENT"},),
    "set_part": ({"QUANTITY_NOT_POSITIVE", "QUANTITY_TOO_LARGE"},),
    # A disposition that is unknown takes no room, and neither does what is no quantity.
    "take_back_unknown": (
        {"QUANTITY_NOT_POSITIVE", "QUANTITY_TOO_LARGE"},
        {"QUANTITY_TOO_LARGE", "DISPOSITION_UNKNOWN"},
    ),
}


@dataclass
class Guard:
    """An `if` that returns, and the assignments that stand right before it."""

    before: list[ast.stmt]
    test: ast.If
    refusal: str


@dataclass
class Mutant:
    """A function with two guards swapped."""

    function: FunctionType
    first: str
    second: str
    tree: ast.FunctionDef

    def swap_in(self) -> None:
        """Give the function its mutated code."""
        module = ast.fix_missing_locations(ast.Module([self.tree], []))
        names = dict(self.function.__globals__)
        exec(compile(module, "<mutant>", "exec"), names)  # noqa: S102 - what this file is for
        self.function.__code__ = names[self.function.__name__].__code__


def guards_of(function: ast.FunctionDef) -> tuple[list[ast.stmt], list[Guard], list[ast.stmt]]:
    """Split a function into its docstring, its guards and its deed."""
    guards: list[Guard] = []
    waiting: list[ast.stmt] = []
    body = function.body[1:]
    for at, statement in enumerate(body):
        if isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Return):
            guards.append(Guard(waiting, statement, refusal_of(statement, waiting)))
            waiting = []
        elif isinstance(statement, ast.Assign):
            waiting.append(statement)
        else:
            return function.body[:1], guards, [*waiting, *body[at:]]
    return function.body[:1], guards, waiting


def refusal_of(guard: ast.If, before: list[ast.stmt]) -> str:
    """Name a guard by its Status, or by the function that gave it one; empty where it has none."""
    for node in ast.walk(guard.body[-1]):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Status":
            return node.attr
    calls = [node for each in before for node in ast.walk(each) if isinstance(node, ast.Call)]
    return ast.unparse(calls[0].func) if calls else ""


def mutants(module: ModuleType) -> Iterator[Mutant]:
    """Every swap of two neighbouring guards in *module* that some command could tell."""
    for _, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ != module.__name__:
            continue
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        assert isinstance(tree, ast.FunctionDef)
        tree.decorator_list = []
        _, guards, _ = guards_of(tree)
        for at in range(len(guards) - 1):
            first, second = guards[at].refusal, guards[at + 1].refusal
            pair = {first, second}
            exclusive = pair in EXCLUSIVE or pair in EXCLUSIVE_IN.get(function.__name__, ())
            if first and second and first != second and not exclusive:
                yield Mutant(function, first, second, swapped(tree, at))


def swapped(tree: ast.FunctionDef, at: int) -> ast.FunctionDef:
    """Return the function with guards *at* and *at* + 1 swapped, their assignments before both."""
    changed = copy.deepcopy(tree)
    head, guards, deed = guards_of(changed)
    one, other = guards[at], guards[at + 1]
    guards[at : at + 2] = [
        Guard([*one.before, *other.before], other.test, other.refusal),
        Guard([], one.test, one.refusal),
    ]
    middle = [statement for guard in guards for statement in (*guard.before, guard.test)]
    changed.body = [*head, *middle, *deed]
    return changed


def may_notice(text: str, mutant: Mutant) -> bool:
    """Whether a row of a table is answered with one of the two; a rule's name may be any."""
    names = [each for each in (mutant.first, mutant.second) if each in Status.__members__]
    return len(names) < 2 or any(name.lower() in text for name in names)


def noticed_by(mutant: Mutant) -> str:
    """Return the table that fails under the mutant; empty where none does."""
    original = mutant.function.__code__
    mutant.swap_in()
    try:
        for where, text, sizes in TABLES:
            if not may_notice(text, mutant):
                continue
            try:
                check(text, **sizes)
            except (AssertionError, LookupError, ValueError, OverflowError):
                return where
    finally:
        mutant.function.__code__ = original
    return ""


MODULES = (
    *(
        moves,
        carts,
        lines,
        orders,
        kits,
        work,
        rerouting,
        stock,
        transfers,
        returns,
        points,
        settings,
        envelope,
    ),
)
# Those that were written for this first; then the others.
TABLES = sorted(every_table(), key=lambda table: "precedence" not in table[0])


def main() -> None:
    """Try every mutant."""
    warnings.simplefilter("ignore")  # a mutant may compute nonsense
    for _, text, sizes in TABLES:
        check(text, **sizes)  # what fails already would notice everything
    for mutant in chain.from_iterable(map(mutants, MODULES)):
        told = {"rule": mutant.function.__name__, "first": mutant.first, "second": mutant.second}
        json.dump(told | {"noticed_by": noticed_by(mutant)}, sys.stdout)
        print()


if __name__ == "__main__":
    main()
