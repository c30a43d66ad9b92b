"""A journal's lines come in one statement, and that statement balances: nothing is left to be checked later.

Before, a session could have the deferred check run early (SET CONSTRAINTS … IMMEDIATE) and then add a line, or hide our
tables from the triggers behind temporary ones of the same name. Now every statement that adds lines must bring whole,
balanced journals, and the functions look names up in our schema before any temporary one. The running balances are
written with the owner's rights, so that a role that may only insert lines cannot write them otherwise.

Tie-outs that were found are kept as they were found.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ADDED_WHOLE = """
CREATE OR REPLACE FUNCTION postings_were_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE bad record;
BEGIN
  SELECT j.key INTO bad FROM added AS p JOIN journals AS j ON j.id = p.journal_id
    WHERE j.xid <> pg_current_xact_id()::text::bigint LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % is closed: lines cannot be added later', bad.key USING ERRCODE = 'restrict_violation';
  END IF;
  SELECT j.key INTO bad FROM (SELECT journal_id, count(*) AS lines FROM added GROUP BY journal_id) AS n
    JOIN journals AS j ON j.id = n.journal_id
    WHERE n.lines <> (SELECT count(*) FROM postings AS p WHERE p.journal_id = n.journal_id) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % has lines already: all lines of a journal come in one statement', bad.key
      USING ERRCODE = 'restrict_violation';
  END IF;
  SELECT j.key, a.asset, sum(p.amount) AS difference INTO bad
    FROM added AS p JOIN journals AS j ON j.id = p.journal_id JOIN ledger_accounts AS a ON a.id = p.account_id
    GROUP BY j.id, a.asset HAVING sum(p.amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % does not balance in % by %', bad.key, bad.asset, bad.difference
      USING ERRCODE = 'check_violation';
  END IF;
  INSERT INTO account_balances AS b (account_id, balance)
    SELECT account_id, sum(amount) FROM added GROUP BY account_id ORDER BY account_id
    ON CONFLICT (account_id) DO UPDATE SET balance = b.balance + EXCLUDED.balance;
  SELECT a.number, a.asset, a.owner_id, b.balance INTO bad
    FROM account_balances AS b JOIN ledger_accounts AS a ON a.id = b.account_id
    WHERE b.account_id IN (SELECT account_id FROM added)
      AND NOT a.may_go_negative AND b.balance * a.natural_side < 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'account % % % would fall to %', bad.number, bad.asset, coalesce(bad.owner_id::text, ''), bad.balance
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""
ADDED_LINE_BY_LINE = """
CREATE OR REPLACE FUNCTION postings_were_added() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE bad record;
BEGIN
  SELECT j.key INTO bad FROM added AS p JOIN journals AS j ON j.id = p.journal_id
    WHERE j.xid <> pg_current_xact_id()::text::bigint LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % is closed: lines cannot be added later', bad.key USING ERRCODE = 'restrict_violation';
  END IF;
  INSERT INTO account_balances AS b (account_id, balance)
    SELECT account_id, sum(amount) FROM added GROUP BY account_id ORDER BY account_id
    ON CONFLICT (account_id) DO UPDATE SET balance = b.balance + EXCLUDED.balance;
  SELECT a.number, a.asset, a.owner_id, b.balance INTO bad
    FROM account_balances AS b JOIN ledger_accounts AS a ON a.id = b.account_id
    WHERE b.account_id IN (SELECT account_id FROM added)
      AND NOT a.may_go_negative AND b.balance * a.natural_side < 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'account % % % would fall to %', bad.number, bad.asset, coalesce(bad.owner_id::text, ''), bad.balance
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""
FUNCTIONS = (
    "postings_were_added",
    "journal_must_balance",
    "journal_is_of_now",
    "balances_follow_postings",
    "refuse_change",
)
OWN_NAMES_FIRST = """
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION {name}() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$
"""


def upgrade() -> None:
    op.execute(ADDED_WHOLE)
    for name in FUNCTIONS:
        op.execute(OWN_NAMES_FIRST.format(name=name))
    op.execute(
        "CREATE TRIGGER tie_out_runs_append_only BEFORE UPDATE OR DELETE ON tie_out_runs "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER tie_out_runs_no_truncate BEFORE TRUNCATE ON tie_out_runs "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tie_out_runs_append_only ON tie_out_runs")
    op.execute("DROP TRIGGER tie_out_runs_no_truncate ON tie_out_runs")
    op.execute(ADDED_LINE_BY_LINE)
    for name in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {name}() RESET search_path")
