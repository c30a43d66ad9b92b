"""`phsar books tie-out`, as an accountant types it, against a real card service and chain."""

import json

from click.testing import CliRunner
from sqlalchemy import text

from app.db.session import reading, transaction
from app.reconciliation import jobs
from app.reconciliation.commands import books
from app.reconciliation.queries import last_tie_out
from tests.support.front import Front
from tests.support.trade import Trade


def test_it_prints_the_table_and_keeps_it_when_everything_ties(front: Front, trade: Trade) -> None:
    trade.settle()
    done = CliRunner().invoke(books, ["tie-out"])
    assert done.exit_code == 0, done.output
    assert "Everything ties out" in done.output
    with reading() as session:
        run = last_tie_out(session)
    assert run is not None
    assert run.ties


def test_it_exits_with_1_and_names_the_culprit(front: Front, trade: Trade) -> None:
    trade.settle()
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO stripe_balance_transactions (id, type, reporting_category, amount, fee, net, currency,"
                " created, available_on, payload) VALUES ('txn_x', 'tax_fee', 'tax_fee', -500, 0, -500, 'USD', now(),"
                " now(), '{}')"
            )
        )
    told = CliRunner().invoke(books, ["tie-out"])
    assert told.exit_code == 1
    assert "UNKNOWN_TYPE transaction txn_x: -5.00 USD" in told.output
    plain = CliRunner().invoke(books, ["tie-out", "--json"])
    assert plain.exit_code == 1
    content = json.loads(plain.output)
    assert content["ties"] is False
    assert [one["culprit"] for one in content["findings"] if one["reason"] == "UNKNOWN_TYPE"] == ["txn_x"]


def test_the_job_keeps_what_it_finds(front: Front, trade: Trade) -> None:
    trade.settle()
    jobs.check()
    with reading() as session:
        assert last_tie_out(session) is not None
