"""What a check found, property by property, to be read by people and asked by programs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from storetwin_contract.protocol import Capability, Inventory


class Outcome(StrEnum):
    """How a property came out."""

    PASSED = "passed"
    FAILED = "failed"
    EXPECTED_FAILURE = "expected failure"
    UNEXPECTED_PASS = "unexpected pass"  # noqa: S105 - no password; take it off the list
    NOT_APPLICABLE = "not applicable"  # the inventory does not offer what it needs
    INCOMPLETE = "incomplete"  # time was up before anything was shown


BAD = frozenset({Outcome.FAILED, Outcome.UNEXPECTED_PASS, Outcome.INCOMPLETE})


@dataclass(frozen=True)
class Result:
    """One property.

    Attributes:
        property_id: "P1.race"; `family` is "P1".
        title: what must hold, in a sentence.
        outcome: how it came out.
        examples: that were played, up to and including the first that failed.
        judged: replies and readings in them that were compared with what they must be.
        seed: that repeats them.
        history: of a failure, the shrunk steps; the last says what is wrong.
        missing: capabilities without which the property cannot be put to the inventory.
        without: capabilities that would have let it try more.
        crashed: the inventory raised an error where a reply was due.
        note: what else a reader must know to trust the outcome.
        repeat: how to run it again.
        inventory: as the shown history left it, for who wants to look closer.
    """

    property_id: str
    title: str
    outcome: Outcome
    seed: int
    repeat: str
    examples: int = 0
    judged: int = 0
    history: tuple[str, ...] = ()
    missing: tuple[Capability, ...] = ()
    without: tuple[Capability, ...] = ()
    crashed: bool = False
    note: str = ""
    inventory: Inventory | None = field(default=None, repr=False, compare=False)

    @property
    def family(self) -> str:
        """P1 to P11."""
        return self.property_id.split(".")[0]

    @property
    def failed(self) -> bool:
        """Whether it does not hold, expected or not."""
        return self.outcome in {Outcome.FAILED, Outcome.EXPECTED_FAILURE}

    @property
    def bad(self) -> bool:
        """Whether somebody has to look at it."""
        return self.outcome in BAD

    def text(self) -> str:
        """The result, and under a failure its history and how to repeat it."""
        words = f"{self.property_id:<13} {self.outcome:<16} {self.title}"
        details = [f"{self.examples} examples, {self.judged} judgements"] if self.examples else []
        if self.missing:
            details.append(f"needs {', '.join(self.missing)}")
        if self.without:
            details.append(f"without {', '.join(self.without)}")
        if self.note:
            details.append(self.note)
        lines = [words, *(f"{'':<14}{detail}" for detail in details)]
        if self.history:
            lines += [f"{'':<14}{step}" for step in self.history]
            lines.append(f"{'':<14}again: {self.repeat}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Report:
    """All results of one check."""

    results: tuple[Result, ...]
    seed: int

    @property
    def ok(self) -> bool:
        """Whether nothing failed unexpectedly, passed unexpectedly or was left unshown."""
        return not any(result.bad for result in self.results)

    def of(self, property_id: str) -> Result:
        """The result of one property.

        Raises:
            KeyError: it was not checked.
        """
        for result in self.results:
            if result.property_id == property_id:
                return result
        raise KeyError(property_id)

    def with_outcome(self, *outcomes: Outcome) -> Sequence[Result]:
        """Results that came out in one of these ways."""
        return [result for result in self.results if result.outcome in outcomes]

    def text(self) -> str:
        """The whole report."""
        counts = [
            f"{len(self.with_outcome(outcome))} {outcome}"
            for outcome in Outcome
            if self.with_outcome(outcome)
        ]
        lines = [result.text() for result in self.results]
        return "\n".join([*lines, f"seed {self.seed}: {', '.join(counts)}"])
