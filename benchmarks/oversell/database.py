"""Rows, row locks and transactions, as a usual SQL database offers them (read committed).

What a transaction writes is seen by others when it commits; a row that it wrote or locked stays
locked until then. Reads are not locks: what was read may have changed when it is used. A replica
shows what was committed some steps ago.
"""

from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.oversell.steps import Lock, Step, Steps

Row = dict[str, Any]
Key = tuple[str, Any]  # table and primary key

LAG_STEPS = 40  # of the replica: about two requests


class Database:
    """Committed rows by table and key, and who has locked which.

    Attributes:
        steps: accesses so far; the replica's clock.
    """

    def __init__(self) -> None:
        self.rows: dict[str, dict[Any, Row]] = {}
        self.locks: dict[Key, Lock] = {}
        self.steps = 0
        self._history: dict[Key, list[tuple[int, Row | None]]] = {}
        self._numbers = 0

    def begin(self) -> "Transaction":
        """Start a transaction."""
        return Transaction(self)

    def number(self) -> int:
        """A new number, as a sequence gives them out: never twice, never waiting."""
        self._numbers += 1
        return self._numbers

    def lock_of(self, table: str, key: object) -> Lock:
        """The lock of a row, there or not."""
        return self.locks.setdefault((table, key), Lock(words(table, key)))

    def apply(self, writes: dict[Key, Row | None]) -> None:
        """Make *writes* visible at once; None deletes."""
        for (table, key), row in writes.items():
            if row is None:
                self.rows.get(table, {}).pop(key, None)
            else:
                self.rows.setdefault(table, {})[key] = row
            self._history.setdefault((table, key), []).append((self.steps, row))

    def catch_up(self) -> None:
        """Let the replica see everything."""
        self.steps += LAG_STEPS

    def replica(self, table: str, key: object) -> Steps[Row | None]:
        """Read a row from the replica, as it was `LAG_STEPS` ago."""
        yield Step(f"reads {words(table, key)} from the replica")
        self.steps += 1
        seen = None
        for at, row in self._history.get((table, key), ()):
            if at <= self.steps - LAG_STEPS:
                seen = row
        return dict(seen) if seen is not None else None


class Transaction:
    """Accesses of one client that become visible together."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._writes: dict[Key, Row | None] = {}
        self._held: dict[Key, Lock] = {}

    def read(self, table: str, key: object) -> Steps[Row | None]:
        """One row as it is committed now, or as this transaction wrote it."""
        if (table, key) not in self._held:
            yield from self._stop(f"reads {words(table, key)}")
        return self._seen(table, key)

    def select(self, table: str, where: Callable[[Row], bool] = lambda _: True) -> Steps[list[Row]]:
        """Rows in the order of their keys."""
        yield from self._stop(f"reads {table}")
        keys = {key for found, key in self._writes if found == table}
        keys |= set(self.database.rows.get(table, ()))
        rows = (self._seen(table, key) for key in sorted(keys))
        return [row for row in rows if row is not None and where(row)]

    def lock(self, table: str, key: object) -> Steps[Row | None]:
        """Wait until the row is ours, then read it: SELECT ... FOR UPDATE."""
        yield from self._take(table, key)
        return self._seen(table, key)

    def lock_free(self, table: str, keys: Iterable[object]) -> Steps[Row | None]:
        """The first row of *keys* that nobody has locked: FOR UPDATE SKIP LOCKED LIMIT 1."""
        yield from self._stop(f"looks for a {table} row that nobody has locked")
        for key in keys:
            lock = self.database.lock_of(table, key)
            if lock.open_to(self) and self._seen(table, key) is not None:
                lock.owner = self
                self._held[table, key] = lock
                return self._seen(table, key)
        return None

    def write(self, table: str, key: object, /, **fields: Any) -> Steps[None]:  # noqa: ANN401 - a column
        """Insert the row, or change *fields* of it; waits for its lock."""
        yield from self._take(table, key)
        self._writes[table, key] = (self._seen(table, key) or {}) | fields

    def insert(self, table: str, key: object, /, **fields: Any) -> Steps[bool]:  # noqa: ANN401 - a column
        """Insert the row unless its key is taken; waits for who is inserting the same."""
        yield from self._take(table, key)
        if self._seen(table, key) is not None:
            return False
        self._writes[table, key] = fields
        return True

    def update(self, table: str, key: object, change: Callable[[Row], Row | None]) -> Steps[bool]:
        """UPDATE ... SET ... WHERE in one statement: *change* sees the row as it is when locked.

        Args:
            table: whose row.
            key: which row.
            change: the new fields, or None where the condition does not hold.
        """
        yield from self._take(table, key)
        row = self._seen(table, key)
        fields = change(row) if row is not None else None
        if row is None or fields is None:
            return False
        self._writes[table, key] = row | fields
        return True

    def add(self, table: str, key: object, /, **fields: Any) -> None:  # noqa: ANN401 - a column
        """Insert the row under a key that nobody else knows yet; nobody can be in the way."""
        self._writes[table, key] = fields

    def append(self, table: str, /, **fields: Any) -> None:  # noqa: ANN401 - a column
        """Insert the row under a new number."""
        self.add(table, self.database.number(), **fields)

    def delete(self, table: str, key: object) -> Steps[None]:
        """Delete the row; waits for its lock."""
        yield from self._take(table, key)
        self._writes[table, key] = None

    def undo(self) -> None:
        """Forget what was written; locks stay until the end."""
        self._writes.clear()

    def commit(self) -> Steps[None]:
        """Make everything visible at once and let the locks go."""
        yield from self._stop("commits")
        self.database.apply(self._writes)
        self.end()

    def end(self) -> None:
        """Let the locks go; what was not committed is lost."""
        self._writes = {}
        for lock in self._held.values():
            lock.free(self)
        self._held.clear()

    def _take(self, table: str, key: object) -> Steps[None]:
        if (table, key) in self._held:
            return
        lock = self.database.lock_of(table, key)
        yield from lock.take(self)
        self.database.steps += 1
        self._held[table, key] = lock

    def _stop(self, text: str) -> Steps[None]:
        yield Step(text)
        self.database.steps += 1

    def _seen(self, table: str, key: object) -> Row | None:
        if (table, key) in self._writes:
            row = self._writes[table, key]
        else:
            row = self.database.rows.get(table, {}).get(key)
        return dict(row) if row is not None else None


def words(table: str, key: object) -> str:
    """A row in words. An idempotency key is new in every run, and would make two runs differ."""
    if table == "request":
        return "its key"
    return f"{table} {' at '.join(map(str, key)) if isinstance(key, tuple) else key}"
