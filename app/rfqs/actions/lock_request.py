"""Loading a request to change it, and writing down what happened. All that moves a request or its quotes locks it first."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.db.locks import lock_one
from app.events.bus import publish
from app.identity.actor import Actor
from app.rfqs.errors import QuoteNotFound, RequestNotFound
from app.rfqs.events import RequestMoved
from app.rfqs.models import Asked, Quote, QuoteDraft, Rfq, RfqEvent
from app.rfqs.queries import asked_of, quotes_seen_by
from app.rfqs.rules.life import (
    LIVE,
    QUOTATION,
    REQUEST,
    AskedState,
    QuoteState,
    RfqState,
    quote_state_at,
    state_at,
)


def lock_request(session: Session, rfq_id: UUID, allowed: Select[Rfq] | None = None) -> Rfq:
    """The request, if `allowed` holds it. Raises RequestNotFound."""
    query = allowed if allowed is not None else select(Rfq)
    return lock_one(session, query.where(Rfq.id == rfq_id), missing=RequestNotFound)


def lock_asked(session: Session, actor: Actor, asked_id: UUID, roles: frozenset[str]) -> tuple[Asked, Rfq]:
    """For the shop's side: the request first, then the shop as it is now. Raises RequestNotFound."""
    allowed = asked_of(actor, roles).where(Asked.id == asked_id)
    rfq_id = session.scalar(allowed.with_only_columns(Asked.rfq_id))
    if rfq_id is None:
        raise RequestNotFound
    rfq = lock_request(session, rfq_id)
    return session.get_one(Asked, asked_id, populate_existing=True), rfq


def lock_quote(session: Session, actor: Actor | None, quote_id: UUID) -> tuple[Quote, Asked, Rfq]:
    """The request first, then the version as it is now. Raises QuoteNotFound for who may not see it."""
    allowed = quotes_seen_by(actor) if actor is not None else select(Quote).join(Asked, Asked.id == Quote.asked_id)
    rfq_id = session.scalar(allowed.where(Quote.id == quote_id).with_only_columns(Asked.rfq_id))
    if rfq_id is None:
        raise QuoteNotFound
    rfq = lock_request(session, rfq_id)
    quote = session.get_one(Quote, quote_id, populate_existing=True)
    return quote, session.get_one(Asked, quote.asked_id), rfq


def state_of(rfq: Rfq, now: datetime) -> RfqState:
    return state_at(rfq.state, closes_at=rfq.closes_at, now=now)


def quote_state_of(quote: Quote, now: datetime) -> QuoteState:
    return quote_state_at(quote.state, valid_until=quote.valid_until, now=now)


def note(
    session: Session,
    rfq: Rfq,
    kind: str,
    now: datetime,
    *,
    actor_id: UUID | None = None,
    asked_id: UUID | None = None,
    quote_id: UUID | None = None,
) -> None:
    """Append to what happened; the request moved now."""
    rfq.changed_at = now
    session.add(RfqEvent(rfq_id=rfq.id, asked_id=asked_id, quote_id=quote_id, kind=kind, actor_id=actor_id, at=now))
    session.flush()
    if asked_id is not None:
        publish(session, RequestMoved(rfq.id, kind, asked_id, quote_id))


def become(
    session: Session,
    rfq: Rfq,
    wanted: RfqState,
    now: datetime,
    *,
    actor_id: UUID | None = None,
    quote: Quote | None = None,
) -> None:
    """The one place that writes the state of a request that exists."""
    assert REQUEST.leads(rfq.state, wanted), f"a request that is {rfq.state} does not become {wanted}"
    rfq.state = wanted
    if quote is not None:
        rfq.chosen_quote_id = quote.id
    if wanted in {RfqState.DECIDED, RfqState.CANCELED}:  # nobody will send what was begun
        shops = select(Asked.id).where(Asked.rfq_id == rfq.id)
        session.execute(delete(QuoteDraft).where(QuoteDraft.asked_id.in_(shops)))
    note(session, rfq, wanted, now, actor_id=actor_id, quote_id=quote.id if quote else None)


def quote_becomes(
    session: Session, rfq: Rfq, quote: Quote, wanted: QuoteState, now: datetime, *, actor_id: UUID | None = None
) -> None:
    """The one place that writes the state of a version that was sent."""
    assert QUOTATION.leads(quote.state, wanted), f"a quote that is {quote.state} does not become {wanted}"
    quote.state = wanted
    note(session, rfq, f"quote_{wanted}", now, actor_id=actor_id, asked_id=quote.asked_id, quote_id=quote.id)


def end_live_quotes(session: Session, rfq: Rfq, wanted: QuoteState, now: datetime, *, but: UUID | None = None) -> None:
    """Everything on the table of this request ends so, one version apart."""
    query = select(Quote).join(Asked, Asked.id == Quote.asked_id).where(Asked.rfq_id == rfq.id, Quote.state.in_(LIVE))
    for quote in session.scalars(query.order_by(Quote.id)).all():
        if quote.id != but:
            quote_becomes(session, rfq, quote, wanted, now)


def told(asked: Asked, state: AskedState) -> None:
    """The one place that writes how a shop that knows of it stands."""
    assert asked.told_at is not None
    asked.state = state
