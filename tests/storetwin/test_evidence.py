"""`storetwin evidence`: which priors there are, who uses them, what is wrong with them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scenarios import evidence
from scenarios.errors import Place, Problem
from scenarios.loader import load
from scenarios.tree import parse_tree
from storetwin import sourced
from storetwin.cli import main

ROOT = Path(__file__).parents[2]
GROCER = ROOT / "scenarios/library/grocer.yaml"
HEAVY = {"numpy", "pandas", "matplotlib", "fastapi", "numba", "scipy", "sqlalchemy", "rich"}
OURS = """\
rent:
  title: What one square metre costs
  value: 10 EUR to 20 EUR
  central: 14 EUR
  unit: EUR
  per: month
  population: one street
  year: 2024
  source: the agents of the street
  grade: C
  group: money
  kind: cost
"""


def spoken(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Any:  # noqa: ANN401
    """What `storetwin evidence ... --json` says."""
    main(["evidence", *map(str, arguments), "--json"])
    return json.loads(capsys.readouterr().out)


def listed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> set[str]:
    """The ids that `storetwin evidence list` names."""
    return {one["id"] for one in spoken(capsys, "list", *arguments)["entries"]}


def test_list_has_a_line_for_each_entry(capsys: pytest.CaptureFixture[str]) -> None:
    """Id, value, grade, population, year; columns start below their heads and fit 100 columns."""
    assert main(["evidence", "list"]) == 0
    head, *rows, total = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows] == list(evidence.ids())
    assert max(map(len, rows)) <= 100
    starts = [head.index(name) for name in ("id", "value", "grade", "population", "year")]
    assert all(row[start - 1 : start].strip() == "" for row in rows for start in starts[1:])
    assert all(row[start] != " " for row in rows for start in starts)
    grades = {row.split()[0]: row[head.index("grade")] for row in rows}
    assert grades == {name: one.grade for name, one in evidence.entries().items()}
    assert total == f"{len(rows)} of {len(rows)} entries"
    assert any("2 to 7 days" in row for row in rows)  # the unit, where the value names none


def test_filters_of_list(capsys: pytest.CaptureFixture[str]) -> None:
    """Grades add up, topics are files and groups, and together they narrow."""
    every = evidence.entries()
    assert listed(capsys, "--grade", "D", "--grade", "b") == {
        name for name, one in every.items() if one.grade in "BD"
    }
    assert listed(capsys, "--topic", "availability") == {
        name for name, one in every.items() if one.group == "availability"
    }
    assert "wage" in listed(capsys, "--topic", "money")  # of the group labour, in money.yaml
    both = listed(capsys, "--topic", "links", "--grade", "C")
    assert "label-attempts" in both
    assert {every[name].grade for name in both} == {"C"}


def test_list_says_where_a_scenario_uses_an_entry(capsys: pytest.CaptureFixture[str]) -> None:
    """All values of the loaded scenario with evidence, the presets' too, and no others."""
    loaded = load(GROCER)
    expected = {(o.evidence, path) for path, o in loaded.provenance.items() if o.evidence}
    for given in ("grocer", GROCER):
        found = spoken(capsys, "list", "--used-by", given)["entries"]
        assert {(one["id"], use["path"]) for one in found for use in one["used"]} == expected
    assert main(["evidence", "list", "--used-by", "grocer", "--grade", "E"]) == 0
    lines = capsys.readouterr().out.splitlines()
    row = next(i for i, line in enumerate(lines) if line.startswith("lead-time-grocery"))
    at = next(i for i, t in enumerate(GROCER.read_text().splitlines(), 1) if "lead-time-gro" in t)
    assert lines[row + 1] == f"    stock.lead_time_days  library/grocer.yaml:{at}"
    assert "    setups.unified.price.entry_error  presets/price/paper.yaml:6" in lines
    assert max(map(len, lines)) <= 100


