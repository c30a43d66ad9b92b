"""Making an offer, answering one, and the lists of both sides."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.companies.queries import above_limit
from app.config.settings import Settings
from app.db.session import in_transaction, reading
from app.errors import Conflict, DomainError
from app.fx.queries import rate_for
from app.identity.current import current_actor, require_shop, require_signed_in
from app.identity.rules.roles import PRIVATE_PERSON, SELLING
from app.money.amounts import BPS_PER_PERCENT, Money
from app.quotes.actions.answer_offer import accept_offer, decline_offer, withdraw_offer
from app.quotes.actions.lock_offer import state_of
from app.quotes.actions.make_offer import counter_offer, make_offer
from app.quotes.errors import NoOffersHere, OfferRunning
from app.quotes.forms import AnswerForm, OfferForm, offer_form
from app.quotes.models import Deal, Offer
from app.quotes.queries import (
    offer_shown,
    offers_made,
    offers_on_desk,
    running_offer,
    side_of,
    variant_to_offer_on,
)
from app.quotes.rules.offers import Side, turn
from app.quotes.views import bp
from app.quotes.wording import postage_in_words
from app.shipping.queries import kinds_of
from app.web.limits import PLACE_ORDER, WRITE, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence


@bp.get("/offers")
@require_signed_in
def made() -> ResponseReturnValue:
    """What this person has offered and where it stands."""
    with reading() as session:
        rows = offers_made(session, current_actor(), cursor=request.args.get("cursor"))
    return page("quotes/made.html", offers=rows, now=datetime.now(UTC))


@bp.get("/desk/offers")
@require_shop
def on_desk() -> ResponseReturnValue:
    """Offers on the goods of one's shops."""
    with reading() as session:
        rows = offers_on_desk(session, current_actor(), cursor=request.args.get("cursor"))
    return page("quotes/on_desk.html", offers=rows, now=datetime.now(UTC))


