"""Pages of the reports that are tables: from a line to what it was made from, and nothing for whom it is not."""

from bs4 import BeautifulSoup

from app.db.session import reading, transaction
from app.identity.models import Organization
from app.orders.actions.confirm_receipt import confirm_receipt
from app.reports.tables import views
from app.reports.tables.all import TABLES
from tests.support.front import Front
from tests.support.trade import buyer_of


def test_the_pages_lead_from_a_report_to_the_order_the_journal_and_the_fact(front: Front) -> None:
    """The accountant opens fees, goes on to the journal, from there to the order's journals, and reads the chain's log."""
    trade = front.trade
    group = trade.shipped_order(trade.shop_of())
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()
    accountant = front.member(trade.operator)
    shown = accountant.look("/books/reports/fees?first=2026-01-01")
    journal = next(part for part in shown.split('"') if part.startswith("/books/journals/"))
    found = accountant.look(journal)
    assert "Released to the seller" in found
    assert "block_hash" in found
    number = group.orders[0].number
    assert f"/books/journals?order={number}" in found
    assert "Card charged" in accountant.look(f"/books/journals?order={number}")
    accountant.look("/books/journals?order=nothing", status=404)
    for key in TABLES:
        accountant.look(f"/books/reports/{key}")


def test_a_seller_sees_own_reports_and_none_of_the_markets(front: Front) -> None:
    shop = front.trade.shop_of()
    seller = front.member(shop.owner)
    shown = seller.look("/books/reports")
    assert "/books/reports/fees" in shown
    assert "general_ledger" not in shown
    for key, table in TABLES.items():
        for ending in ("", ".csv", ".xlsx", ".pdf"):
            answer = seller.browser.get(f"/books/reports/{key}{ending}", buffered=True)
            assert answer.status_code == (200 if table.for_sellers else 404)
    other = front.trade.shop_of()
    with reading() as session:
        slug = session.get_one(Organization, other.id).slug
    seller.look(f"/books/reports/fees?shop={slug}", status=404)


def test_a_long_report_is_read_page_by_page(front: Front, monkeypatch) -> None:
    trade = front.trade
    trade.shipped_order(trade.shop_of())
    monkeypatch.setattr(views, "AT_ONCE", 3)
    accountant = front.member(trade.operator)
    first = accountant.look("/books/reports/general_ledger?first=2026-01-01")
    assert "Lines 1 to 3 of" in first
    assert "Previous page" not in first
    second = accountant.look("/books/reports/general_ledger?first=2026-01-01&skip=3")
    assert "Lines 4 to 6 of" in second
    assert rows_of(first) != rows_of(second)
    beyond = accountant.look(f"/books/reports/general_ledger?first=2026-01-01&skip={'9' * 40}")
    assert rows_of(beyond) == []


def rows_of(shown: str) -> list[str]:
    return [one.get_text() for one in BeautifulSoup(shown, "html.parser").select("tbody tr") if one.select("td.n")]


def test_an_account_leads_to_its_own_lines_only(front: Front) -> None:
    trade = front.trade
    trade.shipped_order(trade.shop_of())
    accountant = front.member(trade.operator)
    shown = accountant.look("/books/reports/general_ledger?first=2026-01-01&account=2110")
    links = BeautifulSoup(shown, "html.parser").select("tbody a[href*='account=']")
    assert links
    assert {one.get_text() for one in links} == {"2110"}
    every = accountant.look("/books/reports/general_ledger?first=2026-01-01&account=none-of-ours")
    assert len(rows_of(every)) > len(rows_of(shown))
