"""A shop that the operator takes off the market: nothing new is bought, and what runs goes on."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from threading import Barrier
from uuid import UUID

import requests

from app.checkout.actions.place_cart import CheckoutRequest
from app.checkout.errors import CartHasProblems
from app.db.session import in_transaction, reading, transaction
from app.identity.actions.approve_shop import approve_shop, suspend_shop
from app.onramp.models import CardRefund
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.models import OrderGroup
from app.payouts.queries import redemptions_of
from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.trade import Shop, Trade, buyer_of

REASON = "Two buyers got something else."


def suspend(trade: Trade, shop: Shop) -> None:
    with transaction() as session:
        suspend_shop(session, trade.operator, shop.id, reason=REASON)


def lift(trade: Trade, shop: Shop) -> None:
    with transaction() as session:
        approve_shop(session, trade.operator, shop.id)


def test_its_goods_are_gone_from_the_stalls_and_a_cart_says_so(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(name="Sothy's Farm")
    goods = trade.goods(shop, title="Red pepper")
    buyer = front.visitor()
    buyer.add(goods)
    slug = buyer.look("/search").partition('href="/p/')[2].partition('"')[0]
    suspend(trade, shop)
    assert "Red pepper" not in buyer.look("/search")
    buyer.look(f"/p/{slug}", status=404)
    buyer.look("/s/sothys-farm", status=404)
    cart = buyer.look("/cart")
    assert "Sothy&#39;s Farm does not sell here at the moment." in cart
    assert "Check out" not in cart
    added = front.visitor().browser.post("/cart/add", data={"variant_id": str(goods), "quantity": "1"})
    assert added.status_code in {400, 404, 422}
    lift(trade, shop)
    assert "does not sell here" not in buyer.look("/cart")


def test_suspended_between_review_and_paying_nothing_is_charged(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer = front.visitor()
    buyer.add(trade.goods(shop))
    review = buyer.check_out()
    suspend(trade, shop)
    answer = buyer.pay(review)
    assert answer.status_code in {303, 409}
    assert "checkout.stripe" not in answer.headers.get("Location", "")
    assert "does not sell here at the moment" in buyer.look("/cart")
    with reading() as session:
        assert session.query(OrderGroup).count() == 0


def test_suspended_while_the_card_page_is_open_it_can_no_longer_be_paid(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    buyer = front.visitor()
    buyer.add(trade.goods(shop))
    page = buyer.pay(buyer.check_out()).headers["Location"]
    suspend(trade, shop)
    assert front.group().state == "expired"
    front.work()
    assert "cardNumber" not in requests.get(page, timeout=30).text
    buyer.fill("/checkout", **CONTACT)
    buyer.fill("/checkout/address", **ADDRESS_KH)
    assert "does not sell here at the moment" in buyer.look("/checkout/shipping")


def test_a_card_charged_after_the_suspension_is_given_back(trade: Trade) -> None:
    shop = trade.shop_of()
    cart = trade.cart({trade.goods(shop): 1})
    group = trade.place(cart, trade.request(cart))
    payment = trade.open_card_page(group)
    suspend(trade, shop)
    trade.charge(payment, group.total_cents)
    with reading() as session:
        assert session.get_one(OrderGroup, group.id).state == "expired"
        assert [refund.amount_minor for refund in session.query(CardRefund)] == [group.total_cents]


def test_paid_orders_are_shipped_and_refunded_and_money_is_asked_for(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    sold, shipped = trade.paid_group({goods: 1}), trade.shipped_order(shop)
    suspend(trade, shop)
    owner, number = front.member(shop.owner), sold.orders[0].number
    page = owner.look(f"/desk/orders/{number}")
    assert owner.send(page, f"/desk/orders/{number}/ship", carrier="VET", tracking="1").status_code == 303
    page = owner.look(f"/desk/orders/{number}")
    refunded = owner.send(page, f"/desk/orders/{number}/refund", amount="0.10", reason="A bruised one.")
    assert refunded.status_code == 303
    with transaction() as session:
        confirm_receipt(session, buyer_of(shipped), shipped.orders[0].id, now=trade.now())
    trade.settle()
    desk = owner.look(f"/desk?shop={shop.id}")
    assert "Your shop is off the market" in desk
    assert REASON in owner.look(f"/desk/approval?shop={shop.id}")
    owner.look(f"/desk/money?shop={shop.id}")
    with reading() as session:
        assert session.execute(redemptions_of(trade.operator)).all() == []


def test_a_checkout_at_the_same_moment_is_refused_or_closed(trade: Trade) -> None:
    """Whichever comes first: no checkout of a suspended shop waits for its payment."""
    for _ in range(3):
        shop = trade.shop_of()
        cart = trade.cart({trade.goods(shop): 1})
        request = trade.request(cart)
        doors, now = Barrier(2), trade.now()

        def order(
            cart: UUID = cart, request: CheckoutRequest = request, doors: Barrier = doors, now: datetime = now
        ) -> None:
            doors.wait()
            with suppress(CartHasProblems):
                trade.place_at(now, cart, request)

        def stop(shop: Shop = shop, doors: Barrier = doors) -> None:
            doors.wait()
            in_transaction(lambda session: suspend_shop(session, trade.operator, shop.id, reason=REASON))

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(order), pool.submit(stop)]:
                done.result()
        with reading() as session:
            assert session.query(OrderGroup).filter_by(state="pending_payment").count() == 0
