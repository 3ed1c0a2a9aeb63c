"""The database file: durable, owned by one process, complete or untouched."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from adapters.database import migrate, tables, writer
from adapters.database.connection import PRAGMAS, file_of, open_engine
from adapters.database.store import ApiKey, Location, Product, Store
from adapters.database.writer import Batch
from adapters.errors import CommitFailed, DatabaseInUse, DatabaseUnsafe, DatabaseUnsupported


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A founded shop with one product."""
    with Store(tmp_path / "shop.db") as one:
        one.found("shop", [Location("store"), Location("attic", selling=False)], created_us=1)
        one.add_products([Product(12345, "JEANS", 0)])
        yield one


def batch(first_sequence: int, orders: int = 0) -> Batch:
    """A batch of so many orders of one line; its journal is not looked at here."""
    one = Batch(first_sequence, max(1, orders), b"commands", 1, b"before", b"after", 0, b"")
    for sequence in range(first_sequence, first_sequence + orders):
        one.orders += (sequence, 1000 + sequence, 0, 5, 1)
        one.order_lines += (sequence, 1000 + sequence, 0, 0, 0, 2, 990)
        one.replies += (sequence, 1, f"key-{sequence}", b"mark", 201, b"{}")
    return one


def count(store: Store, table: str) -> int:
    """Rows of a table, as another program would see them."""
    other = sqlite3.connect(store.path)
    (rows,) = other.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    other.close()
    return int(rows)


def test_what_durability_rests_on_took_effect(store: Store) -> None:
    """The connection that commits writes ahead, syncs fully and checks foreign keys."""
    held = {
        name: store.connection.execute(f"PRAGMA {name}").fetchone()[0] for name, _, _ in PRAGMAS
    }
    assert held == {name: expected for name, _, expected in PRAGMAS}
    assert held["synchronous"] == 2
    assert held["journal_mode"] == "wal"


def test_a_place_that_cannot_be_durable_is_refused() -> None:
    """A database in memory cannot write ahead, and says so instead of pretending."""
    engine = open_engine(Path(":memory:"))
    with pytest.raises(DatabaseUnsafe, match="journal_mode at memory instead of WAL"):
        engine.connect()
    engine.dispose()


def test_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    """A file that went through all migrations equals the tables as they are written down."""
    with Store(tmp_path / "shop.db"):
        pass
    engine = open_engine(tmp_path / "shop.db")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == migrate.newest()
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_what_was_founded_is_read_back(tmp_path: Path, store: Store) -> None:
    """Shop, places, products and keys come back as they were entered."""
    store.add_api_key(ApiKey("kid", b"digest", "till"), 7)
    shop = store.shop()
    assert shop is not None
    assert (shop.name, shop.locations, shop.stock_sequence) == ("shop", 2, 0)
    assert store.locations() == [Location("store"), Location("attic", selling=False)]
    assert store.products() == [Product(12345, "JEANS", 0)]
    assert store.api_keys() == [ApiKey("kid", b"digest", "till")]


def test_one_process_owns_a_file(store: Store) -> None:
    """A second process is refused with what to do, and may have the file after the first."""
    program = "import sys; from adapters.database.store import Store; Store(sys.argv[1]).close()"
    command = [sys.executable, "-c", program, str(store.path)]
    root = Path(__file__).parents[3]
    refused = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert "is in use by another process: stop that one" in refused.stderr
    with pytest.raises(DatabaseInUse):
        Store(store.path)
    store.close()
    assert subprocess.run(command, cwd=root, check=False).returncode == 0


