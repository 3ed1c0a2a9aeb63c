"""Look at a shop's file without owning it: beside the running service, and changing nothing.

All that is seen is of one moment. SQLite may put its own `-shm` and `-wal` files beside the
database where they are missing; the database itself stays as it is.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from adapters.database.connection import BUSY_TIMEOUT_MS, file_of
from adapters.database.store import JournalRow, Shop
from adapters.errors import DatabaseDamaged, DatabaseUnsupported

# The tables that are written with the journal, by the column that holds the sequence.
WRITTEN_WITH = {
    "orders": "sequence",
    "order_lines": "sequence",
    "idempotency": "sequence",
    "outbox": "first_sequence",
}
JOURNAL_TYPES = (int, int, bytes, int, bytes, bytes)  # of a JournalRow; SQLite takes any


class Reading:
    """One shop's file, open to be read."""

    def __init__(self, address: str | Path) -> None:
        """Open the file, and hold on to what it is now.

        Raises:
            DatabaseUnsupported: there is no such file, or it is no database of a shop.
        """
        self.path = file_of(address)
        if not self.path.is_file():
            raise DatabaseUnsupported(f"{self.path}: no such file")
        self._connection = sqlite3.connect(
            f"{self.path.resolve().as_uri()}?mode=ro",
            uri=True,
            isolation_level=None,
            timeout=BUSY_TIMEOUT_MS / 1000,
        )
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT shop FROM shop").fetchone()
        except sqlite3.Error as error:
            self._connection.close()
            raise DatabaseUnsupported(
                f"{self.path} is not a storetwin database: {error}"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def shop(self) -> Shop | None:
        """The shop of this file; None in a fresh one."""
        row = next(self._ask(f"SELECT {', '.join(Shop.__slots__)} FROM shop"), None)  # noqa: S608
        return None if row is None else Shop(*row)

    def batches(self) -> int:
        """How many batches the journal has."""
        return int(next(self._ask("SELECT count(*) FROM journal"))[0])

    def journal(self) -> Iterator[JournalRow]:
        """All batches in order, as they lie on the disk.

        Raises:
            DatabaseDamaged: a row holds values of other types.
        """
        names = ", ".join(JournalRow.__slots__)
        query = f"SELECT {names} FROM journal ORDER BY first_sequence"  # noqa: S608
        last = 0
        for row in self._ask(query):
            if tuple(map(type, row)) != JOURNAL_TYPES:
                raise DatabaseDamaged("a row of the journal was altered", last + 1)
            yield (batch := JournalRow(*row))
            last = batch.first_sequence + batch.count - 1

    def check_projections(self, sequence: int) -> None:
        """Look for rows that were written with commands which the journal no longer holds.

        Raises:
            DatabaseDamaged: the journal ended after *sequence* at some time.
        """
        for table, column in WRITTEN_WITH.items():
            (last,) = next(self._ask(f"SELECT max({column}) FROM {table}"))  # noqa: S608
            if last is not None and last > sequence:
                raise DatabaseDamaged(
                    f"the journal ends, but {table} has rows up to {last}", sequence + 1
                )

    def _ask(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Rows of an answer; a file that SQLite cannot read any further is unusable as a whole."""
        try:
            yield from self._connection.execute(query)
        except sqlite3.Error as error:
            message = f"{self.path}: SQLite cannot read it ({error}): restore it from a copy"
            raise DatabaseUnsupported(message) from error
