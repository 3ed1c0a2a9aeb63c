"""The compiled engine against idiomatic Python, on a mix of commands of which a third is refused.

1M commands, 2,000 skus at 5 locations, Zipf popularity: carts, orders, tills, picks, receipts.
Both engines get their own kind of command, made beforehand, and give answers and events; both
must give the same ones. Seconds are those of the processor, so that neighbours count for neither.

Estimate made before: the kernel takes about 45 ns a command with its events, idiomatic Python
1 to 1.5 us without a garbage collection, so the ratio should be between 20 and 30.

    python -m benchmarks.bench_engine
"""

import statistics
import time
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.idiomatic import Shop
from benchmarks.idiomatic_records import Command
from core.engine import Engine
from core.schema import COMMAND, Flag, Operation, State, Status

Records = NDArray[Any]

SKUS, LOCATIONS = 2_000, 5
COMMANDS = 1_000_000
BATCH = 1_024
BLOCK = 64  # batches of one form before it is the other one's turn
TARGET = 15.0
SEED = 20_261_121

WEIGHTS = {
    Operation.PLACE: 30,
    Operation.SELL: 18,
    Operation.RESERVE: 18,
    Operation.FULFIL: 14,
    Operation.RELEASE: 7,
    Operation.RECEIVE: 6,
    Operation.CANCEL: 4,
    Operation.ADJUST: 2,
    Operation.COUNT: 1,
}


def run(seconds: float = 10.0) -> dict[str, Any]:
    """Measure for about *seconds*; assert that kernel and Python agree.

    Returns:
        ratio (with target), and commands a second of each form.
    """
    commands = mix(int(COMMANDS * min(1.0, max(0.25, seconds / 10))))
    _kernel(linked(commands[: 4 * BATCH]))  # compiles and touches everything once
    kernel_s, python_s, refused = _side_by_side(commands)
    assert 0.25 < refused < 0.45, f"{refused:.0%} refused is another mix than the stated one"
    pairs = linked(commands)
    costs = [_kernel(pairs) / _kernel(commands) - 1 for _ in range(3)]
    return {
        "ratio": python_s / kernel_s,
        "target": TARGET,
        "kernel_per_s": len(commands) / kernel_s,
        "python_per_s": len(commands) / python_s,
        "single_per_s": _single(commands[:100_000]),
        "linked_cost": statistics.median(costs),
        "refused": refused,
        "commands": len(commands),
    }


def mix(count: int, seed: int = SEED) -> Records:
    """Draw *count* commands: first one receipt a level, then the mix."""
    draw = np.random.Generator(np.random.Philox(seed))
    c = np.zeros(count, COMMAND)
    levels = SKUS * LOCATIONS
    popularity = np.arange(1, SKUS + 1) ** -0.9
    popularity /= popularity.sum()
    weights = np.array(list(WEIGHTS.values()), dtype=float)
    c["id"] = np.arange(1, count + 1)
    c["operation"] = draw.choice(list(WEIGHTS), size=count, p=weights / weights.sum())
    c["sku"] = draw.permutation(SKUS)[draw.choice(SKUS, size=count, p=popularity)]
    c["location"] = draw.integers(0, LOCATIONS, count)
    c["quantity"] = np.minimum(draw.geometric(0.6, count), 9)
    c["now_us"] = np.cumsum(draw.integers(0, 2_000_000, count))
    c["party_id"] = draw.integers(1, 20_000, count)
    c["operation"][:levels] = Operation.RECEIVE
    c["sku"][:levels] = np.arange(levels) % SKUS
    c["location"][:levels] = np.arange(levels) // SKUS
    c["quantity"][:levels] = 3
    stocked = c["operation"] == Operation.RECEIVE
    c["quantity"][stocked] = 2 + draw.geometric(0.06, stocked.sum())
    c["quantity"][c["operation"] == Operation.COUNT] += 15
    c["quantity"][c["operation"] == Operation.ADJUST] *= -1
    _refer(c, draw)
    again = levels + np.flatnonzero(draw.random(count - levels) < 0.01)
    c["id"][again] -= draw.integers(1, levels, len(again))  # sent twice
    c["occurred_us"] = c["now_us"]
    return c


def _refer(c: Records, draw: np.random.Generator) -> None:
    """Give lines their order and amount, carts their time, ends what they end."""
    operation = c["operation"]
    lines = np.isin(operation, [Operation.PLACE, Operation.SELL])
    c["order_id"][lines] = c["id"][lines]
    c["argument"][lines] = c["quantity"][lines] * draw.integers(199, 9_999, lines.sum())
    carts = operation == Operation.RESERVE
    c["argument"][carts] = draw.integers(60_000_000, 900_000_000, carts.sum())
    release = operation == Operation.RELEASE
    c["argument"][release] = _earlier(c, carts, release, draw)
    end = np.isin(operation, [Operation.FULFIL, Operation.CANCEL])
    c["order_id"][end] = _earlier(c, operation == Operation.PLACE, end, draw)
    c["quantity"][end] = 1


