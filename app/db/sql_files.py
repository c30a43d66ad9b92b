"""Statements that stand in files of their own."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text


def read_statement(file: Path) -> TextClause:
    """The statement in `file`."""
    return text(statement_text(file))


def statement_text(file: Path) -> str:
    """For a statement around it. A colon that begins a quoted text is no parameter."""
    return re.sub(r"':(?=\w)", r"'\:", file.read_text("utf-8")).rstrip().removesuffix(";")


def statements_in(folder: Path) -> Callable[[str], TextClause]:
    """What gives the statement in `folder/<name>.sql` by its name; each is read once."""
    return cache(lambda name: read_statement(folder / f"{name}.sql"))
