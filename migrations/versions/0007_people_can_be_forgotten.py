"""People can be forgotten: an erased account needs no way to sign in, and copies of somebody's data have a table."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = "'pending','approved','paused','suspended'"


def upgrade() -> None:
    op.add_column("users", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.add_column("order_groups", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.drop_constraint(op.f("ck_users_can_sign_in"), "users")
    op.create_check_constraint(
        op.f("ck_users_can_sign_in"),
        "users",
        "email IS NOT NULL OR wallet_address IS NOT NULL OR erased_at IS NOT NULL",
    )
    _states(f"{STATES},'closed'")
    op.create_table(
        "data_exports",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("order_group_id", sa.Uuid()),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("parts_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "requested_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("ready_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("content", sa.LargeBinary()),
        sa.CheckConstraint("num_nonnulls(user_id, order_group_id) = 1", name=op.f("ck_data_exports_one_subject")),
        sa.CheckConstraint(
            "state IN ('waiting','making','ready','expired')", name=op.f("ck_data_exports_state_is_known")
        ),
        sa.CheckConstraint(
            "(state = 'ready') = (content IS NOT NULL)", name=op.f("ck_data_exports_content_when_ready")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_data_exports_user_id")),
        sa.ForeignKeyConstraint(["order_group_id"], ["order_groups.id"], name=op.f("fk_data_exports_order_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
    )
    for column in ("user_id", "order_group_id"):
        op.create_index(op.f(f"ix_data_exports_{column}"), "data_exports", [column])


def downgrade() -> None:
    """Shops that were closed for good stay off the market as suspended; erased people keep a name nobody has."""
    op.drop_table("data_exports")
    op.execute("UPDATE organizations SET status = 'suspended' WHERE status = 'closed'")
    _states(STATES)
    op.drop_constraint(op.f("ck_users_can_sign_in"), "users")
    op.execute("UPDATE users SET email = 'erased-' || id || '@erased.invalid' WHERE erased_at IS NOT NULL")
    op.create_check_constraint(op.f("ck_users_can_sign_in"), "users", "email IS NOT NULL OR wallet_address IS NOT NULL")
    op.drop_column("order_groups", "erased_at")
    op.drop_column("users", "erased_at")


def _states(known: str) -> None:
    op.drop_constraint(op.f("ck_organizations_status_is_known"), "organizations")
    op.create_check_constraint(op.f("ck_organizations_status_is_known"), "organizations", f"status IN ({known})")
