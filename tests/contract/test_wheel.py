"""The contract as a foreign project has it: a wheel, a conftest.py and pytest."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

Pytest = Callable[..., subprocess.CompletedProcess[str]]

STOCK = '''
"""An inventory of another project: one location, orders and cancellations."""

from storetwin_contract import Capability, Level, Reply, Verb

ONE_TOO_MANY = 0


class Stock:
    capabilities = frozenset({Capability.CANCEL, Capability.COUNTERS, Capability.ERASURE})
    settle_s = 0.0
    name = "stock"

    def __init__(self):
        self.on_hand, self.orders, self.buyers = {}, {}, {}

    def locations(self):
        return ["here"]

    def fresh_sku(self, stock, parts=None):
        sku = f"s{len(self.on_hand)}"
        self.on_hand[sku] = stock["here"]
        return sku

    def committed(self, sku):
        return sum(units for what, units in self.orders.values() if what == sku)

    def do(self, request):
        line = request.lines[0]
        if request.verb is Verb.PLACE:
            if line.quantity > self.shown(line.sku, "web") + ONE_TOO_MANY:
                return Reply(False, reason="sold out")
            self.orders[request.key] = (line.sku, line.quantity)
            self.buyers[request.key] = request.party
        elif request.verb is Verb.CANCEL:
            sku, units = self.orders[request.of]
            self.orders[request.of] = (sku, units - line.quantity)
        else:
            change = -line.quantity if request.verb is Verb.SELL else line.quantity
            held = 0 if request.verb is Verb.COUNT else self.on_hand[line.sku]
            self.on_hand[line.sku] = held + change
        return Reply(True, request.key)

    def shown(self, sku, channel, location=None):
        return self.on_hand[sku] - self.committed(sku)

    def level(self, sku, location):
        return Level(self.on_hand[sku], self.shown(sku, "web"), self.committed(sku))

    def erase(self, party):
        self.buyers = {key: buyer for key, buyer in self.buyers.items() if buyer != party}

    def knows(self, party):
        return party in self.buyers.values()
'''

CONFTEST = """
import os

import pytest
from core import stock


@pytest.fixture
def inventory():
    stock.ONE_TOO_MANY = int(os.environ.get("ONE_TOO_MANY", "0"))
    return stock.Stock()
"""

OWN_TEST = """
from pathlib import Path

import core
import storetwin_contract


def test_core_is_ours():
    assert Path(core.__file__).parents[1] == Path(__file__).parents[1]
    assert "site" in Path(storetwin_contract.__file__).parts
"""


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the source."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(
        project / "contract",
        folder / "source",
        ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"),
    )
    pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(folder / "source"))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def foreign(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Pytest:
    """A project with a `core` and `tests` of its own; gives its pytest."""
    root = tmp_path_factory.mktemp("foreign")
    pip("install", "--no-deps", "--no-index", "--target", str(root / "site"), str(wheel))
    for name, text in {
        "pytest.ini": "[pytest]\n",
        "core/__init__.py": "",
        "core/stock.py": STOCK,
        "tests/__init__.py": "",
        "tests/conftest.py": CONFTEST,
        "tests/test_own.py": OWN_TEST,
        "known.txt": "P1.alone  # ticket 12\nP10.shown\n",
    }.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")

    def run(*arguments: str, one_too_many: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(root / "site"),
            "ONE_TOO_MANY": str(one_too_many),
        }
        command = [sys.executable, "-m", "pytest", "-rsxX", "-p", "no:cacheprovider", *arguments]
        return subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, check=False
        )

    return run


def pip(*arguments: str) -> None:
    """Run pip quietly."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def test_the_wheel_has_one_name(wheel: Path) -> None:
    """Installed anywhere, it takes one name of that place, and asks for two libraries."""
    with ZipFile(wheel) as archive:
        names = {name.split("/")[0] for name in archive.namelist()}
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        text = archive.read(metadata).decode()
        assert "storetwin_contract/py.typed" in archive.namelist()
    assert [name for name in names if not name.endswith(".dist-info")] == ["storetwin_contract"]
    needs = [line.split()[1] for line in text.splitlines() if line.startswith("Requires-Dist:")]
    assert sorted(need.split("<")[0].split(">")[0] for need in needs) == ["httpx", "hypothesis"]


def test_a_foreign_project_puts_its_inventory_to_the_contract(foreign: Pytest) -> None:
    """Its own packages are imported, a test runs for each property, and the seed is printed."""
    ran = foreign("--contract", "--contract-seed", "7", "--contract-examples", "15", "-v")
    assert ran.returncode == 0, ran.stdout
    assert "contract: --contract-seed 7, 60 s for all properties" in ran.stdout
    assert "4 passed, 15 skipped" in ran.stdout
    assert "conftest.py::test_property[P11] PASSED" in ran.stdout
    assert "P2 is not applicable: needs ledger" in ran.stdout


def test_without_being_asked_nothing_is_generated(foreign: Pytest) -> None:
    """A project that has a fixture of this name for something else is left alone."""
    ran = foreign()
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout
    assert "contract:" not in ran.stdout


def test_a_broken_inventory_fails_with_its_history(foreign: Pytest) -> None:
    """The build is red, and the log shows what was done, what is wrong and how to repeat it."""
    ran = foreign("--contract-seed", "7", "--contract-examples", "15", one_too_many=1)
    assert ran.returncode == 1, ran.stdout
    assert "2 failed" in ran.stdout
    assert re.search(r"3\. buyer 1 orders \d A at here -> order 1", ran.stdout)
    assert re.search(r"P1\.alone is violated: \d A at here promised where \d were", ran.stdout)
    repeat = "pytest --contract --contract-seed 7 -k P1.alone --contract-examples 15"
    assert f"again: {repeat}" in ran.stdout


def test_known_failures_are_strict(foreign: Pytest) -> None:
    """What is known to fail may fail, from a list or a file; mended, it must leave the list."""
    known = foreign("--contract-expect-failure", "P1.alone,P10", one_too_many=1)
    assert known.returncode == 0, known.stdout
    assert "2 xfailed" in known.stdout
    mended = foreign("--contract-expect-failure", "known.txt", "--contract-examples", "15")
    assert mended.returncode == 1, mended.stdout
    assert mended.stdout.count("[XPASS(strict)]") >= 2
    wrong = foreign("--contract-expect-failure", "P99")
    assert wrong.returncode == 4
    assert "no property is called P99" in wrong.stderr


def test_no_time_is_no_pass(foreign: Pytest) -> None:
    """A budget that ends before anything was shown fails the build."""
    ran = foreign("--contract-budget", "0", "-k", "P1.alone")
    assert ran.returncode == 1, ran.stdout
    assert "incomplete" in ran.stdout


def test_an_inventory_that_nobody_supplies_is_an_error(foreign: Pytest) -> None:
    """Asked for the contract where no fixture is, pytest does not say that all is well."""
    ran = foreign("--contract", "core")
    assert ran.returncode == 4, ran.stdout
    assert "no conftest.py that was collected supplies a fixture `inventory`" in ran.stderr
