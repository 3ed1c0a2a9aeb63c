"""Every prior has a source, a unit and a grade; one without is refused."""

import re
from pathlib import Path

import pytest

from scenarios.evidence import FOLDER, check, entries, entry
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
    ],
)
def test_an_entry_that_cannot_be_used_is_told(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    """By file and line; the same entry without the fault passes."""
    assert complaints(tmp_path, GOOD) == []
    assert complaints(tmp_path, GOOD.replace(old, new)) == [f"evidence/some.yaml:{expected}"]


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


def test_values_have_the_unit_they_state() -> None:
    """The text of a value is parsed in the entry's own dimension."""
    for found in entries().values():
        assert found.distribution.mean > 0, found.id
        assert found.dimension == "money" or found.unit not in CURRENCIES
    assert len(list(FOLDER.glob("*.yaml"))) <= 10
