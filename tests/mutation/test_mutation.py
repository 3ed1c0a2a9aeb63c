"""The tests of core notice when a rule is broken; the tool that tells so can fail itself.

Each run is a process of its own, because core must not be imported before it is broken.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.sites import Finder, Mutant

PROJECT = Path(__file__).resolve().parents[2]
SEED = os.environ.get("STORETWIN_SEED", "1")

TOY = '''"""A toy."""

LARGEST = 7


def larger(one, other):
    """The larger of two."""
    if one > other:
        return one
    return other


def status(quantity):
    """1: too few; 2: too many; 0: fine."""
    if quantity <= 0:
        return 1
    if quantity > LARGEST:
        return 2
    return 0


def counted(of):
    """Count up in twos."""
    at = 0
    while at < of:
        at += 2
    return at


def alone():
    """Nobody asks."""
    return 4
'''
TOY_TEST = """
from hypothesis import given
from hypothesis import strategies as st

from core.kernels.toy import counted, larger, status


@given(st.integers(0, 9), st.integers(0, 9))
def test_larger(one, other):
    assert larger(one, other) == max(one, other)


def test_status():
    assert [status(each) for each in (0, 1, 7, 8)] == [1, 0, 0, 2]
    assert [counted(3), counted(4)] == [4, 4]
"""
SURVIVE = {
    ("larger", "if one >= other:"): "survived",  # where both are equal, either is the larger
    ("alone", "return 5"): "unreached",
    ("alone", "return 3"): "unreached",
}


def run(*words: str, project: Path = PROJECT, env: dict[str, str] | None = None) -> str:
    """Run the tool; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "--project", str(project), *words],
        cwd=project,
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)
    return done.stdout


def test_the_tool_can_fail(tmp_path: Path) -> None:
    """Of a toy's mutants those survive that nobody can notice, and those that nobody asks for."""
    (tmp_path / "core/kernels").mkdir(parents=True)
    (tmp_path / "tests/core").mkdir(parents=True)
    for folder in ("core", "core/kernels"):  # a package comes before one without such a file
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "core/kernels/toy.py").write_text(TOY)
    (tmp_path / "tests/core/test_toy.py").write_text(TOY_TEST)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\npythonpath = ["."]\naddopts = "--import-mode=importlib"\n'
    )
    out = tmp_path / "out.json"
    words = "--all", "core/kernels", "--json", str(out), "--jobs", "1"
    run(*words, project=tmp_path, env={"PYTHONPATH": str(PROJECT)})
    told = json.loads(out.read_text())["mutants"]
    verdicts = {
        (each["function"], each["shown"].split("\n+ ")[-1]): each["verdict"] for each in told
    }
    alive = {which: what for which, what in verdicts.items() if what not in ("killed", "timeout")}
    assert alive == SURVIVE
    assert verdicts["counted", "at -= 2"] == "timeout"
    assert verdicts["", "LARGEST = 8"] == "killed"  # outside of functions: imported anew
    assert verdicts["status", "if False:"] == "killed"


@pytest.mark.slow
@pytest.mark.parametrize(("target", "share"), [("core/kernels", 70), ("core/policies", 70)])
def test_the_tests_notice_what_is_broken(target: str, share: int) -> None:
    """A sample says whether the tests still have their power; `make mutants` measures it."""
    words = target, "--sample", "16", "--seed", SEED, "--budget", "1.5", "--share", str(share)
    run(*words)


LINE = b"if not one and at - 1 < LAST and Kind.A == kind: put(min(at, 2), True)\n"


def test_what_is_broken() -> None:
    """A line is broken in every way that its operators allow, each by one small edit."""
    finder = Finder("line.py", b"def f():\n    " + LINE, {"Kind": ["A", "B"]}, kernel=True)
    mutants = finder.mutants()
    assert {shown(mutant, finder.source) for mutant in mutants} == {
        "if False: put(min(at, 2), True)",
        "if ((not one) or (at - 1 < LAST) or (Kind.A == kind)): put(min(at, 2), True)",
        "if (one) and at - 1 < LAST and Kind.A == kind: put(min(at, 2), True)",
        "if not one and at + 1 < LAST and Kind.A == kind: put(min(at, 2), True)",
        "if not one and at - 0 < LAST and Kind.A == kind: put(min(at, 2), True)",
        "if not one and at - 2 < LAST and Kind.A == kind: put(min(at, 2), True)",
        "if not one and at - 1 <= LAST and Kind.A == kind: put(min(at, 2), True)",
        "if not one and at - 1 < (LAST + type(LAST)(1)) and Kind.A == kind: put(min(at, 2), True)",
        "if not one and at - 1 < LAST and Kind.B == kind: put(min(at, 2), True)",
        "if not one and at - 1 < LAST and Kind.A != kind: put(min(at, 2), True)",
        "if not one and at - 1 < LAST and Kind.A == kind: pass",
        "if not one and at - 1 < LAST and Kind.A == kind: put(max(at, 2), True)",
        "if not one and at - 1 < LAST and Kind.A == kind: put(min(at, 1), True)",
        "if not one and at - 1 < LAST and Kind.A == kind: put(min(at, 3), True)",
        "if not one and at - 1 < LAST and Kind.A == kind: put(min(at, 2), False)",
    }


def shown(mutant: Mutant, source: bytes) -> str:
    """The line after the edit."""
    before, after = mutant.shown(source).split("\n")
    assert before.removeprefix("- ") == LINE.decode().strip()
    return after.removeprefix("+ ")


def test_what_is_not_broken() -> None:
    """Texts, annotations, enums, asserts and first bindings are left alone."""
    source = (
        b'"""Text 1."""\nclass E(IntEnum):\n    A = 1\n@deco(1)\ndef f(a: int | None) -> 1:\n'
        b'    """Text 1."""\n    assert a + 1\n    b = a\n    raise Bad(f"{a + 1}")\n'
    )
    assert not Finder("file.py", source, {}, kernel=True).mutants()
