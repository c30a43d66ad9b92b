"""Thousands of orders out of one: what was traded so far, copied for other shops, buyers and days by `history.sql`.

For looking at plans only: the rows are whole and balanced, but the chain and the card service know none of them.
"""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, text

_COPY = Path(__file__).with_name("history.sql")
_AT_ONCE = 50
"""Copies whose lines go into the books by one statement: what guards the books is made for few."""


def copy_history(engine: Engine, *, times: int, busy_shop: UUID, shops: Sequence[UUID], busy_buyer: UUID) -> None:
    """Copy all orders, their money and their messages `times` over, in one transaction; then tell the planner."""
    whom = {"times": times, "busy_shop": busy_shop, "shops": list(shops), "busy_buyer": busy_buyer}
    engine.dispose()  # connections keep plans, and these are those of an empty market
    *tables, lines = _statements()
    with engine.begin() as connection:
        for statement in tables:
            connection.execute(text(statement), whom if ":busy_shop" in statement else {})
        for first in range(1, times + 1, _AT_ONCE):
            connection.execute(text(lines), {"first": first, "last": first + _AT_ONCE - 1})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _statements() -> list[str]:
    lines = _COPY.read_text("utf-8").splitlines()
    code = "\n".join(line for line in lines if not line.startswith("--"))
    return [statement for statement in code.split(";\n") if statement.strip()]
