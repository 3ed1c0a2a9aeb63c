"""Distributions in text: `3 s`, `2 s to 9 s`, `triangular(1, 2, 4)`, `discrete(1: 0.7, 2: 0.3)`.

`a to b` means that one value in ten lies below a and one in ten above b (P10 to P90): lognormal if
both are above zero, else normal. Negative values are cut to zero, shares also to one. The twin
draws by table: `quantiles` are the values at the middles of n equal slices of probability.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from scenarios.text import Dimension, parse_quantity, split_number, suggest

if TYPE_CHECKING:
    import numpy as np

TABLE = 1024
P90_Z = 1.2815515655446004  # standard normal quantile at 0.9
# Parameters of each form, in the order they are written.
FORMS: dict[str, tuple[str, ...]] = {
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sigma"),
    "exponential": ("mean",),
}
_CALL = re.compile(r"([a-z_]+)\s*\((.*)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Distribution:
    """A quantity that varies. Parameters are in base units of the dimension.

    `form` is `constant`, `discrete` or a key of FORMS; the parameters of `discrete` are value,
    probability, value, probability, ...; sigma of `lognormal` is that of the logarithm.
    """

    dimension: Dimension
    form: str
    parameters: tuple[float, ...]
    text: str

    @property
    def mean(self) -> float:
        """Mean of what is drawn, in base units."""
        p = self.parameters
        if self.form == "normal" or self.dimension == "share":  # cut: the formula does not hold
            return math.fsum(_table(self, TABLE)) / TABLE
        if self.form in ("constant", "exponential"):
            return p[0]
        if self.form == "lognormal":
            return p[0] * math.exp(p[1] ** 2 / 2)
        if self.form == "discrete":
            return math.fsum(value * share for value, share in _pairs(p))
        return math.fsum(p) / len(p)

    @property
    def largest(self) -> float:
        """The largest value the twin ever draws: the last entry of the table."""
        return self.quantile((TABLE - 0.5) / TABLE)

    @property
    def canonical(self) -> str:
        """The same text for the same distribution however it was written; base units."""
        return f"{self.form}({', '.join(repr(p) for p in self.parameters)})"

    def quantile(self, probability: float) -> float:
        """The value below which *probability* (in 0..1, ends excluded) of the draws lie."""
        value = max(0.0, _inverse(self.form, self.parameters, probability))
        return min(1.0, value) if self.dimension == "share" else value

    def quantiles(self, n: int = TABLE) -> "np.ndarray":
        """(n,) float64: values at (i + 0.5) / n, in base units, rising."""
        import numpy as np  # noqa: PLC0415  loading a scenario must not wait for numpy

        return np.array(_table(self, n), dtype=np.float64)


@lru_cache(maxsize=256)
def _table(distribution: Distribution, n: int) -> tuple[float, ...]:
    return tuple(distribution.quantile((i + 0.5) / n) for i in range(n))


def _pairs(parameters: tuple[float, ...]) -> list[tuple[float, float]]:
    return list(zip(parameters[::2], parameters[1::2], strict=True))


def _inverse(form: str, p: tuple[float, ...], probability: float) -> float:
    """Inverse distribution function, before cutting."""
    if form == "uniform":
        return p[0] + (p[1] - p[0]) * probability
    if form == "exponential":
        return -p[0] * math.log1p(-probability)
    if form == "triangular":
        low, mode, high = p
        if high == low:
            return low
        if probability < (mode - low) / (high - low):
            return low + math.sqrt(probability * (high - low) * (mode - low))
        return high - math.sqrt((1 - probability) * (high - low) * (high - mode))
    if form == "discrete":
        reached = 0.0
        for value, share in _pairs(p):
            reached += share
            if probability < reached:
                return value
        return p[-2]
    if form == "constant":
        return p[0]
    from statistics import NormalDist  # noqa: PLC0415  costs more than the rest of this module

    z = NormalDist().inv_cdf(probability)
    return p[0] * math.exp(p[1] * z) if form == "lognormal" else p[0] + p[1] * z


def parse_distribution(
    value: str | float, dimension: Dimension, currency: str | None = None
) -> Distribution:
    """The distribution that *value* describes; ValueError with a reason if it does not."""
    text = str(value).strip()
    call = _CALL.fullmatch(text)
    if call:
        return _parse_call(call[1], call[2], text, dimension, currency)
    low_text, to, high_text = text.partition(" to ")
    if not to:
        constant = parse_quantity(value, dimension, currency)
        return Distribution(dimension, "constant", (constant,), text)
    number, unit = split_number(low_text)
    if not unit:  # `2 to 9 s`: the unit of the second holds for both
        low_text = f"{number!r} {split_number(high_text)[1]}"
    low = _signed(low_text, dimension, currency)
    high = parse_quantity(high_text, dimension, currency)
    if low >= high:
        raise ValueError(f"{text!r} runs backwards: write the smaller value first")
    if low > 0:
        sigma = math.log(high / low) / (2 * P90_Z)
        return Distribution(dimension, "lognormal", (math.sqrt(low * high), sigma), text)
    spread = (high - low) / (2 * P90_Z)
    return Distribution(dimension, "normal", ((low + high) / 2, spread), text)


def _signed(text: str, dimension: Dimension, currency: str | None) -> float:
    """A quantity that may be below zero: the lower end of a normal."""
    if text.lstrip().startswith("-"):
        return -parse_quantity(text.strip()[1:], dimension, currency)
    return parse_quantity(text, dimension, currency)


def _parse_call(
    form: str, inside: str, text: str, dimension: Dimension, currency: str | None
) -> Distribution:
    arguments = [argument.strip() for argument in inside.split(",")]
    if form == "discrete":
        return _parse_discrete(arguments, text, dimension, currency)
    if form not in FORMS:
        raise ValueError(f"unknown distribution {form!r}{suggest(form, (*FORMS, 'discrete'))}")
    names = FORMS[form]
    if len(arguments) != len(names):
        raise ValueError(f"{text!r}: {form} takes {len(names)} values: {', '.join(names)}")
    parameters = tuple(
        parse_quantity(argument, "factor" if name == "sigma" else dimension, currency)
        for argument, name in zip(arguments, names, strict=True)
    )
    if form in ("triangular", "uniform") and list(parameters) != sorted(parameters):
        raise ValueError(f"{text!r}: {', '.join(names)} must rise in this order")
    if form == "lognormal" and parameters[0] == 0:
        raise ValueError(f"{text!r}: the median of a lognormal must be above zero")
    return Distribution(dimension, form, parameters, text)


def _parse_discrete(
    arguments: list[str], text: str, dimension: Dimension, currency: str | None
) -> Distribution:
    pairs: list[tuple[float, float]] = []
    for argument in arguments:
        value, colon, share = argument.partition(":")
        if not colon:
            raise ValueError(f"{text!r}: write discrete(value: share, ...)")
        pairs.append((parse_quantity(value, dimension, currency), parse_quantity(share, "share")))
    total = math.fsum(share for _, share in pairs)
    if abs(total - 1) > 1e-6:
        raise ValueError(f"{text!r}: the shares sum to {total:g}, not 1")
    pairs.sort()
    return Distribution(dimension, "discrete", tuple(v for pair in pairs for v in pair), text)
