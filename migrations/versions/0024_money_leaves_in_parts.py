"""The money of an order may leave escrow in parts that both sides agreed on."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_parts",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("share_bps", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("trigger IN ('funded','shipped','received')", name=op.f("ck_order_parts_trigger_is_known")),
        sa.CheckConstraint("cents > 0", name=op.f("ck_order_parts_cents_are_positive")),
        sa.CheckConstraint("share_bps BETWEEN 1 AND 10000", name=op.f("ck_order_parts_share_is_sane")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_parts_order_id")),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_parts")),
        sa.UniqueConstraint("order_id", "trigger", name=op.f("uq_order_parts_order_id_trigger")),
    )
    op.execute(
        "CREATE TRIGGER order_parts_append_only BEFORE UPDATE OR DELETE ON order_parts"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("order_parts")
