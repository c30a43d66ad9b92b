"""A deal: goods held for one buyer at a price nobody changes, ordered once or not at all."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.catalog.actions.publish_listing import pause_listing
from app.catalog.actions.set_variant import set_price
from app.catalog.models import Variant
from app.checkout.actions.change_cart import add_to_cart, set_quantity, take_out
from app.checkout.models import Cart
from app.checkout.queries.carts import cart_of
from app.db.session import in_transaction, reading, transaction
from app.orders.actions.expire_group import expire_group
from app.orders.models import Order, OrderGroup
from app.quotes.actions.agree_deal import agree_deal
from app.quotes.actions.end_deal import cancel_deal, lapse_deal
from app.quotes.errors import DealIsBeingPaid, DealIsEmpty, DealIsFixed, DealIsOrdered, DealIsOver, DealNotFound
from app.quotes.jobs import lapse_unordered
from app.quotes.models import DealEvent
from app.quotes.rules.deals import QUOTE, AgreedLine, DealState, DealTerms
from tests.quotes.bargain import Bargain


def events_of(deal_id) -> list[str]:
    with reading() as session:
        return list(
            session.scalars(select(DealEvent.kind).where(DealEvent.deal_id == deal_id).order_by(DealEvent.sequence))
        )


def test_agreed_goods_are_held_for_the_buyer_alone(bargain: Bargain) -> None:
    bargain.deal(quantity=2)
    assert bargain.trade.stock(bargain.goods) == (3, 2)


def test_the_cart_of_a_deal_has_the_agreed_price_and_stands_beside_the_own_cart(bargain: Bargain) -> None:
    with transaction() as session:
        own = Cart(token="own", user_id=bargain.buyer.user_id, lines=[])
        session.add(own)
        session.flush()
        add_to_cart(session, own.id, bargain.goods, 1, now=bargain.trade.now())
    deal = bargain.deal(price=1000, quantity=2)
    cart = bargain.cart(deal)
    (seller,) = bargain.trade.priced(cart.id).sellers
    (item,) = seller.items
    assert (item.line.price.minor, item.line.quantity, item.problem) == (1000, 2, None)
    (own_seller,) = bargain.trade.priced(own.id).sellers
    assert (own_seller.items[0].line.price.minor, own_seller.items[0].line.quantity) == (1450, 1)
    with reading() as session:
        found = cart_of(session, token=cart.token, user_id=bargain.buyer.user_id)
        assert found is not None
        assert found.id == own.id


def test_what_is_in_the_cart_of_a_deal_cannot_be_changed(bargain: Bargain) -> None:
    cart = bargain.cart(bargain.deal())
    now = bargain.trade.now()
    for change in (
        lambda session: add_to_cart(session, cart.id, bargain.goods, 1, now=now),
        lambda session: set_quantity(session, cart.id, bargain.goods, 2, now=now),
        lambda session: take_out(session, cart.id, bargain.goods),
    ):
        with pytest.raises(DealIsFixed):
            in_transaction(change)


def test_the_seller_raising_the_price_or_taking_the_goods_off_sale_changes_nothing(bargain: Bargain) -> None:
    deal = bargain.deal(price=1000)
    with transaction() as session:
        set_price(session, bargain.shop.owner, bargain.goods, price_minor=9900)
        pause_listing(session, bargain.shop.owner, session.get_one(Variant, bargain.goods).listing_id)
    group = bargain.place(deal)
    assert group.orders[0].goods_cents == 1000


def test_a_paid_deal_is_an_order_like_any_other(bargain: Bargain) -> None:
    deal = bargain.deal(price=1000, quantity=2)
    group = bargain.place(deal)
    assert bargain.trade.stock(bargain.goods) == (3, 2)
    bargain.trade.charge(bargain.trade.open_card_page(group), group.total_cents)
    bargain.trade.settle()
    (order,) = group.orders
    assert (order.goods_cents, order.total_cents) == (2000, 2150)
    assert bargain.trade.story(order.id).axes.settlement == "in_escrow"
    assert bargain.trade.stock(bargain.goods) == (1, 0)
    assert bargain.now_of(deal).state == DealState.ORDERED
    assert events_of(deal.id) == ["agreed", "in_checkout", "ordered"]
    with pytest.raises(DealIsOrdered):
        in_transaction(lambda session: cancel_deal(session, bargain.buyer, deal.id, bargain.trade.now()))


def test_a_checkout_that_is_not_paid_gives_the_goods_back_to_the_deal(bargain: Bargain) -> None:
    deal = bargain.deal()
    group = bargain.place(deal)
    assert in_transaction(lambda session: expire_group(session, group.id, group.hold_until + timedelta(seconds=1)))
    assert bargain.trade.stock(bargain.goods) == (3, 1)
    assert (bargain.now_of(deal).state, bargain.now_of(deal).order_group_id) == (DealState.AGREED, None)
    again = bargain.place(deal)
    assert again.id != group.id
    assert bargain.trade.stock(bargain.goods) == (3, 1)


def test_a_checkout_that_outlives_the_deal_and_is_not_paid_ends_the_deal(bargain: Bargain) -> None:
    deal = bargain.deal()
    cart = bargain.cart(deal)
    request = bargain.trade.request(cart.id)
    group = bargain.trade.place_at(deal.valid_until - timedelta(minutes=1), cart.id, request)
    assert not in_transaction(lambda session: lapse_deal(session, deal.id, deal.valid_until)), "it is being paid"
    assert in_transaction(lambda session: expire_group(session, group.id, group.hold_until))
    assert bargain.now_of(deal).state == DealState.LAPSED
    assert bargain.trade.stock(bargain.goods) == (3, 0)


def test_an_order_with_another_address_takes_the_place_of_the_first(bargain: Bargain) -> None:
    deal = bargain.deal()
    cart = bargain.cart(deal)
    first = bargain.place(deal)
    request = bargain.trade.request(cart.id)
    second = bargain.trade.place(
        cart.id,
        request=type(request)(
            **{**vars(request), "form_token": uuid4(), "address": {**request.address, "city": "Kampot"}}
        ),
    )
    assert (bargain.now_of(deal).order_group_id, bargain.trade.stock(bargain.goods)) == (second.id, (3, 1))
    with reading() as session:
        assert session.get_one(OrderGroup, first.id).state == "expired"


def test_a_charge_that_comes_late_buys_as_long_as_the_deal_stands(bargain: Bargain) -> None:
    deal = bargain.deal()
    group = bargain.place(deal)
    payment = bargain.trade.open_card_page(group)
    in_transaction(lambda session: expire_group(session, group.id, group.hold_until))
    bargain.trade.charge(payment, group.total_cents)
    assert bargain.now_of(deal).state == DealState.ORDERED
    assert bargain.trade.stock(bargain.goods) == (2, 0)


def test_a_charge_that_comes_after_the_deal_was_taken_back_goes_back_to_the_card(bargain: Bargain) -> None:
    deal = bargain.deal()
    group = bargain.place(deal)
    payment = bargain.trade.open_card_page(group)
    in_transaction(lambda session: expire_group(session, group.id, group.hold_until))
    in_transaction(lambda session: cancel_deal(session, bargain.shop.owner, deal.id, bargain.trade.now()))
    bargain.trade.charge(payment, group.total_cents)
    assert bargain.trade.send_card_refunds() == group.total_cents
    assert bargain.trade.stock(bargain.goods) == (3, 0)
    assert bargain.now_of(deal).state == DealState.CANCELED


def test_a_deal_that_was_not_ordered_in_time_lapses_and_cannot_be_ordered(bargain: Bargain) -> None:
    deal = bargain.deal()
    cart = bargain.cart(deal)
    request = bargain.trade.request(cart.id)
    with pytest.raises(DealIsOver):
        bargain.trade.place_at(deal.valid_until, cart.id, request)
    assert in_transaction(lambda session: lapse_deal(session, deal.id, deal.valid_until))
    assert bargain.trade.stock(bargain.goods) == (3, 0)
    with pytest.raises(DealIsOver):
        bargain.trade.place(cart.id, request)
    with reading() as session:
        assert session.query(Order).count() == 0


def test_the_job_frees_what_is_held_for_nothing(bargain: Bargain) -> None:
    deal = bargain.accept(
        bargain.offer(now=bargain.trade.now() - timedelta(days=20), answer_within=timedelta(days=30)),
        now=bargain.trade.now() - timedelta(days=10),
    )
    lapse_unordered()
    assert (bargain.now_of(deal).state, bargain.trade.stock(bargain.goods)) == (DealState.LAPSED, (3, 0))


def test_either_side_takes_a_deal_back_and_nobody_else(bargain: Bargain) -> None:
    stranger, other_seller = bargain.trade.person(), bargain.trade.shop_of(name="Mekong Silk").owner
    for side in (bargain.buyer, bargain.shop.owner):
        deal = bargain.deal()
        for nobody in (stranger, other_seller):
            with pytest.raises(DealNotFound):
                in_transaction(lambda session, d=deal, n=nobody: cancel_deal(session, n, d.id, bargain.trade.now()))
        for _twice in range(2):
            in_transaction(lambda session, d=deal, s=side: cancel_deal(session, s, d.id, bargain.trade.now()))
        assert events_of(deal.id) == ["agreed", "canceled"]
    assert bargain.trade.stock(bargain.goods) == (3, 0)


def test_nobody_takes_a_deal_back_while_it_is_being_paid(bargain: Bargain) -> None:
    deal = bargain.deal()
    bargain.place(deal)
    with pytest.raises(DealIsBeingPaid):
        in_transaction(lambda session: cancel_deal(session, bargain.shop.owner, deal.id, bargain.trade.now()))


def test_a_quote_makes_a_deal_of_many_lines_of_one_seller_only(bargain: Bargain) -> None:
    trade = bargain.trade
    second = trade.goods(bargain.shop, title="White pepper", price=2000)
    foreign = trade.goods(trade.shop_of(name="Mekong Silk"))

    def agree(*lines: AgreedLine):
        terms = DealTerms(bargain.shop.id, bargain.buyer.user_id, lines, trade.now() + timedelta(days=9), QUOTE)
        return in_transaction(lambda session: agree_deal(session, terms, trade.now()))

    for wrong in ((), (AgreedLine(foreign, 1, 5),), (AgreedLine(second, 1, 5), AgreedLine(second, 2, 5))):
        with pytest.raises(DealIsEmpty):
            agree(*wrong)
    deal = agree(AgreedLine(bargain.goods, 2, 1300), AgreedLine(second, 5, 1800))
    group = bargain.place(deal)
    assert group.orders[0].goods_cents == 2 * 1300 + 5 * 1800


def test_what_happened_to_a_deal_is_never_rewritten(bargain: Bargain) -> None:
    bargain.deal()
    for statement in ("UPDATE deal_events SET kind = 'x'", "DELETE FROM offer_events"):
        with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
            session.execute(text(statement))
