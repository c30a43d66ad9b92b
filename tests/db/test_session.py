"""What a failing statement leaves in the log."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db import session as database


def test_a_failing_statement_is_told_without_its_parameters(cloned_database: str) -> None:
    engine = database.configure(cloned_database)
    statement = text("SELECT 1 / 0 FROM orders, order_groups WHERE access_token = :key OR 1 / 0 = 1")
    with pytest.raises(DBAPIError) as failed, database.transaction() as session:
        session.execute(statement, {"key": "key-of-an-order"})
    engine.dispose()
    assert "access_token" in str(failed.value)
    assert "key-of-an-order" not in str(failed.value)
