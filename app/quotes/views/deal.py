"""A deal: what was agreed, until when it can be paid, and taking it back."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.companies.queries import above_limit
from app.db.session import in_transaction, reading
from app.documents.proforma import proforma_answer
from app.errors import Conflict
from app.fx.queries import rate_for
from app.identity.current import current_actor, require_signed_in
from app.identity.rules.roles import SELLING
from app.money.amounts import Money
from app.quotes.actions.end_deal import cancel_deal
from app.quotes.actions.order_deal import state_of
from app.quotes.proforma import proforma_of_deal
from app.quotes.queries import buyer_called, deal_shown, side_of
from app.quotes.rules.offers import Side
from app.quotes.views import bp
from app.quotes.wording import postage_in_words
from app.shipping.queries import kinds_of
from app.web.forms import BaseForm
from app.web.limits import DOCUMENT, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence


@bp.get("/deals/<uuid:deal_id>")
@require_signed_in
def deal(deal_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        found = deal_shown(session, actor, deal_id)
        rate, side = rate_for(session, found.currency).rate, side_of(found, actor)
        prices = (Money(line.price_minor, found.currency) * line.quantity for line in found.lines)
        total = sum(prices, Money(0, found.currency))
        freight = Money(found.freight.minor, found.currency) if found.freight else None
        freight_usd = rate.to_usd(freight) if freight is not None else None
        whole = rate.to_usd(total) + freight_usd if freight_usd else rate.to_usd(total)
        buyer = buyer_called(session, found) if side is Side.SELLER else None
        postage = postage_in_words(kinds_of(session, found.organization_id)) if freight is None else ""
        above = above_limit(session, found.buyer_id, found.company_id, whole.minor)
    return page(
        "quotes/deal.html",
        deal=found,
        state=state_of(found, datetime.now(UTC)),
        side=side,
        buyer=buyer,
        may_end=side is Side.BUYER or actor.member_of(found.organization_id, SELLING),
        total=total,
        total_usd=rate.to_usd(total),
        freight=freight,
        freight_usd=freight_usd,
        above=above,
        postage=postage,
    )


@bp.get("/deals/<uuid:deal_id>/proforma.pdf")
@limiter.limit(DOCUMENT)
@require_signed_in
def proforma(deal_id: UUID) -> ResponseReturnValue:
    """For whoever sees the deal."""
    with reading() as session:
        found = deal_shown(session, current_actor(), deal_id)
        told = proforma_of_deal(session, found, state_of(found, datetime.now(UTC)))
    return proforma_answer(told)


@bp.post("/deals/<uuid:deal_id>/cancel")
@require_signed_in
def cancel(deal_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    try:
        in_transaction(partial(_cancel, deal_id))
    except Conflict as refusal:
        flash(sentence(refusal), PROBLEM)
    else:
        flash(_("The deal is taken back. The goods are on the stall again."))
    return go_on(url_for("quotes.deal", deal_id=deal_id))


def _cancel(deal_id: UUID, session: Session) -> None:
    cancel_deal(session, current_actor(), deal_id, datetime.now(UTC))
