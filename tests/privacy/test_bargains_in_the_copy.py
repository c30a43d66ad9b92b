"""The copy of a person's data tells what was offered and agreed on, with a payment in parts, and of nobody else."""

from uuid import uuid4

from app.db.session import in_transaction, reading
from app.privacy.parts.bargains import deals, offers
from app.privacy.rules import Subject
from app.quotes.actions.make_offer import OfferTerms, counter_offer
from app.quotes.rules.parts import PaymentParts
from tests.quotes.bargain import WITHIN, Bargain, bargain  # noqa: F401 - a fixture


def test_shares_of_deposit_and_shipment_stand_with_offers_and_deals(bargain: Bargain) -> None:  # noqa: F811
    now = bargain.trade.now()
    offer = bargain.offer(1000, 2)
    terms = OfferTerms(2, 1200, PaymentParts(3_000, 2_000))
    in_transaction(
        lambda s: counter_offer(
            s, bargain.shop.owner, offer.id, 1, terms, form_token=uuid4(), answer_within=WITHIN, now=now
        )
    )
    deal = bargain.accept(offer, by=bargain.buyer, seen=2)
    with reading() as session:
        me = Subject(user_id=bargain.buyer.user_id)
        (offered,), (agreed,) = offers(session, me), deals(session, me)
        other = Subject(user_id=bargain.shop.owner.user_id)
        assert (offers(session, other), deals(session, other)) == ([], [])
    assert (offered["state"], offered["deposit_bps"], offered["shipment_bps"]) == ("accepted", 3_000, 2_000)
    assert offered["deal"] == agreed["deal"] == deal.id
    assert (agreed["deposit_bps"], agreed["shipment_bps"], agreed["quantity"]) == (3_000, 2_000, 2)
    assert (agreed["source"], agreed["price_minor"], agreed["seller"]) == ("offer", 1200, "Sothy's Farm")
