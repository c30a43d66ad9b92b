"""What machines could not do by themselves: tasks for the chain, messages of Stripe, cards."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.console.actions.close_refund import close_refund
from app.console.actions.replay_webhook import replay_webhook
from app.console.actions.retry_intent import retry_intent
from app.console.forms import PaidByBankForm
from app.console.queries import card_troubles, failed_refund, stuck_intents, webhooks
from app.console.rules import CHARGEBACK_REASONS, CHARGEBACK_STATES, TASK_WORDS, refusal_words
from app.console.views import bp
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import current_actor, require_market_role
from app.identity.rules.roles import OPERATOR
from app.payouts.queries import open_claims
from app.web.pages import flash, go_on, page

MESSAGE_STATES = ("waiting", "handled", "all")


@bp.get("/console/tasks")
@require_market_role(OPERATOR)
def tasks() -> ResponseReturnValue:
    with reading() as session:
        found = stuck_intents(session, current_actor(), cursor=request.args.get("cursor"))
    return page("console/tasks.html", tasks=found, task_words=TASK_WORDS, refusal_words=refusal_words)


@bp.post("/console/tasks/<uuid:intent_id>/retry")
@require_market_role(OPERATOR)
def retry(intent_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    in_transaction(lambda session: retry_intent(session, actor, intent_id))
    flash(_("It is tried again from the beginning. If the chain refuses it again, it comes back here."))
    return go_on("/console/tasks")


@bp.get("/console/messages")
@require_market_role(OPERATOR)
def messages() -> ResponseReturnValue:
    """Those that wait for somebody first; the others by their tab, and each by its id."""
    asked, named = request.args.get("state", ""), request.args.get("q", "").strip()
    state = asked if asked in MESSAGE_STATES else "all" if named else MESSAGE_STATES[0]
    with reading() as session:
        found = webhooks(
            session,
            current_actor(),
            now=datetime.now(UTC),
            state=state,
            named=named,
            cursor=request.args.get("cursor"),
        )
    return page("console/messages.html", messages=found, state=state, states=MESSAGE_STATES, named=named)


@bp.post("/console/messages/<event_id>/replay")
@require_market_role(OPERATOR)
def replay(event_id: str) -> ResponseReturnValue:
    actor = current_actor()
    in_transaction(lambda session: replay_webhook(session, actor, event_id))
    flash(_("It is handled again. Stripe is asked for the present state, so nothing happens twice."))
    return go_on("/console/messages")


@bp.route("/console/refunds/<uuid:refund_id>/bank", methods=["GET", "POST"])
@require_market_role(OPERATOR)
def paid_by_bank(refund_id: UUID) -> ResponseReturnValue:
    """Close a refund no card took, once it was paid by bank."""
    form, actor = PaidByBankForm(), current_actor()
    if form.validate_on_submit():
        try:
            in_transaction(partial(_close_refund, actor, refund_id, form))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Closed. The buyer gets a mail."))
            return go_on("/console/refunds")
    with reading() as session:
        refund = failed_refund(session, actor, refund_id)
    return page("console/paid_by_bank.html", 422 if form.is_submitted() else 200, form=form, refund=refund)


def _close_refund(actor: Actor, refund_id: UUID, form: PaidByBankForm, session: Session) -> None:
    close_refund(session, actor, refund_id, reference=form.reference.data or "", at=form.paid_on.begins_at())


@bp.get("/console/refunds")
@require_market_role(OPERATOR)
def refunds() -> ResponseReturnValue:
    with reading() as session:
        failed, chargebacks = card_troubles(session, current_actor())
        claims = open_claims(session, current_actor())
    return page(
        "console/refunds.html",
        failed=failed,
        chargebacks=chargebacks,
        claims=claims,
        reasons=CHARGEBACK_REASONS,
        states=CHARGEBACK_STATES,
    )
