"""Whatever is wrong in a scenario is told in one line: where it stands, what, the nearest name."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from scenarios.errors import ScenarioError
from scenarios.loader import load
from tests.scenarios.corner import CORNER, changed

WRONG: dict[str, dict[str, str]] = YAML(typ="safe").load(Path(__file__).parent / "wrong.yaml")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def complaint(text: str | bytes, *overrides: str, name: str = "shop.yaml") -> str:
    """What a person is told about a file with this *text*."""
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ScenarioError) as caught:
        load(name, overrides)
    return str(caught.value)


def test_the_corner_shop_itself_is_right() -> None:
    """Without the error the same file loads, so that each case shows its own error."""
    Path("shop.yaml").write_text(CORNER, encoding="utf-8")
    assert load("shop.yaml").scenario.name == "corner"


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_in_one_line(case: str) -> None:
    """File, line, path, what, and the nearest right name."""
    row = WRONG[case]
    assert complaint(changed((row["in_place_of"], row["written"]))) == row["told"]


def test_everything_wrong_is_told_at_once() -> None:
    """Three errors are three lines, in the order of the file."""
    text = changed(
        ("wave_weekday: 2", "wave_weekday: 7"), ("tills: 2", "tills: 0"), ("delay: 3 days", "")
    )
    assert complaint(text).splitlines() == [
        "shop.yaml:18: stores.0.tills: must be 1 or more, is 0",
        "shop.yaml:25: demand.delay: is missing",
        "shop.yaml:48: price.wave_weekday: must be 6 or less, is 7",
    ]


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("money.wage=18", "--set money.wage: '18' needs a currency, as in '12.50 USD'"),
        (
            "money.wages=18 USD",
            "--set money.wages: 'wages' is not known here. Did you mean 'wage'?",
        ),
        ("stores.3.tills=1", "--set stores.3.tills: has 1 items, 0 to 0, not '3'"),
        ("money.wage", "--set: 'money.wage' is not path=value, as in 'money.wage=20 USD'"),
        ("=3", "--set: '=3' is not path=value, as in 'money.wage=20 USD'"),
        (
            "till.base=[1",
            "--set till.base: is not valid YAML: expected ',' or ']', but got '<stream end>'",
        ),
    ],
)
def test_a_flag_is_checked_like_the_file(override: str, expected: str) -> None:
    """The place of an error in a flag is the flag."""
    assert complaint(CORNER, override) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "shop.yaml:1: is empty"),
        (b"- a\n- b\n", "shop.yaml:1: must be a map of keys and values"),
        (b"a: \xff\n", "shop.yaml:1: is not UTF-8 text"),
        (b"a: 1\nb: \x00\n", "shop.yaml:1: is not valid YAML: unacceptable character #x0000"),
        (b"a: " + b"x" * 300_000, "shop.yaml: is larger than 256 KiB; is this a scenario?"),
        (b"a: &a [*a]\n", "shop.yaml:1: is nested more than 24 deep"),
        (b"a: " + b"[" * 60_000, "shop.yaml:1: is nested too deeply"),
        (b"1: a\n", "shop.yaml:1: a key must be a word, not '1'"),
        (b"seed: " + b"9" * 5_000, "shop.yaml:1: seed: must be a finite number, is '999"),
    ],
)
def test_no_file_brings_the_loader_down(content: bytes, expected: str) -> None:
    """Files that are no scenario at all end in one line too."""
    assert complaint(content).startswith(expected)


def test_aliases_cannot_fill_the_memory() -> None:
    """Nine levels of ten aliases each would be a thousand million values."""
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert "holds more than 50000 values; too many aliases?" in complaint("\n".join(lines))


def test_a_folder_or_nothing_is_no_scenario() -> None:
    """A path that is not a file is told by name."""
    Path("folder").mkdir()
    for name, reason in (("folder", "is a directory"), ("none.yaml", "no such file or directory")):
        with pytest.raises(ScenarioError) as caught:
            load(name)
        assert str(caught.value) == f"{name}: {reason}"


def test_an_error_in_a_file_that_is_extended_names_that_file() -> None:
    """The line is the line of the file in which the value stands."""
    Path("under.yaml").write_text(changed(("tills: 2", "tills: none")), encoding="utf-8")
    assert complaint("extends: under.yaml\ntitle: Another\n") == (
        "under.yaml:18: stores.0.tills: must be a whole number, is 'none'"
    )
