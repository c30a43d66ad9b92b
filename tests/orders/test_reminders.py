"""Before silence pays the seller, a silent buyer is asked once more."""

from datetime import timedelta

from app.db.session import reading, transaction
from app.notify.models import OutgoingMail
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.ship_order import ship_order
from app.orders.jobs import ask_if_arrived
from tests.support.deals import CARD, HELD, OWN, WALLET, Deal, paid_deals
from tests.support.trade import Trade

DAY = timedelta(days=1)


def questions() -> list[tuple[str, str]]:
    with reading() as session:
        mails = session.query(OutgoingMail).filter(OutgoingMail.key.contains("arrival_asked:"))
        return [(mail.recipient, mail.body) for mail in mails.order_by(OutgoingMail.id)]


def sent(deal: Deal) -> None:
    with transaction() as session:
        ship_order(session, deal.shop.owner, deal.id, carrier="VET Express", tracking="1", now=deal.trade.now())


def test_silent_buyers_are_asked_once_and_only_they(trade: Trade) -> None:
    silent, content, unsent = paid_deals(trade, [(CARD, HELD), (CARD, OWN), (WALLET, OWN)])
    sent(silent)
    sent(content)
    trade.wait_until(silent.order.auto_release_at - 3 * DAY)
    ask_if_arrived()
    assert questions() == []
    with transaction() as session:
        confirm_receipt(session, content.viewer, content.id, now=trade.now())
    trade.wait_until(silent.order.auto_release_at - DAY)
    for _ in range(2):
        ask_if_arrived()
    ((recipient, body),) = questions()
    assert recipient == silent.group.email
    assert f"/orders/key/{silent.group.access_token}" in body
    assert unsent.order.fulfillment_status == "unfulfilled"
