"""A card cannot be charged less than half a dollar: who comes to less reads it before there is anything to pay."""

from uuid import UUID

import pytest

from app.checkout.actions.ask_approval import ask_approval
from app.checkout.errors import ApprovalBelowCardMinimum, BelowCardMinimum, CartHasProblems
from app.db.session import transaction
from app.orders.rules.purchase import WALLET
from app.shipping.rules import RateTerms
from tests.companies.test_company_orders import Company
from tests.quotes.bargain import Bargain, takes_offers
from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.on_terms import OnTerms
from tests.support.programs import Program, a_token
from tests.support.trade import Shop, Trade
from tests.support.wallet import WalletBuyer, wallet_with

FREE = RateTerms("domestic", "Parcel", "VET Express", 1, 3, 0)
OWN_WALLET = bytes.fromhex("11" * 20)


@pytest.fixture
def shop(trade: Trade) -> Shop:
    return trade.shop_of(rates=(FREE,))


@pytest.fixture
def sticker(trade: Trade, shop: Shop) -> UUID:
    """Thirty cents, sent for nothing."""
    return trade.goods(shop, title="Sticker", price=30)


def test_the_cart_says_how_much_is_missing_and_one_more_sticker_is_enough(front: Front, sticker: UUID) -> None:
    visitor = front.visitor()
    visitor.add(sticker)
    cart = visitor.look("/cart")
    assert "By card at least $0.50 can be paid, and $0.20 is missing." in cart
    review = visitor.check_out()
    assert "$0.20 is missing" in review
    assert 'action="/checkout/pay"' not in review
    assert 'action="/checkout/wallet"' in review
    visitor.add(sticker)
    assert "is missing" not in visitor.look("/cart")
    back = front.pay_at_card_service(visitor.pay(visitor.look("/checkout/review")).headers["Location"])
    front.come_back(visitor, back)
    assert (front.group().state, front.group().total_cents) == ("paid", 60)


def test_a_card_form_from_before_is_answered_in_words_and_orders_nothing(
    front: Front, trade: Trade, sticker: UUID
) -> None:
    visitor = front.visitor()
    visitor.add(sticker, 2)
    review = visitor.check_out()
    cart = visitor.look("/cart")
    visitor.send(cart, "/cart/quantity", variant_id=str(sticker), quantity="1")
    answer = visitor.pay(review)
    assert answer.status_code == 409
    assert "Nothing was ordered or charged" in answer.get_data(as_text=True)
    assert trade.stock(sticker) == (100, 0)


def test_exactly_half_a_dollar_is_charged_and_a_cent_less_is_not(trade: Trade, shop: Shop) -> None:
    assert trade.place(trade.cart({trade.goods(shop, price=50): 1})).total_cents == 50
    with pytest.raises(BelowCardMinimum):
        trade.place(trade.cart({trade.goods(shop, price=49): 1}))


def test_from_a_wallet_it_is_paid_all_the_same(front: Front, trade: Trade, sticker: UUID) -> None:
    buyer = WalletBuyer(front, wallet_with(trade, 100))
    assert buyer.sign_and_send(buyer.order(sticker)).status_code == 200
    trade.settle()
    assert (front.group().state, front.group().total_cents) == ("paid", 30)


def test_a_program_reads_it_in_the_cart_and_is_refused_with_the_same_numbers(front: Front, sticker: UUID) -> None:
    program = Program(front.app)
    content = {"lines": [{"variant_id": str(sticker), "quantity": 1}], "contact": CONTACT, "address": ADDRESS_KH}
    cart = program.ask("POST", "/carts", content, status=201)
    assert cart["problems"] == []
    assert cart["card_problem"]["code"] == "below-card-minimum"
    assert "$0.20" in cart["card_problem"]["message"]
    token = {"Cart-Token": cart["token"]}
    refused = program.ask("POST", "/cart/order", {"amounts": cart["amounts"]}, status=409, **token)
    assert refused["code"] == "below-card-minimum"
    more = {"lines": [{"variant_id": str(sticker), "quantity": 2}]}
    assert program.ask("PATCH", "/cart", more, **token)["card_problem"] is None


