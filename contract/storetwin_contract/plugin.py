"""pytest: a test a property, for the inventory that a conftest.py supplies as a fixture.

`pytest --contract` (or `contract = true` in the configuration) looks in every conftest.py that it
collects for a fixture `inventory` and generates the tests next to it. Without that the plugin does
nothing: a fixture of this name may mean something else.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from secrets import randbelow
from time import monotonic  # noqa: TID251 - a budget of seconds needs a clock
from typing import Any

import pytest

from storetwin_contract.checking import check_one
from storetwin_contract.properties.catalogue import PROPERTIES, named
from storetwin_contract.protocol import Inventory
from storetwin_contract.report import Result

KEY: pytest.StashKey["Contract"] = pytest.StashKey()
OPTIONS = (
    ("seed", "that repeats the examples; random unless given, and printed"),
    ("budget", "seconds for all properties together (default 60)"),
    ("examples", "of each property (default 100)"),
    ("expect-failure", "properties that are known to fail: P3.keys,P5 or a file of one a line"),
)


class Contract:
    """What the tests of one session share.

    Attributes:
        asked: whether tests are to be generated.
        seed: of all examples.
        expected: properties that are known to fail.
        tests_left: contract tests that have not run.
        left_s: what is left of the budget.
    """

    def __init__(self, config: pytest.Config) -> None:
        """Read options and configuration.

        Raises:
            pytest.UsageError: a value is not what it should be.
        """
        options = {name: _option(config, name) for name, _ in OPTIONS}
        on_command_line = any(
            config.getoption(_destination(name)) is not None for name, _ in OPTIONS
        )
        self.demanded = bool(config.getoption("contract")) or on_command_line
        self.asked = self.demanded or bool(config.getini("contract"))
        worker: dict[str, Any] = getattr(config, "workerinput", {})
        given = worker.get("contract_seed", options["seed"])
        try:
            self.seed = int(given) if given else randbelow(2**32)
            self.left_s = float(options["budget"] or 60)
            self.examples = int(options["examples"] or 100)
            self.expected = expected(options["expect-failure"] or "", config.rootpath)
        except ValueError as error:
            raise pytest.UsageError(f"contract: {error}") from error
        self.tests_left = 0

    def check(self, property_id: str, inventory: Any) -> Result:  # noqa: ANN401 - of the user's fixture
        """Put one property to the inventory, within its share of what is left of the budget."""
        make: Callable[[], Inventory] = lambda: inventory  # noqa: E731 - a factory for one
        if not hasattr(inventory, "capabilities") or isinstance(inventory, type):
            make = inventory
        began = monotonic()
        result = check_one(
            make,
            named([property_id])[0],
            seed=self.seed,
            budget_s=self.left_s / max(1, self.tests_left),
            examples=self.examples,
        )
        self.left_s = max(0.0, self.left_s - (monotonic() - began))
        self.tests_left -= 1
        again = f"pytest --contract --contract-seed {self.seed} -k {property_id}"
        return replace(result, repeat=f"{again} --contract-examples {self.examples}")


def expected(text: str, root: Path) -> set[str]:
    """Ids of the properties that are known to fail.

    Args:
        text: ids or families with commas or spaces between, or the name of a file of them.
        root: where a relative name of a file begins.

    Raises:
        ValueError: a name is no property.
    """
    if not text:
        return set()
    if (root / text).is_file():
        lines = (root / text).read_text(encoding="utf-8").splitlines()
        text = " ".join(line.split("#")[0] for line in lines)
    return {property_.id for property_ in named(text.replace(",", " ").split())}


def _destination(name: str) -> str:
    return f"contract_{name.replace('-', '_')}"


def _option(config: pytest.Config, name: str) -> str:
    given = config.getoption(_destination(name))
    return str(config.getini(_destination(name)) if given is None else given)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say what can be chosen, on the command line or in the configuration."""
    group = parser.getgroup("contract", "properties of an inventory")
    group.addoption("--contract", action="store_true", help="put the fixture `inventory` to them")
    parser.addini("contract", "put the fixture `inventory` to the contract", "bool", default=False)
    for name, text in OPTIONS:
        group.addoption(f"--contract-{name}", default=None, help=text)
        parser.addini(_destination(name), text, default="")


def pytest_configure(config: pytest.Config) -> None:
    """Read what was chosen."""
    config.stash[KEY] = Contract(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - of pytest-xdist, if that is there
    """Give the workers of pytest-xdist the seed that the header shows."""
    node.workerinput["contract_seed"] = node.config.stash[KEY].seed


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Print the seed."""
    contract = config.stash[KEY]
    if not contract.asked:
        return []
    return [f"contract: --contract-seed {contract.seed}, {contract.left_s:g} s for all properties"]


@pytest.fixture
def contract(request: pytest.FixtureRequest) -> Contract:
    """What the tests of one session share."""
    return request.config.stash[KEY]


class Generated(pytest.Module):
    """A conftest.py that supplies an inventory, with the tests of the contract in it."""

    def _getobj(self) -> object:
        # The tests are those of the suite; the fixtures are those that the conftest.py sees.
        from storetwin_contract import suite  # noqa: PLC0415 - the suite needs this module

        return suite


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Generate the tests where a conftest.py supplies the fixture."""
    if not parent.config.stash[KEY].asked or file_path.name != "conftest.py":
        return None
    for plugin in parent.config.pluginmanager.get_plugins():
        where = getattr(plugin, "__file__", None)
        if where and Path(where) == file_path and hasattr(plugin, "inventory"):
            return Generated.from_parent(parent, path=file_path)
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test a property; those that are known to fail must fail, and for no other reason."""
    if getattr(metafunc.function, "__module__", "") != "storetwin_contract.suite":
        return
    from storetwin_contract.suite import PropertyBroken  # noqa: PLC0415 - it needs this module

    known = metafunc.config.stash[KEY].expected
    mark = pytest.mark.xfail(strict=True, raises=PropertyBroken, reason="expected to fail")
    cases = [
        pytest.param(one.id, id=one.id, marks=[mark] if one.id in known else [])
        for one in PROPERTIES
    ]
    metafunc.parametrize("property_id", cases)


def _ours(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    return [item for item in items if isinstance(item.parent, Generated)]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Share the budget among the tests that were chosen.

    Raises:
        pytest.UsageError: the contract was asked for, and nothing supplies an inventory.
    """
    contract = session.config.stash[KEY]
    contract.tests_left = len(_ours(session.items))
    if contract.demanded and not session.items:
        raise pytest.UsageError(
            "--contract: no conftest.py that was collected supplies a fixture `inventory`"
        )
