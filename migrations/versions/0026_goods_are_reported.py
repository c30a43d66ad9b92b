"""Goods can be reported, and taken off the market."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STATUS = "ck_listings_status_is_known"


def upgrade() -> None:
    op.create_table(
        "listing_reports",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("reporter_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column(
            "reported_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("source IN ('person','list')", name=op.f("ck_listing_reports_source_is_known")),
        sa.CheckConstraint(
            "(source = 'list') = (rule IS NOT NULL)", name=op.f("ck_listing_reports_the_list_names_its_rule")
        ),
        sa.CheckConstraint(
            "reason IN ('prohibited','copy','misleading','offensive','other')",
            name=op.f("ck_listing_reports_reason_is_known"),
        ),
        sa.CheckConstraint("state IN ('open','dismissed','removed')", name=op.f("ck_listing_reports_state_is_known")),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_listing_reports_decided_when_not_open")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_listing_reports_listing_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_listing_reports_reporter_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_listing_reports_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_reports")),
    )
    op.create_index(op.f("ix_listing_reports_reporter_id"), "listing_reports", ["reporter_id"])
    op.create_index("ix_listing_reports_state", "listing_reports", ["state", "reported_at", "id"])
    op.execute(
        "CREATE UNIQUE INDEX uq_listing_reports_of_person ON listing_reports (listing_id, reporter_id)"
        " WHERE state = 'open' AND source = 'person'"
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_listing_reports_of_list ON listing_reports (listing_id, rule) WHERE source = 'list'"
    )
    op.drop_constraint(STATUS, "listings")
    op.create_check_constraint(op.f(STATUS), "listings", "status IN ('draft','active','paused','removed')")


def downgrade() -> None:
    op.execute("UPDATE listings SET status = 'paused' WHERE status = 'removed'")
    op.drop_constraint(STATUS, "listings")
    op.create_check_constraint(op.f(STATUS), "listings", "status IN ('draft','active','paused')")
    op.drop_table("listing_reports")
