"""Compiled kernels are kept, and never outlive the code they were compiled from."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core import _jit
from core._jit import KEYS_KEPT, _forget_old, cache_folder, cache_key, jit

Rule = Callable[[int], int]
RULES = "from core.schema import LIMIT\nfrom core._jit import jit\n"


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A small product: kernels, constants that they use, and a file that no kernel reads."""
    for name, text in {
        "core/__init__.py": "",
        "core/_jit.py": "",
        "core/schema.py": "LIMIT = 3\n",
        "core/kernels.py": RULES,
        "sim/__init__.py": "",
        "sim/kernels/__init__.py": "",
        "sim/kernels/tills.py": "from core._jit import jit\nfrom sim import marks\n",
        "sim/marks.py": "MARK = 1\n",
        "scenarios/report_names.py": "TITLE = 'x'\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "compiled_anew"),
    [
        ("core/kernels.py", True),
        ("core/schema.py", True),  # imported by a kernel: numba's own cache misses this
        ("sim/marks.py", True),  # imported by name from its package
        ("scenarios/report_names.py", False),
    ],
)
def test_an_edit_asks_for_new_kernels(product: Path, path: str, *, compiled_anew: bool) -> None:
    """After an edit of a kernel, or of what it imports, old code is never served."""
    before = cache_key(product, bounds_checked=False)
    with (product / path).open("a", encoding="utf-8") as file:
        file.write("# edited\n")
    assert (cache_key(product, bounds_checked=False) != before) == compiled_anew


def test_a_checked_run_is_not_served_unchecked_code(product: Path) -> None:
    """Bounds checking has kernels of its own."""
    assert cache_key(product, bounds_checked=True) != cache_key(product, bounds_checked=False)


def test_the_key_is_quick() -> None:
    """Naming the folder of the real kernels takes a moment, not a start-up."""
    cache_folder()
    start = time.perf_counter()
    cache_folder()
    assert time.perf_counter() - start < 0.1


def test_old_kernels_are_forgotten(tmp_path: Path) -> None:
    """The keys used last stay; those that nobody used for long go; one in use stays."""
    keys = [tmp_path / f"key{age_hours:02}" for age_hours in range(2 * KEYS_KEPT)]
    for age_hours, key in enumerate(keys):
        key.mkdir()
        used_s = time.time() - 3600 * age_hours - 60
        os.utime(key, (used_s, used_s))
    _forget_old(keys[0])
    assert sorted(tmp_path.iterdir()) == keys[:KEYS_KEPT]


CHECK = """
import numpy as np
from core._jit import jit

def reach(levels, row):
    return levels[row]

kernel = jit(reach)
print(kernel is reach)
try:
    kernel(np.zeros(4, np.int64), 4)
    print("unchecked")
except IndexError:
    print("checked")
"""


@pytest.mark.parametrize(
    ("switches", "lines"),
    [
        ({"NUMBA_BOUNDSCHECK": "1"}, ["False", "checked"]),
        ({"NUMBA_DISABLE_JIT": "1"}, ["True", "checked"]),
    ],
)
def test_switches(
    tmp_path: Path, project: Path, switches: dict[str, str], lines: list[str]
) -> None:
    """Bounds checks stop a kernel at the end of its array; with the JIT off it is the function."""
    script = tmp_path / "check.py"
    script.write_text(CHECK, encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")},
        **switches,
        "NUMBA_CACHE_DIR": str(tmp_path / "kernels"),
        "PYTHONPATH": str(project),
    }
    ran = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == lines


def test_a_kernel_keeps_its_name() -> None:
    """Compiling changes how a function runs and nothing that a reader sees of it."""

    def doubled(units: int) -> int:
        return 2 * units

    assert jit(doubled)(21) == 42
    assert jit(doubled).__name__ == "doubled"


@pytest.mark.parametrize("decorator", [_jit.part, _jit.inlined])
def test_a_part_may_be_called_from_python(decorator: Callable[[Rule], Rule]) -> None:
    """A kernel meant for other kernels gives Python the same answer, before and after compiling."""

    @decorator
    def doubled(units: int) -> int:
        return 2 * units

    @jit
    def order(units: int) -> int:
        return doubled(units) + 1

    assert doubled(4) == 8
    assert order(4) == 9
    assert doubled(4) == 8
