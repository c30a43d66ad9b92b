"""Journals that nobody booked by hand are turned back by two people, and the database knows no other way."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE FUNCTION reversal_is_of_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM journals AS j WHERE j.id = NEW.reverses_id AND j.event IN ('capital_paid_in', 'capital_paid_out',
      'opening_balances', 'carried_paid', 'carried_received', 'gas_bought', 'bank_difference', 'exchange_difference',
      'float_bought', 'float_sold', 'float_revalued')) THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT FROM journal_reversals AS r
      WHERE r.reversal_id = NEW.id AND r.journal_id = NEW.reverses_id AND r.state = 'agreed')
    AND NOT EXISTS (SELECT FROM match_proposals AS m
      WHERE m.journal_id = NEW.id AND m.kind = 'take_back' AND m.state = 'agreed') THEN
    RAISE EXCEPTION 'journal % turns another one back, and nobody agreed to it', NEW.key
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER journal_reversal_is_of_two AFTER INSERT ON journals
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL)
  EXECUTE FUNCTION reversal_is_of_two();
"""


def upgrade() -> None:
    op.create_table(
        "journal_reversals",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("reversal_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'agreed', 'refused', 'withdrawn')", name=op.f("ck_journal_reversals_state_is_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_journal_reversals_a_reason_is_given")),
        sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_journal_reversals_decided_when_answered")),
        sa.CheckConstraint("(state = 'agreed') = (reversal_id IS NOT NULL)", name=op.f("ck_journal_reversals_agreed_is_a_journal")),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
            name=op.f("ck_journal_reversals_another_one_answers"),
        ),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name=op.f("fk_journal_reversals_journal_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_journal_reversals_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_journal_reversals_decided_by")),
        sa.ForeignKeyConstraint(["reversal_id"], ["journals.id"], name=op.f("fk_journal_reversals_reversal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_reversals")),
        sa.UniqueConstraint("form_token", name=op.f("uq_journal_reversals_form_token")),
        sa.UniqueConstraint("reversal_id", name=op.f("uq_journal_reversals_reversal_id")),
    )  # fmt: skip
    op.create_index("ix_journal_reversals_asked_at", "journal_reversals", ["asked_at", "id"])
    op.create_index(
        "uq_journal_reversals_standing",
        "journal_reversals",
        ["journal_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'agreed')"),
    )
    op.execute(FUNCTION)


def downgrade() -> None:
    op.execute("DROP TRIGGER journal_reversal_is_of_two ON journals")
    op.execute("DROP FUNCTION reversal_is_of_two()")
    op.drop_table("journal_reversals")
