"""Open items add up to the balance of each account, whatever happened, and each names what it belongs to."""

import csv
import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import select

from app.db.session import reading
from app.ledger.queries import balance
from app.orders.models import Order
from app.payouts.models import Redemption
from app.reports.open_item_files import open_items_csv, open_items_xlsx
from app.reports.open_items import NUMBERS, OpenAccount, open_accounts
from tests.reconciliation.world import World
from tests.support.trade import Trade

ZONE = "Asia/Phnom_Penh"


def accounts(trade: Trade, before: datetime | None = None) -> dict[tuple[str, str], OpenAccount]:
    later = before or datetime.now(UTC) + timedelta(days=400)
    with reading() as session:
        return {(one.number, one.asset): one for one in open_accounts(session, trade.operator, before=later)}


def test_items_of_every_account_add_up_to_its_balance(market: Trade, world: World) -> None:
    found = accounts(market)
    assert [one for one in found.values() if one.difference] == []
    with reading() as session:
        for number in NUMBERS:
            for asset in ("USD", "CTM"):
                booked = balance(session, number, asset)
                assert booked == (found[number, asset].balance if (number, asset) in found else 0)
    assert {number for number, _asset in found} >= {"2100", "2110", "2200", "2210"}


def test_each_item_names_what_it_belongs_to(market: Trade, world: World) -> None:
    found = accounts(market)
    with reading() as session:
        held = {str(order.id): order.number for order in session.scalars(select(Order))}
        due = session.scalars(select(Redemption).where(Redemption.state == "burned")).one()
    for one in found["2110", "CTM"].items:
        assert one.about.startswith(held[one.item])
    (owed,) = found["2210", "USD"].items
    assert (owed.item, owed.amount, owed.about) == (str(due.id), due.amount_cents, "Sothy's Farm")


def test_the_files_say_the_same_as_the_screen(market: Trade, world: World) -> None:
    found = list(accounts(market).values())
    with open_items_csv(found, time_zone=ZONE) as file:
        rows = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))
    for account in found:
        own = [row for row in rows if (row["account"], row["asset"]) == (account.number, account.asset)]
        amounts = [round(float(row["amount"]) * (100 if account.asset == "USD" else 10**6)) for row in own]
        assert (own[-1]["item"], amounts[-1]) == ("balance", account.balance)
        assert sum(amounts[:-1]) == account.balance
    with open_items_xlsx(found, title="x", time_zone=ZONE) as file:
        sheet = openpyxl.load_workbook(file).active
    assert sheet.max_row == 2 + len(rows)
    assert sheet.cell(3, 6).value == pytest.approx(float(rows[0]["amount"]))
    assert isinstance(sheet.cell(3, 7).value, datetime)
