"""The statements of `sql/`, by name."""

from functools import cache
from pathlib import Path

from sqlalchemy import TextClause

from app.db.sql_files import read_statement

_FOLDER = Path(__file__).with_name("sql")


@cache
def statement(name: str) -> TextClause:
    """The statement in `sql/<name>.sql`."""
    return read_statement(_FOLDER / f"{name}.sql")
