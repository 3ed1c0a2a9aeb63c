"""Every number the report shows, put into the book under its key.

Keys are dotted: run.*, origin.*, diff.<setup>.<kpi>, level.<setup>.<kpi>, breakeven.*, number.*,
cause.*, roadmap.*, fit.*. What a number rests on is stated with it: measured, assumed or mixed.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reports.decision import (
    LEVEL,
    BreakEven,
    Decision,
    Difference,
    Point,
    break_even,
    compare,
    decide,
)
from reports.metrics import DAYS_A_YEAR, KPIS, Kpi
from reports.numbers import Book, minor_units
from reports.subject import Subject
from sim import statistics
from sim.arms import ROADMAP, arms
from sim.economics import roadmap_cash

MODEL = ("stores", "demand", "catalogue", "stock", "price", "money")
CAUSES = ("view", "record", "race")
COVERAGE_LOW, COVERAGE_HIGH = 0.70, 0.90
WEEKS_A_YEAR = 52

LABOUR = ("labour_sync", "labour_labels", "labour_counts")

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
    """

    book: Book
    decision: Decision
    differences: tuple[Difference, ...]
    strip: Mapping[str, tuple[Point, ...]]
    crossing: BreakEven | None
    verdicts: Mapping[tuple[str, str], str]

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
    strip = {
        axis: tuple(
            Point(value, compare(by_arm, scenario.today))
            for value, by_arm in sorted(values.items())
            if scenario.today in by_arm
        )
        for axis, values in results.strip.items()
    }
    decision = decide(differences, strip, _without_work(subject))
    crossing = break_even(strip.get("online_share", ()))
    _run(book, subject)
    _origin(book, subject)
    verdicts = _kpis(book, subject)
    _gains(book, subject, differences)
    if decision.best is not None:
        _money(book, subject, decision.best)
    _strip(book, subject, strip, crossing)
    _causes(book, subject)
    _roadmap(book, subject)
    _fit(book, subject)
    return Findings(book, decision, differences, strip, crossing, verdicts)


def _without_work(subject: Subject) -> dict[str, float]:
    """Per candidate the mean yearly gain if it saved no work by hand."""
    results, today = subject.results, subject.scenario.today
    rows = ("operating_profit", *LABOUR)
    return {
        name: float(sum((results.of(name, r) - results.of(today, r)).mean() for r in rows))
        for name in subject.scenario.candidates
    }


def _run(book: Book, subject: Subject) -> None:
    horizon = subject.scenario.horizon
    book.put("run.replications", subject.results.replications, "runs", "stated")
    book.put("run.strip_replications", subject.scenario.strip.replications, "runs", "stated")
    book.put("run.run_in_weeks", horizon.run_in_weeks, "weeks", "stated")
    book.put("run.trading_weeks", horizon.trading_weeks, "weeks", "stated")
    book.put("run.stores", len(subject.scenario.stores), "stores", "stated")
    book.put("run.setups", len(subject.scenario.setups), "setups", "stated")
    book.put("run.candidates", len(subject.scenario.candidates), "setups", "stated")
    book.put("run.level.in", round(LEVEL * 20), "cases", "stated")
    book.put("run.level.of", 20, "cases", "stated")
    book.put("run.weeks_a_year", WEEKS_A_YEAR, "weeks", "stated")


def _origin(book: Book, subject: Subject) -> None:
    scenario = subject.scenario
    book.put("origin.scale_factor", scenario.origin.scale_factor, "times", "stated")
    book.put(
        "origin.online_share",
        scenario.demand.online_share,
        "share",
        subject.basis("demand.online_share"),
    )
    book.put(
        "origin.safety_factor",
        scenario.stock.safety_factor,
        "factor",
        subject.basis("stock.safety_factor"),
    )
    book.put(
        "origin.wrong_at_start",
        scenario.stock.wrong_at_start,
        "share",
        subject.basis("stock.wrong_at_start"),
    )


