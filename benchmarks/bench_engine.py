"""The compiled engine against the same rules in C and in idiomatic Python.

The mix of `benchmarks.mix`: 1M commands at 2,000 skus and 5 locations in batches of 1,024, about a
third refused, no kits, buffers, ring-fences, lots and backorders. All three begin empty, take turns
block by block, and must give the same answers and events, and end with the same levels, accounts,
lines, orders, reservations, transfers (Python: answers, levels, accounts, number of events). The
doors are alike: commands come as an array, answers and events go out as arrays of their own; the
idiomatic shop gets its own kind of command, made beforehand. C is compiled on the spot by the
system's cc with -O3 -march=native, which is what numba asks of LLVM; without a compiler its figure
is skipped. C is the rules told straight; it runs a second time, without a target, with the kernel's
look at commands to come (`core.kernels.ahead`), which is no rule and which C can have as well.

Estimates made before: C 60 to 140 ns a command, most of it waiting for memory, so that the kernel
should come within 0.8 to 1.0 of it; idiomatic Python 2 to 5 us, so a ratio of 20 to 35.

    python -m benchmarks.bench_engine
"""

import statistics
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Found, collected
from benchmarks.idiomatic import Shop
from benchmarks.idiomatic.records import Command
from benchmarks.mix import LOCATIONS, SKUS, batches, mix
from benchmarks.native.build import NoCompilerError, described
from benchmarks.native.engine import NativeEngine
from core.engine import Engine
from core.schema import State, Status

Records = NDArray[Any]
Execute = Callable[[Records], tuple[Records, Records]]

COMMANDS = 1_000_000
BATCH = 1_024
BLOCK = 64  # batches of one form before it is the other one's turn
ROUNDS = 5  # of the whole stream, kernel and C
TARGET_NATIVE = 0.85
TARGET_PYTHON = 20.0


def run(seconds: float = 20.0) -> Found:
    """Measure for about *seconds*; assert that the three agree.

    Returns:
        native_ratio (None where C was skipped) and python_ratio, and commands a second of each.
    """
    commands = mix(int(COMMANDS * min(1.0, max(0.25, seconds / 20))))
    Engine(SKUS, LOCATIONS).execute(commands[: 4 * BATCH])  # compiles
    found: Found = {"commands": len(commands), "native_ratio": None, "native": ""}
    with collected():
        found |= _against_python(commands)
    try:
        with collected():
            found |= _against_native(commands)
    except NoCompilerError as missing:
        found["skipped"] = str(missing)
    found["single_per_s"] = _single(commands[:100_000])
    return found


def blocks(commands: Records) -> list[list[Records]]:
    """The batches of *commands*, as many together as one form runs in one turn."""
    cut = batches(commands, BATCH)
    return [cut[at : at + BLOCK] for at in range(0, len(cut), BLOCK)]


# Against C


def _against_native(commands: Records) -> Found:
    """Run all over the stream several times; a turn's ratio is that of its seconds."""
    turns: list[tuple[float, ...]] = []
    totals: list[tuple[float, ...]] = []
    for each in range(ROUNDS):
        engine, native = Engine(SKUS, LOCATIONS), NativeEngine(SKUS, LOCATIONS)
        ahead = NativeEngine(SKUS, LOCATIONS, ahead=True)
        all_of_them: list[Execute] = [engine.execute, native.execute, ahead.execute]
        round_turns = []
        for at, block in enumerate(blocks(commands)):
            order = [(at + each + place) % len(all_of_them) for place in range(len(all_of_them))]
            done = {number: _timed(all_of_them[number], block) for number in order}
            for number in (1, 2):
                _assert_same(done[0][1], done[number][1], f"block {at}")
            round_turns.append(tuple(done[number][0] for number in range(len(done))))
        assert_same_shop(engine, native)
        assert_same_shop(engine, ahead)
        turns += round_turns
        totals.append(tuple(map(sum, zip(*round_turns, strict=True))))
    return {
        "native": described(),
        "native_ratio": statistics.median(turn[1] / turn[0] for turn in turns),
        "ahead_ratio": statistics.median(turn[2] / turn[0] for turn in turns),
        "native_ratio_of_totals": statistics.median(whole[1] / whole[0] for whole in totals),
        "native_per_s": len(commands) / min(whole[1] for whole in totals),
        "kernel_per_s": len(commands) / min(whole[0] for whole in totals),
    }


def _timed(execute: Execute, block: list[Records]) -> tuple[float, list[tuple[Records, Records]]]:
    """Seconds, and answers and events of each batch."""
    begun = time.process_time()
    done = [execute(batch) for batch in block]
    return time.process_time() - begun, done


def _assert_same(
    ours: list[tuple[Records, Records]], theirs: list[tuple[Records, Records]], where: str
) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        for got, wanted in zip(mine, other, strict=True):
            # Every byte but padding is compared.
            assert all(np.array_equal(got[name], wanted[name]) for name in got.dtype.names or ()), (
                f"kernel and C differ in {where}"
            )


