"""House rules that no linter knows."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.schema import Status

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("core", "scenarios", "sim", "adapters", "reports", "benchmarks", "storetwin")
FILES = sorted(path for folder in (*PACKAGES, "tests") for path in (ROOT / folder).rglob("*.py"))
TEXTS = sorted(
    path
    for pattern in ("*.md", "*.toml", "Makefile", ".ci/*", "docs/**/*.md")
    for path in ROOT.glob(pattern)
    if path.is_file()
)
SCENARIOS = sorted((ROOT / "scenarios" / "library").glob("*.yaml"))

LINES_OF_A_FUNCTION = 70
LINES_OF_A_FILE = 400

# Words that say nothing, and abbreviations of words that say something.
EMPTY_WORDS = {
    "manager",
    "helper",
    "helpers",
    "util",
    "utils",
    "handler",
    "misc",
    "qty",
    "idx",
    "info",
}
UNFINISHED = re.compile("TO" + "DO|FIX" + "ME|X" + "XX")
OF_ONE_MACHINE = re.compile(r"(?<![\w.*])/(?:work|farm|root|home/\w+|Users/\w+|tmp/\w+)/")


def identifier(path: Path) -> str:
    """Name a file as a reader would."""
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def annotation(argument: ast.arg) -> str:
    """Return the type written at a parameter."""
    return ast.unparse(argument.annotation) if argument.annotation else ""


def given_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything that the file names itself.

    Not the parameters of a dunder method or of a type like ValidationInfo: a library named those.
    """
    foreign = {
        id(argument)
        for node in functions(tree)
        for argument in (*node.args.args, *node.args.kwonlyargs)
        if node.name.startswith("__") or "Info" in annotation(argument)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg) and id(node) not in foreign:
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.alias) and node.asname:
            yield node.lineno, node.asname


def words(name: str) -> list[str]:
    """Split snake_case and CamelCase into words."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


def public_names(tree: ast.Module) -> set[str]:
    """Return the names of public functions and classes that a file defines at its top."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    named = {node.name for node in tree.body if isinstance(node, kinds)}
    return {name for name in named if not name.startswith("_")}


def exported(tree: ast.Module) -> list[str] | None:
    """Return `__all__`, or None where a file has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = [target.id for target in targets if isinstance(target, ast.Name)]
            if "__all__" in named and node.value is not None:
                names: list[str] = list(ast.literal_eval(node.value))
                return names
    return None


def known_names(tree: ast.Module) -> set[str]:
    """Return every name that a file defines, assigns or imports."""
    found = {name for _, name in given_names(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=identifier)
def test_file(path: Path) -> None:
    """A file fits a sitting, a function fits a screen, a name says something."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    faults = [
        f"{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in functions(tree)
        if node.end_lineno is not None and node.end_lineno - node.lineno >= LINES_OF_A_FUNCTION
    ]
    faults += [
        f"{line}: the name {name} says nothing"
        for line, name in [*given_names(tree), (1, path.stem)]
        if EMPTY_WORDS.intersection(words(name))
    ]
    if len(text.splitlines()) > LINES_OF_A_FILE:
        faults.append(f"more than {LINES_OF_A_FILE} lines")
    assert not faults, f"{identifier(path)}: {'; '.join(faults)}"


@pytest.mark.parametrize("path", [*FILES, *TEXTS, *SCENARIOS], ids=identifier)
def test_nothing_left_behind(path: Path) -> None:
    """No unfinished mark and no folder of one machine stays in what is published."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        assert not UNFINISHED.search(line), f"{identifier(path)}:{number}: {line.strip()}"
        assert not OF_ONE_MACHINE.search(line), f"{identifier(path)}:{number}: {line.strip()}"


@pytest.mark.parametrize("path", FILES, ids=identifier)
def test_public_names_are_listed(path: Path) -> None:
    """Where a file lists its public names, the list is complete and names only what exists."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    listed = exported(tree)
    if listed is None:
        return
    assert public_names(tree) <= set(listed)
    assert set(listed) <= known_names(tree)


@pytest.mark.parametrize("path", FILES, ids=identifier)
def test_a_file_says_what_it_is_for(path: Path) -> None:
    """Every file opens with a sentence."""
    opening = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert opening.splitlines()[:1], f"{identifier(path)} has no docstring"
    assert opening.split("\n\n")[0].rstrip().endswith((".", ":", "?")), identifier(path)


def test_every_refusal_is_shown() -> None:
    """Each Status stands in a table of tests/core, so that a rule cannot lose its test."""
    trees = [
        ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.glob("tests/core/test_*.py")
    ]
    strings = [
        node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)
    ]
    shown = {word for text in strings if isinstance(text, str) for word in text.split()}
    assert [status.name for status in Status if status.name.lower() not in shown] == []


@pytest.mark.parametrize("path", SCENARIOS, ids=identifier)
def test_scenario_of_the_library_loads(path: Path) -> None:
    """A scenario that ships can be run as it stands, catalogue and evidence included."""
    from scenarios.catalogue import read
    from scenarios.loader import load

    assert len(read(load(path)).codes) > 0


def test_requirements_are_shown() -> None:
    """The table has a row for each of R001 to R123, and what it points at exists."""
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (R\d{3}) \| .+ \| (works|partly|not yet) \| (.*) \|$", text, re.MULTILINE
    )
    assert [number for number, _, _ in rows] == [f"R{number:03}" for number in range(1, 124)]
    for number, state, shown in rows:
        assert (state == "not yet") == (shown.strip() == ""), f"{number} is {state}: what shows it?"
        for path in re.findall(r"`((?:tests|docs|scenarios|benchmarks)/[^` ]*)`", shown):
            assert (ROOT / path).exists(), f"{number} points at {path}"
    for state in ("works", "partly", "not yet"):
        count = sum(row_state == state for _, row_state, _ in rows)
        assert re.search(rf"\b{count} {state.replace('works', 'work')}\b", text), f"{count} {state}"


def test_everything_is_installed() -> None:
    """What lies in a package besides code is named in pyproject.toml, so that an install has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    suffixes = {pattern.removeprefix("**/*") for pattern in patterns}
    lying = [path for name in PACKAGES for path in (ROOT / name).rglob("*.*") if path.is_file()]
    left_out = [path for path in lying if path.suffix not in suffixes | {".py", ".pyc"}]
    assert [identifier(path) for path in left_out] == []
