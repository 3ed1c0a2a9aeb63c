"""A YAML or JSON text as a tree whose every value knows its place.

Only plain YAML 1.2 is read: maps with words for keys, lists, text, numbers, true and false, null.
A text that would grow when its aliases are written out is bounded, like its size and its depth.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode
from ruamel.yaml.nodes import Node as YamlNode

from scenarios.errors import Place, Problem, ScenarioError

SIZE_MAX = 256 * 1024
DEPTH_MAX = 24
NODES_MAX = 50_000
TAG = "tag:yaml.org,2002:"

Scalar = str | int | float | bool | None
Plain = Scalar | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value. `evidence` names the entry it comes from, `earlier` the leaves it replaced."""

    value: Scalar
    place: Place
    evidence: str = ""
    earlier: tuple["Leaf", ...] = ()


@dataclass(frozen=True, slots=True)
class Mapped:
    """A map; never changed after it was made."""

    items: dict[str, "Node"]
    place: Place


@dataclass(frozen=True, slots=True)
class Listed:
    """A list; never changed after it was made."""

    items: tuple["Node", ...]
    place: Place


Node = Leaf | Mapped | Listed


def read_tree(path: Path, shown: str) -> Mapped:
    """The tree of the file at *path*; places name it *shown*."""
    try:
        with path.open("rb") as file:
            raw = file.read(SIZE_MAX + 1)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise ScenarioError([Problem(Place(shown), "", reason)]) from None
    if len(raw) > SIZE_MAX:
        message = f"is larger than {SIZE_MAX // 1024} KiB; is this a scenario?"
        raise ScenarioError([Problem(Place(shown), "", message)])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ScenarioError([Problem(Place(shown, line), "", "is not UTF-8 text")]) from None
    return parse_tree(text, shown)


def parse_tree(text: str, shown: str) -> Mapped:
    """The tree of a whole document, which must be a map."""
    node = parse_node(text, shown)
    if isinstance(node, Mapped):
        return node
    message = "is empty" if node is None else "must be a map of keys and values"
    raise ScenarioError([Problem(Place(shown, 1), "", message)])


def parse_node(text: str, shown: str, *, lines: bool = True) -> Node | None:
    """The tree of *text*; None if there is nothing in it. Without *lines* places have no line."""
    try:
        composed = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark and lines else 0
        reason = (error.problem or error.context or "cannot be read").replace("\n", " ")
        problem = Problem(Place(shown, line), "", f"is not valid YAML: {reason}")
        raise ScenarioError([problem]) from None
    except (YAMLError, ValueError) as error:  # characters that YAML forbids, numbers out of range
        reason = str(error).strip().splitlines()[0]
        problem = Problem(Place(shown, 1), "", f"is not valid YAML: {reason}")
        raise ScenarioError([problem]) from None
    except RecursionError:
        raise ScenarioError([Problem(Place(shown, 1), "", "is nested too deeply")]) from None
    if composed is None:
        return None
    reader = _Reader(shown, lines=lines)
    node = reader.convert(composed, "", 0)
    if reader.problems:
        raise ScenarioError(reader.problems)
    return node


class _Reader:
    """Turns the nodes of the parser into ours, collecting every problem."""

    def __init__(self, shown: str, *, lines: bool) -> None:
        self.shown = shown
        self.lines = lines
        self.problems: list[Problem] = []
        self.count = 0

    def convert(self, node: YamlNode, path: str, depth: int) -> Node:
        """Our node for *node*, which stands at *path*."""
        place = Place(self.shown, node.start_mark.line + 1 if self.lines else 0)
        self.count += 1
        if depth > DEPTH_MAX:
            problem = Problem(place, "", f"is nested more than {DEPTH_MAX} deep")
            raise ScenarioError([problem])
        if self.count > NODES_MAX:
            problem = Problem(place, "", f"holds more than {NODES_MAX} values; too many aliases?")
            raise ScenarioError([problem])
        if isinstance(node, ScalarNode):
            return Leaf(self._scalar(node, path, place), place)
        if isinstance(node, MappingNode):
            return self._map(node, path, place, depth)
        items = (self.convert(n, join(path, i), depth + 1) for i, n in enumerate(node.value))
        return Listed(tuple(items), place)

    def _map(self, node: MappingNode, path: str, place: Place, depth: int) -> Mapped:
        items: dict[str, Node] = {}
        first_line: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            at = Place(self.shown, line if self.lines else 0)
            key = key_node.value
            if not isinstance(key_node, ScalarNode) or not str(key_node.tag).endswith(":str"):
                self.problems.append(Problem(at, path, f"a key must be a word, not {key!r:.40}"))
            elif key in items:
                message = f"is given twice, first on line {first_line[key]}"
                self.problems.append(Problem(at, join(path, key), message))
            else:
                child = self.convert(value_node, join(path, key), depth + 1)
                # A block map starts on the line below its key: the key is the better place.
                items[key] = child if isinstance(child, Leaf) else _placed(child, at)
                first_line[key] = line
        return Mapped(items, place)

    def _scalar(self, node: ScalarNode, path: str, place: Place) -> Scalar:
        text: str = node.value
        kind = str(node.tag).removeprefix(TAG)
        if kind in ("str", "timestamp"):  # fields of dates read the text themselves
            return text
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        try:
            if kind == "int":
                plain = text.replace("_", "")
                return int(plain, 0 if plain.lstrip("+-")[:2] in ("0o", "0x") else 10)
            if kind == "float":
                number = float(text.replace("_", ""))
                if math.isfinite(number):
                    return number
        except ValueError:
            pass
        reason = "must be a finite number" if kind in ("int", "float") else f"has a tag, {node.tag}"
        self.problems.append(Problem(place, path, f"{reason}, is {text!r:.40}"))
        return None


def _placed(node: Mapped | Listed, place: Place) -> Node:
    return type(node)(node.items, place)  # type: ignore[arg-type]


def join(path: str, key: str | int) -> str:
    """`a.b` and `c` as `a.b.c`."""
    return f"{path}.{key}" if path else str(key)


def plain(node: Node) -> Plain:
    """The tree without places: dictionaries, lists, scalars."""
    if isinstance(node, Mapped):
        return {key: plain(child) for key, child in node.items.items()}
    if isinstance(node, Listed):
        return [plain(child) for child in node.items]
    return node.value


def leaves(node: Node, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every value with its path. A list of nothing but values counts as one value, its first."""
    if isinstance(node, Leaf):
        yield path, node
    elif isinstance(node, Mapped):
        for key, child in node.items.items():
            yield from leaves(child, join(path, key))
    elif node.items and all(isinstance(child, Leaf) for child in node.items):
        first = node.items[0]
        assert isinstance(first, Leaf)
        yield path, first
    else:
        for i, child in enumerate(node.items):
            yield from leaves(child, join(path, i))


def find(node: Node, path: tuple[str | int, ...]) -> tuple[Node, int]:
    """The deepest node along *path*, and how many steps lead to it."""
    for step, key in enumerate(path):
        child: Node | None = None
        if isinstance(node, Mapped):
            child = node.items.get(str(key))
        elif isinstance(node, Listed) and str(key).isdigit() and int(key) < len(node.items):
            child = node.items[int(key)]
        if child is None:
            return node, step
        node = child
    return node, len(path)
