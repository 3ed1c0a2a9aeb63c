"""The language of the tests of the rules: tables of commands and expected answers.

    # operation  at  sku  quantity  answer
    receive       _    0        10  ok
    + place       _    0         4  ok
    place         _    1         1  stock_insufficient
    = level 0 0 available 10

The first line names the columns, every other line is a command; a leading + links it to the next.
`_` takes the default: id counts the rows, time stands still, an order is named after its chain.
Fields have names for what they mean to an operation (COLUMNS), and some operations words of their
own (VERBS). Lines with = say what holds at the end; tests.core.endings knows which there are.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine import Engine
from core.schema import (
    AMOUNT_MAX,
    ANY_LOCATION,
    COMMAND,
    LEVEL_MAX,
    TTL_MAX_US,
    Channel,
    Disposition,
    Flag,
    HoldFrom,
    Kind,
    Operation,
    Route,
    Stage,
    State,
    Status,
)
from core.steps import Action, Step
from tests.core.compare import assert_same, assert_same_shop, chain_ends, run_in_batches
from tests.core.endings import expect_ends
from tests.core.naive.model import Naive

WORDS = {
    "level_max": LEVEL_MAX,
    "i4_min": -(2**31),
    "amount_max": AMOUNT_MAX,
    "ttl_max": TTL_MAX_US,
    "i8_max": 2**63 - 1,
    "i8_min": -(2**63),
    "any": ANY_LOCATION,
    **{each.name.lower(): int(each) for each in Channel},
}
COLUMNS = {
    "at": "now_us",
    "occurred": "occurred_us",
    "order": "order_id",
    "party": "party_id",
    "to": "location_to",
    "zone": "location_to",
    # argument
    **dict.fromkeys(("amount", "line", "ttl", "end", "due", "until", "longest"), "argument"),
    **dict.fromkeys(("cart", "paper", "part", "states", "rules", "channels"), "argument"),
    "distance": "argument",
    # order_id, where a setting has one number more
    "weight": "order_id",
    "parcel": "order_id",
}
# Operations that say more than their name.
VERBS: dict[str, tuple[Operation, dict[str, int]]] = {
    "accept": (Operation.PLACE, {"flags": Flag.ACCEPTED}),
    **{each.name.lower(): (Operation.WORK, {"reason": each}) for each in list(Action)[:5]},
    **{f"{each.name.lower()}_order": (Operation.STEP, {"reason": each}) for each in Step},
}
REASONS: dict[Operation, type[IntEnum]] = {
    Operation.RESERVE: Stage,
    Operation.RETURN: Disposition,
    Operation.DISPOSE: Disposition,
    Operation.SET_HOLD: HoldFrom,
}
TTL_US = 1000  # of a reservation that does not say
ORDER_LINES = (Operation.PLACE, Operation.SELL)


@dataclass
class Table:
    """A parsed table."""

    commands: NDArray[Any]
    rows: list[dict[str, str]] = field(default_factory=list)
    ends: list[list[str]] = field(default_factory=list)


def check(
    text: str,
    *,
    skus: int = 3,
    locations: int = 2,
    remembered_ids: int = 1000,
    remembered_moves: int = 1000,
) -> None:
    """Run a table as one batch, as a batch a chain, and against the naive model."""
    table = parse(text)
    memory = {"remembered_ids": remembered_ids, "remembered_moves": remembered_moves}
    whole, single = (Engine(skus, locations, **memory) for _ in range(2))
    naive = Naive(skus, locations, **memory)
    told = run_in_batches(whole, table.commands, [])
    expect_rows(table, *told)
    expect_ends(table.ends, whole)
    apart = run_in_batches(single, table.commands, chain_ends(table.commands))
    assert_same(apart, told, "a batch a chain")
    assert single.digest() == whole.digest()
    assert_same(naive.execute(table.commands), told, "the naive model")
    assert_same_shop(whole, naive)


def expect_rows(table: Table, answers: NDArray[Any], events: NDArray[Any]) -> None:
    """Each row was answered as it says, with the events it says."""
    for row, answer in zip(table.rows, answers, strict=True):
        where = " ".join(row.values())
        assert Status(answer["status"]).name.lower() == row["answer"], where
        original = row.get("original", "_")
        wanted = "ok" if original == "_" else original
        assert Status(answer["original"]).name.lower() == wanted, where
        if row.get("available", "_") != "_":
            assert answer["available"] == number(row["available"]), where
        if row.get("events", "_") != "_":
            own = events[events["sequence"] == answer["sequence"]]
            assert told_of(own) == row["events"], f"{where}: {told_of(own)}"
            assert own["ordinal"].tolist() == list(range(len(own))), where


def told_of(events: NDArray[Any]) -> str:
    """Events as a table writes them: kind:quantity, comma between."""
    told = [f"{Kind(each['kind']).name.lower()}:{each['quantity']}" for each in events]
    return ",".join(told) or "none"


def parse(text: str) -> Table:
    """Read a table."""
    columns: list[str] = []
    table = Table(np.zeros(0, COMMAND))
    commands: list[dict[str, int]] = []
    first_id = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        words = line.split()
        if words[0] == "#":
            columns = words[1:]
        elif words[0] == "=":
            table.ends.append(words[1:])
        else:
            linked = words[0] == "+"
            row = dict(zip(columns, words[linked:], strict=True))
            inside = bool(commands) and bool(commands[-1]["flags"] & Flag.LINKED)
            commands.append(command_of(row, commands, first_id if inside else 0))
            commands[-1]["flags"] |= Flag.LINKED if linked else 0
            first_id = first_id if inside else commands[-1]["id"]
            table.rows.append(row)
    table.commands = np.zeros(len(commands), COMMAND)
    for at, command in enumerate(commands):
        for name, value in command.items():
            table.commands[at][name] = value
    return table


def command_of(row: dict[str, str], before: list[dict[str, int]], first_id: int) -> dict[str, int]:
    """One command; *first_id* is that of its chain, or 0 where it begins one."""
    word = row["operation"]
    operation, said = VERBS.get(word) or (
        number(word) if word.isdigit() else Operation[word.upper()],
        {},
    )
    command = {
        "id": len(before) + 1,
        "now_us": before[-1]["now_us"] if before else 0,
        "quantity": 1,
        "argument": TTL_US if operation in (Operation.RESERVE, Operation.EXTEND) else 0,
        "operation": operation,
        "flags": 0,
        **said,
    }
    for column, value in row.items():
        name = COLUMNS.get(column, column)
        if name in (COMMAND.names or ()) and name != "operation" and value != "_":
            command[name] = value_of(operation, column, value)
    if operation in ORDER_LINES:
        command.setdefault("order_id", first_id or command["id"])
    return command


def value_of(operation: int, column: str, word: str) -> int:
    """What a word means in its column."""
    if column == "reason" and operation in REASONS and not word.lstrip("-").isdigit():
        return REASONS[Operation(operation)][word.upper()]
    if column == "flags" and not word.isdigit():
        return sum(Flag[each.upper()] for each in word.split("|"))
    if column == "states" and ">" in word:
        start, end = (State[each.upper()] for each in word.split(">"))
        return 256 * start + end
    if column == "rules" and not word.lstrip("-").isdigit() and word not in WORDS:
        codes = [Route[each.upper()] for each in word.split(",")]
        return int.from_bytes(bytes(codes), "little")
    return number(word)


def number(word: str) -> int:
    """A number, or one of WORDS plus or minus a number."""
    named = re.fullmatch(r"([a-z]\w*?)([+-]\d+)?", word)
    if named is None:
        return int(word)
    return WORDS[named[1]] + int(named[2] or 0)


def every_table() -> Iterator[tuple[str, str, dict[str, int]]]:
    """Every table of the tests beside this file: where it stands, its text, its sizes."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "check":
                sizes = {str(each.arg): ast.literal_eval(each.value) for each in node.keywords}
                yield f"{path.name}:{node.lineno}", ast.literal_eval(node.args[0]), sizes
