"""A setup is a table of links: how stock, orders and prices travel between till and web shop.

A link that cannot work is refused with the reason. Nothing here knows a setup's name.
"""

import math
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.distributions import Distribution, parse_distribution
from scenarios.fields import (
    Clock,
    Duration,
    DurationSpread,
    Minor,
    MinorPerMonth,
    Minutes,
    Model,
    Positive,
    Share,
    Whole,
    Word,
    refuse,
)

StockTechnique = Literal["none", "manual", "file", "poll", "event", "direct"]
OrderTechnique = Literal["manual", "file", "poll", "event", "direct"]
PriceTechnique = Literal["manual", "poll"]
Meaning = Literal["absolute_available", "absolute_on_hand", "delta"]

Loss = Annotated[Share, Field(lt=1)]


def _at_once() -> Distribution:
    return parse_distribution(0, "duration")


class StockLink(Model):
    """How the web shop learns what is in stock."""

    technique: StockTechnique
    meaning: Meaning = "absolute_available"
    period_us: Duration = Field(
        0, alias="period", description="manual, file, poll: time between two runs; us"
    )
    at_us: Clock | None = Field(
        None, alias="at", description="manual, file: time of day of the first run; us"
    )
    latency: DurationSpread = Field(
        default_factory=_at_once, description="from sending to arriving; us"
    )
    loss: Loss = Field(0.0, description="share of attempts that do not arrive")
    attempts: Positive = Field(1, le=20, description="how often one message is tried")
    backoff_us: Duration = Field(
        0, alias="backoff", description="wait before the second try, doubled each time; us"
    )
    duplication: Loss = Field(0.0, description="share of messages that arrive twice")
    version_guard: bool = Field(
        default=False, strict=True, description="an older message never overwrites a newer one"
    )
    reconcile_every_us: Duration = Field(
        0, alias="reconcile_every", description="time between two full comparisons; 0 = never; us"
    )
    buffer: Whole = Field(0, description="units held back from the web shop at each level")
    entry_error: Share = Field(0.0, description="share of entries typed wrong")
    minutes_per_entry: Minutes = Field(0.0, description="staff minutes for each entry")
    staff_minutes: Minutes = Field(
        0.0, description="manual: minutes that each store's staff spend on one run; 0 = no limit"
    )

    @property
    def entries_per_run(self) -> int:
        """Entries that each store's staff have time for in one run; 0 = no limit."""
        if not self.staff_minutes:
            return 0
        return math.floor(round(self.staff_minutes / self.minutes_per_entry, 6))

    @model_validator(mode="after")
    def _works(self) -> Self:
        _check_schedule(self)
        if self.duplication and self.technique != "event":
            refuse("only messages arrive twice: duplication needs technique: event", "duplication")
        if self.staff_minutes:
            self._check_typing()
        if self.meaning == "delta" and self.technique != "event":
            refuse(
                "meaning: delta needs technique: event; a repeated delta counts twice", "meaning"
            )
        return self

    def _check_typing(self) -> None:
        """Refuse a limit to typing where nobody types, or that leaves no time for one entry."""
        if self.technique != "manual":
            refuse("staff type only with technique: manual", "staff_minutes")
        if not self.minutes_per_entry:
            refuse("a limit to typing needs minutes_per_entry above 0", "minutes_per_entry")
        if not self.entries_per_run:
            refuse(f"no time for one entry of {self.minutes_per_entry:g} minutes", "staff_minutes")


class OrderLink(Model):
    """How the store learns of a web order."""

    technique: OrderTechnique
    period_us: Duration = Field(
        0, alias="period", description="manual, file, poll: time between two runs; us"
    )
    at_us: Clock | None = Field(
        None, alias="at", description="manual, file: time of day of the first run; us"
    )
    latency: DurationSpread = Field(
        default_factory=_at_once, description="from sending to arriving; us"
    )
    loss: Loss = Field(0.0, description="share of attempts that do not arrive")
    attempts: Positive = Field(1, le=20, description="how often one message is tried")
    backoff_us: Duration = Field(
        0, alias="backoff", description="wait before the second try, doubled each time; us"
    )
    notice: DurationSpread = Field(
        default_factory=_at_once, description="from arriving until staff see the order; us"
    )
    entry_error: Share = Field(0.0, description="share of orders copied wrong")
    minutes_per_order: Minutes = Field(0.0, description="staff minutes to copy one order")

    @model_validator(mode="after")
    def _works(self) -> Self:
        _check_schedule(self)
        return self


