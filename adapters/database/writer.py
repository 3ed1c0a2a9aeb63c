"""The one transaction of a batch: journal, orders, lines, events, replies, and stock when due.

Each table takes a few statements of many rows rather than one statement a row. The driver gives
the interpreter's lock away on every statement, and the thread that commits gets it back only when
the event loop pauses: one row at a time, waiting for that lock costs more than writing.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from adapters.database import tables
from adapters.errors import CommitFailed

SHOP = 1  # one shop a file

ROWS_MAX = 128  # rows of one statement


@dataclass(slots=True)
class Batch:
    """All that one commit writes. Rows lie flat, value after value, in the order of the columns."""

    first_sequence: int
    count: int
    payload: bytes  # the batch in the journal's stream form
    crc32: int
    previous: bytes
    hash: bytes
    events_count: int
    events: bytes
    orders: list[object] = field(default_factory=list)
    order_lines: list[object] = field(default_factory=list)
    replies: list[object] = field(default_factory=list)
    stock: list[object] = field(default_factory=list)
    stock_sequence: int = 0  # `stock` makes the table true as of this sequence; 0: not written

    @property
    def last_sequence(self) -> int:
        """Sequence of the last command; the one before the first where there is none."""
        return self.first_sequence + self.count - 1


_ON_CONFLICT = {
    "stock": " ON CONFLICT (location, sku) DO UPDATE SET "
    + ", ".join(
        f"{column.name} = excluded.{column.name}"
        for column in tables.stock.columns
        if not column.primary_key
    )
}


@cache
def insert(table: str, rows: int) -> str:
    """Text of an INSERT of so many rows, all columns in the order of `tables`."""
    names = tables.metadata.tables[table].columns.keys()
    one = f"({', '.join('?' * len(names))})"
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([one] * rows)}"  # noqa: S608
        f"{_ON_CONFLICT.get(table, '')}"
    )


@cache
def width(table: str) -> int:
    """How many columns a row of *table* has."""
    return len(tables.metadata.tables[table].columns)


def write_rows(connection: sqlite3.Connection, table: str, flat: Sequence[object]) -> None:
    """Insert all rows of *flat*, in statements of 128, 64, 32 ... rows, so that few texts exist."""
    columns = width(table)
    at = 0
    rows = ROWS_MAX
    left = len(flat) // columns
    while left:
        while rows > left:
            rows //= 2
        connection.execute(insert(table, rows), flat[at : at + rows * columns])
        at += rows * columns
        left -= rows


def commit(connection: sqlite3.Connection, batch: Batch) -> None:
    """Write *batch*. When this returns, it is on the disk.

    Raises:
        CommitFailed: whether it is on the disk can be known only by reading the journal again.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        if batch.count:
            journal = (
                batch.first_sequence,
                batch.count,
                batch.payload,
                batch.crc32,
                batch.previous,
                batch.hash,
            )
            connection.execute(insert("journal", 1), journal)
        if batch.events_count:
            outbox = (batch.first_sequence, batch.events_count, batch.events)
            connection.execute(insert("outbox", 1), outbox)
        write_rows(connection, "orders", batch.orders)
        write_rows(connection, "order_lines", batch.order_lines)
        write_rows(connection, "idempotency", batch.replies)
        if batch.stock_sequence:
            write_rows(connection, "stock", batch.stock)
            connection.execute("UPDATE shop SET stock_sequence = ?", (batch.stock_sequence,))
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise CommitFailed(f"a batch could not be written: {error}") from error
