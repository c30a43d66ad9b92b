"""The plan of every statement behind the pages that buyers open most: `make bench ARGS="--plans build/plans.txt"`.

Statements are those the application really sends, with the values it sends; each is explained right after, with the
buffers it touched and the time it took.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from app.config.settings import load_settings
from app.db.session import engine
from app.wiring import create_app
from benchmarks.catalogue import shown_products

_EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, SETTINGS) "
Sent = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Read:
    """What one scan of a plan went through in all its loops, rows that it threw away included."""

    table: str
    how: str
    rows: int


def asked(size: int) -> dict[str, str]:
    """What is opened, by what it stands for: common and rare words, one and several, first pages and later ones."""
    return {
        "home": "/",
        "category": "/c/cat-7",
        "category, cheapest first": "/c/cat-7?sort=price_up",
        "product": f"/p/p-{shown_products(size)[7]}",
        "JSON listing of 20": "/api/v1/listings?category=cat-7&size=20",
        "JSON listing, all goods": "/api/v1/listings?size=20",
        "search, a common word": "/search?q=sturdy",
        "search, a word of one in 25": "/search?q=Kettle",
        "search, several words": "/search?q=amber+kettle+oak",
        "search, one hit": "/search?q=4242",
        "search, no hit": "/search?q=xylophone",
        "search, Khmer": "/search?q=ស្ករត្នោត",
        "seller's shop": "/s/workshop-7",
    }


def write_plans(size: int, environment: Mapping[str, str], target: Path) -> None:
    """Into `target`, page by page; pages answer as to a guest, and nothing is kept of earlier answers."""
    app = create_app(load_settings({**environment, "LOG_LEVEL": "WARNING", "LIST_SECONDS": "0"}))
    parts = []
    for name, path in asked(size).items():
        status, sent = sent_for(app.test_client(), path)
        parts.append(f"# {name}: GET {path} ({status}, {len(sent)} statements)\n\n" + "\n\n".join(_plans(sent)))
    engine().dispose()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n\n\n".join(parts) + "\n")


def sent_for(client: FlaskClient, path: str) -> tuple[int, list[Sent]]:
    """Of the second call, when what is made at the first is made."""
    sent: list[Sent] = []

    def note(
        _connection: object, _cursor: object, statement: str, parameters: Mapping[str, Any], *_rest: object
    ) -> None:
        sent.append((statement, parameters))

    client.get(path).close()
    event.listen(Engine, "before_cursor_execute", note)
    answer = client.get(path)
    answer.get_data()
    answer.close()
    event.remove(Engine, "before_cursor_execute", note)
    return answer.status_code, sent


def reads_of(sent: Sent) -> Iterator[Read]:
    """Each scan of a statement's plan. None for what has no plan, such as SAVEPOINT."""
    statement, parameters = sent
    if not statement.lstrip().startswith(("SELECT", "WITH", "--")):
        return
    with engine().connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", dict(parameters)).scalar_one()
    yield from _scans(plan[0]["Plan"])


def _scans(node: Mapping[str, Any]) -> Iterator[Read]:
    if "Relation Name" in node:
        thrown = sum(node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
        rows = round((node["Actual Rows"] + thrown) * node["Actual Loops"])
        yield Read(node["Relation Name"], node["Node Type"], rows)
    for part in node.get("Plans", ()):
        yield from _scans(part)


def _plans(sent: Sequence[Sent]) -> list[str]:
    found = []
    with engine().connect() as connection:
        for statement, parameters in sent:
            rows = connection.exec_driver_sql(_EXPLAIN + statement, dict(parameters)).scalars()
            found.append(f"{' '.join(statement.split())}\n" + "\n".join(f"    {row}" for row in rows))
    return found
