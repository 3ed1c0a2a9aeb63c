"""What a verb says: the result on stdout, everything else on stderr.

A result is one JSON object with `--json`, else lines for people. Progress goes to stderr: a bar
on a terminal, otherwise one JSON line every five seconds.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

PROGRESS_EVERY_S = 5.0

Report = Callable[[int, int], None]  # done, total


def emit(result: dict[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    """Print a verb's result."""
    if as_json:
        lines = [json.dumps(result, indent=2, default=str, ensure_ascii=False)]
    try:
        print("\n".join(lines), flush=True)
    except BrokenPipeError:
        # The reader of our output left, as `head` does; nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str) -> None:
    """One line on stderr."""
    print(text, file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        return "  ".join(cells).rstrip()

    return [line(head), *(line(row) for row in rows)]


def money(minor: float, currency: str) -> str:
    """An amount as people write it, in whole units of *currency*."""
    return f"{minor / 100:,.0f} {currency}".replace("-", "\N{MINUS SIGN}")


def number(value: float) -> str:
    """A number with as many digits as its size deserves."""
    size = abs(value)
    text = f"{value:,.0f}" if size >= 100 else f"{value:,.2f}" if size >= 1 else f"{value:.4g}"
    return text.replace("-", "\N{MINUS SIGN}", 1)


@contextmanager
def progress(what: str) -> Iterator[Report]:
    """A reporter of (done, total) that may be called from any thread."""
    shown = _bar(what) if sys.stderr.isatty() else _json_lines(what)
    with shown as report:
        yield report


@contextmanager
def _bar(what: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report


@contextmanager
def _json_lines(what: str) -> Iterator[Report]:
    """One line every five seconds, and one at the end if there was one before."""
    started = time.monotonic()
    lock = threading.Lock()
    seen = (0, 0)
    written = started
    spoke = False

    def say(done: int, total: int) -> None:
        seconds = round(time.monotonic() - started, 1)
        note(json.dumps({"progress": what, "done": done, "total": total, "seconds": seconds}))

    def report(done: int, total: int) -> None:
        nonlocal seen, written, spoke
        with lock:
            seen = (done, total)
            if time.monotonic() - written >= PROGRESS_EVERY_S:
                written, spoke = time.monotonic(), True
                say(done, total)

    yield report
    if spoke:
        say(*seen)
