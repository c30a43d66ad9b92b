"""Many writers at once: no deadlock, no lost line, balances stay the sums of their lines."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from app.db import session as database
from app.db.session import reading, transaction
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import token_account, usd_account
from app.ledger.entries import JournalEntry, credit, debit
from app.ledger.recipes import capital_paid_in
from tests.ledger.amounts import AT

WRITERS, EACH = 8, 25
DRIFT = """
SELECT count(*) FROM account_balances AS b
FULL JOIN (SELECT account_id, sum(amount) AS total FROM postings GROUP BY account_id) AS p USING (account_id)
WHERE b.balance IS DISTINCT FROM p.total
"""


def _shuttle(writer: int) -> int:
    """Journals over the same accounts, half of them naming the accounts in the other order."""
    for number in range(EACH):
        there = (debit(usd_account("1010"), 3), credit(usd_account("1100"), 3))
        tokens = (debit(token_account("2900"), 5), credit(token_account("2150"), 5))
        lines = (*there, *tokens) if writer % 2 else (*reversed(tokens), *reversed(there))
        with transaction() as session:
            post_journal(session, JournalEntry(f"shuttle:{writer}:{number}", "moved", AT, lines))
    return EACH


def test_eight_threads_posting_at_once_keep_balances_equal_to_sums(cloned_database: str) -> None:
    engine = database.configure(cloned_database)
    with ThreadPoolExecutor(WRITERS) as pool:
        assert sum(pool.map(_shuttle, range(WRITERS))) == WRITERS * EACH
    with reading() as session:
        assert session.scalar(text(DRIFT)) == 0
        assert session.scalar(text("SELECT count(*) FROM journals")) == WRITERS * EACH
    engine.dispose()


def test_the_same_journal_posted_by_eight_threads_is_one(cloned_database: str) -> None:
    engine = database.configure(cloned_database)

    def post(_: int) -> object:
        with transaction() as session:
            return post_journal(session, capital_paid_in(key="once", cents=9, at=AT))

    with ThreadPoolExecutor(WRITERS) as pool:
        assert len(set(pool.map(post, range(WRITERS)))) == 1
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM postings")) == 2
    engine.dispose()
