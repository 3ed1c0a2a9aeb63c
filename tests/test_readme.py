"""The examples of the README and of the docs are run, so that they cannot go stale.

A `python` block is executed; its asserts are its claims. In a `console` block each `$` line is run
in a folder that holds the library of scenarios: its exit code is 0 unless the line ends with
`# exit N`, and the lines below it, if there are any, are its output; `...` stands for whatever.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.typing import Parser

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(path for path in (ROOT / "README.md", *ROOT.glob("docs/*.md")) if path.exists())
PAGES = [*DOCUMENTS, ROOT / "ARCHITECTURE.md", ROOT / "contract" / "README.md"]


def sessions(block: str) -> Iterator[tuple[str, int, str]]:
    """Yield command, wanted exit code and wanted output of each `$` line of a block."""
    for part in block.removeprefix("$ ").split("\n$ "):
        line, _, output = part.partition("\n")
        command, _, code = line.partition("# exit ")
        yield command.strip(), int(code or 0), output.strip()


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of storetwin as a user would, in *folder*."""
    words = shlex.split(command)
    assert words[0] == "storetwin", f"only storetwin is run here, not {words[0]}"
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


def run_examples(path: Path, *parsers: Parser) -> None:
    """Run the examples of a document in their order, in one namespace."""
    for example in Sybil([*parsers, PythonCodeBlockParser(), SkipParser()]).parse(path):
        example.evaluate()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_examples(path: Path, tmp_path: Path) -> None:
    """What the papers show happens."""
    shutil.copytree(ROOT / "scenarios" / "library", tmp_path / "scenarios" / "library")

    def console(example: Example) -> str | None:
        for command, code, output in sessions(example.parsed):
            ran = run(command, tmp_path)
            if ran.returncode != code:
                return f"{command}: exit code {ran.returncode}\n{ran.stdout}"
            options = ELLIPSIS | NORMALIZE_WHITESPACE
            if output and not OutputChecker().check_output(output, ran.stdout.strip(), options):
                return f"{command}: expected\n{output}\nand got\n{ran.stdout}"
        return None

    run_examples(path, CodeBlockParser("console", console))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """A page, or a picture, that a paper names lies where the paper says."""
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8"))
    ours = [link for link in links if "://" not in link]
    assert [link for link in ours if not (path.parent / link).exists()] == []


def test_a_wrong_example_is_noticed(tmp_path: Path) -> None:
    """An example whose claim is wrong fails, with the line it stands on."""
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n```python\nassert 1 + 1 == 3\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        run_examples(page)
