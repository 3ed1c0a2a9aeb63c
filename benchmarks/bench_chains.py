"""What it costs that linked commands stand or fall together.

The same commands once as chains of one to five and once each alone; all are accepted either way, so
that both do the same work and a chain adds only what it must note to be undone:

    carts    RESERVE of one to five skus as one chain: command for command the same without links
    orders   PLACE of one to five lines; alone, each line is an order of its own, which is more

A third figure has no target: a tenth of the carts holds one line that is refused, so that the chain
is taken back. Rounds in turns, new engines each, process time.

Estimate made before: notes of two or three numbers a command, 5 to 10 %.

    python -m benchmarks.bench_chains
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Found, collected, median_ratio, seconds_of
from benchmarks.mix import LOCATIONS, SEED, SKUS, batches
from core.engine import Engine
from core.schema import COMMAND, LEVEL_MAX, Flag, Operation, Status

Records = NDArray[Any]

TARGET = 0.15
COMMANDS = 300_000
BATCH = 1_024
ROUNDS = 7
HOUR_US = 3_600_000_000
TOO_MANY = LEVEL_MAX // 2


def run(seconds: float = 8.0) -> Found:
    """Measure for about *seconds*; assert that everything is accepted, or that it is undone.

    Returns:
        cost of chains as a share of the seconds without: carts and orders (with target), and
        carts of which some are refused.
    """
    count = int(COMMANDS * min(1.0, max(0.25, seconds / 8)))
    Engine(SKUS, LOCATIONS).execute(_stock())  # compiles
    carts, orders = chains(Operation.RESERVE, count), chains(Operation.PLACE, count)
    failing, broken = _spoil(carts)
    return {
        "carts": _cost(carts, alone(carts), 0),
        "orders": _cost(orders, alone(orders), 0),
        "failing": _cost(failing, alone(failing), broken),
        "target": TARGET,
        "commands": count,
    }


def chains(operation: Operation, count: int) -> Records:
    """Return *count* commands in chains of one to five, spread over all levels."""
    draw = np.random.Generator(np.random.Philox(SEED))
    c = np.zeros(count, COMMAND)
    start = SKUS * LOCATIONS
    lengths = draw.integers(1, 6, count)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)[:count]
    c["id"] = start + 1 + np.arange(count)
    c["order_id"] = c["id"][first] if operation == Operation.PLACE else 0
    c["operation"] = operation
    c["now_us"] = 1 + 1_000_000 + first * 1_000
    c["occurred_us"] = c["now_us"]
    c["sku"] = draw.integers(0, SKUS, count)
    c["location"] = draw.integers(0, LOCATIONS, count)[first]
    c["quantity"] = draw.integers(1, 4, count)
    c["argument"] = HOUR_US if operation == Operation.RESERVE else 1_999
    c["party_id"] = 1 + first
    c["flags"][:-1] = np.where(first[1:] == first[:-1], Flag.LINKED, 0)
    return c


def alone(commands: Records) -> Records:
    """Return the same commands without links."""
    c = commands.copy()
    c["flags"] &= np.uint8(0xFF ^ Flag.LINKED)
    if (c["operation"] == Operation.PLACE).all():
        c["order_id"] = c["id"]
    return c


def _spoil(carts: Records) -> tuple[Records, int]:
    """Let a tenth of the carts ask for too much at its end; how many commands that refuses."""
    c = carts.copy()
    last = np.flatnonzero(c["flags"] & Flag.LINKED == 0)
    spoilt = last[::10]
    c["quantity"][spoilt] = TOO_MANY
    broken = np.isin(c["party_id"], c["party_id"][spoilt])
    return c, int(broken.sum())


def _stock() -> Records:
    c = np.zeros(SKUS * LOCATIONS, COMMAND)
    c["id"] = np.arange(1, len(c) + 1)
    c["now_us"] = 1
    c["operation"] = Operation.RECEIVE
    c["sku"] = np.arange(len(c)) % SKUS
    c["location"] = np.arange(len(c)) // SKUS
    c["quantity"] = 1_000_000
    return c


def _cost(linked: Records, unlinked: Records, refused: int) -> float:
    """Median over the rounds of what *linked* takes longer, as a share."""
    turns: list[tuple[float, float]] = []
    with collected():
        for each in range(ROUNDS):
            forms = [(unlinked, None), (linked, refused)]
            spent = {}
            for form, (commands, wanted) in sorted(enumerate(forms), reverse=each % 2 == 1):
                spent[form] = _seconds(commands, wanted)
            turns.append((spent[0], spent[1]))
    return median_ratio(turns) - 1


def _seconds(commands: Records, refused: int | None) -> float:
    """Seconds of all batches; *refused* commands must have been, where that is known."""
    engine = Engine(SKUS, LOCATIONS)
    engine.execute(_stock())
    cut = batches(commands, BATCH)
    statuses: list[NDArray[np.uint8]] = []

    def work() -> None:
        statuses.extend(engine.execute(batch)[0]["status"] for batch in cut)

    spent = seconds_of(work)
    if refused is not None:
        found = int((np.concatenate(statuses) != Status.OK).sum())
        assert found == refused, f"{found} commands were refused, not {refused}"
    return spent


def figures(found: Found) -> list[Figure]:
    """The numbers that have targets."""
    return [
        Figure("cost of linked chains, carts of 1-5", found["carts"], TARGET, at_most=True),
        Figure("cost of linked chains, orders of 1-5 lines", found["orders"], TARGET, at_most=True),
    ]


def lines(found: Found) -> list[str]:
    """What is printed below the figures."""
    return [
        f"{found['commands']:,} commands; a tenth of the carts taken back {found['failing']:+.0%}"
    ]


if __name__ == "__main__":
    measured = run()
    print("\n".join([*map(str, figures(measured)), *lines(measured)]))
