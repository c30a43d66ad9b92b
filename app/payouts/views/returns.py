"""Payments that did not reach the seller: the operator records them, the shop or the operator has them paid again."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.banking.models import BankLine
from app.config.days import market_day
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import acting_shop, current_actor, require_market_role, require_shop
from app.identity.rules.roles import ACCOUNTING
from app.money.amounts import Money
from app.payouts.actions.pay_again import pay_again
from app.payouts.actions.record_return import record_came_back, record_not_taken
from app.payouts.errors import RedemptionNotFound
from app.payouts.forms import AgainForm, CameBackForm, NotTakenForm
from app.payouts.models import Redemption
from app.payouts.queries import PAYING_ROLES, lines_that_may_be, redemptions_to_pay, returns_of
from app.payouts.rules import BURNED, PAID, RETURNED
from app.payouts.views import bp
from app.payouts.views.words import failure_words, state_words
from app.web.filters import date_text, money
from app.web.pages import flash, go_on, page

LINES_SHOWN = 20


@bp.route("/console/redemptions/<uuid:redemption_id>/failed", methods=["GET", "POST"])
@require_market_role(*PAYING_ROLES)
def failed(redemption_id: UUID) -> ResponseReturnValue:
    """What happened to a payment; it is recorded here that it came back, or that the bank did not take it."""
    actor = current_actor()
    with reading() as session:
        query = redemptions_to_pay(actor).where(Redemption.id == redemption_id)
        redemption = load_one(session, query, missing=RedemptionNotFound)
        shop, history, lines = redemption.organization, returns_of(session, redemption_id), _lines(session, redemption)
    form = _form(redemption, lines)
    if form is None and request.method == "POST":  # sent twice: the page says how it is now
        return go_on(url_for("payouts.failed", redemption_id=redemption_id))
    if form is not None and form.validate_on_submit():
        try:
            in_transaction(partial(_record, actor, redemption_id, form))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Recorded. The seller gets a mail with what the bank says."))
            return go_on(url_for("payouts.failed", redemption_id=redemption_id))
    return page(
        "payouts/failed.html",
        422 if form is not None and form.is_submitted() else 200,
        form=form,
        redemption=redemption,
        shop=shop,
        history=history,
        came_back=redemption.state == PAID,
        waits=redemption.state == RETURNED,
        words=state_words(),
        kinds=failure_words(),
    )


def _lines(session: Session, redemption: Redemption) -> list[BankLine]:
    if redemption.state != PAID or redemption.paid_at is None:
        return []
    return list(session.scalars(lines_that_may_be(redemption, market_day(redemption.paid_at)).limit(LINES_SHOWN)))


def _form(redemption: Redemption, lines: list[BankLine]) -> NotTakenForm | None:
    """None when no payment of it can have failed."""
    if redemption.bank_file_id is None:
        return None
    if redemption.state == BURNED:
        return NotTakenForm(attempt=redemption.attempt)
    if redemption.state != PAID:
        return None
    form = CameBackForm(attempt=redemption.attempt, amount=Money(redemption.to_bank_cents, "USD"))
    form.line.choices = [(str(line.id), _line_words(line)) for line in lines]
    form.line.choices.append(("", _("None of these: I read it on the statement")))
    return form


def _line_words(line: BankLine) -> str:
    words = (
        date_text(line.booked_on),
        money(Money(line.amount_minor, line.currency)),
        line.reference,
        line.description,
    )
    return " · ".join(word for word in words if word)


def _record(actor: Actor, redemption_id: UUID, form: NotTakenForm, session: Session) -> None:
    attempt, reason = form.attempt.data or 0, form.reason.data or ""
    if isinstance(form, CameBackForm):
        record_came_back(session, actor, redemption_id, attempt=attempt, came=form.came(), reason=reason)
    else:
        record_not_taken(session, actor, redemption_id, attempt=attempt, reason=reason, now=datetime.now(UTC))


@bp.post("/console/redemptions/<uuid:redemption_id>/again")
@require_market_role(*PAYING_ROLES)
def send_again(redemption_id: UUID) -> ResponseReturnValue:
    """The mistake was the bank's, or the shop said on the telephone that its account is right."""
    _again(redemption_id)
    return go_on(url_for("payouts.redemptions", state=BURNED))


@bp.post("/desk/money/redemptions/<uuid:redemption_id>/again")
@require_shop
def again(redemption_id: UUID) -> ResponseReturnValue:
    shop_id = acting_shop(ACCOUNTING)
    _again(redemption_id)
    return go_on(f"/desk/money?shop={shop_id}")


def _again(redemption_id: UUID) -> None:
    form, actor = AgainForm(), current_actor()
    if form.validate_on_submit():
        count = form.failed.data or 0
        in_transaction(lambda session: pay_again(session, actor, redemption_id, failed=count))
        flash(_("It goes into the next bank file, to the bank account of the shop."))
