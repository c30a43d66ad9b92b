"""The shop says what left in which parcel, with which number, what arrived, and what is not coming."""

from datetime import UTC, datetime
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import reading
from app.identity.current import current_actor, require_signed_in
from app.orders.actions.follow_parcel import correct_tracking, mark_delivered
from app.orders.actions.give_up_rest import give_up_rest
from app.orders.actions.ship_order import ship_order
from app.orders.forms import ParcelForm, SignedForm, TrackingForm, counts_in
from app.orders.left import to_ship
from app.orders.queries import order_sold
from app.orders.views import bp
from app.orders.views.sold_page import act, ship_form_of


@bp.post("/desk/orders/<number>/ship")
@require_signed_in
def ship(number: str) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        order = order_sold(session, actor, number)
        form, lines = ship_form_of(order), to_ship(order)

    def work(session: Session, order_id: UUID) -> None:
        ship_order(
            session,
            actor,
            order_id,
            carrier=form.carrier.data or "",
            tracking=form.tracking.data or "",
            now=datetime.now(UTC),
            counts=counts_in(form, lines),
            form_token=form.token,
            signed=form.signed(),
        )

    return act(number, form, work, done=_("Shipped. The buyer gets a mail."), ship_form=form)


@bp.post("/desk/orders/<number>/tracking")
@require_signed_in
def correct(number: str) -> ResponseReturnValue:
    form, actor = TrackingForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        correct_tracking(
            session,
            actor,
            order_id,
            carrier=form.carrier.data or "",
            tracking=form.tracking.data or "",
            parcel_id=form.parcel_id,
        )

    return act(number, form, work, done=_("Saved."), tracking_form=form)


@bp.post("/desk/orders/<number>/delivered")
@require_signed_in
def delivered(number: str) -> ResponseReturnValue:
    form, actor = ParcelForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        mark_delivered(session, actor, order_id, now=datetime.now(UTC), parcel_id=form.parcel_id)

    return act(number, form, work, done=_("Noted. The buyer is asked to confirm."))


@bp.post("/desk/orders/<number>/rest")
@require_signed_in
def rest(number: str) -> ResponseReturnValue:
    """What is missing is not coming."""
    form, actor = SignedForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        give_up_rest(session, actor, order_id, now=datetime.now(UTC), signed=form.signed())

    return act(number, form, work, done=_("What the rest cost is on its way back to the buyer."))
