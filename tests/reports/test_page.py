"""The page: every number has its key, the headline is what the numbers say, nothing leaks in."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

import reports
from reports.errors import NothingToReport
from scenarios.loader import Loaded, load
from tests.reports.reading import Page
from tests.reports.synthetic import BOUTIQUE, HARMS, boutique, write_run

SHORT = (
    "horizon.trading=8 weeks",
    "horizon.run_in=1 week",
    "changes.0.week=1",
    "changes.1.week=3",
    "changes.2.week=5",
    "strip.scale_factor=[0.5, 2]",
    "strip.safety_factor=[0, 1.5]",
    "strip.online_share=[1 %, 6 %, 20 %]",
    "strip.replications=3",
)  # fmt: skip

IDENTICAL = """
extends: library/boutique.yaml
title: Four names for one thing
setups:
  fragmented: {preset: omnichannel, title: First, cost: {once: 0 USD, monthly: 0 USD per month}}
  multichannel: {preset: omnichannel, title: Second, cost: {once: 0 USD, monthly: 0 USD per month}}
  omnichannel: {preset: omnichannel, title: Third, cost: {once: 0 USD, monthly: 0 USD per month}}
  unified: {preset: omnichannel, title: Fourth, cost: {once: 0 USD, monthly: 0 USD per month}}