def _earlier(
    c: Records, source: NDArray[np.bool_], target: NDArray[np.bool_], draw: np.random.Generator
) -> NDArray[np.int64]:
    """For each *target* the id of one of the last *source* commands before it."""
    at = np.flatnonzero(source)
    before = np.searchsorted(at, np.flatnonzero(target)) - draw.integers(1, 200, target.sum())
    return np.asarray(c["id"][at[np.maximum(before, 0)]], np.int64)


def linked(commands: Records) -> Records:
    """Return the same commands, neighbouring orders made orders of two lines."""
    c = commands.copy()
    place = c["operation"] == Operation.PLACE
    first = np.flatnonzero(place[:-1] & place[1:])
    first = first[np.diff(first, prepend=-9) > 1]
    c["flags"][first] = Flag.LINKED
    c["order_id"][first + 1] = c["order_id"][first]
    c["now_us"][first + 1] = c["now_us"][first]
    return c


def _side_by_side(commands: Records) -> tuple[float, float, float]:
    """Seconds of kernel and Python, block by block in turns, and the share refused.

    Both let go of a batch's answers and events after it. Whatever disturbs the machine disturbs
    both.
    """
    engine, shop = Engine(SKUS, LOCATIONS), Shop(SKUS, LOCATIONS)
    kernel_s = python_s = 0.0
    refused = 0
    for at in range(0, len(commands), BLOCK * BATCH):
        block = commands[at : at + BLOCK * BATCH]
        batches = [block[start : start + BATCH] for start in range(0, len(block), BATCH)]
        ours = _kernel_block(engine, batches)
        theirs = _python_block(shop, [objects(batch) for batch in batches])
        kernel_s += ours[0]
        python_s += theirs[0]
        assert ours[1:] == theirs[1:], f"they differ between {at} and {at + len(block)}"
        refused += sum(status != Status.OK for status in ours[1])
    _check_levels(engine, shop)
    return kernel_s, python_s, refused / len(commands)


def _kernel_block(engine: Engine, batches: list[Records]) -> tuple[float, list[int], int]:
    """Seconds, statuses and number of events."""
    statuses: list[int] = []
    events = 0
    spent = 0.0
    for batch in batches:
        begun = time.process_time()
        answers, told = engine.execute(batch)
        spent += time.process_time() - begun
        statuses += answers["status"].tolist()
        events += len(told)
    return spent, statuses, events


def _python_block(shop: Shop, batches: list[list[Command]]) -> tuple[float, list[int], int]:
    """Seconds, statuses and number of events."""
    statuses: list[int] = []
    events = 0
    spent = 0.0
    execute = shop.execute
    for batch in batches:
        begun = time.process_time()
        answers = [execute(command) for command in batch]
        spent += time.process_time() - begun
        statuses += [int(answer.status) for answer in answers]
        events += len(shop.events)
        shop.events.clear()
    return spent, statuses, events


def _check_levels(engine: Engine, shop: Shop) -> None:
    """Every level is the same in both."""
    for (location, sku), level in shop.levels.items():
        mine = engine.levels[location, sku]
        assert mine[State.AVAILABLE] == level.available
        assert mine[State.COMMITTED] == level.committed
        assert mine[State.RESERVED] == level.reserved


def _kernel(commands: Records) -> float:
    """Seconds that *commands* take in batches of about BATCH that split no chain."""
    engine = Engine(SKUS, LOCATIONS)
    free = np.flatnonzero(commands["flags"] & Flag.LINKED == 0) + 1
    wanted = np.arange(BATCH, len(commands) + BATCH, BATCH)
    ends = sorted(set(free[np.minimum(np.searchsorted(free, wanted), len(free) - 1)].tolist()))
    spent = 0.0
    for start, stop in pairwise([0, *ends]):
        batch = commands[start:stop]
        begun = time.process_time()
        engine.execute(batch)
        spent += time.process_time() - begun
    return spent


def objects(commands: Records) -> list[Command]:
    """Return the same commands as dataclasses."""
    names = ["id", "operation", "now_us", "order_id", "sku", "location", "quantity", "argument"]
    names += ["flags", "party_id", "channel", "reason"]
    columns = [commands[name].tolist() for name in names]
    return [Command(*row) for row in zip(*columns, strict=True)]


def _single(commands: Records) -> float:
    """Commands a second in batches of one."""
    engine = Engine(SKUS, LOCATIONS)
    batches = [commands[at : at + 1] for at in range(len(commands))]
    begun = time.process_time()
    for batch in batches:
        engine.execute(batch)
    return len(commands) / (time.process_time() - begun)


def lines(found: dict[str, Any]) -> list[str]:
    """What `python -m benchmarks` prints below the ratio."""
    kernel, python, single = (
        found[name] / 1e6 for name in ("kernel_per_s", "python_per_s", "single_per_s")
    )
    return [
        f"{found['commands']:,} commands, {found['refused']:.0%} refused, batch {BATCH}",
        f"kernel {kernel:.1f}M/s, idiomatic Python {python:.2f}M/s, batch of one {single:.2f}M/s",
        f"two-line orders as linked chains cost {found['linked_cost']:+.0%}",
    ]


if __name__ == "__main__":
    measured = run()
    print(f"kernel is {measured['ratio']:.1f}x idiomatic Python (target {TARGET:.0f}x)")
    print("\n".join(lines(measured)))
