"""All benches in one run: each ratio beside its target, and exit code 1 where one is missed.

A ratio compares two programs on one machine at one time; the absolute numbers below it say little
about another machine. A bench that computes something wrong counts as missed.
"""

import json
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

Found = dict[str, Any]


@dataclass(frozen=True)
class Ratio:
    """One number that has a target."""

    name: str
    value: float
    target: float

    @property
    def reached(self) -> bool:
        """Whether it is as good as promised."""
        return self.value >= self.target

    def __str__(self) -> str:
        """One line of the table."""
        verdict = "reached" if self.reached else "MISSED"
        return f"{self.name:<58} {self.value:>8.2f} {self.target:>8.2f}  {verdict}"


@dataclass(frozen=True)
class Bench:
    """A bench: how to run it, and which of its numbers have targets."""

    title: str
    seconds: float
    quick_seconds: float
    measure: Callable[[float], tuple[Found, list[Ratio], list[str]]]


def run_all(*, quick: bool = False, as_json: bool = False) -> int:
    """Run every bench and print what it found.

    Args:
        quick: smaller sizes, a first impression.
        as_json: one JSON object on stdout instead of the table.

    Returns:
        0 where every target was reached, 1 otherwise.
    """
    everything: dict[str, Any] = {"machine": machine(), "ratios": [], "found": {}}
    heading = f"{'ratio of one run':<58} {'found':>8} {'target':>8}"
    if not as_json:
        print(f"{machine()}\n{heading}")
    missed = 0
    for bench in BENCHES:
        print(f"measuring: {bench.title}", file=sys.stderr, flush=True)
        try:
            found, ratios, lines = bench.measure(bench.quick_seconds if quick else bench.seconds)
        except AssertionError as wrong:
            found, ratios, lines = {"wrong": str(wrong)}, [], [f"wrong: {wrong}"]
            missed += 1
            print(f"{bench.title}: computed something wrong: {wrong}", file=sys.stderr)
        missed += sum(not ratio.reached for ratio in ratios)
        everything["found"][bench.title] = found
        everything["ratios"] += [asdict(ratio) | {"reached": ratio.reached} for ratio in ratios]
        if not as_json:
            print("\n".join([*map(str, ratios), *(f"    {line}" for line in lines)]), flush=True)
    if as_json:
        print(json.dumps(everything, indent=2))
    return 1 if missed else 0


def machine() -> str:
    """Say where the numbers come from."""
    python = platform.python_version()
    return f"Python {python} on {platform.system()} {platform.machine()}, command: bench"


def _engine(seconds: float) -> tuple[Found, list[Ratio], list[str]]:
    from benchmarks import bench_engine

    found = bench_engine.run(seconds)
    name = "kernel over idiomatic Python, batches of 1,024"
    return found, [Ratio(name, found["ratio"], bench_engine.TARGET)], bench_engine.lines(found)


def _year(seconds: float) -> tuple[Found, list[Ratio], list[str]]:
    from benchmarks import bench_year

    found = bench_year.run(seconds)
    ratios = [
        Ratio("simulated year over naive SimPy", found["ratio"], bench_year.TARGET),
        Ratio(
            "the same with generating the demand",
            found["ratio_with_generation"],
            bench_year.TARGET_WITH_GENERATION,
        ),
    ]
    return found, ratios, bench_year.lines(found)


def _http(seconds: float) -> tuple[Found, list[Ratio], list[str]]:
    from benchmarks import bench_http

    found = bench_http.run(seconds)
    ratios = [
        Ratio("durable order over a no-op route", found["ratio"], bench_http.TARGET_RATIO),
        Ratio("  server's core busy, orders", found["busy_orders"], bench_http.TARGET_BUSY),
        Ratio("  server's core busy, no-op", found["busy_noop"], bench_http.TARGET_BUSY),
    ]
    return found, ratios, bench_http.report(found).splitlines()


BENCHES = (
    Bench("kernel", 10.0, 2.5, _engine),
    Bench("year", 60.0, 5.0, _year),
    Bench("http", 12.0, 4.0, _http),
)
