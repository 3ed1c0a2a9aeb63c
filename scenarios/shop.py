"""The shop itself: stores, customers, tills, stock rules, prices, money."""

import math
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.fields import (
    Clock,
    Count,
    Day,
    Days,
    DaysSpread,
    Duration,
    DurationSpread,
    Factor,
    Minor,
    MinorPerHour,
    Minutes,
    Model,
    MoneySpread,
    Positive,
    Share,
    SharePerYear,
    Word,
    check_pmf,
    check_weights,
    refuse,
)
from scenarios.policy import Policy
from scenarios.text import DAY_US, WEEK_US

DAYS_A_WEEK = 7
HOURS_A_DAY = 24
VISIT_MULTIPLIER_MAX = 3.0
ONLINE_SHARE_MAX = 0.95
ONE_DAY_IN_A_HUNDRED_Z = 2.3263478740408408  # standard normal quantile at 0.99


class Horizon(Model):
    """What is simulated: weeks to settle, then weeks that count."""

    start: Day = Field(description="first day of the run-in, a Monday")
    run_in_us: Duration = Field(alias="run_in", description="whole weeks; us")
    trading_us: Duration = Field(alias="trading", description="whole weeks that count; us")

    @property
    def run_in_weeks(self) -> int:
        """Weeks before the first that counts."""
        return self.run_in_us // WEEK_US

    @property
    def trading_weeks(self) -> int:
        """Weeks that count."""
        return self.trading_us // WEEK_US

    @model_validator(mode="after")
    def _whole_weeks(self) -> Self:
        if self.start.weekday():
            refuse(f"{self.start} is a {self.start:%A}; a run starts on a Monday", "start")
        for key, span_us, least in (("run_in", self.run_in_us, 0), ("trading", self.trading_us, 1)):
            if span_us % WEEK_US or span_us // WEEK_US < least:
                refuse("must be whole weeks, as in '8 weeks'", key)
        return self


class Origin(Model):
    """Where the numbers about demand come from."""

    kind: Literal["fitted", "assumed"]
    describe: Word = Field(description="one or two sentences for page 1 of the report")
    scale_factor: Annotated[Factor, Field(gt=0)] = Field(
        1.0, description="by what the observed traffic was multiplied"
    )
    panel: Word | None = Field(None, description="the data set, where there is one")


class Generate(Model):
    """A made-up catalogue, drawn from the scenario's seed."""

    skus: Positive = Field(le=100_000)
    categories: Positive
    price: MoneySpread = Field(description="minor units")
    popularity: Count = Field(le=3, description="exponent of the Zipf law of sales by rank")
    promo_share: Share = Field(description="share of weeks on promotion, mean over SKUs")
    promo_depth: Share = Field(description="price cut of a promotion")

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.categories > self.skus:
            refuse(f"{self.categories} categories for {self.skus} SKUs", "categories")
        return self


class CatalogueSource(Model):
    """What the shop sells: a CSV file, or a made-up catalogue."""

    file: Word | None = Field(None, description="CSV, relative to the scenario file")
    generate: Generate | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.file is None) == (self.generate is None):
            refuse("needs either file or generate")
        return self


