"""What the seller can do about one unpaid order: more time, cancel it, or note that it was settled outside."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.config.days import market_today
from app.credit.actions.change_debt import cancel_owed, extend_due, settle_outside
from app.credit.forms import MoreTimeForm, OutsideForm
from app.credit.views import bp
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor, require_signed_in
from app.identity.rules.roles import SELLING
from app.orders.errors import OrderNotFound
from app.orders.models import Order
from app.orders.queries import orders_sold_by, stories_of
from app.orders.rules.numbers import normalize_number
from app.orders.rules.story import Story
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page


@bp.get("/desk/customers/terms/orders/<number>")
@require_signed_in
def debt(number: str) -> ResponseReturnValue:
    return _shown(number)


@bp.post("/desk/customers/terms/orders/<number>/more-time")
@require_signed_in
def more_time(number: str) -> ResponseReturnValue:
    form, actor = MoreTimeForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        assert form.due_on.data is not None
        extend_due(session, actor, order_id, due_on=form.due_on.data, now=datetime.now(UTC))

    return _act(number, form, work, done=_("Saved. The buyer was told."), more_time_form=form)


@bp.post("/desk/customers/terms/orders/<number>/outside")
@require_signed_in
def outside(number: str) -> ResponseReturnValue:
    form, actor = OutsideForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        settle_outside(session, actor, order_id, reason=form.reason.data or "", now=datetime.now(UTC))

    return _act(number, form, work, done=_("Noted. Nothing is owed for it here any more."), outside_form=form)


@bp.post("/desk/customers/terms/orders/<number>/cancel")
@require_signed_in
def cancel(number: str) -> ResponseReturnValue:
    form, actor = BaseForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        cancel_owed(session, actor, order_id, now=datetime.now(UTC))

    return _act(number, form, work, done=_("Canceled. The goods are on your stall again."), cancel_form=form)


def _act(
    number: str, form: BaseForm, work: Callable[[Session, UUID], None], *, done: str, **forms: BaseForm
) -> ResponseReturnValue:
    with reading() as session:
        order_id = _owed(session, number)[0].id
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: work(session, order_id))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(done)
            return go_on(f"/desk/orders/{number}")
    return _shown(number, 422, **forms)


def _shown(number: str, status: int = 200, **forms: BaseForm) -> ResponseReturnValue:
    """`forms`: the one to be mended."""
    with reading() as session:
        order, story = _owed(session, number)
    return page(
        "credit/debt.html",
        status,
        order=order,
        story=story,
        today=market_today(),
        more_time_form=forms.get("more_time_form") or MoreTimeForm(formdata=None, data={"due_on": story.due_on}),
        outside_form=forms.get("outside_form") or OutsideForm(formdata=None),
        cancel_form=forms.get("cancel_form") or BaseForm(formdata=None),
    )


def _owed(session: Session, number: str) -> tuple[Order, Story]:
    """An order on terms of a shop this person sells for. Raises OrderNotFound."""
    mine = orders_sold_by(current_actor(), SELLING).where(Order.number == normalize_number(number))
    order = load_one(session, mine, missing=OrderNotFound)
    story = stories_of(session, [order])[order.id]
    if story.due_on is None:
        raise OrderNotFound
    return order, story
