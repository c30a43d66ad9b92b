"""Months of the books: each journal is posted in one, and one that is closed takes no more.

`books` is a single row that follows `period_events`, as balances follow postings: who closes or opens writes the event,
and nothing else moves the row. A journal that comes late for a closed month is posted at the beginning of the first one
that takes it, and names the month it is late for. Closing waits for the transactions that are posting, and they for it:
both take the advisory lock of the books, closing alone, posting together.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

OWN_NAMES_FIRST = """
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION {name}() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$
"""
FUNCTIONS = """
CREATE FUNCTION books_follow_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'books follow period_events: % by hand is refused', TG_OP USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION period_event_is_of_now() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
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
END $$;

CREATE OR REPLACE FUNCTION journal_is_of_now() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE b books; shut timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7303039);
  SELECT * INTO STRICT b FROM books;
  NEW.xid := pg_current_xact_id()::text::bigint;
  NEW.posted_at := clock_timestamp();
  shut := CASE WHEN NEW.is_adjustment THEN b.closed_through ELSE b.soft_closed_through END;
  NEW.booked_at := greatest(NEW.effective_at, shut);
  NEW.period := to_char(NEW.booked_at AT TIME ZONE b.time_zone, 'YYYY-MM');
  NEW.late_for := NULL;
  IF NEW.booked_at > NEW.effective_at THEN
    NEW.late_for := to_char(NEW.effective_at AT TIME ZONE b.time_zone, 'YYYY-MM');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION journal_is_too_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'journal %: % is closed', NEW.key, NEW.late_for USING ERRCODE = 'check_violation';
END $$
"""
JOURNAL_IS_OF_NOW_BEFORE = """
CREATE OR REPLACE FUNCTION journal_is_of_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.xid := pg_current_xact_id()::text::bigint;
  NEW.posted_at := clock_timestamp();
  RETURN NEW;
END $$
"""
TRIGGERS = """
CREATE TRIGGER books_follow BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON books
  FOR EACH STATEMENT EXECUTE FUNCTION books_follow_events();
CREATE TRIGGER period_event_is_of_now BEFORE INSERT ON period_events
  FOR EACH ROW EXECUTE FUNCTION period_event_is_of_now();
CREATE TRIGGER journal_is_too_late AFTER INSERT ON journals  -- after: a key that is known already is no new journal
  FOR EACH ROW WHEN (NEW.is_adjustment AND NEW.late_for IS NOT NULL) EXECUTE FUNCTION journal_is_too_late()
"""
APPEND_ONLY = ("assets", "period_events")


def upgrade() -> None:
    assets = op.create_table(
        "assets",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("exponent", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("exponent BETWEEN 0 AND 18", name=op.f("ck_assets_exponent_is_sane")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_assets")),
    )
    op.bulk_insert(assets, [{"code": "USD", "exponent": 2}, {"code": "CTM", "exponent": 6}])
    op.create_foreign_key(op.f("fk_ledger_accounts_asset"), "ledger_accounts", "assets", ["asset"], ["code"])
    books = op.create_table(
        "books",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("soft_closed_through", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_through", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_books_there_is_one")),
        sa.CheckConstraint("closed_through IS NULL OR closed_through <= soft_closed_through", name=op.f("ck_books_closed_after_soft_closed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
    )  # fmt: skip
    op.bulk_insert(books, [{"id": 1, "time_zone": "UTC"}])
    op.create_table(
        "period_events",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("through", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("second_actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('time_zone', 'soft_closed', 'closed', 'reopened')", name=op.f("ck_period_events_kind_is_known")),
        sa.CheckConstraint("(kind = 'time_zone') = (period IS NULL)", name=op.f("ck_period_events_a_period_is_named")),
        sa.CheckConstraint(r"period ~ '^\d{4}-(0[1-9]|1[0-2])$'", name=op.f("ck_period_events_period_is_a_month")),
        sa.CheckConstraint("kind = 'time_zone' OR actor_id IS NOT NULL", name=op.f("ck_period_events_somebody_did_it")),
        sa.CheckConstraint(
            "kind <> 'reopened' OR (second_actor_id IS NOT NULL AND second_actor_id <> actor_id AND reason <> '')",
            name=op.f("ck_period_events_two_people_reopen"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_period_events_actor_id")),
        sa.ForeignKeyConstraint(["second_actor_id"], ["users.id"], name=op.f("fk_period_events_second_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_events")),
    )  # fmt: skip
    op.add_column("journals", sa.Column("is_adjustment", sa.Boolean(), server_default="false", nullable=False))
    for column in ("booked_at", "period", "late_for"):
        kind = sa.DateTime(timezone=True) if column == "booked_at" else sa.Text()
        op.add_column("journals", sa.Column(column, kind, nullable=True))
    op.execute("ALTER TABLE journals DISABLE TRIGGER journals_append_only")
    op.execute(
        "UPDATE journals SET booked_at = effective_at, period = to_char(effective_at AT TIME ZONE 'UTC', 'YYYY-MM')"
    )
    op.execute("ALTER TABLE journals ENABLE TRIGGER journals_append_only")
    for column in ("booked_at", "period"):
        op.alter_column("journals", column, nullable=False)
    op.create_index("ix_journals_booked_at_id", "journals", ["booked_at", "id"])
    op.create_index("ix_journals_late_for", "journals", ["late_for"], postgresql_where=sa.text("late_for IS NOT NULL"))
    op.execute(FUNCTIONS)
    op.execute(TRIGGERS)
    for name in ("books_follow_events", "period_event_is_of_now", "journal_is_of_now", "journal_is_too_late"):
        op.execute(OWN_NAMES_FIRST.format(name=name))
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.execute(JOURNAL_IS_OF_NOW_BEFORE)
    op.execute(OWN_NAMES_FIRST.format(name="journal_is_of_now"))
    op.execute("DROP TRIGGER journal_is_too_late ON journals")
    op.drop_index("ix_journals_late_for", table_name="journals")
    op.drop_index("ix_journals_booked_at_id", table_name="journals")
    for column in ("late_for", "period", "booked_at", "is_adjustment"):
        op.drop_column("journals", column)
    op.drop_table("period_events")
    op.drop_table("books")
    op.execute("DROP FUNCTION period_event_is_of_now, books_follow_events, journal_is_too_late")
    op.drop_constraint(op.f("fk_ledger_accounts_asset"), "ledger_accounts", type_="foreignkey")
    op.drop_table("assets")
