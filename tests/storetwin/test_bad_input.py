"""Whatever a user gets wrong is one clear line on stderr and exit code 2; never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from storetwin.failures import explain

BOUTIQUE = "scenarios/library/boutique.yaml"
ROOT = Path(__file__).parents[2]


def storetwin(*arguments: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Run the command line as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "storetwin", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chekc", BOUTIQUE], "Did you mean 'check'?"),
        (["frobnicate"], "There are demo, scenarios, check"),
        (["check"], "Missing argument 'FILE'"),
        (["check", BOUTIQUE, "--jsn"], "--json"),
        (["check", "scenarios/library/boutik.yaml"], "boutik.yaml"),
        (["check", "scenarios"], "scenarios: is a directory"),
        (["check", BOUTIQUE, "--set", "demand.onlin_share=5%"], "online_share"),
        (["check", BOUTIQUE, "--set", "demand.online_share=5 USD"], "demand.online_share"),
        (["check", BOUTIQUE, "--set", "demand.online_share"], "demand.online_share"),
        (["show"], "FILE, or --schema"),
        (["show", BOUTIQUE, "--why", "stock.shrinkag"], "stock.shrinkage"),
        (["show", "--links"], "show --links needs a scenario FILE"),
        (["check", BOUTIQUE, "--set", "today=foo"], "There are fragmented, multichannel"),
        (["check", BOUTIQUE, "--set", "catalogue.file=x.csv"], "has both file and generate"),
        (
            ["check", BOUTIQUE, "--set", "seed=3", "--set", "horizon.trading=2 weeks"],
            "trading ends with week 1 (because of --set horizon.trading)",
        ),
        (["run", BOUTIQUE, "--seed", "9999999999999999999"], "'--seed'"),
        (["run", BOUTIQUE, "--setup", "unifed"], "Did you mean 'unified'?"),
        (["run", BOUTIQUE, "--reps", "0"], "--reps"),
        (["run", BOUTIQUE, "--reps", "many"], "--reps"),
        (["compare", BOUTIQUE, "--reps", "1"], "--reps"),
        (["report", "runs/nowhere"], "no such run folder"),
        (["report", "scenarios"], "not a run folder"),
        (["calibrate", "--orders", "mine.csv"], "--orders"),
        (["serve", "--port", "99999"], "--port"),
        (["serve", "--database", "postgresql://db/shop"], "postgresql"),
        (["serve", "--database", "no/such/folder/shop.db"], "does not exist"),
        (["load", BOUTIQUE, "--seconds", "0"], "--seconds"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments: list[str], told: str) -> None:
    """A wrong verb, flag, value or file is named, with the nearest right one where there is one."""
    ended = storetwin(*arguments)
    assert ended.returncode == 2, ended.stderr
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) <= 2
    assert ended.stdout == ""


def test_a_flag_is_named_once() -> None:
    """A wrong value of --set is told with its path, once."""
    ended = storetwin("check", BOUTIQUE, "--set", "demand.online_share=5 USD")
    assert ended.stderr.startswith("--set demand.online_share: '5 USD' is not a share")


def test_nothing_alike_suggests_nothing() -> None:
    """A path that resembles no value is refused without a far-fetched suggestion."""
    ended = storetwin("show", BOUTIQUE, "--why", "foo.bar")
    assert ended.returncode == 2
    assert "no value is called 'foo.bar'" in ended.stderr
    assert "Did you mean" not in ended.stderr


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"arms": {"today": 3}}', "\x00"])
def test_a_damaged_manifest_is_named(tmp_path: Path, content: str) -> None:
    """A manifest that is no manifest is told as a damaged file, with the way out."""
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    ended = storetwin("report", str(tmp_path))
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.startswith(f"{tmp_path / 'manifest.json'}: damaged (")
    assert ended.stderr.strip().endswith("; delete it and run again")


def test_our_own_mistake_is_not_called_bad_input() -> None:
    """A ValueError of ours ends with 1 and names the place; only named exceptions are told as 2."""
    try:
        int("x")
    except ValueError as error:
        message, code = explain(error)
    assert code == 1
    assert "storetwin made a mistake (ValueError" in message
    assert "at test_bad_input.py:" in message


def test_wrong_scenario_names_file_and_line(tmp_path: Path) -> None:
    """A misspelt key is told with its line and the nearest right name."""
    text = (ROOT / BOUTIQUE).read_text(encoding="utf-8").replace("shrinkage:", "shrinkge:")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "shrinkge:" in row)
    broken = tmp_path / "broken.yaml"
    broken.write_text(text, encoding="utf-8")
    ended = storetwin("check", str(broken))
    assert ended.returncode == 2
    assert f"broken.yaml:{line}:" in ended.stderr
    assert "shrinkage" in ended.stderr


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"a: [1, 2", b"", b"- 1\n- 2\n", b"a: 1\na: 2\n"]
)
def test_garbage_is_no_scenario(tmp_path: Path, content: bytes) -> None:
    """Bytes, half YAML, nothing, a list and a doubled key are refused with the file's name."""
    file = tmp_path / "garbage.yaml"
    file.write_bytes(content)
    ended = storetwin("check", str(file))
    assert ended.returncode == 2, ended.stderr
    assert "garbage.yaml" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """Serving on a port that somebody has says so and names another."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = storetwin("serve", "--port", str(port), "--database", str(tmp_path / "shop.db"))
    assert ended.returncode == 2
    assert f"--port {port + 1}" in ended.stderr
    assert not (tmp_path / "shop.db").exists()
