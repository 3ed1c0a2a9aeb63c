"""The tables of this folder notice when two guards trade places."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from core.schema import Status
from tests.core.tables import every_table, parse

ROOT = Path(__file__).resolve().parents[2]


def test_swapped_guards_are_noticed() -> None:
    """Whichever two neighbouring guards of a rule are swapped, some table fails."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.mutants"],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    tried = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(tried) >= 25, done.stdout
    rules = {"reserve", "place", "sell", "fulfil", "cancel", "receive", "adjust", "count", "expect"}
    assert rules <= {each["rule"] for each in tried}
    missed = [each for each in tried if not each["noticed_by"]]
    assert not missed


def test_every_refusal_has_a_table() -> None:
    """No status is answered that no table has asked for."""
    rows = [row for _, text, _ in every_table() for row in parse(text).rows]
    assert {row["answer"] for row in rows} == {status.name.lower() for status in Status}


def test_guards_stand_in_the_order_of_status() -> None:
    """Within each rule the refusals are written in the order in which Status documents them."""
    topics = ("moves", "carts", "orders", "stock")
    texts = [(ROOT / f"core/kernels/{topic}.py").read_text(encoding="utf-8") for topic in topics]
    statements = [node for text in texts for node in ast.parse(text).body]
    for function in (node for node in statements if isinstance(node, ast.FunctionDef)):
        named = re.findall(r"return -?(?:np\.int64\()?Status\.([A-Z_]+)", ast.unparse(function))
        numbers = [int(Status[name]) for name in named if name != "OK"]
        assert numbers == sorted(numbers), function.name
