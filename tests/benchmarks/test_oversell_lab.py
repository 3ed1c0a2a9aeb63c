"""The oversell lab catches mistakes and nothing else, each time the same, and shows them."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from importlib import util
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.oversell import lab, page, picture, words
from benchmarks.oversell.lab import Lab, Verdict
from benchmarks.oversell.registry import ENGINE, found
from storetwin.cli import main
from storetwin.failures import BAD_INPUT, BROKEN, OK

SEED = 11
BUDGET_S = 300.0  # far more than is needed: time must not decide what a test sees
EXAMPLES = 15
ENTRIES = found()
WRONG = [name for name, entry in ENTRIES.items() if not entry.sound]
RIGHT = [name for name, entry in ENTRIES.items() if entry.sound]
# Two who come at once, one who is routed, one cart: enough for everything that is shown.
SOME = ("first_location", "leaked_hold", "lost_update")


def judged(name: str) -> Verdict:
    """What the lab says of a shop, soon."""
    return lab.judge(ENTRIES[name], SEED, BUDGET_S, [EXAMPLES])


@pytest.fixture(scope="module")
def some() -> Lab:
    """A lab of a few shops."""
    return Lab(SEED, tuple(judged(name) for name in SOME))


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_every_mistake_is_caught(name: str) -> None:
    """Whatever lies in the folder breaks a property."""
    assert lab.first_catch(ENTRIES[name], SEED, BUDGET_S) is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_passes(name: str) -> None:
    """The engine, and a shop in the style of the others, pass everything that applies to them."""
    verdict = lab.judge(ENTRIES[name], SEED, BUDGET_S, lab.ROUNDS[:1])
    assert verdict.as_it_must, [catch.history for catch in verdict.catches]
    assert len(verdict.passed) > 5
    assert not verdict.unfinished


def test_mistakes_are_caught_and_told(some: Lab) -> None:
    """Each history ends in what is wrong, and is short enough to be read."""
    assert some.holds
    for verdict in some.verdicts:
        for catch in verdict.catches:
            assert catch.history[-1].startswith(f"{catch.property} is violated: ")
            assert 1 <= catch.examples <= EXAMPLES
            assert 2 <= sum(bool(re.match(r"\d+\. ", step)) for step in catch.history) <= 20


def test_the_same_seed_tells_the_same_story(some: Lab) -> None:
    """Properties, numbers of examples and histories are those of the last time."""
    name = "lost_update"
    again = judged(name)
    before = some.verdicts[SOME.index(name)]
    assert again.catches == before.catches
    assert again.films == before.films


def test_it_is_the_mistake_that_is_caught() -> None:
    """The same shop, mended in one place, passes what it failed before."""
    entry = ENTRIES["check_before_lock"]
    mended = replace(entry, module="tests.benchmarks.oversell_mended")
    assert lab.first_catch(entry, SEED, BUDGET_S) is not None
    assert lab.judge(mended, SEED, BUDGET_S, [2 * EXAMPLES]).catches == ()


def test_a_mistake_that_is_not_caught_breaks_the_lab(some: Lab) -> None:
    """A shop that is called wrong and passes, and one that is called right and fails."""
    called_right = replace(some.verdicts[0], entry=replace(some.verdicts[0].entry, sound=True))
    called_wrong = replace(some.verdicts[0], catches=(), films=None)
    assert not Lab(SEED, (called_right,)).holds
    assert not Lab(SEED, (called_wrong,)).holds
    assert "NOT CAUGHT" in words.outcome(called_wrong)
    assert "FAILS, and must pass" in words.outcome(called_right)


def test_what_time_cut_short_is_told_in_a_line(some: Lab) -> None:
    """However many checks had no time: a count a shop, one line for all, and what gives more."""
    late = ("P1.race: time was up after 3 of 40 examples", "P2: time was up after 0 of 40 examples")
    cut = Lab(SEED, tuple(replace(verdict, unfinished=late) for verdict in some.verdicts))
    told = words.lines(cut)
    assert (
        told[-1] == "6 cut short as time was up, in 3 of 3 shops; --budget SECONDS gives more time"
    )
    assert sum("time was up" in line for line in told) == 1
    assert [line for line in told if line.endswith("; 2 cut short")] == told[: len(SOME)]
    assert not any("time was up" in line for line in words.lines(some))
    right = Verdict(ENTRIES[ENGINE], (), ("P2",), (), unfinished=late[:1], films=None)
    assert words.summary(Lab(SEED, (right,))) == f"seed {SEED}: 0 of 1 right shops pass"
    right = replace(right, unfinished=())
    assert words.summary(Lab(SEED, (right,))) == f"seed {SEED}: 1 of 1 right shops pass"


def test_the_film_shows_stock_below_zero_and_the_engine_above(some: Lab) -> None:
    """Played again, the history oversells the wrong shop and not the right one."""
    films = [verdict.films for verdict in some.verdicts]
    lowest = [film.wrong.lowest for film in films if film is not None]
    assert len(lowest) == len(SOME)
    assert min(lowest) < 0
    for film in films:
        assert film is not None
        assert film.right.lowest == 0
        assert film.right.left == 0, "the last shopper gets the last unit"


def test_the_page_stands_alone(some: Lab) -> None:
    """It holds the picture, every shop and every history, and asks the network for nothing."""
    text = page.page(some)
    assert "<svg" in text
    assert not re.search(r"(?:src|href)=\"(?!#)", text.replace("xlink:href", "href"))
    for verdict in some.verdicts:
        assert verdict.entry.title in text
        assert f'id="{verdict.entry.name}"' in text
        assert picture.consequence(verdict.films)[1] in text


def run(arguments: Sequence[str], out: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run the verb; exit code and what it printed."""
    code = main(["lab", "oversell", "--seed", "5", "--jobs", "1", "--out", str(out), *arguments])
    return code, capsys.readouterr().out


