"""The language of the tests of the rules: tables of commands and expected answers.

    # operation  at  sku  quantity  answer
    receive       _    0        10  ok
    + place       _    0         4  ok
    place         _    1         1  stock_insufficient
    = level 0 0 available 10

The first line names the columns, every other line is a command; a leading + links it to the next.
`_` takes the default: id counts the rows, time stands still, an order is named after its chain.
Lines with = say what holds at the end: level SKU LOCATION, line ORDER NUMBER, reservation ID, each
with pairs of field and number (stock states and line parts that are not named are zero); now TIME,
reservations COUNT, lines ORDER COUNT.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine import Engine
from core.schema import (
    AMOUNT_MAX,
    COMMAND,
    LEVEL_MAX,
    TTL_MAX_US,
    Flag,
    Kind,
    Operation,
    State,
    Status,
)
from tests.core.compare import assert_same, assert_same_shop, chain_ends, run_in_batches
from tests.core.naive import Naive

WORDS = {
    "level_max": LEVEL_MAX,
    "i4_min": -(2**31),
    "amount_max": AMOUNT_MAX,
    "ttl_max": TTL_MAX_US,
    "i8_max": 2**63 - 1,
    "i8_min": -(2**63),
}
TTL_US = 1000  # of a reservation that does not say
KEYS = {"level": 2, "line": 2, "reservation": 1, "now": 1, "reservations": 1, "lines": 2}
LINE_PARTS = ("unallocated", "allocated", "backordered", "fulfilled", "cancelled", "returned")
ORDER_LINES = (Operation.PLACE, Operation.SELL)


@dataclass
class Table:
    """A parsed table."""

    commands: NDArray[Any]
    rows: list[dict[str, str]] = field(default_factory=list)
    ends: list[list[str]] = field(default_factory=list)


def check(text: str, *, skus: int = 3, locations: int = 2, remembered_ids: int = 1000) -> None:
    """Run a table as one batch, as a batch a chain, and against the naive model."""
    table = parse(text)
    size = {"skus": skus, "locations": locations, "remembered_ids": remembered_ids}
    whole, single, naive = Engine(**size), Engine(**size), Naive(**size)
    told = run_in_batches(whole, table.commands, [])
    expect_rows(table, *told)
    expect_ends(table, whole)
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
            assert told_of(own) == row["events"], where
            assert own["ordinal"].tolist() == list(range(len(own))), where


def told_of(events: NDArray[Any]) -> str:
    """Events as a table writes them: kind:quantity, comma between."""
    told = [f"{Kind(each['kind']).name.lower()}:{each['quantity']}" for each in events]
    return ",".join(told) or "none"


def expect_ends(table: Table, engine: Engine) -> None:
    """What the table says of the end holds."""
    for what, *words in table.ends:
        keys = [number(word) for word in words[: KEYS[what]]]
        pairs = words[KEYS[what] :]
        said = dict(zip(pairs[::2], map(number, pairs[1::2]), strict=True))
        assert found_at_end(engine, what, keys, said) == said, " ".join([what, *words])


def found_at_end(
    engine: Engine,
    what: str,
    keys: list[int],
    said: dict[str, int],
) -> dict[str, int]:
    """What the engine tells of the things that the table has said, and of what is not zero."""
    if what == "level":
        level = engine.levels[keys[1], keys[0]]
        found = {state.name.lower(): int(level[state]) for state in State}
        return {name: units for name, units in found.items() if units or name in said}
    if what == "line":
        line = engine.order(keys[0])[keys[1]]
        parts = {name: int(line[name]) for name in LINE_PARTS if line[name]}
        return parts | {name: int(line[name]) for name in said}
    if what == "reservation":
        held = engine.reservations()
        (found,) = held[held["id"] == keys[0]]
        return {name: int(found[name]) for name in said}
    counts = {
        "now": engine.now_us,
        "reservations": len(engine.reservations()),
        "lines": len(engine.order(keys[0])),
    }
    assert counts[what] == keys[-1], f"{what} {counts[what]}"
    return said


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
    accepted = word == "accept"
    operation = number(word) if word.isdigit() else Operation["PLACE" if accepted else word.upper()]
    command = {
        "id": len(before) + 1,
        "now_us": before[-1]["now_us"] if before else 0,
        "quantity": 1,
        "argument": TTL_US if operation == Operation.RESERVE else 0,
        "operation": operation,
        "flags": Flag.ACCEPTED if accepted else 0,
    }
    renamed = {"at": "now_us", "order": "order_id", "amount": "argument", "party": "party_id"}
    for column, value in row.items():
        name = renamed.get(column, column)
        if name in (COMMAND.names or ()) and name != "operation" and value != "_":
            command[name] = number(value)
    if operation in ORDER_LINES:
        command.setdefault("order_id", first_id or command["id"])
    return command


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
