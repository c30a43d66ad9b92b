"""Open items of a market in which something has just happened."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db.session import reading
from app.identity.actor import ANONYMOUS
from app.identity.errors import BooksReaderNeeded
from app.ledger.chart import CHART
from app.onramp.models import CardPayment
from app.reports.open_items import NUMBERS, OpenAccount, open_accounts
from tests.support.trade import Trade

ZONE = "Asia/Phnom_Penh"


def accounts(trade: Trade, before: datetime | None = None) -> dict[tuple[str, str], OpenAccount]:
    later = before or datetime.now(UTC) + timedelta(days=400)
    with reading() as session:
        return {(one.number, one.asset): one for one in open_accounts(session, trade.operator, before=later)}


def test_before_stripe_settles_a_payment_it_is_the_receivable(trade: Trade) -> None:
    group = trade.paid_group({trade.goods(trade.shop_of()): 1})
    found = accounts(trade)
    with reading() as session:
        payment = session.scalars(select(CardPayment)).one()
    (owed,) = found["1105", "USD"].items
    assert (owed.item, owed.amount, owed.about) == (
        payment.payment_intent_id,
        group.total_cents,
        group.orders[0].number,
    )
    assert ("2150", "USD") not in found
    assert accounts(trade, payment.succeeded_at) == {}


def test_a_payment_that_is_not_in_escrow_yet_is_owed_by_its_orders(trade: Trade) -> None:
    group = trade.place(trade.cart({trade.goods(trade.shop_of()): 1}))
    trade.charge(trade.open_card_page(group), group.total_cents)
    (owed,) = accounts(trade)["2150", "USD"].items
    assert (owed.item, owed.amount, owed.about) == (str(group.id), group.total_cents, group.orders[0].number)


def test_only_readers_of_the_market_see_them_and_the_accounts_are_those_of_the_chart(trade: Trade) -> None:
    with reading() as session, pytest.raises(BooksReaderNeeded):
        open_accounts(session, ANONYMOUS, before=datetime.now(UTC))
    assert set(NUMBERS) <= set(CHART)
