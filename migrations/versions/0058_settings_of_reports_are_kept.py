"""Settings of reports that people keep under a name."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_reports",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_reports_it_has_a_name")),
        sa.CheckConstraint(
            "days IN ('this_month', 'last_month', 'seven_days', 'this_year', 'last_year', 'chosen')",
            name=op.f("ck_saved_reports_days_are_known"),
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_saved_reports_days_are_in_order")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_reports_user_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_saved_reports_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reports")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_reports_user_id_name")),
        sa.UniqueConstraint("user_id", "form_token", name=op.f("uq_saved_reports_user_id_form_token")),
    )
    op.create_index(op.f("ix_saved_reports_organization_id"), "saved_reports", ["organization_id"])


def downgrade() -> None:
    op.drop_table("saved_reports")
