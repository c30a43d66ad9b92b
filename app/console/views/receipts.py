"""Money at the bank for tokens in a buyer's own wallet."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console.actions.book_receipt import book_receipt
from app.console.forms import ReceiptForm
from app.console.queries import bank_receipts
from app.console.views import bp
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor, require_market_role
from app.identity.rules.roles import OPERATOR
from app.web.pages import flash, go_on, page


@bp.route("/console/receipts", methods=["GET", "POST"])
@require_market_role(OPERATOR)
def receipts() -> ResponseReturnValue:
    """Book a receipt once per bank reference; the tokens follow by themselves."""
    form, actor = ReceiptForm(), current_actor()
    if form.validate_on_submit():
        assert form.amount.data is not None
        cents = form.amount.data.minor
        try:
            in_transaction(
                lambda session: book_receipt(
                    session,
                    actor,
                    reference=form.reference.data or "",
                    payer_name=form.payer_name.data or "",
                    wallet_address=form.wallet(),
                    cents=cents,
                    received_at=form.received_on.begins_at(),
                )
            )
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Booked. The tokens go to the wallet once the chain has them."))
            return go_on("/console/receipts")
    with reading() as session:
        found = bank_receipts(session, actor, cursor=request.args.get("cursor"))
    return page("console/receipts.html", 422 if form.is_submitted() else 200, form=form, receipts=found)
