"""How much is ordered from the supplier, and when: the shop's rule and the supplier's conditions.

The record is looked at once a day, and its position is what is available, less what is owed, plus
what is on order. With s and S (or R and Q) as reorder level and order-up-to level:

    order_up_to  at or below s: up to S; s covers lead time, S adds days of cover
    s_S          the same with numbers of one's own, or with S - s the economic order quantity
    R_Q          at or below R: as many times Q as lift the position above R
    base_stock   each day up to S, whatever is missing
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.fields import Duration, Minor, Model, Positive, Share, Whole, refuse
from scenarios.text import DAY_US

Rule = Literal["order_up_to", "s_S", "R_Q", "base_stock"]
# The numbers that a rule takes from the scenario; what is left out is computed.
TAKES: dict[Rule, tuple[str, ...]] = {
    "order_up_to": (),
    "s_S": ("reorder_at", "order_up_to", "order_cost"),
    "R_Q": ("reorder_at", "quantity", "order_cost"),
    "base_stock": ("order_up_to",),
}
Weight = Annotated[Share, Field(gt=0)]


class Forecast(Model):
    """What demand the levels are set for, by the shop's own record of what was sold.

    `fixed` knows the true mean. The others learn from each day's sales; a day that ended with
    nothing available says only that demand was at least what was sold, and is left out unless
    that is more than the forecast.
    """

    method: Literal["fixed", "exponential_smoothing", "croston", "tsb"] = "fixed"
    every_us: Duration = Field(
        28 * DAY_US, alias="every", description="time between two settings of the levels; us"
    )
    smoothing: Weight = Field(
        0.1, description="weight of the latest day, of sizes where demand is intermittent"
    )
    smoothing_interval: Weight = Field(
        0.1, description="weight of the latest interval (croston) or chance of a sale (tsb)"
    )

    @model_validator(mode="after")
    def _whole_days(self) -> Self:
        if not self.every_us or self.every_us % DAY_US:
            refuse("must be whole days or weeks, as in '4 weeks'", "every")
        return self


class Seasonal(Model):
    """Goods bought once, by the newsvendor's quantity, and there on the first day of their season.

    They are ordered long before, the shop has none earlier, and what is left stays on the shelf.
    """

    share: Weight = Field(description="share of the SKUs, drawn by the seed")
    week: Whole = Field(0, description="weeks from the start of trading to that of the season")
    weeks: Positive = Field(description="length of the season, for which the quantity is set")
    salvage: Share = Field(0.0, description="share of its cost that a unit left over brings")


class Policy(Model):
    """The shop's rule, what the supplier makes of an order, and how long a decision takes."""

    rule: Rule = "order_up_to"
    reorder_at: Whole | None = Field(None, description="s or R in units, for every level")
    order_up_to: Positive | None = Field(None, description="S in units, for every level")
    quantity: Positive | None = Field(None, description="Q in units, for every level")
    order_cost_minor: Minor | None = Field(
        None, alias="order_cost", description="of one line; sets the economic quantity; minor"
    )
    pack_size: Positive = Field(1, description="units of a pack; orders are rounded up to packs")
    minimum_units: Whole = Field(0, description="units below which no purchase order is sent")
    minimum_value_minor: Minor = Field(
        0, alias="minimum_value", description="cost below which no purchase order is sent; minor"
    )
    fill_rate: Share = Field(
        1.0, gt=0, description="share of ordered units that is delivered with the order"
    )
    rest: Literal["cancelled", "follows"] = Field(
        "cancelled", description="what becomes of the others; they follow after a lead time more"
    )
    decision_lag_us: Duration = Field(
        0, alias="decision_lag", description="whole days from reading the record to ordering; us"
    )
    forecast: Forecast = Forecast()
    seasonal: Seasonal | None = Field(None, description="goods that no rule orders again")

    @property
    def decision_lag_days(self) -> int:
        """Days from reading the record to sending the order."""
        return self.decision_lag_us // DAY_US

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        given = {
            "reorder_at": self.reorder_at,
            "order_up_to": self.order_up_to,
            "quantity": self.quantity,
            "order_cost": self.order_cost_minor,
        }
        for key, value in given.items():
            if value is not None and key not in TAKES[self.rule]:
                refuse(f"is not used by the rule {self.rule}", key)
        if self.rule == "s_S" and (self.reorder_at is None) != (self.order_up_to is None):
            refuse("s_S needs both reorder_at and order_up_to, or none to compute them")
        if self.reorder_at is not None and self.order_up_to is not None:
            if self.order_up_to <= self.reorder_at:
                refuse(f"must be above reorder_at, {self.reorder_at}", "order_up_to")
            if self.order_cost_minor is not None:
                refuse("is not used where reorder_at and order_up_to are given", "order_cost")
        if self.quantity is not None and self.order_cost_minor is not None:
            refuse("is not used where quantity is given", "order_cost")
        if self.decision_lag_us % DAY_US:
            refuse("must be whole days, as in '1 day'", "decision_lag")
        return self
