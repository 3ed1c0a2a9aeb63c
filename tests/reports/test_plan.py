"""What to do first: the step that the headline names and what it costs."""

import numpy as np
import pytest

from reports import tables
from reports.decision import Difference
from reports.plan import first_step
from reports.subject import Subject, under
from tests.reports.synthetic import boutique


def subject(*overrides: str) -> Subject:
    """The boutique without results: the plan's first step needs none."""
    loaded = boutique(*overrides)
    nothing = tables.Results(kpi={}, strip={}, strip_without_work={}, cash=np.zeros((0, 0)))
    return Subject(loaded.scenario, nothing, {})


def gains(**means: float) -> list[Difference]:
    """Yearly gains of the setups."""
    return [Difference(arm, mean, mean - 1, mean + 1, 3, 3, 0) for arm, mean in means.items()]


def test_the_roadmaps_first_phase_comes_first() -> None:
    """Each phase on the road earns: the cheap one is the first step, with the setup's own cost."""
    first = first_step(
        subject(), gains(multichannel=5.0, omnichannel=9.0, unified=3.0), "omnichannel"
    )
    assert first.title == "Till and web shop exchange files at night"
    assert (first.once_minor, first.monthly_minor) == (40000 + 50000, 3500)
    assert first.after == ("Orders and stock travel as events", 90000 + 600000)
    assert first.skipped == ()


def test_a_phase_that_loses_money_is_no_first_step() -> None:
    """Files at night earn less than today: the owner is told to leave that phase out."""
    first = first_step(
        subject(), gains(multichannel=-5.0, omnichannel=9.0, unified=3.0), "omnichannel"
    )
    assert first.title == "Orders and stock travel as events"
    assert first.setup == "omnichannel"
    assert first.skipped == ("Till and web shop exchange files at night",)
    assert first.after is None


def test_phases_behind_the_best_setup_are_not_proposed() -> None:
    """The roadmap goes on to a platform that earns less: it is not the next step."""
    first = first_step(subject(), gains(multichannel=9.0, omnichannel=5.0), "multichannel")
    assert first.setup == "multichannel"
    assert first.after is None


def test_a_setup_off_the_roadmap_is_bought_as_it_is() -> None:
    """No phase leads to it: the step is the change itself, at its own price."""
    first = first_step(subject("changes=[]"), gains(unified=9.0), "unified")
    assert (first.title, first.setup, first.week) == ("Unified", "unified", 0)
    assert first.once_minor == 1200000


@pytest.mark.parametrize(
    ("path", "prefix", "found"),
    [
        ("stock.safety_factor", "stock", True),
        ("stores.2.tills", "stores.*.tills", True),
        ("stockroom.size", "stock", False),
        ("stock", "stock.safety_factor", False),
    ],
)
def test_a_path_is_below_its_prefix_by_whole_names(path: str, prefix: str, *, found: bool) -> None:
    """What a number rests on is looked up by name, not by the first letters."""
    assert under(path, prefix) is found


def test_the_plan_reads_no_clock() -> None:
    """Dates are those of the scenario: trading starts after the run-in."""
    assert subject().trading_start.isoformat() == "2026-03-02"
