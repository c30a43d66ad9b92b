"""A chargeback of an order whose seller was paid: the market decides who bears it, and follows what comes back."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import current_actor, require_market_role
from app.identity.models import Organization
from app.money.amounts import usd
from app.onramp.models import CardDispute
from app.payouts.actions.charge_seller import bear_chargeback, charge_seller
from app.payouts.actions.settle_claim import book_received, give_up_claim
from app.payouts.errors import ClaimNotFound
from app.payouts.forms import ClaimForm, LostChargebackForm
from app.payouts.lines import order_number
from app.payouts.models import ChargebackClaim
from app.payouts.queries import PAYING_ROLES, claims_to_decide, steps_of, under_way_cents
from app.payouts.rules import HELD, LOST, OWED
from app.payouts.views import bp
from app.payouts.views.words import claim_words, step_words
from app.web.pages import flash, go_on, page

HOME = "/console/refunds"


@bp.route("/console/chargebacks/<uuid:claim_id>", methods=["GET", "POST"])
@require_market_role(*PAYING_ROLES)
def chargeback(claim_id: UUID) -> ResponseReturnValue:
    """Decide one that was lost; of one the seller owes, book what came by bank or give it up."""
    actor = current_actor()
    with reading() as session:
        claim = load_one(session, _asked(actor, claim_id), missing=ClaimNotFound)
        shop = session.get_one(Organization, claim.organization_id)
        dispute = session.get_one(CardDispute, claim.stripe_dispute_id)
        number, steps = order_number(session, claim.order_id), steps_of(session, claim.id)
        under_way = under_way_cents(session, claim.id)
    form = LostChargebackForm() if claim.state == HELD else ClaimForm()
    if form.validate_on_submit():
        try:
            in_transaction(partial(_decide, actor, claim_id, form))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Done. The seller sees it with its money."))
            return go_on(url_for("payouts.chargeback", claim_id=claim_id))
    if not form.is_submitted():
        form.amount.data = usd(claim.left_cents - under_way)
    return page(
        "payouts/chargeback.html",
        422 if form.is_submitted() else 200,
        form=form,
        claim=claim,
        shop=shop,
        number=number,
        steps=steps,
        under_way=under_way,
        percent=settings().chargeback_share_percent,
        words=claim_words(),
        step_words=step_words(),
        to_decide=claim.state == HELD and dispute.status == LOST,
        owed=claim.state == OWED,
    )


def _asked(actor: Actor, claim_id: UUID) -> Select[ChargebackClaim]:
    return claims_to_decide(actor).where(ChargebackClaim.id == claim_id)


def _decide(actor: Actor, claim_id: UUID, form: LostChargebackForm | ClaimForm, session: Session) -> None:
    now = datetime.now(UTC)
    cents = form.amount.data.minor if form.amount.data is not None else 0
    if isinstance(form, LostChargebackForm):
        reason = form.reason.data or ""
        if form.decision.data == "charge":
            charge_seller(session, actor, claim_id, cents=cents, reason=reason, form_token=form.token, now=now)
        else:
            bear_chargeback(session, actor, claim_id, reason=reason, now=now)
    elif form.decision.data == "received":
        book_received(
            session, actor, claim_id, cents=cents, bank_reference=form.words.data or "", at=form.day.begins_at()
        )
    else:
        give_up_claim(session, actor, claim_id, reason=form.words.data or "", now=now)
