"""The class that contract/README.md shows, as a stranger has it: pasted into a file and run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

# What is broken on purpose, and the properties that must see it; nothing broken comes first.
SABOTAGE: tuple[tuple[str, str, set[str]], ...] = (
    ("", "", set()),
    # a unit too many is promised
    ("> self.available(place):", "> self.available(place) + 1:", {"P1.alone", "P10.shown"}),
    # what is cancelled stays promised
    ("units - line.quantity)", "units)", {"P1.alone"}),
    # a cart is not seen by the next one
    (" + self.promised(Verb.RESERVE, place)\n", "\n", {"P1.alone", "P10.shown"}),
    # a key that comes again is served again
    ("if request.key not in self.replies:", "if True:", {"P3.keys"}),
)


def blocks(project: Path) -> list[str]:
    """The Python blocks of the page, in their order."""
    text = (project / "contract" / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in *folder*, where nothing of this checkout can be imported by accident."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(("right", "wrong", "broken"), SABOTAGE)
def test_the_example_is_put_to_the_contract(
    right: str, wrong: str, broken: set[str], project: Path, tmp_path: Path
) -> None:
    """As it stands it passes what it says it can do; broken in one place, it fails."""
    code = blocks(project)[0]
    assert code.count(right) == 1 or not right
    (tmp_path / "conftest.py").write_text(code.replace(right, wrong, 1), encoding="utf-8")
    asked = (
        "--contract",
        "--contract-examples",
        "30",
        "--contract-seed",
        "7",
        "-p",
        "no:cacheprovider",
        "-rf",
    )
    ran = run(tmp_path, "-m", "pytest", *asked)
    assert ran.returncode == bool(broken), ran.stdout
    failed = re.findall(r"^FAILED conftest\.py::test_property\[(\S+)\]", ran.stdout, re.MULTILINE)
    assert broken == set(failed), ran.stdout
    if not broken:
        assert "3 passed, 15 skipped" in ran.stdout


def test_the_same_from_python(project: Path, tmp_path: Path) -> None:
    """The short form of the page runs with the class of the long one."""
    example, short = blocks(project)
    (tmp_path / "conftest.py").write_text(example, encoding="utf-8")
    (tmp_path / "short.py").write_text(f"from conftest import MyInventory\n{short}", "utf-8")
    ran = run(tmp_path, "short.py")
    assert ran.returncode == 0, ran.stderr
    assert "P1.alone" in ran.stdout
