"""The buyer answers a version: asks for other terms, or accepts it, which makes a deal."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from app.catalog.models import Listing, Variant
from app.companies.queries import buying_context
from app.identity.actor import Actor
from app.jobs.queue import enqueue
from app.quotes.actions.agree_deal import agree_deal
from app.quotes.models import Deal
from app.quotes.rules.deals import QUOTE, AgreedLine, DealTerms
from app.rfqs.actions.lock_request import become, end_live_quotes, lock_quote, quote_becomes, quote_state_of, state_of
from app.rfqs.actions.send_quote import require_on_market
from app.rfqs.actions.tell import tell_accepted, tell_countered, tell_expired
from app.rfqs.errors import GoodsWithdrawn, NothingCountered, QuoteNotFound, RequestDecided
from app.rfqs.models import Asked, Counter, Quote, QuoteLine, Rfq, RfqLine
from app.rfqs.queries import is_buyer_of
from app.rfqs.rules.life import LIVE, QuoteState, RfqState, require_live, require_running
from app.rfqs.rules.quoting import CounterLine, require_counter


def counter_quote(
    session: Session,
    actor: Actor,
    quote_id: UUID,
    lines: Sequence[CounterLine],
    note: str,
    *,
    form_token: UUID,
    now: datetime,
) -> Counter:
    """Ask for other prices or quantities than those of a version; the shop answers with the next one.

    The same form again is the same counter. Raises QuoteNotFound, NothingCountered, UnusableQuantity, QuoteMoved,
    QuoteIsOver (it was countered already), RequestDecided, RequestIsOver.
    """
    quote, asked, rfq = _as_buyer(session, actor, quote_id)
    known = session.get(Counter, quote.id)
    if known is not None and known.form_token == form_token:
        return known
    require_running(state_of(rfq, now))
    state = quote_state_of(quote, now)
    require_live(state)
    if known is not None:
        raise NothingCountered
    kept = {line.line_id: line for line in session.scalars(select(QuoteLine).where(QuoteLine.quote_id == quote.id))}
    require_counter(lines, {line_id: line.minimum for line_id, line in kept.items()})
    wanted = [
        one
        for one in lines
        if (one.quantity, one.price_minor) != (kept[one.line_id].quantity, kept[one.line_id].price_minor)
    ]
    if not wanted and not note:
        raise NothingCountered
    asked_for = [
        {"line_id": str(one.line_id), "quantity": one.quantity, "price_minor": one.price_minor} for one in wanted
    ]
    made = Counter(
        quote_id=quote.id, form_token=form_token, lines=asked_for, note=note, made_by=actor.user_id, made_at=now
    )
    session.add(made)
    quote_becomes(session, rfq, quote, QuoteState.COUNTERED, now, actor_id=actor.user_id)
    tell_countered(session, rfq, asked, quote)
    return made


def accept_quote(session: Session, actor: Actor, quote_id: UUID, *, order_within: timedelta, now: datetime) -> Deal:
    """Agreed: the goods are held for the buyer for `order_within`, other quotes were not chosen. Twice is once.

    Raises QuoteNotFound, QuoteMoved, QuoteIsOver, RequestDecided, RequestIsOver, ShopOffTheMarket,
    GoodsWithdrawn, GoodsGone.
    """
    quote, asked, rfq = _as_buyer(session, actor, quote_id)
    if quote.state == QuoteState.ACCEPTED:
        deal = session.get_one(Deal, quote.deal_id)
        if deal.buyer_id != actor.user_id:  # a colleague was faster, and is the one who pays
            raise RequestDecided
        return deal
    require_live(quote_state_of(quote, now))
    require_running(state_of(rfq, now))
    require_on_market(session, asked)
    lines = _lines(session, quote)
    _require_member(session, actor, rfq)
    assert actor.user_id is not None
    deal = agree_deal(
        session,
        DealTerms(
            organization_id=asked.organization_id,
            buyer_id=actor.user_id,
            lines=[AgreedLine(line.variant_id, line.quantity, line.price_minor) for line in lines],
            valid_until=now + order_within,
            source=QUOTE,
            parts=quote.parts,
            freight=quote.freight,
            reference=reference(asked, quote),
            contract=quote.contract,
            company_id=rfq.company_id,
        ),
        now,
        actor_id=actor.user_id,
    )
    quote.deal_id = deal.id
    quote_becomes(session, rfq, quote, QuoteState.ACCEPTED, now, actor_id=actor.user_id)
    end_live_quotes(session, rfq, QuoteState.NOT_CHOSEN, now, but=quote.id)
    become(session, rfq, RfqState.DECIDED, now, actor_id=actor.user_id, quote=quote)
    tell_accepted(session, rfq, asked, quote, deal, actor.user_id)
    enqueue(session, "rfqs.tell_outcome", rfq_id=str(rfq.id))
    return deal


def expire_quote(session: Session, quote_id: UUID, *, now: datetime) -> bool:
    """Write down that its time is over; False when it was answered meanwhile, or has time left."""
    quote, asked, rfq = lock_quote(session, None, quote_id)
    if quote.state not in LIVE or quote.valid_until > now:
        return False
    quote_becomes(session, rfq, quote, QuoteState.EXPIRED, now)
    tell_expired(session, rfq, asked, quote)
    return True


def reference(asked: Asked, quote: Quote) -> str:
    """The number of a version, as it stands on pages, mails and orders."""
    return f"Q-{asked.number}-{quote.version}"


def _as_buyer(session: Session, actor: Actor, quote_id: UUID) -> tuple[Quote, Asked, Rfq]:
    quote, asked, rfq = lock_quote(session, actor, quote_id)
    if not is_buyer_of(rfq, actor):
        raise QuoteNotFound
    return quote, asked, rfq


def _lines(session: Session, quote: Quote) -> Sequence[QuoteLine]:
    """In the order of the request. Raises GoodsWithdrawn for what is not sold any more."""
    query = (
        select(QuoteLine, Variant.is_retired, Listing.status, Listing.titles)
        .join(RfqLine, RfqLine.id == QuoteLine.line_id)
        .join(Variant, Variant.id == QuoteLine.variant_id)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(QuoteLine.quote_id == quote.id)
        .order_by(RfqLine.position)
    )
    rows = session.execute(query.options(lazyload(QuoteLine.variant))).all()
    for row in rows:
        if row.is_retired or row.status == "removed":
            raise GoodsWithdrawn(goods=row.titles.get("en") or next(iter(row.titles.values()), ""))
    return [row.QuoteLine for row in rows]


def _require_member(session: Session, actor: Actor, rfq: Rfq) -> None:
    """What is above the own limit is put before an approver when the deal is to be paid. Raises QuoteNotFound."""
    if rfq.company_id is None or actor.user_id is None:
        return
    if buying_context(session, actor.user_id, company_id=rfq.company_id, for_order=True) is None:
        raise QuoteNotFound
