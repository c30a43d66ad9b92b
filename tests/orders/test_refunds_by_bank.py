"""A card that cannot take its refund: the buyer reads where the money is, and that it came by bank in the end."""

from app.db.session import reading, transaction
from app.notify.models import OutgoingMail
from app.onramp.actions.pay_refund_by_bank import pay_refund_by_bank
from app.onramp.actions.refund_card import record_refund, record_refusal
from app.onramp.models import CardRefund
from app.onramp.stripe_values import RefundAnswer
from app.orders.rules.next_event import next_event
from tests.orders.test_life import refund
from tests.support.front import Front
from tests.support.trade import Trade


def said(trade: Trade, order_id: object) -> str:
    otherwise = next_event(trade.story(order_id), trade.now()).otherwise  # type: ignore[arg-type]
    return otherwise.message if otherwise else ""


def test_the_order_says_so_and_the_operator_closes_it_on_a_page(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    order = trade.paid_group({trade.goods(shop): 1}).orders[0]
    refund(trade, shop, order.id, order.total_cents)
    trade.settle()
    trade.send_card_refunds()
    with transaction() as session:
        row = session.query(CardRefund).one()
        sent_back = RefundAnswer(
            row.stripe_refund_id or "", "failed", row.amount_minor, trade.now(), "lost_or_stolen_card"
        )
        record_refund(session, row.id, sent_back)
    assert trade.order(order.id).payment_status == "paid"
    assert "sent %(amount)s back to us" in said(trade, order.id)
    operator = front.member(trade.operator)
    assert f"/console/refunds/{row.id}/bank" in operator.look("/console/refunds")
    answer = operator.fill(f"/console/refunds/{row.id}/bank", reference="ABA 4711", paid_on="2026-11-02")
    assert answer.status_code == 303
    assert trade.order(order.id).payment_status == "refunded"
    assert "by bank transfer" in said(trade, order.id)
    with reading() as session:
        (mail,) = session.query(OutgoingMail).filter(OutgoingMail.key.contains("paid_by_bank"))
    assert mail.recipient == "dara@people.example"
    assert order.number in mail.subject
    assert "Every refund has reached its card." in operator.look("/console/refunds")
    assert trade.books("2150", "USD") == 0
    with transaction() as session:
        pay_refund_by_bank(session, row.id, reference="aba-4711", at=trade.now())
    assert trade.books("2150", "USD") == 0


def test_two_transfers_of_the_same_amount_are_told_twice(trade: Trade) -> None:
    shop = trade.shop_of()
    order = trade.paid_group({trade.goods(shop): 1}).orders[0]
    for _ in range(2):
        refund(trade, shop, order.id, 300)
        trade.settle()
    with transaction() as session:
        refunds = session.query(CardRefund).order_by(CardRefund.id).all()
        for number, row in enumerate(refunds):
            record_refusal(session, row.id, "The card is closed.", "expired_or_canceled_card")
            pay_refund_by_bank(session, row.id, reference=f"ABA-{number}", at=trade.now())
    with reading() as session:
        assert session.query(OutgoingMail).filter(OutgoingMail.key.contains("paid_by_bank")).count() == 2
    assert trade.story(order.id).returned.minor == 600
