"""A fresh shop for every test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.http.shop import Live, found, live


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Live]:
    """The application over a fresh database, in this process."""
    database = tmp_path / "shop.db"
    with live(database, found(database)) as one:
        yield one
