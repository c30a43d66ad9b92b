"""A guest's pages, by the link of the mail. What an account has bought is its owner's alone."""

from datetime import UTC, datetime
from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.db.session import in_transaction, reading
from app.orders.models import OrderGroup
from app.orders.queries import group_shown
from app.orders.viewing import viewing
from app.privacy.actions.erase_person import erase_checkout
from app.privacy.errors import StillGoingOn, WrongEmail
from app.privacy.forms import EraseCheckoutForm
from app.privacy.rules import Subject
from app.privacy.views import bp
from app.privacy.views.shared import ask_for_copy, data_page, download, erase_page
from app.web.forms import BaseForm
from app.web.limits import PLACE_ORDER, SIGN_IN, limiter
from app.web.pages import go_on, page


@bp.route("/orders/group/<uuid:order_group_id>/data", methods=["GET", "POST"])
@limiter.limit(PLACE_ORDER, methods=["POST"])
def guest_data(order_group_id: UUID) -> ResponseReturnValue:
    group = _group(order_group_id)
    if group.buyer_id is not None:
        return redirect(url_for("privacy.own_data"), 303)
    form, subject = BaseForm(), Subject(order_group_id=group.id)
    if form.validate_on_submit():
        ask_for_copy(subject)
        return go_on(url_for("privacy.guest_data", order_group_id=group.id))
    return data_page(
        subject,
        erase=url_for("privacy.erase_guest", order_group_id=group.id),
        back=url_for("orders.show_group", order_group_id=group.id),
    )


@bp.get("/orders/group/<uuid:order_group_id>/data/<uuid:export_id>.zip")
def guest_copy(order_group_id: UUID, export_id: UUID) -> ResponseReturnValue:
    group = _group(order_group_id)
    if group.buyer_id is not None:
        return redirect(url_for("privacy.own_data"), 303)
    return download(Subject(order_group_id=group.id), export_id)


@bp.route("/orders/group/<uuid:order_group_id>/erase", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
def erase_guest(order_group_id: UUID) -> ResponseReturnValue:
    """Whoever has the link must also know the address it was sent to: links get passed on."""
    group, form = _group(order_group_id), EraseCheckoutForm()
    if group.buyer_id is not None:
        return redirect(url_for("privacy.erase_own"), 303)
    if form.validate_on_submit():
        try:
            _require_email(group, form)
            in_transaction(lambda session: erase_checkout(session, group.id, now=datetime.now(UTC)))
        except (WrongEmail, StillGoingOn) as refusal:
            form.add_problem(refusal)
        else:
            return page("privacy/erased.html", is_account=False)
    status = 422 if form.is_submitted() else 200
    back = url_for("privacy.guest_data", order_group_id=group.id)
    return erase_page(Subject(order_group_id=group.id), form, status, is_account=False, back=back)


def _require_email(group: OrderGroup, form: EraseCheckoutForm) -> None:
    if (form.email.data or "").lower() != group.email:
        raise WrongEmail(field="email")


def _group(order_group_id: UUID) -> OrderGroup:
    with reading() as session:
        return group_shown(session, viewing(), order_group_id)
