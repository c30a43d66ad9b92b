"""The accountant's desk: of the market, of one seller, and what an auditor finds there."""

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.models import Organization
from app.identity.queries import actor_of, market_organization
from app.ledger.queries import balance
from app.orders.actions.confirm_receipt import confirm_receipt
from app.reconciliation.actions.record_tie_out import record_tie_out
from app.reconciliation.outside import check_now
from app.reconciliation.rules import unexplained
from tests.support.front import Front
from tests.support.trade import Shop, buyer_of


@pytest.fixture
def shop(front: Front) -> Shop:
    """It has one order in escrow and one that was released, and the books were compared with the chain."""
    found = front.trade.shop_of()
    group = front.trade.shipped_order(found)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=front.trade.now())
    front.trade.settle()
    front.trade.shipped_order(found)
    front.trade.settle()
    compared = check_now()
    with transaction() as session:
        record_tie_out(session, compared)
    return found


def seen(shown: str) -> BeautifulSoup:
    return BeautifulSoup(shown, "html.parser").select_one("main")


def auditor_of(front: Front):
    person = front.trade.person()
    with transaction() as session:
        place = market_organization(session).id
        grant_role(session, granted_by=None, organization_id=place, user_id=person.user_id, role="auditor")
        return actor_of(session, person.user_id)


def tokens(page: str) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("csrf_token", "form_token")}


def table_of(main: BeautifulSoup, chart: str) -> list[list[str]]:
    """What stands below a drawing."""
    figure = main.select_one(f"figure:has(#{chart}-title)")
    return [[cell.get_text() for cell in row.select("td")] for row in figure.select("tbody tr")]


def test_the_markets_desk_opens_with_the_answer_and_shows_where_money_is(front: Front, shop: Shop) -> None:
    main = seen(front.member(front.trade.operator).look("/books"))
    assert main.select_one(".verdict h2").get_text() == "The books tie out."
    with reading() as session:
        escrow = balance(session, "2110", "CTM")
        cash = sum(balance(session, number, "USD") for number in ("1010", "1100", "1105", "1110"))
    figures = {one.dt.get_text(): one.dd.get_text() for one in main.select(".figure")}
    assert figures["Cash"] == f"${cash // 100:,}.{cash % 100:02d}"
    assert figures["In escrow"].startswith(f"{escrow // 10**6:,}.{escrow % 10**6 // 10**4:02d}")
    newest = table_of(main, "position")[0]
    assert newest[1] == f"{cash // 100:,}.{cash % 100:02d}0000"
    ages = table_of(main, "ages")
    assert [row[0] for row in ages] == ["0–7 days", "8–30 days", "31–60 days", "Over 60 days"]
    assert ages[0][1] == f"{escrow // 10**6:,}.{escrow % 10**6:06d}"
    assert main.select_one("svg[role=img] title") is not None
    assert "Every month that is over is closed for good." in main.get_text()
    assert "No exception is open." in main.get_text()


def test_a_difference_is_shown_by_asset_and_source_before_all_else(front: Front, shop: Shop) -> None:
    found = check_now()
    stripe = next(row for row in found.rows if row.key == "stripe_balance")
    apart = replace(stripe, outside=stripe.outside - 1)
    rows = tuple(apart if row is stripe else row for row in found.rows)
    with transaction() as session:
        record_tie_out(session, replace(found, rows=rows, findings=unexplained(rows, ())))
    operator = front.member(front.trade.operator)
    main = seen(operator.look("/books"))
    assert main.select_one(".verdict h2").get_text() == "Something does not tie."
    first = main.select_one(".panel table")
    assert "USD at Stripe" in first.get_text()
    assert "-0.01" in first.get_text()


def test_a_seller_sees_the_own_shop_and_no_other(front: Front, shop: Shop) -> None:
    seller = front.member(shop.owner)
    main = seen(seller.look("/books"))
    assert main.select_one(".verdict h2").get_text() == "The shop's money ties out."
    with reading() as session:
        held = balance(session, "2200", "CTM", shop.id)
        escrow = balance(session, "2110", "CTM")
    newest = table_of(main, "position")[0]
    assert newest[1:] == [f"{held // 10**6:,}.{held % 10**6:06d}", f"{escrow // 10**6:,}.{escrow % 10**6:06d}"]
    assert held > 0
    assert "Reserve" not in main.get_text()
    assert "/books/compare" not in str(main)
    other = front.trade.shop_of(name="Mekong Silk")
    with reading() as session:
        slug = session.get_one(Organization, other.id).slug
    seller.look(f"/books?shop={slug}", status=404)
    stranger = seen(front.member(other.owner).look("/books"))
    assert set(table_of(stranger, "position")[0][1:]) == {"0.000000"}
    assert "The escrow holds nothing." in stranger.get_text()
    front.member(front.trade.person()).look("/books", status=404)
    market = seen(front.member(front.trade.operator).look(f"/books?shop={slug}"))
    assert "Mekong" in market.select_one(".desk-head").get_text()


def test_an_auditor_reads_everything_of_the_books_and_changes_nothing(front: Front, shop: Shop) -> None:
    auditor = front.member(auditor_of(front))
    for path in (
        "/books", "/books/months", "/books/trial-balance", "/books/exceptions", "/books/bank", "/books/open-items",
        "/books/seals", "/books/by-hand", "/books/settlement", "/books/reports", "/books/reports/general_ledger",
        "/books/reports/audit_trail", "/books/reports/gas", "/books/saved", "/books/downloads",
    ):  # fmt: skip
        auditor.look(path)
    assert "/books/compare" not in auditor.look("/books")
    assert auditor.browser.post("/books/compare", data=tokens(auditor.look("/books/reports/fees"))).status_code == 403
    assert not re.search(r'<form[^>]*action="/books/months/[^"]*close"', auditor.look("/books/months"))


def test_a_report_goes_to_the_clipboard_between_tabs_and_is_a_file_without_scripts(front: Front, shop: Shop) -> None:
    operator = front.member(front.trade.operator)
    for page, path in (
        ("/books/reports/fees", "/books/reports/fees.tsv"),
        ("/books/settlement", "/books/settlement.tsv"),
        ("/books/open-items", "/books/open-items.tsv"),
        ("/books/trial-balance", "/books/trial-balance.tsv"),
    ):
        link = BeautifulSoup(operator.look(page), "html.parser").select_one("a[data-copy-from]")["href"]
        assert link.partition("?")[0] == path
        answer = operator.browser.get(link, buffered=True)
        assert answer.mimetype == "text/tab-separated-values"
        lines = answer.get_data(as_text=True).splitlines()
        assert not lines[0].startswith("\ufeff")
        assert len(lines) > 1
        assert len({line.count("\t") for line in lines}) == 1


def test_totals_stand_in_the_foot_of_a_report(front: Front, shop: Shop) -> None:
    shown = seen(front.member(front.trade.operator).look("/books/reports/general_ledger?first=2026-01-01"))
    feet = [[cell.get_text() for cell in row.select("td")] for row in shown.select("tfoot tr")]
    assert len(feet) >= 2
    for cells in feet:
        assert cells[0] in ("Total USD", "Total CTM", "Total GAS")
        debit, credit = (cell for cell in cells[1:] if re.fullmatch(r"[\d,]+\.\d+", cell))
        assert debit == credit
