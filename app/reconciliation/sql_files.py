"""The statements of `sql/`, by name."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

_FOLDER = Path(__file__).with_name("sql")


@cache
def statement(name: str) -> TextClause:
    """The statement in `sql/<name>.sql`. A colon that begins a quoted text is no parameter."""
    written = (_FOLDER / f"{name}.sql").read_text("utf-8")
    return text(re.sub(r"':(?=\w)", r"'\:", written))
