"""From the journal to an engine: checked batch by batch, refused where a check fails."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from adapters.database.store import JournalRow, Shop
from adapters.errors import DatabaseDamaged, DatabaseUnsupported
from core import journal
from core.engine import Engine
from core.errors import JournalDamaged, JournalVersion
from core.rebuild import opened, run


class Kept(Protocol):
    """What a database keeps of a shop: the one that is owned, or one that is only looked at."""

    def shop(self) -> Shop | None:
        """The shop; None in a fresh database."""

    def journal(self) -> Iterator[JournalRow]:
        """All batches in order, not checked yet."""

    def check_projections(self, sequence: int) -> None:
        """Refuse rows that were written with commands behind *sequence*."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """An engine that has executed all that the journal holds."""

    engine: Engine
    chain_hash: bytes  # of the journal so far; `previous` of the next batch
    last_id: int
    stock_sequence: int


class Checked:
    """The journal of a database, record by record, each checked before it is given.

    Attributes:
        header: the first bytes of the stream form.
        sizes: of the engine.
        sequence: the last one so far.
        chain: hash of the chain so far.
        last_id: the highest id of any command so far.
    """

    def __init__(self, kept: Kept) -> None:
        """Read the shop.

        Raises:
            DatabaseDamaged: there is none, or its header was altered.
            DatabaseUnsupported: another version of the schema wrote it.
        """
        shop = kept.shop()
        if shop is None:
            raise DatabaseDamaged("the file holds no shop", 0)
        self._kept = kept
        self.shop = shop
        self.header = shop.header
        self.sizes = _sizes(shop)
        self.sequence = 0
        self.chain = journal.chain_hash(b"", shop.header)
        self.last_id = 0

    def __iter__(self) -> Iterator[journal.Record]:
        """All batches to the end.

        Raises:
            DatabaseDamaged: the journal was altered, cut or reordered; it names the sequence.
        """
        offset = len(self.header)
        for row in self._kept.journal():
            record = _checked(row, self.sequence + 1, self.chain)._replace(offset=offset)
            self.sequence, self.chain = record.last, record.chain
            self.last_id = max(self.last_id, int(record.commands["id"].max(initial=0)))
            offset += record.size
            yield record
        self._kept.check_projections(self.sequence)


def _checked(row: JournalRow, sequence: int, chain: bytes) -> journal.Record:
    if zlib.crc32(row.payload) != row.crc32:
        raise DatabaseDamaged("the bytes of a batch were altered", sequence)
    try:
        record = journal.read_record(row.payload, sequence, chain)
    except JournalDamaged as error:
        raise DatabaseDamaged(error.reason, sequence) from error
    written = (record.sequence, len(record.commands), chain, record.chain)
    if (row.first_sequence, row.count, row.previous, row.hash) != written:
        raise DatabaseDamaged("the chain of hashes is broken", sequence)
    return record


def rebuild(kept: Kept) -> Rebuilt:
    """Replay a journal into a fresh engine.

    Raises:
        DatabaseDamaged: the journal was altered, cut or reordered; it names the sequence.
        DatabaseUnsupported: another version of the schema wrote it.
    """
    checked = Checked(kept)
    engine = opened(checked.sizes)
    run(engine, checked)
    return Rebuilt(engine, checked.chain, checked.last_id, checked.shop.stock_sequence)


def _sizes(shop: Shop) -> journal.Sizes:
    try:
        sizes = journal.read_header(shop.header)
    except JournalVersion as error:
        if shop.header.startswith(journal.MAGIC):
            raise DatabaseUnsupported(str(error)) from error
        raise DatabaseDamaged("the journal has no header", 1) from error
    except JournalDamaged as error:
        raise DatabaseDamaged(error.reason, 1) from error
    if (sizes.skus, sizes.locations) != (shop.skus, shop.locations):
        raise DatabaseDamaged("the journal is of an engine of another size", 1)
    return sizes
