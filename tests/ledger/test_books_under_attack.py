"""The role the market's processes run as tries to get around the books' guards, in transactions that really commit."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db.grants import grant
from app.embedded.postgres import EmbeddedPostgres
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import capital_paid_in
from tests.ledger.amounts import AT
from tests.support.template import TEMPLATE

JOURNAL = (
    "INSERT INTO journals (key, event, effective_at, payload_hash) VALUES ('forged', 'forged', now(), '') RETURNING id"
)
LINES = "INSERT INTO postings (journal_id, line, account_id, amount) VALUES {}"
BALANCED = "('{j}', 1, '{bank}', 7), ('{j}', 2, '{capital}', -7)"
UNBALANCED = "('{j}', 3, '{bank}', 1000)"


@pytest.fixture(scope="module")
def market_role(database_server: EmbeddedPostgres) -> Iterator[Connection]:
    """A connection as the granted role, to books with one journal; gone afterwards."""
    name, role = f"attacked_{uuid4().hex[:8]}", f"market_{uuid4().hex[:8]}"
    database_server.create_database(name, template=TEMPLATE)
    url = database_server.url_of(name)
    with database_server.as_superuser() as boss:
        boss.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
    for _ in range(2):
        grant(url, role)
    engine = create_engine(make_url(url).set(username=role, password="x"))
    with Session(engine) as session:
        post_journal(session, capital_paid_in(key="capital", cents=5_000, at=AT))
        session.commit()
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    database_server.drop_database(name)
    with database_server.as_superuser() as boss:
        boss.execute(f"DROP ROLE {role}")


@pytest.fixture
def attacker(market_role: Connection) -> Iterator[Connection]:
    yield market_role
    market_role.rollback()
    market_role.execute(text("DISCARD TEMP"))
    market_role.commit()
    assert _books(market_role) == ([("1010", 5_000), ("3000", -5_000)], 0, 1)
    market_role.rollback()


def _books(connection: Connection) -> tuple[list[tuple[str, int]], int, int]:
    """(sums of the lines by account, accounts whose running balance differs, journals)."""
    lines = connection.execute(
        text("SELECT a.number, sum(p.amount)::bigint FROM postings p JOIN ledger_accounts a ON a.id = p.account_id"
             " GROUP BY a.number ORDER BY a.number")
    ).all()  # fmt: skip
    drifted = connection.scalar(
        text("SELECT count(*) FROM account_balances b WHERE balance <> (SELECT sum(amount) FROM postings p"
             " WHERE p.account_id = b.account_id)")
    )  # fmt: skip
    journals = connection.scalar(text("SELECT count(*) FROM journals"))
    return [tuple(row) for row in lines], drifted or 0, journals or 0


def _names(connection: Connection, journal: object) -> dict[str, object]:
    rows = connection.execute(text("SELECT number, id FROM ledger_accounts")).all()
    accounts = {row.number: row.id for row in rows}
    return {"j": journal, "bank": accounts["1010"], "capital": accounts["3000"]}


def _add(connection: Connection, lines: str, journal: object) -> None:
    connection.execute(text(LINES.format(lines.format(**_names(connection, journal)))))


def test_a_line_cannot_be_added_after_the_balance_was_checked_early(attacker: Connection) -> None:
    journal = attacker.scalar(text(JOURNAL))
    _add(attacker, BALANCED, journal)
    attacker.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    attacker.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    with pytest.raises(DBAPIError, match="all lines of a journal come in one statement"):
        _add(attacker, UNBALANCED, journal)


def test_lines_that_do_not_balance_are_refused_by_their_own_statement(attacker: Connection) -> None:
    journal = attacker.scalar(text(JOURNAL))
    with pytest.raises(DBAPIError, match="does not balance in USD by 1000"):
        _add(attacker, UNBALANCED, journal)


def test_a_savepoint_opens_no_way_around(attacker: Connection) -> None:
    journal = attacker.scalar(text(JOURNAL))
    attacker.execute(text("SAVEPOINT one"))
    _add(attacker, BALANCED, journal)
    attacker.execute(text("RELEASE one"))
    with pytest.raises(DBAPIError, match="all lines of a journal come in one statement"):
        _add(attacker, UNBALANCED, journal)


def test_a_journal_without_lines_cannot_be_committed_whatever_is_set(attacker: Connection) -> None:
    attacker.execute(text(JOURNAL))
    attacker.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    with pytest.raises(DBAPIError, match="has no postings"):
        attacker.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_each_line_counts_once_however_early_and_in_whatever_order_it_is_summed(attacker: Connection) -> None:
    """The first journal of a statement sums them all: numbers of one's own do not make two of them the first, or none."""
    several = (
        "INSERT INTO journals (sequence, key, event, effective_at, payload_hash)"
        " SELECT n, 'forged' || n, 'forged', now(), '' FROM unnest(ARRAY[{0} + 30, {0} + 10, {0} + 20]) AS n RETURNING id"
    )
    for first in (9_000, 9_005, 9_002):
        journals = attacker.scalars(text(several.format(first))).all()
        _add(attacker, ", ".join(BALANCED.replace("{j}", str(one)) for one in journals), None)
        if first != 9_000:
            attacker.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            attacker.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    assert _books(attacker) == ([("1010", 5_063), ("3000", -5_063)], 0, 10)


