"""The buyer's pages: what was bought, where money and parcel are, and what one can do about it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.documents.proforma import proforma_answer
from app.errors import DomainError
from app.identity.current import current_actor, require_signed_in
from app.media.private_files import PrivateFile
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.claim_orders import claim_by_email, claim_by_link, claimable
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.release_part import release_part
from app.orders.actions.send_link import send_link
from app.orders.beside import beside_bought
from app.orders.errors import OrderNotFound
from app.orders.forms import FindForm, ProblemForm, SignedForm
from app.orders.lists import bought_orders
from app.orders.models import Order
from app.orders.proforma import proforma_of_order
from app.orders.queries import Viewer, chain_now, group_by_key, group_shown, order_bought, parts_of, stories_of
from app.orders.rules.purchase import CARD, WALLET
from app.orders.rules.signed_exit import SignedExit
from app.orders.rules.story import Story
from app.orders.rules.upcoming import MainAction
from app.orders.viewing import open_group, viewing
from app.orders.views import bp
from app.orders.views.shared import parts_shown, quoted, told
from app.orders.views.uploads import uploaded
from app.settlement.open_calls import calls_on
from app.settlement.queries import leg_seen
from app.web.forms import BaseForm
from app.web.limits import DOCUMENT, SEND_MAIL, UPLOAD, limiter
from app.web.pages import flash, go_on, page, safe_next


@bp.get("/orders")
def index() -> ResponseReturnValue:
    return _index(FindForm(formdata=None))


def _index(form: FindForm, status: int = 200) -> ResponseReturnValue:
    viewer = viewing()
    with reading() as session:
        orders = bought_orders(session, viewer, cursor=request.args.get("cursor"))
        found = claimable(session, viewer.user_id) if viewer.user_id else 0
    return page("orders/index.html", status, orders=orders, claimable=found, form=form)


@bp.post("/orders/find")
@limiter.limit(SEND_MAIL)
def find() -> ResponseReturnValue:
    """By the number people say: to the order for who may see it, else its link goes to the address of the order.

    What is answered does not tell whether there is such an order.
    """
    form = FindForm()
    if not form.validate_on_submit():
        return _index(form, 422)
    with suppress(OrderNotFound), reading() as session:
        return go_on(url_for("orders.show", number=order_bought(session, viewing(), form.number.data or "").number))
    if not form.email.data:
        form.email.errors = [_("This browser does not know the order. Name the e-mail address it was made with.")]
        return _index(form, 422)
    in_transaction(partial(_send_link, form))
    flash(_("If there is such an order with this address, its link is in the mail there now."))
    return go_on(url_for("orders.index"))


@bp.post("/orders/claim")
@require_signed_in
def claim() -> ResponseReturnValue:
    """What was bought as a guest with the account's own address."""
    BaseForm().validate()
    user_id = current_actor().user_id
    assert user_id is not None
    in_transaction(partial(_claim_by_email, user_id))
    flash(_("They are in your account now."))
    return go_on(url_for("orders.index"))


@bp.post("/orders/group/<uuid:order_group_id>/claim")
@require_signed_in
def claim_group(order_group_id: UUID) -> ResponseReturnValue:
    """What this browser opened by the link of a mail."""
    BaseForm().validate()
    in_transaction(partial(_claim_by_link, viewing(), order_group_id))
    flash(_("It is in your account now."))
    return go_on(url_for("orders.show_group", order_group_id=order_group_id))


@bp.get("/orders/key/<access_token>")
def use_key(access_token: str) -> ResponseReturnValue:
    """The link of the mail: remembered by this browser, then out of the address bar. `?next=` leads on within it."""
    with reading() as session:
        group = group_by_key(session, access_token)
    return open_group(group, to=safe_next(url_for("orders.show_group", order_group_id=group.id)))


@bp.get("/orders/group/<uuid:order_group_id>")
def show_group(order_group_id: UUID) -> ResponseReturnValue:
    """Everything of one checkout."""
    with reading() as session:
        group = group_shown(session, viewing(), order_group_id)
        parts = told(session, group.orders)
    waits = group.state in ("pending_payment", "on_terms") and group.payment_method == CARD
    is_confirming = "confirming" in request.args and waits
    return page("orders/group.html", group=group, parts=parts, is_confirming=is_confirming)


@bp.get("/orders/<number>")
def show(number: str) -> ResponseReturnValue:
    with reading() as session:
        order = order_bought(session, viewing(), number)
        (part,) = told(session, [order])
        beside = beside_bought(session, order)
        deal = quoted(session, order.group)
    return page(
        "orders/show.html",
        deal=deal,
        part=part,
        order=order,
        group=order.group,
        dispute=beside.dispute,
        thread=beside.thread,
        parts=parts_shown(beside.parts, part),
    )


@bp.get("/orders/<number>/details")
def details(number: str) -> ResponseReturnValue:
    """Exact terms, for who wants them: every fact, with transaction, block and log."""
    with reading() as session:
        order = order_bought(session, viewing(), number)
        (part,) = told(session, [order])
        seen = leg_seen(session, order.id)
    return page(
        "orders/details.html",
        part=part,
        order=order,
        facts=seen.facts if seen else (),
        calls=calls_on(seen) if seen else (),
        back=url_for("orders.show", number=number),
    )


