"""Rebuilding an engine from its journal, against executing the same commands from memory.

The mix of `benchmarks.mix` in batches of 1,024. Replaying reads bytes, checks the checksum and the
hash chain of each batch (SHA-256 of 64 bytes a command), and executes; both must end with the same
digest. Rounds in turns, process time.

Estimate made before: SHA-256 at 2 GB/s 32 ns a command, CRC-32 at 2 GB/s another 32, copies 10,
beside 100 to 150 ns of the engine: a ratio of 0.6 to 0.7.

    python -m benchmarks.bench_replay
"""

from typing import Any

from numpy.typing import NDArray

from benchmarks.figures import Figure, Found, collected, median_ratio, seconds_of
from benchmarks.mix import LOCATIONS, SKUS, batches, mix
from core import journal, rebuild
from core.engine import Engine
from core.schema import REMEMBERED_IDS

Records = NDArray[Any]

TARGET = 0.5
COMMANDS = 1_000_000
BATCH = 1_024
ROUNDS = 5


def run(seconds: float = 6.0) -> Found:
    """Measure for about *seconds*; assert that the digests are the same.

    Returns:
        ratio (with target), commands a second of each, and bytes a command.
    """
    cut = batches(mix(int(COMMANDS * min(1.0, max(0.25, seconds / 6)))), BATCH)
    count = sum(map(len, cut))
    stream = written(cut)
    Engine(SKUS, LOCATIONS).execute(cut[0])  # compiles
    turns: list[tuple[float, float]] = []
    with collected():
        for each in range(ROUNDS):
            forms = [_executed, _replayed]
            done = {}
            for form in sorted((0, 1), reverse=each % 2 == 1):
                done[form] = forms[form](cut, stream)
            assert done[0][1] == done[1][1], "replaying gave another engine"
            turns.append((done[1][0], done[0][0]))
    return {
        "ratio": median_ratio(turns),
        "target": TARGET,
        "replay_per_s": count / min(replay for replay, _ in turns),
        "memory_per_s": count / min(memory for _, memory in turns),
        "bytes_a_command": len(stream) / count,
        "commands": count,
    }


def written(cut: list[Records]) -> bytes:
    """The journal that an engine with these batches has written."""
    pieces = [journal.header(SKUS, LOCATIONS, REMEMBERED_IDS)]
    previous = journal.chain_hash(b"", pieces[0])
    sequence = 1
    for commands in cut:
        pieces.append(journal.batch(previous, sequence, commands))
        previous = journal.chain_hash(previous, pieces[-1])
        sequence += len(commands)
    return b"".join(pieces)


def _executed(cut: list[Records], _stream: bytes) -> tuple[float, str]:
    engine = Engine(SKUS, LOCATIONS)

    def work() -> None:
        for commands in cut:
            engine.execute(commands)

    return seconds_of(work), engine.digest()


def _replayed(_cut: list[Records], stream: bytes) -> tuple[float, str]:
    made: list[Engine] = []
    spent = seconds_of(lambda: made.append(rebuild.replay(stream)))
    return spent, made[0].digest()


def figures(found: Found) -> list[Figure]:
    """The numbers that have targets."""
    return [Figure("replay over execution from memory", found["ratio"], TARGET)]


def lines(found: Found) -> list[str]:
    """What is printed below the figures."""
    replay, memory = found["replay_per_s"] / 1e6, found["memory_per_s"] / 1e6
    return [
        (
            f"{found['commands']:,} commands of {found['bytes_a_command']:.1f} bytes;"
            f" replay {replay:.1f}M/s, from memory {memory:.1f}M/s"
        )
    ]


if __name__ == "__main__":
    measured = run()
    print("\n".join([*map(str, figures(measured)), *lines(measured)]))
