"""From the journal to an engine: checked batch by batch, refused where a check fails."""

import zlib
from dataclasses import dataclass

from adapters.database.store import Shop, Store
from adapters.errors import DatabaseDamaged
from core import journal
from core.engine import Engine
from core.errors import JournalError


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """An engine that has executed all that the journal holds."""

    engine: Engine
    chain_hash: bytes  # of the journal so far; `previous` of the next batch
    last_id: int
    stock_sequence: int


def rebuild(store: Store) -> Rebuilt:
    """Replay the journal of *store* into a fresh engine.

    Raises:
        DatabaseDamaged: the journal was altered, cut or reordered; it names the sequence.
    """
    shop = store.shop()
    if shop is None:
        raise DatabaseDamaged("the file holds no shop", 0)
    engine, chained = _empty(shop)
    last_id = 0
    for row in store.journal():
        sequence = engine.sequence + 1
        if row.first_sequence != sequence:
            raise DatabaseDamaged(
                f"a batch is missing: the journal goes on at {row.first_sequence}", sequence
            )
        if zlib.crc32(row.payload) != row.crc32:
            raise DatabaseDamaged("the bytes of a batch were altered", sequence)
        try:
            _, commands = journal.read_batch(row.payload, 0, sequence, chained)
        except JournalError as error:
            raise DatabaseDamaged(str(error), sequence) from error
        after = journal.chain_hash(chained, row.payload)
        if row.previous != chained or row.hash != after or row.count != len(commands):
            raise DatabaseDamaged("the chain of hashes is broken", sequence)
        chained = after
        engine.execute(commands)
        last_id = max(last_id, int(commands["id"].max()))
    store.check_projections(engine.sequence)
    return Rebuilt(engine, chained, last_id, shop.stock_sequence)


def _empty(shop: Shop) -> tuple[Engine, bytes]:
    try:
        skus, locations, remembered_ids = journal.read_header(shop.header)
    except JournalError as error:
        raise DatabaseDamaged(str(error), 1) from error
    if (skus, locations) != (shop.skus, shop.locations):
        raise DatabaseDamaged("the journal is of an engine of another size", 1)
    engine = Engine(skus, locations, remembered_ids=remembered_ids)
    return engine, journal.chain_hash(b"", shop.header)
