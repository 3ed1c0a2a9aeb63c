"""All benches in one run: each figure beside its target, and exit code 1 where one is missed.

A ratio compares two programs on one machine at one time; the absolute numbers below it say little
about another machine. A bench that computes something wrong counts as missed; a figure whose rival
cannot run here is skipped, and says why.
"""

import json
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, TypeAlias

from benchmarks.figures import Figure, Found

Measure: TypeAlias = Callable[[float], tuple[Found, list[Figure], list[str]]]


@dataclass(frozen=True)
class Bench:
    """A bench: how to run it, and which of its numbers have targets."""

    title: str
    seconds: float
    quick_seconds: float
    measure: Measure


def run_all(*, quick: bool = False, as_json: bool = False) -> int:
    """Run every bench and print what it found.

    Args:
        quick: smaller sizes, a first impression.
        as_json: one JSON object on stdout instead of the table.

    Returns:
        0 where every target was reached, 1 otherwise.
    """
    everything: dict[str, Any] = {"machine": machine(), "figures": [], "found": {}}
    heading = f"{'figures of one run':<58} {'found':>8} {'target':>10}"
    if not as_json:
        print(f"{machine()}\n{heading}")
    missed = 0
    for bench in BENCHES:
        print(f"measuring: {bench.title}", file=sys.stderr, flush=True)
        try:
            found, figures, lines = bench.measure(bench.quick_seconds if quick else bench.seconds)
        except AssertionError as wrong:
            found, figures, lines = {"wrong": str(wrong)}, [], [f"wrong: {wrong}"]
            missed += 1
            print(f"{bench.title}: computed something wrong: {wrong}", file=sys.stderr)
        missed += sum(not figure.reached for figure in figures)
        everything["found"][bench.title] = found
        everything["figures"] += [
            asdict(figure) | {"reached": figure.reached} for figure in figures
        ]
        if not as_json:
            print("\n".join([*map(str, figures), *(f"    {line}" for line in lines)]), flush=True)
    if as_json:
        print(json.dumps(everything, indent=2))
    return 1 if missed else 0


def machine() -> str:
    """Say where the numbers come from."""
    python = platform.python_version()
    return f"Python {python} on {platform.system()} {platform.machine()}, command: bench"


def _by_name(name: str) -> Measure:
    """Measure with the bench of this name, which is imported only then."""

    def measure(seconds: float) -> tuple[Found, list[Figure], list[str]]:
        bench = import_module(f"benchmarks.bench_{name}")
        found: Found = bench.run(seconds)
        return found, bench.figures(found), bench.lines(found)

    return measure


def _year(seconds: float) -> tuple[Found, list[Figure], list[str]]:
    from benchmarks import bench_year

    found = bench_year.run(seconds)
    figures = [
        Figure("simulated year over naive SimPy", found["ratio"], bench_year.TARGET),
        Figure(
            "the same with generating the demand",
            found["ratio_with_generation"],
            bench_year.TARGET_WITH_GENERATION,
        ),
    ]
    return found, figures, bench_year.lines(found)


def _http(seconds: float) -> tuple[Found, list[Figure], list[str]]:
    from benchmarks import bench_http

    found = bench_http.run(seconds)
    figures = [
        Figure("durable order over a no-op route", found["ratio"], bench_http.TARGET_RATIO),
        Figure("  server's core busy, orders", found["busy_orders"], bench_http.TARGET_BUSY),
        Figure("  server's core busy, no-op", found["busy_noop"], bench_http.TARGET_BUSY),
    ]
    return found, figures, bench_http.report(found).splitlines()


BENCHES = (
    Bench("kernel", 20.0, 5.0, _by_name("engine")),
    Bench("reserve", 4.0, 1.0, _by_name("reserve")),
    Bench("chains", 8.0, 2.0, _by_name("chains")),
    Bench("replay", 6.0, 1.5, _by_name("replay")),
    Bench("footprint", 5.0, 5.0, _by_name("footprint")),
    Bench("start", 40.0, 40.0, _by_name("start")),
    Bench("year", 60.0, 5.0, _year),
    Bench("http", 12.0, 4.0, _http),
)
