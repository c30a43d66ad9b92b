"""Shops invite people, show who they are, and are looked at before they sell."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _invitations()


def _invitations() -> None:
    op.create_table(
        "member_invitations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column(
            "invited_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_count", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_member_invitations_email_is_lower_case")),
        sa.CheckConstraint(
            "role IN ('owner','sales','warehouse','accountant')", name=op.f("ck_member_invitations_role_is_known")
        ),
        sa.CheckConstraint(
            "octet_length(secret_hash) = 32", name=op.f("ck_member_invitations_secret_hash_is_32_bytes")
        ),
        sa.CheckConstraint(
            "accepted_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_member_invitations_ends_once")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_member_invitations_organization_id")
        ),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name=op.f("fk_member_invitations_invited_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_invitations")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_member_invitations_secret_hash")),
        sa.UniqueConstraint("form_token", name=op.f("uq_member_invitations_form_token")),
    )
    op.create_index("ix_member_invitations_organization_id", "member_invitations", ["organization_id"])
    op.create_index("ix_member_invitations_email", "member_invitations", ["email"])
    op.create_index("ix_member_invitations_invited_by", "member_invitations", ["invited_by"])
    op.create_index(
        "uq_member_invitations_open",
        "member_invitations",
        ["organization_id", "email"],
        unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("member_invitations")
