"""The operator's list of redemptions: approve, refuse, and put the burned ones into a bank file."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import market_role
from app.identity.current import current_actor, require_market_role
from app.payouts.actions.decide_redemption import approve_redemption, refuse_redemption
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.errors import RedemptionNotFound
from app.payouts.forms import RefusalForm
from app.payouts.models import Redemption
from app.payouts.queries import (
    PAYING_ROLES,
    READING_ROLES,
    bank_file_page,
    operator_page,
    redemptions_to_pay,
    totals_by_state,
)
from app.payouts.rules import BURNED, REQUESTED, STATES
from app.payouts.views import bp
from app.payouts.views.words import state_words
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page


@bp.get("/console/redemptions")
@require_market_role(*READING_ROLES)
def redemptions() -> ResponseReturnValue:
    """By state, oldest first where something is to be done."""
    asked_state = request.args.get("state", REQUESTED)
    state = asked_state if asked_state in STATES else REQUESTED
    actor = current_actor()
    with reading() as session:
        found = operator_page(session, actor, state, cursor=request.args.get("cursor"))
        totals = totals_by_state(session)
        files = bank_file_page(session, actor, size=20)
    return page(
        "payouts/redemptions.html",
        state=state,
        states=STATES,
        rows=found,
        totals=totals,
        files=files,
        words=state_words(),
        may_pay=market_role(actor, *PAYING_ROLES),
        waits_for_file=BURNED,
    )


@bp.post("/console/redemptions/<uuid:redemption_id>/approve")
@require_market_role(*PAYING_ROLES)
def approve(redemption_id: UUID) -> ResponseReturnValue:
    if BaseForm().validate_on_submit():
        actor, now = current_actor(), datetime.now(UTC)
        in_transaction(lambda session: approve_redemption(session, actor, redemption_id, now=now))
        flash(_("Approved. The tokens are burned now; then it can go into a bank file."))
    return go_on(url_for("payouts.redemptions"))


@bp.route("/console/redemptions/<uuid:redemption_id>/refuse", methods=["GET", "POST"])
@require_market_role(*PAYING_ROLES)
def refuse(redemption_id: UUID) -> ResponseReturnValue:
    form, actor = RefusalForm(), current_actor()
    query = redemptions_to_pay(actor).where(Redemption.id == redemption_id)
    with reading() as session:
        redemption = load_one(session, query, missing=RedemptionNotFound)
        shop = redemption.organization
    if form.validate_on_submit():
        reason = form.reason.data or ""
        try:
            in_transaction(lambda session: refuse_redemption(session, actor, redemption_id, reason=reason))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Refused. The money stays with the seller, who reads your reason."))
            return go_on(url_for("payouts.redemptions"))
    status = 422 if form.is_submitted() else 200
    return page("payouts/refuse.html", status, form=form, redemption=redemption, shop=shop)


@bp.post("/console/redemptions/bank-file")
@require_market_role(*PAYING_ROLES)
def collect() -> ResponseReturnValue:
    """Everything that waits goes into one file."""
    actor = current_actor()
    if not BaseForm().validate_on_submit():
        return go_on(url_for("payouts.redemptions", state=BURNED))
    made = in_transaction(lambda session: make_bank_file(session, actor).id)
    flash(_("The file is ready. Download it, give it to the bank, then note the bank's reference here."))
    return go_on(url_for("payouts.bank_file", bank_file_id=made))
