"""What is wrong with a scenario, an evidence file or a catalogue, and where.

ScenarioError           one or more problems, each with its place; all of them are told
├── EvidenceError       an entry of the evidence library is not fit to be used
└── CatalogueError      the CSV of the catalogue cannot be read
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value was written: a file and a line from 1, or a flag and line 0."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. The message may end in a suggestion."""

    place: Place
    path: str
    message: str

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        return f"{self.place}: {path}{self.message}"


class ScenarioError(Exception):
    """The input cannot be used; `problems` says why, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class EvidenceError(ScenarioError):
    """An entry of the evidence library misses a source, a unit or a grade, or is misused."""


class CatalogueError(ScenarioError):
    """The CSV of the catalogue cannot be read."""
