"""What the results say: differences judged, money, the break-even, put into the book by key.

Keys: level.<setup>.<kpi>, diff.<setup>.<kpi>, better.*, cost.*, number.*, strip.*, breakeven.*;
`facts` and `assumed` put the rest. Each says what it rests on: measured, assumed or mixed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from reports import assumed, facts
from reports.decision import (
    LEVEL,
    BreakEven,
    Crossing,
    Decision,
    Difference,
    Point,
    break_even,
    compare,
    decide,
)
from reports.facts import MODEL, kpi_basis
from reports.metrics import KPIS, Kpi
from reports.numbers import Book, minor_units
from reports.subject import Subject
from reports.tables import LABOUR, Strip
from sim import statistics

# The parts of operating profit that the waterfall shows, in its order; costs count against it.
PARTS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("gross", ("gross_profit",), 1),
    ("recovered", ("margin_recovered",), 1),
    ("cancellations", ("cancellations",), -1),
    ("labour", LABOUR, -1),
    ("stock", ("holding", "shrinkage"), -1),
    ("setup", ("subscription", "project"), -1),
)


@dataclass(frozen=True)
class Findings:
    """What the numbers say, beside the book that holds them.

    Attributes:
        differences: yearly operating profit, one per candidate.
        strip: per axis the tested values.
        crossing: the break-even along the online share, None where it was not looked for.
        verdicts: (setup, kpi) -> better, worse, same or open.
        alike: pairs of candidates that differ in nothing but what they cost.
    """

    book: Book
    decision: Decision
    differences: tuple[Difference, ...]
    strip: Mapping[str, tuple[Point, ...]]
    crossing: BreakEven | None
    verdicts: Mapping[tuple[str, str], str]
    alike: tuple[tuple[str, str], ...] = ()

    @property
    def stripped(self) -> list[str]:
        """The candidates that the strip was run for."""
        points = self.strip.get("online_share", ())
        return [difference.arm for difference in points[0].differences] if points else []


def gather(subject: Subject) -> Findings:
    """Judge the results and put every number into a book."""
    scenario, results = subject.scenario, subject.results
    book = Book(scenario.currency)
    names = (scenario.today, *scenario.candidates)
    profit = {name: results.of(name, "operating_profit") for name in names}
    differences = compare(profit, scenario.today)
    strip = _points(results.strip, scenario.today)
    bare = _points(results.strip_without_work, scenario.today)
    without_work = _without_work(subject)
    decision = decide(differences, strip, {d.arm: d.low for d in without_work})
    crossing = break_even(strip.get("online_share", ()))
    facts.tell(book, subject)
    verdicts = _kpis(book, subject)
    _gains(book, subject, differences)
    if decision.best is not None:
        _money(book, subject, decision.best)
        left = next(d for d in without_work if d.arm == decision.best.arm)
        book.put_money(
            "number.without_work",
            left.mean,
            subject.basis(*MODEL),
            per="year",
            low=left.low,
            high=left.high,
            signed=True,
        )
        assumed.tell(book, subject, decision.best)
    _strip(book, subject, strip, crossing)
    _crossing(book, subject, "without_work", break_even(bare.get("online_share", ())))
    same = _alike(book, subject)
    return Findings(book, decision, differences, strip, crossing, verdicts, same)


def _points(strip: Strip, today: str) -> dict[str, tuple[Point, ...]]:
    """Per axis the tested values, each with its differences to *today*."""
    return {
        axis: tuple(
            Point(value, compare(by_arm, today))
            for value, by_arm in sorted(values.items())
            if today in by_arm
        )
        for axis, values in strip.items()
    }


def _without_work(subject: Subject) -> tuple[Difference, ...]:
    """Per candidate the yearly gain if it saved no work by hand."""
    results, today = subject.results, subject.scenario.today
    rows = ("operating_profit", *LABOUR)
    left = {
        name: np.asarray(sum(results.of(name, row) for row in rows))
        for name in (today, *subject.scenario.candidates)
    }
    return compare(left, today)


def _alike(book: Book, subject: Subject) -> tuple[tuple[str, str], ...]:
    """Pairs of candidates of which each KPI of one lies within the range of the other.

    Their costs differ, so their profit may; all else cannot be told apart in this run.
    """

    def within(one: str, other: str) -> bool:
        for kpi in KPIS:
            entry = book.values[f"diff.{other}.{kpi.name}"]
            middle = book.number(f"diff.{one}.{kpi.name}")
            if entry.low is None or entry.high is None:
                return False
            if kpi.name != "operating_profit" and not entry.low <= middle <= entry.high:
                return False
        return True

    return tuple(
        (one, other)
        for one, other in combinations(subject.scenario.candidates, 2)
        if subject.setups[one].cost != subject.setups[other].cost
        and within(one, other)
        and within(other, one)
    )


def _scaled(book: Book, kpi: Kpi, number: float, *, difference: bool) -> tuple[float, str]:
    """*number* in the unit it is shown in, and that unit."""
    if kpi.unit == "money/year":
        many = minor_units(book.currency)
        return number / many, f"{book.currency}/year"
    if kpi.unit == "share" and difference:
        return 100 * number, "points"
    return number, kpi.unit


def _kpis(book: Book, subject: Subject) -> dict[tuple[str, str], str]:
    """Levels of every setup and differences of every candidate, for every KPI."""
    scenario, results = subject.scenario, subject.results
    basis = kpi_basis(subject)
    verdicts = {}
    for kpi in KPIS:
        for name in (scenario.today, *scenario.candidates):
            level = statistics.t_interval(results.of(name, kpi.name), LEVEL)
            value, unit = _scaled(book, kpi, level.middle, difference=False)
            low, _ = _scaled(book, kpi, level.low, difference=False)
            high, _ = _scaled(book, kpi, level.high, difference=False)
            book.put(f"level.{name}.{kpi.name}", value, unit, basis, low=low, high=high)
        today = results.of(scenario.today, kpi.name)
        found = statistics.compare(
            {name: results.of(name, kpi.name) - today for name in scenario.candidates}, LEVEL
        )
        for name, judged in found.items():
            both = judged.simultaneous
            value, unit = _scaled(book, kpi, both.middle, difference=True)
            low, _ = _scaled(book, kpi, both.low, difference=True)
            high, _ = _scaled(book, kpi, both.high, difference=True)
            key = f"diff.{name}.{kpi.name}"
            book.put(key, value, unit, basis, low=low, high=high, signed=True)
            verdicts[name, kpi.name] = _verdict(both, kpi)
            if kpi.name != "operating_profit":
                continue  # more runs are worth their time for what decides, not for every row
            if verdicts[name, kpi.name] == "open" and (judged.more_runs or 0) > 1:
                book.put(f"{key}.more_runs", float(judged.more_runs or 0), "runs", basis)
    return verdicts


def _verdict(interval: statistics.Interval, kpi: Kpi) -> str:
    """Better or worse where the interval shown leaves zero out; same where nothing differs."""
    if interval.low == interval.high == 0:
        return "same"
    if interval.low <= 0 <= interval.high:
        return "open"
    return "better" if (interval.middle > 0) == (kpi.better == "up") else "worse"


def _gains(book: Book, subject: Subject, differences: tuple[Difference, ...]) -> None:
    """How often each candidate earned more, and what each setup costs."""
    basis = kpi_basis(subject)
    for difference in differences:
        book.put(f"better.{difference.arm}", difference.better, "runs", basis)
    for name, table in subject.setups.items():
        book.put_money(f"cost.{name}.once", table.cost.once_minor, subject.basis("setups"))
        book.put_money(
            f"cost.{name}.monthly", table.cost.monthly_minor, subject.basis("setups"), per="month"
        )


def _money(book: Book, subject: Subject, best: Difference) -> None:
    """The three money numbers of page 1, for the best candidate against today."""
    results, today = subject.results, subject.scenario.today

    def change(*rows: str) -> np.ndarray:
        return np.asarray(sum(results.of(best.arm, row) - results.of(today, row) for row in rows))

    def put(key: str, values: np.ndarray, basis: str, *, signed: bool = False) -> None:
        judged = statistics.t_interval(values, LEVEL)
        book.put_money(
            f"number.{key}",
            judged.middle,
            basis,
            per="year",
            low=judged.low,
            high=judged.high,
            signed=signed,
        )

    gross_basis = subject.basis(*MODEL)
    cancelled_basis = subject.basis(
        "demand.online_share", "stock.wrong_at_start", "money.cancellation"
    )
    lost_basis = subject.basis("stores", "demand.stockout_response", "stock")
    gross, cost = change("gross_profit"), change("subscription", "project")
    put("profit.gross", gross, gross_basis, signed=True)
    put("profit.cost", cost, subject.basis("setups"))
    put("profit", gross - cost, gross_basis, signed=True)
    for key, row, basis in (
        ("cancelled", "cost_of_cancellations", cancelled_basis),
        ("lost", "lost_sales", lost_basis),
    ):
        put(key, -change(row), basis, signed=True)
        put(f"{key}.today", results.of(today, row), basis)
        put(f"{key}.then", results.of(best.arm, row), basis)
    for key, rows, sign in PARTS:
        put(f"part.{key}", sign * change(*rows), gross_basis, signed=True)
    total = change("operating_profit")
    put("part.total", total, gross_basis, signed=True)


def _strip(
    book: Book,
    subject: Subject,
    strip: Mapping[str, tuple[Point, ...]],
    crossing: BreakEven | None,
) -> None:
    units = {"online_share": "share", "scale_factor": "times", "safety_factor": "factor"}
    for axis, points in strip.items():
        if points:
            book.put(f"strip.{axis}.first", points[0].value, units[axis], "stated")
            book.put(f"strip.{axis}.last", points[-1].value, units[axis], "stated")
    _crossing(book, subject, "online_share", crossing)


def _crossing(book: Book, subject: Subject, key: str, crossing: BreakEven | None) -> None:
    """A break-even along the online share; only one that rises is the owner's question there."""
    upward_only = key == "without_work"
    if crossing is not None and crossing.value is not None:
        if upward_only and crossing.crossing != Crossing.UPWARD:
            return
        book.put(
            f"breakeven.{key}",
            crossing.value,
            "share",
            kpi_basis(subject),
            low=crossing.low,
            high=crossing.high,
        )
