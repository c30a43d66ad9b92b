"""Offers go back and forth; only the newest one can be agreed on, by the one whose turn it is, and in time."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.catalog.actions.publish_listing import pause_listing
from app.catalog.errors import TooFewLeft
from app.catalog.models import Variant
from app.db.session import in_transaction, reading, transaction
from app.identity.errors import SignInNeeded
from app.identity.queries import ANONYMOUS
from app.notify.models import OutgoingMail
from app.privacy.actions.erase_person import erase_account
from app.quotes.actions.answer_offer import decline_offer, withdraw_offer
from app.quotes.errors import (
    NoOffersHere,
    NotYourTurn,
    OfferIsOver,
    OfferMoved,
    OfferNotFound,
    OfferRunning,
    OfferTooHigh,
    OwnGoods,
    PriceTooLow,
    TooManyRounds,
)
from app.quotes.jobs import expire_unanswered
from app.quotes.models import Offer, OfferEvent
from app.quotes.rules.offers import MOST_ROUNDS, WAITING, OfferState, Side, require_turn, turn
from tests.quotes.bargain import Bargain


def state(offer: Offer) -> str:
    with reading() as session:
        return session.get_one(Offer, offer.id).state


def said(offer: Offer) -> list[tuple[str, str | None, int]]:
    with reading() as session:
        rows = session.execute(
            select(OfferEvent.kind, OfferEvent.side, OfferEvent.price_minor)
            .where(OfferEvent.offer_id == offer.id)
            .order_by(OfferEvent.sequence)
        )
        return [tuple(row) for row in rows]


def mails() -> list[tuple[str, str]]:
    with reading() as session:
        found = session.query(OutgoingMail).order_by(OutgoingMail.id).all()
        return [(mail.subject, mail.body) for mail in found if mail.key.startswith("offer:")]


def test_offer_counter_counter_accept_is_a_deal_at_the_last_price(bargain: Bargain) -> None:
    offer = bargain.offer(1000)
    bargain.counter(offer, 1300, by=bargain.shop.owner, seen=1)
    bargain.counter(offer, 1200, by=bargain.buyer, seen=2)
    deal = bargain.accept(offer, seen=3)
    assert [(line.quantity, line.price_minor) for line in deal.lines] == [(1, 1200)]
    assert state(offer) == OfferState.ACCEPTED
    assert said(offer) == [
        ("made", "buyer", 1000),
        ("countered", "seller", 1300),
        ("countered", "buyer", 1200),
        ("accepted", "seller", 1200),
    ]


def test_each_step_is_told_with_what_is_next_by_when_and_what_if_nobody_acts(bargain: Bargain) -> None:
    offer = bargain.offer(1000)
    bargain.counter(offer, 1300, by=bargain.shop.owner, seen=1)
    bargain.accept(offer, by=bargain.buyer, seen=2)
    found = mails()
    assert [subject for subject, _ in found] == [
        "An offer for Kampot black pepper: $10.00",
        "A new price for Kampot black pepper: $13.00",
        "Agreed: Kampot black pepper for $13.00",
        "Agreed: Kampot black pepper for $13.00",
    ]
    for _subject, body in found[:2]:
        assert "If you do nothing, the offer ends then" in body
        assert f"/offers/{offer.id}" in body
    assert "Pay until" in found[2][1] + found[3][1]


def test_the_older_round_cannot_be_accepted(bargain: Bargain) -> None:
    offer = bargain.offer(1000)
    bargain.counter(offer, 1300, by=bargain.shop.owner, seen=1)
    with pytest.raises(OfferMoved):
        bargain.accept(offer, by=bargain.buyer, seen=1)
    assert bargain.trade.stock(bargain.goods) == (3, 0)


def test_who_may_answer_and_who_may_not(bargain: Bargain) -> None:
    offer = bargain.offer(1000)
    with pytest.raises(NotYourTurn):
        bargain.accept(offer, by=bargain.buyer)
    with pytest.raises(NotYourTurn):
        bargain.counter(offer, 1100, by=bargain.buyer, seen=1)
    with pytest.raises(NotYourTurn):
        in_transaction(lambda session: withdraw_offer(session, bargain.shop.owner, offer.id, now=bargain.trade.now()))
    for nobody in (bargain.trade.person(), bargain.trade.shop_of(name="Mekong Silk").owner, bargain.trade.operator):
        with pytest.raises(OfferNotFound):
            bargain.accept(offer, by=nobody)
        with pytest.raises(OfferNotFound):
            bargain.counter(offer, 1100, by=nobody, seen=1)
        with pytest.raises(OfferNotFound):
            in_transaction(lambda session, n=nobody: decline_offer(session, n, offer.id, 1, now=bargain.trade.now()))
        with pytest.raises(OfferNotFound):
            in_transaction(lambda session, n=nobody: withdraw_offer(session, n, offer.id, now=bargain.trade.now()))
    assert state(offer) == OfferState.TO_SELLER


def test_nobody_offers_on_own_goods_or_as_a_guest_or_where_none_are_taken(bargain: Bargain) -> None:
    with pytest.raises(OwnGoods):
        bargain.offer(buyer=bargain.shop.owner)
    with pytest.raises(SignInNeeded):
        bargain.offer(buyer=ANONYMOUS)
    silent = bargain.trade.goods(bargain.shop)
    taking, bargain.goods = bargain.goods, silent
    with pytest.raises(NoOffersHere):
        bargain.offer()
    bargain.goods = taking
    with transaction() as session:
        pause_listing(session, bargain.shop.owner, session.get_one(Variant, taking).listing_id)
    with pytest.raises(NoOffersHere):
        bargain.offer()


@pytest.mark.parametrize(
    ("price", "quantity", "refusal"), [(1450, 1, OfferTooHigh), (0, 1, PriceTooLow), (900, 4, TooFewLeft)]
)
def test_an_offer_that_makes_no_sense_is_refused_beside_its_field(bargain: Bargain, price, quantity, refusal) -> None:
    with pytest.raises(refusal) as refused:
        bargain.offer(price, quantity)
    assert refused.value.field in {"price", "quantity"}


def test_declined_and_withdrawn_end_it_once(bargain: Bargain) -> None:
    now = bargain.trade.now()
    declined = bargain.offer()
    for _twice in range(2):
        in_transaction(lambda session: decline_offer(session, bargain.shop.owner, declined.id, 1, now=now))
    withdrawn = bargain.offer()
    for _twice in range(2):
        in_transaction(lambda session: withdraw_offer(session, bargain.buyer, withdrawn.id, now=now))
    assert [state(offer) for offer in (declined, withdrawn)] == [OfferState.DECLINED, OfferState.WITHDRAWN]
    assert [len(said(offer)) for offer in (declined, withdrawn)] == [2, 2]
    for offer in (declined, withdrawn):
        with pytest.raises(OfferIsOver):
            bargain.accept(offer)


def test_one_offer_at_a_time_for_the_same_goods(bargain: Bargain) -> None:
    bargain.offer()
    with pytest.raises(OfferRunning):
        bargain.offer(1100)
    bargain.offer(buyer=bargain.trade.person())


def test_a_form_sent_twice_is_one_offer_and_one_counter(bargain: Bargain) -> None:
    token = uuid4()
    assert bargain.offer(form_token=token).id == bargain.offer(form_token=token).id
    offer, token = bargain.offer(buyer=bargain.trade.person()), uuid4()
    for _twice in range(2):
        bargain.counter(offer, 1300, by=bargain.shop.owner, seen=1, form_token=token)
    assert len(said(offer)) == 2


def test_an_unanswered_offer_ends_at_read_and_by_the_job_and_another_can_be_made(bargain: Bargain) -> None:
    long_ago = bargain.trade.now() - timedelta(days=30)
    offer = bargain.offer(now=long_ago)
    with pytest.raises(OfferIsOver):
        bargain.accept(offer)
    assert state(offer) == OfferState.TO_SELLER, "the job has not come by yet"
    bargain.offer(1100)
    assert state(offer) == OfferState.EXPIRED
    other = bargain.offer(buyer=bargain.trade.person(), now=long_ago)
    expire_unanswered()
    assert state(other) == OfferState.EXPIRED
    assert [subject for subject, _ in mails()].count("No deal about Kampot black pepper") >= 2


def test_going_back_and_forth_ends(bargain: Bargain) -> None:
    offer = bargain.offer(500)
    sides = [bargain.shop.owner, bargain.buyer]
    for number in range(1, MOST_ROUNDS):
        bargain.counter(offer, 500 + number, by=sides[(number + 1) % 2], seen=number)
    with pytest.raises(TooManyRounds):
        bargain.counter(offer, 600, by=sides[(MOST_ROUNDS + 1) % 2], seen=MOST_ROUNDS)


def test_what_a_person_offered_is_in_the_copy_of_the_data_and_ends_when_the_person_goes(bargain: Bargain) -> None:
    from app.privacy.parts import PARTS
    from app.privacy.rules import Subject

    running = bargain.offer()
    with reading() as session:
        (row,) = PARTS["offers"][1](session, Subject(user_id=bargain.buyer.user_id))
    assert (row["goods"], row["price_minor"], row["state"]) == ("Kampot black pepper", 1000, "to_seller")
    in_transaction(lambda session: erase_account(session, bargain.buyer.user_id, now=bargain.trade.now()))
    assert state(running) == OfferState.WITHDRAWN


@given(st.sampled_from(OfferState), st.sampled_from(Side))
def test_only_the_side_whose_turn_it_is_may_answer_whatever_the_state(state: OfferState, side: Side) -> None:
    if turn(state) is side:
        require_turn(state, side)
    else:
        with pytest.raises(NotYourTurn if state in WAITING else OfferIsOver):
            require_turn(state, side)
