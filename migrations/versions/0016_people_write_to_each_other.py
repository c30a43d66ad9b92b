"""Buyers and shops write to each other; news for people stands on a page, and mails they do without are stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE notifications (
        id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT pk_notifications PRIMARY KEY,
        user_id uuid NOT NULL,
        key text NOT NULL,
        kind text NOT NULL,
        values jsonb DEFAULT '{}' NOT NULL,
        link text NOT NULL,
        created_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        read_at timestamptz,
        CONSTRAINT uq_notifications_user_id_key UNIQUE (user_id, key)
    )""",
    """CREATE TABLE mail_stops (
        user_id uuid NOT NULL,
        topic text NOT NULL,
        created_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_mail_stops PRIMARY KEY (user_id, topic)
    )""",
    """CREATE TABLE message_threads (
        id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT pk_message_threads PRIMARY KEY,
        kind text NOT NULL,
        subject_id uuid NOT NULL,
        subject_ref text NOT NULL,
        subject_titles jsonb NOT NULL,
        organization_id uuid NOT NULL,
        buyer_id uuid,
        buyer_name text DEFAULT '' NOT NULL,
        started_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        last_sequence bigint DEFAULT '0' NOT NULL,
        last_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        buyer_seen bigint DEFAULT '0' NOT NULL,
        buyer_seen_at timestamptz,
        buyer_mailed bigint DEFAULT '0' NOT NULL,
        shop_seen bigint DEFAULT '0' NOT NULL,
        shop_seen_at timestamptz,
        shop_mailed bigint DEFAULT '0' NOT NULL,
        closed_at timestamptz,
        erased_at timestamptz,
        CONSTRAINT ck_message_threads_kind_is_known CHECK (kind IN ('listing','order')),
        CONSTRAINT ck_message_threads_goods_are_asked_about_by_accounts CHECK (kind = 'order' OR buyer_id IS NOT NULL),
        CONSTRAINT fk_message_threads_organization_id FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT fk_message_threads_buyer_id FOREIGN KEY (buyer_id) REFERENCES users (id)
    )""",
    """CREATE TABLE messages (
        id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT pk_messages PRIMARY KEY,
        thread_id uuid NOT NULL,
        sequence bigint NOT NULL,
        side text NOT NULL,
        author_id uuid,
        body text NOT NULL,
        form_token uuid NOT NULL,
        sent_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        warned_at timestamptz,
        CONSTRAINT uq_messages_thread_id_sequence UNIQUE (thread_id, sequence),
        CONSTRAINT uq_messages_form_token UNIQUE (form_token),
        CONSTRAINT ck_messages_side_is_known CHECK (side IN ('buyer','shop')),
        CONSTRAINT fk_messages_thread_id FOREIGN KEY (thread_id) REFERENCES message_threads (id),
        CONSTRAINT fk_messages_author_id FOREIGN KEY (author_id) REFERENCES users (id)
    )""",
    """CREATE TABLE message_files (
        id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT pk_message_files PRIMARY KEY,
        message_id uuid NOT NULL,
        position bigint NOT NULL,
        kind text NOT NULL,
        name text NOT NULL,
        bytes_count bigint NOT NULL,
        width bigint DEFAULT '0' NOT NULL,
        height bigint DEFAULT '0' NOT NULL,
        content bytea NOT NULL,
        preview bytea,
        CONSTRAINT uq_message_files_message_id_position UNIQUE (message_id, position),
        CONSTRAINT ck_message_files_kind_is_known CHECK (kind IN ('picture','pdf')),
        CONSTRAINT ck_message_files_pictures_have_a_preview CHECK ((kind = 'picture') = (preview IS NOT NULL)),
        CONSTRAINT fk_message_files_message_id FOREIGN KEY (message_id) REFERENCES messages (id)
    )""",
    """CREATE TABLE message_blocks (
        id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT pk_message_blocks PRIMARY KEY,
        organization_id uuid NOT NULL,
        user_id uuid,
        thread_id uuid,
        side text NOT NULL,
        created_by uuid,
        created_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT uq_message_blocks_organization_id_user_id_thread_id_side
            UNIQUE NULLS NOT DISTINCT (organization_id, user_id, thread_id, side),
        CONSTRAINT ck_message_blocks_one_buyer CHECK (num_nonnulls(user_id, thread_id) = 1),
        CONSTRAINT ck_message_blocks_side_is_known CHECK (side IN ('buyer','shop')),
        CONSTRAINT fk_message_blocks_organization_id FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT fk_message_blocks_user_id FOREIGN KEY (user_id) REFERENCES users (id),
        CONSTRAINT fk_message_blocks_thread_id FOREIGN KEY (thread_id) REFERENCES message_threads (id),
        CONSTRAINT fk_message_blocks_created_by FOREIGN KEY (created_by) REFERENCES users (id)
    )""",
    """CREATE TABLE message_reports (
        id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT pk_message_reports PRIMARY KEY,
        message_id uuid NOT NULL,
        reporter_id uuid,
        reason text NOT NULL,
        text text DEFAULT '' NOT NULL,
        state text DEFAULT 'open' NOT NULL,
        reported_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        decided_by uuid,
        decided_at timestamptz,
        CONSTRAINT uq_message_reports_message_id UNIQUE (message_id),
        CONSTRAINT ck_message_reports_reason_is_known CHECK (reason IN ('abuse','fraud','spam','private','other')),
        CONSTRAINT ck_message_reports_state_is_known CHECK (state IN ('open','dismissed','warned','closed')),
        CONSTRAINT ck_message_reports_decided_when_not_open CHECK ((state = 'open') = (decided_at IS NULL)),
        CONSTRAINT fk_message_reports_message_id FOREIGN KEY (message_id) REFERENCES messages (id),
        CONSTRAINT fk_message_reports_reporter_id FOREIGN KEY (reporter_id) REFERENCES users (id),
        CONSTRAINT fk_message_reports_decided_by FOREIGN KEY (decided_by) REFERENCES users (id)
    )""",
)
INDEXES = (
    "INDEX ix_notifications_user_id_created_at_id ON notifications (user_id, created_at, id)",
    "INDEX ix_notifications_unread ON notifications (user_id) WHERE read_at IS NULL",
    "INDEX ix_notifications_unread_link ON notifications (link) WHERE read_at IS NULL",
    "INDEX ix_notifications_created_at ON notifications (created_at)",
    "UNIQUE INDEX uq_message_threads_order ON message_threads (subject_id) WHERE kind = 'order'",
    "UNIQUE INDEX uq_message_threads_listing ON message_threads (subject_id, buyer_id) WHERE kind = 'listing'",
    "INDEX ix_message_threads_buyer ON message_threads (buyer_id, last_at, id)",
    "INDEX ix_message_threads_shop ON message_threads (organization_id, last_at, id)",
    "INDEX ix_messages_author_id ON messages (author_id)",
    "INDEX ix_message_blocks_user_id ON message_blocks (user_id)",
    "INDEX ix_message_blocks_thread_id ON message_blocks (thread_id)",
    "INDEX ix_message_reports_reporter_id ON message_reports (reporter_id)",
    "INDEX ix_message_reports_state ON message_reports (state, reported_at, id)",
)


def upgrade() -> None:
    op.add_column("outgoing_mails", sa.Column("stop_link", sa.Text(), nullable=True))
    for statement in TABLES:
        op.execute(statement)
    for index in INDEXES:
        op.execute(f"CREATE {index}")


def downgrade() -> None:
    for table in (
        "message_reports", "message_blocks", "message_files", "messages", "message_threads", "mail_stops",
        "notifications",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_column("outgoing_mails", "stop_link")
