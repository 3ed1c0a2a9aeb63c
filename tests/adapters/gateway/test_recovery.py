"""Damage to the journal is found at its sequence, and nothing is served from it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.errors import DatabaseDamaged
from tests.adapters.gateway.desk import desk

BATCHES = 6  # of one command each: batch n holds sequence n


def flip(path: Path, sequence: int, byte: int) -> None:
    """Flip one bit of one batch."""
    connection = sqlite3.connect(path)
    (payload,) = connection.execute(
        "SELECT payload FROM journal WHERE first_sequence = ?", (sequence,)
    ).fetchone()
    altered = bytearray(payload)
    altered[byte] ^= 1
    connection.execute(
        "UPDATE journal SET payload = ? WHERE first_sequence = ?", (bytes(altered), sequence)
    )
    connection.commit()
    connection.close()


def change(path: Path, statement: str) -> None:
    """Change the file behind the shop's back."""
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def statement(text: str) -> Callable[[Path], None]:
    """A change by one statement."""
    return lambda path: change(path, text)


DAMAGES: list[tuple[str, Callable[[Path], None], int]] = [
    ("first byte of a batch", lambda path: flip(path, 3, 0), 3),
    ("quantity of a command", lambda path: flip(path, 4, 52 + 52), 4),
    ("last byte", lambda path: flip(path, 6, -1), 6),
    ("batch removed", statement("DELETE FROM journal WHERE first_sequence = 3"), 3),
    ("first removed", statement("DELETE FROM journal WHERE first_sequence = 1"), 1),
    ("tail removed", statement("DELETE FROM journal WHERE first_sequence >= 5"), 5),
    ("all removed", statement("DELETE FROM journal"), 1),
    ("hash altered", statement("UPDATE journal SET hash = x'00' WHERE first_sequence = 2"), 2),
    ("chain altered", statement("UPDATE journal SET previous = x'' WHERE first_sequence = 5"), 5),
    ("count altered", statement("UPDATE journal SET count = 2 WHERE first_sequence = 4"), 4),
    ("checksum altered", statement("UPDATE journal SET crc32 = 1 WHERE first_sequence = 6"), 6),
    (
        "batch replaced by another with its checksum",
        statement(
            "UPDATE journal SET (payload, crc32) = "
            "(SELECT payload, crc32 FROM journal WHERE first_sequence = 4) "
            "WHERE first_sequence = 3"
        ),
        3,
    ),
    ("header altered", statement("UPDATE shop SET header = x'0102'"), 1),
    ("size altered", statement("UPDATE shop SET skus = skus + 1"), 1),
]


@pytest.mark.parametrize(
    ("damage", "sequence"),
    [pytest.param(damage, sequence, id=name) for name, damage, sequence in DAMAGES],
)
def test_damage_is_named_and_not_served(
    tmp_path: Path, damage: Callable[[Path], None], sequence: int
) -> None:
    """The shop refuses to start and says from which sequence on nothing can be trusted."""
    path = tmp_path / "shop.db"
    with desk(path) as one:
        for number in range(BATCHES):
            one.run(one.receive(f"in-{number}", 10 + number))
    damage(path)
    with pytest.raises(DatabaseDamaged) as found, desk(path):
        pass
    assert found.value.sequence == sequence
    assert f"at sequence {sequence}" in str(found.value)


def test_an_undamaged_journal_is_served(tmp_path: Path) -> None:
    """The control: the same shop, left alone, starts."""
    path = tmp_path / "shop.db"
    with desk(path) as one:
        for number in range(BATCHES):
            one.run(one.receive(f"in-{number}", 10 + number))
    with desk(path) as one:
        assert one.run(one.available()) == sum(10 + number for number in range(BATCHES))
