"""What goes wrong on stated days: today a supplier who does not deliver."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.fields import Day, Model, refuse


class Fault(Model):
    """One fault: from the first of its days until, not including, the day it is over."""

    kind: Literal["supplier_strike"] = Field(description="nothing is delivered meanwhile")
    from_day: Day = Field(alias="from", description="first day of the fault")
    to_day: Day = Field(alias="to", description="first day after the fault")

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.to_day <= self.from_day:
            refuse(f"must be after {self.from_day}, where the fault starts", "to")
        return self
