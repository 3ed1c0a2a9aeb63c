"""The scenario as a whole. Paths in a file are the aliases; attributes carry their unit.

`scenario.setups[name]` is a complete `LinkTable`: the loader has put presets and overrides
together. `scenario.changes[i].links` is the table in force from that week on.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.faults import Fault, check_faults
from scenarios.fields import Minor, MinorPerMonth, Model, Whole, Word, refuse
from scenarios.links import Cost, LinkTable, OrderLink, PriceLink, StockLink
from scenarios.policy import Forecast, Policy, Seasonal
from scenarios.shop import (
    CatalogueSource,
    Demand,
    Fit,
    FitRow,
    Generate,
    Horizon,
    MoneyRule,
    Origin,
    PriceRule,
    ServiceTime,
    StockoutResponse,
    StockRule,
    Store,
    Strip,
)
from scenarios.text import CURRENCIES, suggest

__all__ = [
    "CatalogueSource",
    "Change",
    "Cost",
    "Demand",
    "Fault",
    "Fit",
    "FitRow",
    "Forecast",
    "Generate",
    "Horizon",
    "LinkTable",
    "MoneyRule",
    "OrderLink",
    "Origin",
    "Policy",
    "PriceLink",
    "PriceRule",
    "Scenario",
    "Seasonal",
    "ServiceTime",
    "StockLink",
    "StockRule",
    "StockoutResponse",
    "Store",
    "Strip",
]

SCHEMA = "storetwin/1"
Slug = Annotated[Word, Field(max_length=60, pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Change(Model):
    """One phase of the roadmap: from this week on other links are in force."""

    name: Slug
    title: Word
    week: Whole = Field(description="weeks after trading starts")
    setup: Slug | None = Field(None, description="the setup it moves to, where it is a named one")
    links: LinkTable
    once_minor: Minor = Field(
        0, alias="once", description="paid when the phase starts, beside the setup's cost; minor"
    )
    monthly_minor: MinorPerMonth = Field(
        0, alias="monthly", description="paid from then on, beside the setup's cost; minor"
    )


class Scenario(Model):
    """Everything a run depends on."""

    schema_version: Literal["storetwin/1"] = Field(alias="schema")
    name: Slug
    title: Word
    notes: dict[str, str] = Field({}, description="the blanks of the STRESS-DES sheet")
    currency: Word = Field(description="ISO 4217 code")
    seed: int = Field(strict=True, ge=0, lt=2**63)
    horizon: Horizon
    replications: int = Field(strict=True, ge=2, le=100_000)
    origin: Origin
    catalogue: CatalogueSource
    stores: tuple[Store, ...] = Field(min_length=1, max_length=100)
    demand: Demand
    till: ServiceTime
    picking: ServiceTime
    stock: StockRule
    price: PriceRule
    money: MoneyRule
    today: Slug
    setups: dict[Slug, LinkTable]
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = Field((), exclude_if=().__eq__)  # the digest of old files stays
    strip: Strip
    fit: Fit | None = None

    @property
    def candidates(self) -> tuple[str, ...]:
        """The setups that today's is compared with, in the order of the file."""
        return tuple(name for name in self.setups if name != self.today)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.currency not in CURRENCIES:
            hint = suggest(self.currency.upper(), sorted(CURRENCIES))
            refuse(f"{self.currency!r} is not an ISO 4217 currency{hint}", "currency")
        if self.today not in self.setups:
            refuse(f"no setup is called {self.today!r}{suggest(self.today, self.setups)}", "today")
        if not self.candidates:
            refuse("needs a second setup to compare with today's", "setups")
        names = [store.name for store in self.stores]
        for i, name in enumerate(names):
            if name in names[:i]:
                refuse(f"two stores are called {name!r}", f"stores.{i}.name")
        self._check_changes()
        check_faults(self.faults, self.horizon, self.stores, self._tables())
        self._check_season()
        self._check_fit(names)
        return self

    def _tables(self) -> list[tuple[str, LinkTable]]:
        """Every table of links that may be in force, each with what to call it."""
        setups = [(f"setup {name!r}", links) for name, links in self.setups.items()]
        return setups + [(f"phase {change.name!r}", change.links) for change in self.changes]

    def _check_changes(self) -> None:
        """Phases come one after another, within the weeks that count, each with its own name."""
        before = -1
        seen: set[str] = set()
        for i, change in enumerate(self.changes):
            if change.week >= self.horizon.trading_weeks:
                last = self.horizon.trading_weeks - 1
                refuse(f"trading ends with week {last}", f"changes.{i}.week")
            if change.week <= before:
                refuse("each phase starts after the one before", f"changes.{i}.week")
            if change.name in seen:
                refuse(f"two phases are called {change.name!r}", f"changes.{i}.name")
            if change.setup is not None and change.setup not in self.setups:
                hint = suggest(change.setup, self.setups)
                refuse(f"no setup is called {change.setup!r}{hint}", f"changes.{i}.setup")
            before = change.week
            seen.add(change.name)

    def _check_season(self) -> None:
        """A season starts within the weeks that count."""
        season = self.stock.policy.seasonal
        if season is not None and season.week >= self.horizon.trading_weeks:
            last = self.horizon.trading_weeks - 1
            refuse(f"trading ends with week {last}", "stock.policy.seasonal.week")

    def _check_fit(self, names: list[str]) -> None:
        if self.origin.kind == "fitted" and self.fit is None:
            refuse("a fitted scenario says how well it fits", "fit")
        for i, row in enumerate(self.fit.table if self.fit else ()):
            if row.store not in names:
                hint = suggest(row.store, names)
                refuse(f"no store is called {row.store!r}{hint}", f"fit.table.{i}.store")
