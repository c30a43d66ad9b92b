"""A month that is closed for good has its trial balance written down, with a hash, in the transaction that closes it.

`month_balances` says what every account began a month with, what moved and what it ended with: of a closed month from its
snapshot, of any other from the newest snapshot before it and what was booked since. Snapshots follow events as `books` does;
one that is taken again after a reopening has the next number, and the earlier ones stay. Months are closed in their order.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

EVENT_IN_ORDER = """
CREATE OR REPLACE FUNCTION period_event_is_of_now() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE b books; month_begins timestamptz; month_ends timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(7303039);
  SELECT * INTO STRICT b FROM books;
  NEW.at := clock_timestamp();
  IF NEW.kind = 'time_zone' THEN
    IF b.soft_closed_through IS NOT NULL THEN
      RAISE EXCEPTION 'the time zone of the books is kept while a period is closed' USING ERRCODE = 'check_violation';
    END IF;
    NEW.through := NULL;
    UPDATE books SET time_zone = NEW.time_zone;
    RETURN NEW;
  END IF;
  NEW.time_zone := b.time_zone;
  month_begins := to_date(NEW.period, 'YYYY-MM')::timestamp AT TIME ZONE b.time_zone;
  month_ends := (to_date(NEW.period, 'YYYY-MM') + interval '1 month') AT TIME ZONE b.time_zone;
  IF NEW.kind = 'soft_closed' THEN
    IF month_ends <= b.soft_closed_through OR month_ends > NEW.at THEN
      RAISE EXCEPTION 'period % is closed already or not over', NEW.period USING ERRCODE = 'check_violation';
    END IF;
    IF month_begins > b.soft_closed_through THEN
      RAISE EXCEPTION 'period % waits for the months before it', NEW.period USING ERRCODE = 'check_violation';
    END IF;
    UPDATE books SET soft_closed_through = month_ends;
  ELSIF NEW.kind = 'closed' THEN
    IF month_ends <= b.closed_through OR month_ends > coalesce(b.soft_closed_through, '-infinity') THEN
      RAISE EXCEPTION 'period % is closed already or was not closed for entries first', NEW.period
        USING ERRCODE = 'check_violation';
    END IF;
    IF month_begins > b.closed_through THEN
      RAISE EXCEPTION 'period % waits for the months before it', NEW.period USING ERRCODE = 'check_violation';
    END IF;
    UPDATE books SET closed_through = month_ends;
  ELSE
    IF month_begins >= coalesce(b.soft_closed_through, '-infinity') THEN
      RAISE EXCEPTION 'period % is open', NEW.period USING ERRCODE = 'check_violation';
    END IF;
    UPDATE books SET soft_closed_through = month_begins, closed_through = least(closed_through, month_begins);
  END IF;
  NEW.through := month_ends;
  RETURN NEW;
END $$
"""
EVENT_BEFORE = """
CREATE OR REPLACE FUNCTION period_event_is_of_now() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE b books; month_begins timestamptz; month_ends timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(7303039);
  SELECT * INTO STRICT b FROM books;
  NEW.at := clock_timestamp();
  IF NEW.kind = 'time_zone' THEN
    IF b.soft_closed_through IS NOT NULL THEN
      RAISE EXCEPTION 'the time zone of the books is kept while a period is closed' USING ERRCODE = 'check_violation';
    END IF;
    NEW.through := NULL;
    UPDATE books SET time_zone = NEW.time_zone;
    RETURN NEW;
  END IF;
  NEW.time_zone := b.time_zone;
  month_begins := to_date(NEW.period, 'YYYY-MM')::timestamp AT TIME ZONE b.time_zone;
  month_ends := (to_date(NEW.period, 'YYYY-MM') + interval '1 month') AT TIME ZONE b.time_zone;
  IF NEW.kind = 'soft_closed' THEN
    IF month_ends <= b.soft_closed_through OR month_ends > NEW.at THEN
      RAISE EXCEPTION 'period % is closed already or not over', NEW.period USING ERRCODE = 'check_violation';
    END IF;
    UPDATE books SET soft_closed_through = month_ends;
  ELSIF NEW.kind = 'closed' THEN
    IF month_ends <= b.closed_through OR month_ends > coalesce(b.soft_closed_through, '-infinity') THEN
      RAISE EXCEPTION 'period % is closed already or was not closed for entries first', NEW.period
        USING ERRCODE = 'check_violation';
    END IF;
    UPDATE books SET closed_through = month_ends;
  ELSE
    IF month_begins >= coalesce(b.soft_closed_through, '-infinity') THEN
      RAISE EXCEPTION 'period % is open', NEW.period USING ERRCODE = 'check_violation';
    END IF;
    UPDATE books SET soft_closed_through = month_begins, closed_through = least(closed_through, month_begins);
  END IF;
  NEW.through := month_ends;
  RETURN NEW;
