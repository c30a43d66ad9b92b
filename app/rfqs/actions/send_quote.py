"""A shop quotes: version by version, each fixed once it was sent; it takes one back, or says no."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.fx.queries import rate_for
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.rules.roles import SELLING
from app.identity.rules.shops import SHOWN
from app.quotes.rules.freight import require_freight
from app.quotes.rules.parts import require_parts_of
from app.rfqs.actions.keep_quote_draft import finish_draft
from app.rfqs.actions.lock_request import lock_asked, lock_quote, note, quote_becomes, quote_state_of, state_of, told
from app.rfqs.actions.tell import tell_declined, tell_quoted, tell_withdrawn
from app.rfqs.errors import (
    QuotedTwice,
    QuoteNotFound,
    RequestMoved,
    ShopOffTheMarket,
    TooManyVersions,
    UnknownGoods,
)
from app.rfqs.models import Asked, Quote, QuoteLine, Rfq, RfqLine
from app.rfqs.rules.life import (
    LIVE,
    MOST_VERSIONS,
    AskedState,
    QuoteState,
    require_live,
    require_quotable,
    require_running,
)
from app.rfqs.rules.quoting import QuoteTerms, require_agreeable, require_valid_until


def send_quote(
    session: Session,
    actor: Actor,
    asked_id: UUID,
    terms: QuoteTerms,
    *,
    seen: int,
    form_token: UUID,
    now: datetime,
    draft: int | None = None,
) -> Quote:
    """The next version; the one before is superseded and stays to be read. The same form again is the same version.

    `seen` is the last version that stood on the page, `draft` the number of the draft there. Raises RequestNotFound,
    RequestIsOver, RequestDecided, RequestMoved, DraftMoved, DraftGone, TooManyVersions, ShopOffTheMarket, UnknownGoods, QuotedTwice, UnusableFreight, UnusableParts and what rules of quoting say.
    """
    asked, rfq = lock_asked(session, actor, asked_id, SELLING)
    known = session.scalars(
        select(Quote).where(Quote.form_token == form_token, Quote.asked_id == asked.id)
    ).one_or_none()
    if known is not None:
        return known
    last = session.scalars(
        select(Quote).where(Quote.asked_id == asked.id).order_by(Quote.version.desc()).limit(1)
    ).one_or_none()
    require_quotable(state_of(rfq, now), QuoteState(last.state) if last else None)
    number = last.version if last else 0
    if number != seen:
        raise RequestMoved
    if number >= MOST_VERSIONS:
        raise TooManyVersions(most=MOST_VERSIONS)
    finish_draft(session, asked, draft)
    shop = require_on_market(session, asked)
    _require_terms(session, rfq, shop, terms, now)
    if last is not None and last.state in LIVE:
        quote_becomes(session, rfq, last, QuoteState.SUPERSEDED, now, actor_id=actor.user_id)
    quote = _quote(asked, shop, terms, number + 1)
    quote.form_token, quote.sent_by, quote.sent_at = form_token, actor.user_id, now
    session.add(quote)
    session.flush()
    session.execute(insert(QuoteLine), [{"quote_id": quote.id, **vars(line)} for line in terms.lines])
    told(asked, AskedState.QUOTED)
    note(session, rfq, "quote_sent", now, actor_id=actor.user_id, asked_id=asked.id, quote_id=quote.id)
    tell_quoted(session, rfq, asked, quote)
    return quote


def withdraw_quote(session: Session, actor: Actor, quote_id: UUID, *, now: datetime) -> Quote:
    """By who sells for the shop. Twice is once. Raises QuoteNotFound, QuoteMoved, QuoteIsOver, RequestDecided."""
    quote, asked, rfq = lock_quote(session, actor, quote_id)
    if not actor.member_of(asked.organization_id, SELLING):
        raise QuoteNotFound
    if quote.state == QuoteState.WITHDRAWN:
        return quote
    require_live(quote_state_of(quote, now))
    quote_becomes(session, rfq, quote, QuoteState.WITHDRAWN, now, actor_id=actor.user_id)
    tell_withdrawn(session, rfq, asked, quote)
    return quote


def decline_request(session: Session, actor: Actor, asked_id: UUID, reason: str, *, now: datetime) -> Asked:
    """The shop sends no quote; what it has on the table it takes back. Twice is once.

    Raises RequestNotFound, RequestIsOver, RequestDecided.
    """
    asked, rfq = lock_asked(session, actor, asked_id, SELLING)
    if asked.state == AskedState.DECLINED:
        return asked
    require_running(state_of(rfq, now))
    live = select(Quote).where(Quote.asked_id == asked.id, Quote.state.in_(LIVE))
    for quote in session.scalars(live).all():
        quote_becomes(session, rfq, quote, QuoteState.WITHDRAWN, now, actor_id=actor.user_id)
    told(asked, AskedState.DECLINED)
    asked.reason = reason
    note(session, rfq, "declined", now, actor_id=actor.user_id, asked_id=asked.id)
    tell_declined(session, rfq, asked)
    return asked


def require_on_market(session: Session, asked: Asked) -> Organization:
    """The shop, held so until the transaction ends. Raises ShopOffTheMarket."""
    shop = session.get_one(Organization, asked.organization_id, with_for_update={"read": True}, populate_existing=True)
    if shop.status not in SHOWN:
        raise ShopOffTheMarket(shop=shop.name)
    return shop


def _require_terms(session: Session, rfq: Rfq, shop: Organization, terms: QuoteTerms, now: datetime) -> None:
    require_freight(terms.freight)
    require_valid_until(terms.valid_until, now)
    require_parts_of(terms.parts, kind=shop.kind)
    require_agreeable(terms, rate_for(session, shop.currency).rate)
    asked_lines = set(session.scalars(select(RfqLine.id).where(RfqLine.rfq_id == rfq.id)))
    goods = _goods(session, shop.id, terms)
    seen: set[UUID] = set()
    for line in terms.lines:
        if line.line_id not in asked_lines or line.variant_id not in goods:
            raise UnknownGoods(typed=goods.get(line.variant_id, ""))
        if line.variant_id in seen:
            raise QuotedTwice(goods=goods[line.variant_id])
        seen.add(line.variant_id)


def _goods(session: Session, shop_id: UUID, terms: QuoteTerms) -> Mapping[UUID, str]:
    """Titles of those that are this shop's and can be sold."""
    query = (
        select(Variant.id, Listing.titles)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(Variant.id.in_([line.variant_id for line in terms.lines]), Listing.organization_id == shop_id)
        .where(~Variant.is_retired, Listing.status != "removed")
    )
    return {row.id: row.titles.get("en") or next(iter(row.titles.values()), "") for row in session.execute(query)}


def _quote(asked: Asked, shop: Organization, terms: QuoteTerms, version: int) -> Quote:
    return Quote(
        asked_id=asked.id,
        version=version,
        state=QuoteState.SENT,
        currency=shop.currency,
        freight_minor=terms.freight.minor,
        freight_days=terms.freight.days,
        country=terms.freight.country,
        incoterm=terms.freight.incoterm,
        incoterm_place=terms.freight.place,
        contract=terms.contract,
        note=terms.note,
        valid_until=terms.valid_until,
        **vars(terms.parts),
    )
