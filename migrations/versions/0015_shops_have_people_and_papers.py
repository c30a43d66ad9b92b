"""Shops invite people, show who they are, and are looked at before they sell."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    _states("'pending','approved','paused','suspended','rejected','closed'")
    _invitations()
    _dossiers()
    _papers()
    _history()


def _states(known: str) -> None:
    op.drop_constraint("ck_organizations_status_is_known", "organizations")
    op.create_check_constraint(op.f("ck_organizations_status_is_known"), "organizations", f"status IN ({known})")


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
        sa.CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_member_invitations_ends_once")),
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


def _moment(name: str, *, is_now: bool = False, nullable: bool = True) -> sa.Column[sa.DateTime]:
    default = sa.text("clock_timestamp()") if is_now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable and not is_now)


def _text(name: str, *, default: str | None = None, nullable: bool = False) -> sa.Column[sa.Text]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=nullable)


def _dossiers() -> None:
    op.create_table(
        "dossiers",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        _text("review", default="open"),
        _text("kind"),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        _text("legal_name", default=""),
        _text("registration_number", default=""),
        _text("tax_number", default=""),
        _moment("numbers_told_at"),
        _text("attested_version", nullable=True),
        sa.Column("attested_by", sa.Uuid(), nullable=True),
        _moment("attested_at"),
        _text("reason", default=""),
        _moment("sent_at"),
        _moment("decided_at"),
        _moment("created_at", is_now=True),
        sa.CheckConstraint(
            "review IN ('open','sent','more','accepted','rejected')", name=op.f("ck_dossiers_review_is_known")
        ),
        sa.CheckConstraint(
            "(attested_version IS NULL) = (attested_at IS NULL)", name=op.f("ck_dossiers_attested_with_its_time")
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_dossiers_organization_id")),
        sa.ForeignKeyConstraint(["attested_by"], ["users.id"], name=op.f("fk_dossiers_attested_by")),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_dossiers")),
    )
    op.create_index("ix_dossiers_attested_by", "dossiers", ["attested_by"])
    op.create_index(
        "ix_dossiers_sent", "dossiers", ["sent_at", "organization_id"], postgresql_where=sa.text("review = 'sent'")
    )


def _papers() -> None:
    op.create_table(
        "papers",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        _text("kind"),
        _text("name"),
        _text("media_type"),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        _text("sha256"),
        _text("key"),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        _moment("uploaded_at", is_now=True),
        sa.CheckConstraint(
            "kind IN ('registration','identity','tax','bank','other')", name=op.f("ck_papers_kind_is_known")
        ),
        sa.CheckConstraint(
            "media_type IN ('application/pdf','image/jpeg','image/png')", name=op.f("ck_papers_media_type_is_known")
        ),
        sa.CheckConstraint("byte_count > 0", name=op.f("ck_papers_is_not_empty")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_papers_organization_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["users.id"], name=op.f("fk_papers_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("key", name=op.f("uq_papers_key")),
        sa.UniqueConstraint("form_token", name=op.f("uq_papers_form_token")),
    )
    op.create_index("ix_papers_organization_id_uploaded_at", "papers", ["organization_id", "uploaded_at"])
    op.create_index("ix_papers_uploaded_by", "papers", ["uploaded_by"])


def _history() -> None:
    op.create_table(
        "shop_events",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        _text("kind"),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        _text("reason", default=""),
        _moment("at", is_now=True),
        sa.CheckConstraint(
            "kind IN ('sent','changed','asked_more','approved','rejected','suspended','lifted')",
            name=op.f("ck_shop_events_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_shop_events_organization_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_shop_events_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_events")),
    )
    op.create_index("ix_shop_events_organization_id_at", "shop_events", ["organization_id", "at", "id"])
    op.create_index("ix_shop_events_actor_id", "shop_events", ["actor_id"])
    op.execute(
        "CREATE TRIGGER shop_events_append_only BEFORE UPDATE OR DELETE ON shop_events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER shop_events_no_truncate BEFORE TRUNCATE ON shop_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "shop_looks",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        _text("skeleton"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_shop_looks_organization_id")),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_shop_looks")),
    )
    op.create_index("ix_shop_looks_skeleton", "shop_looks", ["skeleton"])


def downgrade() -> None:
    for table in ("shop_looks", "shop_events", "papers", "dossiers", "member_invitations"):
        op.drop_table(table)
    op.execute("UPDATE organizations SET status = 'pending' WHERE status = 'rejected'")
    _states("'pending','approved','paused','suspended','closed'")
