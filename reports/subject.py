"""What a report is about: the scenario, what it rests on, the manifest and the results."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reports.tables import Results
from scenarios.models import LinkTable, Scenario

GRADES_WEAK = ("D", "E")


@dataclass(frozen=True, slots=True)
class Assumption:
    """One value of the scenario and what it rests on.

    Attributes:
        path: in the scenario file, as `demand.online_share`.
        text: the value as written there.
        basis: measured, assumed or stated.
        evidence: id of the entry it was taken from, if any.
        grade: A (experiment) to E (our own assumption); empty where there is no evidence.
        source: author, title, year; empty where there is none.
        note: what the file or the entry says about it.
        title: what was measured or assumed, in the words of the evidence.
        low: one in ten lies below it, by the evidence; equal to high where it gives no range.
        high: one in ten lies above it.
        rule: whether calibration set it by a rule, for want of data.
    """

    path: str
    text: str
    basis: str
    evidence: str = ""
    grade: str = ""
    source: str = ""
    note: str = ""
    title: str = ""
    low: float = 0.0
    high: float = 0.0
    rule: bool = False


@dataclass(frozen=True)
class Subject:
    """Everything a report is made from; it reads nothing else."""

    scenario: Scenario
    results: Results
    manifest: Mapping[str, Any]
    assumptions: Sequence[Assumption] = ()
    digest: str = ""
    setups: Mapping[str, LinkTable] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "setups", self.scenario.setups)

    @property
    def trading_start(self) -> dt.date:
        """First day that counts."""
        horizon = self.scenario.horizon
        return horizon.start + dt.timedelta(weeks=horizon.run_in_weeks)

    def title(self, arm: str) -> str:
        """The words for a setup."""
        return self.scenario.setups[arm].title

    def basis(self, *prefixes: str) -> str:
        """What values under *prefixes* rest on, taken together.

        measured where all of them were, assumed where none was, mixed in between. A value that
        the scenario file merely states counts as assumed.
        """
        kinds = {
            "measured" if entry.basis == "measured" else "assumed"
            for entry in self.assumptions
            if any(under(entry.path, prefix) for prefix in prefixes)
        }
        if not kinds:
            return "assumed"
        return "mixed" if len(kinds) > 1 else kinds.pop()


def under(path: str, prefix: str) -> bool:
    """Whether *path* is *prefix* or below it; `*` in a prefix stands for any one key."""
    parts, wanted = path.split("."), prefix.split(".")
    return len(parts) >= len(wanted) and all(
        want in (part, "*") for part, want in zip(parts, wanted, strict=False)
    )
