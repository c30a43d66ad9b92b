"""The market pays a part: into the same escrow, out of its own money, and back to it when the order goes back."""

from uuid import UUID, uuid4

import pytest

from app.bookkeeping.actions.book_capital import book_capital
from app.checkout.errors import MarketVoucherNeedsCard
from app.db.session import reading, transaction
from app.ledger.queries import reserve_cents
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.expire_group import expire_now
from app.orders.actions.refund_order import refund_order
from app.orders.actions.ship_order import ship_order
from app.orders.models import OrderGroup
from app.orders.rules.purchase import WALLET
from app.settlement.models import ChainIntent
from app.settlement.rules import MINT_BEYOND_RESERVE
from tests.support.front import Front
from tests.support.outcome import requires_tie_out
from tests.support.trade import Shop, Trade, buyer_of


def bought(trade: Trade, *shops: Shop, off: int = 1_000, price: int = 10_000) -> OrderGroup:
    """Paid by card with the market's voucher, and final in escrow."""
    cart = trade.cart({trade.goods(shop, price=price): 1 for shop in shops})
    trade.voucher(None, code="MARKET", amount_minor=off, most_per_buyer=None)
    trade.use_voucher(cart, "market")
    group = trade.place(cart)
    trade.charge(trade.open_card_page(group), group.total_cents)
    trade.settle()
    return group


def refund(trade: Trade, shop: Shop, order_id: UUID, cents: int) -> None:
    with transaction() as session:
        refund_order(session, shop.owner, order_id, cents=cents, reason="bruised", form_token=uuid4(), now=trade.now())
    trade.settle()


def test_the_seller_gets_all_of_it_and_the_market_pays_the_difference(trade: Trade) -> None:
    shop = trade.shop_of()
    capital = trade.books("1010", "USD")
    group = bought(trade, shop)
    (order,) = group.orders
    assert (order.total_cents, order.market_cents, group.total_cents) == (10_150, 1_000, 9_150)
    assert (trade.books("5200", "USD"), trade.books("2150", "USD")) == (1_000, 0)
    assert trade.books("1105", "USD") == 9_150
    assert trade.books("2110") == trade.supply() == 10_150 * 10_000
    assert trade.books("1010", "USD") == capital
    trade.books_equal_chain()
    with reading() as session:
        assert reserve_cents(session) == capital + 9_150 >= 10_150
    with transaction() as session:
        ship_order(session, shop.owner, order.id, carrier="VET", tracking="1", now=trade.now())
        confirm_receipt(session, buyer_of(group), order.id, now=trade.now())
    trade.settle()
    fee = 10_150 * 10_000 * order.commission_bps // 10_000
    assert trade.books("2200") == 10_150 * 10_000 - fee
    trade.books_equal_chain()


def test_it_is_split_over_the_sellers_of_a_cart_and_each_is_paid_in_full(trade: Trade) -> None:
    one, other = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    group = bought(trade, one, other, off=333)
    assert sum(order.market_cents for order in group.orders) == 333
    assert all(order.market_cents == sum(line.market_cents for line in order.lines) for order in group.orders)
    assert group.total_cents == sum(order.total_cents for order in group.orders) - 333
    assert (trade.books("5200", "USD"), trade.books("2150", "USD")) == (333, 0)
    trade.books_equal_chain()


def test_what_goes_back_goes_back_to_each_in_proportion_in_any_number_of_parts(trade: Trade) -> None:
    shop = trade.shop_of()
    group = bought(trade, shop)
    (order,) = group.orders
    refund(trade, shop, order.id, 3_333)
    assert trade.send_card_refunds() == 3_333 - 1_000 * 3_333 // 10_150
    assert trade.books("5200", "USD") == 1_000 - 1_000 * 3_333 // 10_150
    assert trade.books("2150", "USD") == 0
    assert trade.order(order.id).payment_status == "partially_refunded"
    assert trade.story(order.id).on_its_way_back.minor == 0
    refund(trade, shop, order.id, 10_150 - 3_333)
    trade.send_card_refunds()
    assert (trade.books("5200", "USD"), trade.books("2150", "USD"), trade.books("1105", "USD")) == (0, 0, 0)
    assert trade.order(order.id).payment_status == "refunded"
    assert trade.story(order.id).returned.minor == 9_150
    trade.settle()
    assert trade.supply() == 0
    trade.books_equal_chain()


def test_escrow_waits_where_the_markets_own_money_does_not_cover_its_part(trade: Trade) -> None:
    with reading() as session:
        spare = reserve_cents(session)
    with transaction() as session:
        book_capital(session, trade.operator, cents=-(spare - 999), reference="OUT", at=trade.now())
    group = bought(trade, trade.shop_of())
    with reading() as session:
        (mint,) = session.query(ChainIntent).filter_by(kind="mint")
        assert (mint.state, mint.problem) == ("planned", MINT_BEYOND_RESERVE)
    assert trade.supply() == 0
    with transaction() as session:
        book_capital(session, trade.operator, cents=1, reference="IN", at=trade.now())
    trade.settle()
    assert trade.supply() == group.orders[0].total_cents * 10_000
    trade.books_equal_chain()


def test_a_payment_that_came_too_late_goes_back_and_nothing_of_the_market_is_booked(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, price=10_000, stock=1)
    cart = trade.cart({goods: 1})
    trade.voucher(None, code="MARKET", amount_minor=1_000)
    trade.use_voucher(cart, "MARKET")
    group = trade.place(cart)
    payment = trade.open_card_page(group)
    with transaction() as session:
        expire_now(session, group.id, trade.now())
    trade.paid_group({goods: 1})
    trade.charge(payment, group.total_cents)
    assert trade.send_card_refunds() == 9_150
    assert trade.books("5200", "USD") == 0


def test_from_an_own_wallet_it_cannot_be_paid(trade: Trade) -> None:
    cart = trade.cart({trade.goods(trade.shop_of(), price=10_000): 1})
    trade.voucher(None, code="MARKET", amount_minor=1_000)
    trade.use_voucher(cart, "MARKET")
    wallet = bytes.fromhex(trade.chain.accounts[4][2:])
    with pytest.raises(MarketVoucherNeedsCard):
        trade.place(cart, trade.request(cart, paid_by=WALLET, buyer_address=wallet))


def test_card_service_books_and_chain_agree_to_the_cent_on_the_pages_of_everybody(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    visitor = front.visitor()
    visitor.add(trade.goods(shop, price=10_000))
    trade.voucher(None, code="MARKET", amount_minor=1_000)
    visitor.send(visitor.look("/cart"), "/cart/voucher", code="MARKET")
    review = visitor.check_out()
    assert "works with a card only" in review
    assert "/checkout/wallet" not in review
    front.come_back(visitor, front.pay_at_card_service(visitor.pay(review).headers["Location"]))
    trade.settle()
    requires_tie_out()
    (order,) = front.group().orders
    page = visitor.look(f"/orders/{order.number}")
    assert "Voucher MARKET, paid by the market" in page
    assert "$91.50" in page
    desk = front.member(shop.owner).look(f"/desk/orders/{order.number}")
    assert "$101.50" in desk, "the seller gets the full price"
    refund(trade, shop, order.id, 10_150)
    front.work()
    requires_tie_out()
    assert "$91.50" in visitor.look(f"/orders/{order.number}")
    assert trade.order(order.id).payment_status == "refunded"
    assert (trade.books("5200", "USD"), trade.books("2150", "USD")) == (0, 0)
    assert order.number not in front.member(trade.operator).look("/books/open-items")
