"""Balances are summed when the transaction ends, so that the account all want is locked for the commit alone.

Before, each statement that added lines locked the balances it moved, and they stayed locked while the client thought of what
comes next. Lines are checked in their statement as before. What they add up to is summed by the deferred trigger that looks
whether a journal has any: of all journals that one statement added (`cmin`, which nobody can choose), the first sums them
together, in order of accounts. Each journal fires once and none takes lines later, so each is summed once. Who reads balances
in the transaction that posts, or wants to know earlier whether one falls too low, asks by SET CONSTRAINTS journal_balances
IMMEDIATE.

Indexes of journals leave out rows that have nothing to find there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE OR REPLACE FUNCTION postings_were_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE bad record;
BEGIN
  WITH sums AS (
    SELECT p.journal_id, a.asset, sum(p.amount) AS difference, count(*) AS lines
    FROM added AS p JOIN ledger_accounts AS a ON a.id = p.account_id GROUP BY p.journal_id, a.asset
  ), journals_added AS (
    SELECT s.journal_id, sum(s.lines) AS lines, max(s.asset) FILTER (WHERE s.difference <> 0) AS asset,
      max(s.difference) FILTER (WHERE s.difference <> 0) AS difference
    FROM sums AS s GROUP BY s.journal_id
  )
  SELECT j.key, n.asset, n.difference, j.xid <> pg_current_xact_id()::text::bigint AS is_closed,
    n.lines <> w.lines AS has_others INTO bad
    FROM journals_added AS n JOIN journals AS j ON j.id = n.journal_id
    CROSS JOIN LATERAL (SELECT count(*) AS lines FROM postings AS p WHERE p.journal_id = n.journal_id) AS w
    WHERE j.xid <> pg_current_xact_id()::text::bigint OR n.lines <> w.lines OR n.asset IS NOT NULL LIMIT 1;
  IF bad.is_closed THEN
    RAISE EXCEPTION 'journal % is closed: lines cannot be added later', bad.key USING ERRCODE = 'restrict_violation';
  ELSIF bad.has_others THEN
    RAISE EXCEPTION 'journal % has lines already: all lines of a journal come in one statement', bad.key
      USING ERRCODE = 'restrict_violation';
  ELSIF bad.asset IS NOT NULL THEN
    RAISE EXCEPTION 'journal % does not balance in % by %', bad.key, bad.asset, bad.difference
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION journals_are_summed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE statement cid; before cid; bad record;
BEGIN
  SELECT j.cmin, (SELECT b.cmin FROM journals AS b WHERE b.xid = NEW.xid AND b.sequence < NEW.sequence ORDER BY b.sequence DESC LIMIT 1)
    INTO STRICT statement, before FROM journals AS j WHERE j.id = NEW.id;
  IF before = statement OR before IS NOT NULL AND EXISTS (
      SELECT FROM journals AS j WHERE j.xid = NEW.xid AND j.sequence < NEW.sequence AND j.cmin = statement) THEN
    RETURN NULL;  -- the first has summed this one
  END IF;
  SELECT j.key INTO bad FROM journals AS j WHERE j.xid = NEW.xid AND j.sequence >= NEW.sequence AND j.cmin = statement
    AND NOT EXISTS (SELECT FROM postings AS p WHERE p.journal_id = j.id) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % has no postings', bad.key USING ERRCODE = 'check_violation';
  END IF;
  WITH kept AS (
    INSERT INTO account_balances AS b (account_id, balance)
      SELECT p.account_id, sum(p.amount) FROM journals AS j JOIN postings AS p ON p.journal_id = j.id
      WHERE j.xid = NEW.xid AND j.sequence >= NEW.sequence AND j.cmin = statement
      GROUP BY p.account_id ORDER BY p.account_id
      ON CONFLICT (account_id) DO UPDATE SET balance = b.balance + EXCLUDED.balance
      RETURNING b.account_id, b.balance
  )
  SELECT a.id, a.number, a.asset, a.owner_id, a.natural_side, k.balance INTO bad
    FROM kept AS k JOIN ledger_accounts AS a ON a.id = k.account_id
    WHERE NOT a.may_go_negative AND k.balance * a.natural_side < 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'account % % % would fall to %', bad.number, bad.asset, coalesce(bad.owner_id::text, ''), bad.balance
      USING ERRCODE = 'check_violation', DETAIL = (
        SELECT 'the last journal to take from it: ' || j.key FROM journals AS j JOIN postings AS p ON p.journal_id = j.id
        WHERE j.xid = NEW.xid AND j.cmin = statement AND p.account_id = bad.id AND p.amount * bad.natural_side < 0
        ORDER BY j.sequence DESC LIMIT 1);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION closing_counts_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SET CONSTRAINTS journal_balances IMMEDIATE;
  SET CONSTRAINTS journal_balances DEFERRED;
  RETURN NULL;
END $$
"""
LINES_BEFORE = """
CREATE OR REPLACE FUNCTION postings_were_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE bad record;
BEGIN
  WITH sums AS (
    SELECT p.journal_id, a.asset, sum(p.amount) AS difference, count(*) AS lines
    FROM added AS p JOIN ledger_accounts AS a ON a.id = p.account_id GROUP BY p.journal_id, a.asset
  ), journals_added AS (
    SELECT s.journal_id, sum(s.lines) AS lines, max(s.asset) FILTER (WHERE s.difference <> 0) AS asset,
      max(s.difference) FILTER (WHERE s.difference <> 0) AS difference
    FROM sums AS s GROUP BY s.journal_id
  )
  SELECT j.key, n.asset, n.difference, j.xid <> pg_current_xact_id()::text::bigint AS is_closed,
    n.lines <> w.lines AS has_others INTO bad
    FROM journals_added AS n JOIN journals AS j ON j.id = n.journal_id
    CROSS JOIN LATERAL (SELECT count(*) AS lines FROM postings AS p WHERE p.journal_id = n.journal_id) AS w
    WHERE j.xid <> pg_current_xact_id()::text::bigint OR n.lines <> w.lines OR n.asset IS NOT NULL LIMIT 1;
  IF bad.is_closed THEN
    RAISE EXCEPTION 'journal % is closed: lines cannot be added later', bad.key USING ERRCODE = 'restrict_violation';
  ELSIF bad.has_others THEN
    RAISE EXCEPTION 'journal % has lines already: all lines of a journal come in one statement', bad.key
      USING ERRCODE = 'restrict_violation';
  ELSIF bad.asset IS NOT NULL THEN
    RAISE EXCEPTION 'journal % does not balance in % by %', bad.key, bad.asset, bad.difference
      USING ERRCODE = 'check_violation';
  END IF;
  WITH kept AS (
    INSERT INTO account_balances AS b (account_id, balance)
      SELECT account_id, sum(amount) FROM added GROUP BY account_id ORDER BY account_id
      ON CONFLICT (account_id) DO UPDATE SET balance = b.balance + EXCLUDED.balance
      RETURNING b.account_id, b.balance
  )
  SELECT a.number, a.asset, a.owner_id, k.balance INTO bad
    FROM kept AS k JOIN ledger_accounts AS a ON a.id = k.account_id
    WHERE NOT a.may_go_negative AND k.balance * a.natural_side < 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'account % % % would fall to %', bad.number, bad.asset, coalesce(bad.owner_id::text, ''), bad.balance
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""
HAS_LINES_BEFORE = """
CREATE FUNCTION journal_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM postings WHERE journal_id = NEW.id) THEN
    RAISE EXCEPTION 'journal % has no postings', NEW.key USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""
