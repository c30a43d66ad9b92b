"""Nobody buys from a shop they are of: not by the page, not by a cart of before signing in, not by program."""

from uuid import uuid4

import pytest

from app.checkout.actions.change_cart import add_to_cart, merge_carts, open_cart
from app.checkout.errors import CartHasProblems, OwnGoods
from app.checkout.models import Cart, CartLine
from app.db.session import reading, transaction
from app.identity.models import Member, User
from app.orders.models import OrderGroup
from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.programs import Program, a_token
from tests.support.trade import Trade

SAID = "goods of a shop you work for"


def nothing_was_ordered() -> bool:
    with reading() as session:
        return session.query(OrderGroup).count() == 0


def test_the_page_refuses_goods_of_the_own_shop_and_the_cart_stays_empty(front: Front, trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Rival")
    own, foreign = trade.goods(shop), trade.goods(other, title="Palm sugar")
    owner = front.member(shop.owner)
    owner.add(foreign)
    form = owner.look("/p/palm-sugar")
    answer = owner.send(form, "/cart/add", variant_id=str(own), quantity="1", next="/cart")
    assert answer.status_code == 422
    assert SAID in answer.get_data(as_text=True)
    owner.browser.set_cookie("language", "km")
    answer = owner.send(form, "/cart/add", variant_id=str(own), quantity="1", next="/cart")
    assert "ហាងដែលអ្នកធ្វើការឱ្យ" in answer.get_data(as_text=True).replace("\u200b", "")
    with reading() as session:
        assert [line.variant_id for line in session.query(CartLine)] == [foreign]


@pytest.mark.parametrize("role", ["accountant", "warehouse", "purchaser", "approver"])
def test_whoever_is_of_the_shop_cannot_buy_there_for_themselves_or_for_its_company(trade: Trade, role: str) -> None:
    shop, colleague, stranger = trade.shop_of(), trade.person(), trade.person()
    goods = trade.goods(shop)
    with transaction() as session:
        session.add(Member(organization_id=shop.id, user_id=colleague.user_id, role=role))
    with pytest.raises(OwnGoods):
        trade.cart({goods: 1}, colleague)
    trade.place(trade.cart({goods: 1}, stranger))


def test_what_a_guest_took_is_marked_after_signing_in_and_never_ordered(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    cart_id = trade.cart({goods: 1})
    request = trade.request(cart_id)
    with transaction() as session:
        token = session.get_one(Cart, cart_id).token
        assert shop.owner.user_id is not None
        merge_carts(session, token=token, user_id=shop.owner.user_id)
    assert [problem.code for problem in trade.priced(cart_id).problems] == ["own-goods"]
    with pytest.raises(CartHasProblems):
        trade.place(cart_id, request)
    owner = front.member(shop.owner)
    assert SAID in owner.look("/cart")
    assert nothing_was_ordered()


def test_who_joins_the_shop_later_cannot_order_what_was_in_the_cart(trade: Trade) -> None:
    shop, person = trade.shop_of(), trade.person()
    cart_id = trade.cart({trade.goods(shop): 1}, person)
    request = trade.request(cart_id)
    with transaction() as session:
        session.add(Member(organization_id=shop.id, user_id=person.user_id, role="sales"))
    with pytest.raises(CartHasProblems):
        trade.place(cart_id, request)
    with pytest.raises(OwnGoods), transaction() as session:
        cart = open_cart(session, token=None, user_id=person.user_id)
        add_to_cart(session, cart.id, trade.goods(shop, title="More"), 1, now=trade.now(), form_token=uuid4())
    assert nothing_was_ordered()


def test_a_program_reads_the_problem_in_the_cart_and_cannot_order(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    program = Program(front.app, a_token(shop.owner, "buy"))
    lines = [{"variant_id": str(trade.goods(shop)), "quantity": 2}]
    cart = program.ask("PATCH", "/account/cart", {"lines": lines, "contact": CONTACT, "address": ADDRESS_KH})
    assert [(one["code"], SAID in one["message"]) for one in cart["problems"]] == [("own-goods", True)]
    refused = program.ask("POST", "/account/cart/order", {"amounts": {}}, status=409, **{"Idempotency-Key": "once"})
    assert refused["code"] == "cart-has-problems"
    assert nothing_was_ordered()


def test_a_guest_with_the_address_of_somebody_of_the_shop_is_told_so_and_goes_on_with_another(
    front: Front, trade: Trade
) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Rival")
    own, foreign = trade.goods(shop), trade.goods(other, title="Palm sugar")
    with reading() as session:
        address = session.get_one(User, shop.owner.user_id).email or ""
    guest = front.visitor()
    guest.add(own)
    guest.add(foreign)
    guest.fill("/checkout", **{**CONTACT, "email": address.upper()})
    guest.fill("/checkout/address", **ADDRESS_KH)
    step = guest.look("/checkout/shipping")
    assert "nobody buys from the own shop" in step
    assert "Change contact" in step
    cart = guest.look("/cart")
    assert cart.count("nobody buys from the own shop") == 2  # in the summary and beside the goods
    assert '<a href="/checkout">Change contact</a>' in cart
    with reading() as session:
        cart_id = session.query(Cart).one().id
    request = trade.request(cart_id)
    with pytest.raises(CartHasProblems):
        trade.place(cart_id, request)
    assert nothing_was_ordered()
    guest.fill("/checkout", **CONTACT)
    guest.fill("/checkout/shipping")
    assert "Pay $" in guest.look("/checkout/review")


def test_a_program_that_buys_as_a_guest_with_an_address_of_the_shop_is_told_so(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    with reading() as session:
        contact = {**CONTACT, "email": session.get_one(User, shop.owner.user_id).email}
    lines = [{"variant_id": str(trade.goods(shop)), "quantity": 1}]
    client = front.app.test_client(use_cookies=False)
    cart = client.post("/api/v1/carts", json={"lines": lines, "contact": contact, "address": ADDRESS_KH}).get_json()
    assert [one["code"] for one in cart["problems"]] == ["own-address"]


def test_whoever_is_signed_in_may_have_the_order_of_another_shop_mailed_to_a_colleague_there(trade: Trade) -> None:
    """Who buys is the account then, whatever address is typed."""
    shop, buyer = trade.shop_of(), trade.person()
    cart_id = trade.cart({trade.goods(shop): 1}, buyer)
    with transaction() as session:
        email = session.get_one(User, shop.owner.user_id).email
        session.get_one(Cart, cart_id).draft = {"contact": {**CONTACT, "email": email}}
    assert not trade.priced(cart_id).problems