def test_a_deal_below_it_can_be_paid_from_a_wallet_only_and_says_so(front: Front, trade: Trade, shop: Shop) -> None:
    goods = trade.goods(shop, price=45)
    takes_offers(goods)
    buyer = trade.person("dara@people.example")
    bargain = Bargain(trade, shop, goods, buyer)
    deal = bargain.deal(40)
    visitor, path = front.member(buyer), f"/deals/{deal.id}/checkout"
    visitor.fill(path, **CONTACT)
    visitor.fill(f"{path}/address", **ADDRESS_KH)
    visitor.fill(f"{path}/shipping")
    review = visitor.look(f"{path}/review")
    assert "What was agreed on stays as it is, so pay it from a wallet of your own." in review
    assert f'action="{path}/pay"' not in review
    assert f'action="{path}/wallet"' in review
    program = Program(front.app, a_token(buyer, "buy"))
    assert program.ask("GET", f"/deals/{deal.id}/cart")["card_problem"]["code"] == "below-card-minimum"


def test_a_voucher_that_brings_it_below_is_told_in_the_cart(front: Front, trade: Trade, shop: Shop) -> None:
    goods = trade.goods(shop, price=100)
    trade.voucher(shop, code="ALMOST", amount_minor=90)
    visitor = front.visitor()
    visitor.add(goods)
    assert "is missing" not in visitor.look("/cart")
    assert visitor.send(visitor.look("/cart"), "/cart/voucher", code="ALMOST").status_code == 303
    assert "By card at least $0.50 can be paid, and $0.40 is missing." in visitor.look("/cart")


def test_with_a_voucher_of_the_market_there_is_no_way_to_pay_until_it_is_taken_out(trade: Trade, shop: Shop) -> None:
    cart = trade.cart({trade.goods(shop, price=100): 1})
    trade.voucher(None, code="MARKET", amount_minor=90)
    trade.use_voucher(cart, "market")
    (problem,) = trade.priced(cart).problems
    assert problem.code == "below-card-minimum"
    assert "take the market's voucher out" in problem.text.message
    for way in ({}, {"paid_by": WALLET, "buyer_address": OWN_WALLET}):
        with pytest.raises(CartHasProblems):
            trade.place(cart, trade.request(cart, **way))


def test_who_owes_less_is_led_to_the_wallet_and_not_to_a_card_page(front: Front, trade: Trade) -> None:
    terms = OnTerms(trade, rates=(FREE,))
    terms.goods = trade.goods(terms.shop, price=30)
    group = terms.order()
    visitor = front.member(terms.buyer)
    for page in (visitor.look(f"/orders/group/{group.id}"), visitor.look(f"/orders/{group.orders[0].number}")):
        assert f"/checkout/resume/{group.id}" not in page
        assert f"/checkout/owed/{group.id}" in page
        assert "It is less than a card can be charged." in page
    program = Program(front.app, a_token(terms.buyer, "buy", "companies"))
    number = group.orders[0].number
    assert program.ask("POST", f"/orders/{number}/card-page", status=409)["code"] == "below-card-minimum"
    assert program.send("POST", f"/orders/{number}/wallet-payment").json["code"] == "wallet-needed"


def test_an_approver_is_not_asked_for_what_no_card_can_pay(trade: Trade, front: Front, sticker: UUID) -> None:
    company = Company(trade)
    company.limit(0)
    visitor = front.member(company.purchaser)
    visitor.add(sticker)
    visitor.fill("/checkout", **CONTACT, po_number="PO-1")
    visitor.fill("/checkout/address", **ADDRESS_KH)
    visitor.fill("/checkout/shipping")
    review = visitor.look("/checkout/review")
    assert "it cannot be less than a card takes" in review
    assert "Ask for approval" not in review
    cart = trade.cart({}, buyer=company.purchaser)
    sent = trade.request(cart, buyer_id=company.purchaser.user_id, company_id=company.id, po_number="PO-1")
    with pytest.raises(ApprovalBelowCardMinimum), transaction() as session:
        ask_approval(session, cart, sent, note="", market="Phsar", base="http://localhost", now=trade.now())