@bp.get("/orders/<number>/proforma.pdf")
@limiter.limit(DOCUMENT)
def proforma(number: str) -> ResponseReturnValue:
    """For whoever sees the order."""
    with reading() as session:
        told = proforma_of_order(session, order_bought(session, viewing(), number))
    return proforma_answer(told)


@bp.route("/orders/<number>/received", methods=["GET", "POST"])
def receive(number: str) -> ResponseReturnValue:
    """Asks once, because it cannot be taken back."""
    form, order = SignedForm(), _order(number)
    if form.validate_on_submit():
        story = in_transaction(partial(_receive, viewing(), order.id, form.signed()))
        flash(
            _("Thank you. It is noted; the seller is paid as soon as you have paid.")
            if story.is_owed
            else _("Thank you. The seller is being paid.")
        )
        return go_on(url_for("orders.show", number=order.number))
    with reading() as session:
        (part,) = told(session, [order])
    if part.upcoming.action is not MainAction.RECEIVE and not part.story.may_accept:
        return go_on(url_for("orders.show", number=order.number))
    return page("orders/received.html", order=order, part=part, form=form)


@bp.route("/orders/<number>/part/<int:position>", methods=["GET", "POST"])
def release_a_part(number: str, position: int) -> ResponseReturnValue:
    """A buyer with an own wallet pays out a part that is due. Asks once, because it cannot be taken back."""
    form, order = SignedForm(), _order(number)
    if form.validate_on_submit():
        in_transaction(partial(_release_part, viewing(), order.id, position, form.signed()))
        flash(_("Thank you. That part is being paid out; the rest stays held."))
        return go_on(url_for("orders.show", number=order.number))
    with reading() as session:
        (part,) = told(session, [order])
        due = [
            one for one in parts_shown(parts_of(session, order.id), part) if one.position == position and one.must_sign
        ]
    if not due:
        return go_on(url_for("orders.show", number=order.number))
    return page("orders/part.html", order=order, due=due[0], form=form)


@bp.route("/orders/<number>/cancel", methods=["GET", "POST"])
def cancel(number: str) -> ResponseReturnValue:
    form, order = SignedForm(), _order(number)
    if form.validate_on_submit():
        in_transaction(partial(_cancel, viewing(), order.id, form.signed()))
        return go_on(url_for("orders.show", number=order.number))
    with reading() as session:
        story = stories_of(session, [order])[order.id]
        is_late = not story.is_owed and chain_now(session) > order.ship_by
    needs_signature = is_late and order.organization.has_own_wallet and order.group.payment_method == WALLET
    asks_seller = not (is_late or story.is_owed or story.cancels_at_once)
    return page(
        "orders/cancel.html", order=order, story=story, form=form, needs_signature=needs_signature,
        asks_seller=asks_seller,
    )  # fmt: skip


@bp.route("/orders/<number>/problem", methods=["GET", "POST"])
@limiter.limit(UPLOAD, methods=["POST"])
def problem(number: str) -> ResponseReturnValue:
    """Pictures may go with it at once; more can be added to the dispute."""
    form, order = ProblemForm(), _order(number)
    if form.validate_on_submit():
        files = uploaded(form.files)
        if form.files.errors:
            return page("orders/problem.html", 422, order=order, form=form)
        try:
            in_transaction(partial(_dispute, viewing(), order.id, form, files))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("We hold the money and look into it. You hear from us by mail."))
            return go_on(url_for("orders.show", number=order.number))
    return page("orders/problem.html", 422 if form.is_submitted() else 200, order=order, form=form)


def _send_link(form: FindForm, session: Session) -> None:
    send_link(session, number=form.number.data or "", email=form.email.data or "", form_token=form.token)


def _claim_by_email(user_id: UUID, session: Session) -> None:
    claim_by_email(session, user_id)


def _claim_by_link(viewer: Viewer, order_group_id: UUID, session: Session) -> None:
    claim_by_link(session, viewer, order_group_id)


def _order(number: str) -> Order:
    with reading() as session:
        return order_bought(session, viewing(), number)


def _receive(viewer: Viewer, order_id: UUID, signed: SignedExit | None, session: Session) -> Story:
    order = confirm_receipt(session, viewer, order_id, now=datetime.now(UTC), signed=signed)
    return stories_of(session, [order])[order.id]


def _release_part(viewer: Viewer, order_id: UUID, position: int, signed: SignedExit | None, session: Session) -> None:
    release_part(session, viewer, order_id, position, signed=signed)


def _cancel(viewer: Viewer, order_id: UUID, signed: SignedExit | None, session: Session) -> None:
    cancel_order(session, viewer, order_id, now=datetime.now(UTC), signed=signed)


def _dispute(viewer: Viewer, order_id: UUID, form: ProblemForm, files: Sequence[PrivateFile], session: Session) -> None:
    open_dispute(
        session,
        viewer,
        order_id,
        reason=form.reason.data,
        text=form.text.data or "",
        now=datetime.now(UTC),
        signed=form.signed(),
        files=files,
    )
