"""Paid orders have invoices, and money that goes back credit notes: numbered without gaps by the database, never changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
FUNCTIONS = """
CREATE FUNCTION invoice_is_numbered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  whole bigint;
  back numeric;
BEGIN
  IF NEW.corrects_id IS NOT NULL THEN
    -- One after the other, so that two credit notes never give back more than the invoice together.
    SELECT total_cents INTO whole FROM invoices
      WHERE id = NEW.corrects_id AND kind = 'invoice' AND order_id = NEW.order_id
        AND organization_id = NEW.organization_id FOR UPDATE;
    IF whole IS NULL THEN
      RAISE EXCEPTION 'a credit note corrects an invoice of its own order' USING ERRCODE = 'check_violation';
    END IF;
    SELECT coalesce(sum(total_cents), 0) + NEW.total_cents INTO back FROM invoices WHERE corrects_id = NEW.corrects_id;
    IF back > whole THEN
      RAISE EXCEPTION 'credit notes of % exceed the % of their invoice', back, whole USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  -- The counter stays locked until this transaction ends: no number is given while one before it may still be undone.
  INSERT INTO invoice_series AS s (organization_id, series, last_number) VALUES (NEW.organization_id, NEW.series, 1)
    ON CONFLICT (organization_id, series) DO UPDATE SET last_number = s.last_number + 1
    RETURNING last_number INTO NEW.number;
  NEW.issued_at := clock_timestamp();
  SELECT (NEW.issued_at AT TIME ZONE time_zone)::date INTO NEW.issued_on FROM organizations
    WHERE id = NEW.organization_id;
  RETURN NEW;
END $$;

CREATE FUNCTION invoice_series_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.last_number <> (CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.last_number END) + 1
     OR (TG_OP = 'UPDATE' AND (NEW.organization_id, NEW.series) <> (OLD.organization_id, OLD.series)) THEN
    RAISE EXCEPTION 'a series goes on by one' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION invoice_series_has_no_gap() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM invoices WHERE organization_id = NEW.organization_id AND series = NEW.series
                 AND number = NEW.last_number) THEN
    RAISE EXCEPTION 'number % of series % has no document', NEW.last_number, NEW.series
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""
TRIGGERS = """
CREATE TRIGGER invoice_is_numbered BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION invoice_is_numbered();
CREATE TRIGGER invoice_series_goes_on BEFORE INSERT OR UPDATE ON invoice_series
  FOR EACH ROW EXECUTE FUNCTION invoice_series_goes_on();
CREATE CONSTRAINT TRIGGER invoice_series_has_no_gap AFTER INSERT OR UPDATE ON invoice_series
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION invoice_series_has_no_gap();
CREATE TRIGGER invoices_append_only BEFORE UPDATE OR DELETE ON invoices
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoices_no_truncate BEFORE TRUNCATE ON invoices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_series_stays BEFORE DELETE ON invoice_series FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_series_no_truncate BEFORE TRUNCATE ON invoice_series
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
NAMES = ("invoice_is_numbered", "invoice_series_goes_on", "invoice_series_has_no_gap")
OWN_NAMES_FIRST = """
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION {name}() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$
"""


def upgrade() -> None:
    op.add_column("order_lines", sa.Column("tax_class", sa.Text(), server_default="ordinary", nullable=False))
    op.execute(
        "UPDATE order_lines AS l SET tax_class = g.tax_class FROM listings AS g"
        " WHERE g.id = l.listing_id AND g.tax_class <> 'ordinary'"
    )
    op.create_table(
        "invoice_series",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last_number > 0", name=op.f("ck_invoice_series_it_has_one")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_invoice_series_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "series", name=op.f("pk_invoice_series")),
    )
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("issued_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("issued_on", sa.Date(), server_default=sa.text("'1970-01-01'"), nullable=False),
        sa.Column("supplied_at", MOMENT, nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), nullable=False),
        sa.Column("local_currency", sa.Text(), nullable=False),
        sa.Column("local_total_minor", sa.BigInteger(), nullable=False),
        sa.Column("local_tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.CheckConstraint("kind IN ('invoice','credit_note')", name=op.f("ck_invoices_kind_is_known")),
        sa.CheckConstraint(
            "series IN ('T','I','C') AND (series = 'C') = (kind = 'credit_note')",
            name=op.f("ck_invoices_series_is_of_kind"),
        ),
        sa.CheckConstraint("(corrects_id IS NULL) = (kind = 'invoice')", name=op.f("ck_invoices_credit_notes_correct")),
        sa.CheckConstraint("number > 0", name=op.f("ck_invoices_number_is_counted")),
        sa.CheckConstraint(
            "total_cents > 0 AND tax_cents BETWEEN 0 AND total_cents", name=op.f("ck_invoices_tax_is_inside")
        ),
        sa.CheckConstraint(
            "local_total_minor >= 0 AND local_tax_minor BETWEEN 0 AND local_total_minor",
            name=op.f("ck_invoices_local_tax_is_inside"),
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_invoices_organization_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_invoices_order_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["invoices.id"], name=op.f("fk_invoices_corrects_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint(
            "organization_id", "series", "number", name=op.f("uq_invoices_organization_id_series_number")
        ),
        sa.UniqueConstraint("order_id", "source", name=op.f("uq_invoices_order_id_source")),
    )
    op.create_index(op.f("ix_invoices_corrects_id"), "invoices", ["corrects_id"])
    op.create_index("ix_invoices_organization_id_issued_at_id", "invoices", ["organization_id", "issued_at", "id"])
    op.create_index("ix_invoices_issued_at_id", "invoices", ["issued_at", "id"])
    op.execute(FUNCTIONS)
    op.execute(TRIGGERS)
    for name in NAMES:
        op.execute(OWN_NAMES_FIRST.format(name=name))


def downgrade() -> None:
    op.drop_table("invoices")
    op.drop_table("invoice_series")
    for name in NAMES:
        op.execute(f"DROP FUNCTION {name}")
    op.drop_column("order_lines", "tax_class")
