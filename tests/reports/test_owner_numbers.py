"""Page 1's numbers, reckoned again from the recordings alone, and how far assumptions move them."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import reports
from reports.metrics import KPIS
from scenarios.loader import Loaded, load
from scenarios.models import Scenario
from sim.recorder import Metric
from tests.reports.reading import Page
from tests.reports.synthetic import HARMS, write_run
from tests.reports.test_page import SHORT, short

REPLICATIONS = 6


def build(place: Path, loaded: Loaded, **shape: object) -> Page:
    """Record, report and read."""
    write_run(place, loaded, replications=REPLICATIONS, strip=False, **shape)  # type: ignore[arg-type]
    reports.build(place)
    return Page((place / "report.html").read_text("utf-8"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scenario, Page]:
    """A run folder, its scenario and its page."""
    place, loaded = tmp_path_factory.mktemp("run"), short()
    return place, loaded.scenario, build(place, loaded)


def yearly(place: Path, scenario: Scenario, arm: str) -> dict[str, np.ndarray]:
    """The owner's three numbers of *arm*, one a replication, from what was recorded."""
    trading, money = scenario.horizon.trading_weeks, scenario.money
    cost = scenario.setups[arm].cost
    bought = arm != scenario.today
    i = money.discount_rate
    setup = 12 * cost.monthly_minor + bought * cost.once_minor * i / (1 - (1 + i) ** -3)
    found: dict[str, list[float]] = {"profit": [], "cancelled": [], "lost": []}
    for file in sorted((place / "reps" / arm).glob("*.npz")):
        days = np.load(file)["daily"][-7 * trading :].sum(axis=(0, 1)) * 52 / trading
        revenue = days[Metric.REVENUE_STORE_MINOR] + days[Metric.REVENUE_WEB_MINOR]
        gross = revenue - days[Metric.COST_STORE_MINOR] - days[Metric.COST_WEB_MINOR]
        margin = gross / revenue
        found["profit"].append(gross - setup)
        found["cancelled"].append(
            days[Metric.ORDERS_OVERSOLD] * money.cancellation_minor
            + days[Metric.OVERSOLD_MINOR] * margin * money.lost_margin_share
        )
        lost = days[Metric.LOST_STORE_MINOR] + days[Metric.LOST_WEB_MINOR]
        found["lost"].append(lost * margin)
    return {name: np.array(values) / 100 for name, values in found.items()}


@pytest.mark.parametrize(("number", "sign"), [("profit", 1), ("cancelled", -1), ("lost", -1)])
def test_the_three_numbers_are_those_of_the_recordings(
    run: tuple[Path, Scenario, Page], number: str, sign: int
) -> None:
    """Gross profit, missing goods and lost sales, with their ranges, as the page shows them."""
    place, scenario, page = run
    best = json.loads((place / "report.json").read_text("utf-8"))["meta"]["best"]
    delta = sign * (
        yearly(place, scenario, best)[number] - yearly(place, scenario, scenario.today)[number]
    )
    assert len(delta) == REPLICATIONS
    half = stats.t.ppf(0.975, len(delta) - 1) * delta.std(ddof=1) / np.sqrt(len(delta))
    shown = {one.key: float(one.value) for one in page.numbers if one.key.startswith("number.")}
    assert shown[f"number.{number}"] == pytest.approx(delta.mean(), rel=1e-9)
    assert shown[f"number.{number}.low"] == pytest.approx(delta.mean() - half, rel=1e-6)
    assert shown[f"number.{number}.high"] == pytest.approx(delta.mean() + half, rel=1e-6)


def test_the_ends_of_typing_are_those_of_a_run_with_these_minutes(
    run: tuple[Path, Scenario, Page], tmp_path: Path
) -> None:
    """Scaling the labour gives what the same entries cost at 0.2 and at 1 minute each."""
    _, scenario, page = run
    shown = {one.key: float(one.value) for one in page.numbers if one.key.startswith("typing")}
    today = scenario.today
    assert (shown["typing.minutes.low"], shown["typing.minutes.high"]) == (0.2, 1)
    for end, minutes in (("low", "0.2"), ("high", "1")):
        place = tmp_path / end
        build(place, short(f"setups.{today}.stock.minutes_per_entry={minutes} min"))
        found = json.loads((place / "report.json").read_text("utf-8"))
        gain = found["values"][f"diff.{found['meta']['best']}.operating_profit"]["value"]
        assert shown[f"typing.gain.{end}"] == pytest.approx(gain, rel=1e-9)


