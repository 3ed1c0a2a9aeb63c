"""A distribution in words: what a shop owner reads instead of `triangular(27 %, 40 %, 60 %)`."""

from typing import TYPE_CHECKING

from scenarios.text import DAY_US, HOUR_US, MINUTE_US, SECOND_US, WEEK_US, minor_units

if TYPE_CHECKING:
    from scenarios.distributions import Distribution
    from scenarios.evidence import Entry

# Largest first; a duration is told in the first unit of which it holds one.
DURATIONS = (
    ("weeks", WEEK_US),
    ("days", DAY_US),
    ("h", HOUR_US),
    ("min", MINUTE_US),
    ("s", SECOND_US),
    ("ms", 1_000),
)
WRITTEN = {"factor": "x"}  # units that a value is not written with


def quantity(base: float, unit: str) -> str:
    """*base*, in base units, as people write it in *unit* of an entry."""
    if unit == "share":
        return f"{_digits(100 * base)} %"
    if unit == "duration":
        large = ((name, size) for name, size in DURATIONS if base >= size)
        name, size = next(large, DURATIONS[-1])
        return _counted(_digits(base / size), name)
    if unit in ("days", "minutes", "units", "factor"):
        return _counted(_digits(base), WRITTEN.get(unit, unit))
    return f"{_digits(base / minor_units(unit))} {unit}"


def _counted(digits: str, unit: str) -> str:
    return f"{digits} {unit.removesuffix('s') if digits == '1' and len(unit) > 2 else unit}"


def _digits(value: float) -> str:
    """Three digits that count, and no powers of ten."""
    return f"{value:,.0f}" if value >= 100 else f"{float(f'{value:.3g}'):g}"


def middle_80(spread: "Distribution", unit: str) -> tuple[str, str]:
    """Eight values in ten lie between these two."""
    return quantity(spread.quantile(0.1), unit), quantity(spread.quantile(0.9), unit)


def in_words(spread: "Distribution", unit: str) -> str:
    """Which values there are, and which are frequent."""
    if spread.form == "discrete":
        pairs = zip(spread.parameters[::2], spread.parameters[1::2], strict=True)
        cases = (f"{quantity(value, unit)} in {quantity(share, 'share')}" for value, share in pairs)
        return f"{', '.join(cases)} of the cases"
    p = [quantity(value, unit) for value in spread.parameters]
    if spread.form == "constant":
        return f"always {p[0]}; nothing varies"
    if spread.form == "triangular":
        return f"from {p[0]} to {p[2]}, most often near {p[1]} (triangular)"
    if spread.form == "uniform":
        return f"from {p[0]} to {p[1]}, each value as likely as another (uniform)"
    middle = quantity(spread.quantile(0.5), unit)
    if spread.form == "exponential":
        return f"{p[0]} in the mean, half of all below {middle}, with a long tail (exponential)"
    low, high = middle_80(spread, unit)
    tenths = f"one in ten below {low}, half below {middle}, one in ten above {high}"
    return f"{tenths} ({spread.form})"


def short(entry: "Entry") -> str:
    """The value of *entry* with its unit, for one cell of a table."""
    spread = entry.distribution
    if spread.form == "discrete":
        values = [quantity(value, entry.unit).partition(" ")[0] for value in spread.parameters[::2]]
        text = " or ".join(filter(None, [", ".join(values[:-1]), values[-1]]))
    else:
        text = spread.text
    bare = entry.unit in ("days", "minutes", "units", "factor") and text[-1:].isdigit()
    return f"{text} {WRITTEN.get(entry.unit, entry.unit)}" if bare else text
