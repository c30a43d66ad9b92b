"""Requisition lists: one's own and those of one's company."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.errors import VariantNotFound
from app.catalog.models import Variant
from app.checkout.carrying import cart_to_change, current_cart, keep_cart
from app.checkout.forms import read_quantity
from app.checkout.models import Cart, CartLine
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError, Invalid
from app.identity.current import current_account, current_actor, require_signed_in
from app.orders.queries import order_bought
from app.orders.viewing import viewing
from app.pricing.queries import Buyer
from app.purchasing.actions.requisition import delete_list, list_to_cart, make_list, put_on_list, take_off_list
from app.purchasing.errors import ListNotFound
from app.purchasing.forms import ListForm
from app.purchasing.price_queries import prices_now, total_of, wanted_of_list
from app.purchasing.queries import list_lines, list_of, lists_of
from app.purchasing.views import bp
from app.web.forms import BaseForm
from app.web.pages import NOTE, flash, go_on, page
from app.web.problem_words import sentence


@dataclass(frozen=True)
class BadLine:
    """A quantity that cannot be read, as it was typed, and what is wrong with it."""

    variant_id: UUID
    typed: str
    said: str


@bp.route("/lists", methods=["GET", "POST"])
@require_signed_in
def lists() -> ResponseReturnValue:
    """All of them, and a form for a new one."""
    form = ListForm()
    if form.validate_on_submit():
        try:
            made = in_transaction(lambda session: make_list(session, current_actor(), form.name.data or ""))
        except DomainError as error:
            form.add_problem(error)
        else:
            return go_on(f"/lists/{made}")
    with reading() as session:
        rows = lists_of(session, current_actor())
    return page("purchasing/lists.html", 422 if form.is_submitted() else 200, form=form, rows=rows)


@bp.get("/lists/<uuid:list_id>")
@require_signed_in
def requisition_list(list_id: UUID) -> ResponseReturnValue:
    return _list_page(list_id)


def _list_page(list_id: UUID, *, bad: BadLine | None = None) -> ResponseReturnValue:
    account = current_account()
    assert account is not None
    with reading() as session:
        found = load_one(session, list_of(account.actor, list_id), missing=ListNotFound)
        lines = list_lines(session, Buyer(account.id), list_id, cursor=request.args.get("cursor"))
        prices = prices_now(session, Buyer(account.id), wanted_of_list(session, list_id))
    return page(
        "purchasing/list.html",
        422 if bad else 200,
        bad=bad,
        found=found,
        lines=lines.rows,
        next_cursor=lines.next_cursor,
        prices=prices,
        total=total_of(prices.values()),
    )


@bp.route("/lists/add", methods=["GET", "POST"])
@require_signed_in
def add() -> ResponseReturnValue:
    """Choose the list for one variant (`variant_id`, `quantity`), the whole cart (`cart=1`) or an order (`order`)."""
    what = {name: request.values.get(name, "") for name in ("variant_id", "quantity", "cart", "order")}
    if request.method == "GET":
        with reading() as session:
            rows = lists_of(session, current_actor())
        return page("purchasing/add.html", rows=rows, what=what)
    BaseForm().validate()
    try:
        list_id = in_transaction(partial(_add, what))
    except DomainError as error:
        if error.status in {403, 404}:
            raise
        return _add_again(what, error)
    flash(_("It is on your list."))
    return go_on(f"/lists/{list_id}")


@bp.post("/lists/<uuid:list_id>/lines/<uuid:variant_id>")
@require_signed_in
def change_line(list_id: UUID, variant_id: UUID) -> ResponseReturnValue:
    """Another quantity, or off the list."""
    BaseForm().validate()
    if "drop" in request.form:
        in_transaction(lambda session: take_off_list(session, current_actor(), list_id, variant_id))
    else:
        typed = request.form.get("quantity", "")
        try:
            wants = {variant_id: read_quantity(typed)}
        except Invalid as error:
            return _list_page(list_id, bad=BadLine(variant_id, typed, sentence(error)))
        in_transaction(lambda session: put_on_list(session, current_actor(), list_id, wants, now=datetime.now(UTC)))
    return go_on(f"/lists/{list_id}")


@bp.post("/lists/<uuid:list_id>/<any(cart, delete):verb>")
@require_signed_in
def act(list_id: UUID, verb: str) -> ResponseReturnValue:
    """`cart`: all of it into the cart; sent twice, it adds nothing more."""
    BaseForm().validate()
    if verb == "delete":
        in_transaction(lambda session: delete_list(session, current_actor(), list_id))
        flash(_("The list was deleted."))
        return go_on("/lists")
    cart, put, left = in_transaction(partial(_to_cart, list_id))
    flash(ngettext("%(num)s kind of goods is in your cart.", "%(num)s kinds of goods are in your cart.", put))
    if left:
        flash(
            ngettext(
                "%(num)s kind of goods did not fit into the cart.",
                "%(num)s kinds of goods did not fit into the cart.",
                left,
            ),
            NOTE,
        )
    return keep_cart(go_on("/cart"), cart)


def _add(what: dict[str, str], session: Session) -> UUID:
    """Onto the list that was chosen, or a new one. Raises ListNotFound, UnusableListName and what putting on raises."""
    actor, chosen = current_actor(), request.form.get("to", "")
    list_id = _uuid(chosen) or make_list(session, actor, request.form.get("name", ""))
    put_on_list(session, actor, list_id, _wants(session, what), now=datetime.now(UTC))
    return list_id


def _wants(session: Session, what: dict[str, str]) -> dict[UUID, int]:
    """Raises VariantNotFound, OrderNotFound, NotAQuantity."""
    if what["order"]:
        order = order_bought(session, viewing(), what["order"])
        return {line.variant_id: line.quantity for line in order.lines if not line.is_sample}
    if what["cart"]:
        cart = current_cart()
        rows = session.execute(
            select(CartLine.variant_id, CartLine.quantity)
            .join(CartLine.variant)
            .where(CartLine.cart_id == (cart.id if cart else None), Variant.sample_of_id.is_(None))
        )
        return {row.variant_id: row.quantity for row in rows}
    variant_id = _uuid(what["variant_id"])
    if variant_id is None:
        raise VariantNotFound
    return {variant_id: read_quantity(what["quantity"] or "1")}


def _add_again(what: dict[str, str], error: DomainError) -> ResponseReturnValue:
    with reading() as session:
        rows = lists_of(session, current_actor())
    return page("purchasing/add.html", error.status, rows=rows, what=what, problem=sentence(error))


def _to_cart(list_id: UUID, session: Session) -> tuple[Cart, int, int]:
    cart = cart_to_change(session)
    put, left = list_to_cart(session, current_actor(), list_id, cart.id, now=datetime.now(UTC))
    return cart, put, left


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
