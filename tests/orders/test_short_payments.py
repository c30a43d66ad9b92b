"""A card that was charged less than the order costs buys nothing, and all of it goes back."""

from sqlalchemy import select

from app.db.session import reading
from app.notify.models import OutgoingMail
from app.onramp.models import CardPayment, CardRefund
from app.orders.models import OrderGroup
from app.settlement.models import ChainIntent
from tests.support.trade import Trade


def test_what_is_charged_in_part_is_booked_and_goes_back_whole(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), price=10_000, stock=5)
    group = trade.place(trade.cart({goods: 2}))
    payment = trade.open_card_page(group)
    short = group.total_cents - 6_000
    trade.charge(payment, short)
    trade.charge(payment, short)
    assert trade.books("1105", "USD") == trade.books("2150", "USD") == short
    with reading() as session:
        assert session.get_one(OrderGroup, group.id).state == "expired"
        assert session.get_one(CardPayment, payment).amount_minor == short
        (refund,) = session.query(CardRefund)
        assert (refund.amount_minor, refund.order_id) == (short, None)
        assert session.query(ChainIntent).count() == 0
        bodies = session.scalars(select(OutgoingMail.body).where(OutgoingMail.key.contains("short:"))).all()
    assert len(bodies) == 1
    assert "This payment buys nothing." in bodies[0]
    assert trade.stock(goods) == (5, 0)
    assert trade.send_card_refunds() == short
    assert trade.books("1105", "USD") == trade.books("2150", "USD") == 0


def test_the_buyer_can_buy_anew(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), price=10_000, stock=1)
    group = trade.place(trade.cart({goods: 1}))
    trade.charge(trade.open_card_page(group), 100)
    again = trade.paid_group({goods: 1})
    assert trade.order(again.orders[0].id).settlement_status == "in_escrow"
    trade.books_equal_chain()
