"""A refund the card's bank sends back, a payout the market's bank sends back, a dispute whose webhook was lost."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.session import reading, transaction
from app.onramp import jobs, stripe_gateway
from app.onramp.actions.pay_refund_by_bank import pay_refund_by_bank
from app.onramp.actions.refund_card import claim_refund, record_refusal, refund_card
from app.onramp.errors import (
    BankReferenceUsed,
    PaymentMismatch,
    RefundNotFailed,
    StripeUnavailable,
    UnusableBankReference,
)
from app.onramp.events import CardPaymentSucceeded, CardRefunded, CardRefundFailed
from app.onramp.models import CardDispute, CardPayment, CardRefund, StripePayout
from app.reconciliation.sql_files import statement
from tests.onramp.conftest import Onramp

DAY = 86_400
FAILS_LATER, DISPUTED = "4000000000005126", "4000000000000259"  # Stripe's test cards


def refund_asked(onramp: Onramp, card: str, cents: int) -> UUID:
    """Of 100 dollars that were charged, with all that the card service says of itself heard; gives the refund's id."""
    group, url = onramp.open(10_000)
    onramp.pay(url, card)
    onramp.hear_webhooks("charge.dispute.created" if card == DISPUTED else "checkout.session.completed")
    with transaction() as session:
        refund_card(session, order_group_id=group, order_id=None, cents=cents, key="refund:1", reason="seller")
        return session.scalars(select(CardRefund.id)).one()


def at_stripe() -> int:
    held = stripe_gateway.balance()
    return held.available_cents + held.pending_cents


def test_a_refund_that_fails_after_it_had_succeeded_is_owed_to_the_buyer_again(onramp: Onramp) -> None:
    refund_id = refund_asked(onramp, FAILS_LATER, 4_000)
    jobs.send_refund(str(refund_id))
    assert onramp.books("2150") == 6_000
    onramp.server.advance_clock(3_600)
    onramp.hear_webhooks("refund.failed")
    jobs.sync_balance()
    jobs.sync_balance()
    with reading() as session:
        refund = session.get_one(CardRefund, refund_id)
    assert (refund.state, refund.problem) == ("failed", "unknown")
    assert (onramp.books("2150"), onramp.books("1105")) == (10_000, 0)
    assert onramp.books("1100") == at_stripe() == 10_000 - 320
    assert [type(fact) for fact in onramp.heard] == [CardPaymentSucceeded, CardRefunded, CardRefundFailed]


