"""The VAT summary: tax invoices and what takes them back, with totals in the money of the tax office at its own rate."""

import io
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from app.config.days import market_day
from app.db.session import reading, report_snapshot, transaction
from app.fx.actions.load_rates import NewRate, load_rates
from app.invoicing.models import Invoice
from app.money.amounts import MICRO
from app.reports.tables.files import table_csv, table_pdf, table_xlsx
from app.reports.tables.reading import totals
from app.withholding.actions.sign_statement import set_tax_number
from tests.documents.test_proforma import fetched
from tests.invoicing.test_issuing import charged, of_class, refund, run_queued
from tests.reports.test_tables import added_up, asked, lines
from tests.support.front import Front
from tests.support.pdf import pdf_text
from tests.support.trade import Shop, Trade

OFFICE, BY_OFFICE = "General Department of Taxation", 4_031
A_CENT = Decimal(BY_OFFICE) / 100


@pytest.fixture
def shop(trade: Trade) -> Shop:
    """Registered in Cambodia: sold at two taxes, gave a part back. Two other shops: one in riel, one not registered."""
    with transaction() as session:
        office = NewRate("KHR", market_day(trade.now()) - timedelta(days=1), BY_OFFICE * MICRO, OFFICE)
        load_rates(session, [office], of_tax_office=True)
    found = trade.shop_of(is_tax_registered=True)
    with transaction() as session:
        set_tax_number(session, found.owner, found.id, "K001-123456789")
    rice, pepper = trade.goods(found, title="Rice", price=1_000), trade.goods(found, price=2_200)
    of_class(rice, "basic_food")
    trade.paid_group({rice: 2, pepper: 1})
    refund(trade, found, trade.shipped_order(found, price=5_555).orders[0].id, 333)
    charged(
        trade, trade.goods(trade.shop_of(name="Riel Farm", currency="KHR", is_tax_registered=True), price=58_700_00)
    )
    charged(trade, trade.goods(trade.shop_of(name="Small Farm")))
    run_queued()
    return found


def taxed(shop: Shop | None = None) -> list[tuple[int, Invoice]]:
    """(sign, document) of what a tax office counts, as the database keeps it."""
    query = select(Invoice).order_by(Invoice.issued_at, Invoice.id)
    with reading() as session:
        found = session.scalars(query.where(Invoice.organization_id == shop.id) if shop else query).all()
    told = [(-1 if one.is_credit else 1, one) for one in found]
    return [(sign, one) for sign, one in told if (one.corrects or one).series == "T"]


def test_each_line_is_one_document_and_adds_up_with_its_tax(trade: Trade, shop: Shop) -> None:
    found, kept = lines(asked(trade, "vat_summary")), taxed()
    assert [line["document"] for line in found] == [one.name for _, one in kept]
    assert Counter(line["seller"] for line in found) == {"Sothy's Farm": 3, "Riel Farm": 1}
    for line, (sign, one) in zip(found, kept, strict=True):
        assert Decimal(line["vat"]) == sign * Decimal(one.tax_cents) / 100
        assert Decimal(line["total"]) == sign * Decimal(one.total_cents) / 100
        assert Decimal(line["taxable"]) + Decimal(line["untaxed"]) + Decimal(line["vat"]) == Decimal(line["total"])
        assert Decimal(line["local_vat"]) == sign * Decimal(one.local_tax_minor) / 100
        assert Decimal(line["local_total"]) == sign * Decimal(one.local_total_minor) / 100
    first, second, note = (line for line in found if line["seller"] == "Sothy's Farm")
    assert (first["untaxed"], first["percent"]) == ("20.00", "10")
    assert (note["total"], note["corrects"]) == ("-3.33", second["document"])
    assert {line["seller_tin"] for line in (first, second, note)} == {"K001123456789"}


