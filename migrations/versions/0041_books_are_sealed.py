"""Journals are sealed in blocks: seals, the place of each journal in one, what is on chain, and what checks found.

`journal_words` is the text of a journal that is sealed: every column of it and of its lines, accounts by number, asset
and owner. As canonical as jsonb is: keys sorted, one way to write each value. Times are ISO 8601 in UTC, bytes hex,
numbers text. A column added to journals or postings later must be left out of the words, or the words of old journals
change: then a new function is needed, and seals that say which one they were made with.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

APPEND_ONLY = ("seals", "journal_seals", "seal_anchors", "books_checks")
OWN_NAMES_FIRST = """
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION {name} SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$
"""
FUNCTIONS = r"""
CREATE FUNCTION journal_words(journals uuid[]) RETURNS TABLE (journal_id uuid, words text) LANGUAGE sql STABLE AS $$
  SELECT j.id, jsonb_build_object(
    'id', j.id, 'sequence', j.sequence::text, 'key', j.key, 'event', j.event,
    'effective_at', to_jsonb(j.effective_at AT TIME ZONE 'UTC') #>> '{}' || 'Z',
    'posted_at', to_jsonb(j.posted_at AT TIME ZONE 'UTC') #>> '{}' || 'Z',
    'booked_at', to_jsonb(j.booked_at AT TIME ZONE 'UTC') #>> '{}' || 'Z',
    'period', j.period, 'late_for', j.late_for, 'is_adjustment', j.is_adjustment,
    'payload_hash', encode(j.payload_hash, 'hex'), 'order_id', j.order_id, 'organization_id', j.organization_id,
    'stripe_id', j.stripe_id, 'chain_id', j.chain_id::text, 'block_number', j.block_number::text,
    'block_hash', encode(j.block_hash, 'hex'), 'tx_hash', encode(j.tx_hash, 'hex'), 'log_index', j.log_index::text,
    'reverses_id', j.reverses_id, 'details', j.details, 'xid', j.xid::text,
    'postings', (
      SELECT coalesce(jsonb_agg(jsonb_build_object(
        'line', p.line::text, 'amount', p.amount::text, 'account', a.number, 'asset', a.asset, 'owner', a.owner_id
      ) ORDER BY p.line), '[]')
      FROM postings AS p LEFT JOIN ledger_accounts AS a ON a.id = p.account_id WHERE p.journal_id = j.id
    ))::text
  FROM journals AS j WHERE j.id = ANY (journal_words.journals)
$$;

CREATE FUNCTION seal_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last seals;
BEGIN
  SELECT * INTO last FROM seals ORDER BY number DESC LIMIT 1;
  IF NEW.number IS DISTINCT FROM coalesce(last.number, 0) + 1
     OR NEW.previous_hash IS DISTINCT FROM coalesce(last.hash, decode(repeat('00', 32), 'hex'))
     OR NEW.first_position IS DISTINCT FROM coalesce(last.first_position + last.journals, 0) THEN
    RAISE EXCEPTION 'seal % does not follow the one before', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_index("ix_journals_xid_sequence", "journals", ["xid", "sequence"])
    op.create_table(
        "seals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("journals", sa.BigInteger(), nullable=False),
        sa.Column("first_position", sa.BigInteger(), nullable=False),
        sa.Column("merkle_root", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("horizon", sa.BigInteger(), nullable=False),
        sa.Column("cluster", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("journals > 0", name=op.f("ck_seals_it_holds_journals")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seals")),
        sa.UniqueConstraint("hash", name=op.f("uq_seals_hash")),
    )
    op.create_table(
        "journal_seals",
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("seal", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_journal_seals_position_is_counted")),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name=op.f("fk_journal_seals_journal_id")),
        sa.ForeignKeyConstraint(["seal"], ["seals.number"], name=op.f("fk_journal_seals_seal")),
        sa.PrimaryKeyConstraint("journal_id", name=op.f("pk_journal_seals")),
        sa.UniqueConstraint("seal", "position", name=op.f("uq_journal_seals_seal_position")),
    )
    op.create_table(
        "seal_anchors",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.BigInteger(), nullable=False),
        sa.Column("seal_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tx_hash", sa.LargeBinary(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_anchors")),
        sa.UniqueConstraint("chain_id", "contract", "seal", name=op.f("uq_seal_anchors_chain_id_contract_seal")),
    )  # fmt: skip
    op.create_index("ix_seal_anchors_seal", "seal_anchors", ["seal"])
    op.create_table(
        "books_checks",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seals", sa.BigInteger(), nullable=False),
        sa.Column("journals", sa.BigInteger(), nullable=False),
        sa.Column("unsealed", sa.BigInteger(), nullable=False),
        sa.Column("fault_count", sa.BigInteger(), nullable=False),
        sa.Column("faults", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_checks")),
    )
    op.create_index("ix_books_checks_checked_at_id", "books_checks", ["checked_at", "id"])
    op.execute(FUNCTIONS)
    op.execute("CREATE TRIGGER seal_follows BEFORE INSERT ON seals FOR EACH ROW EXECUTE FUNCTION seal_follows()")
    for name in ("journal_words(uuid[])", "seal_follows()"):
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
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
    op.execute("DROP FUNCTION journal_words(uuid[])")
    op.execute("DROP FUNCTION seal_follows")
    op.drop_index("ix_journals_xid_sequence", table_name="journals")