@pytest.mark.parametrize("had_arrived", [True, False], ids=["after it had arrived", "on its way"])
def test_a_payout_the_bank_sends_back_is_at_stripe_again(onramp: Onramp, had_arrived: bool) -> None:
    _, url = onramp.open(10_000)
    onramp.pay(url)
    onramp.hear_webhooks("checkout.session.completed")
    now = onramp.server.now()
    onramp.server.advance_clock((now // DAY + 2) * DAY - now + 120)  # the midnight at which the money is available
    jobs.sync_balance()
    (payout,) = onramp.server.client().v1.payouts.list().data
    if had_arrived:
        onramp.server.advance_clock(2 * DAY)
        jobs.sync_balance()
    on_the_way, at_bank = (0, payout.amount) if had_arrived else (payout.amount, 0)
    assert (onramp.books("1110"), onramp.books("1010")) == (on_the_way, at_bank)
    onramp.server.call("POST", f"payouts/{payout.id}/fail")
    onramp.hear_webhooks("payout.failed")
    jobs.sync_balance()
    assert (onramp.books("1110"), onramp.books("1010")) == (0, 0)
    assert onramp.books("1100") == at_stripe() == 10_000 - 320
    with reading() as session:
        assert session.get_one(StripePayout, payout.id).status == "failed"


def test_a_dispute_of_which_no_webhook_told_is_found_with_its_end(onramp: Onramp) -> None:
    _, url = onramp.open(10_000)
    onramp.pay(url, "4000000000000259")
    onramp.hear_webhooks("checkout.session.completed")
    onramp.server.advance_clock(3_600)
    jobs.sync_balance()
    with reading() as session:
        dispute = session.scalars(select(CardDispute)).one()
    assert (dispute.status, onramp.books("1120")) == ("needs_response", 10_000)
    told = len(onramp.heard)
    jobs.sync_balance()
    assert len(onramp.heard) == told
    onramp.server.call("POST", f"disputes/{dispute.stripe_dispute_id}/close", outcome="lost")
    jobs.sync_balance()
    assert (onramp.books("1120"), onramp.books("5120")) == (0, 10_000)


def test_a_late_webhook_of_a_dispute_does_not_undo_its_end(onramp: Onramp) -> None:
    _, url = onramp.open(10_000)
    onramp.pay(url, "4000000000000259")
    onramp.receiver.wait_for("charge.dispute.created")
    (dispute,) = onramp.server.client().v1.disputes.list().data
    onramp.server.call("POST", f"disputes/{dispute.id}/close", outcome="lost")
    onramp.receiver.wait_for("charge.dispute.closed")
    onramp.receiver.requests.reverse()
    onramp.hear_webhooks("checkout.session.completed")
    onramp.hear_webhooks("charge.dispute.created")
    jobs.sync_balance()
    with reading() as session:
        assert session.get_one(CardDispute, dispute.id).status == "lost"


def test_a_refund_the_card_service_will_never_make_is_kept_with_its_reason_and_stops_nothing_else(
    onramp: Onramp,
) -> None:
    group, url = onramp.open(10_000)
    onramp.pay(url, "4000000000000259")
    onramp.hear_webhooks("charge.dispute.created")
    with transaction() as session:
        refund_card(session, order_group_id=group, order_id=None, cents=10_000, key="refund:1", reason="seller")
        session.scalars(select(CardRefund)).one().created_at -= timedelta(minutes=2)
    unheard, url = onramp.open(5_000)
    onramp.pay(url)
    with transaction() as session:
        session.get_one(CardPayment, onramp.payment(unheard).id).created_at -= timedelta(minutes=2)
    jobs.look_again()
    with reading() as session:
        refund = session.scalars(select(CardRefund)).one()
    assert refund.state == "failed"
    assert "has been charged back" in (refund.problem or "")
    assert onramp.payment(unheard).state == "succeeded"
    jobs.look_again()


@pytest.mark.parametrize("is_lost_first", [True, False], ids=["lost, then refused", "refused, then lost"])
def test_a_lost_chargeback_pays_the_refund_that_is_refused_because_of_it(onramp: Onramp, is_lost_first: bool) -> None:
    group, url = onramp.open(10_000)
    onramp.pay(url, "4000000000000259")
    onramp.hear_webhooks("charge.dispute.created")
    (dispute,) = onramp.server.client().v1.disputes.list().data

    def lose() -> None:
        onramp.server.call("POST", f"disputes/{dispute.id}/close", outcome="lost")
        onramp.hear_webhooks("charge.dispute.closed")

    if is_lost_first:
        lose()
    for key in ("refund:1", "refund:2"):
        with transaction() as session:
            refund_card(session, order_group_id=group, order_id=None, cents=5_000, key=key, reason="seller")
    with reading() as session:
        refunds = session.scalars(select(CardRefund.id)).all()
    for refund_id in refunds:
        jobs.send_refund(str(refund_id))
        jobs.send_refund(str(refund_id))
    if not is_lost_first:
        assert (onramp.books("2150"), onramp.books("5120")) == (10_000, 0)
        lose()
    jobs.sync_balance()
    assert (onramp.books("2150"), onramp.books("5120"), onramp.books("1120")) == (0, 0, 0)
    assert onramp.books("1100") == at_stripe()


def test_a_payment_that_cannot_be_applied_is_told_and_stops_no_other(onramp: Onramp) -> None:
    """Both payments were made, no webhook came, and the books say of the first that another amount was asked for."""
    groups = []
    for cents in (9_000, 5_000):
        group, url = onramp.open(cents)
        onramp.pay(url)
        groups.append(group)
    with transaction() as session:
        for group in groups:
            session.get_one(CardPayment, onramp.payment(group).id).created_at -= timedelta(minutes=2)
        session.get_one(CardPayment, onramp.payment(groups[0]).id).amount_minor -= 1
    with pytest.raises(ExceptionGroup) as told:
        jobs.look_again()
    assert [type(problem) for problem in told.value.exceptions] == [PaymentMismatch]
    assert [onramp.payment(group).state for group in groups] == ["open", "succeeded"]


def test_a_refund_the_card_service_could_not_make_just_now_is_asked_for_again(onramp: Onramp) -> None:
    group, url = onramp.open(10_000)
    onramp.pay(url)
    onramp.hear_webhooks("checkout.session.completed")
    with transaction() as session:
        refund_card(session, order_group_id=group, order_id=None, cents=4_000, key="refund:1", reason="seller")
        session.scalars(select(CardRefund)).one().created_at -= timedelta(minutes=2)
    onramp.server.faults(requests={"fail_next": 3, "path": "/v1/refunds"})
    with pytest.raises(ExceptionGroup) as told:
        jobs.look_again()
    assert [type(problem) for problem in told.value.exceptions] == [StripeUnavailable]
    jobs.look_again()
    with reading() as session:
        assert session.scalars(select(CardRefund.state)).all() == ["succeeded"]


def test_a_refund_no_card_takes_is_paid_by_bank_once_and_everything_ties_out(onramp: Onramp) -> None:
    refund_id = refund_asked(onramp, FAILS_LATER, 4_000)
    with pytest.raises(RefundNotFailed):
        by_bank(refund_id, "ABA-1")
    jobs.send_refund(str(refund_id))
    onramp.server.advance_clock(3_600)
    onramp.hear_webhooks("refund.failed")
    jobs.sync_balance()
    was_bank = onramp.books("1010")
    for reference in ("ABA 1-7", "aba1 7"):
        by_bank(refund_id, reference)
    assert (onramp.books("2150"), onramp.books("1010") - was_bank) == (6_000, -4_000)
    heard = [fact for fact in onramp.heard if isinstance(fact, CardRefunded)]
    assert [fact.is_by_bank for fact in heard] == [False, True]
    with pytest.raises(RefundNotFailed):
        by_bank(refund_id, "ABA-2")
    onramp.hear_webhooks("refund.failed")
    with reading() as session:
        assert session.get_one(CardRefund, refund_id).state == "paid_by_bank"
        assert statement_rows(session, "bank") == statement_rows(session, "card_refunds") == []


def by_bank(refund_id: UUID, reference: str) -> None:
    with transaction() as session:
        pay_refund_by_bank(session, refund_id, reference=reference, at=datetime.now(UTC))


def statement_rows(session: Session, name: str) -> list[object]:
    return list(session.execute(statement(name)))


def test_one_transfer_does_not_close_two_refunds(onramp: Onramp) -> None:
    group, url = onramp.open(10_000)
    onramp.pay(url)
    onramp.hear_webhooks("checkout.session.completed")
    with transaction() as session:
        for number in (1, 2):
            refund_card(
                session, order_group_id=group, order_id=None, cents=100, key=f"refund:{number}", reason="seller"
            )
        ids = session.scalars(select(CardRefund.id).order_by(CardRefund.key)).all()
        for refund_id in ids:
            record_refusal(session, refund_id, "The card is closed.", "expired_or_canceled_card")
    by_bank(ids[0], "ABA-1")
    with pytest.raises(BankReferenceUsed):
        by_bank(ids[1], "aba 1")
    with pytest.raises(UnusableBankReference):
        by_bank(ids[1], "--")


def test_a_refund_refused_for_another_reason_is_not_paid_by_a_lost_chargeback(onramp: Onramp) -> None:
    refund_id = refund_asked(onramp, DISPUTED, 100)
    with transaction() as session:
        record_refusal(session, refund_id, "The card is closed.", "expired_or_canceled_card")
    close_dispute(onramp, "lost")
    with reading() as session:
        assert session.get_one(CardRefund, refund_id).state == "failed"
    assert onramp.books("2150") == 10_000


def test_a_refund_refused_for_a_chargeback_is_asked_for_again_when_that_is_won(onramp: Onramp) -> None:
    refund_id = refund_asked(onramp, DISPUTED, 10_000)
    jobs.send_refund(str(refund_id))
    with reading() as session:
        assert session.get_one(CardRefund, refund_id).refusal_code == "charge_disputed"
    close_dispute(onramp, "won")
    with reading() as session:
        refund = session.get_one(CardRefund, refund_id)
        call = claim_refund(session, refund_id)
    assert (refund.state, call.key if call else "") == ("planned", "refund:1:2")
    jobs.send_refund(str(refund_id))  # the card service takes no refund of what was ever disputed
    by_bank(refund_id, "ABA-9")
    assert onramp.books("2150") == 0


def close_dispute(onramp: Onramp, outcome: str) -> None:
    (dispute,) = onramp.server.client().v1.disputes.list().data
    onramp.server.call("POST", f"disputes/{dispute.id}/close", outcome=outcome)
    onramp.hear_webhooks("charge.dispute.closed")