@bp.route("/offers/new", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(WRITE, methods=["POST"])
def new() -> ResponseReturnValue:
    """`?variant=` names the goods. Who has an offer running already is led to that."""
    actor, variant_id = current_actor(), _variant_id()
    with reading() as session:
        variant = variant_to_offer_on(session, variant_id)
        rate = rate_for(session, variant.listing.currency).rate
        running = running_offer(session, actor.user_id, variant_id, datetime.now(UTC))
        postage = postage_in_words(kinds_of(session, variant.listing.organization_id))
    if running is not None and request.method == "GET":
        return go_on(url_for("quotes.show", offer_id=running))
    form = offer_form(variant, variant.listing)(data={"quantity": variant.listing.min_quantity, "seen": "1"})
    if form.validate_on_submit():
        try:
            offer = in_transaction(partial(_make, variant_id, form))
        except OfferRunning as refusal:
            flash(sentence(refusal), PROBLEM)
            return go_on(url_for("quotes.show", offer_id=running) if running else url_for("quotes.made"))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Your offer is made. The seller gets a mail and answers within the time shown."))
            return go_on(url_for("quotes.show", offer_id=offer.id))
    asked = Money(variant.price_minor, variant.listing.currency)
    return page(
        "quotes/new.html",
        422 if form.is_submitted() else 200,
        form=form,
        variant=variant,
        listing=variant.listing,
        asked=asked,
        asked_usd=rate.to_usd(asked),
        postage=postage,
        hours=_settings().offer_hours,
    )


@bp.get("/offers/<uuid:offer_id>")
@require_signed_in
def show(offer_id: UUID) -> ResponseReturnValue:
    return _show(offer_id)


@bp.post("/offers/<uuid:offer_id>/counter")
@require_signed_in
@limiter.limit(PLACE_ORDER)
def counter(offer_id: UUID) -> ResponseReturnValue:
    with reading() as session:
        offer = offer_shown(session, current_actor(), offer_id)
    form = offer_form(offer.variant, offer.variant.listing)()
    if form.validate_on_submit():
        try:
            in_transaction(partial(_counter, offer_id, form))
        except Conflict as refusal:
            flash(sentence(refusal), PROBLEM)
            return go_on(url_for("quotes.show", offer_id=offer_id))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Your price is on the table. The other side gets a mail and answers within the time shown."))
            return go_on(url_for("quotes.show", offer_id=offer_id))
    return _show(offer_id, form, 422)


@bp.post("/offers/<uuid:offer_id>/accept")
@require_signed_in
def accept(offer_id: UUID) -> ResponseReturnValue:
    """Agreed: both sides go on at the deal."""

    def work(session: Session, seen: int) -> Deal:
        within = timedelta(hours=_settings().deal_hours)
        return accept_offer(session, current_actor(), offer_id, seen, order_within=within, now=datetime.now(UTC))

    return _answer(offer_id, work, lambda deal: url_for("quotes.deal", deal_id=deal.id))


@bp.post("/offers/<uuid:offer_id>/decline")
@require_signed_in
def decline(offer_id: UUID) -> ResponseReturnValue:
    def work(session: Session, seen: int) -> Offer:
        return decline_offer(session, current_actor(), offer_id, seen, now=datetime.now(UTC))

    return _answer(offer_id, work, _to_offer)


@bp.post("/offers/<uuid:offer_id>/withdraw")
@require_signed_in
def withdraw(offer_id: UUID) -> ResponseReturnValue:
    def work(session: Session, _seen: int) -> Offer:
        return withdraw_offer(session, current_actor(), offer_id, now=datetime.now(UTC))

    return _answer(offer_id, work, _to_offer)


def _answer(offer_id: UUID, work: Callable[[Session, int], Any], onward: Callable[[Any], str]) -> ResponseReturnValue:
    """Do it and go on; what has moved meanwhile is said on the offer's page."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return _show(offer_id, status=422)
    try:
        done = in_transaction(lambda session: work(session, form.round))
    except Conflict as refusal:
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("quotes.show", offer_id=offer_id))
    return go_on(onward(done))


def _show(offer_id: UUID, form: OfferForm | None = None, status: int = 200) -> ResponseReturnValue:
    actor, now = current_actor(), datetime.now(UTC)
    with reading() as session:
        offer = offer_shown(session, actor, offer_id)
        listing = offer.variant.listing
        rate = rate_for(session, offer.currency).rate
        state, side = state_of(offer, now), side_of(offer, actor)
        postage = postage_in_words(kinds_of(session, offer.organization_id))
        total = Money(offer.price_minor, offer.currency) * offer.quantity
        total_usd = rate.to_usd(total)
        may_agree = side is Side.BUYER and turn(state) is not None
        above = above_limit(session, actor.user_id, offer.company_id, total_usd.minor) if may_agree else None
    kept = {
        "quantity": offer.quantity,
        "price": Money(offer.price_minor, offer.currency),
        "seen": str(offer.number),
        "deposit": offer.deposit_bps // BPS_PER_PERCENT,
        "shipment": offer.shipment_bps // BPS_PER_PERCENT,
    }
    form = form or offer_form(offer.variant, listing)(formdata=None, data=kept)
    return page(
        "quotes/show.html",
        status,
        offer=offer,
        listing=listing,
        state=state,
        side=side,
        is_my_turn=turn(state) is side,
        may_answer=side is Side.BUYER or actor.member_of(offer.organization_id, SELLING),
        total=total,
        total_usd=total_usd,
        above=above,
        postage=postage,
        asked=Money(offer.variant.price_minor, listing.currency),
        form=form,
        may_ask_parts=side is Side.SELLER and offer.organization.kind != PRIVATE_PERSON,
        hours=_settings().offer_hours,
    )


def _to_offer(offer: Offer) -> str:
    return url_for("quotes.show", offer_id=offer.id)


def _variant_id() -> UUID:
    try:
        return UUID(request.values.get("variant", ""))
    except ValueError:
        raise NoOffersHere from None


def _make(variant_id: UUID, form: OfferForm, session: Session) -> Offer:
    return make_offer(
        session,
        current_actor(),
        variant_id,
        form.terms(),
        form_token=form.token,
        answer_within=timedelta(hours=_settings().offer_hours),
        now=datetime.now(UTC),
    )


def _counter(offer_id: UUID, form: OfferForm, session: Session) -> Offer:
    return counter_offer(
        session,
        current_actor(),
        offer_id,
        form.round,
        form.terms(),
        form_token=form.token,
        answer_within=timedelta(hours=_settings().offer_hours),
        now=datetime.now(UTC),
    )


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
