"""Types of the values of a scenario, and the rules of every model.

Attributes carry their unit (`period_us`, `wage_minor`); in a file the same value is called
`period`, `wage` and written with its unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from scenarios.distributions import Distribution, parse_distribution
from scenarios.text import EXAMPLES, Dimension, parse_clock, parse_quantity


class Model(BaseModel):
    """Frozen, complete, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)


def refuse(message: str, at: str = "") -> NoReturn:
    """Refuse a model; the error's place is the key *at*, as written in the file."""
    raise PydanticCustomError("refused", "{message}", {"message": message, "at": at})


def _currency(info: ValidationInfo) -> str | None:
    context = info.context
    return context.get("currency") if isinstance(context, dict) else None


@dataclass(frozen=True)
class Measure:
    """Marks a field with its dimension and parses the text written for it.

    Files are read with a validation context: there a bare number is text without a unit. Without
    a context a number is a value already in base units.
    """

    dimension: Dimension
    per: str = ""
    whole: bool = False  # base units are whole numbers: microseconds, minor units

    def read(self, value: object, info: ValidationInfo) -> object:
        """*value* in base units."""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            refuse(f"must be a value as in {EXAMPLES[self.dimension]!r}")
        if info.context is None and not isinstance(value, str):
            return value
        base = parse_quantity(value, self.dimension, _currency(info), self.per)
        if not self.whole:
            return base
        if abs(base - round(base)) > 1e-6 + 1e-12 * abs(base):
            raise ValueError(f"{value!r} is finer than the smallest unit kept")
        return round(base)

    def __get_pydantic_core_schema__(
        self,
        source: object,
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        return core_schema.with_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self,
        _schema: CoreSchema,
        _handler: object,
    ) -> dict[str, Any]:
        return {"type": ["string", "number"], "examples": [EXAMPLES[self.dimension]]}


@dataclass(frozen=True)
class Spread:
    """Marks a field that holds a `Distribution` of the given dimension."""

    dimension: Dimension

    def read(self, value: object, info: ValidationInfo) -> Distribution:
        """The distribution written as *value*."""
        if isinstance(value, Distribution):
            return value
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            example = EXAMPLES[self.dimension]
            refuse(f"must be a value or a distribution, as in {example!r}")
        return parse_distribution(value, self.dimension, _currency(info))

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            self.read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda distribution: distribution.canonical
            ),
        )

    def __get_pydantic_json_schema__(
        self,
        _schema: CoreSchema,
        _handler: object,
    ) -> dict[str, Any]:
        return {"type": ["string", "number"], "examples": [EXAMPLES[self.dimension]]}


@dataclass(frozen=True)
class ClockText:
    """Marks a time of day: microseconds since midnight, 0 to 24 hours."""

    def read(self, value: object) -> object:
        """Microseconds since midnight."""
        if isinstance(value, str):
            return parse_clock(value)
        return value

    def __get_pydantic_core_schema__(
        self,
        source: object,
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self,
        _schema: CoreSchema,
        _handler: object,
    ) -> dict[str, Any]:
        return {"type": "string", "examples": ["22:00"]}


def _only_date(value: object) -> object:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a date; write it as in '2026-01-05'") from None


@dataclass(frozen=True)
class DateText:
    """Marks a calendar date, written 2026-01-05."""

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _only_date, serialization=core_schema.to_string_ser_schema()
        )

    def __get_pydantic_json_schema__(
        self,
        _schema: CoreSchema,
        _handler: object,
    ) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


def _moment(value: object) -> object:
    if type(value) is datetime:
        return value
    day, _, clock = str(value).strip().partition(" ")
    try:
        since_us = parse_clock(clock) if clock else 0
        return datetime.combine(date.fromisoformat(day), time()) + timedelta(microseconds=since_us)
    except ValueError:
        example = "'2026-01-05' or '2026-01-05 14:30'"
        raise ValueError(f"{value!r} is not a date; write it as in {example}") from None


def moment_text(value: datetime) -> str:
    """*value* as in a file: midnight is the date alone."""
    if value.time() == time():
        return str(value.date())
    return value.isoformat(" ", "seconds" if value.second else "minutes")


@dataclass(frozen=True)
class MomentText:
    """Marks a date with or without a time of day: 2026-01-05 or 2026-01-05 14:30."""

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _moment,
            serialization=core_schema.plain_serializer_function_ser_schema(moment_text),
        )

    def __get_pydantic_json_schema__(
        self,
        _schema: CoreSchema,
        _handler: object,
    ) -> dict[str, Any]:
        return {"type": "string", "examples": ["2026-01-05", "2026-01-05 14:30"]}


Whole = Annotated[int, Field(strict=True, ge=0)]
Positive = Annotated[int, Field(strict=True, ge=1)]
Word = Annotated[str, Field(strict=True, min_length=1, max_length=2_000)]
Duration = Annotated[int, Field(strict=True, ge=0), Measure("duration", whole=True)]
Clock = Annotated[int, Field(strict=True, ge=0), ClockText()]
Day = Annotated[date, DateText()]
When = Annotated[datetime, MomentText()]
Share = Annotated[float, Field(ge=0, le=1), Measure("share")]
SharePerYear = Annotated[float, Field(ge=0, le=1), Measure("share", per="year")]
Factor = Annotated[float, Field(ge=0), Measure("factor")]
Count = Annotated[float, Field(ge=0), Measure("count")]
Days = Annotated[float, Field(ge=0), Measure("days")]
Minutes = Annotated[float, Field(ge=0), Measure("minutes")]
Minor = Annotated[int, Field(strict=True, ge=0), Measure("money", whole=True)]
MinorPerHour = Annotated[int, Field(strict=True, ge=0), Measure("money", per="hour", whole=True)]
MinorPerMonth = Annotated[int, Field(strict=True, ge=0), Measure("money", per="month", whole=True)]
DurationSpread = Annotated[Distribution, Spread("duration")]
DaysSpread = Annotated[Distribution, Spread("days")]
MoneySpread = Annotated[Distribution, Spread("money")]


def check_weights(weights: Iterable[float], length: int, key: str) -> None:
    """Refuse *weights* unless there are *length*, none negative, not all zero."""
    values = list(weights)
    if len(values) != length:
        refuse(f"needs {length} values, has {len(values)}", key)
    if min(values) < 0 or sum(values) <= 0:
        refuse("needs weights from 0 up, at least one above 0", key)


def check_pmf(shares: Iterable[float], key: str) -> None:
    """Refuse *shares* unless they are probabilities of 1, 2, ..., n that sum to one."""
    values = list(shares)
    if not values or min(values) < 0:
        refuse("needs the shares of 1, 2, 3, ... from 0 up", key)
    if abs(sum(values) - 1) > 1e-6:
        refuse(f"the shares must sum to 1, they sum to {sum(values):g}", key)