def test_a_killed_owner_leaves_the_file_free(tmp_path: Path) -> None:
    """Ownership ends with the process, however it ends: no lock file has to be removed by hand."""
    program = (
        "import sys, os, signal; from adapters.database.store import Store; "
        "Store(sys.argv[1]); os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "shop.db")]
    subprocess.run(command, cwd=Path(__file__).parents[3], check=False)
    Store(tmp_path / "shop.db").close()


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 127, 128, 129, 300])
def test_all_rows_of_a_batch_are_written(store: Store, rows: int) -> None:
    """However many orders a batch has, each is there once, with its line and its reply."""
    store.commit(batch(1, rows))
    for table in ("orders", "order_lines", "idempotency"):
        assert count(store, table) == rows
    keys = [f"key-{number}" for number in range(rows + 2)]
    replies = store.replies(keys)
    assert sorted(replies) == sorted(keys[1 : rows + 1])
    assert {(one.status, one.body) for one in replies.values()} <= {(201, b"{}")}


def test_a_failed_commit_leaves_nothing_half_written(store: Store) -> None:
    """A full disk in the middle of a batch: no row of it stays, and the file can go on."""
    store.commit(batch(1, 3))
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CommitFailed, match="full"):
        store.commit(batch(4, 2000))
    store.reopen()
    for table, rows in (("journal", 1), ("orders", 3), ("order_lines", 3), ("idempotency", 3)):
        assert count(store, table) == rows
    store.commit(batch(4, 2000))
    assert count(store, "orders") == 2003


def test_a_key_is_stored_once(store: Store) -> None:
    """The database itself refuses a second reply for a key, and an unknown order for a line."""
    store.commit(batch(1, 1))
    again = batch(2, 1)
    again.replies[2] = "key-1"
    with pytest.raises(CommitFailed, match=r"UNIQUE.*key"):
        store.commit(again)
    store.reopen()
    orphan = batch(2, 1)
    orphan.order_lines[1] = 77
    with pytest.raises(CommitFailed, match="FOREIGN KEY"):
        store.commit(orphan)
    store.reopen()
    assert count(store, "orders") == 1


def test_keys_are_found_by_their_index(store: Store) -> None:
    """Looking keys up does not walk the table, however long the shop has existed."""
    plan = store.connection.execute(
        "EXPLAIN QUERY PLAN SELECT sequence FROM idempotency"
        " WHERE shop = ? AND key IN (SELECT value FROM json_each(?))",
        (1, '["a"]'),
    ).fetchall()
    assert "USING INDEX" in plan[0][3] or "USING COVERING INDEX" in plan[0][3]
    assert "shop=? AND key=?" in plan[0][3]


def test_the_hot_path_names_every_column() -> None:
    """The statements that bypass SQLAlchemy are made from its tables."""
    for table in ("journal", "outbox", "orders", "order_lines", "idempotency", "stock"):
        columns = tables.metadata.tables[table].columns.keys()
        assert writer.insert(table, 1).startswith(f"INSERT INTO {table} ({', '.join(columns)})")
        assert writer.width(table) == len(columns)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Somebody's spreadsheet stays as it is."""
    path = tmp_path / "stock.csv"
    path.write_text("sku,quantity\n" * 100)
    with pytest.raises(DatabaseUnsupported, match="is not a storetwin database"):
        Store(path)
    assert path.read_text() == "sku,quantity\n" * 100


def test_a_newer_database_is_refused(store: Store) -> None:
    """A file from a newer program is not touched by an older one."""
    store.connection.execute("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(DatabaseUnsupported, match="written by a newer storetwin"):
        Store(store.path)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://localhost/shop", "postgresql databases are not supported yet"),
        (".", "is a folder: name a file in it"),
        ("no/such/folder/shop.db", "does not exist; create it first"),
    ],
)
def test_an_address_that_cannot_be_opened_is_explained(address: str, says: str) -> None:
    """Another kind of database, a folder, a folder that is not there."""
    with pytest.raises(DatabaseUnsupported, match=says):
        file_of(address)


def test_a_file_can_be_named_as_a_path_or_a_url(tmp_path: Path) -> None:
    """All three spell the same file."""
    path = tmp_path / "shop.db"
    assert file_of(path) == file_of(str(path)) == file_of(f"sqlite:///{path}") == path
