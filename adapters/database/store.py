"""The door to the file: what the gateway writes, and what it reads back after a restart."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

import sqlalchemy as sa

from adapters.database import migrate, tables, writer
from adapters.database.connection import Lock, file_of, open_engine
from adapters.database.writer import SHOP, Batch
from adapters.errors import DatabaseDamaged, DatabaseError, DatabaseUnsupported
from core import journal
from core.schema import REMEMBERED_IDS

SKUS_ROOM = 4096  # skus that an engine has room for where nobody says how many


@dataclass(frozen=True, slots=True)
class Product:
    """What a customer buys: the shop's number and code of it, and the engine's number."""

    product_id: int
    name: str
    sku: int


@dataclass(frozen=True, slots=True)
class Location:
    """Where stock lies. What lies at a selling location is available to sell."""

    name: str
    selling: bool = True


@dataclass(frozen=True, slots=True)
class Shop:
    """What the engine is built from."""

    name: str
    header: bytes
    skus: int
    locations: int
    stock_sequence: int


@dataclass(frozen=True, slots=True)
class StoredReply:
    """The answer that an idempotency key was given, for ever."""

    fingerprint: bytes
    sequence: int
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One batch as it lies on the disk, not checked yet."""

    first_sequence: int
    count: int
    payload: bytes
    crc32: int
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that may call: what is kept of its secret is a keyed digest."""

    kid: str
    digest: bytes
    role: str


class Store:
    """One shop's file, open and owned. Calls come from one thread at a time."""

    def __init__(self, address: str | Path) -> None:
        """Open the file, creating it and its tables where they are missing.

        Raises:
            DatabaseInUse: another process owns the file.
            DatabaseUnsafe: a commit would not be durable here.
            DatabaseUnsupported: it is no database, or was written by a newer program.
        """
        self.path = file_of(address)
        self._lock = Lock(self.path)
        self._engine = open_engine(self.path)
        try:
            with self._engine.begin() as connection:
                migrate.upgrade(connection)
            self._raw = self._engine.raw_connection()
        except sa.exc.DatabaseError as error:
            self.close()
            raise DatabaseUnsupported(
                f"{self.path} is not a storetwin database: name another file with --database"
            ) from error
        except migrate.RevisionUnknown as error:
            self.close()
            raise DatabaseUnsupported(
                f"{self.path} was written by a newer storetwin: install that one to open it"
            ) from error
        except DatabaseError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections and let the next process have the file."""
        if hasattr(self, "_raw"):
            self._raw.close()
        self._engine.dispose()
        self._lock.release()

    def reopen(self) -> None:
        """Forget the connection, and with it whatever a failed transaction left behind."""
        with suppress(sqlite3.Error):
            self.connection.rollback()
        self._raw.invalidate()
        self._raw = self._engine.raw_connection()

    @property
    def connection(self) -> sqlite3.Connection:
        """The driver's connection, which the hot path uses without SQLAlchemy."""
        return cast("sqlite3.Connection", self._raw.driver_connection)

    # --- the shop -----------------------------------------------------------------------------

    def shop(self) -> Shop | None:
        """The shop of this file; None in a fresh one."""
        columns = [tables.shop.c[name] for name in Shop.__slots__]
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(*columns)).one_or_none()
        return None if row is None else Shop(*row)

    def found(
        self,
        name: str,
        locations: Sequence[Location],
        *,
        created_us: int,
        skus: int = SKUS_ROOM,
        remembered_ids: int = REMEMBERED_IDS,
    ) -> None:
        """Found the shop: fix the size of its engine and the places where stock can lie."""
        header = journal.header(skus, len(locations), remembered_ids)
        row = {
            "shop": SHOP,
            "name": name,
            "header": header,
            "skus": skus,
            "locations": len(locations),
            "created_us": created_us,
            "stock_sequence": 0,
        }
        places = [
            {"location": number, "name": place.name, "selling": place.selling}
            for number, place in enumerate(locations)
        ]
        with self._engine.begin() as connection:
            connection.execute(sa.insert(tables.shop), row)
            connection.execute(sa.insert(tables.locations), places)

    def locations(self) -> list[Location]:
        """All locations; their position is the engine's number."""
        columns = (tables.locations.c.name, tables.locations.c.selling)
        query = sa.select(*columns).order_by(tables.locations.c.location)
        with self._engine.connect() as connection:
            return [Location(*row) for row in connection.execute(query)]

    def products(self) -> list[Product]:
        """All products, by the engine's number."""
        columns = [tables.products.c[name] for name in Product.__slots__]
        query = sa.select(*columns).order_by(tables.products.c.sku)
        with self._engine.connect() as connection:
            return [Product(*row) for row in connection.execute(query)]

    def add_products(self, products: Sequence[Product]) -> None:
        """Enter products into the catalogue."""
        rows = [
            {"product_id": one.product_id, "sku": one.sku, "name": one.name} for one in products
        ]
        with self._engine.begin() as connection:
            connection.execute(sa.insert(tables.products), rows)

    def api_keys(self) -> list[ApiKey]:
        """All keys that may call."""
        columns = [tables.api_keys.c[name] for name in ApiKey.__slots__]
        with self._engine.connect() as connection:
            return [ApiKey(*row) for row in connection.execute(sa.select(*columns))]

    def add_api_key(self, key: ApiKey, created_us: int) -> None:
        """Let *key* call."""
        row = {
            "kid": key.kid,
            "digest": key.digest,
            "role": key.role,
            "created_us": created_us,
        }
        with self._engine.begin() as connection:
            connection.execute(sa.insert(tables.api_keys), row)

    # --- the truth ----------------------------------------------------------------------------

    def commit(self, batch: Batch) -> None:
        """Write *batch* in one transaction; on the disk when this returns."""
        writer.commit(self.connection, batch)

    def replies(self, keys: Sequence[str]) -> dict[str, StoredReply]:
        """The stored answers of those of *keys* that are known."""
        found = self.connection.execute(
            "SELECT key, fingerprint, sequence, status, reply FROM idempotency"
            " WHERE shop = ? AND key IN (SELECT value FROM json_each(?))",
            (SHOP, json.dumps(keys)),
        )
        return {key: StoredReply(*rest) for key, *rest in found.fetchall()}

    def journal(self) -> Iterator[JournalRow]:
        """All batches in order, as they lie on the disk."""
        names = ", ".join(JournalRow.__slots__)
        cursor = self.connection.execute(
            f"SELECT {names} FROM journal ORDER BY first_sequence"  # noqa: S608
        )
        for row in cursor:
            yield JournalRow(*row)

    def check_projections(self, sequence: int) -> None:
        """Look for rows that were written with commands which the journal no longer holds.

        Raises:
            DatabaseDamaged: the journal ended after *sequence* at some time.
        """
        for table in ("orders", "order_lines", "idempotency", "outbox"):
            column = "first_sequence" if table == "outbox" else "sequence"
            query = f"SELECT max({column}) FROM {table}"  # noqa: S608
            (last,) = self.connection.execute(query).fetchone()
            if last is not None and last > sequence:
                raise DatabaseDamaged(
                    f"the journal ends, but {table} has rows up to {last}", sequence + 1
                )
