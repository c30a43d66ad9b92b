"""Buying through the pages, without JavaScript, on a real card service."""

import pytest
import requests

from app.catalog.actions.set_variant import set_price
from app.db.session import transaction
from app.orders.models import OrderGroup
from tests.support.front import ADDRESS_KH, CONTACT, Front, Visitor
from tests.support.trade import Trade


def reviewed(front: Front, trade: Trade, **goods: int) -> tuple[Visitor, str]:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of(), **goods), 2)
    return visitor, visitor.check_out()


def test_a_guest_buys_by_card_and_sees_the_order(front: Front, trade: Trade) -> None:
    visitor, review = reviewed(front, trade)
    assert "$30.50" in review
    to_card = visitor.pay(review)
    assert (to_card.status_code, to_card.headers["Location"].startswith(front.stripe.url)) == (303, True)
    back = front.pay_at_card_service(to_card.headers["Location"])
    assert back is not None
    shown = visitor.browser.get(back.removeprefix(front.settings.public_url), follow_redirects=True)
    assert shown.status_code == 200
    assert "Thank you, Dara Chan." in shown.get_data(as_text=True)
    group = front.group()
    assert (group.state, group.email) == ("paid", "dara@people.example")
    assert "Your cart is empty" in visitor.look("/cart")


def test_from_the_cart_to_the_paid_order_there_are_five_screens_the_card_page_included(
    front: Front, trade: Trade
) -> None:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of()))
    seen = ["/checkout"]
    for fields in (CONTACT, ADDRESS_KH, {}):
        page = visitor.look(seen[-1])
        assert page.count('class="screen-name"') == 4, "where one is, and how far it is"
        seen.append(visitor.send(page, seen[-1], **fields).headers["Location"])
    assert seen == ["/checkout", "/checkout/address", "/checkout/shipping", "/checkout/review"]
    card_page = visitor.pay(visitor.look(seen[-1])).headers["Location"]
    assert front.come_back(visitor, front.pay_at_card_service(card_page))


def test_paying_again_from_the_same_page_leads_to_the_same_card_page(front: Front, trade: Trade) -> None:
    visitor, review = reviewed(front, trade)
    first, second = visitor.pay(review), visitor.pay(review)
    other_tab = visitor.pay(visitor.look("/checkout/review"))
    assert first.headers["Location"] == second.headers["Location"] == other_tab.headers["Location"]
    assert front.group().state == "pending_payment"


def test_sending_the_form_again_after_paying_shows_the_order_and_charges_nothing(front: Front, trade: Trade) -> None:
    visitor, review = reviewed(front, trade)
    back = front.pay_at_card_service(visitor.pay(review).headers["Location"])
    assert back is not None
    visitor.browser.get(back.removeprefix(front.settings.public_url))
    again = visitor.pay(review)
    assert again.headers["Location"] == f"/orders/group/{front.group().id}"
    assert len(front.stripe.client().v1.payment_intents.list().data) == 1


def test_a_declined_card_leaves_the_order_waiting_and_another_card_pays_it(front: Front, trade: Trade) -> None:
    visitor, review = reviewed(front, trade)
    card_page = visitor.pay(review).headers["Location"]
    assert front.pay_at_card_service(card_page, card="4000000000000002") is None
    assert "Waiting for your payment" in visitor.look(f"/orders/group/{front.group().id}")
    back = front.pay_at_card_service(card_page)
    assert back is not None
    visitor.browser.get(back.removeprefix(front.settings.public_url))
    assert front.group().state == "paid"


def test_coming_back_without_paying_keeps_cart_and_typed_words(front: Front, trade: Trade) -> None:
    visitor, review = reviewed(front, trade)
    visitor.pay(review)
    back = visitor.browser.get(f"/checkout/canceled/{front.group().id}")
    assert back.headers["Location"] == "/checkout/review"
    page = visitor.look("/checkout/review")
    assert "You were not charged." in page
    assert "St 178, no 12" in page


@pytest.mark.parametrize("door", ["canceled", "return"])
def test_a_buyer_who_told_the_bank_it_is_not_them_comes_back_to_the_shop_uncharged(
    front: Front, trade: Trade, door: str
) -> None:
    visitor, review = reviewed(front, trade)
    question = front.pay_at_card_service(visitor.pay(review).headers["Location"], card="4000002760003184") or ""
    assert requests.post(question, data={"result": "fail"}, allow_redirects=False, timeout=30).status_code == 303
    (intent,) = front.stripe.client().v1.payment_intents.list().data
    assert intent.last_payment_error is not None
    assert visitor.browser.get(f"/checkout/{door}/{front.group().id}").status_code in {200, 303}
    assert front.group().state == "pending_payment"