class Store(Model):
    """One store and its neighbourhood."""

    name: Annotated[Word, Field(max_length=60, pattern=r"^[\w][\w .'&-]*$")]
    opens_us: Clock = Field(alias="opens", description="us since midnight")
    closes_us: Clock = Field(alias="closes", description="us since midnight; 24:00 allowed")
    tills: Positive = Field(le=100)
    pickers: Positive = Field(le=100)
    visits_by_weekday: tuple[float, ...] = Field(
        description="baskets a day of both channels, Monday first"
    )
    visits_by_hour: tuple[float, ...] = Field(description="24 weights of the store's visits")
    day_effect_cv: Factor = Field(description="sd / mean of a day's own factor, lognormal")
    households: Positive = Field(description="regular households")
    visit_rate_cv: Factor = Field(description="sd / mean of the households' visit rates")

    @property
    def day_effect_high(self) -> float:
        """The factor of the busiest day in a hundred."""
        sigma = math.sqrt(math.log1p(self.day_effect_cv**2))
        return math.exp(ONE_DAY_IN_A_HUNDRED_Z * sigma - sigma**2 / 2)

    @model_validator(mode="after")
    def _opens(self) -> Self:
        if not self.opens_us < self.closes_us:
            refuse("closes must be later than opens", "closes")
        check_weights(self.visits_by_weekday, DAYS_A_WEEK, "visits_by_weekday")
        check_weights(self.visits_by_hour, HOURS_A_DAY, "visits_by_hour")
        hour_us = DAY_US // HOURS_A_DAY
        open_hours = self.visits_by_hour[self.opens_us // hour_us : -(-self.closes_us // hour_us)]
        if not sum(open_hours):
            refuse("no visits while the store is open", "visits_by_hour")
        if self.day_effect_high > VISIT_MULTIPLIER_MAX:
            refuse(
                f"multiplies visits by {self.day_effect_high:.1f} on one day in a hundred; "
                f"multipliers of visits above {VISIT_MULTIPLIER_MAX:g} are not simulated",
                "day_effect_cv",
            )
        return self


class StockoutResponse(Model):
    """What customers do when the product they want is not there; the shares sum to one."""

    lost: Share = Field(description="buy elsewhere or not at all")
    substitute: Share = Field(description="take a similar product here")
    delay: Share = Field(description="come back later")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = self.lost + self.substitute + self.delay
        if abs(total - 1) > 1e-6:
            refuse(f"lost + substitute + delay must be 1, they are {total:g}")
        return self


class Demand(Model):
    """What customers want and how they react."""

    online_share: Share = Field(description="share of baskets ordered on the web")
    web_by_hour: tuple[float, ...] = Field(description="24 weights of web orders")
    basket_lines: tuple[float, ...] = Field(description="shares of baskets of 1, 2, ... lines")
    line_quantity: tuple[float, ...] = Field(description="shares of lines of 1, 2, ... units")
    shopping_time: DurationSpread = Field(description="from entering to joining a till; us")
    stockout_response: StockoutResponse
    delay_us: Duration = Field(alias="delay", description="until a delayed purchase; us")
    churn_after_cancellation: Share = Field(
        description="share of customers who stay away after a cancelled order"
    )

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if self.online_share > ONLINE_SHARE_MAX:
            refuse(f"at most {ONLINE_SHARE_MAX:g}: the stores must sell something", "online_share")
        check_weights(self.web_by_hour, HOURS_A_DAY, "web_by_hour")
        check_pmf(self.basket_lines, "basket_lines")
        check_pmf(self.line_quantity, "line_quantity")
        return self


class ServiceTime(Model):
    """(base + per_unit * units) * noise, where noise is lognormal with mean 1."""

    base_us: Duration = Field(alias="base", description="us")
    per_unit_us: Duration = Field(alias="per_unit", description="us a unit")
    noise_cv: Factor = Field(le=3, description="sd / mean of the noise")


class StockRule(Model):
    """How stock is ordered, how the record goes wrong, when it is put right."""

    review_us: Clock = Field(alias="review", description="daily reorder time; us since midnight")
    delivery_us: Clock = Field(alias="delivery", description="time of arrival; us since midnight")
    lead_time_days: DaysSpread = Field(description="whole days from order to delivery, rounded")
    cover_days: Days = Field(gt=0, description="days of sales that an order brings")
    safety_factor: Count = Field(le=10, description="standard deviations of safety stock")
    shrinkage: Share = Field(lt=1, description="units lost unrecorded, as a share of units sold")
    receipt_error: Share = Field(description="share of receipt lines recorded wrong")
    wrong_at_start: Share = Field(description="share of levels whose record is wrong at the start")
    wrong_size: Count = Field(description="mean units by which a wrong record is off")
    count_every_us: Duration = Field(
        alias="count_every", description="time between two counts of one level; us"
    )
    count_at_us: Clock = Field(alias="count_at", description="us since midnight")
    policy: Policy = Field(Policy(), exclude_if=Policy().__eq__)  # the digest of old files stays

    @model_validator(mode="after")
    def _whole_days(self) -> Self:
        if not self.count_every_us or self.count_every_us % DAY_US:
            refuse("must be whole days or weeks, as in '26 weeks'", "count_every")
        return self


class PriceRule(Model):
    """Promotions: each week each SKU is on promotion with probability promo_share."""

    promo_share: Share
    promo_depth: Share = Field(lt=1, description="price cut of a promotion")
    wave_weekday: int = Field(strict=True, ge=0, le=6, description="0 is Monday")
    wave_at_us: Clock = Field(alias="wave_at", description="prices change; us since midnight")


class MoneyRule(Model):
    """What things cost."""

    cost_share: Share = Field(description="cost of goods as a share of the full price")
    holding_rate: SharePerYear = Field(description="yearly cost of stock as a share of its cost")
    wage_minor: MinorPerHour = Field(alias="wage", description="minor units an hour")
    count_minutes: Minutes = Field(description="minutes to count one level")
    cancellation_minor: Minor = Field(
        alias="cancellation", description="handling, voucher and fee of an oversold order; minor"
    )
    lost_margin_share: Share = Field(
        description="share of an oversold line's margin that is lost for good"
    )
    discount_rate: SharePerYear


class Strip(Model):
    """The grid on which the break-even is looked for."""

    scale_factor: tuple[Annotated[Factor, Field(gt=0)], ...] = Field(min_length=1)
    safety_factor: tuple[Count, ...] = Field(min_length=1)
    online_share: tuple[Annotated[Share, Field(le=ONLINE_SHARE_MAX)], ...] = Field(min_length=1)
    replications: int = Field(strict=True, ge=2)


class FitRow(Model):
    """Observed and predicted baskets of one store and weekday in the weeks held out."""

    store: Word
    weekday: int = Field(strict=True, ge=0, le=6, description="0 is Monday")
    observed: Count = Field(description="baskets a day")
    predicted: Count = Field(description="baskets a day")
    coverage: Share = Field(description="share of held-out days inside the 80 % interval")
    low: Count | None = Field(None, description="lower end of the 80 % interval")
    high: Count | None = Field(None, description="upper end of the 80 % interval")
    days: Positive | None = Field(None, description="days held out")


class Fit(Model):
    """How the scenario was fitted and how well it predicts."""

    table: tuple[FitRow, ...] = ()
    measured: tuple[Word, ...] = Field((), description="prefixes of the paths that were measured")
    weeks_fitted: Positive
    weeks_held_out: Positive
    coverage_80: Share = Field(description="share of held-out store-days inside 80 % intervals")
    coverage_whole: Share | None = Field(
        None, description="the same where a day on an edge counts whole, not in part"
    )
