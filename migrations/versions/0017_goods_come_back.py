"""Parcels hold lines, goods come back, and both sides of a dispute show what they have."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.text("uuidv7()")
_NOW = sa.text("clock_timestamp()")
_MOMENT = sa.DateTime(timezone=True)
_RUNNING = sa.text("state IN ('requested','approved','sent','received')")


def upgrade() -> None:
    _parcels()
    _returns()
    _evidence()


def _parcels() -> None:
    op.add_column("fulfillments", sa.Column("form_token", sa.Uuid(), nullable=True))
    op.create_unique_constraint("uq_fulfillments_form_token", "fulfillments", ["form_token"])
    op.create_table(
        "fulfillment_lines",
        sa.Column("id", sa.Uuid(), server_default=_ID, nullable=False),
        sa.Column("fulfillment_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_fulfillment_lines_quantity_is_positive")),
        sa.ForeignKeyConstraint(
            ["fulfillment_id"], ["fulfillments.id"], name=op.f("fk_fulfillment_lines_fulfillment_id")
        ),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_lines.id"], name=op.f("fk_fulfillment_lines_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfillment_lines")),
        sa.UniqueConstraint(
            "fulfillment_id", "order_line_id", name=op.f("uq_fulfillment_lines_fulfillment_id_order_line_id")
        ),
    )
    op.create_index(op.f("ix_fulfillment_lines_order_line_id"), "fulfillment_lines", ["order_line_id"])
    op.add_column("order_lines", sa.Column("shipped_count", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("order_lines", sa.Column("returned_count", sa.BigInteger(), server_default="0", nullable=False))
    # Until now a parcel held the whole order.
    op.execute(
        """
        INSERT INTO fulfillment_lines (fulfillment_id, order_line_id, quantity)
        SELECT DISTINCT ON (l.id) f.id, l.id, l.quantity
        FROM fulfillments AS f JOIN order_lines AS l ON l.order_id = f.order_id
        ORDER BY l.id, f.shipped_at, f.id
        """
    )
    op.execute("UPDATE order_lines SET shipped_count = quantity WHERE order_id IN (SELECT order_id FROM fulfillments)")
    op.create_check_constraint(
        op.f("ck_order_lines_no_more_is_shipped_than_bought"), "order_lines", "shipped_count BETWEEN 0 AND quantity"
    )
    op.create_check_constraint(
        op.f("ck_order_lines_no_more_comes_back_than_left"), "order_lines", "returned_count BETWEEN 0 AND shipped_count"
    )
    op.drop_index("ix_orders_unsent", "orders")
    op.create_index(
        "ix_orders_unsent",
        "orders",
        ["ship_by"],
        postgresql_where=sa.text(
            "fulfillment_status IN ('unfulfilled', 'partial') AND settlement_status = 'in_escrow'"
        ),
    )


def _returns() -> None:
    op.create_table(
        "order_returns",
        sa.Column("id", sa.Uuid(), server_default=_ID, nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="requested", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("hold_at", _MOMENT, nullable=False),
        sa.Column("next_look_at", _MOMENT, nullable=True),
        sa.Column("return_address", sa.Text(), server_default="", nullable=False),
        sa.Column("postage", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("carrier", sa.Text(), server_default="", nullable=False),
        sa.Column("tracking", sa.Text(), server_default="", nullable=False),
        sa.Column("condition", sa.Text(), server_default="", nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('requested','approved','sent','received','refunded','declined','canceled','disputed')",
            name=op.f("ck_order_returns_state_is_known"),
        ),
        sa.CheckConstraint(
            "reason IN ('damaged','not_as_described','wrong_goods','changed_mind','other')",
            name=op.f("ck_order_returns_reason_is_known"),
        ),
        sa.CheckConstraint("postage IN ('buyer','seller')", name=op.f("ck_order_returns_postage_is_known")),
        sa.CheckConstraint(
            "(state = 'refunded') >= (refund_id IS NOT NULL)", name=op.f("ck_order_returns_only_refunded_has_a_refund")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_returns_order_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_order_returns_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_returns")),
        sa.UniqueConstraint("form_token", name=op.f("uq_order_returns_form_token")),
    )
    op.create_index(op.f("ix_order_returns_order_id"), "order_returns", ["order_id"])
    op.create_index(op.f("ix_order_returns_refund_id"), "order_returns", ["refund_id"])
    op.create_index("uq_order_returns_running", "order_returns", ["order_id"], unique=True, postgresql_where=_RUNNING)
    op.create_index("ix_order_returns_to_look_at", "order_returns", ["next_look_at", "id"], postgresql_where=_RUNNING)
    op.create_table(
        "order_return_lines",
        sa.Column("id", sa.Uuid(), server_default=_ID, nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_return_lines_quantity_is_positive")),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_order_return_lines_cents_are_not_negative")),
        sa.ForeignKeyConstraint(["return_id"], ["order_returns.id"], name=op.f("fk_order_return_lines_return_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_order_return_lines_order_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_return_lines")),
        sa.UniqueConstraint("return_id", "order_line_id", name=op.f("uq_order_return_lines_return_id_order_line_id")),
    )
    op.create_index(op.f("ix_order_return_lines_order_line_id"), "order_return_lines", ["order_line_id"])


def _evidence() -> None:
    op.add_column("disputes", sa.Column("evidence_until", _MOMENT, nullable=True))
    op.create_table(
        "dispute_evidence",
        sa.Column("id", sa.Uuid(), server_default=_ID, nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("added_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.CheckConstraint("side IN ('buyer','seller')", name=op.f("ck_dispute_evidence_side_is_known")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_evidence_dispute_id")),
        sa.ForeignKeyConstraint(["written_by"], ["users.id"], name=op.f("fk_dispute_evidence_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_evidence")),
        sa.UniqueConstraint("form_token", name=op.f("uq_dispute_evidence_form_token")),
    )
    op.create_index(op.f("ix_dispute_evidence_dispute_id"), "dispute_evidence", ["dispute_id"])
    op.create_table(
        "order_files",
        sa.Column("id", sa.Uuid(), server_default=_ID, nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.CheckConstraint("side IN ('buyer','seller')", name=op.f("ck_order_files_side_is_known")),
        sa.CheckConstraint("kind IN ('picture','pdf')", name=op.f("ck_order_files_kind_is_known")),
        sa.CheckConstraint("num_nonnulls(return_id, evidence_id) = 1", name=op.f("ck_order_files_belongs_to_one")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_files_order_id")),
        sa.ForeignKeyConstraint(["return_id"], ["order_returns.id"], name=op.f("fk_order_files_return_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["dispute_evidence.id"], name=op.f("fk_order_files_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_files")),
    )
    for column in ("order_id", "return_id", "evidence_id"):
        op.create_index(op.f(f"ix_order_files_{column}"), "order_files", [column])


def downgrade() -> None:
    for table in ("order_files", "dispute_evidence", "order_return_lines", "order_returns", "fulfillment_lines"):
        op.drop_table(table)
    op.drop_column("disputes", "evidence_until")
    op.drop_index("ix_orders_unsent", "orders")
    op.create_index(
        "ix_orders_unsent",
        "orders",
        ["ship_by"],
        postgresql_where=sa.text("fulfillment_status = 'unfulfilled' AND settlement_status = 'in_escrow'"),
    )
    op.drop_constraint("ck_order_lines_no_more_comes_back_than_left", "order_lines")
    op.drop_constraint("ck_order_lines_no_more_is_shipped_than_bought", "order_lines")
    for column in ("returned_count", "shipped_count"):
        op.drop_column("order_lines", column)
    op.drop_constraint("uq_fulfillments_form_token", "fulfillments")
    op.drop_column("fulfillments", "form_token")