def test_a_price_that_rose_is_shown_beside_the_old_one_before_anything_is_charged(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    visitor = front.visitor()
    visitor.add(goods, 2)
    review = visitor.check_out()
    with transaction() as session:
        set_price(session, shop.owner, goods, price_minor=2000)
    answer = visitor.pay(review)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "was $29.00" in page
    assert "$41.50" in page
    assert visitor.pay(page).headers["Location"].startswith(front.stripe.url)


def test_a_stranger_sees_no_order_and_the_link_of_the_mail_opens_it(front: Front, trade: Trade) -> None:
    visitor, review = reviewed(front, trade)
    visitor.pay(review)
    group = front.group()
    stranger = front.visitor()
    for path in (
        f"/orders/group/{group.id}",
        f"/orders/{group.orders[0].number}",
        f"/orders/{group.orders[0].number}/details",
        f"/checkout/return/{group.id}",
        f"/checkout/wallet/{group.id}",
        f"/orders/{group.orders[0].number}/message/release",
        "/orders/key/not-a-key",
        "/orders/not-a-number",
    ):
        stranger.look(path, status=404)
    stranger.look(f"/orders/key/{group.access_token}", status=303)
    assert group.orders[0].number in stranger.look(f"/orders/group/{group.id}")


def test_a_quantity_that_is_none_is_said_on_the_cart_and_changes_nothing(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    visitor = front.visitor()
    visitor.add(goods, 2)
    for typed in ("0", "-3", "1.5", "1e3", "", "nine", "99999999999999999999", "٣.٥"):
        answer = visitor.send(visitor.look("/cart"), "/cart/quantity", variant_id=str(goods), quantity=typed)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422, typed
        assert "Enter a whole number from 1 to 1,000,000" in page
        assert "$29.00" in page


def test_digits_of_other_scripts_are_digits(front: Front, trade: Trade) -> None:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of()), "៣")
    assert "$43.50" in visitor.look("/cart")


def test_taking_out_can_be_undone(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    visitor = front.visitor()
    visitor.add(goods, 2)
    taken = visitor.send(visitor.look("/cart"), "/cart/remove", variant_id=str(goods))
    page = visitor.look(taken.headers["Location"])
    assert "Your cart is empty" in page
    visitor.send(page, "/cart/undo")
    assert "$29.00" in visitor.look("/cart")


def test_wrong_words_in_checkout_are_kept_and_named(front: Front, trade: Trade) -> None:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of()))
    answer = visitor.fill("/checkout", email="dara@", name="<b>Dara</b> ដារ៉ា", phone="12")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Enter an e-mail address like name@example.com." in page
    assert "Enter a phone number the courier can call" in page
    assert "&lt;b&gt;Dara&lt;/b&gt; ដារ៉ា" in page


def test_the_address_is_asked_for_as_the_country_writes_it(front: Front, trade: Trade) -> None:
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of()))
    visitor.fill("/checkout", **CONTACT)
    singapore = visitor.fill("/checkout/address", country="SG", change_country="1").get_data(as_text=True)
    assert 'name="postal_code"' in singapore
    assert 'name="city"' not in singapore
    assert singapore.count('class="field') <= 8
    refused = visitor.fill("/checkout/address", country="SG", street="1 Orchard Road", postal_code="12")
    assert refused.status_code == 422
    assert "1 Orchard Road" in refused.get_data(as_text=True)


def test_a_second_group_for_the_same_cart_cannot_be_made_by_going_back(front: Front, trade: Trade) -> None:
    visitor, review = reviewed(front, trade)
    visitor.pay(review)
    for _ in range(2):
        visitor.pay(visitor.look("/checkout/review"))
    with transaction() as session:
        assert session.query(OrderGroup).count() == 1


def test_while_the_card_service_rests_nothing_is_lost_and_paying_works_afterwards(front: Front, trade: Trade) -> None:
    visitor, review = reviewed(front, trade)
    front.stripe.stop()
    assert visitor.pay(review).status_code == 503
    front.stripe.start()
    assert visitor.pay(review).headers["Location"].startswith(front.stripe.url)
    with transaction() as session:
        assert session.query(OrderGroup).count() == 1


@pytest.mark.parametrize("text", ['"\\000"', '"\\355\\240\\200"', "a b", "x" * 4000])
def test_a_cookie_that_names_no_cart_of_ours_is_an_empty_cart(front: Front, text: str) -> None:
    browser = front.app.test_client(use_cookies=False)  # one with cookies of its own sends no other
    cart = browser.get("/cart", headers={"Cookie": f"cart={text}"})
    assert (cart.status_code, "Your cart is empty" in cart.get_data(as_text=True)) == (200, True)
    assert browser.get("/checkout", headers={"Cookie": f"cart={text}"}).status_code in {200, 303}
