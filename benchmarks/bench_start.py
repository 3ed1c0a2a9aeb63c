"""How long the rules take to compile, and to start from what was compiled before.

A process of its own imports the engine and executes each operation once, in chains and alone: first
with an empty cache, then twice with what the first has left there. Processor seconds of the whole
process, the start of Python included, so that neighbours do not count; the second cached start is
the one that is told (the first also reads files from disk).

Estimate made before: 20 s to compile, 0.6 s to start.

    python -m benchmarks.bench_start
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, Found
from core.engine import Engine
from core.schema import COMMAND, Flag, Operation

TARGET_COLD_S = 30.0
TARGET_CACHED_S = 1.0


def run(_seconds: float = 30.0) -> Found:
    """Start three processes.

    Returns:
        Seconds of the processor and of the wall, cold and cached.
    """
    with tempfile.TemporaryDirectory() as folder:
        cold = _started(folder)
        _started(folder)
        cached = _started(folder)
    return {
        "cold_s": cold[0],
        "cold_wall_s": cold[1],
        "cached_s": cached[0],
        "cached_wall_s": cached[1],
    }


def _started(folder: str) -> tuple[float, float]:
    """Seconds of the processor and of the wall of one process with its cache in *folder*."""
    call = [sys.executable, "-m", "benchmarks.bench_start", "--inside"]
    surroundings = {**os.environ, "NUMBA_CACHE_DIR": folder, "OPENBLAS_NUM_THREADS": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(call, check=True, env=surroundings, cwd=Path(__file__).parents[1])  # noqa: S603  this very file
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return spent, wall


def inside() -> None:
    """Execute each operation once, and one chain."""
    commands = np.zeros(len(Operation) + 2, COMMAND)
    commands["id"] = np.arange(1, len(commands) + 1)
    commands["now_us"] = 1
    commands["operation"][:-2] = list(Operation)
    commands["operation"][-2:] = Operation.RECEIVE
    commands["quantity"] = 1
    commands["flags"][-2] = Flag.LINKED
    engine = Engine(2, 2)
    answers, _ = engine.execute(commands)
    assert len(answers) == len(commands)
    assert engine.available_at(0, 0, 0) == engine.available_to_sell(0)[0, 0]
    assert len(engine.order(1)) == 0


def figures(found: Found) -> list[Figure]:
    """The numbers that have targets."""
    return [
        Figure("s to compile all rules, cold", found["cold_s"], TARGET_COLD_S, at_most=True),
        Figure(
            "s to start and run each operation, cached",
            found["cached_s"],
            TARGET_CACHED_S,
            at_most=True,
        ),
    ]


def lines(found: Found) -> list[str]:
    """What is printed below the figures."""
    return [f"on the wall {found['cold_wall_s']:.1f} s cold, {found['cached_wall_s']:.1f} s cached"]


if __name__ == "__main__":
    if "--inside" in sys.argv:
        inside()
    else:
        measured = run()
        print("\n".join([*map(str, figures(measured)), *lines(measured)]))
