"""From files and flags to a `Loaded` scenario; every value knows who set it.

The order of authority, the last wins: presets, the files of `extends` from left to right, the
file itself, `--set` in the order given. Everything wrong is collected into one `ScenarioError`.
"""

import difflib
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

from scenarios import shape
from scenarios.errors import Place, Problem, ScenarioError
from scenarios.evidence import PREFIX, entry
from scenarios.json_schema import schema
from scenarios.merge import merge, override
from scenarios.models import Scenario
from scenarios.presets import expand
from scenarios.problems import told
from scenarios.references import resolve
from scenarios.text import CURRENCIES, suggest
from scenarios.tree import Leaf, Listed, Mapped, Node, Plain, find, leaves, plain, read_tree

__all__ = ["LIBRARY", "Loaded", "Provenance", "load", "schema", "why"]

LIBRARY = Path(__file__).parent / "library"
EXTENDS_MAX = 10
FLAG = "--set "
LIKE_ENOUGH = 0.75  # of a path asked for and one there is, to suggest it
# Words that change no result: left out of the digest.
COSMETIC = frozenset({"title", "notes", "describe", "advantages", "limits"})

Kind = Literal["measured", "assumed", "stated"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who set a value. `evidence`, `grade` and `note` are empty where no entry was used."""

    kind: Kind
    evidence: str
    grade: str
    note: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario that can be run, and where each of its values comes from.

    `resolved` is what was validated: plain values as they were written, nothing left to look up.
    `digest` changes when a result could; titles and notes do not count.
    """

    scenario: Scenario
    provenance: dict[str, Provenance]
    resolved: dict[str, Plain]
    digest: str
    path: Path
    tree: Mapped = field(repr=False)

    @property
    def text(self) -> str:
        """The resolved scenario as YAML, which loads to the same digest."""
        stream = io.StringIO()
        yaml = YAML(pure=True)
        yaml.width = 4_096  # a value stays on its line
        yaml.dump(_pinned(self.tree), stream)
        return stream.getvalue()


def load(path: str | Path, overrides: Sequence[str] = ()) -> Loaded:
    """The scenario of the YAML or JSON file at *path*, with `a.b=c` of *overrides* laid on it.

    Raises:
        ScenarioError: with every problem found, those of the file first, by line.
    """
    file = Path(path)
    try:
        tree, scenario, provenance = _load(file, overrides)
    except ScenarioError as error:
        problems = [_because(problem, file, overrides) for problem in error.problems]
        raise ScenarioError(_in_order(problems, str(file))) from None
    resolved = plain(tree)
    assert isinstance(resolved, dict)
    return Loaded(scenario, provenance, resolved, _digest(scenario, file), file, tree)


def _load(file: Path, overrides: Sequence[str]) -> tuple[Mapped, Scenario, dict[str, Provenance]]:
    tree = resolve(expand(override(_read(file, ()), overrides)))
    scenario = _validate(tree)
    return tree, scenario, _provenance(tree, scenario)


def _because(problem: Problem, file: Path, overrides: Sequence[str]) -> Problem:
    """*problem* as a flag's where a flag caused it: without that flag it would not be there."""
    if problem.place.file.startswith(FLAG.strip()):
        own = problem.place.file.removeprefix(FLAG) == problem.path
        return Problem(problem.place, "" if own else problem.path, problem.message)
    for i, setting in enumerate(overrides):
        try:
            _load(file, [*overrides[:i], *overrides[i + 1 :]])
        except ScenarioError as error:
            if problem in error.problems:
                continue
        cause = f"{FLAG}{setting.partition('=')[0].strip()}"
        return Problem(problem.place, problem.path, f"{problem.message} (because of {cause})")
    return problem


def _read(file: Path, below: tuple[Path, ...]) -> Mapped:
    """The tree of *file* laid on those of the files it extends."""
    tree = read_tree(file, str(file))
    named = tree.items.get("extends")
    own = Mapped({key: node for key, node in tree.items.items() if key != "extends"}, tree.place)
    under: Node | None = None
    for leaf in named.items if isinstance(named, Listed) else (named,) if named else ():
        if not isinstance(leaf, Leaf) or not isinstance(leaf.value, str):
            message = "must be the name of a file or a list of them"
            raise ScenarioError([Problem(leaf.place, "extends", message)])
        target = _find(file, leaf.value)
        if target is None:
            near = [p.name for p in file.parent.glob("*.yaml")]
            message = f"no file {leaf.value!r} beside {file.name}{suggest(leaf.value, near)}"
            raise ScenarioError([Problem(leaf.place, "extends", message)])
        chain = (*below, file.resolve())
        if target.resolve() in chain or len(chain) > EXTENDS_MAX:
            message = f"{leaf.value!r} extends itself, or more than {EXTENDS_MAX} files deep"
            raise ScenarioError([Problem(leaf.place, "extends", message)])
        under = merge(under, _read(target, chain))
    merged = merge(under, own)
    assert isinstance(merged, Mapped)
    return merged


def _find(file: Path, named: str) -> Path | None:
    """The file *named* beside *file*, or `library/<name>.yaml` of the ready scenarios."""
    beside = file.parent / named
    if beside.is_file():
        return beside
    shelf = LIBRARY / Path(named).name
    return shelf if named == f"library/{Path(named).name}" and shelf.is_file() else None


def _validate(tree: Mapped) -> Scenario:
    currency = tree.items.get("currency")
    code = currency.value if isinstance(currency, Leaf) else None
    context = {"currency": code if code in CURRENCIES else None}
    try:
        return Scenario.model_validate(plain(tree), context=context, by_alias=True, by_name=False)
    except ValidationError as error:
        raise ScenarioError(told(error.errors(), tree, (), shape.known_keys)) from None


def _in_order(problems: Sequence[Problem], first: str) -> list[Problem]:
    """By line, those of the file *first* before others; a place complains once for one reason."""
    kept: dict[tuple[Place, str], Problem] = {}
    for problem in problems:
        kept.setdefault((problem.place, problem.message), problem)
    return sorted(kept.values(), key=lambda p: (p.place.file != first, p.place))


def _provenance(tree: Mapped, scenario: Scenario) -> dict[str, Provenance]:
    """The provenance of every value in *tree*; ScenarioError if `fit.measured` names none."""
    paths = dict(leaves(tree))
    measured = scenario.fit.measured if scenario.fit else ()
    problems = []
    for i, prefix in enumerate(measured):
        if not any(_under(path, prefix) for path in paths):
            place = find(tree, ("fit", "measured", i))[0].place
            message = f"no value is called {prefix!r}{suggest(prefix, paths)}"
            problems.append(Problem(place, f"fit.measured.{i}", message))
    if problems:
        raise ScenarioError(problems)
    return {
        path: _source(leaf, is_measured=any(_under(path, prefix) for prefix in measured))
        for path, leaf in paths.items()
    }


def _under(path: str, prefix: str) -> bool:
    """Whether *path* starts with *prefix*; `*` stands for any one key."""
    keys, wanted = path.split("."), prefix.split(".")
    pairs = zip(keys, wanted, strict=False)
    return len(keys) >= len(wanted) and all(want in ("*", key) for key, want in pairs)


def _source(leaf: Leaf, *, is_measured: bool) -> Provenance:
    place = leaf.place
    if leaf.evidence:
        found = entry(leaf.evidence)
        note = f"{found.title}; {found.source}"
        return Provenance("assumed", leaf.evidence, found.grade, note, place.file, place.line)
    if place.file.startswith("presets/"):
        return Provenance("assumed", "", "E", "part of the preset", place.file, place.line)
    return Provenance("measured" if is_measured else "stated", "", "", "", place.file, place.line)


def _digest(scenario: Scenario, file: Path) -> str:
    """sha256 of all that a result depends on, the catalogue's bytes included."""
    content = _without_words(scenario.model_dump(mode="json", by_alias=True))
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode())
    if scenario.catalogue.file is not None:
        catalogue = file.parent / scenario.catalogue.file
        digest.update(catalogue.read_bytes() if catalogue.is_file() else b"missing")
    return digest.hexdigest()