def test_show_tells_all_about_an_entry(capsys: pytest.CaptureFixture[str]) -> None:
    """Words, 80 % range, source, grade, notes; by its id or as a reference writes it."""
    assert main(["evidence", "show", "stockout-lost"]) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 100
    one = evidence.entry("stockout-lost")
    low, high = (f"{100 * one.distribution.quantile(p):.3g} %" for p in (0.1, 0.9))
    assert f"  80 % range  {low} to {high}\n" in shown
    assert "from 27 % to 60 %, most often near 40 % (triangular)" in shown
    for fact in (one.title, one.source, one.population, "2002", "B, peer-reviewed", "not re-read"):
        assert fact in " ".join(shown.split())
    assert main(["evidence", "show", "evidence/stockout-lost"]) == 0
    assert capsys.readouterr().out == shown


def test_show_tells_who_uses_an_entry(capsys: pytest.CaptureFixture[str]) -> None:
    """Scenarios and presets with file and line; a preset with the scenarios that choose it."""
    used = spoken(capsys, "show", "label-poll-period")["used"]
    assert [(use["file"], use["path"]) for use in used] == [
        ("presets/price/gateway.yaml", "period")
    ]
    gateway = (ROOT / "scenarios" / used[0]["file"]).read_text().splitlines()
    assert "evidence/label-poll-period" in gateway[used[0]["line"] - 1]
    choosers = {p.stem for p in GROCER.parent.glob("*.yaml") if "preset: gateway" in p.read_text()}
    assert choosers == set(used[0]["chosen_by"]) != set()
    # The setup's preset names the price link's: a scenario chooses both with one word.
    paper = next(
        use for use in spoken(capsys, "show", "label-missed")["used"] if "paper" in use["file"]
    )
    assert "nothing-wins" in paper["chosen_by"]
    assert spoken(capsys, "show", "collect-unplanned")["used"] == []
    assert main(["evidence", "show", "collect-unplanned"]) == 0
    shown = capsys.readouterr().out
    assert "used by no library scenario" in shown
    assert "no scenario may use it as a rate" in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "shrinkag"], "no evidence is called 'shrinkag'. Did you mean 'shrinkage'?"),
        (["show", "qqqq"], "no evidence is called 'qqqq'. See: storetwin evidence list"),
        (["list", "--grade", "F"], "no grade is called 'F'. There are A, B, C, D, E"),
        (["list", "--topic", "mony"], "no topic is called 'mony'. Did you mean 'money'?"),
        (["list", "--used-by", "groce"], "Did you mean 'grocer'?"),
        (["list", "--used-by", "groce.yaml"], "groce.yaml: no such file"),
        (["check", "no/such.yaml"], "no/such.yaml: no such file"),
        (["lst"], "storetwin evidence --help"),
    ],
)
def test_what_is_not_there_is_exit_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the nearest right name where one is near; nothing on stdout."""
    assert main(["evidence", *arguments]) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert printed.out == ""


def test_check_finds_the_library_fit() -> None:
    """Nothing is wrong with what ships."""
    assert [str(one) for one in sourced.check_library()] == []


def test_check_of_the_library_reads_entries_and_references(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of either is told with its place, and the exit code is 1."""
    fault = Problem(Place("evidence/some.yaml", 3), "some.unit", "is missing")
    tree = parse_tree("# a shop\nmoney: {wage: {ref: evidence/wag}}", "library/some.yaml")
    monkeypatch.setattr(evidence, "check", lambda: [fault])
    trees = sourced.shipped() | {"library/some.yaml": tree}
    monkeypatch.setattr(sourced, "shipped", lambda: trees)
    assert main(["evidence", "check"]) == 1
    told = capsys.readouterr().out
    assert "evidence/some.yaml:3: some.unit: is missing\n" in told
    assert "library/some.yaml:2: money.wage.ref: no evidence is called 'wag'" in told


