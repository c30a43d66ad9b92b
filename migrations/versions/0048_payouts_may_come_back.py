"""Payments of bank files that a bank sent back or did not take, and are made again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

BEFORE = "'requested','burning','burned','paid','refused'"
AFTER = "'requested','burning','burned','paid','returned','refused'"


def upgrade() -> None:
    op.add_column("redemptions", sa.Column("returned_count", sa.BigInteger(), server_default="0", nullable=False))
    _states(AFTER)
    op.create_check_constraint("returns_are_counted", "redemptions", "returned_count >= 0")
    op.create_check_constraint(
        "returned_is_in_no_file",
        "redemptions",
        "state <> 'returned' OR (returned_count > 0 AND bank_file_id IS NULL AND paid_at IS NULL)",
    )
    _returns()


def downgrade() -> None:
    """A payout that came back and waits has no place in the states as they were: then this fails, and nothing is lost."""
    op.drop_constraint(op.f("ck_redemptions_returned_is_in_no_file"), "redemptions")
    op.drop_constraint(op.f("ck_redemptions_returns_are_counted"), "redemptions")
    _states(BEFORE)
    op.drop_table("payout_returns")
    op.drop_column("redemptions", "returned_count")


def _states(known: str) -> None:
    op.drop_constraint(op.f("ck_redemptions_state_is_known"), "redemptions")
    op.create_check_constraint("state_is_known", "redemptions", f"state IN ({known})")


def _returns() -> None:
    op.create_table(
        "payout_returns",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("bank_file_id", sa.Uuid(), nullable=False),
        sa.Column("bank_account", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("back_cents", sa.BigInteger(), nullable=True),
        sa.Column("bank_line_id", sa.Uuid(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("reference_key", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("attempt > 0", name=op.f("ck_payout_returns_attempts_are_counted")),
        sa.CheckConstraint("cents > 0", name=op.f("ck_payout_returns_amount_is_positive")),
        sa.CheckConstraint("kind IN ('came_back','not_taken')", name=op.f("ck_payout_returns_kind_is_known")),
        sa.CheckConstraint("back_cents BETWEEN 1 AND cents", name=op.f("ck_payout_returns_what_came_is_a_part")),
        sa.CheckConstraint("(kind = 'came_back') = (back_cents IS NOT NULL)", name=op.f("ck_payout_returns_came_back_as_money")),
        sa.CheckConstraint("(kind = 'came_back') = (reference_key IS NOT NULL)", name=op.f("ck_payout_returns_bank_has_a_reference")),
        sa.CheckConstraint("bank_line_id IS NULL OR kind = 'came_back'", name=op.f("ck_payout_returns_only_money_has_a_line")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_payout_returns_seller_is_told_why")),
        sa.ForeignKeyConstraint(["redemption_id"], ["redemptions.id"], name=op.f("fk_payout_returns_redemption_id")),
        sa.ForeignKeyConstraint(["bank_file_id"], ["bank_files.id"], name=op.f("fk_payout_returns_bank_file_id")),
        sa.ForeignKeyConstraint(["bank_line_id"], ["bank_lines.id"], name=op.f("fk_payout_returns_bank_line_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_payout_returns_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_returns")),
        sa.UniqueConstraint("redemption_id", "attempt", name=op.f("uq_payout_returns_redemption_id_attempt")),
        sa.UniqueConstraint("bank_line_id", name=op.f("uq_payout_returns_bank_line_id")),
    )  # fmt: skip
    op.create_index("ix_payout_returns_bank_file_id", "payout_returns", ["bank_file_id"])
    op.create_index(
        "uq_payout_returns_reference_key",
        "payout_returns",
        ["reference_key"],
        unique=True,
        postgresql_where=sa.text("bank_line_id IS NULL"),
    )
    op.execute(
        "CREATE TRIGGER payout_returns_append_only BEFORE UPDATE OR DELETE ON payout_returns "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER payout_returns_no_truncate BEFORE TRUNCATE ON payout_returns "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
