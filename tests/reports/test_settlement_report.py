"""The settlement report against the books and against foreign readers of its files."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import openpyxl
import pytest

from app.db.session import snapshot, transaction
from app.identity.errors import ShopNotFound
from app.orders.actions.confirm_receipt import confirm_receipt
from app.payouts.actions.decide_redemption import approve_redemption
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.rules import bank_account
from app.reports.errors import ImpossiblePeriod
from app.reports.queries import balances_around, not_final, scope_for, settlement_lines
from app.reports.rules import COLUMNS, Period, SettlementLine, Totals, period_of, units_text
from app.reports.settlement_files import settlement_csv, settlement_xlsx
from app.web.spreadsheets import safe
from tests.support.front import Front
from tests.support.trade import Trade, buyer_of

UNIT = 10_000


def report(trade: Trade, actor, slug: str | None = None) -> tuple[list[SettlementLine], int, int]:
    """Of the days around the chain's now."""
    today = datetime.fromtimestamp(trade.chain.now(), UTC).date()
    with snapshot() as session:
        scope = scope_for(session, actor, slug)
        period = Period(today - timedelta(days=60), today + timedelta(days=2), scope.time_zone)
        return list(settlement_lines(session, scope, period)), *balances_around(session, scope, period)


def settled_order(trade: Trade, shop, price: int = 10_000):
    group = trade.shipped_order(shop, price=price)
    (order,) = group.orders
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), order.id, now=trade.now())
    trade.settle()
    return group


def test_a_released_order_stands_with_its_commission_and_its_place_on_chain(trade: Trade) -> None:
    shop = trade.shop_of()
    group = settled_order(trade, shop)
    units = group.orders[0].total_cents * UNIT
    lines, opening, closing = report(trade, shop.owner)
    released = next(line for line in lines if line.gross)
    assert released.order_number == group.orders[0].number
    assert (released.gross, released.commission + released.commission_vat) == (units, units * 5 // 100)
    assert released.net == units - units * 5 // 100
    assert (opening, closing) == (0, released.net)
    assert released.tx_hash.startswith("0x")
    assert len(released.tx_hash) == 66
    assert int(released.block_number) > 0


def test_totals_of_the_market_are_what_the_books_and_the_chain_say(trade: Trade) -> None:
    first, second = trade.shop_of(), trade.shop_of()
    settled_order(trade, first, price=7_253)
    settled_order(trade, second, price=3_999)
    first_lines, _, _ = report(trade, first.owner)
    second_lines, _, _ = report(trade, second.owner)
    totals = Totals.of([*first_lines, *second_lines])
    assert totals.sums["commission"] == trade.books("4100")
    assert totals.sums["commission_vat"] == trade.books("2300")
    assert totals.sums["net"] == trade.books("2200")
    assert totals.sums["commission"] + totals.sums["commission_vat"] == trade.on_chain(trade.keys.address("fees"))


def test_the_files_say_the_same_as_the_books_to_foreign_readers(trade: Trade) -> None:
    shop = trade.shop_of()
    settled_order(trade, shop, price=7_253)
    lines, opening, closing = report(trade, shop.owner)
    totals = Totals.of(lines)
    with settlement_csv(lines) as file:
        rows = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))
    assert rows[-1]["net"] == units_text(totals.sums["net"])
    assert len(rows) == len(lines) + 1
    with settlement_xlsx(lines, title="Report", opening=opening, closing=closing) as file:
        book = openpyxl.load_workbook(file)
    sheet = book["Settlement"]
    head = [cell.value for cell in sheet[3]]
    assert tuple(head) == COLUMNS
    columns = dict(zip(head, sheet.iter_cols(min_row=4, max_row=3 + len(lines)), strict=True))
    last = dict(zip(head, sheet[4 + len(lines)], strict=True))
    for name, number in (("net", "2200"), ("commission", "4100"), ("commission_vat", "2300")):
        booked = trade.books(number, owner=shop.id) if number == "2200" else trade.books(number)
        assert booked > 0
        assert round(sum(cell.value for cell in columns[name]) * 10**6) == booked
        assert round(last[name].value * 10**6) == booked
    for cell in (*columns["net"], last["net"], sheet["B2"], sheet["D2"]):
        assert (cell.data_type, cell.number_format) == ("n", "0.000000")
    assert (sheet["B2"].value, sheet["D2"].value) == (opening / 10**6, closing / 10**6)
    assert [cell.value for cell in columns["settled_on"]] == [
        datetime.fromisoformat(line.settled_on).replace(tzinfo=None) for line in lines
    ]
    assert {cell.is_date for cell in columns["settled_on"]} == {True}
    assert {row[0].value for row in book["Columns"].iter_rows()} == set(COLUMNS)


def test_the_same_question_gives_the_same_bytes(trade: Trade) -> None:
    shop = trade.shop_of()
    settled_order(trade, shop)
    lines, opening, closing = report(trade, shop.owner)
    files = []
    for _ in range(2):
        with settlement_xlsx(lines, title="Report", opening=opening, closing=closing) as file:
            files.append(file.read())
    assert files[0] == files[1]


def test_what_is_not_final_is_listed_apart(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    (order,) = group.orders
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), order.id, now=trade.now())
    for _ in range(3):
        trade.worker.round()
    lines, _, _ = report(trade, shop.owner)
    assert not any(line.gross for line in lines)
    with snapshot() as session:
        (waiting,) = not_final(session, scope_for(session, shop.owner, None))
        rows = not_final(session, scope_for(session, shop.owner, None))
    assert (waiting.order_number, int(waiting.releasing)) == (order.number, order.total_cents * UNIT)
    with settlement_xlsx(lines, title="Report", opening=0, closing=0, waiting=rows) as file:
        sheet = openpyxl.load_workbook(file)["Not final"]
    assert sheet["A2"].value == order.number
    assert round(sheet["D2"].value * 10**6) == order.total_cents * UNIT


