"""Who meets the seller in person is not asked for an address; whatever is sent has one."""

from dataclasses import replace

import pytest

from app.addresses.models import SavedAddress
from app.checkout.errors import AddressMissing
from app.db.session import reading, transaction
from app.orders.models import Order
from app.orders.queries import addresses_ordered_to
from app.shipping.actions.set_rates import set_rates
from app.shipping.queries import all_rates
from app.shipping.rules import RateTerms
from tests.support.front import ADDRESS_KH, CONTACT, Front, Visitor, hidden_fields
from tests.support.trade import HOME, Shop, Trade

MEET = RateTerms("domestic", "Meet up", "", 0, 2, 0, kind="in_person", place="Central Market, by the clock")
BARE = {"country": "KH", "name": "Dara Chan"}


def at_shop(front: Front, *rates: RateTerms) -> tuple[Shop, Visitor]:
    shop = front.trade.shop_of(rates=rates)
    visitor = front.visitor()
    visitor.add(front.trade.goods(shop, title="Bicycle", price=4000))
    return shop, visitor


def test_where_one_can_only_meet_no_address_is_asked_from_the_cart_to_the_order(front: Front, trade: Trade) -> None:
    shop, visitor = at_shop(front, MEET)
    cart = visitor.look("/cart")
    assert "at: Central Market, by the clock" in cart
    assert "with you between" not in cart
    visitor.fill("/checkout", **CONTACT)
    page = visitor.look("/checkout/address")
    assert "You meet in person" in page
    assert "Where shall it go?" not in page
    visitor.send(page, "/checkout/address?meet=1")
    assert "Central Market, by the clock" in visitor.look("/checkout/shipping")
    visitor.fill("/checkout/shipping")
    review = visitor.look("/checkout/review")
    assert "You meet in person; nothing is sent." in review
    back = front.pay_at_card_service(visitor.pay(review).headers["Location"])
    front.come_back(visitor, back)
    group = front.group()
    assert (group.state, group.address) == ("paid", {"country": "KH", "name": CONTACT["name"]})
    number = group.orders[0].number
    bought = visitor.look(f"/orders/{number}")
    assert "Buyer&#39;s address" not in bought
    assert "Central Market, by the clock" in bought
    sold = front.member(shop.owner).look(f"/desk/orders/{number}")
    assert "Where it goes" not in sold
    assert "You meet in person" in sold
    assert number in front.member(shop.owner).look(f"/desk/orders?shop={shop.id}")


def test_where_both_can_be_had_meeting_is_one_press_and_a_parcel_still_asks(front: Front) -> None:
    _shop, visitor = at_shop(front, HOME, MEET)
    assert visitor.fill("/checkout", **CONTACT).headers["Location"].endswith("/checkout/address")
    page = visitor.look("/checkout/address")
    assert "Meet, without an address" in page
    assert visitor.send(page, "/checkout/address?meet=1").headers["Location"].endswith("/checkout/shipping")
    visitor.fill("/checkout/shipping")
    assert "You meet in person; nothing is sent." in visitor.look("/checkout/review")
    page = visitor.look("/checkout/shipping")
    home = next(part for part in page.split("<label") if "VET Express" in part)
    name, value = home.partition('name="')[2].partition('"')[0], home.partition('value="')[2].partition('"')[0]
    visitor.fill("/checkout/shipping", **{name: value})
    review = visitor.browser.get("/checkout/review")
    assert (review.status_code, review.headers["Location"].endswith("/checkout/address")) == (303, True)
    visitor.fill("/checkout/address", **ADDRESS_KH)
    visitor.fill("/checkout/shipping", **{name: value})
    assert ADDRESS_KH["street"] in visitor.look("/checkout/review")


def test_a_cart_of_which_something_is_sent_is_not_offered_to_meet(front: Front, trade: Trade) -> None:
    _shop, visitor = at_shop(front, MEET)
    visitor.add(trade.goods(trade.shop_of(name="Mekong Silk")))
    visitor.fill("/checkout", **CONTACT)
    page = visitor.look("/checkout/address")
    assert "without an address" not in page
    answer = visitor.browser.post("/checkout/address?meet=1", data=hidden_fields(page, "/checkout/address"))
    assert answer.headers["Location"].endswith("/checkout/address"), "a forged press is asked again"


def test_an_order_of_parcels_without_an_address_is_refused_whoever_sends_it(trade: Trade) -> None:
    cart = trade.cart({trade.goods(trade.shop_of(rates=[HOME, MEET])): 1})
    with pytest.raises(AddressMissing):
        trade.place(cart, trade.request(cart, address=BARE))
    with reading() as session:
        assert session.query(Order).count() == 0


def test_a_parcel_chosen_after_the_meeting_place_is_gone_is_asked_where_to(front: Front, trade: Trade) -> None:
    shop, visitor = at_shop(front, MEET)
    visitor.fill("/checkout", **CONTACT)
    visitor.send(visitor.look("/checkout/address"), "/checkout/address?meet=1")
    with transaction() as session:
        set_rates(session, shop.owner, shop.id, [HOME])
    answer = visitor.browser.get("/checkout/review")
    assert answer.headers["Location"].endswith("/checkout/address")


def test_meeting_leaves_nothing_in_the_address_book(trade: Trade) -> None:
    buyer = trade.person()
    cart = trade.cart({trade.goods(trade.shop_of(rates=[MEET])): 1})
    request = replace(trade.request(cart, buyer_id=buyer.user_id), address=BARE)
    group = trade.place(cart, request)
    trade.charge(trade.open_card_page(group), group.total_cents)
    with reading() as session:
        assert session.query(SavedAddress).count() == 0
        assert buyer.user_id is not None
        assert addresses_ordered_to(session, buyer.user_id, known=set()) == []


def test_a_place_to_meet_is_all_a_seller_has_to_say(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    seller, path = front.member(shop.owner), f"/desk/shipping?shop={shop.id}"
    row = {"zone": "domestic", "kind": "in_person", "method": "At my house", "place": "Kampot, gate 2"}
    empty = {"carrier": "", "days_min": "", "days_max": "", "price": "", "max_grams": "", "free_from": ""}
    unnamed = {"zone": "domestic", "kind": "parcel", "method": "", "place": ""}
    told = [{**empty, **one} for one in (row, unnamed, unnamed)]
    rows = {f"rates-{number}-{name}": value for number, one in enumerate(told) for name, value in one.items()}
    assert seller.fill(path, **rows).status_code == 303
    with reading() as session:
        kept = all_rates(session, shop.id)[0]
        assert (kept.kind, kept.price_minor, kept.days_min, kept.days_max) == ("in_person", 0, 0, 7)
    as_parcel = seller.fill(path, **{**rows, "rates-0-kind": "parcel"})
    assert as_parcel.status_code == 422
    assert "Method 1, Price of one parcel" in as_parcel.get_data(as_text=True)
    with_price = seller.fill(path, **{**rows, "rates-0-price": "5"})
    assert with_price.status_code == 422
