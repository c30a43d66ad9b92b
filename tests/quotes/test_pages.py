"""Both sides on their pages: who sees what, what a form sent late or twice is answered, and the deal's own checkout."""

import re
from uuid import uuid4

from app.db.session import in_transaction, reading
from app.orders.actions.expire_group import expire_group
from app.orders.models import OrderGroup
from app.quotes.models import Deal, Offer
from app.quotes.rules.deals import DealState
from tests.quotes.bargain import Bargain
from tests.support.front import ADDRESS_KH, CONTACT, Front, Visitor
from tests.support.queries import queries_of


def the_offer() -> Offer:
    with reading() as session:
        return session.query(Offer).one()


def make(visitor: Visitor, bargain: Bargain, price: str) -> None:
    path = f"/offers/new?variant={bargain.goods}"
    page = visitor.look(path)
    answer = visitor.send(page, "/offers/new", quantity="1", price=price, variant=str(bargain.goods))
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]


def test_what_is_wrong_with_an_answer_is_listed_in_the_order_of_its_page(front: Front, bargain: Bargain) -> None:
    buyer, seller = front.member(bargain.buyer), front.member(bargain.shop.owner)
    make(buyer, bargain, "10.00")
    path = f"/offers/{the_offer().id}"
    answer = seller.send(seller.look(path), f"{path}/counter", quantity="1", price="x", deposit="y", shipment="z")
    assert answer.status_code == 422
    problems = answer.get_data(as_text=True).split("data-error-summary")[1].split("</ul>")[0]
    assert re.findall(r'href="#([\w-]+)"', problems) == ["price", "deposit", "shipment"]


def test_from_the_product_page_to_the_paid_order(front: Front, bargain: Bargain) -> None:
    buyer, seller = front.member(bargain.buyer), front.member(bargain.shop.owner)
    with reading() as session:
        from app.catalog.models import Variant

        slug = session.get_one(Variant, bargain.goods).listing.slug
    assert f"/offers/new?variant={bargain.goods}" in buyer.look(f"/p/{slug}")
    assert "/offers/new" not in seller.look(f"/p/{slug}"), "these are the shop's own goods"
    make(buyer, bargain, "10.00")
    offer = the_offer()
    path = f"/offers/{offer.id}"
    assert "The seller answers next" in buyer.look(path)
    assert "waits for you" in seller.look("/desk/offers")
    assert "1 offer waits for your answer" in seller.look("/desk")
    answered = seller.send(seller.look(path), f"{path}/counter", quantity="1", price="13.00")
    assert answered.status_code == 303
    page = buyer.look(path)
    assert "The seller asks $13.00." in page
    to_deal = buyer.send(page, f"{path}/accept").headers["Location"]
    page = buyer.look(to_deal)
    assert "Agreed. It is kept for you." in page
    assert "Agreed. The buyer pays next." in seller.look(to_deal)
    checkout = f"{to_deal}/checkout"
    assert buyer.fill(checkout, **CONTACT).headers["Location"] == f"{checkout}/address"
    assert buyer.fill(f"{checkout}/address", **ADDRESS_KH).headers["Location"] == f"{checkout}/shipping"
    assert buyer.fill(f"{checkout}/shipping").headers["Location"] == f"{checkout}/review"
    review = buyer.look(f"{checkout}/review")
    assert "$14.50" in review, "13 and 1.50 for the parcel"
    card_page = buyer.send(review, f"{checkout}/pay").headers["Location"]
    assert "It is being paid just now." in buyer.look(to_deal)
    back = front.come_back(buyer, front.pay_at_card_service(card_page))
    assert "Thank you" in buyer.look(back.headers["Location"])
    assert "Ordered and paid." in buyer.look(to_deal)
    assert "/orders/group/" in buyer.look(to_deal)
    assert front.group().total_cents == 1450
    again = buyer.send(review, f"{checkout}/pay")
    assert again.headers["Location"].endswith(f"/orders/group/{front.group().id}")


def test_strangers_find_nothing_and_guests_are_led_to_sign_in(front: Front, bargain: Bargain) -> None:
    deal = bargain.deal()
    offer = the_offer()
    stranger = front.member(bargain.trade.person())
    for path in (
        f"/offers/{offer.id}",
        f"/deals/{deal.id}",
        f"/deals/{deal.id}/checkout",
        f"/deals/{deal.id}/checkout/review",
    ):
        stranger.look(path, status=404)
        assert "/sign-in?next=" in front.visitor().browser.get(path).headers["Location"]
    seller = front.member(bargain.shop.owner)
    seller.look(f"/deals/{deal.id}")
    seller.look(f"/deals/{deal.id}/checkout", status=404)