def test_what_a_seller_redeemed_explains_the_closing_balance(front: Front) -> None:
    trade = front.trade
    shop = trade.shop_of()
    settled_order(trade, shop)
    with transaction() as session:
        set_bank_account(
            session,
            shop.owner,
            shop.id,
            bank_account(holder="Sok Dara", bank="ABA", number="000123456", bic="ABAAKHPP"),
        )
        asked = request_redemption(session, shop.owner, shop.id, cents=4_321, form_token=uuid4()).id
    with transaction() as session:
        approve_redemption(session, trade.operator, asked, now=trade.now())
    trade.settle()
    lines, opening, closing = report(trade, shop.owner)
    totals = Totals.of(lines)
    assert totals.sums["redeemed"] == 4_321 * UNIT
    assert opening + totals.sums["net"] - totals.to_own_wallets - totals.sums["redeemed"] == closing
    assert closing == trade.books("2200", owner=shop.id)
    page = front.member(shop.owner).look("/books/settlement")
    assert page.count("43.21") == 3, "in the summary, on the line, and in the total"


def test_a_seller_reads_no_other_sellers_report(trade: Trade) -> None:
    mine, other = trade.shop_of(), trade.shop_of()
    with snapshot() as session:
        slug = scope_for(session, other.owner, None).slug
        with pytest.raises(ShopNotFound):
            scope_for(session, mine.owner, slug)
        with pytest.raises(ShopNotFound):
            scope_for(session, trade.person(), None)


def test_cut_offs_are_the_sellers_own_midnights() -> None:
    phnom_penh = Period(date(2026, 11, 1), date(2026, 11, 30), "Asia/Phnom_Penh")
    assert phnom_penh.starts_at == datetime(2026, 10, 31, 17, tzinfo=UTC)
    assert phnom_penh.ends_at == datetime(2026, 11, 30, 17, tzinfo=UTC)
    yangon = Period(date(2026, 11, 1), date(2026, 11, 1), "Asia/Yangon")
    assert yangon.starts_at == datetime(2026, 10, 31, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last"), [("2026-13-01", None), ("x", None), ("2026-11-02", "2026-11-01"), ("0001-01-01", None)]
)
def test_impossible_days_are_refused(first: str, last: str | None) -> None:
    with pytest.raises(ImpossiblePeriod):
        period_of(first, last, time_zone="Asia/Phnom_Penh", today=date(2026, 11, 23))


def test_the_balance_runs_from_opening_to_closing(trade: Trade) -> None:
    shop = trade.shop_of()
    for price in (7_253, 3_999):
        settled_order(trade, shop, price=price)
    lines, opening, closing = report(trade, shop.owner)
    assert (lines[0].balance_before, lines[-1].balance_after) == (opening, closing)
    assert closing == trade.books("2200", owner=shop.id)
    for line, following in pairwise(lines):
        assert line.balance_after == following.balance_before


def test_a_shop_called_like_a_formula_is_only_a_name_in_every_file(trade: Trade) -> None:
    shop = trade.shop_of(name='=HYPERLINK("http://evil.example")')
    settled_order(trade, shop)
    lines, opening, closing = report(trade, shop.owner)
    with settlement_csv(lines) as file:
        row = next(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))
    assert row["seller"].startswith("'=")
    with settlement_xlsx(lines, title=lines[0].seller, opening=opening, closing=closing) as file:
        book = openpyxl.load_workbook(file)
    assert {cell.data_type for sheet in book for cells in sheet.iter_rows() for cell in cells} <= {"s", "n", "d"}


def test_an_amount_no_spreadsheet_number_can_hold_stays_exact_as_text() -> None:
    short, long = 999_999_999_999_999, 9_007_199_254_740_993
    with settlement_xlsx([], title="Report", opening=short, closing=long) as file:
        sheet = openpyxl.load_workbook(file)["Settlement"]
    assert round(sheet["B2"].value * 10**6) == short
    assert sheet["D2"].value == "9007199254.740993"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert safe(text) == "'" + text


def test_the_accountant_compares_on_demand(front: Front) -> None:
    settled_order(front.trade, front.trade.shop_of())
    operator = front.member(front.trade.operator)
    page = operator.look("/books")
    assert "Not checked yet" in page
    assert operator.send(page, "/books/compare").status_code == 303
    page = operator.look("/books")
    assert "The books tie out." in page
    assert "covers" in page, "the reserve, in the words of the command"


def test_the_page_shows_the_totals_and_offers_the_files(front: Front) -> None:
    shop = front.trade.shop_of()
    settled_order(front.trade, shop)
    page = front.member(shop.owner).look("/books/settlement")
    assert "/books/settlement.csv" in page
    assert "95.00" in page or "Net" in page


def test_the_menu_beside_the_report_names_pages_only_to_those_who_may_open_them(front: Front) -> None:
    seller, months = front.member(front.trade.shop_of().owner), 'href="/books/months"'
    shown = seller.look("/books/settlement")
    assert months not in shown
    assert 'href="/books"' in shown
    seller.look("/books/months", status=403)
    assert months in front.member(front.trade.operator).look("/books/settlement")
