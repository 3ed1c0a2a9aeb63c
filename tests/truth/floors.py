"""Shops for the truths: the twin's own floor with nothing on it but what a formula speaks of."""

from dataclasses import replace

import numpy as np

from core.schema import Operation, Reason
from scenarios.catalogue import Catalogue
from scenarios.links import LinkTable
from scenarios.models import Scenario
from sim.demand import Demand, generate
from sim.floor import RECORD, Floor
from sim.jobs import Jobs
from sim.plan import Plan, plan, plan_links
from sim.twin import open_floor
from tests.sim.scenario_cases import UNIFIED, shop

ROUND_THE_CLOCK = tuple(
    f"stores.{store}.{setting}"
    for store in (0, 1)
    for setting in ("opens=00:00", "closes=24:00", "day_effect_cv=0")
)
ONE_UNIT = ("demand.basket_lines=[1]", "demand.line_quantity=[1]")
TAKES_NOTHING_ELSE = (
    'demand.stockout_response={"lost": "100 %", "substitute": 0, "delay": 0}',
    "demand.churn_after_cancellation=0",
)
PLENTY = 10**6


def visits(a_day: float, *stores: int) -> tuple[str, ...]:
    """So many customers on every day of a week."""
    return tuple(f"stores.{store}.visits_by_weekday={[a_day] * 7}" for store in stores or (0, 1))


def planned(seed: int, *overrides: str) -> tuple[Plan, Demand]:
    """The corner shops as changed, and their customers."""
    base = plan(*even(*shop("corner", seed, *overrides)))
    return base, generate(base, 0)


def even(scenario: Scenario, catalogue: Catalogue) -> tuple[Scenario, Catalogue]:
    """The same shop, but nothing sells better than anything else, and all of it is promoted."""
    weight = np.full_like(catalogue.weight, 1 / len(catalogue.codes))
    always = np.ones_like(catalogue.promo_share)
    return scenario, replace(catalogue, weight=weight, promo_share=always)


def stocked(
    base: Plan, demand: Demand, units: int, links: LinkTable = UNIFIED, *, reference: bool = False
) -> Floor:
    """The shop with so many units of everything on each shelf, and every record true."""
    floor = open_floor(base, demand, plan_links(base, links), 0, reference=reference)
    stock(floor, units)
    return floor


def stock(floor: Floor, units: int) -> None:
    """Put so many units of everything on each shelf, into the record and into the web shop."""
    rows = floor.active_rows()
    floor.shelves["physical"] = 0
    floor.shelves["physical"][rows] = units
    counted = np.full(len(rows), units, np.int64)
    floor.book_facts(RECORD, Operation.COUNT, rows, counted, Reason.CORRECTION)
    floor.take_changed()
    floor.load_web_shop()


class LinksOnly(Jobs):
    """The links' clockwork alone: no count, no delivery, no day's end."""

    def daily(self, *_: object) -> None:
        """Nothing happens daily."""
