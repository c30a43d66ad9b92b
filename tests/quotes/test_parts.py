"""A firm asks to be paid in parts: named in its answer, agreed with the price, said before payment, released in time."""

import pytest
from sqlalchemy import update

from app.db.session import reading, transaction
from app.identity.models import Organization
from app.notify.models import OutgoingMail
from app.orders.actions.ship_order import ship_order
from app.quotes.models import Deal, Offer
from app.quotes.rules.parts import AT_ONCE, PaymentParts
from tests.quotes.bargain import Bargain
from tests.support.deals import UNIT
from tests.support.front import ADDRESS_KH, CONTACT, Front, Visitor

IN_PARTS = PaymentParts(deposit_bps=3_000, shipment_bps=4_000)


def answer_with(seller: Visitor, offer: Offer, *, status: int = 303, **fields: str) -> str:
    path = f"/offers/{offer.id}"
    answered = seller.send(seller.look(path), f"{path}/counter", quantity="1", price="13.00", **fields)
    page = answered.get_data(as_text=True)
    assert answered.status_code == status, page[-3000:]
    return page


def offered(offer: Offer) -> Offer:
    with reading() as session:
        return session.get_one(Offer, offer.id)


def test_agreed_in_an_offer_and_paid_out_on_deposit_shipment_and_acceptance(front: Front, bargain: Bargain) -> None:
    trade, shop = bargain.trade, bargain.shop
    buyer, seller = front.member(bargain.buyer), front.member(shop.owner)
    offer = bargain.offer()
    answer_with(seller, offer, deposit="30", shipment="40")
    page = buyer.look(f"/offers/{offer.id}")
    assert "30 % is paid to the seller as a deposit" in page
    assert "40 % is paid when the goods have left" in page
    assert "The other 30 % is paid when you accept the goods" in page
    assert "13.00 (deposit 30 %, when the goods leave 40 %)" in page, "what was said keeps it"
    with reading() as session:
        mail = session.query(OutgoingMail).filter_by(recipient="dara@people.example").one()
    assert "30 % of the order once your money is in escrow, 40 % when the goods have left" in mail.body
    to_deal = buyer.send(page, f"/offers/{offer.id}/accept").headers["Location"]
    assert "30 % is paid to the seller as a deposit" in buyer.look(to_deal)
    checkout = f"{to_deal}/checkout"
    buyer.fill(checkout, **CONTACT)
    buyer.fill(f"{checkout}/address", **ADDRESS_KH)
    buyer.fill(f"{checkout}/shipping")
    review = buyer.look(f"{checkout}/review")
    assert "30 % is paid to the seller as a deposit" in review, "read before it is paid"
    assert "leaves it in the parts shown" in review
    front.come_back(buyer, front.pay_at_card_service(buyer.send(review, f"{checkout}/pay").headers["Location"]))
    trade.settle()
    trade.settle()
    order = front.group().orders[0]
    assert order.total_cents == 1_450
    assert paid_out(bargain) == 435
    page = buyer.look(f"/orders/{order.number}")
    assert "Paid out in parts" in page
    assert [text in page for text in ("$4.35", "$5.80")] == [True, True]
    with transaction() as session:
        ship_order(session, shop.owner, order.id, carrier="VET", tracking="1", now=trade.now())
    trade.settle()
    assert paid_out(bargain) == 435 + 580
    assert buyer.fill(f"/orders/{order.number}/received").status_code == 303
    trade.settle()
    assert paid_out(bargain) == 1_450
    assert order.number in seller.look("/books/settlement?shop=sothys-farm")
    trade.books_equal_chain()


def paid_out(bargain: Bargain) -> int:
    """Cents that left escrow for the seller: what is its own, and the twentieth of it that is the market's."""
    return round(bargain.trade.books("2200", owner=bargain.shop.id) / UNIT / 0.95)


def test_a_buyer_answers_with_a_price_and_the_parts_stay(front: Front, bargain: Bargain) -> None:
    buyer, seller = front.member(bargain.buyer), front.member(bargain.shop.owner)
    offer = bargain.offer()
    answer_with(seller, offer, deposit="30", shipment="40")
    path = f"/offers/{offer.id}"
    page = buyer.look(path)
    assert 'name="deposit"' not in page
    assert (
        buyer.send(page, f"{path}/counter", quantity="1", price="12.00", deposit="0", shipment="0").status_code == 303
    )
    assert offered(offer).parts == IN_PARTS
    assert bargain.accept(offer, seen=3).parts == IN_PARTS


def test_the_seller_takes_the_parts_out_of_the_next_answer(front: Front, bargain: Bargain) -> None:
    seller = front.member(bargain.shop.owner)
    offer = bargain.offer()
    answer_with(seller, offer, deposit="30", shipment="40")
    bargain.counter(offer, 1_200, by=bargain.buyer, seen=2)
    page = seller.look(f"/offers/{offer.id}")
    assert 'value="30"' in page, "kept from the last answer"
    answer_with(seller, offer, deposit="", shipment="")
    assert offered(offer).parts == AT_ONCE


@pytest.mark.parametrize(
    ("deposit", "shipment", "says"),
    [
        ("51", "", "50"),
        ("50", "31", "at most 80 % together leave before the goods are accepted"),
        ("", "81", "80"),
        ("-1", "", "deposit"),
        ("3.5", "", "whole"),
    ],
)
def test_percents_that_leave_the_buyer_too_little_are_refused_and_nothing_moves(
    front: Front, bargain: Bargain, deposit: str, shipment: str, says: str
) -> None:
    offer = bargain.offer()
    seller = front.member(bargain.shop.owner)
    page = answer_with(seller, offer, status=422, deposit=deposit, shipment=shipment)
    assert says in page
    assert f'value="{deposit or shipment}"' in page, "what was typed is kept"
    assert offered(offer).number == 1


def test_a_private_person_is_not_asked_and_cannot_ask(front: Front, bargain: Bargain) -> None:
    with transaction() as session:
        session.execute(update(Organization).where(Organization.id == bargain.shop.id).values(kind="private_person"))
    offer = bargain.offer()
    seller = front.member(bargain.shop.owner)
    assert 'name="deposit"' not in seller.look(f"/offers/{offer.id}")
    answer_with(seller, offer, status=422, deposit="10")
    assert offered(offer).number == 1


def test_the_database_keeps_what_a_buyer_can_hold_back(bargain: Bargain) -> None:
    offer = bargain.offer()
    deal = bargain.accept(offer)
    for table, key in ((Offer, offer.id), (Deal, deal.id)):
        with pytest.raises(Exception, match="parts_leave_enough"), transaction() as session:
            session.execute(update(table).where(table.id == key).values(deposit_bps=5_000, shipment_bps=3_001))