END $$
"""
FUNCTIONS = """
CREATE FUNCTION month_balances(month text, afresh boolean DEFAULT false)
  RETURNS TABLE (account_id uuid, opening numeric, debits numeric, credits numeric, closing numeric)
  LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE b books; base period_snapshots; starts timestamptz; ends timestamptz;
BEGIN
  SELECT * INTO STRICT b FROM books;
  starts := to_date(month, 'YYYY-MM')::timestamp AT TIME ZONE b.time_zone;
  ends := (to_date(month, 'YYYY-MM') + interval '1 month') AT TIME ZONE b.time_zone;
  SELECT s.* INTO base FROM period_snapshots AS s
    WHERE s.through <= b.closed_through AND s.through <= CASE WHEN afresh THEN starts ELSE ends END
    ORDER BY s.through DESC, s.version DESC LIMIT 1;
  IF base.period = month THEN
    RETURN QUERY SELECT c.account_id, c.opening, c.debits, c.credits, c.closing
      FROM period_balances AS c WHERE c.snapshot_id = base.id;
    RETURN;
  END IF;
  RETURN QUERY
  WITH carried AS (
    SELECT c.account_id, c.closing FROM period_balances AS c WHERE c.snapshot_id = base.id AND c.closing <> 0
  ), booked AS (
    SELECT p.account_id, sum(p.amount) FILTER (WHERE j.booked_at < starts) AS before,
      sum(p.amount) FILTER (WHERE j.booked_at >= starts AND p.amount > 0) AS debits,
      -sum(p.amount) FILTER (WHERE j.booked_at >= starts AND p.amount < 0) AS credits
    FROM journals AS j JOIN postings AS p ON p.journal_id = j.id
    WHERE j.booked_at >= coalesce(base.through, '-infinity') AND j.booked_at < ends
    GROUP BY p.account_id
  ), lines AS (
    SELECT coalesce(c.account_id, k.account_id) AS account_id,
      coalesce(c.closing, 0) + coalesce(k.before, 0) AS opening,
      coalesce(k.debits, 0) AS debits, coalesce(k.credits, 0) AS credits
    FROM carried AS c FULL JOIN booked AS k ON k.account_id = c.account_id
  )
  SELECT l.account_id, l.opening, l.debits, l.credits, l.opening + l.debits - l.credits FROM lines AS l
    WHERE l.opening <> 0 OR l.debits <> 0 OR l.credits <> 0;
END $$;