def _without_words(content: Any) -> Any:  # noqa: ANN401  any JSON
    if isinstance(content, dict):
        return {k: _without_words(v) for k, v in content.items() if k not in COSMETIC}
    if isinstance(content, list):
        return [_without_words(v) for v in content]
    return content


def _pinned(node: Node) -> Any:  # noqa: ANN401  any YAML
    """Plain values, each reference with the value it had."""
    if isinstance(node, Mapped):
        return {key: _pinned(child) for key, child in node.items.items()}
    if isinstance(node, Listed):
        items = CommentedSeq(_pinned(child) for child in node.items)
        if all(isinstance(child, Leaf) for child in node.items):
            items.fa.set_flow_style()
        return items
    if node.evidence:
        return {"ref": f"{PREFIX}{node.evidence}", "value": node.value}
    return node.value


def why(loaded: Loaded, path: str) -> str:
    """Which file and line, flag or evidence set the value at *path*, and what it replaced.

    Raises:
        ScenarioError: if the scenario has no such value.
    """
    keys = tuple(path.split("."))
    node, steps = find(loaded.tree, keys)
    if steps < len(keys):
        return _why_missing(loaded, path, keys)
    if not isinstance(node, Leaf):
        parts = [f"{path} is set in {node.place}"]
        parts += [why(loaded, f"{path}.{below}") for below, _ in leaves(node) if below]
        return "\n".join(parts)
    lines = [f"{path} = {node.value}", f"  set by {node.place}"]
    if node.evidence:
        found = entry(node.evidence)
        lines.append(f"  from {PREFIX}{found.id}, grade {found.grade}: {found.title}")
        lines.append(f"  {found.value} {found.unit} per {found.per}; {found.source}")
    lines += [f"  instead of {old.value} from {old.place}" for old in reversed(node.earlier)]
    return "\n".join(lines)


def _why_missing(loaded: Loaded, path: str, keys: tuple[str, ...]) -> str:
    """The default of a field that nobody set."""
    known = shape.field_at(keys)
    if known is not None:
        default = known.get_default(call_default_factory=True, validated_data={})
        return f"{path} = {getattr(default, 'text', default)}\n  by default; nobody set it"
    near = difflib.get_close_matches(path, loaded.provenance, n=1, cutoff=LIKE_ENOUGH)
    hint = f". Did you mean {near[0]!r}?" if near else ""
    message = f"no value is called {path!r}{hint}"
    raise ScenarioError([Problem(Place(str(loaded.path)), "", message)])
