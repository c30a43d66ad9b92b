"""The statements of `sql/`, by name."""

from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

_FOLDER = Path(__file__).with_name("sql")


@cache
def statement(name: str) -> TextClause:
    """The statement in `sql/<name>.sql`."""
    return text((_FOLDER / f"{name}.sql").read_text("utf-8"))
