"""The compiled engine against SQLite in memory, on carts that reserve and nothing else.

400,000 reservations at 2,000 skus and 5 locations, Zipf popularity, in batches (SQLite:
transactions) of 1,000; a third of the levels is sold out, so that about a third is refused from the
first to the last. Both would know an id again (none comes twice), keep what is due in order, so
that it can be ended, and write an event for each cart that was accepted. SQLite does it in the best
form of those tried: one statement a command run by `executemany`, so that Python is left once a
transaction: INSERT OR IGNORE of the cart, its id the idempotency key, with whether stock suffices,
and a trigger that takes the units and writes the event; integer primary keys, an index of the due
times, the rollback journal in memory. Of the same answers it is asked only whether each command was
accepted. No cart is due in time to end.

Both have a day of as many carts behind them, which were all let go: what is measured is a shop at
work and not how memory is first found. Printed beside it is an engine that finds its memory
meanwhile.

Estimate made before: SQLite 2 to 3 us a command, the kernel 60 to 80 ns: a ratio of 30 to 40.

    python -m benchmarks.bench_reserve
"""

import sqlite3
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Found, collected, median_ratio
from benchmarks.mix import LOCATIONS, SEED, SKUS
from core.engine import Engine
from core.schema import COMMAND, Operation, Status

Records = NDArray[Any]

TARGET = 30.0
COMMANDS = 400_000
BATCH = 1_000
BLOCK = 20  # batches of one form before it is the other one's turn
FAR = 10**9  # ids from here on are nobody's
HOUR_US = 3_600_000_000

SCHEMA = """
PRAGMA journal_mode = MEMORY;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA temp_store = MEMORY;
CREATE TABLE stock (row INTEGER PRIMARY KEY, available INTEGER, reserved INTEGER);
CREATE TABLE command (
    id INTEGER PRIMARY KEY, row INTEGER, quantity INTEGER, expires_us INTEGER, party_id INTEGER,
    accepted INTEGER
);
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY, kind INTEGER, row INTEGER, quantity INTEGER, party_id INTEGER
);
CREATE INDEX due ON command (expires_us) WHERE accepted = 1;
CREATE TRIGGER accepted AFTER INSERT ON command WHEN new.accepted BEGIN
    UPDATE stock SET available = available - new.quantity, reserved = reserved + new.quantity
    WHERE row = new.row;
    INSERT INTO event VALUES (new.id, 1, new.row, new.quantity, new.party_id);
END;
"""

LET_GO = """
UPDATE stock SET available = available + reserved, reserved = 0;
DELETE FROM command;
DELETE FROM event;
"""


