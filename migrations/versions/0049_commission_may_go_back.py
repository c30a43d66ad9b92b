"""Commission given back for goods that came back after their release."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

UNITS = sa.Numeric(78, 0)
CHECKS = {
    "only_what_was_released_comes_back": "came_back_units BETWEEN 0 AND final_released",
    "no_more_than_the_fee_is_given_back": "fee_given_back BETWEEN 0 AND final_fee",
}


def upgrade() -> None:
    for name in ("came_back_units", "fee_given_back"):
        op.add_column("escrow_legs", sa.Column(name, UNITS, server_default="0", nullable=False))
    for name, rule in CHECKS.items():
        op.create_check_constraint(name, "escrow_legs", rule)
    op.create_table(
        "commission_returns",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("came_back_units", UNITS, nullable=False),
        sa.Column("fee_units", UNITS, nullable=False),
        sa.Column("vat_units", UNITS, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("transfer", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("came_back_units > 0", name=op.f("ck_commission_returns_something_came_back")),
        sa.CheckConstraint("fee_units > 0", name=op.f("ck_commission_returns_something_is_given_back")),
        sa.CheckConstraint("vat_units BETWEEN 0 AND fee_units", name=op.f("ck_commission_returns_vat_is_a_part")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_commission_returns_there_is_a_reason")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_commission_returns_organization_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_commission_returns_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_returns")),
        sa.UniqueConstraint("form_token", name=op.f("uq_commission_returns_form_token")),
        sa.UniqueConstraint("transfer", name=op.f("uq_commission_returns_transfer")),
    )  # fmt: skip
    op.create_index("ix_commission_returns_order_id", "commission_returns", ["order_id"])
    op.create_index("ix_commission_returns_organization_id", "commission_returns", ["organization_id"])
    op.execute(
        "CREATE TRIGGER commission_returns_append_only BEFORE UPDATE OR DELETE ON commission_returns "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER commission_returns_no_truncate BEFORE TRUNCATE ON commission_returns "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """What was given back stays booked, and on chain."""
    op.drop_table("commission_returns")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_escrow_legs_{name}"), "escrow_legs")
    for name in ("fee_given_back", "came_back_units"):
        op.drop_column("escrow_legs", name)