def test_the_own_cart_stays_as_it_is_and_is_not_mixed_with_the_deal(front: Front, bargain: Bargain) -> None:
    buyer = front.member(bargain.buyer)
    other = bargain.trade.goods(bargain.trade.shop_of(name="Mekong Silk"), title="Silk scarf", price=3000)
    buyer.add(other)
    deal = bargain.deal()
    assert "Kampot black pepper" not in buyer.look("/cart")
    page = buyer.look(f"/deals/{deal.id}/checkout")
    assert "$10.00" in page
    assert "$30.00" not in page
    assert "Silk scarf" in buyer.look("/cart")


def test_a_deal_that_ended_while_the_buyer_typed_says_so_in_words(front: Front, bargain: Bargain) -> None:
    buyer = front.member(bargain.buyer)
    deal = bargain.deal()
    checkout = f"/deals/{deal.id}/checkout"
    buyer.fill(checkout, **CONTACT)
    buyer.fill(f"{checkout}/address", **ADDRESS_KH)
    buyer.fill(f"{checkout}/shipping")
    review = buyer.look(f"{checkout}/review")
    seller = front.member(bargain.shop.owner)
    seller.send(seller.look(f"/deals/{deal.id}"), f"/deals/{deal.id}/cancel")
    answer = buyer.send(review, f"{checkout}/pay")
    assert answer.headers["Location"] == f"/deals/{deal.id}"
    page = buyer.look(f"/deals/{deal.id}")
    assert "This deal is over" in page
    assert "The deal was taken back." in page
    with reading() as session:
        assert session.query(OrderGroup).count() == 0


def test_an_old_page_does_not_accept_the_newer_offer(front: Front, bargain: Bargain) -> None:
    offer = bargain.offer(1000)
    seller = front.member(bargain.shop.owner)
    old = seller.look(f"/offers/{offer.id}")
    bargain.counter(offer, 1300, by=bargain.shop.owner, seen=1)
    bargain.counter(offer, 900, by=bargain.buyer, seen=2)
    answer = seller.send(old, f"/offers/{offer.id}/accept")
    assert answer.headers["Location"] == f"/offers/{offer.id}"
    assert "Meanwhile there is a newer offer." in seller.look(f"/offers/{offer.id}")
    with reading() as session:
        assert session.query(Deal).count() == 0


def test_bad_input_is_said_beside_the_field_and_nothing_is_lost(front: Front, bargain: Bargain) -> None:
    buyer = front.member(bargain.buyer)
    path = f"/offers/new?variant={bargain.goods}"
    answer = buyer.send(buyer.look(path), "/offers/new", price="99.00", quantity="2", variant=str(bargain.goods))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "It costs $14.50 without an offer." in page
    assert 'value="99.00"' in page
    for wrong in ("", "nothing", str(uuid4())):
        assert buyer.browser.get(f"/offers/new?variant={wrong}").status_code == 409


def test_after_an_unpaid_checkout_the_order_leads_back_to_the_deal(front: Front, bargain: Bargain) -> None:
    buyer = front.member(bargain.buyer)
    deal = bargain.deal()
    group = bargain.place(deal)
    in_transaction(lambda session: expire_group(session, group.id, group.hold_until))
    assert f"/deals/{deal.id}" in buyer.look(f"/orders/{group.orders[0].number}")
    assert "Agreed. It is kept for you." in buyer.look(f"/deals/{deal.id}")
    assert bargain.now_of(deal).state == DealState.AGREED


def test_the_lists_ask_as_often_for_one_offer_as_for_many(bargain: Bargain) -> None:
    from app.quotes.queries import offers_made, offers_on_desk

    def asked() -> list[int]:
        with reading() as session:
            return [
                queries_of(session, lambda: offers_made(session, bargain.buyer)),
                queries_of(session, lambda: offers_on_desk(session, bargain.shop.owner)),
            ]

    bargain.offer()
    few = asked()
    for _ in range(6):
        bargain.offer(buyer=bargain.trade.person())
    assert asked() == few == [1, 1]
