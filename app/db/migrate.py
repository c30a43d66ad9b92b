"""Alembic, driven from Python: migrations live in `migrations/`, the address comes from the settings."""

from pathlib import Path

from alembic import command
from alembic.config import Config

_FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the schema to `revision`; safe to run again and from several machines at once (advisory lock)."""
    command.upgrade(_config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    command.downgrade(_config(database_url), revision)


def current(database_url: str) -> None:
    command.current(_config(database_url), verbose=True)


def check(database_url: str) -> None:
    """Raises when models and migrations are not in step."""
    command.check(_config(database_url))


def new_revision(database_url: str, message: str, revision_id: str) -> None:
    """Write a migration from the difference between models and database."""
    command.revision(_config(database_url), message=message, autogenerate=True, rev_id=revision_id)
