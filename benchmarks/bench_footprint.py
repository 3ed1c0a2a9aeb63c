"""How much memory an engine takes: 100,000 levels, and 1,000,000 reservations open at them.

Counted twice: by part, from the arrays (what was asked of the system), and as growth of the
resident set of a process of its own (what is really in use). The bound holds for the larger.

Estimate from the records: a level 64 bytes of states, 12 of marks, 32 of what is on its way, and a
share of its sku's 64, so 125 at most; an open reservation 48 bytes in a table that is a quarter to
half full, 16 in a heap with as much room again, and its id among the known ones: 300 at most; ids
and movements that are remembered anyway, and the buffers, 97.5 MB at most. In all 410 MB.

    python -m benchmarks.bench_footprint
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Found
from core.engine import Engine
from core.schema import COMMAND, Operation, Status

Records = NDArray[Any]

SKUS, LOCATIONS = 20_000, 5
OPEN = 1_000_000
BATCH = 1_024
BYTES_A_LEVEL = 125
BYTES_A_RESERVATION = 300
BYTES_ANYWAY = 97_500_000
MEGABYTE = 1_000_000
TARGET_MB = (
    SKUS * LOCATIONS * BYTES_A_LEVEL + OPEN * BYTES_A_RESERVATION + BYTES_ANYWAY
) / MEGABYTE
DAY_US = 86_400_000_000

BY_LEVEL = (
    *("levels", "counted", "extra_of", "coming"),
    *("accounts", "catalogue", "lanes", "places"),
)
BY_RESERVATION = ("reservations", "due")


def run(_seconds: float = 5.0) -> Found:
    """Fill an engine in a process of its own.

    Returns:
        megabytes as counted from the arrays (in all, and by part), and as the resident set grew.
    """
    call = [sys.executable, "-m", "benchmarks.bench_footprint", "--inside"]
    root = Path(__file__).parents[1]
    done = subprocess.run(call, capture_output=True, text=True, check=True, cwd=root)  # noqa: S603  this very file
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def inside() -> Found:
    """Fill an engine here; the process has compiled and imported everything before."""
    _fill(Engine(8, 2), _commands(64, 8, 2))
    carts = _commands(OPEN, SKUS, LOCATIONS)
    empty = resident_bytes()
    engine = Engine(SKUS, LOCATIONS)
    fresh = _bytes(engine)
    _fill(engine, carts)
    grown = resident_bytes() - empty
    assert len(engine.reservations()) == OPEN
    parts = _bytes(engine)
    levels = sum(parts[name] for name in BY_LEVEL)
    reservations = sum(parts[name] for name in BY_RESERVATION)
    return {
        "asked_mb": sum(parts.values()) / MEGABYTE,
        "resident_mb": grown / MEGABYTE,
        "target": TARGET_MB,
        "bytes_a_level": levels / (SKUS * LOCATIONS),
        "bytes_a_reservation": reservations / OPEN,
        "empty_mb": sum(fresh.values()) / MEGABYTE,
        "parts_mb": {name: size / MEGABYTE for name, size in parts.items() if size > MEGABYTE},
    }


def resident_bytes() -> int:
    """Resident set of this process; Linux only."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def _bytes(engine: Engine) -> dict[str, int]:
    parts = {name: int(array.nbytes) for name, array in engine.tables._asdict().items()}
    return parts | {"events": int(engine._events.nbytes)}  # noqa: SLF001  the one array that is no table


def _commands(count: int, skus: int, locations: int) -> Records:
    """Receipts for all levels, then *count* reservations, spread evenly."""
    levels = skus * locations
    c = np.zeros(levels + count, COMMAND)
    c["id"] = np.arange(1, len(c) + 1)
    c["now_us"] = 1 + np.arange(len(c))
    c["operation"] = np.where(np.arange(len(c)) < levels, Operation.RECEIVE, Operation.RESERVE)
    c["sku"] = np.arange(len(c)) % skus
    c["location"] = np.arange(len(c)) // skus % locations
    c["quantity"] = np.where(np.arange(len(c)) < levels, 1_000, 1)
    c["argument"] = np.where(np.arange(len(c)) < levels, 0, DAY_US)
    return c


def _fill(engine: Engine, commands: Records) -> None:
    for at in range(0, len(commands), BATCH):
        answers, _ = engine.execute(commands[at : at + BATCH])
        assert (answers["status"] == Status.OK).all()


def figures(found: Found) -> list[Figure]:
    """The numbers that have targets."""
    larger = max(found["asked_mb"], found["resident_mb"])
    name = "MB of 100,000 levels with 1,000,000 open reservations"
    return [Figure(name, larger, TARGET_MB, at_most=True)]


def lines(found: Found) -> list[str]:
    """What is printed below the figures."""
    parts = sorted(found["parts_mb"].items(), key=lambda part: -part[1])
    each = f"{found['bytes_a_level']:.0f} bytes a level, {found['bytes_a_reservation']:.0f}"
    asked = f"{found['asked_mb']:.0f} MB ({found['empty_mb']:.0f} when empty)"
    return [
        f"{each} an open reservation; asked for {asked}, resident {found['resident_mb']:.0f} MB",
        "MB: " + ", ".join(f"{name} {size:.0f}" for name, size in parts),
    ]


if __name__ == "__main__":
    if "--inside" in sys.argv:
        print(json.dumps(inside()))
    else:
        measured = run()
        print("\n".join([*map(str, figures(measured)), *lines(measured)]))
