"""The evidence library: every prior that a scenario uses and the shop's own data lack.

One file a topic in `evidence/`, one entry an id. An entry says what was measured, per what, on
whom, when, by whom, and how good that is:

    A experiment or official measurement     D vendor or blog
    B peer-reviewed or joint with academics  E our assumption
    C named survey or benchmark

A share of people who ever did something is no rate of anything; it cannot be used as a value.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator

from scenarios.distributions import Distribution, parse_distribution
from scenarios.errors import EvidenceError, Place, Problem, ScenarioError
from scenarios.fields import Model, Word, refuse
from scenarios.problems import told
from scenarios.text import CURRENCIES, Dimension, parse_quantity, suggest
from scenarios.tree import Mapped, parse_tree, plain, read_tree

FOLDER = Path(__file__).parent / "evidence"
PREFIX = "evidence/"
Grade = Literal["A", "B", "C", "D", "E"]
UNITS: dict[str, Dimension] = {
    "share": "share",
    "duration": "duration",
    "days": "days",
    "minutes": "minutes",
    "units": "count",
    "factor": "factor",
}
ASSUMED = "our assumption"
NOT_STATED = "not stated"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ADDRESS = re.compile(r"\S*://\S*|\bwww\.\S+|\bhttps?:\S*", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_EVER = re.compile(r"\bever\b|\bat least once\b|\bhave you\b", re.IGNORECASE)
_ASKED = re.compile(r"\basked\b|\brespondents?\b|\bsurveyed\b", re.IGNORECASE)


def _dated(year: str | int) -> str | int:
    """*year* if it names one, or says that none is known."""
    if str(year) != NOT_STATED and not _YEAR.search(str(year)):
        refuse(f"must name a year, as in 2008 or '2019 to 2025', or be {NOT_STATED!r}")
    return year


def _addressed(text: str) -> str:
    """*text* if every address in it can be opened."""
    for found in _ADDRESS.findall(text):
        address = found.lstrip("(<[\"'").rstrip(")>].,;:\"'")
        if not _opens(address):
            refuse(f"{address!r} is not an address; write it as in 'https://example.org/page'")
    return text


def _opens(address: str) -> bool:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  a port that is no number is told when asked for
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(_HOST.fullmatch(parts.hostname or ""))


class Entry(Model):
    """One sourced prior."""

    id: Annotated[Word, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Word
    value: str | int | float = Field(description="distribution in text")
    central: str | int | float = Field(description="the one value to use where nothing may vary")
    unit: Word = Field(description="share, duration, days, minutes, units, factor or a currency")
    per: Word = Field(description="what it is counted by")
    population: Word
    year: Annotated[str | int, AfterValidator(_dated)]
    source: Annotated[Word, AfterValidator(_addressed)]
    grade: Grade
    group: Literal["availability", "records", "demand", "labour", "price", "link", "money"]
    kind: Literal["rate", "ever_share", "time", "size", "cost", "choice"]
    notes: Annotated[str, AfterValidator(_addressed)] = ""
    unused: str = Field("", description="why no scenario that ships uses it")

    @property
    def dimension(self) -> Dimension:
        """What the entry measures."""
        return "money" if self.unit in CURRENCIES else UNITS[self.unit]

    @property
    def distribution(self) -> Distribution:
        """The value as a distribution."""
        return parse_distribution(self.value, self.dimension)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.unit not in UNITS and self.unit not in CURRENCIES:
            hint = suggest(self.unit, (*UNITS, "USD", "EUR"))
            refuse(f"unknown unit {self.unit!r}{hint}", "unit")
        if (self.grade == "E") != self.source.startswith(ASSUMED):
            refuse(f"grade E and only grade E starts its source with {ASSUMED!r}", "source")
        try:
            spread = self.distribution
        except ValueError as error:
            refuse(str(error), "value")
        try:
            central = parse_quantity(self.central, self.dimension)
        except ValueError as error:
            refuse(str(error), "central")
        if spread.form != "constant" and not (
            spread.quantile(0.01) <= central <= spread.quantile(0.99)
        ):
            refuse(f"{self.central!r} lies outside of {self.value!r}", "central")
        return self

    @model_validator(mode="after")
    def _no_ever_share_as_rate(self) -> Self:
        ever = _EVER.search(self.title) or _ASKED.search(self.per)
        if self.kind == "rate" and ever:
            refuse(f"{ever[0]!r} tells of people who ever did it: that is an ever_share", "kind")
        return self


def check(folder: Path = FOLDER) -> list[Problem]:
    """Everything that is wrong with the entries in *folder*; empty if they can all be used."""
    return check_files((file, f"{PREFIX}{file.name}") for file in sorted(folder.glob("*.yaml")))


def check_files(
    files: Iterable[tuple[Path, str]], known: dict[str, Place] | None = None
) -> list[Problem]:
    """Everything that is wrong with the entries in *files*, each with the name to show for it.

    An id may stand once, in *known* or in one of the files.
    """
    problems: list[Problem] = []
    seen = dict(known or {})
    for file, shown in files:
        try:
            tree = read_tree(file, shown)
        except ScenarioError as error:
            problems.extend(error.problems)
            continue
        for name, node in tree.items.items():
            if name in seen:
                problems.append(Problem(node.place, name, f"stands already at {seen[name]}"))
            seen[name] = node.place
            problems.extend(_entry(name, Mapped({name: node}, tree.place))[1])
    return problems


def _entry(name: str, tree: Mapped) -> tuple[Entry | None, list[Problem]]:
    """The entry called *name* in *tree*, or what is wrong with it."""
    node = tree.items[name]
    if not isinstance(node, Mapped):
        return None, [Problem(node.place, name, "must be a map of keys and values")]
    content = plain(node)
    assert isinstance(content, dict)
    try:
        return Entry.model_validate({"id": name, **content}, by_name=False, by_alias=True), []
    except ValidationError as error:
        keys = tuple(Entry.model_fields)
        return None, told(error.errors(), tree, (name,), lambda _path: keys)


@lru_cache(maxsize=1)
def _blocks() -> dict[str, tuple[str, int, str]]:
    """Id -> file, line before it, text: found without parsing, for a scenario uses only some."""
    blocks: dict[str, tuple[str, int, str]] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        starts = list(re.finditer(r"^([a-z0-9-]+):", text, re.MULTILINE))
        ends = [match.start() for match in starts[1:]] + [len(text)]
        for match, end in zip(starts, ends, strict=True):
            line = text.count("\n", 0, match.start())
            blocks[match[1]] = (f"{PREFIX}{file.name}", line, text[match.start() : end])
    return blocks


def ids() -> tuple[str, ...]:
    """The ids of all entries."""
    return tuple(_blocks())


def place(name: str) -> Place:
    """Where the entry called *name*, one of `ids`, is written."""
    shown, line, _ = _blocks()[name]
    return Place(shown, line + 1)


@lru_cache(maxsize=256)
def entry(name: str) -> Entry:
    """The entry called *name*; EvidenceError if there is none or it cannot be used."""
    block = _blocks().get(name)
    if block is None:
        message = f"no evidence is called {name!r}{suggest(name, ids())}"
        raise EvidenceError([Problem(Place(PREFIX.rstrip("/")), "", message)])
    shown, line, text = block
    found, problems = _entry(name, parse_tree("\n" * line + text, shown))
    if found is None:
        raise EvidenceError(problems)
    return found


def entries() -> dict[str, Entry]:
    """All entries by id."""
    return {name: entry(name) for name in ids()}
