"""What to do first and what could go wrong: three steps and three risks, each with its numbers.

The first step is always cheap and tests the assumption that the answer leans on most. No step is
a commitment to the next: each says what to look at before going on.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.decision import WORK, Crossing, Difference, Instruction
from reports.facts import WEEKS_A_YEAR, kpi_basis
from reports.numbers import minor_units
from reports.subject import GRADES_WEAK, Subject
from reports.values import Findings

PRODUCTS_TO_COUNT = 50
MINUTES_AN_HOUR = 60
WEEKS_TO_CHECK = 13  # a quarter: long enough to see rare oversells, short enough to stop
WEEKS_TO_LOOK_AGAIN = 26
MOST = 0.5
CLEAR_FALL = 0.8  # a fifth fewer can be seen in a quarter; less cannot

AXES = {
    "online_share": "what share of your orders comes from the web",
    "safety_factor": "how much safety stock you keep",
    "scale_factor": "how many customers you have",
    WORK: "how many hours a week your staff spend on typing stock and orders",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One step for the owner; `plan.<number>.*` in the book are its week, date and price.

    Attributes:
        kind: what the template says: measure, count, phase, check, again or keep.
        number: 1, 2 or 3.
        name: words of the scenario (a phase, a setup), shown as they are.
    """

    kind: str
    number: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class First:
    """What to buy first on the way to the best setup.

    Attributes:
        title: of the roadmap's phase, or of the setup.
        setup: in force from then on.
        once_minor: with what the setup itself costs.
        monthly_minor: likewise.
        week: of trading.
        skipped: titles of phases before it that did not earn more than today on their own.
        after: title and one-off cost of the next phase towards the best setup.
    """

    title: str
    setup: str
    once_minor: int
    monthly_minor: int
    week: int
    skipped: tuple[str, ...] = ()
    after: tuple[str, int] | None = None


@dataclass(frozen=True)
class Plan:
    """Page 1 beyond the headline.

    Attributes:
        first: what the headline names, None where nothing is to be bought yet.
        tasks: three.
        check_by: what tells after the first step whether it works: oversold or hours.
        on_work: whether most of the gain is work by hand that falls away. Nobody measured how
            much work there is, so it is the first thing to find out.
        risks: names of the risks the template writes out, in order.
        limit: what the best setup's own description warns of.
        wanted: what to measure, in words, where that is the headline.
        on_hours: whether the hours of typing alone are to be measured before the first step.
    """

    first: First | None
    tasks: Sequence[Task]
    check_by: str
    on_work: bool
    risks: Sequence[str]
    limit: str
    wanted: Sequence[str]
    on_hours: bool = False


def plan(subject: Subject, findings: Findings) -> Plan:
    """Steps and risks for the decision in *findings*; their numbers go into its book."""
    decision, book = findings.decision, findings.book
    assert decision.best is not None
    first = first_step(subject, findings.differences, decision.best.arm)
    on_hours = decision.measure == (WORK,)  # the setup follows once the hours are known
    acts = decision.instruction == Instruction.ACT or on_hours
    on_work = book.number("number.part.labour") > MOST * abs(book.number("number.part.total"))
    for key, arm in (("today", subject.scenario.today), ("then", first.setup)):
        hours = float(subject.results.of(arm, "manual_hours").mean()) / WEEKS_A_YEAR
        book.put(f"plan.hours.{key}", hours, "hours/week", kpi_basis(subject))
    tasks = _tasks(subject, findings, first, on_work=on_work)
    risks = _risks(subject, findings)
    limits = subject.setups[decision.best.arm].limits
    if acts:
        book.put_money("first.once", first.once_minor, "stated")
        book.put_money("first.monthly", first.monthly_minor, "stated", per="month")
    _evidence(subject, findings)
    if WORK in decision.measure:
        _enough(subject, findings)
    return Plan(
        first=first if acts else None,
        tasks=tasks,
        check_by=_check(subject, findings, first),
        on_work=on_work,
        risks=risks,
        limit=limits[0] if limits else "",
        wanted=[AXES[axis] for axis in decision.measure],
        on_hours=on_hours,
    )


def first_step(subject: Subject, differences: Sequence[Difference], best: str) -> First:
    """The first phase on the roadmap to *best* that earns more than today on its own.

    A phase that only loses money is no first step, wherever the roadmap puts it. Where the
    roadmap does not lead to *best*, the first step is the change to it.
    """
    changes = subject.scenario.changes
    ends = [i for i, change in enumerate(changes) if change.setup == best]
    table = subject.setups[best]
    if not ends:
        return First(table.title, best, table.cost.once_minor, table.cost.monthly_minor, 0)
    gain = {difference.arm: difference.mean for difference in differences}
    road = changes[: ends[0] + 1]
    at = next(
        i
        for i, change in enumerate(road)
        if gain.get(change.setup or "", -1.0) > 0 or change.setup == best
    )
    phase, cost = road[at], road[at].links.cost
    after = road[at + 1] if at + 1 < len(road) else None
    return First(
        title=phase.title,
        setup=phase.setup or best,
        once_minor=phase.once_minor + cost.once_minor,
        monthly_minor=phase.monthly_minor + cost.monthly_minor,
        week=phase.week,
        skipped=tuple(change.title for change in road[:at]),
        after=(after.title, after.once_minor + after.links.cost.once_minor) if after else None,
    )


