"""Is the market ready? Each part adds a check of its own; `/readyz` answers with all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import engine

_KEY = "phsar.health_checks"


@dataclass(frozen=True)
class Finding:
    """`age_seconds`: how old the freshest fact is, where a part can fall behind (last block, oldest waiting job)."""

    is_ready: bool
    detail: str = ""
    age_seconds: int | None = None


Check = Callable[[], Finding]


def add_check(app: Flask, name: str, check: Check) -> None:
    """`check` must answer within a second or two, and say in `detail` what an operator can do."""
    app.extensions.setdefault(_KEY, {})[name] = check


def findings() -> dict[str, tuple[Finding, int]]:
    """Every check's finding and the milliseconds it took. A check that raises is a part that is not ready."""
    answers = {}
    for name, check in current_app.extensions.get(_KEY, {}).items():
        began = perf_counter()
        try:
            finding = check()
        except Exception as error:  # noqa: BLE001 - whatever a part dies of, the answer is "not ready"
            finding = Finding(is_ready=False, detail=type(error).__name__)
        answers[name] = (finding, round((perf_counter() - began) * 1000))
    return answers


def database_answers() -> Finding:
    try:
        with engine().connect() as connection:
            connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, RuntimeError) as error:
        return Finding(is_ready=False, detail=f"PostgreSQL does not answer ({type(error).__name__}); see DATABASE_URL")
    return Finding(is_ready=True)
