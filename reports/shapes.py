"""The numbers of each chart: what report.json keeps and the drawings are made from.

Money is in whole currency units. Texts are those of the book, so a chart and the page agree.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gain:
    """One candidate against today: yearly money in whole units, with its interval."""

    title: str
    colour: str
    mean: float
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a waterfall, in whole money a year; the last is the sum."""

    title: str
    amount: float
    text: str
    total: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate along an axis."""

    title: str
    colour: str
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    main: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One axis of the strip; *now* is what the scenario assumes."""

    title: str
    unit: str
    tested: tuple[float, ...]
    now: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Oversold lines a year by setup, for one cause."""

    title: str
    setups: tuple[str, ...]
    colours: tuple[str, ...]
    counts: tuple[float, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fan:
    """Cumulative cash against today by week, in whole money, and the weeks phases begin."""

    q05: tuple[float, ...]
    q25: tuple[float, ...]
    q50: tuple[float, ...]
    q75: tuple[float, ...]
    q95: tuple[float, ...]
    phases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """One store's baskets by weekday on days the model had not seen."""

    store: str
    observed: tuple[float, ...]
    predicted: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