def test_an_old_journal_takes_no_lines(attacker: Connection) -> None:
    journal = attacker.scalar(text("SELECT id FROM journals WHERE key = 'capital'"))
    with pytest.raises(DBAPIError, match="is closed"):
        _add(attacker, BALANCED.replace(" 1,", " 11,").replace(" 2,", " 12,"), journal)


def test_a_temporary_table_of_the_same_name_does_not_blind_the_guards(attacker: Connection) -> None:
    journal = attacker.scalar(text(JOURNAL))
    names = _names(attacker, journal)
    for table in ("journals", "ledger_accounts", "account_balances"):
        attacker.execute(text(f"CREATE TEMP TABLE {table} (LIKE public.{table})"))
    lines = UNBALANCED.format(**names)
    with pytest.raises(DBAPIError, match="does not balance in USD by 1000"):
        attacker.execute(text(LINES.replace("postings", "public.postings").format(lines)))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account_balances SET balance = balance + 1",
        "DELETE FROM account_balances",
        "UPDATE postings SET amount = amount * 2",
        "DELETE FROM journals",
        "TRUNCATE postings",
        "UPDATE ledger_accounts SET may_go_negative = true",
        "DELETE FROM tie_out_runs",
        "ALTER TABLE postings DISABLE TRIGGER ALL",
        "DROP TRIGGER postings_added ON postings",
        "CREATE TRIGGER mine AFTER INSERT ON journals EXECUTE FUNCTION refuse_change()",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_the_guards_and_what_they_guard_are_out_of_reach(attacker: Connection, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        attacker.execute(text(statement))


def test_a_trigger_of_ones_own_cannot_write_balances(attacker: Connection) -> None:
    """The guard of the balances lets other triggers write; a role that owns a temporary table can have a trigger."""
    attacker.execute(text("CREATE TEMP TABLE bait (x int)"))
    attacker.execute(
        text("CREATE FUNCTION pg_temp.steal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
             " UPDATE account_balances SET balance = balance + 1; RETURN NULL; END $$")
    )  # fmt: skip
    attacker.execute(text("CREATE TRIGGER steal AFTER INSERT ON bait EXECUTE FUNCTION pg_temp.steal()"))
    with pytest.raises(DBAPIError, match="permission denied for table account_balances"):
        attacker.execute(text("INSERT INTO bait VALUES (1)"))


def test_a_tie_out_that_was_found_is_kept_even_from_the_owner(session: Session) -> None:
    session.execute(
        text("INSERT INTO tie_out_runs (checked_at, block_number, block_hash, ties, finding_count, content)"
             " VALUES (now(), 1, '', false, 1, '{}')")
    )  # fmt: skip
    for statement in ("UPDATE tie_out_runs SET ties = true", "DELETE FROM tie_out_runs", "TRUNCATE tie_out_runs"):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(text(statement))
