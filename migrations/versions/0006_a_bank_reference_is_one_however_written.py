"""A bank reference is one however it is written: its letters and digits are unique, what was typed is only shown."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _key(typed: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def upgrade() -> None:
    for table in ("bank_receipts", "bank_files"):
        op.add_column(table, sa.Column("reference_key", sa.Text(), nullable=True))
        rows = sa.table(table, sa.column("id"), sa.column("bank_reference"), sa.column("reference_key"))
        connection = op.get_bind()
        found = connection.execute(
            sa.select(rows.c.id, rows.c.bank_reference).where(rows.c.bank_reference.is_not(None))
        )
        for row in found.all():
            changed = sa.update(rows).where(rows.c.id == row.id).values(reference_key=_key(row.bank_reference))
            connection.execute(changed)
        op.drop_constraint(op.f(f"uq_{table}_bank_reference"), table)
        op.create_unique_constraint(op.f(f"uq_{table}_reference_key"), table, ["reference_key"])
    op.alter_column("bank_receipts", "reference_key", nullable=False)


def downgrade() -> None:
    for table in ("bank_receipts", "bank_files"):
        op.drop_column(table, "reference_key")
        op.create_unique_constraint(op.f(f"uq_{table}_bank_reference"), table, ["bank_reference"])
