"""Tax a country has the market withhold: switches, statements, the terms of each order, movements, remittances."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

UNITS = sa.Numeric(78, 0)
MOMENT = sa.DateTime(timezone=True)


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False)


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False)


def _key(table: str, columns: tuple[str, ...], other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{'_'.join(columns)}")
    return sa.ForeignKeyConstraint(list(columns), [other], name=name)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    _switches()
    _sellers()
    _terms()
    _remittances()
    _movements()


def _switches() -> None:
    table = "withholding_switches"
    op.create_table(
        table,
        _id(),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        _at("created_at"),
        _check(table, "country_is_two_letters", "country ~ '^[A-Z]{2}$'"),
        _check(table, "ends_after_it_starts", "ends_on >= starts_on"),
        _key(table, ("created_by",), "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f("ix_withholding_switches_country"), table, ["country"])


def _sellers() -> None:
    table = "seller_tax_numbers"
    op.create_table(
        table,
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("tax_number", sa.Text(), nullable=False),
        _at("updated_at"),
        _key(table, ("organization_id",), "organizations.id"),
        sa.PrimaryKeyConstraint("organization_id", name=op.f(f"pk_{table}")),
    )
    table = "seller_statements"
    op.create_table(
        table,
        _id(),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        _at("signed_at"),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        _key(table, ("organization_id",), "organizations.id"),
        _key(table, ("signed_by",), "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f("ix_seller_statements_organization_id"), table, ["organization_id"])
    op.create_index(
        "uq_seller_statements_standing",
        table,
        ["organization_id", "year"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def _terms() -> None:
    table = "order_tax_terms"
    op.create_table(
        table,
        _id(),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("rule_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base_units", UNITS, nullable=False),
        sa.Column("amount_units", UNITS, nullable=False),
        sa.Column("rate_numerator", sa.BigInteger(), nullable=False),
        sa.Column("rate_denominator", sa.BigInteger(), nullable=False),
        sa.Column("released_units", UNITS, server_default="0", nullable=False),
        sa.Column("returned_units", UNITS, server_default="0", nullable=False),
        sa.Column("due_units", UNITS, server_default="0", nullable=False),
        sa.Column("withheld_units", UNITS, server_default="0", nullable=False),
        _at("fixed_at"),
        _check(table, "base_is_part_of_amount", "base_units >= 0 AND base_units <= amount_units"),
        _check(table, "rate_is_a_fraction", "rate_numerator > 0 AND rate_numerator < rate_denominator"),
        _check(
            table,
            "kept_is_part_of_released",
            "returned_units >= 0 AND returned_units <= released_units AND released_units <= amount_units",
        ),
        _check(table, "withheld_is_not_negative", "withheld_units >= 0"),
        _key(table, ("organization_id",), "organizations.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("order_id", "rule_key", name=op.f(f"uq_{table}_order_id_rule_key")),
    )
    op.create_index(op.f("ix_order_tax_terms_organization_id"), table, ["organization_id"])
    op.create_index(
        "ix_order_tax_terms_missing", table, ["order_id"], postgresql_where=sa.text("withheld_units < due_units")
    )


def _remittances() -> None:
    table = "tax_remittances"
    op.create_table(
        table,
        _id(),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("units", UNITS, nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="burning", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        _at("created_at"),
        sa.Column("burned_at", MOMENT, nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("reference_key", sa.Text(), nullable=True),
        sa.Column("paid_at", MOMENT, nullable=True),
        _check(table, "cents_are_positive", "cents > 0"),
        _check(table, "state_is_known", "state IN ('burning','burned','paid')"),
        _check(table, "paid_has_a_reference", "(state = 'paid') = (reference_key IS NOT NULL)"),
        _key(table, ("created_by",), "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("country", "month", name=op.f(f"uq_{table}_country_month")),
        sa.UniqueConstraint("reference_key", name=op.f(f"uq_{table}_reference_key")),
    )


def _movements() -> None:
    table = "tax_movements"
    op.create_table(
        table,
        _id(),
        sa.Column("terms_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("base_units", UNITS, nullable=False),
        sa.Column("units", UNITS, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("transfer", sa.LargeBinary(), nullable=False),
        sa.Column("moved_at", MOMENT, nullable=True),
        sa.Column("remittance_id", sa.Uuid(), nullable=True),
        _check(table, "units_are_not_zero", "units <> 0"),
        _key(table, ("terms_id",), "order_tax_terms.id"),
        _key(table, ("remittance_id",), "tax_remittances.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{table}_key")),
    )
    op.create_index(op.f("ix_tax_movements_terms_id"), table, ["terms_id"])
    op.create_index(op.f("ix_tax_movements_remittance_id"), table, ["remittance_id"])
    op.create_index("ix_tax_movements_open", table, ["at", "id"], postgresql_where=sa.text("remittance_id IS NULL"))
    op.create_index("ix_tax_movements_under_way", table, ["transfer"], postgresql_where=sa.text("moved_at IS NULL"))


def downgrade() -> None:
    for table in (
        "tax_movements",
        "tax_remittances",
        "order_tax_terms",
        "seller_statements",
        "seller_tax_numbers",
        "withholding_switches",
    ):
        op.drop_table(table)
