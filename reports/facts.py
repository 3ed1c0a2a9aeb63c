"""The numbers that need no judgement: the run, its origin, causes, roadmap and fit.

Keys: run.*, origin.*, cause.*, oversold.*, web_orders.*, roadmap.*, fit.*.
"""

import datetime as dt

import numpy as np

from reports.decision import LEVEL
from reports.metrics import DAYS_A_YEAR
from reports.numbers import Book
from reports.subject import Subject
from scenarios.shop import FitRow
from sim import statistics
from sim.arms import ROADMAP, arms
from sim.economics import roadmap_cash

MODEL = ("stores", "demand", "catalogue", "stock", "price", "money")
CAUSES = ("view", "record", "race")
COVERAGE_LOW, COVERAGE_HIGH = 0.70, 0.90
WEEKS_A_YEAR = 52


def kpi_basis(subject: Subject) -> str:
    """What simulated numbers rest on: all of the model's inputs."""
    return subject.basis(*MODEL)


def tell(book: Book, subject: Subject) -> None:
    """Put all of them into *book*."""
    _run(book, subject)
    _origin(book, subject)
    _causes(book, subject)
    _roadmap(book, subject)
    _fit(book, subject)


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
    book.put_money(
        "money.cancellation", scenario.money.cancellation_minor, subject.basis("money.cancellation")
    )
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


def worst_row(subject: Subject) -> FitRow | None:
    """The store and weekday with the fewest held-out days inside their range."""
    fit = subject.scenario.fit
    return min(fit.table, key=lambda row: row.coverage, default=None) if fit else None


def _fit(book: Book, subject: Subject) -> None:
    fit = subject.scenario.fit
    if fit is None:
        return
    book.put("fit.coverage", fit.coverage_80, "share", "measured")
    if fit.coverage_whole is not None:
        book.put("fit.coverage.whole", fit.coverage_whole, "share", "measured")
    worst = worst_row(subject)
    if worst is not None:
        book.put("fit.worst.coverage", worst.coverage, "share", "measured")
        book.put("fit.worst.observed", worst.observed, "baskets/day", "measured")
        book.put("fit.worst.predicted", worst.predicted, "baskets/day", "measured")
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
