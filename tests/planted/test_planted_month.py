"""In a month of orders every hidden fault is found for its reason, and nothing else; `make test-planted` is the long form."""

from datetime import UTC, datetime

import pytest

from app.db.session import in_transaction
from app.embedded.postgres import EmbeddedPostgres
from app.matching.actions import match_items as matching
from tests.planted.__main__ import told
from tests.planted.play import Plan, newest_month, play


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_hidden_fault_is_found_for_its_reason_and_nothing_else(
    database_server: EmbeddedPostgres, cloned_database: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(orders=3_000, seed=seed, month=newest_month(datetime.now(UTC).date()), faults=60, later=400)
    name = cloned_database.rsplit("/", 1)[1]
    verdict = play(plan, cloned_database, database_server.superuser_at(name), lambda _words: None)
    assert not verdict.problems, told(verdict)
    assert len(verdict.hidden) >= 60
    assert len({one.name for one in verdict.hidden}) >= 40
    assert len({reason for one in verdict.hidden for _, reason, _ in one.found}) >= 13
    monkeypatch.setattr(matching, "_TOUCHED", ("bank_names", "touched"))  # the long way for every transaction
    changed = in_transaction(lambda session: matching.match_items(session, now=datetime.now(UTC), whole=True))
    assert changed == 0, "the long way finds otherwise than the month's runs left it"
