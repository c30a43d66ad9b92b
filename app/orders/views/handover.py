"""Handing over in person: the buyer's page with the QR code, and the seller's answer to it."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.config.settings import Settings
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import current_actor, require_signed_in
from app.identity.rules.roles import STOCKING
from app.orders.actions.confirm_handover import confirm_handover
from app.orders.actions.show_handover import show_handover
from app.orders.forms import HandoverForm
from app.orders.models import HandoverCode, Order
from app.orders.queries import Viewer, order_bought, order_sold, stories_of
from app.orders.rules.handover import IN_PERSON, may_hand_over, tries_left, words_of, wrong_code
from app.orders.rules.purchase import CARD
from app.orders.viewing import viewing
from app.orders.views import bp
from app.web.forms import BaseForm
from app.web.limits import SIGN_IN, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence
from app.web.qr import qr_svg


@bp.get("/orders/<number>/handover")
def handover(number: str) -> ResponseReturnValue:
    """The code while it is good; before that, what it means to show it."""
    with reading() as session:
        order = order_bought(session, viewing(), number)
        story = stories_of(session, [order])[order.id]
        shown = session.get(HandoverCode, order.id)
    is_used = shown is not None and shown.used_at is not None
    if order.shipping.get("kind") != IN_PERSON or is_used or not may_hand_over(story):
        return go_on(url_for("orders.show", number=order.number))
    is_good = shown is not None and shown.expires_at > datetime.now(UTC)
    words = words_of(_key(), order.id, shown.nonce) if shown is not None and is_good else None
    drawn = None
    if words is not None:
        link = _settings().public_url + url_for("orders.scanned", number=order.number, secret=words.secret)
        drawn = qr_svg(link, _("QR code for handing over order %(number)s", number=order.number))
    return page(
        "orders/handover.html",
        order=order,
        story=story,
        shown=shown,
        words=words,
        drawn=drawn,
        form=BaseForm(),
        left=tries_left(shown.wrong_tries) if shown is not None else 0,
    )


@bp.post("/orders/<number>/handover")
def new_handover(number: str) -> ResponseReturnValue:
    """A new code; an earlier one is good no more."""
    BaseForm().validate()
    with reading() as session:
        order = order_bought(session, viewing(), number)
    try:
        in_transaction(partial(_show, viewing(), order.id))
    except DomainError as refusal:
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("orders.show", number=number))
    return go_on(url_for("orders.handover", number=number))


@bp.get("/handover/<number>/<secret>")
@require_signed_in
def scanned(number: str, secret: str) -> ResponseReturnValue:
    """Where the seller's camera leads. Looking does nothing: the shop's member presses the button."""
    with reading() as session:
        order = order_sold(session, current_actor(), number)
        story = stories_of(session, [order])[order.id]
    may = current_actor().member_of(order.organization_id, STOCKING)
    return page("orders/scanned.html", order=order, story=story, secret=secret, may=may, form=BaseForm())


@bp.post("/desk/orders/<number>/handover")
@require_signed_in
@limiter.limit(SIGN_IN)
def hand_over(number: str) -> ResponseReturnValue:
    """What was scanned or typed. What is wrong with it is said on the order's page, and nothing has happened then."""
    actor, form = current_actor(), HandoverForm()
    with reading() as session:
        order = order_sold(session, actor, number)
    to = url_for("orders.sold", number=number)
    if not form.validate_on_submit():
        flash(_("Type the code that the buyer shows."), PROBLEM)
        return go_on(to)
    try:
        left = in_transaction(partial(_confirm, actor, order.id, form.code.data or ""))
        if left is not None:
            raise wrong_code(order.number, left)
    except DomainError as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - a stranger learns nothing
            raise
        flash(sentence(refusal), PROBLEM)
        return go_on(to)
    flash(_said(order))
    return go_on(to)


bp.add_app_template_global(may_hand_over)


def _said(order: Order) -> str:
    if order.group.state != "paid":
        return _("Noted as handed over.")
    if order.group.payment_method == CARD:
        return _("Handed over. The buyer's money is on its way to you.")
    return _("Noted as handed over. The buyer now signs the payment on the own phone.")


def _show(viewer: Viewer, order_id: UUID, session: Session) -> None:
    show_handover(session, viewer, order_id, now=datetime.now(UTC))


def _confirm(actor: Actor, order_id: UUID, typed: str, session: Session) -> int | None:
    """None where it is right, else how many tries are left."""
    if confirm_handover(session, actor, order_id, typed, key=_key(), now=datetime.now(UTC)):
        return None
    return tries_left(session.get_one(HandoverCode, order_id).wrong_tries)


def _key() -> bytes:
    return _settings().secret_key.encode()


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
