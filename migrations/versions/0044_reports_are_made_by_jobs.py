"""Files of reports that jobs make and that are kept for some days, and schedules that ask for them."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.create_table(
        "report_schedules",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("format IN ('csv', 'xlsx', 'pdf')", name=op.f("ck_report_schedules_format_is_known")),
        sa.CheckConstraint("every IN ('day', 'month')", name=op.f("ck_report_schedules_every_is_known")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_report_schedules_organization_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_report_schedules_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedules")),
        sa.UniqueConstraint("made_by", "form_token", name=op.f("uq_report_schedules_made_by_form_token")),
    )
    op.create_index(
        "ix_report_schedules_due", "report_schedules", ["due_at", "id"], postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index(
        "ix_report_schedules_organization_id_made_at_id", "report_schedules", ["organization_id", "made_at", "id"]
    )
    op.create_table(
        "report_recipients",
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["report_schedules.id"], name=op.f("fk_report_recipients_schedule_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_report_recipients_user_id")),
        sa.PrimaryKeyConstraint("schedule_id", "user_id", name=op.f("pk_report_recipients")),
    )
    op.create_index(op.f("ix_report_recipients_user_id"), "report_recipients", ["user_id"])
    op.create_table(
        "report_files",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("schedule_id", sa.Uuid(), nullable=True),
        sa.Column("form_token", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("lines_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column("byte_count", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("num_nonnulls(user_id, schedule_id) = 1", name=op.f("ck_report_files_somebody_asked")),
        sa.CheckConstraint("(user_id IS NULL) = (form_token IS NULL)", name=op.f("ck_report_files_people_ask_by_form")),
        sa.CheckConstraint("format IN ('csv', 'xlsx', 'pdf')", name=op.f("ck_report_files_format_is_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'making', 'ready', 'refused', 'expired')",
            name=op.f("ck_report_files_state_is_known"),
        ),
        sa.CheckConstraint(
            "state <> 'ready' OR num_nonnulls(file_key, byte_count, sha256, ready_at, expires_at) = 5",
            name=op.f("ck_report_files_ready_is_whole"),
        ),
        sa.CheckConstraint("(state = 'refused') = (problem <> '')", name=op.f("ck_report_files_refused_says_why")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_report_files_days_are_in_order")),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_report_files_sha256_is_whole")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_report_files_user_id")),
        sa.ForeignKeyConstraint(["schedule_id"], ["report_schedules.id"], name=op.f("fk_report_files_schedule_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_report_files_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_files")),
        sa.UniqueConstraint("user_id", "form_token", name=op.f("uq_report_files_user_id_form_token")),
        sa.UniqueConstraint(
            "schedule_id", "first_day", "last_day", name=op.f("uq_report_files_schedule_id_first_day_last_day")
        ),
        sa.UniqueConstraint("file_key", name=op.f("uq_report_files_file_key")),
    )
    op.create_index("ix_report_files_user_id_asked_at_id", "report_files", ["user_id", "asked_at", "id"])
    op.create_index(op.f("ix_report_files_organization_id"), "report_files", ["organization_id"])
    op.create_index(
        "ix_report_files_kept", "report_files", ["expires_at"], postgresql_where=sa.text("file_key IS NOT NULL")
    )
    op.create_index(
        "ix_report_files_under_way", "report_files", ["asked_at"],
        postgresql_where=sa.text("state IN ('waiting', 'making')"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("report_files")
    op.drop_table("report_recipients")
    op.drop_table("report_schedules")
