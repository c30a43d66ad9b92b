"""From withheld tax to the tax office's bank account, on a real node: all of it ties out at every step."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from app.audit.models import AuditEntry
from app.config.days import market_day
from app.db.session import in_transaction, reading, snapshot, transaction
from app.identity.actor import Actor
from app.identity.errors import OperatorNeeded
from app.identity.models import Organization
from app.ledger.chart import country_owner
from app.payouts.actions.decide_redemption import approve_redemption
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.errors import BankReferenceNeeded, NotEnoughReleased
from app.payouts.rules import bank_account
from app.reconciliation.outside import look_at_chain
from app.reconciliation.queries import tie_out
from app.reports.open_items import open_accounts
from app.reports.queries import scope_for, settlement_lines
from app.reports.rules import Period, Totals
from app.withholding.actions.give_tax_back import give_tax_back
from app.withholding.actions.remit_tax import mark_remitted, prepare_remittance
from app.withholding.actions.sign_statement import set_tax_number
from app.withholding.errors import (
    MonthNotOver,
    MoreThanKept,
    NothingToRemit,
    NothingWithheld,
    RemittanceNotFound,
    RemittanceNotReady,
    RemittancePaid,
    RemittanceReferenceUsed,
    TaxRemitted,
    UnknownCountry,
)
from app.withholding.models import TaxRemittance
from app.withholding.reports import CERTIFICATE, FILING, certificate_csv, filing_csv, months
from tests.reconciliation.world import _stripe_settles
from tests.support.trade import Shop, Trade
from tests.withholding.conftest import UNIT, Withheld

ABA = bank_account(holder="Toko", bank="ABA Bank", number="000 123 456", bic="ABAAKHPP")


def month(trade: Trade) -> date:
    return market_day(trade.now()).replace(day=1)


def later(trade: Trade) -> datetime:
    """When the running month is over."""
    return trade.now() + timedelta(days=40)


def prepare(trade: Trade, country: str, *, actor: Actor | None = None) -> UUID:
    with transaction() as session:
        return prepare_remittance(session, actor or trade.operator, country, month(trade), now=later(trade)).id


def pay(trade: Trade, remittance_id: UUID, reference: str, *, actor: Actor | None = None) -> None:
    with transaction() as session:
        mark_remitted(session, actor or trade.operator, remittance_id, bank_reference=reference, paid_at=trade.now())


def give(trade: Trade, order_id: UUID, cents: int, *, token: UUID | None = None, actor: Actor | None = None) -> int:
    with transaction() as session:
        return give_tax_back(
            session,
            actor or trade.operator,
            order_id,
            cents=cents,
            reason="The goods came back.",
            form_token=token or uuid4(),
            now=trade.now(),
        )


def differences(trade: Trade, stripe) -> list[str]:
    view = look_at_chain()
    with reading() as session:
        found = tie_out(session, view, stripe)
    return [row.key for row in found.rows if not row.ties] + [one.culprit for one in found.findings]


def states() -> list[str]:
    with reading() as session:
        return [row.state for row in session.query(TaxRemittance).order_by(TaxRemittance.id)]


@pytest.fixture
def seller(withheld: Withheld) -> Shop:
    withheld.switch("VN")
    return withheld.shop("VN")


def test_withheld_tax_is_burned_paid_by_bank_and_ties_out_at_every_step(
    withheld: Withheld, trade: Trade, seller: Shop
) -> None:
    order_id = withheld.released(seller, 12_345)
    tax = 12_345 * UNIT * 3 // 200
    stripe = _stripe_settles(trade)
    assert differences(trade, stripe) == []
    with transaction() as session:
        set_tax_number(session, seller.owner, seller.id, "0312 345 678")
        set_bank_account(session, seller.owner, seller.id, ABA)
    remittance = prepare(trade, "VN")
    assert prepare(trade, "VN") == remittance
    with pytest.raises(RemittanceNotReady):
        pay(trade, remittance, "VCB-1")
    trade.settle()
    assert states() == ["burned"]
    cents = tax // UNIT
    assert trade.books("2310", "USD", country_owner("VN")) == cents
    assert trade.books("2310", "CTM", country_owner("VN")) == tax - cents * UNIT == trade.books("1206")
    trade.books_equal_chain()
    assert differences(trade, stripe) == []
    bank = trade.books("1010", "USD")
    for _ in range(2):
        pay(trade, remittance, "VCB 1")
    assert trade.books("1010", "USD") == bank - cents
    assert trade.books("2310", "USD", country_owner("VN")) == 0
    assert differences(trade, stripe) == []
    with pytest.raises(RemittancePaid):
        pay(trade, remittance, "VCB-2")
    _what_accountants_and_sellers_read(trade, seller, order_id, tax)
    _only_the_rest_can_be_redeemed(trade, seller, 12_345 * UNIT * 95 // 100 - tax)
    assert differences(trade, stripe) == []
    with reading() as session:
        acts = {entry.action for entry in session.query(AuditEntry)}
    assert {"tax.remit", "tax.mark_remitted", "shop.set_tax_number", "withholding.switch_on"} <= acts


def _what_accountants_and_sellers_read(trade: Trade, seller: Shop, order_id: UUID, tax: int) -> None:
    number = trade.order(order_id).number
    today = market_day(trade.now())
    with snapshot() as session:
        shop = session.get_one(Organization, seller.id)
        filed = list(csv.DictReader(io.StringIO(filing_csv(session, "VN", month(trade)).lstrip("\ufeff"))))
        certified = list(csv.DictReader(io.StringIO(certificate_csv(session, shop, today.year).lstrip("\ufeff"))))
        (row,) = months(session, today.year)
        period = Period(today - timedelta(days=2), today + timedelta(days=2), "UTC")
        lines = list(settlement_lines(session, scope_for(session, seller.owner, shop.slug), period))
        accounts = {(one.number, one.asset): one for one in open_accounts(session, trade.operator, before=later(trade))}
    assert tuple(filed[0]) == FILING
    assert [(line["tax_number"], line["rate"], line["orders"]) for line in filed] == [
        ("0312345678", "1/200", "1"),
        ("0312345678", "1/100", "1"),
    ]
    assert [(line["base_usd"], line["tax_usd"], line["tax_local"]) for line in filed] == [
        ("123.450000", "0.617250", "15678"),
        ("123.450000", "1.234500", "31356"),
    ]
    assert tuple(certified[0]) == CERTIFICATE
    assert [line["order"] for line in certified] == [number, number, "total"]
    assert certified[0]["bank_reference"] == "VCB 1"
    assert certified[-1]["tax_usd"] == f"{tax // 1_000_000}.{tax % 1_000_000:06d}"
    assert (row.country, int(row.units), row.state) == ("VN", tax, "paid")
    withheld = [line for line in lines if line.kind.startswith("tax withheld")]
    assert {line.order_number for line in withheld} == {number}
    assert Totals.of(lines).sums["tax_withheld"] == tax
    assert all(line.tx_hash.startswith("0x") for line in withheld)
    assert accounts["2310", "CTM"].difference == 0
    assert [one.item for one in accounts["2310", "CTM"].items] == ["VN"]


def _only_the_rest_can_be_redeemed(trade: Trade, seller: Shop, left: int) -> None:
    cents = left // UNIT
    with pytest.raises(NotEnoughReleased), transaction() as session:
        request_redemption(session, seller.owner, seller.id, cents=cents + 1, form_token=uuid4())
    with transaction() as session:
        asked = request_redemption(session, seller.owner, seller.id, cents=cents, form_token=uuid4()).id
        approve_redemption(session, trade.operator, asked, now=trade.now())
    trade.settle()
    assert trade.books("2200", owner=seller.id) == left - cents * UNIT
    trade.books_equal_chain()


def test_the_certificate_names_what_was_given_back_and_adds_up_to_what_stays(
    withheld: Withheld, trade: Trade, seller: Shop
) -> None:
    order_id = withheld.released(seller, 10_000)
    assert give(trade, order_id, 4_000) == 60 * UNIT
    with snapshot() as session:
        shop = session.get_one(Organization, seller.id)
        text = certificate_csv(session, shop, market_day(trade.now()).year).lstrip("\ufeff")
    *lines, total = csv.DictReader(io.StringIO(text))
    taxes = [line["tax_usd"] for line in lines]
    assert sorted(taxes) == ["-0.200000", "-0.400000", "0.500000", "1.000000"]
    assert (total["order"], total["tax_usd"]) == ("total", "0.900000")


def test_tax_given_back_lessens_what_is_remitted_and_what_was_remitted_is_not_given_back(
    withheld: Withheld, trade: Trade, seller: Shop
) -> None:
    order_id = withheld.released(seller, 10_000)
    token = uuid4()
    assert give(trade, order_id, 4_000, token=token) == 60 * UNIT
    assert give(trade, order_id, 4_000, token=token) == 0
    trade.settle()
    with pytest.raises(MoreThanKept):
        give(trade, order_id, 6_001)
    remittance = prepare(trade, "VN")
    with pytest.raises(TaxRemitted):  # promised to be burned: nothing of it may be taken meanwhile
        give(trade, order_id, 1_000)
    trade.settle()
    pay(trade, remittance, "VCB-1")
    with reading() as session:
        assert session.get_one(TaxRemittance, remittance).cents == 90
    with pytest.raises(TaxRemitted):
        give(trade, order_id, 1_000)
    with pytest.raises(NothingToRemit), transaction() as session:
        after = (month(trade) + timedelta(days=32)).replace(day=1)
        prepare_remittance(session, trade.operator, "VN", after, now=later(trade) + timedelta(days=40))
    trade.books_equal_chain()


def test_who_may_not_remit_nor_give_back_and_when_it_is_too_early(
    withheld: Withheld, trade: Trade, seller: Shop
) -> None:
    order_id = withheld.released(seller)
    for person in (seller.owner, trade.person()):
        with pytest.raises(OperatorNeeded):
            prepare(trade, "VN", actor=person)
        with pytest.raises(OperatorNeeded):
            give(trade, order_id, 100, actor=person)
    with pytest.raises(MonthNotOver), transaction() as session:
        prepare_remittance(session, trade.operator, "VN", month(trade), now=trade.now())
    with pytest.raises(UnknownCountry):
        prepare(trade, "SG")
    with pytest.raises(NothingToRemit):
        prepare(trade, "ID")
    with pytest.raises(NothingWithheld):
        give(trade, uuid4(), 100)
    remittance = prepare(trade, "VN")
    trade.settle()
    with pytest.raises(RemittanceNotFound):
        pay(trade, remittance, "X-1", actor=seller.owner)
    with pytest.raises(BankReferenceNeeded):
        pay(trade, remittance, " - ")
    pay(trade, remittance, "X-1")
    withheld.switch("ID")
    withheld.released(withheld.shop("ID"))
    other = prepare(trade, "ID")
    trade.settle()
    with pytest.raises(RemittanceReferenceUsed):
        pay(trade, other, "x1")


def test_pressed_four_times_at_once_a_month_is_remitted_once(withheld: Withheld, trade: Trade, seller: Shop) -> None:
    withheld.released(seller)
    start, now, first = Barrier(4), later(trade), month(trade)

    def press(_number: int) -> UUID:
        start.wait()
        return in_transaction(lambda session: prepare_remittance(session, trade.operator, "VN", first, now=now).id)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
    trade.settle()
    assert trade.books("2310", "USD", country_owner("VN")) == 150
    trade.books_equal_chain()