"""


def short(*overrides: str, path: Path = BOUTIQUE) -> Loaded:
    """The boutique's scenario with fewer weeks."""
    return boutique(*SHORT, *overrides, path=path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with its report."""
    place = tmp_path_factory.mktemp("run")
    write_run(place, short())
    assert reports.build(place).page == place / "report.html"
    return place


def page(place: Path) -> Page:
    """The page in a run folder."""
    return Page((place / "report.html").read_text("utf-8"))


def build(place: Path, loaded: Loaded, **shape: object) -> tuple[Page, dict[str, object]]:
    """Record, report and read; the page and report.json's meta."""
    write_run(place, loaded, **shape)  # type: ignore[arg-type]
    reports.build(place)
    return page(place), json.loads((place / "report.json").read_text("utf-8"))["meta"]


def test_every_number_on_the_page_is_the_one_in_report_json(made: Path) -> None:
    """Each <data> shows value and text that stand in report.json under its key."""
    values = json.loads((made / "report.json").read_text("utf-8"))["values"]
    numbers = page(made).numbers
    assert len(numbers) > 150
    for shown in numbers:
        key, _, part = shown.key.rpartition(".")
        if shown.key in values:
            entry, text, value = values[shown.key], "text", "value"
        else:
            assert part in ("low", "high"), shown.key
            entry, text, value = values[key], f"{part}_text", part
        assert shown.text == entry[text], shown.key
        assert shown.value == ("" if entry[value] is None else str(entry[value])), shown.key


def test_the_owners_prose_holds_no_number_without_a_key(made: Path) -> None:
    """Digits of the owner's page stand in <data>, or in the scenario's own words."""
    loose = [text for text in page(made).prose if re.search(r"\d", text)]
    assert loose == []


def test_sentences_are_set_apart(made: Path) -> None:
    """A template's blocks swallow line breaks; no sentence may run into the next."""
    text = page(made).text()
    assert re.findall(r"[a-z%)][.!?:;,][A-Za-z]", text) == []
    assert re.findall(r"\s[.,;:]|\(\s|\s\)", text) == []


def test_a_number_typed_into_the_prose_would_be_found() -> None:
    """The reader above sees digits outside <data>."""
    assert "".join(Page("<section class=owner><p>14 of <data data-key=a value=20>20</data></p>"
                        "</section>").prose) == "14 of "  # fmt: skip


def test_the_page_says_first_what_it_is_not(made: Path) -> None:
    """The origin comes before the headline."""
    text = page(made).text()
    assert text.index("Not a real shop.") < text.index("Do this first")
    assert "Assumed, not seen in any data: the share of orders from the web" in text


def test_a_panel_is_not_the_owners_shop(tmp_path: Path) -> None:
    """A panel behind the demand is named first, with its factor and what is assumed."""
    loaded = short(
        "origin.kind=fitted", "origin.describe=Purchases of three stores.",
        "origin.scale_factor=25", "origin.panel=A grocery panel",
        "fit.measured=[stores.0.visits_by_weekday]", "fit.weeks_fitted=40",
        "fit.weeks_held_out=8", "fit.coverage_80=0.81",
    )  # fmt: skip
    found, _ = build(tmp_path, loaded, strip=False, replications=3)
    text = found.text()
    assert "This is not your shop." in text
    assert "multiplied by 25" in text
    assert "Assumed, not seen in any data: the share of orders from the web" in text
    assert "does not fit well" not in text


@pytest.mark.parametrize(("coverage", "word"), [("0.65", "narrow"), ("0.95", "wide")])
def test_a_bad_fit_is_said_on_page_one(tmp_path: Path, coverage: str, word: str) -> None:
    """Ranges that hold too few or too many held-out days are named before the headline."""
    loaded = short(
        "origin.kind=fitted", "fit.weeks_fitted=40", "fit.weeks_held_out=8",
        f"fit.coverage_80={coverage}",
    )  # fmt: skip
    found, _ = build(tmp_path, loaded, strip=False, replications=3)
    text = found.text()
    assert "The model does not fit well." in text
    assert f"Its ranges are too {word}" in text
    assert text.index("does not fit well") < text.index("Three numbers")


def test_a_setup_that_pays_gives_an_instruction_with_its_first_step_and_price(made: Path) -> None:
    """The headline names the roadmap's first phase and what it costs."""
    found = page(made)
    meta = json.loads((made / "report.json").read_text("utf-8"))["meta"]
    assert meta["instruction"] == "act"
    assert reports.build(made).headline == meta["headline"]
    assert meta["headline"] == " ".join(found.headline.split())
    assert meta["headline"] == (
        "Do this first: Till and web shop exchange files at night, for $900 and $35 a month."
    )
    assert "of 6 runs" in found.text()


def test_four_identical_setups_differ_in_nothing(tmp_path: Path) -> None:
    """The same link table under four names: no difference, change nothing."""
    scenario = tmp_path / "same.yaml"
    scenario.write_text(IDENTICAL, "utf-8")
    loaded = load(scenario, SHORT)
    found, meta = build(tmp_path / "run", loaded, harms=dict.fromkeys(HARMS, 0.5))
    assert meta["instruction"] == "stay"
    assert meta["headline"] == "Change nothing."
    assert "There was no difference at all." in found.text()
    html = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert html.count(">no difference</td>") >= 3 * 20


def test_a_dear_platform_gives_stay(tmp_path: Path) -> None:
    """Where each setup costs more than it brings, the owner is told to change nothing."""
    loaded = short(*(f"setups.{name}.cost.monthly=9000 USD per month"
                     for name in ("multichannel", "omnichannel", "unified")))  # fmt: skip
    found, meta = build(tmp_path, loaded)
    assert meta["instruction"] == "stay"
    assert "None of the 3 other setups reliably earned more" in found.text()
    assert "At no tested share of orders from the web" in found.text()
    assert "Do this first" not in found.text()


def test_a_sign_that_flips_gives_measure_first(tmp_path: Path) -> None:
    """Where the gain turns into a loss at a low web share, that share is to be measured first."""

    def harm(axis: str, value: float, setup: str) -> float:
        if setup == "fragmented":
            return HARMS[setup]
        return 1.6 if axis == "online_share" and value < 0.1 else HARMS[setup]

    found, meta = build(tmp_path, short(), strip_harm=harm)
    assert meta["instruction"] == "measure"
    assert meta["measure"] == ["online_share"]
    assert meta["headline"] == "Measure first: what share of your orders comes from the web."
    assert re.search(r"Below \d+(\.\d)?.% of orders from the web, change nothing\.", found.text())


def test_a_gain_of_saved_hours_alone_is_to_be_measured(tmp_path: Path) -> None:
    """Setups that only save typing: the hours are to be counted before anything is paid."""
    harms = {"fragmented": 0.9, "multichannel": 0.8, "omnichannel": 0.8, "unified": 0.8}
    loaded = short(*(f"setups.{name}.cost.monthly=430 USD per month" for name in
                     ("multichannel", "omnichannel", "unified")))  # fmt: skip
    found, meta = build(tmp_path, loaded, harms=harms, strip=False)
    assert meta["measure"] == ["work_by_hand"]
    assert str(meta["headline"]).startswith("Measure first: write down the hours")
    assert "Most of the gain is work by hand." in found.text()


def test_a_strip_of_another_setup_is_said_so(tmp_path: Path) -> None:
    """Where the strip was run for another candidate, the page does not claim it for the best."""
    folder = write_run(tmp_path, short(), replications=3)
    manifest = folder.manifest
    manifest["arms"] = {
        name: about
        for name, about in manifest["arms"].items()
        if about["kind"] != "strip" or about["setup"] in ("fragmented", "multichannel")
    }
    folder.write_manifest(manifest)
    reports.build(tmp_path)
    text = page(tmp_path).text()
    assert "The strip was worked out for Multichannel only." in text
    assert "Multichannel earned more than Fragmented on average" in text


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    """Markup in a scenario's titles is shown, never obeyed."""
    evil = "</style><script>alert(1)</script><img src=x onerror=alert(1)>\" & 'A $x$ $y$"
    scenario = tmp_path / "evil.yaml"
    scenario.write_text(
        "extends: library/boutique.yaml\n"
        f"title: {json.dumps(evil)}\n"
        f"origin: {{kind: assumed, describe: {json.dumps(evil)}, scale_factor: 1}}\n"
        f"notes: {{purpose: {json.dumps(evil)}}}\n"
        f"setups: {{unified: {{title: {json.dumps(evil)}, limits: [{json.dumps(evil)}]}}}}\n",
        "utf-8",
    )  # fmt: skip
    found, _ = build(tmp_path / "run", load(scenario, SHORT), replications=3)
    assert not found.tags & {"script", "img", "iframe", "link", "object"}
    assert not [name for name in found.attributes if name.startswith("on")]
    assert evil in found.names


def test_the_page_needs_nothing_from_outside(made: Path) -> None:
    """No script, no address to fetch from, and a policy that forbids both."""
    html = (made / "report.html").read_text("utf-8")
    assert "default-src 'none'" in html
    assert not re.findall(r"(?:src|href)=\"?(?!#)[^\s>]+", html.replace('xlink:href="#', ""))
    assert "url(http" not in html
    assert not re.search(r"@import|@font-face", html)


def test_ids_are_unique_and_references_resolve(made: Path) -> None:
    """Several drawings on one page do not share an id, and none lost its clip path."""
    html = (made / "report.html").read_text("utf-8")
    ids = page(made).ids
    assert len(ids) == len(set(ids))
    referred = set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", html))
    assert referred
    assert referred <= set(ids)


def test_the_same_run_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    """Page and numbers are equal when made twice and in two places."""
    first = [(made / name).read_bytes() for name in ("report.html", "report.json")]
    reports.build(made)
    assert first == [(made / name).read_bytes() for name in ("report.html", "report.json")]
    write_run(tmp_path, short())
    reports.build(tmp_path)
    assert first == [(tmp_path / name).read_bytes() for name in ("report.html", "report.json")]


def test_every_assumption_shows_its_grade(made: Path) -> None:
    """The online share stands in the table with its grade; the sheet prints what is missing."""
    html = (made / "report.html").read_text("utf-8")
    assert "demand.online_share" in html
    assert "Gruen, Corsten and Bharadwaj 2002" in html
    assert html.count("not stated</span>") >= 2
    assert 'data-key="stress.items" value="20"' in html


def test_the_tables_can_be_read_with_sqlite_alone(made: Path) -> None:
    """results.sqlite holds KPIs by arm and replication, the strip and the roadmap's cash."""
    connection = sqlite3.connect(made / "results.sqlite")
    try:
        arms = {row[0] for row in connection.execute("SELECT DISTINCT arm FROM kpi")}
        assert arms == {*HARMS, "roadmap"}
        reps = connection.execute("SELECT COUNT(*) FROM kpi WHERE name='fill_rate'").fetchone()
        assert reps == (30,)
        weeks = connection.execute("SELECT MAX(week) FROM cash").fetchone()
        assert weeks == (8,)
        axes = {row[0] for row in connection.execute("SELECT DISTINCT axis FROM strip")}
        assert axes == {"scale_factor", "safety_factor", "online_share"}
    finally:
        connection.close()


def test_a_run_without_a_finished_replication_is_refused(tmp_path: Path) -> None:
    """Nothing finished: one clear line, and no half page."""
    folder = write_run(tmp_path, short(), replications=2, strip=False)
    for file in (folder.path / "reps" / "unified").glob("*.npz"):
        file.unlink()
    with pytest.raises(NothingToReport, match="unified"):
        reports.build(tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_only_replications_of_all_arms_are_compared(tmp_path: Path) -> None:
    """A killed run reports what every setup finished."""
    folder = write_run(tmp_path, short(), replications=5, strip=False)
    folder.place("unified", 4).unlink()
    reports.build(tmp_path)
    assert "of 4 runs" in page(tmp_path).text()
