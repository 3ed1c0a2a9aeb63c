"""The command line starts at once and says what it can do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import storetwin
from storetwin.cli import VERBS, main

ROOT = Path(__file__).parents[2]
BOUTIQUE = "scenarios/library/boutique.yaml"
HEAVY = {"numpy", "pandas", "matplotlib", "fastapi", "numba", "scipy", "sqlalchemy", "rich"}


def test_check_imports_nothing_heavy() -> None:
    """Checking a scenario loads neither numbers, charts nor a web server."""
    script = (
        "import sys; from storetwin.cli import main; "
        f"code = main(['check', {BOUTIQUE!r}]); "
        f"print(code, sorted({HEAVY!r} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[-1] == "0 []"


def test_check_answers_in_half_a_second() -> None:
    """Processor time of the best of three starts, because other programs run here too."""

    def spent() -> float:
        used = os.times()
        return used.children_user + used.children_system or used.elapsed

    seconds = []
    for _ in range(3):
        before = spent()
        subprocess.run(
            [sys.executable, "-m", "storetwin", "check", BOUTIQUE],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        seconds.append(spent() - before)
    assert min(seconds) < 0.5


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--help shows how the verb is used, and that it speaks JSON."""
    assert main([verb, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"storetwin {verb}" in shown.split("Example", 1)[1]
    assert "--json" in shown


def test_no_verb_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a verb the verbs and exit codes are shown."""
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(verb in shown for verb in VERBS)
    assert "130 interrupted" in shown
    assert main(["--version"]) == 0
    assert storetwin.__version__ in capsys.readouterr().out


def test_public_names_come_when_asked_for() -> None:
    """Engine, load, simulate and compare are there; a name that is not says so."""
    from core.engine import Engine
    from scenarios.loader import load

    assert storetwin.Engine is Engine
    assert storetwin.load is load
    assert callable(storetwin.compare)
    assert callable(storetwin.simulate)
    with pytest.raises(AttributeError, match="sell"):
        storetwin.sell  # noqa: B018


def test_check_and_show_speak_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The same facts for programs: what was checked, where a value comes from, the schema."""
    file = str(ROOT / BOUTIQUE)
    assert main(["check", file, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["today"] == "fragmented"
    assert main(["show", file, "--why", "stock.shrinkage", "--json"]) == 0
    why = json.loads(capsys.readouterr().out)
    assert why["stock.shrinkage"]["evidence"]
    assert main(["show", "--schema", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["properties"]["stores"]
    assert main(["show", file, "--links"]) == 0
    assert "stock.technique" in capsys.readouterr().out


def test_the_library_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Each ready scenario is listed with a file that is there; one can be printed to start from."""
    assert main(["scenarios", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["scenarios"]
    assert {"boutique", "grocer", "nothing-wins"} <= {one["name"] for one in found}
    assert all(Path(one["file"]).is_file() and one["title"] and one["purpose"] for one in found)
    assert main(["scenarios"]) == 0
    listed = capsys.readouterr().out
    assert all(one["title"] in listed for one in found)
    assert main(["scenarios", "boutique"]) == 0
    assert capsys.readouterr().out == (ROOT / BOUTIQUE).read_text(encoding="utf-8")
    assert main(["scenarios", "boutiqe"]) == 2
    assert "Did you mean 'boutique'?" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_failure() -> None:
    """`storetwin show --schema | head -1` ends well and says nothing on stderr."""
    process = subprocess.Popen(
        [sys.executable, "-m", "storetwin", "show", "--schema"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert (process.stderr.read(), process.wait(30)) == ("", 0)
    process.stderr.close()


def test_doctor_finds_this_machine_fit(capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that a run needs is looked at and found."""
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"]
    names = {finding["name"] for finding in found["findings"]}
    assert {"python", "packages", "cores", "disk", "fsync", "sample transactions"} <= names


def test_a_mistake_of_ours_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even an error that nobody foresaw shows no traceback, but its place; the exit code is 1."""
    from storetwin.verbs import care

    def break_down() -> None:
        raise ZeroDivisionError("nothing to divide by")

    monkeypatch.setattr(care, "_python", break_down)
    assert main(["doctor"]) == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "test_start.py:" in told
    assert "Traceback" not in told
