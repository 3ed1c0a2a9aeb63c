"""What goes wrong on stated days: the supplier, demand, the links between the systems.

supplier_strike  nothing is delivered
demand_surge     *factor* times the visits, in one channel or both
link_outage      what a link carries by the clock is not carried; it waits for the next run
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.fields import Factor, Model, When, moment_text, refuse
from scenarios.links import LinkTable
from scenarios.shop import VISIT_MULTIPLIER_MAX, Horizon, Store

Kind = Literal["supplier_strike", "demand_surge", "link_outage"]
# What a fault of each kind says beside its days: all of these, and no other.
TAKES: dict[Kind, tuple[str, ...]] = {
    "supplier_strike": (),
    "demand_surge": ("factor", "channel"),
    "link_outage": ("link",),
}
CHANNELS = ("store", "web")
LINKS = ("stock", "order")
NOT_BY_CLOCK = ("event", "direct")


def _absent(value: object) -> bool:
    return value is None


class Fault(Model):
    """One fault: from its first moment until, not including, the one at which it is over."""

    kind: Kind
    starts: When = Field(alias="from", description="first day; link_outage: day and time")
    ends: When = Field(alias="to", description="first day after it; link_outage: day and time")
    factor: Annotated[Factor, Field(gt=1)] | None = Field(
        None, description="demand_surge: what visits are multiplied by", exclude_if=_absent
    )
    channel: Literal["store", "web", "both"] | None = Field(
        None, description="demand_surge: whose visits", exclude_if=_absent
    )
    link: Literal["stock", "order", "both"] | None = Field(
        None, description="link_outage: what is not carried", exclude_if=_absent
    )

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for key in ("factor", "channel", "link"):
            given, taken = getattr(self, key) is not None, key in TAKES[self.kind]
            if given and not taken:
                refuse(f"is not used by {self.kind}", key)
            if taken and not given:
                refuse("is missing", key)
        if self.kind != "link_outage":
            for key, moment in (("from", self.starts), ("to", self.ends)):
                if moment.time() != time():
                    refuse(f"a {self.kind} lasts whole days: leave out the time", key)
        if self.ends <= self.starts:
            refuse(f"must be after {moment_text(self.starts)}, where the fault starts", "to")
        return self

    def span_us(self, start: date) -> tuple[int, int]:
        """First moment, and the one at which it is over, in us since midnight of *start*."""
        midnight = datetime.combine(start, time())
        first, end = ((moment - midnight) for moment in (self.starts, self.ends))
        return first // timedelta(microseconds=1), end // timedelta(microseconds=1)

    def span_days(self, start: date) -> tuple[int, int]:
        """First day, and the one on which it is over, in days since *start*."""
        return (self.starts.date() - start).days, (self.ends.date() - start).days

    def hits(self, part: str) -> bool:
        """Whether it is about this channel or link."""
        return part in (self.channel, self.link) or "both" in (self.channel, self.link)


def visit_factor(faults: Iterable[Fault], day: date, channel: str) -> float:
    """What the visits of a day are multiplied by: the product of its surges."""
    product = 1.0
    for fault in faults:
        surges = fault.kind == "demand_surge" and fault.hits(channel)
        if surges and fault.starts.date() <= day < fault.ends.date():
            assert fault.factor is not None
            product *= fault.factor
    return product


def check_faults(
    faults: Sequence[Fault],
    horizon: Horizon,
    stores: Sequence[Store],
    tables: Sequence[tuple[str, LinkTable]],
) -> None:
    """Refuse what happens outside the simulated days, or cannot be simulated.

    Args:
        faults: in the order of the file.
        horizon: the run-in counts as simulated.
        stores: whose busiest days bound the surges.
        tables: every table of links that may be in force, each with what to call it.
    """
    last = horizon.start + timedelta(weeks=horizon.run_in_weeks + horizon.trading_weeks, days=-1)
    first, end = (datetime.combine(d, time()) for d in (horizon.start, last + timedelta(days=1)))
    for i, fault in enumerate(faults):
        for key, moment in (("from", fault.starts), ("to", fault.ends)):
            if not first <= moment <= end:
                days = f"the simulated days are {horizon.start} to {last}"
                refuse(f"is {moment_text(moment)}; {days}", f"faults.{i}.{key}")
        if fault.kind == "demand_surge":
            _check_surge(faults[: i + 1], max(store.day_effect_high for store in stores))
        if fault.kind == "link_outage":
            _check_outage(fault, tables, f"faults.{i}.link")


def _check_surge(faults: Sequence[Fault], busiest: float) -> None:
    """Refuse the last of *faults* where it multiplies visits too much with those before."""
    surge = faults[-1]
    for ahead in range((surge.ends - surge.starts).days):
        day = surge.starts.date() + timedelta(days=ahead)
        high = busiest * max(visit_factor(faults, day, channel) for channel in CHANNELS)
        if high > VISIT_MULTIPLIER_MAX:
            refuse(
                f"with the effect of the busiest day in a hundred, {busiest:.1f}, and all surges "
                f"of {day}, visits are multiplied by {high:.1f}; multipliers of visits above "
                f"{VISIT_MULTIPLIER_MAX:g} are not simulated",
                f"faults.{len(faults) - 1}.factor",
            )


def _check_outage(fault: Fault, tables: Sequence[tuple[str, LinkTable]], at: str) -> None:
    """Refuse an outage of a link that does not run by the clock."""
    for name, table in tables:
        for link in filter(fault.hits, LINKS):
            technique = (table.stock if link == "stock" else table.order).technique
            if technique in NOT_BY_CLOCK:
                refuse(
                    f"{name} has technique: {technique} for {link}; outages of event and direct "
                    "links are not simulated yet",
                    at,
                )
