"""The four setups as they ship, and what makes a table of links unable to work."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from scenarios.links import LinkTable
from scenarios.loader import load
from scenarios.presets import SETUPS
from scenarios.text import DAY_US, HOUR_US

BOUTIQUE = Path("scenarios") / "library" / "boutique.yaml"


@pytest.fixture(scope="module")
def setups(project: Path) -> dict[str, LinkTable]:
    """The tables of the boutique, which takes all four presets as they are."""
    return load(project / BOUTIQUE).scenario.setups


def test_each_setup_states_what_it_is_good_for(setups: dict[str, LinkTable]) -> None:
    """Advantages, limits and the shop it suits."""
    assert tuple(setups) == SETUPS
    for table in setups.values():
        assert table.advantages
        assert table.limits
        assert table.fit


def test_setups_differ_by_their_links_as_their_names_promise(setups: dict[str, LinkTable]) -> None:
    """Hand, night, event, one system; paper labels and more to pay from one to the next."""
    techniques = [(table.stock.technique, table.order.technique) for table in setups.values()]
    assert techniques == [
        ("manual", "manual"),
        ("file", "file"),
        ("event", "event"),
        ("direct", "direct"),
    ]
    assert {table.price.technique for table in setups.values()} == {"manual"}
    monthly = [table.cost.monthly_minor for table in setups.values()]
    assert monthly == sorted(monthly)
    assert monthly[0] == setups["fragmented"].cost.once_minor == 0
    assert setups["fragmented"].stock.minutes_per_entry > 0
    assert setups["multichannel"].stock.period_us == DAY_US
    assert setups["multichannel"].stock.at_us == 2 * HOUR_US
    assert setups["multichannel"].stock.buffer == 1
    assert setups["omnichannel"].stock.version_guard
    assert setups["omnichannel"].stock.reconcile_every_us == DAY_US
    assert setups["omnichannel"].stock.loss > 0
    assert setups["unified"].one_system
    assert setups["unified"].order.notice.quantile(0.9) == pytest.approx(60_000_000)


def test_any_setup_can_choose_electronic_labels(project: Path) -> None:
    """The price link is independent of the setup's name."""
    phase = load(project / BOUTIQUE).scenario.changes[-1].links
    assert (phase.title, phase.price.technique) == ("Unified", "poll")
    mine = load(project / BOUTIQUE, ["setups.fragmented.price.preset=gateway"]).scenario
    assert mine.setups["fragmented"].price == phase.price
    assert mine.setups["multichannel"].price.technique == "manual"


def test_a_setup_can_be_like_another(project: Path) -> None:
    """It takes over the other's overrides, and lays its own on them."""
    mine = load(
        project / BOUTIQUE,
        ["setups.multichannel.stock.buffer=3", "setups.ring={like: multichannel, web_pool: 20 %}"],
    ).scenario
    assert mine.setups["ring"].stock.buffer == 3
    assert mine.setups["ring"].web_pool == pytest.approx(0.2)
    assert mine.setups["multichannel"].web_pool == 0
    assert mine.candidates == ("multichannel", "omnichannel", "unified", "ring")


WORKS = {
    "title": "Some",
    "fit": "any",
    "stock": {"technique": "event"},
    "order": {"technique": "poll", "period": "1 min"},
    "price": {"technique": "manual", "staff": 1, "minutes_per_label": 1},
}


DAILY = {"technique": "file", "period": "1 day", "at": "02:00"}
TYPED = {**DAILY, "technique": "manual"}
RETRIED = {"loss": 0.1, "attempts": 3, "backoff": "10 h"}  # 10 h and 20 h after


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ({"one_system": True}, "one_system: true needs direct links"),
        ({"order": {"technique": "file", "period": "1 day"}}, "needs a time of day"),
        ({"order": {"technique": "manual", "at": "09:00"}}, "needs a period"),
        ({"stock": {"technique": "event", "loss": 1}}, "less than 1"),
        ({"stock": {"technique": "event", "attempts": 0}}, "greater than or equal to 1"),
        ({"stock": {**DAILY, "duplication": 0.1}}, "duplication needs technique: event"),
        ({"stock": {**DAILY, "staff_minutes": 9, "minutes_per_entry": 1}}, "staff type only"),
        ({"stock": {**TYPED, "staff_minutes": 9}}, "needs minutes_per_entry"),
        ({"stock": {**TYPED, "staff_minutes": 1, "minutes_per_entry": 2}}, "no time for one entry"),
        ({"stock": {**DAILY, **RETRIED}}, "waits between attempts reach 108000 s"),
        ({"order": {**DAILY, **RETRIED}}, "waits between attempts reach 108000 s"),
        ({"web_pool": 1}, "less than 1"),
        ({"price": {"technique": "manual", "minutes_per_label": 1}}, "need staff"),
        ({"price": {"technique": "manual", "staff": 1}}, "need minutes_per_label"),
        ({"price": {"technique": "poll", "period": "40 s"}}, "needs labels_per_period"),
        ({"price": {"technique": "poll", "labels_per_period": 9}}, "needs a period"),
        (
            {
                "one_system": True,
                "web_pool": 0.2,
                "stock": {"technique": "direct"},
                "order": {"technique": "direct"},
            },
            "one system keeps one stock",
        ),
    ],
)
def test_a_link_that_cannot_work_is_refused(part: dict[str, object], reason: str) -> None:
    """With the reason; the same table without it is accepted."""
    assert LinkTable.model_validate(WORKS).title == "Some"
    with pytest.raises(ValidationError, match=reason):
        LinkTable.model_validate({**WORKS, **part})


def test_a_scenario_cannot_be_changed_after_it_was_checked(setups: dict[str, LinkTable]) -> None:
    """What was validated is what runs."""
    with pytest.raises(ValidationError, match="frozen"):
        setattr(setups["unified"], "web_pool", 0.5)  # noqa: B010  mypy knows it is frozen
