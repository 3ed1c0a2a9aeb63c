"""The consultant's pages as tables: what was assumed, the STRESS-DES sheet, how to run it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.numbers import Book
from reports.subject import Assumption, Subject, under
from scenarios import evidence
from scenarios.loader import Loaded, Provenance

# Words and results of a scenario: nothing that a simulation rests on.
_WORDS = ("schema", "name", "title", "notes", "today", "fit", "strip", "extends", "origin")
_WORDS_BELOW = {"title", "fit", "advantages", "limits", "name", "describe", "panel"}
_KEPT = ("origin.scale_factor",)
_STAFFING = ("stores.*.tills", "stores.*.pickers")
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Customers and stores", ("stores", "demand", "catalogue", "price", "origin")),
    ("Stock", ("stock", "picking", "till")),
    ("Money", ("money", "currency")),
    ("Setups and their links", ("setups", "changes")),
    ("The run", ("horizon", "seed", "replications")),
)
_GUESSED = {
    "the share of orders from the web": ("demand.online_share",),
    "stock, deliveries and record errors": ("stock",),
    "costs and prices of the setups": ("money", "setups"),
    "staff and tills": ("stores.*.tills", "stores.*.pickers", "till", "picking"),
    "how customers come and what they buy": ("stores.*.visits_by_weekday", "demand.basket_lines"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Assumptions of one topic, those from studies first."""

    title: str
    entries: Sequence[Assumption]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the STRESS-DES sheet.

    Attributes:
        number: in the checklist.
        title: its name there.
        own: name of what the template says for every run; empty where only the scenario knows.
        note: what the scenario's notes say; empty where they are silent.
    """

    number: str
    title: str
    own: str
    note: str

    @property
    def stated(self) -> bool:
        """Whether anything stands beside this item."""
        return bool(self.own or self.note)


# Monks, Currie, Onggo, Robinson, Kunc & Taylor, Strengthening the reporting of empirical
# simulation studies, Journal of Simulation 13 (2019, online 2018), checklist for DES.
_STRESS: tuple[tuple[str, str, str, bool], ...] = (
    ("1.1", "Purpose of the model", "purpose", False),
    ("1.2", "Model outputs", "outputs", True),
    ("1.3", "Experimentation aims", "aims", True),
    ("2.1", "Base model overview diagram", "diagram", False),
    ("2.2", "Base model logic", "logic", True),
    ("2.3", "Scenario logic", "scenario_logic", True),
    ("2.4", "Algorithms", "algorithms", True),
    ("2.5", "Components", "components", True),
    ("3.1", "Data sources", "sources", True),
    ("3.2", "Pre-processing", "preprocessing", False),
    ("3.3", "Input parameters", "inputs", True),
    ("3.4", "Assumptions", "assumptions", True),
    ("4.1", "Initialisation", "initialisation", True),
    ("4.2", "Run length", "run_length", True),
    ("4.3", "Estimation approach", "estimation", True),
    ("5.1", "Software or programming language", "software", True),
    ("5.2", "Random sampling", "sampling", True),
    ("5.3", "Model execution", "execution", True),
    ("5.4", "System specification", "system", True),
    ("6.1", "Computer model sharing statement", "sharing", False),
)


def assumptions(loaded: Loaded) -> list[Assumption]:
    """Every value of the scenario with what it rests on; a list of numbers is one value."""
    merged: dict[str, list[tuple[str, Provenance]]] = {}
    for path, provenance in loaded.provenance.items():
        top, last = path.split(".")[0], path.rstrip("0123456789").rstrip(".").split(".")[-1]
        if path not in _KEPT and (top in _WORDS or last in _WORDS_BELOW):
            continue
        merged.setdefault(_without_place(path), []).append((path, provenance))
    found = []
    for path, entries in merged.items():
        first = entries[0][1]
        found.append(
            Assumption(
                path=path,
                text=_written(loaded.resolved, path),
                basis=first.kind,
                grade=first.grade,
                rule=_by_rule(loaded, path, first),
                **_rests_on(loaded, first),
            )
        )
    return _folded(loaded, found)


def _rests_on(loaded: Loaded, found: Provenance) -> dict[str, Any]:
    """Source and range of a value: of its evidence, or of the import it was measured in."""
    origin = loaded.scenario.origin
    if found.kind == "measured":
        return {"source": origin.panel or origin.describe, "note": found.note}
    if not found.evidence:
        return {"note": found.note}
    entry = evidence.entry(found.evidence)
    spread = entry.distribution
    return {
        "evidence": entry.id,
        "title": entry.title,
        "source": entry.source,
        "note": entry.notes,
        "low": spread.quantile(0.1),
        "high": spread.quantile(0.9),
    }


def _by_rule(loaded: Loaded, path: str, found: Provenance) -> bool:
    """Whether calibration set *path* by a rule: staff, which no export of sales tells."""
    is_staff = any(under(path, place) for place in _STAFFING)
    return is_staff and found.kind == "stated" and loaded.scenario.origin.kind == "fitted"


def _folded(loaded: Loaded, entries: Sequence[Assumption]) -> list[Assumption]:
    """*entries* without the links of a phase that are those of a setup: they stand there."""
    scenario = loaded.scenario
    names = {table.title: name for name, table in scenario.setups.items()}
    setup = {
        f"changes.{i}.links.": change.setup or names.get(change.links.title)
        for i, change in enumerate(scenario.changes)
    }
    texts = {entry.path: entry.text for entry in entries}

    def repeated(entry: Assumption) -> bool:
        for place, name in setup.items():
            if entry.path.startswith(place):
                own = f"setups.{name}.{entry.path.removeprefix(place)}"
                return texts.get(own) == entry.text
        return False

    return [entry for entry in entries if not repeated(entry)]


def _without_place(path: str) -> str:
    """*path* without a place in a list of plain values at its end."""
    head, _, last = path.rpartition(".")
    return head if last.isdigit() else path


def _written(resolved: Mapping[str, Any], path: str) -> str:
    """The value at *path* as the scenario writes it."""
    node: Any = resolved
    for key in path.split("."):
        node = node[int(key)] if isinstance(node, list) else node[key]
    if isinstance(node, list):
        return ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in node)
    if isinstance(node, float):
        return f"{node:g}"
    return "none" if node is None else str(node)


def groups(subject: Subject, book: Book) -> list[Group]:
    """Assumptions by topic; their texts go into the book."""
    for entry in subject.assumptions:
        book.put_text(f"assumption.{entry.path}", entry.text, "as written", entry.basis)
    found = []
    for title, tops in _GROUPS:
        entries = [e for e in subject.assumptions if e.path.split(".")[0] in tops]
        # Studies first, the weakest grade on top: that is what a reader should doubt.
        entries.sort(key=lambda e: e.grade or " ", reverse=True)
        if entries:
            found.append(Group(title, entries))
    return found


def guessed(subject: Subject) -> list[str]:
    """What nobody measured, in words for page 1."""
    return [words for words, prefixes in _GUESSED.items() if subject.basis(*prefixes) == "assumed"]


def stress(subject: Subject) -> list[Item]:
    """The sheet's twenty items, filled from the run and from the scenario's notes."""
    notes = dict(subject.scenario.notes)
    if "limits" in notes:
        notes["assumptions"] = " ".join((notes.get("assumptions", ""), notes["limits"])).strip()
    return [
        Item(number, title, key if own else "", notes.get(key, ""))
        for number, title, key, own in _STRESS
    ]


def stress_numbers(subject: Subject, book: Book) -> None:
    """Count the sheet's filled items."""
    items = stress(subject)
    book.put("stress.items", len(items), "items", "stated")
    book.put("stress.filled", sum(item.stated for item in items), "items", "stated")


