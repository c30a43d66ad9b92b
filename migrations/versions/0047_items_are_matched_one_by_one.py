"""Items of Stripe, bank, chain and books are matched one by one; what does not match is an exception people resolve."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

NOW = sa.text("clock_timestamp()")
UNITS = sa.Numeric(78, 0)
APPEND_ONLY = ("match_runs", "match_outcomes", "match_notes", "match_links")
TABLES = ("match_links", "match_proposals", "match_notes", "match_exceptions", "match_outcomes", "match_runs")
FOUND = (
    ("ix_journals_stripe_id", "journals", ["stripe_id"], "stripe_id IS NOT NULL"),
    ("ix_journals_tx_hash", "journals", ["tx_hash"], "tx_hash IS NOT NULL"),
    ("ix_chain_logs_final_at", "chain_logs", ["final_at"], "final_at IS NOT NULL"),
    ("ix_stripe_balance_transactions_ingested_at", "stripe_balance_transactions", ["ingested_at"], None),
)


def upgrade() -> None:
    for name, table, columns, where in FOUND:
        op.create_index(name, table, columns, postgresql_where=sa.text(where) if where else None)
    _runs()
    _exceptions()
    _proposals()
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for name, table, _, _ in FOUND:
        op.drop_index(name, table)


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False)


def _text(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _moment(name: str, *, default: bool = False, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=NOW if default else None, nullable=nullable)


def _to(table: str, column: str, target: str, target_column: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{target_column}"], name=op.f(f"fk_{table}_{column}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _runs() -> None:
    op.create_table(
        "match_runs",
        _id(),
        _moment("began_at"),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        _moment("seen_until"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_runs")),
    )
    op.create_index("ix_match_runs_began_at_id", "match_runs", ["began_at", "id"])
    table = "match_outcomes"
    op.create_table(
        table,
        sa.Column("sequence", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        *_text("family", "reference", "state"),
        sa.Column("rule", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        *_text("asset"),
        *(sa.Column(name, UNITS, nullable=True) for name in ("outside", "booked", "paper")),
        sa.Column("difference", UNITS, nullable=False),
        _moment("since"),
        sa.Column("journal_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        _moment("found_at", default=True),
        _check(table, "state_is_known", "state IN ('matched','waiting','open','resolved','gone')"),
        _check(table, "matched_by_a_rule", "(state = 'matched') = (rule IS NOT NULL)"),
        _check(table, "otherwise_a_reason", "(state IN ('matched','gone')) = (reason IS NULL)"),
        _to(table, "run_id", "match_runs"),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_match_outcomes")),
    )
    op.create_index("ix_match_outcomes_item", table, ["family", "reference", "sequence"])
    op.create_index("ix_match_outcomes_run_id", table, ["run_id"])


def _exceptions() -> None:
    table = "match_exceptions"
    op.create_table(
        table,
        _id(),
        *_text("family", "reference"),
        sa.Column("outcome", sa.BigInteger(), nullable=False),
        *_text("state", "reason", "asset"),
        sa.Column("difference", UNITS, nullable=False),
        _moment("since"),
        _moment("opened_at"),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        _check(table, "state_is_known", "state IN ('open','waiting','closed')"),
        _to(table, "outcome", "match_outcomes", "sequence"),
        _to(table, "assignee_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_exceptions")),
        sa.UniqueConstraint("family", "reference", name=op.f("uq_match_exceptions_family_reference")),
    )
    op.create_index("ix_match_exceptions_open", table, ["since", "id"], postgresql_where=sa.text("state <> 'closed'"))
    op.create_index("ix_match_exceptions_assignee_id", table, ["assignee_id"])
    op.create_index("ix_match_exceptions_outcome", table, ["outcome"])
    table = "match_notes"
    op.create_table(
        table,
        _id(),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("exception_id", sa.Uuid(), nullable=False),
        *_text("kind"),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        _moment("at", default=True),
        _check(table, "file_has_a_name", "(file_name IS NULL) = (file IS NULL)"),
        _to(table, "exception_id", "match_exceptions"),
        _to(table, "assignee_id", "users"),
        _to(table, "written_by", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_notes")),
        sa.UniqueConstraint("form_token", name=op.f("uq_match_notes_form_token")),
    )
    op.create_index("ix_match_notes_exception_id_at", table, ["exception_id", "at", "id"])


def _proposals() -> None:
    table = "match_proposals"
    op.create_table(
        table,
        _id(),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("exception_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.BigInteger(), nullable=False),
        *_text("kind"),
        sa.Column("other_reference", sa.Text(), nullable=True),
        sa.Column("lines", JSONB(), nullable=False),
        *_text("note"),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        _moment("asked_at", default=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        _moment("decided_at", nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=True),
        _check(table, "state_is_known", "state IN ('asked','agreed','refused','withdrawn')"),
        _check(table, "answered_at", "(state = 'asked') = (decided_at IS NULL)"),
        _check(table, "another_one_answers", "state NOT IN ('agreed','refused') OR (decided_by IS NOT NULL AND decided_by <> asked_by)"),
        _check(table, "booked_once_agreed", "state = 'agreed' OR journal_id IS NULL"),
        _check(table, "agreed_is_booked", "kind = 'link' OR state <> 'agreed' OR journal_id IS NOT NULL"),
        _to(table, "exception_id", "match_exceptions"),
        _to(table, "outcome", "match_outcomes", "sequence"),
        _to(table, "asked_by", "users"),
        _to(table, "decided_by", "users"),
        _to(table, "journal_id", "journals"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_proposals")),
        sa.UniqueConstraint("form_token", name=op.f("uq_match_proposals_form_token")),
    )  # fmt: skip
    op.create_index(
        "ix_match_proposals_asked", table, ["exception_id"], unique=True, postgresql_where=sa.text("state = 'asked'")
    )
    op.create_index("ix_match_proposals_exception_id_asked_at", table, ["exception_id", "asked_at", "id"])
    op.create_index("ix_match_proposals_outcome", table, ["outcome"])
    op.create_table(
        "match_links",
        *_text("family", "reference", "other_reference"),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        _to("match_links", "proposal_id", "match_proposals"),
        sa.PrimaryKeyConstraint("family", "reference", name=op.f("pk_match_links")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_match_links_proposal_id")),
    )