def test_hours_come_before_the_setup_where_the_gain_is_not_proven_without_them(
    tmp_path: Path,
) -> None:
    """The headline names the hours, then the setup; the steps keep that order."""
    harms = {"fragmented": 0.9, "multichannel": 0.8, "omnichannel": 0.8, "unified": 0.8}
    dear = [f"setups.{name}.cost.monthly=430 USD per month" for name in harms if name[0] != "f"]
    page = build(tmp_path, short(*dear), harms=harms)
    headline = " ".join(page.headline.split())
    assert headline.startswith("Measure first: write down the hours a week")
    assert headline.index("in this run, which nobody measured") < headline.index("only then pay")
    text = page.text()
    assert "which may be nothing or a loss" in text
    assert text.index("Write down the hours") < text.index("If the hours are there:")
    assert "Where fewer than" in text


def test_setups_that_cannot_be_told_apart_are_said_to_differ_in_cost(tmp_path: Path) -> None:
    """The same shop twice at two prices: one plain sentence, with its reason."""
    harms = {**HARMS, "omnichannel": 0.12}
    page = build(tmp_path, short(), harms=harms)
    assert "Omnichannel" in page.html
    sentence = "differ here only in what they cost."
    assert page.html.count(sentence) == 1
    assert "Messages between two systems take seconds" in page.html


def test_setups_that_differ_are_not_called_alike(run: tuple[Path, Scenario, Page]) -> None:
    """Fewer oversold orders than the other's range allows: no such sentence."""
    assert "differ here only" not in run[2].html


FITTED = """
extends: library/boutique.yaml
origin: {kind: fitted, describe: Sales of two stores., scale_factor: 1, panel: Export of May}
fit:
  weeks_fitted: 40
  weeks_held_out: 8
  coverage_80: 0.837
  coverage_whole: %s
  measured: [demand.basket_lines]
  table:
    - {store: Station, weekday: 6, observed: 13.5, predicted: 9, coverage: 0.4}
    - {store: Market Street, weekday: 0, observed: 9, predicted: 9.5, coverage: 0.9}
"""


def fitted(tmp_path: Path, whole: str) -> Page:
    """The page of a scenario that was fitted."""
    file = tmp_path / "fitted.yaml"
    file.write_text(FITTED % whole, "utf-8")

    return build(tmp_path / "run", load(file, SHORT))


def test_both_coverages_and_the_worst_day_stand_on_page_one(tmp_path: Path) -> None:
    """Edges in part and whole; the store and weekday where the model is worst."""
    text = fitted(tmp_path, "0.881").text()
    assert "83.7 % fell inside" in text
    assert "88.1 % counted whole" in text
    assert "Worst is Station on Sunday: 13.5 baskets a day seen, 9.00 expected" in text
    assert "does not fit well" not in text


def test_a_coverage_that_is_too_wide_only_when_counted_whole_is_warned_of(tmp_path: Path) -> None:
    """Either figure beyond the limit is said before the headline."""
    assert "Its ranges are too wide" in fitted(tmp_path, "0.93").text()


def test_each_assumption_says_what_it_rests_on(tmp_path: Path) -> None:
    """Measured values name their import, staff is set by rule, a phase repeats no setup."""
    html = fitted(tmp_path, "0.881").html
    table = html[html.index("What was assumed") : html.index("STRESS-DES sheet</h2>")]
    assert "Export of May" in table
    assert '<span class="basis stated">by rule</span>' in table
    assert "changes.0.links" not in table
    assert "Outages" in html


def test_the_table_and_the_sheet_name_each_output_once(run: tuple[Path, Scenario, Page]) -> None:
    """No title stands for two rows, and only the row that decides asks for more runs."""
    assert len({kpi.title for kpi in KPIS}) == len(KPIS)
    asks = {one.key for one in run[2].numbers if one.key.endswith("more_runs")}
    assert all(key.endswith("operating_profit.more_runs") for key in asks)


def test_a_break_even_that_saved_hours_hide_is_said(tmp_path: Path) -> None:
    """A change that pays at every web share only by saved typing names the share it needs else."""

    def harm(_axis: str, value: float, setup: str) -> float:
        return HARMS[setup] if setup == "fragmented" or value > 0.1 else 0.88

    wage = "money.wage=60 USD"
    dear = [f"setups.{name}.cost.monthly=200 USD per month" for name in HARMS if name[0] != "f"]
    write_run(tmp_path, short(wage, *dear), strip_harm=harm)
    reports.build(tmp_path)
    values = json.loads((tmp_path / "report.json").read_text("utf-8"))["values"]
    hidden = values["breakeven.without_work"]
    assert 0.06 < hidden["value"] < 0.2
    assert values.get("breakeven.online_share", {"value": 0})["value"] < hidden["value"]
    text = Page((tmp_path / "report.html").read_text("utf-8")).text()
    assert "Where no work by hand is saved, below" in text
