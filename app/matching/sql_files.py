"""The statements of `sql/`, by name."""

from pathlib import Path

from app.db.sql_files import statements_in

statement = statements_in(Path(__file__).with_name("sql"))
