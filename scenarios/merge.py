"""One tree over another, and single values over a tree.

Maps merge key by key, lists replace, `key+` appends to a list, null deletes.
"""

from collections.abc import Sequence
from dataclasses import replace

from scenarios.errors import Place, Problem, ScenarioError
from scenarios.tree import Leaf, Listed, Mapped, Node, parse_node

REFERENCE_KEYS = {"ref", "value"}


def merge(under: Node | None, over: Node) -> Node:
    """*over* laid on *under*; neither is changed."""
    if isinstance(over, Leaf):
        return _over_leaf(under, over)
    if isinstance(over, Listed):
        return over
    base = dict(under.items) if isinstance(under, Mapped) else {}
    if "ref" in over.items:  # another reference replaces what stood there, its value too
        base = {}
    for key, child in over.items.items():
        if key.endswith("+") and isinstance(child, Listed):
            name = key[:-1]
            before = base.get(name)
            kept = before.items if isinstance(before, Listed) else ()
            base[name] = Listed((*kept, *child.items), child.place)
        elif isinstance(child, Leaf) and child.value is None:
            base.pop(key, None)
        else:
            base[key] = merge(base.get(key), child)
    return Mapped(base, over.place)


def _over_leaf(under: Node | None, over: Leaf) -> Leaf:
    before: Node | None = under
    if isinstance(under, Mapped) and set(under.items) <= REFERENCE_KEYS:
        before = under.items.get("value", under.items.get("ref"))
    if isinstance(before, Leaf):
        return replace(over, earlier=(*before.earlier, replace(before, earlier=())))
    return over


def override(tree: Mapped, settings: Sequence[str]) -> Mapped:
    """*tree* with each ``path=value`` of *settings* laid on it, in order.

    A number in a path is a position in a list. Keys that are missing are made; whether they
    are known is found out with the rest of the scenario.
    """
    problems: list[Problem] = []
    for setting in settings:
        path, equals, text = setting.partition("=")
        place = Place(f"--set {path.strip()}")
        keys = path.strip().split(".")
        if not equals or not all(keys):
            message = f"{setting!r} is not path=value, as in 'money.wage=20 USD'"
            problems.append(Problem(Place("--set"), "", message))
            continue
        try:
            value = parse_node(text, place.file, lines=False)
            node = _put(tree, keys, value or Leaf(None, place), place)
        except ScenarioError as error:
            problems.extend(error.problems)
            continue
        assert isinstance(node, Mapped)
        tree = node
    if problems:
        raise ScenarioError(problems)
    return tree


def _put(node: Node | None, keys: Sequence[str], value: Node, place: Place) -> Node:
    """*node* with *value* at the end of *keys*."""
    if not keys:
        return merge(node, value)
    key, rest = keys[0], keys[1:]
    if isinstance(node, Listed):
        if not key.isdigit() or int(key) >= len(node.items):
            message = f"has {len(node.items)} items, 0 to {len(node.items) - 1}, not {key!r}"
            raise ScenarioError([Problem(place, "", message)])
        items = list(node.items)
        items[int(key)] = _put(items[int(key)], rest, value, place)
        return Listed(tuple(items), node.place)
    under = dict(node.items) if isinstance(node, Mapped) else {}
    if not rest and isinstance(value, Leaf) and value.value is None:
        under.pop(key, None)
    else:
        under[key] = _put(under.get(key), rest, value, place)
    return Mapped(under, node.place if isinstance(node, Mapped) else place)
