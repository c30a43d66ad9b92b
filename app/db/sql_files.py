"""Statements that stand in files of their own."""

import re
from pathlib import Path

from sqlalchemy import TextClause, text


def read_statement(file: Path) -> TextClause:
    """The statement in `file`. A colon that begins a quoted text is no parameter."""
    return text(re.sub(r"':(?=\w)", r"'\:", file.read_text("utf-8")))
