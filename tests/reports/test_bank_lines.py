"""A seller's balance as bank lines: read by programs that have nothing to do with ours, and adding up to the cent."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pycamt.parser import Camt053Parser
from sqlalchemy import select

from app.banking.rules import read_statement
from app.db.session import reading, report_snapshot, transaction
from app.downloads.making import Wanted, file_name, make
from app.identity.models import Organization
from app.ledger.models import Journal, LedgerAccount, Posting
from app.money.amounts import whole_cents
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.models import Order
from app.payouts.actions.decide_redemption import approve_redemption
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.rules import bank_account
from app.reports.bank_lines import bank_lines
from app.reports.queries import Scope, balances_around, scope_of
from app.reports.rules import Period, SettlementLine
from tests.support.front import Front
from tests.support.trade import Shop, Trade, buyer_of

FIRST, LAST = date(2026, 1, 1), date(2099, 12, 31)
XSD = Path(__file__).with_name("camt.053.001.08.xsd")
"""The schema as ISO 20022 publishes it."""
CAMT = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


def line(before: int, after: int) -> SettlementLine:
    values = dict.fromkeys(SettlementLine.__dataclass_fields__, "")
    told = {
        "settled_on": "2026-11-30 08:00:00+0700",
        "kind": "released",
        "balance_before": before,
        "balance_after": after,
    }
    return SettlementLine(**{**values, **told})  # type: ignore[arg-type]


@given(st.integers(0, 10**12), st.lists(st.integers(-(10**6), 10**6)))
def test_cents_of_lines_add_up_to_the_cents_of_balances(opening: int, moves: list[int]) -> None:
    lines, balance = [], opening
    for move in moves:
        lines.append(line(balance, balance + move))
        balance += move
    told = list(bank_lines(lines))
    assert whole_cents(opening) + sum(one.cents for one in told) == whole_cents(balance)
    assert all(one.cents for one in told)


@pytest.fixture
def shop(trade: Trade) -> Shop:
    """Two orders were released to its balance: 5 % of each went to the market."""
    found = trade.shop_of(name="Sothy & <Sons> ម្រេច")
    for price in (10_000, 3_337):
        group = trade.shipped_order(found, price=price)
        with transaction() as session:
            confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
        trade.settle()
    return found


def made(shop: Shop, form: str) -> tuple[bytes, Scope, int, int]:
    """(file, whose, opening and closing of the books in cents)."""
    with report_snapshot() as session:
        scope = scope_of(session.get_one(Organization, shop.id))
        period = Period(FIRST, LAST, scope.time_zone)
        opening, closing = balances_around(session, scope, period)
        with make(session, scope, Wanted("balance", form, FIRST, LAST), "en", lambda _done: None) as file:
            return file.read(), scope, whole_cents(opening), whole_cents(closing)


def signed(part: etree._Element) -> Decimal:
    amount = Decimal(part.findtext(f"{CAMT}Amt"))
    return amount if part.findtext(f"{CAMT}CdtDbtInd") == "CRDT" else -amount


def test_camt_is_valid_by_its_schema_and_adds_up_to_the_balance_of_the_books(trade: Trade, shop: Shop) -> None:
    content, scope, opening, closing = made(shop, "camt053")
    root = etree.fromstring(content)
    etree.XMLSchema(etree.parse(str(XSD))).assertValid(root)
    assert root.findtext(f".//{CAMT}Acct/{CAMT}Ownr/{CAMT}Nm") == scope.name
    balances = {one.findtext(f".//{CAMT}Cd"): signed(one) for one in root.iter(f"{CAMT}Bal")}
    assert balances == {"OPBD": Decimal(opening) / 100, "CLBD": Decimal(closing) / 100}
    entries = [signed(one) for one in root.iter(f"{CAMT}Ntry")]
    assert len(entries) == 2
    assert balances["OPBD"] + sum(entries) == balances["CLBD"] > 0
    assert made(shop, "camt053")[0] == content


def moved(shop: Shop) -> list[tuple[UUID, date, int, str]]:
    """(journal, day on the shop's clock, cents that came to its balance, order by number), as the books have it."""
    query = (
        select(Journal.id, Journal.effective_at, Posting.amount, Order.number)
        .join(Posting, Posting.journal_id == Journal.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .outerjoin(Order, Order.id == Journal.order_id)
        .where(LedgerAccount.number == "2200", LedgerAccount.owner_id == shop.id)
        .order_by(Journal.effective_at, Journal.sequence)
    )
    found, balance = [], 0
    with reading() as session:
        zone = ZoneInfo(session.get_one(Organization, shop.id).time_zone)
        for journal, at, amount, order in session.execute(query):
            cents = whole_cents(balance - int(amount)) - whole_cents(balance)
            balance -= int(amount)
            found.append((journal, at.astimezone(zone).date(), cents, order or "NOTPROVIDED"))
    return found


def test_another_program_reads_the_entries_and_balances_of_the_books(trade: Trade, shop: Shop) -> None:
    redeem(trade, shop, 4_321)
    content, _scope, opening, closing = made(shop, "camt053")
    read = Camt053Parser(content)
    (statement,) = read.get_statement_info()
    entries = read.get_transactions()
    assert read.version == "camt.053.001.08"
    assert (statement["Currency"], {one["Currency"] for one in entries}) == ("USD", {"USD"})
    assert [Decimal(statement[f"{when}Balance"]) for when in ("Opening", "Closing")] == [
        Decimal(cents).scaleb(-2) for cents in (opening, closing)
    ]
    signs = {"CRDT": 1, "DBIT": -1}
    told = [
        (
            UUID(one["TransactionID"]),
            date.fromisoformat(one["BookingDate"]),
            signs[one["CreditDebitIndicator"]] * int(Decimal(one["Amount"]).scaleb(2)),
            one["EndToEndId"],
        )
        for one in entries
    ]
    assert told == moved(shop)
    assert [cents > 0 for _, _, cents, _ in told] == [True, True, False]
    assert opening + sum(cents for _, _, cents, _ in told) == closing == trade.books("2200", owner=shop.id) // 10_000


def redeem(trade: Trade, shop: Shop, cents: int) -> None:
    account = bank_account(holder="Sok Dara", bank="ABA", number="000123456", bic="ABAAKHPP")
    with transaction() as session:
        set_bank_account(session, shop.owner, shop.id, account)
        asked = request_redemption(session, shop.owner, shop.id, cents=cents, form_token=uuid4()).id
    with transaction() as session:
        approve_redemption(session, trade.operator, asked, now=trade.now())
    trade.settle()


def test_our_own_reader_of_bank_statements_reads_it_too(trade: Trade, shop: Shop) -> None:
    content, _scope, opening, closing = made(shop, "camt053")
    read = read_statement(content, "camt053", "USD")
    assert (read.opening, read.closing) == (opening, closing)
    assert sum(one.minor for one in read.lines) == closing - opening


@pytest.mark.parametrize(
    ("form", "heads"),
    [
        ("xero", ["Date", "Amount", "Payee", "Description", "Reference", "Cheque No."]),
        ("quickbooks", ["Date", "Description", "Amount"]),
    ],
)
def test_csv_for_other_programs_adds_up_to_the_books(trade: Trade, shop: Shop, form: str, heads: list[str]) -> None:
    content, _scope, opening, closing = made(shop, form)
    assert content.startswith(b"Date,")
    first, *rows = csv.reader(io.StringIO(content.decode()))
    assert first == heads
    at = heads.index("Amount")
    assert sum(Decimal(row[at]) for row in rows) == Decimal(closing - opening) / 100
    assert all(re.fullmatch(r"\d\d/\d\d/2\d{3}", row[0]) for row in rows)


def test_a_seller_asks_for_it_on_the_page_of_the_settlement_report(front: Front, shop: Shop) -> None:
    seller = front.member(shop.owner)
    shown = seller.look("/books/settlement?first=2026-01-01")
    assert "QuickBooks Online" in shown
    assert seller.send(shown, "/books/downloads", report="balance", format="camt053").status_code == 303
    front.work()
    assert "camt.053" in seller.look("/books/downloads")


def test_files_of_two_programs_have_two_names() -> None:
    names = {file_name(Wanted("balance", form, FIRST, FIRST), "farm") for form in ("xero", "quickbooks", "camt053")}
    assert names == {
        "balance-xero-farm-2026-01-01-2026-01-01.csv",
        "balance-quickbooks-farm-2026-01-01-2026-01-01.csv",
        "balance-camt053-farm-2026-01-01-2026-01-01.xml",
    }
