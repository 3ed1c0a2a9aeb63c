"""Bring a database to the newest form of the tables, in one transaction or not at all."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError as RevisionUnknown

__all__ = ["RevisionUnknown", "configuration", "newest", "upgrade"]

_FOLDER = Path(__file__).parent / "migrations"


def configuration() -> Config:
    """Alembic's configuration, made here: an installed package has no alembic.ini."""
    config = Config()
    # Alembic interpolates % in options.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def newest() -> str:
    """The revision that this program writes."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None
    return head


def upgrade(connection: sa.Connection) -> None:
    """Run what is missing on *connection*, whose transaction the caller begins and ends."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