OWN_NAMES_FIRST = """
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION {name}() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$
"""
AT_COMMIT = (
    "CREATE CONSTRAINT TRIGGER journal_balances AFTER INSERT ON journals "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {name}()"
)
SPARSE = (
    ("ix_journals_order_id", ["order_id"]),
    ("ix_journals_organization_id_effective_at", ["organization_id", "effective_at", "id"]),
)


def upgrade() -> None:
    op.execute("LOCK TABLE journals, postings")  # nothing is posted between the two ways of summing
    op.execute(FUNCTIONS)
    for name in ("postings_were_added", "journals_are_summed", "closing_counts_all"):
        op.execute(OWN_NAMES_FIRST.format(name=name))
    op.execute("DROP TRIGGER journal_balances ON journals")
    op.execute("DROP FUNCTION journal_must_balance")
    op.execute(AT_COMMIT.format(name="journals_are_summed"))
    op.execute(
        "CREATE TRIGGER closing_counts_all BEFORE INSERT ON period_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION closing_counts_all()"
    )
    for name, columns in SPARSE:
        op.drop_index(name, "journals")
        op.create_index(name, "journals", columns, postgresql_where=sa.text(f"{columns[0]} IS NOT NULL"))
    op.drop_constraint(op.f("uq_journals_reverses_id"), "journals")
    op.create_index(
        "ix_journals_reverses_id",
        "journals",
        ["reverses_id"],
        unique=True,
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("LOCK TABLE journals, postings")
    op.drop_index("ix_journals_reverses_id", "journals")
    op.create_unique_constraint(op.f("uq_journals_reverses_id"), "journals", ["reverses_id"])
    for name, columns in SPARSE:
        op.drop_index(name, "journals")
        op.create_index(name, "journals", columns)
    op.execute("DROP TRIGGER closing_counts_all ON period_events")
    op.execute("DROP TRIGGER journal_balances ON journals")
    op.execute("DROP FUNCTION journals_are_summed, closing_counts_all")
    op.execute(LINES_BEFORE)
    op.execute(HAS_LINES_BEFORE)
    for name in ("postings_were_added", "journal_must_balance"):
        op.execute(OWN_NAMES_FIRST.format(name=name))
    op.execute(AT_COMMIT.format(name="journal_must_balance"))
