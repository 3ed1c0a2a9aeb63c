"""The outcome of the oversell lab in words: a table, and what broke each shop, step by step."""

from collections.abc import Iterable

from benchmarks.oversell.lab import Catch, Lab, Verdict


def lines(lab: Lab) -> list[str]:
    """Everything that is printed."""
    width = max(len(verdict.entry.title) for verdict in lab.verdicts)
    told = [f"{v.entry.title:<{width}}  {outcome(v)}" for v in lab.verdicts]
    for verdict in lab.verdicts:
        told += ["", *history(verdict)] if verdict.catches else []
    return [*told, "", summary(lab), *cut_short(lab)]


def outcome(verdict: Verdict) -> str:
    """What became of a shop, in a line."""
    late = f"; {len(verdict.unfinished)} cut short" if verdict.unfinished else ""
    if verdict.catches:
        words = caught_by(verdict.catches)
        return f"{'FAILS, and must pass' if verdict.entry.sound else 'caught'}: {words}{late}"
    if not verdict.entry.sound:
        return f"NOT CAUGHT by {len(verdict.passed)} properties{late}"
    skipped = f", {len(verdict.skipped)} do not apply" if verdict.skipped else ""
    return f"passes {len(verdict.passed)} properties{skipped}{late}"


def caught_by(catches: Iterable[Catch]) -> str:
    """Which properties failed, the quickest first."""
    ordered = sorted(catches, key=lambda catch: catch.examples)
    return ", ".join(
        f"{catch.property} after {catch.examples} example{'s' if catch.examples != 1 else ''}"
        for catch in ordered
    )


def history(verdict: Verdict) -> list[str]:
    """The title, what is wrong, and the history that shows most."""
    assert verdict.films is not None
    steps = [f"  {step}" for step in verdict.films.history]
    return [verdict.entry.title, f"  {verdict.entry.story}", *steps]


def summary(lab: Lab) -> str:
    """How many were caught, and how many that are right passed all that was asked."""
    wrong = [v for v in lab.verdicts if not v.entry.sound]
    right = [v for v in lab.verdicts if v.entry.sound]
    caught = sum(bool(v.catches) for v in wrong)
    passed = sum(not v.catches and not v.unfinished for v in right)
    words = [f"{caught} of {len(wrong)} defects caught"] if wrong else []
    words += [f"{passed} of {len(right)} right shops pass"] if right else []
    return f"seed {lab.seed}: {', '.join(words)}"


def cut_short(lab: Lab) -> list[str]:
    """Where time was up, in a line: how often, and what gives more; which it was stands in JSON."""
    late = [verdict for verdict in lab.verdicts if verdict.unfinished]
    if not late:
        return []
    checks = sum(len(verdict.unfinished) for verdict in late)
    where = f"in {len(late)} of {len(lab.verdicts)} shops"
    return [f"{checks} cut short as time was up, {where}; --budget SECONDS gives more time"]
