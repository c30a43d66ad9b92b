"""The market may answer for the VAT of sales: a scope of each switch, and which tax terms and remittances are of."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

TAX = "tax IN ('withheld', 'supply')"
TAXED = ("order_tax_terms", "tax_remittances")
ONE_A_MONTH = ("tax", "country", "month")


def upgrade() -> None:
    op.add_column("withholding_switches", sa.Column("scope", sa.Text(), server_default="withheld", nullable=False))
    op.create_check_constraint("scope_is_known", "withholding_switches", "scope IN ('withheld', 'home', 'imports')")
    for table in TAXED:
        op.add_column(table, sa.Column("tax", sa.Text(), server_default="withheld", nullable=False))
        op.create_check_constraint("tax_is_known", table, TAX)
    op.drop_constraint("uq_tax_remittances_country_month", "tax_remittances", type_="unique")
    op.create_unique_constraint("uq_tax_remittances_tax_country_month", "tax_remittances", ONE_A_MONTH)


def downgrade() -> None:
    """What the market owed for sales has no place in the tables of before: it stands in the way."""
    op.drop_constraint("uq_tax_remittances_tax_country_month", "tax_remittances", type_="unique")
    op.create_unique_constraint("uq_tax_remittances_country_month", "tax_remittances", ONE_A_MONTH[1:])
    for table in (*TAXED, "withholding_switches"):
        column = "scope" if table == "withholding_switches" else "tax"
        op.drop_constraint(op.f(f"ck_{table}_{column}_is_known"), table, type_="check")
        op.create_check_constraint("of_before", table, f"{column} = 'withheld'")
        op.drop_column(table, column)
