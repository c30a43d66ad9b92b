"""Sixty-four buyers want ten units, and pay for real: ten are served, and nobody else is charged."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

from app.checkout.actions.keep_draft import keep_draft
from app.checkout.models import Cart
from app.checkout.rules.draft import ADDRESS, CONTACT, SHIPPING
from app.db.session import reading, transaction
from tests.support.front import CONTACT as TYPED
from tests.support.front import Front, Visitor
from tests.support.outcome import outcome_of, requires_tie_out
from tests.support.trade import ADDRESS as HOME
from tests.support.trade import Trade

BUYERS, UNITS = 64, 10
TOTAL = 1450 + 150


def ready_buyer(front: Front, trade: Trade, goods: UUID) -> tuple[Visitor, str]:
    """Has filled in everything and looks at the review."""
    cart_id = trade.cart({goods: 1})
    (seller,) = trade.priced(cart_id).sellers
    assert seller.shipping is not None
    with transaction() as session:
        keep_draft(session, cart_id, CONTACT, TYPED)
        keep_draft(session, cart_id, ADDRESS, HOME)
        keep_draft(session, cart_id, SHIPPING, {str(seller.seller.id): str(seller.shipping.rate_id)})
        token = session.get_one(Cart, cart_id).token
    visitor = front.visitor()
    visitor.browser.set_cookie("cart", token)
    return visitor, visitor.look("/checkout/review")


def buy(front: Front, buyer: tuple[Visitor, str]) -> str:
    """Press Pay, type the card, come back. Gives the page it ends on."""
    visitor, review = buyer
    answer = visitor.pay(review)
    to = answer.headers.get("Location", "")
    if not to.startswith(front.stripe.url):
        return visitor.look(to) if answer.status_code == 303 else answer.get_data(as_text=True)
    return visitor.look(front.come_back(visitor, front.pay_at_card_service(to)).headers["Location"])


def test_sixty_four_buyers_of_ten_units_are_ten_orders_ten_payments_and_ten_deposits(
    front: Front, trade: Trade
) -> None:
    goods = trade.goods(trade.shop_of(), stock=UNITS)
    buyers = [ready_buyer(front, trade, goods) for _ in range(BUYERS)]
    with ThreadPoolExecutor(12) as pool:  # the database has fourteen connections for one process
        ends = list(pool.map(partial(buy, front), buyers))
    trade.settle()
    found = outcome_of(front)
    assert (found.charged, found.given_back, found.deposited) == ([TOTAL] * UNITS, [], [TOTAL] * UNITS)
    assert (found.booked, found.orders, found.paid_orders) == (UNITS, UNITS, UNITS)
    assert trade.stock(goods) == (0, 0)
    thanked = [end for end in ends if "Thank you, Dara Chan." in end]
    refused = [end for end in ends if "it is sold, or kept" in end or "sold out" in end.lower() or "left" in end]
    assert (len(thanked), len(thanked) + len(refused)) == (UNITS, BUYERS)
    with reading() as session:
        assert session.query(Cart).count() == BUYERS, "who came too late still has the cart"
    sessions = front.stripe.client().v1.checkout.sessions.list({"limit": 100}).data
    assert len(sessions) == UNITS, "nobody else was led to a card page"
    requires_tie_out()
