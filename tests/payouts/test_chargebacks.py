"""A chargeback after the seller was paid: held while the bank decides, then owed, kept of payouts, or borne."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from app.db.session import in_transaction, reading, transaction
from app.identity.actor import Actor
from app.notify.models import OutgoingMail
from app.onramp import jobs
from app.onramp.events import CardDisputed
from app.onramp.models import CardPayment
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.ship_order import ship_order
from app.payouts.actions.charge_seller import bear_chargeback, charge_seller
from app.payouts.actions.decide_redemption import approve_redemption
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.actions.mark_paid import mark_paid
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.actions.set_bank_account import set_bank_account
from app.payouts.actions.settle_claim import book_received, give_up_claim
from app.payouts.bank_file import bank_file_csv
from app.payouts.errors import (
    ClaimMovedOn,
    ClaimNotFound,
    ClaimReferenceUsed,
    ClaimRuns,
    ClaimTooMuch,
    NotEnoughReleased,
)
from app.payouts.handlers import hold_seller_balance
from app.payouts.models import ChargebackClaim, ClaimStep, Redemption
from app.payouts.queries import seller_money
from app.payouts.rules import claims_of, kept_of
from app.reconciliation.outside import check_now
from app.shipping.rules import RateTerms
from tests.payouts.test_redemption import ABA, release
from tests.support.front import Front
from tests.support.trade import buyer_of

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Case:
    """A shop that was paid 95 of an order of 100 by card, at the card service itself; and what its bank does."""

    def __init__(self, front: Front) -> None:
        self.front, self.trade = front, front.trade
        self.shop = self.trade.shop_of(rates=[RateTerms("domestic", "Parcel", "VET Express", 1, 3, 0)])
        with transaction() as session:
            set_bank_account(session, self.shop.owner, self.shop.id, ABA)
        visitor = front.visitor()
        visitor.add(self.trade.goods(self.shop, price=10_000))
        back = front.pay_at_card_service(visitor.pay(visitor.check_out()).headers["Location"])
        front.come_back(visitor, back)
        self.trade.settle()
        self.group = front.group()
        (self.order,) = self.group.orders
        with transaction() as session:
            ship_order(session, self.shop.owner, self.order.id, carrier="VET", tracking="KP 1", now=self.trade.now())
        with transaction() as session:
            confirm_receipt(session, buyer_of(self.group), self.order.id, now=self.trade.now())
        self.trade.settle()
        front.stripe.advance_clock(3_600)
        jobs.sync_balance()

    def open(self, reason: str = "fraudulent") -> str:
        with reading() as session:
            charge = session.query(CardPayment).one().charge_id
        dispute = self.front.stripe.call("POST", "disputes", charge=charge, reason=reason)
        jobs._refresh_dispute(dispute["id"])
        jobs.sync_balance()
        return str(dispute["id"])

    def close(self, dispute: str, outcome: str) -> None:
        self.front.stripe.call("POST", f"disputes/{dispute}/close", outcome=outcome)
        jobs._refresh_dispute(dispute)
        jobs.sync_balance()

    def lost(self) -> UUID:
        self.close(self.open(), "lost")
        return self.claim().id

    def claim(self) -> ChargebackClaim:
        with reading() as session:
            return session.query(ChargebackClaim).one()

    def money(self):
        with reading() as session:
            return seller_money(session, self.shop.id)

    def ask(self, cents: int) -> UUID:
        with transaction() as session:
            return request_redemption(session, self.shop.owner, self.shop.id, cents=cents, form_token=uuid4()).id

    def charge(self, cents: int, *, actor: Actor | None = None) -> None:
        with transaction() as session:
            charge_seller(
                session,
                actor or self.trade.operator,
                self.claim().id,
                cents=cents,
                reason="No proof of delivery",
                form_token=uuid4(),
                now=NOW,
            )

    def paid_out(self, cents: int) -> Redemption:
        """Asked for, approved, burned, and paid by the bank."""
        asked = self.ask(cents)
        with transaction() as session:
            approve_redemption(session, self.trade.operator, asked, now=NOW)
        self.trade.settle()
        with transaction() as session:
            file = make_bank_file(session, self.trade.operator)
            mark_paid(session, self.trade.operator, file.id, bank_reference=f"ABA {asked.hex[-6:]}", paid_at=NOW)
        with reading() as session:
            return session.get_one(Redemption, asked)

    def ties(self) -> None:
        self.trade.settle()
        found = check_now()
        assert found.ties, (found.findings, [row for row in found.rows if not row.ties])

    def mails(self) -> list[str]:
        with reading() as session:
            mails = session.query(OutgoingMail).filter(OutgoingMail.key.startswith("claim:"))
            return [mail.subject for mail in mails.order_by(OutgoingMail.id)]


@pytest.fixture
def case(front: Front) -> Case:
    return Case(front)


def test_what_a_seller_was_paid_is_held_while_the_bank_decides_and_free_when_it_is_won(case: Case) -> None:
    assert case.money().redeemable_cents == 9_500
    dispute = case.open()
    assert (case.money().redeemable_cents, case.money().held_cents) == (0, 9_500)
    with pytest.raises(NotEnoughReleased):
        case.ask(1)
    with pytest.raises(ClaimRuns):
        case.charge(9_500)
    jobs._refresh_dispute(dispute)
    assert case.claim().state == "held"
    case.ties()
    case.close(dispute, "won")
    assert (case.money().redeemable_cents, case.claim().state) == (9_500, "dropped")
    assert case.mails() == [
        f"A buyer's bank takes back the payment of order {case.order.number}",
        f"Order {case.order.number}: you keep your money",
    ]
    assert case.trade.books("1120", "USD") == case.trade.books("5120", "USD") == 0
    assert case.trade.books("5110", "USD") == 1_500, "the fee stays Stripe's unless its row gives it back"
    case.ties()


def test_a_lost_one_is_taken_of_the_balance_and_costs_the_market_only_its_commission(case: Case) -> None:
    case.lost()
    assert case.trade.books("5120", "USD") == 10_000
    reserve = case.trade.books("1100", "USD")
    case.charge(9_500)
    assert case.trade.books("1310", "USD", case.shop.id) == 9_500
    assert case.trade.books("5120", "USD") == 500
    case.ties()
    assert case.claim().state == "settled"
    assert case.trade.books("1310", "USD") == case.trade.books("2210", "USD") == 0
    assert case.trade.books("2200", owner=case.shop.id) == case.trade.books("1230", owner=case.shop.id) == 0
    assert case.trade.books("1100", "USD") == reserve, "nothing left any bank"
    with reading() as session:
        (taken,) = session.query(Redemption)
        assert (taken.state, taken.kept_cents, taken.to_bank_cents) == ("paid", 9_500, 0)
    case.trade.books_equal_chain()


def test_what_the_balance_does_not_hold_is_kept_of_later_payouts_at_most_half_of_each(case: Case) -> None:
    case.paid_out(9_000)
    case.lost()
    case.charge(3_000)
    case.ties()
    assert (case.claim().left_cents, case.money().owed_cents) == (2_500, 2_500)
    release(case.trade, case.shop, 4_000)
    case.front.stripe.advance_clock(60)
    asked = case.paid_out(3_000)
    assert (asked.kept_cents, asked.to_bank_cents) == (1_500, 1_500)
    assert "15.00" in bank_file_csv([asked])
    assert case.claim().left_cents == 1_000
    release(case.trade, case.shop, 10_000)
    last = case.paid_out(9_000)
    assert (last.kept_cents, case.claim().state) == (1_000, "settled")
    assert case.trade.books("1310", "USD") == 0
    assert case.money().paid_out_cents == 9_000 + 1_500 + 8_000
    with reading() as session:
        assert [step.cents for step in session.query(ClaimStep).order_by(ClaimStep.id)] == [500, 1_500, 1_000]


def test_requests_that_wait_keep_together_no_more_than_is_owed(case: Case) -> None:
    case.paid_out(9_500)
    case.lost()
    case.charge(1_000)
    release(case.trade, case.shop, 10_000)
    first, second = case.ask(1_500), case.ask(2_000)
    with reading() as session:
        assert session.get_one(Redemption, first).kept_cents == 750
        assert session.get_one(Redemption, second).kept_cents == 250


def test_the_seller_may_pay_by_bank_and_the_market_may_give_up_the_rest(case: Case) -> None:
    case.paid_out(9_500)
    claim, operator = case.lost(), case.trade.operator
    case.charge(9_500)
    bank = case.trade.books("1010", "USD")
    for reference in ("ABA-77", " aba 77 "):
        with transaction() as session:
            book_received(session, operator, claim, cents=4_000, bank_reference=reference, at=NOW)
    assert case.trade.books("1010", "USD") == bank + 4_000
    with pytest.raises(ClaimReferenceUsed), transaction() as session:
        book_received(session, operator, claim, cents=1, bank_reference="ABA-77", at=NOW)
    with pytest.raises(ClaimTooMuch), transaction() as session:
        book_received(session, operator, claim, cents=5_501, bank_reference="ABA-78", at=NOW)
    case.ties()
    with transaction() as session:
        give_up_claim(session, operator, claim, reason="The shop closed", now=NOW)
    assert case.claim().state == "settled"
    assert case.trade.books("5120", "USD") == 500 + 5_500
    assert case.trade.books("1310", "USD") == 0
    with pytest.raises(ClaimMovedOn), transaction() as session:
        give_up_claim(session, operator, claim, reason="again", now=NOW)
    case.ties()


def test_the_market_may_bear_it_and_nobody_else_may_decide(case: Case) -> None:
    claim = case.lost()
    for stranger in (case.shop.owner, case.trade.person()):
        with pytest.raises(ClaimNotFound):
            case.charge(9_500, actor=stranger)
        with pytest.raises(ClaimNotFound), transaction() as session:
            bear_chargeback(session, stranger, claim, reason="no", now=NOW)
    with pytest.raises(ClaimTooMuch):
        case.charge(9_501)
    with transaction() as session:
        bear_chargeback(session, case.trade.operator, claim, reason="We shipped it ourselves", now=NOW)
    assert (case.money().redeemable_cents, case.trade.books("5120", "USD")) == (9_500, 10_000)
    with pytest.raises(ClaimMovedOn):
        case.charge(9_500)
    case.ties()


def test_pages_tell_the_seller_in_plain_words_and_let_the_operator_decide(case: Case) -> None:
    dispute = case.open()
    seller, operator = case.front.member(case.shop.owner), case.front.member(case.trade.operator)
    told = seller.look(f"/desk/money?shop={case.shop.id}")
    assert "Up to $95.00 of your balance are held" in told
    assert case.order.number in told
    path = f"/console/chargebacks/{case.claim().id}"
    assert path in operator.look("/console/refunds")
    assert "The bank has not decided yet." in operator.look(path)
    seller.look(path, status=403)
    case.close(dispute, "lost")
    assert operator.fill(path, decision="charge", amount="", reason="x").status_code == 422
    assert operator.fill(path, decision="charge", amount="95.01", reason="No proof").status_code == 422
    assert operator.fill(path, decision="charge", amount="95.00", reason="No proof").status_code == 303
    case.trade.settle()
    assert "Settled." in operator.look(path)
    told = seller.look(f"/desk/money?shop={case.shop.id}")
    assert "No proof" in told
    assert "Taken by the market for an order that was taken back." in told


def test_a_page_books_what_came_by_bank(case: Case) -> None:
    case.paid_out(9_500)
    case.lost()
    case.charge(2_000)
    operator = case.front.member(case.trade.operator)
    path = f"/console/chargebacks/{case.claim().id}"
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    assert operator.fill(path, decision="received", amount="5", words="ABA 1", day=tomorrow).status_code == 422
    day = datetime.now(UTC).date().isoformat()
    assert operator.fill(path, decision="received", amount="5", words="ABA 1", day=day).status_code == 303
    assert operator.fill(path, decision="give_up", amount="", words="Enough", day=day).status_code == 303
    assert case.claim().state == "settled"
    case.ties()


def test_steps_are_never_changed(case: Case) -> None:
    case.lost()
    case.charge(9_500)
    case.trade.settle()
    with pytest.raises(IntegrityError), transaction() as session:
        session.query(ClaimStep).update({"cents": 1})


def test_a_payment_of_two_sellers_asks_each_for_its_share_and_nobody_for_more_than_it_got() -> None:
    assert claims_of(10_000, [9_500]) == [9_500]
    assert claims_of(5_000, [3_000, 6_000]) == [1_667, 3_333]
    assert claims_of(0, [3_000]) == [0]
    assert claims_of(5_000, []) == []
    assert kept_of(101, 1_000, 50) == 50
    assert kept_of(1, 1_000, 90) == 0
    assert kept_of(1_000, 3, 50) == 3


def test_a_seller_that_asks_at_the_same_moment_gets_it_or_finds_it_held(case: Case) -> None:
    dispute = case.open()
    case.close(dispute, "won")
    with transaction() as session:
        session.query(ChargebackClaim).delete()
    gate = Barrier(2)

    def ask() -> bool:
        gate.wait()
        try:
            case.ask(9_500)
        except NotEnoughReleased:
            return False
        return True

    def hold() -> None:
        gate.wait()
        event = CardDisputed(case.group.id, dispute, 10_000, "needs_response")
        in_transaction(lambda session: hold_seller_balance(session, event))

    with ThreadPoolExecutor(2) as pool:
        asked, held = pool.submit(ask), pool.submit(hold)
        held.result()
        got = asked.result()
    assert case.money().redeemable_cents == 0
    assert case.money().in_redemption_cents == (9_500 if got else 0)