def test_the_verb_writes_and_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table, the history, the seed; the page lies in the folder that was named."""
    monkeypatch.setattr(lab, "ROUNDS", (EXAMPLES,))
    code, printed = run(["--only", "first_location"], tmp_path / "there", capsys)
    assert code == OK
    assert "First location only  caught:" in printed
    assert "is violated" in printed
    assert "seed 5: 1 of 1 defects caught" in printed
    assert (
        (tmp_path / "there" / "oversell.html").read_text(encoding="utf-8").startswith("<!doctype")
    )
    drawn = ET.parse(tmp_path / "there" / "oversell.svg").getroot()  # noqa: S314 - ours
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg", "a viewer knows what it is"
    code, printed = run(["--only", "first_location", "--json"], tmp_path, capsys)
    assert code == OK
    assert json.loads(printed)["holds"] is True


def test_the_verb_fails_where_the_lab_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A right shop that is called wrong is a mistake that is not caught: exit code 1."""
    right = replace(ENTRIES["row_lock"], sound=False)
    monkeypatch.setattr(lab, "found", lambda: ENTRIES | {"row_lock": right})
    monkeypatch.setattr(lab, "ROUNDS", (2,))
    assert run(["--only", "row_lock"], tmp_path, capsys)[0] == BROKEN


def test_an_unknown_shop_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said which there are, and nothing is written."""
    code = main(["lab", "oversell", "--only", "nobody", "--out", str(tmp_path / "out")])
    assert code == BAD_INPUT
    assert "no shop is called 'nobody'; there are engine, row_lock" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_is_not_installed_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says what to install."""
    monkeypatch.setattr("storetwin.verbs.lab.find_spec", lambda _: None)
    assert main(["lab", "oversell"]) == BAD_INPUT
    assert "needs storetwin_contract; install it with:" in capsys.readouterr().err
    assert util.find_spec("storetwin_contract") is not None


def test_the_engine_is_examined() -> None:
    """It is the first of the lab, and it must pass."""
    assert next(iter(ENTRIES)) == ENGINE
    assert ENTRIES[ENGINE].sound
