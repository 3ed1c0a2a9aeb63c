"""`storetwin lab routing`: figures, pictures, exit codes."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.routing import lab, picture, summary
from benchmarks.routing.cases import Case, Order
from benchmarks.routing.plans import Served
from benchmarks.routing.policies import POLICIES
from storetwin.cli import main
from storetwin.failures import BAD_INPUT, BROKEN, OK

QUICK = ["lab", "routing", "--cases", "3", "--large", "0"]
PICTURES = [f"routing-{name}.{kind}" for name in ("regret", "map") for kind in ("svg", "png")]


def test_the_verb_prints_and_writes_its_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One JSON object on stdout, the same figures in the folder, and four pictures."""
    assert main([*QUICK, "--seed", "5", "--out", str(tmp_path / "new"), "--json"]) == OK
    printed = json.loads(capsys.readouterr().out)
    kept = json.loads((tmp_path / "new" / "routing.json").read_text(encoding="utf-8"))
    assert kept == {name: value for name, value in printed.items() if name != "files"}
    assert (printed["cases"], printed["seed"], printed["faults"]) == (3, 5, [])
    assert list(printed["each_order"]) == [policy.name for policy in POLICIES]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(
        [*PICTURES, "routing.json"]
    )


def test_people_get_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text names every policy in both tables, and says that nothing is wrong."""
    assert main([*QUICK, "--out", str(tmp_path)]) == OK
    said = capsys.readouterr().out
    assert all(said.count(f"\n{policy.name} ") == 2 for policy in POLICIES)
    assert "every plan is feasible, and no regret is below zero" in said


def test_a_fault_is_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A solver that is content with too dear a plan is beaten by a chain, and that is told."""

    def content(_case: Case, orders: Sequence[Order], *_: object, **__: object) -> list[Served]:
        return [None] * len(orders)

    monkeypatch.setattr(lab, "best", content)
    assert main([*QUICK, "--out", str(tmp_path)]) == BROKEN
    told = capsys.readouterr()
    assert "WRONG" in told.out
    assert "below the optimum" in told.err


@pytest.mark.parametrize(
    "arguments", [["--cases", "0"], ["--cases", "few"], ["--seed", "-1"], ["--large", "-1"]]
)
def test_bad_numbers_are_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A number out of range is bad input, and named."""
    assert main(["lab", "routing", *arguments]) == BAD_INPUT
    told = capsys.readouterr().err
    assert arguments[0] in told
    assert len(told.splitlines()) == 1


def test_a_folder_that_cannot_be_made_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file where the folder should be is named; no traceback."""
    taken = tmp_path / "taken"
    taken.write_text("a list", encoding="utf-8")
    assert main([*QUICK, "--out", str(taken)]) == BAD_INPUT
    assert "taken" in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """--help shows how the lab is used."""
    assert main(["lab", "routing", "--help"]) == OK
    assert "storetwin lab routing" in capsys.readouterr().out.split("Example", 1)[1]


def test_the_pictures_say_what_the_tables_say(tmp_path: Path) -> None:
    """Names and means of the table stand in the picture; the map shows what each day cost."""
    found = lab.run(3, 4, 0)
    files = {path.name: path for path in picture.write(found, tmp_path)}
    assert list(files) == PICTURES
    drawn = files["routing-regret.svg"].read_text(encoding="utf-8")
    for table in ("each_order", "whole_day"):
        for name, row in summary.figures(found)[table].items():
            assert f">{name}<" in drawn
            assert f">{row['mean'] / 100:.2f}<" in drawn
    shown = files["routing-map.svg"].read_text(encoding="utf-8")
    for title in ("Nearest: 29.97", "Fewest splits: 27.16", "Lowest cost: 25.26", "21.99"):
        assert title in shown


def test_the_same_run_draws_the_same_picture(tmp_path: Path) -> None:
    """An SVG holds no date and no chance, so a difference is a difference."""
    found = lab.run(3, 2, 0)
    once = {path.name: path.read_bytes() for path in picture.write(found, tmp_path / "a")}
    again = {path.name: path.read_bytes() for path in picture.write(found, tmp_path / "b")}
    assert once == again