def test_check_tells_what_nothing_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that nothing uses says why; one that says so is not used."""
    monkeypatch.setattr(sourced, "shipped", dict)
    found = {one.path: one for one in sourced.check_library()}
    # An ever_share may wait, and one entry says why it does.
    assert set(found) == set(evidence.ids()) - {"collect-unplanned", "label-gateway-monthly"}
    assert found["wage"].place == evidence.place("wage")
    entry = evidence.entry
    unused = {"unused": "no scenario of ours has staff"}
    monkeypatch.setattr(evidence, "entry", lambda name: entry(name).model_copy(update=unused))
    assert sourced.check_library() == []
    monkeypatch.undo()
    monkeypatch.setattr(evidence, "entry", lambda name: entry(name).model_copy(update=unused))
    told = {one.path: one.message for one in sourced.check_library()}
    assert "says that it is unused, but library/boutique.yaml:" in told["wage.unused"]


def test_check_of_files_tells_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of entries and a scenario of one's own, both with faults, and exit code 1."""
    ours, shop = tmp_path / "ours.yaml", tmp_path / "shop.yaml"
    ours.write_text(OURS, encoding="utf-8")
    shop.write_text("extends: library/grocer.yaml\nmoney: {wage: {ref: evidence/wage}}\n")
    assert main(["evidence", "check", str(ours), str(shop), str(ours)]) == 0
    assert capsys.readouterr().out == "ok. entries: 1, references: 1\n"
    ours.write_text(
        OURS.replace("  source: the agents of the street\n", "") + OURS.replace("rent:", "wage:"),
        encoding="utf-8",
    )
    shop.write_text(
        "money:\n  wage: {ref: evidence/wag}\ndemand:\n  - {ref: evidence/collect-unplanned}\n"
    )
    assert main(["evidence", "check", str(ours), str(shop)]) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        f"{ours}:1: rent.source: is missing",
        f"{ours}:12: wage: stands already at {evidence.place('wage')}",
        f"{shop}:2: money.wage.ref: no evidence is called 'wag'. Did you mean 'wage'?",
        (
            f"{shop}:4: demand.0.ref: collect-unplanned is a share of people who ever did it, "
            "not a rate; give your own value"
        ),
    ]
    assert printed.err == "found wrong: 4; entries: 2, references: 2\n"
    found = spoken(capsys, "check", ours, shop)
    assert not found["ok"]
    assert [(one["file"], one["line"]) for one in found["findings"]] == [
        (str(ours), 1),
        (str(ours), 12),
        (str(shop), 2),
        (str(shop), 4),
    ]


def test_check_of_a_file_of_the_library_is_no_clash(capsys: pytest.CaptureFixture[str]) -> None:
    """An id does not stand in the way of itself, but of a copy."""
    assert main(["evidence", "check", str(evidence.FOLDER / "money.yaml")]) == 0
    assert capsys.readouterr().out.startswith("ok. ")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: [1, 2", b"", b"- 1\n", b"a: 1\na: 2\n"])
def test_garbage_is_a_finding(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is no YAML is told with its line, and does not hide what else is wrong."""
    garbage, shop = tmp_path / "garbage.yaml", tmp_path / "shop.yaml"
    garbage.write_bytes(content)
    shop.write_text("money: {wage: {ref: wage}}\n")
    assert main(["evidence", "check", str(garbage), str(shop)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"{garbage}:")
    assert told[1].startswith(f"{shop}:1: money.wage.ref: must be the name of an entry")


@pytest.mark.parametrize("verb", ["list", "show", "check"])
def test_every_verb_of_evidence_has_help_with_an_example(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """--help shows how the verb is used, and that it speaks JSON."""
    assert main(["evidence", verb, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"storetwin evidence {verb}" in shown.split("Example", 1)[1]
    assert "--json" in shown


@pytest.mark.parametrize("arguments", [["list", "--used-by", "grocer"], ["check"]])
def test_evidence_answers_in_half_a_second(arguments: list[str]) -> None:
    """Nothing heavy is imported; processor time of the best of three starts."""
    script = (
        "import os, sys; from storetwin.cli import main; "
        f"main(['evidence', *{arguments!r}]); "
        f"print(sum(os.times()[:2]), sorted({HEAVY!r} & set(sys.modules)))"
    )
    seconds = []
    for _ in range(3):
        ended = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        spent, _, heavy = ended.stdout.splitlines()[-1].partition(" ")
        assert heavy == "[]"
        seconds.append(float(spent))
    assert min(seconds) < 0.5
