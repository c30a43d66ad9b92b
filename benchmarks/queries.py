"""How many statements a page sends to the database, counted inside the application."""

from collections.abc import Mapping, Sequence

from flask import Flask
from sqlalchemy import Engine, event

from app.config.settings import load_settings
from app.db.session import engine
from app.wiring import create_app
from benchmarks.pages import Page


def queries_of(pages: Sequence[Page], environment: Mapping[str, str]) -> dict[str, int]:
    """By the page's name: the most of its first addresses, once what is made at the first call is made."""
    app = create_app(load_settings({**environment, "LOG_LEVEL": "WARNING", "LIST_SECONDS": "0"}))
    found = {page.name: max(_count(app, path) for path in page.paths[:5]) for page in pages}
    engine().dispose()
    return found


def _count(app: Flask, path: str) -> int:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    client = app.test_client()
    client.get(path)
    event.listen(Engine, "before_cursor_execute", note)
    client.get(path)
    event.remove(Engine, "before_cursor_execute", note)
    return len(sent)
