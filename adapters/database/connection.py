"""Open a SQLite file so that a commit is on the disk when it returns, for one process at a time."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

from adapters.errors import DatabaseInUse, DatabaseUnsafe, DatabaseUnsupported

BUSY_TIMEOUT_MS = 5_000

# What is asked for, and what SQLite answers once it holds. synchronous 2 is FULL.
PRAGMAS: tuple[tuple[str, str, object], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("busy_timeout", str(BUSY_TIMEOUT_MS), BUSY_TIMEOUT_MS),
)


def file_of(address: str | Path) -> Path:
    """The file that *address*, a path or a URL, names.

    Raises:
        DatabaseUnsupported: it names another kind of database, or a folder.
    """
    text = str(address)
    scheme, separator, rest = text.partition("://")
    if separator and scheme != "sqlite":
        raise DatabaseUnsupported(
            f"{scheme} databases are not supported yet: name a file, as in sqlite:///shop.db"
        )
    path = Path(rest.removeprefix("/") if separator else text)
    if path.is_dir():
        raise DatabaseUnsupported(f"{path} is a folder: name a file in it, as in {path}/shop.db")
    if not path.parent.is_dir():
        raise DatabaseUnsupported(f"the folder {path.parent} does not exist; create it first")
    return path


class Lock:
    """Ownership of a database file, given back by the system even when the process is killed.

    It is SQLite's own lock on a file beside the database: the same call on every platform.
    """

    def __init__(self, path: Path) -> None:
        beside = path.with_name(path.name + ".lock")
        self._connection = sqlite3.connect(
            beside, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self._connection.close()
            raise DatabaseInUse(
                f"{path} is in use by another process: stop that one, "
                "or name another file with --database"
            ) from error

    def release(self) -> None:
        """Let the next process have the file."""
        self._connection.close()


def open_engine(path: Path) -> sa.Engine:
    """An SQLAlchemy engine whose connections are durable and begin transactions themselves."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would otherwise begin transactions behind our back, and never before a CREATE.
    connection.isolation_level = None
    for name, wanted, expected in PRAGMAS:
        connection.execute(f"PRAGMA {name} = {wanted}")
        held = connection.execute(f"PRAGMA {name}").fetchone()
        if held is None or held[0] != expected:
            raise DatabaseUnsafe(
                f"SQLite keeps {name} at {held and held[0]} instead of {wanted}: "
                "what is acknowledged here might be lost; use a file on a local disk"
            )


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
