"""How numbers are written, and the book that remembers every number a report shows.

A number reaches the page only by its key: `Book.put` stores value, range, unit, basis and the
text as shown; `Book.shown` prints that text inside `<data>` with the key. report.json is the
book's own content, so page and file cannot disagree.
"""

import datetime as dt
import math
from dataclasses import dataclass, field

from markupsafe import Markup

BASES = ("measured", "assumed", "mixed", "stated")
MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"

_SYMBOLS = {"USD": "$", "EUR": "\N{EURO SIGN}", "GBP": "\N{POUND SIGN}"}
_NO_MINOR_UNIT = {"JPY", "KRW", "ISK", "CLP", "VND"}

Shown = float | int | str | None


def minor_units(currency: str) -> int:
    """How many minor units make one of *currency* (ISO 4217; two decimals but for a few)."""
    return 1 if currency in _NO_MINOR_UNIT else 100


def step_of(*numbers: float, digits: int = 3) -> float:
    """The power of ten that leaves the greatest of *numbers* with *digits* figures.

    One step for a value and its range, so that all three are rounded alike.
    """
    greatest = max((abs(n) for n in numbers if math.isfinite(n)), default=0.0)
    if greatest == 0:
        return 1.0
    return float(10.0 ** (math.floor(math.log10(greatest)) - digits + 1))


def decimal(number: float, step: float = 1.0) -> str:
    """*number* rounded to *step*, with thousands separated and a true minus sign."""
    places = max(0, -round(math.log10(step)))
    rounded = round(number / step) * step
    text = f"{abs(rounded):,.{places}f}"
    is_zero = float(text.replace(",", "")) == 0
    return f"{MINUS}{text}" if rounded < 0 and not is_zero else text


def money(amount: float, currency: str, step: float = 1.0) -> str:
    """An amount in whole currency units: $1,200 or RON 1,200; never finer than a hundredth."""
    symbol = _SYMBOLS.get(currency, currency + SPACE)
    text = decimal(amount, max(step, 0.01))
    return MINUS + symbol + text[1:] if text.startswith(MINUS) else symbol + text


def share(number: float, step: float = 0.001) -> str:
    """A share as per cent."""
    text = decimal(100 * number, min(1.0, max(0.01, 100 * step)))
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}{SPACE}%"


def _share_step(*numbers: float) -> float:
    greatest = max((abs(n) for n in numbers if math.isfinite(n)), default=0.0)
    if greatest < 0.01:
        return 0.0001
    return 0.001


def written(unit: str, *numbers: float) -> list[str]:
    """*numbers* (a value and its range) as text, all rounded alike; the unit decides how.

    Units beginning with a currency code are money in whole units. `share` is per cent. Whole
    numbers of what is counted, not measured (no `/` in the unit), are written in full.
    """
    head = unit.split("/", maxsplit=1)[0]
    known = [n for n in numbers if math.isfinite(n)]
    greatest = max(map(abs, known), default=0.0)
    if head == "share":
        step = _share_step(*known)
        texts = {n: share(n, step) for n in known}
    elif len(head) == 3 and head.isupper():
        step = max(1.0, step_of(*known)) if greatest >= 10 or _all_whole(known) else 0.01
        texts = {n: money(n, head, step) for n in known}
    elif _all_whole(known) and "/" not in unit:
        texts = {n: decimal(n) for n in known}
    elif greatest >= 1e6:
        step = step_of(*known) / 1e6
        texts = {n: f"{decimal(n / 1e6, step)}{SPACE}million" for n in known}
    else:
        step = step_of(*known, digits=3 if greatest >= (10 if unit == "hours" else 1) else 2)
        texts = {n: decimal(n, step) if n else "0" for n in known}
    return [texts.get(n, "not known") for n in numbers]


def _all_whole(numbers: list[float]) -> bool:
    return all(float(n).is_integer() for n in numbers)


def with_plus(text: str) -> str:
    """*text* with a plus sign where it is above zero."""
    above = not text.startswith(MINUS) and any(digit in text for digit in "123456789")
    return f"+{text}" if above else text