def _tasks(subject: Subject, findings: Findings, first: First, *, on_work: bool) -> list[Task]:
    on_hours = findings.decision.measure == (WORK,)
    test = "hours" if on_work and WORK not in findings.decision.measure else "count"
    kinds = {
        Instruction.ACT: (test, "phase", "check"),
        Instruction.MEASURE: ("typing", "phase", "check")
        if on_hours
        else ("measure", test, "again"),
        Instruction.STAY: ("keep", "count", "again"),
    }[findings.decision.instruction]
    begins = first.week + 1 if on_hours else first.week
    looks = 2 if findings.decision.instruction == Instruction.MEASURE else WEEKS_TO_LOOK_AGAIN
    weeks = {
        "measure": 0,
        "keep": 0,
        "count": 0,
        "hours": 0,
        "typing": 0,
        "phase": begins,
        "check": begins + WEEKS_TO_CHECK,
        "again": looks,
    }
    book, money = findings.book, subject.scenario.money
    stores = len(subject.scenario.stores)
    hours = PRODUCTS_TO_COUNT * stores * money.count_minutes / MINUTES_AN_HOUR
    for number, kind in enumerate(kinds, start=1):
        key = f"plan.{number}"
        book.put(f"{key}.week", weeks[kind] + 1, "week", "stated")
        day = subject.trading_start + dt.timedelta(weeks=weeks[kind])
        book.put_date(f"{key}.date", day, "stated")
        if kind == "count":
            book.put(f"{key}.products", PRODUCTS_TO_COUNT, "products", "stated")
            book.put(f"{key}.hours", hours, "hours", "assumed")
            book.put_money(f"{key}.price", hours * money.wage_minor, "assumed")
        elif kind == "phase":
            book.put_money(f"{key}.price", first.once_minor, "stated")
            book.put_money(f"{key}.monthly", first.monthly_minor, "stated", per="month")
        else:
            book.put_money(f"{key}.price", 0, "stated")
        if kind in {"check", "again"}:
            later = WEEKS_TO_CHECK if kind == "check" else looks
            book.put(f"{key}.weeks", later, "weeks", "stated")
    if first.after and "check" in kinds:
        book.put_money("plan.second.once", first.after[1], "stated")
    name = {"phase": first.title, "check": first.after[0] if first.after else ""}
    return [Task(kind, n, name.get(kind, "")) for n, kind in enumerate(kinds, start=1)]


def _enough(subject: Subject, findings: Findings) -> None:
    """How many hours a week must fall away so that the gain's lower bound is not below zero."""
    book, wage = findings.book, subject.scenario.money.wage_minor
    low = book.values["number.without_work"].low or 0.0
    if wage and low < 0:
        hours = -low * minor_units(book.currency) / wage / WEEKS_A_YEAR
        book.put("typing.enough", hours, "hours/week", "assumed")


def _check(subject: Subject, findings: Findings, first: First) -> str:
    """What the owner can see after the first step: fewer oversold orders, or else fewer hours."""
    book, today = findings.book, subject.scenario.today
    if book.number(f"oversold.{first.setup}") <= CLEAR_FALL * book.number(f"oversold.{today}"):
        return "oversold"
    return "hours"


def _risks(subject: Subject, findings: Findings) -> list[str]:
    """The worst run, the lowest cash, what turns the answer; as far as the run has them."""
    book, best = findings.book, findings.decision.best
    assert best is not None
    results, today = subject.results, subject.scenario.today
    delta = results.of(best.arm, "operating_profit") - results.of(today, "operating_profit")
    basis = kpi_basis(subject)
    if findings.decision.instruction == Instruction.STAY:
        book.put_money("risk.best", float(np.max(delta)), basis, per="year", signed=True)
        crossing = findings.crossing
        turns = crossing is not None and crossing.crossing == Crossing.UPWARD
        return ["staying", "missed", *(["grows"] if turns else [])]
    book.put_money("risk.worst", float(np.min(delta)), basis, per="year", signed=True)
    found = ["worst"]
    if results.cash.size:
        found.append("cash")
    if findings.decision.measure:
        found.append("turns")
    if subject.setups[best.arm].limits:
        found.append("limit")
    return found


def _evidence(subject: Subject, findings: Findings) -> None:
    """How much of the scenario rests on what, for the trust line."""
    book = findings.book
    graded = [entry for entry in subject.assumptions if entry.grade]
    weak = [entry for entry in graded if entry.grade in GRADES_WEAK]
    book.put("evidence.graded", len(graded), "values", "stated")
    book.put("evidence.weak", len(weak), "values", "stated")
    measured = [entry for entry in subject.assumptions if entry.basis == "measured"]
    book.put("evidence.measured", len(measured), "values", "stated")
    book.put("evidence.values", len(subject.assumptions), "values", "stated")
