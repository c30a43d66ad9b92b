"""Companies order on terms that a seller has granted, and owe what is not paid yet."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

STATES = "state IN ('pending_payment','on_terms','paid','expired','ended')"
OLD_STATES = "state IN ('pending_payment','paid','expired')"


def upgrade() -> None:
    _states(STATES, "state IN ('pending_payment','on_terms','paid')")
    op.create_check_constraint(
        op.f("ck_order_groups_only_companies_pay_later"),
        "order_groups",
        "state <> 'on_terms' OR company_id IS NOT NULL",
    )
    op.create_table(
        "credit_grants",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("limit_cents", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("limit_cents > 0", name=op.f("ck_credit_grants_limit_is_positive")),
        sa.CheckConstraint("days BETWEEN 1 AND 365", name=op.f("ck_credit_grants_days_are_sane")),
        sa.CheckConstraint("state IN ('active','paused')", name=op.f("ck_credit_grants_state_is_known")),
        sa.CheckConstraint("organization_id <> company_id", name=op.f("ck_credit_grants_nobody_owes_itself")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.organization_id"], name=op.f("fk_credit_grants_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_credit_grants_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_grants")),
        sa.UniqueConstraint("organization_id", "company_id", name=op.f("uq_credit_grants_organization_id_company_id")),
    )
    op.create_index(op.f("ix_credit_grants_company_id"), "credit_grants", ["company_id"], unique=False)
    op.create_table(
        "debts",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default="unpaid", nullable=False),
        sa.Column("reminded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_debts_cents_are_positive")),
        sa.CheckConstraint(
            "state IN ('unpaid','paid','canceled','settled_outside')", name=op.f("ck_debts_state_is_known")
        ),
        sa.CheckConstraint("reminded BETWEEN 0 AND 4", name=op.f("ck_debts_stage_is_known")),
        sa.ForeignKeyConstraint(["grant_id"], ["credit_grants.id"], name=op.f("fk_debts_grant_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_debts_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_debts")),
    )
    op.create_index("ix_debts_due", "debts", ["due_on", "order_id"], postgresql_where="state = 'unpaid'")
    op.create_index("ix_debts_grant_id", "debts", ["grant_id"])
    op.create_index("ix_debts_unpaid", "debts", ["grant_id", "due_on", "order_id"], postgresql_where="state = 'unpaid'")


def downgrade() -> None:
    """Refused by the constraint while something is owed: the older program knows no unpaid order whose goods are sold."""
    op.drop_table("debts")
    op.drop_table("credit_grants")
    op.drop_constraint(op.f("ck_order_groups_only_companies_pay_later"), "order_groups")
    op.execute("UPDATE order_groups SET state = 'expired' WHERE state = 'ended'")
    _states(OLD_STATES, "state IN ('pending_payment','paid')")


def _states(known: str, taking_a_deal: str) -> None:
    op.drop_constraint(op.f("ck_order_groups_state_is_known"), "order_groups")
    op.create_check_constraint(op.f("ck_order_groups_state_is_known"), "order_groups", known)
    op.drop_index("uq_order_groups_one_of_a_deal", "order_groups")
    op.create_index(
        "uq_order_groups_one_of_a_deal", "order_groups", ["deal_id"], unique=True, postgresql_where=taking_a_deal
    )