def kpi_basis(subject: Subject) -> str:
    """What simulated numbers rest on: all of the model's inputs."""
    return subject.basis(*MODEL)


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
    put("without_work", total + change(*LABOUR), gross_basis, signed=True)


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
    if crossing is not None and crossing.value is not None:
        book.put(
            "breakeven.online_share",
            crossing.value,
            "share",
            kpi_basis(subject),
            low=crossing.low,
            high=crossing.high,
        )


def _causes(book: Book, subject: Subject) -> None:
    """Oversold lines by cause, and orders with exact Poisson intervals: rare events."""
    scenario, results = subject.scenario, subject.results
    basis = kpi_basis(subject)
    days = scenario.horizon.trading_weeks * 7
    years = results.replications * days / DAYS_A_YEAR
    for name in (scenario.today, *scenario.candidates):
        for cause in CAUSES:
            mean = float(results.of(name, f"lines_oversold_{cause}").mean())
            book.put(f"cause.{name}.{cause}", mean, "count/year", basis)
        orders = results.of(name, "orders_oversold")
        count = round(float(orders.sum()) * days / DAYS_A_YEAR)
        rate = statistics.garwood(count, years, LEVEL)
        book.put(f"oversold.{name}", rate.middle, "count/year", basis, low=rate.low, high=rate.high)
        book.put(f"oversold.{name}.month", rate.middle / 12, "count/month", basis)
        placed = float(results.of(name, "web_orders_placed").mean())
        book.put(f"web_orders.{name}", placed, "count/year", basis)


def _roadmap(book: Book, subject: Subject) -> None:
    scenario, cash = subject.scenario, subject.results.cash
    if not cash.size:
        return
    basis = kpi_basis(subject)
    steps = arms(scenario)[ROADMAP].steps[1:]
    for i, step in enumerate(steps, start=1):
        book.put(f"roadmap.{i}.week", step.week + 1, "week", "stated")
        book.put_date(f"roadmap.{i}.date", _day(subject, step.week), "stated")
        book.put_money(f"roadmap.{i}.once", step.once_minor, "stated")
        book.put_money(f"roadmap.{i}.monthly", step.monthly_minor, "stated", per="month")
    weekly = np.diff(cash, axis=1, prepend=0.0)
    found = roadmap_cash(list(np.zeros_like(weekly)), list(weekly), steps[-1].week)
    worst, end = found.worst_week - 1, cash.shape[1] - 1
    for key, week in (("lowest", worst), ("end", end)):
        low, high = np.quantile(cash[:, week], (0.05, 0.95))
        middle = float(cash[:, week].mean())
        book.put_money(f"roadmap.{key}", middle, basis, low=float(low), high=float(high))
    book.put("roadmap.lowest.week", worst + 1, "week", basis)
    book.put("roadmap.weeks", cash.shape[1], "weeks", "stated")
    book.put("roadmap.paid_back", int((cash[:, -1] >= 0).sum()), "runs", basis)
    for key, payback in (("seen", found.payback_week), ("projected", found.payback_projected)):
        if payback is not None:
            book.put(f"roadmap.payback.{key}", payback, "week", basis)


def _day(subject: Subject, week: int) -> dt.date:
    return subject.trading_start + dt.timedelta(weeks=week)


def _fit(book: Book, subject: Subject) -> None:
    fit = subject.scenario.fit
    if fit is None:
        return
    book.put("fit.coverage", fit.coverage_80, "share", "measured")
    book.put("fit.target", 0.8, "share", "stated")
    book.put("fit.low", COVERAGE_LOW, "share", "stated")
    book.put("fit.high", COVERAGE_HIGH, "share", "stated")
    book.put("fit.weeks_fitted", fit.weeks_fitted, "weeks", "stated")
    book.put("fit.weeks_held_out", fit.weeks_held_out, "weeks", "stated")
    for i, row in enumerate(fit.table):
        book.put(f"fit.{i}.observed", row.observed, "baskets/day", "measured")
        if row.low is not None and row.high is not None:
            book.put(
                f"fit.{i}.predicted",
                row.predicted,
                "baskets/day",
                "measured",
                low=row.low,
                high=row.high,
            )
        else:
            book.put(f"fit.{i}.predicted", row.predicted, "baskets/day", "measured")
        book.put(f"fit.{i}.coverage", row.coverage, "share", "measured")
