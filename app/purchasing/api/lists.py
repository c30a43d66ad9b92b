"""Requisition lists: one's own and those of one's company."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import asking_person, for_programs, once_as, person_id
from app.access.rules import ACCOUNT
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema
from app.checkout.actions.change_cart import open_cart
from app.checkout.carts import account_cart_body
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.pricing.queries import Buyer
from app.purchasing.actions.requisition import delete_list, list_to_cart, make_list, put_on_list, take_off_list
from app.purchasing.errors import ListNotFound
from app.purchasing.queries import list_lines, list_of, lists_of
from app.purchasing.schemas import ListGoodsSchema, ListNameSchema, ListSchema, ListsSchema, PutIntoCartSchema

bp = Blueprint("requisition_lists", __name__, url_prefix=f"{PREFIX}/account/lists", description="Lists of goods")


@bp.get("")
@for_programs(ACCOUNT)
@bp.response(200, ListsSchema)
def lists() -> dict[str, Any]:
    """One's own; with the scope `companies` also those of one's companies."""
    with reading() as session:
        return {"rows": lists_of(session, asking_person())}


@bp.post("")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ListNameSchema)
@bp.response(201, ListSchema)
def add(_headers: dict[str, str], sent: dict[str, str]) -> Response:
    """A new one: with the scope `companies` of the company one buys for just now, else one's own."""
    actor = asking_person()
    return _acted(lambda session: make_list(session, actor, sent["name"]), 201)


@bp.get("/<uuid:list_id>")
@for_programs(ACCOUNT)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, ListSchema)
def one(asked: dict[str, Any], list_id: UUID) -> dict[str, Any]:
    """Its goods in the order they were added."""
    with reading() as session:
        return _body(session, asking_person(), list_id, cursor=asked["cursor"], size=asked["size"])


@bp.put("/<uuid:list_id>/lines")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ListGoodsSchema)
@bp.response(200, ListSchema)
def put(_headers: dict[str, str], sent: dict[str, Any], list_id: UUID) -> Response:
    """Goods with their quantities; of those on it already the quantity becomes this one."""
    actor, wants = asking_person(), {line["variant_id"]: line["quantity"] for line in sent["lines"]}

    def act(session: Session) -> UUID:
        put_on_list(session, actor, list_id, wants, now=datetime.now(UTC))
        return list_id

    return _acted(act)


@bp.delete("/<uuid:list_id>/lines/<uuid:variant_id>")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ListSchema)
def take_off(_headers: dict[str, str], list_id: UUID, variant_id: UUID) -> Response:
    """Off the list; twice is once."""
    actor = asking_person()

    def act(session: Session) -> UUID:
        take_off_list(session, actor, list_id, variant_id)
        return list_id

    return _acted(act)


@bp.post("/<uuid:list_id>/cart")
@for_programs(ACCOUNT)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, PutIntoCartSchema)
def to_cart(_headers: dict[str, str], list_id: UUID) -> Response:
    """All of it into the cart of the account; of goods in it already the larger quantity stays."""
    actor, user_id = asking_person(), person_id()

    def work(session: Session) -> dict[str, Any]:
        cart = open_cart(session, token=None, user_id=user_id)
        put_count, left = list_to_cart(session, actor, list_id, cart.id, now=datetime.now(UTC))
        session.flush()
        return {"put_count": put_count, "left_count": left, "cart": account_cart_body(session, cart)}

    return once_as(PutIntoCartSchema, work)


@bp.delete("/<uuid:list_id>")
@for_programs(ACCOUNT)
@bp.response(204)
def remove(list_id: UUID) -> Response:
    """The whole list; twice is once."""
    actor = asking_person()
    in_transaction(lambda session: delete_list(session, actor, list_id))
    return Response(status=204)


def _acted(act: Callable[[Session], UUID], status: int = 200) -> Response:
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        list_id = act(session)
        session.flush()
        return _body(session, actor, list_id)

    return once_as(ListSchema, work, status)


def _body(
    session: Session, actor: Actor, list_id: UUID, *, cursor: str | None = None, size: int = 50
) -> dict[str, Any]:
    found = load_one(session, list_of(actor, list_id), missing=ListNotFound)
    lines = list_lines(session, Buyer(person_id()), found.id, cursor=cursor, size=size)
    return {
        "id": found.id,
        "name": found.name,
        "is_of_company": found.company_id is not None,
        "rows": lines.rows,
        "next_cursor": lines.next_cursor,
    }
