"""Where the evidence library is used, and what is wrong with it or with files that refer to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scenarios import evidence, presets
from scenarios.errors import Place, Problem, ScenarioError
from scenarios.references import resolve
from scenarios.tree import Leaf, Listed, Mapped, Node, join, leaves, read_tree

LIBRARY = Path(evidence.__file__).parent / "library"
# Keys that only an entry of evidence has: one of them tells such a file from a scenario.
OF_AN_ENTRY = frozenset({"source", "grade", "central", "population"})


@dataclass(frozen=True, slots=True)
class Use:
    """One reference to an entry: its id, where it was written, the path of the value."""

    evidence: str
    place: Place
    path: str


def uses(node: Node, path: str = "") -> Iterator[Use]:
    """Every reference in *node*, whether there is such an entry or not."""
    if isinstance(node, Listed):
        for i, child in enumerate(node.items):
            yield from uses(child, join(path, i))
    elif isinstance(node, Mapped):
        ref = node.items.get("ref")
        if isinstance(ref, Leaf):
            yield Use(str(ref.value).removeprefix(evidence.PREFIX), ref.place, path)
            return
        for key, child in node.items.items():
            yield from uses(child, join(path, key))


@lru_cache(maxsize=1)
def shipped() -> dict[str, Mapped]:
    """The trees of all library scenarios and presets, by the name to show for each."""
    scenarios = {f"library/{file.name}": file for file in sorted(LIBRARY.glob("*.yaml"))}
    files = sorted(presets.FOLDER.rglob("*.yaml"))
    shown = {f"presets/{file.relative_to(presets.FOLDER).as_posix()}": file for file in files}
    return {name: read_tree(file, name) for name, file in (scenarios | shown).items()}


def shipped_uses() -> list[Use]:
    """Every reference in the library scenarios and presets."""
    return [use for tree in shipped().values() for use in uses(tree)]


def chosen_by(preset: str) -> tuple[str, ...]:
    """The library scenarios with a setup or price link that starts from *preset*.

    Args:
        preset: as it is shown, `presets/unified.yaml`; nobody chooses a scenario.
    """
    if not preset.startswith("presets/"):
        return ()
    wanted, found = {preset}, set[str]()
    while wanted - found:  # a setup's preset names a price link's: two rounds at most
        found |= wanted
        wanted |= {name for name, tree in shipped().items() if found & _presets_of(tree)}
    names = (Path(name).stem for name in wanted if name.startswith("library/"))
    return tuple(sorted(names))


def _presets_of(tree: Mapped) -> set[str]:
    """The presets that *tree* names, as they are shown."""
    found = set()
    for path, leaf in leaves(tree):
        *above, key = path.split(".")
        if key == "preset":
            folder = "price/" if above[-1:] == ["price"] else ""
            found.add(f"presets/{folder}{leaf.value}.yaml")
    return found


def check_library() -> list[Problem]:
    """What is wrong with the entries that ship, and with the references to them."""
    problems = evidence.check()
    for tree in shipped().values():
        problems += check_references(tree)
    used = {use.evidence: use for use in reversed(shipped_uses())}
    for name in evidence.ids():
        try:
            entry = evidence.entry(name)
        except ScenarioError:  # told by the check of the entries
            continue
        said = bool(entry.unused) or entry.kind == "ever_share"  # nobody can use such a share
        if name in used and entry.unused:
            message = f"says that it is unused, but {used[name].place} uses it"
            problems.append(Problem(evidence.place(name), f"{name}.unused", message))
        elif name not in used and not said:
            message = "no scenario and no preset uses it; say why in `unused:`, or take it out"
            problems.append(Problem(evidence.place(name), name, message))
    return problems


def check_files(files: Sequence[Path]) -> tuple[list[Problem], int, int]:
    """What is wrong with *files*, evidence or scenarios; how many entries and references there are.

    Each file is checked as it stands: what it extends is another file.
    """
    problems: list[Problem] = []
    own: list[tuple[Path, str]] = []
    entries = references = 0
    for file in dict.fromkeys(files):
        try:
            tree = read_tree(file, str(file))
        except ScenarioError as error:
            problems += error.problems
            continue
        if holds_entries(tree):
            own.append((file, str(file)))
            entries += len(tree.items)
        else:
            problems += check_references(tree)
            references += len(list(uses(tree)))
    ours = {
        file.resolve(): f"{evidence.PREFIX}{file.name}" for file in evidence.FOLDER.glob("*.yaml")
    }
    given = {ours.get(file.resolve()) for file, _ in own}  # an id does not clash with itself
    places = {name: evidence.place(name) for name in evidence.ids()}
    known = {name: place for name, place in places.items() if place.file not in given}
    return problems + evidence.check_files(own, known), entries, references


def holds_entries(tree: Mapped) -> bool:
    """Whether *tree* is a file of evidence, and not a scenario or a preset."""
    return any(
        isinstance(node, Mapped) and OF_AN_ENTRY & set(node.items) for node in tree.items.values()
    )


def check_references(tree: Mapped) -> list[Problem]:
    """The references of *tree* that give no value."""
    try:
        resolve(tree)
    except ScenarioError as error:
        return list(error.problems)
    return []
