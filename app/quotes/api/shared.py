"""What both sides of an offer have in common."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from app.access.current import form_token, once_as
from app.config.settings import Settings
from app.db.session import reading
from app.documents.proforma import proforma_answer
from app.identity.actor import Actor
from app.identity.models import User
from app.quotes.actions.answer_offer import accept_offer, decline_offer, withdraw_offer
from app.quotes.actions.end_deal import cancel_deal
from app.quotes.actions.make_offer import counter_offer
from app.quotes.actions.order_deal import state_of as deal_state_of
from app.quotes.models import Offer
from app.quotes.proforma import proforma_of_deal
from app.quotes.queries import deal_shown, offer_shown
from app.quotes.rules.offers import Side
from app.quotes.schemas import DealSchema, OfferSchema, deal_body, offer_body, terms_of

Act = Callable[[Session, Offer, datetime], object]


def offer_detail(session: Session, actor: Actor, offer_id: UUID, side: Side) -> dict[str, Any]:
    """Raises OfferNotFound."""
    offer = offer_shown(session, actor, offer_id, side)
    return offer_body(offer, side, session.get_one(User, offer.buyer_id).name, datetime.now(UTC))


def deal_detail(session: Session, actor: Actor, deal_id: UUID, side: Side) -> dict[str, Any]:
    """Raises DealNotFound."""
    return deal_body(deal_shown(session, actor, deal_id, side), datetime.now(UTC))


def deal_as_pdf(actor: Actor, deal_id: UUID, side: Side) -> Response:
    """Its pro-forma invoice. Raises DealNotFound."""
    with reading() as session:
        found = deal_shown(session, actor, deal_id, side)
        told = proforma_of_deal(session, found, deal_state_of(found, datetime.now(UTC)))
    return proforma_answer(told)


def countered(actor: Actor, offer_id: UUID, side: Side, sent: dict[str, Any]) -> Response:
    """Other terms are on the table."""

    def act(session: Session, offer: Offer, now: datetime) -> None:
        terms, within = terms_of(sent, offer.currency), timedelta(hours=market().offer_hours)
        counter_offer(
            session, actor, offer.id, sent["round"], terms, form_token=form_token(), answer_within=within, now=now
        )

    return acted(actor, offer_id, side, act)


def accepted(actor: Actor, offer_id: UUID, side: Side, seen: int) -> Response:
    def act(session: Session, offer: Offer, now: datetime) -> None:
        accept_offer(session, actor, offer.id, seen, order_within=timedelta(hours=market().deal_hours), now=now)

    return acted(actor, offer_id, side, act)


def declined(actor: Actor, offer_id: UUID, side: Side, seen: int) -> Response:
    def act(session: Session, offer: Offer, now: datetime) -> None:
        decline_offer(session, actor, offer.id, seen, now=now)

    return acted(actor, offer_id, side, act)


def withdrawn(actor: Actor, offer_id: UUID, side: Side) -> Response:
    def act(session: Session, offer: Offer, now: datetime) -> None:
        withdraw_offer(session, actor, offer.id, now=now)

    return acted(actor, offer_id, side, act)


def canceled(actor: Actor, deal_id: UUID, side: Side) -> Response:
    """A deal is taken back."""

    def work(session: Session) -> dict[str, Any]:
        cancel_deal(session, actor, deal_shown(session, actor, deal_id, side).id, datetime.now(UTC))
        return deal_detail(session, actor, deal_id, side)

    return once_as(DealSchema, work)


def acted(actor: Actor, offer_id: UUID, side: Side, act: Act) -> Response:
    """Find the offer on this side of it, act and answer how it stands then; once per Idempotency-Key."""

    def work(session: Session) -> dict[str, Any]:
        act(session, offer_shown(session, actor, offer_id, side), datetime.now(UTC))
        session.flush()
        session.expire_all()
        return offer_detail(session, actor, offer_id, side)

    return once_as(OfferSchema, work)


def market() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
