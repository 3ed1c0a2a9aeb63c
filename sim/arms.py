"""Arms of a comparison: which setup is in force from which week, and what each step costs.

Every arm starts from today's setup during the run-in, so all of them begin trading with the same
shelves and the same wrong records. A candidate changes once, when trading starts; the roadmap
changes at the dates of the scenario's `changes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.models import LinkTable, Scenario
from sim.runs import key_of

ROADMAP = "roadmap"
AXES = ("scale_factor", "safety_factor", "online_share")


@dataclass(frozen=True)
class Step:
    """One setup in force from a week on.

    Attributes:
        week: counted from the start of trading; negative before.
        title: of the setup or the phase.
        table: the links.
        once_minor: paid in that week.
        monthly_minor: paid from that week until the next step.
    """

    week: int
    title: str
    table: LinkTable
    once_minor: int
    monthly_minor: int


@dataclass(frozen=True)
class Arm:
    """One alternative: its steps in order, the first at the start of the run-in."""

    name: str
    title: str
    kind: str  # today, setup or roadmap
    steps: tuple[Step, ...]

    @property
    def tables(self) -> list[tuple[int, LinkTable]]:
        """What `sim.twin.simulate` wants: (week, table) in order."""
        return [(step.week, step.table) for step in self.steps]

    def step_at(self, week: int) -> Step:
        """The step in force in *week* of trading."""
        return next(step for step in reversed(self.steps) if step.week <= week)

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says about the arm."""
        return {
            "title": self.title,
            "kind": self.kind,
            "steps": [
                {
                    "week": step.week,
                    "title": step.title,
                    "once_minor": step.once_minor,
                    "monthly_minor": step.monthly_minor,
                }
                for step in self.steps
            ],
        }

    @property
    def key(self) -> str:
        """Names the dated links; costs and titles do not enter, they change no simulation."""
        return key_of([(step.week, links(step.table)) for step in self.steps])


def arms(scenario: Scenario) -> dict[str, Arm]:
    """Today's arm first, then the candidates in the order of the file, then the roadmap."""
    found = {name: setup_arm(scenario, name) for name in (scenario.today, *scenario.candidates)}
    if scenario.changes:
        found[ROADMAP] = roadmap_arm(scenario)
    return found


def setup_arm(scenario: Scenario, name: str) -> Arm:
    """The arm that trades under setup *name*."""
    table = scenario.setups[name]
    start = _today_step(scenario)
    if name == scenario.today:
        return Arm(name, table.title, "today", (start,))
    step = Step(0, table.title, table, table.cost.once_minor, table.cost.monthly_minor)
    return Arm(name, table.title, "setup", (start, step))


def roadmap_arm(scenario: Scenario) -> Arm:
    """The arm of the scenario's `changes`.

    A setup's own one-off cost is paid when a table of its title first comes into force; a phase's
    monthly cost goes on in the phases after it.
    """
    steps = [_today_step(scenario)]
    known = {steps[0].table.title}
    running_minor = 0
    for change in scenario.changes:
        cost = change.links.cost
        new = change.links.title not in known
        known.add(change.links.title)
        running_minor += change.monthly_minor
        steps.append(
            Step(
                week=change.week,
                title=change.title,
                table=change.links,
                once_minor=change.once_minor + (cost.once_minor if new else 0),
                monthly_minor=cost.monthly_minor + running_minor,
            )
        )
    return Arm(ROADMAP, "Roadmap", ROADMAP, tuple(steps))


def variant(scenario: Scenario, axis: str, value: float) -> Scenario:
    """The scenario with one value of a strip's axis changed.

    A scale factor changes how much of the traffic there is: visits and households of every store
    in proportion to the one the scenario states.
    """
    if axis == "scale_factor":
        ratio = value / scenario.origin.scale_factor
        stores = tuple(
            store.model_copy(
                update={
                    "visits_by_weekday": tuple(v * ratio for v in store.visits_by_weekday),
                    "households": max(1, round(store.households * ratio)),
                }
            )
            for store in scenario.stores
        )
        origin = scenario.origin.model_copy(update={"scale_factor": value})
        return scenario.model_copy(update={"stores": stores, "origin": origin})
    if axis == "safety_factor":
        stock = scenario.stock.model_copy(update={"safety_factor": value})
        return scenario.model_copy(update={"stock": stock})
    if axis == "online_share":
        demand = scenario.demand.model_copy(update={"online_share": value})
        return scenario.model_copy(update={"demand": demand})
    raise ValueError(f"no axis is called {axis!r}; there are {', '.join(AXES)}")


def links(table: LinkTable) -> Mapping[str, Any]:
    """What of a setup decides a simulation: no words, no cost."""
    return table.model_dump(mode="json", exclude={"title", "advantages", "limits", "fit", "cost"})


def world(scenario: Scenario) -> Mapping[str, Any]:
    """What of a scenario decides a simulation besides the links: no words, no money."""
    return scenario.model_dump(
        mode="json",
        include={
            "seed",
            "horizon",
            "stores",
            "demand",
            "till",
            "picking",
            "stock",
            "price",
            "faults",
        },
    )


def _today_step(scenario: Scenario) -> Step:
    table = scenario.setups[scenario.today]
    week = -scenario.horizon.run_in_weeks
    return Step(week, table.title, table, 0, table.cost.monthly_minor)
