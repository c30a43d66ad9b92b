"""The bank asks the buyer to confirm, and the buyer walks away: the hold ends, and what comes late harms nobody."""

from datetime import timedelta
from functools import partial

import requests
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.orders.actions.expire_group import expire_group
from app.orders.models import OrderGroup
from tests.support.front import Front, Visitor
from tests.support.outcome import mails_to, outcome_of, requires_tie_out
from tests.support.trade import Trade

NEEDS_CONFIRMATION = "4000002500003155"
ALL = 5
TOTAL = ALL * 1450 + 150


class Walked:
    """A buyer of all there is, who stands before the bank's question when the time to pay ends."""

    def __init__(self, front: Front, trade: Trade) -> None:
        self.front, self.trade = front, trade
        self.goods = trade.goods(trade.shop_of(), stock=ALL)
        self.buyer = front.visitor()
        self.buyer.add(self.goods, ALL)
        self.card_page = self.buyer.pay(self.buyer.check_out()).headers["Location"]
        self.question = front.pay_at_card_service(self.card_page, card=NEEDS_CONFIRMATION) or ""
        self.group = front.group()
        assert "/3ds/" in self.question

    def time_passes(self) -> None:
        """The hold ends; what follows from that still waits on the queue."""
        assert not in_transaction(partial(self._expire, self.group.hold_until - timedelta(seconds=1)))
        assert in_transaction(partial(self._expire, self.group.hold_until))

    def _expire(self, now: object, session: Session) -> bool:
        return expire_group(session, self.group.id, now)  # type: ignore[arg-type]

    def confirm(self) -> requests.Response:
        """Back at the bank's question, the buyer says yes after all."""
        return requests.post(self.question, data={"result": "complete"}, allow_redirects=False, timeout=30)

    def state(self) -> str:
        with reading() as session:
            return session.get_one(OrderGroup, self.group.id).state

    def page(self) -> str:
        return self.buyer.look(f"/orders/group/{self.group.id}")


def buys_all(front: Front, walked: Walked) -> Visitor:
    other = front.visitor()
    other.add(walked.goods, ALL)
    back = front.pay_at_card_service(other.pay(other.check_out()).headers["Location"])
    assert front.come_back(other, back).status_code == 303
    return other


def test_an_abandoned_confirmation_frees_the_goods_closes_the_page_and_charges_nothing(
    front: Front, trade: Trade
) -> None:
    walked = Walked(front, trade)
    assert trade.stock(walked.goods) == (ALL, ALL)
    walked.time_passes()
    front.work()
    assert trade.stock(walked.goods) == (ALL, 0)
    assert "Nothing was charged, and the goods are back on the stall." in walked.page()
    (intent,) = front.stripe.client().v1.payment_intents.list().data
    assert (intent.status, intent.amount_received) == ("canceled", 0)
    assert walked.confirm().status_code == 410
    assert requests.get(walked.card_page, timeout=30).status_code == 410
    # Nothing that was typed is lost: the same cart is paid with another card.
    again = walked.buyer.pay(walked.buyer.look("/checkout/review")).headers["Location"]
    front.come_back(walked.buyer, front.pay_at_card_service(again))
    front.work()
    trade.settle()
    found = outcome_of(front)
    assert (found.charged, found.deposited, found.booked, found.paid_orders) == ([TOTAL], [TOTAL], 1, 1)
    assert (walked.state(), trade.stock(walked.goods)) == ("expired", (0, 0))
    requires_tie_out()


def test_a_late_yes_counts_while_the_goods_are_still_there(front: Front, trade: Trade) -> None:
    walked = Walked(front, trade)
    walked.time_passes()
    assert walked.confirm().status_code == 303  # before our job could close the page
    for _ in range(2):
        front.work()
    trade.settle()
    found = outcome_of(front)
    assert (found.charged, found.given_back, found.deposited) == ([TOTAL], [], [TOTAL])
    assert (walked.state(), trade.stock(walked.goods), found.paid_orders) == ("paid", (0, 0), 1)
    assert "Thank you, Dara Chan." in walked.page()
    requires_tie_out()


def test_a_late_yes_for_goods_that_are_gone_goes_back_in_full_and_says_so(front: Front, trade: Trade) -> None:
    walked = Walked(front, trade)
    with front.listening():
        walked.time_passes()
        buys_all(front, walked)
        assert walked.confirm().status_code == 303
        front.hear_all()
        for _ in range(3):
            front.work()
        trade.settle()
    found = outcome_of(front)
    assert (found.charged, found.given_back, found.deposited) == ([TOTAL, TOTAL], [TOTAL], [TOTAL])
    assert (walked.state(), trade.stock(walked.goods), found.paid_orders) == ("expired", (0, 0), 1)
    assert "sent all of it back" in walked.page()
    subject = f"Your payment for {walked.group.orders[0].number} goes back to your card"
    assert mails_to("dara@people.example").count(subject) == 1
    requires_tie_out()
