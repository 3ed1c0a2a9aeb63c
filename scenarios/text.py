"""Values with units as people write them: `15 min`, `22:00`, `9 %`, `12.50 USD`.

A field states its dimension; the text must fit it. Parsed values are in the base unit of the
dimension: microseconds, fractions of one, minor units of the currency, plain numbers.
"""

import difflib
import math
import re
from collections.abc import Iterable
from typing import Literal

Dimension = Literal["duration", "share", "money", "count", "days", "minutes", "factor"]

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
WEEK_US = 7 * DAY_US

# Units a dimension accepts, in its base unit. The empty unit is a bare number.
UNITS: dict[Dimension, dict[str, float]] = {
    "duration": {
        "us": 1,
        "ms": 1_000,
        "s": SECOND_US,
        "second": SECOND_US,
        "seconds": SECOND_US,
        "min": MINUTE_US,
        "minute": MINUTE_US,
        "minutes": MINUTE_US,
        "h": HOUR_US,
        "hour": HOUR_US,
        "hours": HOUR_US,
        "d": DAY_US,
        "day": DAY_US,
        "days": DAY_US,
        "week": WEEK_US,
        "weeks": WEEK_US,
    },
    "share": {"": 1, "%": 0.01},
    "money": {},  # the currencies
    "count": {"": 1, "unit": 1, "units": 1},
    "days": {"": 1, "day": 1, "days": 1},
    "minutes": {"": 1, "s": 1 / 60, "min": 1, "minutes": 1, "h": 60},
    "factor": {"": 1, "x": 1},
}
EXAMPLES: dict[Dimension, str] = {
    "duration": "15 min",
    "share": "9 %",
    "money": "12.50 USD",
    "count": "3",
    "days": "2",
    "minutes": "1.5",
    "factor": "1.2",
}
# ISO 4217. Minor units have two decimals except where listed below.
_CODE = re.compile("[A-Z]{3}")
CURRENCIES = frozenset(
    _CODE.findall("""
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
    KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR
    MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
    SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
    UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
    """)
)
NO_DECIMALS = frozenset(
    _CODE.findall("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF")
)
THREE_DECIMALS = frozenset(_CODE.findall("BHD IQD JOD KWD LYD OMR TND"))

_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)\s*(\S*)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
MAGNITUDE_MAX = 1e15  # in base units: 31 years in microseconds


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of *known* that looks most like *word*, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return near[0] if near else ""


def suggest(word: str, known: Iterable[str]) -> str:
    """``. Did you mean 'x'?`` for the nearest of *known*, or nothing."""
    near = nearest(word, known)
    return f". Did you mean {near!r}?" if near else ""


def minor_units(currency: str) -> int:
    """Minor units in one unit of *currency*: 100 for USD, 1 for JPY."""
    if currency in NO_DECIMALS:
        return 1
    return 1_000 if currency in THREE_DECIMALS else 100


def _unit_size(unit: str, text: str, dimension: Dimension, currency: str | None) -> float:
    """How many base units one *unit* is; ValueError with a reason if it does not fit."""
    if dimension == "money":
        if unit in CURRENCIES and currency in (None, unit):
            return minor_units(unit)
        if unit in CURRENCIES:
            raise ValueError(f"{text!r} is in {unit}, the scenario is in {currency}")
        if any(unit in units for units in UNITS.values() if unit):
            raise ValueError(f"{text!r} is not money; write it as in {EXAMPLES['money']!r}")
        code = currency or "USD"
        hint = suggest(unit.upper(), (code, *sorted(CURRENCIES))) if unit else ""
        raise ValueError(f"{text!r} needs a currency, as in '12.50 {code}'{hint}")
    known = UNITS[dimension]
    if unit in known:
        return known[unit]
    example = EXAMPLES[dimension]
    if dimension == "duration" and unit.startswith(("month", "year")):
        raise ValueError(f"{text!r}: months and years have no fixed length; write weeks")
    if not unit:
        raise ValueError(f"{text!r} needs a unit, as in {example!r}")
    if unit in CURRENCIES or any(unit in units for units in UNITS.values()):
        raise ValueError(f"{text!r} is not a {dimension}; write it as in {example!r}")
    hint = suggest(unit, [name for name in known if name])
    raise ValueError(f"{text!r} has an unknown unit {unit!r}; write it as in {example!r}{hint}")


def split_number(text: str) -> tuple[float, str]:
    """The number and the unit of ``2.5 min``."""
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        hint = "; write numbers without thousands separators" if "," in text else ""
        raise ValueError(f"{text!r} is not a number with a unit{hint}")
    return float(match[1]), match[2]


def parse_quantity(
    value: str | float, dimension: Dimension, currency: str | None = None, per: str = ""
) -> float:
    """*value* in base units of *dimension*.

    Args:
        value: text with a unit, or a bare number where the dimension needs none. Zero never does.
        dimension: what the field measures.
        currency: of the scenario; None accepts any.
        per: what the field is counted by (`hour`); the text may repeat it (`20 USD per hour`).
    """
    text = str(value).strip()
    text, _, by = text.partition(" per ")
    if by and by.strip() != per:
        wanted = f"per {per}" if per else "without 'per'"
        raise ValueError(f"{str(value)!r} is per {by.strip()}; this field is {wanted}")
    number, unit = split_number(text)
    if number == 0 and not unit:
        return 0.0
    base = number * _unit_size(unit, text, dimension, currency)
    if not math.isfinite(base) or abs(base) > MAGNITUDE_MAX:
        raise ValueError(f"{text!r} is too large")
    if base < 0:
        raise ValueError(f"{text!r} must not be negative")
    if dimension == "share" and base > 1:
        hint = f"; did you mean '{number:g} %'?" if not unit and number <= 100 else ""
        raise ValueError(f"{text!r} is more than the whole: a share is from 0 to 1{hint}")
    return base


def parse_clock(text: str) -> int:
    """Microseconds since midnight of ``22:00``; ``24:00`` is the end of the day."""
    match = _CLOCK.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a time of day; write it as in '22:00'")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    clock_us = hours * HOUR_US + minutes * MINUTE_US + seconds * SECOND_US
    if minutes >= 60 or seconds >= 60 or clock_us > DAY_US:
        raise ValueError(f"{text!r} is not a time of day; it runs from 00:00 to 24:00")
    return clock_us
