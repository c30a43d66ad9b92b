"""The first words about an order, by either side. Once there is a thread, it is read and answered in `app.messages`."""

from datetime import UTC, datetime
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.db.session import reading
from app.identity.current import current_actor, require_signed_in
from app.messages.actions.start_thread import About, start_thread
from app.messages.actions.write_message import Author
from app.messages.files import Draft
from app.messages.forms import MessageForm
from app.messages.queries import thread_of_order
from app.messages.rules import BUYER, ORDER, SHOP, path_of
from app.messages.sending import send
from app.orders.errors import NotPaidYet
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
    if order.group.state != "paid":
        raise NotPaidYet  # else anybody could order without paying, to write to as many shops
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
    about = About(
        ORDER, order.id, order.number, {"en": order.number}, order.organization_id, order.group.buyer_id,
        order.group.name,
    )  # fmt: skip
    author = Author(side, current_actor().user_id)
    return start_thread(session, about, author, draft, now=datetime.now(UTC)).thread_id
