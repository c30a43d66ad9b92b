"""The buyer's page of what goes back: ask, send, or keep it after all."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.media.private_files import PrivateFile
from app.orders.actions.request_return import request_return
from app.orders.actions.send_return import cancel_return, send_return
from app.orders.both_sides import both_sides
from app.orders.errors import NothingChosen
from app.orders.forms import counting, counts_in
from app.orders.left import to_return
from app.orders.models import Order
from app.orders.queries import Viewer, order_bought
from app.orders.return_forms import ReturnForm, ReturnSentForm
from app.orders.viewing import viewing
from app.orders.views import bp
from app.orders.views.shared import told
from app.orders.views.sold_page import line_names
from app.orders.views.uploads import uploaded
from app.web.forms import BaseForm
from app.web.limits import UPLOAD, limiter
from app.web.pages import flash, go_on, page


@bp.route("/orders/<number>/return", methods=["GET", "POST"])
@limiter.limit(UPLOAD, methods=["POST"])
def ask_return(number: str) -> ResponseReturnValue:
    """Every return of the order, and a new one when none runs."""
    if request.method == "GET":
        return _page(number, None)
    order = _order(number)
    form = _form_of(order)
    is_filled = form.validate_on_submit()
    if not is_filled and not any((counts_in(form, to_return(order)) or {}).values()):
        form.add_problem(NothingChosen())
    if is_filled:
        files = uploaded(form.files)
        if not form.files.errors:
            try:
                in_transaction(partial(_request, viewing(), order, form, files))
            except DomainError as refusal:
                form.add_problem(refusal)
            else:
                flash(_("The seller is asked. Your money stays held meanwhile."))
                return go_on(url_for("orders.ask_return", number=order.number))
    return _page(order.number, form)


@bp.post("/orders/<number>/returns/<uuid:return_id>/sent")
def return_sent(number: str, return_id: UUID) -> ResponseReturnValue:
    form = ReturnSentForm()

    def work(session: Session, order_id: UUID) -> None:
        send_return(
            session,
            viewing(),
            order_id,
            return_id,
            carrier=form.carrier.data or "",
            tracking=form.tracking.data or "",
            now=datetime.now(UTC),
        )

    return _act(number, form, work, done=_("Noted. The seller gets a mail."), sent_form=form)


@bp.post("/orders/<number>/returns/<uuid:return_id>/cancel")
def return_canceled(number: str, return_id: UUID) -> ResponseReturnValue:
    form = BaseForm()

    def work(session: Session, order_id: UUID) -> None:
        cancel_return(session, viewing(), order_id, return_id, now=datetime.now(UTC))

    return _act(number, form, work, done=_("The return has ended. You keep the goods."))


def _act(
    number: str,
    form: BaseForm,
    work: Callable[[Session, UUID], Any],
    *,
    done: str,
    sent_form: ReturnSentForm | None = None,
) -> ResponseReturnValue:
    order = _order(number)
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: work(session, order.id))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(done)
            return go_on(url_for("orders.ask_return", number=order.number))
    return _page(order.number, None, sent_form=sent_form, refused=form)


def _page(
    number: str, form: ReturnForm | None, *, sent_form: ReturnSentForm | None = None, refused: BaseForm | None = None
) -> ResponseReturnValue:
    with reading() as session:
        order = order_bought(session, viewing(), number)
        (part,) = told(session, [order])
        both = both_sides(session, order)
        lines = to_return(order)
    shown = form or _form_of(order, formdata=None)
    problem = refused or shown
    return page(
        "orders/return.html",
        422 if problem.is_submitted() else 200,
        order=order,
        part=part,
        returns=both.returns,
        files=both.files,
        names=line_names(order),
        form=shown,
        counts=[(shown[name], line.left) for line in lines if (name := f"quantity_{line.position}") in shown],
        sent_form=sent_form or ReturnSentForm(formdata=None),
        refused=refused,
    )


def _form_of(order: Order, **given: Any) -> ReturnForm:
    return counting(ReturnForm, to_return(order), line_names(order), none_chosen=True)(**given)


def _order(number: str) -> Order:
    with reading() as session:
        return order_bought(session, viewing(), number)


def _request(viewer: Viewer, order: Order, form: ReturnForm, files: list[PrivateFile], session: Session) -> None:
    request_return(
        session,
        viewer,
        order.id,
        counts=counts_in(form, to_return(order)) or {},
        reason=form.reason.data,
        text=form.text.data or "",
        files=files,
        form_token=form.token,
        now=datetime.now(UTC),
    )