@dataclass(frozen=True, slots=True)
class Value:
    """One number as shown: value and range, their unit, what they rest on, their texts."""

    value: Shown
    low: float | None
    high: float | None
    unit: str
    basis: str
    text: str
    low_text: str | None = None
    high_text: str | None = None


@dataclass(slots=True)
class Book:
    """Every number of one report, by dotted key.

    Attributes:
        currency: ISO 4217; money is put in minor units and kept in whole ones.
    """

    currency: str
    values: dict[str, Value] = field(default_factory=dict)

    def put(
        self,
        key: str,
        value: float,
        unit: str,
        basis: str,
        *,
        low: float | None = None,
        high: float | None = None,
        signed: bool = False,
    ) -> None:
        """Remember a number; *signed* ones, which are differences, show their plus.

        Keys are never put twice: two meanings for one key is a mistake.
        """
        assert key not in self.values, key
        assert basis in BASES, basis
        has_range = low is not None and high is not None
        numbers = [value, low, high] if low is not None and high is not None else [value]
        texts = written(unit, *numbers)
        if signed:
            texts = [with_plus(text) for text in texts]
        self.values[key] = Value(
            value=_whole(value),
            low=_finite(low),
            high=_finite(high),
            unit=unit,
            basis=basis,
            text=texts[0],
            low_text=texts[1] if has_range else None,
            high_text=texts[2] if has_range else None,
        )

    def put_money(
        self,
        key: str,
        minor: float,
        basis: str,
        *,
        per: str = "",
        low: float | None = None,
        high: float | None = None,
        signed: bool = False,
    ) -> None:
        """Remember an amount given in minor units, e.g. per="year"."""
        many = minor_units(self.currency)
        unit = f"{self.currency}/{per}" if per else self.currency
        self.put(
            key,
            minor / many,
            unit,
            basis,
            low=None if low is None else low / many,
            high=None if high is None else high / many,
            signed=signed,
        )

    def put_text(self, key: str, value: str, unit: str, basis: str) -> None:
        """Remember a number that is written as it is: a digest, a version."""
        assert key not in self.values, key
        self.values[key] = Value(value, None, None, unit, basis, value)

    def put_date(self, key: str, day: dt.date, basis: str) -> None:
        """Remember a day, shown as 2 November 2026."""
        assert key not in self.values, key
        text = f"{day.day} {day:%B} {day.year}"
        self.values[key] = Value(day.isoformat(), None, None, "date", basis, text)

    def shown(self, key: str, part: str = "") -> Markup:
        """The number under *key* as markup; *part* is "low" or "high" for an end of its range."""
        entry = self.values[key]
        value: Shown = entry.value
        text: str | None = entry.text
        if part:
            ends = {"low": (entry.low, entry.low_text), "high": (entry.high, entry.high_text)}
            value, text = ends[part]
        assert text is not None, f"{key} has no range"
        full_key = f"{key}.{part}" if part else key
        return Markup('<data class=n data-key="{}" value="{}">{}</data>').format(
            full_key, "" if value is None else value, text
        )

    def number(self, key: str) -> float:
        """The value under *key* for a condition in a template."""
        value = self.values[key].value
        return value if isinstance(value, int | float) else math.nan

    def listed(self) -> dict[str, dict[str, Shown]]:
        """The book as report.json keeps it, keys sorted."""
        fields = Value.__slots__
        return {
            key: {name: getattr(self.values[key], name) for name in fields}
            for key in sorted(self.values)
        }


def _finite(number: float | None) -> float | None:
    return None if number is None or not math.isfinite(number) else _rounded(number)


def _whole(number: float) -> Shown:
    if not math.isfinite(number):
        return None
    return int(number) if float(number).is_integer() else _rounded(number)


def _rounded(number: float) -> float:
    """Twelve figures: enough for any reader, and the same on every platform."""
    return float(f"{number:.12g}")
