"""Values that come from the evidence library: `{ref: evidence/<id>}` or `{ref: ..., value: x}`."""

from scenarios.errors import Problem, ScenarioError
from scenarios.evidence import PREFIX, Entry, entry
from scenarios.merge import REFERENCE_KEYS
from scenarios.shape import holds_distribution
from scenarios.text import suggest
from scenarios.tree import Leaf, Listed, Mapped, Node

Path = tuple[str | int, ...]


def resolve(tree: Mapped) -> Mapped:
    """*tree* with a value in the place of each reference."""
    problems: list[Problem] = []
    resolved = _resolve(tree, (), problems)
    if problems:
        raise ScenarioError(problems)
    assert isinstance(resolved, Mapped)
    return resolved


def _resolve(node: Node, path: Path, problems: list[Problem]) -> Node:
    if isinstance(node, Leaf):
        return node
    if isinstance(node, Listed):
        items = (_resolve(child, (*path, i), problems) for i, child in enumerate(node.items))
        return Listed(tuple(items), node.place)
    if "ref" in node.items:
        try:
            return _value(node, path)
        except ScenarioError as error:
            problems.extend(error.problems)
            return node
    children = {key: _resolve(child, (*path, key), problems) for key, child in node.items.items()}
    return Mapped(children, node.place)


def _value(node: Mapped, path: Path) -> Node:
    """The value that the reference *node* stands for."""
    at = ".".join(map(str, path))
    for key, child in node.items.items():
        if key not in REFERENCE_KEYS:
            message = f"{key!r} is not known beside ref{suggest(key, REFERENCE_KEYS)}"
            raise ScenarioError([Problem(child.place, f"{at}.{key}", message)])
    ref = node.items["ref"]
    name = ref.value if isinstance(ref, Leaf) else None
    if not isinstance(name, str) or not name.startswith(PREFIX):
        message = f"must be the name of an entry, as in '{PREFIX}wage'"
        raise ScenarioError([Problem(ref.place, f"{at}.ref", message)])
    name = name.removeprefix(PREFIX)
    try:
        found = entry(name)
    except ScenarioError as error:  # the same complaint, where the name was written
        problems = [Problem(ref.place, f"{at}.ref", p.message) for p in error.problems]
        raise ScenarioError(problems) from None
    if found.kind == "ever_share":
        message = f"{name} is a share of people who ever did it, not a rate; give your own value"
        raise ScenarioError([Problem(ref.place, f"{at}.ref", message)])
    given = node.items.get("value")
    if given is None:
        return Leaf(_fitting(found, path), ref.place, evidence=name)
    if isinstance(given, Listed) and all(isinstance(item, Leaf) for item in given.items):
        items = (
            Leaf(item.value, item.place, evidence=name)
            for item in given.items
            if isinstance(item, Leaf)
        )
        return Listed(tuple(items), given.place)
    if not isinstance(given, Leaf):
        raise ScenarioError(
            [Problem(given.place, f"{at}.value", "must be one value or a list of them")]
        )
    return Leaf(given.value, given.place, evidence=name, earlier=given.earlier)


def _fitting(found: Entry, path: Path) -> str | float:
    """The whole distribution where the field holds one, else its central value."""
    return found.value if holds_distribution(path) else found.central
