"""A whole market after money was sent back by banks: it ties out at every step, and what is still owed is listed."""

from urllib.parse import urlsplit
from uuid import uuid4

from click.testing import CliRunner

from app.cli.books_commands import books
from app.db.session import reading, transaction
from app.onramp import jobs
from app.onramp.models import CardRefund
from app.orders.actions.refund_order import refund_order
from app.orders.rules.status import FactKind
from tests.support.front import Front

DAY = 86_400


def ties(front: Front) -> str:
    front.trade.settle()
    done = CliRunner().invoke(books, ["tie-out"])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_market_ties_out_while_refunds_and_payouts_come_back(front: Front) -> None:
    trade, stripe = front.trade, front.stripe
    shop = trade.shop_of()
    visitor = front.visitor()
    visitor.add(trade.goods(shop, price=10_000))
    page = visitor.pay(visitor.check_out()).headers["Location"]
    back = front.pay_at_card_service(page, card="4000000000005126")
    assert back is not None
    assert visitor.browser.get(urlsplit(back).path).status_code == 303
    ties(front)
    (order,) = front.group().orders
    with transaction() as session:
        refund_order(session, shop.owner, order.id, cents=2_000, reason="bruised", form_token=uuid4(), now=trade.now())
    trade.settle()
    with reading() as session:
        (refund,) = session.query(CardRefund)
    jobs.send_refund(str(refund.id))
    assert trade.story(order.id).returned.minor == 2_000
    ties(front)

    stripe.advance_clock(3_600)
    jobs.sync_balance()
    assert f"refund_failed {refund.key} 20.00 USD" in ties(front)
    assert trade.story(order.id).happened(FactKind.REFUND_FAILED)
    assert trade.story(order.id).returned.minor == 0
    assert trade.books("2150", "USD") == 2_000

    now = stripe.now()
    stripe.advance_clock((now // DAY + 2) * DAY - now + 120)
    (payout,) = stripe.client().v1.payouts.list().data
    ties(front)
    stripe.advance_clock(DAY)
    ties(front)
    assert trade.books("1010", "USD") == 1_000_000 + payout.amount
    stripe.call("POST", f"payouts/{payout.id}/fail")
    ties(front)
    assert trade.books("1010", "USD") == 1_000_000