class PriceLink(Model):
    """How a changed price reaches the shelf label."""

    technique: PriceTechnique
    starts_us: Clock = Field(
        0, alias="starts", description="manual: time of day at which staff start; us"
    )
    staff: Whole = Field(0, description="manual: people who change labels at the same time")
    minutes_per_label: Minutes = Field(0.0, description="manual: minutes for one label")
    entry_error: Share = Field(0.0, description="manual: share of labels missed")
    period_us: Duration = Field(0, alias="period", description="poll: time between two polls; us")
    loss: Loss = Field(0.0, description="poll: share of transfers that fail")
    attempts: Positive = Field(1, le=100, description="poll: transfers tried before giving up")
    labels_per_period: Whole = Field(0, description="poll: transfers the gateway makes a period")

    @model_validator(mode="after")
    def _works(self) -> Self:
        if self.technique == "manual":
            if not self.staff:
                refuse("labels changed by hand need staff of 1 or more", "staff")
            if not self.minutes_per_label:
                refuse("labels changed by hand need minutes_per_label above 0", "minutes_per_label")
        else:
            if not self.period_us:
                refuse("technique: poll needs a period, as in '40 s'", "period")
            if not self.labels_per_period:
                refuse("technique: poll needs labels_per_period of 1 or more", "labels_per_period")
        return self


class Cost(Model):
    """What a setup costs beyond today's: the project once, the subscription monthly."""

    once_minor: Minor = Field(0, alias="once", description="project, training, switching; minor")
    monthly_minor: MinorPerMonth = Field(0, alias="monthly", description="subscription; minor")


class LinkTable(Model):
    """One setup: what it is good for and how its facts travel."""

    title: Word
    advantages: tuple[Word, ...] = ()
    limits: tuple[Word, ...] = ()
    fit: Word = Field(description="the shop it suits, in one sentence")
    one_system: bool = Field(
        default=False, strict=True, description="the web shop sells from the system of record"
    )
    web_pool: Loss = Field(
        0.0, description="part of stock and replenishment set aside for the web; 0 = shared shelf"
    )
    stock: StockLink
    order: OrderLink
    price: PriceLink
    cost: Cost = Cost()

    @model_validator(mode="after")
    def _works(self) -> Self:
        for key, technique in (("stock", self.stock.technique), ("order", self.order.technique)):
            if (technique == "direct") != self.one_system:
                wanted = "needs one_system: true" if technique == "direct" else "needs direct links"
                subject = "technique: direct" if technique == "direct" else "one_system: true"
                refuse(f"{subject} {wanted}", f"{key}.technique")
        if self.one_system and self.web_pool:
            refuse("one system keeps one stock: web_pool must be 0", "web_pool")
        return self


def _check_schedule(link: StockLink | OrderLink) -> None:
    """Refuse a link that runs by the clock without saying when, or slower than it repeats."""
    if link.technique not in ("manual", "file", "poll"):
        return
    if not link.period_us:
        example = "40 s" if link.technique == "poll" else "1 day"
        refuse(f"technique: {link.technique} needs a period, as in {example!r}", "period")
    if link.technique != "poll" and link.at_us is None:
        refuse(f"technique: {link.technique} needs a time of day in `at`, as in '02:00'", "at")
    waits_us = link.backoff_us * (2 ** (link.attempts - 1) - 1) if link.loss else 0
    for key, longest_us, reaches in (
        ("latency", link.latency.largest, "latency reaches"),
        ("backoff", link.latency.largest + waits_us, "latency and waits between attempts reach"),
    ):
        if longest_us >= link.period_us:
            refuse(
                f"{reaches} {longest_us / 1e6:.0f} s, but the link runs every "
                f"{link.period_us / 1e6:.0f} s: runs would overtake each other",
                key,
            )
