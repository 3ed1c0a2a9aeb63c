"""Every prior has a source, a unit and a grade; one without is refused."""

import re
from pathlib import Path

import pytest

from scenarios.evidence import FOLDER, PREFIX, check, entries, entry, place
from scenarios.text import CURRENCIES

GOOD = """\
wage:
  title: What one hour costs
  value: 15 USD to 25 USD
  central: 18 USD
  unit: USD
  per: hour
  population: shop staff
  year: 2026
  source: our assumption
  grade: E
  group: labour
  kind: cost
"""


def complaints(folder: Path, text: str) -> list[str]:
    """What the check says about a library of one file."""
    (folder / "some.yaml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in check(folder)]


def test_the_library_is_fit_to_be_used() -> None:
    """The entries that ship pass their own check."""
    assert check() == []
    assert len(entries()) >= 40


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  source: our assumption\n", "", "1: wage.source: is missing"),
        ("  unit: USD\n", "", "1: wage.unit: is missing"),
        ("  grade: E\n", "", "1: wage.grade: is missing"),
        (
            "unit: USD",
            "unit: minuts",
            "5: wage.unit: unknown unit 'minuts'. Did you mean 'minutes'?",
        ),
        (
            "grade: E",
            "grade: F",
            "10: wage.grade: must be one of A, B, C, D, E, is 'F'",
        ),
        (
            "grade: E",
            "grade: A",
            ("9: wage.source: grade E and only grade E starts its source with 'our assumption'"),
        ),
        (
            "source: our assumption",
            "source: ''",
            "9: wage.source: must not be empty, is ''",
        ),
        (
            "central: 18 USD",
            "central: 180 USD",
            "4: wage.central: '180 USD' lies outside of '15 USD to 25 USD'",
        ),
        (
            "value: 15 USD to 25 USD",
            "value: 15 s to 25 s",
            "3: wage.value: '15 s' is not money; write it as in '12.50 USD'",
        ),
        (
            "kind: cost",
            "kind: cots",
            (
                "12: wage.kind: must be one of rate, ever_share, time, size, cost, "
                "choice, is 'cots'. Did you mean 'cost'?"
            ),
        ),
        (
            "per: hour",
            "pre: hour",
            "6: wage.pre: 'pre' is not known here. Did you mean 'per'?",
        ),
        (
            "year: 2026",
            "year: lately",
            "8: wage.year: must name a year, as in 2008 or '2019 to 2025', or be 'not stated'",
        ),
        (
            "source: our assumption",
            "source: our assumption, see htp://example.org/wages",
            (
                "9: wage.source: 'htp://example.org/wages' is not an address; "
                "write it as in 'https://example.org/page'"
            ),
        ),
        (
            "kind: cost",
            "kind: cost\n  notes: (https://wages), read twice",
            (
                "13: wage.notes: 'https://wages' is not an address; "
                "write it as in 'https://example.org/page'"
            ),
        ),
    ],
)
def test_an_entry_that_cannot_be_used_is_told(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    """By file and line; the same entry without the fault passes."""
    assert complaints(tmp_path, GOOD) == []
    assert complaints(tmp_path, GOOD.replace(old, new)) == [f"evidence/some.yaml:{expected}"]


@pytest.mark.parametrize(
    "good",
    [
        "source: our assumption, in sight of https://example.org/a?b=c#d.",
        "source: our assumption (http://shop.example.org:8080/wages)",
        "source: our assumption, in sight of Retail Dive, www of it not known",
    ],
)
def test_an_address_that_opens_is_no_fault(tmp_path: Path, good: str) -> None:
    """Brackets around an address and the full stop after it are not parts of it."""
    assert complaints(tmp_path, GOOD.replace("source: our assumption", good)) == []


@pytest.mark.parametrize("bad", ["www.example.org/a", "https:/example.org", "http://a.org:b/"])
def test_an_address_that_does_not_open_is_told(tmp_path: Path, bad: str) -> None:
    """Without a scheme, with half of one, with a port that is no number."""
    found = complaints(tmp_path, GOOD.replace("assumption", f"assumption, {bad}"))
    assert len(found) == 1
    assert f"some.yaml:9: wage.source: '{bad}' is not an address" in found[0]


@pytest.mark.parametrize(
    ("title", "per", "told"),
    [
        ("Shoppers who ever collected", "person", "'ever'"),
        ("Shoppers who collected at least once", "person", "'at least once'"),
        ("Shoppers who collect", "person asked", "'asked'"),
        ("Shoppers who collect whenever they can", "web order", ""),
    ],
)
def test_a_survey_of_who_ever_did_it_is_no_rate(
    tmp_path: Path, title: str, per: str, told: str
) -> None:
    """Words that tell of such a question are refused as a rate and allowed as an ever_share."""
    text = (
        GOOD.replace("What one hour costs", title)
        .replace("per: hour", f"per: {per}")
        .replace("15 USD to 25 USD", "20 % to 40 %")
        .replace("18 USD", "30 %")
        .replace("unit: USD", "unit: share")
        .replace("kind: cost", "kind: rate")
    )
    message = f"{told} tells of people who ever did it: that is an ever_share"
    expected = [f"evidence/some.yaml:12: wage.kind: {message}"] if told else []
    assert complaints(tmp_path, text) == expected
    assert complaints(tmp_path, text.replace("kind: rate", "kind: ever_share")) == []


def test_two_faults_of_one_entry_are_told_at_once(tmp_path: Path) -> None:
    """Nobody has to mend one to hear of the other."""
    text = GOOD.replace("year: 2026", "year: 26").replace("source: our", "source: www.a.b our")
    assert [line.split(": ")[1] for line in complaints(tmp_path, text)] == [
        "wage.year",
        "wage.source",
    ]


def test_every_reference_that_ships_names_an_entry(project: Path) -> None:
    """Presets and the library ask for entries that exist and are rates, not ever-shares."""
    named: set[str] = set()
    for file in (project / "scenarios").rglob("*.yaml"):
        named |= set(re.findall(r"ref: evidence/([a-z0-9-]+)", file.read_text(encoding="utf-8")))
    assert named
    assert [name for name in named if entry(name).kind == "ever_share"] == []


def test_an_entry_stands_in_one_file_only(tmp_path: Path) -> None:
    """Two entries with one name would leave open which one counts."""
    (tmp_path / "other.yaml").write_text(GOOD, encoding="utf-8")
    assert complaints(tmp_path, GOOD) == [
        "evidence/some.yaml:1: wage: stands already at evidence/other.yaml:1"
    ]


def test_an_entry_knows_where_it_is_written() -> None:
    """The line of its id."""
    for name in entries():
        file = FOLDER / place(name).file.removeprefix(PREFIX)
        assert file.read_text(encoding="utf-8").splitlines()[place(name).line - 1] == f"{name}:"


def test_values_have_the_unit_they_state() -> None:
    """The text of a value is parsed in the entry's own dimension."""
    for found in entries().values():
        assert found.distribution.mean > 0, found.id
        assert found.dimension == "money" or found.unit not in CURRENCIES
    assert len(list(FOLDER.glob("*.yaml"))) <= 10