def test_riel_are_told_at_the_tax_offices_rate_and_the_document_keeps_whose_it_was(trade: Trade, shop: Shop) -> None:
    found = [line for line in lines(asked(trade, "vat_summary")) if line["seller"] == "Sothy's Farm"]
    for line in found:
        assert (line["asset"], line["rate"], line["rate_source"]) == ("KHR", "4031.000000", OFFICE)
        assert abs(Decimal(line["local_total"]) - Decimal(line["total"]) * BY_OFFICE) < A_CENT
        assert abs(Decimal(line["local_vat"]) - Decimal(line["vat"]) * BY_OFFICE) < A_CENT
    (riel,) = [line for line in lines(asked(trade, "vat_summary")) if line["seller"] == "Riel Farm"]
    assert riel["rate_source"] == "test"  # what was priced in riel is told as it was priced
    with transaction() as session:
        load_rates(session, [NewRate("KHR", date(2026, 1, 1), 9_999 * MICRO, "later")], of_tax_office=True)
    assert [line for line in lines(asked(trade, "vat_summary")) if line["seller"] == "Sothy's Farm"] == found


def test_totals_and_all_files_come_to_what_the_database_keeps(trade: Trade, shop: Shop, tmp_path: Path) -> None:
    question = asked(trade, "vat_summary")
    kept = taxed()
    vat, total = (sum(sign * getattr(one, name) for sign, one in kept) for name in ("tax_cents", "total_cents"))
    riel = [sum(sign * getattr(one, name) for sign, one in kept) for name in ("local_tax_minor", "local_total_minor")]
    with report_snapshot() as session:
        (said,) = totals(session, question)
        with table_csv(session, question) as file:
            (tmp_path / "vat.csv").write_bytes(file.read())
        with table_xlsx(session, question) as file:
            book = openpyxl.load_workbook(io.BytesIO(file.read()))
    expected = [Decimal(cents) / 100 for cents in (vat, total, *riel)]
    assert (said["asset"], said["lines"]) == ("KHR", "4")
    assert [Decimal(said[name]) for name in ("vat", "total", "local_vat", "local_total")] == expected
    (sums,) = added_up(tmp_path / "vat.csv", question)
    assert sums[2:] == expected
    heads, *rows = list(book["Report"].iter_rows(min_row=2, values_only=True))
    for name, amount in zip(("vat", "total", "local_vat", "local_total"), expected, strict=True):
        place = heads.index(name)
        assert sum(Decimal(str(row[place])) for row in rows[:-1]) == Decimal(str(rows[-1][place])) == amount


@pytest.mark.parametrize("locale", ["en", "km"])
def test_the_pdf_has_every_document_and_the_totals(trade: Trade, shop: Shop, locale: str) -> None:
    question = asked(trade, "vat_summary")
    with report_snapshot() as session:
        (said,) = totals(session, question)
        words = pdf_text(table_pdf(session, question, locale))
    for column in question.table.sums:
        assert f"{Decimal(said[column.name]):,}" in words
    for line in lines(question):
        assert line["document"] in words
    assert ("VAT summary" in words) == (locale == "en")


def test_a_line_leads_the_auditor_to_the_paper_and_nobody_else(front: Front, trade: Trade, shop: Shop) -> None:
    accountant = front.member(trade.operator)
    shown = accountant.look("/books/reports/vat_summary?first=2026-01-01&last=2099-12-31")
    papers = [part for part in shown.split('"') if part.startswith("/books/invoices/")]
    assert len(papers) == 4
    assert "T-000001" in pdf_text(fetched(accountant, papers[0]))
    seller = front.member(shop.owner)
    assert "/books/invoices/" not in seller.look("/books/reports/vat_summary?first=2026-01-01&last=2099-12-31")
    seller.look(papers[0], status=404)


def test_a_seller_reads_its_own_documents_on_the_page_and_nobody_elses(front: Front, trade: Trade, shop: Shop) -> None:
    assert {line["seller"] for line in lines(asked(trade, "vat_summary", actor=shop.owner))} == {"Sothy's Farm"}
    seen = front.member(shop.owner).look("/books/reports/vat_summary?first=2026-01-01&last=2099-12-31")
    assert OFFICE in seen
    assert "C-000001" in seen
    assert "Riel Farm" not in seen
    (told,) = {sum(sign * one.local_total_minor for sign, one in taxed(shop))}
    assert "Total KHR" in seen
    assert f"{Decimal(told) / 100:,.2f}" in seen
