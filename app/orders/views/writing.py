"""The first words about an order, by either side. Once there is a thread, it is read and answered in `app.messages`."""

from datetime import UTC, datetime
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.db.session import reading
from app.identity.current import current_actor, require_signed_in
from app.messages.files import Draft
from app.messages.forms import MessageForm
from app.messages.queries import thread_of_order
from app.messages.rules import BUYER, SHOP, path_of
from app.messages.sending import send
from app.orders.actions.write_about_order import require_paid, write_about_order
from app.orders.models import Order
from app.orders.queries import order_answered, order_bought
from app.orders.viewing import viewing
from app.orders.views import bp
from app.web.pages import go_on, page


@bp.route("/orders/<number>/messages", methods=["GET", "POST"])
def write_to_shop(number: str) -> ResponseReturnValue:
    """Also for a guest whose browser has opened the link of the mail: the answer is told to the order's address."""
    with reading() as session:
        order = order_bought(session, viewing(), number)
    return _write(order, BUYER)


@bp.route("/desk/orders/<number>/messages", methods=["GET", "POST"])
@require_signed_in
def write_to_buyer(number: str) -> ResponseReturnValue:
    with reading() as session:
        order = order_answered(session, current_actor(), number)
    return _write(order, SHOP)


def _write(order: Order, side: str) -> ResponseReturnValue:
    form, status = MessageForm(), 200
    require_paid(order)
    if form.is_submitted():
        thread_id, status = send(form, lambda session, draft: _start(session, order, side, draft))
        if thread_id is not None:
            return go_on(f"{path_of(side, thread_id)}#newest")
    else:
        with reading() as session:
            before = thread_of_order(session, order.id, side)
        if before is not None:
            return go_on(f"{path_of(side, before.id)}#newest")
    is_desk = side == SHOP
    back = url_for("orders.sold" if is_desk else "orders.show", number=order.number)
    return page("messages/about_order.html", status, form=form, order=order, is_desk=is_desk, back=back)


def _start(session: Session, order: Order, side: str, draft: Draft) -> UUID:
    return write_about_order(session, order, side, current_actor().user_id, draft, now=datetime.now(UTC))