def again(subject: Subject, book: Book) -> list[tuple[str, str]]:
    """Label and key of what is needed to run this again; the texts go into the book.

    Wall times stay in the manifest: the page of a run folder is the same whenever it is made.
    """
    manifest = subject.manifest
    hashes = manifest.get("hashes", {})
    versions = manifest.get("versions", {})
    argv = [str(word) for word in manifest.get("argv", [])]
    rows = [
        ("run.id", "Run", str(manifest.get("id", ""))),
        ("run.command", "Command", _command(argv)),
        ("run.seed", "Seed", str(subject.scenario.seed)),
        ("run.hash.scenario", "Scenario", str(hashes.get("scenario", subject.digest))),
        ("run.hash.catalogue", "Catalogue", str(hashes.get("catalogue", ""))),
        ("run.hash.build", "Programs", str(hashes.get("build", ""))),
        ("run.platform", "Machine", str(manifest.get("platform", ""))),
        ("run.digest", "Results", str(manifest.get("digest", ""))),
        (
            "run.versions",
            "Versions",
            ", ".join(f"{name} {number}" for name, number in sorted(versions.items())),
        ),
    ]
    found = []
    for key, label, text in rows:
        book.put_text(key, text or "not stated", "text", "stated")
        found.append((label, key))
    return found


def _command(argv: Sequence[str]) -> str:
    """The command line with the program's name instead of its place on one machine."""
    if not argv:
        return ""
    return " ".join(["storetwin", *argv[1:]])
