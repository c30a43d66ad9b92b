"""Goods are sold in packs: how many of what are in one. Quantities, stock and prices go on counting packs."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("listings", sa.Column("piece_unit", sa.Text(), server_default="", nullable=False))
    op.add_column("variants", sa.Column("pieces", sa.BigInteger()))
    op.create_check_constraint(op.f("ck_variants_pieces_are_sane"), "variants", "pieces BETWEEN 1 AND 100000")
    op.add_column("order_lines", sa.Column("pieces", sa.BigInteger()))
    op.add_column("order_lines", sa.Column("piece_unit", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    for column in ("piece_unit", "pieces"):
        op.drop_column("order_lines", column)
    op.drop_constraint(op.f("ck_variants_pieces_are_sane"), "variants")
    op.drop_column("variants", "pieces")
    op.drop_column("listings", "piece_unit")
