"""Whichever of buyer and card service speaks first, and however often: one order, one payment, one deposit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.db.session import reading
from app.orders.models import OrderGroup
from tests.support.front import Front, Visitor
from tests.support.outcome import mails_to, outcome_of, requires_tie_out
from tests.support.trade import Trade

TOTAL = 2 * 1450 + 150
Step = Callable[[Front, Visitor, str], None]


def webhook(front: Front, _visitor: Visitor, _back: str) -> None:
    front.hear_all()
    front.work()


def redirect(front: Front, visitor: Visitor, back: str) -> None:
    assert front.come_back(visitor, back).headers["Location"] == f"/orders/group/{front.group().id}"


def both_at_once(front: Front, visitor: Visitor, back: str) -> None:
    front.hear_all()
    with ThreadPoolExecutor(5) as pool:
        coming = [pool.submit(redirect, front, visitor, back) for _ in range(4)]
        front.work()
        for one in coming:
            one.result()


@pytest.mark.parametrize(
    "order",
    [(webhook, redirect), (redirect, webhook), (both_at_once,)],
    ids=["webhook before redirect", "redirect before webhook", "both at once"],
)
def test_paid_once_in_any_order_reloaded_and_pressed_again(front: Front, trade: Trade, order: tuple[Step, ...]) -> None:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of(), stock=10), 2)
    review = visitor.check_out()
    other_tab = visitor.look("/checkout/review")
    with front.listening():
        with ThreadPoolExecutor(4) as pool:  # a double click, and another tab
            pages = list(pool.map(visitor_of(front, visitor), [review, review, other_tab, other_tab]))
        assert len(set(pages)) == 1
        back = front.pay_at_card_service(pages[0])
        assert back is not None
        for step in order:
            step(front, visitor, back)
        for _ in range(2):
            redirect(front, visitor, back)  # reloaded
        for page in (review, other_tab):  # the back button, and Pay once more
            assert visitor.pay(page).headers["Location"] == f"/orders/group/{front.group().id}"
        front.hear_all()
        front.work()
        trade.settle()
    assert "Thank you, Dara Chan." in visitor.look(f"/orders/group/{front.group().id}")
    found = outcome_of(front)
    assert (found.charged, found.given_back, found.deposited) == ([TOTAL], [], [TOTAL])
    assert (found.booked, found.orders, found.paid_orders) == (1, 1, 1)
    with reading() as session:
        (line,) = session.query(OrderGroup).one().orders[0].lines
    assert trade.stock(line.variant_id) == (8, 0)
    assert len(mails_to("dara@people.example")) == 1
    requires_tie_out()


def visitor_of(front: Front, visitor: Visitor) -> Callable[[str], str]:
    """Presses Pay in a browser with the same cookies, as each tab of one browser is."""
    cookies = visitor.browser._cookies  # the test client offers no copy of them

    def press(page: str) -> str:
        tab = front.visitor()
        tab.browser._cookies = dict(cookies)
        answer = tab.pay(page)
        visitor.browser._cookies |= tab.browser._cookies
        return answer.headers["Location"]

    return press
