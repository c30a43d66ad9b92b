"""A seller's yearly statement, the operator's switch, and what both do to the next order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from app.db.session import in_transaction, reading, transaction
from app.identity.errors import OperatorNeeded, ShopNotFound
from app.identity.models import Organization
from app.notify.models import OutgoingMail
from app.privacy.parts.account import tax
from app.privacy.rules import Subject
from app.withholding.actions.fix_terms import Sale, fix_terms
from app.withholding.actions.forget_seller import forget_tax_papers
from app.withholding.actions.remind_seller import remind_seller, sellers_to_remind
from app.withholding.actions.sign_statement import set_tax_number, sign_statement, withdraw_statement
from app.withholding.actions.switch_country import end_switch, switch_on
from app.withholding.errors import (
    ImpossibleSpan,
    NoStatement,
    NothingToState,
    PastDays,
    ReasonNeeded,
    SoldMore,
    SwitchedAlready,
    SwitchNotFound,
    SwitchOver,
    UnknownCountry,
    UnusableTaxNumber,
)
from app.withholding.models import SellerStatement, WithholdingSwitch
from app.withholding.rules import OrderParts
from tests.support.trade import Shop, Trade
from tests.withholding.conftest import Withheld

WORDS = "I state that it is true."
DAY = date(2027, 3, 1)


def sign(withheld: Withheld, shop: Shop, number: str = "3175 0000 0000 0001", now: datetime | None = None) -> None:
    with transaction() as session:
        if number:
            set_tax_number(session, shop.owner, shop.id, number)
        sign_statement(session, shop.owner, shop.id, wording=WORDS, now=now or withheld.trade.now())


def taken(withheld: Withheld, shop: Shop, now: datetime | None = None) -> bool:
    """Whether tax would be withheld of an order placed now."""
    order_id, moment = uuid4(), now or withheld.trade.now()
    with transaction() as session:
        sale = Sale(order_id, session.get_one(Organization, shop.id), OrderParts(1_000, 0, (), 500))
        return order_id in fix_terms(session, [sale], now=moment)


def test_a_statement_lifts_the_tax_until_it_is_taken_back(withheld: Withheld) -> None:
    withheld.switch("ID")
    shop = withheld.shop("ID")
    assert taken(withheld, shop)
    sign(withheld, shop)
    sign(withheld, shop)
    assert not taken(withheld, shop)
    with transaction() as session:
        withdraw_statement(session, shop.owner, shop.id, now=withheld.trade.now())
    assert taken(withheld, shop)
    with pytest.raises(NoStatement), transaction() as session:
        withdraw_statement(session, shop.owner, shop.id, now=withheld.trade.now())
    with reading() as session:
        (kept,) = session.query(SellerStatement)
    assert (kept.wording, kept.signed_by, kept.year) == (WORDS, shop.owner.user_id, withheld.today.year)


def test_a_statement_ends_with_its_year_and_the_owner_is_reminded_once(withheld: Withheld) -> None:
    shop, last_year = withheld.shop("ID"), datetime(2026, 12, 1, tzinfo=UTC)
    with transaction() as session:
        switch_on(
            session,
            withheld.trade.operator,
            "ID",
            starts_on=date(2026, 11, 30),
            ends_on=None,
            reason="Advice.",
            today=date(2026, 11, 30),
        )
    sign(withheld, shop, now=last_year)
    new_year = datetime(2027, 1, 3, tzinfo=UTC)
    assert not taken(withheld, shop, last_year)
    assert taken(withheld, shop, new_year)
    for _ in range(2):
        with transaction() as session:
            assert sellers_to_remind(session, last_year) == []
            for shop_id, year in sellers_to_remind(session, new_year):
                remind_seller(session, shop_id, year)
    with reading() as session:
        (mail,) = session.query(OutgoingMail).filter(OutgoingMail.key.startswith("statement:"))
    assert "2027" in mail.subject
    assert f"/desk/tax?shop={shop.id}" in mail.body
    sign(withheld, shop, now=new_year)
    with reading() as session:
        assert sellers_to_remind(session, new_year) == []


def test_who_sold_more_than_the_threshold_here_cannot_state_otherwise(withheld: Withheld) -> None:
    withheld.switch("PH")
    shop = withheld.shop("PH")
    sign(withheld, shop)
    withheld.ordered(shop, 862_000)  # 499,960 pesos
    assert not taken(withheld, shop)
    withheld.ordered(shop, 100)
    assert taken(withheld, shop)
    with transaction() as session:
        withdraw_statement(session, shop.owner, shop.id, now=withheld.trade.now())
    with pytest.raises(SoldMore):
        sign(withheld, shop)


@pytest.mark.parametrize(("country", "kind"), [("ID", "company"), ("VN", "sole_trader"), ("VN", "company")])
def test_where_no_statement_lifts_anything_none_is_taken(withheld: Withheld, country: str, kind: str) -> None:
    shop = withheld.shop(country, kind)
    with pytest.raises(NothingToState):
        sign(withheld, shop)


def test_a_statement_needs_the_owner_and_a_tax_number(withheld: Withheld) -> None:
    shop, other = withheld.shop("ID"), withheld.shop("ID")
    with pytest.raises(UnusableTaxNumber):
        sign(withheld, shop, number="")
    for number in ("1", "12 34", "x" * 41, "12;DROP"):
        with pytest.raises(UnusableTaxNumber):
            sign(withheld, shop, number=number)
    for actor in (other.owner, withheld.trade.operator):
        with pytest.raises(ShopNotFound), transaction() as session:
            sign_statement(session, actor, shop.id, wording=WORDS, now=withheld.trade.now())
        with pytest.raises(ShopNotFound), transaction() as session:
            set_tax_number(session, actor, shop.id, "12345")


def on(trade: Trade, country: str = "ID", first: date = DAY, last: date | None = None, reason: str = "Advice."):
    return in_transaction(
        lambda session: (
            switch_on(session, trade.operator, country, starts_on=first, ends_on=last, reason=reason, today=DAY).id
        )
    )


def off(trade: Trade, switch_id, last: date, today: date = DAY) -> None:
    with transaction() as session:
        end_switch(session, trade.operator, switch_id, last_day=last, today=today)


def test_a_switch_is_checked_and_no_two_say_of_the_same_day(trade: Trade) -> None:
    for wrong, error in (
        ({"country": "SG"}, UnknownCountry),
        ({"reason": "  "}, ReasonNeeded),
        ({"reason": "x" * 501}, ReasonNeeded),
        ({"first": DAY - timedelta(days=1)}, PastDays),
        ({"last": DAY - timedelta(days=1)}, ImpossibleSpan),
    ):
        with pytest.raises(error):
            on(trade, **wrong)
    first = on(trade, last=DAY + timedelta(days=30))
    with pytest.raises(SwitchedAlready):
        on(trade, first=DAY + timedelta(days=30))
    second = on(trade, first=DAY + timedelta(days=31))
    with pytest.raises(SwitchedAlready):
        off(trade, first, DAY + timedelta(days=31))
    off(trade, first, DAY + timedelta(days=10))
    with pytest.raises(SwitchOver):
        off(trade, first, DAY + timedelta(days=20), today=DAY + timedelta(days=11))
    with pytest.raises(PastDays):
        off(trade, second, DAY - timedelta(days=1))
    with pytest.raises(ImpossibleSpan):
        off(trade, second, DAY + timedelta(days=30))


def test_only_an_operator_switches(trade: Trade) -> None:
    shop, made = trade.shop_of(), on(trade)
    with pytest.raises(OperatorNeeded), transaction() as session:
        switch_on(session, shop.owner, "PH", starts_on=DAY, ends_on=None, reason="No.", today=DAY)
    with pytest.raises(OperatorNeeded), transaction() as session:
        end_switch(session, shop.owner, made, last_day=DAY, today=DAY)
    with pytest.raises(SwitchNotFound):
        off(trade, shop.id, DAY)


def test_the_same_days_switched_on_four_times_at_once_are_on_once(trade: Trade) -> None:
    start = Barrier(4)

    def press(_number: int) -> bool:
        start.wait()
        try:
            on(trade)
        except SwitchedAlready:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(press, range(4))) == 1
    with reading() as session:
        assert session.query(WithholdingSwitch).count() == 1


def test_tax_papers_are_in_a_persons_copy_and_go_with_a_seller_from_whom_nothing_was_withheld(
    withheld: Withheld,
) -> None:
    shop = withheld.shop("ID")
    sign(withheld, shop)
    subject = Subject(user_id=shop.owner.user_id)
    with reading() as session:
        number, statement = tax(session, subject)
    assert number["tax_number"] == "3175000000000001"
    assert statement["wording"] == WORDS
    with transaction() as session:
        forget_tax_papers(session, shop.id)
    with reading() as session:
        assert tax(session, subject) == []
