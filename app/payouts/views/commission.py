"""Commission given back: goods came back after the seller was paid, and the seller gave the buyer money back."""

from functools import partial

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor, market_role
from app.identity.current import current_actor, require_market_role
from app.money.amounts import TokenAmount
from app.payouts.actions.give_commission_back import give_commission_back
from app.payouts.forms import CommissionForm
from app.payouts.lines import order_called
from app.payouts.queries import PAYING_ROLES, READING_ROLES, commission_returns
from app.payouts.views import bp
from app.web.pages import flash, go_on, page


@bp.get("/console/commission")
@require_market_role(*READING_ROLES)
def commission() -> ResponseReturnValue:
    """What was given back so far, and the form."""
    return _page(CommissionForm())


@bp.post("/console/commission")
@require_market_role(*PAYING_ROLES)
def give_commission() -> ResponseReturnValue:
    form, actor = CommissionForm(), current_actor()
    if form.validate_on_submit():
        try:
            in_transaction(partial(_give, actor, form))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Given back. The tokens are on their way, and the seller gets a mail."))
            return go_on(url_for("payouts.commission"))
    return _page(form, 422)


def _give(actor: Actor, form: CommissionForm, session: Session) -> None:
    assert form.amount.data is not None
    give_commission_back(
        session,
        actor,
        order_called(session, form.number.data or ""),
        cents=form.amount.data.minor,
        reason=form.reason.data or "",
        form_token=form.token,
    )


def _page(form: CommissionForm, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        given = commission_returns(session, actor, cursor=request.args.get("cursor"))
    return page(
        "payouts/commission.html",
        status,
        form=form,
        given=given,
        may_act=market_role(actor, *PAYING_ROLES),
        units=lambda amount: TokenAmount(int(amount)),
    )
