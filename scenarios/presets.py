"""The four setups, and the price links, that a scenario may start from.

A preset is a file of `presets/` with references into the evidence library, so that each of its
values has a place and a source like any other. A setup of a scenario names a `preset`, or another
setup of its own it is `like`, and lays its overrides on it.
"""

from functools import lru_cache
from pathlib import Path

from scenarios.errors import Place, Problem, ScenarioError
from scenarios.merge import merge
from scenarios.text import suggest
from scenarios.tree import Leaf, Listed, Mapped, Node, join, read_tree

FOLDER = Path(__file__).parent / "presets"
SETUPS = ("fragmented", "multichannel", "omnichannel", "unified")
PRICES = ("paper", "gateway")


@lru_cache(maxsize=len(SETUPS) + len(PRICES))
def preset(name: str) -> Mapped:
    """The tree of one preset: a setup's, or `price/paper` or `price/gateway`."""
    return read_tree(FOLDER / f"{name}.yaml", f"presets/{name}.yaml")


def expand(tree: Mapped) -> Mapped:
    """*tree* with complete link tables in `setups` and in `changes`."""
    items = dict(tree.items)
    setups = items.get("setups")
    entries = setups.items if isinstance(setups, Mapped) else {}
    tables = _Tables(entries)
    if isinstance(setups, Mapped):
        done = {name: tables.named(name, Place("")) for name in entries}
        items["setups"] = Mapped(done, setups.place)
    changes = items.get("changes")
    if isinstance(changes, Listed):
        phases = (
            tables.phase(node, join("changes", i)) if isinstance(node, Mapped) else node
            for i, node in enumerate(changes.items)
        )
        items["changes"] = Listed(tuple(phases), changes.place)
    if tables.problems:
        raise ScenarioError(tables.problems)
    return Mapped(items, tree.place)


class _Tables:
    """Puts tables together; a setup may be like another one, but not like itself."""

    def __init__(self, entries: dict[str, Node]) -> None:
        self.entries = entries
        self.done: dict[str, Node] = {}
        self.open: list[str] = []
        self.problems: list[Problem] = []

    def named(self, name: str, asked_at: Place) -> Node:
        """The complete table of the scenario's setup *name*."""
        if name in self.open:
            chain = " -> ".join((*self.open, name))
            self.problems.append(Problem(asked_at, f"setups.{name}", f"is like itself: {chain}"))
            return Mapped({}, asked_at)
        if name not in self.done:
            self.open.append(name)
            self.done[name] = self.table(self.entries[name], f"setups.{name}")
            self.open.pop()
        return self.done[name]

    def table(self, node: Node, path: str) -> Node:
        """*node* laid on the preset or setup that it names."""
        if not isinstance(node, Mapped):
            return node
        items = dict(node.items)
        under = self._under(items, path)
        base = dict(under.items) if isinstance(under, Mapped) else {}
        price = items.get("price")
        if isinstance(price, Mapped) and "preset" in price.items:
            own = dict(price.items)
            name = self._choice(own.pop("preset"), f"{path}.price.preset", PRICES, "price link")
            base["price"] = preset(f"price/{name}") if name else Mapped({}, price.place)
            items["price"] = Mapped(own, price.place)
        return merge(Mapped(base, node.place), Mapped(items, node.place))

    def _under(self, items: dict[str, Node], path: str) -> Node | None:
        """What a table starts from; takes the key that names it out of *items*."""
        like = items.pop("like", None)
        named = items.pop("preset", None)
        if like is not None and named is not None:
            self.problems.append(Problem(like.place, path, "takes either preset or like"))
        elif like is not None:
            name = self._choice(like, join(path, "like"), tuple(self.entries), "setup")
            return self.named(name, like.place) if name else None
        elif named is not None:
            name = self._choice(named, join(path, "preset"), SETUPS, "preset")
            return self.table(preset(name), path) if name else None
        return None

    def phase(self, node: Mapped, path: str) -> Mapped:
        """A change with its links: those of the setup it names, or its own."""
        items = dict(node.items)
        setup = items.get("setup")
        if "links" in items:  # already complete: the scenario of an earlier run
            return node
        if isinstance(setup, Mapped):
            items["links"] = self.table(items.pop("setup"), join(path, "setup"))
        elif setup is not None:
            name = self._choice(setup, join(path, "setup"), tuple(self.entries), "setup")
            if name:
                items["links"] = self.named(name, setup.place)
        else:
            self.problems.append(Problem(node.place, join(path, "setup"), "is missing"))
        return Mapped(items, node.place)

    def _choice(self, node: Node, path: str, known: tuple[str, ...], what: str) -> str:
        """The name in *node*, or nothing and a problem if it is not one of *known*."""
        value = node.value if isinstance(node, Leaf) else None
        if isinstance(value, str) and value in known:
            return value
        message = f"no {what} is called {value!r}{suggest(str(value), known)}"
        self.problems.append(Problem(node.place, path, message))
        return ""
