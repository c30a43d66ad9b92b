"""Quick order: paste or upload, see what was found, mend it, put it all into the cart."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.checkout.carrying import cart_to_change, keep_cart
from app.checkout.models import Cart
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_account
from app.pricing.queries import Buyer
from app.purchasing.actions.quick_order import add_to_cart, drop_line, keep_quick_order, mend_line
from app.purchasing.errors import QuickOrderNotFound
from app.purchasing.forms import LineForm, QuickOrderForm
from app.purchasing.models import QuickOrder
from app.purchasing.price_queries import prices_now, total_of
from app.purchasing.queries import orderable, quick_counts, quick_lines, quick_order_of
from app.purchasing.rules.lines import problem_of, read_count
from app.purchasing.schemas import line_problem
from app.purchasing.views import bp
from app.web.forms import BaseForm
from app.web.limits import UPLOAD, limiter
from app.web.pages import NOTE, flash, go_on, page


@bp.route("/quick-order", methods=["GET", "POST"])
@limiter.limit(UPLOAD, methods=["POST"])
def quick_order() -> ResponseReturnValue:
    """`?shop=` looks in one shop only."""
    form = QuickOrderForm(data={"shop": request.args.get("shop", "")[:80]})
    if form.validate_on_submit():
        try:
            lines = form.typed_lines()
            made = in_transaction(
                lambda session: keep_quick_order(
                    session, _user_id(), lines, form_token=form.token, shop=(form.shop.data or "").strip()
                )
            )
        except DomainError as error:
            form.add_problem(error)
        else:
            return go_on(url_for("purchasing.quick_result", token=made.token))
    return page("purchasing/quick.html", 422 if form.is_submitted() else 200, form=form)


@bp.get("/quick-order/<token>")
def quick_result(token: str) -> ResponseReturnValue:
    """What was found, problems first. While a long list is looked up, how far it is: the page can be left."""
    return _result(token)


@bp.post("/quick-order/<token>/lines/<int:position>")
def mend(token: str, position: int) -> ResponseReturnValue:
    form = LineForm()
    if not form.validate():
        return _result(token, status=422)
    if "drop" in request.form:
        in_transaction(lambda session: drop_line(session, token, _user_id(), position))
    else:
        in_transaction(partial(_mend, token, position, form))
    return go_on(url_for("purchasing.quick_result", token=token, **_asked()))


@bp.post("/quick-order/<token>/cart")
def quick_to_cart(token: str) -> ResponseReturnValue:
    """Everything without a problem. Sent twice, it adds nothing more."""
    BaseForm().validate()
    cart, put, left = in_transaction(partial(_to_cart, token))
    flash(ngettext("%(num)s kind of goods is in your cart.", "%(num)s kinds of goods are in your cart.", put))
    if left:
        flash(
            ngettext(
                "%(num)s kind of goods did not fit into the cart. Check out, then add the rest from the list.",
                "%(num)s kinds of goods did not fit into the cart. Check out, then add the rest from the list.",
                left,
            ),
            NOTE,
        )
    return keep_cart(go_on("/cart"), cart)


bp.add_app_template_filter(line_problem)


def _result(token: str, status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        order = _order(session, token)
        good, bad = quick_counts(session, order.id)
        only_problems = "all" not in request.args and bad > 0
        lines = quick_lines(session, order.id, only_problems=only_problems, cursor=request.args.get("cursor"))
        prices = prices_now(session, Buyer(order.user_id) if order.user_id else None, orderable(session, order.id))
    context: dict[str, Any] = {
        "order": order,
        "good": good,
        "bad": bad,
        "only_problems": only_problems,
        "prices": prices,
        "total": total_of(prices.values()),
    }
    return page("purchasing/result.html", status, **context, lines=lines.rows, next_cursor=lines.next_cursor)


def _asked() -> dict[str, Any]:
    """The part of the list one was looking at."""
    return {name: request.args[name] for name in ("all", "cursor") if name in request.args}


def _order(session: Session, token: str) -> QuickOrder:
    return load_one(session, quick_order_of(token, _user_id()), missing=QuickOrderNotFound)


def _mend(token: str, position: int, form: LineForm, session: Session) -> None:
    sku, typed = (form.sku.data or "").strip(), (form.quantity.data or "").strip()
    quantity = read_count(typed) if typed else None
    mend_line(
        session, token, _user_id(), position, sku=sku, quantity=quantity, problem=problem_of(sku, typed, quantity),
        chosen=_chosen(form.chosen.data),
    )  # fmt: skip


def _to_cart(token: str, session: Session) -> tuple[Cart, int, int]:
    cart = cart_to_change(session)
    put, left = add_to_cart(session, token, _user_id(), cart.id, now=datetime.now(UTC))
    return cart, put, left


def _chosen(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None


def _user_id() -> UUID | None:
    account = current_account()
    return account.id if account else None
