"""The tables of this folder notice when two guards trade places, and leave nothing out."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from core.schema import Flag, Kind, Operation, Status
from core.steps import ORDER_STEPS, WORK_STEPS, Action, OrderState, Step, Work
from tests.core.compare import chain_ends
from tests.core.naive.model import Naive
from tests.core.tables import every_table, parse

ROOT = Path(__file__).resolve().parents[2]
KERNELS = sorted((ROOT / "core/kernels").glob("*.py"))

# A guard that needs what a later one finds stands behind it.
BEHIND = {
    "extend": {"TTL_TOO_LONG"},  # the longest hold counts from when the cart was made
    "count": {"QUANTITY_TOO_LARGE"},  # the difference is known once the movements are summed
    "expect": {"QUANTITY_NOT_POSITIVE"},  # of those with a date only; zero is refused before
    # The transfer knows the level, and whether what arrives is a lot.
    "arrive": {"QUANTITY_TOO_LARGE", "DOCUMENT_EXISTS", "QUANTITY_NEGATIVE"},
    "take_back": {"QUANTITY_TOO_LARGE"},  # the line knows the sku
    "reverse": {"DOCUMENT_EXISTS"},  # only what was spent comes back on a new paper
}
ACTIONS = {
    Operation.PICK: Action.PICK,
    Operation.FULFIL: Action.FULFIL,
    Operation.NO_SHOW: Action.NO_SHOW,
}


def test_swapped_guards_are_noticed() -> None:
    """Whichever two neighbouring guards of a rule are swapped, some table fails."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.mutants"],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    tried = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(tried) >= 100, done.stdout
    rules = {"reserve", "place", "sell", "fulfil", "cancel", "receive", "adjust", "count", "expect"}
    rules |= {"extend", "reroute", "send", "arrive", "reclassify", "pick", "no_show", "take_back"}
    rules |= {"dispose", "step", "earn", "burn", "reverse", "set_part", "set_lane"}
    assert not rules - {each["rule"] for each in tried}
    assert [each for each in tried if not each["noticed_by"]] == []


def test_every_refusal_has_a_table() -> None:
    """No status is answered that no table has asked for."""
    rows = [row for _, text, _ in every_table() for row in parse(text).rows]
    assert {row["answer"] for row in rows} == {status.name.lower() for status in Status}


def test_every_kind_of_event_has_a_table() -> None:
    """No event is told that no table has seen."""
    rows = [row for _, text, _ in every_table() for row in parse(text).rows]
    told = {each.split(":")[0] for row in rows for each in row.get("events", "_").split(",")}
    assert {kind.name.lower() for kind in Kind} <= told


def test_every_turn_has_a_table() -> None:
    """Each cell of the transition tables, allowed or not, is asked for in some table."""
    turns = set()
    for _, text, sizes in every_table():
        turns |= turns_of(text, sizes)
    work = {(action, state) for action in Action for state in Work}
    steps = {(step, state) for step in Step for state in list(OrderState)[:3]}
    assert WORK_STEPS.shape == (len(Action), len(Work))
    assert ORDER_STEPS.shape == (len(Step), 3)
    told = sorted(f"{action.name} {state.name}" for action, state in (work | steps) - turns)
    assert told == []


def turns_of(text: str, sizes: dict[str, int]) -> set[tuple[Action | Step, Work | OrderState]]:
    """Actions and steps that a table asks for, each with the state that it finds."""
    table = parse(text)
    size = {"skus": 3, "locations": 2, "remembered_ids": 1000, "remembered_moves": 1000} | sizes
    naive = Naive(**size)
    found: set[tuple[Action | Step, Work | OrderState]] = set()
    start = 0
    for stop in chain_ends(table.commands):
        command = table.commands[start]
        order = naive.shop.orders[int(command["order_id"])]
        operation, line = Operation.EXPIRE, int(command["argument"])
        if command["operation"] in set(Operation) and not command["flags"] & Flag.LINKED:
            operation = Operation(command["operation"])
        if order is not None and operation == Operation.STEP and command["reason"] in set(Step):
            found.add((Step(command["reason"]), order.state))
        action = ACTIONS.get(operation)
        if operation == Operation.WORK and command["reason"] <= Action.DELIVER:
            action = Action(command["reason"])
        before = order.lines[line].work if order and 0 <= line < len(order.lines) else None
        answers, _ = naive.execute(table.commands[start:stop])
        if action is not None and before is not None and answers[0]["status"] in SEEN:
            found.add((action, before))
        start = stop
    return found


# Answers of commands that have come as far as to the state of the work.
SEEN = (Status.OK, Status.WORK_NOT_ALLOWED, Status.ALLOCATED_INSUFFICIENT)


def test_guards_stand_in_the_order_of_status() -> None:
    """Within each rule the refusals are written in the order in which Status documents them."""
    seen = set()
    for path in KERNELS:
        for function in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(function, ast.FunctionDef):
                named = refusals_of(function)
                seen |= set(named)
                late = BEHIND.get(function.name, set()) | {"ID_REUSED"}
                numbers = [int(Status[name]) for name in named if name not in late]
                assert numbers == sorted(numbers), function.name
    assert len(seen) > 40


def refusals_of(function: ast.FunctionDef) -> list[str]:
    """Names of the refusals that a function returns, as they are written."""
    named = re.findall(r"return -?(?:np\.int64\()?Status\.([A-Z_]+)", ast.unparse(function))
    return [name for name in named if name not in ("OK", "CHAIN_OPEN")]