def assert_same_shop(engine: Engine, native: NativeEngine) -> None:
    """Both have the same levels, accounts, counts, lines, orders, reservations and transfers."""
    assert np.array_equal(engine.levels, native.levels()), "levels differ"
    t = engine.tables
    assert np.array_equal(t.accounts, native.accounts()), "accounts differ"
    assert np.array_equal(t.counted, native.counted_us()), "counts differ"
    lines = native.lines()
    assert np.array_equal(t.lines[: len(lines)], lines), "lines differ"
    for ours, theirs in (
        (t.orders, native.orders()),
        (t.reservations, native.reservations()),
        (t.documents, native.documents()),
    ):
        used = ours[ours["id"] != 0]
        used = used[np.argsort(used["id"])]
        names = [name for name in ours.dtype.names or () if not name.startswith("unused")]
        assert np.array_equal(used[names], theirs[names]), "records differ"


# Against idiomatic Python


def _against_python(commands: Records) -> Found:
    """Both let go of a batch's answers and events after it."""
    engine, shop = Engine(SKUS, LOCATIONS), Shop(SKUS, LOCATIONS)
    turns: list[tuple[float, float]] = []
    refused = 0
    for at, block in enumerate(blocks(commands)):
        ours = _kernel_block(engine, block)
        theirs = _python_block(shop, [objects(batch) for batch in block])
        assert ours[1:] == theirs[1:], f"kernel and Python differ in block {at}"
        turns.append((ours[0], theirs[0]))
        refused += sum(status != Status.OK for status, _ in ours[1])
    _assert_same_stock(engine, shop)
    share = refused / len(commands)
    assert 0.25 < share < 0.45, f"{share:.0%} refused is another mix than the stated one"
    return {
        "python_ratio": statistics.median(theirs / ours for ours, theirs in turns),
        "python_ratio_of_totals": sum(b for _, b in turns) / sum(a for a, _ in turns),
        "python_per_s": len(commands) / sum(theirs for _, theirs in turns),
        "refused": share,
    }


def _kernel_block(engine: Engine, block: list[Records]) -> tuple[float, list[tuple[int, int]], int]:
    """Seconds, status and available of each answer, number of events."""
    answered: list[tuple[int, int]] = []
    events = 0
    spent = 0.0
    for batch in block:
        begun = time.process_time()
        answers, told = engine.execute(batch)
        spent += time.process_time() - begun
        answered += zip(answers["status"].tolist(), answers["available"].tolist(), strict=True)
        events += len(told)
    return spent, answered, events


def _python_block(
    shop: Shop, block: list[list[Command]]
) -> tuple[float, list[tuple[int, int]], int]:
    """Seconds, status and available of each answer, number of events."""
    answered: list[tuple[int, int]] = []
    events = 0
    spent = 0.0
    execute = shop.execute
    for batch in block:
        begun = time.process_time()
        answers = [execute(command) for command in batch]
        spent += time.process_time() - begun
        answered += [(int(answer.status), answer.available) for answer in answers]
        events += len(shop.events)
        shop.events.clear()
    return spent, answered, events


def _assert_same_stock(engine: Engine, shop: Shop) -> None:
    """Every level and account is the same in both."""
    states = [State.AVAILABLE, State.COMMITTED, State.RESERVED, State.INCOMING]
    for (location, sku), level in shop.levels.items():
        mine = engine.levels[location, sku, states].tolist()
        assert mine == [level.available, level.committed, level.reserved, level.incoming]
    for account, mine in zip(shop.accounts, engine.tables.accounts.tolist(), strict=True):
        theirs = [account.supplier, account.customer, account.correction, account.in_transit]
        assert mine == theirs, "accounts differ"


def objects(commands: Records) -> list[Command]:
    """Return the same commands as dataclasses."""
    names = ["id", "operation", "now_us", "order_id", "sku", "location", "quantity", "argument"]
    names += ["flags", "party_id", "channel", "reason", "occurred_us", "location_to"]
    columns = [commands[name].tolist() for name in names]
    return [Command(*row) for row in zip(*columns, strict=True)]


def _single(commands: Records) -> float:
    """Commands a second in batches of one."""
    engine = Engine(SKUS, LOCATIONS)
    alone = [commands[start:stop] for start, stop in pairwise(range(len(commands) + 1))]
    begun = time.process_time()
    for batch in alone:
        engine.execute(batch)
    return len(commands) / (time.process_time() - begun)


def figures(found: Found) -> list[Figure]:
    """The numbers that have targets."""
    return [
        Figure(
            "kernel over C, batches of 1,024",
            found["native_ratio"],
            TARGET_NATIVE,
            skipped=found.get("skipped", ""),
        ),
        Figure(
            "kernel over idiomatic Python, batches of 1,024", found["python_ratio"], TARGET_PYTHON
        ),
    ]


def lines(found: Found) -> list[str]:
    """What is printed below the figures."""
    python, single = (found[name] / 1e6 for name in ("python_per_s", "single_per_s"))
    said = [f"{found['commands']:,} commands, {found['refused']:.0%} refused, batch {BATCH}"]
    if found["native_ratio"] is not None:
        kernel, native = (found[name] / 1e6 for name in ("kernel_per_s", "native_per_s"))
        said += [
            (
                f"kernel {kernel:.1f}M/s, C {native:.1f}M/s ({found['native']}),"
                f" ratio of whole runs {found['native_ratio_of_totals']:.2f}"
            ),
            f"over C that sends for memory early as the kernel does: {found['ahead_ratio']:.2f}",
        ]
    said += [f"idiomatic Python {python:.2f}M/s, kernel in batches of one {single:.2f}M/s"]
    return said


if __name__ == "__main__":
    measured = run()
    print("\n".join([*map(str, figures(measured)), *lines(measured)]))