CREATE FUNCTION period_is_snapped() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE newest integer; made uuid := uuidv7(); before uuid; bad record;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'a month is closed in READ COMMITTED: an older look would miss what was booked just now'
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  SELECT coalesce(max(s.version), 0) + 1 INTO newest FROM period_snapshots AS s WHERE s.period = NEW.period;
  WITH lines AS MATERIALIZED (
    SELECT m.*, a.number, a.asset, coalesce(a.owner_id::text, '') AS owner
    FROM month_balances(NEW.period, true) AS m JOIN ledger_accounts AS a ON a.id = m.account_id
  ), hashed AS (
    SELECT count(*) AS line_count, sha256(convert_to(
      format(E'trial balance|%s|%s|%s\\naccount|asset|owner|opening|debits|credits|closing\\n', NEW.period, newest,
        to_char(NEW.through AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
      || coalesce(string_agg(concat_ws('|', l.number, l.asset, l.owner, l.opening, l.debits, l.credits, l.closing)
        || E'\\n', '' ORDER BY l.number COLLATE "C", l.asset COLLATE "C", l.owner COLLATE "C"), ''), 'UTF8')) AS hash
    FROM lines AS l
  ), snapped AS (
    INSERT INTO period_snapshots (id, period, version, event_id, through, line_count, hash)
    SELECT made, NEW.period, newest, NEW.id, NEW.through, h.line_count, h.hash FROM hashed AS h
  )
  INSERT INTO period_balances (snapshot_id, account_id, opening, debits, credits, closing)
  SELECT made, l.account_id, l.opening, l.debits, l.credits, l.closing FROM lines AS l;
  SELECT a.number, a.asset, coalesce(b.balance, 0) - coalesce(s.closing, 0) - coalesce(k.since, 0) AS difference INTO bad
    FROM ledger_accounts AS a
    LEFT JOIN account_balances AS b ON b.account_id = a.id
    LEFT JOIN period_balances AS s ON s.account_id = a.id AND s.snapshot_id = made
    LEFT JOIN (SELECT p.account_id, sum(p.amount) AS since FROM journals AS j JOIN postings AS p ON p.journal_id = j.id
      WHERE j.booked_at >= NEW.through GROUP BY p.account_id) AS k ON k.account_id = a.id
    WHERE coalesce(b.balance, 0) <> coalesce(s.closing, 0) + coalesce(k.since, 0) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'period % does not lead to the balances: account % % by %', NEW.period, bad.number, bad.asset,
      bad.difference USING ERRCODE = 'check_violation';
  END IF;
  SELECT s.id INTO before FROM period_snapshots AS s
    WHERE s.period = to_char(to_date(NEW.period, 'YYYY-MM') - interval '1 month', 'YYYY-MM')
    ORDER BY s.version DESC LIMIT 1;
  SELECT a.number, a.asset INTO bad
    FROM (SELECT * FROM period_balances WHERE snapshot_id = before) AS e
    FULL JOIN (SELECT * FROM period_balances WHERE snapshot_id = made) AS n ON n.account_id = e.account_id
    JOIN ledger_accounts AS a ON a.id = coalesce(n.account_id, e.account_id)
    WHERE before IS NOT NULL AND coalesce(e.closing, 0) <> coalesce(n.opening, 0) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'period % does not begin as the one before ended: account % %', NEW.period, bad.number, bad.asset
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION snapshots_follow_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION '% follows period_events: % by hand is refused', TG_TABLE_NAME, TG_OP
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$
"""
OWN_NAMES_FIRST = """
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION {name} SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$
"""
TABLES = ("period_snapshots", "period_balances")


def upgrade() -> None:
    op.create_table(
        "period_snapshots",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("through", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_period_snapshots_hash_is_whole")),
        sa.ForeignKeyConstraint(["event_id"], ["period_events.id"], name=op.f("fk_period_snapshots_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_snapshots")),
        sa.UniqueConstraint("event_id", name=op.f("uq_period_snapshots_event_id")),
        sa.UniqueConstraint("period", "version", name=op.f("uq_period_snapshots_period_version")),
    )
    op.create_index("ix_period_snapshots_through_version", "period_snapshots", ["through", "version"])
    op.create_table(
        "period_balances",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Numeric(78, 0), nullable=False) for name in ("opening", "debits", "credits", "closing")),
        sa.CheckConstraint("closing = opening + debits - credits", name=op.f("ck_period_balances_it_adds_up")),
        sa.CheckConstraint("debits >= 0 AND credits >= 0", name=op.f("ck_period_balances_sides_are_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_accounts.id"], name=op.f("fk_period_balances_account_id")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["period_snapshots.id"], name=op.f("fk_period_balances_snapshot_id")),
        sa.PrimaryKeyConstraint("snapshot_id", "account_id", name=op.f("pk_period_balances")),
    )
    op.create_index(op.f("ix_period_balances_account_id"), "period_balances", ["account_id"])
    op.create_table(
        "reopenings",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'refused', 'withdrawn', 'lapsed')", name=op.f("ck_reopenings_state_is_known")
        ),
        sa.CheckConstraint(r"period ~ '^\d{4}-(0[1-9]|1[0-2])$'", name=op.f("ck_reopenings_period_is_a_month")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_reopenings_a_reason_is_given")),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_reopenings_decided_when_answered")
        ),
        sa.CheckConstraint(
            "(state = 'agreed') = (event_id IS NOT NULL)", name=op.f("ck_reopenings_agreed_is_an_event")
        ),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
            name=op.f("ck_reopenings_another_one_answers"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_reopenings_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_reopenings_decided_by")),
        sa.ForeignKeyConstraint(["event_id"], ["period_events.id"], name=op.f("fk_reopenings_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopenings")),
        sa.UniqueConstraint("form_token", name=op.f("uq_reopenings_form_token")),
    )
    op.create_index(
        "ix_reopenings_asked", "reopenings", ["period"], unique=True, postgresql_where=sa.text("state = 'asked'")
    )
    op.create_index("ix_reopenings_period_asked_at", "reopenings", ["period", "asked_at", "id"])
    op.execute(EVENT_IN_ORDER)
    op.execute(FUNCTIONS)
    for name in (
        "period_event_is_of_now()",
        "month_balances(text, boolean)",
        "period_is_snapped()",
        "snapshots_follow_events()",
    ):
        op.execute(OWN_NAMES_FIRST.format(name=name))
    op.execute(
        "CREATE TRIGGER period_is_snapped AFTER INSERT ON period_events "
        "FOR EACH ROW WHEN (NEW.kind = 'closed') EXECUTE FUNCTION period_is_snapped()"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_follow BEFORE INSERT ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION snapshots_follow_events()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.execute("DROP TRIGGER period_is_snapped ON period_events")
    op.execute("DROP FUNCTION period_is_snapped, month_balances")
    op.execute(EVENT_BEFORE)
    op.execute(OWN_NAMES_FIRST.format(name="period_event_is_of_now()"))
    op.drop_table("reopenings")
    op.drop_table("period_balances")
    op.drop_table("period_snapshots")
    op.execute("DROP FUNCTION snapshots_follow_events")
