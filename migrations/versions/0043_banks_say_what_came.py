"""Statements of banks and their lines, which nothing changes afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TABLES = ("bank_statements", "bank_lines")


def upgrade() -> None:
    op.create_table(
        "bank_statements",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("format", "account", "currency", "file_name")),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("opening_minor", sa.BigInteger(), nullable=True),
        sa.Column("closing_minor", sa.BigInteger(), nullable=True),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("new_count", sa.BigInteger(), nullable=False),
        sa.Column("kept_by", sa.Uuid(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_bank_statements_hash_is_whole")),
        sa.CheckConstraint("account <> ''", name=op.f("ck_bank_statements_account_is_named")),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_bank_statements_days_are_in_order")),
        sa.CheckConstraint(
            "new_count BETWEEN 0 AND line_count", name=op.f("ck_bank_statements_new_ones_are_some_of_them")
        ),
        sa.ForeignKeyConstraint(["kept_by"], ["users.id"], name=op.f("fk_bank_statements_kept_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statements")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_statements_sha256")),
    )
    op.create_index("ix_bank_statements_kept_at_id", "bank_statements", ["kept_at", "id"])
    op.create_index("ix_bank_statements_account_last_on", "bank_statements", ["account", "last_on"])
    op.create_table(
        "bank_lines",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("currency", "reference", "reference_key", "description")
        ),
        sa.Column("balance_minor", sa.BigInteger(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("occurrence", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("octet_length(content_hash) = 32", name=op.f("ck_bank_lines_hash_is_whole")),
        sa.CheckConstraint("occurrence > 0", name=op.f("ck_bank_lines_occurrence_is_counted")),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_bank_lines_amount_is_not_zero")),
        sa.ForeignKeyConstraint(["statement_id"], ["bank_statements.id"], name=op.f("fk_bank_lines_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_lines")),
        sa.UniqueConstraint("content_hash", "occurrence", name=op.f("uq_bank_lines_content_hash_occurrence")),
    )
    op.create_index("ix_bank_lines_statement_id_place", "bank_lines", ["statement_id", "place"])
    op.create_index(op.f("ix_bank_lines_reference_key"), "bank_lines", ["reference_key"])
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