def run(seconds: float = 4.0) -> Found:
    """Measure for about *seconds*; assert that both accept the same.

    Returns:
        ratio (with target), that of an engine that grows meanwhile, commands a second of each.
    """
    count = int(COMMANDS * min(1.0, max(0.25, seconds / 4)) // BATCH * BATCH)
    stock, carts = stream(2 * count)
    Engine(SKUS, LOCATIONS).execute(carts[:BATCH])  # compiles
    with collected():
        return _side_by_side(stock, carts)


def stream(count: int) -> tuple[Records, Records]:
    """Return receipts for the levels that are not sold out, and *count* reservations."""
    draw = np.random.Generator(np.random.Philox(SEED))
    rows = SKUS * LOCATIONS
    popularity = np.arange(1, SKUS + 1) ** -0.9
    stocked = np.flatnonzero(draw.random(rows) < 2 / 3)
    c = np.zeros(len(stocked) + count, COMMAND)
    c["id"] = np.arange(1, len(c) + 1)
    c["now_us"] = 1 + np.arange(len(c)) * 1_000
    stock, carts = c[: len(stocked)], c[len(stocked) :]
    stock["operation"] = Operation.RECEIVE
    stock["sku"] = stocked % SKUS
    stock["location"] = stocked // SKUS
    stock["quantity"] = 10_000_000
    carts["operation"] = Operation.RESERVE
    carts["sku"] = draw.permutation(SKUS)[
        draw.choice(SKUS, size=count, p=popularity / popularity.sum())
    ]
    carts["location"] = draw.integers(0, LOCATIONS, count)
    carts["quantity"] = np.minimum(draw.geometric(0.6, count), 9)
    carts["argument"] = HOUR_US
    carts["party_id"] = draw.integers(1, 20_000, count)
    return stock, carts


def row_of(commands: Records) -> NDArray[np.int64]:
    """The level that each command names."""
    return np.asarray(commands["location"].astype(np.int64) * SKUS + commands["sku"])


def _side_by_side(stock: Records, carts: Records) -> Found:
    before, carts = np.split(carts, 2)
    engine, growing = Engine(SKUS, LOCATIONS), Engine(SKUS, LOCATIONS)
    for each in (engine, growing):
        each.execute(stock)
    _kernel(engine, before)
    engine.execute(_releases(engine, before))
    base = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    base.executescript(SCHEMA)
    units = np.zeros(SKUS * LOCATIONS, np.int64)
    units[row_of(stock)] = stock["quantity"]
    base.executemany("INSERT INTO stock VALUES (?, ?, 0)", enumerate(units.tolist()))
    _sqlite(base, before)
    base.executescript(LET_GO)
    turns: list[tuple[float, float, float]] = []
    refused = 0
    for at in range(0, len(carts), BLOCK * BATCH):
        block = carts[at : at + BLOCK * BATCH]
        kernel_s, ours = _kernel(engine, block)
        growing_s, grown = _kernel(growing, block)
        sqlite_s, theirs = _sqlite(base, block)
        assert ours == grown == theirs, f"they differ between {at} and {at + len(block)}"
        turns.append((kernel_s, growing_s, sqlite_s))
        refused += ours.count(0)
    held = base.execute("SELECT SUM(accepted) FROM command").fetchone()[0]
    told = base.execute("SELECT COUNT(*) FROM event").fetchone()[0]
    base.close()
    assert held == told == len(engine.reservations()) == len(carts) - refused
    assert 0.25 < refused / len(carts) < 0.45
    kernel, meanwhile, sqlite = (sum(seconds) for seconds in zip(*turns, strict=True))
    return {
        "ratio": median_ratio((ours, theirs) for ours, _, theirs in turns),
        "ratio_of_totals": sqlite / kernel,
        "ratio_growing": sqlite / meanwhile,
        "target": TARGET,
        "refused": refused / len(carts),
        "kernel_per_s": len(carts) / kernel,
        "sqlite_per_s": len(carts) / sqlite,
        "sqlite": sqlite3.sqlite_version,
    }


def _releases(engine: Engine, carts: Records) -> Records:
    """What lets go of the carts that are held after *carts*."""
    held = engine.reservations()["id"]
    c = np.zeros(len(held), COMMAND)
    c["id"] = FAR + held
    c["now_us"] = carts["now_us"][-1]
    c["operation"] = Operation.RELEASE
    c["argument"] = held
    return c


def _kernel(engine: Engine, block: Records) -> tuple[float, list[int]]:
    """Seconds, and for each command 1 where it was accepted."""
    batches = [block[at : at + BATCH] for at in range(0, len(block), BATCH)]
    begun = time.process_time()
    answers = [engine.execute(batch)[0] for batch in batches]
    spent = time.process_time() - begun
    accepted = np.concatenate(answers)["status"] == Status.OK
    return spent, accepted.astype(int).tolist()


def _sqlite(base: sqlite3.Connection, block: Records) -> tuple[float, list[int]]:
    """Seconds, and for each command 1 where it was accepted."""
    expires = (block["now_us"] + block["argument"]).tolist()
    columns = (block["id"], row_of(block), block["quantity"], block["party_id"])
    ids, rows, quantities, parties = (column.tolist() for column in columns)
    asked = list(zip(ids, rows, quantities, expires, parties, strict=True))
    batches = [asked[at : at + BATCH] for at in range(0, len(asked), BATCH)]
    accepted: list[tuple[int]] = []
    begun = time.process_time()
    for batch in batches:
        base.execute("BEGIN")
        base.executemany(
            "INSERT OR IGNORE INTO command VALUES (?1, ?2, ?3, ?4, ?5,"
            " (SELECT available FROM stock WHERE row = ?2) >= ?3)",
            batch,
        )
        first, last = batch[0][0], batch[-1][0]
        accepted += base.execute(
            "SELECT accepted FROM command WHERE id BETWEEN ? AND ? ORDER BY id", (first, last)
        )
        base.execute("COMMIT")
    spent = time.process_time() - begun
    return spent, [each for (each,) in accepted]


def figures(found: Found) -> list[Figure]:
    """The numbers that have targets."""
    return [Figure("kernel over SQLite in memory, reserve", found["ratio"], TARGET)]


def lines(found: Found) -> list[str]:
    """What is printed below the figures."""
    kernel, sqlite = found["kernel_per_s"] / 1e6, found["sqlite_per_s"] / 1e6
    return [
        (
            f"kernel {kernel:.1f}M/s, SQLite {found['sqlite']} {sqlite:.2f}M/s in transactions of"
            f" {BATCH:,}, {found['refused']:.0%} refused; ratio of totals"
            f" {found['ratio_of_totals']:.1f}, {found['ratio_growing']:.1f} of an engine that"
            " grows from nothing meanwhile"
        )
    ]


if __name__ == "__main__":
    measured = run()
    print("\n".join([*map(str, figures(measured)), *lines(measured)]))
