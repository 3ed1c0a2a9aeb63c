"""How far assumptions, and not luck, move the gain: typing and the price of missing goods.

Keys: typing.*, handling.*. The money is reckoned, not simulated again: with as many entries as in
this run, the labour part of the gain is in proportion to the minutes an entry takes. How much
staff would leave undone if an entry took longer, and what that would do to the web shop, is not
in it.
"""

from reports.decision import Difference
from reports.facts import WEEKS_A_YEAR
from reports.numbers import Book, minor_units
from reports.subject import Assumption, Subject

MINUTES_AN_HOUR = 60
DAYS_A_WEEK = 7


def tell(book: Book, subject: Subject, best: Difference) -> None:
    """Put the gain of *best* at both ends of the evidence for typing into *book*."""
    scenario, results = subject.scenario, subject.results
    today = scenario.today
    wage = scenario.money.wage_minor
    typed = results.of(today, "labour_sync").mean() - results.of(best.arm, "labour_sync").mean()
    if wage:
        hours = float(results.of(today, "labour_sync").mean()) / wage / WEEKS_A_YEAR
        book.put("typing.today", hours, "hours/week", "assumed")
        book.put("typing.saved", float(typed) / wage / WEEKS_A_YEAR, "hours/week", "assumed")
    stock = subject.setups[today].stock
    minutes = _found(subject, f"setups.{today}.stock.minutes_per_entry")
    saved = _entries(subject, today)
    if subject.setups[best.arm].stock.minutes_per_entry:  # the same minutes are at stake there
        saved -= _entries(subject, best.arm)
    if minutes is not None and saved:
        money = saved * wage / MINUTES_AN_HOUR
        low, high = (
            best.mean + money * (end - stock.minutes_per_entry)
            for end in (minutes.low, minutes.high)
        )
        _range(book, "typing.minutes", stock.minutes_per_entry, "minutes", minutes)
        book.put_money("typing.gain", best.mean, "assumed", per="year", low=low, high=high)
    handling = _found(subject, "money.cancellation")
    if handling is not None and book.number("number.without_work") != 0:
        _handling(book, subject, best, handling)
    staff = _found(subject, f"setups.{today}.stock.staff_minutes")
    if staff is not None and stock.staff_minutes:
        a_week = DAYS_A_WEEK * len(scenario.stores) / MINUTES_AN_HOUR
        _range(book, "typing.staff", stock.staff_minutes, "minutes", staff)
        book.put(
            "typing.hours",
            stock.staff_minutes * a_week,
            "hours/week",
            "assumed",
            low=staff.low * a_week,
            high=staff.high * a_week,
        )


def _handling(book: Book, subject: Subject, best: Difference, ends: Assumption) -> None:
    """What is left without work by hand, at both ends of the price of missing goods."""
    results, today = subject.results, subject.scenario.today
    price = subject.scenario.money.cancellation_minor
    fewer = float(
        results.of(today, "orders_oversold").mean() - results.of(best.arm, "orders_oversold").mean()
    )
    left = book.number("number.without_work") * minor_units(book.currency)
    low, high = (left + fewer * (end - price) for end in (ends.low, ends.high))
    book.put_money("handling.price", price, "assumed", low=ends.low, high=ends.high)
    book.put_money("handling.left", left, "assumed", per="year", low=low, high=high, signed=True)


def _found(subject: Subject, path: str) -> Assumption | None:
    """What *path* was assumed to be, where evidence says how far it may lie off."""
    found = next((a for a in subject.assumptions if a.path == path), None)
    return found if found is not None and found.low < found.high else None


def _entries(subject: Subject, arm: str) -> float:
    """Stock figures typed in a year under *arm*."""
    return float(subject.results.of(arm, "stock_entries").mean())


def _range(book: Book, key: str, value: float, unit: str, ends: Assumption) -> None:
    low, high = round(ends.low, 6), round(ends.high, 6)
    book.put(key, value, unit, "assumed", low=low, high=high)
